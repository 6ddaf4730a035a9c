//! Verifying who calls: deciding what may be written down upon the engine's answer, writing it.

use serde_json::json;
use uuid::Uuid;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::Call;
use crate::domain::ctx::Ctx;
use crate::domain::id::{FacilityId, MemberId, TaskId, VerificationId};
use crate::domain::matching::{Decision, Heard, ItemMark};
use crate::domain::refusal::Refusal;
use crate::domain::tickets::task::{Task, TaskKind};
use crate::domain::tickets::{Event, Place};
use crate::domain::time::next_weekday;
use crate::domain::verification::record::{Marks, StatedItems, Verification, VerificationOutcome, record};
use crate::store::tickets::task;
use crate::store::verification::record as verifications;
use crate::store::{Tx, audit};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::tickets::timeline;
use crate::usecase::verification::look_up::{Reply, refusal};
use crate::usecase::{Error, Services, me};

/// The right to record who calls, asked for; and whether it may be otherwise than the rules say.
pub(in crate::usecase) struct Recording<'a> {
    ctx: &'a Ctx,
    verify: Granted<may::Verify>,
    special: Option<Granted<may::Override>>,
}

impl<'a> Recording<'a> {
    /// Asks for it.
    pub(in crate::usecase) fn ask(ctx: &'a Ctx) -> Result<Self, Error> {
        let verify = authorise::<may::Verify>(ctx)?;
        Ok(Self { ctx, verify, special: authorise::<may::Override>(ctx).ok() })
    }

    /// The right to ask the engine.
    pub(in crate::usecase) fn verify(&self) -> &Granted<may::Verify> {
        &self.verify
    }
}

/// What is to be written down, if the rules allow it. The record it was held against is named only when
/// that record is what was recorded.
pub(in crate::usecase) fn decide(
    by: &Recording<'_>,
    call: &Call,
    said: StatedItems,
    reply: &Reply,
    recorded: VerificationOutcome,
    reason: String,
) -> Result<Verification, Error> {
    let answer = &reply.answer;
    if recorded != VerificationOutcome::Unverified && said == StatedItems::default() {
        return Err(Refusal::field(
            "member_name",
            "verification.nothing_said",
            "会員確認の項目をお尋ねして入力してください",
        )
        .into());
    }
    let ctx = by.ctx;
    // Whoever may not try a number now hears that, not that the items differ.
    if recorded == VerificationOutcome::Verified && reply.heard == Heard::Unasked && by.special.is_none() {
        refusal(reply.number.standing, ctx.now).map_or(Ok(()), Err)?;
    }
    record(answer.decision, recorded, &reason, by.special.is_some())?;
    // Against the rules a record is named only where it's plain whose facility is meant.
    let meant = answer.items.name == ItemMark::Agrees && answer.items.facility == ItemMark::Agrees;
    let best = answer
        .candidates
        .first()
        .filter(|_| answer.decision != Decision::NeedsCheck || (recorded == VerificationOutcome::Verified && meant));
    Ok(Verification {
        id: VerificationId(ctx.new_id()),
        call_id: call.id,
        ticket_id: None,
        said: StatedItems { heard: reply.heard, ..said },
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
        directory_version: reply.version,
        as_of: call.arrived_on,
        decided_at: ctx.now,
        decided_by: me(ctx),
    })
}

/// Writes a verification, its line on the timeline, and the task a provisional one leaves behind.
pub(in crate::usecase) async fn put(
    by: &Recording<'_>,
    services: &Services,
    tx: &Tx,
    verification: &Verification,
) -> Result<(), Error> {
    let ctx = by.ctx;
    verifications::add(tx, verification).await?;
    let event = Event::Verified {
        decision: verification.decision,
        recorded: verification.recorded,
        special: verification.is_override(),
        reason: verification.reason.clone(),
    };
    timeline::write(services, tx, ctx, Place::Call(verification.call_id), &event).await?;
    if verification.recorded == VerificationOutcome::Provisional {
        let task = Task {
            id: TaskId(ctx.new_id()),
            ticket_id: None,
            verification_id: Some(verification.id),
            kind: TaskKind::ConfirmMembership,
            due_on: next_weekday(ctx.today()),
            created_at: ctx.now,
            done_at: None,
            outcome: String::new(),
            looked_at: verification.directory_version,
        };
        task::add(tx, &task).await?;
    }
    let seen = verification.member_id.map(|m| Object::new("member", m.0)).into_iter();
    let seen = seen.chain(verification.facility_id.map(|f| Object::new("facility", f.0)));
    let action = if verification.is_override() { "member.override" } else { "member.verify" };
    let entry = AuditEntry::done(action, Object::new("call", verification.call_id.0))
        .detail(json!({ "decision": verification.decision.code(), "recorded": verification.recorded.code() }))
        .subjects(seen);
    Ok(audit::record(tx, ctx, entry).await?)
}
