//! One call may concern several tickets, and one ticket many calls.

use madoguchi::domain::access::actor::Role;
use madoguchi::usecase::calls;
use madoguchi::usecase::calls::sheet;
use serde_json::json;

use crate::support::cases::code;
use crate::support::{TestApp, on_each_db};

on_each_db!(what_is_open_for_the_number_that_rings_is_shown_first, async |app: TestApp| {
    let open = app.case(json!({ "number": "03-5550-1234" })).await;
    app.case(json!({ "number": "03-5550-1234", "disposition": "solved", "next": "usual" })).await;
    let call = app.ring("０３ ５５５０ １２３４").await;
    let view = sheet::view(&app.services, &app.ctx(Role::Operator), call).await.unwrap();
    assert_eq!(view.open.iter().map(|t| t.number).collect::<Vec<_>>(), [open], "the closed one is not open");
    assert_eq!(view.earlier.len(), 2);
});

on_each_db!(a_second_call_is_recorded_on_the_ticket_that_is_open, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &[("narrative", "まだ直らない")]).await;
    let ended =
        app.end(call, json!({ "disposition": "solved", "next": "keep", "ticket": no.to_string() })).await.unwrap();
    assert_eq!(ended.ticket, Some(no.to_string()));
    assert_eq!((app.count("tickets").await, app.count("call_tickets").await), (1, 2));
});

on_each_db!(a_closed_ticket_is_reopened_when_the_clinic_calls_again, async |app: TestApp| {
    let no = app.case(json!({ "disposition": "solved", "next": "usual" })).await;
    assert_eq!(app.ticket(no).await.state.code(), "done");
    let call = app.ring("03-5550-1234").await;
    app.end(call, json!({ "disposition": "solved", "next": "keep", "ticket": no.to_string() })).await.unwrap();
    let ticket = app.ticket(no).await;
    assert_eq!((ticket.state.code(), ticket.closed_at), ("tier1", None));
    assert!(app.timeline(no).await.iter().any(|line| line.contains("続きのご相談")));
});

on_each_db!(one_call_of_a_secretariat_may_concern_several_tickets, async |app: TestApp| {
    let (first, second) =
        (app.case(json!({ "number": "06-1111-0001" })).await, app.case(json!({ "number": "06-1111-0002" })).await);
    let call = app.ring("06-9999-0000").await;
    let ctx = app.ctx(Role::Operator);
    for no in [first, second, first] {
        calls::link(&app.services, &ctx, call, &no.to_string()).await.unwrap();
    }
    sheet::jot(&app.services, &ctx, call, "3院分の状況を聞いた", &None).await.unwrap();
    assert_eq!(app.count("call_tickets").await, 4, "saying so twice is no harm");
    for no in [first, second] {
        assert!(app.timeline(no).await.contains(&"3院分の状況を聞いた".to_owned()), "{no}");
    }
});

on_each_db!(a_ticket_may_be_opened_while_the_call_lasts_and_the_end_finds_it, async |app: TestApp| {
    let call = app.ring("").await;
    app.fill(call, &[("narrative", "遠隔で見てほしい")]).await;
    let opened = calls::open_ticket(&app.services, &app.ctx(Role::Operator), call, &None).await.unwrap();
    let ended = app.end(call, json!({ "disposition": "solved" })).await.unwrap();
    assert_eq!(ended.ticket, opened.ticket);
    assert_eq!(app.count("tickets").await, 1);
});

on_each_db!(a_number_that_no_ticket_has_is_refused_beside_its_field, async |app: TestApp| {
    let call = app.ring("").await;
    let ctx = app.ctx(Role::Operator);
    for typed in ["2026-999999", "番号", ""] {
        assert_eq!(code(calls::link(&app.services, &ctx, call, typed).await), "ticket.unknown", "{typed}");
    }
    let end = json!({ "disposition": "solved", "ticket": "2026-999999" });
    assert_eq!(code(app.end(call, end).await), "ticket.unknown");
    assert_eq!(app.count("call_tickets").await, 0);
});
