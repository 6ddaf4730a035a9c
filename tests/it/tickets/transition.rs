//! A ticket's life: who may move it where, and what happens when two do at once.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::refusal::RefusalKind;
use madoguchi::domain::tickets::replay::{Replayed, replay};
use madoguchi::domain::tickets::transition::Words;
use madoguchi::domain::tickets::{TicketNo, Transition, TransitionKind};
use madoguchi::usecase::Error;
use madoguchi::usecase::desks::home;
use madoguchi::usecase::tickets::page;
use madoguchi::usecase::tickets::{Done, TicketChange, change, move_on, take_back};
use serde_json::json;

use crate::support::cases::{code, refused};
use crate::support::{TestApp, on_each_db};

async fn step(app: &TestApp, who: &str, no: TicketNo, step: Transition) -> Result<Done, Error> {
    let version = app.ticket(no).await.version;
    move_on(&app.services, &app.ctx_of(who), no, version, step, "", &None).await
}

fn escalate() -> Transition {
    Transition::Escalate { reason: "全台停止".into() }
}

on_each_db!(tier_two_takes_what_was_escalated_and_gives_it_back_with_a_reason, async |app: TestApp| {
    let no = app.case(json!({})).await;
    step(&app, "kanda", no, escalate()).await.unwrap();
    let queue = home::specialist(&app.services, &app.ctx(Role::Specialist)).await.unwrap().queue.waiting;
    let asked: Vec<_> = queue.iter().map(|w| (w.line.number, w.escalation.reason.as_str())).collect();
    assert_eq!(asked, [(no, "全台停止")]);
    assert_eq!(app.ticket(no).await.owner_id, None);

    step(&app, "akiba", no, Transition::Take).await.unwrap();
    let taken = app.ticket(no).await;
    assert_eq!((taken.state.code(), taken.tier, taken.owner_id), ("tier2", 2, Some(app.id("akiba"))));
    assert!(home::specialist(&app.services, &app.ctx(Role::Specialist)).await.unwrap().queue.waiting.is_empty());

    assert_eq!(
        code(step(&app, "akiba", no, Transition::GiveBack { reason: " ".into() }).await),
        "transition.words_missing"
    );
    step(&app, "akiba", no, Transition::GiveBack { reason: "1次で足りる".into() }).await.unwrap();
    assert_eq!(app.ticket(no).await.state.code(), "tier1");
});

on_each_db!(an_operator_may_not_take_refer_or_give_back, async |app: TestApp| {
    let no = app.case(json!({})).await;
    step(&app, "kanda", no, escalate()).await.unwrap();
    for forbidden in [Transition::Take, Transition::Refer, Transition::GiveBack { reason: "x".into() }] {
        assert!(matches!(step(&app, "kanda", no, forbidden).await, Err(Error::Forbidden(_))));
    }
    assert_eq!(app.ticket(no).await.state.code(), "escalated");
});

on_each_db!(a_move_against_a_state_that_has_moved_on_is_a_conflict_and_changes_nothing, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let seen = app.ticket(no).await.version;
    step(&app, "kanda", no, Transition::Watch { reason: "再起動後の様子".into() }).await.unwrap();
    let before = app.counts(&[]).await;
    let late = move_on(&app.services, &app.ctx_of("ueno"), no, seen, escalate(), "", &None).await;
    let refusal = refused(late);
    assert_eq!((refusal.code, refusal.kind), ("ticket.stale", RefusalKind::Conflict));
    assert!(refusal.message.contains("経過確認中"), "it says where the ticket stands now");
    assert_eq!(app.counts(&[]).await, before);
});

on_each_db!(of_two_who_take_a_ticket_at_the_same_moment_one_does, async |app: TestApp| {
    let no = app.case(json!({ "disposition": "escalated", "next": "usual", "next_reason": "全台停止" })).await;
    let version = app.ticket(no).await.version;
    let desks: Vec<_> = ["akiba", "tabata", "komagome"].map(|login| app.ctx_of(login)).into();
    let takes = desks.iter().map(|ctx| move_on(&app.services, ctx, no, version, Transition::Take, "", &None));
    let taken = futures::future::join_all(takes).await;
    assert_eq!(taken.iter().filter(|t| t.is_ok()).count(), 1);
    for lost in taken.into_iter().filter(Result::is_err) {
        assert_eq!(code(lost), "ticket.stale");
    }
    assert_eq!(app.ticket(no).await.version, version + 1);
});

