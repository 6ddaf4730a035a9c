//! The record of an incident in a real browser: filled in while it's told, saved by a key, looked at on the way; its
//! clocks, and what ends one.

use madoguchi::domain::access::actor::Role;
use serde_json::json;

use super::accessible::none;
use super::server::Desk;
use crate::support::on_one_db;

on_one_db!(an_incident_is_written_down_by_keyboard_and_its_clocks_are_ended, async |desk: Desk| {
    let grave = json!({ "disposition": "escalated", "next": "usual", "next_reason": "全台停止" });
    let no = desk.app.case(grave).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Specialist).await;
    let mut faults = Vec::new();
    browser.reads("main", "法令などの期限").await;
    faults.extend(browser.faults_of("home with clocks").await);
    browser.goto(&format!("/tickets/{no}")).await;
    faults.extend(browser.faults_of("ticket with clocks").await);
    browser.press("Alt+i").await;
    browser.reads("main", "仮：知った日時が未記入").await;
    faults.extend(browser.faults_of("incident, empty").await);
    browser.press("F4").await;
    browser.types("今日9時").await;
    browser.fills("aware_by", "院長が受付の画面を見て").await;
    browser.shows("no vendor is asked for", "!document.querySelector('#vendor_chart').offsetParent").await;
    for choice in
        ["systems][value=chart", "care][value=new_refused", "ransom][value=seen", "backup_offline][value=unknown"]
    {
        browser.focus(&format!("#incident-form [name={choice}]")).await;
        browser.press("Space").await;
    }
    // Who looks after what is affected is asked once it's said to be.
    browser.fills("vendor_chart", "青空システム株式会社").await;
    // What contradicts is told beside its field, with all that was typed.
    browser.fills("first_sign", "共有フォルダが開かない").await;
    browser.focus("#incident-form [name=persons][value=count]").await;
    browser.press("Space").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("#persons_from-error", "人数を入力してください").await;
    assert_eq!(browser.value("aware_by").await, "院長が受付の画面を見て");
    faults.extend(browser.faults_of("incident, refused").await);
    browser.fills("persons_from", "1200").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("main", "項目を記録済み").await;
    browser.reads("main", "起算日 2026年11月22日(日)").await;
    assert_eq!(browser.value("aware_at").await, "2026-11-22 09:00");
    faults.extend(browser.faults_of("incident, told").await);
    browser.focus("[aria-labelledby=h-ppc_quick] summary").await;
    browser.press("Enter").await;
    browser.shows("its first field has the focus", "document.activeElement.id === 'ended_as-ppc_quick'").await;
    browser.press("Down").await;
    browser.press("Down").await;
    browser.focus("#by-ppc_quick").await;
    browser.types("院長").await;
    browser.press("Enter").await;
    browser.reads("#told-ppc_quick-error", "読み上げてから").await;
    faults.extend(browser.faults_of("clock, refused").await);
    browser.shows("the fault has the focus", "document.activeElement.id === 'told-ppc_quick'").await;
    browser.press("Space").await;
    browser.fills("entrusted_to", "青空システム株式会社").await;
    browser.focus("#receipt-ppc_quick").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("[aria-labelledby=h-ppc_quick]", "対象外と先方が判断").await;
    assert_eq!(browser.value("entrusted_to").await, "青空システム株式会社", "typed beside it, saved with it");
    faults.extend(browser.faults_of("clock, ended").await);
    browser.leave().await;
    none(&faults);
});
