//! How far a signed-in browser has come, and what it may do before it has come all the way.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::domain::id::AccountId;

/// How long a proof by the second factor counts for what needs a fresh one, in minutes.
pub const FRESH_MINUTES: i64 = 10;
/// How long somebody may take from the password to the second factor, in minutes.
pub const HALF_MINUTES: i64 = 10;

/// How far a browser has come in signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// In by a one-time code: must choose a password.
    Password,
    /// Has a password but no second factor: must set one up.
    Enrol,
    /// Must give the second factor.
    Second,
    /// Signed in.
    Full,
}

impl Stage {
    /// The stage of a session: whether the account has a password and a second factor, and whether that was given.
    pub fn of(has_password: bool, has_factor: bool, second_given: bool) -> Self {
        match (has_password, has_factor, second_given) {
            (false, _, _) => Stage::Password,
            (true, false, _) => Stage::Enrol,
            (true, true, false) => Stage::Second,
            (true, true, true) => Stage::Full,
        }
    }
}

/// What is known of the session that a deed comes from.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    /// The hash by which it is kept.
    pub id: [u8; 32],
    /// How far it has come.
    pub stage: Stage,
    /// When the second factor was last given.
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl Session {
    /// Whether the second factor was given within the last minutes, as exports, the administration of accounts and
    /// payments need it (`quality.md` section 4).
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.confirmed_at.is_some_and(|at| now - at < Duration::minutes(FRESH_MINUTES))
    }
}

/// A session as it is kept, with where it was opened from.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// The hash by which it is kept.
    pub id: [u8; 32],
    /// Its account.
    pub account_id: AccountId,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
    /// When the second factor was given.
    pub second_at: Option<DateTime<Utc>>,
    /// When the second factor was last given.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The address it was opened from.
    pub peer: String,
    /// The browser's name.
    pub agent: String,
}

impl OpenSession {
    /// A name for links: the beginning of the hash, which opens nothing.
    pub fn name(&self) -> Uuid {
        let mut beginning = [0; 16];
        beginning.copy_from_slice(&self.id[..16]);
        Uuid::from_bytes(beginning)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_all_the_way_in_without_password_and_second_factor() {
        for (password, factor, given) in [false, true]
            .into_iter()
            .flat_map(|a| [false, true].into_iter().flat_map(move |b| [(a, b, false), (a, b, true)]))
        {
            let full = Stage::of(password, factor, given) == Stage::Full;
            assert_eq!(full, password && factor && given, "{password} {factor} {given}");
        }
    }

    #[test]
    fn a_proof_is_fresh_for_ten_minutes() {
        let at = DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
        let session = Session { id: [0; 32], stage: Stage::Full, confirmed_at: Some(at) };
        assert!(session.is_fresh(at) && session.is_fresh(at + Duration::seconds(599)));
        assert!(!session.is_fresh(at + Duration::seconds(600)));
        assert!(!Session { confirmed_at: None, ..session }.is_fresh(at));
    }
}
