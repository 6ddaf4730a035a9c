//! A crowd that guesses: no more is looked at than the rule lets, and nobody at their usual place waits for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::accounts::guessing::{KNOWN_DAYS, Tries};
use madoguchi::domain::accounts::line::{Bounds, Entrant, Rank};
use madoguchi::gateway::clock::Clock;
use madoguchi::gateway::password::{Busy, Cost, Passwords, Turn};
use madoguchi::usecase::Services;
use madoguchi::web;
use tokio::task::JoinHandle;

use crate::support::app::{PEER, code, fresh_code, settings};
use crate::support::people::{CAST, PASSWORD};
use crate::support::{Answer, Client, TestApp, on_each_db};

/// Somebody else's address.
const ELSEWHERE: &str = "203.0.113.5";

async fn knock(client: &Client, login: &str, password: &str) -> Answer {
    client.post("/session", &[("login", login), ("password", password)]).await
}

/// Somebody fails at a name from addresses of theirs for forty seconds.
async fn besiege(app: &TestApp, login: &str) {
    for second in 0..40 {
        let stranger = app.stranger().coming_from(&format!("203.0.113.{}", second % 7 + 1));
        for _ in 0..3 {
            let status = knock(&stranger, login, "x").await.status;
            assert!([422, 429].contains(&status), "{status}");
        }
        app.clock.advance(Duration::seconds(1));
    }
    let stranger = app.stranger().coming_from(ELSEWHERE);
    assert_eq!(knock(&stranger, login, PASSWORD).await.status, 429, "elsewhere the name waits");
}

on_each_db!(of_150_wrong_ones_at_one_moment_no_more_are_hashed_than_the_rule_lets, async |app: TestApp| {
    for (from, login) in [(ELSEWHERE, None), ("203.0.113.6", Some("kanda"))] {
        let before = app.services.passwords.computed();
        let names: Vec<String> = (0..150).map(|n| login.map_or(format!("guess{n}"), str::to_owned)).collect();
        let stranger = app.stranger().coming_from(from);
        let answers = futures::future::join_all(names.iter().map(|name| knock(&stranger, name, "x"))).await;
        let hashed = app.services.passwords.computed() - before;
        let rule = if login.is_some() { Tries::Elsewhere } else { Tries::Source };
        assert!(hashed <= rule.free().unsigned_abs() + 1, "{hashed} were hashed");
        let statuses: BTreeSet<u16> = answers.iter().map(|a| a.status).collect();
        assert_eq!(statuses, [422, 429].into(), "each is told at once");
        let looked_at = answers.iter().filter(|a| a.status == 422).count() as u64;
        assert_eq!(looked_at, hashed, "what is answered was looked at, and nothing else was");
    }
});

on_each_db!(
    a_stranger_failing_at_a_name_holds_up_neither_its_owner_nor_a_proof_within_a_session,
    async |app: TestApp| {
        for role in [Role::Operator, Role::Administrator] {
            let login = crate::support::people::of(role).login;
            let inside = app.browser(role).await;
            besiege(&app, login).await;
            let shown = fresh_code(&app.db.url, &app.clock).await;
            let form = [("code", shown.as_str()), ("to", "/account")];
            assert_eq!(inside.post("/session/confirm", &form).await.is(303).location(), "/account", "{login}");
            app.sign_in(login, PASSWORD).await.get("/account").await.is(200);
        }
    }
);

on_each_db!(a_thief_failing_at_the_second_factor_does_not_hold_up_its_owner, async |app: TestApp| {
    app.browser(Role::Operator).await;
    let thief = app.stranger().coming_from(ELSEWHERE).half_in("kanda", PASSWORD).await;
    for _ in 0..3 {
        thief.post("/session/second", &[("code", "000000")]).await.is(422);
    }
    thief.post("/session/second", &[("code", &code(&app.clock))]).await.is(429);
    app.sign_in("kanda", PASSWORD).await.get("/").await.is(200);
});

on_each_db!(one_office_is_not_stopped_by_its_typing, async |app: TestApp| {
    let office: Vec<&str> = CAST.iter().map(|person| person.login).take(7).collect();
    let wrong = [4, 4, 4, 4, 4, 3, 3];
    // Nobody was ever here; then everybody was.
    for _ in 0..2 {
        for (login, times) in office.iter().zip(wrong) {
            for _ in 0..times {
                knock(&app.stranger(), login, "x").await.is(422);
            }
        }
        for login in &office {
            app.sign_in(login, PASSWORD).await.get("/account").await.is(200);
        }
    }
});

