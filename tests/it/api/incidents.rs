//! The record of an incident and referrals by script: the pages' rules, and each key once.

use madoguchi::domain::access::actor::Role;
use serde_json::{Value, json};

use crate::support::referrals::lawyer;
use crate::support::{TestApp, on_each_db};

on_each_db!(facts_are_told_against_what_was_seen_and_a_key_counts_once, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    let script = app.script(Role::Specialist).await;
    let path = format!("/api/v1/tickets/{no}/incident");
    let told = json!({ "facts": { "care": "slowed", "systems": "chart,pcs", "aware_at": "2026-11-22T09:00", "aware_by": "受付" } });
    let unaware = json!({ "facts": { "care": "slowed" } });
    let refused = script.post_json(&path, &unaware).await.is(422).json();
    assert_eq!(refused["error"]["fields"][0]["code"], "incident.aware_missing");
    for _ in 0..2 {
        let done = script.post_once(&path, &told, "k-1").await.is(200).json();
        assert_eq!(done["number"], no.to_string());
    }
    let lines = app.timeline(no).await;
    assert_eq!(lines.iter().filter(|line| line.contains("診療への影響")).count(), 1, "sent twice it's told once");
    script.post_once(&path, &json!({ "facts": { "care": "closed" } }), "k-1").await.is(422);
    let known = script.get(&path).await.is(200).json();
    assert_eq!(known["facts"], told["facts"]);
    assert!(
        known["clocks"].as_array().is_some_and(|clocks| clocks.iter().any(|c| c["duty"] == "ppc_quick")),
        "{known}"
    );
    // Whoever saw it empty doesn't overwrite what somebody told since.
    let blind = script.post_json(&path, &json!({ "facts": { "care": "closed" } })).await.is(409).json();
    assert_eq!(blind["error"]["fields"][0]["name"], "care");
    let seen = json!({ "facts": { "care": "closed" }, "seen": { "care": "slowed" } });
    script.post_json(&path, &seen).await.is(200);
    for (body, name) in [(json!({}), "facts"), (json!({ "facts": { "weather": "rain" } }), "weather")] {
        let refused = script.post_json(&path, &body).await.is(422).json();
        assert_eq!(refused["error"]["fields"][0]["name"], name);
    }
    let said = json!({ "kind": "page", "said": "https://evil.example/pay" });
    let at = format!("/api/v1/tickets/{no}/indicators");
    script.post_json(&at, &said).await.is(200);
    script.post_json(&at, &said).await.is(422);
    assert_eq!(script.get(&path).await.is(200).json()["indicators"][0]["said"], "hxxps://evil[.]example/pay");
});

on_each_db!(a_referral_goes_by_script_through_the_same_steps, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    let firm = app.registers(&lawyer("あかり法律事務所")).await.to_string();
    let script = app.script(Role::Specialist).await;
    let path = format!("/api/v1/tickets/{no}/referrals");
    let asked = json!({ "kind": "lawyer", "asked_by": "member", "said_by": "榎本蓮太郎" });
    for _ in 0..2 {
        script.post_once(&path, &asked, "r-1").await.is(200);
    }
    let one = async || script.get(&path).await.is(200).json()["referrals"][0].clone();
    assert_eq!(script.get(&path).await.json()["referrals"].as_array().map(Vec::len), Some(1));
    let id = one().await["id"].as_str().expect("an id").to_owned();
    let step = async |body: Value| {
        let mut body = body;
        body["seen"] = one().await["steps"].clone();
        script.post_json(&format!("{path}/{id}"), &body).await.status
    };
    assert_eq!(one().await["next"], json!(["fees_told", "withdrawn"]));
    assert_eq!(step(json!({ "step": "contacted", "how": "reached" })).await, 409, "no consent is skipped");
    assert_eq!(step(json!({ "step": "fees_told", "said_by": "榎本蓮太郎" })).await, 422, "it wasn't read out");
    for (body, stage) in [
        (json!({ "step": "fees_told", "said_by": "榎本蓮太郎", "told": true }), "to_propose"),
        (json!({ "step": "proposed", "firms": [firm] }), "to_choose"),
        (json!({ "step": "chosen", "firm": firm, "said_by": "榎本蓮太郎" }), "to_agree"),
        (
            json!({ "step": "agreed", "items": ["contact"], "contact": "院長 03-5550-1234", "said_by": "榎本蓮太郎" }),
            "to_contact",
        ),
    ] {
        assert_eq!(step(body).await, 200);
        assert_eq!(one().await["stage"], stage);
    }
    let stale = json!({ "step": "contacted", "how": "reached", "seen": 1 });
    script.post_json(&format!("{path}/{id}"), &stale).await.is(409);
    app.script(Role::Operator).await.get(&path).await.is(404);
});
