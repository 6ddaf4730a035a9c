//! Hours of service: by arrival, 06:00:00 in, 21:00:00 out, Tokyo.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::Direction;
use madoguchi::store::calls as memory;
use madoguchi::usecase::calls;
use madoguchi::usecase::desks::supervision;
use serde_json::json;

use crate::support::app::tokyo;
use crate::support::cases::code;
use crate::support::{TestApp, on_each_db};

const BOUNDARIES: [(&str, bool); 4] = [
    ("2026-11-22 05:59:59", true),
    ("2026-11-22 06:00:00", false),
    ("2026-11-22 20:59:59", false),
    ("2026-11-22 21:00:00", true),
];

on_each_db!(the_opening_second_is_in_and_the_closing_second_is_out, async |app: TestApp| {
    for (at, outside) in BOUNDARIES {
        app.clock.set(tokyo(at));
        let call = app.ring("03-5550-0003").await;
        assert_eq!(memory::find(&app.services.store, call).await.unwrap().unwrap().out_of_hours, outside, "{at}");
    }
});

on_each_db!(a_call_that_arrived_in_time_is_served_however_late_it_ends, async |app: TestApp| {
    app.clock.set(tokyo("2026-11-22 20:59:59"));
    let call = app.ring("").await;
    app.clock.set(tokyo("2026-11-22 22:15:00"));
    app.end(call, json!({ "disposition": "scheme_info" })).await.unwrap();
});

on_each_db!(a_call_outside_hours_needs_its_reason_and_is_reviewed_by_somebody_else, async |app: TestApp| {
    app.clock.set(tokyo("2026-11-22 21:00:00"));
    let call = app.ring("").await;
    assert_eq!(code(app.end(call, json!({ "disposition": "wrong" })).await), "call.out_of_hours_reason");
    app.fill(call, &[("out_of_hours_reason", "診療が止まっているため")]).await;
    app.end(call, json!({ "disposition": "wrong" })).await.unwrap();

    let day = supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap();
    assert_eq!(day.to_review.iter().map(|c| c.id).collect::<Vec<_>>(), [call]);
    supervision::review_call(&app.services, &app.ctx(Role::Supervisor), call).await.unwrap();
    let again = supervision::review_call(&app.services, &app.ctx_of("komagome"), call).await;
    assert_eq!(code(again), "review.done");
    assert!(supervision::day(&app.services, &app.ctx(Role::Supervisor)).await.unwrap().to_review.is_empty());
});

on_each_db!(a_supervisor_does_not_review_the_call_they_took, async |app: TestApp| {
    let ctx = app.ctx(Role::Supervisor);
    let call = calls::start(&app.services, &ctx, Direction::Inbound, "", &None).await.unwrap().call;
    let end = crate::support::cases::conclusion(json!({ "disposition": "wrong", "complaint": true }));
    calls::end(&app.services, &ctx, call, end, &None).await.unwrap();
    assert_eq!(code(supervision::review_call(&app.services, &ctx, call).await), "review.own");
    supervision::review_call(&app.services, &app.ctx_of("komagome"), call).await.unwrap();
});

on_each_db!(calls_that_the_desk_makes_have_no_hours, async |app: TestApp| {
    app.clock.set(tokyo("2026-11-22 23:00:00"));
    let ctx = app.ctx(Role::Operator);
    let call = calls::start(&app.services, &ctx, Direction::Outbound, "03-5550-0004", &None).await.unwrap().call;
    assert!(!memory::find(&app.services.store, call).await.unwrap().unwrap().out_of_hours);
});

on_each_db!(a_call_logged_afterwards_is_judged_by_when_it_arrived, async |app: TestApp| {
    let night = json!({ "arrived_at": "2026-11-21T12:00:00Z", "ended_at": "2026-11-21T12:10:00Z" });
    assert_eq!(code(app.log(night).await), "call.out_of_hours_reason");
    let before = json!({ "arrived_at": "2026-11-21T11:59:59Z", "ended_at": "2026-11-21T12:10:00Z" });
    app.log(before).await.unwrap();
});
