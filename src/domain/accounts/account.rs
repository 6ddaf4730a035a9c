//! Staff accounts.

use chrono::{DateTime, Utc};

use crate::domain::access::actor::{Action, Role};
use crate::domain::id::AccountId;

/// A staff account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The sign-in name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// The password's hash, once one was set.
    pub password_hash: Option<String>,
    /// The hash of the one-time code for the first sign-in.
    pub code_hash: Option<String>,
    /// Until when that code works.
    pub code_expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was switched off.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When it ends by itself: maintenance accounts have such an end.
    pub expires_at: Option<DateTime<Utc>>,
    /// What a maintenance account is for.
    pub reason: String,
}

impl Account {
    /// Whether it may be used at an instant.
    pub fn is_active(&self, now: DateTime<Utc>) -> bool {
        self.disabled_at.is_none() && self.expires_at.is_none_or(|until| until > now)
    }

    /// Whether tickets may be theirs: it's used, in a role that works on them.
    pub fn works_on_tickets(&self, now: DateTime<Utc>) -> bool {
        self.is_active(now) && Action::TicketWork.roles().contains(&self.role)
    }
}
