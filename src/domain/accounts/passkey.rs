//! Passkeys as a second factor, beside the authenticator app: how many, how long a challenge stands, and what shows
//! that one was copied.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::domain::id::{AccountId, PasskeyId};

/// The most passkeys an account may have.
pub const MOST: usize = 10;
/// How long an authenticator may take to answer, in minutes.
pub const CHALLENGE_MINUTES: i64 = 5;
/// The longest name of a passkey, in characters.
pub const NAME_CHARS: usize = 40;

/// A passkey: public, but one account's only.
#[derive(Debug, Clone)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// The account.
    pub account_id: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// What the authenticator calls it.
    pub credential_id: Vec<u8>,
    /// Its public key and what is known of it.
    pub credential: Value,
    /// The counter it was last used with.
    pub counter: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What a challenge is for. An answer to one is none to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Adding a passkey.
    Add,
    /// Giving one as the second factor.
    Give,
}

impl Purpose {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Purpose::Add => "add",
            Purpose::Give => "give",
        }
    }
}

/// Why passkeys aren't offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// This build leaves them out.
    LeftOut,
    /// Browsers bind passkeys to a name under https (or localhost); the product's address is none.
    Address,
}

/// Whether a counter goes on from the one kept. Authenticators count their uses: one that comes with a counter that
/// was there before has a copy somewhere. Those that don't count say 0 for ever.
pub fn goes_on(kept: i64, given: i64) -> bool {
    given > kept || (kept == 0 && given == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_only_goes_forward_unless_there_is_none() {
        for (kept, given, fine) in
            [(0, 0, true), (0, 1, true), (7, 8, true), (7, 90, true), (7, 7, false), (7, 6, false), (7, 0, false)]
        {
            assert_eq!(goes_on(kept, given), fine, "{kept} then {given}");
        }
    }
}
