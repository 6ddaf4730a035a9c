//! The hand-over of a shift: asked for before the line closes, signed with what is left, taken by who opens.

use chrono::Duration;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::desks::handover::{Left, Prompt};
use madoguchi::store::desks::handover as kept;
use madoguchi::usecase::desks::handover::{asked, forget_old, sign, take};
use serde_json::json;

use crate::support::app::tokyo;
use crate::support::cases::refused;
use crate::support::{TestApp, on_each_db};

on_each_db!(who_leaves_signs_what_is_left_and_who_opens_takes_it, async |app: TestApp| {
    let promised = json!({ "disposition": "call_back", "next": "usual", "callback_at": "2026-11-23T09:00", "callback_note": "復旧の確認" });
    let no = app.case(promised).await;
    app.case(json!({ "disposition": "escalated", "next": "usual", "next_reason": "全台停止" })).await;
    app.clock.set(tokyo("2026-11-22 20:44:00"));
    assert_eq!(asked(&app.services, &app.ctx(Role::Operator)).await.unwrap(), Prompt::Nothing);
    app.clock.set(tokyo("2026-11-22 20:46:00"));
    let operator = app.browser(Role::Operator).await;
    assert!(operator.get("/").await.is(200).page().text("main").contains("引き継ぎに署名してください"));
    let page = operator.get("/handover").await.is(200).page().text("main");
    assert!(page.contains("復旧の確認") && page.contains(&no.to_string()) && page.contains("2次対応待ち"), "{page}");
    operator.post("/handover", &[("words", "朝9時の折返しを忘れずに")]).await.is(303);
    assert!(!operator.get("/").await.page().text("main").contains("署名してください"), "once is enough");
    let signed = kept::last(&app.services.store).await.unwrap().unwrap();
    assert_eq!(signed.left, Left { callbacks: 1, waiting: 1, clocks: 1, ..Left::default() });

    app.clock.set(tokyo("2026-11-23 06:00:00"));
    let morning = app.browser(Role::Specialist).await;
    assert!(morning.get("/").await.is(200).page().text("main").contains("前の担当からの引き継ぎがあります"));
    let page = morning.get("/handover").await.is(200).page().text("main");
    assert!(page.contains("朝9時の折返しを忘れずに") && page.contains("折返し 1件、2次対応待ち 1件"), "{page}");
    morning.post(&format!("/handover/{}/taken", signed.id), &[]).await.is(303);
    assert!(!morning.get("/").await.page().text("main").contains("引き継ぎがあります"));
    let page = morning.get("/handover").await.page().text("main");
    assert!(page.contains("確認済みの引き継ぎ") && page.contains("秋葉"), "who took it: {page}");
    let late = take(&app.services, &app.ctx(Role::Operator), signed.id).await;
    assert_eq!(refused(late).code, "handover.taken");
});

on_each_db!(of_two_who_take_one_hand_over_at_one_moment_one_does, async |app: TestApp| {
    sign(&app.services, &app.ctx(Role::Operator), "").await.expect("signed");
    let id = kept::last(&app.services.store).await.unwrap().unwrap().id;
    let (one, other) = (app.ctx(Role::Specialist), app.ctx(Role::Supervisor));
    let taken = tokio::join!(take(&app.services, &one, id), take(&app.services, &other, id));
    assert_eq!([taken.0.is_ok(), taken.1.is_ok()].iter().filter(|ok| **ok).count(), 1, "{taken:?}");
});

on_each_db!(what_is_too_long_is_told_and_stays_and_old_words_go, async |app: TestApp| {
    let operator = app.browser(Role::Operator).await;
    let long = "あ".repeat(10_001);
    let page = operator.post("/handover", &[("words", &long)]).await.is(422).page();
    assert!(page.has("#words-error") && page.area("words") == long);
    assert_eq!(app.count("handovers").await, 0);
    operator.post("/handover", &[("words", "夜間の障害")]).await.is(303);
    let now = app.ctx(Role::Operator).now;
    assert_eq!(forget_old(&app.services, now + Duration::days(29)).await.unwrap(), 0);
    assert_eq!(forget_old(&app.services, now + Duration::days(31)).await.unwrap(), 1);
});

on_each_db!(clerks_and_readers_of_reports_have_no_hand_over, async |app: TestApp| {
    for role in [Role::Clerk, Role::JmaReader, Role::Administrator] {
        app.browser(role).await.get("/handover").await.is(404);
    }
});
