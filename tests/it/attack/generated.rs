//! Requests made from the API's own description: fitting ones, ones at the edges, and ones that don't fit at all. No
//! failure of ours, errors in the contract's shape, and only answers that the description says.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, Request};
use madoguchi::domain::access::actor::Role;
use serde_json::{Map, Value, json};

use super::schema::{Dice, Document, odd};
use crate::support::cases::logged;
use crate::support::{Answer, Client, TestApp, on_each_db};

/// Requests an operation.
const EACH: usize = 200;

/// An operation of the description.
struct Operation {
    method: Method,
    path: String,
    said: Value,
}

fn operations(document: &Document) -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document.0["paths"].as_object().expect("paths") {
        for (method, said) in item.as_object().expect("operations") {
            let method = method.to_uppercase().parse().expect("a method");
            all.push(Operation { method, path: path.clone(), said: said.clone() });
        }
    }
    all
}

impl Operation {
    fn takes<'a>(&'a self, document: &'a Document) -> Option<&'a Value> {
        let body = &self.said["requestBody"];
        body.is_object().then(|| document.resolved(&body["content"]["application/json"]["schema"]))
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = &str> {
        let all = self.said["parameters"].as_array().into_iter().flatten();
        all.filter(move |p| p["in"] == place).filter_map(|p| p["name"].as_str())
    }

    /// The address with things that are there, or with anything.
    fn address(&self, no: &str, referral: &str, dice: &mut Dice) -> String {
        let odd = ["2026-999999", "x", "%00", "..", "2026-0", "%F0%9F", "9999999999-1", "2019-01"];
        let part = |there: &str, dice: &mut Dice| {
            if dice.below(4) > 0 { there.to_owned() } else { (*dice.of(&odd)).to_owned() }
        };
        let path = self.path.replace("{no}", &part(no, dice)).replace("{period}", &part("2026-10", dice));
        let path = path.replace("{id}", &part(referral, dice));
        let values = [
            "",
            "all",
            "open",
            "done",
            "ransomware",
            "high",
            "me",
            "20260000001",
            "-1",
            "x",
            "%00",
            "%F0",
            "1e9",
            "a%26b",
        ];
        let mut query = Vec::new();
        for name in self.parameters("query") {
            if dice.below(3) == 0 {
                query.push(format!("{name}={}", dice.of(&values)));
            }
        }
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// A body: mostly fitting but for one thing, sometimes nothing of the kind. `version` is what the ticket is at.
    fn body(&self, document: &Document, version: i64, dice: &mut Dice) -> Vec<u8> {
        let Some(schema) = self.takes(document) else { return Vec::new() };
        let mut body = document.fitting(schema, dice);
        if let Some(seen) = body.get_mut("version").filter(|_| dice.below(4) > 0) {
            *seen = json!(version);
        }
        if let Some(step) = body.get_mut("transition").filter(|_| dice.below(4) > 0) {
            *step = json!(dice.of(&["start", "escalate", "take", "give_back", "watch", "close", "leave", "reopen"]));
        }
        if self.path.ends_with("/calls") && dice.below(2) == 0 {
            body = logged(json!({}));
        }
        if self.path.ends_with("/referrals/{id}") && dice.below(2) == 0 {
            body = json!({ "seen": 7, "step": "settled", "contracted": "yes", "said_by": "院長" });
        }
        match (dice.below(10), &mut body) {
            (0, _) => return crooked(&body, dice),
            (1, body) => *body = odd(dice),
            (2..=4, Value::Object(fields)) => bend(fields, dice),
            (5, Value::Object(fields)) => {
                let names: Vec<String> = fields.keys().cloned().collect();
                if !names.is_empty() {
                    fields.remove(dice.of(&names));
                }
            }
            (6, Value::Object(fields)) => {
                fields.insert((*dice.of(&["id", "role", "__proto__", "", "version", "\u{0}"])).to_owned(), odd(dice));
            }
            _ => {}
        }
        serde_json::to_vec(&body).expect("JSON")
    }
}

/// Puts something odd into one field.
fn bend(fields: &mut Map<String, Value>, dice: &mut Dice) {
    let names: Vec<String> = fields.keys().cloned().collect();
    if !names.is_empty() {
        fields.insert(dice.of(&names).clone(), odd(dice));
    }
}

/// What is no JSON, or is cut off, or goes too deep.
fn crooked(body: &Value, dice: &mut Dice) -> Vec<u8> {
    let whole = body.to_string();
    let half: String = whole.chars().take(whole.chars().count() / 2).collect();
    let twice = format!("{{\"version\":1,\"version\":2,{}", whole.trim_start_matches('{'));
    let crooked: [Vec<u8>; 9] = [
        Vec::new(),
        b"{".to_vec(),
        half.into_bytes(),
        format!("{whole}{whole}").into_bytes(),
        twice.into_bytes(),
        "[".repeat(20_000).into_bytes(),
        "{\"a\":".repeat(20_000).into_bytes(),
        b"{\"q\":\"\xff\xfe\"}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
    ];
    dice.of(&crooked).clone()
}

/// One request: content type and headers mostly as they should be.
fn request(client: &Client, of: &Operation, address: &str, body: Vec<u8>, dice: &mut Dice) -> Request<Body> {
    let kinds =
        ["application/json", "application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded", ""];
    let mut request = client.request(of.method.clone(), address);
    let kind = if dice.below(4) > 0 { kinds[0] } else { *dice.of(&kinds) };
    if !kind.is_empty() {
        request = request.header("content-type", kind);
    }
    if dice.below(5) == 0 {
        let keys = [format!("key-{}", dice.below(40)), "k".repeat(65), "\u{e9}".to_owned(), " ".to_owned()];
        request = request.header("idempotency-key", dice.of(&keys).as_bytes());
    }
    request.body(Body::from(body)).expect("a request")
}

fn keeps_its_word(document: &Document, of: &Operation, answer: &Answer, at: &str) {
    assert!(answer.status < 500, "{at}: {}", answer.text());
    let said = &of.said["responses"][answer.status.to_string()];
    assert!(said.is_object(), "{at}: {} isn't said of {}: {}", answer.status, of.path, answer.text());
    assert!(answer.header("content-type").starts_with("application/json"), "{at}: {}", answer.header("content-type"));
    let fault = document.fault(&said["content"]["application/json"]["schema"], &answer.json(), "answer");
    assert_eq!(fault, None, "{at}: {}", answer.text());
    if answer.status >= 400 {
        let error = &answer.json()["error"];
        assert!(error["code"].as_str().is_some_and(|c| !c.is_empty()), "{at}: {}", answer.text());
        assert!(error["message"].as_str().is_some_and(|m| !m.is_ascii()), "{at}: {}", answer.text());
    }
}

on_each_db!(requests_made_from_the_description_never_fail_and_are_answered_as_it_says, async |app: TestApp| {
    let app = app.with_directory().await;
    let ticket = app.case(json!({})).await;
    let no = ticket.to_string();
    let (referral, _) = app.begun_referral(ticket).await;
    app.publish_report().await;
    let document = Document(app.script(Role::Operator).await.get("/api/v1/openapi.json").await.is(200).json());
    let operations = operations(&document);
    let clients = [
        app.script(Role::Operator).await,
        app.script(Role::Specialist).await,
        app.script(Role::JmaReader).await,
        app.stranger().bearing("0".repeat(64)),
    ];
    let mut dice = Dice::seeded(20_261_122);
    let mut seen: BTreeMap<(String, u16), usize> = BTreeMap::new();
    for of in &operations {
        for n in 0..EACH {
            let client = if dice.below(12) > 0 { &clients[dice.below(2)] } else { dice.of(&clients) };
            let client = if of.path.contains("reports") && dice.below(4) > 0 { &clients[2] } else { client };
            let version = app.ticket(ticket).await.version;
            let (address, body) = (of.address(&no, &referral, &mut dice), of.body(&document, version, &mut dice));
            let shown = String::from_utf8_lossy(&body[..body.len().min(400)]).into_owned();
            let at = format!("{} {address} ({n}) {shown}", of.method);
            let answer = client.send(request(client, of, &address, body, &mut dice)).await;
            keeps_its_word(&document, of, &answer, &at);
            *seen.entry((of.path.clone(), answer.status)).or_default() += 1;
        }
    }
    let sent: usize = seen.values().sum();
    assert!(sent >= 2_000, "{sent} were sent");
    for of in &operations {
        let done = seen.iter().any(|((path, status), _)| *path == of.path && *status < 300);
        assert!(done, "{} was never once done: {seen:?}", of.path);
    }
});
