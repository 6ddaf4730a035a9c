//! Several people on one ticket: who is there, who watches, whose it is, and two tickets of one matter.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::TaskId;
use madoguchi::domain::tickets::evidence_gate::Purpose;
use madoguchi::domain::tickets::queue::Queue;
use madoguchi::domain::tickets::replay::{Replayed, replay};
use madoguchi::domain::tickets::task::{Task, TaskKind};
use madoguchi::domain::tickets::{StatusKind, TicketNo, Transition};
use madoguchi::store::tickets::{callback, task};
use madoguchi::usecase::calls::{along, outbound};
use madoguchi::usecase::desks::home;
use madoguchi::usecase::referrals::introduce;
use madoguchi::usecase::tickets::evidence_gate::{self, NewCheck};
use madoguchi::usecase::tickets::merge::{self, NewMerge};
use madoguchi::usecase::tickets::together::Sign;
use madoguchi::usecase::tickets::{NewEntry, add_entry, assign, move_on, page, queues, remote, together};
use serde_json::json;

use crate::support::cases::code;
use crate::support::referrals::asked;
use crate::support::remote::{consented, denied};
use crate::support::{TestApp, on_each_db};

async fn stands_in(app: &TestApp, role: Role, which: Queue) -> Vec<TicketNo> {
    let page = queues::queue(&app.services, &app.ctx(role), which, None).await.expect("a queue");
    page.list.page.rows.iter().map(|line| line.number).collect()
}

fn note(words: &str) -> NewEntry {
    NewEntry { kind: "note".into(), occurred_at: String::new(), body: words.into() }
}

on_each_db!(two_tickets_of_one_matter_are_read_as_one_and_come_apart_as_they_were, async |app: TestApp| {
    let app = app.with_directory().await;
    let asked =
        json!({ "disposition": "escalated", "next": "usual", "next_reason": "二度目の電話", "number": "03-5550-7777" });
    let (first, second) = (app.at_tier2().await, app.case(asked).await);
    let operator = app.ctx(Role::Operator);
    add_entry(&app.services, &operator, second, note("二枚目に書いたこと"), &None).await.expect("an entry");
    let before = app.ticket(second).await;
    app.clock.advance(Duration::minutes(1));
    assert_eq!(app.merges(second, first).await.expect("merged"), first);
    let told = app.timeline(first).await;
    assert!(
        told.iter().any(|line| line.contains("二枚目に書いたこと"))
            && told.iter().any(|line| line.contains(&format!("相談票 {second} を統合しました"))),
        "{told:?}"
    );
    // It waits nowhere, and nothing is done on it.
    let waiting =
        async || home::specialist(&app.services, &app.ctx(Role::Specialist)).await.expect("a home").queue.waiting.len();
    assert_eq!(waiting().await, 0);
    assert!(!stands_in(&app, Role::Supervisor, Queue::Desk).await.contains(&second));
    let version = app.ticket(second).await.version;
    let taken = move_on(&app.services, &app.ctx(Role::Specialist), second, version, Transition::Take, "", &None).await;
    assert_eq!(code(taken), "ticket.merged");
    assert_eq!(
        code(add_entry(&app.services, &operator, second, note("ここには書けない"), &None).await),
        "ticket.merged"
    );
    // From a tab that was opened before: it says so, and what was typed isn't lost.
    for (part, field, typed) in [
        ("entries", "body", "十分かけて書いた記録"),
        ("merge", "merge_why", "もう一度押した"),
        ("transitions", "reason", "依頼の理由"),
    ] {
        let version = app.ticket(second).await.version.to_string();
        let sent = [(field, typed), ("version", &*version), ("into", "2026-000001"), ("transition", "escalate")];
        let old = app.browser(Role::Operator).await.post(&format!("/tickets/{second}/{part}"), &sent).await.is(409);
        let page = old.page();
        assert!(page.text("main [role=alert]").contains("統合"), "{part} says why: {}", page.text("main"));
        assert!(page.text("main").contains(typed), "{part} keeps {typed}: {}", page.text("main"));
    }
    let answer = app.script(Role::Operator).await.get(&format!("/api/v1/tickets/{second}")).await.is(200).json();
    assert_eq!(answer["merged_into"], first.to_string(), "a script is told as well");
    let page = app.browser(Role::Operator).await.get(&format!("/tickets/{second}")).await.is(200).page().text("main");
    assert!(page.contains(&format!("統合先 相談票 {first}")) && page.contains("統合を取り消す"), "{page}");
    // Whoever rang about it is asked about the other from now on.
    let call = app.ring("03-5550-7777").await;
    let sheet =
        app.browser(Role::Operator).await.get(&format!("/calls/{call}")).await.is(200).page().text("#part-open");
    assert!(sheet.contains(&first.to_string()) && !sheet.contains(&second.to_string()), "{sheet}");
    // Apart again it stands where it stood; who saw it elsewhere looks first.
    let elsewhere = merge::unmerge(&app.services, &operator, second, Some(second)).await;
    assert_eq!(code(elsewhere), "ticket.merged_elsewhere");
    merge::unmerge(&app.services, &operator, second, Some(first)).await.expect("two again");
    let after = app.ticket(second).await;
    assert_eq!((after.state.clone(), after.owner_id, after.tier), (before.state, before.owner_id, before.tier));
    assert_eq!(waiting().await, 1);
    assert!(!app.timeline(first).await.iter().any(|line| line.contains("二枚目に書いたこと")));
    let own = page::show(&app.services, &operator, second).await.expect("a ticket");
    assert_eq!(replay(&own.entries), Some(Replayed::of(&after)), "its timeline tells where it stands");
    assert_eq!(code(merge::unmerge(&app.services, &operator, second, Some(first)).await), "ticket.not_merged");
});

