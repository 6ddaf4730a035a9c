//! When the clinic can be reached: asked at the end of a call, kept with its facility, warned of before a promise.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::Disposition;
use madoguchi::domain::id::CallId;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::usecase::calls::lacking::Asked;
use madoguchi::usecase::calls::{lacking, sheet};
use madoguchi::usecase::tickets::page;
use serde_json::json;

use crate::support::cases::code;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::{TestApp, on_each_db};

/// Somebody of the Enomoto clinic is on the phone and verified.
async fn verified(app: &TestApp) -> CallId {
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &ENOMOTO_SAID).await;
    app.fill(call, &[("incident", "phishing"), ("narrative", "不審なメールを開いた"), ("callback", "03-5550-1234")])
        .await;
    let ctx = app.ctx(Role::Operator);
    sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Verified, "").await.expect("recorded");
    call
}

async fn foresee(app: &TestApp, call: CallId, at: &str, hours: &str) -> lacking::Foreseen {
    let asked = Asked { ends: Disposition::CallBack, callback_at: at, clinic_hours: hours, ticket: "" };
    lacking::foresee(&app.services, &app.ctx(Role::Operator), call, &asked).await.expect("foreseen")
}

on_each_db!(a_call_back_outside_the_clinics_hours_is_warned_of_as_they_are_typed, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = verified(&app).await;
    assert!(foresee(&app, call, "明日13時", "").await.clinic.is_none(), "nobody asked yet");
    let seen = foresee(&app, call, "11/24 13:00", "平日9-12:30 15-18").await;
    assert_eq!(seen.clinic.expect("understood").0.to_string(), "月〜金 9:00〜12:30 15:00〜18:00");
    assert!(seen.callback_outside_clinic, "over lunch nobody is there");
    assert!(!foresee(&app, call, "11/24 16:00", "平日9-12:30 15-18").await.callback_outside_clinic);
    assert!(foresee(&app, call, "11/23 16:00", "平日9-12:30 15-18").await.callback_outside_clinic, "a holiday");
    let seen = foresee(&app, call, "11/24 16:00", "いつでもどうぞ").await;
    assert!(seen.clinic_in_words && !seen.callback_outside_clinic, "kept in words, and nothing is held to them");

    let browser = app.browser(Role::Operator).await;
    let typed = [("disposition", "call_back"), ("callback_at", "11/24 13:00"), ("clinic_hours", "平日9-12:30 15-18")];
    let parts = browser.post(&format!("/calls/{call}/end/foreseen"), &typed).await.is(200).text();
    assert!(parts.contains("診療時間外") && parts.contains("月〜金 9:00〜12:30 15:00〜18:00"), "{parts}");
});

on_each_db!(once_asked_a_clinics_hours_are_known_on_its_next_call_and_on_its_ticket, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let call = verified(&app).await;
    let hours = "月火木金 9時-12時半 午後3時から6時 水土9-12";
    let promise = json!({ "disposition": "call_back", "callback_at": "11/24 16:00", "clinic_hours": hours });
    app.end(call, promise).await.expect("ended");
    let said = "月火木金 9:00〜12:30 15:00〜18:00、水土 9:00〜12:00";
    let view = page::show(&app.services, &ctx, app.ended_in(call).await).await.expect("a ticket");
    assert_eq!(view.clinic.expect("asked").hours.to_string(), said);
    let ticket =
        app.browser(Role::Specialist).await.get(&format!("/tickets/{}", view.ticket.number)).await.is(200).text();
    assert!(ticket.contains(said), "whoever rings back reads it");

    let next = verified(&app).await;
    let seen = foresee(&app, next, "11/25 16:00", "").await;
    assert_eq!(
        seen.clinic.as_ref().map(|(hours, since)| (hours.to_string(), since.is_some())),
        Some((said.to_owned(), true))
    );
    assert!(seen.callback_outside_clinic, "on Wednesday afternoon it is closed, and nobody had to ask again");
    // It says something else now: that counts from here on.
    let promise = json!({ "disposition": "call_back", "callback_at": "11/25 16:00", "clinic_hours": "毎日 9-19" });
    app.end(next, promise).await.expect("ended");
    let third = verified(&app).await;
    let seen = foresee(&app, third, "11/25 16:00", "").await;
    assert_eq!(seen.clinic.map(|(hours, _)| hours.to_string()), Some("月〜日 9:00〜19:00".to_owned()));
    assert!(!seen.callback_outside_clinic);
    assert_eq!(app.count("clinic_hours").await, 1);
});

on_each_db!(
    hours_of_a_clinic_nobody_knows_stand_beside_the_promise_and_what_tells_none_is_kept_in_words,
    async |app: TestApp| {
        let call = app.ring("03-5550-1234").await;
        app.fill(
            call,
            &[("incident", "phishing"), ("narrative", "不審なメールを開いた"), ("callback", "03-5550-1234")],
        )
        .await;
        let with = |hours: &str| {
            let note = "状況の確認";
            json!({ "disposition": "call_back", "callback_at": "11/24 16:00", "callback_note": note, "clinic_hours": hours })
        };
        assert_eq!(code(app.end(call, with(&"9-18".repeat(2_000))).await), "text.too_long");
        app.end(call, with("9-18")).await.expect("ended");
        let lines = app.timeline(app.ended_in(call).await).await.join("\n");
        assert!(lines.contains("状況の確認（診療時間 月〜金 9:00〜18:00）"), "{lines}");
        assert_eq!(app.count("clinic_hours").await, 0);
        let call = app.ring("03-5550-1234").await;
        app.fill(call, &[("incident", "phishing"), ("narrative", "別の件"), ("callback", "03-5550-1234")]).await;
        app.end(call, with("午前中だけ")).await.expect("ended");
        let lines = app.timeline(app.ended_in(call).await).await.join("\n");
        assert!(lines.contains("状況の確認（診療時間 午前中だけ）"), "no word is lost: {lines}");
    }
);
