//! What becomes of the matter when a call ends: a ticket opened, moved on, or none; a promise; a line on the timeline.

use chrono::Datelike;
use serde::Deserialize;
use serde_json::json;

use super::{Error, House, me};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::disposition::Next;
use crate::domain::calls::sheet::{Sheet, SheetField};
use crate::domain::calls::verification::{Recorded, Said, Verification};
use crate::domain::calls::{Call, Disposition};
use crate::domain::ctx::Ctx;
use crate::domain::id::{EntryId, EscalationId, PromiseId, TicketId};
use crate::domain::members::record::{FacilityRecord, MemberRecord};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::codes;
use crate::domain::text;
use crate::domain::tickets::{Entry, EntryKind, Move, State, Ticket, TicketNo};
use crate::domain::time::{from_tokyo, tokyo_time};
use crate::store::work::{self, Escalation, Promise};
use crate::store::{Tx, audit, calls as memory, directory, search, tickets};

/// How a call ends, as asked at its end.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub struct Conclusion {
    /// 対応結果
    pub disposition: Disposition,
    /// 苦情: calls the supervisor.
    #[serde(default)]
    pub complaint: bool,
    /// By when the clinic is called back, as Tokyo wall-clock time: `2026-11-22T15:00`.
    #[serde(default)]
    pub promise_at: String,
    /// About what.
    #[serde(default)]
    pub promise_note: String,
    /// What becomes of the ticket; by the disposition unless said.
    #[serde(default)]
    pub next: NextChoice,
    /// Result code, when it is closed.
    #[serde(default)]
    pub result: String,
    /// Why it goes to tier 2, or where the caller was directed.
    #[serde(default)]
    pub next_reason: String,
    /// The number of a ticket that exists, when the call is about that one.
    #[serde(default)]
    pub ticket: String,
}

/// What the person at the desk says becomes of the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NextChoice {
    /// What the disposition means.
    #[default]
    Usual,
    /// It stays with whoever took the call.
    Keep,
    /// It is closed with its result.
    Close,
    /// It goes to tier 2.
    HandOver,
    /// No ticket.
    None,
}

impl NextChoice {
    /// The choice of a form's code.
    pub fn parse(code: &str) -> Self {
        match code {
            "keep" => Self::Keep,
            "close" => Self::Close,
            "hand_over" => Self::HandOver,
            "none" => Self::None,
            _ => Self::Usual,
        }
    }
}

/// The matter of a call, wherever it was typed.
#[derive(Debug, Clone, Default)]
pub struct Matter {
    /// The four items as said.
    pub said: Said,
    /// Who called.
    pub caller_name: String,
    /// Where to call back.
    pub callback: String,
    /// Incident code; empty: not said.
    pub incident: String,
    /// Severity code; empty: not said.
    pub severity: String,
    /// What the caller told.
    pub narrative: String,
    /// What was recorded about the caller.
    pub verification: Option<Verification>,
}

impl Matter {
    /// The matter of a sheet.
    pub fn of_sheet(call: &Call, sheet: &Sheet, verification: Option<Verification>) -> Self {
        let text = |field| sheet.text(field).to_owned();
        let callback = text(SheetField::Callback);
        Self {
            said: super::sheet::said(sheet),
            caller_name: text(SheetField::CallerName),
            callback: if callback.is_empty() { call.number.clone() } else { callback },
            incident: text(SheetField::Incident),
            severity: text(SheetField::Severity),
            narrative: text(SheetField::Narrative),
            verification,
        }
    }
}

/// Does what a conclusion says; gives the number of the ticket the call ended in.
pub(super) async fn conclude(
    house: &House, tx: &Tx, ctx: &Ctx, call: &Call, matter: Matter, conclusion: &Conclusion,
) -> Result<Option<TicketNo>, Error> {
    let promise = promised(ctx, conclusion)?;
    let next = next(conclusion)?;
    let mut held = tickets::of_call(tx, call.id).await?;
    if !conclusion.ticket.trim().is_empty() {
        let named = existing(tx, ctx, call, &conclusion.ticket).await?;
        held.retain(|t| t.id != named.id.0);
        held.push(tickets::of_numbers(tx, &[named.number.as_key()]).await?.remove(0));
    }
    let ticket = match held.last() {
        Some(line) => tickets::find(tx, line.no()).await?,
        None if next == Next::None && promise.is_none() => None,
        None => Some(open(house, tx, ctx, call, &matter).await?),
    };
    if let Some(due_at) = promise {
        promise_back(tx, ctx, call, &matter, ticket.as_ref(), due_at, conclusion).await?;
    }
    let Some(ticket) = ticket else { return Ok(None) };
    say_how_it_ended(tx, ctx, call, &ticket, conclusion.disposition).await?;
    let number = ticket.number;
    if let Some(step) = step(house, &ticket, next, conclusion)? {
        super::tickets::advance(house, tx, ctx, ticket, step).await?;
    }
    Ok(Some(number))
}

