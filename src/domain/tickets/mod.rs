//! Tickets: one matter of one facility, from first advice to its end.

pub mod callback;
pub mod entry;
pub mod escalation;
pub mod event;
pub mod number;
pub mod remote;
pub mod replay;
pub mod state;
pub mod task;
pub mod transition;

use chrono::{DateTime, NaiveDate, Utc};

use super::calls::verification::Recorded;
use super::id::{AccountId, FacilityId, MemberId, TicketId};
use super::refusal::Refusal;

pub use entry::{Entry, EntryKind, Place};
pub use event::Event;
pub use number::TicketNo;
pub use state::{State, StatusKind};
pub use transition::{Transition, TransitionKind};

/// One matter of one facility.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// The number people say.
    pub number: TicketNo,
    /// Desk code.
    pub desk: String,
    /// The facility, once known.
    pub facility_id: Option<FacilityId>,
    /// The member, once known.
    pub member_id: Option<MemberId>,
    /// The facility's name as said or as verified.
    pub facility_name: String,
    /// Prefecture, for reports; empty when unknown.
    pub prefecture: String,
    /// Kind of facility, for reports; empty when unknown.
    pub facility_kind: String,
    /// Incident code.
    pub incident: String,
    /// Severity code.
    pub severity: String,
    /// What the caller says happened.
    pub summary: String,
    /// Where it stands, with its evidence.
    pub state: State,
    /// Version of the state: a move says which it saw.
    pub version: i64,
    /// Who owns it.
    pub owner_id: Option<AccountId>,
    /// What was recorded about the caller.
    pub verification: Recorded,
    /// 1, or 2 once tier 2 took it.
    pub tier: u8,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// By whom.
    pub opened_by: AccountId,
    /// The Tokyo day it was opened.
    pub opened_on: NaiveDate,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// When anything last happened to it.
    pub last_event_at: DateTime<Utc>,
    /// The day its period had ended and what is personal in it was erased.
    pub erased_on: Option<NaiveDate>,
}

impl Ticket {
    /// Refuses what can't be done any more once the period of keeping has ended.
    pub fn must_be_kept(&self) -> Result<(), Refusal> {
        match self.erased_on {
            None => Ok(()),
            Some(_) => Err(Refusal::conflict(
                "ticket.erased",
                "保存期間が終わった相談票のため変更できません。ご相談は新しい相談票に記録してください",
            )),
        }
    }

    /// Changes incident and severity (codes; an empty one stays) and owner (with the name of today); none when all of
    /// it is so already.
    pub fn change(&mut self, incident: &str, severity: &str, owner: Option<(AccountId, &str)>) -> Option<Event> {
        let other = |held: &mut String, new: &str| {
            let differs = !new.is_empty() && new != *held;
            differs.then(|| (std::mem::replace(held, new.to_owned()), new.to_owned()))
        };
        let (incident, severity) = (other(&mut self.incident, incident), other(&mut self.severity, severity));
        let owner = owner.filter(|(id, _)| self.owner_id != Some(*id));
        if incident.is_none() && severity.is_none() && owner.is_none() {
            return None;
        }
        let owner_name = owner.map_or_else(String::new, |(_, name)| name.to_owned());
        let owner = owner.map(|(id, _)| id);
        self.owner_id = owner.or(self.owner_id);
        Some(Event::Changed { incident, severity, owner, owner_name })
    }
}
