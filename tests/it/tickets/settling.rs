//! A ticket that ends asks what becomes of what was promised about it: nothing stays due for ever, nothing is lost.

use madoguchi::domain::access::actor::Role::Operator;
use madoguchi::domain::tickets::state::Exit;
use madoguchi::domain::tickets::{TicketNo, Transition};
use madoguchi::usecase::tickets::{move_on, take_back};
use serde_json::json;

use crate::support::cases::{code, refused};
use crate::support::{TestApp, on_each_db};

/// A ticket about which a clinic was promised a call-back.
async fn promised(app: &TestApp) -> TicketNo {
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &[("caller_name", "受付 すみれ")]).await;
    app.end(call, json!({ "disposition": "call_back", "callback_at": "明日15時" })).await.unwrap();
    app.ended_in(call).await
}

async fn due(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) AS n FROM callbacks WHERE kept_at IS NULL").await
}

fn close() -> Transition {
    Transition::Close { result: "solved".into() }
}

on_each_db!(whoever_closes_a_ticket_says_what_becomes_of_its_promise, async |app: TestApp| {
    for (said, left, line) in [
        ("wanted", 1, None),
        ("made", 0, Some("折返しのお約束を果たしました")),
        ("not_needed", 0, Some("折返しのお約束は不要になりました")),
    ] {
        let no = promised(&app).await;
        app.clock.advance(chrono::Duration::seconds(1));
        let version = app.ticket(no).await.version;
        let ctx = app.ctx(Operator);
        for unsaid in ["", "perhaps"] {
            let refusal = refused(move_on(&app.services, &ctx, no, version, close(), unsaid, &None).await);
            assert_eq!(
                (refusal.fields[0].name.as_str(), refusal.fields[0].code.as_str()),
                ("promises", "callback.open")
            );
            assert!(refusal.fields[0].message.contains("11月23日 15:00 受付 すみれ"), "{refusal:?}");
        }
        move_on(&app.services, &ctx, no, version, close(), said, &None).await.unwrap();
        assert_eq!(due(&app).await, left, "{said}");
        let told = app.timeline(no).await;
        assert!(line.is_none_or(|line| told.iter().any(|entry| entry == line)), "{told:?}");
        app.clock.advance(chrono::Duration::seconds(10));
        let version = app.ticket(no).await.version;
        take_back(&app.services, &ctx, no, version, &None).await.expect("the move is the last line");
        assert_eq!(due(&app).await, 1, "{said}: who takes the end back still owes the call");
        let told = app.timeline(no).await;
        let again = told.iter().any(|entry| entry.starts_with("折返しのお約束は残っています"));
        assert_eq!(again, said != "wanted", "{told:?}");
        app.db.execute("UPDATE callbacks SET kept_at = due_at").await;
        app.clock.advance(chrono::Duration::minutes(5));
    }
});

on_each_db!(an_exit_asks_too_and_a_move_that_ends_nothing_does_not, async |app: TestApp| {
    let no = promised(&app).await;
    let ctx = app.ctx(Operator);
    let version = app.ticket(no).await.version;
    let leave = Transition::Leave { exit: Exit::Directed, reason: "保守業者".into() };
    assert_eq!(code(move_on(&app.services, &ctx, no, version, leave, "", &None).await), "callback.open");
    let watch = Transition::Watch { reason: "様子".into() };
    move_on(&app.services, &ctx, no, version, watch, "", &None).await.unwrap();
    assert_eq!(due(&app).await, 1);
});

on_each_db!(the_end_of_a_call_asks_of_earlier_promises_and_not_of_its_own, async |app: TestApp| {
    let no = promised(&app).await;
    let again = app.ring("03-5550-1234").await;
    let closes = |promises: &str| json!({ "disposition": "solved", "next": "close", "ticket": no.to_string(), "promises": promises });
    assert_eq!(code(app.end(again, closes("")).await), "callback.open");
    let browser = app.browser(Operator).await;
    let form = [("disposition", "solved"), ("next", "close"), ("ticket", &no.to_string()), ("anyway", "yes")];
    let page = browser.post(&format!("/calls/{again}/end"), &form).await.is(422).page();
    assert!(page.has("#end-form select[name=promises]") && page.text("#promises-end-error").contains("受付 すみれ"));
    app.end(again, closes("made")).await.unwrap();
    assert_eq!(due(&app).await, 0);
    let own = app.ring("03-5550-7777").await;
    let said = json!({ "disposition": "call_back", "callback_at": "30分後", "next": "close" });
    app.end(own, said).await.unwrap();
    assert_eq!(due(&app).await, 1, "what was promised on this very call stands");
});

on_each_db!(the_page_and_the_api_ask_where_there_is_something_to_ask, async |app: TestApp| {
    let (no, other) = (promised(&app).await, app.case(json!({})).await);
    let browser = app.browser(Operator).await;
    let page = browser.get(&format!("/tickets/{no}")).await.is(200).page();
    assert_eq!(page.count("select[name=promises]"), 2, "beside each way to end it");
    assert!(!browser.get(&format!("/tickets/{other}")).await.page().has("select[name=promises]"));
    let version = app.ticket(no).await.version.to_string();
    let form = [("transition", "close"), ("result", "solved"), ("version", version.as_str())];
    let refused = browser.post(&format!("/tickets/{no}/transitions"), &form).await.is(422).page();
    assert!(refused.text("#promises-close-error").contains("折返しのお約束が1件残っています"));
    let script = app.script(Operator).await;
    let body = json!({ "transition": "close", "result": "solved", "version": app.ticket(no).await.version });
    let path = format!("/api/v1/tickets/{no}/transitions");
    let answer = script.post_json(&path, &body).await.is(422);
    assert_eq!(answer.faults(), ["promises: callback.open"]);
    let body = json!({ "transition": "close", "result": "solved", "promises": "not_needed", "version": app.ticket(no).await.version });
    script.post_json(&path, &body).await.is(200);
    assert_eq!(due(&app).await, 0);
});
