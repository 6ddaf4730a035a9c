//! Tickets: listing, searching, writing on one.

pub mod assign;
pub mod callback;
pub mod draft;
pub mod evidence_gate;
pub(in crate::usecase) mod follow;
pub mod hold;
pub(in crate::usecase) mod lines;
pub mod merge;
pub mod open;
pub(in crate::usecase) mod opens;
pub mod page;
pub mod parts;
pub mod queues;
pub mod remote;
mod shown;
pub mod task;
pub(in crate::usecase) mod timeline;
pub mod together;
pub mod transition;

use crate::domain::search::{Question, SearchText};
use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::authorise::{Granted, authorise};
use super::{Error, Services, me};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::EntryId;
use crate::domain::page::{PAGE_SIZE, Page};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::codes;
use crate::domain::text;
use crate::domain::tickets::line::TicketFilter;
use crate::domain::tickets::line::TicketLine;
use crate::domain::tickets::{Entry, EntryKind, Event, Place, StatusKind, Ticket, TicketNo};
use crate::store::tickets;
use crate::store::tickets::escalation;
use crate::store::{Tx, accounts, audit, search};
use crate::usecase::audit::readings;
use crate::usecase::incidents::clocks;
use crate::usecase::once::{Once, OnceTx};

pub use crate::usecase::tickets::transition::{move_on, take_back};

/// A page of a list with the names of the owners.
pub struct TicketList {
    /// The page.
    pub page: Page<TicketLine>,
    /// Names of the owners.
    pub names: HashMap<Uuid, String>,
}

/// A page of tickets; one audit entry with the tickets it showed beside it.
pub async fn list(services: &Services, ctx: &Ctx, filter: &TicketFilter) -> Result<TicketList, Error> {
    let by = authorise::<may::TicketFind>(ctx)?;
    let page = tickets::list(&services.store, filter, PAGE_SIZE).await?;
    named(&by, services, ctx, "ticket.list", page).await
}

/// Tickets that hold every word of a question; newest first. The words are not audited: they may be a name.
pub async fn find(services: &Services, ctx: &Ctx, question: &str, before: Option<i64>) -> Result<TicketList, Error> {
    let by = authorise::<may::TicketFind>(ctx)?;
    let question = text::line("q", question, text::LINE)?;
    let named_no = match TicketNo::parse(&question) {
        Some(no) => tickets::of_numbers(&services.store, &[no.as_key()]).await?,
        None => Vec::new(),
    };
    if !named_no.is_empty() {
        return named(&by, services, ctx, "ticket.search", Page { rows: named_no, older: None }).await;
    }
    // `5550-4321` reads like a number of the year 5550, and may be the end of a telephone number.
    let numbers = search::find(&services.store, &Question::read(&question), before, PAGE_SIZE + 1).await?;
    let more = numbers.len() as u64 > PAGE_SIZE;
    let shown: Vec<i64> = numbers.into_iter().take(usize::try_from(PAGE_SIZE).unwrap_or(50)).collect();
    let rows = tickets::of_numbers(&services.store, &shown).await?;
    let older = if more { rows.last().map(|line| line.number.as_key()) } else { None };
    named(&by, services, ctx, "ticket.search", Page { rows, older }).await
}

async fn named(
    by: &Granted<may::TicketFind>,
    services: &Services,
    ctx: &Ctx,
    action: &'static str,
    page: Page<TicketLine>,
) -> Result<TicketList, Error> {
    let shown: Vec<Object> = page.rows.iter().map(|line| Object::new("ticket", line.id)).collect();
    let entry =
        AuditEntry::done(action, Object::kind("ticket")).detail(json!({ "shown": shown.len() })).subjects(shown);
    let mut people: Vec<Uuid> = page.rows.iter().filter_map(|line| line.owner_id.map(|owner| owner.0)).collect();
    people.sort_unstable();
    people.dedup();
    let (audited, names) =
        tokio::join!(readings::shown(by, services, ctx, entry), accounts::names(&services.store, people));
    audited?;
    Ok(TicketList { page, names: names?.into_iter().collect() })
}

/// A note, advice or call written by hand.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// `note`, `advice` or `call`; a note unless said.
    pub kind: String,
    /// When it happened, as Tokyo wall-clock time; now unless said.
    pub occurred_at: String,
    /// The words.
    pub body: String,
}

/// What a step on a ticket answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    /// The ticket's number.
    pub number: String,
}