on_each_db!(what_is_no_one_matter_stays_two, async |app: TestApp| {
    let app = app.with_directory().await;
    let (one, other) = (app.at_tier2().await, app.case(json!({})).await);
    for (into, why, expected) in [
        ("2026-999999", "同じ件", "ticket.unknown"),
        ("はち", "同じ件", "ticket.unknown"),
        (&*other.to_string(), "同じ件", "merge.same"),
        (&*one.to_string(), " ", "text.missing"),
    ] {
        let new = NewMerge { into: into.into(), why: why.into(), same_clinic: true };
        let version = app.ticket(other).await.version;
        let done = merge::merge(&app.services, &app.ctx(Role::Operator), other, version, &new).await;
        assert_eq!(code(done), expected, "{into}");
    }
    // Whoever saw an older state sees the newer one first.
    let new = NewMerge { into: one.to_string(), why: "同じ件".into(), same_clinic: true };
    let done = merge::merge(&app.services, &app.ctx(Role::Operator), other, 0, &new).await;
    assert_eq!(code(done), "ticket.stale");
    // What has parts goes nowhere itself, and a part takes none.
    app.merges(other, one).await.expect("merged");
    let third = app.at_tier2().await;
    assert_eq!(code(app.merges(one, third).await), "merge.parts");
    assert_eq!(code(app.merges(third, other).await), "merge.chain");
    // A referral under way is ended where it began.
    let referring = app.at_tier2().await;
    let ctx = app.ctx(Role::Specialist);
    introduce::begin(&app.services, &ctx, referring, &asked("member"), &None).await.expect("a referral");
    assert_eq!(code(app.merges(referring, third).await), "referral.under_way");
    // What tier 2 is at isn't hidden behind a ticket that it doesn't see, nor a session that runs.
    let fourth = app.case(json!({})).await;
    assert_eq!(code(app.merges(third, fourth).await), "merge.tier2");
    let connected = crate::tickets::remote::open(&app).await;
    let ctx = app.ctx(Role::Operator);
    remote::start(&app.services, &ctx, connected, consented()).await.expect("connected");
    assert_eq!(code(app.merges(connected, fourth).await), "remote.running");
});

on_each_db!(a_call_about_a_ticket_that_goes_into_another_while_they_talk_ends_in_that_one, async |app: TestApp| {
    let app = app.with_directory().await;
    let (first, second) = (app.case(json!({})).await, app.case(json!({})).await);
    let ctx = app.ctx(Role::Operator);
    let call = outbound::about(&app.services, &ctx, second, None, &None).await.expect("rung").call;
    app.merges(second, first).await.expect("merged");
    app.end(call, json!({ "disposition": "solved", "next": "keep", "anyway": true })).await.expect("ended");
    assert_eq!(app.ended_in(call).await, first);
    assert!(app.ticket(first).await.merged_into.is_none());
});

