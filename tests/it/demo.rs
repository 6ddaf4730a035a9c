//! A made-up past in a real database: whole, found by search, refused where it doesn't belong.

use std::collections::{BTreeSet, VecDeque};

use madoguchi::domain::access::actor::Role;
use madoguchi::store::{Store, StoreError};
use madoguchi::usecase::demo::{Demo, DemoReport, fill, told};
use madoguchi::usecase::tickets::page;
use madoguchi::usecase::{Error, claims, tickets};

use crate::support::{TestApp, on_each_db};

const TRIAL: Demo = Demo { members: 60, tickets: 2_500, seed: 3, until: until() };

const fn until() -> chrono::NaiveDate {
    match chrono::NaiveDate::from_ymd_opt(2026, 10, 31) {
        Some(day) => day,
        None => panic!("a day"),
    }
}

async fn filled(app: &TestApp) -> Result<DemoReport, Error> {
    fill(&app.services, &app.app.console(), &TRIAL, &[], &mut |_, _| {}).await
}

/// Names of all indexes.
async fn indexes(app: &TestApp) -> Vec<String> {
    let sql = if app.db.url.starts_with("sqlite") {
        "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name"
    } else {
        "SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"
    };
    app.select(sql).await.iter().map(|row| row["name"].as_str().unwrap_or_default().to_owned()).collect()
}

on_each_db!(everything_made_up_is_there_and_every_index_is_back, async |app: TestApp| {
    let before = indexes(&app).await;
    let report = filled(&app).await.unwrap();
    assert_eq!((report.members, report.tickets), (60, 2_500));
    for (table, rows) in [("tickets", report.tickets), ("search_docs", report.tickets), ("calls", report.calls)] {
        assert_eq!(app.count(table).await, i64::try_from(rows).unwrap(), "{table}");
    }
    for table in ["verifications", "sheet_fields", "escalations", "remote_sessions", "callbacks", "tasks", "claims"] {
        assert!(app.count(table).await > 0, "{table}");
    }
    assert_eq!(indexes(&app).await, before);
});

on_each_db!(what_was_made_up_reads_like_what_the_desk_writes, async |app: TestApp| {
    filled(&app).await.unwrap();
    let ctx = app.ctx(Role::Operator);
    let all = tickets::find(&app.services, &ctx, "画面", None).await.unwrap();
    assert!(!all.page.rows.is_empty());
    for line in all.page.rows.iter().take(20) {
        let view = page::show(&app.services, &ctx, line.number).await.unwrap();
        assert!(view.ticket.summary.contains("画面") || !view.entries.is_empty());
        assert!(!view.calls.is_empty() && view.entries.iter().all(|e| e.occurred_at <= e.entered_at));
    }
    // The numbering goes on where the past ends.
    let next = app.case(serde_json::json!({ "narrative": "x" })).await;
    assert!(next > all.page.rows[0].number);
});

on_each_db!(claims_are_listed_for_the_office_without_a_word_of_what_was_told, async |app: TestApp| {
    filled(&app).await.unwrap();
    let lines = claims::latest(&app.services, &app.ctx(Role::Clerk)).await.unwrap();
    assert!(lines.len() > 5 && lines.iter().all(|line| line.number.is_some()));
    assert!(lines.windows(2).all(|two| two[0].claim.received_on >= two[1].claim.received_on));
    let page = app.browser(Role::Clerk).await.get("/").await.is(200).text();
    let first = &lines[0];
    assert!(page.contains(&first.number.unwrap().to_string()) && page.contains(first.claim.state.label()));
    assert!(["身代金", "脅迫文", "誤送信", "かばん"].iter().all(|told| !page.contains(told)));
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'claim.list'").await, 2);
    let refused = claims::latest(&app.services, &app.ctx(Role::Operator)).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
});

on_each_db!(an_attack_is_held_for_one_and_a_dossier_is_handed_over, async |app: TestApp| {
    let ctx = app.ctx(Role::Specialist);
    let demo = Demo { until: ctx.today(), ..TRIAL };
    fill(&app.services, &app.app.console(), &demo, &[], &mut |_, _| {}).await.unwrap();
    let no = told::tell(&app.services, &ctx).await.unwrap().expect("somebody was introduced");
    assert!(app.count("campaign_tickets").await >= 2);
    let page = app.browser(Role::Specialist).await.get(&format!("/tickets/{no}/dossiers")).await.is(200).page();
    assert!(page.text("main").contains("医療機関（院長）"), "{}", page.text("main"));
    assert!(app.timeline(no).await.iter().any(|line| line.contains("院長へお電話で")));
});

on_each_db!(a_database_that_holds_something_or_was_left_half_filled_is_refused, async |app: TestApp| {
    filled(&app).await.unwrap();
    assert!(matches!(filled(&app).await, Err(Error::Refused(refusal)) if refusal.code == "demo.not_empty"));
    drop(Store::open(&app.db.address()).await.unwrap());
    app.db.execute("INSERT INTO counters (name, value) VALUES ('fill.unfinished', 1)").await;
    assert!(matches!(Store::open(&app.db.address()).await, Err(StoreError::Unfinished)));
});

/// Pages that are opened for each role, those nearest to the first page first.
const OPENED: usize = 40;

on_each_db!(every_link_that_a_role_is_shown_opens, async |app: TestApp| {
    filled(&app).await.unwrap();
    let roles = [Role::Operator, Role::Specialist, Role::Supervisor, Role::Clerk, Role::JmaReader, Role::Administrator];
    for role in roles {
        let browser = app.browser(role).await;
        let (mut left, mut seen) = (VecDeque::from(["/".to_owned()]), BTreeSet::new());
        while let Some(path) = left.pop_front().filter(|_| seen.len() < OPENED) {
            let elsewhere = ["/assets", "/api", "/export", "/files/"].iter().any(|part| path.contains(part));
            if elsewhere || !path.starts_with('/') || !seen.insert(path.clone()) {
                continue;
            }
            let page = browser.get(&path).await.is(200).page();
            if path == "/handover" && role == Role::Operator {
                assert!(page.text("main").contains("専門事業者の紹介"), "a referral goes on");
            }
            left.extend(page.attributes("main a[href], nav a[href]", "href"));
        }
        assert!(seen.len() > 1, "{role:?}");
    }
});
