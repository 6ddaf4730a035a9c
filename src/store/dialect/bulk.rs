//! Filling tables in bulk, past sea-orm's statements: many rows a statement on SQLite, binary COPY on PostgreSQL.
//! Rows travel in parcels from the thread that makes them to lanes, each a connection with a task of its own.

mod copy;
mod many;

use std::collections::HashMap;

use sea_orm::{DatabaseConnection, DbBackend, DbErr, RuntimeErr, Value};
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::shelf::Shelf;
use crate::store::StoreError;

/// Parcels that may wait before a lane: those who make rows must not outrun those who write them.
const WAITING: usize = 24;

/// Rows of one table on their way to the memory.
pub(in crate::store) struct Rows {
    kind: Kind,
    lane: Sender<Parcel>,
}

/// Search documents on their way: one table on PostgreSQL, a table and its full-text index on SQLite.
pub(in crate::store) struct Documents {
    bodies: Rows,
    index: Option<Rows>,
    last: i64,
}

enum Kind {
    Many(many::Shapes),
    Copy(copy::Buffer),
}

/// As many rows as leave together.
enum Parcel {
    Many(many::Statement),
    Copy(copy::Piece),
}

/// The connections that fill tables, until they have written everything.
pub(in crate::store) struct Filling {
    backend: DbBackend,
    lanes: Vec<JoinHandle<Result<(), sqlx::Error>>>,
    ways: HashMap<&'static str, Sender<Parcel>>,
}

impl Filling {
    /// Begins to fill tables; on PostgreSQL each group of them by a connection and in a transaction of its own.
    /// Their indexes that only serve readers are taken away first and come back at the end.
    pub(in crate::store) fn begin(pool: &DatabaseConnection, groups: &[&[&'static str]]) -> Self {
        let backend = pool.get_database_backend();
        let mut filling = Self { backend, lanes: Vec::new(), ways: HashMap::new() };
        if backend == DbBackend::Sqlite {
            let tables: Vec<_> = groups.concat();
            let (way, parcels) = channel(WAITING);
            filling.ways.extend(tables.iter().map(|table| (*table, way.clone())));
            filling.lanes.push(tokio::spawn(many::fill(pool.get_sqlite_connection_pool().clone(), tables, parcels)));
            return filling;
        }
        for group in groups {
            let (way, parcels) = channel(WAITING);
            filling.ways.extend(group.iter().map(|table| (*table, way.clone())));
            let pool = pool.get_postgres_connection_pool().clone();
            filling.lanes.push(tokio::spawn(copy::fill(pool, group.to_vec(), parcels)));
        }
        filling
    }

    /// Rows of one of the tables; `None` when it is none of them.
    pub(in crate::store) fn rows(&self, table: &'static str, columns: Vec<&'static str>) -> Option<Rows> {
        let kind = match self.backend {
            DbBackend::Sqlite => Kind::Many(many::Shapes::new(table, columns)),
            _ => Kind::Copy(copy::Buffer::new(table, &columns)),
        };
        Some(Rows { kind, lane: self.ways.get(table)?.clone() })
    }

    /// Search documents that aren't there yet; `None` when their shelf isn't among the tables.
    pub(in crate::store) fn documents(&self, shelf: &Shelf) -> Option<Documents> {
        let key = shelf.key;
        let (columns, index) = match (self.backend, key) {
            (DbBackend::Sqlite, "number") => (vec!["number", "body"], true),
            (DbBackend::Sqlite, key) => (vec!["number", key, "body"], true),
            (_, key) => (vec![key, "body", "tokens"], false),
        };
        let bodies = self.rows(shelf.docs, columns)?;
        let index = index.then(|| Rows {
            kind: Kind::Many(many::Shapes::new(shelf.index, vec!["rowid", "tokens"])),
            lane: bodies.lane.clone(),
        });
        Some(Documents { bodies, index, last: 0 })
    }

    /// Waits until everything is written, once nobody holds rows any more.
    ///
    /// # Errors
    /// What went wrong on one of the lanes.
    pub(in crate::store) async fn finish(self) -> Result<(), StoreError> {
        drop(self.ways);
        for lane in self.lanes {
            let written = lane.await.map_err(|e| DbErr::Custom(e.to_string()))?;
            written.map_err(|e| DbErr::Exec(RuntimeErr::SqlxError(e.into())))?;
        }
        Ok(())
    }
}

impl Rows {
    /// Whether the writing side still takes rows; it doesn't once it has failed.
    pub(in crate::store) fn wanted(&self) -> bool {
        !self.lane.is_closed()
    }

    /// Takes a row, all columns in their order.
    pub(in crate::store) fn push(&mut self, row: Vec<Value>) {
        let full = match &mut self.kind {
            Kind::Many(shapes) => shapes.push(row).map(Parcel::Many),
            Kind::Copy(buffer) => buffer.push(&row).map(Parcel::Copy),
        };
        if let Some(parcel) = full {
            self.send(parcel);
        }
    }

    /// A lane that takes nothing any more has failed, and says why when it's waited for.
    fn send(&self, parcel: Parcel) {
        drop(self.lane.blocking_send(parcel));
    }

    /// Sends what is left.
    pub(in crate::store) fn finish(&mut self) {
        let left: Vec<Parcel> = match &mut self.kind {
            Kind::Many(shapes) => shapes.rest().into_iter().map(Parcel::Many).collect(),
            Kind::Copy(buffer) => buffer.rest().into_iter().map(Parcel::Copy).collect(),
        };
        left.into_iter().for_each(|parcel| self.send(parcel));
    }
}

impl Documents {
    /// Whether the writing side still takes documents.
    pub(in crate::store) fn wanted(&self) -> bool {
        self.bodies.wanted()
    }

    /// Takes a ticket's normalised text and its tokens, parted by spaces.
    pub(in crate::store) fn push(&mut self, number: i64, body: String, tokens: String) {
        self.take(number, vec![number.into()], body, tokens);
    }

    /// The same of a call; calls are numbered as they come.
    pub(in crate::store) fn push_call(&mut self, call: Uuid, body: String, tokens: String) {
        self.last += 1;
        let key = if self.index.is_some() { vec![self.last.into(), call.into()] } else { vec![call.into()] };
        self.take(self.last, key, body, tokens);
    }

    fn take(&mut self, number: i64, mut row: Vec<Value>, body: String, tokens: String) {
        row.push(body.into());
        match &mut self.index {
            Some(index) => index.push(vec![number.into(), tokens.into()]),
            None => row.push(Value::Bytes(Some(copy::vector(&tokens)))),
        }
        self.bodies.push(row);
    }

    /// Sends what is left.
    pub(in crate::store) fn finish(&mut self) {
        self.bodies.finish();
        self.index.iter_mut().for_each(Rows::finish);
    }
}