on_each_db!(two_that_would_go_into_each_other_at_one_moment_are_one_ticket_after, async |app: TestApp| {
    let (one, other) = (app.case(json!({})).await, app.case(json!({})).await);
    let (a, b) = tokio::join!(app.merges(one, other), app.merges(other, one));
    assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|done| **done).count(), 1);
    let stands: Vec<bool> =
        [app.ticket(one).await, app.ticket(other).await].iter().map(|t| t.merged_into.is_none()).collect();
    assert_eq!(stands.iter().filter(|alone| **alone).count(), 1);
});

on_each_db!(a_ticket_is_given_to_whoever_may_have_it_and_says_so, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = app.at_tier2().await;
    let supervisor = app.ctx(Role::Supervisor);
    let people = assign::people(&app.services, &supervisor, no).await.expect("people").people;
    let roles: Vec<Role> = people.iter().map(|(account, _)| account.role).collect();
    assert!(
        !roles.is_empty() && roles.iter().all(|role| matches!(role, Role::Specialist | Role::Supervisor)),
        "{roles:?}"
    );
    let give = async |to: String| {
        let version = app.ticket(no).await.version;
        assign::assign(&app.services, &supervisor, no, version, &to).await
    };
    let to = people.iter().find(|(account, _)| account.role == Role::Supervisor).expect("one").0.clone();
    give(to.id.to_string()).await.expect("given");
    assert_eq!(app.ticket(no).await.owner_id, Some(to.id));
    assert!(app.timeline(no).await.iter().any(|line| line.contains(&to.name)));
    assert_eq!(code(give(app.id("kanda").to_string()).await), "owner.unknown", "tier 2's stays with tier 2");
    assert_eq!(code(give("nobody".into()).await), "owner.unknown");
    let page =
        app.browser(Role::Supervisor).await.get(&format!("/tickets/{no}/owner")).await.is(200).page().text("main");
    assert!(page.contains(&to.name) && page.contains("対応中 1件"), "{page}");
});

on_each_db!(what_is_nobodys_or_watched_stands_in_its_queue, async |app: TestApp| {
    let owned = app.case(json!({})).await;
    let waits = app.case(json!({ "disposition": "escalated", "next": "usual", "next_reason": "全台停止" })).await;
    assert_eq!(stands_in(&app, Role::Operator, Queue::Mine).await, [owned]);
    assert_eq!(stands_in(&app, Role::Operator, Queue::Desk).await, [owned], "what tier 2 is asked for is its");
    assert_eq!(stands_in(&app, Role::Specialist, Queue::Desk).await, [waits]);
    assert_eq!(stands_in(&app, Role::Supervisor, Queue::Unowned).await, [waits]);
    // The owner's account ends: what they had is nobody's.
    app.db.execute("UPDATE accounts SET disabled_at = created_at WHERE login = 'kanda'").await;
    assert_eq!(stands_in(&app, Role::Supervisor, Queue::Unowned).await, [waits, owned]);
    let specialist = app.ctx(Role::Specialist);
    together::watch(&app.services, &specialist, owned, true).await.expect("watched");
    together::watch(&app.services, &specialist, owned, true).await.expect("twice is once");
    assert_eq!(stands_in(&app, Role::Specialist, Queue::Watched).await, [owned]);
    app.clock.advance(Duration::minutes(5));
    add_entry(&app.services, &app.ctx(Role::Supervisor), owned, note("進展"), &None).await.expect("an entry");
    let browser = app.browser(Role::Specialist).await;
    assert!(browser.get("/queues/watched").await.is(200).page().text("main").contains("新しい動きがあります"));
    browser.post(&format!("/tickets/{owned}/here"), &[]).await.is(200);
    let news = browser.get("/queues/watched").await.is(200).page().text("main");
    assert!(news.contains("新しい動きがあります"), "a page that stands open since before shows nothing new");
    browser.post(&format!("/tickets/{owned}/here"), &[("opened", "yes")]).await.is(200);
    assert!(!browser.get("/queues/watched").await.is(200).page().text("main").contains("新しい動きがあります"));
    app.clock.advance(Duration::minutes(5));
    add_entry(&app.services, &app.ctx(Role::Specialist), owned, note("自分の追記"), &None).await.expect("an entry");
    let news = browser.get("/queues/watched").await.is(200).page().text("main");
    assert!(!news.contains("新しい動きがあります"), "what one did oneself is no news");
    together::watch(&app.services, &specialist, owned, false).await.expect("no longer");
    assert!(stands_in(&app, Role::Specialist, Queue::Watched).await.is_empty());
    browser.get("/queues/nothing").await.is(404);
    // Clocks: soon, and over.
    assert_eq!(stands_in(&app, Role::Supervisor, Queue::Overdue).await, [] as [TicketNo; 0]);
    app.clock.advance(Duration::days(6));
    assert_eq!(stands_in(&app, Role::Supervisor, Queue::Overdue).await, [waits]);
});

