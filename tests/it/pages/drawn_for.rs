//! Two people at one browser: what a page was drawn for is done in nobody else's name; and every way in leads back to where
//! one was going.

use axum::body::Body;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use madoguchi::domain::access::actor::Role;
use madoguchi::web::Access;
use serde_json::json;

use crate::support::app::fresh_code;
use crate::support::people::PASSWORD;
use crate::support::{Answer, Client, TestApp, on_each_db};

/// Sends a form without the header that scripts send.
async fn natively(browser: &Client, path: &str, form: &str, content: &str) -> Answer {
    let request = browser.request(Method::POST, path).header(CONTENT_TYPE, content);
    browser.passed(request.body(Body::from(form.to_owned())).unwrap()).await
}

const FORM: &str = "application/x-www-form-urlencoded";

on_each_db!(a_form_of_anothers_page_does_nothing_and_gives_back_what_was_written, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let path = format!("/tickets/{no}/entries");
    let (kanda, akiba) = (app.browser(Role::Operator).await, app.browser(Role::Specialist).await);
    let (own, anothers) = (akiba.drawn_for().await, kanda.drawn_for().await);
    assert_ne!(own, anothers);
    let page = kanda.get(&format!("/tickets/{no}")).await.page();
    assert!(page.attributes("main form[method=post] > [name=for]", "value").iter().all(|mark| *mark == anothers));
    let typed = "kind=note&body=%E5%8F%97%E4%BB%98%E3%81%AE%E7%AB%AF%E6%9C%AB";
    for (form, code) in [
        (format!("{typed}&for={anothers}"), "page.of_another"),
        (format!("for={own}&{typed}&for={anothers}"), "page.of_another"),
        (typed.to_owned(), "page.unmarked"),
        (format!("{typed}&for="), "page.unmarked"),
        (format!("{typed}&for=%22%3E%3Cscript%3E"), "page.unmarked"),
    ] {
        let answer = natively(&akiba, &path, &form, FORM).await.is(409);
        assert_eq!((answer.code().as_str(), answer.header("madoguchi-problem")), (code, code), "{form}");
        assert!(answer.text().contains("受付の端末") && answer.text().contains("何も保存していません"), "{form}");
        assert_eq!(answer.text().contains("この画面は神田 うめさん"), code == "page.of_another", "{form}");
    }
    assert_eq!(app.timeline(no).await.iter().filter(|line| line.contains("受付の端末")).count(), 0);
    natively(&akiba, &path, &format!("{typed}&for={own}"), FORM).await.is(303);
    assert_eq!(app.timeline(no).await.iter().filter(|line| line.contains("受付の端末")).count(), 1);
});

on_each_db!(what_scripts_send_from_anothers_page_saves_nothing, async |app: TestApp| {
    let call = app.ring("03-5550-1234").await;
    let (kanda, akiba) = (app.browser(Role::Operator).await, app.browser(Role::Specialist).await);
    let anothers = kanda.drawn_for().await;
    for (mark, status) in [(anothers.as_str(), 409), ("", 409), (akiba.drawn_for().await.as_str(), 200)] {
        let request = akiba.request(Method::POST, &format!("/calls/{call}/sheet")).header(CONTENT_TYPE, FORM);
        let request = request.header("madoguchi-for", mark);
        akiba.passed(request.body(Body::from("f.narrative=x&v.narrative=0")).unwrap()).await.is(status);
        let looks_again = akiba.request(Method::GET, "/tickets").header("madoguchi-for", mark);
        akiba.passed(looks_again.body(Body::empty()).unwrap()).await.is(status);
    }
});

on_each_db!(no_page_takes_anything_without_its_mark, async |app: TestApp| {
    let browser = app.browser(Role::Administrator).await;
    let web = app.app.web();
    let doors: Vec<_> = web.routes.iter().filter(|route| route.method == Method::POST).collect();
    assert!(doors.len() > 60);
    for route in doors.into_iter().filter(|route| matches!(route.access, Access::Page(_))) {
        if route.path == "/tickets/search" {
            natively(&browser, route.path, "q=x", FORM).await.is(404); // shows only, and not to an administrator
            continue;
        }
        let path = route.path.replace("{no}", "2026-000001").replace(['{', '}'], "");
        for content in [FORM, "multipart/form-data; boundary=x", "application/json", "text/plain"] {
            let answer = natively(&browser, &path, "a=b", content).await;
            assert_eq!((answer.status, answer.code().as_str()), (409, "page.unmarked"), "{path} {content}");
        }
    }
});

on_each_db!(a_file_goes_along_with_its_pages_mark_in_its_address, async |app: TestApp| {
    let browser = app.browser(Role::Administrator).await;
    let page = browser.get("/directory/imports").await.is(200).page();
    let action = page.attribute("#import-form", "action");
    assert_eq!(action, format!("/directory/imports?for={}", browser.drawn_for().await));
});

