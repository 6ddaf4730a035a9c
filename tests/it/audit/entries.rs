//! The audit: everything is written down, with whom it touched, and never with what they are called.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::audit::line::AuditFilter;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::store::audit;
use madoguchi::usecase::accounts::NewAccount;
use madoguchi::usecase::calls::sheet;
use madoguchi::usecase::tickets::page;
use madoguchi::usecase::{accounts, tickets};
use serde_json::json;

use crate::support::app::PEER;
use crate::support::directory::{ENOMOTO_SAID, csv, dozen};
use crate::support::people::PASSWORD;
use crate::support::{TestApp, on_each_db};

async fn about(app: &TestApp, subject: uuid::Uuid) -> Vec<(String, String)> {
    let (from, until) =
        (app.ctx(Role::Operator).now - Duration::days(1), app.ctx(Role::Operator).now + Duration::days(1));
    let filter = AuditFilter { from: Some(from), until: Some(until), subject: Some(subject), ..Default::default() };
    let found = audit::filtered(&app.services.store, &filter, 1_000).await.unwrap();
    found.into_iter().rev().map(|row| (row.action, row.result)).collect()
}

async fn verified_case(app: &TestApp) -> madoguchi::domain::tickets::TicketNo {
    app.case(json!({
        "member_name": "榎本蓮太郎", "facility": "榎本みどり医院", "address": "東京都文京区本駒込9-8-7",
        "member_number": "234567", "recorded": "verified",
    }))
    .await
}

on_each_db!(whoever_opens_a_ticket_is_found_by_the_facility_they_saw, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = verified_case(&app).await;
    let facility = app.ticket(no).await.facility_id.unwrap();
    let before = about(&app, facility.0).await.len();
    app.clock.advance(Duration::seconds(1));
    page::show(&app.services, &app.ctx(Role::Supervisor), no).await.unwrap();
    let seen = about(&app, facility.0).await;
    assert_eq!((seen.len(), seen.last().unwrap().0.as_str()), (before + 1, "ticket.view"));
    let rows = audit::filtered(&app.services.store, &AuditFilter::default(), 1).await.unwrap();
    assert_eq!((rows[0].actor_id, rows[0].peer.as_str()), (Some(app.id("tabata").0), PEER));
});

on_each_db!(whoever_opens_a_ticket_is_found_by_each_ticket_that_went_into_it, async |app: TestApp| {
    let (into, part) = (app.case(json!({})).await, app.case(json!({})).await);
    app.merges(part, into).await.expect("merged");
    app.clock.advance(Duration::seconds(1));
    let (before, part) = (about(&app, app.ticket(part).await.id.0).await.len(), app.ticket(part).await.id.0);
    page::show(&app.services, &app.ctx(Role::Supervisor), into).await.unwrap();
    let seen = about(&app, part).await;
    assert_eq!((seen.len(), seen.last().unwrap().0.as_str()), (before + 1, "ticket.view"));
});

on_each_db!(a_list_is_one_entry_with_all_it_showed_beside_it, async |app: TestApp| {
    for _ in 0..3 {
        app.case(json!({})).await;
    }
    let (entries, subjects) = (app.count("audit_entries").await, app.count("audit_subjects").await);
    tickets::list(&app.services, &app.ctx(Role::Operator), &Default::default()).await.unwrap();
    assert_eq!(app.count("audit_entries").await, entries + 1);
    assert_eq!(app.count("audit_subjects").await, subjects + 3);
});

on_each_db!(a_look_up_names_everybody_who_was_looked_at, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.ring("").await;
    let candidates = app.fill(call, &ENOMOTO_SAID).await.answer.unwrap().candidates;
    let member = uuid::Uuid::from_u128(candidates[0].member_ref);
    assert!(about(&app, member).await.iter().any(|(action, _)| action == "member.lookup"));
});

on_each_db!(
    tickets_shown_beside_a_sheet_are_written_down_whenever_they_change_and_not_at_every_key,
    async |app: TestApp| {
        let no = app.case(json!({ "number": "03-5550-4321" })).await;
        let ticket = app.ticket(no).await.id.0;
        let call = app.ring("").await;
        let browser = app.browser(Role::Operator).await;
        let typing = [
            ("03-5550-432", false, 0),
            ("03-5550-4321", true, 1),
            ("0355504321", true, 1),
            ("03-5550-43", false, 2),
            ("03-5550-4321", true, 3),
        ];
        for (version, (phone, shown, entries)) in typing.into_iter().enumerate() {
            app.clock.advance(Duration::seconds(1));
            let typed = [("f.phone", phone), ("v.phone", &version.to_string())];
            let answer = browser.post(&format!("/calls/{call}/sheet"), &typed).await.is(200);
            assert_eq!(answer.text().contains(&no.to_string()), shown, "{phone}");
            let written = app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'call.related'").await;
            assert_eq!(written, entries, "{phone}");
        }
        let related = about(&app, ticket).await.into_iter().filter(|(action, _)| action == "call.related").count();
        assert_eq!(related, 2, "an entry names the tickets that were shown");
    }
);

