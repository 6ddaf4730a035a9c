//! The database's own clock: PostgreSQL may stand on another machine; SQLite has none of its own.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, FromQueryResult, Statement};

/// What the database's clock says, where it has one of its own.
pub(in crate::store) async fn said(on: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    if on.get_database_backend() == DbBackend::Sqlite {
        return Ok(None);
    }
    #[derive(FromQueryResult)]
    struct Said {
        at: DateTime<Utc>,
    }
    let ask = Statement::from_string(DbBackend::Postgres, "SELECT clock_timestamp() AS at");
    Ok(Said::find_by_statement(ask).one(on).await?.map(|said| said.at))
}