on_each_db!(thirty_people_behind_one_address_mistype_and_never_wait, async |app: TestApp| {
    // A desk nobody has come in from yet: thirty people, up to three slips each before anybody is in.
    let desk: Vec<String> = (0..30).map(|n| CAST.get(n).map_or(format!("desk{n}"), |p| p.login.to_owned())).collect();
    for slip in 0..3 {
        for login in desk.iter().skip(slip * 3) {
            knock(&app.stranger(), login, "x").await.is(422);
        }
    }
    for person in &CAST {
        app.sign_in(person.login, PASSWORD).await.get("/account").await.is(200);
    }
    let others: Vec<_> = (0..30).map(|n| format!("late{n}")).collect();
    for login in &others {
        knock(&app.stranger(), login, "x").await.is(422);
    }
});

on_each_db!(a_thousand_guesses_over_names_and_addresses_get_nowhere, async |app: TestApp| {
    let names: Vec<&str> = CAST.iter().map(|person| person.login).collect();
    for (addresses, over) in [(1, 200), (25, 40), (250, 4)] {
        let before = app.services.passwords.computed();
        for guess in 0..1_000 {
            let from = guess % addresses;
            let stranger = app.stranger().coming_from(&format!("198.51.{}.{}", from / 200, from % 200 + 1));
            let made_up = format!("name{}", guess % over);
            let name = names.get(guess % over).copied().unwrap_or(&made_up);
            let status = knock(&stranger, name, &format!("guess {guess}")).await.status;
            assert!([422, 429].contains(&status), "{status}");
        }
        let looked_at = app.services.passwords.computed() - before;
        let per_name = Tries::Elsewhere.free() + 1;
        let most = (over as i64 * per_name).min(addresses as i64 * (Tries::Source.free() + 1) * per_name);
        assert!(looked_at <= most.unsigned_abs(), "{looked_at} of 1,000 were looked at, {addresses} addresses");
        let real = names.len().min(over) as u64 * per_name.unsigned_abs();
        assert!(real <= 50, "and at people who exist no more than {real}");
        app.clock.advance(Duration::hours(25));
        madoguchi::usecase::accounts::delays::forget_old(&app.services, app.clock.now()).await.unwrap();
    }
});

on_each_db!(whoever_is_signed_in_is_not_held_up_by_others_failures_at_a_new_address, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await.coming_from(ELSEWHERE);
    besiege(&app, "kanda").await;
    for n in 0..=Tries::Source.free() {
        knock(&app.stranger().coming_from(ELSEWHERE), &format!("guess{n}"), "x").await;
    }
    assert_eq!(knock(&app.stranger().coming_from(ELSEWHERE), "kanda", PASSWORD).await.status, 429);
    assert_eq!(knock(&app.stranger().coming_from(ELSEWHERE), "ueno", PASSWORD).await.status, 429);
    knock(&browser, "kanda", PASSWORD).await.is(303);
});

on_each_db!(guessing_at_a_known_place_is_stopped_too_name_by_name, async |app: TestApp| {
    for login in ["kanda", "ueno"] {
        app.sign_in(login, PASSWORD).await;
    }
    for _ in 0..=Tries::Known.free() {
        knock(&app.stranger(), "kanda", "x").await.is(422);
    }
    knock(&app.stranger(), "kanda", PASSWORD).await.is(429);
    app.sign_in("ueno", PASSWORD).await.get("/").await.is(200);
    let mut looked_at = 0;
    for _ in 0..(6 * 60) {
        if knock(&app.stranger(), "kanda", "x").await.status == 422 {
            looked_at += 1;
        }
        app.clock.advance(Duration::seconds(10));
    }
    assert!(looked_at < 15, "{looked_at} guesses within an hour");
});

on_each_db!(a_place_where_somebody_came_in_is_known_to_all_instances_and_for_ninety_days, async |app: TestApp| {
    app.browser(Role::Operator).await;
    let rows = app.select("SELECT * FROM known_sources").await;
    let kept = serde_json::to_string(&rows).unwrap();
    assert!(rows.len() == 1 && !kept.contains(PEER) && !kept.contains("kanda"), "a digest only: {kept}");
    let twin = app.twin().await;
    besiege(&app, "kanda").await;
    knock(&app.stranger().at(twin.web().router), "kanda", PASSWORD).await.is(303);
    app.clock.advance(Duration::days(KNOWN_DAYS));
    for _ in 0..=Tries::Elsewhere.free() {
        knock(&app.stranger(), "kanda", "x").await.is(422);
    }
    knock(&app.stranger(), "kanda", PASSWORD).await.is(429);
    madoguchi::usecase::accounts::delays::forget_old(&app.services, app.clock.now()).await.unwrap();
    assert_eq!(app.count("known_sources").await, 0);
});

/// One hash at a time, one place, and nobody is sent away from it however slow the machine is.
const PATIENT: Bounds = Bounds {
    at_once: 1,
    strangers_at_once: 1,
    places: 1,
    share: 1,
    patience: std::time::Duration::from_secs(600),
    strangers_patience: std::time::Duration::from_secs(300),
};

