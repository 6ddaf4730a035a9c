//! Hostile text in every field: kept to the letter, shown inert.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::CallId;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::store::tickets::remote;

use crate::support::remote::DENIED;
use crate::support::{Client, Page, TestApp, on_each_db};

/// One line of everything that is dangerous somewhere.
const HOSTILE: &str =
    r#"<script>alert(1)</script>"'>&amp; 😱 '; DROP TABLE tickets;-- {{7*7}} <img src=x onerror=alert(2)>"#;

fn inert(text: &str, page: &Page, place: &str) {
    assert!(!text.contains("<script>alert"), "{place}");
    assert!(!page.has("img[onerror], script:not([src])"), "{place}");
}

/// The page at a path is inert, and shows the text to the letter this often at least.
async fn shows(browser: &Client, path: &str, times: usize) {
    let answer = browser.get(path).await.is(200);
    let page = answer.page();
    inert(&answer.text(), &page, path);
    let fields = page.attributes("input", "value").into_iter().filter(|value| value == HOSTILE).count();
    let words = page.text("body").matches(HOSTILE).count();
    assert!(fields + words >= times, "{path}: {fields} in fields, {words} in words");
}

async fn typed_everywhere(app: &TestApp, browser: &Client) -> CallId {
    let call = app.ring("").await;
    for field in ["caller_name", "member_name", "facility", "address", "number", "narrative"] {
        let (name, version) = (format!("f.{field}"), format!("v.{field}"));
        let saved = browser.post(&format!("/calls/{call}/sheet"), &[(&name, HOSTILE), (&version, "0")]).await.is(200);
        assert_eq!(saved.json()["versions"][field], 1, "{field}");
        assert!(!saved.text().contains("<script>alert"), "{field}");
    }
    call
}

on_each_db!(hostile_text_on_the_sheet_is_kept_to_the_letter_and_shown_inert, async |app: TestApp| {
    let app = app.with_directory().await;
    let browser = app.browser(Role::Operator).await;
    let call = typed_everywhere(&app, &browser).await;
    let path = format!("/calls/{call}");
    browser.post(&format!("{path}/notes"), &[("body", HOSTILE)]).await.is(303);
    shows(&browser, &path, 6).await;
    assert_eq!(browser.get(&path).await.page().area("narrative"), HOSTILE);
    browser.post(&format!("{path}/verification"), &[("recorded", "provisional"), ("reason", HOSTILE)]).await.is(303);
    shows(&browser, &path, 7).await;
});

on_each_db!(hostile_text_on_a_ticket_is_kept_to_the_letter_and_shown_inert, async |app: TestApp| {
    let app = app.with_directory().await;
    let browser = app.browser(Role::Operator).await;
    let call = typed_everywhere(&app, &browser).await;
    let verdict = [("recorded", "provisional"), ("reason", HOSTILE)];
    browser.post(&format!("/calls/{call}/verification"), &verdict).await.is(303);
    app.fill(call, &[("incident", "ransomware")]).await;
    let end = [
        ("disposition", "escalated"),
        ("next_reason", HOSTILE),
        ("callback_at", "15:00"),
        ("callback_note", HOSTILE),
        ("anyway", "yes"),
    ];
    browser.post(&format!("/calls/{call}/end"), &end).await.is(303);
    let ticket = format!("/tickets/{}", app.ended_in(call).await);
    browser.post(&format!("{ticket}/entries"), &[("body", HOSTILE), ("kind", "note")]).await.is(303);
    let evidence = [("purpose", "connect"), ("server", "no"), ("locked", "no"), ("cut_off", "no"), ("reason", HOSTILE)];
    browser.post(&format!("{ticket}/evidence"), &evidence).await.is(303);
    let remote = [("consented", "yes"), ("consent_by", HOSTILE), ("tool", HOSTILE), ("session_code", HOSTILE)];
    let refused = browser.post(&format!("{ticket}/remotes"), &remote).await.is(422);
    inert(&refused.text(), &refused.page(), "a refused remote session");
    let told = [("aware_by", HOSTILE), ("was_aware_by", ""), ("aware_at", "2026-11-22T09:00"), ("was_aware_at", "")];
    browser.post(&format!("{ticket}/incident"), &told).await.is(303);
    browser
        .post(&format!("{ticket}/duties/police"), &[("ended_as", "filed"), ("by", "院長"), ("receipt", HOSTILE)])
        .await
        .is(303);
    shows(&browser, &format!("{ticket}/incident"), 2).await;
    shows(&browser, &ticket, 10).await;

    for path in ["/", "/calls", "/tickets", &format!("/calls/{call}")] {
        shows(&browser, path, 1).await;
    }
    shows(&app.browser(Role::Specialist).await, "/queue", 2).await;
    shows(&app.browser(Role::Supervisor).await, "/day", 1).await;
    let found = browser.post("/tickets/search", &[("q", HOSTILE)]).await.is(200);
    inert(&found.text(), &found.page(), "the search");
    assert_eq!(found.page().attribute("#search-words", "value"), HOSTILE);
    assert!(found.page().has("tbody a[href^='/tickets/']"), "and it is found");
    assert_eq!(app.count("tickets").await, 1, "no table was dropped");
});

