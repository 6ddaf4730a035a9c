//! Trying numbers: one door for whoever asks, every miss counted, slowed, stopped, let on by another person.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::CallId;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::domain::verification::tries::{Standing, Subject};
use madoguchi::usecase::calls::sheet;
use madoguchi::usecase::calls::sheet::{FieldChange, Saved};
use madoguchi::usecase::desks::supervision;
use serde_json::{Value, json};

use crate::support::cases::{change, code, logged};
use crate::support::directory::ENOMOTO_SAID;
use crate::support::{Answer, Client, TestApp, on_each_db};

/// ENOMOTO's items with another number.
fn said(number: &str) -> Value {
    json!({ "name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "文京区本駒込9-8-7", "number": number })
}

fn call_with(number: &str, more: Value) -> Value {
    let mut body = logged(json!({
        "member_name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "文京区本駒込9-8-7", "member_number": number,
    }));
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// What an answer says, without what names the request.
fn told(answer: &Answer) -> (u16, String) {
    let mut body = answer.json();
    body["error"]["request_id"] = Value::Null;
    (answer.status, body.to_string())
}

impl TestApp {
    /// A sheet on which ENOMOTO's name, facility and address were said.
    async fn asked_for_three(&self) -> CallId {
        let call = self.ring("").await;
        self.fill(call, &ENOMOTO_SAID[..3]).await;
        call
    }

    async fn say(&self, login: &str, call: CallId, number: &str) -> Saved {
        let held = madoguchi::store::calls::sheet(&self.services.store, call).await.unwrap();
        let version = held.version(madoguchi::domain::calls::sheet::SheetField::Number);
        sheet::save(&self.services, &self.ctx_of(login), call, &[change("number", number, version)])
            .await
            .expect("saved")
    }

    /// Misses that the audit knows.
    async fn misses(&self) -> i64 {
        self.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'member.lookup' AND result = 'failed'")
            .await
    }

    async fn look_ups(&self) -> i64 {
        self.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'member.lookup'").await
    }

    /// Somebody tries numbers on sheet after sheet, waiting as told, until they are stopped; how many were compared.
    pub(crate) async fn stop(&self, login: &str) -> i64 {
        let most = Subject::Account.limits().most;
        for n in 0..most * 2 {
            let call = self.asked_for_three().await;
            let saved = self.say(login, call, &format!("1{n:05}")).await;
            self.end(call, json!({ "disposition": "wrong" })).await.expect("ended");
            match saved.number.standing {
                Standing::Stopped => return self.misses().await,
                Standing::Waits(until) => self.clock.set(until + Duration::seconds(1)),
                Standing::Free => {}
            }
        }
        panic!("never stopped");
    }
}

async fn look_up(script: &Client, number: &str) -> Answer {
    script.post_json("/api/v1/verifications", &said(number)).await
}

on_each_db!(without_the_right_to_verify_a_logged_call_tells_nothing_about_a_number, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script_with(Role::Operator, &["call.log"]).await;
    for more in [json!({ "recorded": "verified", "ticket": "2026-999999" }), json!({ "recorded": "verified" })] {
        let right = script.post_json("/api/v1/calls", &call_with("234567", more.clone())).await;
        let wrong = script.post_json("/api/v1/calls", &call_with("999999", more)).await;
        assert_eq!(told(&right), told(&wrong));
        assert_eq!(right.status, 404);
    }
    assert_eq!((app.look_ups().await, app.count("calls").await), (0, 0), "the engine was not asked");
    let refused = "SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'access' AND result = 'refused'";
    assert_eq!(app.number(refused).await, 4);
    // What was said is kept as it was said, for somebody who may ask.
    for number in ["234567", "999999"] {
        script.post_json("/api/v1/calls", &call_with(number, json!({}))).await.is(201);
    }
    assert_eq!((app.look_ups().await, app.count("verifications").await, app.count("calls").await), (0, 0, 2));
});

on_each_db!(a_try_is_written_down_and_counted_although_the_call_around_it_is_refused, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script(Role::Operator).await;
    let nowhere = json!({ "recorded": "verified", "ticket": "2026-999999" });
    script.post_json("/api/v1/calls", &call_with("999999", nowhere.clone())).await.is(409);
    assert_eq!((app.look_ups().await, app.misses().await), (1, 1));
    script.post_json("/api/v1/calls", &call_with("234567", nowhere)).await.is(422);
    assert_eq!((app.look_ups().await, app.misses().await, app.count("calls").await), (2, 1, 0));
});

on_each_db!(a_repeated_request_is_answered_as_before_and_tries_nothing, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script(Role::Operator).await;
    let call = call_with("999999", json!({ "recorded": "unverified" }));
    let first = script.post_once("/api/v1/calls", &call, "same").await.is(201).text();
    assert_eq!(script.post_once("/api/v1/calls", &call, "same").await.is(201).text(), first);
    assert_eq!(app.misses().await, 1);
});

