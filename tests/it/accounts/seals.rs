//! Sealed values: their keys change while instances run, and a wrong key file is found out at start.

use std::sync::Arc;

use madoguchi::app::App;
use madoguchi::domain::access::actor::Role;
use madoguchi::gateway::password::Cost;
use madoguchi::usecase::accounts::seals;

use crate::support::app::settings;
use crate::support::people::{PASSWORD, SECRET};
use crate::support::{TestApp, on_each_db};

on_each_db!(the_secret_of_an_app_never_stands_in_the_database, async |app: TestApp| {
    let rows = app.select("SELECT secret FROM factors").await;
    let held = serde_json::to_string(&rows).unwrap();
    let plain = serde_json::to_string(&SECRET.to_vec()).unwrap();
    assert!(rows.len() > 5 && !held.contains(plain.trim_matches(['[', ']'])));
});

on_each_db!(keys_change_while_two_instances_run, async |app: TestApp| {
    let twin = app.twin().await;
    let before = std::fs::read_to_string(app.services.seals.path()).unwrap();
    let sealed = seals::rotate(&app.services, &app.app.console()).await.unwrap();
    assert_eq!(sealed, 8);
    assert!(!std::fs::read_to_string(app.services.seals.path()).unwrap().contains(before.trim()));
    let browser = app.sign_in("kanda", PASSWORD).await;
    browser.at(twin.web().router).get("/account").await.is(200);
    let half = app.stranger().at(twin.web().router).half_in("ueno", PASSWORD).await;
    half.with_code(&crate::support::app::code(&app.clock)).await.get("/").await.is(200);
    seals::check(&app.twin().await.services).await.unwrap();
});

on_each_db!(a_wrong_key_file_is_named_at_start, async |app: TestApp| {
    let mut wrong = settings(&app.db);
    wrong.seal.key_file = app.db.folder.path().join("other").display().to_string();
    let other = App::build_with(wrong.clone(), Arc::new(app.clock.clone()), Cost::TRIAL).await.unwrap();
    let refused = seals::check(&other.services).await.unwrap_err().to_string();
    assert!(refused.contains("other") && refused.contains("seal.key_file"), "{refused}");
    std::fs::write(&wrong.seal.key_file, format!("{}\n", "ab".repeat(32))).unwrap();
    let refused = seals::check(&other.services).await.unwrap_err().to_string();
    assert!(refused.contains("other") && refused.contains("seal.key_file"), "{refused}");
});

on_each_db!(only_the_console_changes_keys, async |app: TestApp| {
    assert!(seals::rotate(&app.services, &app.ctx(Role::Administrator)).await.is_err());
});