on_each_db!(whoever_has_a_ticket_open_is_seen_by_the_others_and_gone_when_silent, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let here = async |role, sign| together::here(&app.services, &app.ctx(role), no, sign).await.expect("here").others;
    assert!(here(Role::Operator, Sign::Opened).await.is_empty());
    assert_eq!(here(Role::Specialist, Sign::Types).await.len(), 1);
    let seen = here(Role::Operator, Sign::Reads).await;
    assert!(seen.len() == 1 && seen[0].1, "they type: {seen:?}");
    app.clock.advance(Duration::seconds(20));
    assert!(here(Role::Operator, Sign::Reads).await.is_empty());
    app.browser(Role::Clerk).await.post(&format!("/tickets/{no}/here"), &[]).await.is(404);
});

on_each_db!(who_reads_along_asks_and_the_answer_stands_on_the_calls_timeline, async |app: TestApp| {
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &[("narrative", "電子カルテが開かない"), ("caller_name", "受付 かりん")]).await;
    let specialist = app.browser(Role::Specialist).await;
    let home = specialist.get("/").await.is(200).page().text("main");
    assert!(home.contains("さんの通話を読む"), "{home}");
    let page = specialist.get(&format!("/calls/{call}/along")).await.is(200).page().text("main");
    assert!(page.contains("電子カルテが開かない") && page.contains("受付 かりん"), "{page}");
    specialist.get(&format!("/calls/{call}/along")).await.is(200);
    let seen = app.select("SELECT action FROM audit_entries WHERE action = 'call.along'").await;
    assert_eq!(seen.len(), 1, "it looks again by itself: one entry stands for ten minutes");
    specialist.post(&format!("/calls/{call}/questions"), &[("words", "")]).await.is(422);
    let asked = "バックアップの装置はつながったままですか";
    specialist.post(&format!("/calls/{call}/questions"), &[("words", asked)]).await.is(303);
    let operator = app.browser(Role::Operator).await;
    let sheet = operator.get(&format!("/calls/{call}")).await.is(200).page().text("#part-asked");
    assert!(sheet.contains(asked), "{sheet}");
    let polled = operator.get(&format!("/calls/{call}/asked")).await.is(200).json();
    assert!(polled["parts"]["part-asked"].as_str().is_some_and(|html| html.contains(asked)), "{polled}");
    let waiting = along::asked(&app.services, &app.ctx(Role::Operator), call).await.expect("asked");
    let id = waiting[0].0.id.to_string();
    let answers = format!("/calls/{call}/answers");
    operator.post(&answers, &[("question", &id), ("answer", " ")]).await.is(422);
    operator.post(&answers, &[("question", &id), ("answer", "外してある")]).await.is(303);
    operator.post(&answers, &[("question", &id), ("answer", "また")]).await.is(409);
    let page = specialist.get(&format!("/calls/{call}/along")).await.is(200).page().text("main");
    assert!(page.contains("外してある"), "{page}");
    for n in 0..3 {
        specialist.post(&format!("/calls/{call}/questions"), &[("words", &format!("質問{n}"))]).await.is(303);
    }
    specialist.post(&format!("/calls/{call}/questions"), &[("words", "四つ目")]).await.is(422);
    app.end(call, json!({ "disposition": "solved", "next": "keep", "anyway": true, "incident": "ransomware" }))
        .await
        .expect("ended");
    let no = app.ended_in(call).await;
    assert!(app.timeline(no).await.iter().any(|line| line == &format!("質問への回答：{asked} → 外してある")));
    let late = specialist.post(&format!("/calls/{call}/questions"), &[("words", "終わった後")]).await.is(409).page();
    assert!(late.text("main").contains("終わった後"), "what was typed isn't lost: {}", late.text("main"));
    for role in [Role::Operator, Role::Clerk, Role::JmaReader] {
        app.browser(role).await.get(&format!("/calls/{call}/along")).await.is(404);
    }
    assert_eq!(app.ticket(no).await.state.kind(), StatusKind::Tier1);
});

