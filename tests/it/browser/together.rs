//! Papers, dossiers, queues and two tickets of one matter, and a question that comes while somebody types: every state
//! can be used by everybody, and nothing moves under whoever types.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::CallId;
use madoguchi::usecase::calls::along;
use serde_json::json;

use super::accessible::{WATCH_SHIFTS, none};
use super::server::Desk;
use crate::support::on_one_db;

on_one_db!(papers_and_dossiers_can_be_used_by_everybody, async |desk: Desk| {
    let app = &desk.app;
    let no = app.at_tier2().await;
    app.tells(no, &[("aware_at", "2026-11-22T09:00"), ("leak", "possible"), ("systems", "chart"), ("care", "slowed")])
        .await;
    let (dossier, _) = app.handed_dossier(no).await;
    let browser = desk.browser().await;
    browser.sign_in_as(Role::Specialist).await;
    let mut faults = Vec::new();
    for paper in ["ppc", "ministry", "association", "police", "ransomware"] {
        browser.goto(&format!("/tickets/{no}/papers/{paper}")).await;
        faults.extend(browser.faults_of(&format!("paper {paper}")).await);
    }
    browser.goto(&format!("/tickets/{no}/papers/ppc")).await;
    browser.press("Alt+1").await;
    browser.reads("main", "読み上げていない項目 8件").await;
    let seen = "(({ top, bottom }) => top > 0 && bottom < innerHeight)(document.activeElement.getBoundingClientRect()) && document.activeElement.closest('.paper-item')";
    browser.shows("the next item is in view and has the focus", seen).await;
    faults.extend(browser.faults_of("paper, begun").await);
    browser.goto(&format!("/tickets/{no}/dossiers")).await;
    browser.run("document.querySelectorAll('main details').forEach((d) => { d.open = true })").await;
    faults.extend(browser.faults_of("dossiers").await);
    browser.goto(&format!("/tickets/{no}/dossiers/new/clinic")).await;
    faults.extend(browser.faults_of("dossier, new").await);
    browser.press("Ctrl+Enter").await;
    browser.reads("main", "受け渡しの方法を選んでください").await;
    faults.extend(browser.faults_of("dossier, refused").await);
    browser.goto(&format!("/tickets/{no}/dossiers/{dossier}")).await;
    browser.click("main form[action$='/password'] button").await;
    browser.reads("main", "-").await;
    faults.extend(browser.faults_of("dossier, made").await);
    browser.leave().await;
    none(&faults);
});

on_one_db!(queues_and_tickets_of_one_matter_can_be_used_by_everybody, async |desk: Desk| {
    let app = &desk.app;
    let (one, other) = (app.case(json!({})).await, app.case(json!({})).await);
    for (no, persons) in [(one, "100"), (other, "120")] {
        app.tells(
            no,
            &[("persons", "count"), ("persons_from", persons), ("leak", "possible"), ("aware_at", "2026-11-22T09:00")],
        )
        .await;
    }
    app.merges(other, one).await.expect("merged");
    let (browser, beside) = (desk.browser().await, desk.browser().await);
    browser.sign_in_as(Role::Operator).await;
    let mut faults = Vec::new();
    for queue in ["mine", "desk", "unowned", "overdue", "soon", "watched"] {
        browser.goto(&format!("/queues/{queue}")).await;
        faults.extend(browser.faults_of(&format!("queue {queue}")).await);
    }
    browser.goto(&format!("/tickets/{other}")).await;
    browser.reads("main", "統合先").await;
    faults.extend(browser.faults_of("ticket that went into another").await);
    for (no, reads) in [(one, "統合した相談票の記録"), (other, "記録の続きは統合先に")] {
        browser.goto(&format!("/tickets/{no}/incident")).await;
        browser.reads("main", reads).await;
        faults.extend(browser.faults_of(&format!("record of {reads}")).await);
    }
    browser.goto(&format!("/tickets/{one}/papers/ppc")).await;
    browser.reads("main", &format!("相談票 {other} では：120人")).await;
    faults.extend(browser.faults_of("paper of two tickets").await);
    browser.goto("/tickets?state=all").await;
    browser.reads("main", "統合済み").await;
    faults.extend(browser.faults_of("list with a ticket that went into another").await);
    beside.sign_in_as(Role::Specialist).await;
    beside.goto(&format!("/tickets/{one}")).await;
    browser.goto(&format!("/tickets/{one}")).await;
    browser.reads("main .together", "秋葉 すぎさんが見ています").await;
    browser.run("document.querySelector('#together-card').open = true").await;
    faults.extend(browser.faults_of("ticket with a part and somebody beside").await);
    browser.focus("main .together button").await;
    browser.press("Enter").await;
    browser.reads("main .together", "見守り中").await;
    browser.goto(&format!("/tickets/{one}/owner")).await;
    faults.extend(browser.faults_of("owner").await);
    browser.leave().await;
    beside.leave().await;
    none(&faults);
});

on_one_db!(a_question_comes_while_somebody_types_and_moves_nothing, async |desk: Desk| {
    let app = &desk.app;
    let (operator, specialist) = (desk.browser().await, desk.browser().await);
    operator.sign_in_as(Role::Operator).await;
    operator.starts_call().await;
    let mut faults = Vec::new();
    operator.look_at(1280, 800, "light").await;
    operator.press("Alt+n").await;
    operator.run(WATCH_SHIFTS).await;
    operator.types("電子カルテが開かない").await;
    operator.shows("saved", "document.querySelector('.saved-state').innerText.includes('保存済み')").await;
    let call = operator.run("return document.getElementById('sheet').dataset.call").await;
    let call: CallId = call.as_str().expect("a call").parse().expect("an id");
    let ctx = app.ctx(Role::Specialist);
    along::pin(&app.services, &ctx, call, "バックアップの装置はつながったままですか", &None).await.expect("pinned");
    operator.reads("#part-asked", "バックアップの装置").await;
    operator.types("。画面が赤い").await;
    assert_eq!(operator.run("return window.shifts").await, json!([]), "it moves nothing");
    assert_eq!(operator.value("narrative").await, "電子カルテが開かない。画面が赤い");
    faults.extend(operator.faults_of("sheet with a question").await);
    operator.press("Alt+q").await;
    faults.extend(operator.faults_of("sheet with a question, opened").await);
    operator.types(&"長".repeat(201)).await;
    operator.press("Ctrl+Enter").await;
    operator.reads("#part-asked", "200文字以内").await;
    assert_eq!(operator.value("answer").await.chars().count(), 201, "what was typed stays");
    operator.run("document.querySelector('#part-asked [name=answer]').value = ''").await;
    operator.types("外してある").await;
    operator.press("Ctrl+Enter").await;
    operator.reads("#part-log", "外してある").await;
    operator.shows("whoever typed is where they were", "document.activeElement.name === 'narrative'").await;
    operator.press("Alt+9").await;
    operator.press("7").await;
    operator.reads("#end-form", "A①会員").await;
    faults.extend(operator.faults_of("sheet, words at an exit").await);
    specialist.sign_in_as(Role::Specialist).await;
    specialist.goto(&format!("/calls/{call}/along")).await;
    faults.extend(specialist.faults_of("reading along").await);
    operator.leave().await;
    specialist.leave().await;
    none(&faults);
});