/// The product with a line of its own: one hash at a time, three places, of which a source has two.
fn narrow(app: &TestApp) -> (Client, Arc<Passwords>) {
    let bounds = Bounds { places: 3, share: 2, ..PATIENT };
    let passwords = Arc::new(Passwords::within(Cost::TRIAL, bounds).expect("a line"));
    let services = Services { passwords: passwords.clone(), ..app.services.clone() };
    let router = web::open(services, Arc::new(app.clock.clone()), &settings(&app.db)).router;
    (app.stranger().at(router), passwords)
}

/// Waits until so many stand in the line.
async fn standing(passwords: &Passwords, many: usize) {
    while passwords.waiting() != many {
        tokio::task::yield_now().await;
    }
}

on_each_db!(when_the_line_is_full_one_is_told_at_once_and_a_known_person_goes_ahead, async |app: TestApp| {
    app.browser(Role::Operator).await;
    let (client, passwords) = narrow(&app);
    let held = passwords.turn(Entrant { rank: Rank::Inside, share: [0; 32] }).await.expect("a turn");
    let from = |n: u8| client.clone().coming_from(&format!("203.0.113.{n}"));
    let ask = |client: Client, login: &'static str, password: &'static str| {
        tokio::spawn(async move { knock(&client, login, password).await })
    };
    let mut strangers = Vec::new();
    for (n, name) in [(1, "guess1"), (1, "guess2"), (2, "guess3")] {
        strangers.push(ask(from(n), name, "x"));
        standing(&passwords, strangers.len()).await;
    }
    let third = knock(&from(1), "guess4", "x").await.is(429);
    assert!(third.text().contains("混み合って") && third.text().contains("秒待って"), "{}", third.said());
    knock(&from(3), "guess5", "x").await.is(429);
    assert_eq!(app.count("sign_in_delays").await, 0, "whoever gets no turn isn't counted");

    let before = passwords.computed();
    let owner = ask(client.clone(), "kanda", PASSWORD);
    let gone = strangers.pop().expect("the last to come").await.expect("an answer");
    assert_eq!(gone.status, 429, "the last stranger gives way, and is told so at once");
    standing(&passwords, 3).await;
    assert_eq!(passwords.computed(), before, "nobody was served meanwhile");
    drop(held);
    assert_eq!(owner.await.expect("an answer").status, 303);
    for stranger in strangers {
        assert_eq!(stranger.await.expect("an answer").status, 422);
    }
    assert_eq!(passwords.computed() - before, 3);
});

on_each_db!(whoever_went_away_is_neither_counted_nor_hashed, async |app: TestApp| {
    let (client, passwords) = narrow(&app);
    let held = passwords.turn(Entrant { rank: Rank::Inside, share: [0; 32] }).await.expect("a turn");
    let one = tokio::spawn(async move { knock(&client, "guess", "x").await });
    standing(&passwords, 1).await;
    one.abort();
    drop(one.await);
    drop(held);
    let turn = passwords.turn(Entrant { rank: Rank::Stranger(9), share: [1; 32] }).await.expect("the next turn");
    assert_eq!((passwords.computed(), app.count("sign_in_delays").await), (0, 0));
    drop(turn);
});

/// A line, while somebody hashes.
async fn hashing(bounds: Bounds) -> (Arc<Passwords>, Turn) {
    let passwords = Arc::new(Passwords::within(Cost::TRIAL, bounds).expect("a line"));
    let held = passwords.turn(Entrant { rank: Rank::Inside, share: [0; 32] }).await.expect("a turn");
    (passwords, held)
}

fn stranger(passwords: &Arc<Passwords>, from: u8) -> JoinHandle<Result<Turn, Busy>> {
    let (passwords, who) = (passwords.clone(), Entrant { rank: Rank::Stranger(0), share: [from; 32] });
    tokio::spawn(async move { passwords.turn(who).await })
}

#[tokio::test]
async fn whoever_came_again_in_vain_gives_way_to_whoever_is_new() {
    let (passwords, held) = hashing(PATIENT).await;
    let first = stranger(&passwords, 1);
    standing(&passwords, 1).await;
    assert!(stranger(&passwords, 2).await.unwrap().is_err(), "there is no place");
    first.abort();
    drop(first.await);
    let insists = stranger(&passwords, 2);
    standing(&passwords, 1).await;
    let new = stranger(&passwords, 3);
    assert!(insists.await.unwrap().is_err(), "gives their place to somebody new");
    assert!(stranger(&passwords, 2).await.unwrap().is_err(), "and doesn't get it back");
    drop(held);
    assert!(new.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_stranger_stands_in_the_line_for_so_long_and_no_longer() {
    let hasty = Bounds { strangers_patience: std::time::Duration::from_millis(20), ..PATIENT };
    let (passwords, held) = hashing(hasty).await;
    assert!(stranger(&passwords, 1).await.unwrap().is_err(), "nobody was served meanwhile");
    drop(held);
    assert!(stranger(&passwords, 2).await.unwrap().is_ok());
}