on_each_db!(what_was_heard_on_one_ticket_holds_the_other_that_it_went_into, async |app: TestApp| {
    let app = app.with_directory().await;
    let (first, second) = (crate::tickets::remote::open(&app).await, app.case(json!({})).await);
    app.denies(first, Purpose::Connect).await;
    let heard = NewCheck { cut_off: "yes".into(), ..denied(Purpose::Connect) };
    evidence_gate::ask(&app.services, &app.ctx(Role::Operator), second, heard).await.expect("heard");
    app.merges(second, first).await.expect("merged");
    app.denies(first, Purpose::Connect).await;
    let ctx = app.ctx(Role::Operator);
    let tried = remote::start(&app.services, &ctx, first, consented()).await;
    assert!(tried.is_err(), "the machine is the same");
    let page = app.browser(Role::Operator).await.get(&format!("/tickets/{first}")).await.is(200).page().text("main");
    assert!(page.contains("つなぎ直さないでください"), "{page}");
});

on_each_db!(what_was_to_be_done_ends_with_the_ticket_that_it_went_into, async |app: TestApp| {
    let (first, second) = (app.case(json!({})).await, app.case(json!({})).await);
    let tx = app.services.store.begin().await.expect("a transaction");
    let asked = Task {
        id: TaskId(app.ctx(Role::Operator).new_id()),
        kind: TaskKind::AskedAgain,
        ticket_id: Some(app.ticket(second).await.id),
        verification_id: None,
        due_on: app.ctx(Role::Operator).today(),
        created_at: app.ctx(Role::Operator).now,
        done_at: None,
        outcome: String::new(),
        looked_at: 0,
    };
    task::add(&tx, &asked).await.expect("a task");
    tx.commit().await.expect("a commit");
    app.merges(second, first).await.expect("merged");
    app.clock.advance(Duration::days(30));
    assert_eq!(stands_in(&app, Role::Operator, Queue::Overdue).await, [first]);
    let version = app.ticket(first).await.version;
    let close = Transition::Close { result: "solved".into() };
    move_on(&app.services, &app.ctx(Role::Operator), first, version, close, "", &None).await.expect("closed");
    assert!(stands_in(&app, Role::Operator, Queue::Overdue).await.is_empty());
});

on_each_db!(a_promise_of_a_ticket_that_went_into_another_is_kept_by_ringing_about_that_one, async |app: TestApp| {
    let promised = json!({ "disposition": "call_back", "callback_at": "2026-11-22T15:00" });
    let (first, second) = (app.case(json!({})).await, app.case(promised).await);
    app.merges(second, first).await.expect("merged");
    // What one promised stands under the other, wherever promises are listed.
    app.clock.advance(Duration::hours(10));
    let overdue = app.browser(Role::Operator).await.get("/queues/overdue").await.is(200).page().text("main");
    assert!(overdue.contains(&format!("折返しのお約束（統合した相談票 {second}）")), "{overdue}");
    let home = app.browser(Role::Specialist).await.get("/").await.is(200).page().text("main");
    let (late, queue) = (home.find("期限を過ぎた折返し"), home.find("2次対応待ち"));
    assert!(late.is_some() && late < queue, "it's at the top of everybody's: {home}");
    assert_eq!(stands_in(&app, Role::Operator, Queue::Overdue).await, [first]);
    let id = app.ticket(second).await.id.0;
    let promise = callback::of(&app.services.store, vec![id]).await.expect("promises")[0].id;
    let ctx = app.ctx(Role::Operator);
    let call = outbound::about(&app.services, &ctx, second, Some(promise), &None).await.expect("rung").call;
    app.end(call, json!({ "disposition": "solved", "next": "keep", "anyway": true })).await.expect("ended");
    assert_eq!(app.ended_in(call).await, first);
    assert!(callback::of(&app.services.store, vec![id]).await.expect("promises").is_empty(), "it's kept");
});
