//! Remote support: locked until verified or provisional, and only with consent.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::tickets::evidence_gate::Purpose;
use madoguchi::domain::tickets::state::Exit;
use madoguchi::domain::tickets::{TicketNo, Transition};
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::usecase::calls::{self, sheet};
use madoguchi::usecase::tickets::evidence_gate::{self, NewCheck};
use madoguchi::usecase::tickets::move_on;
use madoguchi::usecase::tickets::remote::{RemoteEnd, RemoteStart, end as end_remote, start as start_remote};
use serde_json::{Value, json};

use crate::support::cases::{code, refused};
use crate::support::directory::ENOMOTO_SAID;
use crate::support::remote::{consented, denied, inspected};
use crate::support::{TestApp, on_each_db};

fn said(recorded: &str) -> Value {
    let items: Vec<(&str, &str)> = ENOMOTO_SAID.to_vec();
    json!({
        "member_name": items[0].1, "facility": items[1].1, "address": items[2].1, "member_number": items[3].1, "recorded": recorded,
    })
}

/// A ticket of a verified caller.
async fn verified(app: &TestApp) -> TicketNo {
    app.case(said("verified")).await
}

/// A ticket on which remote support may begin.
pub(super) async fn open(app: &TestApp) -> TicketNo {
    let no = verified(app).await;
    app.denies(no, Purpose::Connect).await;
    no
}

on_each_db!(remote_support_is_locked_until_the_caller_is_verified_or_provisional, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let unverified = app.case(json!({})).await;
    assert_eq!(code(start_remote(&app.services, &ctx, unverified, consented()).await), "remote.not_verified");
    for recorded in ["verified", "provisional"] {
        let no = app.case(said(recorded)).await;
        app.denies(no, Purpose::Connect).await;
        start_remote(&app.services, &ctx, no, consented()).await.unwrap_or_else(|e| panic!("{recorded}: {e:?}"));
    }
    assert_eq!(app.count("remote_sessions").await, 2);
});

on_each_db!(remote_support_needs_consent_and_who_gave_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = open(&app).await;
    let started = start_remote(&app.services, &app.ctx(Role::Operator), no, RemoteStart::default()).await;
    let faults: Vec<_> = refused(started).fields.into_iter().map(|f| f.name).collect();
    assert_eq!(faults, ["consent_by", "tool", "consented"]);
});

on_each_db!(a_remote_session_ends_once_with_what_was_done_and_both_stand_on_the_timeline, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = open(&app).await;
    let ctx = app.ctx(Role::Operator);
    start_remote(&app.services, &ctx, no, consented()).await.unwrap();
    let id = app.session_of(no).await;
    let end = || RemoteEnd { done: "不審な常駐を停止".into(), ..inspected() };
    let nothing = end_remote(&app.services, &ctx, no, id, RemoteEnd::default()).await;
    assert_eq!(refused(nothing).fields.len(), 2);
    end_remote(&app.services, &ctx, no, id, end()).await.unwrap();
    assert_eq!(code(end_remote(&app.services, &ctx, no, id, end()).await), "remote.ended");
    let said = app.timeline(no).await.join("\n");
    let stands = [
        "同意：院長（同意文 2022-06-01）\n読み上げた文：これから、お使いのパソコンの画面を",
        "受付のパソコン",
        "リモート支援を終了：解決",
        "実施：不審な常駐を停止",
    ];
    assert!(stands.iter().all(|words| said.contains(words)), "{said}");
});

on_each_db!(one_session_runs_at_a_time_and_no_ticket_ends_over_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = open(&app).await;
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
        assert_eq!(code(move_on(&app.services, &ctx, no, version, end, "", &None).await), "remote.running");
    }
    let call = app.ring("03-5550-1234").await;
    let named = json!({ "disposition": "solved", "ticket": no.to_string(), "anyway": true });
    assert_eq!(code(app.end(call, named).await), "remote.running", "not by the end of a call either");
    let to_tier2 = Transition::Escalate { reason: "全台停止".into() };
    let version = app.ticket(no).await.version;
    move_on(&app.services, &ctx, no, version, to_tier2, "", &None).await.expect("tier 2 may be asked meanwhile");
    let version = app.ticket(no).await.version;
    move_on(&app.services, &app.ctx(Role::Specialist), no, version, Transition::Take, "", &None).await.expect("taken");
    let back = Transition::GiveBack { reason: "1次で足りる".into() };
    let version = app.ticket(no).await.version;
    let given = move_on(&app.services, &app.ctx(Role::Specialist), no, version, back, "", &None).await;
    assert_eq!(code(given), "remote.running", "nor is it given back over it");

    let day = app.browser(Role::Supervisor).await.get("/day").await.is(200).page();
    assert!(day.text("main").contains("実施中のリモート支援") && day.text("main").contains("クイック アシスト"));
    let ticket = app.browser(Role::Operator).await.get(&format!("/tickets/{no}")).await.is(200).page();
    assert!(ticket.text("body").contains("リモート支援中"));

    end_remote(&app.services, &ctx, no, app.session_of(no).await, inspected()).await.expect("ended");
    app.clock.advance(Duration::minutes(1));
    app.denies(no, Purpose::Connect).await;
    start_remote(&app.services, &ctx, no, consented()).await.expect("the next one");
});

