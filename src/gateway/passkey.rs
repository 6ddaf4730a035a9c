//! Passkeys (WebAuthn): what is asked of an authenticator, and what its answer proves. Left out of a build without the
//! feature `passkeys`, which then offers none.

#[cfg(feature = "passkeys")]
mod engine;
#[cfg(not(feature = "passkeys"))]
#[path = "passkey/left_out.rs"]
mod engine;

use serde_json::Value;

pub use engine::{Passkeys, Proved};

/// A challenge just made.
#[derive(Debug)]
pub struct Asked {
    /// What the browser is told.
    pub options: Value,
    /// What the answer is held against: it stays here.
    pub state: Value,
}

/// A passkey that an authenticator has just made.
#[derive(Debug)]
pub struct Made {
    /// What the authenticator calls it.
    pub credential_id: Vec<u8>,
    /// Its public key and what is known of it.
    pub credential: Value,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is no answer to this challenge by one of these passkeys.
    Wrong,
    /// Its counter has been there before: somewhere there is a copy.
    Copied,
}
