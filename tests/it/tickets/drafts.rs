//! What somebody is typing on a ticket's page: theirs, kept whatever comes between, gone once its form is taken.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::domain::tickets::draft::DRAFT_DAYS;
use madoguchi::gateway::clock::Clock;
use madoguchi::usecase::tickets::draft;
use serde_json::json;

use crate::support::{Client, TestApp, on_each_db};

async fn keeps(browser: &Client, no: TicketNo, form: &str, field: &str, words: &str) -> u16 {
    let fields = [("form", format!("/tickets/{no}/{form}")), ("field", field.into()), ("words", words.into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(&format!("/tickets/{no}/drafts"), &fields).await.status
}

async fn kept(browser: &Client, no: TicketNo) -> Vec<String> {
    let page = browser.get(&format!("/tickets/{no}")).await.is(200).page();
    page.attributes("[data-drafts] data", "value")
}

on_each_db!(what_is_typed_waits_for_whoever_typed_it_and_for_nobody_else, async |app: TestApp| {
    let (no, other) = (app.case(json!({})).await, app.case(json!({})).await);
    let (kanda, akiba) = (app.browser(Role::Operator).await, app.browser(Role::Specialist).await);
    let words = "書きかけの追記\n二行目　<b>🏥</b>";
    assert_eq!(keeps(&kanda, no, "entries", "body", "書").await, 204);
    assert_eq!(keeps(&kanda, no, "entries", "body", words).await, 204);
    assert_eq!(keeps(&kanda, no, "transitions", "reason", "理由").await, 204);
    assert_eq!((kept(&kanda, no).await, kept(&akiba, no).await), (vec![words.to_owned(), "理由".into()], vec![]));
    assert_eq!(kept(&kanda, other).await, Vec::<String>::new());
    let twin = kanda.clone().at(app.twin().await.web().router);
    assert_eq!(kept(&twin, no).await.len(), 2, "on every server");
    assert_eq!(keeps(&kanda, no, "transitions", "reason", "").await, 204);
    assert_eq!(kept(&kanda, no).await, [words], "an emptied box keeps nothing");
});

on_each_db!(a_form_that_is_refused_keeps_all_drafts_and_one_that_is_taken_forgets_its_own, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let browser = app.browser(Role::Operator).await;
    keeps(&browser, no, "entries", "body", "書きかけ").await;
    keeps(&browser, no, "holds", "reason", "照会の理由").await;
    browser.post(&format!("/tickets/{no}/entries"), &[("body", "")]).await.is(422);
    assert_eq!(kept(&browser, no).await, ["書きかけ", "照会の理由"]);
    browser.post(&format!("/tickets/{no}/entries"), &[("body", "別のタブで書いた")]).await.is(303);
    assert_eq!(
        kept(&browser, no).await,
        ["書きかけ", "照会の理由"],
        "what is typed in one tab another one doesn't take"
    );
    // The last letters weren't kept yet.
    browser.post(&format!("/tickets/{no}/entries"), &[("body", "書きかけ、書き終えた")]).await.is(303);
    assert_eq!(kept(&browser, no).await, ["照会の理由"]);
    keeps(&browser, no, "transitions", "reason-refer", "紹介の理由").await;
    keeps(&browser, no, "transitions", "reason-escalate", "暗号化が続いている").await;
    let escalates = [("transition", "escalate"), ("reason", "暗号化が続いている"), ("version", "1")];
    let version = app.ticket(no).await.version.to_string();
    let escalates = escalates.map(|(name, value)| (name, if name == "version" { version.as_str() } else { value }));
    browser.post(&format!("/tickets/{no}/transitions"), &escalates).await.is(303);
    assert_eq!(kept(&browser, no).await, ["照会の理由", "紹介の理由"], "other boxes of the same address wait on");
    browser
        .post(
            &format!("/tickets/{no}/drafts"),
            &[("form", &*format!("/tickets/{no}/transitions")), ("field", "reason-refer"), ("words", "")],
        )
        .await
        .is(204);
    let specialist = app.browser(Role::Specialist).await;
    specialist.post(&format!("/tickets/{no}/entries"), &[("body", "ほかの人の追記")]).await.is(303);
    assert_eq!(kept(&browser, no).await, ["照会の理由"], "another's form takes nothing of mine");
});

on_each_db!(a_draft_is_no_place_for_anything_else, async |app: TestApp| {
    let (no, other) = (app.case(json!({})).await, app.case(json!({})).await);
    let browser = app.browser(Role::Operator).await;
    let elsewhere = [("form", format!("/tickets/{other}/entries")), ("field", "body".into()), ("words", "x".into())];
    let elsewhere: Vec<(&str, &str)> = elsewhere.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post(&format!("/tickets/{no}/drafts"), &elsewhere).await.is(422);
    assert_eq!(keeps(&browser, no, "entries", "body", &"あ".repeat(10_001)).await, 422);
    assert_eq!(keeps(&app.browser(Role::Clerk).await, no, "entries", "body", "x").await, 404);
    assert_eq!(app.count("drafts").await, 0);
});

on_each_db!(what_nobody_goes_on_with_is_forgotten_after_weeks, async |app: TestApp| {
    let no = app.case(json!({})).await;
    keeps(&app.browser(Role::Operator).await, no, "entries", "body", "書きかけ").await;
    app.clock.advance(Duration::days(DRAFT_DAYS));
    assert_eq!(draft::forget_old(&app.services, app.clock.now()).await.unwrap(), 0);
    app.clock.advance(Duration::seconds(1));
    assert_eq!(draft::forget_old(&app.services, app.clock.now()).await.unwrap(), 1);
});
