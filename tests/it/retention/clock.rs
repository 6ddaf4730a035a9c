//! What can't be undone distrusts the clock: nothing goes by one that is wrong, nor much more in a night than before.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::retention::Kind;
use madoguchi::gateway::clock::{Clock, SetClock};
use madoguchi::store;
use madoguchi::usecase::audit;
use madoguchi::usecase::retention::{self, How, Ran};
use serde_json::json;

use crate::retention::erase::gone;
use crate::retention::runs::tonight;
use crate::support::app::tokyo;
use crate::support::cases::code;
use crate::support::{TestApp, on_each_db};

/// Calls without a ticket: kept for a year.
async fn calls(app: &TestApp, how_many: usize) {
    for _ in 0..how_many {
        app.log(json!({ "disposition": "wrong", "next": "none" })).await.unwrap();
    }
}

async fn erased(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) AS n FROM calls WHERE erased_on IS NOT NULL").await
}

async fn at_console(app: &TestApp, how: How) -> Result<Ran, madoguchi::usecase::Error> {
    retention::run(&app.services, &app.clock, &app.app.console(), how).await
}

/// What the supervisor's day and the administrator's first page say before everything else.
async fn notices(app: &TestApp) -> Vec<String> {
    let mut said = Vec::new();
    for role in [Role::Supervisor, Role::Administrator] {
        let page = app.browser(role).await.get("/").await.is(200).page();
        said.push(if page.has(".flash p") { page.text(".flash p") } else { String::new() });
    }
    said
}

on_each_db!(a_clock_six_years_ahead_erases_nothing_and_the_nights_go_on_when_it_is_right, async |app: TestApp| {
    calls(&app, 30).await;
    assert_eq!(tonight(&app.services, &app.clock).await, None, "the first look");
    for (instant, what) in [("2032-11-22 14:00:00", "by day"), ("2032-11-23 02:00:00", "at night")] {
        app.clock.set(tokyo(instant));
        for _ in 0..3 {
            assert_eq!(tonight(&app.services, &app.clock).await, None, "{what}");
        }
    }
    for said in notices(&app).await {
        assert!(said.contains("2032年11月23日 2:00") && said.contains("2026年11月22日 10:42"), "{said}");
        assert!(said.contains("記録は消えていません"), "{said}");
    }
    assert_eq!(code(at_console(&app, How::AsAtNight).await), "retention.waits");
    assert_eq!((erased(&app).await, app.count("retention_nights").await), (0, 0));
    let written = app.select("SELECT result FROM audit_entries WHERE action = 'retention.wait'").await;
    assert_eq!(written, [json!({ "result": "refused" })], "once, however often it was looked");

    app.clock.set(tokyo("2026-11-23 01:00:00"));
    assert!(tonight(&app.services, &app.clock).await.unwrap().through, "the right clock's night is done");
    app.clock.set(tokyo("2026-11-23 12:00:00"));
    for _ in 0..12 {
        tonight(&app.services, &app.clock).await;
    }
    assert_eq!(notices(&app).await, ["", ""], "an hour later nobody is told any more");
    assert_eq!(erased(&app).await, 0);
});

on_each_db!(what_people_do_under_a_wrong_clock_does_not_make_it_believable, async |app: TestApp| {
    calls(&app, 5).await;
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    app.clock.set(tokyo("2032-11-22 14:00:00"));
    calls(&app, 5).await;
    app.browser(Role::Operator).await.get("/").await.is(200);
    app.clock.set(tokyo("2032-11-23 02:00:00"));
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    assert_eq!(erased(&app).await, 0);
});

on_each_db!(a_database_from_before_is_held_against_its_audit, async |app: TestApp| {
    calls(&app, 5).await;
    app.clock.set(tokyo("2032-11-23 02:00:00"));
    calls(&app, 1).await; // the wrong clock's first entries are there before the first look
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    assert_eq!(app.count("retention_waits").await, 1);
    assert_eq!(tonight(&app.services, &SetClock::at(tokyo("2026-11-22 11:00:00"))).await, None);
    let right = SetClock::at(tokyo("2026-11-23 01:00:00"));
    assert!(tonight(&app.services, &right).await.is_some(), "the right one is believed");
});

on_each_db!(days_to_come_that_an_older_version_left_do_not_stop_the_nights, async |app: TestApp| {
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    app.db.execute("UPDATE leases SET done_on = '2032-11-22', until_at = '2032-11-22 00:10:00+00:00'").await;
    app.clock.set(tokyo("2026-11-23 01:00:00"));
    assert!(tonight(&app.services, &app.clock).await.is_some());
    assert_eq!(tonight(&app.services, &app.clock).await, None, "once");
});

