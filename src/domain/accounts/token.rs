//! API tokens.

use chrono::{DateTime, Utc};

use crate::domain::access::actor::Role;
use crate::domain::id::{AccountId, TokenId};

/// An API token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What it's for.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// The action codes it may use; empty: all of its role.
    pub scopes: Vec<String>,
    /// The person who answers for it: who made it, or who was named at the console. None: made there for nobody.
    pub person_id: Option<AccountId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}
