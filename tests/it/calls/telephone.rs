//! Numbers as they come from telephone systems and hands: one line is one line, and a call without a number is a call.

use std::sync::Arc;

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::Lacking;
use madoguchi::jobs::{FoldAnew, Runner};
use madoguchi::usecase::calls::wrap_up::WrapUp;
use madoguchi::usecase::calls::{self, outbound, search};
use madoguchi::usecase::tickets;
use serde_json::json;

use crate::support::cases::{conclusion, refused};
use crate::support::{TestApp, on_each_db};

/// A line, as telephone systems send it and people write it.
const LINE: [&str; 12] = [
    "03-7000-1234",
    "+81-3-7000-1234",
    "81370001234",
    "0081370001234",
    "184-03-7000-1234",
    "03-7000-1234#12",
    "03-7000-1234 内線12",
    "03/7000/1234",
    "03\u{2015}7000\u{2015}1234",
    "０３（７０００）１２３４",
    "\u{202a}03-7000-1234\u{202c}",
    "sip:+81370001234@pbx.example",
];

/// What stands where there is no number.
const NONE: [&str; 6] = ["anonymous", "非通知", "公衆電話", "表示圏外", "C", ""];

on_each_db!(whoever_rings_again_is_shown_their_ticket_however_the_number_comes, async |app: TestApp| {
    let no = app.case(json!({ "number": "03-7000-1234" })).await;
    let browser = app.browser(Role::Operator).await;
    for number in LINE {
        let call = app.ring(number).await;
        let page = browser.get(&format!("/calls/{call}")).await.is(200).page();
        assert!(page.text("#part-open").contains(&no.to_string()), "{number}");
        app.end(call, json!({ "disposition": "wrong" })).await.unwrap();
    }
    for number in NONE.iter().chain(&["03-7000-1235", "7000-1234"]) {
        let call = app.ring(number).await;
        let page = browser.get(&format!("/calls/{call}")).await.is(200).page();
        assert!(!page.text("#part-open").contains(&no.to_string()), "{number}");
        app.end(call, json!({ "disposition": "wrong" })).await.unwrap();
    }
});

on_each_db!(a_call_is_found_by_its_number_however_either_is_written, async |app: TestApp| {
    for number in LINE {
        let no = app.case(json!({ "number": number, "facility": "号外医院" })).await;
        let unfollowed =
            app.log(json!({ "number": number, "disposition": "scheme_info", "next": "none" })).await.unwrap();
        let ctx = app.ctx(Role::Operator);
        for question in LINE.iter().filter(|typed| !typed.contains(' ')).map(|typed| format!("{typed} 榎本")) {
            let found = tickets::find(&app.services, &ctx, &question, None).await.unwrap().page.rows;
            assert!(found.is_empty(), "every word counts: {question}");
            let question = question.replace("榎本", "号外医院");
            let found = tickets::find(&app.services, &ctx, &question, None).await.unwrap().page.rows;
            assert_eq!(found.first().map(|line| line.number), Some(no), "{number} by {question}");
        }
        for question in LINE.iter().chain(&["7000-1234"]) {
            let found = tickets::find(&app.services, &ctx, question, None).await.unwrap().page.rows;
            assert_eq!(found.first().map(|line| line.number), Some(no), "{number} by {question}");
            let found = search::find(&app.services, &ctx, question, None).await.unwrap().page.rows;
            assert_eq!(found.first().map(|call| call.id), Some(unfollowed.call), "{number} by {question}");
        }
    }
    let all = tickets::find(&app.services, &app.ctx(Role::Operator), "03-7000-1234", None).await.unwrap();
    assert_eq!(all.page.rows.len(), LINE.len(), "those written otherwise too");
});

on_each_db!(a_call_without_a_number_is_taken_on_the_sheet_and_from_a_telephone_system, async |app: TestApp| {
    let script = app.script(Role::Operator).await;
    for number in NONE {
        let body = crate::support::cases::logged(json!({ "number": number }));
        script.post_json("/api/v1/calls", &body).await.is(201);
        let call = app.ring(number).await;
        app.end(call, json!({ "disposition": "solved", "next": "keep" })).await.unwrap();
        let kept = madoguchi::store::calls::find(&app.services.store, call).await.unwrap().unwrap();
        assert_eq!((kept.number.as_str(), kept.number_key.as_str()), (number, ""));
    }
    let day = app.browser(Role::Operator).await.get("/calls").await.is(200).text();
    assert!(day.contains("非通知") && day.contains("公衆電話") && !day.contains("anonymous"), "in our words");
});

