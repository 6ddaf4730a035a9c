//! What ends a session and what makes one wait.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::accounts::guessing::Tries;
use madoguchi::usecase::accounts::{self, NewAccount};

use crate::support::cases::code;
use crate::support::people::{PASSWORD, roles};
use crate::support::{TestApp, on_each_db};

on_each_db!(signing_out_ends_the_session_itself_and_not_only_its_cookie, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    let out = browser.post("/session/end", &[]).await.is(303);
    assert_eq!((out.way(), out.cookie().as_deref()), ("/session/new", Some("madoguchi=")));
    assert_eq!(browser.get("/").await.way(), "/session/new", "the old cookie is worth nothing");
});

on_each_db!(a_session_that_lies_idle_ends_after_thirty_minutes_in_offices_after_fifteen, async |app: TestApp| {
    for role in roles() {
        let minutes = if matches!(role, Role::Clerk | Role::JmaReader | Role::Administrator) { 15 } else { 30 };
        let browser = app.browser(role).await;
        app.clock.advance(Duration::minutes(minutes) - Duration::seconds(1));
        assert_eq!(browser.get("/").await.status, 200, "{role:?} just in time");
        app.clock.advance(Duration::minutes(minutes));
        assert_eq!(browser.get("/").await.way(), "/session/new", "{role:?} after {minutes} minutes");
    }
});

on_each_db!(a_page_that_looks_again_by_itself_does_not_keep_a_session_alive, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    for _ in 0..3 {
        app.clock.advance(Duration::minutes(10));
        let request = browser.request(axum::http::Method::GET, "/").header("madoguchi-refresh", "1");
        browser.send(request.body(axum::body::Body::empty()).unwrap()).await;
    }
    assert_eq!(browser.get("/").await.way(), "/session/new");
});

on_each_db!(no_session_lives_longer_than_twelve_hours, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    for _ in 0..(12 * 3 - 1) {
        app.clock.advance(Duration::minutes(20));
        browser.get("/calls").await.is(200);
    }
    app.clock.advance(Duration::minutes(20));
    assert_eq!(browser.get("/calls").await.way(), "/session/new");
});

on_each_db!(after_five_failures_one_waits_ever_longer_and_the_right_password_waits_too, async |app: TestApp| {
    let stranger = app.stranger();
    let knock =
        async |password: &str| stranger.post("/session", &[("login", "kanda"), ("password", password)]).await.status;
    for n in 1..=5 {
        assert_eq!(knock("x").await, 422, "{n}");
    }
    assert_eq!(knock(PASSWORD).await, 429);
    app.clock.advance(Duration::seconds(1));
    assert_eq!(knock("x").await, 422, "the sixth failure");
    app.clock.advance(Duration::seconds(1));
    assert_eq!(knock(PASSWORD).await, 429, "two seconds now");
    app.clock.advance(Duration::seconds(1));
    assert_eq!(knock(PASSWORD).await, 303);
    assert_eq!(knock("x").await, 422, "the seventh: the password alone is no success");
    assert_eq!(knock(PASSWORD).await, 429);
    app.clock.advance(Duration::seconds(4));
    app.sign_in("kanda", PASSWORD).await;
    assert_eq!([knock("x").await, knock("x").await], [422, 422], "and counting starts anew");
    assert_eq!(knock(PASSWORD).await, 303);
});

on_each_db!(a_name_that_nobody_has_waits_just_like_one_that_somebody_has, async |app: TestApp| {
    let stranger = app.stranger();
    let knock = async |login: &str| stranger.post("/session", &[("login", login), ("password", "x")]).await;
    for _ in 0..7 {
        let (known, unknown) = (knock("kanda").await, knock("nobody").await);
        assert_eq!(
            (known.status, known.page().texts("[role=alert]")),
            (unknown.status, unknown.page().texts("[role=alert]"))
        );
    }
});

on_each_db!(of_many_guesses_at_one_moment_only_the_first_few_are_looked_at, async |app: TestApp| {
    let strangers: Vec<_> = (0..12).map(|_| app.stranger()).collect();
    let guesses = strangers.iter().map(|s| s.post("/session", &[("login", "kanda"), ("password", "x")]));
    let answers = futures::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|a| a.status == 422).count(), 5);
    assert_eq!(answers.iter().filter(|a| a.status == 429).count(), 7);
});

on_each_db!(failures_of_yesterday_are_removed_and_those_of_today_stay, async |app: TestApp| {
    let stranger = app.stranger();
    stranger.post("/session", &[("login", "guess"), ("password", "x")]).await.is(422);
    app.clock.advance(Duration::hours(24));
    stranger.post("/session", &[("login", "kanda"), ("password", "x")]).await.is(422);
    let now = app.ctx(Role::Operator).now;
    assert_eq!(
        accounts::delays::forget_old(&app.services, now).await.unwrap(),
        2,
        "the guessed name, and that it was here"
    );
    assert_eq!(
        app.count("sign_in_delays").await,
        3,
        "today's name, that it was here, and the source that both came from"
    );
});

