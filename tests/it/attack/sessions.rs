//! Attacks on sessions: planted, stolen, outlived, and ended anywhere.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use chrono::Duration;
use madoguchi::app::App;
use madoguchi::domain::access::actor::Role;
use madoguchi::gateway::password::Cost;
use madoguchi::usecase::accounts;

use crate::support::app::{code, settings};
use crate::support::people::{NEW_PASSWORD, PASSWORD};
use crate::support::{Answer, Client, TestApp, on_each_db};

/// The secret in a cookie.
fn secret(cookie: Option<String>) -> String {
    cookie.and_then(|c| c.split_once('=').map(|(_, secret)| secret.to_owned())).expect("a cookie")
}

on_each_db!(a_cookie_planted_before_signing_in_never_becomes_the_session, async |app: TestApp| {
    let planted = format!("madoguchi={}", "a".repeat(64));
    let victim = app.stranger().with_cookie(Some(planted.clone()));
    let half = victim.post("/session", &[("login", "kanda"), ("password", PASSWORD)]).await.is(303);
    let whole = app.stranger().with_cookie(half.cookie());
    let whole = whole.post("/session/second", &[("code", &code(&app.clock))]).await.is(303);
    let secrets = [secret(Some(planted)), secret(half.cookie()), secret(whole.cookie())];
    assert!(secrets[0] != secrets[1] && secrets[1] != secrets[2] && secrets[0] != secrets[2]);
    for old in &secrets[..2] {
        let thief = app.stranger().with_cookie(Some(format!("madoguchi={old}")));
        assert_eq!(thief.get("/").await.way(), "/session/new");
    }
});

on_each_db!(whoever_signs_in_over_another_session_does_not_become_its_owner, async |app: TestApp| {
    let attacker = app.browser_of("ueno").await;
    let victim = attacker.clone().half_in("kanda", PASSWORD).await;
    assert_ne!(victim.cookie(), attacker.cookie());
    let victim = victim.with_code(&code(&app.clock)).await;
    assert!(victim.get("/account").await.is(200).text().contains("神田 うめ"));
    assert_eq!(attacker.get("/account").await.way(), "/session/new", "what was signed in over has ended");
});

on_each_db!(of_two_cookies_of_our_name_neither_opens_more_than_its_own, async |app: TestApp| {
    let own = app.browser_of("ueno").await;
    let none = "madoguchi=0000000000000000000000000000000000000000000000000000000000000000";
    let both = app.stranger().with_cookie(Some(format!("{none}; {}", own.cookie().unwrap())));
    assert_eq!(both.get("/").await.way(), "/session/new");
    for broken in ["madoguchi=", "madoguchi", "madoguchi=%00", "=x", ";;;", "madoguchi=\u{e9}"] {
        let answer = app.stranger().with_cookie(Some(broken.to_owned())).get("/").await;
        assert_eq!(answer.way(), "/session/new", "{broken}");
    }
});

/// The door behind TLS, at an address of its own.
async fn behind_tls(app: &TestApp) -> Router {
    let mut settings = settings(&app.db);
    settings.http.base_url = "https://madoguchi.example".into();
    App::build_with(settings, Arc::new(app.clock.clone()), Cost::TRIAL).await.expect("the product").web().router
}

async fn ask(door: &Router, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "madoguchi.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Client::new(door.clone()).send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

on_each_db!(behind_tls_every_cookie_is_bound_to_this_host_and_never_goes_in_the_clear, async |app: TestApp| {
    let door = behind_tls(&app).await;
    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let typed = serde_urlencoded::to_string([("login", "kanda"), ("password", PASSWORD)]).expect("a form");
    let half = ask(&door, Method::POST, "/session", &form, &typed).await.is(303);
    assert_eq!(half.header("strict-transport-security"), "max-age=31536000");
    let set = half.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-madoguchi="), "{set}");
    for flag in ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(set.contains(flag), "{set}");
    }
    assert!(!set.to_lowercase().contains("domain"), "{set}");
    let pair = half.cookie().expect("a cookie");
    let in_ = ask(&door, Method::GET, "/session/second", &[("cookie", &pair)], "").await;
    assert_eq!(in_.status, 200);
    // A name without the prefix may have been set by a neighbour or over plain http.
    let unbound = pair.trim_start_matches("__Host-").to_owned();
    let out = ask(&door, Method::GET, "/session/second", &[("cookie", &unbound)], "").await;
    assert_eq!(out.way(), "/session/new");
});

