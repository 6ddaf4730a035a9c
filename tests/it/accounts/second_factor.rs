//! The second factor: no way round it, a code works once, a fresh proof for what is grave.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;

use crate::support::app::{code, code_of};
use crate::support::people::{NEW_PASSWORD, PASSWORD};
use crate::support::{Client, TestApp, on_each_db};

async fn half(app: &TestApp) -> Client {
    app.stranger().half_in("kanda", PASSWORD).await
}

on_each_db!(whoever_gave_only_the_password_reaches_nothing, async |app: TestApp| {
    let half = half(&app).await;
    for route in app.app.web().routes {
        let madoguchi::web::Access::Page(_) = route.access else { continue };
        if ["/session/second", "/session/passkey", "/session/end"].contains(&route.path) {
            continue;
        }
        let answer = if route.method == "GET" { half.get(route.path).await } else { half.post(route.path, &[]).await };
        assert_eq!((answer.status, answer.way()), (303, "/session/second"), "{} {}", route.method, route.path);
    }
});

on_each_db!(a_half_session_ends_after_a_quarter_of_an_hour, async |app: TestApp| {
    let half = half(&app).await;
    app.clock.advance(Duration::minutes(15));
    assert_eq!(half.get("/session/second").await.way(), "/session/new");
});

on_each_db!(a_code_works_once_and_only_around_its_time, async |app: TestApp| {
    let shown = code(&app.clock);
    let half_in = half(&app).await;
    assert_eq!(half_in.post("/session/second", &[("code", "000000")]).await.is(422).faults_shown(), ["code"]);
    let spaced = format!("{} {}", &shown[..3], &shown[3..]);
    let answer = half_in.post("/session/second", &[("code", &spaced)]).await.is(303);
    assert_ne!(answer.cookie().as_deref(), half_in.cookie(), "a new session");
    assert_eq!(half_in.get("/").await.way(), "/session/new", "the half one has ended");
    half(&app).await.post("/session/second", &[("code", &shown)]).await.is(422);
    app.clock.advance(Duration::seconds(90));
    half(&app).await.post("/session/second", &[("code", &shown)]).await.is(422);
    half(&app).await.post("/session/second", &[("code", &code(&app.clock))]).await.is(303);
});

on_each_db!(of_two_who_give_one_code_at_the_same_moment_one_comes_in, async |app: TestApp| {
    let (shown, halves) = (code(&app.clock), [half(&app).await, half(&app).await]);
    let form = [("code", shown.as_str())];
    let answers = futures::future::join_all(halves.iter().map(|h| h.post("/session/second", &form))).await;
    assert_eq!(answers.iter().filter(|a| a.status == 303).count(), 1);
});

on_each_db!(guessing_codes_makes_one_wait_also_after_signing_in_anew, async |app: TestApp| {
    let half_in = half(&app).await;
    for _ in 0..3 {
        half_in.post("/session/second", &[("code", "000000")]).await.is(422);
    }
    half_in.post("/session/second", &[("code", &code(&app.clock))]).await.is(429);
    // The password counts by itself; a new one begins no new count of codes.
    half(&app).await.post("/session/second", &[("code", &code(&app.clock))]).await.is(429);
    app.clock.advance(Duration::seconds(1));
    half(&app).await.post("/session/second", &[("code", "000000")]).await.is(422);
    app.clock.advance(Duration::seconds(1));
    half(&app).await.post("/session/second", &[("code", &code(&app.clock))]).await.is(429);
});

on_each_db!(a_recovery_code_stands_in_for_the_app_once, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    let codes = browser.post("/account/recovery", &[]).await.is(200).page().texts("main li code");
    assert_eq!(codes.len(), 10);
    let spoken = codes[3].to_lowercase().replace('-', " ");
    half(&app).await.post("/session/second", &[("code", &spoken)]).await.is(303);
    half(&app).await.post("/session/second", &[("code", &codes[3])]).await.is(422);
    half(&app).await.post("/session/second", &[("code", &codes[4])]).await.is(303);
    let left = browser.get("/account").await.is(200).page().texts("main strong");
    assert!(left.contains(&"8個".to_owned()), "{left:?}");
    let held = serde_json::to_string(&app.select("SELECT * FROM recovery_codes").await).unwrap();
    assert!(!held.contains(&codes[5]), "only hashes are kept");
});

