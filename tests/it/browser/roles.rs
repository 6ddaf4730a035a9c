//! What each role finds at its desk, and does there.

use madoguchi::domain::access::actor::Role;
use serde_json::json;

use super::server::Desk;
use crate::support::app::{code_of, tokyo};
use crate::support::directory::data;
use crate::support::on_each_db;
use crate::support::people::NEW_PASSWORD;

const TOLD: &str = "受付の端末に身代金を求める文書が出ている";

on_each_db!(a_specialist_takes_what_waits_writes_what_was_done_and_closes_it, async |desk: Desk| {
    let no = desk
        .app
        .case(
            json!({ "disposition": "escalated", "next": "usual", "next_reason": "駆除を試みたい", "narrative": TOLD }),
        )
        .await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Specialist).await;
    browser.reads("main", "駆除を試みたい").await;
    browser.click(&format!("main a[href='/tickets/{no}']")).await;
    browser.at(&format!("/tickets/{no}")).await;
    browser.reads("main", TOLD).await;
    browser.click_on("引き受ける").await;
    browser.reads(".beside-title", "2次対応中").await;
    browser.press("F4").await;
    browser.types("隔離した端末のログを保全した").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("main .timeline, main li, main article", "隔離した端末のログを保全した").await;
    browser.run("document.querySelector('main select[name=result]').value = 'solved'").await;
    browser.run("document.querySelector('main select[name=result]').closest('details').open = true").await;
    browser.click_on("対応を完了する").await;
    browser.reads(".beside-title", "対応完了").await;
    browser.leave().await;
});

on_each_db!(a_supervisor_sees_who_is_on_a_call_and_reviews_the_one_taken_outside_hours, async |desk: Desk| {
    desk.app.clock.set(tokyo("2026-11-22 05:30:00"));
    let operator = desk.browser().await;
    operator.sign_in_as(Role::Operator).await;
    operator.reads(".hours", "時間外 06:00から").await;
    operator.starts_call().await;
    operator.reads(".sheet-head", "時間外対応").await;

    let supervisor = desk.browser().await;
    supervisor.sign_in_as(Role::Supervisor).await;
    supervisor.reads("h1", "本日の状況").await;
    supervisor.reads("main tr", "神田 うめ").await;

    operator.press("Alt+9").await;
    operator.press("8").await;
    operator.press("Ctrl+Enter").await;
    operator.reads("main .field-error", "時間外").await;
    assert_eq!(operator.value("disposition").await, "scheme_info", "what was chosen stays");
    operator.fills("out_of_hours_reason", "患者対応が止まっているため").await;
    operator.press("Ctrl+Enter").await;
    operator.ends_all_the_same().await;
    operator.at("/").await;

    supervisor.goto("/").await;
    supervisor.reads("main tr", "患者対応が止まっているため").await;
    supervisor.click_on("確認済みにする").await;
    supervisor.reads("main", "確認待ちの対応はありません").await;
    operator.leave().await;
    supervisor.leave().await;
});

on_each_db!(a_clerk_sees_who_was_pointed_to_them_and_not_one_word_that_was_told, async |desk: Desk| {
    let asked = json!({ "disposition": "claims_office", "narrative": TOLD, "caller_name": "受付 かりん" });
    let no = desk.app.case(asked).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Clerk).await;
    browser.reads("main tr", &no.to_string()).await;
    for page in ["/".to_owned(), format!("/tickets/{no}")] {
        browser.goto(&page).await;
        assert_eq!(browser.status().await, 200);
        let source = browser.client.source().await.expect("the page");
        for secret in ["身代金", "受付 かりん", "5550"] {
            assert!(!source.contains(secret), "a clerk reads {secret} at {page}");
        }
    }
    browser.leave().await;
});

on_each_db!(a_jma_reader_reads_what_two_supervisors_published_and_reaches_nothing_else, async |desk: Desk| {
    for _ in 0..12 {
        desk.app.case(json!({ "arrived_at": "2026-10-10T01:30:00Z", "ended_at": "2026-10-10T01:40:00Z" })).await;
    }
    desk.app.publish_report().await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::JmaReader).await;
    browser.reads("h1", "2026年10月").await;
    browser.reads("main", "前の月と同じ傾向です。").await;
    browser.reads("main", "ランサムウェア").await;
    assert_eq!(
        browser.run("return document.querySelectorAll('nav.places a').length").await,
        2,
        "the reports and the guide"
    );
    for elsewhere in ["/tickets", "/calls", "/queue", "/day", "/accounts", "/audit", "/tickets/search"] {
        browser.goto(elsewhere).await;
        assert_eq!(browser.status().await, 404, "{elsewhere}");
        browser.reads("h1", "見つかりません").await;
    }
    browser.leave().await;
});

on_each_db!(an_administrator_looks_at_an_import_before_it_is_done, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Administrator).await;
    browser.chooses_file("tests/data/membership-sample/directory.cp932.csv").await;
    browser.click_on("内容を確認する").await;
    browser.reads("#import-result", "まだ何も変わっていません").await;
    browser.reads("#import-result", "CP932").await;
    assert_eq!(desk.app.count("members").await, 12, "a look changes nothing");
    browser.reads("#import-result", "なくなるものの例").await;
    let gone = desk.app.import_as(&data("membership-sample/directory.cp932.csv"), "2026-11-22", true, true).await;
    browser.fills("gone", &gone.unwrap().gone.to_string()).await;
    browser.click_on("この内容で取り込む").await;
    browser.reads("#import-result", "取り込みました").await;
    assert!(desk.app.count("members").await > 2_000);
    browser.goto("/").await;
    browser.reads("main tr", "directory.cp932.csv").await;
    browser.leave().await;
});

on_each_db!(
    somebody_new_comes_in_by_a_code_that_works_once_chooses_a_password_and_sets_up_their_app,
    async |desk: Desk| {
        let browser = desk.browser().await;
        browser.sign_in_as(Role::Administrator).await;
        browser.goto("/accounts").await;
        browser.fills("login", "nippori").await;
        browser.fills("name", "日暮 里子").await;
        browser.click_on("作成").await;
        browser.reads("main", "nippori").await;
        let code = browser.text("main .shown-once").await;
        assert!(code.len() >= 10, "{code:?} is a code");

        let newcomer = desk.browser().await;
        newcomer.half_in("nippori", &code).await;
        newcomer.at("/account/password").await;
        newcomer.goto("/calls").await;
        newcomer.at("/account/password").await;
        newcomer.fills("password", NEW_PASSWORD).await;
        newcomer.fills("again", NEW_PASSWORD).await;
        newcomer.press("Enter").await;
        newcomer.at("/account/factor").await;
        newcomer.goto("/calls").await;
        newcomer.at("/account/factor").await;
        newcomer.press("Enter").await;
        newcomer.reads("main", "6桁のコード").await;
        let key = newcomer.text("main .set-up-key").await;
        newcomer.types(&code_of(&key, &desk.app.clock)).await;
        newcomer.press("Enter").await;
        newcomer.reads("main", "二度と表示されません").await;
        assert_eq!(newcomer.run("return document.querySelectorAll('main li code').length").await, 10);
        newcomer.click_on("保管しました").await;
        newcomer.at("/calls").await;
        newcomer.reads(".person", "日暮 里子").await;

        let again = desk.browser().await;
        again.goto("/session/new").await;
        again.types("nippori").await;
        again.press("Tab").await;
        again.types(&code).await;
        again.press("Enter").await;
        again.reads("main", "違います").await;
        for browser in [browser, newcomer, again] {
            browser.leave().await;
        }
    }
);
