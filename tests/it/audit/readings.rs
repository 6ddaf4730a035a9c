//! What lists show is written down as a reading of whoever looks; that a page looks again by itself is nobody's act.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Method;
use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use serde_json::json;

use crate::support::{Answer, Client, TestApp, on_each_db};

/// Pages of tickets that look again by themselves, with somebody whose they are.
const LISTS: [(Role, &str); 7] = [
    (Role::Operator, "/"),
    (Role::Operator, "/tickets"),
    (Role::Operator, "/queues/mine"),
    (Role::Specialist, "/"),
    (Role::Specialist, "/queue"),
    (Role::Supervisor, "/day"),
    (Role::Supervisor, "/tickets?owner=none"),
];

async fn looks_again(browser: &Client, path: &str) -> Answer {
    let request = browser.request(Method::GET, path).header("madoguchi-refresh", "1");
    browser.send(request.body(Body::empty()).unwrap()).await.is(200)
}

/// Of which entries there are how many, and beside which tickets stands one.
async fn readings(app: &TestApp) -> (usize, Vec<String>) {
    let entries = app.select("SELECT id FROM audit_entries").await.len();
    let beside = app.select("SELECT subject_id FROM audit_subjects WHERE subject_kind = 'ticket'").await;
    let mut beside: Vec<String> = beside.into_iter().map(|row| row["subject_id"].to_string()).collect();
    beside.sort();
    (entries, beside)
}

on_each_db!(a_page_that_looks_again_adds_only_what_is_shown_for_the_first_time, async |app: TestApp| {
    for (role, path) in LISTS {
        app.case(json!({})).await;
        let browser = app.browser(role).await;
        assert!(browser.get(path).await.is(200).page().has("main[data-refresh]"), "{path}");
        let looked = readings(&app).await;
        for _ in 0..3 {
            app.clock.advance(Duration::seconds(30));
            looks_again(&browser, path).await;
        }
        assert_eq!(readings(&app).await, looked, "{role:?} {path}: what is shown again is nobody's reading");
        let new = app.case(json!({})).await;
        let before = readings(&app).await.1;
        let shown = looks_again(&browser, path).await.text().contains(&new.to_string());
        let after = readings(&app).await.1;
        assert_eq!(after.len(), before.len() + usize::from(shown), "{role:?} {path}: {new}");
        looks_again(&browser, path).await;
        assert_eq!(readings(&app).await.1, after, "once");
    }
});

on_each_db!(whoever_says_that_a_page_looks_by_itself_reads_nothing_unwritten, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let beside = async || readings(&app).await.1.len();
    let mut before = beside().await;
    let mut reads = async |browser: &Client, path: &str| {
        looks_again(browser, path).await;
        let now = beside().await;
        std::mem::replace(&mut before, now) < now
    };
    // Nobody looked before.
    let operator = app.browser(Role::Operator).await;
    assert!(reads(&operator, "/tickets").await && !reads(&operator, "/tickets").await);
    // Another list, another person, another address, another day: each is a reading.
    assert!(reads(&operator, "/queues/mine").await);
    assert!(reads(&app.browser(Role::Operator).await.coming_from("203.0.113.77"), "/tickets").await);
    assert!(reads(&app.browser(Role::Supervisor).await, "/tickets").await);
    assert!(!reads(&operator, "/tickets").await);
    app.clock.advance(Duration::days(1));
    assert!(reads(&app.browser(Role::Operator).await, "/tickets").await);
    // What isn't a list is always written down.
    let views = async || app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'ticket.view'").await;
    let before = views().await;
    let operator = app.browser(Role::Operator).await;
    for _ in 0..2 {
        looks_again(&operator, &format!("/tickets/{no}")).await;
    }
    assert_eq!(views().await, before + 2);
});

on_each_db!(a_trail_names_what_it_is_about_by_number_and_name, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app
        .case(json!({
            "member_name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "東京都文京区本駒込9-8-7",
            "member_number": "234567", "recorded": "verified",
        }))
        .await;
    app.browser(Role::Supervisor).await.get(&format!("/tickets/{no}")).await.is(200);
    let admin = app.browser(Role::Administrator).await;
    let to = admin.post("/audit/trail", &[("thing", &no.to_string())]).await.is(303).location().to_owned();
    let page = admin.get(&to).await.is(200).page();
    assert!(page.text("main").contains(&format!("相談票 {no} に関わる記録")), "{}", page.text("main"));
    let about: BTreeSet<String> = page.texts("main table tbody td:nth-child(4)").into_iter().collect();
    assert!(about.contains(&format!("相談票 {no}")), "{about:?}");
    let id = |text: &String| text.contains('…') || text.len() > 80;
    assert!(!about.iter().any(id), "no bare id of what has a number: {about:?}");
    let of_facility = admin.post("/audit/trail", &[("thing", "F0000001")]).await.is(303).location().to_owned();
    let page = admin.get(&of_facility).await.is(200).page();
    assert!(page.text("main").contains("施設 番号 F0000001 に関わる記録"), "{}", page.text("main"));
    let file = admin.post("/audit/export", &[]).await.is(200);
    assert!(file.text().contains(&no.to_string()) && file.text().contains("対象の番号・名前"));
});
