//! Two people one after the other at one browser, and links that lead into the desk through the way in.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::sheet::SheetField;
use serde_json::json;

use super::server::Desk;
use crate::support::on_one_db;
use crate::support::people::{self, PASSWORD};

on_one_db!(whoever_signs_in_after_another_does_nothing_in_the_others_tabs, async |desk: Desk| {
    let no = desk.app.case(json!({})).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let call = browser.starts_call().await;
    browser.fills("narrative", "はじめの方の入力").await;
    browser.says_saved().await;
    let sheet = browser.tab().await;
    let ticket = browser.new_tab(&format!("/tickets/{no}")).await;
    browser.new_tab("/").await;
    browser.run("document.querySelector('form[action=\"/session/end\"] button').click()").await;
    browser.at("/session/new").await;
    browser.sign_in_as(Role::Specialist).await;

    browser.turn_to_tab(&sheet).await;
    browser.fills("narrative", "、続き").await;
    browser.reads("#saved-state", "この画面は神田 うめさんのものです").await;
    assert_eq!(browser.value("narrative").await, "はじめの方の入力、続き");
    desk.holds(call, SheetField::Narrative, "はじめの方の入力").await;

    browser.turn_to_tab(&ticket).await;
    let note = "document.querySelector('form[action$=\"/entries\"] textarea')";
    browser.run(&format!("const note = {note}; note.value = 'だれの追記か'; note.form.requestSubmit()")).await;
    browser.reads("#status", "この画面は神田 うめさんのものです").await;
    assert_eq!(browser.run(&format!("return {note}.value")).await, "だれの追記か");
    assert!(!desk.app.timeline(no).await.iter().any(|line| line.contains("だれの追記か")));
    browser.faults_of("a page of another one").await;
    browser.leave().await;
});

on_one_db!(a_link_into_a_ticket_leads_there_through_the_way_in, async |desk: Desk| {
    let no = desk.app.case(json!({})).await;
    let browser = desk.browser().await;
    for path in [format!("/tickets/{no}"), "/tickets?state=all&opened=today".to_owned()] {
        browser.goto(&path).await;
        browser.gives_name_and_password(people::of(Role::Operator).login, PASSWORD).await;
        browser.gives_code().await;
        browser.at(&format!("location.pathname + location.search === '{path}'")).await;
        browser.run("document.querySelector('form[action=\"/session/end\"] button').click()").await;
        browser.at("/session/new").await;
    }
    browser.leave().await;
});

on_one_db!(what_is_typed_on_a_ticket_stands_there_again_whatever_comes_between, async |desk: Desk| {
    let no = desk.app.case(json!({})).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.goto(&format!("/tickets/{no}")).await;
    browser.press("F4").await;
    browser.types("院長より折返し").await;
    // At once, before anything can have been kept.
    browser.reloads().await;
    browser.shows("the words", "document.querySelector('[name=body]').value === '院長より折返し'").await;
    browser.press("F4").await;
    browser.types("、明朝").await;
    // Another form of the page, refused.
    browser.run("const f = document.querySelector('form[action$=\"/transitions\"]'); f.querySelectorAll('textarea,input[type=text]').forEach((e) => { e.value = '' }); f.requestSubmit()").await;
    browser.at(&format!("/tickets/{no}")).await;
    browser.shows("the words", "document.querySelector('[name=body]').value === '院長より折返し、明朝'").await;
    let elsewhere = desk.browser().await;
    elsewhere.sign_in_as(Role::Operator).await;
    elsewhere.goto(&format!("/tickets/{no}")).await;
    elsewhere.shows("the words", "document.querySelector('[name=body]').value === '院長より折返し、明朝'").await;
    browser.press("F4").await;
    browser.press("Ctrl+Enter").await;
    browser.reads("#main", "院長より折返し、明朝").await;
    browser.shows("an empty box", "document.querySelector('[name=body]').value === ''").await;
    browser.reloads().await;
    browser.shows("an empty box", "document.querySelector('[name=body]').value === ''").await;
    assert_eq!(desk.app.timeline(no).await.iter().filter(|line| *line == "院長より折返し、明朝").count(), 1);
    for browser in [browser, elsewhere] {
        browser.leave().await;
    }
});

on_one_db!(whoever_signs_out_in_the_middle_of_a_sentence_finds_it_at_another_desk, async |desk: Desk| {
    let no = desk.app.case(json!({})).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.goto(&format!("/tickets/{no}")).await;
    browser.press("F4").await;
    browser.types("院長より折返し").await;
    browser.run("document.querySelector('form[action=\"/session/end\"]').requestSubmit()").await;
    browser.at("location.pathname.startsWith('/session')").await;
    let elsewhere = desk.browser().await;
    elsewhere.sign_in_as(Role::Operator).await;
    elsewhere.goto(&format!("/tickets/{no}")).await;
    elsewhere.shows("the words", "document.querySelector('[name=body]').value === '院長より折返し'").await;
    for browser in [browser, elsewhere] {
        browser.leave().await;
    }
});

