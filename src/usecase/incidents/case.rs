//! What a ticket knows of its incident, gathered once for all papers.

use crate::domain::access::actor::{Right, may};
use crate::domain::audit::Object;
use crate::domain::calls::CallLine;
use crate::domain::calls::said_cards::taken_back;
use crate::domain::incidents::case::{Case, Filed};
use crate::domain::incidents::deadline::DutyEnd;
use crate::domain::incidents::dossier::{Row, tells};
use crate::domain::incidents::evidence::EvidenceItem;
use crate::domain::incidents::paper::{Happened, Moved};
use crate::domain::incidents::{Clock, IncidentEvent, Said};
use crate::domain::referrals::step::Item;
use crate::domain::scheme::Scheme;
use crate::domain::tickets::{Entry, EntryKind, Event, Ticket, TicketNo};
use crate::domain::time::tokyo_time;
use crate::store::incidents::{clock, evidence, indicator, record};
use crate::store::tickets::merge;
use crate::store::verification::record as verified;
use crate::store::{Access, members, tickets};
use crate::usecase::authorise::Granted;
use crate::usecase::{Error, Services};

/// What is known, and what happened.
pub(super) struct Gathered {
    /// What is known.
    pub(super) case: Case,
    /// What was done, a line each, with what must be agreed for a firm to read it.
    pub(super) course: Vec<(Option<Item>, Row)>,
    /// What happened that changes what is known.
    pub(super) happened: Vec<Happened>,
}

/// The ticket, unless its period has ended.
pub(super) async fn kept(_: &Granted<may::TicketWork>, on: &impl Access, no: TicketNo) -> Result<Ticket, Error> {
    let ticket = tickets::find(on, no).await?.ok_or(Error::NotFound("ticket"))?;
    if ticket.erased_on.is_some() { Err(Error::NotFound("ticket")) } else { Ok(ticket) }
}

/// The tickets that went into it: whoever reads what it knows reads them.
pub(in crate::usecase) async fn parts_of<R: Right>(
    _: &Granted<R>,
    on: &impl Access,
    ticket: &Ticket,
) -> Result<Vec<Object>, Error> {
    let parts = merge::into(on, ticket.id).await?;
    Ok(parts.into_iter().map(|part| Object::new("ticket", part.ticket_id.0)).collect())
}

/// What is known of it, with what the tickets know that went into this one.
pub(in crate::usecase) async fn known_of<R: Right>(
    by: &Granted<R>,
    services: &Services,
    on: &impl Access,
    ticket: &Ticket,
) -> Result<Case, Error> {
    Ok(gather(by, services, on, ticket).await?.case)
}

/// Gathers it, with what the tickets know that went into this one.
pub(super) async fn gather<R: Right>(
    by: &Granted<R>,
    services: &Services,
    on: &impl Access,
    ticket: &Ticket,
) -> Result<Gathered, Error> {
    let (mut case, mut entries) = of_one(by, services, on, ticket).await?;
    let mut happened = happened(&entries);
    for part in merge::into(on, ticket.id).await? {
        let Some(ticket) = tickets::find_by_id(on, part.ticket_id).await? else { continue };
        let (theirs, lines) = of_one(by, services, on, &ticket).await?;
        case.join(&ticket.number.to_string(), theirs);
        happened.extend(self::happened(&lines));
        // A call that was about both stands there once.
        let new = |line: &Entry| entries.iter().all(|own| own.id != line.id);
        let lines: Vec<Entry> = lines.into_iter().filter(new).collect();
        entries.extend(lines);
    }
    happened.sort_by_key(|(at, ..)| *at);
    entries.sort_by_key(|entry| (entry.occurred_at, entry.entered_at, entry.id));
    case.done = done(&services.scheme, &entries);
    Ok(Gathered { case, course: course(&entries), happened })
}