const DISGUISED: [&str; 9] = [
    "二三四五六八",
    "0234567",
    "2345670",
    "23456",
    "2OOOO1",
    "234568 / 1301000018",
    "130100017",
    "13010000170",
    "９９９９９９",
];

on_each_db!(every_number_that_the_engine_can_read_counts_however_it_is_written, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script(Role::Operator).await;
    for (n, number) in (1..).zip(DISGUISED) {
        let answer = look_up(&script, number).await.is(200).json();
        assert_eq!(
            (&answer["decision"], &answer["items"]["number"]),
            (&json!("needs_check"), &json!("differs")),
            "{number}"
        );
        assert_eq!(app.misses().await, n, "{number}");
    }
    let call = app.asked_for_three().await;
    for (n, number) in (10..).zip(DISGUISED) {
        assert_eq!(app.say("kanda", call, number).await.answer.unwrap().decision.code(), "needs_check", "{number}");
        assert_eq!(app.misses().await, n, "{number}");
    }
});

on_each_db!(what_could_not_verify_or_was_asked_before_is_no_try, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.asked_for_three().await;
    let typing = |value: &str, version| [FieldChange { typing: true, ..change("number", value, version) }];
    let ctx = app.ctx(Role::Operator);
    let half = sheet::save(&app.services, &ctx, call, &typing("999999", 0)).await.unwrap();
    assert_eq!(half.answer.unwrap().items.number.code(), "not_given", "still being typed");
    assert_eq!(app.misses().await, 0);
    app.say("kanda", call, "999999").await;
    assert_eq!(app.misses().await, 1);
    // The same again, the page opened again, another item, a key in the name.
    app.say("kanda", call, "999999").await;
    let view = sheet::view(&app.services, &ctx, call).await.unwrap();
    assert_eq!(view.asked.answer.unwrap().items.number.code(), "differs");
    app.fill(call, &[("narrative", "脅迫文")]).await;
    let asked = sheet::candidates(&app.services, &ctx, call, &[change("member_name", "榎本", 0)]).await.unwrap();
    assert_eq!(asked.answer.unwrap().items.number.code(), "not_given");
    assert_eq!(app.misses().await, 1);
    // One number on one doctor after the other is a try each.
    let others = [change("member_name", "青柳一葉", 1), change("facility", "青柳クリニック", 1)];
    sheet::save(&app.services, &ctx, call, &others).await.unwrap();
    assert_eq!(app.misses().await, 2);
    // A number that turns out right beside corrected items was no guess.
    let tallies = "SELECT level AS n FROM number_tallies WHERE kind = 'sheet'";
    assert_eq!(app.number(tallies).await, 2_000);
    app.say("kanda", call, "234567").await;
    let back = [change("member_name", "榎本蓮太郎", 2), change("facility", "榎本みどり医院", 2)];
    let saved = sheet::save(&app.services, &ctx, call, &back).await.unwrap();
    assert_eq!(saved.answer.unwrap().decision.code(), "eligible");
    assert_eq!(app.number(tallies).await, 2_000, "the miss of the right number is taken back, the wrong ones stay");
});

