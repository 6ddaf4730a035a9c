//! What is known of an incident: written down in any order, nothing of two people's words lost, nothing half done.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::incidents::{Extent, Fact};
use madoguchi::domain::tickets::{TicketNo, Transition};
use madoguchi::store::incidents::record as kept;
use madoguchi::usecase::incidents::record::{Typed, save};
use madoguchi::usecase::tickets::move_on;
use serde_json::json;

use crate::support::cases::{code, refused};
use crate::support::{TestApp, on_each_db};

async fn grave(app: &TestApp) -> TicketNo {
    app.case(json!({ "disposition": "escalated", "next": "usual", "next_reason": "全台停止" })).await
}

async fn stands(app: &TestApp, no: TicketNo, fact: Fact) -> String {
    kept::known(&app.services.store, app.ticket(no).await.id).await.expect("a record").get(fact).to_owned()
}

on_each_db!(what_is_told_stands_on_the_page_and_on_the_timeline_with_what_it_was_before, async |app: TestApp| {
    let no = grave(&app).await;
    let browser = app.browser(Role::Specialist).await;
    let at = format!("/tickets/{no}/incident");
    let form = [
        ("aware_at", "2026-11-22T10:00"),
        ("was_aware_at", ""),
        ("aware_certainty", "about"),
        ("was_aware_certainty", ""),
        ("aware_by", "受付"),
        ("was_aware_by", ""),
        ("systems", "imaging"),
        ("systems", "chart"),
        ("was_systems", ""),
        ("care", "slowed"),
        ("was_care", ""),
        ("persons", "range"),
        ("was_persons", ""),
        ("persons_from", "１,２００人"),
        ("was_persons_from", ""),
    ];
    browser.post(&at, &form).await.is(303);
    let page = browser.get(&at).await.is(200).page();
    assert_eq!(page.attribute("#aware_at", "value"), "2026-11-22 10:00");
    assert_eq!(page.attribute("#persons_from", "value"), "1200");
    let checked = page.attributes("[name=systems][checked]", "value");
    assert_eq!(checked, ["chart", "imaging"], "as the list has them");
    app.clock.advance(chrono::Duration::minutes(3));
    app.tells(no, &[("care", "closed"), ("care_since", "2026-11-22")]).await;
    let told = app.timeline(no).await;
    let first = told.iter().find(|line| line.contains("知った日時")).expect("a line");
    assert!(
        first.contains("知った日時：2026年11月22日 10:00") && first.contains("影響のあるもの：電子カルテ・画像"),
        "{first}"
    );
    assert!(told.iter().any(|line| line.contains("診療への影響：時間がかかる → 休診")), "{told:?}");
    let found = browser.post("/tickets/search", &[("q", "時間がかかる")]).await.is(200).page();
    assert!(found.text("main").contains(&no.to_string()), "it's found by what was told");
});

on_each_db!(what_somebody_else_typed_meanwhile_is_not_overwritten_unseen, async |app: TestApp| {
    let no = grave(&app).await;
    // Both pages show an empty record.
    app.tells(no, &[("aware_by", "院長が画面を見て"), ("entrusted_to", "青空システム")]).await;
    let browser = app.browser(Role::Operator).await;
    let at = format!("/tickets/{no}/incident");
    let late = [
        ("aware_by", "受付が電話で"),
        ("was_aware_by", ""),
        // Not touched on this page: it doesn't undo what stands there now.
        ("entrusted_to", ""),
        ("was_entrusted_to", ""),
        ("care", "closed"),
        ("was_care", ""),
    ];
    let page = browser.post(&at, &late).await.is(409).page();
    assert_eq!(page.attribute("#aware_by", "value"), "受付が電話で", "one's own words stand there");
    assert!(page.text("#aware_by-error").contains("院長が画面を見て"), "and the other's beside them");
    assert_eq!(stands(&app, no, Fact::Care).await, "", "nothing was half done");
    // Saved once more, having seen both.
    let again =
        [("aware_by", "受付が電話で"), ("was_aware_by", "院長が画面を見て"), ("care", "closed"), ("was_care", "")];
    browser.post(&at, &again).await.is(303);
    assert_eq!(stands(&app, no, Fact::AwareBy).await, "受付が電話で");
    assert_eq!(stands(&app, no, Fact::EntrustedTo).await, "青空システム");
    assert_eq!(stands(&app, no, Fact::Care).await, "closed");
});

