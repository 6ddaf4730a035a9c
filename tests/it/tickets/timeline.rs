//! The timeline: by event time, entry time apart, append-only.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::usecase::Error;
use madoguchi::usecase::tickets::page::NEWEST;
use madoguchi::usecase::tickets::{self, NewEntry};
use madoguchi::usecase::tickets::{Done, page};
use serde_json::json;

use crate::support::cases::code;
use crate::support::{TestApp, on_each_db};

async fn write(app: &TestApp, no: TicketNo, body: &str, at: &str) -> Result<Done, Error> {
    let new = NewEntry { kind: "note".into(), occurred_at: at.into(), body: body.into() };
    tickets::add_entry(&app.services, &app.ctx(Role::Operator), no, new, &None).await
}

on_each_db!(entries_stand_in_the_order_of_what_happened_and_a_late_one_says_so, async |app: TestApp| {
    let no = app.case(json!({})).await;
    app.clock.advance(chrono::Duration::seconds(1));
    write(&app, no, "いまの記録", "").await.unwrap();
    write(&app, no, "朝の出来事", "2026-11-22T09:15").await.unwrap();
    let view = page::show(&app.services, &app.ctx(Role::Operator), no).await.unwrap();
    assert_eq!(view.entries[0].body, "朝の出来事");
    assert_eq!(view.entries[0].late_minutes(), Some(87));
    assert_eq!(view.entries.last().unwrap().body, "いまの記録");
    assert_eq!(view.entries.last().unwrap().late_minutes(), None);
    assert!(view.entries.is_sorted_by_key(|e| e.occurred_at));
});

on_each_db!(
    an_impossible_future_or_ancient_time_and_an_empty_text_are_refused_and_nothing_is_written,
    async |app: TestApp| {
        let no = app.case(json!({})).await;
        let before = app.count("entries").await;
        for (at, fault) in [
            ("2026-11-22T10:44", "time.future"),
            ("2026-02-30T10:00", "time.format"),
            ("2019-01-01T00:00", "time.too_early"),
            ("きのう", "time.format"),
        ] {
            assert_eq!(code(write(&app, no, "記録", at).await), fault, "{at}");
        }
        assert_eq!(code(write(&app, no, " \n", "").await), "text.missing");
        assert_eq!(code(write(&app, no, &"あ".repeat(10_001), "").await), "text.too_long");
        assert_eq!(code(write(&app, no, "a\u{0}b", "").await), "text.control");
        assert_eq!(app.count("entries").await, before);
    }
);

on_each_db!(only_notes_advice_and_calls_are_written_by_hand, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let new = NewEntry { kind: "moved".into(), occurred_at: String::new(), body: "完了したことにする".into() };
    assert_eq!(
        code(tickets::add_entry(&app.services, &app.ctx(Role::Operator), no, new, &None).await),
        "choice.unknown"
    );
});

on_each_db!(a_closed_ticket_may_still_be_written_on, async |app: TestApp| {
    let no = app.case(json!({ "next": "close" })).await;
    write(&app, no, "後日のお礼の電話", "").await.unwrap();
    assert_eq!(app.ticket(no).await.state.code(), "done");
});

on_each_db!(entries_written_at_the_same_moment_all_stand, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let before = app.count("entries").await;
    let bodies: Vec<_> = (0..8).map(|i| format!("同時の記録{i}")).collect();
    for done in futures::future::join_all(bodies.iter().map(|body| write(&app, no, body, ""))).await {
        done.unwrap();
    }
    assert_eq!(app.count("entries").await, before + 8);
    let ctx = app.ctx(Role::Operator);
    for body in &bodies {
        assert_eq!(tickets::find(&app.services, &ctx, body, None).await.unwrap().page.rows.len(), 1, "{body} is found");
    }
});

on_each_db!(a_long_timeline_shows_its_newest_lines_and_forgets_nothing_that_counts, async |app: TestApp| {
    let no = app.case(json!({ "narrative": "最初のご相談" })).await;
    for n in 0..120 {
        write(&app, no, &format!("記録その{n}。"), "").await.expect("an entry");
        app.clock.advance(chrono::Duration::seconds(1));
    }
    let browser = app.browser(Role::Operator).await;
    let page = browser.get(&format!("/tickets/{no}")).await.is(200).page().text("main");
    assert!(
        page.contains("以前の記録")
            && page.contains("記録その119。")
            && page.contains(&format!("記録その{}。", 120 - NEWEST)),
        "the newest"
    );
    assert!(
        !page.contains(&format!("記録その{}。", 119 - NEWEST)) && page.contains("最初のご相談"),
        "how it began stands there"
    );
    // Whoever writes down what happened earlier sees it, where the newest lines alone wouldn't show it.
    let earlier = [("kind", "note"), ("occurred_at", "2026-11-22T09:00"), ("body", "朝からの症状")];
    let back = browser.post(&format!("/tickets/{no}/entries"), &earlier).await.is(303).location().to_owned();
    assert!(browser.get(&back).await.is(200).page().text("main").contains("朝からの症状"), "{back}");
    let whole = browser.get(&format!("/tickets/{no}?all=yes")).await.is(200).page().text("main");
    assert!(whole.contains("記録その0。") && !whole.contains("以前の記録"));
    assert_eq!(app.timeline(no).await.iter().filter(|line| line.starts_with("記録その")).count(), 120);
});