on_each_db!(what_the_rules_do_not_allow_is_refused_with_its_code, async |app: TestApp| {
    let no = app.case(json!({})).await;
    assert_eq!(code(step(&app, "akiba", no, Transition::Take).await), "ticket.transition_not_allowed");
    assert_eq!(code(step(&app, "kanda", no, Transition::Close { result: "won".into() }).await), "choice.unknown");
    assert_eq!(
        code(step(&app, "kanda", no, Transition::Close { result: String::new() }).await),
        "transition.words_missing"
    );
    step(&app, "kanda", no, Transition::Close { result: "solved".into() }).await.unwrap();
    assert_eq!(code(step(&app, "kanda", no, escalate()).await), "ticket.already_closed");
    assert_eq!(
        code(step(&app, "kanda", no, Transition::Reopen { reason: String::new() }).await),
        "transition.words_missing"
    );
    step(&app, "kanda", no, Transition::Reopen { reason: "再発".into() }).await.unwrap();
    let ticket = app.ticket(no).await;
    assert_eq!((ticket.state.code(), ticket.closed_at), ("tier1", None));
});

on_each_db!(a_change_of_type_severity_and_owner_is_said_on_the_timeline, async |app: TestApp| {
    let no = app.case(json!({})).await;
    app.clock.advance(chrono::Duration::seconds(1));
    let version = app.ticket(no).await.version;
    let new = TicketChange { incident: "malware".into(), severity: "urgent".into(), take_over: true };
    change(&app.services, &app.ctx_of("ueno"), no, version, new.clone(), &None).await.unwrap();
    let ticket = app.ticket(no).await;
    assert_eq!((ticket.incident.as_str(), ticket.severity.as_str()), ("malware", "urgent"));
    assert_eq!(ticket.owner_id, Some(app.id("ueno")));
    let last = app.timeline(no).await.pop().unwrap();
    assert_eq!(last, "種別 ランサムウェア → ウイルス感染、重大度 高 → 緊急、担当 → 上野 まつ");
    assert_eq!(code(change(&app.services, &app.ctx_of("kanda"), no, version, new, &None).await), "ticket.stale");
    let unknown = TicketChange { incident: "x".into(), ..Default::default() };
    assert_eq!(
        code(change(&app.services, &app.ctx_of("kanda"), no, version + 1, unknown, &None).await),
        "choice.unknown"
    );
});

on_each_db!(a_ticket_that_is_not_there_is_not_found, async |app: TestApp| {
    let no = TicketNo::new(2026, 77);
    let moved = move_on(&app.services, &app.ctx(Role::Operator), no, 1, escalate(), "", &None).await;
    assert!(matches!(moved, Err(Error::NotFound("ticket"))));
});

/// A small deterministic chance, so that a failing walk can be walked again.
fn dice(seed: &mut u64, sides: usize) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from((*seed >> 33) % sides as u64).unwrap()
}

fn with_words(kind: TransitionKind) -> Transition {
    let words = Words { reason: "様子を見る", result: "solved", exit: "out_of_scope" };
    Transition::parse(kind.code(), words).unwrap()
}

on_each_db!(whatever_people_try_what_is_offered_is_what_is_done_and_the_timeline_tells_it, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let all: Vec<_> = TransitionKind::ALL.into_iter().filter(|kind| !kind.takes_a_call()).collect();
    let mut seed = 20_261_127;
    for tried in 0..250 {
        app.clock.advance(chrono::Duration::seconds(1));
        let (who, kind) = (["kanda", "akiba", "tabata"][dice(&mut seed, 3)], all[dice(&mut seed, all.len())]);
        let offers = page::show(&app.services, &app.ctx_of(who), no).await.unwrap().offers;
        let done = step(&app, who, no, with_words(kind)).await;
        assert_eq!(done.is_ok(), offers.contains(&kind), "{tried}: {who} {kind:?}: {done:?}");
    }
    let view = page::show(&app.services, &app.ctx_of("tabata"), no).await.unwrap();
    assert!(view.entries.iter().all(|entry| entry.event().is_some()), "every line has its type");
    assert_eq!(replay(&view.entries), Some(Replayed::of(&view.ticket)));
    assert!(view.entries.len() > 30, "a walk that goes somewhere: {}", view.entries.len());
});

on_each_db!(the_page_offers_what_the_rule_allows, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let operator = app.browser(Role::Operator).await;
    step(&app, "kanda", no, Transition::Watch { reason: "再起動後の様子".into() }).await.unwrap();
    let page = operator.get(&format!("/tickets/{no}")).await.is(200).page();
    let offered = page.attributes("input[name=transition]", "value");
    assert_eq!(offered, ["start", "close"], "what is followed up goes on at tier 1 without being closed first");
    let form = [("transition", "start"), ("version", "2")];
    operator.post(&format!("/tickets/{no}/transitions"), &form).await.is(303);
    assert_eq!(app.ticket(no).await.state.code(), "tier1");
});