on_each_db!(of_two_instances_the_one_with_the_wrong_clock_does_nothing, async |app: TestApp| {
    calls(&app, 5).await;
    let (twin, wrong) = (app.twin().await, SetClock::at(tokyo("2033-01-01 02:00:00")));
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    app.clock.set(tokyo("2026-11-23 01:30:00"));
    let (right, other) = tokio::join!(tonight(&app.services, &app.clock), tonight(&twin.services, &wrong));
    assert!(right.unwrap().through);
    assert_eq!((other, erased(&app).await), (None, 0));
    assert!(notices(&app).await.iter().all(|said| said.contains("2033年1月1日")), "it stands as long as one is wrong");
    let behind = SetClock::at(tokyo("2026-11-23 00:20:00"));
    assert_eq!(tonight(&twin.services, &behind).await, None);
    let waits = store::retention::nights::waits(&app.services.store).await.unwrap();
    assert!(waits.iter().any(|wait| wait.reason.code() == "clock_behind"), "{waits:?}");
});

/// A clock that claims to tell the world's time.
struct Worlds(SetClock);

impl Clock for Worlds {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.now()
    }
}

on_each_db!(the_databases_own_clock_is_asked_where_it_has_one, async |app: TestApp| {
    app.clock.set(tokyo("2026-01-01 02:00:00")); // nobody's present
    app.ran_until_now().await;
    let doubt = retention::doubted(&app.services, &Worlds(app.clock.clone())).await.unwrap();
    let codes: Vec<_> = doubt.iter().map(|wait| wait.reason.code()).collect();
    let expected: &[&str] = if app.db.url.starts_with("sqlite") { &[] } else { &["clock_apart"] };
    assert_eq!(codes, expected);
});

on_each_db!(a_night_erases_no_more_than_its_share_and_a_person_may_say_so, async |app: TestApp| {
    calls(&app, 51).await;
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    app.clock.set(tokyo("2027-11-24 01:00:00"));
    app.ran_until_now().await;
    let waited = tonight(&app.services, &app.clock).await.unwrap();
    assert_eq!((gone(&waited, Kind::CallAlone), waited.waits.len(), erased(&app).await), ((0, 0), 1, 0));
    let said = notices(&app).await;
    assert!(said.iter().all(|said| said.contains("51件の消去を止めています") && said.contains("50件")), "{said:?}");
    assert_eq!(code(at_console(&app, How::AsAtNight).await), "retention.waits");
    let preview = at_console(&app, How::Preview).await.unwrap();
    assert_eq!((retention::to_confirm(&preview.counts), preview.waits.len()), (51, 1));
    for wrong in [0, 50, 52] {
        assert_eq!(code(at_console(&app, How::Confirmed(wrong)).await), "retention.count");
    }
    assert_eq!(erased(&app).await, 0);
    let ran = at_console(&app, How::Confirmed(51)).await.unwrap();
    assert_eq!((gone(&ran, Kind::CallAlone), erased(&app).await), ((51, 0), 51));
    assert_eq!(notices(&app).await, ["", ""]);
    app.clock.set(tokyo("2027-11-25 01:00:00"));
    let next = tonight(&app.services, &app.clock).await.unwrap();
    assert!(next.through && next.waits.is_empty());
    while audit::seal(&app.services).await.unwrap() > 0 {}
    assert_eq!(audit::verify(&app.services, None).await.unwrap().fault, None);
});

on_each_db!(runs_of_one_night_share_what_it_may_erase, async |app: TestApp| {
    calls(&app, 40).await;
    app.db.execute("UPDATE calls SET ended_at = '2026-11-21 01:00:00+00:00'").await;
    calls(&app, 11).await;
    app.clock.set(tokyo("2027-11-22 23:00:00"));
    app.ran_until_now().await;
    assert_eq!(gone(&at_console(&app, How::AsAtNight).await.unwrap(), Kind::CallAlone), (40, 0));
    app.db.execute("UPDATE calls SET ended_at = '2026-11-21 01:00:00+00:00' WHERE erased_on IS NULL").await;
    assert_eq!(code(at_console(&app, How::AsAtNight).await), "retention.waits", "40 and 11 are more than 50");
    app.clock.set(tokyo("2027-11-23 01:00:00"));
    assert_eq!(gone(&at_console(&app, How::AsAtNight).await.unwrap(), Kind::CallAlone), (11, 0), "another night");
});

on_each_db!(a_server_that_was_off_for_days_waits_for_a_person, async |app: TestApp| {
    calls(&app, 3).await;
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    app.clock.set(tokyo("2027-11-24 02:00:00"));
    assert_eq!(tonight(&app.services, &app.clock).await, None);
    assert_eq!(gone(&at_console(&app, How::Confirmed(3)).await.unwrap(), Kind::CallAlone), (3, 0));
    app.clock.set(tokyo("2027-11-25 01:00:00"));
    assert!(tonight(&app.services, &app.clock).await.unwrap().through, "from then on by itself");
});
