//! Signing in and out: by password, the first time by a code that works once.

use madoguchi::domain::access::actor::Role;
use madoguchi::usecase::accounts::{self, NewAccount};

use crate::support::app::code;
use crate::support::people::{NEW_PASSWORD, PASSWORD};
use crate::support::{Answer, Client, TestApp, on_each_db};

async fn knock(client: &Client, login: &str, password: &str) -> Answer {
    client.post("/session", &[("login", login), ("password", password)]).await
}

async fn newcomer(app: &TestApp) -> String {
    let new = NewAccount { login: "shinjin", name: "新人 つくし", role: Role::Operator, maintenance: None };
    accounts::create(&app.services, &app.ctx(Role::Administrator), &new).await.unwrap()
}

on_each_db!(the_right_password_opens_a_session_whose_cookie_no_script_and_no_other_site_gets, async |app: TestApp| {
    let answer = knock(&app.stranger(), " ＫＡＮＤＡ ", PASSWORD).await.is(303);
    assert_eq!(answer.way(), "/session/second");
    let cookie = answer.header("set-cookie").to_owned();
    let secret = cookie.strip_prefix("madoguchi=").and_then(|c| c.split(';').next()).unwrap();
    assert_eq!(secret.len(), 64, "256 random bits");
    for flag in ["; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    let held = serde_json::to_string(&app.select("SELECT * FROM sessions").await).unwrap();
    assert!(!held.contains(secret), "only a hash is kept");
    let half = app.stranger().with_cookie(answer.cookie());
    assert_eq!(half.get("/").await.way(), "/session/second");
    let home = half.with_code(&code(&app.clock)).await.get("/").await.is(200);
    assert!(home.text().contains("神田 うめ"));
});

on_each_db!(a_wrong_password_and_an_unknown_name_are_answered_alike, async |app: TestApp| {
    let wrong = knock(&app.stranger(), "kanda", "違うパスワード").await.is(422);
    let unknown = knock(&app.stranger(), "nobody", "違うパスワード").await.is(422);
    for answer in [&wrong, &unknown] {
        assert!(answer.header("set-cookie").is_empty());
        assert_eq!(
            answer.page().text("[role=alert]"),
            "ログインIDまたはパスワードが違います。もう一度入力してください"
        );
        assert!(!answer.text().contains("違うパスワード"), "a password is never sent back");
    }
    assert_eq!(wrong.page().attribute("[name=login]", "value"), "kanda", "the name is kept");
});

on_each_db!(a_one_time_code_works_once_and_leads_to_choosing_a_password, async |app: TestApp| {
    let code = newcomer(&app).await;
    let spoken = code.to_lowercase().replace('-', " ");
    let answer = knock(&app.stranger(), "shinjin", &spoken).await.is(303);
    assert_eq!(answer.way(), "/account/password");
    assert_eq!(knock(&app.stranger(), "shinjin", &code).await.status, 422, "the code is used up");

    let first = app.stranger().with_cookie(answer.cookie());
    for (path, to) in [("/", "/account/password"), ("/tickets", "/account/password")] {
        let sent = first.get(path).await;
        assert!(sent.status == 404 || sent.way() == to, "{path}: nothing else opens before");
    }
    first.get("/account/password").await.is(200);
    let short = first.post("/account/password", &[("password", "みじかい"), ("again", "みじかい")]).await.is(422);
    assert!(short.page().has("#password-error"));
    let fields = [("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
    let chosen = first.post("/account/password", &fields).await.is(303);
    assert_eq!(chosen.way(), "/account/factor", "and then the second factor");
    assert_eq!(first.get("/").await.way(), "/session/new");
    assert_eq!(app.stranger().with_cookie(chosen.cookie()).get("/").await.way(), "/account/factor");
    assert_eq!(app.stranger().half_in("shinjin", NEW_PASSWORD).await.get("/").await.way(), "/account/factor");
});

on_each_db!(of_two_who_use_a_code_at_the_same_moment_one_comes_in, async |app: TestApp| {
    let code = newcomer(&app).await;
    let strangers: Vec<_> = (0..4).map(|_| app.stranger()).collect();
    let answers = futures::future::join_all(strangers.iter().map(|s| knock(s, "shinjin", &code))).await;
    assert_eq!(answers.iter().filter(|a| a.status == 303).count(), 1);
});

on_each_db!(a_code_ends_after_three_days, async |app: TestApp| {
    let code = newcomer(&app).await;
    app.clock.advance(chrono::Duration::hours(72));
    knock(&app.stranger(), "shinjin", &code).await.is(422);
});

on_each_db!(changing_the_password_asks_for_the_current_one_and_ends_all_other_sessions, async |app: TestApp| {
    let (here, elsewhere) = (app.browser(Role::Clerk).await, app.browser(Role::Clerk).await);
    let wrong = [("current", "違う"), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
    assert!(here.post("/account/password", &wrong).await.is(422).page().has("#current-error"));
    let differs = [("current", PASSWORD), ("password", NEW_PASSWORD), ("again", "別のことば")];
    assert!(here.post("/account/password", &differs).await.is(422).page().has("#again-error"));
    let right = [("current", PASSWORD), ("password", NEW_PASSWORD), ("again", NEW_PASSWORD)];
    let changed = here.post("/account/password", &right).await.is(303);
    assert_ne!(changed.cookie().as_deref(), here.cookie(), "a new session");
    elsewhere.get("/").await.is(303);
    app.stranger().with_cookie(changed.cookie()).get("/").await.is(200);
    knock(&app.stranger(), "otsuka", PASSWORD).await.is(422);
});

on_each_db!(a_new_code_for_somebody_ends_their_password_and_sessions, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    let code = accounts::new_code(&app.services, &app.ctx(Role::Administrator), app.id("kanda")).await.unwrap();
    browser.get("/").await.is(303);
    knock(&app.stranger(), "kanda", PASSWORD).await.is(422);
    knock(&app.stranger(), "kanda", &code).await.is(303);
});
