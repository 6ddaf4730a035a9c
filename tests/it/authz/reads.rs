//! Looking changes nothing: whatever a GET is asked for, by whomever, only the audit and the session's own time move.

use axum::http::Method;
use serde_json::Value;

use super::objects::Objects;
use crate::support::people::roles;
use crate::support::rows::TABLES;
use crate::support::{Client, TestApp, on_each_db};

/// What a look may leave: that it was had, and that its session isn't idle.
const TRACES: [&str; 4] = ["audit_entries", "audit_subjects", "journals", "sessions"];

async fn content(app: &TestApp) -> Vec<(&'static str, Vec<String>)> {
    let mut all = Vec::new();
    for table in TABLES.into_iter().filter(|table| !TRACES.contains(table)) {
        let mut rows: Vec<String> =
            app.select(&format!("SELECT * FROM {table}")).await.iter().map(Value::to_string).collect();
        rows.sort();
        all.push((table, rows));
    }
    all
}

on_each_db!(a_get_writes_nothing_but_its_audit_entry, async |app: TestApp| {
    let app = app.with_directory().await;
    let there = Objects::made(&app).await;
    let mut clients: Vec<(String, Client)> = vec![("nobody".into(), app.stranger())];
    for role in roles() {
        clients.push((format!("{role:?}"), app.browser(role).await));
        clients.push((format!("{role:?}'s script"), app.script(role).await));
    }
    let gets: Vec<_> = app.app.web().routes.into_iter().filter(|route| route.method == Method::GET).collect();
    assert!(gets.len() > 30, "the doors are read: {}", gets.len());
    // Twice: without a month's report, and with it.
    for drawn in [false, true] {
        if drawn {
            app.publish_report().await;
        }
        let before = content(&app).await;
        for route in &gets {
            for (_, client) in &clients {
                client.get(&there.path(route.path)).await;
            }
            let after = content(&app).await;
            for (was, is) in before.iter().zip(&after) {
                assert_eq!(was, is, "GET {} wrote into {}", route.path, was.0);
            }
        }
    }
});
