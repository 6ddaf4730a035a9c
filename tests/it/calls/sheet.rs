//! Typing on the sheet: fields carry versions, desks don't overwrite each other, nothing is half-written.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::sheet::SheetField;
use madoguchi::store::calls;
use madoguchi::usecase::Error;
use madoguchi::usecase::calls::sheet;
use serde_json::json;

use crate::support::cases::{change, code, typed};
use crate::support::{TestApp, on_each_db};

on_each_db!(each_save_of_a_field_is_its_next_version, async |app: TestApp| {
    let call = app.ring("03-5550-0001").await;
    let ctx = app.ctx(Role::Operator);
    let first = sheet::save(&app.services, &ctx, call, &[change("narrative", "画面が", 0)]).await.unwrap();
    let second = sheet::save(&app.services, &ctx, call, &[change("narrative", "画面が暗い", 1)]).await.unwrap();
    assert_eq!((&first.versions[0].1, &second.versions[0].1), (&1, &2));
    let held = calls::sheet(&app.services.store, call).await.unwrap();
    assert_eq!((held.text(SheetField::Narrative), held.text(SheetField::Phone)), ("画面が暗い", "03-5550-0001"));
});

on_each_db!(two_desks_typing_different_fields_merge, async |app: TestApp| {
    let call = app.ring("").await;
    let (one, other) = (app.ctx_of("kanda"), app.ctx_of("ueno"));
    sheet::save(&app.services, &one, call, &[change("caller_name", "柏木", 0)]).await.unwrap();
    let saved = sheet::save(&app.services, &other, call, &[change("narrative", "起動しない", 0)]).await.unwrap();
    assert!(saved.conflicts.is_empty());
    let held = calls::sheet(&app.services.store, call).await.unwrap();
    assert_eq!((held.text(SheetField::CallerName), held.text(SheetField::Narrative)), ("柏木", "起動しない"));
});

on_each_db!(the_same_field_typed_at_two_desks_shows_both_texts_and_overwrites_neither, async |app: TestApp| {
    let call = app.ring("").await;
    sheet::save(&app.services, &app.ctx_of("kanda"), call, &[change("narrative", "暗い", 0)]).await.unwrap();
    let late = sheet::save(&app.services, &app.ctx_of("ueno"), call, &[change("narrative", "赤い", 0)]).await.unwrap();
    assert!(late.versions.is_empty());
    let conflict = &late.conflicts[0];
    assert_eq!((conflict.name.as_str(), conflict.theirs.as_str(), conflict.version), ("narrative", "暗い", 1));
    assert_eq!(calls::sheet(&app.services.store, call).await.unwrap().text(SheetField::Narrative), "暗い");
});

on_each_db!(both_desks_typing_the_same_is_no_conflict, async |app: TestApp| {
    let call = app.ring("").await;
    for login in ["kanda", "ueno"] {
        let saved =
            sheet::save(&app.services, &app.ctx_of(login), call, &[change("narrative", "暗い", 0)]).await.unwrap();
        assert!(saved.conflicts.is_empty());
    }
    assert_eq!(calls::sheet(&app.services.store, call).await.unwrap().version(SheetField::Narrative), 1);
});

on_each_db!(of_desks_saving_at_the_same_moment_one_is_first, async |app: TestApp| {
    let call = app.ring("").await;
    let desks: Vec<_> = (0..6).map(|i| (app.ctx_of("kanda"), [change("narrative", &format!("文{i}"), 0)])).collect();
    let saves = desks.iter().map(|(ctx, changes)| sheet::save(&app.services, ctx, call, changes));
    let saved: Vec<_> = futures::future::join_all(saves).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(saved.iter().filter(|s| !s.versions.is_empty()).count(), 1);
    assert_eq!(saved.iter().filter(|s| !s.conflicts.is_empty()).count(), 5);
});

on_each_db!(a_field_that_cannot_be_taken_does_not_keep_the_others_from_being_saved, async |app: TestApp| {
    let call = app.ring("").await;
    let long = "あ".repeat(201);
    let fields =
        [("incident", "nonsense"), ("caller_name", long.as_str()), ("narrative", "\0"), ("facility", "榎本医院")];
    let saved = app.fill(call, &fields).await;
    let faults: Vec<_> = saved.faults.iter().map(|f| (f.name.as_str(), f.code.as_str())).collect();
    let expected = [("incident", "choice.unknown"), ("caller_name", "text.too_long"), ("narrative", "text.control")];
    assert_eq!(faults, expected);
    let held = calls::sheet(&app.services.store, call).await.unwrap();
    assert_eq!((held.text(SheetField::Facility), held.text(SheetField::CallerName)), ("榎本医院", ""));
});

on_each_db!(what_a_page_leaves_in_pasted_text_stops_no_call, async |app: TestApp| {
    let call = app.ring("").await;
    let fields = [
        ("narrative", "上\u{b}下\u{c}\u{1b}[0m尾\u{85}終"),
        ("facility", "榎本\tみどり医院"),
        ("phone", "\u{202a}03-7000-1234\u{202c}"),
        ("number", "\u{feff}234567\u{200b}"),
    ];
    let saved = app.fill(call, &fields).await;
    assert!(saved.faults.is_empty(), "{:?}", saved.faults);
    let held = calls::sheet(&app.services.store, call).await.unwrap();
    assert_eq!(held.text(SheetField::Narrative), "上\n下\n[0m尾\n終");
    assert_eq!(held.text(SheetField::Facility), "榎本 みどり医院");
    assert_eq!(held.text(SheetField::Phone), "03-7000-1234");
});

