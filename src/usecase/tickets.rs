//! Tickets: listing, searching, and moving one on.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::deed::{Deed, Once};
use super::{Error, House, me, must};
use crate::domain::actor::Action;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{EntryId, EscalationId, TicketId};
use crate::domain::page::{PAGE_SIZE, Page};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::codes;
use crate::domain::text;
use crate::domain::tickets::state::Station;
use crate::domain::tickets::{Entry, EntryKind, Move, Ticket, TicketNo};
use crate::store::tickets::{self as memory, TicketFilter, TicketLine};
use crate::store::work::{self, Escalation};
use crate::store::{Tx, accounts, audit, search};

/// A page of a list with the names of the owners.
pub struct TicketList {
    /// The page.
    pub page: Page<TicketLine>,
    /// Names of the owners.
    pub names: HashMap<Uuid, String>,
}

/// A page of tickets; one audit entry with the tickets it showed beside it.
pub async fn list(house: &House, ctx: &Ctx, filter: &TicketFilter) -> Result<TicketList, Error> {
    must(ctx, Action::TicketFind)?;
    let page = memory::list(&house.store, filter, PAGE_SIZE).await?;
    named(house, ctx, "ticket.list", page).await
}

/// Tickets that hold every word of a question; newest first. The words are not audited: they may be a name.
pub async fn find(house: &House, ctx: &Ctx, question: &str, before: Option<i64>) -> Result<TicketList, Error> {
    must(ctx, Action::TicketFind)?;
    let question = text::line("q", question, text::LINE)?;
    let named_no = match TicketNo::parse(&question) {
        Some(no) => memory::of_numbers(&house.store, &[no.as_key()]).await?,
        None => Vec::new(),
    };
    if !named_no.is_empty() {
        return named(house, ctx, "ticket.search", Page { rows: named_no, older: None }).await;
    }
    // `5550-4321` reads like a number of the year 5550, and may be the end of a telephone number.
    let mut numbers = search::find(&house.store, &question, before, PAGE_SIZE + 1).await?;
    if let Some(digits) = phone_digits(&question).filter(|_| numbers.is_empty() && before.is_none()) {
        numbers = search::find(&house.store, &digits, None, PAGE_SIZE + 1).await?;
    }
    let more = numbers.len() as u64 > PAGE_SIZE;
    let shown: Vec<i64> = numbers.into_iter().take(usize::try_from(PAGE_SIZE).unwrap_or(50)).collect();
    let rows = memory::of_numbers(&house.store, &shown).await?;
    let older = if more { rows.last().map(|line| line.number) } else { None };
    named(house, ctx, "ticket.search", Page { rows, older }).await
}

/// The digits of a telephone number in whatever grouping: searched again by them alone when it isn't found.
pub(super) fn phone_digits(question: &str) -> Option<String> {
    text::phone("q", question).ok().map(|(_, digits)| digits).filter(|digits| digits.len() >= 4)
}

async fn named(house: &House, ctx: &Ctx, action: &'static str, page: Page<TicketLine>) -> Result<TicketList, Error> {
    let shown: Vec<Object> = page.rows.iter().map(|line| Object::new("ticket", line.id)).collect();
    let entry =
        AuditEntry::done(action, Object::kind("ticket")).detail(json!({ "shown": shown.len() })).subjects(shown);
    let mut people: Vec<Uuid> = page.rows.iter().filter_map(|line| line.owner_id).collect();
    people.sort_unstable();
    people.dedup();
    let (audited, names) = tokio::join!(house.store.journal().write(ctx, entry), accounts::names(&house.store, people));
    audited?;
    Ok(TicketList { page, names: names?.into_iter().collect() })
}

/// A note, advice or call written by hand.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub struct NewEntry {
    /// `note`, `advice` or `call`; a note unless said.
    #[serde(default)]
    pub kind: String,
    /// When it happened, as Tokyo wall-clock time; now unless said.
    #[serde(default)]
    pub occurred_at: String,
    /// The words.
    pub body: String,
}

/// What a deed on a ticket answers.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Done {
    /// The ticket's number.
    pub number: String,
}

