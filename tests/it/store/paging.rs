//! Lists are paged by key: no ticket is missed and none comes twice, even while new ones arrive.

use madoguchi::domain::access::actor::Role;
use serde_json::json;

use crate::support::{TestApp, on_each_db};

on_each_db!(a_hundred_and_twenty_tickets_are_paged_without_gaps_or_doubles, async |app: TestApp| {
    for _ in 0..120 {
        app.case(json!({})).await;
    }
    let script = app.script(Role::Operator).await;
    let mut seen: Vec<String> = Vec::new();
    let mut path = "/api/v1/tickets".to_owned();
    let mut sizes = Vec::new();
    loop {
        let page = script.get(&path).await.is(200).json();
        let numbers: Vec<_> =
            page["tickets"].as_array().unwrap().iter().map(|t| t["number"].as_str().unwrap().to_owned()).collect();
        sizes.push(numbers.len());
        seen.extend(numbers);
        app.case(json!({})).await; // somebody rings meanwhile
        let Some(older) = page["older"].as_i64() else { break };
        path = format!("/api/v1/tickets?before={older}");
    }
    let expected: Vec<_> = (1..=120).rev().map(|n| format!("2026-{n:06}")).collect();
    assert_eq!((sizes, seen), (vec![50, 50, 20], expected));
});

on_each_db!(found_tickets_are_paged_too, async |app: TestApp| {
    for _ in 0..60 {
        app.case(json!({ "narrative": "ルーターの赤い灯" })).await;
    }
    let script = app.script(Role::Operator).await;
    let first = script.post_json("/api/v1/tickets/search", &json!({ "q": "赤い灯" })).await.is(200).json();
    assert_eq!(first["tickets"].as_array().unwrap().len(), 50);
    let rest = json!({ "q": "赤い灯", "before": first["older"] });
    let second = script.post_json("/api/v1/tickets/search", &rest).await.is(200).json();
    assert_eq!((second["tickets"].as_array().unwrap().len(), second["older"].as_i64()), (10, None));
});

on_each_db!(filters_narrow_the_list_and_an_unknown_code_is_absent, async |app: TestApp| {
    app.case(json!({ "incident": "leak", "severity": "low" })).await;
    app.case(json!({ "next": "close" })).await;
    let browser = app.browser(Role::Operator).await;
    let rows = async |path: &str| browser.get(path).await.is(200).page().count("tbody tr a[href^='/tickets/']");
    assert_eq!(rows("/tickets").await, 1, "what has ended is left out");
    assert_eq!(rows("/tickets?state=all").await, 2);
    assert_eq!(rows("/tickets?state=done").await, 1);
    assert_eq!(rows("/tickets?state=all&incident=leak&severity=low&owner=me").await, 1);
    assert_eq!(rows("/tickets?state=all&incident=lost_media").await, 0);
    for path in ["/tickets?state=x", "/tickets?incident=%27", "/tickets?before=x", "/tickets?severity=no"] {
        browser.get(path).await.is(404);
    }
});
