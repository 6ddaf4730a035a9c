//! Requests repeated with the same key are done once, however often and from wherever they come.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use serde_json::json;

use crate::support::cases::logged;
use crate::support::{TestApp, on_each_db};

on_each_db!(the_same_key_and_body_give_the_same_answer_and_one_row, async |app: TestApp| {
    let script = app.script(Role::Integration).await;
    let body = logged(json!({}));
    let first = script.post_once("/api/v1/calls", &body, "call-1").await.is(201);
    app.clock.advance(Duration::days(6));
    let again = script.post_once("/api/v1/calls", &body, "call-1").await.is(201);
    assert_eq!(first.json(), again.json());
    assert_eq!((app.count("calls").await, app.count("tickets").await), (1, 1));
});

on_each_db!(the_same_key_with_another_body_is_refused, async |app: TestApp| {
    let script = app.script(Role::Integration).await;
    script.post_once("/api/v1/calls", &logged(json!({})), "call-1").await.is(201);
    let other = script.post_once("/api/v1/calls", &logged(json!({ "narrative": "別件" })), "call-1").await.is(422);
    assert_eq!(other.code(), "idempotency.mismatch");
    assert_eq!(app.count("tickets").await, 1);
});

on_each_db!(eight_posts_at_the_same_moment_make_one_ticket, async |app: TestApp| {
    let script = app.script(Role::Operator).await;
    let body = logged(json!({}));
    let posts = (0..8).map(|_| script.post_once("/api/v1/calls", &body, "at-once"));
    let answers = futures::future::join_all(posts).await;
    for answer in &answers {
        assert_eq!((answer.status, answer.json()), (201, answers[0].json()), "{}", answer.text());
    }
    assert_eq!((app.count("calls").await, app.count("tickets").await, app.count("idempotency").await), (1, 1, 1));
});

on_each_db!(eight_posts_to_two_instances_make_one_ticket, async |app: TestApp| {
    let twin = app.twin().await;
    let here = app.script(Role::Operator).await;
    let there = here.clone().at(twin.web().router);
    let body = logged(json!({}));
    let posts = (0..8).map(|i| if i % 2 == 0 { &here } else { &there }.post_once("/api/v1/calls", &body, "at-once"));
    let answers = futures::future::join_all(posts).await;
    for answer in &answers {
        assert_eq!((answer.status, answer.json()), (201, answers[0].json()), "{}", answer.text());
    }
    assert_eq!(app.count("tickets").await, 1);
});

on_each_db!(a_key_belongs_to_who_sent_it_and_where, async |app: TestApp| {
    let (one, other) = (app.script(Role::Operator).await, app.script(Role::Operator).await);
    for script in [&one, &other] {
        script.post_once("/api/v1/calls", &logged(json!({})), "k").await.is(201);
    }
    for no in ["2026-000001", "2026-000002"] {
        one.post_once(&format!("/api/v1/tickets/{no}/entries"), &json!({ "body": "同じ文" }), "k").await.is(200);
    }
    assert_eq!(app.count("tickets").await, 2);
});

on_each_db!(a_key_is_forgotten_after_seven_days, async |app: TestApp| {
    let script = app.script(Role::Operator).await;
    script.post_once("/api/v1/calls", &logged(json!({})), "k").await.is(201);
    app.clock.advance(Duration::days(7));
    script.post_once("/api/v1/calls", &logged(json!({ "narrative": "一週間後" })), "k").await.is(201);
    assert_eq!(app.count("tickets").await, 2);
});

on_each_db!(a_refused_request_leaves_its_key_free, async |app: TestApp| {
    let script = app.script(Role::Operator).await;
    script.post_once("/api/v1/calls", &logged(json!({ "disposition": "call_back" })), "k").await.is(422);
    script.post_once("/api/v1/calls", &logged(json!({})), "k").await.is(201);
});

on_each_db!(a_key_that_is_none_is_refused, async |app: TestApp| {
    let script = app.script(Role::Operator).await;
    for key in ["", "with space", &"k".repeat(65)] {
        let answer = script.post_once("/api/v1/calls", &logged(json!({})), key).await.is(422);
        assert_eq!(answer.code(), "idempotency.key", "{key:?}");
    }
    script.post_once("/api/v1/calls", &logged(json!({})), &"k".repeat(64)).await.is(201);
});

on_each_db!(a_form_sent_twice_is_done_once, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let browser = app.browser(Role::Operator).await;
    let before = app.count("entries").await;
    for _ in 0..2 {
        let fields = [("once", "form-1"), ("body", "二度押し"), ("kind", "note")];
        assert_eq!(
            browser.post(&format!("/tickets/{no}/entries"), &fields).await.is(303).location(),
            format!("/tickets/{no}")
        );
    }
    assert_eq!(app.count("entries").await, before + 1);
    let call = browser.post("/calls", &[("once", "ring-1")]).await.is(303).location().to_owned();
    assert_eq!(browser.post("/calls", &[("once", "ring-1")]).await.is(303).location(), call);
});