/// A way to end a session.
type End = (&'static str, for<'a> fn(&'a TestApp, &'a Client) -> futures::future::BoxFuture<'a, ()>);

macro_rules! end {
    ($name:literal, $app:ident, $browser:ident, $deed:expr) => {
        ($name, |$app, $browser| {
            Box::pin(async move {
                $deed;
            })
        })
    };
}

/// Every way in which a session ends before its time.
const ENDS: [End; 7] = [
    end!("signing out", _app, browser, browser.post("/session/end", &[]).await.is(303)),
    end!("all others ended", app, _browser, {
        app.browser_of("kanda").await.post("/account/sessions/end", &[]).await.is(303)
    }),
    end!("a new password", app, _browser, {
        let new = [("current", PASSWORD), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
        app.browser_of("kanda").await.post("/account/password", &new).await.is(303)
    }),
    end!("another role", app, _browser, {
        accounts::set_role(&app.services, &app.ctx(Role::Administrator), app.id("kanda"), "specialist").await.unwrap()
    }),
    end!("switched off", app, _browser, {
        accounts::set_active(&app.services, &app.ctx(Role::Administrator), app.id("kanda"), false).await.unwrap()
    }),
    end!("a new code", app, _browser, {
        accounts::new_code(&app.services, &app.ctx(Role::Administrator), app.id("kanda")).await.unwrap()
    }),
    end!("ended by an administrator", app, _browser, {
        accounts::end_sessions(&app.services, &app.ctx(Role::Administrator), app.id("kanda")).await.unwrap()
    }),
];

async fn ends_everywhere(app: &TestApp, twin: &Router, (how, end): End) {
    let browser = app.browser_of("kanda").await;
    let there = browser.clone().at(twin.clone());
    assert_eq!((browser.get("/").await.status, there.get("/").await.status), (200, 200), "{how}: before");
    end(app, &browser).await;
    for client in [&there, &browser] {
        assert_eq!(client.get("/").await.way(), "/session/new", "{how}");
        assert_eq!(client.post("/calls", &[("phone", "")]).await.way(), "/session/new", "{how}");
    }
}

macro_rules! ends {
    ($($name:ident = $place:literal),+) => { $(
        on_each_db!($name, async |app: TestApp| {
            let twin = app.twin().await.web().router;
            ends_everywhere(&app, &twin, ENDS[$place]).await;
        });
    )+ };
}
ends!(
    signing_out_ends_it_on_both_instances_at_once = 0,
    ending_all_others_ends_it_on_both_instances_at_once = 1,
    a_new_password_ends_it_on_both_instances_at_once = 2,
    another_role_ends_it_on_both_instances_at_once = 3,
    switching_off_ends_it_on_both_instances_at_once = 4,
    a_new_code_ends_it_on_both_instances_at_once = 5,
    an_administrator_ends_it_on_both_instances_at_once = 6
);

on_each_db!(a_stolen_session_does_not_outlive_twelve_hours_however_it_is_used, async |app: TestApp| {
    let thief = app.browser_of("kanda").await;
    let twin = thief.clone().at(app.twin().await.web().router);
    for quarter in 0..47 {
        app.clock.advance(Duration::minutes(15));
        let used = if quarter % 2 == 0 { &thief } else { &twin };
        assert_eq!(used.get("/calls").await.status, 200, "after {} quarters", quarter + 1);
    }
    app.clock.advance(Duration::minutes(15));
    assert_eq!(twin.get("/calls").await.way(), "/session/new");
    assert_eq!(thief.get("/calls").await.way(), "/session/new");
});
