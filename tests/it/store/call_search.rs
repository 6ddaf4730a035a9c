//! Searching calls that led to no ticket: by what was said, typed and noted down, and no longer once they have one.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::CallId;
use madoguchi::store::tickets;
use madoguchi::usecase::Error;
use madoguchi::usecase::calls::{search, sheet};
use serde_json::json;

use crate::support::{TestApp, on_each_db};

async fn find(app: &TestApp, question: &str) -> Vec<CallId> {
    let found = search::find(&app.services, &app.ctx(Role::Operator), question, None).await;
    found.unwrap_or_else(|e| panic!("{question}: {e:?}")).page.rows.iter().map(|call| call.id).collect()
}

/// A call that led to nothing, with what was typed and noted on it.
async fn wrong_number(app: &TestApp, number: &str, typed: &[(&str, &str)], noted: &str) -> CallId {
    let call = app.ring(number).await;
    app.fill(call, typed).await;
    if !noted.is_empty() {
        sheet::jot(&app.services, &app.ctx(Role::Operator), call, noted, &None).await.unwrap();
    }
    assert_eq!(app.end(call, json!({ "disposition": "wrong" })).await.unwrap().ticket, None);
    call
}

on_each_db!(a_call_without_a_ticket_is_found_by_all_that_was_said_typed_and_noted, async |app: TestApp| {
    let typed = [("caller_name", "駒場 すみれ"), ("facility", "ｻｸﾗ歯科"), ("narrative", "番号を間違えたとのこと")];
    let call = wrong_number(&app, "03-5550-4321", &typed, "間違い電話、代表番号をご案内").await;
    wrong_number(&app, "06-5550-9999", &[], "").await;
    for word in ["駒場", "すみれ", "さくら歯科", "間違い電話", "番号 代表", "間違えた", "5550-4321", "0355504321"]
    {
        assert_eq!(find(&app, word).await, [call], "{word}");
    }
    assert_eq!(find(&app, "いたずら").await.len(), 2, "how it ended finds it too");
    for word in ["", "　", "電話間違い", "%", "駒場 脅迫文"] {
        assert_eq!(find(&app, word).await, [], "{word}");
    }
});

on_each_db!(a_logged_call_without_a_ticket_is_found_and_one_with_a_ticket_is_not, async |app: TestApp| {
    let told = json!({ "disposition": "scheme_info", "next": "none", "narrative": "制度の資料がほしい" });
    let logged = app.log(told).await.unwrap().call;
    app.case(json!({ "narrative": "資料が開けない" })).await;
    assert_eq!(find(&app, "資料").await, [logged]);
    app.ring("03-5550-7777").await;
    assert_eq!(find(&app, "5550-7777").await, [], "a call that goes on isn't found yet");
});

on_each_db!(a_call_that_gets_a_ticket_later_leaves_the_calls, async |app: TestApp| {
    let ticket = app.ticket(app.case(json!({})).await).await.id;
    let stays = wrong_number(&app, "", &[("narrative", "無言のまま切れた")], "").await;
    let call = wrong_number(&app, "", &[("narrative", "無言のまま続いた")], "").await;
    assert_eq!(find(&app, "無言の").await, [call, stays], "the last ended first");
    let tx = app.services.store.begin().await.unwrap();
    tickets::link_call(&tx, call, ticket).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find(&app, "無言の").await, [stays]);
    let again = wrong_number(&app, "", &[("narrative", "無言のまま鳴った")], "").await;
    assert_eq!(find(&app, "無言の").await, [again, stays], "the place that became free is taken");
});

on_each_db!(calls_are_paged_by_key, async |app: TestApp| {
    for _ in 0..53 {
        let told = json!({ "disposition": "wrong", "next": "none", "narrative": "呼出音のみ" });
        app.log(told).await.unwrap();
    }
    let ctx = app.ctx(Role::Supervisor);
    let first = search::find(&app.services, &ctx, "呼出音", None).await.unwrap();
    let second = search::find(&app.services, &ctx, "呼出音", first.page.older).await.unwrap();
    assert_eq!((first.page.rows.len(), second.page.rows.len(), second.page.older), (50, 3, None));
    assert!(second.page.rows.iter().all(|late| first.page.rows.iter().all(|early| early.id != late.id)));
});

on_each_db!(a_search_of_calls_is_one_entry_with_the_calls_it_showed_and_not_for_everybody, async |app: TestApp| {
    for _ in 0..2 {
        wrong_number(&app, "", &[("narrative", "無言のまま切れた")], "").await;
    }
    app.clock.advance(Duration::seconds(1));
    let subjects = app.count("audit_subjects").await;
    assert_eq!(find(&app, "無言").await.len(), 2);
    let last = madoguchi::store::audit::filtered(&app.services.store, &Default::default(), 1).await.unwrap();
    assert_eq!((last[0].action.as_str(), &last[0].detail), ("call.search", &json!({ "shown": 2 })));
    assert_eq!(app.count("audit_subjects").await, subjects + 2);
    for role in [Role::Clerk, Role::JmaReader, Role::Administrator] {
        let refused = search::find(&app.services, &app.ctx(role), "無言", None).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{role:?}");
    }
});

on_each_db!(the_page_and_the_api_show_calls_beside_tickets, async |app: TestApp| {
    let no = app.case(json!({ "narrative": "複合機の不調" })).await;
    let call = wrong_number(&app, "03-5550-4321", &[("narrative", "複合機の営業")], "").await;
    let page = app.browser(Role::Operator).await.post("/tickets/search", &[("q", "複合機")]).await.is(200).page();
    assert!(page.has(&format!("main a[href='/tickets/{no}']")) && page.has(&format!("main a[href='/calls/{call}']")));
    let script = app.script(Role::Operator).await;
    let found = script.post_json("/api/v1/calls/search", &json!({ "q": "複合機" })).await.is(200).json();
    assert_eq!((&found["calls"][0]["id"], &found["calls"][0]["disposition"]), (&json!(call.0), &json!("wrong")));
    assert_eq!(found["calls"].as_array().map(Vec::len), Some(1));
});
