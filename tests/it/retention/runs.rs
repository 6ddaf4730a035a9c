//! Runs of the retention: once a night, twice without a change, of every kind; and nobody can tell from the figures.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::retention::Kind;
use madoguchi::domain::tickets::Transition;
use madoguchi::gateway::clock::{Clock, SetClock};
use madoguchi::store;
use madoguchi::usecase::calls::search;
use madoguchi::usecase::retention::{self, How, Ran};
use madoguchi::usecase::tickets::hold;
use madoguchi::usecase::{Services, audit, members};
use serde_json::{Value, json};

use crate::retention::erase::{CANARY, closed, gone, hold, note, run, step_on, tables_that_say};
use crate::support::app::tokyo;
use crate::support::cases::code;
use crate::support::directory::{csv, dozen};
use crate::support::rows::TABLES;
use crate::support::{TestApp, on_each_db, on_one_db};

on_each_db!(calls_without_a_ticket_go_after_a_year_and_are_not_found, async |app: TestApp| {
    let wrong = json!({ "disposition": "wrong", "next": "none", "caller_name": CANARY, "narrative": CANARY });
    app.log(wrong.clone()).await.unwrap();
    app.clock.set(tokyo("2027-11-22 23:59:00"));
    assert_eq!(gone(&run(&app).await, Kind::CallAlone), (0, 0));
    app.clock.set(tokyo("2027-11-23 00:00:00"));
    let dry = retention::run(&app.services, &app.clock, &app.app.console(), How::Preview).await.unwrap();
    assert_eq!(gone(&dry, Kind::CallAlone), (1, 0));
    let find = async || {
        let found = search::find(&app.services, &app.ctx(Role::Operator), CANARY, None).await.unwrap();
        found.page.rows.len()
    };
    assert_eq!(find().await, 1, "a dry run erases nothing");
    assert_eq!(gone(&run(&app).await, Kind::CallAlone), (1, 0));
    assert_eq!(find().await, 0);
    assert_eq!(tables_that_say(&app, CANARY).await, Vec::<&str>::new());
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM calls WHERE disposition = 'wrong'").await, 1);
});

