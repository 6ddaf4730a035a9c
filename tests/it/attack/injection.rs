//! Injections in every parameter's name and value of every route: never a failure of ours, never a word about the
//! database, never more than was asked for, and nothing written by what was refused.

use std::collections::BTreeSet;

use madoguchi::domain::text::fold;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::web::RouteSpec;

use super::takes::{self, Asked, Place, places};
use super::world::World;
use super::{on_each_db_at_length, strings};
use crate::support::{Answer, TestApp, on_each_db};

/// Of all combinations, each so manieth is sent in the test command: every place and every string is in it.
const SHARE: usize = 41;

/// Routes whose request is refused as it is: a password, a code, a passkey that nobody has, a file that isn't
/// there, a number that nobody tried, a clock that runs.
const REFUSED_AS_IT_IS: [&str; 34] = [
    "/directory/imports/restore",
    "/reports/drafts/{period}/publish",
    "/reports/drafts/{period}/withdraw",
    "/api/v1/tickets/{no}/referrals",
    "/api/v1/tickets/{no}/referrals/{id}",
    "/tickets/{no}/dossiers",
    "/tickets/{no}/owner",
    "/tickets/{no}/merge",
    "/tickets/{no}/unmerge",
    "/callbacks/{id}/taken",
    "/calls/{id}/answers",
    "/tickets/{no}/duties/{duty}/resume",
    "/tickets/{no}/referrals",
    "/waves/campaigns",
    "/waves/joined",
    "/waves/aside",
    "/campaigns/{id}/tickets",
    "/tickets/{no}/transitions/back",
    "/calls/{id}/next",
    "/assets/{version}/{*path}",
    "/api/docs/{*path}",
    "/session",
    "/session/confirm",
    "/account/password",
    "/account/factor",
    "/session/passkey",
    "/account/passkeys",
    "/account/passkeys/ask",
    "/account/passkeys/{id}/remove",
    "/calls/{id}/number",
    "/tickets/{no}/holds",
    "/tickets/{no}/holds/{id}/lift",
    "/accounts/{id}/hand-on",
    "/tickets/{no}/drafts",
];

/// What an answer must never say: words of engines, drivers and the language.
const LEAKS: [&str; 20] = [
    "sqlstate",
    "syntax error",
    "sqlx",
    "sea_orm",
    "dberr",
    "no such table",
    "no such column",
    "unrecognized token",
    "constraint failed",
    "violates ",
    "relation \"",
    "invalid input syntax",
    "invalid byte sequence",
    "out of range for type",
    "panicked",
    "backtrace",
    "src/",
    ".rs:",
    "serde",
    "rusqlite",
];

/// The ticket numbers that an answer names.
fn numbers(answer: &Answer) -> BTreeSet<String> {
    let text = answer.text();
    let starts = text.match_indices("/tickets/2026-").chain(text.match_indices("\"number\":\"2026-"));
    let digits = |from: usize| text[from..].chars().take_while(char::is_ascii_digit).collect();
    starts.map(|(at, start)| digits(at + start.len())).collect()
}

fn inspect(answer: &Answer, place: &str) {
    assert!(answer.status < 500, "{place}: {} {}", answer.status, answer.said());
    let text = answer.text().to_lowercase();
    if let Some(leak) = LEAKS.iter().find(|leak| text.contains(**leak)) {
        let at = text.find(leak).unwrap_or_default();
        let around: String = text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
        panic!("{place}: says {leak}: {around}{}", &text[at..].chars().take(80).collect::<String>());
    }
    for name in answer.headers.keys() {
        assert!(!name.as_str().starts_with("x-injected"), "{place}: a header was injected");
    }
    let to = answer.location();
    assert!(to.is_empty() || (to.starts_with('/') && !to.starts_with("//")), "{place}: sent on to {to}");
    assert!(!to.contains(['\\', '\r', '\n', '<', '"']), "{place}: sent on to {to}");
}

/// The tickets that a question names by number, or that hold every word of it to the letter; by the last part of
/// their numbers.
async fn held(world: &World, question: &str) -> BTreeSet<String> {
    let words: Vec<String> = question.split_whitespace().map(fold).filter(|w| !w.is_empty()).take(8).collect();
    let docs = world.app.select("SELECT number, body FROM search_docs").await;
    let named = TicketNo::parse(question).map(TicketNo::as_key);
    let is_named = |doc: &serde_json::Value| named.is_some() && doc["number"].as_i64() == named;
    let holds = |doc: &serde_json::Value| words.iter().all(|w| doc["body"].as_str().is_some_and(|b| b.contains(w)));
    let serial = |doc: &serde_json::Value| {
        let no = TicketNo::from_key(doc["number"].as_i64().expect("a number")).to_string();
        no.split_once('-').expect("a year").1.to_owned()
    };
    if words.is_empty() {
        BTreeSet::new()
    } else {
        docs.iter().filter(|doc| holds(doc) || is_named(doc)).map(serial).collect()
    }
}

