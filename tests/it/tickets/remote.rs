//! Remote support: locked until verified or provisional, and only with consent.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::RemoteId;
use madoguchi::domain::tickets::state::Exit;
use madoguchi::domain::tickets::{TicketNo, Transition};
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::store::tickets::remote;
use madoguchi::usecase::calls::{self, sheet};
use madoguchi::usecase::tickets::move_on;
use madoguchi::usecase::tickets::remote::{RemoteEnd, RemoteStart, end as end_remote, start as start_remote};
use serde_json::{Value, json};

use crate::support::cases::{code, refused};
use crate::support::directory::ENOMOTO_SAID;
use crate::support::{TestApp, on_each_db};

fn consented() -> RemoteStart {
    RemoteStart {
        consent_by: "院長".into(),
        consented: true,
        tool: "遠隔ツール".into(),
        session_code: "123 456".into(),
    }
}

fn said(recorded: &str) -> Value {
    let items: Vec<(&str, &str)> = ENOMOTO_SAID.to_vec();
    json!({
        "member_name": items[0].1, "facility": items[1].1, "address": items[2].1, "member_number": items[3].1, "recorded": recorded,
    })
}

async fn only(app: &TestApp, no: TicketNo) -> RemoteId {
    remote::of(&app.services.store, app.ticket(no).await.id).await.unwrap()[0].id
}

on_each_db!(remote_support_is_locked_until_the_caller_is_verified_or_provisional, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let unverified = app.case(json!({})).await;
    assert_eq!(code(start_remote(&app.services, &ctx, unverified, consented()).await), "remote.not_verified");
    for recorded in ["verified", "provisional"] {
        let no = app.case(said(recorded)).await;
        start_remote(&app.services, &ctx, no, consented()).await.unwrap_or_else(|e| panic!("{recorded}: {e:?}"));
    }
    assert_eq!(app.count("remote_sessions").await, 2);
});

on_each_db!(remote_support_needs_consent_and_who_gave_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.case(said("verified")).await;
    let started = start_remote(&app.services, &app.ctx(Role::Operator), no, RemoteStart::default()).await;
    let faults: Vec<_> = refused(started).fields.into_iter().map(|f| f.name).collect();
    assert_eq!(faults, ["consent_by", "tool", "consented"]);
});

on_each_db!(a_remote_session_ends_once_with_what_was_done_and_both_stand_on_the_timeline, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.case(said("verified")).await;
    let ctx = app.ctx(Role::Operator);
    start_remote(&app.services, &ctx, no, consented()).await.unwrap();
    let id = only(&app, no).await;
    let end =
        || RemoteEnd { done: "不審な常駐を停止".into(), found: String::new(), outcome: "駆除完了".into() };
    let nothing = end_remote(&app.services, &ctx, no, id, RemoteEnd::default()).await;
    assert_eq!(refused(nothing).fields.len(), 2);
    end_remote(&app.services, &ctx, no, id, end()).await.unwrap();
    assert_eq!(code(end_remote(&app.services, &ctx, no, id, end()).await), "remote.ended");
    let said = app.timeline(no).await.join("\n");
    assert!(said.contains("同意：院長") && said.contains("実施：不審な常駐を停止"), "{said}");
});

on_each_db!(one_session_runs_at_a_time_and_no_ticket_ends_over_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.case(said("verified")).await;
    let ctx = app.ctx(Role::Operator);
    // Two who press at one moment.
    let (one, other) = tokio::join!(
        start_remote(&app.services, &ctx, no, consented()),
        start_remote(&app.services, &ctx, no, consented())
    );
    let refused: Vec<_> = [one, other].into_iter().filter_map(Result::err).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!(app.count("remote_sessions").await, 1);
    let again = start_remote(&app.services, &ctx, no, consented()).await;
    assert_eq!(code(again), "remote.running");

    for end in [
        Transition::Close { result: "solved".into() },
        Transition::Leave { exit: Exit::OutOfScope, reason: "設定のご相談".into() },
    ] {
        let version = app.ticket(no).await.version;
        assert_eq!(code(move_on(&app.services, &ctx, no, version, end, &None).await), "remote.running");
    }
    let call = app.ring("03-5550-1234").await;
    let named = json!({ "disposition": "solved", "ticket": no.to_string(), "anyway": true });
    assert_eq!(code(app.end(call, named).await), "remote.running", "not by the end of a call either");

    let day = app.browser(Role::Supervisor).await.get("/day").await.is(200).page();
    assert!(day.text("main").contains("実施中のリモート支援") && day.text("main").contains("遠隔ツール"));
    let ticket = app.browser(Role::Operator).await.get(&format!("/tickets/{no}")).await.is(200).page();
    assert!(ticket.text("body").contains("リモート支援中"));

    let end = RemoteEnd { done: "検査".into(), found: String::new(), outcome: "異常なし".into() };
    end_remote(&app.services, &ctx, no, only(&app, no).await, end).await.expect("ended");
    start_remote(&app.services, &ctx, no, consented()).await.expect("the next one");
});

on_each_db!(what_runs_shows_on_the_sheet_of_its_call, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &ENOMOTO_SAID).await;
    sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Verified, "").await.expect("recorded");
    calls::open_ticket(&app.services, &ctx, call, &None).await.expect("opened");
    start_remote(&app.services, &ctx, app.ended_in(call).await, consented()).await.expect("begun");
    let shown = app.browser(Role::Operator).await.get(&format!("/calls/{call}")).await.is(200).page();
    assert!(shown.text("#part-open").contains("リモート支援中"), "{}", shown.text("#part-open"));
});

on_each_db!(a_closed_tickets_remote_support_is_closed, async |app: TestApp| {
    let app = app.with_directory().await;
    let mut case = said("verified");
    case["next"] = "close".into();
    let no = app.case(case).await;
    let started = start_remote(&app.services, &app.ctx(Role::Operator), no, consented()).await;
    assert_eq!(code(started), "ticket.already_closed");
});

on_each_db!(a_call_ends_as_remote_support_only_where_a_session_is_on_record, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.case(said("verified")).await;
    let ends = json!({ "disposition": "remote", "next": "keep", "ticket": no.to_string() });
    let call = app.ring("").await;
    let refusal = refused(app.end(call, ends.clone()).await);
    assert_eq!(
        (refusal.fields[0].name.as_str(), refusal.fields[0].code.as_str()),
        ("disposition", "disposition.no_remote")
    );
    assert_eq!(code(app.log(json!({ "disposition": "remote" })).await), "disposition.no_remote", "by a script too");
    start_remote(&app.services, &app.ctx(Role::Operator), no, consented()).await.unwrap();
    app.end(call, ends).await.unwrap();
});

on_each_db!(a_caller_is_pointed_to_somebody_by_name, async |app: TestApp| {
    let call = app.ring("").await;
    let refusal = refused(app.end(call, json!({ "disposition": "directed" })).await);
    assert_eq!(refusal.fields[0].name, "next_reason");
    app.end(call, json!({ "disposition": "directed", "next_reason": "プリンタのメーカ" })).await.unwrap();
});
