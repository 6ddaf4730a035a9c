//! Conversions of the input method, servers that go away, texts that are too long: nothing typed is taken away.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::sheet::SheetField;

use serde_json::json;

use super::server::Desk;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::on_each_db;

const TOLD: &str = "画面に見慣れない警告が出て、電話番号が表示されている";

/// A conversion in a field: begun, its keys pressed, and (with the Enter that chooses) ended.
const CONVERT: &str = "const field = document.querySelector(arguments[0]); field.focus(); \
    const key = (key, code, more) => field.dispatchEvent(new KeyboardEvent('keydown', \
        { key, code, isComposing: true, keyCode: 229, bubbles: true, cancelable: true, ...more })); \
    field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true, data: '' })); \
    field.value = 'さくら'; \
    field.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true, data: 'さくら', inputType: 'insertCompositionText' })); \
    key('F2', 'F2'); key('F4', 'F4'); key('Enter', 'Enter', { ctrlKey: true }); key('1', 'Digit1', { altKey: true }); \
    key('9', 'Digit9', { altKey: true }); const enter = key('Enter', 'Enter'); \
    const focused = document.activeElement === field; \
    field.value = '桜'; \
    field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, data: '桜' })); \
    return [focused, enter, location.pathname];";

on_each_db!(no_command_acts_while_a_conversion_is_open_enter_included, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let call = browser.starts_call().await;
    browser.press("Alt+9").await;
    browser.press("4").await;
    for field in ["#sheet [name=caller_name]", "#end-form [name=callback_note]", "#part-log [name=body]", "#top-search"]
    {
        let told = browser.client.execute(CONVERT, vec![field.into()]).await.expect("a conversion");
        assert_eq!(told[0], true, "{field}: the focus stays");
        assert_eq!(told[1], false, "{field}: Enter submits nothing");
    }
    desk.holds(call, SheetField::CallerName, "桜").await;
    browser.says_saved().await;
    browser.at(&format!("/calls/{call}")).await;
    assert!(!browser.text("#part-log").await.contains("伝えた"), "no card was stamped");
    assert_eq!(desk.app.number("SELECT COUNT(*) AS n FROM calls WHERE state = 'open'").await, 1);
    browser.leave().await;
});

/// The conversion of a real input method, as the browser sees it.
const COMPOSE: &str = "さくら";

on_each_db!(the_enter_that_chooses_a_conversion_sends_nothing, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let call = browser.starts_call().await;
    browser.press("Alt+9").await;
    browser.press("4").await;
    for field in ["#end-form [name=callback_note]", "#part-log [name=body]", "#top-search", "#sheet [name=caller_name]"]
    {
        browser.focus(field).await;
        browser.run("window.composed = []; addEventListener('keydown', (e) => composed.push(e.isComposing), { capture: true, once: true })").await;
        let marked = json!({ "text": COMPOSE, "selectionStart": 3, "selectionEnd": 3 });
        browser.cdp("Input.imeSetComposition", marked).await;
        let enter =
            json!({ "type": "keyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r" });
        browser.cdp("Input.dispatchKeyEvent", enter).await;
        assert_eq!(browser.run("return composed").await, json!([true]), "{field}: the key came inside the conversion");
        browser.cdp("Input.insertText", json!({ "text": COMPOSE })).await;
        let held = browser.run(&format!("return document.querySelector('{field}').value")).await;
        assert_eq!(held, COMPOSE, "{field}");
    }
    desk.holds(call, SheetField::CallerName, COMPOSE).await;
    browser.says_saved().await;
    browser.at(&format!("/calls/{call}")).await;
    assert_eq!(desk.app.number("SELECT COUNT(*) AS n FROM calls WHERE state = 'open'").await, 1);
    assert_eq!(desk.app.count("entries").await, 0);
    browser.leave().await;
});

on_each_db!(a_server_that_goes_away_takes_no_text_with_it, async |mut desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let call = browser.starts_call().await;
    browser.fills("caller_name", "受付 さくら").await;
    desk.holds(call, SheetField::CallerName, "受付 さくら").await;
    browser.says_saved().await;

    desk.server.stop();
    browser.fills("narrative", TOLD).await;
    browser.reads("#saved-state[data-state=failing]", "再接続中（入力内容はこの画面に残っています）").await;
    assert_eq!(browser.value("narrative").await, TOLD);
    browser.press("Alt+9").await;
    browser.press("8").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("#saved-state", "再接続中").await;
    assert_eq!(browser.value("narrative").await, TOLD);
    assert_eq!(browser.value("caller_name").await, "受付 さくら");

    desk.restart().await;
    desk.holds(call, SheetField::Narrative, TOLD).await;
    browser.says_saved().await;
    assert_eq!(browser.value("disposition").await, "scheme_info");
    browser.press("Ctrl+Enter").await;
    browser.at("/").await;
    browser.leave().await;
});

on_each_db!(the_directory_answers_to_what_is_typed_before_it_is_saved, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let call = browser.starts_call().await;
    browser.cdp("Network.enable", json!({})).await;
    browser.cdp("Network.setBlockedURLs", json!({ "urls": ["*/sheet"] })).await;
    browser.fills("member_name", "榎本蓮太郎").await;
    browser.fills("facility", "榎本みどり医院").await;
    browser.reads("#part-verdict .candidates", "候補1").await;
    browser.fills("address", "ぶんきょうくほんこまごめ").await;
    browser.reads("#mark-address", "一致").await;
    assert_eq!(desk.held(call, SheetField::Address).await, "", "nothing is saved yet");
    browser.cdp("Network.setBlockedURLs", json!({ "urls": [] })).await;
    desk.holds(call, SheetField::Address, "ぶんきょうくほんこまごめ").await;
    browser.fills("number", "234567").await;
    browser.reads("#part-verdict", "4項目とも一致").await;

    browser.reads("#mark-facility", "一致").await;
    browser.run("const f = document.querySelector('[name=facility]'); f.value = '院'.repeat(201); f.focus()").await;
    browser.types("い").await;
    browser.reads("[data-field=facility] .sheet-fault", "文字").await;
    let unmarked = "document.getElementById('mark-facility').innerText === ''";
    browser.shows("a text that isn't saved has no mark", unmarked).await;
    browser.leave().await;
});

