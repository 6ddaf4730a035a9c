//! Rows of a made-up past, whole: what the ordinary adding leaves open for later, such as reviews, stands in them.

use serde_json::json;

use crate::demo::case::{Asked, Asking, Deed, Promised};
use crate::domain::calls::{Call, Lacking};
use crate::domain::claims::Claim;
use crate::domain::tickets::state::Status;
use crate::domain::tickets::task::TaskKind;
use crate::domain::tickets::{Entry, Ticket};
use crate::domain::verification::record::{Verification, VerificationOutcome};
use crate::store::entity::{callbacks, calls, claims, entries, escalations, tasks, tickets, verifications};

pub(in crate::store) fn ticket_row(ticket: Ticket) -> tickets::Model {
    tickets::Model {
        id: ticket.id.0,
        number: ticket.number.as_key(),
        facility_id: ticket.facility_id.map(|f| f.0),
        member_id: ticket.member_id.map(|m| m.0),
        state: ticket.state.code().to_owned(),
        state_evidence: json!(ticket.state),
        version: ticket.version,
        owner_id: ticket.owner_id.map(|o| o.0),
        verification: ticket.verification.code().to_owned(),
        provisional: ticket.verification == VerificationOutcome::Provisional,
        result: match ticket.state.at {
            Status::Done { result } => Some(result),
            _ => None,
        },
        desk: ticket.desk.code().into(),
        facility_name: ticket.facility_name,
        prefecture: ticket.prefecture,
        facility_kind: ticket.facility_kind,
        incident: ticket.incident,
        severity: ticket.severity,
        summary: ticket.summary,
        tier: i64::from(ticket.tier),
        opened_at: ticket.opened_at,
        opened_by: ticket.opened_by.0,
        opened_on: ticket.opened_on,
        closed_at: ticket.closed_at,
        last_event_at: ticket.last_event_at,
        erased_on: None,
        merged_into: None,
    }
}

pub(in crate::store) fn call_row(call: Call, review: Option<Deed>) -> calls::Model {
    calls::Model {
        id: call.id.0,
        direction: call.direction.code().to_owned(),
        desk: call.desk.code().into(),
        state: call.state.code().to_owned(),
        number: call.number,
        number_key: call.number_key,
        arrived_at: call.arrived_at,
        answered_at: call.answered_at,
        ended_at: call.ended_at,
        operator_id: call.operator_id.0,
        caller_name: call.caller_name,
        caller_standing: call.standing.map(|s| s.code().to_owned()),
        callback_number: call.callback_number,
        disposition: call.disposition.map(|d| d.code().to_owned()),
        complaint: call.complaint,
        out_of_hours: call.out_of_hours,
        out_of_hours_reason: call.out_of_hours_reason,
        reviewed_at: review.map(|(at, _)| at),
        reviewed_by: review.map(|(_, by)| by.0),
        arrived_on: call.arrived_on,
        version: 1,
        erased_on: None,
        lacking: Lacking::written(&call.lacking),
        part_of: None,
        part: 1,
        keeps: None,
    }
}

pub(in crate::store) fn verification_row(v: Verification, review: Option<Deed>) -> verifications::Model {
    verifications::Model {
        id: v.id.0,
        call_id: v.call_id.0,
        ticket_id: v.ticket_id.map(|t| t.0),
        said: json!(v.said),
        items: json!(v.marks),
        decision: v.decision.code().to_owned(),
        outcome: v.recorded.code().to_owned(),
        reason: v.reason,
        member_id: v.member_id.map(|m| m.0),
        facility_id: v.facility_id.map(|f| f.0),
        directory_version: v.directory_version,
        as_of: v.as_of,
        decided_at: v.decided_at,
        decided_by: v.decided_by.0,
        reviewed_at: review.map(|(at, _)| at),
        reviewed_by: review.map(|(_, by)| by.0),
    }
}

pub(in crate::store) fn entry_row(entry: Entry) -> entries::Model {
    entries::Model {
        id: entry.id.0,
        ticket_id: entry.ticket_id.map(|t| t.0),
        call_id: entry.call_id.map(|c| c.0),
        kind: entry.kind.code().to_owned(),
        occurred_at: entry.occurred_at,
        entered_at: entry.entered_at,
        entered_by: entry.entered_by.0,
        body: entry.body,
        data: entry.data,
    }
}

pub(in crate::store) fn claim_row(claim: Claim) -> claims::Model {
    claims::Model {
        id: claim.id.0,
        ticket_id: claim.ticket_id.map(|t| t.0),
        facility_id: claim.facility_id.0,
        cause: claim.pattern.cause().to_owned(),
        pattern: claim.pattern.code().to_owned(),
        closed_days: i64::from(claim.closed_days),
        incident_on: claim.incident_on,
        received_on: claim.received_on,
        scheme_year: i64::from(claim.scheme_year),
        amount_yen: claim.amount.0,
        state: claim.state.code().to_owned(),
        decided_on: claim.decided_on,
        paid_on: claim.paid_on,
        erased_on: None,
    }
}

pub(in crate::store) fn escalation_row(h: Asked, severity: String) -> escalations::Model {
    escalations::Model {
        id: h.id,
        ticket_id: h.ticket.0,
        requested_at: h.asked.0,
        requested_by: h.asked.1.0,
        reason: h.reason,
        taken_at: h.taken.map(|(at, _)| at),
        taken_by: h.taken.map(|(_, by)| by.0),
        returned_at: None,
        return_reason: String::new(),
        severity,
    }
}

pub(in crate::store) fn callback_row(p: Promised) -> callbacks::Model {
    callbacks::Model {
        id: p.id,
        ticket_id: Some(p.ticket.0),
        call_id: p.call.0,
        due_at: p.due_at,
        who: p.who,
        number: p.number,
        note: p.note,
        made_by: p.by.0,
        kept_at: p.kept.map(|(at, _)| at),
        kept_by: p.kept.map(|(_, by)| by.0),
        tries: 0,
        tried_at: None,
        tried_as: String::new(),
        taken_by: None,
    }
}

pub(in crate::store) fn task_row(t: Asking) -> tasks::Model {
    tasks::Model {
        id: t.id,
        ticket_id: Some(t.ticket.0),
        verification_id: Some(t.verification.0),
        kind: TaskKind::ConfirmMembership.code().to_owned(),
        due_on: t.due_on,
        done_at: t.done.map(|((at, _), _)| at),
        done_by: t.done.map(|((_, by), _)| by.0),
        outcome: t.done.map_or_else(String::new, |(_, outcome)| outcome.to_owned()),
        created_at: t.created_at,
        // The past has one directory: the first.
        looked_at: 1,
    }
}
