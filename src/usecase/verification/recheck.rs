//! After an import: looking again at callers who were taken provisionally.

use uuid::Uuid;

use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{FacilityId, MemberId, VerificationId};
use crate::domain::matching::{Answer, Decision, DirectoryIndex};
use crate::domain::members::eligibility::pending_is_overdue;
use crate::domain::tickets::task::Task;
use crate::domain::tickets::{Event, Place};
use crate::domain::verification::recheck::{Again, again};
use crate::domain::verification::record::{Marks, Verification, VerificationOutcome};
use crate::store::tickets::task;
use crate::store::verification::record as verifications;
use crate::store::{Tx, audit, tickets};
use crate::usecase::tickets::open::attach;
use crate::usecase::tickets::timeline;
use crate::usecase::verification::look_up;
use crate::usecase::verification::record::{Recording, put};
use crate::usecase::{Error, Services, me};

/// What a task is closed with when the directory itself gives the answer.
pub const BY_DIRECTORY: &str = "名簿で確認";

/// How many questions were answered by the directory, and how many somebody has to ask about now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// Answered.
    pub confirmed: usize,
    /// Raised.
    pub raised: usize,
}

/// What became of one question.
enum Done {
    Nothing,
    Confirmed,
    Raised,
}

/// Looks at every open question once with each newer directory, whichever instance comes first. One that fails
/// doesn't keep the others from being looked at; it is looked at again the next time.
///
/// # Errors
/// When the questions can't be read, and the first failure of one of them after all were tried.
pub async fn look_again(services: &Services, ctx: &Ctx) -> Result<Looked, Error> {
    let by = Recording::ask(ctx)?;
    let mut looked = Looked::default();
    let mut failed = None;
    let Some(index) = services.index.get() else { return Ok(looked) };
    for task in task::not_looked_at(&services.store, index.version()).await? {
        match look_at(&by, services, ctx, &index, &task).await {
            Ok(Done::Nothing) => {}
            Ok(Done::Confirmed) => looked.confirmed += 1,
            Ok(Done::Raised) => looked.raised += 1,
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    failed.map_or(Ok(looked), Err)
}

async fn look_at(
    by: &Recording<'_>,
    services: &Services,
    ctx: &Ctx,
    index: &DirectoryIndex,
    task: &Task,
) -> Result<Done, Error> {
    let tx = services.store.begin().await?;
    if !task::look_at(&tx, task.id, index.version()).await? {
        return Ok(Done::Nothing);
    }
    let held = match task.verification_id {
        Some(id) => verifications::find(&tx, id).await?,
        None => None,
    };
    let done = match held.filter(|v| v.recorded == VerificationOutcome::Provisional) {
        Some(held) => judge(by, services, &tx, ctx, index, task, held).await?,
        None => Done::Nothing,
    };
    tx.commit().await?;
    Ok(done)
}

async fn judge(
    by: &Recording<'_>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    index: &DirectoryIndex,
    task: &Task,
    held: Verification,
) -> Result<Done, Error> {
    let then = look_up::again(by.verify(), index, &held.said, held.as_of);
    let today = look_up::again(by.verify(), index, &held.said, ctx.today());
    let long_ago = pending_is_overdue(held.as_of, ctx.today());
    match again(held.decision, &then, &today, long_ago) {
        Again::Waits => Ok(Done::Nothing),
        Again::Confirmed => {
            let (answer, day) = match then.decision {
                Decision::Eligible => (then, held.as_of),
                _ => (today, ctx.today()),
            };
            let held = Verification { as_of: day, directory_version: index.version(), ..held };
            confirm(by, services, tx, ctx, task, held, &answer).await?;
            Ok(Done::Confirmed)
        }
        Again::Raised(why) => {
            Ok(if raise(by, services, tx, ctx, task, why).await? { Done::Raised } else { Done::Nothing })
        }
    }
}

/// A verification of its own beside the provisional one, which stays as it was recorded.
async fn confirm(
    by: &Recording<'_>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    task: &Task,
    held: Verification,
    answer: &Answer,
) -> Result<(), Error> {
    let best = answer.candidates.first();
    let items = answer.items;
    let verification = Verification {
        id: VerificationId(ctx.new_id()),
        ticket_id: None,
        marks: Marks { name: items.name, facility: items.facility, address: items.address, number: items.number },
        decision: answer.decision,
        recorded: VerificationOutcome::Verified,
        reason: BY_DIRECTORY.into(),
        member_id: best.map(|c| MemberId(Uuid::from_u128(c.member_ref))),
        facility_id: best.map(|c| FacilityId(Uuid::from_u128(c.facility_ref))),
        decided_at: ctx.now,
        decided_by: me(ctx),
        ..held
    };
    put(by, services, tx, &verification).await?;
    if let Some(id) = task.ticket_id
        && let Some(ticket) = tickets::find_by_id(tx, id).await?
    {
        attach(by, tx, ctx, ticket, &verification).await?;
    }
    task::finish(tx, task.id, BY_DIRECTORY, ctx.now, ctx.actor.id).await?;
    Ok(audit::record(tx, ctx, AuditEntry::done("task.finish", Object::new("task", task.id.0))).await?)
}

/// Once: due today, with a line on the ticket that says why. False when it was raised before.
async fn raise(
    _: &Recording<'_>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    task: &Task,
    why: &str,
) -> Result<bool, Error> {
    if !task::raise(tx, task.id, ctx.today()).await? {
        return Ok(false);
    }
    if let Some(id) = task.ticket_id {
        let doubted = Event::MembershipDoubted { why: why.to_owned() };
        timeline::write(services, tx, ctx, Place::Ticket(id), &doubted).await?;
        tickets::touch(tx, id, me(ctx), ctx.now).await?;
    }
    audit::record(tx, ctx, AuditEntry::done("task.raise", Object::new("task", task.id.0))).await?;
    Ok(true)
}
