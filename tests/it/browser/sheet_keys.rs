//! The sheet's keys: what each does, what it does not do twice, and what it says when it can't.

use madoguchi::domain::access::actor::Role;

use super::server::Desk;
use super::sheet::SETTLED;
use super::window::Browser;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::on_one_db;

async fn with_focus(browser: &Browser, name: &str) {
    browser.shows(&format!("{name} has the focus"), &format!("document.activeElement?.name === '{name}'")).await;
}

on_one_db!(a_double_press_stamps_what_was_said_once_and_nothing_that_was_not, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.starts_call().await;
    browser.press("Alt+0").await;
    browser.press("1").await;
    browser.shows("the first sentence", "document.getElementById('part-cards').dataset.card === 'unplug'").await;
    tokio::time::sleep(SETTLED).await;
    browser.press("Alt+1").await;
    browser.press("Alt+1").await;
    browser.shows("the next sentence", "document.getElementById('part-cards').dataset.card === 'keep_screen'").await;
    browser.press("Alt+1").await;
    browser.press("Alt+2").await;
    browser.reads("#part-log", "抜いた").await;
    tokio::time::sleep(SETTLED).await;
    assert_eq!(desk.app.count("entries").await, 1, "nobody has photographed anything");
    desk.app.clock.advance(chrono::Duration::seconds(1));
    browser.press("Alt+1").await;
    browser.reads("#part-log", "撮影した").await;

    tokio::time::sleep(SETTLED).await;
    desk.app.clock.advance(chrono::Duration::seconds(1));
    browser.press("F4").await;
    browser.press("0").await;
    browser.reads("#part-log s", "撮影した").await;
    browser.shows("said again", "document.getElementById('part-cards').dataset.card === 'keep_screen'").await;
    browser.leave().await;
});

on_one_db!(a_key_that_cannot_act_says_why_and_types_nothing, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.starts_call().await;
    browser.focus("#sheet [name=narrative]").await;
    browser.press("Alt+4").await;
    browser.reads("#status", "先に4項目をお尋ねください").await;
    browser.press("Alt+1").await;
    browser.reads("#status", "Alt+1 で行えることは、いまはありません").await;
    assert_eq!(browser.value("narrative").await, "");
    browser.press("Ctrl+Enter").await;
    browser.reads("#status", "先に対応結果を選んでください").await;
    with_focus(&browser, "disposition").await;
    browser.leave().await;
});

on_one_db!(
    the_next_clinic_of_the_same_caller_is_one_key_away_and_the_first_waits_for_its_result,
    async |desk: Desk| {
        let browser = desk.browser().await;
        browser.sign_in_as(Role::Operator).await;
        browser.starts_call().await;
        browser.press("Alt+m").await;
        browser.reads("#part-alert", "まだ何も入力されていません").await;
        browser.fills("caller_name", "事務局 はな").await;
        browser.fills("facility", "榎本みどり医院").await;
        browser.fills("narrative", "全台で暗号化").await;
        browser.press("Alt+m").await;
        browser.reads("#part-clinics [aria-current]", "2件目").await;
        assert_eq!(browser.value("caller_name").await, "事務局 はな");
        assert_eq!(browser.value("narrative").await, "", "that was the other clinic's");
        with_focus(&browser, "member_name").await;
        browser.fills("facility", "水無瀬ゆず内科").await;
        browser.reads("#part-clinics [aria-current]", "水無瀬ゆず内科").await;
        browser.ends("w").await;
        browser.reads("#part-clinics [aria-current]", "1件目").await;
        assert_eq!(browser.value("narrative").await, "全台で暗号化", "not lost on the way");
        browser.reads("#part-clinics a", "終了").await;
        browser.press("Alt+9").await;
        browser.press("1").await;
        browser.press("Ctrl+Enter").await;
        browser.ends_all_the_same().await;
        browser.reads(".flash.tone-good", "1次対応で解決").await;
        browser.leave().await;
    }
);