/// Appends an entry to a ticket's timeline.
pub async fn add_entry(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    new: NewEntry,
    once: &Once,
) -> Result<Done, Error> {
    authorise::<may::TicketWork>(ctx)?;
    let kind = match new.kind.as_str() {
        "" => EntryKind::Note,
        code => EntryKind::by_hand(code)
            .ok_or_else(|| Refusal::field("kind", "choice.unknown", "種類を一覧から選び直してください"))?,
    };
    let mut faults = crate::domain::refusal::Faults::default();
    let body = faults.take(text::required_note("body", &new.body, text::NOTE));
    let occurred_at = match new.occurred_at.trim() {
        "" => ctx.now,
        typed => faults.take(text::past_time("occurred_at", typed, ctx.now)),
    };
    faults.check()?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    ticket.must_stand_alone()?;
    let event = Event::Written { kind, words: body };
    let written = Entry {
        occurred_at: crate::domain::time::to_micros(occurred_at),
        ..Entry::of(EntryId(ctx.new_id()), Place::Ticket(ticket.id), &event, &services.scheme, ctx.now, me(ctx))
    };
    tickets::append(&tx, &written).await?;
    if !tickets::touch(&tx, ticket.id, me(ctx), ctx.now).await? {
        return Err(overtaken(&tx, &ticket, ticket.version).await?.into());
    }
    search::add(&tx, no, &SearchText::of(&[&written])).await?;
    let audit_entry =
        AuditEntry::done("entry.add", Object::new("ticket", ticket.id.0)).detail(json!({ "kind": kind.code() }));
    audit::record(&tx, ctx, audit_entry).await?;
    tx.finish(ctx, Done { number: no.to_string() }).await
}

/// Somebody else was quicker: the ticket as it stands, and the version that was sent.
pub(in crate::usecase) fn moved_meanwhile(ticket: &Ticket, sent: i64) -> Refusal {
    let words = Refusal::conflict(
        "ticket.stale",
        format!(
            "ほかの人がこの相談票を更新しました（いまは「{}」です）。画面を読み直してからやり直してください",
            ticket.state.label()
        ),
    );
    words.versions(sent, ticket.version)
}

/// The same, when somebody was quicker between reading and saving.
pub(in crate::usecase) async fn overtaken(tx: &Tx, ticket: &Ticket, sent: i64) -> Result<Refusal, Error> {
    let stands = tickets::find(tx, ticket.number).await?;
    Ok(moved_meanwhile(stands.as_ref().unwrap_or(ticket), sent))
}

/// What can be changed about a ticket besides its state.
#[derive(Debug, Clone, Default)]
pub struct TicketChange {
    /// Incident code.
    pub incident: String,
    /// Severity code.
    pub severity: String,
    /// Make it one's own.
    pub take_over: bool,
}

/// Changes incident, severity or owner.
pub async fn change(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    version: i64,
    new: TicketChange,
    once: &Once,
) -> Result<Done, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let lists = &services.scheme.lists;
    let mut faults = crate::domain::refusal::Faults::default();
    let known = |name: &str, code: &str, list: Vec<&str>| match code.is_empty() || list.contains(&code) {
        true => Ok(()),
        false => Err(Refusal::field(name, "choice.unknown", "一覧から選び直してください")),
    };
    faults.take(known("incident", &new.incident, codes(&lists.incident)));
    faults.take(known("severity", &new.severity, codes(&lists.severity)));
    faults.check()?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let mut ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    ticket.must_stand_alone()?;
    if ticket.version != version {
        return Err(moved_meanwhile(&ticket, version).into());
    }
    if new.take_over && ticket.owner_id != Some(me(ctx)) {
        ticket.may_have_an_owner()?;
    }
    let owner = new.take_over.then(|| (me(ctx), ctx.actor.name.as_str()));
    let Some(event) = ticket.change(&new.incident, &new.severity, owner) else {
        return tx.finish(ctx, Done { number: no.to_string() }).await;
    };
    ticket.last_event_at = ctx.now;
    if !tickets::save(&tx, &ticket, version).await? {
        return Err(overtaken(&tx, &ticket, version).await?.into());
    }
    escalation::regrade(&tx, ticket.id, &ticket.severity).await?;
    timeline::write(services, &tx, ctx, Place::Ticket(ticket.id), &event).await?;
    if ticket.tier > 1 || ticket.state.kind() == StatusKind::Escalated {
        clocks::look_at(&by, services, &tx, ctx, &ticket).await?;
    }
    audit::record(&tx, ctx, AuditEntry::done("ticket.change", Object::new("ticket", ticket.id.0))).await?;
    tx.finish(ctx, Done { number: no.to_string() }).await
}

/// A ticket on which work goes on.
async fn open_ticket(_: &Granted<may::TicketWork>, tx: &Tx, no: TicketNo) -> Result<Ticket, Error> {
    let ticket = tickets::find(tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    ticket.must_stand_alone()?;
    if ticket.state.is_end() {
        return Err(Refusal::conflict(
            "ticket.already_closed",
            "この相談票は終了しています。続けるには再開してください",
        )
        .into());
    }
    Ok(ticket)
}