on_each_db!(hostile_text_of_a_remote_session_is_shown_inert, async |app: TestApp| {
    let app = app.with_directory().await;
    let browser = app.browser(Role::Operator).await;
    let call = typed_everywhere(&app, &browser).await;
    browser
        .post(&format!("/calls/{call}/verification"), &[("recorded", "provisional"), ("reason", "急ぎ")])
        .await
        .is(303);
    let end = [("disposition", "solved"), ("next", "keep"), ("anyway", "yes")];
    browser.post(&format!("/calls/{call}/end"), &end).await.is(303);
    let ticket = format!("/tickets/{}", app.ended_in(call).await);
    let short = "<b onclick=x>'\"&";
    browser.post(&format!("{ticket}/evidence"), &DENIED).await.is(303);
    let words = [("consent_by", short), ("scope", short), ("session_code", short)];
    let remote = [&words[..], &[("consented", "yes"), ("tool", "quick_assist")]].concat();
    browser.post(&format!("{ticket}/remotes"), &remote).await.is(303);
    let no = TicketNo::parse(ticket.rsplit('/').next().unwrap()).unwrap();
    let id = remote::of(&app.services.store, app.ticket(no).await.id).await.unwrap()[0].id;
    let done = [("done", HOSTILE), ("found", HOSTILE), ("ended_as", "partly"), ("outcome", short)];
    browser.post(&format!("{ticket}/remotes/{id}/end"), &done).await.is(303);
    shows(&browser, &ticket, 2).await;
    let page = browser.get(&ticket).await.page();
    assert!(!page.has("[onclick]") && page.text("body").contains(short));
});

on_each_db!(hostile_names_of_accounts_and_tokens_are_shown_inert, async |app: TestApp| {
    let admin = app.browser(Role::Administrator).await;
    let name = "<script>alert(1)</script>'\"";
    let made = admin.post("/accounts", &[("login", "shinjin"), ("name", name), ("role", "operator")]).await.is(200);
    assert!(made.page().texts("tbody th, tbody td").contains(&name.to_owned()));
    let token = admin.post("/tokens", &[("name", name), ("role", "integration"), ("days", "1")]).await.is(200);
    assert!(token.page().texts("tbody th, tbody td").contains(&name.to_owned()));
    for answer in [made, token] {
        assert!(!answer.text().contains("<script>alert"));
    }
});

on_each_db!(
    hostile_text_that_waits_behind_the_second_factor_is_kept_to_the_letter_and_shown_inert,
    async |app: TestApp| {
        let admin = app.browser(Role::Administrator).await;
        let waits = [("to", "/accounts"), ("kept", HOSTILE), ("code", HOSTILE)];
        let asked = admin.post("/session/confirm", &waits).await.is(422);
        inert(&asked.text(), &asked.page(), "the second factor again");
        assert_eq!(asked.page().attribute("[name=kept]", "value"), HOSTILE);
        let elsewhere = admin.post("/session/confirm", &[("to", HOSTILE), ("kept", ""), ("code", "")]).await.is(422);
        assert_eq!(elsewhere.page().attribute("[name=to]", "value"), "/");
    }
);
