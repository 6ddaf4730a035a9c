//! Tier 2 is asked, takes, gives back; what nobody takes in time the supervisor sees.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::page::PAGE_SIZE;
use madoguchi::domain::tickets::escalation::{Escalation, QueuePlace};
use madoguchi::domain::tickets::{TicketNo, Transition};
use madoguchi::store::tickets::escalation;
use madoguchi::usecase::desks::{home, supervision};
use madoguchi::usecase::tickets::{TicketChange, change, move_on};
use serde_json::json;

use crate::support::{TestApp, on_each_db};

async fn step(app: &TestApp, role: Role, no: TicketNo, step: Transition) {
    app.clock.advance(Duration::minutes(1));
    let version = app.ticket(no).await.version;
    move_on(&app.services, &app.ctx(role), no, version, step, "", &None).await.expect("moved");
}

on_each_db!(what_is_given_back_is_the_last_round_and_no_other, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let why = |reason: &str| reason.to_owned();
    step(&app, Role::Operator, no, Transition::Escalate { reason: why("一度目") }).await;
    step(&app, Role::Specialist, no, Transition::Take).await;
    // It ends with tier 2, is opened again, and goes a second round.
    step(&app, Role::Specialist, no, Transition::Close { result: "solved".into() }).await;
    step(&app, Role::Operator, no, Transition::Reopen { reason: why("再び出た") }).await;
    step(&app, Role::Operator, no, Transition::Escalate { reason: why("二度目") }).await;
    step(&app, Role::Specialist, no, Transition::Take).await;
    step(&app, Role::Specialist, no, Transition::GiveBack { reason: why("1次で足りる") }).await;
    let rounds = app.select("SELECT reason, return_reason FROM escalations ORDER BY requested_at").await;
    assert_eq!(rounds[0], json!({ "reason": "一度目", "return_reason": "" }), "that round was never given back");
    assert_eq!(rounds[1], json!({ "reason": "二度目", "return_reason": "1次で足りる" }));
});

on_each_db!(what_nobody_takes_in_time_stands_before_the_supervisor, async |app: TestApp| {
    let urgent =
        json!({ "severity": "urgent", "disposition": "escalated", "next": "usual", "next_reason": "全台停止" });
    let no = app.case(urgent).await;
    let late = async || supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.expect("a day").late_at_tier2;
    assert!(late().await.is_empty(), "there is time yet");
    app.clock.advance(Duration::hours(2));
    assert_eq!(late().await.iter().map(|waits| waits.line.number).collect::<Vec<_>>(), [no]);
    let day = app.browser(Role::Supervisor).await.get("/day").await.is(200).page();
    let told = day.text("main");
    assert!(told.contains("目標を過ぎても引き受けられていない2次対応") && told.contains("全台停止"), "{told}");
    step(&app, Role::Specialist, no, Transition::Take).await;
    assert!(late().await.is_empty(), "somebody has it");
});

on_each_db!(grave_trouble_is_proposed_to_tier_2_at_once, async |app: TestApp| {
    let operator = app.browser(Role::Operator).await;
    for (incident, proposed) in
        [("ransomware", true), ("unauthorised_access", true), ("leak", true), ("malware", false)]
    {
        let call = app.ring("").await;
        app.fill(call, &[("incident", incident), ("narrative", "業務が止まっている")]).await;
        let cards = operator.get(&format!("/calls/{call}")).await.is(200).page().text("#part-cards");
        assert_eq!(cards.contains("2次対応の対象"), proposed, "{incident}: {cards}");
        app.end(call, json!({ "disposition": "solved", "next": "keep", "anyway": true })).await.expect("ended");
        let no = app.ended_in(call).await;
        let ticket = operator.get(&format!("/tickets/{no}")).await.is(200).page().text("main");
        assert_eq!(ticket.contains("2次対応の対象"), proposed, "{incident}");
        step(&app, Role::Operator, no, Transition::Escalate { reason: "業務停止".into() }).await;
        let ticket = operator.get(&format!("/tickets/{no}")).await.is(200).page().text("main");
        assert!(!ticket.contains("2次対応の対象"), "it is there already");
    }
});

on_each_db!(what_is_given_back_before_anybody_took_it_waits_no_longer, async |app: TestApp| {
    let no = app.case(json!({})).await;
    step(&app, Role::Operator, no, Transition::Escalate { reason: "念のため".into() }).await;
    step(&app, Role::Specialist, no, Transition::GiveBack { reason: "1次で足りる".into() }).await;
    let queue = app.browser(Role::Specialist).await.get("/queue").await.is(200).page().text("main");
    assert!(!queue.contains("念のため") && queue.contains("待っている相談票はありません"), "{queue}");
    step(&app, Role::Operator, no, Transition::Escalate { reason: "やはり".into() }).await;
    let queue = app.browser(Role::Specialist).await.get("/queue").await.is(200).page().text("main");
    assert!(queue.contains("やはり") && !queue.contains("念のため"), "{queue}");
});