on_each_db!(a_call_does_not_end_while_something_typed_could_not_be_saved, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let call = browser.starts_call().await;
    browser.press("Alt+9").await;
    browser.press("8").await;

    browser.cdp("Network.enable", json!({})).await;
    browser.cdp("Network.setBlockedURLs", json!({ "urls": ["*/sheet"] })).await;
    browser.fills("caller_name", "受付 さくら").await;
    browser.reads("#saved-state", "再接続中").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("#part-alert, #status, #saved-state", "終了できません").await;
    assert_eq!(browser.value("caller_name").await, "受付 さくら");
    browser.cdp("Network.setBlockedURLs", json!({ "urls": [] })).await;
    desk.holds(call, SheetField::CallerName, "受付 さくら").await;

    let long = "document.querySelector('[name=narrative]').value = '長'.repeat(10001)";
    browser.run(long).await;
    browser.fills("narrative", "い").await;
    browser.reads("[data-field=narrative] .sheet-fault", "文字").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("#part-alert, #status, #saved-state", "終了できません").await;
    assert_eq!(browser.value("narrative").await.chars().count(), 10_002, "what could not be saved stays");
    assert_eq!(desk.app.number("SELECT COUNT(*) AS n FROM calls WHERE state = 'open'").await, 1);

    browser.run("document.querySelector('[name=narrative]').value = ''").await;
    browser.fills("narrative", TOLD).await;
    desk.holds(call, SheetField::Narrative, TOLD).await;
    browser.says_saved().await;
    browser.press("Ctrl+Enter").await;
    browser.at("/").await;
    browser.leave().await;
});

/// Pastes a million characters.
const PASTE: &str = "const field = document.querySelector(arguments[0]); field.focus(); field.value = '長'.repeat(1000000); \
    field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));";

on_each_db!(a_megabyte_pasted_gets_a_message_and_stays_on_the_screen, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let call = browser.starts_call().await;
    browser.client.execute(PASTE, vec!["#sheet [name=narrative]".into()]).await.expect("a paste");
    browser.reads("#saved-state[data-state=failing]", "文章が長すぎて保存できません").await;
    assert_eq!(browser.value("narrative").await.chars().count(), 1_000_000);
    browser.run("const f = document.querySelector('#sheet [name=narrative]'); f.value = ''; f.focus()").await;
    browser.types(TOLD).await;
    desk.holds(call, SheetField::Narrative, TOLD).await;
    browser.says_saved().await;

    let no = desk.app.case(json!({})).await;
    browser.goto(&format!("/tickets/{no}")).await;
    browser.client.execute(PASTE, vec!["main [name=body]".into()]).await.expect("a paste");
    browser.press("Ctrl+Enter").await;
    browser.reads("#status", "文章が長すぎます").await;
    assert_eq!(browser.value("body").await.chars().count(), 1_000_000);
    browser.leave().await;
});

on_each_db!(a_session_that_ends_takes_no_text_with_it, async |desk: Desk| {
    let no = desk.app.case(json!({})).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.goto(&format!("/tickets/{no}")).await;
    browser.focus("main [name=body]").await;
    browser.types(TOLD).await;
    desk.app.db.execute("UPDATE sessions SET ended_at = created_at").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("#status", "サインインの期限が切れました").await;
    assert_eq!(browser.value("body").await, TOLD);

    let here = browser.client.window().await.expect("a window");
    let there = browser.client.new_window(true).await.expect("another").handle;
    browser.client.switch_to_window(there).await.expect("there");
    browser.sign_in_as(Role::Operator).await;
    browser.client.close_window().await.expect("closed");
    browser.client.switch_to_window(here).await.expect("here");
    browser.focus("main [name=body]").await;
    browser.press("Ctrl+Enter").await;
    browser.reads(".timeline-entry", TOLD).await;
    browser.leave().await;
});

/// How often a save was answered with 「この通話は終了しています」.
const TURNED_AWAY: &str = "return performance.getEntriesByType('resource') \
    .filter((e) => e.name.endsWith('/sheet') && e.responseStatus === 409).length";

on_each_db!(a_call_that_has_ended_is_not_saved_to_for_ever, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let call = browser.starts_call().await;
    browser.press("Alt+9").await;
    browser.press("8").await;
    browser.fills("narrative", TOLD).await;
    browser.press("Ctrl+Enter").await;
    browser.at("!location.pathname.startsWith('/calls/')").await;
    assert_eq!(desk.held(call, SheetField::Narrative).await, TOLD);
    // Longer than a few tries would take.
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    let turned_away = browser.run(TURNED_AWAY).await.as_u64().expect("a number");
    assert!(turned_away <= 1, "{turned_away} tries after the end");
    browser.leave().await;
});

on_each_db!(a_key_pressed_before_the_last_word_was_saved_is_not_lost, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.starts_call().await;
    for (name, said) in ENOMOTO_SAID {
        browser.fills(name, said).await;
    }
    browser.reads("#part-verdict", "4項目とも一致").await;
    browser.says_saved().await;
    browser.fills("narrative", TOLD).await;
    browser.press("Alt+4").await;
    browser.reads("#part-verdict", "に記録しました").await;
    browser.leave().await;
});
