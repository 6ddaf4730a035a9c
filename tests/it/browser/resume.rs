//! Machines die, people change desks, two sit at one sheet, servers come in pairs: what was typed stays.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::sheet::SheetField;

use super::server::Desk;
use super::window::Browser;
use crate::support::db::{self, Engine};
use crate::support::directory::ENOMOTO_SAID;
use crate::support::on_each_db;

const TOLD: &str = "院内の端末三台でファイル名が変わり、開けなくなった。<b>🏥</b> 'OR 1=1--";

on_each_db!(a_browser_killed_in_a_call_loses_nothing_that_was_saved, async |desk: Desk| {
    let first = desk.browser().await;
    first.sign_in_as(Role::Operator).await;
    first.fills("phone", "０３－１２３４－５６７８").await;
    let call = first.starts_call().await;
    for (name, said) in ENOMOTO_SAID.into_iter().chain([
        ("caller_name", "受付 さくら"),
        ("callback", "090-0000-1234"),
        ("narrative", TOLD),
    ]) {
        first.fills(name, said).await;
    }
    first.click("#sheet [name=standing][value=staff]").await;
    first.run("const s = document.querySelector('[name=incident]'); s.value = 'ransomware'; s.dispatchEvent(new Event('change', { bubbles: true }))").await;
    desk.holds(call, SheetField::Narrative, TOLD).await;
    desk.holds(call, SheetField::Incident, "ransomware").await;
    first.says_saved().await;
    first.killed();

    let second = desk.browser().await;
    second.sign_in_as(Role::Operator).await;
    second.click_on("続きを入力する").await;
    second.at(&format!("/calls/{call}")).await;
    for (name, said) in ENOMOTO_SAID.into_iter().chain([
        ("caller_name", "受付 さくら"),
        ("narrative", TOLD),
        ("incident", "ransomware"),
        ("standing", "staff"),
    ]) {
        assert_eq!(second.value(name).await, said, "{name}");
    }
    assert!(second.value("phone").await.contains("1234"), "{}", second.value("phone").await);
    second.reads("#part-verdict", "4項目とも一致").await;
    second.leave().await;
});

/// Two browsers of two people on one sheet.
async fn two_at_one_sheet(desk: &Desk) -> (Browser, Browser) {
    let (one, other) = (desk.browser().await, desk.browser().await);
    one.sign_in_as(Role::Operator).await;
    let call = one.starts_call().await;
    other.sign_in_as(Role::Supervisor).await;
    other.goto(&format!("/calls/{call}")).await;
    other.shows("a sheet", "document.getElementById('sheet')?.dataset.started").await;
    (one, other)
}

on_each_db!(two_people_on_one_sheet_fill_different_fields_together, async |desk: Desk| {
    let (one, other) = two_at_one_sheet(&desk).await;
    let call = one.call().await;
    one.fills("caller_name", "受付 さくら").await;
    other.fills("narrative", TOLD).await;
    desk.holds(call, SheetField::CallerName, "受付 さくら").await;
    desk.holds(call, SheetField::Narrative, TOLD).await;
    one.says_saved().await;
    other.says_saved().await;
    one.goto(&format!("/calls/{call}")).await;
    assert_eq!(one.value("caller_name").await, "受付 さくら");
    assert_eq!(one.value("narrative").await, TOLD);
    one.leave().await;
    other.leave().await;
});

on_each_db!(two_people_in_one_field_see_both_texts, async |desk: Desk| {
    let (one, other) = two_at_one_sheet(&desk).await;
    let call = one.call().await;
    one.fills("narrative", "一人目の聞き取り").await;
    desk.holds(call, SheetField::Narrative, "一人目の聞き取り").await;
    one.says_saved().await;
    other.fills("narrative", "二人目の聞き取り").await;
    other.reads("[data-field=narrative] .sheet-fault", "一人目の聞き取り").await;
    assert_eq!(other.value("narrative").await, "二人目の聞き取り", "the text typed here stays");
    other.reads("#saved-state[data-state=failing]", "保存できない欄があります").await;
    other.reads("#saved-told[role=alert]", "保存できない欄があります").await;
    assert_eq!(desk.held(call, SheetField::Narrative).await, "一人目の聞き取り", "nothing is overwritten unseen");
    other.fills("narrative", "。続き").await;
    desk.holds(call, SheetField::Narrative, "二人目の聞き取り。続き").await;
    other.says_saved().await;
    one.leave().await;
    other.leave().await;
});

#[tokio::test]
async fn a_call_started_at_one_instance_is_ended_at_another() {
    db::run(Engine::Postgres, async |desk: Desk| {
        let other_server = desk.second().await;
        let mut browser = desk.browser().await;
        browser.sign_in_as(Role::Operator).await;
        let call = browser.starts_call().await;
        for (name, said) in ENOMOTO_SAID.into_iter().chain([("narrative", TOLD)]) {
            browser.fills(name, said).await;
        }
        desk.holds(call, SheetField::Narrative, TOLD).await;

        browser.turn_to(&other_server.base());
        // A cookie belongs to the host, whatever its port: the session is known at both.
        browser.goto(&format!("/calls/{call}")).await;
        assert_eq!(browser.value("narrative").await, TOLD);
        browser.reads("#part-verdict", "4項目とも一致").await;
        browser.press("Alt+4").await;
        browser.reads("#part-verdict", "に記録しました").await;
        browser.ends("1").await;
        browser.ends_all_the_same().await;
        browser.reads(".flash", "通話を終了しました").await;
        let ticket = browser.run("return document.querySelector('.flash a').pathname").await;
        browser.turn_to(&desk.server.base());
        browser.goto(ticket.as_str().expect("a path")).await;
        browser.reads("main", TOLD).await;
        browser.leave().await;
    })
    .await;
}
