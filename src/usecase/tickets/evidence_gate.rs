//! The questions before remote support and before cleaning: asked, written down, and held to.

use chrono::{DateTime, Utc};

use super::open_ticket;
use super::timeline::write_down;
use crate::domain::access::actor::{Action, may};
use crate::domain::calls::said_cards::said_cards;
use crate::domain::ctx::Ctx;
use crate::domain::id::{CallId, EvidenceCheckId};
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::text;
use crate::domain::tickets::evidence_gate::{EvidenceCheck, Heard, Purpose, QUESTIONS, asked_anew_since, may_go_on};
use crate::domain::tickets::remote::{Remote, running};
use crate::domain::tickets::{Entry, Event, Ticket, TicketNo};
use crate::store::tickets::{evidence_gate, merge};
use crate::store::{Tx, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::{Error, Services, me};

/// What was heard, as codes.
#[derive(Debug, Clone, Default)]
pub struct NewCheck {
    /// Before what.
    pub purpose: String,
    /// A server or patients' data are involved.
    pub server: String,
    /// There is a ransom note, or files are locked.
    pub locked: String,
    /// The machine is cut off.
    pub cut_off: String,
    /// Why one goes on all the same.
    pub reason: String,
}

/// Writes down what was heard.
///
/// # Errors
/// A fault beside each question that has no answer.
pub async fn ask(services: &Services, ctx: &Ctx, no: TicketNo, new: NewCheck) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let mut faults = Faults::default();
    let purpose = Purpose::parse(&new.purpose)
        .ok_or_else(|| Refusal::field("purpose", "choice.unknown", "画面を読み直して、もう一度記録してください"));
    let purpose = faults.take(purpose.map(Some));
    let mut heard = |name: &str, code: &str| {
        let unheard = || Refusal::field(name, "evidence.unheard", "お聞きした答えを選んでください");
        faults.take(Heard::parse(code).ok_or_else(unheard).map(Some)).unwrap_or(Heard::Unknown)
    };
    let [(server, _), (locked, _), (cut_off, _)] = QUESTIONS;
    let (server, locked, cut_off) =
        (heard(server, &new.server), heard(locked, &new.locked), heard(cut_off, &new.cut_off));
    let reason = faults.take(text::line("reason", &new.reason, text::LINE)).trim().to_owned();
    faults.check()?;
    let Some(purpose) = purpose else { return Err(Error::NotFound("purpose")) };
    let tx = services.store.begin().await?;
    let ticket = open_ticket(&by, &tx, no).await?;
    let check = EvidenceCheck {
        id: EvidenceCheckId(ctx.new_id()),
        ticket_id: ticket.id,
        purpose,
        server,
        locked,
        cut_off,
        reason: reason.clone(),
        asked_at: ctx.now,
        asked_by: me(ctx),
    };
    evidence_gate::add(&tx, &check).await?;
    let told_to_cut_off = told(&by, services, &tx, &ticket).await?;
    let event = Event::EvidenceAsked { purpose, server, locked, cut_off, told_to_cut_off, reason };
    write_down(&by, services, &tx, ctx, &ticket, event, "evidence.ask").await?;
    Ok(tx.commit().await?)
}

/// Holds what is about to be done to what was heard.
pub(super) async fn hold_to(
    by: &Granted<may::TicketWork>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    ticket: &Ticket,
    purpose: Purpose,
    since: Option<DateTime<Utc>>,
) -> Result<(), Error> {
    let told = told(by, services, tx, ticket).await?;
    let mut checks = evidence_gate::of(tx, ticket.id).await?;
    for part in merge::into(tx, ticket.id).await? {
        checks.extend(evidence_gate::of(tx, part.ticket_id).await?);
    }
    checks.sort_by_key(|check| check.asked_at);
    Ok(may_go_on(&checks, purpose, since, told, ctx.actor.may(Action::Tier2))?)
}

/// On the ticket, or on one that went into it: the machine is the same.
async fn told(_: &Granted<may::TicketWork>, services: &Services, tx: &Tx, ticket: &Ticket) -> Result<bool, Error> {
    let parts = merge::into(tx, ticket.id).await?;
    for id in parts.iter().map(|part| part.ticket_id).chain([ticket.id]) {
        let calls: Vec<CallId> = tickets::calls_of(tx, id).await?.into_iter().map(|call| call.id).collect();
        if told_to_cut_off(services, &tickets::timeline(tx, id, &calls).await?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether somebody was told to cut a machine off, on any call of a ticket's timeline.
pub(super) fn told_to_cut_off(services: &Services, timeline: &[Entry]) -> bool {
    services.scheme.cards.cut_off(&said_cards(timeline))
}

/// What the questions before remote support and before cleaning allow a page's reader.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    /// Somebody was told to cut a machine off.
    pub told_to_cut_off: bool,
    /// Why they can't connect.
    pub connect: Option<Refusal>,
    /// Why they can't clean, while a session runs.
    pub clean: Option<Refusal>,
}

impl Gate {
    /// What a ticket's timeline, the checks on it and its sessions allow.
    pub(super) fn of(
        _: &Granted<may::TicketRead>,
        services: &Services,
        ctx: &Ctx,
        entries: &[Entry],
        checks: &[EvidenceCheck],
        remotes: &[Remote],
    ) -> Self {
        let told = told_to_cut_off(services, entries);
        let specialist = ctx.actor.may(Action::Tier2);
        let may = |purpose, since| may_go_on(checks, purpose, since, told, specialist).err();
        let began = running(remotes).map(|session| session.started_at);
        Self {
            told_to_cut_off: told,
            connect: may(Purpose::Connect, asked_anew_since(remotes)),
            clean: may(Purpose::Clean, began),
        }
    }
}