on_each_db!(a_token_is_slowed_then_stopped_and_a_right_number_is_told_no_more, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script(Role::Operator).await;
    let limits = Subject::Token.limits();
    let (mut compared, mut waited) = (0, 0);
    for n in 0.. {
        let answer = look_up(&script, &format!("1{n:05}")).await;
        match (answer.status, answer.status == 429 && answer.code() == "verification.stopped") {
            (200, _) => compared += 1,
            (429, false) => {
                waited += 1;
                app.clock.advance(Duration::minutes(15));
            }
            _ => break,
        }
    }
    assert!(waited > 0 && (limits.most..limits.most + 3).contains(&compared), "{compared} compared, {waited} waits");
    let (right, wrong) = (look_up(&script, "234567").await, look_up(&script, "999999").await);
    assert_eq!(told(&right), told(&wrong));
    app.clock.advance(Duration::days(1));
    assert_eq!(look_up(&script, "234567").await.is(429).code(), "verification.stopped", "time alone opens nothing");
    // The call goes on: it is logged, with nothing told about its number.
    script.post_json("/api/v1/calls", &call_with("234567", json!({ "recorded": "verified" }))).await.is(429);
    let taken = json!({ "recorded": "provisional", "reason": "番号が手元にない" });
    script.post_json("/api/v1/calls", &call_with("234567", taken)).await.is(201);

    let day = app.browser(Role::Supervisor).await.get("/day").await.is(200).page();
    assert!(day.text("[role=alert]").contains("APIトークン"));
    let stopped = supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap().stopped;
    assert_eq!(stopped.len(), 1);
    let desk = app.browser(Role::Supervisor).await;
    desk.post(&format!("/stops/{}/resume", stopped[0].subject), &[]).await.is(303);
    look_up(&script, "234567").await.is(200);
    assert_eq!(app.count_of("member.stop").await, 1);
    assert_eq!(app.count_of("member.let_on").await, 1);
});

on_each_db!(of_many_tries_at_once_no_more_are_compared_than_one_after_the_other, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script(Role::Operator).await;
    let tries = (0..60).map(|n| {
        let (script, number) = (&script, format!("1{n:05}"));
        async move { look_up(script, &number).await.status }
    });
    let statuses = futures::future::join_all(tries).await;
    let compared = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(i64::try_from(compared).unwrap(), Subject::Token.limits().free + 1, "{statuses:?}");
    assert_eq!(app.misses().await, Subject::Token.limits().free + 1);
    let (right, wrong) = (look_up(&script, "234567").await, look_up(&script, "999999").await);
    assert_eq!(told(&right), told(&wrong));
});

on_each_db!(whoever_is_stopped_goes_on_with_the_call_and_learns_nothing, async |app: TestApp| {
    let app = app.with_directory().await;
    let compared = app.stop("kanda").await;
    assert!(compared <= Subject::Account.limits().most + 60, "{compared}");
    // A restart and a second instance know it.
    let twin = app.twin().await;
    let ctx = app.ctx(Role::Operator);
    let call = app.asked_for_three().await;
    for number in ["234567", "999999"] {
        let saved = app.say("kanda", call, number).await;
        assert_eq!(saved.number.standing, Standing::Stopped);
        assert_eq!(saved.answer.unwrap().items.number.code(), "not_given");
        let view = sheet::view(&twin.services, &ctx, call).await.unwrap();
        assert_eq!(view.asked.number.standing, Standing::Stopped);
        let verified = sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Verified, "").await;
        assert_eq!(code(verified), "verification.stopped");
    }
    let page = app.browser(Role::Operator).await.get(&format!("/calls/{call}")).await.is(200).page();
    assert!(page.text("#part-verdict").contains("番号の照合を止めています"));
    sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Provisional, "番号が手元にない")
        .await
        .expect("recorded");
    assert_eq!(app.misses().await, compared);
    // Others at the same desk are not.
    let other = app.asked_for_three().await;
    assert_eq!(app.say("ueno", other, "234567").await.answer.unwrap().decision.code(), "eligible");
});

on_each_db!(whoever_was_stopped_is_let_on_by_another_person, async |app: TestApp| {
    let app = app.with_directory().await;
    app.stop("tabata").await;
    let (own, other) = (app.ctx_of("tabata"), app.ctx_of("komagome"));
    assert_eq!(code(supervision::let_on(&app.services, &own, app.id("tabata").0).await), "stop.own");
    assert!(supervision::let_on(&app.services, &app.ctx(Role::Operator), app.id("tabata").0).await.is_err());
    supervision::let_on(&app.services, &other, app.id("tabata").0).await.expect("let on");
    let call = app.asked_for_three().await;
    assert_eq!(app.say("tabata", call, "234567").await.answer.unwrap().decision.code(), "eligible");
    let next = app.asked_for_three().await;
    app.say("tabata", next, "999999").await;
    let waits = app.say("tabata", next, "888888").await.number.standing;
    assert!(matches!(waits, Standing::Waits(_)), "the next miss is followed by a wait again: {waits:?}");
});

