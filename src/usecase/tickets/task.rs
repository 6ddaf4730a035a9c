//! A task that was done.

use super::timeline::{by_id, write_down};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::TaskId;
use crate::domain::refusal::Refusal;
use crate::domain::tickets::task::TaskKind;
use crate::domain::tickets::{Event, TicketNo};
use crate::store::audit;
use crate::store::tickets::task;
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services};

/// A task was done, with one of the outcomes of its kind.
pub async fn finish(services: &Services, ctx: &Ctx, id: TaskId, outcome: &str) -> Result<Option<TicketNo>, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let task = task::open(&tx, id).await?.ok_or(Error::NotFound("task"))?;
    if !task.kind.outcomes().contains(&outcome) {
        return Err(Refusal::field("outcome", "choice.unknown", "確認の結果を選んでください").into());
    }
    if !task::finish(&tx, id, outcome, ctx.now, ctx.actor.id).await? {
        return Err(Refusal::conflict("task.done", "この作業は済んでいます").into());
    }
    let mut number = None;
    if let Some(ticket_id) = task.ticket_id
        && let Some(ticket) = by_id(&by, &tx, ticket_id).await?
    {
        number = Some(ticket.number);
        let event = match task.kind {
            TaskKind::ConfirmMembership | TaskKind::MembershipInDoubt => {
                Event::AssociationAnswered { outcome: outcome.to_owned() }
            }
            TaskKind::AskedAgain => Event::AskedAgainSeen,
        };
        write_down(&by, services, &tx, ctx, &ticket, event, "task.finish").await?;
    } else {
        audit::record(&tx, ctx, AuditEntry::done("task.finish", Object::new("task", id.0))).await?;
    }
    tx.commit().await?;
    Ok(number)
}
