//! Writing anew what is kept by how words and numbers were folded by an older version: a piece at a time, each shelf
//! remembering how far it came.

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::domain::incidents::{IndicatorKind, indicator};
use crate::domain::search::{FOLDING, Kept};
use crate::domain::telephone::Telephone;
use crate::store::entity::{call_docs, calls, campaign_marks, foldings, indicators, search_docs, waves_set_aside};
use crate::store::search::rewritten;
use crate::store::{Access, StoreError, Tx, dialect};

/// Rows of a piece.
const PIECE: u64 = 200;

/// How far a shelf came in this version's folding: after which row; `None` when all of it is written so.
pub async fn came_to(on: &impl Access, shelf: Kept) -> Result<Option<String>, StoreError> {
    let row = foldings::Entity::find_by_id(shelf.code().to_owned()).one(on.conn()).await?;
    Ok(match row {
        Some(row) if row.folding >= FOLDING && row.after.is_empty() => None,
        Some(row) if row.folding >= FOLDING => Some(row.after),
        _ => Some(String::new()),
    })
}

/// Remembers how far a shelf came; `None`: to its end.
pub async fn put(tx: &Tx, shelf: Kept, after: Option<String>) -> Result<(), StoreError> {
    use foldings::Column as C;
    let row = foldings::ActiveModel {
        shelf: Set(shelf.code().to_owned()),
        folding: Set(FOLDING),
        after: Set(after.unwrap_or_default()),
    };
    let there = OnConflict::column(C::Shelf).update_columns([C::Folding, C::After]).to_owned();
    foldings::Entity::insert(row).on_conflict(there).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes a piece of a shelf anew; after which row to go on, `None` at the end.
pub async fn piece(tx: &Tx, shelf: Kept, after: &str) -> Result<Option<String>, StoreError> {
    match shelf {
        Kept::Numbers => numbers(tx, after).await,
        Kept::TicketWords => documents(tx, after).await,
        Kept::CallWords => call_documents(tx, after).await,
        Kept::Indicators => indicator_marks(tx, after).await,
        Kept::CampaignMarks => marks_of_campaigns(tx, after).await,
        Kept::WavesSetAside => set_aside(tx, after).await,
    }
}

fn id_after(after: &str) -> Uuid {
    after.parse().unwrap_or(Uuid::nil())
}

/// Where to go on: after the last row of a whole piece.
fn on_from<T>(rows: &[T], key: impl Fn(&T) -> String) -> Option<String> {
    rows.last().filter(|_| rows.len() as u64 == PIECE).map(key)
}

async fn numbers(tx: &Tx, after: &str) -> Result<Option<String>, StoreError> {
    use calls::Column as C;
    let rows: Vec<(Uuid, String, String)> = calls::Entity::find()
        .select_only()
        .columns([C::Id, C::Number, C::NumberKey])
        .filter(C::Id.gt(id_after(after)))
        .order_by_asc(C::Id)
        .limit(PIECE)
        .into_tuple()
        .all(tx.conn())
        .await?;
    for (id, number, key) in &rows {
        let read = Telephone::read(number);
        if read.key() != key {
            let change = calls::Entity::update_many().col_expr(C::NumberKey, Expr::value(read.key()));
            change.filter(C::Id.eq(*id)).exec(tx.conn()).await?;
        }
    }
    Ok(on_from(&rows, |(id, ..)| id.to_string()))
}

async fn documents(tx: &Tx, after: &str) -> Result<Option<String>, StoreError> {
    use search_docs::Column as C;
    let from: i64 = after.parse().unwrap_or(i64::MIN);
    let query = search_docs::Entity::find().filter(C::Number.gt(from)).order_by_asc(C::Number).limit(PIECE);
    let rows = query.all(tx.conn()).await?;
    for row in &rows {
        if let Some((body, tokens)) = rewritten(&row.body) {
            dialect::put_document(tx.conn(), row.number, &body, &tokens).await?;
        }
    }
    Ok(on_from(&rows, |row| row.number.to_string()))
}

async fn call_documents(tx: &Tx, after: &str) -> Result<Option<String>, StoreError> {
    use call_docs::Column as C;
    let from: i64 = after.parse().unwrap_or(i64::MIN);
    let query = call_docs::Entity::find().filter(C::Number.gt(from)).order_by_asc(C::Number).limit(PIECE);
    let rows = query.all(tx.conn()).await?;
    for row in &rows {
        if let Some((body, tokens)) = rewritten(&row.body) {
            dialect::rewrite_call_document(tx.conn(), row.number, &body, &tokens).await?;
        }
    }
    Ok(on_from(&rows, |row| row.number.to_string()))
}

/// A mark as it's folded now, where that is another one.
fn another(kind: &str, mark: &str) -> Option<String> {
    IndicatorKind::parse(kind).map(|kind| indicator::refolded(kind, mark)).filter(|folded| folded != mark)
}

/// Marks of a table anew; of two that have become one, one stays.
macro_rules! anew {
    ($tx:expr, $after:expr, $table:ident, $unique:expr) => {{
        use $table::Column as C;
        let query = $table::Entity::find().filter(C::Id.gt(id_after($after))).order_by_asc(C::Id).limit(PIECE);
        let rows = query.all($tx.conn()).await?;
        for row in &rows {
            let Some(mark) = another(&row.kind, &row.mark) else { continue };
            $table::Entity::delete_by_id(row.id).exec($tx.conn()).await?;
            let row = $table::ActiveModel { mark: Set(mark), ..row.clone().into_active_model().reset_all() };
            let there = OnConflict::columns($unique).do_nothing().to_owned();
            $table::Entity::insert(row).on_conflict(there).exec_without_returning($tx.conn()).await?;
        }
        Ok(on_from(&rows, |row| row.id.to_string()))
    }};
}

async fn indicator_marks(tx: &Tx, after: &str) -> Result<Option<String>, StoreError> {
    anew!(tx, after, indicators, [C::TicketId, C::Kind, C::Mark])
}

async fn marks_of_campaigns(tx: &Tx, after: &str) -> Result<Option<String>, StoreError> {
    anew!(tx, after, campaign_marks, [C::CampaignId, C::Kind, C::Mark, C::Incident])
}

async fn set_aside(tx: &Tx, after: &str) -> Result<Option<String>, StoreError> {
    anew!(tx, after, waves_set_aside, [C::Kind, C::Mark, C::Incident])
}