on_each_db!(a_promise_needs_a_number_that_can_be_dialled, async |app: TestApp| {
    let promised =
        |number: &str| json!({ "disposition": "call_back", "callback_at": "30分後", "callback_note": number });
    for (number, callback, lacks) in [
        ("anonymous", "", true),
        ("非通知", "院長の携帯", true),
        ("非通知", "090-1111-2222（院長）", false),
        ("03-7000-1234", "", false),
    ] {
        let call = app.ring(number).await;
        app.fill(call, &[("callback", callback)]).await;
        let unseen = json!({ "disposition": "call_back", "callback_at": "30分後" });
        let unseen = WrapUp { anyway: false, ..conclusion(unseen) };
        let refusal = refused(calls::end(&app.services, &app.ctx(Role::Operator), call, unseen, &None).await);
        assert_eq!(refusal.fields[0].message.contains(Lacking::CallbackNumber.label()), lacks, "{number} {callback}");
        app.end(call, promised(number)).await.expect("whoever has seen that ends it all the same");
    }
    let numbers = app.select("SELECT number AS v FROM callbacks").await;
    let mut numbers: Vec<&str> = numbers.iter().filter_map(|row| row["v"].as_str()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, ["", "03-7000-1234", "090-1111-2222（院長）", "院長の携帯"]);
});

on_each_db!(who_is_rung_back_keeps_what_stood_in_place_of_a_number, async |app: TestApp| {
    let call = app.ring("非通知").await;
    app.fill(call, &[("callback", "院長の携帯"), ("caller_name", "受付 すみれ")]).await;
    app.end(call, json!({ "disposition": "call_back", "callback_at": "30分後" })).await.unwrap();
    let no = app.ended_in(call).await;
    let again = outbound::about(&app.services, &app.ctx(Role::Operator), no, None, &None).await.unwrap().call;
    let kept = madoguchi::store::calls::find(&app.services.store, again).await.unwrap().unwrap();
    assert_eq!((kept.number.as_str(), kept.number_key.as_str()), ("院長の携帯", ""));
});

on_each_db!(what_an_older_version_kept_is_written_anew_once, async |app: TestApp| {
    let no = app.case(json!({ "number": "+81-3-7000-1234", "narrative": "高橋医院の端末" })).await;
    let told =
        json!({ "number": "81370001234", "disposition": "scheme_info", "next": "none", "narrative": "高橋の相談" });
    let call = app.log(told).await.unwrap().call;
    // As the version before kept them.
    app.db.execute("UPDATE calls SET number_key = '81370001234'").await;
    for shelf in ["search_docs", "call_docs"] {
        app.db
            .execute(&format!("UPDATE {shelf} SET body = REPLACE(REPLACE(body, '\n0370001234', ''), '高', '髙')"))
            .await;
    }
    let old = tickets::find(&app.services, &app.ctx(Role::Operator), "高橋医院", None).await.unwrap();
    assert!(old.page.rows.is_empty());
    let mut runner = Runner::new(app.services.clone(), Arc::new(app.clock.clone()), "server".into());
    runner.turn(&mut FoldAnew::default()).await;
    for question in ["髙橋", "高橋", "03-7000-1234"] {
        let found = tickets::find(&app.services, &app.ctx(Role::Operator), question, None).await.unwrap();
        assert_eq!(found.page.rows.iter().map(|line| line.number).collect::<Vec<_>>(), [no], "{question}");
        let found = search::find(&app.services, &app.ctx(Role::Operator), question, None).await.unwrap();
        assert_eq!(found.page.rows.iter().map(|of| of.id).collect::<Vec<_>>(), [call], "{question}");
    }
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM calls WHERE number_key = '0370001234'").await, 2);
    app.db.execute("UPDATE calls SET number_key = 'x'").await;
    app.clock.advance(chrono::Duration::hours(2));
    runner.turn(&mut FoldAnew::default()).await;
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM calls WHERE number_key = 'x'").await, 2, "once is enough");
});

on_each_db!(a_number_within_a_note_is_found_however_it_is_asked_for, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let browser = app.browser(Role::Operator).await;
    let note = "保守業者の携帯は 090-7654-3210 （田中さん）";
    browser.post(&format!("/tickets/{no}/entries"), &[("body", note)]).await.is(303);
    let ctx = app.ctx(Role::Operator);
    for question in ["09076543210", "+819076543210", "田中 090 7654 3210", "田中 09076543210", "090-7654-3210"] {
        let found = tickets::find(&app.services, &ctx, question, None).await.unwrap().page.rows;
        assert_eq!(found.iter().map(|line| line.number).collect::<Vec<_>>(), [no], "{question}");
    }
    let number = no.to_string().replace('-', "");
    let found = tickets::find(&app.services, &ctx, &number, None).await.unwrap().page.rows;
    assert_eq!(found.first().map(|line| line.number), Some(no), "a number without its hyphen");
});
