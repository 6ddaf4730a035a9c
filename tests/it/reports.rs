//! What the association reads: small cells withheld, frozen when first drawn.

use madoguchi::domain::access::actor::Role;
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

async fn read(app: &TestApp, period: Option<&str>) -> madoguchi::domain::reports::MonthlyReport {
    reports::month(&app.services, &app.ctx(Role::JmaReader), period).await.unwrap().report
}

fn cases(report: &madoguchi::domain::reports::MonthlyReport, code: &str) -> Option<u64> {
    report.cells.iter().find(|c| c.code == code).unwrap().cases
}

on_each_db!(cells_under_ten_cases_or_ten_facilities_are_withheld_and_zeros_shown, async |app: TestApp| {
    october(&app, "ransomware", 12).await; // all of one unknown facility: too few facilities
    october(&app, "malware", 3).await;
    let report = read(&app, None).await;
    assert_eq!((report.period.as_str(), report.provisional), ("2026-10", true));
    assert_eq!(
        (cases(&report, "ransomware"), cases(&report, "malware"), cases(&report, "leak")),
        (None, None, Some(0))
    );
    assert_eq!(report.total, Some(15));
});

on_each_db!(nothing_small_is_stored_with_the_report, async |app: TestApp| {
    october(&app, "malware", 7).await;
    read(&app, None).await;
    let stored = app.select("SELECT body FROM reports").await;
    let body = match &stored[0]["body"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    assert!(!body.contains('7'), "{body}");
});

on_each_db!(a_report_that_was_drawn_stays_as_it_is, async |app: TestApp| {
    october(&app, "ransomware", 2).await;
    let first = read(&app, None).await;
    october(&app, "ransomware", 20).await;
    app.clock.set(tokyo("2026-11-30 10:00:00"));
    assert_eq!(read(&app, None).await, first);
    assert_eq!(read(&app, Some("2026-10")).await, first);
});

on_each_db!(two_instances_that_draw_at_the_same_moment_freeze_one_report, async |app: TestApp| {
    october(&app, "ransomware", 2).await;
    let twin = app.twin().await;
    let (one, other) = (app.ctx(Role::JmaReader), app.ctx(Role::JmaReader));
    let (a, b) = tokio::join!(reports::month(&app.services, &one, None), reports::month(&twin.services, &other, None));
    assert_eq!(a.unwrap().report, b.unwrap().report);
    assert_eq!(app.count("reports").await, 1);
});

on_each_db!(a_month_that_is_not_over_or_was_never_drawn_is_not_found, async |app: TestApp| {
    for period in ["2026-11", "2026-09", "x"] {
        let read = reports::month(&app.services, &app.ctx(Role::JmaReader), Some(period)).await;
        assert!(matches!(read, Err(Error::NotFound("report"))), "{period}");
    }
});

on_each_db!(the_month_is_that_of_tokyo, async |app: TestApp| {
    app.clock.set(tokyo("2026-11-01 07:00:00")); // still October in UTC
    let night = json!({ "arrived_at": "2026-10-31T21:30:00Z", "ended_at": "2026-10-31T21:40:00Z" });
    app.case(night).await;
    let report = read(&app, None).await;
    assert_eq!((report.period.as_str(), report.total), ("2026-10", Some(0)));
});