/// Whether a place of a search is the question itself: a word put there may be found elsewhere than the one that
/// should be, and exactly what holds it is.
fn is_question(route: &RouteSpec, place: &Place) -> bool {
    match place {
        Place::Form(0) => route.path == "/tickets/search",
        Place::Json(name) => route.path == "/api/v1/tickets/search" && *name == "q",
        _ => false,
    }
}

/// Attacks a request at its places with each so manieth string.
async fn attack(
    world: &World,
    route: &RouteSpec,
    asked: &Asked,
    strings: &[String],
    from: usize,
    every: usize,
) -> usize {
    let client = world.client(route);
    if route.path == "/directory/imports" && route.method == axum::http::Method::POST {
        // Nothing is imported that wasn't looked at.
        let preview = RouteSpec { path: "/directory/imports/preview", ..route.clone() };
        client.send(asked.request(&client, &preview).expect("a request")).await.is(200);
    }
    let plain = client.send(asked.request(&client, route).expect("a request")).await;
    inspect(&plain, &format!("{} {} as it should be", route.method, route.path));
    let taken = plain.status < 400 || REFUSED_AS_IT_IS.contains(&route.path);
    assert!(taken, "{} {} as it should be: {} {}", route.method, route.path, plain.status, plain.said());
    let allowed = numbers(&plain);
    world.put_back().await;
    let mut before = world.trace().await;
    let mut sent = 0;
    for (p, place) in places(asked).iter().enumerate() {
        let chosen = strings.iter().enumerate().filter(|(s, _)| (from + p + s).is_multiple_of(every));
        for (_, text) in chosen {
            let Some(request) = asked.with(place, text).request(&client, route) else { continue };
            let shown: String = text.chars().take(60).collect();
            let at = format!("{} {} {place:?} {shown:?}", route.method, route.path);
            let answer = client.send(request).await;
            sent += 1;
            inspect(&answer, &at);
            let after = world.trace().await;
            if answer.status >= 400 {
                assert_eq!(before, after, "{at}: refused with {} and written all the same", answer.status);
            }
            let found = numbers(&answer);
            if is_question(route, place) && answer.status == 200 {
                assert_eq!(found, held(world, text).await, "{at}");
            } else if reads(route) {
                assert!(found.is_subset(&allowed), "{at}: {found:?} of {allowed:?}");
            }
            if after != before || answer.status < 400 {
                world.put_back().await;
                before = world.trace().await;
            }
        }
    }
    sent
}

fn reads(route: &RouteSpec) -> bool {
    route.method == axum::http::Method::GET || route.path.ends_with("/search")
}

/// Attacks every so manieth route, beginning with one, with a share of all combinations.
async fn attack_routes(app: TestApp, first: usize, of: usize, every: usize) {
    let world = World::kept(app).await;
    let strings = strings::of("injections.txt");
    let (mut from, mut sent) = (0, 0);
    for route in world.routes().into_iter().skip(first).step_by(of) {
        for asked in takes::of(&route, &world.path(&route)) {
            sent += attack(&world, &route, &asked, &strings, from, every).await;
            from += 7;
        }
    }
    assert!(sent >= 30_000 / every / of, "{sent} were sent");
}

on_each_db!(a_share_of_all_injections_finds_nothing_and_leaves_nothing, async |app: TestApp| {
    attack_routes(app, 0, 1, SHARE).await;
});

macro_rules! quarters {
    ($($name:ident = $quarter:literal),+) => { $(
        on_each_db_at_length!($name, async |app: TestApp| { attack_routes(app, $quarter, 4, 1).await; });
    )+ };
}
quarters!(
    every_injection_in_a_quarter_of_the_routes_finds_nothing = 0,
    every_injection_in_the_second_quarter_finds_nothing = 1,
    every_injection_in_the_third_quarter_finds_nothing = 2,
    every_injection_in_the_last_quarter_finds_nothing = 3
);

on_each_db!(injections_in_headers_that_every_request_has_find_nothing, async |app: TestApp| {
    let world = World::kept(app).await;
    let before = world.trace().await;
    for text in strings::of("injections.txt") {
        let Ok(value) = axum::http::HeaderValue::from_bytes(text.as_bytes()) else { continue };
        for name in ["cookie", "authorization", "user-agent", "x-forwarded-for", "accept", "origin", "referer"] {
            let client = world.app.stranger();
            for path in ["/", "/session/new", "/api/v1/me"] {
                let request = axum::http::Request::builder().uri(path).header("host", "127.0.0.1:8080");
                let request = request.header(name, value.clone()).body(axum::body::Body::empty()).expect("a request");
                inspect(&client.send(request).await, &format!("{path} {name} {text:?}"));
            }
        }
    }
    assert_eq!(before, world.trace().await);
});