on_each_db!(the_queue_of_tier_two_puts_the_gravest_first_and_then_the_longest_waiting, async |app: TestApp| {
    let mut asked = Vec::new();
    for severity in ["low", "urgent", "high", "urgent"] {
        let case =
            json!({ "severity": severity, "disposition": "escalated", "next": "usual", "next_reason": "全台停止" });
        asked.push(app.case(case).await);
        app.clock.advance(chrono::Duration::minutes(1));
    }
    let queue = home::specialist(&app.services, &app.ctx(Role::Specialist)).await.unwrap().queue.waiting;
    let order: Vec<_> = queue.iter().map(|waiting| waiting.line.number).collect();
    assert_eq!(order, [asked[1], asked[3], asked[2], asked[0]]);
    // Ten minutes for what is urgent, half an hour for what is grave: red past it.
    app.clock.advance(chrono::Duration::minutes(8));
    let home = app.browser(Role::Specialist).await.get("/").await.is(200).page();
    let rows = home.text("main");
    assert!(rows.contains("1分超過") && rows.contains("あと1分") && rows.contains("あと20分"), "{rows}");
    assert_eq!(rows.matches("超過").count(), 1, "{rows}");
});

on_each_db!(a_move_made_by_mistake_is_taken_back_within_a_minute_and_the_queue_with_it, async |app: TestApp| {
    let no = app.case(json!({})).await;
    app.clock.advance(chrono::Duration::seconds(5));
    let back = async |who: &str| {
        let version = app.ticket(no).await.version;
        take_back(&app.services, &app.ctx_of(who), no, version, &None).await
    };
    let waiting =
        async || home::specialist(&app.services, &app.ctx(Role::Specialist)).await.unwrap().queue.waiting.len();

    step(&app, "kanda", no, escalate()).await.unwrap();
    app.clock.advance(chrono::Duration::seconds(30));
    let page = app.browser(Role::Operator).await.get(&format!("/tickets/{no}")).await.is(200).page();
    assert_eq!(page.count(&format!("form[action='/tickets/{no}/transitions/back']")), 1);
    assert_eq!(code(back("ueno").await), "ticket.not_taken_back", "another's move");
    back("kanda").await.expect("taken back");
    assert_eq!((app.ticket(no).await.state.code(), app.ticket(no).await.owner_id), ("tier1", Some(app.id("kanda"))));
    assert_eq!(waiting().await, 0, "tier 2 isn't asked any more");
    assert_eq!(code(back("kanda").await), "ticket.not_taken_back", "once");

    app.clock.advance(chrono::Duration::seconds(5));
    step(&app, "kanda", no, escalate()).await.unwrap();
    app.clock.advance(chrono::Duration::seconds(5));
    step(&app, "akiba", no, Transition::Take).await.unwrap();
    assert_eq!(code(back("kanda").await), "ticket.not_taken_back", "tier 2 has it");
    app.clock.advance(chrono::Duration::seconds(5));
    back("akiba").await.expect("taken back");
    let held = app.ticket(no).await;
    assert_eq!((held.state.code(), held.tier, waiting().await), ("escalated", 1, 1));
    app.clock.advance(chrono::Duration::seconds(5));
    step(&app, "akiba", no, Transition::Take).await.unwrap();
    app.clock.advance(chrono::Duration::seconds(5));
    step(&app, "akiba", no, Transition::GiveBack { reason: "1次で足りる".into() }).await.unwrap();
    app.clock.advance(chrono::Duration::seconds(5));
    back("akiba").await.expect("taken back");
    let held = app.ticket(no).await;
    assert_eq!((held.state.code(), held.owner_id), ("tier2", Some(app.id("akiba"))));

    app.clock.advance(chrono::Duration::seconds(5));
    step(&app, "akiba", no, Transition::Close { result: "solved".into() }).await.unwrap();
    app.clock.advance(chrono::Duration::seconds(61));
    assert_eq!(code(back("akiba").await), "ticket.not_taken_back", "too late");
    let view = page::show(&app.services, &app.ctx_of("akiba"), no).await.unwrap();
    assert_eq!(replay(&view.entries), Some(Replayed::of(&view.ticket)), "the timeline alone tells it");
    let page = app.browser(Role::Operator).await.get(&format!("/tickets/{no}")).await.is(200).page();
    assert_eq!(page.count(".timeline-body.struck"), 3, "all three stay, struck through");
});

on_each_db!(taking_back_a_taking_brings_back_no_escalation_of_long_ago, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let steps = [
        ("kanda", escalate()),
        ("akiba", Transition::Take),
        ("akiba", Transition::Close { result: "solved".into() }),
        ("kanda", Transition::Reopen { reason: "また起きた".into() }),
        ("kanda", escalate()),
        ("akiba", Transition::Take),
    ];
    for (who, move_) in steps {
        app.clock.advance(chrono::Duration::minutes(5));
        step(&app, who, no, move_).await.unwrap();
    }
    app.clock.advance(chrono::Duration::seconds(5));
    let version = app.ticket(no).await.version;
    take_back(&app.services, &app.ctx_of("akiba"), no, version, &None).await.expect("taken back");
    let waiting = home::specialist(&app.services, &app.ctx(Role::Specialist)).await.unwrap().queue.waiting;
    assert_eq!(waiting.len(), 1, "it waits once");
});
