//! Moving a ticket on: each transition by its own right, asked for before anything is looked at.

use serde_json::json;

use crate::domain::access::actor::{Action, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{CallId, EscalationId, TicketId};
use crate::domain::referrals::referral::none_is_under_way;
use crate::domain::refusal::Refusal;
use crate::domain::scheme::codes;
use crate::domain::search::SearchText;
use crate::domain::text;
use crate::domain::tickets::callback::{Settled, settled};
use crate::domain::tickets::escalation::Escalation;
use crate::domain::tickets::remote::none_is_left;
use crate::domain::tickets::take_back::TakenBack;
use crate::domain::tickets::ticket::Transitioned;
use crate::domain::tickets::transition::QueueChange;
use crate::domain::tickets::{Event, Place, Ticket, TicketNo, Transition, TransitionKind};
use crate::store::referrals::referral;
use crate::store::tickets;
use crate::store::tickets::{callback, escalation, remote};
use crate::store::{Tx, audit, search};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::incidents::clocks;
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::open::Newborn;
use crate::usecase::tickets::timeline;
use crate::usecase::tickets::{Done, moved_meanwhile, overtaken};
use crate::usecase::{Error, Services, me};

/// A transition whose right was asked for: without it no ticket goes on.
pub(in crate::usecase) struct Allowed {
    transition: Transition,
    by: By,
    promises: Promises,
}

/// What is said of promised call-backs, should the ticket end.
#[derive(Default)]
struct Promises {
    /// The code of what becomes of them; empty: nothing was said.
    said: String,
    /// The call on which a promise may just have been made: of that one there is nothing to say.
    just_made_on: Option<CallId>,
}

/// What allows it.
enum By {
    /// Work on tickets, asked for.
    Work,
    /// Asking tier 2.
    Escalate(Granted<may::Escalate>),
    /// Tier 2's own.
    Tier2(Granted<may::Tier2>),
    /// Having opened this very ticket just now.
    Opening(TicketId),
}

impl Allowed {
    /// A transition of a ticket that exists, by the transition's own right.
    pub(in crate::usecase) fn ask(ctx: &Ctx, transition: Transition) -> Result<Self, Error> {
        let by = match transition.kind().right() {
            Action::Tier2 => By::Tier2(authorise::<may::Tier2>(ctx)?),
            Action::Escalate => By::Escalate(authorise::<may::Escalate>(ctx)?),
            _ => {
                authorise::<may::TicketWork>(ctx)?;
                By::Work
            }
        };
        Ok(Self { transition, by, promises: Promises::default() })
    }

    /// With what becomes of promised call-backs, should the ticket end; those made on this very call stand.
    pub(in crate::usecase) fn settling(self, said: &str, just_made_on: Option<CallId>) -> Self {
        Self { promises: Promises { said: said.to_owned(), just_made_on }, ..self }
    }

    /// A transition of the ticket that was opened in this very step: ending it belongs to whoever opened it, all else
    /// has its own right.
    pub(in crate::usecase) fn on_newborn(ctx: &Ctx, newborn: &Newborn, transition: Transition) -> Result<Self, Error> {
        match transition {
            Transition::Close { .. } | Transition::Leave { .. } => {
                let by = By::Opening(newborn.ticket().id);
                Ok(Self { transition, by, promises: Promises::default() })
            }
            other => Self::ask(ctx, other),
        }
    }
}

/// Moves a ticket on. `version` is the one the person saw; `promises` what becomes of promised call-backs should it end: the
/// code of a [`Settled`], or nothing where there are none.
pub async fn move_on(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    version: i64,
    transition: Transition,
    promises: &str,
    once: &Once,
) -> Result<Done, Error> {
    let allowed = Allowed::ask(ctx, transition.clone())?.settling(promises, None);
    text::note("reason", transition.words(), text::NOTE)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    if ticket.version != version {
        return Err(moved_meanwhile(&ticket, version).into());
    }
    if let Transition::Close { result } = &transition
        && !codes(&services.scheme.lists.result).contains(&result.as_str())
        && !result.is_empty()
    {
        return Err(Refusal::field("result", "choice.unknown", "結果を一覧から選び直してください").into());
    }
    advance(services, &tx, ctx, ticket, allowed).await?;
    tx.finish(ctx, Done { number: no.to_string() }).await
}

/// Takes the last move of a ticket back, by whoever made it. `version` is the one the person saw.
///
/// # Errors
/// A refusal when it was another's move, is too long ago, or something happened since.
pub async fn take_back(services: &Services, ctx: &Ctx, no: TicketNo, version: i64, once: &Once) -> Result<Done, Error> {
    authorise::<may::TicketWork>(ctx)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    if ticket.version != version {
        return Err(moved_meanwhile(&ticket, version).into());
    }
    let last = tickets::last_written(&*tx, ticket.id).await?;
    let since = ticket.state.since;
    let TakenBack { ticket, event, queue } = ticket.take_back(last.as_ref(), me(ctx), ctx.now)?;
    match queue {
        Some(QueueChange::Unasked) => escalation::unask(&tx, ticket.id).await?,
        Some(QueueChange::Untaken) => escalation::untake(&tx, ticket.id, since).await?,
        Some(QueueChange::Unreturned) => escalation::unreturn(&tx, ticket.id, since).await?,
        Some(QueueChange::Asked { .. } | QueueChange::Taken | QueueChange::Returned { .. }) | None => {}
    }
    if !tickets::save(&tx, &ticket, version).await? {
        return Err(overtaken(&tx, &ticket, version).await?.into());
    }
    // What ended with it is promised still.
    for callback in callback::reopen(&tx, ticket.id, since, me(ctx).0).await? {
        let event = Event::CallbackOpenAgain { callback };
        timeline::write(services, &tx, ctx, Place::Ticket(ticket.id), &event).await?;
    }
    timeline::write(services, &tx, ctx, Place::Ticket(ticket.id), &event).await?;
    let entry = AuditEntry::done("ticket.take_back", Object::new("ticket", ticket.id.0))
        .detail(json!({ "to": ticket.state.code() }));
    audit::record(&tx, ctx, entry).await?;
    tx.finish(ctx, Done { number: no.to_string() }).await
}

/// Takes a ticket as read in this transaction on: state, owner, timeline, queue of tier 2, audit. Gives it as saved.
pub(in crate::usecase) async fn advance(
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    ticket: Ticket,
    allowed: Allowed,
) -> Result<Ticket, Error> {
    let Allowed { transition, by, promises } = allowed;
    if matches!(by, By::Opening(own) if own != ticket.id) {
        return Err(Error::Forbidden(Action::TicketWork));
    }
    // Of a ticket opened in this very step nobody else knows yet.
    let lets_go = transition.leads_to().is_end() || transition.kind() == TransitionKind::GiveBack;
    if lets_go && !matches!(by, By::Opening(_)) {
        tickets::locked(tx, ticket.id).await?;
        none_is_left(&remote::of(tx, ticket.id).await?)?;
        none_is_under_way(&referral::of(tx, ticket.id).await?)?;
    }
    if transition.leads_to().is_end() && !matches!(by, By::Opening(_)) {
        settle(&by, services, tx, ctx, &ticket, &promises).await?;
    }
    let (version, kind) = (ticket.version, transition.kind());
    let says_why = !transition.reason().is_empty();
    let Transitioned { mut ticket, event, queue } = ticket.transition(transition, me(ctx), ctx.now)?;
    if let Some(change) = queue {
        change_queue(&by, tx, ctx, &ticket, change).await?;
    }
    if !tickets::save(tx, &ticket, version).await? {
        return Err(overtaken(tx, &ticket, version).await?.into());
    }
    ticket.version = version + 1;
    if let By::Escalate(by) = &by {
        // What tier 2 is asked for is grave: the clinic may have duties, whose clocks run already. The move stays the
        // last line: it may be taken back.
        clocks::look_at(by, services, tx, ctx, &ticket).await?;
    }
    let line = timeline::write(services, tx, ctx, Place::Ticket(ticket.id), &event).await?;
    if says_why {
        search::add(tx, ticket.number, &SearchText::of(&[&line])).await?;
    }
    let entry = AuditEntry::done("ticket.transition", Object::new("ticket", ticket.id.0))
        .detail(json!({ "transition": kind.code(), "to": ticket.state.code() }));
    audit::record(tx, ctx, entry).await?;
    Ok(ticket)
}

/// Nothing that was promised stays due for ever: it's said what becomes of it, before the move, which may be taken back.
async fn settle(
    _: &By,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    ticket: &Ticket,
    promises: &Promises,
) -> Result<(), Error> {
    let mut open = callback::of(tx, vec![ticket.id.0]).await?;
    open.retain(|promise| Some(promise.call_id) != promises.just_made_on);
    let event = |id| match settled(&open, &promises.said) {
        Ok(Some(Settled::Made)) => Ok(Some(Event::CallbackKept { callback: id })),
        Ok(Some(Settled::NotNeeded)) => Ok(Some(Event::CallbackNotNeeded { callback: id })),
        Ok(Some(Settled::Wanted) | None) => Ok(None),
        Err(refusal) => Err(refusal),
    };
    for promise in &open {
        if let Some(event) = event(promise.id)?
            && callback::keep(tx, promise.id, ctx.now, ctx.actor.id).await?
        {
            timeline::write(services, tx, ctx, Place::Ticket(ticket.id), &event).await?;
        }
    }
    Ok(())
}

async fn change_queue(by: &By, tx: &Tx, ctx: &Ctx, ticket: &Ticket, change: QueueChange) -> Result<(), Error> {
    match (change, by) {
        (QueueChange::Asked { reason }, By::Escalate(by)) => escalate(by, tx, ctx, ticket, &reason).await,
        (QueueChange::Taken, By::Tier2(_)) => Ok(escalation::take(tx, ticket.id, ctx.now, me(ctx)).await?),
        (QueueChange::Returned { reason }, By::Tier2(_)) => {
            Ok(escalation::give_back(tx, ticket.id, ctx.now, &reason).await?)
        }
        (QueueChange::Asked { .. }, _) => Err(Error::Forbidden(Action::Escalate)),
        (QueueChange::Taken | QueueChange::Returned { .. }, _) => Err(Error::Forbidden(Action::Tier2)),
        // No move leads there: only taking one back.
        (QueueChange::Unasked | QueueChange::Untaken | QueueChange::Unreturned, _) => Ok(()),
    }
}

/// Asks tier 2: the row its queue reads.
async fn escalate(_: &Granted<may::Escalate>, tx: &Tx, ctx: &Ctx, ticket: &Ticket, reason: &str) -> Result<(), Error> {
    let escalation = Escalation {
        id: EscalationId(ctx.new_id()),
        ticket_id: ticket.id,
        requested_at: ctx.now,
        requested_by: me(ctx),
        reason: reason.to_owned(),
        taken_at: None,
        taken_by: None,
    };
    Ok(escalation::add(tx, &escalation, &ticket.severity).await?)
}
