//! Bulk writing of a made-up past: rows of one table leave as one statement of always the same text, so that the
//! engine reads each statement once and every value only goes over once.

mod rows;

use std::collections::BTreeMap;

use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IdenStatic, IntoActiveModel, Iterable, QuerySelect, Value};

use super::entity::{
    call_tickets, calls, counters, entries, escalations, members, promises, remote_sessions, sheet_fields, tasks,
    tickets, verifications,
};
use super::search::indexed;
use super::{Access, StoreError, Tx, dialect};
use crate::domain::calls::{CallState, Disposition};
use crate::domain::trial::Case;
use uuid::Uuid;

use rows::{call_row, entry_row, ticket_row, verification_row};

/// Rows a statement may carry: a few sizes, so that few statements need to be prepared.
const SIZES: [usize; 5] = [120, 40, 12, 4, 1];
/// Room for serials within a year, as in a ticket's number.
const YEAR: i64 = 10_000_000;

/// Rows of one table. Those that leave the same columns plain (empty, null, no) go together, and only the other
/// columns' values go over.
struct Rows {
    table: &'static str,
    columns: Vec<&'static str>,
    values: BTreeMap<Vec<Option<&'static str>>, Vec<Value>>,
}

impl Rows {
    fn of<E: EntityTrait>() -> Self {
        Self {
            table: E::default().as_str(),
            columns: E::Column::iter().map(|c| c.as_str()).collect(),
            values: BTreeMap::new(),
        }
    }

    fn push<E: EntityTrait>(&mut self, row: impl IntoActiveModel<E::ActiveModel>) {
        let mut row = row.into_active_model();
        let (mut shape, mut values) = (Vec::with_capacity(self.columns.len()), Vec::with_capacity(self.columns.len()));
        for column in E::Column::iter() {
            let value = row.take(column).into_value();
            shape.push(value.as_ref().map_or(Some("NULL"), plain));
            values.extend(value.filter(|v| plain(v).is_none()));
        }
        self.values.entry(shape).or_default().append(&mut values);
    }

    async fn write(self, tx: &Tx) -> Result<(), StoreError> {
        for (shape, values) in self.values {
            let width = shape.iter().filter(|plain| plain.is_none()).count().max(1);
            let mut values = values.into_iter();
            for size in SIZES {
                while values.len() >= size * width {
                    let some: Vec<Value> = values.by_ref().take(size * width).collect();
                    dialect::insert_rows(tx.conn(), self.table, &self.columns, &shape, some).await?;
                }
            }
        }
        Ok(())
    }
}

/// How a value that says nothing stands in a statement; `None` for one that says something.
fn plain(value: &Value) -> Option<&'static str> {
    match value {
        Value::Bool(Some(false)) => Some("FALSE"),
        Value::String(Some(text)) if text.is_empty() => Some("''"),
        Value::String(None) | Value::Uuid(None) | Value::ChronoDateTimeUtc(None) | Value::ChronoDate(None) => {
            Some("NULL")
        }
        _ => None,
    }
}

/// Cases turned into rows, ready to be written.
pub struct Load {
    calls: Rows,
    sheets: Rows,
    verifications: Rows,
    tickets: Rows,
    links: Rows,
    entries: Rows,
    remotes: Rows,
    hand_overs: Rows,
    promises: Rows,
    tasks: Rows,
    documents: Vec<(i64, String, String)>,
    call_documents: Vec<(Uuid, String, String)>,
    /// The last serial of each year.
    pub serials: BTreeMap<i32, i64>,
}

impl Default for Load {
    fn default() -> Self {
        Self {
            calls: Rows::of::<calls::Entity>(),
            sheets: Rows::of::<sheet_fields::Entity>(),
            verifications: Rows::of::<verifications::Entity>(),
            tickets: Rows::of::<tickets::Entity>(),
            links: Rows::of::<call_tickets::Entity>(),
            entries: Rows::of::<entries::Entity>(),
            remotes: Rows::of::<remote_sessions::Entity>(),
            hand_overs: Rows::of::<escalations::Entity>(),
            promises: Rows::of::<promises::Entity>(),
            tasks: Rows::of::<tasks::Entity>(),
            documents: Vec::new(),
            call_documents: Vec::new(),
            serials: BTreeMap::new(),
        }
    }
}

