//! What can go wrong with the memory, in the words of the house.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// A failure of the memory.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row with this key exists already.
    #[error("duplicate key")]
    Duplicate,
    /// The database was written by a newer version.
    #[error("データベースがこの版より新しい版で作られています。新しい版の madoguchi で起動してください")]
    Newer,
    /// `demo-data` was stopped half-way in it, or is at work.
    #[error(
        "このデータベースは demo-data の途中です（中断したか実行中です）。中断した場合は、空のデータベースで作り直してください"
    )]
    Unfinished,
    /// The address can't be used or the database doesn't answer.
    #[error("データベースに接続できません: {0}")]
    Unreachable(String),
    /// The disk is full.
    #[error("disk full")]
    Full,
    /// What is stored can't be understood.
    #[error("stored value of {0} can't be read")]
    Corrupt(&'static str),
    /// Anything else.
    #[error(transparent)]
    Other(DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) {
            return Self::Duplicate;
        }
        match &error {
            DbErr::Conn(RuntimeErr::SqlxError(cause)) => Self::Unreachable(cause.to_string()),
            DbErr::ConnectionAcquire(cause) => Self::Unreachable(cause.to_string()),
            _ if error.to_string().contains("database or disk is full") => Self::Full,
            _ => Self::Other(error),
        }
    }
}
