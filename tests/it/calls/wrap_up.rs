//! Ending a call: what each disposition means for the ticket.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::{CallState, Disposition};
use madoguchi::domain::tickets::replay::{Replayed, replay};
use madoguchi::domain::tickets::state::Exit;
use madoguchi::domain::tickets::{StatusKind, TicketNo, Transition};
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::store::calls;
use madoguchi::store::tickets::escalation;
use madoguchi::usecase::Error;
use madoguchi::usecase::calls::sheet;
use madoguchi::usecase::desks::home;
use madoguchi::usecase::tickets::move_on;
use madoguchi::usecase::tickets::page;
use serde_json::json;

use crate::support::cases::{code, refused};
use crate::support::directory::ENOMOTO_SAID;
use crate::support::{TestApp, on_each_db};

/// Disposition and the state its ticket is in afterwards; none: no ticket.
const EFFECTS: [(&str, Option<&str>); 11] = [
    ("solved", Some("done")),
    ("escalated", Some("escalated")),
    ("call_back", Some("tier1")),
    ("directed", Some("directed")),
    ("out_of_scope", Some("out_of_scope")),
    ("not_eligible", Some("not_eligible")),
    ("scheme_info", None),
    ("claims_office", None),
    ("guideline_desk", None),
    ("cut_off", None),
    ("wrong", None),
];

on_each_db!(each_disposition_does_to_the_ticket_what_it_means, async |app: TestApp| {
    for (disposition, expected) in EFFECTS {
        let call = app.ring("").await;
        app.fill(call, &[("narrative", "画面に英語の脅迫文"), ("incident", "ransomware")]).await;
        let told = matches!(disposition, "escalated" | "directed" | "out_of_scope" | "not_eligible");
        let reason = if told { "電子カルテが全台停止" } else { "" };
        let end = json!({ "disposition": disposition, "next_reason": reason, "callback_at": callback(disposition) });
        let ended = app.end(call, end).await.unwrap_or_else(|e| panic!("{disposition}: {e:?}"));
        let held = calls::find(&app.services.store, call).await.unwrap().unwrap();
        assert_eq!((held.state, held.disposition), (CallState::Ended, Disposition::parse(disposition)));
        match (ended.ticket, expected) {
            (None, None) => {}
            (Some(no), Some(state)) => {
                let ticket = app.ticket(TicketNo::parse(&no).unwrap()).await;
                assert_eq!(ticket.state.code(), state, "{disposition}");
                assert_eq!((ticket.incident.as_str(), ticket.summary.as_str()), ("ransomware", "画面に英語の脅迫文"));
            }
            (ticket, _) => panic!("{disposition}: {ticket:?}"),
        }
    }
    assert_eq!(app.count("tickets").await, 6);
});

fn callback(disposition: &str) -> &'static str {
    if disposition == "call_back" { "2026-11-22T15:00" } else { "" }
}

on_each_db!(the_journey_from_the_ring_to_the_closed_ticket, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.ring("03-5550-0005").await;
    let saved = app.fill(call, &ENOMOTO_SAID).await;
    assert_eq!(saved.answer.unwrap().decision.code(), "eligible");
    let ctx = app.ctx(Role::Operator);
    sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Verified, "").await.unwrap();
    app.fill(call, &[("narrative", "端末が開かない"), ("incident", "malware"), ("severity", "high")]).await;
    sheet::jot(&app.services, &ctx, call, "LANケーブルを抜くよう案内", &None).await.unwrap();
    let ended = app.end(call, json!({ "disposition": "solved", "result": "advised" })).await.unwrap();

    let no = TicketNo::parse(&ended.ticket.unwrap()).unwrap();
    assert_eq!(no.to_string(), "2026-000001");
    let ticket = app.ticket(no).await;
    assert_eq!((ticket.state.code(), ticket.verification, ticket.tier), ("done", VerificationOutcome::Verified, 1));
    assert_eq!((ticket.facility_name.as_str(), ticket.prefecture.as_str()), ("榎本みどり医院", "東京都"));
    assert!(ticket.facility_id.is_some() && ticket.member_id.is_some() && ticket.closed_at.is_some());
    let said = app.timeline(no).await;
    assert!(
        said.iter().any(|s| s.contains("LANケーブル")) && said.iter().any(|s| s.contains("助言のうえ終了")),
        "{said:?}"
    );
});

on_each_db!(numbers_count_up_without_gaps_and_start_anew_with_the_tokyo_year, async |app: TestApp| {
    let first = app.case(json!({})).await;
    let second = app.case(json!({})).await;
    app.clock.set(crate::support::app::tokyo("2027-01-01 07:00:00"));
    let next_year = app.case(json!({})).await;
    let said: Vec<_> = [first, second, next_year].iter().map(ToString::to_string).collect();
    assert_eq!(said, ["2026-000001", "2026-000002", "2027-000001"]);
});