on_each_db!(figures_are_the_same_before_between_and_after, async |app: TestApp| {
    let app = app.with_directory().await;
    closed(&app, "2026-10-10 10:00:00").await;
    let other = closed(&app, "2026-10-11 10:00:00").await; // the same facility, and it ends later
    let at = json!({ "incident": "malware", "arrived_at": "2026-10-10T00:30:00Z", "ended_at": "2026-10-10T00:40:00Z" });
    app.case(at).await; // of no known facility
    app.clock.set(tokyo("2026-10-20 10:00:00"));
    step_on(&app, other, Transition::Reopen { reason: "再度".into() }).await;
    step_on(&app, other, Transition::Close { result: "solved".into() }).await;
    let figures = async || {
        let october = "2026-10".parse().unwrap();
        let received = store::reports::received::of_month(&app.services.store, october, None).await.unwrap();
        let mut facilities: Vec<_> = received.iter().map(|one| one.facility).collect();
        facilities.sort();
        facilities.dedup();
        (received.len(), facilities.len())
    };
    let before = figures().await;
    assert_eq!(before, (3, 2));
    app.clock.set(tokyo("2031-10-11 02:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (1, 0));
    assert_eq!(figures().await, before, "one with its mark, one with its id");
    assert_eq!(app.count("facility_marks").await, 1);
    app.clock.set(tokyo("2031-10-21 02:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (1, 0));
    assert_eq!(figures().await, before);
    assert_eq!(app.count("facility_marks").await, 0, "nobody can tell any more whose mark it is");
});

on_each_db!(a_second_run_changes_nothing_and_the_chain_still_verifies, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = closed(&app, "2026-11-22 10:42:00").await;
    app.log(json!({ "disposition": "wrong", "next": "none" })).await.unwrap();
    app.draw_report().await;
    let report = app.select("SELECT period, body FROM reports").await;
    while audit::seal(&app.services).await.unwrap() > 0 {}
    let head = audit::head(&app.services).await.unwrap().0;
    app.clock.set(tokyo("2031-11-23 02:00:00"));
    let first = run(&app).await;
    assert_eq!((gone(&first, Kind::Ticket), gone(&first, Kind::CallAlone)), ((1, 0), (1, 0)));
    let state = async || {
        let mut all = Vec::new();
        for table in TABLES.into_iter().filter(|t| !["audit_entries", "audit_subjects", "leases", "clocks"].contains(t))
        {
            let mut rows: Vec<String> =
                app.select(&format!("SELECT * FROM {table}")).await.iter().map(Value::to_string).collect();
            rows.sort();
            all.push((table, rows));
        }
        all
    };
    let after = state().await;
    app.clock.advance(chrono::Duration::minutes(1));
    assert!(run(&app).await.counts.iter().all(|count| (count.gone, count.held) == (0, 0)));
    assert_eq!(state().await, after);
    assert_eq!(app.select("SELECT period, body FROM reports").await, report, "what is frozen stays");
    while audit::seal(&app.services).await.unwrap() > 0 {}
    assert_eq!(audit::verify(&app.services, Some(head)).await.unwrap().fault, None);
    let runs = app.select("SELECT detail FROM audit_entries WHERE action = 'retention.run' ORDER BY id").await;
    let detail = runs[0]["detail"].as_str().map_or(runs[0]["detail"].clone(), |t| serde_json::from_str(t).unwrap());
    assert_eq!((runs.len(), &detail["ticket"]), (2, &json!({ "gone": 1, "held": 0 })));
    let id = app.ticket(no).await.id.0;
    let filter = madoguchi::domain::audit::line::AuditFilter { subject: Some(id), ..Default::default() };
    let trail = store::audit::filtered(&app.services.store, &filter, 50).await.unwrap();
    assert!(trail.iter().any(|entry| entry.action == "retention.erase"), "the ticket's trail says so");
});

pub(crate) async fn tonight(services: &Services, clock: &impl Clock) -> Option<Ran> {
    retention::tonight(services, clock, std::time::Duration::ZERO).await.unwrap()
}

on_each_db!(two_instances_do_it_once_a_night, async |app: TestApp| {
    app.log(json!({ "disposition": "wrong", "next": "none" })).await.unwrap();
    let twin = app.twin().await;
    assert_eq!(tonight(&app.services, &app.clock).await, None, "by day");
    app.clock.set(tokyo("2027-11-23 01:30:00"));
    app.ran_until_now().await;
    let (one, other) = tokio::join!(tonight(&app.services, &app.clock), tonight(&twin.services, &app.clock));
    assert_eq!([&one, &other].iter().filter(|ran| ran.is_some()).count(), 1);
    assert_eq!(gone(&one.or(other).unwrap(), Kind::CallAlone), (1, 0));
    assert_eq!(tonight(&twin.services, &app.clock).await, None, "it was done this night");
    app.clock.set(tokyo("2027-11-24 00:59:00"));
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    app.clock.set(tokyo("2027-11-24 01:00:00"));
    assert!(tonight(&twin.services, &app.clock).await.is_some());
    app.clock.set(tokyo("2027-11-27 00:59:00"));
    assert_eq!(tonight(&app.services, &app.clock).await, None, "however many nights went without, never by day");
    app.clock.set(tokyo("2027-11-27 01:00:00"));
    assert!(tonight(&app.services, &app.clock).await.is_some());
});

/// A clock on which an hour passes whenever somebody looks.
struct Hurried(SetClock);

impl Clock for Hurried {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        let now = self.0.now();
        self.0.advance(chrono::Duration::hours(1));
        now
    }

    fn is_the_worlds(&self) -> bool {
        false
    }
}

on_each_db!(when_the_night_is_over_it_stops_and_the_next_goes_on, async |app: TestApp| {
    for _ in 0..55 {
        app.log(json!({ "disposition": "wrong", "next": "none" })).await.unwrap();
    }
    assert_eq!(tonight(&app.services, &app.clock).await, None, "the first look");
    app.clock.set(tokyo("2027-11-23 01:00:00"));
    app.db.execute("UPDATE leases SET done_on = '2027-11-22'").await;
    app.ran_until_now().await;
    let before =
        "INSERT INTO retention_nights (day, kind, gone, confirmed) VALUES ('2027-11-20', 'call_alone', 20, FALSE)";
    app.db.execute(before).await;
    let stopped = tonight(&app.services, &Hurried(app.clock.clone())).await.unwrap();
    assert_eq!((stopped.through, gone(&stopped, Kind::CallAlone)), (false, (50, 0)));
    app.clock.set(tokyo("2027-11-24 01:00:00"));
    let ended = tonight(&app.services, &app.clock).await.unwrap();
    assert_eq!((ended.through, gone(&ended, Kind::CallAlone)), (true, (5, 0)));
});

on_each_db!(a_run_that_was_left_is_taken_over_after_ten_minutes, async |app: TestApp| {
    app.clock.set(tokyo("2027-11-23 02:00:00"));
    app.ran_until_now().await;
    let (now, today) = (app.clock.now(), "2027-11-23".parse().unwrap());
    let tx = app.services.store.begin().await.unwrap();
    store::jobs::leases::begin(&tx, "retention", now, "2027-11-20".parse().unwrap()).await.unwrap();
    assert!(store::jobs::leases::take(&tx, "retention", uuid::Uuid::new_v4(), now, Some(today)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    assert_eq!(
        code(retention::run(&app.services, &app.clock, &app.app.console(), How::AsAtNight).await),
        "retention.busy"
    );
    app.clock.advance(chrono::Duration::minutes(10));
    assert!(tonight(&app.services, &app.clock).await.is_some());
});

on_each_db!(who_left_the_directory_is_removed_and_found_no_more, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = closed(&app, "2026-11-22 10:42:00").await; // names the first of the directory
    app.clock.set(tokyo("2026-11-23 10:00:00"));
    app.import_as(&csv(&dozen()[2..]), "2026-11-23", false, true).await.unwrap();
    let people = async || app.count("members").await;
    app.clock.set(tokyo("2031-11-23 02:00:00"));
    hold(&app, no).await.unwrap();
    assert_eq!(gone(&run(&app).await, Kind::DirectoryGone), (0, 0));
    app.clock.set(tokyo("2031-11-24 02:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::DirectoryGone), (2, 2), "a ticket that is kept names the other");
    assert_eq!(people().await, 11);
    let known = async || {
        members::refresh(&app.services).await.unwrap();
        app.select("SELECT person_key FROM members WHERE gone_on IS NOT NULL").await.len()
    };
    assert_eq!(known().await, 1);
    let placed = store::tickets::hold::of(&app.services.store, app.ticket(no).await.id).await.unwrap()[0].id;
    hold::lift(&app.services, &app.ctx(Role::Supervisor), no, placed).await.unwrap();
    assert_eq!(gone(&run(&app).await, Kind::DirectoryGone), (2, 0));
    assert!(members::refresh(&app.services).await.unwrap(), "the index is made anew");
    assert_eq!((people().await, known().await, app.count("facilities").await), (10, 0, 10));
});

on_each_db!(answers_sessions_and_failures_go_when_nobody_needs_them, async |app: TestApp| {
    app.clock.set(tokyo("2026-11-22 10:42:00"));
    let browser = app.browser(Role::Operator).await;
    browser.post("/calls", &[("phone", "03-5550-1234"), ("once", "x")]).await.is(303);
    app.stranger().post("/session", &[("login", "kanda"), ("password", "違います")]).await.is(422);
    assert_eq!(app.count("idempotency").await, 1);
    app.clock.set(tokyo("2026-11-29 23:00:00"));
    let ran = run(&app).await;
    assert_eq!((gone(&ran, Kind::IdempotencyAnswer).0, gone(&ran, Kind::EndedSession).0), (0, 0));
    assert!(gone(&ran, Kind::SignInDelay).0 > 0);
    app.clock.set(tokyo("2026-11-30 00:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::IdempotencyAnswer), (1, 0));
    app.clock.set(tokyo("2027-02-20 23:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::EndedSession).0, 0);
    app.clock.set(tokyo("2027-02-21 12:00:00"));
    assert!(gone(&run(&app).await, Kind::EndedSession).0 > 0);
    assert_eq!((app.count("sessions").await, app.count("sign_in_delays").await), (0, 0));
});

on_one_db!(no_byte_of_what_was_erased_is_left_in_the_file, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = closed(&app, "2026-11-22 10:42:00").await;
    note(&app, no, &format!("{CANARY}と書いた長い追記。{}", "あいうえお".repeat(400))).await.unwrap();
    let file = app.db.url.trim_start_matches("sqlite://").to_owned();
    let holds = |file: &str| {
        let bytes = std::fs::read(file).unwrap();
        bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
    };
    app.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
    assert!(holds(&file));
    app.clock.set(tokyo("2031-11-23 02:00:00"));
    run(&app).await;
    app.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
    assert!(!holds(&file));
});
