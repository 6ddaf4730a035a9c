//! Verifying who calls: asking the engine, deciding what may be written down, writing it.

use serde_json::json;
use uuid::Uuid;

use super::authorise::{Granted, authorise};
use super::matter::said;
use super::{Error, House, me};
use crate::domain::actor::may;
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::calls::Call;
use crate::domain::calls::sheet::Sheet;
use crate::domain::calls::verification::{Marks, Recorded, Said, Verification, is_miss, record};
use crate::domain::ctx::Ctx;
use crate::domain::id::{CallId, EntryId, FacilityId, MemberId, TaskId, VerificationId};
use crate::domain::matching::{Answer, Decision, ItemMark, Query};
use crate::domain::refusal::Refusal;
use crate::domain::tickets::{Entry, EntryKind};
use crate::domain::time::next_weekday;
use crate::store::work::{self, CONFIRM_MEMBERSHIP, Task};
use crate::store::{Tx, audit, calls as memory, tickets};

/// The right to record who calls, asked for; and whether it may be otherwise than the rules say.
pub(super) struct Recording<'a> {
    ctx: &'a Ctx,
    verify: Granted<may::Verify>,
    special: Option<Granted<may::Override>>,
}

impl<'a> Recording<'a> {
    /// Asks for it.
    pub(super) fn ask(ctx: &'a Ctx) -> Result<Self, Error> {
        let verify = authorise::<may::Verify>(ctx)?;
        Ok(Self { ctx, verify, special: authorise::<may::Override>(ctx).ok() })
    }

    /// The right to ask the engine.
    pub(super) fn verify(&self) -> &Granted<may::Verify> {
        &self.verify
    }
}

/// Holds what was said against the directory, for the Tokyo day the call arrived. `None` while nothing was
/// said or the index isn't built. Audited with the call and with everybody who was looked at; as failed when a number
/// was said just now that isn't the one on file.
pub(super) async fn look_up(
    by: &Granted<may::Verify>,
    house: &House,
    tx: &Tx,
    ctx: &Ctx,
    call: &Call,
    sheet: &Sheet,
    number_said: bool,
) -> Result<Option<Answer>, Error> {
    if !sheet.has_items() {
        return Ok(None);
    }
    let said = said(sheet);
    let Some(answer) = ask(by, house, call, &said) else { return Ok(None) };
    let missed = number_said && is_miss(&said.number, answer.items.number);
    audit::record(tx, ctx, look_up_entry(call.id, &answer).outcome(tried(missed))).await?;
    Ok(Some(answer))
}

/// Asks the engine.
pub(super) fn ask(_: &Granted<may::Verify>, house: &House, call: &Call, said: &Said) -> Option<Answer> {
    let index = house.index.get()?;
    Some(index.verify(&Query {
        call_date: call.arrived_on,
        name: said.name.clone(),
        facility: said.facility.clone(),
        address: said.address.clone(),
        number: said.number.clone(),
    }))
}

/// How a look-up counts among the tries at a number.
pub(super) fn tried(missed: bool) -> Outcome {
    if missed { Outcome::Failed } else { Outcome::Done }
}

pub(super) fn look_up_entry(call: CallId, answer: &Answer) -> AuditEntry {
    let seen = answer.candidates.iter().flat_map(|c| {
        [Object::new("member", Uuid::from_u128(c.member_ref)), Object::new("facility", Uuid::from_u128(c.facility_ref))]
    });
    AuditEntry::done("member.lookup", Object::new("call", call.0))
        .detail(json!({ "decision": answer.decision.code(), "candidates": answer.candidates.len() }))
        .subjects(seen)
}

/// What is to be written down, if the rules allow it. The record it was held against is named only when
/// that record is what was recorded.
pub(super) fn decide(
    by: &Recording<'_>,
    call: &Call,
    said: Said,
    answer: &Answer,
    recorded: Recorded,
    reason: String,
    version: i64,
) -> Result<Verification, Error> {
    if recorded != Recorded::Unverified && said == Said::default() {
        return Err(Refusal::field(
            "member_name",
            "verification.nothing_said",
            "会員確認の項目をお尋ねして入力してください",
        )
        .into());
    }
    record(answer.decision, recorded, &reason, by.special.is_some())?;
    let ctx = by.ctx;
    // Against the rules a record is named only where it's plain whose facility is meant.
    let meant = answer.items.name == ItemMark::Agrees && answer.items.facility == ItemMark::Agrees;
    let best = answer
        .candidates
        .first()
        .filter(|_| answer.decision != Decision::NeedsCheck || (recorded == Recorded::Verified && meant));
    Ok(Verification {
        id: VerificationId(ctx.new_id()),
        call_id: call.id,
        ticket_id: None,
        said,
        marks: Marks {
            name: answer.items.name,
            facility: answer.items.facility,
            address: answer.items.address,
            number: answer.items.number,
        },
        decision: answer.decision,
        recorded,
        reason,
        member_id: best.map(|c| MemberId(Uuid::from_u128(c.member_ref))),
        facility_id: best.map(|c| FacilityId(Uuid::from_u128(c.facility_ref))),
        directory_version: version,
        as_of: call.arrived_on,
        decided_at: ctx.now,
        decided_by: me(ctx),
    })
}

/// Writes a verification, its line on the timeline, and the task a provisional one leaves behind.
pub(super) async fn put(by: &Recording<'_>, tx: &Tx, verification: &Verification) -> Result<(), Error> {
    let ctx = by.ctx;
    memory::add_verification(tx, verification).await?;
    let special = if verification.is_override() { "・特例" } else { "" };
    let mut body = format!("会員確認：{}{special}", verification.recorded.label());
    if !verification.reason.is_empty() {
        body.push_str(&format!("（{}）", verification.reason));
    }
    let entry = Entry {
        id: EntryId(ctx.new_id()),
        ticket_id: None,
        call_id: Some(verification.call_id),
        kind: EntryKind::Verified,
        occurred_at: ctx.now,
        entered_at: ctx.now,
        entered_by: me(ctx),
        body,
        data: json!({ "decision": verification.decision.code(), "recorded": verification.recorded.code() }),
    };
    tickets::append(tx, &entry).await?;
    if verification.recorded == Recorded::Provisional {
        let task = Task {
            id: TaskId(ctx.new_id()),
            ticket_id: None,
            verification_id: Some(verification.id),
            kind: CONFIRM_MEMBERSHIP.into(),
            due_on: next_weekday(ctx.today()),
            created_at: ctx.now,
            done_at: None,
            outcome: String::new(),
            looked_at: verification.directory_version,
        };
        work::add_task(tx, &task).await?;
    }
    let seen = verification.member_id.map(|m| Object::new("member", m.0)).into_iter();
    let seen = seen.chain(verification.facility_id.map(|f| Object::new("facility", f.0)));
    let action = if verification.is_override() { "member.override" } else { "member.verify" };
    let entry = AuditEntry::done(action, Object::new("call", verification.call_id.0))
        .detail(json!({ "decision": verification.decision.code(), "recorded": verification.recorded.code() }))
        .subjects(seen);
    Ok(audit::record(tx, ctx, entry).await?)
}
