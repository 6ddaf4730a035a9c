//! A ticket follows the sheet of its call until the call ends.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::CallId;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::usecase::calls::{self, outbound};
use madoguchi::usecase::tickets;
use madoguchi::usecase::tickets::TicketChange;
use serde_json::json;

use crate::support::cases::change;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::{TestApp, on_each_db};

impl TestApp {
    /// Opens a ticket while the call lasts, as Alt+5 does.
    async fn open_during(&self, call: CallId) -> TicketNo {
        let opened = calls::open_ticket(&self.services, &self.ctx(Role::Operator), call, &None).await.expect("opened");
        TicketNo::parse(&opened.ticket.expect("a ticket")).expect("a number")
    }

    /// Types over what was typed once.
    async fn retype(&self, call: CallId, field: &str, value: &str) {
        let by = self.ctx(Role::Operator);
        let saved = calls::sheet::save(&self.services, &by, call, &[change(field, value, 1)]).await.expect("saved");
        assert!(saved.conflicts.is_empty());
    }

    async fn found(&self, words: &str) -> Vec<TicketNo> {
        let found = tickets::find(&self.services, &self.ctx(Role::Operator), words, None).await.expect("found");
        found.page.rows.iter().map(|line| line.number).collect()
    }
}

on_each_db!(what_is_typed_after_the_ticket_was_opened_stands_on_it, async |app: TestApp| {
    let call = app.ring("03-5550-1234").await;
    let no = app.open_during(call).await;
    app.fill(call, &[("facility", "名のり医院"), ("incident", "ransomware"), ("severity", "high")]).await;
    app.fill(call, &[("narrative", "受付の2台で")]).await;
    app.retype(call, "narrative", "受付の2台でファイルが開かない").await;
    app.fill(call, &[("caller_name", "受付 さくら")]).await;
    let ticket = app.ticket(no).await;
    let told = (ticket.incident.as_str(), ticket.severity.as_str(), ticket.facility_name.as_str());
    assert_eq!(told, ("ransomware", "high", "名のり医院"), "while the call lasts");
    assert_eq!(ticket.summary, "受付の2台でファイルが開かない");

    app.end(call, json!({ "disposition": "call_back", "callback_at": "15時" })).await.expect("ended");
    let lines = app.timeline(no).await;
    let told: Vec<_> = lines.iter().filter(|line| line.contains("ファイルが開かない")).collect();
    assert_eq!(told, ["ご相談内容：受付の2台でファイルが開かない"], "once, as it was at the end: {lines:?}");
    assert!(lines.iter().any(|line| line.starts_with("種別 ") && line.contains("ランサムウェア")), "{lines:?}");
    assert!(lines.last().is_some_and(|line| line.starts_with("通話終了")), "{lines:?}");
    for words in ["ファイルが開かない", "受付 さくら", "名のり医院"] {
        assert_eq!(app.found(words).await, [no], "{words}");
    }
});

on_each_db!(what_stood_on_the_sheet_when_the_ticket_was_opened_isnt_said_twice, async |app: TestApp| {
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &[("incident", "fake_support"), ("narrative", "添付を開いた")]).await;
    let no = app.open_during(call).await;
    app.end(call, json!({ "disposition": "solved" })).await.expect("ended");
    let lines = app.timeline(no).await;
    assert_eq!(lines.iter().filter(|line| line.contains("添付を開いた")).count(), 1, "{lines:?}");
});

on_each_db!(a_later_call_adds_a_line_and_changes_what_it_says_anew, async |app: TestApp| {
    let first = app.ring("03-5550-1234").await;
    app.fill(first, &[("caller_name", "受付 さくら"), ("incident", "fake_support"), ("narrative", "添付を開いた")])
        .await;
    app.end(first, json!({ "disposition": "call_back", "callback_at": "15時" })).await.expect("ended");
    let no = app.ended_in(first).await;

    app.clock.advance(Duration::minutes(30));
    let later = app.ring("090-0000-7777").await;
    app.fill(later, &[("incident", "malware"), ("narrative", "今朝から全台で開けない")]).await;
    let by = app.ctx(Role::Operator);
    calls::link(&app.services, &by, later, &no.to_string()).await.expect("tied");
    assert_eq!(app.ticket(no).await.incident, "fake_support", "what was decided stays when a call is tied to it");
    app.retype(later, "incident", "ransomware").await;
    assert_eq!(app.ticket(no).await.incident, "ransomware", "what is chosen from then on is meant for it");
    app.retype(later, "narrative", "今朝から全台で開けない。画面に英文").await;
    app.end(later, json!({ "disposition": "escalated", "next_reason": "全台停止" })).await.expect("ended");

    let ticket = app.ticket(no).await;
    assert_eq!(ticket.summary, "添付を開いた", "what it began with stays");
    let lines = app.timeline(no).await;
    assert!(lines.contains(&"ご相談内容：今朝から全台で開けない。画面に英文".to_owned()), "{lines:?}");
    assert_eq!(app.found("画面に英文").await, [no]);
    assert_eq!(app.found("7777").await, [no], "by the number of the later call");
    let shown = app.browser(Role::Operator).await.get(&format!("/tickets/{no}")).await.is(200).page();
    let briefing = shown.text(".briefing");
    assert!(briefing.contains("受付 さくら 03-5550-1234"), "a name with its own number: {briefing}");
    assert!(briefing.contains("最後の通話 090-0000-7777"), "{briefing}");
});

