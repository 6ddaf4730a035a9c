//! A referral in a real browser, by keyboard: asked for, told, named, chosen, agreed, refused by the first firm, taken on
//! by the second; its pages can be used by everybody.

use madoguchi::domain::access::actor::Role;
use madoguchi::usecase::incidents::indicators;
use serde_json::json;

use super::accessible::{WATCH_SHIFTS, none};
use super::server::Desk;
use crate::support::on_one_db;
use crate::support::referrals::lawyer;

on_one_db!(a_member_is_introduced_by_keyboard, async |desk: Desk| {
    desk.app.registers(&lawyer("あかり法律事務所")).await;
    desk.app.registers(&lawyer("みなと法律事務所")).await;
    let no = desk.app.at_tier2().await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Specialist).await;
    let mut faults = Vec::new();
    browser.goto("/firms").await;
    faults.extend(browser.faults_of("register of firms").await);
    browser.goto("/firms/new").await;
    faults.extend(browser.faults_of("new firm").await);
    browser.goto(&format!("/tickets/{no}")).await;
    browser.press("Alt+r").await;
    browser.reads("main", "紹介の依頼").await;
    faults.extend(browser.faults_of("referral, none yet").await);
    for (field, keys) in [("kind-new", 2), ("asked_by-new", 1)] {
        browser.focus(&format!("#{field}")).await;
        for _ in 0..keys {
            browser.press("Down").await;
        }
    }
    browser.fills("said_by", "榎本蓮太郎").await;
    browser.press("Enter").await;
    browser.reads("main", "費用は、貴院のご負担").await;
    faults.extend(browser.faults_of("referral, fees to tell").await);
    let said = async |name: &str| {
        browser.focus(&format!(".card form [name={name}]")).await;
    };
    said("said_by").await;
    browser.types("榎本蓮太郎").await;
    browser.press("Enter").await;
    browser.reads("main", "読み上げてから").await;
    faults.extend(browser.faults_of("referral, refused").await);
    browser.focus(".card form [name=told]").await;
    browser.press("Space").await;
    browser.press("Enter").await;
    browser.reads("main", "候補をご案内した").await;
    faults.extend(browser.faults_of("referral, firms to name").await);
    for nth in [1, 2] {
        browser.focus(&format!(".candidate-firm:nth-of-type({nth}) [name=firms]")).await;
        browser.press("Space").await;
    }
    browser.press("Ctrl+Enter").await;
    browser.reads("main", "会員が選んだ事業者").await;
    browser.focus(".card form [name=firm]").await;
    browser.press("Down").await;
    said("said_by").await;
    browser.types("榎本蓮太郎").await;
    browser.press("Enter").await;
    browser.reads("main", "お伝えしてよいもの").await;
    for item in ["contact", "facility", "summary"] {
        browser.focus(&format!(".card form [name=items][value={item}]")).await;
        browser.press("Space").await;
    }
    said("said_by").await;
    browser.types("榎本蓮太郎").await;
    faults.extend(browser.faults_of("referral, what may be passed on").await);
    browser.press("Enter").await;
    browser.reads("main", "お伝えしてよい内容").await;
    browser.focus(".card form [name=how]").await;
    browser.press("Down").await;
    faults.extend(browser.faults_of("referral, a firm to reach").await);
    browser.focus(".card form button").await;
    browser.press("Enter").await;
    browser.reads("main", "事業者の回答待ち").await;
    browser.focus(".card form [name=answer]").await;
    browser.press("Down").await;
    browser.press("Down").await;
    said("said_by").await;
    browser.types("受付").await;
    browser.press("Enter").await;
    browser.reads("main", "会員の選択待ち").await;
    faults.extend(browser.faults_of("referral, the next candidate").await);
    browser.goto(&format!("/tickets/{no}")).await;
    browser.reads("#referral-card", "進行中 1件").await;
    browser.goto("/").await;
    browser.reads("main", "専門事業者の紹介").await;
    faults.extend(browser.faults_of("home with a referral").await);
    browser.leave().await;
    none(&faults);
});

on_one_db!(a_wave_is_seen_and_judged_by_keyboard, async |desk: Desk| {
    let app = &desk.app;
    let (one, other) = (app.case(json!({})).await, app.case(json!({})).await);
    indicators::tell(&app.services, &app.ctx(Role::Operator), one, "phone", "050-1234-5678", &None)
        .await
        .expect("told");
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Specialist).await;
    let mut faults = Vec::new();
    browser.goto(&format!("/tickets/{other}/incident")).await;
    browser.fills("aware_at", "今日9時").await;
    browser.fills("aware_by", "院長").await;
    browser.focus("#indicator_kind").await;
    for _ in 0..6 {
        browser.press("Down").await;
    }
    browser.focus("[name=said]").await;
    browser.types("０５０ー１２３４ー５６７８").await;
    browser.press("Enter").await;
    browser.reads("main", "72時間以内にほかの1施設でも").await;
    assert_eq!(browser.value("aware_by").await, "院長", "what was being typed beside is saved");
    faults.extend(browser.faults_of("indicators").await);
    browser.goto("/").await;
    browser.reads("main", "同じ手がかりの相談").await;
    faults.extend(browser.faults_of("home with a wave").await);
    browser.goto("/waves").await;
    faults.extend(browser.faults_of("waves").await);
    browser.focus("main .one-of summary").await;
    browser.press("Enter").await;
    browser.focus("[name=name]").await;
    browser.types("偽の更新画面").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("main", "入力してください").await;
    faults.extend(browser.faults_of("waves, refused").await);
    assert_eq!(browser.value("name").await, "偽の更新画面");
    browser.focus("[name=advice]").await;
    browser.types("その番号には電話しないでください").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("main", "入電時にお伝え中").await;
    faults.extend(browser.faults_of("a campaign").await);
    // Whoever calls with the same is told.
    browser.starts_call().await;
    browser.look_at(1280, 800, "light").await;
    browser.press("Alt+n").await;
    browser.run(WATCH_SHIFTS).await;
    browser.types("０５０－１２３４－５６７８に電話するよう出ている").await;
    browser.reads("#part-open", "その番号には電話しないでください").await;
    assert_eq!(browser.run("return window.shifts").await, json!([]), "what comes while somebody types moves nothing");
    faults.extend(browser.faults_of("sheet with a campaign").await);
    browser.leave().await;
    none(&faults);
});