on_one_db!(a_sheet_that_is_loaded_again_at_once_shows_what_was_typed, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    let call = browser.starts_call().await;
    for words in ["受付の端末", "が開かない"] {
        browser.fills("narrative", words).await;
        browser.reloads().await;
    }
    assert_eq!(browser.value("narrative").await, "受付の端末が開かない");
    assert_eq!(browser.text("#saved-told").await, "", "of saves that go well nothing is read out");
    desk.holds(call, SheetField::Narrative, "受付の端末が開かない").await;
    assert!(!browser.holds("document.querySelector('.sheet-fault')").await, "no conflict with oneself");
    browser.leave().await;
});

on_one_db!(what_could_not_be_kept_is_not_left_unasked, async |desk: Desk| {
    let no = desk.app.case(json!({})).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.goto(&format!("/tickets/{no}")).await;
    browser.run("window.asks = () => { const e = new Event('beforeunload', { cancelable: true }); window.dispatchEvent(e); return e.defaultPrevented }").await;
    browser.run("window.really = window.fetch; window.fetch = () => Promise.reject(new TypeError('no line'))").await;
    browser.press("F4").await;
    browser.types("線が切れたときの追記").await;
    browser.shows("that it would be asked about", "window.asks()").await;
    browser.run("window.fetch = window.really").await;
    browser.types("、続き").await;
    browser.shows("that it is kept again", "!window.asks()").await;
    assert_eq!(desk.app.number("SELECT COUNT(*) AS n FROM drafts").await, 1);
    browser.leave().await;
});

on_one_db!(a_sentence_begun_on_the_sheet_goes_with_its_own_form_alone, async |desk: Desk| {
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.starts_call().await;
    browser.run("const s = document.querySelector('[name=incident]'); s.value = 'ransomware'; s.dispatchEvent(new Event('change', { bubbles: true }))").await;
    browser.says_saved().await;
    let stands = "document.querySelector('#sheet [name=body]').value === 'ルーターの電源を切ってもらった'";
    browser.focus("#sheet [name=body]").await;
    browser.types("ルーターの電源を切ってもらった").await;
    // The next answers, and a ticket: each draws the sheet's parts anew.
    browser.press("Alt+1").await;
    browser.says_saved().await;
    browser.shows("the sentence", stands).await;
    browser.press("Alt+5").await;
    browser.shows("a ticket", "document.querySelector('#part-open')?.innerText.includes('2026-')").await;
    browser.shows("the sentence", stands).await;
    let asked =
        "const e = new Event('beforeunload', { cancelable: true }); window.dispatchEvent(e); return e.defaultPrevented";
    assert_eq!(browser.run(asked).await, true, "whoever leaves is asked");
    browser.reloads().await;
    browser.shows("the sentence", stands).await;
    browser.focus("#sheet [name=body]").await;
    browser.press("Enter").await;
    browser
        .shows(
            "it's written down",
            "document.querySelector('#part-log').innerText.includes('ルーターの電源を切ってもらった')",
        )
        .await;
    browser.shows("and its box is empty", "document.querySelector('#sheet [name=body]').value === ''").await;
    assert_eq!(browser.run(asked).await, false);
    browser.leave().await;
});

on_one_db!(each_box_of_a_ticket_keeps_its_own_words_and_a_refused_text_is_not_left_unasked, async |desk: Desk| {
    let no = desk.app.case(json!({})).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Operator).await;
    browser.goto(&format!("/tickets/{no}")).await;
    let types = |id: &str, text: &str| {
        format!(
            "const b = document.getElementById('{id}'); b.closest('details')?.setAttribute('open', ''); b.value = '{text}'; b.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        )
    };
    let boxes =
        "return [...document.querySelectorAll('main form[action$=\"/transitions\"] [name=reason]')].map((b) => b.id)";
    let boxes: Vec<String> = serde_json::from_value(browser.run(boxes).await).unwrap();
    assert!(boxes.len() > 1, "{boxes:?}");
    for id in &boxes {
        browser.run(&types(id, &format!("理由 {id}"))).await;
    }
    browser.run("const k = document.querySelector('[name=kind]'); k.value = 'advice'; k.dispatchEvent(new Event('input', { bubbles: true }))").await;
    browser.reloads().await;
    for id in &boxes {
        browser.shows(id, &format!("document.getElementById('{id}').value === '理由 {id}'")).await;
    }
    browser.shows("how it's meant", "document.querySelector('[name=kind]').value === 'advice'").await;
    // Longer than any draft: refused, and then asked about before it's left.
    let long = "const b = document.querySelector('[name=body]'); b.removeAttribute('maxlength'); b.value = 'あ'.repeat(10001); b.form.requestSubmit()";
    browser.run(long).await;
    browser.shows("why not", "document.querySelector('[name=body]')?.getAttribute('aria-invalid') === 'true'").await;
    browser.shows("the text", "document.querySelector('[name=body]').value.length === 10001").await;
    let asked = "(() => { const e = new Event('beforeunload', { cancelable: true }); window.dispatchEvent(e); return e.defaultPrevented })()";
    browser.shows("whoever leaves is asked", asked).await;
    browser.leave().await;
});
