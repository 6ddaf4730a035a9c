//! What is recorded about who is calling, and the task a provisional record leaves behind.

use chrono::{Datelike, Duration, Weekday};

use crate::demo::case::Asking;
use crate::demo::desk::Desk;
use crate::demo::directory::Household;
use crate::demo::identity::Identity;
use crate::domain::calls::Call;
use crate::domain::id::{FacilityId, TicketId, VerificationId};
use crate::domain::matching::{Decision, ItemMark};
use crate::domain::tickets::{Event, Place};
use crate::domain::time::tokyo_day;
use crate::domain::verification::record::{Marks, StatedItems, Verification, VerificationOutcome};

/// What an identity is recorded as.
pub fn recorded(identity: Identity) -> VerificationOutcome {
    match identity {
        Identity::Verified => VerificationOutcome::Verified,
        Identity::Pending | Identity::Doubtful => VerificationOutcome::Provisional,
        Identity::Unknown => VerificationOutcome::Unverified,
        Identity::NotEligible => VerificationOutcome::NotEligible,
    }
}

/// Records who calls.
pub fn verify(
    desk: &mut Desk<'_>,
    call: &Call,
    ticket: TicketId,
    identity: Identity,
    said: StatedItems,
    whose: (&Household, FacilityId),
) {
    let decision = match identity {
        Identity::Verified => Decision::Eligible,
        Identity::Pending => Decision::Pending,
        Identity::Doubtful | Identity::Unknown => Decision::NeedsCheck,
        Identity::NotEligible => Decision::NotEligible,
    };
    let reasons = &desk.scheme.lists.provisional_reason;
    let reason = match (identity, reasons.is_empty()) {
        (Identity::Doubtful, false) => desk.rng.pick(reasons).label.clone(),
        (Identity::Pending, false) => reasons[0].label.clone(),
        _ => String::new(),
    };
    let mark = |text: &str| if text.is_empty() { ItemMark::NotGiven } else { ItemMark::Agrees };
    let marks = Marks {
        name: mark(&said.name),
        facility: mark(&said.facility),
        address: mark(&said.address),
        number: mark(&said.number),
    };
    let recorded = recorded(identity);
    let named = decision != Decision::NeedsCheck;
    let id = VerificationId(desk.rng.id(desk.now, 1));
    let review = if recorded == VerificationOutcome::Provisional && decision == Decision::NeedsCheck {
        desk.reviewed()
    } else {
        None
    };
    let recorded_now = Event::Verified { decision, recorded, special: false, reason: reason.clone() };
    desk.write(Place::Call(call.id), desk.operator, &recorded_now);
    let verification = Verification {
        id,
        call_id: call.id,
        ticket_id: Some(ticket),
        said,
        marks,
        decision,
        recorded,
        reason,
        member_id: named.then_some(whose.0.id),
        facility_id: named.then_some(whose.1),
        directory_version: 1,
        as_of: call.arrived_on,
        decided_at: desk.now,
        decided_by: desk.operator,
    };
    desk.case.verifications.push((verification, review));
    if recorded == VerificationOutcome::Provisional {
        ask_association(desk, ticket, id);
    }
}

fn ask_association(desk: &mut Desk<'_>, ticket: TicketId, verification: VerificationId) {
    let mut due_on = tokyo_day(desk.now) + Duration::days(1);
    while matches!(due_on.weekday(), Weekday::Sat | Weekday::Sun) {
        due_on += Duration::days(1);
    }
    let at = crate::domain::time::day_start(due_on) + Duration::minutes(desk.rng.between(600, 1_000));
    let outcome = *desk.rng.pick(&["手続き中と確認", "手続きなし", "確認不要"]);
    let done = (at <= desk.horizon).then_some(((at, desk.operator), outcome));
    let id = desk.rng.id(desk.now, 2);
    desk.case.tasks.push(Asking { id, ticket, verification, due_on, created_at: desk.now, done });
}
