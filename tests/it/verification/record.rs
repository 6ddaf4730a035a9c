//! Recording who is calling: only upon what the directory says, with a reason where it needs one.

use chrono::{Duration, NaiveDate};
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::CallId;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::store::tickets::task;
use madoguchi::usecase::calls::sheet;
use madoguchi::usecase::desks::supervision;
use madoguchi::usecase::tickets as steps;
use madoguchi::usecase::verification::recheck;
use madoguchi::usecase::verification::recheck::Looked;
use serde_json::json;

use crate::support::app::tokyo;
use crate::support::cases::{change, code};
use crate::support::directory::{ENOMOTO_SAID, KUROSE_SAID, MINASE, MINASE_SAID, csv, dozen};
use crate::support::{TestApp, on_each_db};

async fn said(app: &TestApp, items: &[(&str, &str)]) -> (CallId, &'static str) {
    let call = app.ring("").await;
    let saved = app.fill(call, items).await;
    (call, saved.answer.map_or("nothing", |a| a.decision.code()))
}

async fn record(
    app: &TestApp,
    call: CallId,
    recorded: VerificationOutcome,
    why: &str,
) -> Result<(), madoguchi::usecase::Error> {
    sheet::record_verification(&app.services, &app.ctx(Role::Operator), call, recorded, why).await.map(|_| ())
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
    assert_eq!(code(record(&app, call, VerificationOutcome::Verified, "急ぎ").await), "verification.not_eligible");
    app.fill(call, &ENOMOTO_SAID[3..]).await;
    record(&app, call, VerificationOutcome::Verified, "").await.unwrap();
    let held = madoguchi::store::verification::record::free_of(&app.services.store, call).await.unwrap().unwrap();
    assert_eq!((held.recorded, held.directory_version), (VerificationOutcome::Verified, 1));
    assert!(held.member_id.is_some() && held.facility_id.is_some());
});

on_each_db!(a_provisional_one_needs_a_reason_and_leaves_a_task_for_the_next_weekday, async |app: TestApp| {
    let app = app.with_directory().await;
    app.clock.set(tokyo("2026-11-20 18:00:00")); // a Friday
    let (call, _) = said(&app, &ENOMOTO_SAID[..3]).await;
    assert_eq!(code(record(&app, call, VerificationOutcome::Provisional, "").await), "verification.reason_missing");
    assert_eq!(app.count("tasks").await, 0);
    record(&app, call, VerificationOutcome::Provisional, "番号が手元にない").await.unwrap();
    let ended = app.end(call, json!({ "disposition": "solved", "next": "keep" })).await.unwrap();

    let tasks = task::all_open(&app.services.store, None).await.unwrap();
    assert_eq!((tasks.len(), tasks[0].due_on), (1, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()));
    assert!(tasks[0].ticket_id.is_some(), "the ticket has it: {ended:?}");
    let ctx = app.ctx(Role::Operator);
    assert_eq!(code(steps::task::finish(&app.services, &ctx, tasks[0].id, "たぶん").await), "choice.unknown");
    steps::task::finish(&app.services, &ctx, tasks[0].id, "手続き中と確認").await.unwrap();
    assert!(task::all_open(&app.services.store, None).await.unwrap().is_empty());
});

on_each_db!(a_procedure_under_way_is_taken_provisionally_without_more_ado, async |app: TestApp| {
    let app = app.with_directory().await;
    let (call, _) = said(&app, &MINASE_SAID).await;
    record(&app, call, VerificationOutcome::Provisional, "").await.unwrap();
    let day = supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap();
    assert!(day.doubtful.is_empty(), "only those against the rules are reviewed");
    assert_eq!(day.tasks.len(), 1);
});

on_each_db!(whoever_is_no_member_that_day_is_not_taken_even_provisionally, async |app: TestApp| {
    let app = app.with_directory().await;
    let (call, _) = said(&app, &KUROSE_SAID).await;
    assert_eq!(code(record(&app, call, VerificationOutcome::Provisional, "急ぎ").await), "verification.not_a1");
    record(&app, call, VerificationOutcome::NotEligible, "").await.unwrap();
    let ended = app.end(call, json!({ "disposition": "not_eligible" })).await.unwrap();
    let no = TicketNo::parse(&ended.ticket.unwrap()).unwrap();
    assert_eq!(app.ticket(no).await.verification, VerificationOutcome::NotEligible);
});

