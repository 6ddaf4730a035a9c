//! What a call's record lacks at its end: said before, needed as a word, counted.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::sheet::SheetField;
use madoguchi::domain::calls::{Disposition, Lacking};
use madoguchi::domain::tickets::TicketNo;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::store;
use madoguchi::usecase::calls;
use madoguchi::usecase::calls::{lacking, sheet};
use madoguchi::usecase::desks::supervision;
use madoguchi::usecase::tickets::page;
use serde_json::json;

use crate::support::app::tokyo;
use crate::support::cases::{asked, change};
use crate::support::directory::ENOMOTO_SAID;
use crate::support::{TestApp, on_each_db};

on_each_db!(an_empty_call_does_not_end_as_solved_without_the_word_that_it_is_empty, async |app: TestApp| {
    let operator = app.browser(Role::Operator).await;
    let call = app.ring("").await;
    let path = format!("/calls/{call}/end");
    let refused = operator.post(&path, &[("disposition", "solved")]).await.is(422);
    let page = refused.page();
    assert!(page.text("#part-foreseen").contains("未了：種別・内容・会員確認・共有"));
    assert!(page.has("#part-foreseen button[name=anyway][autofocus]"), "one key goes on all the same");
    assert_eq!((app.count("tickets").await, app.count("entries").await), (0, 0), "nothing is half-written");
    let home = operator.post(&path, &[("disposition", "solved"), ("anyway", "yes")]).await.is(303);
    let told = operator.get(home.location()).await.is(200).text();
    assert!(told.contains("通話を終了しました（1次対応で解決）") && told.contains("2026-000001"), "what became of it");
    let others = app.browser(Role::Supervisor).await.get(home.location()).await.is(200).text();
    assert!(!others.contains("通話を終了しました"), "an address tells nobody else");
    let held = store::calls::find(&app.services.store, call).await.unwrap().unwrap();
    assert_eq!(held.lacking, [Lacking::Incident, Lacking::Narrative, Lacking::Verification, Lacking::Sharing]);
    let day = supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap();
    assert_eq!(day.lacking, 1, "it is counted");
    assert!(operator.get("/calls").await.is(200).text().contains("未了：種別"));
    app.ring("").await;
    assert_eq!(operator.get("/calls?lacking=yes").await.is(200).page().count("tbody tr"), 1, "the figure's own list");
});

on_each_db!(a_whole_record_ends_without_a_question_and_a_wrong_number_needs_none, async |app: TestApp| {
    let app = app.with_directory().await;
    let operator = app.browser(Role::Operator).await;
    let ctx = app.ctx(Role::Operator);
    let call = app.ring("").await;
    app.fill(call, &ENOMOTO_SAID).await;
    app.fill(call, &[("incident", "ransomware"), ("narrative", "脅迫文")]).await;
    sheet::stamp(&app.services, &ctx, call, "sharing", "told").await.unwrap();
    operator.post(&format!("/calls/{call}/verification"), &[("recorded", "verified")]).await.is(303);
    let seen = lacking::foresee(&app.services, &ctx, call, &asked(Disposition::Solved, "", "")).await.unwrap();
    assert_eq!(seen.lacking, []);
    operator.post(&format!("/calls/{call}/end"), &[("disposition", "solved")]).await.is(303);
    let wrong = app.ring("").await;
    operator.post(&format!("/calls/{wrong}/end"), &[("disposition", "wrong")]).await.is(303);
    assert_eq!(supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap().lacking, 0);
});

on_each_db!(what_the_ticket_knows_is_not_asked_again, async |app: TestApp| {
    let app = app.with_directory().await;
    let known = json!({ "recorded": "provisional", "reason": "番号が手元にない", "member_name": "榎本蓮太郎" });
    let no = app.case(known).await;
    app.clock.advance(chrono::Duration::minutes(5));
    let ctx = app.ctx(Role::Operator);
    let lacks = async |number: &str| {
        let call = app.ring(number).await;
        let seen = lacking::foresee(&app.services, &ctx, call, &asked(Disposition::Solved, "", &no.to_string())).await;
        seen.unwrap().lacking
    };
    assert_eq!(lacks("03-5550-1234").await, [Lacking::Narrative, Lacking::Sharing]);
    let all = [Lacking::Incident, Lacking::Narrative, Lacking::Verification, Lacking::Sharing];
    assert_eq!(lacks("03-5550-9999").await, all, "nothing is learned of a ticket by naming it");
});

on_each_db!(a_promise_is_read_back_while_it_is_typed_with_a_word_outside_hours, async |app: TestApp| {
    let call = app.ring("").await;
    let ctx = app.ctx(Role::Operator);
    for (typed, meant, outside) in [
        ("明日10時", Some("2026-11-23 10:00:00"), false),
        ("22時", Some("2026-11-22 22:00:00"), true),
        ("30分後", Some("2026-11-22 11:12:00"), false),
        ("あとで", None, false),
    ] {
        let seen = lacking::foresee(&app.services, &ctx, call, &asked(Disposition::CallBack, typed, ""))
            .await
            .expect("foreseen");
        assert_eq!(seen.callback_at, meant.map(tokyo), "{typed}");
        assert_eq!(seen.callback_outside_hours, outside, "{typed}");
    }
    let operator = app.browser(Role::Operator).await;
    let form = [("disposition", "call_back"), ("callback_at", "22時")];
    let told = operator.post(&format!("/calls/{call}/end/foreseen"), &form).await.is(200).text();
    assert!(told.contains("11月22日(日) 22:00") && told.contains("受付時間外"), "{told}");
});

