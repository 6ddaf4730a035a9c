//! Bad input: a message beside its field, the text kept, 4xx with a stable code, and no row half-written.

use madoguchi::domain::access::actor::Role;
use serde_json::json;

use crate::support::{TestApp, on_each_db};

on_each_db!(what_cannot_be_taken_on_a_ticket_is_said_beside_its_field_and_the_text_is_kept, async |app: TestApp| {
    let ticket = format!("/tickets/{}", app.case(json!({})).await);
    let browser = app.browser(Role::Operator).await;
    let before = app.counts(&["audit_entries", "audit_subjects"]).await;
    let (long, note) = ("長".repeat(10_001), "大事な記録");
    let now_on = "2026-11-22T23:00";
    for (path, fields, field, kept) in [
        ("entries", vec![("body", "a\0b")], "body", ""),
        ("entries", vec![("body", long.as_str())], "body", long.as_str()),
        ("entries", vec![("body", note), ("occurred_at", now_on)], "occurred_at", note),
        ("entries", vec![("body", note), ("occurred_at", "2026-02-30T10:00")], "occurred_at", note),
        ("entries", vec![("body", "")], "body", ""),
        ("transitions", vec![("transition", "close"), ("result", ""), ("version", "1")], "result", ""),
        ("transitions", vec![("transition", "escalate"), ("reason", ""), ("version", "1")], "reason-escalate", ""),
        ("change", vec![("incident", "nonsense"), ("version", "1")], "incident", ""),
    ] {
        let answer = browser.post(&format!("{ticket}/{path}"), &fields).await.is(422);
        let page = answer.page();
        assert!(page.has(&format!("#{field}-error")), "{path} {field}: {}", answer.said());
        assert!(!page.text(&format!("#{field}-error")).is_ascii(), "{field}: in Japanese");
        if !kept.is_empty() {
            assert_eq!(page.area("body"), kept, "the text is kept");
        }
    }
    assert_eq!(app.counts(&["audit_entries", "audit_subjects"]).await, before);
});

on_each_db!(a_stale_version_is_a_conflict_in_words, async |app: TestApp| {
    let ticket = format!("/tickets/{}", app.case(json!({})).await);
    let browser = app.browser(Role::Operator).await;
    for version in ["0", "99", "x", "9223372036854775807", "-1"] {
        let fields = [("transition", "watch"), ("reason", "様子"), ("version", version)];
        let answer = browser.post(&format!("{ticket}/transitions"), &fields).await.is(409);
        assert!(answer.page().text("[role=alert]").contains("更新しました"), "{version}");
    }
});

on_each_db!(a_call_that_cannot_end_stays_open_with_what_was_filled_in, async |app: TestApp| {
    let call = app.ring("").await;
    let browser = app.browser(Role::Operator).await;
    let path = format!("/calls/{call}/end");
    for (fields, field) in [
        (vec![("disposition", "")], "disposition"),
        (vec![("disposition", "nonsense")], "disposition"),
        (vec![("disposition", "call_back"), ("callback_note", "復旧の確認")], "callback_at"),
        (
            vec![("disposition", "call_back"), ("callback_at", "2020-01-01T10:00"), ("callback_note", "復旧の確認")],
            "callback_at",
        ),
        (vec![("disposition", "solved"), ("ticket", "2026-999999"), ("callback_note", "復旧の確認")], "ticket"),
        (vec![("disposition", "solved"), ("result", "nonsense")], "result"),
        (vec![("disposition", "escalated"), ("next_reason", "")], "next_reason"),
    ] {
        let answer = browser.post(&path, &fields).await.is(422);
        assert!(answer.page().has(&format!("#{field}-error")), "{fields:?}: {}", answer.said());
        if fields.iter().any(|(name, _)| *name == "callback_note") {
            assert_eq!(answer.page().attribute("[name=callback_note]", "value"), "復旧の確認");
        }
    }
    assert_eq!((app.count("tickets").await, app.count("callbacks").await), (0, 0));
    browser.post(&path, &[("disposition", "wrong")]).await.is(303);
});

