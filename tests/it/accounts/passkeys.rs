//! Passkeys as a second factor: what they open, once and in time; what they never open; how they go.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::audit::words;
use madoguchi::usecase::accounts::{self, NewAccount, passkeys};
use serde_json::Value;

use crate::support::app::{code, fresh_code};
use crate::support::authenticator::Authenticator;
use crate::support::people::PASSWORD;
use crate::support::{Client, Page, TestApp, on_each_db};

async fn half(app: &TestApp) -> Client {
    app.stranger().half_in("kanda", PASSWORD).await
}

/// The product at a name; the operator's browser; an authenticator whose passkey they have added.
async fn with_passkey(app: TestApp) -> (TestApp, Client, Authenticator) {
    let app = app.at_a_name().await;
    let browser = app.browser(Role::Operator).await;
    let mut key = Authenticator::new();
    assert_eq!(browser.adds("受付のパソコン", &mut key).await.is(303).way(), "/account");
    (app, browser, key)
}

fn said(page: &Page) -> Vec<String> {
    page.texts(".passkey [role=alert]")
}

/// The audit's entries of an action, oldest first: result and detail.
async fn written(app: &TestApp, action: &str) -> Vec<(String, Value)> {
    assert!(words::deed(action).is_some(), "{action} has words");
    let sql = format!("SELECT result, detail FROM audit_entries WHERE action = '{action}' ORDER BY id");
    let rows = app.select(&sql).await;
    let detail = |row: &Value| match &row["detail"] {
        Value::String(text) => serde_json::from_str(text).unwrap(),
        other => other.clone(),
    };
    rows.iter().map(|row| (row["result"].as_str().unwrap().to_owned(), detail(row))).collect()
}

on_each_db!(a_passkey_stands_in_for_the_code_on_the_way_in, async |app: TestApp| {
    let (app, browser, mut key) = with_passkey(app).await;
    let row = browser.get("/account").await.is(200).page().texts("main section:nth-of-type(2) tbody tr > *");
    assert_eq!(row[..3], ["受付のパソコン", "2026年11月22日(日) 10:42", "まだ使っていません"]);

    app.clock.advance(Duration::minutes(1));
    let half_in = half(&app).await;
    let page = half_in.get("/session/second").await.is(200).page();
    assert!(page.has("[name=code]") && page.has("[data-passkey=get][data-ask='/session/passkey']"));
    let answer = half_in.gives(&key.give(&half_in.asks().await)).await.is(303);
    assert_eq!(answer.way(), "/");
    assert_ne!(answer.cookie().as_deref(), half_in.cookie(), "a new session");
    assert_eq!(half_in.get("/").await.way(), "/session/new", "the half one has ended");
    let inside = app.stranger().with_cookie(answer.cookie());
    let used = inside.get("/account").await.is(200).page().texts("main section:nth-of-type(2) tbody td");
    assert_eq!(used[1], "2026年11月22日(日) 10:43");
    let added = written(&app, "account.passkey_add").await;
    let (result, given) = written(&app, "session.second").await.pop().unwrap();
    assert_eq!((result.as_str(), &given["by"], &given["passkey"]), ("done", &"passkey".into(), &added[0].1["passkey"]));
});

on_each_db!(an_answer_counts_once_in_time_and_in_its_own_session, async |app: TestApp| {
    let (app, _, mut key) = with_passkey(app).await;
    let (first, second) = (half(&app).await, half(&app).await);
    let answer = key.give(&first.asks().await);
    second.asks().await;
    let refused = second.gives(&answer).await.is(422).page();
    assert!(said(&refused)[0].contains("もう一度試す"), "{:?}", said(&refused));
    first.gives(&answer).await.is(303);
    let third = half(&app).await;
    assert!(said(&third.gives(&answer).await.is(422).page())[0].contains("5分"), "nothing was asked there");
    let answer = key.give(&third.asks().await);
    app.clock.advance(Duration::minutes(5));
    assert!(said(&third.gives(&answer).await.is(422).page())[0].contains("5分"), "too late");
    let answer = key.give(&third.asks().await);
    app.clock.advance(Duration::seconds(299));
    third.gives(&answer).await.is(303);
    assert_eq!(app.count("passkey_challenges").await, 0, "each was taken away by the answer to it");
});

on_each_db!(a_failed_answer_uses_up_its_challenge, async |app: TestApp| {
    let (app, _, mut key) = with_passkey(app).await;
    let half_in = half(&app).await;
    let asked = half_in.asks().await;
    half_in.gives("{}").await.is(422);
    half_in.gives(&key.give(&asked)).await.is(422);
    half_in.gives(&key.give(&half_in.asks().await)).await.is(303);
});

