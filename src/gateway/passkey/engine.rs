//! Passkeys by webauthn-rs: the person is always verified (a finger, a face, a PIN), and no attestation is asked for.

use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::{Asked, Fault, Made};
use crate::domain::accounts::passkey::{CHALLENGE_MINUTES, WhyNot};

/// Passkeys at one address.
#[derive(Debug)]
pub struct Passkeys(Option<Webauthn>);

/// What a passkey proved.
#[derive(Debug)]
pub struct Proved(AuthenticationResult);

/// Browsers know passkeys at names under https only, and at localhost.
fn webauthn(base_url: &str) -> Option<Webauthn> {
    let origin = Url::parse(base_url).ok()?;
    let name = origin.domain()?;
    if origin.scheme() != "https" && name != "localhost" && !name.ends_with(".localhost") {
        return None;
    }
    let patience = Duration::from_secs(u64::try_from(CHALLENGE_MINUTES).ok()? * 60);
    WebauthnBuilder::new(name, &origin).ok()?.rp_name("窓口").timeout(patience).build().ok()
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Passkeys {
    /// Passkeys of the product found at an address.
    pub fn at(base_url: &str) -> Self {
        Self(webauthn(base_url))
    }

    /// Whether they are offered.
    ///
    /// # Errors
    /// Why not.
    pub fn offered(&self) -> Result<(), WhyNot> {
        self.0.as_ref().map(|_| ()).ok_or(WhyNot::Address)
    }

    fn engine(&self) -> Result<&Webauthn, String> {
        self.0.as_ref().ok_or_else(|| "passkeys need a named address".to_owned())
    }

    /// Asks an authenticator for a new passkey of an account; one that holds any of those known refuses.
    ///
    /// # Errors
    /// When passkeys aren't offered.
    pub fn ask_new(&self, account: Uuid, login: &str, name: &str, known: &[Vec<u8>]) -> Result<Asked, String> {
        let begun = self.engine()?.start_passkey_registration(account, login, name, Some(known.to_vec()));
        let (options, state) = begun.map_err(text)?;
        Ok(Asked {
            options: serde_json::to_value(options).map_err(text)?,
            state: serde_json::to_value(state).map_err(text)?,
        })
    }

    /// The passkey an authenticator has made, as its answer says.
    ///
    /// # Errors
    /// When it is no answer to this challenge.
    pub fn made(&self, state: Value, answer: &str) -> Result<Made, Fault> {
        let engine = self.engine().map_err(|_| Fault::Wrong)?;
        let state: PasskeyRegistration = serde_json::from_value(state).map_err(|_| Fault::Wrong)?;
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| Fault::Wrong)?;
        let passkey = engine.finish_passkey_registration(&answer, &state).map_err(|_| Fault::Wrong)?;
        let credential_id = passkey.cred_id().clone();
        let credential = serde_json::to_value(passkey).map_err(|_| Fault::Wrong)?;
        Ok(Made { credential_id, credential })
    }

    /// Asks for a proof by one of these passkeys.
    ///
    /// # Errors
    /// When passkeys aren't offered, or one can't be read.
    pub fn ask(&self, credentials: impl Iterator<Item = Value>) -> Result<Asked, String> {
        let known: Result<Vec<Passkey>, _> = credentials.map(serde_json::from_value).collect();
        let begun = self.engine()?.start_passkey_authentication(&known.map_err(text)?);
        let (options, state) = begun.map_err(text)?;
        Ok(Asked {
            options: serde_json::to_value(options).map_err(text)?,
            state: serde_json::to_value(state).map_err(text)?,
        })
    }

    /// What an answer proves. An authenticator that says whose passkey it is must name this account.
    ///
    /// # Errors
    /// When it is no answer to this challenge, or its counter runs backwards.
    pub fn proved(&self, state: Value, answer: &str, account: Uuid) -> Result<Proved, Fault> {
        let engine = self.engine().map_err(|_| Fault::Wrong)?;
        let state: PasskeyAuthentication = serde_json::from_value(state).map_err(|_| Fault::Wrong)?;
        let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(|_| Fault::Wrong)?;
        if answer.get_user_unique_id().is_some_and(|owner| owner != account.as_bytes()) {
            return Err(Fault::Wrong);
        }
        match engine.finish_passkey_authentication(&answer, &state) {
            Ok(result) => Ok(Proved(result)),
            Err(WebauthnError::CredentialPossibleCompromise) => Err(Fault::Copied),
            Err(_) => Err(Fault::Wrong),
        }
    }
}

impl Proved {
    /// What the authenticator calls the passkey.
    pub fn credential_id(&self) -> &[u8] {
        self.0.cred_id()
    }

    /// The counter it came with.
    pub fn counter(&self) -> i64 {
        i64::from(self.0.counter())
    }

    /// The passkey with what is known of it now: its counter, and whether it is backed up.
    ///
    /// # Errors
    /// When the passkey kept can't be read, or is another one.
    pub fn carried_on(&self, kept: Value) -> Result<Value, String> {
        let mut passkey: Passkey = serde_json::from_value(kept).map_err(text)?;
        passkey.update_credential(&self.0).ok_or("another passkey")?;
        serde_json::to_value(passkey).map_err(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_offered_where_browsers_know_them() {
        for (base_url, offered) in [
            ("https://madoguchi.example", true),
            ("https://madoguchi.example:8443", true),
            ("http://localhost:8080", true),
            ("http://desk.localhost", true),
            ("http://127.0.0.1:8080", false),
            ("https://192.0.2.7", false),
            ("https://[2001:db8::1]", false),
            ("http://madoguchi.example", false),
            ("http://notlocalhost", false),
            ("", false),
        ] {
            assert_eq!(Passkeys::at(base_url).offered().is_ok(), offered, "{base_url}");
        }
    }

    #[test]
    fn a_person_must_always_be_verified() {
        let passkeys = Passkeys::at("https://madoguchi.example");
        let asked = passkeys.ask_new(Uuid::from_u128(1), "kanda", "神田 うめ", &[]).expect("a challenge");
        let options = &asked.options["publicKey"];
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        assert_eq!((&options["rp"]["id"], &options["timeout"]), (&"madoguchi.example".into(), &300_000.into()));
    }
}
