//! Reading and working on tickets by script.

use madoguchi::domain::access::actor::Role;
use serde_json::json;

use crate::support::{TestApp, on_each_db};

on_each_db!(an_entry_is_appended_with_its_event_time, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let script = app.script(Role::Operator).await;
    let entry = json!({ "kind": "advice", "occurred_at": "2026-11-22T09:15", "body": "バックアップを外すよう案内" });
    let done = script.post_json(&format!("/api/v1/tickets/{no}/entries"), &entry).await.is(200).json();
    assert_eq!(done["number"], no.to_string());
    let read = script.get(&format!("/api/v1/tickets/{no}")).await.is(200).json();
    let first = &read["entries"][0];
    assert_eq!((&first["kind"], &first["body"]), (&json!("advice"), &json!("バックアップを外すよう案内")));
    assert_eq!(
        (first["occurred_at"].as_str(), first["entered_at"].as_str()),
        (Some("2026-11-22T00:15:00Z"), Some("2026-11-22T01:42:00Z"))
    );
});

on_each_db!(a_move_needs_the_version_that_was_seen, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let script = app.script(Role::Specialist).await;
    let path = format!("/api/v1/tickets/{no}");
    let version = script.get(&path).await.is(200).json()["version"].as_i64().unwrap();
    let close = |version: i64| json!({ "transition": "close", "result": "solved", "version": version });
    script.post_json(&format!("{path}/transitions"), &close(version - 1)).await.is(409);
    script.post_json(&format!("{path}/transitions"), &close(version)).await.is(200);
    let closed = script.get(&path).await.is(200).json();
    assert_eq!((&closed["state"], closed["closed_at"].is_string()), (&json!("done"), true));
});

on_each_db!(an_operators_script_may_not_take_from_the_queue, async |app: TestApp| {
    let no = app.case(json!({ "disposition": "escalated", "next": "usual", "next_reason": "全台停止" })).await;
    let version = app.ticket(no).await.version;
    let take = json!({ "transition": "take", "version": version });
    let path = format!("/api/v1/tickets/{no}/transitions");
    app.script(Role::Operator).await.post_json(&path, &take).await.is(404);
    app.script(Role::Specialist).await.post_json(&path, &take).await.is(200);
});

on_each_db!(the_search_answers_like_the_list, async |app: TestApp| {
    let no = app.case(json!({ "narrative": "複合機の不調" })).await;
    let script = app.script(Role::Operator).await;
    let found = script.post_json("/api/v1/tickets/search", &json!({ "q": "複合機" })).await.is(200).json();
    let listed = script.get("/api/v1/tickets").await.is(200).json();
    assert_eq!(found, listed);
    assert_eq!(found["tickets"][0]["number"], no.to_string());
});

on_each_db!(a_report_is_read_once_it_was_published, async |app: TestApp| {
    let script = app.script(Role::JmaReader).await;
    script.get("/api/v1/reports/2026-10").await.is(404);
    app.draw_report().await;
    script.get("/api/v1/reports/2026-10").await.is(404);
    app.publishes("2026-10".parse().expect("a month"), "前の月と同じ傾向です。").await;
    let report = script.get("/api/v1/reports/2026-10").await.is(200).json();
    assert_eq!((&report["period"], &report["report"]["schema"]), (&json!("2026-10"), &json!("stat-report/1")));
    script.get("/api/v1/reports/2026-09").await.is(404);
});
