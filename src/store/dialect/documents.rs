//! Documents of the search: where they stand, writing and removing them, and finding them by each engine's index.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use uuid::Uuid;

use super::connection::Connection;
use super::search;
use super::shelf::Shelf;
use super::statement::{number, run};

/// Writes a ticket's search document: its normalised text and its tokens (hex words, see `search.rs`).
pub(in crate::store) async fn put_document(
    tx: &Connection,
    number: i64,
    body: &str,
    tokens: &str,
) -> Result<(), DbErr> {
    match tx.get_database_backend() {
        DbBackend::Sqlite => {
            run(tx, "INSERT INTO search_docs (number, body) VALUES (?, ?) \
                     ON CONFLICT (number) DO UPDATE SET body = excluded.body", vec![number.into(), body.into()]).await?;
            run(tx, "DELETE FROM search_index WHERE rowid = ?", vec![number.into()]).await?;
            run(tx, "INSERT INTO search_index (rowid, tokens) VALUES (?, ?)", vec![number.into(), tokens.into()]).await
        }
        _ => {
            run(tx, "INSERT INTO search_docs (number, body, tokens) VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' '))) \
                     ON CONFLICT (number) DO UPDATE SET body = excluded.body, tokens = excluded.tokens",
                vec![number.into(), body.into(), tokens.into()]).await
        }
    }
}

/// Numbers of documents that hold all tokens and, to the letter, all words; newest first.
pub(in crate::store) async fn find_documents<C: ConnectionTrait>(
    on: &C,
    shelf: &Shelf,
    tokens: &[String],
    words: &[String],
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<i64>, DbErr> {
    let asked = search::Asked { shelf, tokens, words, before: before.unwrap_or(i64::MAX), limit };
    match on.get_database_backend() {
        DbBackend::Sqlite => asked.in_index(on).await,
        _ => asked.near_then_whole(on).await,
    }
}

/// Writes the document of a call that has none yet: its normalised text and its tokens.
pub(in crate::store) async fn put_call_document(
    tx: &Connection,
    call: Uuid,
    body: &str,
    tokens: &str,
) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        let sql = "INSERT INTO call_docs (call_id, body) VALUES (?, ?)";
        run(tx, sql, vec![call.into(), body.into()]).await?;
        let sql = "INSERT INTO call_index (rowid, tokens) VALUES (last_insert_rowid(), ?)";
        return run(tx, sql, vec![tokens.into()]).await;
    }
    let sql =
        "INSERT INTO call_docs (call_id, body, tokens) VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' ')))";
    run(tx, sql, vec![call.into(), body.into(), tokens.into()]).await
}

/// Writes the document of that number anew: a call's, which keeps its place.
pub(in crate::store) async fn rewrite_call_document(
    tx: &Connection,
    number: i64,
    body: &str,
    tokens: &str,
) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Sqlite {
        run(tx, "UPDATE call_docs SET body = ? WHERE number = ?", vec![body.into(), number.into()]).await?;
        run(tx, "DELETE FROM call_index WHERE rowid = ?", vec![number.into()]).await?;
        let sql = "INSERT INTO call_index (rowid, tokens) VALUES (?, ?)";
        return run(tx, sql, vec![number.into(), tokens.into()]).await;
    }
    let sql = "UPDATE call_docs SET body = $2, tokens = array_to_tsvector(string_to_array($3, ' ')) WHERE number = $1";
    run(tx, sql, vec![number.into(), body.into(), tokens.into()]).await
}

/// Takes a call's document away, if it has one.
pub(in crate::store) async fn remove_call_document(tx: &Connection, call: Uuid) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    let mark = if backend == DbBackend::Sqlite { "?" } else { "$1" };
    let sql = format!("DELETE FROM call_docs WHERE call_id = {mark} RETURNING number AS value");
    let gone = number(tx, &sql, call).await?;
    match gone.filter(|_| backend == DbBackend::Sqlite) {
        Some(gone) => run(tx, "DELETE FROM call_index WHERE rowid = ?", vec![gone.into()]).await,
        None => Ok(()),
    }
}
