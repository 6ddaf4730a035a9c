//! What can go wrong with the memory, in the words of the house.

use sea_orm::DbErr;

use super::dialect::fault::Fault;

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
    /// No room is left where the database lies.
    #[error("no room is left for the database")]
    Full,
    /// The database can't do it now; in a word, why. Nothing was written.
    #[error("the database can't do it now: {0}")]
    Away(&'static str),
    /// Whether it was written can't be told; asked again with the same key it is done once.
    #[error("whether it was written can't be told")]
    Unknown,
    /// What is stored can't be understood.
    #[error("stored value of {0} can't be read")]
    Corrupt(&'static str),
    /// Anything else.
    #[error(transparent)]
    Other(DbErr),
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Duplicate => Self::Duplicate,
            Fault::Full => Self::Full,
            Fault::Away(why) => Self::Away(why),
            Fault::Constraint | Fault::Ours => Self::Other(DbErr::Custom(format!("{fault:?}"))),
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match Fault::of(&error) {
            Fault::Constraint | Fault::Ours => Self::Other(error),
            fault => fault.into(),
        }
    }
}
