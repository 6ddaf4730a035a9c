//! Roles × deeds × doors: what is asked for inside of other requests, through pages and the API, by sessions, tokens
//! of a role, and tokens with one scope. Whole routes are tried with the same tokens.

use axum::http::Method;
use chrono::Utc;
use madoguchi::domain::access::actor::{Action, ActorKind, Role};
use madoguchi::domain::accounts::token::Token;
use madoguchi::domain::id::TokenId;
use madoguchi::gateway::secret;
use madoguchi::store::accounts::add_token;
use madoguchi::web::Access;
use serde_json::{Value, json};
use uuid::Uuid;

use super::deeds::{allowed, scopes_for};
use super::objects::{self, Objects};
use crate::support::cases::logged;
use crate::support::people::roles;
use crate::support::{Answer, Client, TestApp, on_each_db};

/// A request, and all the rights it takes to have it done.
struct Request {
    name: String,
    method: Method,
    path: String,
    rights: Vec<Action>,
    body: Value,
}

/// The parts of bodies that ask for more than their route does. `ticket` is one that is there.
fn parts(ticket: &str) -> Vec<(&'static str, &'static str, Action, Value)> {
    let calls = "/api/v1/calls";
    let moves = "/api/v1/tickets/{no}/transitions";
    let said = |recorded: &str| json!({ "recorded": recorded, "reason": "確認中", "member_name": "榎本蓮太郎", "facility": "榎本みどり医院" });
    let step = |code: &str| json!({ "transition": code, "version": 1, "reason": "駆除を試みたい" });
    vec![
        ("ticket", calls, Action::TicketWork, logged(json!({ "ticket": ticket }))),
        ("close", calls, Action::TicketWork, logged(json!({ "ticket": ticket, "next": "close" }))),
        ("reopen", calls, Action::TicketWork, logged(json!({ "ticket": ticket, "disposition": "cut_off" }))),
        ("absent", calls, Action::TicketWork, logged(json!({ "ticket": "2026-999999" }))),
        ("no number", calls, Action::TicketWork, logged(json!({ "ticket": "番号" }))),
        ("verified", calls, Action::Verify, logged(said("verified"))),
        ("provisional", calls, Action::Verify, logged(said("provisional"))),
        ("not_eligible", calls, Action::Verify, logged(said("not_eligible"))),
        ("escalated", calls, Action::Escalate, logged(json!({ "disposition": "escalated", "next": "usual" }))),
        ("escalate", calls, Action::Escalate, logged(json!({ "next": "escalate", "next_reason": "駆除" }))),
        ("own", calls, Action::CallLog, logged(json!({ "next": "close", "callback_at": "2026-11-23T15:00" }))),
        ("said", calls, Action::CallLog, logged(said("unverified"))),
        ("escalate", moves, Action::Escalate, step("escalate")),
        ("take", moves, Action::Tier2, step("take")),
        ("give_back", moves, Action::Tier2, step("give_back")),
        ("refer", moves, Action::Tier2, step("refer")),
        ("close", moves, Action::TicketWork, step("close")),
        ("reopen", moves, Action::TicketWork, step("reopen")),
    ]
}

/// What a whole route asks for beside its own right.
fn beside(method: &Method, path: &str) -> Option<Action> {
    match path.contains("/referrals") {
        true if *method == Method::POST => Some(Action::TicketWork),
        true => Some(Action::TicketRead),
        false => None,
    }
}

/// Every route of the API, and every part of a body that asks for more.
fn requests(app: &TestApp, there: &Objects) -> Vec<Request> {
    let mut all = Vec::new();
    for route in app.app.web().routes {
        let Access::Api(action) = route.access else { continue };
        let path = there.path(route.path);
        let plain = Request {
            name: route.path.to_owned(),
            method: route.method.clone(),
            path: path.clone(),
            rights: [action].into_iter().chain(beside(&route.method, route.path)).collect(),
            body: objects::json_for(route.path),
        };
        all.push(plain);
        let ticket = there.path("{no}");
        for (part, of, right, body) in parts(&ticket) {
            if of == route.path && route.method == Method::POST {
                let mut rights = vec![action, right];
                rights.dedup();
                let name = format!("{of} {part}");
                all.push(Request { name, method: Method::POST, path: path.clone(), rights, body });
            }
        }
    }
    all
}