on_each_db!(a_save_answers_in_json_what_was_taken_and_what_not, async |app: TestApp| {
    let call = app.ring("").await;
    let browser = app.browser(Role::Operator).await;
    let path = format!("/calls/{call}/sheet");
    let fields = [("f.caller_name", "柏木"), ("v.caller_name", "0"), ("f.incident", "nonsense"), ("v.incident", "0")];
    let answer = browser.post(&path, &fields).await.is(422);
    assert_eq!(
        (answer.json()["versions"]["caller_name"].as_i64(), answer.faults()),
        (Some(1), vec!["incident: choice.unknown".to_owned()])
    );
    let conflict = browser.post(&path, &[("f.caller_name", "樫木"), ("v.caller_name", "0")]).await.is(409).json();
    assert_eq!(conflict["conflicts"][0]["theirs"], "柏木");
    browser.post(&path, &[("f.nothing", "x"), ("v.caller_name", "x")]).await.is(200);
    for version in ["-1", "99999999999999999999", "x"] {
        let answer = browser.post(&path, &[("f.narrative", "文"), ("v.narrative", version)]).await;
        assert!(answer.status < 500, "{version}: {}", answer.text());
    }
});

on_each_db!(a_megabyte_is_refused_on_pages_too, async |app: TestApp| {
    let ticket = format!("/tickets/{}", app.case(json!({})).await);
    let browser = app.browser(Role::Operator).await;
    let before = app.count("entries").await;
    let answer = browser.post(&format!("{ticket}/entries"), &[("body", &"a".repeat(1_048_576))]).await.is(413);
    assert_eq!((answer.code(), answer.page().text("h1")), ("request.too_large".into(), "文章が長すぎます".into()));
    assert_eq!(app.count("entries").await, before);
});

on_each_db!(forms_that_are_none_are_refused_and_never_a_failure_of_ours, async |app: TestApp| {
    let ticket = format!("/tickets/{}", app.case(json!({})).await);
    let call = format!("/calls/{}", app.ring("").await);
    let browser = app.browser(Role::Supervisor).await;
    let bodies = [
        "%",
        "%ff%fe",
        "a=%00",
        "body=%00",
        "f.narrative=%00&v.narrative=0",
        "q=%00",
        "=",
        "&&&",
        "transition=%F0%9F",
        "phone=%00",
        "phone=abc",
    ];
    for path in [
        "/calls",
        "/tickets/search",
        "/session",
        &format!("{ticket}/entries"),
        &format!("{ticket}/transitions"),
        &format!("{ticket}/change"),
        &format!("{ticket}/evidence"),
        &format!("{ticket}/remotes"),
        &format!("{call}/sheet"),
        &format!("{call}/notes"),
        &format!("{call}/links"),
        &format!("{call}/verification"),
        &format!("{call}/end"),
        "/account/password",
    ] {
        for body in bodies {
            let answer = browser.post_text(path, body.to_owned()).await;
            assert!(answer.status < 500, "{path} {body}: {}", answer.said());
        }
    }
});

on_each_db!(days_and_keys_in_addresses_that_are_none_are_absent, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    for path in [
        "/calls?day=2026-02-30",
        "/calls?day=x",
        "/tickets/2026-0",
        "/tickets/%00",
        "/calls/x",
        "/tickets/99999-1",
        "/calls/00000000-0000-0000-0000-000000000000",
        "/tickets?before=99999999999999999999",
    ] {
        browser.get(path).await.is(404);
    }
    for path in [
        "/calls?day=+262142-12-31",
        "/calls?day=-262143-01-01",
        "/calls?day=9999-12-31",
        "/tickets?before=-9223372036854775808",
    ] {
        let answer = browser.get(path).await;
        assert!(answer.status < 500, "{path}: {}", answer.said());
    }
    let admin = app.browser(Role::Administrator).await;
    for before in ["x", "9223372036854775807", "-9223372036854775808", "0", "1"] {
        let answer = admin.get(&format!("/audit?before={before}")).await;
        assert!(answer.status < 500, "{before}: {}", answer.said());
    }
});

