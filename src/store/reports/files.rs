//! The files of a report as they were published.

use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use crate::domain::reports::Period;
use crate::store::entity::report_files;
use crate::store::{Access, StoreError, Tx};

/// A file's form and its bytes.
pub type File = (&'static str, Vec<u8>);

/// Keeps them, once.
pub async fn keep(tx: &Tx, period: Period, files: Vec<File>) -> Result<(), StoreError> {
    let row = |(form, bytes): File| report_files::ActiveModel {
        period: Set(period.to_string()),
        form: Set(form.to_owned()),
        bytes: Set(bytes),
    };
    let rows: Vec<report_files::ActiveModel> = files.into_iter().map(row).collect();
    if !rows.is_empty() {
        report_files::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// One of them, if it was kept.
pub async fn find(on: &impl Access, period: Period, form: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let key = (period.to_string(), form.to_owned());
    Ok(report_files::Entity::find_by_id(key).one(on.conn()).await?.map(|row| row.bytes))
}
