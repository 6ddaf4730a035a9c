//! Moving a ticket on: each move by its own right, asked for before anything is looked at.

use serde_json::json;

use super::authorise::{Granted, authorise};
use super::deed::{Deed, Once};
use super::opening::Newborn;
use super::tickets::{Done, moved_meanwhile};
use super::{Error, House, me};
use crate::domain::actor::{Action, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{EntryId, EscalationId, TicketId};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::codes;
use crate::domain::text;
use crate::domain::tickets::state::Station;
use crate::domain::tickets::{Entry, EntryKind, Move, Ticket, TicketNo};
use crate::store::tickets as memory;
use crate::store::work::{self, Escalation};
use crate::store::{Tx, audit};

/// A move whose right was asked for: without it no ticket is moved.
pub(super) struct Allowed {
    step: Move,
    by: By,
}

/// What allows it.
enum By {
    /// Work on tickets, asked for.
    Work,
    /// Asking tier 2.
    HandOver(Granted<may::HandOver>),
    /// Tier 2's own.
    Tier2(Granted<may::Tier2>),
    /// Having opened this very ticket just now.
    Opening(TicketId),
}

impl Allowed {
    /// A move on a ticket that exists, by the move's own right.
    pub(super) fn ask(ctx: &Ctx, step: Move) -> Result<Self, Error> {
        let by = match step {
            Move::Take | Move::GiveBack { .. } | Move::Refer => By::Tier2(authorise::<may::Tier2>(ctx)?),
            Move::HandOver { .. } => By::HandOver(authorise::<may::HandOver>(ctx)?),
            Move::Start | Move::Watch { .. } | Move::Close { .. } | Move::Leave { .. } | Move::Reopen { .. } => {
                authorise::<may::TicketWork>(ctx)?;
                By::Work
            }
        };
        Ok(Self { step, by })
    }

    /// A move on the ticket that was opened in this very deed: ending it belongs to whoever opened it, all else has
    /// its own right.
    pub(super) fn on_newborn(ctx: &Ctx, newborn: &Newborn, step: Move) -> Result<Self, Error> {
        match step {
            Move::Close { .. } | Move::Leave { .. } => Ok(Self { step, by: By::Opening(newborn.ticket().id) }),
            other => Self::ask(ctx, other),
        }
    }
}

/// Moves a ticket on. `version` is the one the person saw.
pub async fn move_on(
    house: &House,
    ctx: &Ctx,
    no: TicketNo,
    version: i64,
    step: Move,
    once: &Once,
) -> Result<Done, Error> {
    let allowed = Allowed::ask(ctx, step.clone())?;
    text::note("reason", step.words(), text::NOTE)?;
    let deed = Deed::begin(&house.store, ctx, once).await?;
    let ticket = memory::find(&deed.tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    if ticket.version != version {
        return Err(moved_meanwhile(&ticket).into());
    }
    if let Move::Close { result } = &step
        && !codes(&house.scheme.lists.result).contains(&result.as_str())
        && !result.is_empty()
    {
        return Err(Refusal::field("result", "choice.unknown", "結果を一覧から選び直してください").into());
    }
    advance(house, &deed.tx, ctx, ticket, allowed).await?;
    deed.finish(ctx, Done { number: no.to_string() }).await
}

/// Applies a move to a ticket as read in this transaction: state, evidence, timeline, queue of tier 2, audit.
pub(super) async fn advance(house: &House, tx: &Tx, ctx: &Ctx, ticket: Ticket, allowed: Allowed) -> Result<(), Error> {
    let Allowed { step, by } = allowed;
    if matches!(by, By::Opening(own) if own != ticket.id) {
        return Err(Error::Forbidden(Action::TicketWork));
    }
    ticket.must_be_kept()?;
    let version = ticket.version;
    let before = ticket.state.code();
    let (code, label) = (step.code(), step.label());
    let words = words(house, &step);
    let mut moved = Ticket { state: ticket.state.apply(step, ctx.now, me(ctx))?, last_event_at: ctx.now, ..ticket };
    match &moved.state.at {
        Station::HandedOver { reason } => {
            let By::HandOver(by) = &by else { return Err(Error::Forbidden(Action::HandOver)) };
            escalate(by, tx, ctx, moved.id, reason).await?;
            moved.owner_id = None;
        }
        Station::Tier2 { .. } => {
            let By::Tier2(by) = &by else { return Err(Error::Forbidden(Action::Tier2)) };
            take(by, tx, ctx, moved.id).await?;
            moved.owner_id = Some(me(ctx));
            moved.tier = 2;
        }
        Station::Tier1 if code == "give_back" => {
            work::return_escalation(tx, moved.id, ctx.now, &words).await?;
            moved.owner_id = None;
        }
        Station::Tier1 => moved.owner_id = Some(me(ctx)),
        _ => {}
    }
    moved.closed_at = moved.state.is_end().then_some(ctx.now);
    if !memory::save(tx, &moved, version).await? {
        return Err(moved_meanwhile(&moved).into());
    }
    let said = if words.is_empty() { String::new() } else { format!("：{words}") };
    let entry = Entry {
        id: EntryId(ctx.new_id()),
        ticket_id: Some(moved.id),
        call_id: None,
        kind: EntryKind::Moved,
        occurred_at: ctx.now,
        entered_at: ctx.now,
        entered_by: me(ctx),
        body: format!("{label} → {}{said}", moved.state.label()),
        data: json!({ "move": code, "from": before, "to": moved.state.code() }),
    };
    memory::append(tx, &entry).await?;
    let entry = AuditEntry::done("ticket.move", Object::new("ticket", moved.id.0))
        .detail(json!({ "move": code, "to": moved.state.code() }));
    Ok(audit::record(tx, ctx, entry).await?)
}

/// Asks tier 2: the row its queue reads.
async fn escalate(_: &Granted<may::HandOver>, tx: &Tx, ctx: &Ctx, ticket: TicketId, reason: &str) -> Result<(), Error> {
    let escalation = Escalation {
        id: EscalationId(ctx.new_id()),
        ticket_id: ticket,
        requested_at: ctx.now,
        requested_by: me(ctx),
        reason: reason.to_owned(),
        taken_at: None,
        taken_by: None,
    };
    Ok(work::add_escalation(tx, &escalation).await?)
}

/// Tier 2 has taken it: it waits no longer in the queue.
async fn take(_: &Granted<may::Tier2>, tx: &Tx, ctx: &Ctx, ticket: TicketId) -> Result<(), Error> {
    Ok(work::take_escalation(tx, ticket, ctx.now, me(ctx)).await?)
}

fn words(house: &House, step: &Move) -> String {
    match step {
        Move::Close { result } => house.scheme.lists.result_label(result).to_owned(),
        other => other.words().to_owned(),
    }
}
