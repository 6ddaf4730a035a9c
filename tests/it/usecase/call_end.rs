//! Ending a call: what each disposition means for the ticket.

use madoguchi::domain::actor::Role;
use madoguchi::domain::calls::verification::Recorded;
use madoguchi::domain::calls::{CallState, Disposition};
use madoguchi::domain::tickets::TicketNo;
use madoguchi::store::{calls as memory, work};
use madoguchi::usecase::sheet;
use serde_json::json;

use crate::support::cases::code;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::{TestApp, on_each_db};

/// Disposition and the state its ticket is in afterwards; none: no ticket.
const EFFECTS: [(&str, Option<&str>); 12] = [
    ("solved", Some("done")),
    ("remote", Some("done")),
    ("handed_over", Some("handed_over")),
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
        let end = json!({ "disposition": disposition, "next_reason": "電子カルテが全台停止", "promise_at": promise(disposition) });
        let ended = app.end(call, end).await.unwrap_or_else(|e| panic!("{disposition}: {e:?}"));
        let held = memory::find(&app.house.store, call).await.unwrap().unwrap();
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
    assert_eq!(app.count("tickets").await, 7);
});

fn promise(disposition: &str) -> &'static str {
    if disposition == "call_back" { "2026-11-22T15:00" } else { "" }
}

on_each_db!(the_journey_from_the_ring_to_the_closed_ticket, async |app: TestApp| {
    let app = app.with_directory().await;
    let call = app.ring("03-5550-0005").await;
    let saved = app.fill(call, &ENOMOTO_SAID).await;
    assert_eq!(saved.answer.unwrap().decision.code(), "eligible");
    let ctx = app.ctx(Role::Operator);
    sheet::record_verification(&app.house, &ctx, call, Recorded::Verified, "").await.unwrap();
    app.fill(call, &[("narrative", "端末が開かない"), ("incident", "malware"), ("severity", "high")]).await;
    sheet::jot(&app.house, &ctx, call, "LANケーブルを抜くよう案内", &None).await.unwrap();
    let ended = app.end(call, json!({ "disposition": "solved", "result": "advised" })).await.unwrap();

    let no = TicketNo::parse(&ended.ticket.unwrap()).unwrap();
    assert_eq!(no.to_string(), "2026-000001");
    let ticket = app.ticket(no).await;
    assert_eq!((ticket.state.code(), ticket.verification, ticket.tier), ("done", Recorded::Verified, 1));
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

on_each_db!(a_hand_over_needs_its_reason_and_is_then_waiting_for_tier_two, async |app: TestApp| {
    let call = app.ring("").await;
    assert_eq!(code(app.end(call, json!({ "disposition": "handed_over" })).await), "move.words_missing");
    assert_eq!((app.count("tickets").await, app.count("entries").await), (0, 0), "nothing is half-written");
    app.end(call, json!({ "disposition": "handed_over", "next_reason": "全台停止" })).await.unwrap();
    let waiting = work::waiting(&app.house.store).await.unwrap();
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
    let dropped = json!({ "disposition": "handed_over", "next": "none", "next_reason": "x" });
    assert_eq!(code(app.log(dropped).await), "next.needs_ticket");
    let none = app.log(json!({ "disposition": "solved", "next": "none" })).await.unwrap();
    assert_eq!(none.ticket, None);
});

on_each_db!(an_unknown_result_and_a_number_that_is_none_are_refused_beside_their_fields, async |app: TestApp| {
    let call = app.ring("").await;
    assert_eq!(code(app.end(call, json!({ "disposition": "solved", "result": "won" })).await), "choice.unknown");
    app.fill(call, &[("callback", "あとで")]).await;
    assert_eq!(code(app.end(call, json!({ "disposition": "solved" })).await), "phone.format");
    assert_eq!(app.count("tickets").await, 0);
});
