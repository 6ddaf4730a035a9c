//! Taking a move back: whoever moved a ticket on by mistake says so within a minute, and it stands where it stood. The
//! timeline keeps both.

use chrono::{DateTime, Duration, Utc};

use super::entry::Entry;
use super::event::Event;
use super::state::State;
use super::ticket::Ticket;
use super::transition::{QueueChange, TransitionKind};
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;

/// So long after it a move may be taken back.
const WITHIN: Duration = Duration::seconds(60);

/// A ticket whose last move was taken back, and what to write down and do.
#[derive(Debug)]
pub struct TakenBack {
    /// The ticket as it stood.
    pub ticket: Ticket,
    /// The line of its timeline.
    pub event: Event,
    /// What becomes of tier 2's queue.
    pub queue: Option<QueueChange>,
}

impl Ticket {
    /// The move that somebody may take back now: their own, within a minute, with nothing written down since. `last` is
    /// the line of the timeline that was written last.
    pub fn may_take_back(&self, last: Option<&Entry>, who: AccountId, now: DateTime<Utc>) -> Option<TransitionKind> {
        let last = last.filter(|last| last.entered_by == who && now - last.entered_at <= WITHIN)?;
        let Some(Event::Transitioned { transition, to, .. }) = last.event() else { return None };
        let stands = to == self.state.kind() && self.last_event_at <= last.entered_at;
        (stands && self.state.before.is_some() && self.erased_on.is_none()).then_some(transition)
    }

    /// Takes the last move back. The version stays: whoever saves it counts it.
    ///
    /// # Errors
    /// A conflict when it was another's, is too long ago, or something happened since.
    pub fn take_back(self, last: Option<&Entry>, who: AccountId, now: DateTime<Utc>) -> Result<TakenBack, Refusal> {
        let moved = self.may_take_back(last, who, now);
        let (Some(transition), Some(before)) = (moved, self.state.before.as_deref().cloned()) else {
            return Err(Refusal::conflict(
                "ticket.not_taken_back",
                "取り消せるのは、ご自分の操作から1分以内で、そのあとに何も記録されていないときだけです。次の対応から選び直してください",
            ));
        };
        let event = Event::MoveTakenBack {
            transition,
            from: self.state.kind(),
            to: before.at.kind(),
            since: before.since,
            by: before.by,
            owner: before.owner,
            tier: before.tier,
            closed_at: before.closed_at,
        };
        let ticket = Self {
            state: State { at: before.at, since: before.since, by: before.by, before: None },
            owner_id: before.owner,
            tier: before.tier,
            closed_at: before.closed_at,
            last_event_at: now,
            ..self
        };
        Ok(TakenBack { ticket, event, queue: transition.taken_back() })
    }
}