/// Tokens of every role with these scopes, as rows: what a token may not be made with may have been kept from before.
async fn tokens(app: &TestApp, scopes: &[Vec<Action>]) -> Vec<(Role, Vec<Action>, Client)> {
    let mut made = Vec::new();
    let tx = app.services.store.begin().await.expect("a transaction");
    for (role, scopes) in Role::ALL.into_iter().flat_map(|role| scopes.iter().map(move |s| (role, s.clone()))) {
        let secret = secret::token().expect("a secret");
        let token = Token {
            id: TokenId(Uuid::new_v4()),
            name: "試験".into(),
            role,
            scopes: scopes.iter().map(|action| action.code().to_owned()).collect(),
            person_id: None,
            created_at: app.ctx(Role::Operator).now,
            expires_at: None::<chrono::DateTime<Utc>>,
            revoked_at: None,
        };
        add_token(&tx, &token, secret::digest(&secret)).await.expect("a token");
        made.push((role, scopes, Client::new(app.router.clone()).bearing(secret)));
    }
    tx.commit().await.expect("kept");
    made
}

async fn refusals(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE result = 'refused' AND action = 'access'").await
}

fn was_turned_away(answer: &Answer) -> bool {
    (answer.status, answer.code().as_str()) == (404, "not_found")
}

async fn ask(client: &Client, request: &Request) -> Answer {
    match request.method == Method::POST {
        true => client.post_json(&request.path, &request.body).await,
        false => client.get(&request.path).await,
    }
}

on_each_db!(the_api_does_for_each_token_what_its_role_and_scopes_say_and_nothing_inside_of_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let there = Objects::made(&app).await;
    app.publish_report().await;
    // The claims office opens only tickets that concern it: these do.
    let claim = "INSERT INTO claims (id, ticket_id, facility_id, cause, pattern, closed_days, incident_on, received_on, \
                 scheme_year, amount_yen, state) SELECT id, id, id, 'leak', 'leak', 0, '2026-10-01', '2026-10-05', 2026, \
                 123456, 'approved' FROM tickets";
    app.db.execute(claim).await;
    let requests = requests(&app, &there);
    let mut pairs: Vec<Vec<Action>> = requests.iter().flat_map(|request| scopes_for(&request.rights)).collect();
    pairs.sort_by_key(|scopes| scopes.iter().map(|action| action.code()).collect::<Vec<_>>());
    pairs.dedup();
    let (mut done, mut refused) = (0, 0);
    for (role, scopes, client) in tokens(&app, &pairs).await {
        let before = refusals(&app).await;
        let mut expected = 0;
        // Tokens with two scopes are there for what asks for two.
        for request in requests.iter().filter(|r| scopes.len() < 2 || (r.rights.len() > 1 && scopes[0] == r.rights[0]))
        {
            let allowed = request.rights.iter().all(|right| allowed(ActorKind::Token, role, &scopes, *right));
            let answer = ask(&client, request).await;
            let who = format!("{} {role:?} {scopes:?}: {} {}", request.name, answer.status, answer.said());
            assert!(answer.status < 500 && answer.status != 401, "{who}");
            assert_eq!(was_turned_away(&answer), !allowed, "{who}");
            expected += i64::from(!allowed);
            done += i64::from(allowed);
        }
        assert_eq!(refusals(&app).await - before, expected, "{role:?} {scopes:?}: each refusal is written down, once");
        refused += expected;
    }
    assert!(done > 100 && refused > 1_000, "{done} {refused}");
});

on_each_db!(pages_do_for_each_role_what_is_asked_for_inside_of_them, async |app: TestApp| {
    let there = Objects::made(&app).await;
    let route = "/tickets/{no}/transitions";
    let forms = [
        (Action::Tier2, "take"),
        (Action::Tier2, "give_back"),
        (Action::Tier2, "refer"),
        (Action::Escalate, "escalate"),
        (Action::TicketWork, "close"),
    ];
    for role in roles() {
        let browser = app.browser(role).await;
        for (right, step) in forms {
            let form = [("transition", step), ("reason", "駆除を試みたい"), ("version", "1")];
            let outer = app.app.web().routes.into_iter().find(|r| r.path == route).expect("a route").access;
            let Access::Page(outer) = outer else { panic!("a page") };
            let may = [outer, right].iter().all(|right| allowed(ActorKind::Account, role, &[], *right));
            let before = refusals(&app).await;
            let answer = browser.post(&there.path(route), &form).await;
            assert_eq!(was_turned_away(&answer), !may, "{role:?} {form:?}: {}", answer.said());
            assert_eq!(refusals(&app).await - before, i64::from(!may), "{role:?} {form:?}");
        }
    }
});

on_each_db!(what_the_description_says_of_parts_is_what_they_ask_for, async |app: TestApp| {
    let document = app.script(Role::Operator).await.get("/api/v1/openapi.json").await.is(200).json();
    for (part, path, right, _) in parts("2026-000001") {
        let said = document["paths"][path]["post"]["description"].as_str().unwrap_or_default();
        assert!(said.contains(&format!("スコープ {}", right.code())), "{path} {part}: {said}");
    }
    let said = document["info"]["description"].as_str().unwrap_or_default();
    for action in ["member.override", "desk.supervise", "token.admin", "ticket.hold"] {
        assert!(said.contains(action), "{action} is for people: {said}");
    }
});