on_each_db!(an_escalation_needs_its_reason_and_is_then_waiting_for_tier_two, async |app: TestApp| {
    let call = app.ring("").await;
    assert_eq!(code(app.end(call, json!({ "disposition": "escalated" })).await), "transition.words_missing");
    assert_eq!((app.count("tickets").await, app.count("entries").await), (0, 0), "nothing is half-written");
    app.end(call, json!({ "disposition": "escalated", "next_reason": "全台停止" })).await.unwrap();
    let waiting = escalation::waiting(&app.services.store, &app.services.scheme.lists.gravest_first(), None, 1_000)
        .await
        .unwrap();
    assert_eq!(waiting.iter().map(|e| e.reason.as_str()).collect::<Vec<_>>(), ["全台停止"]);
});

on_each_db!(a_call_is_ended_once, async |app: TestApp| {
    let call = app.ring("").await;
    app.end(call, json!({ "disposition": "solved" })).await.unwrap();
    assert_eq!(code(app.end(call, json!({ "disposition": "solved" })).await), "call.already_ended");
    assert_eq!(app.count("tickets").await, 1);
});

on_each_db!(of_two_screens_ending_a_call_at_the_same_moment_one_does, async |app: TestApp| {
    let call = app.ring("").await;
    let ends = (0..4).map(|_| app.end(call, json!({ "disposition": "solved" })));
    let ended: Vec<_> = futures::future::join_all(ends).await;
    assert_eq!(ended.iter().filter(|e| e.is_ok()).count(), 1);
    assert_eq!((app.count("tickets").await, app.count("call_tickets").await), (1, 1));
});

on_each_db!(an_operator_may_keep_what_would_be_closed_and_not_drop_what_goes_on, async |app: TestApp| {
    let no = app.case(json!({ "disposition": "solved", "next": "keep" })).await;
    assert_eq!(app.ticket(no).await.state.code(), "tier1");
    let dropped = json!({ "disposition": "escalated", "next": "none", "next_reason": "x" });
    assert_eq!(code(app.log(dropped).await), "next.needs_ticket");
    let none = app.log(json!({ "disposition": "solved", "next": "none" })).await.unwrap();
    assert_eq!(none.ticket, None);
});

on_each_db!(what_is_asked_of_tier_two_reaches_it_or_is_refused_by_page_and_api, async |app: TestApp| {
    let operator = app.browser(Role::Operator).await;
    for next in ["keep", "close", "none"] {
        let said = json!({ "disposition": "escalated", "next": next, "next_reason": "全台停止" });
        let refusal = refused(app.log(said.clone()).await);
        assert_eq!(refusal.fields[0].name, "next", "{next}");
        let call = app.ring("").await;
        let typed = [("disposition", "escalated"), ("next", next), ("next_reason", "全台停止")];
        let page = operator.post(&format!("/calls/{call}/end"), &typed).await.is(422).text();
        assert!(page.contains(&refusal.fields[0].message) && page.contains("全台停止"), "{next}: {page}");
        app.end(call, json!({ "disposition": "wrong" })).await.expect("it was still open");
    }
    assert_eq!(app.count("tickets").await, 0, "nothing is half-written");
});

on_each_db!(a_reason_that_nothing_would_keep_is_refused_beside_its_field, async |app: TestApp| {
    for (disposition, next) in [("solved", "usual"), ("call_back", "usual"), ("wrong", "usual"), ("directed", "close")]
    {
        let said = json!({
            "disposition": disposition, "next": next, "next_reason": "プリンタのメーカへ", "callback_at": callback(disposition),
        });
        let refusal = refused(app.log(said).await);
        let fault = &refusal.fields[0];
        assert_eq!((fault.name.as_str(), fault.code.as_str()), ("next_reason", "next.reason_unused"), "{disposition}");
    }
    assert_eq!((app.count("calls").await, app.count("tickets").await), (0, 0), "nothing is half-written");
});

on_each_db!(an_unknown_result_is_refused_beside_its_field, async |app: TestApp| {
    let call = app.ring("").await;
    assert_eq!(code(app.end(call, json!({ "disposition": "solved", "result": "won" })).await), "choice.unknown");
    assert_eq!(app.count("tickets").await, 0);
});

/// Takes a fresh ticket to a status, as whoever may.
async fn ticket_at(app: &TestApp, status: StatusKind) -> TicketNo {
    let no = app.case(json!({})).await;
    let why = || "様子".to_owned();
    let path: Vec<(&str, Transition)> = match status {
        StatusKind::Received | StatusKind::Tier1 => vec![],
        StatusKind::Escalated => vec![("kanda", Transition::Escalate { reason: why() })],
        StatusKind::Tier2 => vec![("kanda", Transition::Escalate { reason: why() }), ("akiba", Transition::Take)],
        StatusKind::Referring => vec![
            ("kanda", Transition::Escalate { reason: why() }),
            ("akiba", Transition::Take),
            ("akiba", Transition::Refer),
        ],
        StatusKind::FollowUp => vec![("kanda", Transition::Watch { reason: why() })],
        StatusKind::Done => vec![("kanda", Transition::Close { result: "solved".into() })],
        StatusKind::NotEligible | StatusKind::OutOfScope | StatusKind::Directed => {
            let exit = Exit::ALL.into_iter().find(|exit| StatusKind::from(*exit) == status).unwrap();
            vec![("kanda", Transition::Leave { exit, reason: why() })]
        }
    };
    for (who, transition) in path {
        app.clock.advance(chrono::Duration::seconds(1));
        let version = app.ticket(no).await.version;
        move_on(&app.services, &app.ctx_of(who), no, version, transition, "", &None).await.unwrap();
    }
    no
}

