//! An authenticator in software: makes passkeys and answers with them as a key on a desk would, or as a forged one.

use std::sync::Arc;

use madoguchi::app::App;
use madoguchi::gateway::password::Cost;
use madoguchi::gateway::secret::digest_of;
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use uuid::Uuid;

use super::app::settings;
use super::{Answer, Client, TestApp};

/// The address at which passkeys are offered.
pub(crate) const HOME: &str = "http://localhost:8080";

/// The person was there.
const PRESENT: u8 = 0x01;
/// The person was verified.
const VERIFIED: u8 = 0x04;
/// The passkey can be backed up, and is.
const CAN_BE_BACKED_UP: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
/// The key comes along.
const KEY: u8 = 0x40;

/// An authenticator with one passkey.
#[derive(Clone)]
pub(crate) struct Authenticator {
    pub(crate) key: SigningKey,
    pub(crate) id: [u8; 16],
    /// The counter of the next answer.
    pub(crate) counter: u32,
    /// Whether the passkey is backed up by now.
    pub(crate) backed_up: bool,
    /// Whether it asks for finger, face or PIN.
    pub(crate) verifies: bool,
    /// The address that the browser stands at.
    pub(crate) at: &'static str,
    /// Whose passkey it says it is.
    pub(crate) owner: Option<Uuid>,
}

/// Base 64 for URLs, without padding.
fn letters(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let group = |three: &[u8]| {
        let all = three.iter().chain(&[0, 0]).take(3).fold(0_usize, |all, byte| (all << 8) | usize::from(*byte));
        let count = three.len() + 1;
        (0..count).map(move |i| char::from(ALPHABET[(all >> (18 - 6 * i)) & 63])).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

impl Authenticator {
    /// One that was never used.
    pub(crate) fn new() -> Self {
        let random = [*Uuid::new_v4().as_bytes(), *Uuid::new_v4().as_bytes()].concat();
        let key = SigningKey::from_slice(&random).expect("a key");
        let id = *Uuid::new_v4().as_bytes();
        Self { key, id, counter: 1, backed_up: false, verifies: true, at: HOME, owner: None }
    }

    fn data(&mut self, rp: &Value, more: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let backed_up = if self.backed_up { BACKED_UP } else { 0 };
        let mut data = digest_of(rp.as_str().expect("a name").as_bytes()).to_vec();
        data.push(PRESENT | verified | CAN_BE_BACKED_UP | backed_up | more);
        data.extend(self.counter.to_be_bytes());
        self.counter += u32::from(self.counter > 0);
        data
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let client =
            json!({ "type": kind, "challenge": options["challenge"], "origin": self.at, "crossOrigin": false });
        client.to_string().into_bytes()
    }

    fn answer(&self, response: Value) -> String {
        let id = letters(&self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "extensions": {}, "response": response }).to_string()
    }

    /// Makes its passkey, as it is asked.
    pub(crate) fn make(&mut self, asked: &Value) -> String {
        let options = &asked["publicKey"];
        let mut data = self.data(&options["rp"]["id"], KEY);
        data.extend([[0; 16].as_slice(), &[0, 16], &self.id].concat());
        // A COSE key: EC2, ES256, P-256, x, y.
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        data.extend([&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], x, &[0x22, 0x58, 32], y].concat());
        // { "fmt": "none", "attStmt": {}, "authData": data }
        let length = u8::try_from(data.len()).expect("a short one");
        let object =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(), &[length], data.as_slice()].concat();
        let client = self.client("webauthn.create", options);
        self.answer(json!({ "attestationObject": letters(&object), "clientDataJSON": letters(&client) }))
    }

    /// Gives its passkey, as it is asked.
    pub(crate) fn give(&mut self, asked: &Value) -> String {
        let options = &asked["publicKey"];
        let data = self.data(&options["rpId"], 0);
        let client = self.client("webauthn.get", options);
        let signature: Signature = self.key.sign(&[data.as_slice(), &digest_of(&client)].concat());
        self.answer(json!({
            "authenticatorData": letters(&data), "clientDataJSON": letters(&client),
            "signature": letters(signature.to_der().as_bytes()),
            "userHandle": self.owner.map(|owner| letters(owner.as_bytes())),
        }))
    }
}

impl TestApp {
    /// A second instance of the product at an address with a name.
    pub(crate) async fn twin_at_a_name(&self) -> App {
        let mut settings = settings(&self.db);
        settings.http.base_url = HOME.into();
        App::build_with(settings, Arc::new(self.clock.clone()), Cost::TRIAL).await.expect("the product")
    }

    /// The product at an address with a name, where passkeys are offered.
    pub(crate) async fn at_a_name(mut self) -> Self {
        let app = self.twin_at_a_name().await;
        (self.services, self.router, self.app) = (app.services.clone(), app.web().router, app);
        self
    }
}

impl Client {
    /// What the page is told before a passkey is added.
    pub(crate) async fn asks_new(&self, name: &str) -> Value {
        self.post("/account/passkeys/ask", &[("name", name)]).await.is(200).json()
    }

    /// Adds the passkey of an authenticator.
    pub(crate) async fn adds(&self, name: &str, authenticator: &mut Authenticator) -> Answer {
        let answer = authenticator.make(&self.asks_new(name).await);
        self.post("/account/passkeys", &[("name", name), ("passkey", &answer)]).await
    }

    /// What the page is told before a passkey is given.
    pub(crate) async fn asks(&self) -> Value {
        self.post("/session/passkey", &[]).await.is(200).json()
    }

    /// Gives an authenticator's answer on the way in.
    pub(crate) async fn gives(&self, answer: &str) -> Answer {
        self.post("/session/second", &[("passkey", answer)]).await
    }
}