on_each_db!(of_two_who_give_one_answer_at_the_same_moment_one_comes_in, async |app: TestApp| {
    let (app, _, mut key) = with_passkey(app).await;
    let half_in = half(&app).await;
    let answer = key.give(&half_in.asks().await);
    let answers = futures::future::join_all([half_in.gives(&answer), half_in.gives(&answer)]).await;
    assert_eq!(answers.iter().filter(|a| a.way() == "/").count(), 1);
});

on_each_db!(what_one_instance_asks_another_takes_the_answer_to, async |app: TestApp| {
    let (app, _, mut key) = with_passkey(app).await;
    let twin = app.twin_at_a_name().await.web().router;
    let half_in = half(&app).await;
    let answer = key.give(&half_in.asks().await);
    half_in.at(twin).gives(&answer).await.is(303);
});

on_each_db!(nobody_comes_in_with_anothers_passkey, async |app: TestApp| {
    let (app, _, mut key) = with_passkey(app).await;
    let ueno = app.browser_of("ueno").await;
    let mut theirs = Authenticator::new();
    ueno.adds("上野のスマートフォン", &mut theirs).await.is(303);
    let half_in = half(&app).await;
    half_in.gives(&theirs.give(&half_in.asks().await)).await.is(422);
    // It says that it is another's, though its passkey is this one's.
    key.owner = Some(app.id("ueno").0);
    half_in.gives(&key.give(&half_in.asks().await)).await.is(422);
    key.owner = Some(app.id("kanda").0);
    half_in.gives(&key.give(&half_in.asks().await)).await.is(303);
    let again = ueno.adds("神田のもの", &mut key).await.is(409);
    assert!(said(&again.page())[0].contains("すでに登録"), "{}", again.said());
    assert_eq!(app.count("passkeys").await, 2);
});

on_each_db!(an_answer_from_another_site_or_without_the_person_proves_nothing, async |app: TestApp| {
    let (app, browser, mut key) = with_passkey(app).await;
    let half_in = half(&app).await;
    for forged in [
        Authenticator { at: "http://localhost.evil.example:8080", ..key.clone() },
        Authenticator { verifies: false, ..key.clone() },
    ] {
        half_in.gives(&forged.clone().give(&half_in.asks().await)).await.is(422);
        browser
            .adds("偽物", &mut Authenticator { at: forged.at, verifies: forged.verifies, ..Authenticator::new() })
            .await
            .is(422);
    }
    half_in.gives(&key.give(&half_in.asks().await)).await.is(303);
    assert_eq!(app.count("passkeys").await, 1);
    let refused: Vec<_> =
        written(&app, "account.passkey_add").await.into_iter().filter(|(r, _)| r == "failed").collect();
    assert_eq!(refused.len(), 2, "what wasn't added is written down too");
});

on_each_db!(a_counter_that_does_not_go_on_shows_a_copy, async |app: TestApp| {
    let (app, _, mut key) = with_passkey(app).await;
    key.counter = 40;
    let half_in = half(&app).await;
    half_in.gives(&key.give(&half_in.asks().await)).await.is(303);
    let half_in = half(&app).await;
    for counter in [39, 40, 0] {
        let mut copy = Authenticator { counter, ..key.clone() };
        let refused = half_in.gives(&copy.give(&half_in.asks().await)).await.is(422).page();
        assert!(said(&refused)[0].contains("複製された"), "{counter}: {:?}", said(&refused));
        app.clock.advance(Duration::minutes(1));
    }
    let (result, detail) = written(&app, "session.open").await.pop().unwrap();
    assert_eq!((result.as_str(), &detail["why"]), ("failed", &"copied".into()));
    half_in.gives(&key.give(&half_in.asks().await)).await.is(303);
});

on_each_db!(of_a_key_and_its_copy_that_were_asked_at_the_same_moment_one_comes_in, async |app: TestApp| {
    let (app, _, mut key) = with_passkey(app).await;
    let mut copy = key.clone();
    let (first, second) = (half(&app).await, half(&app).await);
    let (here, there) = (first.asks().await, second.asks().await);
    first.gives(&key.give(&here)).await.is(303);
    let refused = second.gives(&copy.give(&there)).await.is(422).page();
    assert!(said(&refused)[0].contains("複製された"), "{:?}", said(&refused));
});