fn promised(ctx: &Ctx, conclusion: &Conclusion) -> Result<Option<chrono::DateTime<chrono::Utc>>, Error> {
    let typed = conclusion.promise_at.trim();
    if !typed.is_empty() {
        text::line("promise_note", &conclusion.promise_note, text::LINE)?;
        return Ok(Some(text::future_time("promise_at", &on_some_day(ctx, typed), ctx.now)?));
    }
    if conclusion.disposition.needs_promise() {
        let message = "折返しのお約束の日時を入力してください（15:00 のように時刻だけなら、次に来るその時刻になります）";
        return Err(Refusal::field("promise_at", "promise.missing", message).into());
    }
    Ok(None)
}

/// A time alone means the next such time: 「15時に」.
fn on_some_day(ctx: &Ctx, typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let typed: String = typed.nfkc().collect();
    let Ok(time) = chrono::NaiveTime::parse_from_str(typed.trim(), "%H:%M") else { return typed };
    let today = tokyo_time(ctx.now).date();
    let day = if from_tokyo(today.and_time(time)) > ctx.now { today } else { today + chrono::Duration::days(1) };
    day.and_time(time).format("%Y-%m-%dT%H:%M").to_string()
}

fn next(conclusion: &Conclusion) -> Result<Next, Error> {
    let usual = conclusion.disposition.next();
    Ok(match conclusion.next {
        NextChoice::Usual => usual,
        NextChoice::Keep => Next::Keep,
        NextChoice::Close => Next::Close,
        NextChoice::HandOver => Next::HandOver,
        NextChoice::None if matches!(usual, Next::HandOver | Next::Keep) => {
            return Err(Refusal::field("next", "next.needs_ticket", "この対応結果では相談票が必要です").into());
        }
        NextChoice::None => Next::None,
    })
}

/// Ties a call to a ticket that exists; what was verified on the call goes with it.
pub(super) async fn existing(tx: &Tx, ctx: &Ctx, call: &Call, typed: &str) -> Result<Ticket, Error> {
    let unknown = || Refusal::field("ticket", "ticket.unknown", "この番号の相談票はありません。番号をご確認ください（例 2026-000123）");
    let no = TicketNo::parse(typed).ok_or_else(unknown)?;
    let ticket = tickets::find(tx, no).await?.ok_or_else(unknown)?;
    tickets::link_call(tx, call.id, ticket.id).await?;
    tickets::touch(tx, ticket.id, ctx.now).await?;
    let entry = AuditEntry::done("ticket.link", Object::new("ticket", ticket.id.0)).subjects([Object::new("call", call.id.0)]);
    audit::record(tx, ctx, entry).await?;
    match memory::free_verification(tx, call.id).await? {
        Some(verification) => attach(tx, ctx, ticket, &verification).await,
        None => Ok(ticket),
    }
}

/// Gives a verification made on a call to one of its tickets: whose matter it is, and that remote support is open.
/// A verification of another facility than the ticket's is left for another ticket.
pub(super) async fn attach(tx: &Tx, ctx: &Ctx, mut ticket: Ticket, verification: &Verification) -> Result<Ticket, Error> {
    let another = ticket.facility_id.is_some() && verification.facility_id.is_some() && ticket.facility_id != verification.facility_id;
    if another {
        return Ok(ticket);
    }
    memory::take_verifications(tx, verification.call_id, ticket.id).await?;
    work::give_tasks(tx, verification.id, ticket.id).await?;
    let version = ticket.version;
    ticket.verification = verification.recorded;
    ticket.last_event_at = ctx.now;
    if verification.recorded.opens_remote() {
        let known = Known::of(tx, verification).await?;
        ticket.facility_id = verification.facility_id.or(ticket.facility_id);
        ticket.member_id = verification.member_id.or(ticket.member_id);
        known.put_on(&mut ticket);
        search::add(tx, ticket.number, &known.words()).await?;
    }
    if !tickets::save(tx, &ticket, version).await? {
        return Err(Refusal::conflict("ticket.stale", "ほかの人がこの相談票を更新しました。もう一度お試しください").into());
    }
    ticket.version = version + 1;
    audit::record(tx, ctx, AuditEntry::done("ticket.verify", Object::new("ticket", ticket.id.0)).subjects(whose(&ticket))).await?;
    Ok(ticket)
}

