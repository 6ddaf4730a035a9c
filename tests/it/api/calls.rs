//! Logging a call in one go.

use madoguchi::domain::access::actor::Role;
use serde_json::json;

use crate::support::cases::logged;
use crate::support::{TestApp, on_each_db};

on_each_db!(a_logged_call_is_a_call_a_ticket_a_timeline_and_an_audit_entry, async |app: TestApp| {
    let script = app.script(Role::Integration).await;
    let answer = script.post_json("/api/v1/calls", &logged(json!({}))).await.is(201).json();
    assert_eq!(answer["ticket"], "2026-000001");
    assert!(uuid::Uuid::parse_str(answer["call"].as_str().unwrap()).is_ok());
    let counts = (app.count("calls").await, app.count("tickets").await, app.count("call_tickets").await);
    assert_eq!(counts, (1, 1, 1));
    let read = app.script(Role::Operator).await.get("/api/v1/tickets/2026-000001").await.is(200).json();
    assert_eq!(
        (&read["state"], &read["incident"], &read["summary"]),
        (&json!("tier1"), &json!("ransomware"), &json!("画面に英語の脅迫文が出ている"))
    );
    assert!(app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'call.log'").await == 1);
});

on_each_db!(the_least_that_is_a_call_is_taken, async |app: TestApp| {
    let script = app.script(Role::Integration).await;
    let least = json!({ "arrived_at": "2026-11-22T01:30:00Z", "disposition": "wrong" });
    let answer = script.post_json("/api/v1/calls", &least).await.is(201).json();
    assert!(answer["ticket"].is_null(), "calls without a ticket are first-class");
});

on_each_db!(times_keep_their_microseconds_and_their_zone, async |app: TestApp| {
    let script = app.script(Role::Operator).await;
    let call = logged(json!({ "arrived_at": "2026-11-22T10:30:00.123456789+09:00" }));
    script.post_json("/api/v1/calls", &call).await.is(201);
    let held =
        madoguchi::store::calls::of_day(&app.services.store, "2026-11-22".parse().unwrap(), None, 10).await.unwrap();
    assert_eq!(held[0].arrived_at.to_rfc3339(), "2026-11-22T01:30:00.123456+00:00");
});

on_each_db!(a_verified_call_names_its_facility_and_a_false_verification_is_refused, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script(Role::Operator).await;
    let said = json!({ "member_name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "文京区本駒込9-8-7", "member_number": "234567", "recorded": "verified" });
    let made = script.post_json("/api/v1/calls", &logged(said.clone())).await.is(201).json();
    let path = format!("/api/v1/tickets/{}", made["ticket"].as_str().unwrap());
    let read = script.get(&path).await.is(200).json();
    assert_eq!((&read["facility_name"], &read["verification"]), (&json!("榎本みどり医院"), &json!("verified")));

    let mut wrong = said;
    wrong["member_number"] = "999999".into();
    let refused = script.post_json("/api/v1/calls", &logged(wrong)).await.is(409);
    assert_eq!(refused.code(), "verification.not_eligible");
    assert_eq!((app.count("calls").await, app.count("verifications").await), (1, 1), "nothing is half-written");
});

on_each_db!(somebody_recorded_as_verified_said_something, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script(Role::Operator).await;
    let answer = script.post_json("/api/v1/calls", &logged(json!({ "recorded": "verified" }))).await;
    assert!(answer.status == 422 || app.ticket_unverified(&answer).await, "{}", answer.text());
});

impl TestApp {
    async fn ticket_unverified(&self, answer: &crate::support::Answer) -> bool {
        let no = madoguchi::domain::tickets::TicketNo::parse(answer.json()["ticket"].as_str().unwrap()).unwrap();
        !self.ticket(no).await.verification.opens_remote()
    }
}