on_each_db!(what_was_recorded_of_one_clinic_is_not_anothers_whose_items_were_typed_over_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    for opened_first in [false, true] {
        let call = app.ring("03-5550-7777").await;
        app.fill(call, &ENOMOTO_SAID).await;
        app.fill(call, &[("incident", "ransomware"), ("narrative", "全台で暗号化")]).await;
        sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Verified, "")
            .await
            .expect("recorded");
        let held = store::calls::sheet(&app.services.store, call).await.unwrap();
        let over =
            [("member_name", "別人太郎"), ("facility", "別の病院"), ("address", "札幌市中央区1-1"), ("number", "")];
        let over: Vec<_> = over
            .iter()
            .map(|(name, text)| change(name, text, held.version(SheetField::parse(name).unwrap())))
            .collect();
        sheet::save(&app.services, &ctx, call, &over).await.expect("saved");
        let seen = lacking::foresee(&app.services, &ctx, call, &asked(Disposition::Solved, "", "")).await.unwrap();
        assert!(seen.lacking.contains(&Lacking::Verification), "{:?}", seen.lacking);
        let number = if opened_first {
            let opened = calls::open_ticket(&app.services, &ctx, call, &None).await.expect("a ticket");
            app.end(call, json!({ "disposition": "solved" })).await.expect("ended");
            opened.ticket
        } else {
            app.end(call, json!({ "disposition": "solved" })).await.expect("ended").ticket
        };
        let ticket = app.ticket(TicketNo::parse(&number.unwrap()).unwrap()).await;
        assert_eq!((ticket.facility_name.as_str(), ticket.verification), ("別の病院", VerificationOutcome::Unverified));
        let view = page::show(&app.services, &ctx, ticket.number).await.unwrap();
        assert!(view.verifications.is_empty() && view.facility.is_none(), "and none stands on its page");
    }
});

on_each_db!(a_call_is_recorded_on_the_ticket_that_it_was_tied_to_last, async |app: TestApp| {
    let ctx = app.ctx(Role::Operator);
    let before = app.case(json!({ "number": "03-5550-7777" })).await;
    let call = app.ring("03-5550-7777").await;
    app.fill(call, &[("incident", "ransomware"), ("narrative", "続きのご相談")]).await;
    calls::open_ticket(&app.services, &ctx, call, &None).await.expect("a ticket");
    calls::link(&app.services, &ctx, call, &before.to_string()).await.expect("tied");
    let page = app.browser(Role::Operator).await.get(&format!("/calls/{call}")).await.is(200).page();
    assert_eq!(page.count("#part-record option"), 2);
    assert!(page.text("#part-record option").starts_with(&before.to_string()), "{}", page.text("#part-record"));
    let ended = app.end(call, json!({ "disposition": "solved" })).await.expect("ended");
    assert_eq!(ended.ticket, Some(before.to_string()));
});

on_each_db!(what_would_be_refused_or_lost_at_the_end_is_said_before, async |app: TestApp| {
    app.clock.set(tokyo("2026-11-22 05:00:00"));
    let ctx = app.ctx(Role::Operator);
    let call = app.ring("").await;
    let foresee =
        async |ends, at: &str| lacking::foresee(&app.services, &ctx, call, &asked(ends, at, "")).await.unwrap();
    let seen = foresee(Disposition::CallBack, "今日3時").await;
    assert!(seen.callback_refused.is_some() && seen.reason_missing);
    assert!(seen.lacking.contains(&Lacking::CallbackNumber), "nobody could be called back");
    assert!(foresee(Disposition::CallBack, "今日7時").await.callback_refused.is_none());
    assert!(!foresee(Disposition::CutOff, "").await.without_ticket, "nothing was told");
    app.fill(call, &[("narrative", "途中まで"), ("phone", "03-5550-1234"), ("out_of_hours_reason", "緊急")]).await;
    let seen = foresee(Disposition::CallBack, "今日7時").await;
    assert!(!seen.reason_missing && !seen.lacking.contains(&Lacking::CallbackNumber));
    assert!(foresee(Disposition::CutOff, "").await.without_ticket);
});

on_each_db!(where_a_form_was_sent_to_is_no_page_and_leads_to_the_one_it_stood_on, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let call = app.ring("").await;
    let browser = app.browser(Role::Operator).await;
    for (sent_to, page) in [
        (format!("/calls/{call}/end"), format!("/calls/{call}")),
        (format!("/calls/{call}/stamps/back"), format!("/calls/{call}")),
        (format!("/tickets/{no}/transitions"), format!("/tickets/{no}")),
    ] {
        assert_eq!(browser.get(&sent_to).await.is(303).header("location"), page);
    }
    browser.get("/calls/nonsense/end").await.is(405);
});
