//! The clocks of the clinic's duties: they run as soon as one may apply, and end by what was filed or by the clinic's
//! own decision. Nothing else stops them.

use std::sync::Arc;

use chrono::{Duration, NaiveDate};
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::incidents::Near;
use madoguchi::domain::incidents::deadline::first_day;
use madoguchi::domain::tickets::{TicketNo, Transition};
use madoguchi::store::incidents::{clock, record};
use madoguchi::usecase::desks::{home, supervision};
use madoguchi::usecase::incidents::clocks::{self, NewEnd};
use madoguchi::usecase::tickets::move_on;
use serde_json::{Value, json};

use crate::support::cases::{code, refused};
use crate::support::{TestApp, on_each_db};

async fn grave(app: &TestApp, with: Value) -> TicketNo {
    let mut case = json!({ "disposition": "escalated", "next": "usual", "next_reason": "全台停止" });
    case.as_object_mut().expect("an object").extend(with.as_object().expect("an object").clone());
    app.case(case).await
}

async fn running(app: &TestApp, no: TicketNo) -> Vec<String> {
    let clocks = clock::of(&app.services.store, app.ticket(no).await.id).await.expect("clocks");
    clocks.into_iter().filter(|clock| clock.ended.is_none()).map(|clock| clock.duty).collect()
}

