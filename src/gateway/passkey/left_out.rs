//! A build without passkeys: it offers none.

use serde_json::Value;
use uuid::Uuid;

use super::{Asked, Fault, Made};
use crate::domain::accounts::passkey::WhyNot;

/// No passkeys.
#[derive(Debug)]
pub struct Passkeys;

/// What a passkey proved: never anything here.
#[derive(Debug)]
pub enum Proved {}

const LEFT_OUT: &str = "this build leaves passkeys out";

impl Passkeys {
    /// None, at whatever address.
    pub fn at(_base_url: &str) -> Self {
        Self
    }

    /// Whether they are offered: never.
    ///
    /// # Errors
    /// Why not.
    pub fn offered(&self) -> Result<(), WhyNot> {
        Err(WhyNot::LeftOut)
    }

    /// Asks an authenticator for a new passkey.
    ///
    /// # Errors
    /// Always.
    pub fn ask_new(&self, _: Uuid, _: &str, _: &str, _: &[Vec<u8>]) -> Result<Asked, String> {
        Err(LEFT_OUT.into())
    }

    /// The passkey an authenticator has made.
    ///
    /// # Errors
    /// Always.
    pub fn made(&self, _: Value, _: &str) -> Result<Made, Fault> {
        Err(Fault::Wrong)
    }

    /// Asks for a proof by one of these.
    ///
    /// # Errors
    /// Always.
    pub fn ask(&self, _: impl Iterator<Item = Value>) -> Result<Asked, String> {
        Err(LEFT_OUT.into())
    }

    /// What the answer proves.
    ///
    /// # Errors
    /// Always.
    pub fn proved(&self, _: Value, _: &str, _: Uuid) -> Result<Proved, Fault> {
        Err(Fault::Wrong)
    }
}

impl Proved {
    /// What the authenticator calls the passkey.
    pub fn credential_id(&self) -> &[u8] {
        match *self {}
    }

    /// The counter it came with.
    pub fn counter(&self) -> i64 {
        match *self {}
    }

    /// The passkey with what is known of it now.
    ///
    /// # Errors
    /// Never.
    pub fn carried_on(&self, _: Value) -> Result<Value, String> {
        match *self {}
    }
}
