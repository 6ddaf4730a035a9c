//! What the association reads: small cells withheld, drawn and frozen by a job once a month is over.

mod attacker;
mod protected;
mod world;

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::reports::MonthlyReport;
use madoguchi::usecase::{Error, reports};
use serde_json::{Value, json};

use crate::support::app::tokyo;
use crate::support::{TestApp, on_each_db};

/// Tickets of an incident in October, each of a facility that is not known.
async fn october(app: &TestApp, incident: &str, cases: usize) {
    app.clock.set(tokyo("2026-10-15 10:00:00"));
    for _ in 0..cases {
        let on =
            json!({ "arrived_at": "2026-10-15T00:30:00Z", "ended_at": "2026-10-15T00:40:00Z", "incident": incident });
        app.case(on).await;
    }
    app.clock.set(tokyo("2026-11-22 10:42:00"));
}

/// The newest report, after the job has had its turn.
async fn read(app: &TestApp) -> MonthlyReport {
    app.draw_report().await;
    reports::latest(&app.services, &app.ctx(Role::JmaReader)).await.unwrap().expect("a report").report
}

fn cases(report: &MonthlyReport, code: &str) -> Option<u64> {
    report.cells.iter().find(|c| c.code == code).unwrap().cases
}

on_each_db!(cells_under_ten_cases_or_ten_facilities_are_withheld_and_zeros_shown, async |app: TestApp| {
    october(&app, "ransomware", 12).await; // all of one unknown facility: too few facilities
    october(&app, "malware", 3).await;
    let report = read(&app).await;
    assert_eq!((report.period.to_string().as_str(), report.provisional), ("2026-10", true));
    assert_eq!(
        (cases(&report, "ransomware"), cases(&report, "malware"), cases(&report, "leak")),
        (None, None, Some(0))
    );
    assert_eq!(report.total, Some(15));
});

on_each_db!(nothing_small_is_stored_with_the_report, async |app: TestApp| {
    october(&app, "malware", 7).await;
    read(&app).await;
    let stored = app.select("SELECT body FROM reports").await;
    let body = match &stored[0]["body"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    assert!(!body.contains('7'), "{body}");
});

on_each_db!(a_report_that_was_drawn_stays_as_it_is, async |app: TestApp| {
    october(&app, "ransomware", 2).await;
    let first = read(&app).await;
    october(&app, "ransomware", 20).await;
    app.clock.set(tokyo("2026-11-30 10:00:00"));
    assert_eq!(read(&app).await, first);
    let october = reports::month(&app.services, &app.ctx(Role::JmaReader), "2026-10".parse().unwrap()).await;
    assert_eq!(october.unwrap().report, first);
});

on_each_db!(two_instances_that_draw_at_the_same_moment_freeze_one_report, async |app: TestApp| {
    october(&app, "ransomware", 2).await;
    let twin = app.twin().await;
    let (one, other) = (app.app.console(), twin.console());
    let (a, b) = tokio::join!(reports::draw(&app.services, &one), reports::draw(&twin.services, &other));
    assert_eq!([a.unwrap(), b.unwrap()].into_iter().flatten().count(), 1, "one of them drew it");
    assert_eq!((app.count("reports").await, app.count_of("report.freeze").await), (1, 1));
});

on_each_db!(a_month_that_is_not_over_or_was_never_drawn_is_not_found, async |app: TestApp| {
    app.draw_report().await;
    for period in ["2026-11", "2026-09"] {
        let read = reports::month(&app.services, &app.ctx(Role::JmaReader), period.parse().unwrap()).await;
        assert!(matches!(read, Err(Error::NotFound("report"))), "{period}");
    }
    let reader = app.browser(Role::JmaReader).await;
    for period in ["2026-09", "2026-13", "x"] {
        reader.get(&format!("/reports/{period}")).await.is(404);
    }
});

on_each_db!(reading_before_a_report_was_drawn_draws_none_and_says_when_it_comes, async |app: TestApp| {
    let reader = app.browser(Role::JmaReader).await;
    for path in ["/", "/reports"] {
        let page = reader.get(path).await.is(200).page();
        assert!(page.text("main").contains("月が替わると自動で作成します"), "{path}");
    }
    assert_eq!(app.count("reports").await, 0);
    app.draw_report().await;
    assert!(reader.get("/").await.page().text("h1").contains("2026年10月"));
});

on_each_db!(the_month_is_that_of_tokyo, async |app: TestApp| {
    app.clock.set(tokyo("2026-11-01 07:00:00")); // still October in UTC
    let night = json!({ "arrived_at": "2026-10-31T21:30:00Z", "ended_at": "2026-10-31T21:40:00Z" });
    app.case(night).await;
    let report = read(&app).await;
    assert_eq!((report.period.to_string().as_str(), report.total), ("2026-10", Some(0)));
});