on_each_db!(a_new_app_ends_the_old_one_and_all_sessions, async |app: TestApp| {
    let (here, elsewhere) = (app.browser(Role::Operator).await, app.browser(Role::Operator).await);
    assert_eq!(here.get("/account/factor").await.is(200).page().count(".set-up-key"), 0, "looking makes no secret");
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM factors WHERE confirmed_at IS NULL").await, 0);
    assert_eq!(here.post("/account/factor/begin", &[]).await.is(303).way(), "/account/factor");
    let page = here.get("/account/factor").await.is(200).page();
    let key = page.text(".set-up-key");
    here.post("/account/factor/begin", &[]).await.is(303);
    assert_eq!(here.get("/account/factor").await.page().text(".set-up-key"), key, "the same until it's confirmed");
    here.post("/account/factor", &[("code", &code(&app.clock))]).await.is(422);
    let done = here.post("/account/factor", &[("code", &code_of(&key, &app.clock))]).await.is(200);
    assert_eq!(done.page().count("main li code"), 10);
    for old in [&here, &elsewhere] {
        assert_eq!(old.get("/").await.way(), "/session/new");
    }
    app.stranger().with_cookie(done.cookie()).get("/").await.is(200);
    app.clock.advance(Duration::minutes(1));
    half(&app).await.post("/session/second", &[("code", &code(&app.clock))]).await.is(422);
    half(&app).await.with_code(&code_of(&key, &app.clock)).await.get("/").await.is(200);
});

on_each_db!(the_administration_of_accounts_needs_a_proof_of_the_last_ten_minutes, async |app: TestApp| {
    let browser = app.browser(Role::Administrator).await;
    browser.get("/accounts").await.is(200);
    app.clock.advance(Duration::minutes(10));
    let to = browser.get("/accounts").await.is(303).location().to_owned();
    assert_eq!(to, "/session/confirm?to=/accounts");
    let made = [("login", "shinjin"), ("name", "新人 \"つくし\""), ("role", "operator")];
    let asked = browser.post("/accounts", &made).await.is(403).page();
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM accounts WHERE login = 'shinjin'").await, 0);
    let kept = asked.attribute("[name=kept]", "value");
    let wrong = [("code", "000000"), ("to", "/accounts"), ("kept", kept.as_str())];
    let again = browser.post("/session/confirm", &wrong).await.is(422).page();
    assert_eq!(again.attribute("[name=kept]", "value"), kept, "what was typed is kept");
    let shown = code(&app.clock);
    let right = [("code", shown.as_str()), ("to", "/accounts"), ("kept", kept.as_str())];
    let on = browser.post("/session/confirm", &right).await.is(200).page();
    assert_eq!(on.attribute("main form", "action"), "/accounts");
    assert_eq!(on.attribute("[name=name]", "value"), made[1].1);
    browser.post("/accounts", &made).await.is(200);
    browser.get("/calls").await.is(404);
});

on_each_db!(a_button_without_fields_is_gone_on_with_too, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    app.clock.advance(Duration::minutes(10));
    let asked = browser.post("/account/recovery", &[]).await.is(403).page();
    let to = asked.attribute("[name=to]", "value");
    assert!(asked.has("[name=kept]"));
    let shown = code(&app.clock);
    let on = browser.post("/session/confirm", &[("code", &shown), ("to", &to), ("kept", "")]).await.is(200).page();
    assert_eq!(on.attribute("main form", "action"), "/account/recovery");
    browser.post("/account/recovery", &[]).await.is(200);
});

on_each_db!(a_confirmation_leads_nowhere_but_to_our_own_pages, async |app: TestApp| {
    let browser = app.browser(Role::Administrator).await;
    app.clock.advance(Duration::minutes(1));
    let shown = code(&app.clock);
    let form = [("code", shown.as_str()), ("to", "//evil.example/x")];
    assert_eq!(browser.post("/session/confirm", &form).await.is(303).way(), "/");
});

on_each_db!(a_new_password_does_not_lead_round_the_second_factor, async |app: TestApp| {
    let half_in = half(&app).await;
    let new = [("current", PASSWORD), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
    assert_eq!(half_in.post("/account/password", &new).await.way(), "/session/second");
    half_in.post("/account/factor", &[("code", "000000")]).await.is(303);
    app.stranger().post("/session", &[("login", "kanda"), ("password", NEW_PASSWORD)]).await.is(422);
});

on_each_db!(a_new_password_makes_no_proof_fresher, async |app: TestApp| {
    let browser = app.browser(Role::Administrator).await;
    app.clock.advance(Duration::minutes(12));
    let new = [("current", PASSWORD), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
    let changed = browser.post("/account/password", &new).await.is(303);
    let browser = app.stranger().with_cookie(changed.cookie());
    assert_eq!(browser.get("/accounts").await.location(), "/session/confirm?to=/accounts");
});

on_each_db!(guessing_ones_own_password_makes_one_wait_too, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    let guess = [("current", "x"), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
    for _ in 0..3 {
        browser.post("/account/password", &guess).await.is(422);
    }
    browser.post("/account/password", &guess).await.is(429);
});
