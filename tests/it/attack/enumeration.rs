//! Finding out who has an account, and guessing: one answer and one amount of work for every name, and waiting that
//! no restart, no other address and no spelling gets round.

use axum::body::Body;
use axum::http::Method;
use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::accounts::guessing::Tries;
use madoguchi::usecase::accounts::{self, NewAccount};

use crate::support::app::{PEER, code};
use crate::support::people::PASSWORD;
use crate::support::{Answer, Client, TestApp, on_each_db};

async fn knock(client: &Client, login: &str, password: &str) -> Answer {
    client.post("/session", &[("login", login), ("password", password)]).await
}

/// Names of every kind: somebody's, somebody's who is switched off, who was never here, over, and nobody's.
async fn names(app: &TestApp) -> [&'static str; 6] {
    let admin = app.ctx(Role::Administrator);
    accounts::set_active(&app.services, &admin, app.id("ueno"), false).await.unwrap();
    let new = |login, maintenance| NewAccount { login, name: "新人 つくし", role: Role::Operator, maintenance };
    accounts::create(&app.services, &admin, &new("shinjin", None)).await.unwrap();
    accounts::create(&app.services, &admin, &new("hoshu", Some((1, "版の更新")))).await.unwrap();
    app.clock.advance(Duration::days(2));
    ["kanda", "ueno", "shinjin", "hoshu", "nobody", "no body!"]
}

/// An answer without what must differ: the name typed, and ids.
fn alike(answer: &Answer, login: &str) -> (u16, Vec<(String, String)>, String) {
    let said = answer.headers.iter().filter(|(name, _)| *name != "content-length");
    let headers = said.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    (answer.status, headers, answer.text().replace(login, "LOGIN"))
}

on_each_db!(every_name_is_answered_alike_to_the_byte_and_costs_one_hash, async |app: TestApp| {
    let names = names(&app).await;
    let mut answers = Vec::new();
    for login in names {
        let before = app.services.passwords.computed();
        let answer = knock(&app.stranger(), login, "朝顔が三つ咲いた冬の庭先で").await.is(422);
        assert_eq!(app.services.passwords.computed() - before, 1, "{login}: hashes computed");
        answers.push(alike(&answer, login));
    }
    for (answer, login) in answers.iter().zip(names) {
        assert_eq!(*answer, answers[0], "{login}");
    }
    let written = app.select("SELECT action, result, object_kind FROM audit_entries ORDER BY id DESC LIMIT 6").await;
    assert!(written.iter().all(|row| *row == written[0]), "written down alike: {written:?}");
});

on_each_db!(every_name_waits_alike_and_then_costs_no_hash_at_all, async |app: TestApp| {
    let names = names(&app).await;
    let mut statuses = Vec::new();
    for login in names {
        let mut own = Vec::new();
        for _ in 0..5 {
            own.push(knock(&app.stranger(), login, "x").await.status);
        }
        let before = app.services.passwords.computed();
        let waits = knock(&app.stranger(), login, "x").await.is(429);
        assert_eq!(app.services.passwords.computed(), before, "{login}: who waits costs nothing");
        statuses.push((own, alike(&waits, login)));
        // The source, which all share, is forgotten: it isn't what is looked at here.
        app.db.execute("DELETE FROM sign_in_delays").await;
    }
    assert!(statuses.iter().all(|s| *s == statuses[0]), "{statuses:?}");
});

on_each_db!(a_page_one_may_not_see_reads_like_one_that_is_not_there, async |app: TestApp| {
    let no = app.case(serde_json::json!({})).await;
    let reader = app.browser(Role::JmaReader).await;
    let words = |answer: Answer| {
        let page = answer.page();
        let id = page.text("main p.muted code");
        let status = answer.status;
        (status, answer.text().replace(&id, "ID"))
    };
    let absent = words(reader.get("/nothing").await);
    for path in [format!("/tickets/{no}"), "/tickets/2026-999999".into(), "/accounts".into(), "/reports/2019-01".into()]
    {
        assert_eq!(words(reader.get(&path).await), absent, "{path}");
    }
    let script = app.script(Role::JmaReader).await;
    let error = |answer: Answer| {
        let mut json = answer.json();
        json["error"]["request_id"] = serde_json::Value::Null;
        (answer.status, json)
    };
    let absent = error(script.get("/api/v1/nothing").await);
    for path in
        [format!("/api/v1/tickets/{no}"), "/api/v1/tickets/2026-999999".into(), "/api/v1/reports/2019-01".into()]
    {
        assert_eq!(error(script.get(&path).await), absent, "{path}");
    }
});

