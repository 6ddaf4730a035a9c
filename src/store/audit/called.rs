//! What the things that the audit names by their ids are called, for whoever follows a trail.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::super::entity::{callbacks, calls, campaigns, claims, dossiers, facilities, firms, members, tasks, tickets};
use super::super::entity::{remote_sessions, verifications};
use super::super::{Access, StoreError, accounts};
use crate::domain::audit::line::Called;
use crate::domain::tickets::TicketNo;

/// Ids of one query.
const PIECE: usize = 1_000;

/// What things are called, of whatever kind. Who isn't there any more has no name.
pub async fn called(on: &impl Access, mut ids: Vec<Uuid>) -> Result<HashMap<Uuid, Called>, StoreError> {
    ids.sort_unstable();
    ids.dedup();
    let mut all = HashMap::new();
    for piece in ids.chunks(PIECE) {
        people(on, piece, &mut all).await?;
        matters(on, piece, &mut all).await?;
    }
    Ok(all)
}

async fn people(on: &impl Access, ids: &[Uuid], all: &mut HashMap<Uuid, Called>) -> Result<(), StoreError> {
    let named = accounts::names(on, ids.to_vec()).await?;
    all.extend(named.into_iter().map(|(id, name)| (id, Called::Name(name))));
    let some = ids.iter().copied();
    let rows = facilities::Entity::find().filter(facilities::Column::Id.is_in(some.clone()));
    let rows = rows.all(on.conn()).await?;
    all.extend(rows.into_iter().map(|row| (row.id, Called::Facility(row.facility_key))));
    let rows = members::Entity::find().filter(members::Column::Id.is_in(some.clone())).all(on.conn()).await?;
    let number = |row: members::Model| Some((row.id, Called::Member(row.member_no.or(row.registry_no)?)));
    all.extend(rows.into_iter().filter_map(number));
    let rows = firms::Entity::find().filter(firms::Column::Id.is_in(some.clone())).all(on.conn()).await?;
    all.extend(rows.into_iter().map(|row| (row.id, Called::Name(row.name))));
    let rows = campaigns::Entity::find().filter(campaigns::Column::Id.is_in(some)).all(on.conn()).await?;
    all.extend(rows.into_iter().map(|row| (row.id, Called::Name(row.name))));
    Ok(())
}

/// A thing and the ticket it is of.
#[derive(FromQueryResult)]
struct Of {
    id: Uuid,
    of: Option<Uuid>,
}

/// What belongs to the ticket that a column of its table names.
macro_rules! of_ticket {
    ($on:expr, $ids:expr, $($table:ident),+) => {{
        let mut found: Vec<Of> = Vec::new();
        $(
            let query = $table::Entity::find().select_only().column($table::Column::Id);
            let query = query.column_as($table::Column::TicketId, "of").filter($table::Column::Id.is_in($ids));
            found.extend(query.into_model::<Of>().all($on.conn()).await?);
        )+
        found
    }};
}

async fn matters(on: &impl Access, ids: &[Uuid], all: &mut HashMap<Uuid, Called>) -> Result<(), StoreError> {
    let some = || ids.iter().copied();
    let rows = calls::Entity::find().filter(calls::Column::Id.is_in(some())).all(on.conn()).await?;
    all.extend(rows.into_iter().map(|row| (row.id, Called::Call(row.arrived_at))));
    let found = of_ticket!(on, some(), callbacks, claims, dossiers, remote_sessions, tasks, verifications);
    let wanted = some().chain(found.iter().filter_map(|thing| thing.of));
    let numbers: Vec<(Uuid, i64)> = tickets::Entity::find()
        .select_only()
        .columns([tickets::Column::Id, tickets::Column::Number])
        .filter(tickets::Column::Id.is_in(wanted))
        .into_tuple()
        .all(on.conn())
        .await?;
    let numbers: HashMap<Uuid, TicketNo> =
        numbers.into_iter().map(|(id, number)| (id, TicketNo::from_key(number))).collect();
    all.extend(ids.iter().filter_map(|id| Some((*id, Called::Ticket(*numbers.get(id)?)))));
    let with_ticket = |thing: &Of| Some((thing.id, Called::OfTicket(*numbers.get(&thing.of?)?)));
    all.extend(found.iter().filter_map(with_ticket));
    Ok(())
}