on_each_db!(counter_and_backup_are_kept_with_each_use, async |app: TestApp| {
    let (app, _, mut key) = with_passkey(app).await;
    (key.counter, key.backed_up) = (7, true);
    let half_in = half(&app).await;
    half_in.gives(&key.give(&half_in.asks().await)).await.is(303);
    let row = app.select("SELECT credential, counter FROM passkeys").await.remove(0);
    let credential = match &row["credential"] {
        Value::String(text) => serde_json::from_str(text).unwrap(),
        other => other.clone(),
    };
    assert_eq!(row["counter"], 7);
    assert_eq!((&credential["cred"]["counter"], &credential["cred"]["backup_state"]), (&7.into(), &true.into()));
    let mut uncounted = Authenticator { counter: 0, ..Authenticator::new() };
    let browser = app.browser_of("ueno").await;
    browser.adds("数えないもの", &mut uncounted).await.is(303);
    for _ in 0..2 {
        let half_in = app.stranger().half_in("ueno", PASSWORD).await;
        half_in.gives(&uncounted.give(&half_in.asks().await)).await.is(303);
    }
});

on_each_db!(wrong_answers_make_one_wait_like_wrong_codes, async |app: TestApp| {
    let (app, _, mut key) = with_passkey(app).await;
    let half_in = half(&app).await;
    for _ in 0..3 {
        half_in.asks().await;
        half_in.gives("{}").await.is(422);
    }
    let asked = half_in.asks().await;
    half_in.gives(&key.give(&asked)).await.is(429);
    half_in.post("/session/second", &[("code", &code(&app.clock))]).await.is(429);
    app.clock.advance(Duration::seconds(1));
    half_in.gives(&key.give(&asked)).await.is(303);
    app.stranger().post("/session", &[("login", "kanda"), ("password", "x")]).await.is(422);
});

on_each_db!(adding_and_removing_need_a_fresh_proof_which_a_passkey_gives_too, async |app: TestApp| {
    let (app, browser, mut key) = with_passkey(app).await;
    let remove = browser.get("/account").await.page().attribute("form[action^='/account/passkeys/']", "action");
    let asked = browser.asks_new("二つ目").await;
    app.clock.advance(Duration::minutes(10));
    assert_eq!(browser.get("/account/passkeys").await.location(), "/session/confirm?to=/account/passkeys");
    browser.post("/account/passkeys/ask", &[("name", "二つ目")]).await.is(403);
    let late = Authenticator::new().make(&asked);
    browser.post("/account/passkeys", &[("name", "二つ目"), ("passkey", &late)]).await.is(403);
    let page = browser.post(&remove, &[]).await.is(403).page();
    assert_eq!(app.count("passkeys").await, 1);
    let waiting = page.attribute("form:has([data-passkey]) [name=to]", "value");
    assert_eq!(waiting, remove);
    let answer = key.give(&browser.asks().await);
    let on = browser.post("/session/confirm", &[("to", &waiting), ("kept", ""), ("passkey", &answer)]).await.is(200);
    assert_eq!(on.page().attribute("main form", "action"), remove);
    assert_eq!(written(&app, "session.confirm").await.pop().unwrap().1["by"], "passkey");
    browser.post(&remove, &[]).await.is(303);
    assert_eq!(app.count("passkeys").await, 0);
    assert_eq!(written(&app, "account.passkey_remove").await.len(), 1);
});

on_each_db!(ten_are_the_most_also_at_the_same_moment, async |app: TestApp| {
    let (app, browser, _) = with_passkey(app).await;
    for n in 2..=9 {
        browser.adds(&format!("鍵{n}"), &mut Authenticator::new()).await.is(303);
    }
    let other = app.browser(Role::Operator).await;
    let (here, there) = (browser.asks_new("十").await, other.asks_new("十").await);
    let (here, there) = (Authenticator::new().make(&here), Authenticator::new().make(&there));
    let forms = [[("name", "十"), ("passkey", here.as_str())], [("name", "十"), ("passkey", there.as_str())]];
    let both = [browser.post("/account/passkeys", &forms[0]), other.post("/account/passkeys", &forms[1])];
    let mut statuses: Vec<u16> = futures::future::join_all(both).await.iter().map(|a| a.status).collect();
    statuses.sort_unstable();
    assert_eq!((statuses, app.count("passkeys").await), (vec![303, 409], 10));
    let refused = browser.post("/account/passkeys/ask", &[("name", "十一")]).await.is(409);
    assert!(refused.json()["message"].as_str().unwrap().contains("10個まで"));
    let page = browser.get("/account").await.is(200).page();
    assert!(page.text("main .button-reason").contains("10個まで") && !page.has("a[href='/account/passkeys']"));
});

on_each_db!(a_name_that_cannot_be_taken_is_refused_before_the_authenticator_is_asked, async |app: TestApp| {
    let app = app.at_a_name().await;
    let browser = app.browser(Role::Operator).await;
    let long = "長".repeat(41);
    let refused = browser.post("/account/passkeys/ask", &[("name", &long)]).await.is(422).json();
    assert!(refused["message"].as_str().unwrap().contains("40文字"), "{refused}");
    assert_eq!(app.count("passkey_challenges").await, 0);
    browser.adds(" ", &mut Authenticator::new()).await.is(303);
    assert_eq!(app.select("SELECT name FROM passkeys").await[0]["name"], "パスキー");
});