on_each_db!(a_source_that_tries_many_names_waits_whatever_the_name, async |app: TestApp| {
    let stranger = app.stranger();
    for n in 0..=Tries::Source.free() {
        stranger.post("/session", &[("login", &format!("guess{n}")), ("password", "x")]).await.is(422);
    }
    stranger.post("/session", &[("login", "kanda"), ("password", PASSWORD)]).await.is(429);
    app.clock.advance(Duration::seconds(2));
    stranger.post("/session", &[("login", "kanda"), ("password", PASSWORD)]).await.is(303);
});

on_each_db!(a_call_in_progress_keeps_a_session_however_long_nothing_is_typed, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    app.ring("03-5550-1234").await;
    app.clock.advance(Duration::minutes(50));
    browser.get("/").await.is(200);
});

on_each_db!(a_maintenance_account_ends_by_itself_and_needs_a_reason, async |app: TestApp| {
    let admin = app.ctx(Role::Administrator);
    let new =
        |maintenance| NewAccount { login: "hoshu", name: "保守 担当", role: Role::Administrator, maintenance };
    for (days, reason, why) in [(0, "更新", "days.range"), (15, "更新", "days.range"), (3, " ", "text.missing")] {
        assert_eq!(code(accounts::create(&app.services, &admin, &new(Some((days, reason)))).await), why);
    }
    let first = accounts::create(&app.services, &admin, &new(Some((2, "版の更新")))).await.unwrap();
    let half = app.stranger().half_in("hoshu", &first).await;
    half.get("/account/password").await.is(200);
    app.clock.advance(Duration::days(2));
    assert_eq!(half.get("/account/password").await.way(), "/session/new");
    app.stranger().post("/session", &[("login", "hoshu"), ("password", &first)]).await.is(422);
});

on_each_db!(waiting_is_kept_in_the_database_for_all_instances, async |app: TestApp| {
    let twin = app.twin().await;
    for _ in 0..6 {
        app.stranger().post("/session", &[("login", "kanda"), ("password", "x")]).await;
    }
    let stranger = madoguchi::domain::ctx::Ctx::new(
        madoguchi::domain::access::actor::Actor::stranger(),
        app.ctx(Role::Operator).now,
        uuid::Uuid::new_v4(),
        String::new(),
    );
    assert_eq!(code(accounts::sign_in(&twin.services, &stranger, "kanda", PASSWORD, None).await), "sign_in.wait");
});

on_each_db!(an_account_that_is_switched_off_is_out_at_once_and_cannot_sign_in, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    let admin = app.ctx(Role::Administrator);
    accounts::set_active(&app.services, &admin, app.id("kanda"), false).await.unwrap();
    assert_eq!(browser.get("/").await.way(), "/session/new");
    app.stranger().post("/session", &[("login", "kanda"), ("password", PASSWORD)]).await.is(422);
    accounts::set_active(&app.services, &admin, app.id("kanda"), true).await.unwrap();
    app.browser(Role::Operator).await.get("/").await.is(200);
});

on_each_db!(nobody_changes_their_own_account_and_one_administrator_remains, async |app: TestApp| {
    let admin = app.ctx(Role::Administrator);
    let own = app.id("ebisu");
    assert_eq!(code(accounts::set_active(&app.services, &admin, own, false).await), "account.own");
    assert_eq!(code(accounts::set_role(&app.services, &admin, own, "supervisor").await), "account.own");
    let console = app.app.console();
    for last in [
        accounts::set_active(&app.services, &console, own, false).await,
        accounts::set_role(&app.services, &console, own, "clerk").await,
    ] {
        assert_eq!(code(last), "account.last_administrator");
    }
    let browser = app.browser(Role::Operator).await;
    accounts::set_role(&app.services, &admin, app.id("kanda"), "administrator").await.unwrap();
    assert_eq!(browser.get("/").await.way(), "/session/new", "another role, another session");
    accounts::set_active(&app.services, &console, own, false).await.unwrap();
});

on_each_db!(a_token_ends_when_it_is_over_or_revoked, async |app: TestApp| {
    let admin = app.ctx(Role::Administrator);
    let token = accounts::create_token(&app.services, &admin, "CTI", Role::Integration, vec![], Some(7)).await.unwrap();
    let script = app.stranger().bearing(token);
    script.get("/api/v1/me").await.is(200);
    app.clock.advance(Duration::days(7));
    script.get("/api/v1/me").await.is(401);

    let script = app.script(Role::Integration).await;
    let newest = accounts::tokens(&app.services, &app.ctx(Role::Administrator)).await.unwrap()[0].token.id;
    accounts::revoke_token(&app.services, &app.ctx(Role::Administrator), newest).await.unwrap();
    script.get("/api/v1/me").await.is(401);
});
