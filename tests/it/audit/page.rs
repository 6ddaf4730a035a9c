//! The audit's pages: filtered, followed, taken out as a file, looked through every week.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use serde_json::json;

use crate::support::{TestApp, on_each_db};

on_each_db!(the_audit_is_filtered_by_person_day_and_result, async |app: TestApp| {
    app.case(json!({})).await;
    app.browser(Role::Clerk).await.get("/tickets").await.is(404);
    let admin = app.browser(Role::Administrator).await;
    let rows = async |query: String| {
        let rows = admin.get(&format!("/audit{query}")).await.is(200).page().texts("main table tbody tr");
        rows.into_iter().filter(|row| !row.contains("点検の記録")).collect::<Vec<_>>()
    };
    let all = rows(String::new()).await;
    let refused = rows("?result=refused".into()).await;
    assert!(refused.len() == 1 && all.len() > 1, "{refused:?}");
    assert!(refused[0].contains("大塚 ひのき") && refused[0].contains("拒否"), "{refused:?}");
    let kanda = rows(format!("?actor={}", app.id("kanda"))).await;
    assert!(!kanda.is_empty() && kanda.iter().all(|row| row.contains("神田 うめ")), "{kanda:?}");
    let none = admin.get("/audit?until=2026-11-21").await.is(200);
    assert!(none.text().contains("この条件の記録はありません"));
    for nonsense in ["?actor=x", "?result=x", "?from=x", "?before=1", "?subject=%00"] {
        admin.get(&format!("/audit{nonsense}")).await.is(404);
    }
});

on_each_db!(one_tickets_trail_and_one_facilitys_are_followed_by_number, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app
        .case(json!({
            "member_name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "東京都文京区本駒込9-8-7",
            "member_number": "234567", "recorded": "verified",
        }))
        .await;
    app.browser(Role::Supervisor).await.get(&format!("/tickets/{no}")).await.is(200);
    let admin = app.browser(Role::Administrator).await;
    for thing in [no.to_string(), "F0000001".to_owned()] {
        let to = admin.post("/audit/trail", &[("thing", &thing)]).await.is(303).location().to_owned();
        assert!(!to.contains(&thing), "no number in an address: {to}");
        let trail = admin.get(&to).await.is(200).page().texts("main table tbody tr");
        assert!(
            trail.iter().any(|row| row.contains("田端 もみじ") && row.contains("相談票の閲覧")),
            "{thing}: {trail:?}"
        );
        assert!(trail.iter().all(|row| !row.contains("サインイン")), "{trail:?}");
        let theirs = admin.get(&format!("{to}&actor={}", app.id("tabata"))).await.is(200).page();
        let theirs = theirs.texts("main table tbody tr");
        assert!(theirs.iter().any(|row| row.contains("相談票の閲覧")), "{theirs:?}");
        assert!(theirs.iter().all(|row| !row.contains("神田 うめ")), "{theirs:?}");
    }
    let unknown = admin.post("/audit/trail", &[("thing", "F9999999")]).await.is(422);
    assert_eq!(unknown.faults_shown(), ["thing"]);
    assert_eq!(unknown.page().attribute("[name=thing]", "value"), "F9999999", "what was typed stays");
});

on_each_db!(a_review_is_written_down_with_who_made_it_and_the_chains_head, async |app: TestApp| {
    let admin = app.browser(Role::Administrator).await;
    madoguchi::usecase::audit::seal(&app.services).await.unwrap();
    admin.post("/audit/reviews", &[("note", "夜間の閲覧が多い")]).await.is(303);
    app.clock.advance(Duration::minutes(5));
    admin.post("/audit/reviews", &[("note", "")]).await.is(303);
    let page = admin.get("/audit").await.page();
    assert!(page.texts("main td").iter().any(|text| text == "夜間の閲覧が多い"));
    let reviews = app.select("SELECT from_at, until_at, head FROM audit_reviews ORDER BY until_at").await;
    assert_eq!(reviews[0]["until_at"], reviews[1]["from_at"], "each goes on where the last ended");
    assert!(reviews[0]["head"].as_str().unwrap().contains(':'));
});

on_each_db!(the_audit_leaves_as_a_file_only_with_a_fresh_proof, async |app: TestApp| {
    app.case(json!({})).await;
    let admin = app.browser(Role::Administrator).await;
    let file = admin.post("/audit/export", &[("result", "done")]).await.is(200);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.header("content-disposition").contains("audit-2026-11-22.csv"));
    assert!(file.text().starts_with('\u{feff}') && file.text().contains("神田 うめ"));
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'audit.export'").await, 1);
    app.clock.advance(Duration::minutes(11));
    admin.post("/audit/export", &[("result", "done")]).await.is(403);
});
