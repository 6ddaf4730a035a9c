//! What becomes of the matter when a call ends: a ticket moved on, kept, or none; a callback; a line on the timeline.

use crate::domain::access::actor::{Action, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::disposition::{Next, NextChoice};
use crate::domain::calls::intake::Intake;
use crate::domain::calls::wrap_up::{AfterCall, Instruction, after_call, no_reason_lost, remote_on_record};
use crate::domain::calls::{Call, Disposition};
use crate::domain::ctx::Ctx;
use crate::domain::id::{CallId, TaskId};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::codes;
use crate::domain::search::SearchText;
use crate::domain::text;
use crate::domain::tickets::line::TicketLine;
use crate::domain::tickets::task::{Task, TaskKind};
use crate::domain::tickets::{Event, Place, StatusKind, Ticket, TicketNo};
use crate::store::tickets::{remote, task};
use crate::store::{Tx, audit, search, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::calls::callback::{promise, promised};
use crate::usecase::tickets::open::{Newborn, existing, open};
use crate::usecase::tickets::opens::Opens;
use crate::usecase::tickets::transition::{Allowed, advance};
use crate::usecase::tickets::{follow, timeline};
use crate::usecase::{Error, Services, me};

/// How a call ends, as asked at its end.
#[derive(Debug, Clone)]
pub struct WrapUp {
    /// 対応結果
    pub disposition: Disposition,
    /// 苦情: calls the supervisor.
    pub complaint: bool,
    /// By when the clinic is called back, as Tokyo wall-clock time: `2026-11-22T15:00`.
    pub callback_at: String,
    /// About what.
    pub callback_note: String,
    /// When the clinic can be reached, if it was asked: 「平日9-18、水午後休」.
    pub clinic_hours: String,
    /// What becomes of the ticket; by the disposition unless said.
    pub next: NextChoice,
    /// Result code, when it is closed.
    pub result: String,
    /// Why it goes to tier 2, or where the caller was directed.
    pub next_reason: String,
    /// The number of a ticket that exists, when the call is about that one.
    pub ticket: String,
    /// What becomes of earlier promises of call-backs, should the ticket end: `wanted`, `made`, `not_needed`.
    pub promises: String,
    /// Whoever ends the call has seen what its record lacks, and ends it all the same.
    pub anyway: bool,
}

impl WrapUp {
    /// Whether it asks tier 2 to take the ticket.
    fn escalates(&self) -> bool {
        self.disposition.next_as(self.next).is_ok_and(|next| next == Next::Escalate)
    }
}

/// The rights that the end of a call was asked for: the one that ends or logs it, and those of what it does beside.
pub(in crate::usecase) struct Ending<R: Opens> {
    call: R,
    /// For a ticket that exists, named or tied to the call before.
    tickets: Option<Granted<may::TicketWork>>,
}

impl<R: Opens> Opens for Ending<R> {}

impl<R: Opens> Ending<R> {
    /// Asks for all that a conclusion says, before anything is looked at: who may not touch a ticket that exists is
    /// answered alike whatever number they name.
    pub(in crate::usecase) fn ask(call: R, ctx: &Ctx, conclusion: &WrapUp) -> Result<Self, Error> {
        if conclusion.escalates() {
            authorise::<may::Escalate>(ctx)?;
        }
        let tickets = match conclusion.ticket.trim() {
            "" => authorise::<may::TicketWork>(ctx).ok(),
            _ => Some(authorise::<may::TicketWork>(ctx)?),
        };
        Ok(Self { call, tickets })
    }

    fn tickets(&self) -> Result<&Granted<may::TicketWork>, Error> {
        self.tickets.as_ref().ok_or(Error::Forbidden(Action::TicketWork))
    }
}

/// The ticket that a call ends in.
enum Concerned {
    /// Opened for it.
    New(Newborn),
    /// There before.
    Held(Ticket),
}

impl Concerned {
    async fn held(_: &Granted<may::TicketWork>, tx: &Tx, no: TicketNo) -> Result<Option<Self>, Error> {
        Ok(tickets::find(tx, no).await?.map(Self::Held))
    }

    fn ticket(&self) -> &Ticket {
        match self {
            Self::New(newborn) => newborn.ticket(),
            Self::Held(ticket) => ticket,
        }
    }
}

/// Does what a conclusion says; gives the number of the ticket the call ended in.
pub(in crate::usecase) async fn after<R: Opens>(
    by: &Ending<R>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: &Call,
    matter: &Intake,
    conclusion: &WrapUp,
) -> Result<Option<TicketNo>, Error> {
    text::note("next_reason", &conclusion.next_reason, text::NOTE)?;
    let WrapUp { callback_at, callback_note, clinic_hours, .. } = conclusion;
    let callback = promised(ctx, conclusion.disposition, callback_at, callback_note, clinic_hours)?;
    let next = conclusion.disposition.next_as(conclusion.next)?;
    let mut held = tickets::of_call(tx, call.id).await?;
    if let Some(typed) = named(by, tx, &conclusion.ticket, held.last()).await? {
        let named = existing(by.tickets()?, services, tx, ctx, call, &typed, matter).await?;
        held.retain(|t| t.id != named.id);
        held.push(tickets::of_numbers(tx, &[named.number.as_key()]).await?.remove(0));
    }
    let ticket = match held.last() {
        Some(line) => Concerned::held(by.tickets()?, tx, line.number).await?,
        None if next == Next::None && callback.is_none() => None,
        None => Some(Concerned::New(open(&by.call, services, tx, ctx, call, matter).await?)),
    };
    if let Some(callback) = callback {
        let ticket = ticket.as_ref().map(Concerned::ticket);
        promise(&by.call, services, tx, ctx, call, matter, ticket, callback).await?;
    }
    let Some(concerned) = ticket else {
        return no_reason_lost(next, &conclusion.next_reason).map(|()| None).map_err(|e| of_the_strip(e.into()));
    };
    if conclusion.disposition == Disposition::Remote {
        remote_on_record(remote::of(tx, concerned.ticket().id).await?.len())?;
    }
    if let Concerned::Held(ticket) = &concerned {
        follow::ended(&by.call, services, tx, ctx, call, ticket, matter).await?;
    }
    let number = concerned.ticket().number;
    let others = held.iter().filter(|line| line.number != number);
    say_how_it_ended(by, services, tx, ctx, call, concerned.ticket(), others, conclusion.disposition).await?;
    go_on(by, services, tx, ctx, call, concerned, next, conclusion).await.map_err(of_the_strip)?;
    Ok(Some(number))
}

/// The number of the ticket that the call is about, where it isn't the last one it's tied to: the one that was typed, or
/// the one that went into another while they talked.
async fn named<R: Opens>(
    _: &Ending<R>,
    tx: &Tx,
    typed: &str,
    last: Option<&TicketLine>,
) -> Result<Option<String>, Error> {
    if !typed.trim().is_empty() {
        return Ok(Some(typed.to_owned()));
    }
    let Some(into) = last.and_then(|line| line.merged_into) else { return Ok(None) };
    Ok(tickets::find_by_id(tx, into).await?.map(|ticket| ticket.number.to_string()))
}

/// What the end of the call does to the ticket, by the rule of [`after_call`].
#[expect(clippy::too_many_arguments, reason = "one step of the end, split out to be read")]
async fn go_on<R: Opens>(
    by: &Ending<R>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: &Call,
    concerned: Concerned,
    next: Next,
    conclusion: &WrapUp,
) -> Result<(), Error> {
    let result = if next == Next::Close { result_code(services, conclusion)? } else { String::new() };
    let (disposition, reason) = (conclusion.disposition, conclusion.next_reason.as_str());
    let said = Instruction { disposition, next, reason, result: &result };
    match after_call(concerned.ticket().state.kind(), &said)? {
        AfterCall::StaysWithTier2 { reason } => {
            ask_again(by.tickets()?, services, tx, ctx, call.id, concerned.ticket(), reason).await
        }
        AfterCall::Goes(transitions) => {
            let mut concerned = concerned;
            for transition in transitions {
                let settled = conclusion.promises.as_str();
                let (allowed, ticket) = match concerned {
                    Concerned::New(newborn) => (Allowed::on_newborn(ctx, &newborn, transition)?, newborn.grown()),
                    Concerned::Held(ticket) => (Allowed::ask(ctx, transition)?, ticket),
                };
                let allowed = allowed.settling(settled, Some(call.id));
                concerned = Concerned::Held(advance(services, tx, ctx, ticket, allowed).await?);
            }
            Ok(())
        }
    }
}

/// Tier 2 has the ticket: a line on it says why it is asked again, and its specialist finds a task.
async fn ask_again(
    _: &Granted<may::TicketWork>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: CallId,
    ticket: &Ticket,
    reason: String,
) -> Result<(), Error> {
    ticket.must_be_kept()?;
    let event = Event::AskedAgain { reason };
    let entry = timeline::write(services, tx, ctx, Place::Both(ticket.id, call), &event).await?;
    search::add(tx, ticket.number, &SearchText::of(&[&entry])).await?;
    tickets::touch(tx, ticket.id, me(ctx), ctx.now).await?;
    if ticket.state.kind() == StatusKind::Tier2 {
        let task = Task {
            id: TaskId(ctx.new_id()),
            ticket_id: Some(ticket.id),
            verification_id: None,
            kind: TaskKind::AskedAgain,
            due_on: ctx.today(),
            created_at: ctx.now,
            done_at: None,
            outcome: String::new(),
            looked_at: i64::MAX,
        };
        task::add(tx, &task).await?;
    }
    let entry = AuditEntry::done("ticket.ask_again", Object::new("ticket", ticket.id.0));
    Ok(audit::record(tx, ctx, entry).await?)
}

/// A move calls its words `reason`; at the end of a call that field is `next_reason`.
fn of_the_strip(error: Error) -> Error {
    match error {
        Error::Refused(mut refusal) => {
            for fault in refusal.fields.iter_mut().filter(|f| f.name == "reason") {
                fault.name = "next_reason".to_owned();
            }
            Error::Refused(refusal)
        }
        other => other,
    }
}

fn result_code(services: &Services, conclusion: &WrapUp) -> Result<String, Error> {
    let known = codes(&services.scheme.lists.result);
    let code = match conclusion.result.trim() {
        "" => known.first().copied().unwrap_or_default(),
        typed => typed,
    };
    if known.contains(&code) {
        return Ok(code.to_owned());
    }
    Err(Refusal::field("result", "choice.unknown", "結果を一覧から選び直してください").into())
}

/// The last line of a call on its ticket; the others that it concerned say where it was recorded.
#[expect(clippy::too_many_arguments, reason = "one step of the end, split out to be read")]
async fn say_how_it_ended<R: Opens>(
    _: &Ending<R>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: &Call,
    ticket: &Ticket,
    others: impl Iterator<Item = &TicketLine>,
    disposition: Disposition,
) -> Result<(), Error> {
    let here = Event::CallEnded { disposition, elsewhere: None };
    timeline::write(services, tx, ctx, Place::Both(ticket.id, call.id), &here).await?;
    let there = Event::CallEnded { disposition, elsewhere: Some(ticket.number) };
    for other in others {
        timeline::write(services, tx, ctx, Place::Ticket(other.id), &there).await?;
        tickets::touch(tx, other.id, me(ctx), ctx.now).await?;
    }
    Ok(())
}