on_each_db!(a_day_of_which_nobody_said_the_time_stays_a_day_everywhere, async |app: TestApp| {
    let no = grave(&app).await;
    // Heard in any order of the hours: a sign on that day at noon may have come before it was known on that day.
    app.tells(no, &[("aware_at", "11/20"), ("aware_by", "受付"), ("first_sign_at", "2026-11-20 12:00")]).await;
    assert_eq!(stands(&app, no, Fact::AwareAt).await, "2026-11-20");
    let browser = app.browser(Role::Specialist).await;
    let page = browser.get(&format!("/tickets/{no}/incident")).await.is(200).page();
    assert_eq!(page.attribute("#aware_at", "value"), "2026-11-20", "and it's read back the same");
    for at in [format!("/tickets/{no}"), format!("/tickets/{no}/papers/ppc"), format!("/tickets/{no}/incident")] {
        let words = browser.get(&at).await.is(200).page().text("main");
        assert!(words.contains("2026年11月20日"), "{at}: {words}");
        assert!(!words.contains("11月20日 00:00"), "{at}: {words}");
    }
    let later = [("first_sign_at", "2026-11-21 0:00")];
    let refusal = refused(app.tries_to_tell(no, &later).await);
    assert_eq!(refusal.fields[0].code, "incident.order");
});

on_each_db!(half_of_what_the_clocks_hang_on_is_kept_while_something_is_written_beside_it, async |app: TestApp| {
    let no = grave(&app).await;
    let browser = app.browser(Role::Specialist).await;
    let so_far = [("aware_at", "2026-11-22T10:00"), ("was_aware_at", ""), ("aware_by", ""), ("was_aware_by", "")];
    let beside = [&so_far[..], &[("indicator_kind", "extension"), ("said", ".lock")]].concat();
    browser.post(&format!("/tickets/{no}/indicators"), &beside).await.is(303);
    assert_eq!(stands(&app, no, Fact::AwareAt).await, "2026-11-22T10:00");
    let whole = [("care", "closed"), ("was_care", "")];
    let page = browser.post(&format!("/tickets/{no}/incident"), &whole).await.is(422).page();
    assert!(page.has("#aware_by-error"), "the record itself asks for the other half");
});

on_each_db!(two_who_save_different_facts_at_one_moment_both_do, async |app: TestApp| {
    let no = app.case(json!({ "incident": "malware" })).await;
    let one = async |fact: Fact, words: &str| {
        let typed = Typed { fact, typed: words.into(), shown: String::new() };
        save(&app.services, &app.ctx(Role::Operator), no, &[typed], Extent::Whole, &None).await
    };
    let saved = tokio::join!(
        one(Fact::AwareBy, "院長"),
        one(Fact::FirstSign, "画面が開かない"),
        one(Fact::EntrustedTo, "青空システム"),
        one(Fact::AwareBy, "受付"),
    );
    let won = [saved.0.is_ok(), saved.3.is_ok()];
    assert!(saved.1.is_ok() && saved.2.is_ok() && won.contains(&true) && won.contains(&false), "{saved:?}");
    let kept = stands(&app, no, Fact::AwareBy).await;
    assert_eq!(kept, if won[0] { "院長" } else { "受付" });
});

on_each_db!(what_cannot_be_is_told_beside_its_field_and_nothing_of_the_form_is_kept, async |app: TestApp| {
    let no = grave(&app).await;
    for (facts, field, fault) in [
        (&[("aware_at", "2026-11-23T10:00")][..], "aware_at", "time.future"),
        (&[("aware_at", "さっき")][..], "aware_at", "time.format"),
        (&[("care", "closed"), ("care_since", "2026-12-01")][..], "care_since", "time.future"),
        (&[("care_since", "2026-11-20")][..], "care", "incident.care"),
        (&[("leak", "possible")][..], "aware_at", "incident.aware_missing"),
        (&[("leak", "unknown")][..], "aware_at", "incident.aware_missing"),
        // Ransomware that reaches what holds patients' data: a leak is possible, whatever was answered.
        (&[("backup", "no")][..], "aware_at", "incident.aware_missing"),
        (&[("aware_at", "2026-11-22T10:00")][..], "aware_by", "incident.aware_by_missing"),
        (
            &[("aware_at", "2026-11-21T10:00"), ("first_sign_at", "2026-11-21T10:01")][..],
            "first_sign_at",
            "incident.order",
        ),
        (&[("persons", "count")][..], "persons_from", "incident.persons"),
        (&[("persons", "none"), ("persons_from", "20")][..], "persons_from", "incident.persons"),
        (&[("persons", "unknown"), ("persons_to", "20")][..], "persons_to", "incident.persons"),
        (&[("leak", "confirmed"), ("persons", "none")][..], "persons", "incident.persons"),
        (&[("leak", "none"), ("persons", "count"), ("persons_from", "20")][..], "leak", "incident.leak"),
        (
            &[("aware_at", "2026-11-21T10:00"), ("care", "closed"), ("care_since", "2026-11-20")][..],
            "care_since",
            "incident.order",
        ),
        (&[("persons", "range"), ("persons_from", "20"), ("persons_to", "10")][..], "persons_to", "incident.persons"),
        (&[("persons_from", "たくさん")][..], "persons_from", "number.format"),
        (&[("care", "sometimes")][..], "care", "choice.unknown"),
        (&[("systems", "chart,fridge")][..], "systems", "choice.unknown"),
    ] {
        let all = [&[("first_sign", "画面が開かない")][..], facts].concat();
        let refusal = refused(app.tries_to_tell(no, &all).await);
        let told = refusal.fields.iter().find(|f| f.name == field).unwrap_or_else(|| panic!("{facts:?}: {refusal:?}"));
        assert_eq!(told.code, fault, "{facts:?}");
        assert_eq!(stands(&app, no, Fact::FirstSign).await, "", "{facts:?}");
    }
    let long = "あ".repeat(201);
    assert_eq!(code(app.tries_to_tell(no, &[("first_sign", &long)]).await), "text.too_long");
    // What was typed stands on the page again.
    let browser = app.browser(Role::Operator).await;
    let form = [("first_sign", "画面が開かない"), ("was_first_sign", ""), ("leak", "possible"), ("was_leak", "")];
    let page = browser.post(&format!("/tickets/{no}/incident"), &form).await.is(422).page();
    assert_eq!(page.attribute("#first_sign", "value"), "画面が開かない");
    assert!(page.text("#aware_at-error").contains("知った日時"), "{}", page.text("#aware_at-error"));
    assert!(page.has("#leak input[value=possible][checked]"));
});