fn whose(ticket: &Ticket) -> Vec<Object> {
    let facility = ticket.facility_id.map(|f| Object::new("facility", f.0));
    facility.into_iter().chain(ticket.member_id.map(|m| Object::new("member", m.0))).collect()
}

/// What the directory holds of a verified caller's facility and member.
#[derive(Default)]
struct Known {
    facility: Option<FacilityRecord>,
    member: Option<MemberRecord>,
}

impl Known {
    async fn of(tx: &Tx, verification: &Verification) -> Result<Self, Error> {
        let facility = match verification.facility_id {
            Some(id) => directory::facility_by_id(tx, id.0).await?,
            None => None,
        };
        let member = match verification.member_id {
            Some(id) => directory::member_by_id(tx, id.0).await?,
            None => None,
        };
        Ok(Self { facility, member })
    }

    fn put_on(&self, ticket: &mut Ticket) {
        if let Some(facility) = &self.facility {
            ticket.facility_name.clone_from(&facility.name);
            ticket.facility_kind.clone_from(&facility.kind);
        }
        if let Some(member) = &self.member {
            ticket.prefecture = member.pref_association.trim_end_matches("医師会").to_owned();
        }
    }

    /// What it is found by.
    fn words(&self) -> String {
        let facility = self.facility.iter().map(|f| format!("{}\n{}\n{}\n{}", f.name, f.kana, f.address, digits(&f.phone)));
        let member = self.member.iter().map(|m| format!("{}\n{}", m.name, m.kana));
        facility.chain(member).collect::<Vec<_>>().join("\n")
    }
}

/// The step a conclusion means for a ticket where it stands; none where it stays as it is.
fn step(house: &House, ticket: &Ticket, next: Next, conclusion: &Conclusion) -> Result<Option<Move>, Error> {
    let words = || conclusion.next_reason.trim().to_owned();
    let usual = |fallback: &str| if words().is_empty() { fallback.to_owned() } else { words() };
    if ticket.state.is_end() {
        return Ok(Some(Move::Reopen { reason: usual("同じご相談で再度入電") }).filter(|_| next != Next::None));
    }
    Ok(match next {
        Next::Close => Some(Move::Close { result: result_code(house, conclusion)? }),
        Next::HandOver if ticket.state.code() == "tier1" => Some(Move::HandOver { reason: words() }),
        Next::Exit(exit) if ticket.state.code() == "tier1" => {
            Some(Move::Leave { exit, reason: usual(conclusion.disposition.label()) })
        }
        Next::HandOver | Next::Exit(_) | Next::Keep | Next::None => None,
    })
}

fn result_code(house: &House, conclusion: &Conclusion) -> Result<String, Error> {
    let known = codes(&house.scheme.lists.result);
    let code = match conclusion.result.trim() {
        "" => known.first().copied().unwrap_or_default(),
        typed => typed,
    };
    if known.contains(&code) {
        return Ok(code.to_owned());
    }
    Err(Refusal::field("result", "choice.unknown", "結果を一覧から選び直してください").into())
}