impl Load {
    /// Takes a case in.
    pub fn add(&mut self, case: Case) {
        if let Some(ticket) = case.ticket {
            let (body, tokens) = indexed(&format!("{}\n{}", ticket.number, case.words));
            self.documents.push((ticket.number.as_key(), body, tokens));
            let key = ticket.number.as_key();
            self.serials.insert(i32::try_from(key / YEAR).unwrap_or_default(), key % YEAR);
            for (call, _) in &case.calls {
                self.links
                    .push::<call_tickets::Entity>(call_tickets::Model { call_id: call.id.0, ticket_id: ticket.id.0 });
            }
            self.tickets.push::<tickets::Entity>(ticket_row(ticket));
        } else {
            for (call, _) in case.calls.iter().filter(|(call, _)| call.state == CallState::Ended) {
                let ended = call.disposition.map_or("", Disposition::label);
                let words = [&call.number, &call.number_digits, &call.caller_name, &case.words, ended].join("\n");
                let (body, tokens) = indexed(&words);
                self.call_documents.push((call.id.0, body, tokens));
            }
        }
        if let Some((call, _)) = case.calls.first() {
            let saved_at = call.answered_at.unwrap_or(call.arrived_at);
            for (field, value) in case.sheet {
                self.sheets.push::<sheet_fields::Entity>(sheet_fields::Model {
                    call_id: call.id.0,
                    field: field.name().to_owned(),
                    value,
                    version: 1,
                    saved_at,
                    saved_by: call.operator_id.0,
                });
            }
        }
        case.calls.into_iter().for_each(|(call, review)| self.calls.push::<calls::Entity>(call_row(call, review)));
        case.verifications
            .into_iter()
            .for_each(|(v, review)| self.verifications.push::<verifications::Entity>(verification_row(v, review)));
        case.entries.into_iter().for_each(|e| self.entries.push::<entries::Entity>(entry_row(e)));
        for r in case.remotes {
            self.remotes.push::<remote_sessions::Entity>(remote_sessions::Model {
                id: r.id,
                ticket_id: r.ticket.0,
                consent_by: r.consent_by,
                consent_at: r.started_at,
                tool: r.tool.to_owned(),
                session_code: r.session_code,
                started_at: r.started_at,
                ended_at: Some(r.ended_at),
                done: r.done.to_owned(),
                found: r.found.to_owned(),
                outcome: Some(r.outcome.to_owned()),
                operator_id: r.by.0,
            });
        }
        for h in case.hand_overs {
            self.hand_overs.push::<escalations::Entity>(escalations::Model {
                id: h.id,
                ticket_id: h.ticket.0,
                requested_at: h.asked.0,
                requested_by: h.asked.1.0,
                reason: h.reason,
                taken_at: h.taken.map(|(at, _)| at),
                taken_by: h.taken.map(|(_, by)| by.0),
                returned_at: None,
                return_reason: String::new(),
            });
        }
        for p in case.promises {
            self.promises.push::<promises::Entity>(promises::Model {
                id: p.id,
                ticket_id: Some(p.ticket.0),
                call_id: p.call.0,
                due_at: p.due_at,
                who: p.who,
                number: p.number,
                note: p.note,
                made_by: p.by.0,
                kept_at: p.kept.map(|(at, _)| at),
                kept_by: p.kept.map(|(_, by)| by.0),
            });
        }
        for t in case.tasks {
            self.tasks.push::<tasks::Entity>(tasks::Model {
                id: t.id,
                ticket_id: Some(t.ticket.0),
                verification_id: Some(t.verification.0),
                kind: super::work::CONFIRM_MEMBERSHIP.to_owned(),
                due_on: t.due_on,
                done_at: t.done.map(|((at, _), _)| at),
                done_by: t.done.map(|((_, by), _)| by.0),
                outcome: t.done.map_or_else(String::new, |(_, outcome)| outcome.to_owned()),
                created_at: t.created_at,
            });
        }
    }

    /// How many tickets it holds.
    pub fn tickets(&self) -> usize {
        self.documents.len()
    }

    /// Writes it all.
    pub async fn write(self, tx: &Tx) -> Result<(), StoreError> {
        for rows in [
            self.calls,
            self.sheets,
            self.verifications,
            self.tickets,
            self.links,
            self.entries,
            self.remotes,
            self.hand_overs,
            self.promises,
            self.tasks,
        ] {
            rows.write(tx).await?;
        }
        let mut documents = self.documents.into_iter();
        for size in SIZES {
            while documents.len() >= size {
                dialect::add_documents(tx.conn(), documents.by_ref().take(size).collect()).await?;
            }
        }
        let mut documents = self.call_documents.into_iter();
        for size in SIZES {
            while documents.len() >= size {
                dialect::add_call_documents(tx.conn(), documents.by_ref().take(size).collect()).await?;
            }
        }
        Ok(())
    }
}

/// Begins a transaction for much writing at once.
pub async fn begin(store: &super::Store) -> Result<Tx, StoreError> {
    let tx = store.begin().await?;
    dialect::prepare_bulk(tx.conn(), true).await?;
    Ok(tx)
}

/// Lets the search index gather the many documents to come, or take them in and go on one by one.
pub async fn gather_documents(store: &super::Store, gather: bool) -> Result<(), StoreError> {
    let tx = begin(store).await?;
    dialect::gather_documents(tx.conn(), gather).await?;
    finish(tx).await
}

/// Ends such a transaction, durably.
pub async fn finish(tx: Tx) -> Result<(), StoreError> {
    dialect::prepare_bulk(tx.conn(), false).await?;
    tx.commit().await
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