on_each_db!(what_is_being_typed_is_looked_up_and_written_down_at_every_key_and_not_saved, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.ring("").await;
    let browser = app.browser(Role::Operator).await;
    let at = format!("/calls/{call}/candidates");
    let looked_up = async || {
        app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'member.lookup' AND result = 'done'").await
    };
    let typing = [("榎本", "", false), ("榎本", "榎本み", true), ("榎本蓮太郎", "榎本みどり", true)];
    for (nth, (name, facility, shown)) in (1..).zip(typing) {
        let typed = [("f.member_name", name), ("f.facility", facility), ("f.address", "ぶんきょうく")];
        let answer = browser.post(&at, &typed).await.is(200);
        assert_eq!(answer.text().contains("候補1"), shown, "{name}");
        assert_eq!(looked_up().await, nth, "{name}");
    }
    assert_eq!(app.count("sheet_fields").await, 0, "nothing is saved");

    // A number is no item of this question: one that is tried is saved, and counted.
    let guess = [("f.member_name", "榎本蓮太郎"), ("f.facility", "榎本みどり医院"), ("f.number", "234567")];
    let answer = browser.post(&at, &guess).await.is(200).json();
    assert!(answer["parts"]["mark-number"].as_str().unwrap().contains("未確認"), "{answer}");

    browser.post(&at, &[]).await.is(200);
    assert_eq!(looked_up().await, 4, "nothing said is no look-up");
    app.end(call, json!({ "disposition": "wrong" })).await.unwrap();
    browser.post(&at, &guess).await.is(409);
});

on_each_db!(an_earlier_call_shown_beside_a_sheet_is_written_down, async |app: TestApp| {
    let earlier = app.ring("03-5550-4321").await;
    app.end(earlier, json!({ "disposition": "wrong" })).await.unwrap();
    app.clock.advance(Duration::seconds(1));
    let call = app.ring("03-5550-4321").await;
    sheet::view(&app.services, &app.ctx_of("ueno"), call).await.unwrap();
    assert!(about(&app, earlier.0).await.contains(&("call.view".to_owned(), "done".to_owned())));
});

on_each_db!(a_refused_step_leaves_no_entry_of_having_been_done, async |app: TestApp| {
    let call = app.ring("").await;
    let before = app.count("audit_entries").await;
    app.end(call, json!({ "disposition": "call_back" })).await.unwrap_err();
    assert_eq!(app.count("audit_entries").await, before);
});

on_each_db!(a_wrong_password_is_written_down_as_failed, async |app: TestApp| {
    app.clock.advance(Duration::seconds(1));
    app.stranger().post("/session", &[("login", "kanda"), ("password", "違うパスワード")]).await.is(422);
    let rows = audit::filtered(&app.services.store, &AuditFilter::default(), 1).await.unwrap();
    let row = (rows[0].action.as_str(), rows[0].result.as_str(), rows[0].object_id);
    assert_eq!(row, ("session.open", "failed", Some(app.id("kanda").0)));
});

/// Words that must never be found in the audit.
const CANARY: &str = "カナリア鳥";
const CANARY_PHONE: &str = "0355507531";

/// Whether a cell holds words: ids and hashes have digits by chance.
fn said(cell: &&serde_json::Value) -> bool {
    let by_chance = |text: &str| text.len() >= 32 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    cell.as_str().is_none_or(|text| !by_chance(text))
}

on_each_db!(no_name_number_or_word_of_a_caller_stands_in_the_audit, async |app: TestApp| {
    // Given a day on which every text carries the canary
    let rows: Vec<_> = dozen().iter().map(|row| row.replace("榎本　蓮太郎", &format!("榎本　{CANARY}"))).collect();
    app.import(&csv(&rows), "2026-11-01").await.unwrap();
    let ctx = app.ctx(Role::Operator);
    let call = app.ring("03-5550-7531").await;
    let words = format!("{CANARY}に困っている");
    app.fill(
        call,
        &[("caller_name", CANARY), ("narrative", &words), ("callback", "03-5550-7531"), ("incident", CANARY)],
    )
    .await;
    app.fill(
        call,
        &[("member_name", "榎本カナリア鳥"), ("facility", CANARY), ("address", CANARY), ("number", "234567")],
    )
    .await;
    sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Provisional, CANARY).await.unwrap();
    sheet::jot(&app.services, &ctx, call, &words, &None).await.unwrap();
    let end = json!({
        "disposition": "escalated", "next_reason": words, "callback_at": "2026-11-22T15:00", "callback_note": CANARY,
    });
    let ended = app.end(call, end).await.unwrap();
    let no = madoguchi::domain::tickets::TicketNo::parse(&ended.ticket.unwrap()).unwrap();
    page::show(&app.services, &ctx, no).await.unwrap();
    tickets::find(&app.services, &ctx, CANARY, None).await.unwrap();
    let entry = tickets::NewEntry { kind: String::new(), occurred_at: String::new(), body: words.clone() };
    tickets::add_entry(&app.services, &ctx, no, entry, &None).await.unwrap();
    let admin = app.ctx(Role::Administrator);
    accounts::create(
        &app.services,
        &admin,
        &NewAccount { login: "canary", name: CANARY, role: Role::Operator, maintenance: None },
    )
    .await
    .unwrap();
    let browser = app.browser(Role::Operator).await;
    browser.post(&format!("/tickets/{no}/transitions"), &[("transition", CANARY), ("version", "1")]).await;
    browser.get(&format!("/reports/{CANARY_PHONE}")).await.is(404);

    // Then the audit holds none of it
    for table in ["audit_entries", "audit_subjects"] {
        let rows = app.select(&format!("SELECT * FROM {table}")).await;
        let held: Vec<_> = rows.iter().flat_map(|row| row.as_object().unwrap().values()).filter(said).collect();
        let held = serde_json::to_string(&held).unwrap();
        assert!(!rows.is_empty(), "{table} is not empty");
        for word in [CANARY, "5550", CANARY_PHONE, "234567", PASSWORD, "canary"] {
            assert!(!held.contains(word), "{word} stands in {table}");
        }
    }
});