on_each_db!(nobody_removes_anothers_passkey, async |app: TestApp| {
    let (app, browser, _) = with_passkey(app).await;
    let remove = browser.get("/account").await.page().attribute("form[action^='/account/passkeys/']", "action");
    app.browser_of("ueno").await.post(&remove, &[]).await.is(404);
    assert_eq!(app.count("passkeys").await, 1);
});

on_each_db!(a_removed_passkey_opens_nothing_and_the_app_still_does, async |app: TestApp| {
    let (app, browser, mut key) = with_passkey(app).await;
    let half_in = half(&app).await;
    let asked = half_in.asks().await;
    let remove = browser.get("/account").await.page().attribute("form[action^='/account/passkeys/']", "action");
    browser.post(&remove, &[]).await.is(303);
    half_in.gives(&key.give(&asked)).await.is(422);
    half_in.post("/session/passkey", &[]).await.is(409);
    assert!(!half_in.get("/session/second").await.is(200).page().has("[data-passkey]"));
    half_in.with_code(&fresh_code(&app.db.url, &app.clock).await).await.get("/").await.is(200);
});

on_each_db!(whoever_is_only_half_in_adds_no_passkey, async |app: TestApp| {
    let (app, _, _) = with_passkey(app).await;
    let half_in = half(&app).await;
    for path in ["/account/passkeys/ask", "/account/passkeys"] {
        assert_eq!(half_in.post(path, &[("name", "x")]).await.is(303).way(), "/session/second");
    }
    assert_eq!(half_in.get("/account/passkeys").await.way(), "/session/second");
});

on_each_db!(a_second_factor_taken_away_takes_the_passkeys_along, async |app: TestApp| {
    let (app, _, _) = with_passkey(app).await;
    app.browser_of("ueno").await.adds("上野", &mut Authenticator::new()).await.is(303);
    let admin = app.browser(Role::Administrator).await;
    let page = admin.post(&format!("/accounts/{}/code", app.id("kanda")), &[]).await.is(200);
    assert!(page.text().contains("二度と表示されません"));
    assert_eq!(app.count("passkeys").await, 1, "the other's stays");
    admin.post(&format!("/accounts/{}/disable", app.id("ueno")), &[]).await.is(303);
    assert_eq!(app.count("passkeys").await, 0);
    let counted = |entries: Vec<(String, Value)>| entries.last().unwrap().1["passkeys"].clone();
    assert_eq!(counted(written(&app, "account.code").await), 1);
    assert_eq!(counted(written(&app, "account.disable").await), 1);
});

on_each_db!(an_account_that_ends_by_itself_leaves_no_passkey, async |app: TestApp| {
    let (app, _, _) = with_passkey(app).await;
    let new = NewAccount { login: "hoshu", name: "保守", role: Role::Operator, maintenance: Some((1, "点検")) };
    let console = app.app.console();
    accounts::create_enrolled(&app.services, &console, &new, PASSWORD, crate::support::people::SECRET).await.unwrap();
    app.browser_of("hoshu").await.adds("保守のもの", &mut Authenticator::new()).await.is(303);
    app.clock.advance(Duration::hours(23));
    assert_eq!(passkeys::forget_old(&app.services, &app.app.console()).await.unwrap(), 0);
    app.clock.advance(Duration::hours(1));
    assert_eq!(passkeys::forget_old(&app.services, &app.app.console()).await.unwrap(), 1);
    assert_eq!(app.count("passkeys").await, 1, "who stays keeps theirs");
    assert_eq!(written(&app, "account.passkeys_end").await.len(), 1);
});

on_each_db!(challenges_that_nobody_answered_are_removed, async |app: TestApp| {
    let (app, _, _) = with_passkey(app).await;
    half(&app).await.asks().await;
    let left = async || {
        passkeys::forget_old(&app.services, &app.app.console()).await.unwrap();
        app.count("passkey_challenges").await
    };
    app.clock.advance(Duration::seconds(299));
    assert_eq!(left().await, 1);
    app.clock.advance(Duration::seconds(1));
    assert_eq!(left().await, 0);
});

on_each_db!(at_an_address_that_is_a_number_none_are_offered_and_it_is_said_why, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    let page = browser.get("/account").await.is(200).page();
    assert!(page.texts("main .muted").iter().any(|line| line.contains("localhost")));
    assert!(!page.has("a[href='/account/passkeys']"));
    assert_eq!(browser.get("/account/passkeys").await.is(303).way(), "/account");
    browser.post("/account/passkeys/ask", &[("name", "x")]).await.is(409);
    browser.post("/session/passkey", &[]).await.is(409);
});
