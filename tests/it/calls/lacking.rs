//! What a call's record lacks at its end: said before, needed as a word, counted.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::{Disposition, Lacking};
use madoguchi::store::calls;
use madoguchi::usecase::calls::{lacking, sheet};
use madoguchi::usecase::desks::supervision;
use serde_json::json;

use crate::support::app::tokyo;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::{TestApp, on_each_db};

on_each_db!(an_empty_call_does_not_end_as_solved_without_the_word_that_it_is_empty, async |app: TestApp| {
    let operator = app.browser(Role::Operator).await;
    let call = app.ring("").await;
    let path = format!("/calls/{call}/end");
    let refused = operator.post(&path, &[("disposition", "solved")]).await.is(422);
    let page = refused.page();
    assert!(page.text("#part-foreseen").contains("未記入：種別・ご相談内容／会員確認 未確認／共有のご案内 まだ"));
    assert!(page.has("#part-foreseen button[name=anyway][autofocus]"), "one key goes on all the same");
    assert_eq!((app.count("tickets").await, app.count("entries").await), (0, 0), "nothing is half-written");
    let home = operator.post(&path, &[("disposition", "solved"), ("anyway", "yes")]).await.is(303);
    let told = operator.get(home.location()).await.is(200).text();
    assert!(told.contains("通話を終了しました（1次対応で解決）") && told.contains("2026-000001"), "what became of it");
    let others = app.browser(Role::Supervisor).await.get(home.location()).await.is(200).text();
    assert!(!others.contains("通話を終了しました"), "an address tells nobody else");
    let held = calls::find(&app.services.store, call).await.unwrap().unwrap();
    assert_eq!(held.lacking, Lacking::ALL);
    let day = supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap();
    assert_eq!(day.lacking, 1, "it is counted");
    assert!(operator.get("/calls").await.is(200).text().contains("未記入：種別"));
});

on_each_db!(a_whole_record_ends_without_a_question_and_a_wrong_number_needs_none, async |app: TestApp| {
    let app = app.with_directory().await;
    let operator = app.browser(Role::Operator).await;
    let ctx = app.ctx(Role::Operator);
    let call = app.ring("").await;
    app.fill(call, &ENOMOTO_SAID).await;
    app.fill(call, &[("incident", "ransomware"), ("narrative", "脅迫文")]).await;
    sheet::stamp(&app.services, &ctx, call, "sharing", "told").await.unwrap();
    operator.post(&format!("/calls/{call}/verification"), &[("recorded", "verified")]).await.is(303);
    let seen = lacking::foresee(&app.services, &ctx, call, Disposition::Solved, "", "").await.unwrap();
    assert_eq!(seen.lacking, []);
    operator.post(&format!("/calls/{call}/end"), &[("disposition", "solved")]).await.is(303);
    let wrong = app.ring("").await;
    operator.post(&format!("/calls/{wrong}/end"), &[("disposition", "wrong")]).await.is(303);
    assert_eq!(supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap().lacking, 0);
});

on_each_db!(what_the_ticket_knows_is_not_asked_again, async |app: TestApp| {
    let app = app.with_directory().await;
    let known = json!({ "recorded": "provisional", "reason": "番号が手元にない", "member_name": "榎本蓮太郎" });
    let no = app.case(known).await;
    app.clock.advance(chrono::Duration::minutes(5));
    let call = app.ring("").await;
    let ctx = app.ctx(Role::Operator);
    let seen = lacking::foresee(&app.services, &ctx, call, Disposition::Solved, "", &no.to_string()).await.unwrap();
    assert_eq!(seen.lacking, [Lacking::Narrative, Lacking::Sharing]);
});

on_each_db!(a_promise_is_read_back_while_it_is_typed_with_a_word_outside_hours, async |app: TestApp| {
    let call = app.ring("").await;
    let ctx = app.ctx(Role::Operator);
    for (typed, meant, outside) in [
        ("明日10時", Some("2026-11-23 10:00:00"), false),
        ("22時", Some("2026-11-22 22:00:00"), true),
        ("30分後", Some("2026-11-22 11:12:00"), false),
        ("あとで", None, false),
    ] {
        let seen =
            lacking::foresee(&app.services, &ctx, call, Disposition::CallBack, typed, "").await.expect("foreseen");
        assert_eq!(seen.callback_at, meant.map(tokyo), "{typed}");
        assert_eq!(seen.callback_outside_hours, outside, "{typed}");
    }
    let operator = app.browser(Role::Operator).await;
    let form = [("disposition", "call_back"), ("callback_at", "22時")];
    let told = operator.post(&format!("/calls/{call}/end/foreseen"), &form).await.is(200).text();
    assert!(told.contains("11月22日(日) 22:00") && told.contains("受付時間外"), "{told}");
});
