//! From a month's end to what the association reads, in real browsers and by keyboard: drawn, written beside, refused,
//! approved by one supervisor, published by another, read and compared, withdrawn by a notice.

use madoguchi::domain::access::actor::Role;
use serde_json::json;

use super::accessible::none;
use super::server::Desk;
use super::window::Browser;
use crate::support::app::tokyo;
use crate::support::on_each_db;
use crate::support::people::PASSWORD;

/// Types into the page's text area of that name, in place of what stands there, and sends it.
async fn says(browser: &Browser, field: &str, words: &str) {
    browser.focus(&format!("[name={field}]")).await;
    browser.press("Ctrl+a").await;
    browser.types(words).await;
    browser.press("Tab").await;
    browser.press("Enter").await;
}

async fn presses(browser: &Browser, form: &str) {
    browser.focus(&format!("form[action$='/{form}'] button")).await;
    browser.press("Enter").await;
}

on_each_db!(a_month_is_drawn_written_beside_approved_published_read_and_withdrawn, async |desk: Desk| {
    for _ in 0..12 {
        desk.app.case(json!({ "arrived_at": "2026-10-10T01:30:00Z", "ended_at": "2026-10-10T01:40:00Z" })).await;
    }
    // The month is over, and another with it.
    desk.app.draw_report().await;
    desk.app.publishes("2026-10".parse().expect("a month"), "初めての報告です。").await;
    desk.app.clock.set(tokyo("2026-12-01 09:00:00"));
    desk.app.draw_report().await;
    let mut faults = Vec::new();
    let one = desk.browser().await;
    one.sign_in("tabata", PASSWORD).await;
    one.goto("/reports/drafts").await;
    one.reads("main", "2026年11月").await;
    faults.extend(one.faults_of("drafts").await);
    one.goto("/reports/drafts/2026-11").await;
    faults.extend(one.faults_of("a draft").await);
    says(&one, "comment", "榎本みどり医院からのご相談が続きました。").await;
    one.reads("#comment-error", "榎本みどり医院").await;
    assert_eq!(one.value("comment").await, "榎本みどり医院からのご相談が続きました。", "what was written stays");
    faults.extend(one.faults_of("a refused comment").await);
    says(&one, "comment", "前の月と同じ傾向です。").await;
    one.shows("that it can be approved", "document.querySelector('form[action$=\"/approve\"]')").await;
    presses(&one, "approve").await;
    one.reads("main", "公表は、ほかのスーパーバイザーが行います").await;
    faults.extend(one.faults_of("an approved draft").await);
    let reader = desk.browser().await;
    reader.sign_in_as(Role::JmaReader).await;
    reader.reads("h1", "2026年10月").await;
    let other = desk.browser().await;
    other.sign_in("komagome", PASSWORD).await;
    other.goto("/reports/drafts/2026-11").await;
    presses(&other, "publish").await;
    other.reads("main", "確認用の値").await;
    faults.extend(other.faults_of("a published report, as supervisors see it").await);
    reader.goto("/").await;
    reader.reads("h1", "2026年11月").await;
    for words in ["前の月と同じ傾向です。", "13か月の相談件数", "架空の事例", "おすすめする対策", "2026年10月"]
    {
        reader.reads("main", words).await;
    }
    faults.extend(reader.faults_of("a report").await);
    // It's asked once more: nobody takes it back.
    other.run("window.confirm = () => true").await;
    says(&other, "notice", "集計に誤りがありました。").await;
    other.reads("main", "取り下げの理由：集計に").await;
    reader.goto("/reports/2026-11").await;
    reader.reads("main", "集計に誤りがありました。").await;
    assert!(!reader.text("main").await.contains("表1"), "its numbers are read no more");
    faults.extend(reader.faults_of("a withdrawn report").await);
    for browser in [one, other, reader] {
        browser.leave().await;
    }
    none(&faults);
});