on_each_db!(a_spelling_is_no_new_name, async |app: TestApp| {
    let spellings = ["kanda", "KANDA", " kanda", "ｋａｎｄａ", "Ｋanda\u{3000}", "\u{212A}anda", "KaNdA", "kandA "];
    let mut statuses = Vec::new();
    for login in spellings {
        statuses.push(knock(&app.stranger(), login, "x").await.status);
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429, 429]);
});

/// A guess from an address.
async fn guess(app: &TestApp, from: &str, login: &str, told: Option<&str>) -> u16 {
    let client = app.stranger().coming_from(from);
    let mut request =
        client.request(Method::POST, "/session").header("content-type", "application/x-www-form-urlencoded");
    if let Some(told) = told {
        request = request.header("x-forwarded-for", told).header("forwarded", format!("for={told}"));
    }
    client.send(request.body(Body::from(format!("login={login}&password=x"))).expect("a request")).await.status
}

on_each_db!(one_source_stays_one_whatever_it_says_and_from_wherever_in_its_network, async |app: TestApp| {
    for n in 0..=Tries::Source.free() {
        assert_eq!(guess(&app, PEER, &format!("a{n}"), Some(&format!("203.0.113.{n}"))).await, 422, "{n}");
    }
    assert_eq!(guess(&app, PEER, "b1", Some("203.0.113.99")).await, 429, "a header is no other source");
    assert_eq!(guess(&app, &format!("::ffff:{PEER}"), "b2", None).await, 429, "nor is another way of writing it");
    assert_eq!(guess(&app, "192.0.2.8", "b3", None).await, 422, "a neighbour is");
    // One customer of a provider has 2^64 addresses of their own.
    for n in 0..=Tries::Source.free() {
        assert_eq!(guess(&app, &format!("2001:db8:1:2::{n:x}"), &format!("c{n}"), None).await, 422, "{n}");
    }
    assert_eq!(guess(&app, "2001:db8:1:2:ffff::1", "d1", None).await, 429);
    assert_eq!(guess(&app, "2001:db8:1:3::1", "d2", None).await, 422);
});

on_each_db!(waiting_grows_with_every_guess_and_outlives_a_restart, async |app: TestApp| {
    let mut waits = Vec::new();
    for n in 0..14 {
        // Each guess goes to an instance that was just started.
        let client = app.stranger().at(app.twin().await.web().router);
        assert_eq!(knock(&client, "kanda", "x").await.status, 422, "guess {n}");
        let mut waited = 0;
        while knock(&client, "kanda", PASSWORD).await.status == 429 {
            // What just waits isn't counted: the right password would come in once the time is over.
            app.clock.advance(Duration::seconds(1));
            waited += 1;
            assert!(waited <= 900, "a quarter of an hour at most");
        }
        waits.push(waited);
    }
    assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
});

on_each_db!(guesses_of_the_second_factor_wait_too_by_app_or_recovery_code, async |app: TestApp| {
    let half = app.stranger().half_in("kanda", PASSWORD).await;
    let mut statuses = Vec::new();
    for wrong in ["000000", "AAAA-AAAA-AAAA", "111111", "222222"] {
        statuses.push(half.post("/session/second", &[("code", wrong)]).await.status);
    }
    assert_eq!(statuses, [422, 422, 422, 429]);
    let other = app.stranger().half_in("kanda", PASSWORD).await;
    let quicker = other.post("/session/second", &[("code", &code(&app.clock))]).await;
    assert_eq!(quicker.status, 429, "and no second way in is quicker");
    app.clock.advance(Duration::seconds(30));
    half.post("/session/second", &[("code", &code(&app.clock))]).await.is(303);
});