/// Opens a ticket for a call's matter; tier 1 works on it from the start.
pub(super) async fn open(house: &House, tx: &Tx, ctx: &Ctx, call: &Call, matter: &Matter) -> Result<Ticket, Error> {
    let verified = matter.verification.as_ref().filter(|v| v.recorded.opens_remote());
    let known = match verified {
        Some(verification) => Known::of(tx, verification).await?,
        None => Known::default(),
    };
    let received = State::received(ctx.now, me(ctx));
    let or = |text: &str, fallback: &str| if text.is_empty() { fallback.to_owned() } else { text.to_owned() };
    let mut ticket = Ticket {
        id: TicketId(ctx.new_id()),
        number: tickets::next_number(tx, tokyo_time(ctx.now).year()).await?,
        desk: call.desk.clone(),
        facility_id: verified.and_then(|v| v.facility_id),
        member_id: verified.and_then(|v| v.member_id),
        facility_name: matter.said.facility.clone(),
        prefecture: String::new(),
        facility_kind: String::new(),
        incident: or(&matter.incident, "other"),
        severity: or(&matter.severity, "medium"),
        summary: matter.narrative.clone(),
        state: received.apply(Move::Start, ctx.now, me(ctx))?,
        version: 1,
        owner_id: Some(me(ctx)),
        verification: matter.verification.as_ref().map_or(Recorded::Unverified, |v| v.recorded),
        tier: 1,
        opened_at: ctx.now,
        opened_by: me(ctx),
        opened_on: ctx.today(),
        closed_at: None,
        last_event_at: ctx.now,
    };
    known.put_on(&mut ticket);
    tickets::add(tx, &ticket).await?;
    tickets::link_call(tx, call.id, ticket.id).await?;
    memory::take_verifications(tx, call.id, ticket.id).await?;
    if let Some(verification) = &matter.verification {
        work::give_tasks(tx, verification.id, ticket.id).await?;
    }
    let opened = line(ctx, &ticket, call, EntryKind::Opened, opening_words(house, matter), json!({ "call": call.id }));
    tickets::append(tx, &opened).await?;
    let words = [
        ticket.number.to_string(), ticket.facility_name.clone(),
        known.words(),
        matter.said.name.clone(), matter.said.facility.clone(), matter.said.address.clone(), matter.caller_name.clone(),
        call.number.clone(), call.number_digits.clone(), digits(&matter.callback), matter.narrative.clone(),
    ];
    search::put(tx, ticket.number, &words.join("\n")).await?;
    let entry = AuditEntry::done("ticket.open", Object::new("ticket", ticket.id.0)).subjects(whose(&ticket));
    audit::record(tx, ctx, entry).await?;
    Ok(ticket)
}

fn opening_words(house: &House, matter: &Matter) -> String {
    let incident = house.scheme.lists.incident_label(&matter.incident);
    match (incident.is_empty(), matter.narrative.is_empty()) {
        (_, false) => matter.narrative.clone(),
        (false, true) => incident.to_owned(),
        (true, true) => "相談内容は未記入です".to_owned(),
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn line(ctx: &Ctx, ticket: &Ticket, call: &Call, kind: EntryKind, body: String, data: serde_json::Value) -> Entry {
    Entry {
        id: EntryId(ctx.new_id()),
        ticket_id: Some(ticket.id),
        call_id: Some(call.id),
        kind,
        occurred_at: ctx.now,
        entered_at: ctx.now,
        entered_by: me(ctx),
        body,
        data,
    }
}

async fn say_how_it_ended(tx: &Tx, ctx: &Ctx, call: &Call, ticket: &Ticket, disposition: Disposition) -> Result<(), Error> {
    let body = format!("通話終了：{}", disposition.label());
    let entry = line(ctx, ticket, call, EntryKind::Call, body, json!({ "disposition": disposition.code() }));
    Ok(tickets::append(tx, &entry).await?)
}

async fn promise_back(
    tx: &Tx, ctx: &Ctx, call: &Call, matter: &Matter, ticket: Option<&Ticket>,
    due_at: chrono::DateTime<chrono::Utc>, conclusion: &Conclusion,
) -> Result<(), Error> {
    let promise = Promise {
        id: PromiseId(ctx.new_id()),
        ticket_id: ticket.map(|t| t.id),
        call_id: call.id,
        due_at,
        who: matter.caller_name.clone(),
        number: matter.callback.clone(),
        note: conclusion.promise_note.trim().to_owned(),
        made_by: me(ctx),
        kept_at: None,
    };
    work::add_promise(tx, &promise).await?;
    let Some(ticket) = ticket else { return Ok(()) };
    let when = tokyo_time(due_at).format("%-m月%-d日 %H:%M");
    let body = format!("折返しのお約束：{when} {}", promise.note);
    let entry = line(ctx, ticket, call, EntryKind::Promise, body.trim_end().to_owned(), json!({ "promise": promise.id }));
    Ok(tickets::append(tx, &entry).await?)
}

/// Asks tier 2: the row its queue reads.
pub(super) async fn escalate(tx: &Tx, ctx: &Ctx, ticket: TicketId, reason: &str) -> Result<(), Error> {
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