/// Whether something has the focus; nothing typed then goes nowhere.
async fn stands(browser: &Browser, after: &str) {
    browser.was_quiet().await;
    browser.shows(&format!("the focus is somewhere after {after}"), "document.activeElement !== document.body").await;
}

on_one_db!(the_focus_is_never_nowhere_after_an_act, async |desk: Desk| {
    let no = desk.app.case(serde_json::json!({ "number": "03-5550-1234" })).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.starts_call().await;
    browser.fills("phone", "03-5550-1234").await;
    browser.reads("#part-open", &no.to_string()).await;
    for (name, said) in ENOMOTO_SAID {
        browser.fills(name, said).await;
    }
    browser.reads("#part-verdict", "4項目とも一致").await;
    for (key, part, shown) in [
        ("Alt+4", "#part-verdict", "に記録しました"),
        ("Alt+k", "#part-log", "伝えた"),
        ("Alt+5", "#part-open", "この通話の相談票"),
    ] {
        browser.press(key).await;
        browser.reads(part, shown).await;
        stands(&browser, key).await;
    }
    browser.press("Alt+0").await;
    browser.press("1").await;
    browser.reads("#part-cards", "LANケーブル").await;
    stands(&browser, "the incident").await;
    tokio::time::sleep(SETTLED).await;
    browser.press("Alt+1").await;
    browser.reads("#part-log", "抜いた").await;
    stands(&browser, "what was said").await;
    // A long text is gone on with, never typed over; where one types already one stays.
    browser.press("Alt+n").await;
    browser.types("偽の警告").await;
    browser.press("Alt+n").await;
    browser.types("、電話した").await;
    browser.press("Alt+7").await;
    browser.press("Alt+n").await;
    browser.types("、遠隔操作も").await;
    assert_eq!(browser.value("narrative").await, "偽の警告、電話した、遠隔操作も");
    browser.press("Alt+7").await;
    browser.types("無線も切った").await;
    browser.press("Enter").await;
    browser.reads("#part-log", "無線も切った").await;
    stands(&browser, "a note").await;
    browser.click_on("この相談票に記録する").await;
    browser.shows("tied", "document.querySelectorAll('#part-record option').length === 2").await;
    stands(&browser, "tying it to a ticket").await;
    browser.ends("1").await;
    browser.ends_all_the_same().await;
    browser.reads(".flash.tone-good", "1次対応で解決").await;
    stands(&browser, "the end").await;

    desk.app.clock.advance(chrono::Duration::seconds(5));
    browser.goto(&format!("/tickets/{no}")).await;
    browser.press("F4").await;
    browser.types("電話で確認した").await;
    browser.press("Ctrl+Enter").await;
    browser.reads(".timeline", "電話で確認した").await;
    with_focus(&browser, "body").await;
    desk.app.clock.advance(chrono::Duration::seconds(5));
    browser
        .run("[...document.querySelectorAll('summary')].find((s) => s.innerText.includes('再開する')).click()")
        .await;
    browser.focus("form[action$=transitions] [name=reason]").await;
    browser.types("また起きた").await;
    browser.press("Enter").await;
    browser.reads("main", "いま「再開する」を行いました").await;
    stands(&browser, "a move").await;
    browser.press("Alt+z").await;
    browser.reads(".timeline", "操作の取り消し").await;
    stands(&browser, "taking it back").await;
    browser.leave().await;
});

