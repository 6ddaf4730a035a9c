//! The main job by keyboard alone: sign in, answer, verify, advise, close, find again.

use madoguchi::domain::access::actor::Role;

use super::keys::Pressed;
use super::server::Desk;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::on_each_db;

const TOLD: &str = "電子カルテの画面に英語の脅迫文が表示され、ファイルが開けない。";

on_each_db!(a_routine_call_is_taken_by_keyboard_alone_in_at_most_fifteen_keys, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.pressed.set(Pressed::default());

    browser.starts_call().await;
    browser.tab_to("caller_name").await;
    browser.types("受付 さくら").await;
    browser.press("F2").await;
    for (i, (name, said)) in ENOMOTO_SAID.into_iter().enumerate() {
        if i > 0 {
            browser.tab_to(name).await;
        }
        browser.types(said).await;
    }
    for item in ["member_name", "facility", "address", "number"] {
        browser.reads(&format!("#mark-{item}"), "一致").await;
    }
    browser.reads("#part-verdict", "4項目とも一致").await;
    browser.press("Alt+4").await;
    browser.reads("#part-verdict", "10:42 に記録しました").await;
    browser.press("Alt+k").await;
    browser.reads("#part-log", "伝えた").await;
    browser.press("Alt+0").await;
    browser.press("1").await;
    browser.reads("#part-cards", "LANケーブルを抜いて").await;
    browser.press("Alt+n").await;
    browser.types(TOLD).await;
    browser.press("Alt+9").await;
    browser.press("1").await;
    browser.press("Enter").await;
    browser.reads(".flash", "通話を終了しました（1次対応で解決）").await;
    let pressed = browser.pressed.get();
    assert!(pressed.commands + pressed.moves <= 15, "{pressed:?}");
    assert_eq!(desk.app.number("SELECT COUNT(*) AS n FROM calls WHERE lacking = ''").await, 1);
    browser.run("document.querySelector('.flash a').click()").await;
    browser.reads(".page-title", "対応完了").await;
    let title = browser.text("h1").await;
    browser.reads("main", "榎本みどり医院").await;
    browser.reads("main", "ランサムウェア").await;
    browser.reads(".beside-title", "確認済み").await;

    browser.press("/").await;
    browser.types("脅迫").await;
    browser.press("Enter").await;
    browser.at("/tickets/search").await;
    browser.reads("main tr", "榎本みどり医院").await;
    let number = title.trim_start_matches("相談票").trim().to_owned();
    while browser.run("return document.activeElement.innerText").await != number.as_str() {
        browser.press("Tab").await;
        assert!(browser.pressed.get().moves < 200, "Tab never came to the ticket found");
    }
    browser.press("Enter").await;
    browser.at(&format!("/tickets/{number}")).await;
    browser.reads("main", TOLD).await;
    browser.leave().await;
});
