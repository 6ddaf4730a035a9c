//! Fields that no form has, sent along with what a form has: nothing more is written than without them.

use serde_json::{Value, json};

use super::takes;
use super::world::World;
use crate::support::{TestApp, on_each_db};

/// What one would like to set oneself: names of columns, and of what stands behind forms.
const WISHES: [(&str, &str); 34] = [
    ("id", "00000000-0000-0000-0000-000000000001"),
    ("role", "administrator"),
    ("Role", "administrator"),
    ("account_id", "00000000-0000-0000-0000-000000000001"),
    ("actor", "00000000-0000-0000-0000-000000000001"),
    ("state", "done"),
    ("state_evidence", "{}"),
    ("owner_id", "00000000-0000-0000-0000-000000000001"),
    ("operator_id", "00000000-0000-0000-0000-000000000001"),
    ("entered_by", "00000000-0000-0000-0000-000000000001"),
    ("entered_at", "2022-01-01T00:00:00Z"),
    ("opened_at", "2022-01-01T00:00:00Z"),
    ("opened_by", "00000000-0000-0000-0000-000000000001"),
    ("created_at", "2022-01-01T00:00:00Z"),
    ("closed_at", "2022-01-01T00:00:00Z"),
    ("reviewed_at", "2022-01-01T00:00:00Z"),
    ("decided_by", "00000000-0000-0000-0000-000000000001"),
    ("disabled_at", "2022-01-01T00:00:00Z"),
    ("expires_at", "2099-01-01T00:00:00Z"),
    ("password_hash", "x"),
    ("code_hash", "x"),
    ("verification", "verified"),
    ("verified", "true"),
    ("outcome_by", "x"),
    ("provisional", "false"),
    ("tier", "2"),
    ("desk", "claims"),
    ("out_of_hours", "false"),
    ("facility_id", "00000000-0000-0000-0000-000000000001"),
    ("member_id", "00000000-0000-0000-0000-000000000001"),
    ("directory_version", "9"),
    ("admin", "yes"),
    ("is_admin", "1"),
    ("second_at", "2026-01-01T00:00:00Z"),
];

on_each_db!(fields_that_no_form_has_change_nothing, async |app: TestApp| {
    let world = World::kept(app).await;
    for route in world.routes().into_iter().filter(|route| route.method == axum::http::Method::POST) {
        for asked in takes::of(&route, &world.path(&route)) {
            let client = world.client(&route);
            let plain = client.send(asked.request(&client, &route).expect("a request")).await;
            let expected = world.all_rows().await;
            world.put_back().await;
            let mut more = asked.clone();
            let own = |name: &str| {
                asked.form.iter().flatten().any(|(own, _)| own == name)
                    || asked.json.as_ref().is_some_and(|json| json.contains_key(name))
            };
            for (name, value) in WISHES.into_iter().filter(|(name, _)| !own(name)) {
                more.query.push((name.into(), value.into()));
                more.form.iter_mut().for_each(|form| form.push((name.into(), value.into())));
                more.json.iter_mut().for_each(|json| drop(json.insert(name.into(), wish(value))));
            }
            let answer = client.send(more.request(&client, &route).expect("a request")).await;
            assert_eq!(answer.status, plain.status, "{}: {}", route.path, answer.said());
            let written = world.all_rows().await;
            let changed: Vec<_> = written.iter().filter(|row| !expected.contains(row)).collect();
            assert!(changed.is_empty() && written.len() == expected.len(), "{}: {changed:#?}", route.path);
            world.put_back().await;
        }
    }
});

fn wish(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}