on_one_db!(esc_leaves_every_strip_and_gives_the_focus_back, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.starts_call().await;
    browser.press("Alt+n").await;
    with_focus(&browser, "narrative").await;
    browser.press("Alt+0").await;
    browser.shows("the strip", "!document.getElementById('incident-strip').hidden").await;
    browser.press("Esc").await;
    with_focus(&browser, "narrative").await;
    browser.press("Alt+0").await;
    browser.press("q").await;
    with_focus(&browser, "narrative").await;
    assert_eq!(browser.value("incident").await, "not_attack", "the eleventh, by the key at its place");

    browser.press("Alt+8").await;
    with_focus(&browser, "next_reason").await;
    browser.types("全台停止").await;
    browser.press("Esc").await;
    with_focus(&browser, "disposition").await;
    browser.press("w").await;
    browser
        .shows("what is not asked is not sent", "document.querySelector('#end-form [name=next_reason]').disabled")
        .await;
    browser.press("Alt+8").await;
    with_focus(&browser, "next_reason").await;
    assert_eq!(browser.value("next_reason").await, "全台停止", "typed once, it is there again");
    browser.press("Alt+9").await;
    with_focus(&browser, "disposition").await;
    browser.press("Ctrl+Enter").await;
    with_focus(&browser, "next_reason").await;
    browser.press("Alt+9").await;
    browser.press("3").await;
    with_focus(&browser, "next_reason").await;
    browser.press("Esc").await;
    with_focus(&browser, "disposition").await;
    browser.press("Esc").await;
    with_focus(&browser, "narrative").await;
    browser.leave().await;
});

on_one_db!(a_member_who_calls_for_themselves_gives_their_name_once, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.starts_call().await;
    browser.fills("caller_name", "榎本蓮太郎").await;
    browser.focus("#standing-0").await;
    browser.press("1").await;
    browser.shows("the member's name", "document.querySelector('[name=member_name]').value === '榎本蓮太郎'").await;
    browser.reads("#mark-member_name", "一致").await;
    browser.leave().await;
});

on_one_db!(a_second_ticket_is_asked_for_and_no_makes_none, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.starts_call().await;
    browser.fills("narrative", "偽の警告画面").await;
    browser.press("Alt+5").await;
    browser.reads("#part-open", "この通話の相談票").await;
    browser.reads("#part-log", "もう1件").await;
    stands(&browser, "the ticket").await;
    tokio::time::sleep(SETTLED).await;
    // A driver answers the browser's question before anybody sees it: it is answered here in its place.
    browser.run("window.confirm = (words) => { window.asked = words; return false; }").await;
    browser.press("Alt+5").await;
    browser.shows("a question", "window.asked?.includes('もう1件起こしますか')").await;
    stands(&browser, "no").await;
    tokio::time::sleep(SETTLED).await;
    assert_eq!(desk.app.count("tickets").await, 1, "nothing was opened");
    browser.run("window.confirm = () => true").await;
    browser.press("Alt+5").await;
    browser.shows("two tickets", "document.querySelectorAll('#part-record option').length === 2").await;
    assert_eq!(desk.app.count("tickets").await, 2);
    browser.leave().await;
});

/// Leaving the page now is asked about first. A driver answers the browser's own question before anybody sees it.
const LEAVING_ASKS: &str = "!window.dispatchEvent(new Event('beforeunload', { cancelable: true }))";

on_one_db!(what_is_typed_at_the_end_is_not_left_by_mistake, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.starts_call().await;
    browser.fills("caller_name", "受付 はな").await;
    browser.says_saved().await;
    assert!(!browser.holds(LEAVING_ASKS).await, "the sheet saves its own");
    browser.press("Alt+9").await;
    browser.press("4").await;
    browser.fills("callback_at", "明日10時").await;
    browser.reads("#part-foreseen", "11月23日(月) 10:00").await;
    browser.fills("clinic_hours", "平日9-12").await;
    browser.reads("#part-foreseen", "月〜金 9:00〜12:00").await;
    browser.reads("#part-foreseen", "診療時間外").await;
    // Not while the call that was begun is on its way here: that was sent.
    browser.shows("a promise isn't lost by a click", LEAVING_ASKS).await;
    browser.press("Esc").await;
    assert!(browser.holds(LEAVING_ASKS).await, "nor while another result is looked for");
    browser.press("Alt+9").await;
    browser.press("4").await;
    assert_eq!(browser.value("callback_at").await, "明日10時", "and comes back as it was");
    browser.press("Ctrl+Enter").await;
    browser.ends_all_the_same().await;
    browser.reads(".flash.tone-good", "折返し").await;
    browser.leave().await;
});
