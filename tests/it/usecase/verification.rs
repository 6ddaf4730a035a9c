//! Recording who is calling: only upon what the directory says, with a reason where it needs one.

use chrono::NaiveDate;
use madoguchi::domain::actor::Role;
use madoguchi::domain::calls::verification::Recorded;
use madoguchi::domain::id::CallId;
use madoguchi::store::{calls as memory, work};
use madoguchi::usecase::{sheet, supervise, tickets_work};
use serde_json::json;

use crate::support::app::tokyo;
use crate::support::cases::code;
use crate::support::directory::{ENOMOTO_SAID, KUROSE_SAID, MINASE_SAID};
use crate::support::{TestApp, on_each_db};

async fn said(app: &TestApp, items: &[(&str, &str)]) -> (CallId, &'static str) {
    let call = app.ring("").await;
    let saved = app.fill(call, items).await;
    (call, saved.answer.map_or("nothing", |a| a.decision.code()))
}

async fn record(app: &TestApp, call: CallId, recorded: Recorded, why: &str) -> Result<(), madoguchi::usecase::Error> {
    sheet::record_verification(&app.house, &app.ctx(Role::Operator), call, recorded, why).await.map(|_| ())
}

on_each_db!(the_four_decisions_come_as_the_typing_goes_on, async |app: TestApp| {
    let app = app.with_directory().await;
    assert_eq!(said(&app, &ENOMOTO_SAID).await.1, "eligible");
    assert_eq!(said(&app, &MINASE_SAID).await.1, "pending");
    assert_eq!(said(&app, &KUROSE_SAID).await.1, "not_eligible");
    assert_eq!(said(&app, &ENOMOTO_SAID[..3]).await.1, "needs_check");
    assert_eq!(said(&app, &[("narrative", "動かない")]).await.1, "nothing");
});

on_each_db!(verified_is_recorded_only_when_all_four_items_agree, async |app: TestApp| {
    let app = app.with_directory().await;
    let (call, _) = said(&app, &ENOMOTO_SAID[..3]).await;
    assert_eq!(code(record(&app, call, Recorded::Verified, "急ぎ").await), "verification.not_eligible");
    app.fill(call, &ENOMOTO_SAID[3..]).await;
    record(&app, call, Recorded::Verified, "").await.unwrap();
    let held = memory::free_verification(&app.house.store, call).await.unwrap().unwrap();
    assert_eq!((held.recorded, held.directory_version), (Recorded::Verified, 1));
    assert!(held.member_id.is_some() && held.facility_id.is_some());
});

on_each_db!(a_provisional_one_needs_a_reason_and_leaves_a_task_for_the_next_weekday, async |app: TestApp| {
    let app = app.with_directory().await;
    app.clock.set(tokyo("2026-11-20 18:00:00")); // a Friday
    let (call, _) = said(&app, &ENOMOTO_SAID[..3]).await;
    assert_eq!(code(record(&app, call, Recorded::Provisional, "").await), "verification.reason_missing");
    assert_eq!(app.count("tasks").await, 0);
    record(&app, call, Recorded::Provisional, "番号が手元にない").await.unwrap();
    let ended = app.end(call, json!({ "disposition": "solved", "next": "keep" })).await.unwrap();

    let tasks = work::open_tasks(&app.house.store, None).await.unwrap();
    assert_eq!((tasks.len(), tasks[0].due_on), (1, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()));
    assert!(tasks[0].ticket_id.is_some(), "the ticket has it: {ended:?}");
    let ctx = app.ctx(Role::Operator);
    assert_eq!(code(tickets_work::finish_task(&app.house, &ctx, tasks[0].id, "たぶん").await), "choice.unknown");
    tickets_work::finish_task(&app.house, &ctx, tasks[0].id, "手続き中と確認").await.unwrap();
    assert!(work::open_tasks(&app.house.store, None).await.unwrap().is_empty());
});

on_each_db!(a_procedure_under_way_is_taken_provisionally_without_more_ado, async |app: TestApp| {
    let app = app.with_directory().await;
    let (call, _) = said(&app, &MINASE_SAID).await;
    record(&app, call, Recorded::Provisional, "").await.unwrap();
    let day = supervise::day(&app.house, &app.ctx(Role::Supervisor)).await.unwrap();
    assert!(day.provisional.is_empty(), "only those against the rules are reviewed");
    assert_eq!(day.tasks.len(), 1);
});

on_each_db!(whoever_is_no_member_that_day_is_not_taken_even_provisionally, async |app: TestApp| {
    let app = app.with_directory().await;
    let (call, _) = said(&app, &KUROSE_SAID).await;
    assert_eq!(code(record(&app, call, Recorded::Provisional, "急ぎ").await), "verification.not_a1");
    record(&app, call, Recorded::NotEligible, "").await.unwrap();
    let ended = app.end(call, json!({ "disposition": "not_eligible" })).await.unwrap();
    let no = madoguchi::domain::tickets::TicketNo::parse(&ended.ticket.unwrap()).unwrap();
    assert_eq!(app.ticket(no).await.verification, Recorded::NotEligible);
});

on_each_db!(a_provisional_one_upon_doubt_is_reviewed_by_a_supervisor_who_did_not_make_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let (call, _) = said(&app, &ENOMOTO_SAID[..3]).await;
    let made_by = app.ctx(Role::Supervisor);
    let id =
        sheet::record_verification(&app.house, &made_by, call, Recorded::Provisional, "名簿に未掲載").await.unwrap();
    assert_eq!(code(supervise::review_verification(&app.house, &made_by, id).await), "review.own");
    supervise::review_verification(&app.house, &app.ctx_of("komagome"), id).await.unwrap();
    assert!(supervise::day(&app.house, &made_by).await.unwrap().provisional.is_empty());
});

on_each_db!(before_anything_was_said_nothing_is_recorded, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.ring("").await;
    for recorded in [Recorded::Verified, Recorded::Provisional, Recorded::NotEligible] {
        assert_eq!(code(record(&app, call, recorded, "急ぎ").await), "verification.nothing_said");
    }
});

on_each_db!(a_call_is_judged_by_the_day_it_arrived, async |app: TestApp| {
    let app = app.with_directory().await;
    app.clock.set(tokyo("2026-10-20 10:00:00")); // before the application was received
    let call = app.ring("").await;
    app.clock.set(tokyo("2026-11-22 10:00:00"));
    let saved = app.fill(call, &MINASE_SAID).await;
    assert_ne!(saved.answer.unwrap().decision.code(), "pending");
});