on_each_db!(a_sheet_is_stopped_whoever_types_on_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.asked_for_three().await;
    let mut last = Standing::Free;
    for n in 0..60 {
        let login = ["kanda", "ueno", "akiba"][n % 3];
        match app.say(login, call, &format!("1{n:05}")).await.number.standing {
            Standing::Waits(until) => app.clock.set(until + Duration::seconds(1)),
            standing => last = standing,
        }
    }
    assert_eq!(last, Standing::Stopped);
    let fresh = app.asked_for_three().await;
    assert_eq!(app.say("kanda", fresh, "234567").await.answer.unwrap().decision.code(), "eligible", "another call");
    let stopped = supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap().stopped;
    assert_eq!((stopped.len(), stopped[0].kind, stopped[0].subject), (1, Subject::Sheet, call.0));
    app.end(call, json!({ "disposition": "wrong" })).await.expect("ended");
    assert!(supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap().stopped.is_empty());
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM number_tries").await, 1, "of the call that lasts");
});

on_each_db!(a_slip_verifies_only_once_the_number_was_heard_twice_on_that_sheet, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let call = app.asked_for_three().await;
    let slip = app.say("kanda", call, "234568").await;
    assert_eq!((slip.answer.as_ref().unwrap().decision.code(), slip.number.may_repeat), ("needs_check", true));
    assert_eq!(slip.answer, app.say("ueno", app.asked_for_three().await, "999999").await.answer, "like a wrong one");
    let hear = async |version| sheet::hear_again(&app.services, &ctx, call, version).await;
    assert_eq!(code(hear(0).await), "number.changed");
    let desk = app.browser(Role::Operator).await;
    let buttons = desk.get(&format!("/calls/{call}")).await.is(200).page().texts("#part-verdict button");
    assert!(buttons.iter().any(|text| text.contains("同じ番号")), "{buttons:?}");
    desk.post(&format!("/calls/{call}/number"), &[("version", "1")]).await.is(303);
    let view = sheet::view(&app.services, &ctx, call).await.unwrap();
    assert_eq!(view.asked.answer.unwrap().decision.code(), "eligible");
    assert!(view.entries.iter().any(|e| e.body.contains("同じ番号でした")));
    sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Verified, "").await.expect("recorded");
    assert_eq!(app.count_of("member.heard_twice").await, 1);
    // Two numbers a call, and only such as were tried and missed.
    let version = async || sheet::view(&app.services, &ctx, call).await.unwrap().asked.number_version;
    app.say("kanda", call, "999999").await;
    hear(version().await).await.expect("a second one");
    app.say("kanda", call, "888888").await;
    assert_eq!(code(hear(version().await).await), "number.heard_enough");
    app.say("kanda", call, "1234").await;
    assert_eq!(code(hear(version().await).await), "number.not_tried");
    // Never by the API.
    let script = app.script(Role::Operator).await;
    assert_eq!(look_up(&script, "234568").await.is(200).json()["decision"], "needs_check");
    script.post_json("/api/v1/calls", &call_with("234568", json!({ "recorded": "verified" }))).await.is(409);
});

on_each_db!(an_honest_operator_typing_on_many_sheets_is_never_slowed, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut calls = 0;
    for n in 0..30 {
        let call = app.asked_for_three().await;
        // Digit by digit, each saved; every fifth says it wrong at first, every sixth says a member number.
        let number = if n % 6 == 5 { "1301000017" } else { "234567" };
        let wrong = (n % 5 == 4).then_some("234657");
        for whole in wrong.into_iter().chain([number]) {
            for digits in 1..=whole.len() {
                let saved = app.say("kanda", call, &whole[..digits]).await;
                assert_eq!(saved.number.standing, Standing::Free, "{n}: {whole}");
                calls += usize::from(saved.answer.is_some_and(|a| a.decision.code() == "eligible"));
            }
        }
        app.clock.advance(Duration::minutes(4));
    }
    assert_eq!(calls, 30);
});