/// Appends an entry to a ticket's timeline.
pub async fn add_entry(house: &House, ctx: &Ctx, no: TicketNo, new: NewEntry, once: &Once) -> Result<Done, Error> {
    must(ctx, Action::TicketWork)?;
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
    let deed = Deed::begin(&house.store, ctx, once).await?;
    let ticket = memory::find(&deed.tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    let entry = Entry {
        id: EntryId(ctx.new_id()),
        ticket_id: Some(ticket.id),
        call_id: None,
        kind,
        occurred_at: crate::domain::time::to_micros(occurred_at),
        entered_at: ctx.now,
        entered_by: me(ctx),
        body,
        data: json!({}),
    };
    memory::append(&deed.tx, &entry).await?;
    if !memory::touch(&deed.tx, ticket.id, ctx.now).await? {
        return Err(overtaken(&deed.tx, &ticket, ticket.version).await?.into());
    }
    search::add(&deed.tx, no, &entry.body).await?;
    let audit_entry =
        AuditEntry::done("entry.add", Object::new("ticket", ticket.id.0)).detail(json!({ "kind": kind.code() }));
    audit::record(&deed.tx, ctx, audit_entry).await?;
    deed.finish(ctx, Done { number: no.to_string() }).await
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
    must(ctx, right_for(&step))?;
    text::note("reason", step.words(), text::NOTE)?;
    let deed = Deed::begin(&house.store, ctx, once).await?;
    let ticket = memory::find(&deed.tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    if ticket.version != version {
        return Err(moved_meanwhile(&ticket, version).into());
    }
    if let Move::Close { result } = &step
        && !codes(&house.scheme.lists.result).contains(&result.as_str())
        && !result.is_empty()
    {
        return Err(Refusal::field("result", "choice.unknown", "結果を一覧から選び直してください").into());
    }
    advance(house, &deed.tx, ctx, ticket, step).await?;
    deed.finish(ctx, Done { number: no.to_string() }).await
}

fn right_for(step: &Move) -> Action {
    match step {
        Move::Take | Move::GiveBack { .. } | Move::Refer => Action::Tier2,
        Move::HandOver { .. } => Action::HandOver,
        _ => Action::TicketWork,
    }
}

/// Somebody else was quicker: the ticket as it stands, and the version that was sent.
pub(super) fn moved_meanwhile(ticket: &Ticket, sent: i64) -> Refusal {
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
pub(super) async fn overtaken(tx: &Tx, ticket: &Ticket, sent: i64) -> Result<Refusal, Error> {
    let stands = memory::find(tx, ticket.number).await?;
    Ok(moved_meanwhile(stands.as_ref().unwrap_or(ticket), sent))
}

/// Applies a move to a ticket as read in this transaction: state, evidence, timeline, queue of tier 2, audit.
pub(super) async fn advance(house: &House, tx: &Tx, ctx: &Ctx, ticket: Ticket, step: Move) -> Result<(), Error> {
    ticket.must_be_kept()?;
    let version = ticket.version;
    let before = ticket.state.code();
    let (code, label) = (step.code(), step.label());
    let words = words(house, &step);
    let mut moved = Ticket { state: ticket.state.apply(step, ctx.now, me(ctx))?, last_event_at: ctx.now, ..ticket };
    match &moved.state.at {
        Station::HandedOver { reason } => {
            escalate(tx, ctx, moved.id, reason).await?;
            moved.owner_id = None;
        }
        Station::Tier2 { .. } => {
            work::take_escalation(tx, moved.id, ctx.now, me(ctx)).await?;
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
        return Err(overtaken(tx, &moved, version).await?.into());
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
async fn escalate(tx: &Tx, ctx: &Ctx, ticket: TicketId, reason: &str) -> Result<(), Error> {
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

fn words(house: &House, step: &Move) -> String {
    match step {
        Move::Close { result } => house.scheme.lists.result_label(result).to_owned(),
        other => other.words().to_owned(),
    }
}

/// What can be changed about a ticket besides its state.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
pub struct TicketChange {
    /// Incident code.
    #[serde(default)]
    pub incident: String,
    /// Severity code.
    #[serde(default)]
    pub severity: String,
    /// Make it one's own.
    #[serde(default)]
    pub take_over: bool,
}

/// Changes incident, severity or owner.
pub async fn change(
    house: &House,
    ctx: &Ctx,
    no: TicketNo,
    version: i64,
    new: TicketChange,
    once: &Once,
) -> Result<Done, Error> {
    must(ctx, Action::TicketWork)?;
    let lists = &house.scheme.lists;
    let mut faults = crate::domain::refusal::Faults::default();
    let known = |name: &str, code: &str, list: Vec<&str>| match code.is_empty() || list.contains(&code) {
        true => Ok(()),
        false => Err(Refusal::field(name, "choice.unknown", "一覧から選び直してください")),
    };
    faults.take(known("incident", &new.incident, codes(&lists.incident)));
    faults.take(known("severity", &new.severity, codes(&lists.severity)));
    faults.check()?;
    let deed = Deed::begin(&house.store, ctx, once).await?;
    let mut ticket = memory::find(&deed.tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    if ticket.version != version {
        return Err(moved_meanwhile(&ticket, version).into());
    }
    let mut said = Vec::new();
    if !new.incident.is_empty() && new.incident != ticket.incident {
        said.push(format!("種別 {} → {}", lists.incident_label(&ticket.incident), lists.incident_label(&new.incident)));
        ticket.incident = new.incident;
    }
    if !new.severity.is_empty() && new.severity != ticket.severity {
        said.push(format!(
            "重大度 {} → {}",
            lists.severity_label(&ticket.severity),
            lists.severity_label(&new.severity)
        ));
        ticket.severity = new.severity;
    }
    if new.take_over && ticket.owner_id != Some(me(ctx)) {
        said.push(format!("担当 → {}", ctx.actor.name));
        ticket.owner_id = Some(me(ctx));
    }
    if said.is_empty() {
        return deed.finish(ctx, Done { number: no.to_string() }).await;
    }
    ticket.last_event_at = ctx.now;
    if !memory::save(&deed.tx, &ticket, version).await? {
        return Err(overtaken(&deed.tx, &ticket, version).await?.into());
    }
    let entry = Entry {
        id: EntryId(ctx.new_id()),
        ticket_id: Some(ticket.id),
        call_id: None,
        kind: EntryKind::Changed,
        occurred_at: ctx.now,
        entered_at: ctx.now,
        entered_by: me(ctx),
        body: said.join("、"),
        data: json!({}),
    };
    memory::append(&deed.tx, &entry).await?;
    audit::record(&deed.tx, ctx, AuditEntry::done("ticket.change", Object::new("ticket", ticket.id.0))).await?;
    deed.finish(ctx, Done { number: no.to_string() }).await
}
