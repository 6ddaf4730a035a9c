//! What runs beside the desk: once for all servers, again after faults, and told to whoever looks after them.

use std::sync::Arc;
use std::time::Duration;

use chrono::Duration as Span;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::jobs::{Fault, Health, Job, Run};
use madoguchi::gateway::clock::Clock;
use madoguchi::jobs::{DrawReports, ForgetOld, Runner, Work};
use madoguchi::store::StoreError;
use madoguchi::usecase::{Error, Services};

use crate::support::app::tokyo;
use crate::support::{TestApp, on_each_db};

fn runner(app: &TestApp, place: &str) -> Runner {
    Runner::new(app.services.clone(), Arc::new(app.clock.clone()), place.to_owned())
}

async fn runs(app: &TestApp) -> Vec<Run> {
    madoguchi::usecase::jobs::list(&app.services, &app.ctx(Role::Administrator)).await.unwrap()
}

async fn only_run(app: &TestApp) -> Run {
    let mut all = runs(app).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

/// Work that counts its runs and ends as it is told: for all servers, or (`Own`) for each.
#[derive(Default)]
struct ForAll {
    runs: usize,
    next: Option<Fault>,
}

async fn end(next: Option<Fault>) -> Result<(), Error> {
    match next {
        None => Ok(()),
        Some(Fault::Away) => Err(Error::Store(StoreError::Away("it is elsewhere"))),
        Some(Fault::Full) => Err(Error::Store(StoreError::Full)),
        Some(Fault::Corrupt) => Err(Error::Store(StoreError::Corrupt("tickets.state"))),
        Some(Fault::Broke) => panic!("on purpose"),
        Some(Fault::Other) => Err(Error::Preparing),
    }
}

impl Work for ForAll {
    const JOB: Job = Job::ForgetOld;
    fn pause(&self) -> Duration {
        Duration::from_secs(3_600)
    }
    async fn run(&mut self, _: &Services, _: &dyn Clock) -> Result<(), Error> {
        self.runs += 1;
        end(self.next).await
    }
}

#[derive(Default)]
struct Own(ForAll);

impl Work for Own {
    const JOB: Job = Job::SealAudit;
    fn pause(&self) -> Duration {
        Duration::from_millis(700)
    }
    async fn run(&mut self, services: &Services, clock: &dyn Clock) -> Result<(), Error> {
        self.0.run(services, clock).await
    }
}

on_each_db!(of_many_servers_one_does_what_is_done_for_all_and_again_when_it_is_due, async |app: TestApp| {
    let mut servers: Vec<(Runner, ForAll)> =
        (1..=3).map(|n| (runner(&app, &format!("server{n}")), ForAll::default())).collect();
    for due in 1..=3 {
        for _ in 0..4 {
            let turns = servers.iter_mut().map(|(runner, work)| runner.turn(work));
            for rest in futures::future::join_all(turns).await {
                assert!(rest <= Duration::from_secs(60), "another server may fall out: it is looked again soon");
            }
            app.clock.advance(Span::minutes(10));
        }
        assert_eq!(servers.iter().map(|(_, work)| work.runs).sum::<usize>(), due);
        app.clock.advance(Span::minutes(21));
    }
    let run = only_run(&app).await;
    assert_eq!((run.job, run.place.as_str(), run.faults), (Job::ForgetOld, "", 0));
});

on_each_db!(
    a_job_that_fails_is_tried_again_sooner_and_then_later_and_its_fault_stays_to_be_read,
    async |app: TestApp| {
        let (mut runner, mut work) = (runner(&app, "server"), ForAll::default());
        for (fault, seconds) in
            [(Fault::Away, 1), (Fault::Full, 2), (Fault::Broke, 4), (Fault::Corrupt, 8), (Fault::Other, 16)]
        {
            work.next = Some(fault);
            assert_eq!(runner.turn(&mut work).await, Duration::from_secs(seconds), "{fault:?}");
            let run = only_run(&app).await;
            assert_eq!((run.fault, run.health(app.clock.now())), (Some(fault), Health::Failing));
            app.clock.advance(Span::seconds(i64::try_from(seconds).unwrap()));
        }
        work.next = None;
        runner.turn(&mut work).await;
        let run = only_run(&app).await;
        assert_eq!((run.faults, run.fault, work.runs), (0, Some(Fault::Other), 6));
        assert_eq!((run.health(app.clock.now()), run.next_at - app.clock.now()), (Health::Well, Span::hours(1)));
    }
);

on_each_db!(a_job_that_a_server_left_in_the_middle_is_taken_up_by_another, async |app: TestApp| {
    let (services, now) = (&app.services, app.clock.now());
    let holder = uuid::Uuid::new_v4();
    assert!(madoguchi::usecase::jobs::take(services, Job::ForgetOld, holder, now).await.unwrap().is_some());
    let (mut other, mut work) = (runner(&app, "server2"), ForAll::default());
    other.turn(&mut work).await;
    assert_eq!(work.runs, 0, "one is at it");
    app.clock.advance(Span::minutes(11));
    other.turn(&mut work).await;
    assert_eq!(work.runs, 1);
});

on_each_db!(each_server_does_its_own_and_is_kept_by_its_name_across_a_restart, async |app: TestApp| {
    for (place, fault) in [("server1", None), ("server2", Some(Fault::Full))] {
        let mut work = Own(ForAll { next: fault, ..ForAll::default() });
        let mut runner = runner(&app, place);
        for _ in 0..3 {
            runner.turn(&mut work).await;
        }
        assert_eq!(work.0.runs, 3);
    }
    let kept: Vec<_> = runs(&app).await.into_iter().map(|run| (run.place, run.faults > 0)).collect();
    assert_eq!(kept, [("server1".to_owned(), false), ("server2".to_owned(), true)]);
    // Started anew, the second goes well.
    app.clock.advance(Span::minutes(2));
    runner(&app, "server2").turn(&mut Own::default()).await;
    let kept: Vec<_> = runs(&app).await.into_iter().map(|run| (run.place, run.faults, run.fault)).collect();
    assert_eq!(kept, [("server1".to_owned(), 0, None), ("server2".to_owned(), 0, Some(Fault::Full))]);
});

on_each_db!(what_runs_all_the_time_is_written_down_now_and_then_and_whenever_it_turns, async |app: TestApp| {
    let (mut runner, mut work) = (runner(&app, "server"), Own::default());
    runner.turn(&mut work).await;
    let first = only_run(&app).await;
    for _ in 0..20 {
        app.clock.advance(Span::seconds(1));
        runner.turn(&mut work).await;
    }
    assert_eq!(only_run(&app).await, first, "nothing new within a minute");
    work.0.next = Some(Fault::Full);
    runner.turn(&mut work).await;
    assert_eq!(only_run(&app).await.faults, 1, "a fault at once");
    work.0.next = None;
    runner.turn(&mut work).await;
    assert_eq!(only_run(&app).await.faults, 0, "and that it is over");
    app.clock.advance(Span::minutes(2));
    runner.turn(&mut work).await;
    assert_eq!(only_run(&app).await.succeeded_at, Some(app.clock.now()));
});

on_each_db!(the_report_of_a_month_is_drawn_when_the_month_is_over, async |app: TestApp| {
    let mut runner = runner(&app, "server");
    runner.turn(&mut DrawReports).await;
    app.clock.set(tokyo("2026-11-30 23:50:00"));
    runner.turn(&mut DrawReports).await;
    assert_eq!(app.count("reports").await, 1, "October's");
    app.clock.set(tokyo("2026-12-01 00:10:01"));
    runner.turn(&mut DrawReports).await;
    let periods = async || {
        let rows = app.select("SELECT period FROM reports ORDER BY period").await;
        rows.iter().map(|row| row["period"].as_str().expect("a period").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(periods().await, ["2026-10", "2026-11"]);
    // With the year's last month its quarter and the year are over too.
    app.clock.set(tokyo("2027-01-01 00:10:01"));
    runner.turn(&mut DrawReports).await;
    assert_eq!(periods().await, ["2026", "2026-10", "2026-11", "2026-12", "2026Q4"]);
    assert_eq!(app.count("report_units").await, 0, "which unit is which facility is forgotten with the year");
});

on_each_db!(a_server_that_is_no_more_is_shown_as_silent_and_forgotten_after_a_week, async |app: TestApp| {
    runner(&app, "server1").turn(&mut Own::default()).await;
    app.clock.advance(Span::minutes(11));
    assert_eq!(only_run(&app).await.health(app.clock.now()), Health::Silent);
    let admin = app.browser(Role::Administrator).await;
    let page = admin.get("/jobs").await.is(200).page().text("main");
    assert!(page.contains("server1") && page.contains("動いていません") && page.contains("未実行"), "{page}");
    app.clock.advance(Span::days(3));
    madoguchi::usecase::retention::doubted(&app.services, &app.clock).await.unwrap();
    runner(&app, "server2").turn(&mut ForgetOld).await;
    assert_eq!(runs(&app).await.len(), 2, "not yet");
    for _ in 0..3 {
        app.clock.advance(Span::days(2));
        runner(&app, "server2").turn(&mut ForgetOld).await;
    }
    assert_eq!(only_run(&app).await.job, Job::ForgetOld);
});

on_each_db!(the_administrator_reads_what_failed_and_what_to_do_and_nobody_else_does, async |app: TestApp| {
    let mut work = ForAll { next: Some(Fault::Full), ..ForAll::default() };
    runner(&app, "server1").turn(&mut work).await;
    let page = app.browser(Role::Administrator).await.get("/jobs").await.is(200).page();
    let text = page.text("main");
    for words in ["失敗（1回続けて）", "ディスクの空きを増やしてください", "記録は失われていません"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    for role in [Role::Operator, Role::Supervisor, Role::JmaReader] {
        app.browser(role).await.get("/jobs").await.is(404);
    }
    let ready = app.stranger().get("/readyz").await.is(200).text();
    assert_eq!(ready, r#"{"status":"ready"}"#, "to strangers nothing of it");
});
