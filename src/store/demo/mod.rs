//! Bulk writing of a made-up past: cases become rows as they come, and whole parcels of rows are written by others.

mod rows;

use std::collections::BTreeMap;

use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IdenStatic, IntoActiveModel, Iterable, QuerySelect, Value};
use uuid::Uuid;

use crate::demo::Case;
use crate::domain::calls::CallState;
use crate::domain::referrals::{Firm, Referral};
use crate::domain::search::SearchText;
use crate::store::dialect::bulk::{Documents, Filling, Rows};
use crate::store::dialect::{CALLS, TICKETS};
use crate::store::entity::{
    call_tickets, callbacks, calls, claims, counters, duty_clocks, entries, escalations, evidence_checks,
    evidence_items, incident_facts, indicators, members, referral_steps, referrals, remote_sessions, sheet_fields,
    tasks, tickets, verifications,
};
use crate::store::search::indexed;
use crate::store::tickets::{evidence_gate, remote};
use crate::store::{self, incidents};
use crate::store::{Access, Store, StoreError, Tx};
use rows::{call_row, callback_row, claim_row, entry_row, escalation_row, task_row, ticket_row, verification_row};

/// Room for serials within a year, as in a ticket's number.
const YEAR: i64 = 10_000_000;
/// The counter that stands while a database is being filled.
const UNFINISHED: &str = "fill.unfinished";
/// The tables that are filled, in groups that can be written side by side: the search index takes as long as the
/// rest together.
const GROUPS: [&[&str]; 2] = [
    &[
        "calls",
        "sheet_fields",
        "verifications",
        "tickets",
        "call_tickets",
        "entries",
        "evidence_checks",
        "incident_facts",
        "duty_clocks",
        "indicators",
        "evidence_items",
        "referrals",
        "referral_steps",
        "remote_sessions",
        "escalations",
        "callbacks",
        "tasks",
        "claims",
    ],
    &["search_docs", "call_docs"],
];

/// Rows of one table, made of its entity's models.
struct Table<E: EntityTrait> {
    rows: Rows,
    of: std::marker::PhantomData<E>,
}

impl<E: EntityTrait> Table<E> {
    fn of(filling: &Filling) -> Option<Self> {
        let columns = E::Column::iter().map(|c| c.as_str()).collect();
        Some(Self { rows: filling.rows(E::default().as_str(), columns)?, of: std::marker::PhantomData })
    }

    fn push(&mut self, row: impl IntoActiveModel<E::ActiveModel>) {
        let mut row = row.into_active_model();
        let null = || Value::String(None);
        let values = E::Column::iter().map(|column| row.take(column).into_value().unwrap_or_else(null)).collect();
        self.rows.push(values);
    }
}

/// Cases as they come, turned into rows.
pub struct Book {
    calls: Table<calls::Entity>,
    sheets: Table<sheet_fields::Entity>,
    verifications: Table<verifications::Entity>,
    tickets: Table<tickets::Entity>,
    links: Table<call_tickets::Entity>,
    entries: Table<entries::Entity>,
    checks: Table<evidence_checks::Entity>,
    facts: Table<incident_facts::Entity>,
    clocks: Table<duty_clocks::Entity>,
    indicators: Table<indicators::Entity>,
    evidence: Table<evidence_items::Entity>,
    referrals: Table<referrals::Entity>,
    referral_steps: Table<referral_steps::Entity>,
    remotes: Table<remote_sessions::Entity>,
    escalations: Table<escalations::Entity>,
    callbacks: Table<callbacks::Entity>,
    tasks: Table<tasks::Entity>,
    claims: Table<claims::Entity>,
    documents: Documents,
    call_documents: Documents,
    /// The last serial of each year.
    serials: BTreeMap<i32, i64>,
}

