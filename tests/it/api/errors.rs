//! Errors of the API: one shape, stable codes, Japanese words, and never a failure of ours.

use madoguchi::domain::access::actor::Role;
use serde_json::{Value, json};

use crate::support::cases::logged;
use crate::support::{Answer, TestApp, on_each_db};

fn well_formed(answer: &Answer) {
    let error = &answer.json()["error"];
    assert!(error["code"].as_str().is_some_and(|c| !c.is_empty()), "{}", answer.text());
    assert!(error["message"].as_str().is_some_and(|m| !m.is_ascii()), "{}", answer.text());
    assert!(error["request_id"].as_str().is_some_and(|id| uuid::Uuid::parse_str(id).is_ok()), "{}", answer.text());
    for field in error["fields"].as_array().expect("fields") {
        assert!(["name", "code", "message"].iter().all(|key| field[key].is_string()), "{field}");
    }
}

on_each_db!(errors_have_the_contracts_shape, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let script = app.script(Role::Operator).await;
    let moves = format!("/api/v1/tickets/{no}/transitions");
    let answers: [(Answer, u16, &str); 8] = [
        (app.stranger().get("/api/v1/me").await, 401, "auth.token"),
        (script.get("/api/v1/tickets/2026-999999").await, 404, "not_found"),
        (script.get("/api/v1/nothing").await, 404, "not_found"),
        (script.get("/api/v1/calls").await, 405, "request.method"),
        (script.post_bytes("/api/v1/calls", b"{".to_vec(), None).await, 422, "json.invalid"),
        (
            script.post_json(&moves, &json!({ "transition": "watch", "version": 99, "reason": "x" })).await,
            409,
            "ticket.stale",
        ),
        (script.post_json(&moves, &json!({ "transition": "fly", "version": 1 })).await, 422, "transition.unknown"),
        (script.post_json("/api/v1/calls", &logged(json!({ "incident": "x" }))).await, 422, "input.invalid"),
    ];
    for (answer, status, code) in answers {
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
        well_formed(&answer);
    }
});

on_each_db!(a_conflict_carries_the_version_that_was_sent_and_the_one_that_stands, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let (script, stands) = (app.script(Role::Operator).await, app.ticket(no).await.version);
    for (what, body) in [
        ("transitions", json!({ "transition": "watch", "version": 99, "reason": "x" })),
        ("change", json!({ "severity": "low", "version": 99 })),
    ] {
        let answer = script.post_json(&format!("/api/v1/tickets/{no}/{what}"), &body).await.is(409);
        assert_eq!(answer.faults(), ["version: version.sent", "version: version.stands"]);
        let fields = answer.json()["error"]["fields"].clone();
        assert_eq!(
            (fields[0]["message"].as_str(), fields[1]["message"].clone()),
            (Some("99"), json!(stands.to_string()))
        );
        well_formed(&answer);
    }
});

on_each_db!(all_faults_of_a_call_are_named_at_once_and_nothing_is_written, async |app: TestApp| {
    let script = app.script(Role::Operator).await;
    let bad = logged(json!({
        "number": "a\u{0}", "arrived_at": "2026-11-22T03:00:00Z", "ended_at": "2026-11-22T02:00:00Z", "incident": "x",
        "severity": "y", "caller_name": "a\u{0}", "narrative": "あ".repeat(10_001),
    }));
    let answer = script.post_json("/api/v1/calls", &bad).await.is(422);
    let mut faults = answer.faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "arrived_at: time.future",
            "caller_name: text.control",
            "ended_at: time.future",
            "ended_at: time.order",
            "incident: choice.unknown",
            "narrative: text.too_long",
            "number: text.control",
            "severity: choice.unknown",
        ]
    );
    assert_eq!((app.count("calls").await, app.count("tickets").await), (0, 0));
});

on_each_db!(a_megabyte_is_refused_with_its_code, async |app: TestApp| {
    let script = app.script(Role::Operator).await;
    let answer = script.post_json("/api/v1/calls", &logged(json!({ "narrative": "あ".repeat(350_000) }))).await.is(413);
    assert_eq!(answer.code(), "request.too_large");
    well_formed(&answer);
});

on_each_db!(what_is_no_json_is_refused_and_never_a_failure_of_ours, async |app: TestApp| {
    let script = app.script(Role::Operator).await;
    let whole = logged(json!({})).to_string();
    let mut bodies: Vec<Vec<u8>> = [
        r#"{"q":"\ud800"}"#,
        r#"{"q":"\udc00\ud800"}"#,
        "null",
        "[]",
        "\"\"",
        "{}",
        "",
        "{\"q\":1}",
        "{\"q\":null}",
        "\u{feff}{}",
    ]
    .iter()
    .map(|b| b.as_bytes().to_vec())
    .collect();
    bodies.push(b"{\"q\":\"\xff\xfe\"}".to_vec());
    bodies.push(whole.replace("画面", "\\ud83d").into_bytes());
    bodies.push(whole.replace("2026-11-22T01:30:00Z", "2026-02-30T25:61:00Z").into_bytes());
    bodies.push(whole.replace("2026-11-22T01:30:00Z", "+262142-12-31T23:59:59Z").into_bytes());
    bodies.push(whole.replace("2026-11-22T01:30:00Z", "-262143-01-01T00:00:00Z").into_bytes());
    bodies.push("[".repeat(100_000).into_bytes());
    for path in
        ["/api/v1/calls", "/api/v1/tickets/search", "/api/v1/tickets/2026-000001/entries", "/api/v1/verifications"]
    {
        for body in &bodies {
            let answer = script.post_bytes(path, body.clone(), None).await;
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
            assert!(answer.status < 500 && answer.status != 201, "{path} {shown}: {}", answer.text());
            if answer.status >= 400 {
                well_formed(&answer);
            }
        }
    }
    assert_eq!(app.count("tickets").await, 0);
});

on_each_db!(a_null_character_is_refused_in_every_text, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let script = app.script(Role::Operator).await;
    for field in [
        "number",
        "caller_name",
        "callback",
        "member_name",
        "facility",
        "address",
        "member_number",
        "narrative",
        "incident",
        "severity",
        "callback_note",
        "next_reason",
        "result",
        "ticket",
        "reason",
    ] {
        let mut call = logged(
            json!({ "callback_at": "2026-11-22T15:00", "disposition": "escalated", "next_reason": "x", "next": "usual" }),
        );
        call[field] = Value::String("a\u{0}b".into());
        let answer = script.post_json("/api/v1/calls", &call).await;
        assert!(answer.status < 500, "{field}: {}", answer.text());
        if answer.status == 201 {
            assert!(["result", "reason"].contains(&field), "{field} was taken");
        }
    }
    let entry = script.post_json(&format!("/api/v1/tickets/{no}/entries"), &json!({ "body": "a\u{0}b" })).await;
    assert_eq!(entry.is(422).faults(), ["body: text.control"]);
    let reason = json!({ "transition": "watch", "version": 1, "reason": "a\u{0}b" });
    assert_eq!(
        script.post_json(&format!("/api/v1/tickets/{no}/transitions"), &reason).await.is(422).faults(),
        ["reason: text.control"]
    );
});
