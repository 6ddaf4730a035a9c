//! A referral in a real browser, by keyboard: asked for, told, named, chosen, agreed, refused by the first firm, taken on
//! by the second; its pages can be used by everybody.

use madoguchi::domain::access::actor::Role;

use super::accessible::none;
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
    // The first two are ticked.
    browser.focus(".card form button").await;
    browser.press("Enter").await;
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
