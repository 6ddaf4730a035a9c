//! Holds: a supervisor keeps a ticket beyond its period, for a reason of the scheme's list, and lets go of it again.

use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::HoldId;
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::scheme::codes;
use crate::domain::text;
use crate::domain::tickets::hold::Hold;
use crate::domain::tickets::{Event, Place, Ticket, TicketNo};
use crate::store::tickets::hold;
use crate::store::{StoreError, Tx, audit, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::timeline;
use crate::usecase::tickets::{Done, moved_meanwhile, overtaken};
use crate::usecase::{Error, Services, me};

/// A hold to be placed.
#[derive(Debug, Clone, Default)]
pub struct NewHold {
    /// Reason code.
    pub reason: String,
    /// What else is to be known.
    pub note: String,
}

/// Places a hold on a ticket as the person saw it.
pub async fn place(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    version: i64,
    new: NewHold,
    once: &Once,
) -> Result<Done, Error> {
    let by = authorise::<may::RetentionHold>(ctx)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    let mut faults = Faults::default();
    let note = faults.take(text::line("note", &new.note, text::LINE));
    let known = codes(&services.scheme.retention.hold_reason).contains(&new.reason.as_str());
    let unknown = Refusal::field("hold_reason", "choice.unknown", "保全する理由を一覧から選んでください");
    faults.take(if known { Ok(()) } else { Err(unknown) });
    faults.check()?;
    ticket.must_be_kept()?;
    if ticket.version != version {
        return Err(moved_meanwhile(&ticket, version).into());
    }
    move_on(&by, &tx, ctx, &ticket).await?;
    let placed = Event::HoldPlaced { reason: new.reason.clone(), note: note.clone() };
    let hold = Hold {
        id: HoldId(ctx.new_id()),
        ticket_id: ticket.id,
        reason: new.reason.clone(),
        note,
        placed_at: ctx.now,
        placed_by: me(ctx),
        lifted: None,
    };
    match hold::place(&tx, &hold).await {
        Err(StoreError::Duplicate) => {
            return Err(Refusal::conflict("hold.stands", "この理由ではすでに保全しています").into());
        }
        other => other?,
    }
    write_down(&by, services, &tx, ctx, &ticket, placed, "hold.place", &new.reason).await?;
    tx.finish(ctx, Done { number: no.to_string() }).await
}

/// Lifts a hold.
pub async fn lift(services: &Services, ctx: &Ctx, no: TicketNo, id: HoldId) -> Result<(), Error> {
    let by = authorise::<may::RetentionHold>(ctx)?;
    let tx = services.store.begin().await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    let hold = hold::find(&tx, ticket.id, id).await?.ok_or(Error::NotFound("hold"))?;
    move_on(&by, &tx, ctx, &ticket).await?;
    if !hold::lift(&tx, id, ctx.now, me(ctx)).await? {
        return Err(Refusal::conflict("hold.lifted", "この保全は解除されています").into());
    }
    let lifted = Event::HoldLifted { reason: hold.reason.clone() };
    write_down(&by, services, &tx, ctx, &ticket, lifted, "hold.lift", &hold.reason).await?;
    Ok(tx.commit().await?)
}

/// The ticket's next version, and first of all: what erases it meanwhile sees that it has moved on.
async fn move_on(_: &Granted<may::RetentionHold>, tx: &Tx, ctx: &Ctx, ticket: &Ticket) -> Result<(), Error> {
    let moved = Ticket { last_event_at: ctx.now, ..ticket.clone() };
    let saved = tickets::save(tx, &moved, ticket.version).await?;
    if saved { Ok(()) } else { Err(overtaken(tx, ticket, ticket.version).await?.into()) }
}

#[expect(clippy::too_many_arguments, reason = "the one line both ways of holding end in")]
async fn write_down(
    _: &Granted<may::RetentionHold>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    ticket: &Ticket,
    event: Event,
    action: &'static str,
    reason: &str,
) -> Result<(), Error> {
    timeline::write(services, tx, ctx, Place::Ticket(ticket.id), &event).await?;
    let entry = AuditEntry::done(action, Object::new("ticket", ticket.id.0)).detail(json!({ "reason": reason }));
    Ok(audit::record(tx, ctx, entry).await?)
}