async fn again(
    app: &TestApp,
    no: TicketNo,
    parts: serde_json::Value,
) -> Result<madoguchi::usecase::calls::Ended, Error> {
    app.clock.advance(chrono::Duration::seconds(1));
    let call = app.ring("03-5550-1234").await;
    let mut end = json!({ "ticket": no.to_string() });
    end.as_object_mut().unwrap().extend(parts.as_object().unwrap().clone());
    app.end(call, end).await
}

on_each_db!(a_call_that_ends_in_an_escalation_reaches_tier_two_whatever_its_tickets_status, async |app: TestApp| {
    for status in StatusKind::ALL.into_iter().filter(|kind| *kind != StatusKind::Received) {
        let no = ticket_at(&app, status).await;
        again(&app, no, json!({ "disposition": "escalated", "next_reason": "再び暗号化" })).await.unwrap();
        let home = home::specialist(&app.services, &app.ctx(Role::Specialist)).await.unwrap();
        let waits = home.queue.waiting.iter().filter(|waiting| waiting.line.number == no).count();
        let told: Vec<_> = home.asked_again.iter().filter(|(_, line)| line.number == no).collect();
        assert!(app.timeline(no).await.iter().any(|line| line.contains("再び暗号化")), "{status:?}");
        let stands = app.ticket(no).await.state.kind();
        match status {
            StatusKind::Tier2 => assert_eq!((waits, told.len(), stands), (0, 1, StatusKind::Tier2)),
            _ => assert_eq!((waits, told.len(), stands), (1, 0, StatusKind::Escalated), "{status:?}"),
        }
        let entries = page::show(&app.services, &app.ctx(Role::Operator), no).await.unwrap().entries;
        assert_eq!(replay(&entries), Some(Replayed::of(&app.ticket(no).await)), "{status:?}");
    }
});

on_each_db!(a_specialist_who_is_asked_again_says_that_they_know, async |app: TestApp| {
    let no = ticket_at(&app, StatusKind::Tier2).await;
    let needs_words = again(&app, no, json!({ "disposition": "escalated" })).await;
    let refusal = refused(needs_words);
    assert_eq!(
        (refusal.fields[0].name.as_str(), refusal.fields[0].code.as_str()),
        ("next_reason", "transition.words_missing")
    );
    again(&app, no, json!({ "disposition": "escalated", "next_reason": "再び暗号化" })).await.unwrap();
    let specialist = app.browser(Role::Specialist).await;
    let home = specialist.get("/").await.is(200).text();
    assert!(home.contains("通話からの依頼") && home.contains(&no.to_string()));
    let task = home::specialist(&app.services, &app.ctx(Role::Specialist)).await.unwrap().asked_again.remove(0).0;
    assert!(specialist.get(&format!("/tickets/{no}")).await.is(200).text().contains("承知した"));
    specialist.post(&format!("/tasks/{}/done", task.id), &[("outcome", "手続きなし")]).await.is(422);
    specialist.post(&format!("/tasks/{}/done", task.id), &[("outcome", "承知した")]).await.is(303);
    assert!(home::specialist(&app.services, &app.ctx(Role::Specialist)).await.unwrap().asked_again.is_empty());
    assert!(app.timeline(no).await.iter().any(|line| line.contains("承知しました")));
});

on_each_db!(
    what_the_end_of_a_call_cannot_do_to_a_ticket_is_refused_in_words_and_the_call_stays_open,
    async |app: TestApp| {
        for (status, end) in [
            (StatusKind::Escalated, json!({ "disposition": "solved" })),
            (StatusKind::Tier2, json!({ "disposition": "out_of_scope" })),
            (StatusKind::Referring, json!({ "disposition": "directed", "next_reason": "メーカ" })),
        ] {
            let no = ticket_at(&app, status).await;
            assert_eq!(code(again(&app, no, end).await), "next.not_from_here", "{status:?}");
            assert_eq!(app.ticket(no).await.state.kind(), status);
            again(&app, no, json!({ "disposition": "solved", "next": "keep" })).await.unwrap();
            assert_eq!(app.ticket(no).await.state.kind(), status, "kept where it is when somebody says so");
        }
    }
);

on_each_db!(what_ended_is_reopened_and_then_does_what_the_call_says, async |app: TestApp| {
    for (end, stands) in [
        (json!({ "disposition": "solved" }), "done"),
        (json!({ "disposition": "out_of_scope" }), "out_of_scope"),
        (json!({ "disposition": "solved", "next": "keep" }), "tier1"),
        (json!({ "disposition": "scheme_info" }), "directed"),
    ] {
        let no = ticket_at(&app, StatusKind::Directed).await;
        again(&app, no, end).await.unwrap();
        assert_eq!(app.ticket(no).await.state.code(), stands);
    }
});