on_each_db!(a_clerk_and_a_reader_of_reports_see_nothing_of_it, async |app: TestApp| {
    let no = grave(&app).await;
    app.tells(no, &[("first_sign", "夜間に再起動")]).await;
    for role in [Role::Clerk, Role::JmaReader, Role::Administrator] {
        app.browser(role).await.get(&format!("/tickets/{no}/incident")).await.is(404);
    }
    // A clerk whom the ticket concerns sees its head alone.
    let said = app.log(json!({ "disposition": "claims_office", "ticket": no.to_string() })).await;
    said.expect("a call about the claims office");
    let page = app.browser(Role::Clerk).await.get(&format!("/tickets/{no}")).await.is(200).page().text("body");
    assert!(!page.contains("インシデント") && !page.contains("夜間に再起動"), "{page}");
});

on_each_db!(what_an_erased_ticket_knew_is_shown_to_nobody, async |app: TestApp| {
    let no = grave(&app).await;
    app.db.execute(&format!("UPDATE tickets SET erased_on = '2026-11-22' WHERE number = {}", no.as_key())).await;
    app.browser(Role::Specialist).await.get(&format!("/tickets/{no}/incident")).await.is(404);
    assert_eq!(refused(app.tries_to_tell(no, &[("care", "none")]).await).code, "ticket.erased");
});

on_each_db!(the_move_to_tier_2_can_still_be_taken_back, async |app: TestApp| {
    let no = app.case(json!({})).await;
    app.clock.advance(chrono::Duration::minutes(1));
    let version = app.ticket(no).await.version;
    let ctx = app.ctx(Role::Operator);
    let ask = Transition::Escalate { reason: "全台停止".into() };
    move_on(&app.services, &ctx, no, version, ask, "", &None).await.expect("moved");
    let version = app.ticket(no).await.version;
    let back = madoguchi::usecase::tickets::take_back(&app.services, &ctx, no, version, &None).await;
    back.expect("the clocks that began with it don't stand in the way");
});

on_each_db!(whoever_takes_a_case_reads_why_since_when_and_what_was_asked_already, async |app: TestApp| {
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &[("incident", "ransomware"), ("severity", "urgent"), ("narrative", "全台で脅迫文")]).await;
    let ctx = app.ctx(Role::Operator);
    let card =
        app.services.scheme.cards.of("ransomware").find(|card| card.answers.len() > 1).expect("a question").clone();
    madoguchi::usecase::calls::sheet::stamp(&app.services, &ctx, call, &card.code, &card.answers[0].code)
        .await
        .expect("said");
    app.end(call, json!({ "disposition": "escalated", "next_reason": "業務停止" })).await.expect("ended");
    let no = app.ended_in(call).await;
    app.tells(no, &[("aware_at", "2026-11-22T09:00"), ("aware_certainty", "before"), ("backup", "no")]).await;
    app.clock.advance(chrono::Duration::minutes(5));
    let again = json!({ "ticket": no.to_string(), "disposition": "escalated", "next": "usual", "next_reason": "サーバーも停止" });
    let page = async || {
        app.browser(Role::Specialist).await.get(&format!("/tickets/{no}")).await.is(200).page().text(".briefing")
    };
    let briefing = page().await;
    assert!(briefing.contains("2次対応の依頼") && briefing.contains("業務停止"), "{briefing}");
    assert!(briefing.contains("11月22日 09:00（これより前）"), "{briefing}");
    assert!(briefing.contains(&card.say) && briefing.contains(&card.answers[0].label), "{briefing}");
    assert!(briefing.contains("バックアップがある → いいえ"), "{briefing}");
    // Asked again while it waits or is worked on: every reason stands there.
    let version = app.ticket(no).await.version;
    move_on(&app.services, &app.ctx(Role::Specialist), no, version, Transition::Take, "", &None).await.expect("taken");
    app.log(again).await.expect("asked again");
    let briefing = page().await;
    assert!(briefing.contains("業務停止") && briefing.contains("サーバーも停止"), "{briefing}");
});