on_each_db!(what_runs_shows_on_the_sheet_of_its_call, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &ENOMOTO_SAID).await;
    sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Verified, "").await.expect("recorded");
    calls::open_ticket(&app.services, &ctx, call, &None).await.expect("opened");
    app.denies(app.ended_in(call).await, Purpose::Connect).await;
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
    let no = open(&app).await;
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

fn heard(purpose: Purpose, server: &str, cut_off: &str, reason: &str) -> NewCheck {
    NewCheck { server: server.into(), cut_off: cut_off.into(), reason: reason.into(), ..denied(purpose) }
}

on_each_db!(nobody_connects_before_the_three_questions_are_asked, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = verified(&app).await;
    let ctx = app.ctx(Role::Operator);
    let start = async || start_remote(&app.services, &ctx, no, consented()).await;
    assert_eq!(code(start().await), "evidence.not_asked");
    let unheard = refused(evidence_gate::ask(&app.services, &ctx, no, heard(Purpose::Connect, "", "", "")).await);
    assert_eq!(unheard.fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["server", "cut_off"]);
    for answer in ["yes", "unknown"] {
        app.clock.advance(Duration::minutes(1));
        let check = heard(Purpose::Connect, answer, "no", "");
        evidence_gate::ask(&app.services, &ctx, no, check).await.expect("written down");
        assert_eq!(code(start().await), "evidence.tier2_first", "{answer}");
    }
    // Tier 2 need not be asked: it is it. Who goes on all the same says why, and the supervisor sees it.
    app.clock.advance(Duration::minutes(1));
    let check = heard(Purpose::Connect, "unknown", "no", "検査だけ行う");
    evidence_gate::ask(&app.services, &ctx, no, check).await.expect("written down");
    start().await.expect("with a reason");
    let day = app.browser(Role::Supervisor).await.get("/day").await.is(200).page();
    assert!(day.text("main").contains("検査だけ行う"), "{}", day.text("main"));
    let said = app.timeline(no).await.join("\n");
    assert!(said.contains("サーバー・患者情報 わからない") && said.contains("検査だけ行う"), "{said}");
});

on_each_db!(only_a_specialist_connects_to_a_machine_that_was_told_to_be_cut_off, async |app: TestApp| {
    let app = app.with_directory().await;
    let ctx = app.ctx(Role::Operator);
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &ENOMOTO_SAID).await;
    app.fill(call, &[("incident", "malware"), ("narrative", "警告が止まらない")]).await;
    sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Verified, "").await.expect("recorded");
    sheet::stamp(&app.services, &ctx, call, "unplug", "unplugged").await.expect("said");
    calls::open_ticket(&app.services, &ctx, call, &None).await.expect("opened");
    let no = app.ended_in(call).await;
    // Whatever is heard now: the desk said so itself.
    let check = heard(Purpose::Connect, "no", "no", "すぐ終わる");
    evidence_gate::ask(&app.services, &ctx, no, check).await.expect("written down");
    assert_eq!(code(start_remote(&app.services, &ctx, no, consented()).await), "evidence.specialist_only");
    let day = app.browser(Role::Supervisor).await.get("/day").await.is(200).page();
    assert!(!day.text("main").contains("すぐ終わる"), "nobody went on");
    assert!(
        app.timeline(no).await.join("\n").contains("すべて「いいえ」（切り離しはご案内済み）"),
        "and both stand there"
    );
    let page = app.browser(Role::Operator).await.get(&format!("/tickets/{no}")).await.is(200).page();
    assert!(page.text("#remote").contains("切り離した端末は、つなぎ直さないでください"), "{}", page.text("#remote"));
    assert!(!page.has("#remote [name=consented]"), "there is nothing to begin");

    let specialist = app.ctx(Role::Specialist);
    app.clock.advance(Duration::minutes(1));
    app.denies(no, Purpose::Connect).await;
    assert_eq!(code(start_remote(&app.services, &specialist, no, consented()).await), "evidence.reason");
    app.clock.advance(Duration::minutes(1));
    let check = heard(Purpose::Connect, "no", "yes", "隔離した回線でつなぐ");
    evidence_gate::ask(&app.services, &app.ctx(Role::Specialist), no, check).await.expect("written down");
    assert_eq!(code(start_remote(&app.services, &ctx, no, consented()).await), "evidence.specialist_only");
    start_remote(&app.services, &app.ctx(Role::Specialist), no, consented())
        .await
        .expect("a specialist, with a reason");
});