on_each_db!(a_long_queue_is_read_page_by_page_the_gravest_first, async |app: TestApp| {
    let severities = ["low", "urgent", "medium", "high"];
    let mut asked = Vec::new();
    for nth in 0..PAGE_SIZE as usize + 3 {
        let severity = severities[nth % severities.len()];
        let with =
            json!({ "severity": severity, "disposition": "escalated", "next": "usual", "next_reason": "全台停止" });
        // Some were asked for at one instant.
        if nth % 3 > 0 {
            app.clock.advance(Duration::minutes(1));
        }
        asked.push((severity, app.case(with).await));
    }
    let place = |severity: &str| ["urgent", "high", "medium", "low"].iter().position(|code| *code == severity);
    let specialist = app.ctx(Role::Specialist);
    let first = home::queue(&app.services, &specialist, None).await.expect("a queue");
    let second = home::queue(&app.services, &specialist, first.more_after.as_ref()).await.expect("a queue");
    assert_eq!((first.waiting.len() as u64, second.waiting.len()), (PAGE_SIZE, 3));
    assert!(first.more_after.is_some() && second.more_after.is_none());
    let shown: Vec<_> = first.waiting.iter().chain(&second.waiting).collect();
    assert!(shown.is_sorted_by_key(|w| (place(&w.line.severity), w.escalation.requested_at)));
    let mut numbers: Vec<TicketNo> = shown.iter().map(|w| w.line.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, asked.iter().map(|(_, no)| *no).collect::<Vec<_>>(), "each once");
    // The page leads from one to the next; somebody may take the one it hangs on meanwhile.
    let browser = app.browser(Role::Specialist).await;
    let page = browser.get("/queue").await.is(200).page();
    let next = page.attribute("main a[rel=next]", "href");
    let last = first.waiting.last().expect("one").line.number;
    let graver = TicketChange { severity: "urgent".into(), ..TicketChange::default() };
    let version = app.ticket(last).await.version;
    change(&app.services, &app.ctx(Role::Operator), last, version, graver, &None).await.expect("changed");
    let further = browser.get(&next).await.is(200).page();
    assert_eq!(further.texts("main tbody tr").len(), second.waiting.len(), "the place stays, the ticket moved on");
    step(&app, Role::Specialist, last, Transition::Take).await;
    let further = browser.get(&next).await.is(200).page().text("main");
    for waits in &second.waiting {
        assert!(further.contains(&waits.line.number.to_string()), "{further}");
    }
    assert!(!further.contains(&last.to_string()));
    for waits in &second.waiting {
        step(&app, Role::Specialist, waits.line.number, Transition::Take).await;
    }
    let further = browser.get(&next).await.is(200).page().text("main");
    assert!(further.contains("待っている相談票はありません") && further.contains("先頭から表示"), "{further}");
    for nonsense in ["x", "urgent.1", "urgent.-200000000000000000.00000000-0000-0000-0000-000000000000"] {
        let front = browser.get(&format!("/queue?after={nonsense}")).await.is(200).page().text("main");
        assert!(front.contains("2次対応待ち") && !front.contains("続き）"), "{nonsense} is the front: {front}");
    }
});

on_each_db!(
    the_queue_is_in_the_order_of_gravity_as_it_is_now_and_goes_on_where_a_page_of_it_ended,
    async |app: TestApp| {
        let asks = async |reason: &str, severity: &str| {
            app.clock.advance(Duration::minutes(1));
            let asked =
                json!({ "disposition": "escalated", "next": "usual", "next_reason": reason, "severity": severity });
            app.case(asked).await
        };
        let first = asks("先に届いた", "low").await;
        asks("急ぐ", "urgent").await;
        asks("後で届いた", "low").await;
        let severities = app.services.scheme.lists.gravest_first();
        let order = async |after: Option<&QueuePlace>, size: u64| {
            escalation::waiting(&app.services.store, &severities, after, size).await.expect("a queue")
        };
        let reasons = |all: &[Escalation]| all.iter().map(|one| one.reason.clone()).collect::<Vec<_>>();
        assert_eq!(reasons(&order(None, 10).await), ["急ぐ", "先に届いた", "後で届いた"]);
        let specialist = app.browser(Role::Specialist).await;
        let version = app.ticket(first).await.version.to_string();
        let graver = [("severity", "urgent"), ("version", version.as_str())];
        specialist.post(&format!("/tickets/{first}/change"), &graver).await.is(303);
        let all = order(None, 10).await;
        assert_eq!(reasons(&all), ["先に届いた", "急ぐ", "後で届いた"], "what waits longest of the gravest");
        let place = QueuePlace { severity: "urgent".into(), requested_at: all[0].requested_at, id: all[0].id };
        assert_eq!(reasons(&order(Some(&place), 1).await), ["急ぐ"]);
        assert_eq!(reasons(&order(Some(&place), 10).await), ["急ぐ", "後で届いた"]);
    }
);
