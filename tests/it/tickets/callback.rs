//! Callbacks to call back, and tasks for the association.

use madoguchi::domain::access::actor::Role;
use madoguchi::store::tickets::callback;
use madoguchi::usecase::desks::home;
use madoguchi::usecase::tickets as steps;
use serde_json::json;

use crate::support::app::tokyo;
use crate::support::cases::code;
use crate::support::{TestApp, on_each_db};

on_each_db!(a_call_back_needs_its_time, async |app: TestApp| {
    let call = app.ring("").await;
    assert_eq!(code(app.end(call, json!({ "disposition": "call_back" })).await), "callback.missing");
    for (at, fault) in
        [("2026-11-22T10:00", "time.not_ahead"), ("2027-11-22T10:00", "time.not_ahead"), ("夕方", "callback.unread")]
    {
        assert_eq!(code(app.end(call, json!({ "disposition": "call_back", "callback_at": at })).await), fault, "{at}");
    }
    assert_eq!(app.count("callbacks").await, 0);
});

on_each_db!(a_time_alone_means_the_next_such_time, async |app: TestApp| {
    for (typed, due) in [("15:00", "2026-11-22 15:00:00"), ("９：３０", "2026-11-23 09:30:00")] {
        let no = app.case(json!({ "disposition": "call_back", "callback_at": typed })).await;
        let callbacks = callback::of(&app.services.store, vec![app.ticket(no).await.id.0]).await.unwrap();
        assert_eq!(callbacks[0].due_at, tokyo(due), "{typed}");
    }
});

on_each_db!(a_callback_names_who_is_called_where_and_is_kept_once, async |app: TestApp| {
    let promised = json!({
        "disposition": "call_back", "callback_at": "2026-11-22T15:00", "callback_note": "復旧の確認", "callback": "03-5550-7777",
    });
    let no = app.case(promised).await;
    let ctx = app.ctx(Role::Operator);
    let due = home::operator(&app.services, &ctx).await.unwrap().callbacks;
    let (callback, line) = (&due[0].callback, &due[0].line);
    assert_eq!((callback.number.as_str(), callback.note.as_str()), ("03-5550-7777", "復旧の確認"));
    assert_eq!(line.as_ref().unwrap().number, no);

    assert_eq!(steps::callback::keep(&app.services, &ctx, callback.id).await.unwrap(), Some(no));
    assert_eq!(code(steps::callback::keep(&app.services, &ctx, callback.id).await), "callback.kept");
    assert!(home::operator(&app.services, &ctx).await.unwrap().callbacks.is_empty());
});

on_each_db!(an_overdue_callback_calls_the_supervisor, async |app: TestApp| {
    app.case(json!({ "disposition": "call_back", "callback_at": "2026-11-22T15:00" })).await;
    let overdue = async |app: &TestApp| {
        madoguchi::usecase::desks::supervision::day(&app.services, &app.ctx(Role::Supervisor))
            .await
            .unwrap()
            .overdue
            .len()
    };
    assert_eq!(overdue(&app).await, 0);
    app.clock.set(tokyo("2026-11-22 15:01:00"));
    assert_eq!(overdue(&app).await, 1);
});

on_each_db!(who_isnt_reached_is_called_again_and_every_try_stands_there, async |app: TestApp| {
    let no = app.case(json!({ "disposition": "call_back", "callback_at": "2026-11-22T15:00" })).await;
    let ctx = app.ctx(Role::Operator);
    let open = async || callback::of(&app.services.store, vec![app.ticket(no).await.id.0]).await.expect("callbacks");
    let id = open().await[0].id;
    assert_eq!(code(steps::callback::tried(&app.services, &ctx, id, "").await), "choice.unknown");
    let browser = app.browser(Role::Operator).await;
    for how in ["busy", "no_answer"] {
        browser.post(&format!("/callbacks/{id}/tried"), &[("how", how)]).await.is(303);
        app.clock.advance(chrono::Duration::minutes(5));
    }
    assert_eq!(open().await[0].tries, 2, "it's open still");
    let page = browser.get(&format!("/tickets/{no}")).await.is(200).page().text("main");
    assert!(page.contains("2回つながらず") && page.contains("応答なし"), "{page}");
    let told = app.timeline(no).await;
    assert!(told.iter().any(|line| line == "折返しの電話がつながりませんでした：話し中"), "{told:?}");
    steps::callback::keep(&app.services, &ctx, id).await.expect("kept");
    assert_eq!(code(steps::callback::tried(&app.services, &ctx, id, "busy").await), "callback.kept");
});

on_each_db!(whoever_takes_a_promise_rings_and_the_lists_say_so, async |app: TestApp| {
    let no = app.case(json!({ "disposition": "call_back", "callback_at": "2026-11-22T15:00" })).await;
    let id = callback::of(&app.services.store, vec![app.ticket(no).await.id.0]).await.expect("callbacks")[0].id;
    let own = app.ctx(Role::Operator);
    assert_eq!(code(steps::callback::take(&app.services, &own, id, None).await), "callback.own", "who promised rings");
    let other = app.browser(Role::Supervisor).await;
    let at = format!("/tickets/{no}");
    assert!(other.get(&at).await.is(200).page().text("main").contains("自分が折り返す"));
    // Two people press it on the same page: one has it.
    let promised = own.actor.id.to_string();
    let seen = [("rings", promised.as_str())];
    let third = app.browser(Role::Specialist).await;
    other.post(&format!("/callbacks/{id}/taken"), &seen).await.is(303);
    let late = third.post(&format!("/callbacks/{id}/taken"), &seen).await.is(409).page().text("main");
    assert!(late.contains("ほかの人が先にこの折返しを引き受けました"), "{late}");
    assert!(app.timeline(no).await.iter().any(|line| line == "折返しの担当を引き受けました"));
    let name = app.ctx(Role::Supervisor).actor.name;
    for (role, path) in [(Role::Operator, "/"), (Role::Operator, "/handover"), (Role::Operator, at.as_str())] {
        let page = app.browser(role).await.get(path).await.is(200).page().text("main");
        assert!(page.contains(&name), "{path}: {page}");
    }
    steps::callback::keep(&app.services, &own, id).await.expect("kept");
    assert_eq!(code(steps::callback::take(&app.services, &own, id, None).await), "callback.kept");
});