on_each_db!(a_provisional_one_upon_doubt_is_reviewed_by_a_supervisor_who_did_not_make_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let (call, _) = said(&app, &ENOMOTO_SAID[..3]).await;
    let made_by = app.ctx(Role::Supervisor);
    let id =
        sheet::record_verification(&app.services, &made_by, call, VerificationOutcome::Provisional, "名簿に未掲載")
            .await
            .unwrap();
    assert_eq!(code(supervision::review_verification(&app.services, &made_by, id).await), "review.own");
    supervision::review_verification(&app.services, &app.ctx_of("komagome"), id).await.unwrap();
    assert!(supervision::day(&app.services, &made_by).await.unwrap().doubtful.is_empty());
});

on_each_db!(before_anything_was_said_nothing_is_recorded, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.ring("").await;
    for recorded in [VerificationOutcome::Verified, VerificationOutcome::Provisional, VerificationOutcome::NotEligible]
    {
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

on_each_db!(whoever_tries_numbers_is_shown_to_the_supervisor, async |app: TestApp| {
    let app = app.with_directory().await;
    let alarm = async || app.browser(Role::Supervisor).await.get("/day").await.is(200).page().text("[role=alert]");
    // Three calls, ten wrong numbers each.
    let mut last = CallId(uuid::Uuid::nil());
    for n in 0..29 {
        if n % 10 == 0 {
            last = app.ring("").await;
            app.fill(last, &ENOMOTO_SAID[..3]).await;
        }
        let typed = [change("number", &format!("1000{n:02}"), n % 10)];
        sheet::save(&app.services, &app.ctx(Role::Operator), last, &typed).await.expect("saved");
    }
    assert_eq!(alarm().await, "", "29 misses");
    let typed = [change("number", "100099", 9)];
    sheet::save(&app.services, &app.ctx(Role::Operator), last, &typed).await.expect("saved");
    let said = alarm().await;
    assert!(said.contains("神田 うめ") && said.contains("30回"), "{said}");
    app.clock.advance(Duration::minutes(61));
    assert_eq!(alarm().await, "", "an hour later");
});

on_each_db!(a_supervisor_may_decide_otherwise_with_a_reason_and_a_second_one_reviews_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let (call, decision) = said(&app, &ENOMOTO_SAID[..3]).await;
    assert_eq!(decision, "needs_check");
    let supervisor = app.ctx(Role::Supervisor);
    let with = async |why: &str| {
        sheet::record_verification(&app.services, &supervisor, call, VerificationOutcome::Verified, why).await
    };
    assert_eq!(
        code(record(&app, call, VerificationOutcome::Verified, "医師会に問い合わせて確認").await),
        "verification.not_eligible"
    );
    assert_eq!(code(with("").await), "verification.reason_missing");
    with("医師会に問い合わせて確認").await.expect("recorded");

    let audited = app.select("SELECT object_id FROM audit_entries WHERE action = 'member.override'").await;
    assert_eq!(audited.len(), 1);
    let ended = app.end(call, json!({ "disposition": "solved", "next": "keep" })).await.expect("ended");
    let no = TicketNo::parse(&ended.ticket.expect("a ticket")).expect("a number");
    let ticket = app.ticket(no).await;
    assert!(ticket.verification == VerificationOutcome::Verified && ticket.member_id.is_some());
    assert!(app.timeline(no).await.iter().any(|line| line.contains("確認済み・特例（医師会に問い合わせて確認）")));

    let waiting = supervision::day(&app.services, &supervisor).await.unwrap().doubtful;
    assert!(waiting.len() == 1 && waiting[0].is_override());
    assert_eq!(code(supervision::review_verification(&app.services, &supervisor, waiting[0].id).await), "review.own");
    let page = app.browser(Role::Supervisor).await.get("/day").await.is(200).page();
    assert!(page.text("main").contains("特例"));
    supervision::review_verification(&app.services, &app.ctx_of("komagome"), waiting[0].id).await.expect("reviewed");
    assert!(supervision::day(&app.services, &supervisor).await.unwrap().doubtful.is_empty());
});

on_each_db!(the_button_for_it_is_drawn_for_supervisors_only, async |app: TestApp| {
    let app = app.with_directory().await;
    let (call, _) = said(&app, &ENOMOTO_SAID[..3]).await;
    let buttons = async |role: Role| {
        app.browser(role).await.get(&format!("/calls/{call}")).await.is(200).page().texts("#part-verdict button")
    };
    assert!(buttons(Role::Supervisor).await.iter().any(|text| text.contains("特例で確認済み")));
    assert!(!buttons(Role::Operator).await.iter().any(|text| text.contains("特例")));
});

/// MINASE as a member: the enrolment was completed on a day.
fn enrolled(on: &str) -> String {
    MINASE
        .replace(",,345679,,", ",1301000099,345679,A①,")
        .replace(",,,,,入会手続中,2026/11/02,A①,", &format!(",{on},,,,,,,"))
}

/// Imports a directory, and looks again with it as the job does.
async fn look_again(app: &TestApp, minase: Option<String>, exported_on: &str) -> Looked {
    let rows: Vec<_> = dozen().into_iter().filter(|row| row != MINASE).chain(minase).collect();
    app.import_as(&csv(&rows), exported_on, false, true).await.expect("an import");
    let ctx = app.app.console();
    let looked = recheck::look_again(&app.services, &ctx).await.expect("looked");
    let again = recheck::look_again(&app.services, &ctx).await.expect("looked");
    assert_eq!(again, Looked::default(), "once for each directory");
    looked
}

/// A ticket of somebody whose enrolment is under way.
async fn provisional(app: &TestApp) -> TicketNo {
    let (call, decision) = said(app, &MINASE_SAID).await;
    assert_eq!(decision, "pending");
    record(app, call, VerificationOutcome::Provisional, "").await.expect("recorded");
    let ended = app.end(call, json!({ "disposition": "solved", "next": "keep" })).await.expect("ended");
    TicketNo::parse(&ended.ticket.expect("a ticket")).expect("a number")
}

on_each_db!(an_enrolment_that_a_newer_directory_shows_answers_the_question, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = provisional(&app).await;
    let version = app.services.index.get().unwrap().version();
    let waiting = task::not_looked_at(&app.services.store, version).await.unwrap();
    assert!(waiting.is_empty(), "not with the directory it was made upon");
    assert_eq!(look_again(&app, Some(MINASE.into()), "2026-11-22").await, Looked::default(), "still under way");
    assert_eq!(task::all_open(&app.services.store, None).await.unwrap().len(), 1);
    app.clock.advance(Duration::days(10));
    let looked = look_again(&app, Some(enrolled("2026/12/01")), "2026-12-01").await;
    assert_eq!(looked, Looked { confirmed: 1, raised: 0 });
    let ticket = app.ticket(no).await;
    assert!(ticket.verification == VerificationOutcome::Verified && ticket.member_id.is_some());
    assert!(task::all_open(&app.services.store, None).await.unwrap().is_empty());
    assert!(app.timeline(no).await.iter().any(|line| line.contains("確認済み（名簿で確認）")));
    let page = app.browser(Role::Operator).await.get(&format!("/tickets/{no}")).await.is(200).page();
    assert!(page.text("main").contains("システム"), "who wrote it down");
});

on_each_db!(an_enrolment_that_never_comes_is_asked_about, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = provisional(&app).await;
    app.clock.advance(Duration::days(30));
    assert_eq!(look_again(&app, None, "2026-12-22").await, Looked { confirmed: 0, raised: 1 });
    let tasks = task::all_open(&app.services.store, None).await.unwrap();
    assert_eq!((tasks.len(), tasks[0].due_on), (1, app.ctx(Role::Operator).today()));
    assert!(app.timeline(no).await.iter().any(|line| line.contains("医師会にご確認ください")));
    assert_eq!(
        app.ticket(no).await.verification,
        VerificationOutcome::Provisional,
        "help already given isn't taken back"
    );
    assert_eq!(look_again(&app, None, "2026-12-22").await, Looked::default(), "said once");
    let day = app.browser(Role::Supervisor).await.get("/day").await.is(200).page();
    assert!(day.text("main").contains("至急"));
    let desk = app.browser(Role::Operator).await;
    desk.post(&format!("/tasks/{}/done", tasks[0].id), &[("outcome", "手続きなし")]).await.is(303);
    assert!(task::all_open(&app.services.store, None).await.unwrap().is_empty());
});