on_each_db!(what_is_typed_is_kept_to_the_letter, async |app: TestApp| {
    let call = app.ring("").await;
    let text = "😱 <b>'; DROP TABLE tickets;--</b>\n二行目\t字下げ";
    app.fill(call, &[("narrative", text)]).await;
    assert_eq!(calls::sheet(&app.services.store, call).await.unwrap().text(SheetField::Narrative), text);
});

on_each_db!(an_ended_calls_sheet_is_closed, async |app: TestApp| {
    let call = app.ring("").await;
    app.end(call, json!({ "disposition": "wrong" })).await.unwrap();
    let ctx = app.ctx(Role::Operator);
    assert_eq!(
        code(sheet::save(&app.services, &ctx, call, &typed(&[("narrative", "後から")])).await),
        "call.already_ended"
    );
    assert_eq!(code(sheet::jot(&app.services, &ctx, call, "後から", &None).await), "call.already_ended");
    assert_eq!(app.count("sheet_fields").await, 0);
});

on_each_db!(typing_on_a_call_that_is_not_there_is_not_found, async |app: TestApp| {
    let nothing = madoguchi::domain::id::CallId(uuid::Uuid::new_v4());
    let saved = sheet::save(&app.services, &app.ctx(Role::Operator), nothing, &typed(&[("narrative", "x")])).await;
    assert!(matches!(saved, Err(Error::NotFound("call"))));
    assert_eq!(app.count("sheet_history").await, 0);
});

on_each_db!(a_clerk_may_not_type_on_a_sheet, async |app: TestApp| {
    let call = app.ring("").await;
    let saved = sheet::save(&app.services, &app.ctx(Role::Clerk), call, &typed(&[("narrative", "x")])).await;
    assert!(matches!(saved, Err(Error::Forbidden(_))));
});

on_each_db!(a_card_that_was_said_is_stamped_and_an_unknown_one_is_not_found, async |app: TestApp| {
    let call = app.ring("").await;
    let ctx = app.ctx(Role::Operator);
    sheet::stamp(&app.services, &ctx, call, "sharing", "told").await.unwrap();
    assert!(matches!(sheet::stamp(&app.services, &ctx, call, "sharing", "maybe").await, Err(Error::NotFound(_))));
    let said = sheet::view(&app.services, &ctx, call).await.unwrap().entries;
    assert_eq!((said.len(), said[0].data["answer"].as_str()), (1, Some("told")));
});

on_each_db!(a_call_typed_in_one_browser_goes_on_in_another, async |app: TestApp| {
    let call = app.ring("03-5550-0002").await;
    app.fill(call, &[("narrative", "途中まで")]).await;
    let twin = app.twin().await;
    let view = sheet::view(&twin.services, &app.ctx_of("ueno"), call).await.unwrap();
    assert_eq!((view.sheet.text(SheetField::Narrative), view.operator.as_str()), ("途中まで", "神田 うめ"));
});

on_each_db!(a_small_form_of_the_sheet_sent_again_is_done_once, async |app: TestApp| {
    let call = app.ring("").await.0;
    let desk = app.browser(Role::Operator).await;
    let (notes, tickets) = (format!("/calls/{call}/notes"), format!("/calls/{call}/tickets"));
    for _ in 0..2 {
        desk.post(&notes, &[("body", "LANケーブルを抜くよう案内"), ("once", "a")]).await.is(303);
        desk.post(&tickets, &[("body", ""), ("once", "a")]).await.is(303);
    }
    let noted = "SELECT COUNT(*) AS n FROM entries WHERE body = 'LANケーブルを抜くよう案内'";
    assert_eq!((app.number(noted).await, app.count("tickets").await), (1, 1));
    for key in ["鍵", &"k".repeat(65)] {
        desk.post(&tickets, &[("body", ""), ("once", key)]).await.is(422);
    }
    assert_eq!(app.count("tickets").await, 1, "what can't be told apart from its repetition isn't done");
    let page = desk.get(&format!("/calls/{call}")).await.is(200).page();
    assert!(page.has("#part-log input[name=once]"));
});

on_each_db!(a_card_pressed_by_mistake_is_taken_back_and_stays_struck_through, async |app: TestApp| {
    let call = app.ring("").await;
    let operator = app.browser(Role::Operator).await;
    app.fill(call, &[("incident", "ransomware")]).await;
    let (stamps, back) = (format!("/calls/{call}/stamps"), format!("/calls/{call}/stamps/back"));
    let sheet = async || operator.get(&format!("/calls/{call}")).await.is(200).page();
    assert_eq!(sheet().await.attribute("#part-cards", "data-card"), "unplug");
    operator.post(&stamps, &[("card", "unplug"), ("answer", "unplugged")]).await.is(303);
    app.clock.advance(chrono::Duration::seconds(1));
    operator.post(&stamps, &[("card", "unplug"), ("answer", "wireless")]).await.is(303);
    assert_eq!(app.count("entries").await, 1, "said twice, it stands there once");
    assert_eq!(sheet().await.attribute("#part-cards", "data-card"), "keep_screen");
    app.clock.advance(chrono::Duration::seconds(1));
    operator.post(&back, &[("card", "unplug")]).await.is(303);
    operator.post(&back, &[("card", "unplug")]).await.is(303);
    assert_eq!(app.count("entries").await, 2, "taken back once");
    let page = sheet().await;
    assert_eq!(page.attribute("#part-cards", "data-card"), "unplug");
    assert!(page.text("#part-log s").contains("抜いた"), "kept, struck through");
    assert!(page.text("#part-log").contains("取消："));
    operator.post(&back, &[("card", "nonsense")]).await.is(404);
});