on_each_db!(a_call_that_concerned_two_tickets_says_on_the_other_where_it_was_recorded, async |app: TestApp| {
    let first = app.ring("03-5550-1234").await;
    app.fill(first, &[("incident", "fake_support"), ("narrative", "添付を開いた")]).await;
    app.end(first, json!({ "disposition": "call_back", "callback_at": "15時" })).await.expect("ended");
    let no = app.ended_in(first).await;
    app.clock.advance(Duration::minutes(30));
    let by = app.ctx(Role::Operator);
    let call = app.ring("03-5550-1234").await;
    calls::link(&app.services, &by, call, &no.to_string()).await.expect("tied");
    calls::sheet::jot(&app.services, &by, call, "電話で切り離しを確認", &None).await.expect("noted");
    let other = app.open_during(call).await;
    let ends = json!({ "disposition": "call_back", "callback_at": "16時", "callback_note": "結果をうかがう" });
    app.end(call, ends).await.expect("ended");
    let (here, there) = (app.timeline(other).await, app.timeline(no).await);
    assert!(here.contains(&"通話終了：折返し予定".to_owned()), "{here:?}");
    assert!(there.contains(&format!("通話終了：折返し予定（相談票 {other} に記録）")), "{there:?}");
    for words in ["切り離しを確認", "結果をうかがう"] {
        assert_eq!(app.found(words).await, [other], "{words}");
    }
});

on_each_db!(ringing_back_changes_nothing_that_somebody_else_decided_meanwhile, async |app: TestApp| {
    let first = app.ring("03-5550-1234").await;
    app.fill(first, &[("incident", "fake_support"), ("severity", "medium"), ("narrative", "添付を開いた")]).await;
    app.end(first, json!({ "disposition": "call_back", "callback_at": "15時" })).await.expect("ended");
    let no = app.ended_in(first).await;
    let by = app.ctx(Role::Operator);
    let call = outbound::about(&app.services, &by, no, None, &None).await.expect("a call").call;
    let graver = TicketChange { incident: "ransomware".into(), severity: "high".into(), take_over: false };
    let version = app.ticket(no).await.version;
    tickets::change(&app.services, &app.ctx(Role::Specialist), no, version, graver, &None).await.expect("changed");
    app.fill(call, &[("narrative", "変わりなし")]).await;
    app.end(call, json!({ "disposition": "solved", "promises": "made" })).await.expect("ended");
    let ticket = app.ticket(no).await;
    assert_eq!((ticket.incident.as_str(), ticket.severity.as_str()), ("ransomware", "high"));
});

on_each_db!(a_verified_facility_keeps_its_name_whatever_is_typed, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &ENOMOTO_SAID).await;
    let by = app.ctx(Role::Operator);
    let recorded = madoguchi::domain::verification::record::VerificationOutcome::Verified;
    calls::sheet::record_verification(&app.services, &by, call, recorded, "").await.expect("recorded");
    let no = app.open_during(call).await;
    app.fill(call, &[("facility", "べつの医院")]).await;
    assert_eq!(app.ticket(no).await.facility_name, "榎本みどり医院");
});

on_each_db!(where_to_call_back_is_the_tickets_contact_without_a_promise_too, async |app: TestApp| {
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &[("caller_name", "受付 さくら"), ("standing", "staff"), ("callback", "090-0000-5555")]).await;
    app.fill(call, &[("incident", "fake_support"), ("narrative", "添付を開いた")]).await;
    app.end(call, json!({ "disposition": "solved" })).await.expect("ended");
    let no = app.ended_in(call).await;
    let shown = app.browser(Role::Operator).await.get(&format!("/tickets/{no}")).await.is(200).page();
    let briefing = shown.text(".briefing");
    assert!(briefing.contains("受付 さくら（職員）") && briefing.contains("090-0000-5555"), "{briefing}");
});