on_each_db!(an_account_that_cannot_be_made_keeps_what_was_typed, async |app: TestApp| {
    let admin = app.browser(Role::Administrator).await;
    for (login, role, field) in
        [("佐藤", "operator", "login"), ("kanda", "operator", "login"), ("shinjin", "king", "role")]
    {
        let answer =
            admin.post("/accounts", &[("login", login), ("name", "新人 つくし"), ("role", role)]).await.is(422);
        assert!(answer.page().has(&format!("#{field}-error")), "{login} {role}");
        assert_eq!(answer.page().attribute("[name=name]", "value"), "新人 つくし");
    }
    for (fields, field) in [
        (vec![("name", ""), ("role", "clerk")], "name"),
        (vec![("name", "x"), ("role", "clerk"), ("days", "many")], "days"),
        (vec![("name", "x"), ("role", "clerk"), ("scopes", "everything")], "scopes"),
    ] {
        let answer = admin.post("/tokens", &fields).await.is(422);
        assert!(answer.page().has(&format!("#{field}-error")), "{fields:?}");
    }
});

on_each_db!(what_was_refused_stands_again_in_its_own_form_and_in_no_other, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let ticket = format!("/tickets/{no}");
    let browser = app.browser(Role::Supervisor).await;
    let long = "長".repeat(10_001);
    let leave = [("transition", "leave"), ("exit", "out_of_scope"), ("reason", long.as_str()), ("version", "1")];
    let page = browser.post(&format!("{ticket}/transitions"), &leave).await.is(422).page();
    assert_eq!(page.attribute("#reason-leave", "value"), long);
    assert!(page.has("#reason-leave-error") && page.has("option[value=out_of_scope][selected]"));
    for other in ["#reason-escalate", "#reason-watch"] {
        assert!(page.has(other) && page.attributes(other, "value").iter().all(String::is_empty), "{other}");
        assert!(!page.has(&format!("{other}-error")), "{other}");
    }
    let hold = [("hold_reason", ""), ("note", "係争中の補足"), ("version", "1")];
    let page = browser.post(&format!("{ticket}/holds"), &hold).await.is(422).page();
    assert_eq!(
        (page.attribute("#holds [name=note]", "value").as_str(), page.area("body").as_str()),
        ("係争中の補足", "")
    );
    let change = [("incident", "nonsense"), ("severity", "low"), ("take_over", "yes"), ("version", "1")];
    let page = browser.post(&format!("{ticket}/change"), &change).await.is(422).page();
    assert!(page.has("option[value=low][selected]") && page.has("input[name=take_over][checked]"));
});

on_each_db!(what_was_typed_into_a_form_that_is_gone_meanwhile_is_shown_to_be_copied, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let path = format!("/tickets/{no}/transitions");
    let (one, other) = (app.browser(Role::Operator).await, app.browser(Role::Supervisor).await);
    let away = [("transition", "escalate"), ("reason", "全台停止"), ("version", "1")];
    other.post(&path, &away).await.is(303);
    let typed = "長い経過を書いた言葉";
    let stale = [("transition", "watch"), ("reason", typed), ("version", "1")];
    let page = one.post(&path, &stale).await.is(409).page();
    assert!(page.text("main").contains(typed) && page.text("[role=alert]").contains("ほかの人"));
    for reason in ["\0", typed] {
        let odd = [("transition", "leave"), ("exit", "nonsense"), ("reason", reason), ("version", "2")];
        let page = one.post(&path, &odd).await.is(422).page();
        assert!(page.has("[role=alert]"), "why, though the form is gone");
        assert!(reason.len() == 1 || page.text("main").contains(reason));
    }
});
