//! Ringing a clinic back from its ticket: nothing is asked that is known, and the promise is kept by the call.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::sheet::SheetField;
use madoguchi::domain::calls::{Direction, Disposition};
use madoguchi::domain::id::{CallId, CallbackId};
use madoguchi::domain::tickets::TicketNo;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::store;
use madoguchi::usecase::calls::{lacking, outbound, sheet};
use madoguchi::usecase::tickets::page;
use serde_json::json;

use crate::support::cases::{asked, code};
use crate::support::directory::ENOMOTO_SAID;
use crate::support::{TestApp, on_each_db};

/// A clinic rang, was verified (or not), told what it had been told, and was promised a call.
async fn promised(app: &TestApp, outcome: VerificationOutcome, why: &str) -> (TicketNo, CallbackId) {
    let ctx = app.ctx(Role::Operator);
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &ENOMOTO_SAID).await;
    let told = [("caller_name", "受付 さくら"), ("callback", "090-0000-5555"), ("standing", "staff")];
    app.fill(call, &told).await;
    app.fill(call, &[("incident", "ransomware"), ("severity", "high"), ("narrative", "全台で暗号化")]).await;
    sheet::stamp(&app.services, &ctx, call, "sharing", "told").await.expect("said");
    sheet::record_verification(&app.services, &ctx, call, outcome, why).await.expect("recorded");
    let promise = json!({ "disposition": "call_back", "callback_at": "15時", "callback_note": "復旧の状況" });
    let ended = app.end(call, promise).await.expect("ended");
    let no = TicketNo::parse(&ended.ticket.expect("a ticket")).expect("a number");
    let view = page::show(&app.services, &ctx, no).await.expect("a ticket");
    (no, view.callbacks[0].id)
}

async fn ring_back(app: &TestApp, no: TicketNo, promise: Option<CallbackId>) -> CallId {
    outbound::about(&app.services, &app.ctx(Role::Operator), no, promise, &None).await.expect("a call").call
}

on_each_db!(who_was_verified_is_rung_back_and_asked_nothing_again, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let (no, promise) = promised(&app, VerificationOutcome::Verified, "").await;
    app.clock.advance(Duration::hours(4));
    let call = ring_back(&app, no, Some(promise)).await;
    let view = sheet::view(&app.services, &ctx, call).await.unwrap();
    assert_eq!((view.call.direction, view.call.number.as_str()), (Direction::Outbound, "090-0000-5555"));
    assert_eq!(view.sheet.text(SheetField::CallerName), "受付 さくら");
    assert_eq!(view.sheet.text(SheetField::Incident), "ransomware");
    assert!(!view.sheet.has_items() && view.asked.recorded_as_typed(), "verified, and the number isn't shown again");
    assert_eq!(view.asked.recorded().map(|v| v.recorded), Some(VerificationOutcome::Verified));
    assert!(view.said.contains(&"sharing".to_owned()) && view.entries.is_empty(), "said on the call before");
    let lacks = lacking::foresee(&app.services, &ctx, call, &asked(Disposition::Solved, "", "")).await.unwrap().lacking;
    assert_eq!(lacks.iter().map(|l| l.code()).collect::<Vec<_>>(), ["narrative"], "only what is new");
    let page = app.browser(Role::Operator).await.get(&format!("/calls/{call}")).await.is(200).page();
    assert!(page.text(".sheet-number").contains("架電先"));
    assert!(page.text("#part-open").contains("復旧の状況"));
    assert!(page.text("#part-verdict").contains("10:42 に記録しました"), "{}", page.text("#part-verdict"));

    app.fill(call, &[("narrative", "復旧した")]).await;
    app.end(call, json!({ "disposition": "solved" })).await.expect("ended");
    let ticket = page::show(&app.services, &ctx, no).await.unwrap();
    assert!(ticket.callbacks.is_empty(), "the promise is kept by the call");
    assert_eq!((ticket.calls.len(), ticket.ticket.state.code()), (2, "done"));
    assert!(ticket.entries.iter().any(|entry| entry.kind.code() == "callback" && entry.body.contains("折返し")));
    assert_eq!(ticket.ticket.verification, VerificationOutcome::Verified);
});

on_each_db!(who_had_no_number_at_hand_is_asked_for_the_number_alone, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let (no, promise) = promised(&app, VerificationOutcome::Provisional, "番号が手元にない").await;
    let call = ring_back(&app, no, Some(promise)).await;
    let view = sheet::view(&app.services, &ctx, call).await.unwrap();
    assert_eq!(view.sheet.text(SheetField::MemberName), "榎本蓮太郎");
    assert_eq!(view.sheet.text(SheetField::Number), "");
    assert!(!view.asked.recorded_as_typed());
    app.fill(call, &[("number", "234567")]).await;
    sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Verified, "").await.expect("verified");
    assert_eq!(app.ticket(no).await.verification, VerificationOutcome::Verified);
});

on_each_db!(a_promise_stays_while_nobody_can_be_spoken_to_and_is_kept_once, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let (no, promise) = promised(&app, VerificationOutcome::Verified, "").await;
    let still = async || page::show(&app.services, &ctx, no).await.unwrap().callbacks.len();
    let call = ring_back(&app, no, Some(promise)).await;
    app.end(call, json!({ "disposition": "cut_off" })).await.expect("ended");
    assert_eq!(still().await, 1, "nobody was spoken to");
    let call = ring_back(&app, no, Some(promise)).await;
    app.end(call, json!({ "disposition": "call_back", "callback_at": "17時" })).await.expect("ended");
    assert_eq!(still().await, 1, "the new one in the place of the old");
    let again = outbound::about(&app.services, &ctx, no, Some(promise), &None).await;
    assert_eq!(code(again), "callback.kept");
    // Ringing without a promise is fine too; a promise of another ticket isn't this one's.
    ring_back(&app, no, None).await;
    let other = app.case(json!({})).await;
    assert!(outbound::about(&app.services, &ctx, other, Some(promise), &None).await.is_err());
});

on_each_db!(ringing_starts_from_home_and_ticket_and_twice_pressed_is_one_call, async |app: TestApp| {
    let app = app.with_directory().await;
    let (no, promise) = promised(&app, VerificationOutcome::Verified, "").await;
    let browser = app.browser(Role::Operator).await;
    let home = browser.get("/").await.is(200).page();
    assert!(home.text("main").contains("あと4時間18分"), "{}", home.text("main"));
    assert_eq!(home.count(&format!("form[action='/tickets/{no}/calls'] [data-key='Alt+C']")), 1);
    let ticket = browser.get(&format!("/tickets/{no}")).await.is(200).page();
    assert_eq!(ticket.count(&format!("form[action='/tickets/{no}/calls'] [name=promise]")), 1);
    let keys = home.attributes(&format!("form[action='/tickets/{no}/calls'] input[name=once]"), "value");
    let form = [("promise", promise.to_string()), ("once", keys[0].clone())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let path = format!("/tickets/{no}/calls");
    let first = browser.post(&path, &form).await.is(303).header("location").to_owned();
    let second = browser.post(&path, &form).await.is(303).header("location").to_owned();
    assert_eq!(first, second);
    assert_eq!(app.count("calls").await, 2);
    assert!(browser.get("/calls").await.page().text("table").contains("受付 さくら"), "who is rung, on the day's list");
    assert_eq!(app.number("SELECT COUNT(*) AS n FROM calls WHERE keeps IS NOT NULL").await, 1);
    browser.post(&path, &[("promise", "nonsense")]).await.is(404);
    let held = store::calls::open(&app.services.store, None).await.unwrap();
    assert_eq!(held.len(), 1);
});