impl Book {
    fn of(filling: &Filling) -> Option<Self> {
        Some(Self {
            calls: Table::of(filling)?,
            sheets: Table::of(filling)?,
            verifications: Table::of(filling)?,
            tickets: Table::of(filling)?,
            links: Table::of(filling)?,
            entries: Table::of(filling)?,
            checks: Table::of(filling)?,
            facts: Table::of(filling)?,
            clocks: Table::of(filling)?,
            indicators: Table::of(filling)?,
            evidence: Table::of(filling)?,
            referrals: Table::of(filling)?,
            referral_steps: Table::of(filling)?,
            remotes: Table::of(filling)?,
            escalations: Table::of(filling)?,
            callbacks: Table::of(filling)?,
            tasks: Table::of(filling)?,
            claims: Table::of(filling)?,
            documents: filling.documents(&TICKETS)?,
            call_documents: filling.documents(&CALLS)?,
            serials: BTreeMap::new(),
        })
    }

    /// Whether it still takes cases; it doesn't once writing them has failed.
    pub fn wanted(&self) -> bool {
        self.entries.rows.wanted() && self.documents.wanted()
    }

    /// Takes a case in.
    pub fn add(&mut self, case: Case) {
        self.index(&case);
        if let Some(ticket) = &case.ticket {
            case.facts.iter().for_each(|told| self.facts.push(incidents::record::row(ticket.id, told)));
        }
        case.indicators.iter().for_each(|one| self.indicators.push(incidents::indicator::row(one)));
        case.evidence.iter().for_each(|item| self.evidence.push(incidents::evidence::row(item)));
        case.referrals.iter().for_each(|referral| self.add_referral(referral));
        case.clocks.iter().for_each(|clock| self.clocks.push(incidents::clock::row(clock)));
        for escalation in case.escalations {
            let severity = case.ticket.as_ref().map_or_else(String::new, |ticket| ticket.severity.clone());
            self.escalations.push(escalation_row(escalation, severity));
        }
        case.ticket.into_iter().for_each(|ticket| self.tickets.push(ticket_row(ticket)));
        if let Some((call, _)) = case.calls.first() {
            let saved_at = call.answered_at.unwrap_or(call.arrived_at);
            for (field, value) in case.sheet {
                self.sheets.push(sheet_fields::Model {
                    call_id: call.id.0,
                    field: field.name().to_owned(),
                    value,
                    version: 1,
                    saved_at,
                    saved_by: call.operator_id.0,
                });
            }
        }
        case.calls.into_iter().for_each(|(call, review)| self.calls.push(call_row(call, review)));
        case.verifications.into_iter().for_each(|(v, review)| self.verifications.push(verification_row(v, review)));
        case.entries.into_iter().for_each(|e| self.entries.push(entry_row(e)));
        case.claim.into_iter().for_each(|c| self.claims.push(claim_row(c)));
        case.checks.iter().for_each(|check| self.checks.push(evidence_gate::row(check)));
        case.remotes.iter().for_each(|session| self.remotes.push(remote::row(session)));
        case.callbacks.into_iter().for_each(|p| self.callbacks.push(callback_row(p)));
        case.tasks.into_iter().for_each(|t| self.tasks.push(task_row(t)));
    }

    fn add_referral(&mut self, referral: &Referral) {
        self.referrals.push(store::referrals::referral::row(referral));
        for (nth, taken) in referral.steps.iter().enumerate() {
            // Its own id, told from the referral's by its place.
            let id = Uuid::from_u128(referral.id.0.as_u128() ^ (0x5e_u128 << 56 | (nth as u128 + 1)));
            if let Ok(row) = store::referrals::referral::step_row(id, referral.id, nth + 1, taken) {
                self.referral_steps.push(row);
            }
        }
    }