on_each_db!(what_is_said_to_be_removed_needs_the_questions_asked_again, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = open(&app).await;
    app.denies(no, Purpose::Clean).await;
    app.clock.advance(Duration::minutes(1));
    let ctx = app.ctx(Role::Operator);
    start_remote(&app.services, &ctx, no, consented()).await.expect("begun");
    let id = app.session_of(no).await;
    let end = || RemoteEnd { removed: "遠隔操作ソフト1件".into(), ..inspected() };
    let fault = refused(end_remote(&app.services, &ctx, no, id, end()).await).fields.remove(0);
    assert_eq!((fault.name.as_str(), fault.code.as_str()), ("removed", "evidence.not_asked"), "asked before it began");
    let check = heard(Purpose::Clean, "unknown", "no", "");
    evidence_gate::ask(&app.services, &ctx, no, check).await.expect("written down");
    let fault = refused(end_remote(&app.services, &ctx, no, id, end()).await).fields.remove(0);
    assert_eq!(fault.code, "evidence.tier2_first");
    app.clock.advance(Duration::minutes(1));
    app.denies(no, Purpose::Clean).await;
    let fault = refused(end_remote(&app.services, &ctx, no, id, end()).await).fields.remove(0);
    assert_eq!(fault.code, "evidence.changed", "a yes isn't undone by pressing no");
    let nothing = RemoteEnd { ended_as: "not_connected".into(), ..end() };
    assert_eq!(code(end_remote(&app.services, &ctx, no, id, nothing).await), "remote.not_connected");
    app.clock.advance(Duration::minutes(1));
    let check = heard(Purpose::Clean, "no", "no", "院内の確認で無関係と判明");
    evidence_gate::ask(&app.services, &app.ctx(Role::Operator), no, check).await.expect("written down");
    end_remote(&app.services, &app.ctx(Role::Operator), no, id, end()).await.expect("ended");
    let day = app.browser(Role::Supervisor).await.get("/day").await.is(200).page();
    assert!(day.text("main").contains("院内の確認で無関係と判明"), "{}", day.text("main"));
    assert!(app.timeline(no).await.join("\n").contains("駆除・削除：遠隔操作ソフト1件"));
});

on_each_db!(what_did_not_connect_or_broke_off_is_connected_again_without_asking_anew, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = open(&app).await;
    let ctx = app.ctx(Role::Operator);
    let ends = async |ended_as: &str| {
        app.clock.advance(Duration::minutes(1));
        start_remote(&app.services, &app.ctx(Role::Operator), no, consented()).await.expect("begun");
        app.clock.advance(Duration::minutes(1));
        let done = if ended_as == "not_connected" { "" } else { "検査" };
        let end = RemoteEnd { done: done.into(), ended_as: ended_as.into(), ..RemoteEnd::default() };
        let id = app.session_of(no).await;
        end_remote(&app.services, &app.ctx(Role::Operator), no, id, end).await.expect("ended");
    };
    for ended_as in ["not_connected", "broken_off", "solved"] {
        ends(ended_as).await;
    }
    assert_eq!(
        code(start_remote(&app.services, &ctx, no, consented()).await),
        "evidence.not_asked",
        "a matter of its own"
    );
    let page = app.browser(Role::Operator).await.get(&format!("/tickets/{no}")).await.is(200).page();
    let told = page.text("#remote");
    assert!(
        told.contains("接続できず") && told.contains("途中で切断（再接続）") && told.contains("解決（再接続）"),
        "{told}"
    );
});

on_each_db!(what_a_caller_needs_to_connect_is_led_step_by_step, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = open(&app).await;
    let page = app.browser(Role::Operator).await.get(&format!("/tickets/{no}")).await.is(200).page();
    let told = page.text("#remote");
    for words in [
        "患者さんの情報が映る画面は閉じてください",
        "Ctrl キーと Windows キー",
        "G・E・T ドット T・E・A・M・V・I・E・W・E・R ドット C・O・M",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let unknown = RemoteStart { tool: "telnet".into(), ..consented() };
    let fault = refused(start_remote(&app.services, &app.ctx(Role::Operator), no, unknown).await).fields.remove(0);
    assert_eq!((fault.name.as_str(), fault.code.as_str()), ("tool", "choice.unknown"));
});