on_each_db!(the_way_in_leads_back_to_where_one_was_going, async |app: TestApp| {
    let no = app.case(json!({})).await;
    for going in [format!("/tickets/{no}"), "/tickets?state=all&opened=today".into(), "/calls".into()] {
        let asked = app.stranger().get(&going).await.is(303);
        let sign_in = app.stranger().get(asked.location()).await.is(200).page();
        let to = sign_in.attribute("form [name=to]", "value");
        assert_eq!(to, going);
        let wrong = [("login", "kanda"), ("password", "ちがうパスワード"), ("to", to.as_str())];
        let again = app.stranger().post("/session", &wrong).await.is(422).page();
        assert_eq!(again.attribute("form [name=to]", "value"), going, "an error keeps the way");
        let right = [("login", "kanda"), ("password", PASSWORD), ("to", to.as_str())];
        let half = app.stranger().post("/session", &right).await.is(303);
        let browser = app.stranger().with_cookie(half.cookie());
        let second = browser.get(half.location()).await.is(200).page();
        let to = second.attribute("form[action='/session/second'] [name=to]", "value");
        let code = fresh_code(&app.db.url, &app.clock).await;
        let done = browser.post("/session/second", &[("code", &code), ("to", &to)]).await.is(303);
        assert_eq!(done.location(), going);
    }
    let home = app.stranger().get("/").await.is(303);
    assert_eq!(home.location(), "/session/new", "home needs no telling");
    let lost = app.stranger().post(&format!("/tickets/{no}/entries"), &[("body", "x")]).await.is(303);
    assert_eq!(lost.location(), format!("/session/new?to=/tickets/{no}/entries"));
    let browser = app.browser(Role::Operator).await;
    assert_eq!(browser.get(&format!("/tickets/{no}/entries")).await.is(303).location(), format!("/tickets/{no}"));
});

on_each_db!(nobody_is_led_elsewhere_on_the_way_in, async |app: TestApp| {
    for to in ["//evil.example", "https://evil.example", "/\\evil.example", "/session/end", "javascript:alert(1)"] {
        let query = serde_urlencoded::to_string([("to", to)]).unwrap();
        let page = app.stranger().get(&format!("/session/new?{query}")).await;
        assert!(!page.is(200).page().has("form [name=to]"), "{to}");
        let browser = app.stranger().half_in("kanda", PASSWORD).await;
        let code = fresh_code(&app.db.url, &app.clock).await;
        let done = browser.post("/session/second", &[("code", &code), ("to", to)]).await.is(303);
        assert_eq!(done.location(), "/", "{to}");
    }
});

on_each_db!(what_is_not_there_is_told_in_the_frame_of_whoever_is_in, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    for path in ["/tickets/2026-000777", "/nothing/here", "/day"] {
        let page = browser.get(path).await.is(404).page();
        assert!(page.has("[data-frame=desk] nav") && page.text("h1") == "見つかりません", "{path}");
        let stranger = app.stranger().get(path).await;
        assert!(stranger.status == 303 || stranger.page().has("[data-frame=bare]"), "{path}");
    }
    let half = app.stranger().half_in("kanda", PASSWORD).await;
    assert!(half.get("/nothing/here").await.is(404).page().has("[data-frame=bare]"));
});

on_each_db!(what_turns_the_writing_round_is_seen_on_every_page_and_kept_as_it_was_said, async |app: TestApp| {
    let told = "請求書\u{202e}fdp.exe を開いた";
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &[("narrative", told), ("facility", "\u{2066}医院\u{2069}")]).await;
    app.end(call, json!({ "disposition": "solved", "next": "keep" })).await.unwrap();
    let no = app.ended_in(call).await;
    let browser = app.browser(Role::Operator).await;
    for path in [format!("/tickets/{no}"), format!("/calls/{call}"), "/calls".into(), "/tickets".into(), "/".into()] {
        let page = browser.get(&path).await.is(200).text();
        assert!(!page.contains(['\u{202e}', '\u{2066}', '\u{2069}']), "{path}");
    }
    let page = browser.get(&format!("/tickets/{no}")).await.text();
    assert!(page.contains("請求書[U+202E]fdp.exe を開いた"), "{page}");
    assert!(app.timeline(no).await.iter().any(|line| line.contains(told)), "what is kept is what was said");
    let script = app.script(Role::Operator).await;
    let api = script.get(&format!("/api/v1/tickets/{no}")).await.is(200).text();
    assert!(api.contains("請求書\u{202e}fdp.exe"), "a program is told what is kept");
});

on_each_db!(a_day_of_another_year_shows_its_year, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let browser = app.browser(Role::Operator).await;
    let page = browser.get(&format!("/tickets/{no}")).await.is(200).text();
    assert!(page.contains("受付 11月22日(日)") && !page.contains("受付 2026年"), "{page}");
    app.clock.advance(chrono::Duration::days(60));
    let browser = app.browser(Role::Operator).await;
    let page = browser.get(&format!("/tickets/{no}")).await.is(200).text();
    assert!(page.contains("受付 2026年11月22日(日)"), "{page}");
});
