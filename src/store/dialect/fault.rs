//! What an engine's error means to the desk: one complete mapping for each engine (`quality.md` section 5).

use sea_orm::sqlx::Error as Sqlx;
use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::DatabaseError;
use sqlx::postgres::{PgDatabaseError, PgSeverity};

/// Why the database can't do it while somebody else is at it.
pub(super) const LOCKED: &str = "locked by another";

/// What went wrong, as far as it matters to whoever waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Fault {
    /// A row with this key exists already.
    Duplicate,
    /// Another constraint of the schema says no.
    Constraint,
    /// No room is left where the database lies.
    Full,
    /// The database can't do it now, whoever asks; in a word, why. Asking again later may succeed.
    Away(&'static str),
    /// The statement itself is wrong: a fault of ours.
    Ours,
}

impl Fault {
    /// Of an error as sea-orm wraps it.
    pub(in crate::store) fn of(error: &DbErr) -> Self {
        match error {
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => Self::of_driver(cause),
            DbErr::ConnectionAcquire(_) => Self::Away("no connection is free"),
            DbErr::Conn(_) => Self::Away("not connected"),
            _ => Self::Ours,
        }
    }

    /// Of an error as the driver tells it.
    pub(super) fn of_driver(error: &Sqlx) -> Self {
        match error {
            Sqlx::Database(error) if error.is_unique_violation() => Self::Duplicate,
            Sqlx::Database(error) => of_engine(error.as_ref()),
            Sqlx::Io(_) | Sqlx::Tls(_) | Sqlx::Protocol(_) => Self::Away("the connection broke"),
            Sqlx::PoolTimedOut | Sqlx::PoolClosed => Self::Away("no connection is free"),
            Sqlx::WorkerCrashed => Self::Away("the engine's thread ended"),
            _ => Self::Ours,
        }
    }

    /// Whether a connection on which it happened can be trusted afterwards: only a constraint leaves it as it was.
    pub(super) fn spares_the_connection(self) -> bool {
        matches!(self, Self::Duplicate | Self::Constraint)
    }
}

fn of_engine(error: &dyn DatabaseError) -> Fault {
    let code = error.code().unwrap_or_default();
    // SQLite's codes are numbers of up to four digits, PostgreSQL's five characters.
    match code.parse::<u32>() {
        Ok(code) if code < 10_000 && error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() => sqlite(code),
        _ => postgres(&code),
    }
}

/// By SQLite's primary result code; what lies above it in an extended one says where it happened.
fn sqlite(code: u32) -> Fault {
    match code & 0xff {
        19 => Fault::Constraint,
        FULL => Fault::Full,
        3 | 23 => Fault::Away("permission denied"),
        5 | 6 | 15 => Fault::Away(LOCKED),
        7 => Fault::Away("out of memory"),
        8 => Fault::Away("read-only"),
        9 => Fault::Away("interrupted"),
        10 => Fault::Away("disk I/O error"),
        11 | 26 => Fault::Away("the file is damaged"),
        14 => Fault::Away("the file can't be opened"),
        22 => Fault::Away("the file is too large for the system"),
        _ => Fault::Ours,
    }
}

/// By SQLSTATE.
fn postgres(state: &str) -> Fault {
    match state {
        "53100" => Fault::Full,
        "57014" => Fault::Away("took too long"),
        "55P03" => Fault::Away(LOCKED),
        "25006" => Fault::Away("read-only"),
        _ => match state.get(..2) {
            Some("23") => Fault::Constraint,
            Some("08") => Fault::Away("the connection broke"),
            Some("40") => Fault::Away(LOCKED),
            Some("28" | "3D") => Fault::Away("the server lets nobody in"),
            Some("53") => Fault::Away("the server has no room for more"),
            Some("57") => Fault::Away("the server is stopping or starting"),
            Some("58" | "XX" | "F0") => Fault::Away("the server's system failed"),
            _ => Fault::Ours,
        },
    }
}

/// Whether an engine that answered a COMMIT with this error has certainly not committed. PostgreSQL says ERROR only of
/// a transaction that it has rolled back, and FATAL or nothing at all when its end is not for it to tell. SQLite
/// writes the frame that commits last: when writing failed it isn't whole, and nobody will ever take it for one;
/// when only the flush behind it failed it is.
pub(super) fn is_certainly_undone(error: &Sqlx) -> bool {
    let Sqlx::Database(error) = error else { return false };
    if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
        return error.severity() == PgSeverity::Error;
    }
    let code = error.code().and_then(|code| code.parse().ok());
    code.is_some_and(|code: u32| code & 0xff == FULL || code == IOERR_WRITE)
}

/// No room for what was to be written.
const FULL: u32 = 13;
/// Writing failed, as an extended code.
const IOERR_WRITE: u32 = 778;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_codes_of_sqlite_mean_what_their_primary_one_means() {
        for (code, meant) in [
            (13, Fault::Full),
            (778, Fault::Away("disk I/O error")),
            (1034, Fault::Away("disk I/O error")),
            (1032, Fault::Away("read-only")),
            (5, Fault::Away(LOCKED)),
            (261, Fault::Away(LOCKED)),
            (787, Fault::Constraint),
            (1, Fault::Ours),
        ] {
            assert_eq!(sqlite(code), meant, "{code}");
        }
    }

    #[test]
    fn states_of_postgres_are_told_by_their_class_where_no_single_one_matters() {
        for (state, meant) in [
            ("53100", Fault::Full),
            ("53300", Fault::Away("the server has no room for more")),
            ("57P01", Fault::Away("the server is stopping or starting")),
            ("57P03", Fault::Away("the server is stopping or starting")),
            ("57014", Fault::Away("took too long")),
            ("25006", Fault::Away("read-only")),
            ("58030", Fault::Away("the server's system failed")),
            ("40P01", Fault::Away(LOCKED)),
            ("23503", Fault::Constraint),
            ("42601", Fault::Ours),
            ("", Fault::Ours),
        ] {
            assert_eq!(postgres(state), meant, "{state}");
        }
    }

    #[test]
    fn only_a_constraint_spares_the_connection() {
        assert!(Fault::Duplicate.spares_the_connection() && Fault::Constraint.spares_the_connection());
        for fault in [Fault::Full, Fault::Away("disk I/O error"), Fault::Ours] {
            assert!(!fault.spares_the_connection(), "{fault:?}");
        }
    }
}
