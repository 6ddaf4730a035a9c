//! One matter of one facility, and the one place where it goes on: page, API, the end of a call and the made-up past all
//! ask here. Whose it is afterwards, and at which tier, is decided at the end of the file.

use crate::domain::desks::DeskCode;
use crate::domain::search::{Found, SearchText};
use chrono::{DateTime, NaiveDate, Utc};

use super::event::Event;
use super::number::TicketNo;
use super::state::{Before, State, StatusKind};
use super::transition::{QueueChange, Transition, TransitionKind};
use crate::domain::access::actor::Actor;
use crate::domain::calls::intake::Intake;
use crate::domain::id::{AccountId, FacilityId, MemberId, TicketId};
use crate::domain::refusal::Refusal;
use crate::domain::verification::record::VerificationOutcome;

/// A ticket that has gone on: to be saved together.
#[derive(Debug, Clone)]
pub struct Transitioned {
    /// The ticket as it stands now.
    pub ticket: Ticket,
    /// The line of its timeline.
    pub event: Event,
    /// What becomes of its place in tier 2's queue.
    pub queue: Option<QueueChange>,
}

/// One matter of one facility.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// The number people say.
    pub number: TicketNo,
    /// The desk.
    pub desk: DeskCode,
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
    pub verification: VerificationOutcome,
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
    /// The ticket of the same matter that it went into.
    pub merged_into: Option<TicketId>,
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

    /// Refuses an owner where nobody may be one: while it waits for tier 2, which takes it itself, and once it has ended.
    ///
    /// # Errors
    /// A conflict.
    pub fn may_have_an_owner(&self) -> Result<(), Refusal> {
        if self.state.kind() != StatusKind::Escalated && !self.state.is_end() {
            return Ok(());
        }
        let words = "2次対応の引き受け待ち、または終了した相談票には、担当者を決められません。引き受けるか、先に再開してください";
        Err(Refusal::conflict("ticket.no_owner_now", words))
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

    /// Takes over what the sheet of a call tells; an empty item tells nothing. What happened and where follow the call
    /// that the ticket was opened for (`own`); another call fills what nobody has told yet. A facility that was found in
    /// the directory keeps its name.
    pub fn follow(&mut self, told: &Intake, own: bool) -> Option<Event> {
        let follows = |held: &mut String, new: &str| {
            if !new.is_empty() && (own || held.is_empty()) {
                new.clone_into(held);
            }
        };
        follows(&mut self.summary, &told.narrative);
        if self.facility_id.is_none() {
            follows(&mut self.facility_name, &told.said.facility);
        }
        self.change(&told.incident, &told.severity, None)
    }

    /// Goes on, or says why that can't be. The version stays: whoever saves it counts it.
    ///
    /// # Errors
    /// A fault beside the field whose words are missing; a conflict when the ticket's status doesn't allow it, or its
    /// period of keeping has ended.
    pub fn transition(
        self,
        transition: Transition,
        who: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Transitioned, Refusal> {
        self.must_be_kept()?;
        self.must_stand_alone()?;
        transition.needs()?;
        let kind = transition.kind();
        if !kind.from().contains(&self.state.kind()) {
            return Err(self.refuse(kind));
        }
        let queue = transition.queue();
        let event = Event::transitioned(self.state.kind(), &transition);
        let before = Some(Box::new(self.stands()));
        let state = State { at: transition.to(who), since: now, by: who, before };
        let ticket = Ticket {
            owner_id: owner_after(kind, who, self.owner_id),
            tier: tier_after(kind, self.tier),
            closed_at: state.is_end().then_some(now),
            last_event_at: now,
            state,
            ..self
        };
        Ok(Transitioned { ticket, event, queue })
    }

    /// Where it stands now, to be gone back to.
    fn stands(&self) -> Before {
        Before {
            at: self.state.at.clone(),
            since: self.state.since,
            by: self.state.by,
            owner: self.owner_id,
            tier: self.tier,
            closed_at: self.closed_at,
        }
    }

    /// What this person may do with it now, in the order in which a page offers it.
    pub fn offers(&self, actor: &Actor) -> Vec<TransitionKind> {
        let from = self.state.kind();
        let offered =
            |kind: &TransitionKind| !kind.takes_a_call() && kind.from().contains(&from) && actor.may(kind.right());
        match self.erased_on.map(drop).or(self.merged_into.map(drop)) {
            None => TransitionKind::ALL.into_iter().filter(offered).collect(),
            Some(_) => Vec::new(),
        }
    }

    fn refuse(&self, kind: TransitionKind) -> Refusal {
        let at = self.state.kind();
        if at.is_end() && kind != TransitionKind::Reopen {
            return Refusal::conflict(
                "ticket.already_closed",
                format!("この相談票は「{}」で終了しています。続けるには再開してください", at.label()),
            );
        }
        Refusal::conflict(
            "ticket.transition_not_allowed",
            format!("「{}」からは「{}」できません。画面を読み直して状態をご確認ください", at.label(), kind.label()),
        )
    }
}

/// Whose a ticket is after a transition: whoever begins, takes or reopens it; nobody's while it waits for tier 2 or
/// was given back; otherwise as before.
pub(super) fn owner_after(kind: TransitionKind, who: AccountId, before: Option<AccountId>) -> Option<AccountId> {
    match kind {
        TransitionKind::Start | TransitionKind::Take | TransitionKind::Reopen => Some(who),
        TransitionKind::Escalate | TransitionKind::EscalateFromCall | TransitionKind::GiveBack => None,
        TransitionKind::Close | TransitionKind::Refer | TransitionKind::Watch | TransitionKind::Leave => before,
    }
}

/// 2 once tier 2 has taken it, and from then on.
pub(super) fn tier_after(kind: TransitionKind, before: u8) -> u8 {
    if kind == TransitionKind::Take { 2 } else { before }
}

impl Found for Ticket {
    fn found_by(&self, text: &mut SearchText) {
        self.number.found_by(text);
        text.add(&self.facility_name);
    }
}

#[cfg(test)]
#[path = "ticket_tests.rs"]
pub(crate) mod tests;
