//! What is typed on the sheet of a call, and how it was typed.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::domain::calls::sheet::{FieldValue, Sheet, SheetField};
use crate::domain::id::{AccountId, CallId};
use crate::store::entity::{sheet_fields, sheet_history};
use crate::store::{Access, StoreError, Tx};

/// The sheet of a call.
pub async fn sheet(on: &impl Access, id: CallId) -> Result<Sheet, StoreError> {
    let rows = sheet_fields::Entity::find().filter(sheet_fields::Column::CallId.eq(id.0)).all(on.conn()).await?;
    let fields = rows.into_iter().filter_map(|row| {
        let value = FieldValue {
            value: row.value,
            version: row.version,
            saved_at: row.saved_at,
            saved_by: AccountId(row.saved_by),
        };
        SheetField::parse(&row.field).map(|field| (field, value))
    });
    Ok(Sheet::new(fields.collect()))
}

/// What one field of a sheet holds; empty where nothing was typed.
pub async fn typed(on: &impl Access, id: CallId, field: SheetField) -> Result<String, StoreError> {
    let row = sheet_fields::Entity::find_by_id((id.0, field.name().to_owned())).one(on.conn()).await?;
    Ok(row.map_or_else(String::new, |row| row.value))
}

/// Saves one field as its next version, if it still is at `seen`; false when somebody else was first.
pub async fn save_field(
    tx: &Tx,
    id: CallId,
    field: SheetField,
    seen: i64,
    value: &str,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<bool, StoreError> {
    let saved = if seen == 0 {
        insert_field(tx, id, field, value, at, by).await?
    } else {
        update_field(tx, id, field, seen, value, at, by).await?
    };
    if saved {
        keep_history(tx, id, field, seen + 1, value, at, by).await?;
    }
    Ok(saved)
}

async fn insert_field(
    tx: &Tx,
    id: CallId,
    field: SheetField,
    value: &str,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<bool, StoreError> {
    let row = sheet_fields::ActiveModel {
        call_id: Set(id.0),
        field: Set(field.name().into()),
        value: Set(value.into()),
        version: Set(1),
        saved_at: Set(at),
        saved_by: Set(by.0),
    };
    let done = sheet_fields::Entity::insert_many([row])
        .on_conflict(
            OnConflict::columns([sheet_fields::Column::CallId, sheet_fields::Column::Field]).do_nothing().to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await?;
    Ok(done == 1)
}

async fn update_field(
    tx: &Tx,
    id: CallId,
    field: SheetField,
    seen: i64,
    value: &str,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<bool, StoreError> {
    let done = sheet_fields::Entity::update_many()
        .col_expr(sheet_fields::Column::Value, Expr::value(value))
        .col_expr(sheet_fields::Column::Version, Expr::value(seen + 1))
        .col_expr(sheet_fields::Column::SavedAt, Expr::value(at))
        .col_expr(sheet_fields::Column::SavedBy, Expr::value(by.0))
        .filter(sheet_fields::Column::CallId.eq(id.0))
        .filter(sheet_fields::Column::Field.eq(field.name()))
        .filter(sheet_fields::Column::Version.eq(seen))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

async fn keep_history(
    tx: &Tx,
    id: CallId,
    field: SheetField,
    version: i64,
    value: &str,
    at: DateTime<Utc>,
    by: AccountId,
) -> Result<(), StoreError> {
    use sheet_history::Column;
    let row = sheet_history::ActiveModel {
        call_id: Set(id.0),
        field: Set(field.name().into()),
        minute: Set(at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)),
        author_id: Set(by.0),
        value: Set(value.into()),
        version: Set(version),
    };
    let latest = OnConflict::columns([Column::CallId, Column::Field, Column::Minute, Column::AuthorId])
        .update_columns([Column::Value, Column::Version])
        .to_owned();
    sheet_history::Entity::insert(row).on_conflict(latest).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Fields that hold codes: statistics count them where there is no ticket.
const COUNTED: [SheetField; 3] = [SheetField::Incident, SheetField::Severity, SheetField::Standing];

/// Takes out of the sheets of calls what is personal: only codes stay, and nothing of how it was typed.
pub(in crate::store) async fn erase(tx: &Tx, calls: &[Uuid]) -> Result<(), StoreError> {
    let these = || calls.iter().copied();
    let history = sheet_history::Entity::delete_many().filter(sheet_history::Column::CallId.is_in(these()));
    history.exec(tx.conn()).await?;
    sheet_fields::Entity::delete_many()
        .filter(sheet_fields::Column::CallId.is_in(these()))
        .filter(sheet_fields::Column::Field.is_not_in(COUNTED.map(SheetField::name)))
        .exec(tx.conn())
        .await?;
    Ok(())
}