/// What one ticket knows, but for what was done, and its timeline.
async fn of_one<R: Right>(
    _: &Granted<R>,
    services: &Services,
    on: &impl Access,
    ticket: &Ticket,
) -> Result<(Case, Vec<Entry>), Error> {
    let scheme = &services.scheme;
    let facility = match ticket.facility_id {
        Some(id) => members::facility_by_id(on, id.0).await?,
        None => None,
    };
    let member = match ticket.member_id {
        Some(id) => members::member_by_id(on, id.0).await?,
        None => None,
    };
    let indicators = indicator::of(on, ticket.id).await?;
    let calls = tickets::calls_of(on, ticket.id).await?;
    let said =
        verified::of_ticket(on, ticket.id).await?.into_iter().next().map(|newest| newest.said).unwrap_or_default();
    let (address, phone) = facility.map(|facility| (facility.address, facility.phone)).unwrap_or_default();
    let ids: Vec<_> = calls.iter().map(|call| call.id).collect();
    let entries = tickets::timeline(on, ticket.id, &ids).await?;
    let reached = calls.iter().rev().map(CallLine::reached_at).find(|number| !number.is_empty()).unwrap_or_default();
    let case = Case {
        facility: ticket.facility_name.clone(),
        address: or_said(address, &said.address),
        phone: or_said(phone, reached),
        member: or_said(member.map(|member| member.name).unwrap_or_default(), &said.name),
        incident: scheme.lists.incident_label(&ticket.incident).to_owned(),
        summary: ticket.summary.clone(),
        indicators: indicators.iter().map(|one| format!("{}：{}", one.kind.label(), one.shown())).collect(),
        evidence: evidence::of(on, ticket.id)
            .await?
            .iter()
            .filter(|item| item.state.is_kept())
            .map(EvidenceItem::line)
            .collect(),
        filed: clock::of(on, ticket.id).await?.iter().filter_map(|clock| filed(scheme, clock)).collect(),
        record: record::known(on, ticket.id).await?,
        ..Case::default()
    };
    Ok((case, entries))
}

/// What the directory has; else what the caller said, and that nobody held it against the directory yet.
fn or_said(known: String, said: &str) -> String {
    let said = said.trim();
    if known.is_empty() && !said.is_empty() {
        format!("{said}（お聞きした内容・名簿では未確認）")
    } else {
        known
    }
}

fn when(entry: &Entry) -> String {
    tokyo_time(entry.occurred_at).format("%Y年%-m月%-d日 %H:%M").to_string()
}

/// What the desk advised and did: what was taken back wasn't, what nobody knows wasn't either, and what is said on every
/// call has nothing to do with the incident.
fn done(scheme: &Scheme, entries: &[Entry]) -> Vec<String> {
    let kept = entries.iter().zip(taken_back(entries)).filter(|(_, struck)| !struck).map(|(entry, _)| entry);
    let done = kept.filter(|entry| match entry.event() {
        Some(Event::CardSaid { card, answer }) => {
            answer != "unknown" && scheme.cards.by_code(&card).is_some_and(|card| !card.incidents.is_empty())
        }
        event => matches!(event, Some(Event::RemoteEnded { .. })),
    });
    done.map(|entry| format!("{} {}", when(entry), entry.body.replace('\n', "、"))).collect()
}

/// The lines of the timeline that a dossier tells: what was advised and done, and what became of the clocks.
fn course(entries: &[Entry]) -> Vec<(Option<Item>, Row)> {
    let kept = entries.iter().zip(taken_back(entries)).filter(|(_, struck)| !struck).map(|(entry, _)| entry);
    let told = kept.filter(|entry| match entry.event() {
        Some(Event::Incident(event)) => tells(&event),
        _ => matches!(entry.kind, EntryKind::Card | EntryKind::Remote | EntryKind::Advice),
    });
    // Where people speak by name and in their own words, it's what they told.
    let needs = |entry: &Entry| match entry.event() {
        Some(Event::Incident(IncidentEvent::ClockEnded { .. })) => Some(Item::Summary),
        _ => matches!(entry.kind, EntryKind::Remote | EntryKind::Advice).then_some(Item::Summary),
    };
    told.map(|entry| (needs(entry), Row { what: when(entry), says: entry.body.clone() })).collect()
}

fn happened(entries: &[Entry]) -> Vec<Happened> {
    let moved = |entry: &Entry| {
        let moved = match entry.event()? {
            Event::Incident(event) => Moved::Incident(event),
            Event::CardSaid { .. } | Event::CardTakenBack { .. } | Event::RemoteEnded { .. } => Moved::Done,
            Event::Opened { .. } => Moved::Told,
            Event::Changed { incident: Some(_), .. } => Moved::Classed,
            Event::Verified { .. } => Moved::Verified,
            // What either knew the other hadn't: whatever was dictated before was dictated without it.
            Event::Merged { here: true, .. } | Event::Unmerged { here: true, .. } => Moved::Joined,
            _ => return None,
        };
        Some((entry.entered_at, entry.entered_by, moved))
    };
    entries.iter().filter_map(moved).collect()
}

/// What was filed, to whom, when, by whom.
fn filed(scheme: &Scheme, clock: &Clock) -> Option<Filed> {
    let ended = clock.ended.as_ref().filter(|ended| ended.ended_as == DutyEnd::Filed)?;
    let when = Said::of(ended.at).words();
    let receipt = if ended.receipt.is_empty() { String::new() } else { format!("、受付番号 {}", ended.receipt) };
    let words = format!("{}：{when}{receipt}", scheme.incidents.duty_label(&clock.duty));
    Some(Filed { words, by: ended.by.clone() })
}
