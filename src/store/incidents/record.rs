//! The facts of an incident, a row each.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::id::{AccountId, TicketId};
use crate::domain::incidents::fact::{Form, Told};
use crate::domain::incidents::{Fact, Record};
use crate::store::entity::incident_facts;
use crate::store::{Access, StoreError, Tx};

/// The most vendors that the radar looks at: of more the newest.
const MOST: u64 = 20_000;

/// What is known of a ticket's incident. Facts that this version doesn't know are left out.
pub async fn of(on: &impl Access, ticket: TicketId) -> Result<Vec<Told>, StoreError> {
    use incident_facts::Column as C;
    let rows = incident_facts::Entity::find().filter(C::TicketId.eq(ticket.0)).all(on.conn()).await?;
    let told = |row: incident_facts::Model| {
        let fact = Fact::parse(&row.fact)?;
        Some(Told { fact, value: row.value, at: row.told_at, to: AccountId(row.told_to) })
    };
    Ok(rows.into_iter().filter_map(told).collect())
}

/// What is known, of facts as they were told.
pub fn record(told: &[Told]) -> Record {
    Record::of(told.iter().map(|told| (told.fact, told.value.clone())))
}

/// What is known of a ticket's incident, whoever told it.
pub async fn known(on: &impl Access, ticket: TicketId) -> Result<Record, StoreError> {
    Ok(record(&of(on, ticket).await?))
}

/// What is known of several tickets' incidents.
pub async fn of_each(
    on: &impl Access,
    tickets: impl IntoIterator<Item = TicketId> + Send,
) -> Result<HashMap<TicketId, Record>, StoreError> {
    use incident_facts::Column as C;
    let ids = tickets.into_iter().map(|id| id.0);
    let rows = incident_facts::Entity::find().filter(C::TicketId.is_in(ids)).all(on.conn()).await?;
    let mut records: HashMap<TicketId, Record> = HashMap::new();
    for row in rows {
        if let Some(fact) = Fact::parse(&row.fact) {
            records.entry(TicketId(row.ticket_id)).or_default().set(fact, row.value);
        }
    }
    Ok(records)
}

/// Who looks after what is affected, as it was told since, with the ticket.
pub async fn vendors_since(on: &impl Access, at: DateTime<Utc>) -> Result<Vec<(TicketId, Told)>, StoreError> {
    use incident_facts::Column as C;
    let vendors = Fact::VENDORS.iter().map(|(fact, _)| fact.code());
    let query = incident_facts::Entity::find().filter(C::Fact.is_in(vendors)).filter(C::ToldAt.gte(at));
    let rows = query.filter(C::Value.ne("")).order_by_desc(C::ToldAt).limit(MOST).all(on.conn()).await?;
    let told = |row: incident_facts::Model| {
        let fact = Fact::parse(&row.fact)?;
        let told = Told { fact, value: row.value, at: row.told_at, to: AccountId(row.told_to) };
        Some((TicketId(row.ticket_id), told))
    };
    Ok(rows.into_iter().filter_map(told).collect())
}

/// Keeps a fact in the place of what was told before; an empty value stands for one that was taken back.
pub async fn keep(tx: &Tx, ticket: TicketId, told: &Told) -> Result<(), StoreError> {
    use incident_facts::Column as C;
    let again = OnConflict::columns([C::TicketId, C::Fact]).update_columns([C::Value, C::ToldAt, C::ToldTo]).to_owned();
    incident_facts::Entity::insert(row(ticket, told)).on_conflict(again).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A row for it.
pub(in crate::store) fn row(ticket: TicketId, told: &Told) -> incident_facts::ActiveModel {
    incident_facts::ActiveModel {
        ticket_id: Set(ticket.0),
        fact: Set(told.fact.code().into()),
        value: Set(told.value.clone()),
        told_at: Set(told.at),
        told_to: Set(told.to.0),
    }
}

/// Takes people's words out; codes, days and numbers are what statistics count.
pub(in crate::store) async fn erase(tx: &Tx, ticket: Uuid) -> Result<(), StoreError> {
    use incident_facts::Column as C;
    let words = Fact::ALL.iter().filter(|fact| fact.form() == Form::Line).map(|fact| fact.code());
    let all = incident_facts::Entity::update_many().filter(C::TicketId.eq(ticket)).filter(C::Fact.is_in(words));
    all.col_expr(C::Value, Expr::value("")).exec(tx.conn()).await?;
    Ok(())
}
