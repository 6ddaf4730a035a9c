//! A server killed under load: what it acknowledged is there once, and what it did not can be asked for again.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use madoguchi::gateway::clock::{Clock, SystemClock};
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::{Value, json};

use crate::browser::wire::Reply;
use crate::support::TestDb;
use crate::support::binary::{PATIENCE, Script, Server, free_address, readings_wait_in, token};
use crate::support::cases::logged;
use crate::support::on_each_db;

const CALLERS: usize = 8;
const DEATHS: usize = 3;
/// Calls acknowledged between two deaths.
const BETWEEN: usize = 60;

fn call(key: &str) -> Value {
    let arrived = SystemClock.now() - chrono::Duration::minutes(5);
    logged(json!({ "arrived_at": arrived, "ended_at": null, "narrative": key, "out_of_hours_reason": "試験のため" }))
}

fn ticket_of(reply: &Reply) -> String {
    let body: Value = serde_json::from_str(&reply.body).expect("JSON");
    body["ticket"].as_str().unwrap_or_else(|| panic!("a ticket: {}", reply.body)).to_owned()
}

/// What a caller was promised: key, body, ticket.
type Promised = Vec<(String, Value, String)>;

/// Logs calls one after another, each asked for with its key until it is acknowledged.
fn caller(n: usize, script: &Script, acknowledged: &AtomicUsize, enough: &AtomicBool) -> Promised {
    let mut promised = Vec::new();
    while !enough.load(Ordering::Relaxed) {
        let key = format!("caller-{n}-{}", promised.len());
        let body = call(&key);
        let since = Instant::now();
        let ticket = loop {
            match script.post("/api/v1/calls", &key, &body) {
                Ok(reply) if [200, 201].contains(&reply.status) => break ticket_of(&reply),
                Ok(reply) => panic!("{key}: {} {}", reply.status, reply.body),
                Err(_) => std::thread::sleep(Duration::from_millis(10)),
            }
            assert!(since.elapsed() < PATIENCE, "{key} was never acknowledged");
        };
        promised.push((key, body, ticket));
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    promised
}

/// Loads a server and kills it again and again; everything that was promised, and the server that lives now.
fn under_load(url: &str, script: &Script, with: &[(&str, String)]) -> (Promised, Server) {
    let (acknowledged, enough) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let mut server = Some(Server::start(url, &script.to, with));
        let callers: Vec<_> = (0..CALLERS)
            .map(|n| {
                scope.spawn({
                    let (a, e) = (&acknowledged, &enough);
                    move || caller(n, script, a, e)
                })
            })
            .collect();
        for death in 1..=DEATHS + 1 {
            let since = Instant::now();
            while acknowledged.load(Ordering::Relaxed) < death * BETWEEN && since.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(1));
            }
            if death <= DEATHS {
                drop(server.take());
                server = Some(Server::start(url, &script.to, with));
            }
        }
        enough.store(true, Ordering::Relaxed);
        let promised = callers.into_iter().flat_map(|c| c.join().expect("a caller")).collect();
        (promised, server.expect("a server"))
    })
}

/// Every ticket of the list, page by page.
fn all_tickets(script: &Script) -> Vec<String> {
    let (mut numbers, mut before) = (Vec::new(), String::new());
    loop {
        let reply = script.get(&format!("/api/v1/tickets?state=all{before}")).expect("a page");
        assert_eq!(reply.status, 200, "{}", reply.body);
        let page: Value = serde_json::from_str(&reply.body).expect("JSON");
        numbers.extend(
            page["tickets"].as_array().expect("tickets").iter().filter_map(|t| t["number"].as_str().map(str::to_owned)),
        );
        match page["older"].as_i64() {
            Some(key) => before = format!("&before={key}"),
            None => return numbers,
        }
    }
}

async fn count(url: &str, what: &str) -> usize {
    let connection = Database::connect(url).await.expect("a connection");
    let statement =
        Statement::from_string(connection.get_database_backend(), format!("SELECT COUNT(*) AS n FROM {what}"));
    let row = connection.query_one_raw(statement).await.expect(what).expect("a row");
    let n: i64 = row.try_get("", "n").expect("a number");
    connection.close().await.expect("closed");
    usize::try_from(n).expect("a count")
}

on_each_db!(a_server_killed_under_load_loses_nothing_acknowledged_and_doubles_nothing, async |db: TestDb| {
    let script = Script { to: free_address(), token: token(&db.url) };
    let (promised, server) = under_load(&db.url, &script, &readings_wait_in(db.folder.path()));
    assert!(promised.len() > DEATHS * BETWEEN, "{} calls were logged", promised.len());

    let by_ticket: BTreeMap<&str, &str> =
        promised.iter().map(|(key, _, ticket)| (ticket.as_str(), key.as_str())).collect();
    assert_eq!(by_ticket.len(), promised.len(), "no two calls were promised one ticket");
    let listed = all_tickets(&script);
    let distinct: HashSet<&str> = listed.iter().map(String::as_str).collect();
    assert_eq!(listed.len(), distinct.len(), "a ticket stands in the list once");
    assert_eq!(distinct, by_ticket.keys().copied().collect(), "exactly what was promised is there");
    for table in ["tickets", "calls", "audit_entries WHERE action = 'call.log'", "entries WHERE kind = 'opened'"] {
        assert_eq!(count(&db.url, table).await, promised.len(), "{table}: all of a call or nothing");
    }

    for (key, body, ticket) in promised.iter().step_by(7) {
        let again = script.post("/api/v1/calls", key, body).expect("an answer");
        assert_eq!(ticket_of(&again), *ticket, "{key}: asked for again, the same answer");
    }
    assert_eq!(count(&db.url, "tickets").await, promised.len(), "asking again made nothing");
    drop(server);
});