fn filed(by: &str) -> NewEnd {
    NewEnd { ended_as: "filed".into(), by: by.into(), ..NewEnd::default() }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// The days of a clock that runs: `(last day, other reading, how near)`.
async fn days(app: &TestApp, no: TicketNo, duty: &str) -> (Option<NaiveDate>, Option<NaiveDate>, Near) {
    assert!(running(app, no).await.contains(&duty.to_owned()), "{duty} doesn't run");
    let (ticket, scheme) = (app.ticket(no).await, &app.services.scheme);
    let record = record::known(&app.services.store, ticket.id).await.expect("a record");
    let first = first_day(&record, ticket.opened_at);
    let duty = scheme.incidents.duty_on(duty, first).expect("a duty");
    let wrongful = record.wrongful(&ticket.incident, &scheme.incidents);
    let days = duty.days(first, wrongful, &scheme.hours);
    (days.limit, days.otherwise.or(days.moved), duty.near(&days, app.ctx(Role::Operator).today()))
}

on_each_db!(ransomware_sets_the_clocks_running_at_once_and_tier_1s_trouble_none, async |app: TestApp| {
    let no = grave(&app, json!({})).await;
    let all = ["insurance", "ministry", "persons", "police", "ppc_final", "ppc_quick", "ransomware_form"];
    assert_eq!(running(&app, no).await, all);
    assert!(
        app.timeline(no)
            .await
            .iter()
            .any(|line| line.contains("期限の確認を開始（要判断）：個人情報保護委員会への速報"))
    );
    let small = app.case(json!({ "incident": "fake_support" })).await;
    assert_eq!(running(&app, small).await, [""; 0], "it stays with tier 1");
    // Told that charts are affected it's an incident of its own.
    app.tells(small, &[("systems", "chart"), ("aware_at", "2026-11-22T09:00"), ("leak", "possible")]).await;
    assert_eq!(running(&app, small).await, ["insurance", "ministry", "persons", "police", "ppc_final", "ppc_quick"]);
});

on_each_db!(a_lost_bag_is_no_attack_and_a_leak_all_the_same, async |app: TestApp| {
    let no = grave(&app, json!({ "incident": "lost_media" })).await;
    assert_eq!(running(&app, no).await, ["insurance", "persons", "ppc_final", "ppc_quick"]);
    // Nobody can tell yet whether it was stolen: the shorter term, and the longer one beside it.
    let (limit, otherwise, _) = days(&app, no, "ppc_final").await;
    assert_eq!((limit, otherwise), (Some(day("2026-12-21")), Some(day("2027-01-20"))));
    app.tells(no, &[("wrongful", "yes")]).await;
    assert_eq!(days(&app, no, "ppc_final").await.0, Some(day("2027-01-20")), "stolen: sixty days");
    app.tells(no, &[("wrongful", "no")]).await;
    assert_eq!(days(&app, no, "ppc_final").await.0, Some(day("2026-12-21")), "mislaid: thirty");
});

on_each_db!(days_count_from_the_day_of_awareness_and_run_through_the_night, async |app: TestApp| {
    let no = grave(&app, json!({})).await;
    assert_eq!(days(&app, no, "ppc_quick").await.0, Some(day("2026-11-26")), "the call's day is the first of five");
    app.tells(no, &[("aware_at", "2026-11-20T23:59"), ("aware_certainty", "about")]).await;
    let (limit, _, near) = days(&app, no, "ppc_quick").await;
    assert_eq!((limit, near), (Some(day("2026-11-24")), Near::Soon));
    // A change of owner, night, holidays: nothing stops it.
    app.clock.advance(Duration::hours(49));
    assert_eq!(days(&app, no, "ppc_quick").await.2, Near::Soon, "the last day");
    app.clock.advance(Duration::hours(14));
    assert_eq!(days(&app, no, "ppc_quick").await.2, Near::Over);
    let day = supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.expect("a day");
    assert_eq!(day.near_clocks[0].clock.duty, "ppc_quick", "what is over comes first");
    let page = app.browser(Role::Supervisor).await.get("/day").await.is(200).page().text("main");
    assert!(page.contains("法令などの期限（超過・間近）") && page.contains("個人情報保護委員会への速報"), "{page}");
});

on_each_db!(a_clock_ends_by_what_was_filed_with_its_number, async |app: TestApp| {
    let no = grave(&app, json!({})).await;
    app.clock.advance(Duration::hours(1));
    let browser = app.browser(Role::Operator).await;
    let at = format!("/tickets/{no}/duties/ppc_quick");
    let form = [("ended_as", "filed"), ("at", "2026-11-22T11:30"), ("by", "院長"), ("receipt", "A-1234")];
    browser.post(&at, &form).await.is(303);
    let page = browser.get(&format!("/tickets/{no}/incident")).await.is(200).page().text("main");
    assert!(page.contains("受付番号 A-1234"), "{page}");
    assert!(!running(&app, no).await.contains(&"ppc_quick".to_owned()));
    assert!(app.timeline(no).await.iter().any(|line| line.contains("速報：済み") && line.contains("A-1234")));
    let again = browser.post(&at, &form).await.is(409).page();
    let said = again.text("main");
    assert!(said.contains("もう終わっています（済み、院長、受付番号 A-1234）"), "{said}");
    assert!(said.contains("あなたの入力は「院長、受付番号 A-1234」"), "what was typed isn't lost: {said}");
    // The record can't say then that they came to know only afterwards.
    let later = refused(app.tries_to_tell(no, &[("aware_at", "2026-11-22T11:40"), ("aware_by", "院長")]).await);
    assert_eq!(later.fields[0].code, "incident.after_report");
});

on_each_db!(only_the_clinics_own_decision_makes_a_duty_not_apply_once_it_was_read_out, async |app: TestApp| {
    let no = grave(&app, json!({})).await;
    let ctx = app.ctx(Role::Specialist);
    let decided =
        |told, by: &str| NewEnd { ended_as: "not_applicable".into(), by: by.into(), told, ..NewEnd::default() };
    let end = async |new: NewEnd| clocks::end(&app.services, &ctx, no, "ppc_quick", &new).await;
    assert_eq!(code(end(decided(false, "院長")).await), "duty.unsaid");
    assert_eq!(code(end(decided(true, " ")).await), "text.missing");
    assert_eq!(code(end(NewEnd { ended_as: "paused".into(), ..filed("院長") }).await), "choice.unknown");
    assert_eq!(code(end(NewEnd { at: "2026-11-21T10:00".into(), ..filed("院長") }).await), "duty.before_aware");
    assert_eq!(code(end(NewEnd { at: "2026-11-22T23:00".into(), ..filed("院長") }).await), "time.future");
    // Neither does saying that nothing leaked end it: that is for the clinic to decide.
    app.tells(no, &[("leak", "none")]).await;
    assert!(running(&app, no).await.contains(&"ppc_quick".to_owned()));
    end(decided(true, "院長")).await.expect("decided");
    let rows = app.select("SELECT ended_as, ended_by, told FROM duty_clocks WHERE duty = 'ppc_quick'").await;
    assert_eq!((rows[0]["ended_as"].as_str(), rows[0]["ended_by"].as_str()), (Some("not_applicable"), Some("院長")));
    assert!(!rows[0]["told"].is_null(), "what was read out, by its day");
});

on_each_db!(an_end_by_mistake_is_taken_back_with_a_reason, async |app: TestApp| {
    let no = grave(&app, json!({})).await;
    let ctx = app.ctx(Role::Operator);
    assert_eq!(refused(clocks::resume(&app.services, &ctx, no, "police", "誤り").await).code, "duty.moved");
    clocks::end(&app.services, &ctx, no, "police", &filed("院長")).await.expect("ended");
    let browser = app.browser(Role::Operator).await;
    let at = format!("/tickets/{no}/duties/police/resume");
    let blank = browser.post(&at, &[("why", "")]).await.is(422).page();
    assert!(blank.has("#why-police-error"), "beside its field");
    browser.post(&at, &[("why", "別の相談票の記録でした")]).await.is(303);
    assert!(running(&app, no).await.contains(&"police".to_owned()));
    browser.post(&format!("/tickets/{no}/duties/nothing"), &[("ended_as", "filed"), ("by", "院長")]).await.is(404);
});

on_each_db!(of_two_who_end_one_clock_at_one_moment_one_does, async |app: TestApp| {
    let no = grave(&app, json!({})).await;
    let (one, other) = (app.ctx(Role::Operator), app.ctx(Role::Specialist));
    let (first, second) = (filed("院長"), filed("事務長"));
    let ended = tokio::join!(
        clocks::end(&app.services, &one, no, "police", &first),
        clocks::end(&app.services, &other, no, "police", &second),
    );
    assert_eq!([ended.0.is_ok(), ended.1.is_ok()].iter().filter(|ok| **ok).count(), 1, "{ended:?}");
    let lines = app.timeline(no).await.iter().filter(|line| line.contains("警察への相談：済み")).count();
    assert_eq!(lines, 1);
});

on_each_db!(a_deadline_follows_its_ticket_to_the_end_and_past_it, async |app: TestApp| {
    let no = grave(&app, json!({})).await;
    let nearest = async |role| match role {
        Role::Specialist => home::specialist(&app.services, &app.ctx(role)).await.expect("a home").clocks,
        _ => supervision::day(&app.services, &app.ctx(role)).await.expect("a day").near_clocks,
    };
    for step in [Transition::Take, Transition::Close { result: "solved".into() }] {
        app.clock.advance(Duration::minutes(1));
        let version = app.ticket(no).await.version;
        move_on(&app.services, &app.ctx(Role::Specialist), no, version, step, "", &None).await.expect("moved");
    }
    assert!(app.ticket(no).await.state.is_end());
    assert_eq!(days(&app, no, "ppc_quick").await.0, Some(day("2026-11-26")), "the law doesn't ask for our tickets");
    for role in [Role::Specialist, Role::Supervisor] {
        let shown: Vec<_> =
            nearest(role).await.iter().map(|u| (u.line.number, u.clock.duty.clone(), u.others)).collect();
        assert_eq!(shown, [(no, "insurance".to_owned(), 6)], "a line a ticket: its nearest clock");
    }
    clocks::end(&app.services, &app.ctx(Role::Specialist), no, "ppc_quick", &filed("院長")).await.expect("ended");
});

on_each_db!(an_incident_told_otherwise_at_tier_2_sets_what_follows_running, async |app: TestApp| {
    let no = grave(&app, json!({ "incident": "system_down" })).await;
    assert_eq!(running(&app, no).await, [""; 0], "no attack, as far as anybody knows");
    let version = app.ticket(no).await.version.to_string();
    let change = [("incident", "ransomware"), ("version", version.as_str())];
    app.browser(Role::Specialist).await.post(&format!("/tickets/{no}/change"), &change).await.is(303);
    assert!(running(&app, no).await.contains(&"ppc_quick".to_owned()));
});

on_each_db!(no_clock_ends_before_what_was_being_typed_of_the_record_is_saved, async |app: TestApp| {
    let no = grave(&app, json!({})).await;
    app.tells(no, &[("backup", "no")]).await;
    let browser = app.browser(Role::Operator).await;
    let at = format!("/tickets/{no}/duties/police");
    let end = [("ended_as", "filed"), ("by", "事務長")];
    let odd = [
        &end[..],
        &[("first_sign", "再起動した"), ("was_first_sign", ""), ("persons_from", "多数"), ("was_persons_from", "")],
    ]
    .concat();
    let page = browser.post(&at, &odd).await.is(422).page();
    assert!(page.has("#persons_from-error") && page.attribute("#first_sign", "value") == "再起動した");
    assert!(page.has("#by-police[value=事務長]"), "both forms stand as they were typed");
    assert!(running(&app, no).await.contains(&"police".to_owned()), "and nothing was done");
    let well = [&end[..], &[("first_sign", "再起動した"), ("was_first_sign", "")]].concat();
    browser.post(&at, &well).await.is(303);
    assert!(!running(&app, no).await.contains(&"police".to_owned()));
    let record = record::known(&app.services.store, app.ticket(no).await.id).await.expect("a record");
    assert_eq!(record.get(madoguchi::domain::incidents::Fact::FirstSign), "再起動した");
});

on_each_db!(the_newest_clock_is_seen_however_many_run, async |app: TestApp| {
    let id = if app.db.url.starts_with("sqlite") { "randomblob(16)" } else { "gen_random_uuid()" };
    let many = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) \
         INSERT INTO duty_clocks (ticket_id, duty, began_at, ended_by, receipt) \
         SELECT {id}, 'police', '2026-11-01 00:00:00+00:00', '', '' FROM n"
    );
    app.db.execute(&many).await;
    let no = grave(&app, json!({})).await;
    let home = home::specialist(&app.services, &app.ctx(Role::Specialist)).await.expect("a home");
    assert_eq!(home.clocks.iter().map(|u| u.line.number).collect::<Vec<_>>(), [no]);
});

on_each_db!(a_rule_that_is_gone_while_its_clock_runs_is_named_at_start, async |app: TestApp| {
    let no = grave(&app, json!({})).await;
    let mut other = app.twin().await.services.clone();
    clocks::check(&other).await.expect("every clock has its rule");
    let mut scheme = (*other.scheme).clone();
    scheme.incidents.duty.retain(|duty| !["police", "insurance"].contains(&duty.code.as_str()));
    other.scheme = Arc::new(scheme);
    let refused = clocks::check(&other).await.expect_err("two rules are gone").to_string();
    assert!(refused.contains("insurance, police") && refused.contains("until"), "{refused}");
    for duty in ["police", "insurance"] {
        clocks::end(&app.services, &app.ctx(Role::Specialist), no, duty, &filed("院長")).await.expect("it ends");
    }
    clocks::check(&other).await.expect("what has ended needs none");
});