    /// What the case is found by: its ticket, or its calls where they led to none.
    fn index(&mut self, case: &Case) {
        let Some(ticket) = &case.ticket else {
            for (call, _) in case.calls.iter().filter(|(call, _)| call.state == CallState::Ended) {
                let mut text = SearchText::of(&[call]);
                text.add(&call.caller_name);
                text.add(case.found_by.as_str());
                let (body, tokens) = indexed(text.as_str());
                self.call_documents.push_call(call.id.0, body, tokens);
            }
            return;
        };
        let mut text = SearchText::of(&[&ticket.number]);
        text.add(case.found_by.as_str());
        let (body, tokens) = indexed(text.as_str());
        let key = ticket.number.as_key();
        self.documents.push(key, body, tokens);
        self.serials.insert(i32::try_from(key / YEAR).unwrap_or_default(), key % YEAR);
        for (call, _) in &case.calls {
            self.links.push(call_tickets::Model { call_id: call.id.0, ticket_id: ticket.id.0, place: 1 });
        }
    }

    /// Sends what is left; gives the last serial of each year.
    pub fn finish(mut self) -> BTreeMap<i32, i64> {
        self.calls.rows.finish();
        self.sheets.rows.finish();
        self.verifications.rows.finish();
        self.tickets.rows.finish();
        self.links.rows.finish();
        self.entries.rows.finish();
        self.checks.rows.finish();
        self.facts.rows.finish();
        self.clocks.rows.finish();
        self.indicators.rows.finish();
        self.evidence.rows.finish();
        self.referrals.rows.finish();
        self.referral_steps.rows.finish();
        self.remotes.rows.finish();
        self.escalations.rows.finish();
        self.callbacks.rows.finish();
        self.tasks.rows.finish();
        self.claims.rows.finish();
        self.documents.finish();
        self.call_documents.finish();
        self.serials
    }
}

/// The filling of an empty database's tables, and the book that takes the cases in.
pub struct Fill(Filling);

impl Fill {
    /// Begins.
    ///
    /// # Errors
    /// When the tables aren't those that the engine's side knows.
    pub fn begin(store: &Store) -> Result<(Self, Book), StoreError> {
        let filling = Filling::begin(store.write.pool(), &GROUPS);
        let book = Book::of(&filling).ok_or(StoreError::Corrupt("fill"))?;
        Ok((Self(filling), book))
    }

    /// Waits until everything is written and found again by its indexes.
    ///
    /// # Errors
    /// What went wrong in writing.
    pub async fn finish(self) -> Result<(), StoreError> {
        self.0.finish().await
    }
}

/// Puts the register of firms.
pub async fn put_firms(tx: &Tx, firms: &[Firm]) -> Result<(), StoreError> {
    for firm in firms {
        store::referrals::firm::add(tx, firm).await?;
    }
    Ok(())
}

/// Notes that a database is being filled, so that nobody works in one that was left half-filled.
pub async fn mark(tx: &Tx) -> Result<(), StoreError> {
    let row = counters::ActiveModel { name: Set(UNFINISHED.into()), value: Set(1) };
    Ok(counters::Entity::insert(row).exec_without_returning(tx.conn()).await.map(|_| ())?)
}

/// Takes that note away.
pub async fn unmark(tx: &Tx) -> Result<(), StoreError> {
    Ok(counters::Entity::delete_by_id(UNFINISHED).exec(tx.conn()).await.map(|_| ())?)
}

/// Whether a database was left half-filled, or is being filled.
pub(in crate::store) async fn is_unfinished(on: &impl Access) -> Result<bool, StoreError> {
    Ok(counters::Entity::find_by_id(UNFINISHED).one(on.conn()).await?.is_some())
}

/// Whether there are no members, tickets or calls yet.
pub async fn is_empty(on: &impl Access) -> Result<bool, StoreError> {
    let members = members::Entity::find().limit(1).one(on.conn()).await?.is_none();
    let tickets = tickets::Entity::find().limit(1).one(on.conn()).await?.is_none();
    Ok(members && tickets && calls::Entity::find().limit(1).one(on.conn()).await?.is_none())
}

/// Lets numbering go on after the last serial of each year.
pub async fn put_counters(tx: &Tx, serials: &BTreeMap<i32, i64>) -> Result<(), StoreError> {
    let rows = serials
        .iter()
        .map(|(year, serial)| counters::ActiveModel { name: Set(format!("ticket-{year}")), value: Set(*serial) });
    if !serials.is_empty() {
        counters::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}
