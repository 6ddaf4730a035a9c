//! The door itself: headers on every answer, other sites and other hosts kept out.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Method;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST};
use madoguchi::app::App;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::audit::line::AuditFilter;
use madoguchi::gateway::password::Cost;
use madoguchi::store::audit::filtered;

use crate::support::app::{PEER, settings, tokyo};
use crate::support::{Client, TestApp, on_each_db};

on_each_db!(every_answer_carries_its_headers, async |app: TestApp| {
    let operator = app.browser(Role::Operator).await;
    for path in [
        "/",
        "/session/new",
        "/tickets",
        "/nothing",
        "/api/v1/me",
        "/api/v1/openapi.json",
        "/healthz",
        "/account/password",
    ] {
        let answer = operator.get(path).await;
        let policy = answer.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        for part in ["base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "script-src 'self'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
});

on_each_db!(what_pages_load_is_there_and_may_be_kept, async |app: TestApp| {
    let page = app.stranger().get("/session/new").await.is(200).page();
    let links = [page.attributes("link[rel=stylesheet]", "href"), page.attributes("script", "src")].concat();
    assert!(links.len() >= 4, "{links:?}");
    for link in links {
        let asset = app.stranger().get(&link).await.is(200);
        assert!(asset.header("cache-control").contains("immutable"), "{link}");
        assert_eq!(asset.header("x-content-type-options"), "nosniff");
    }
    for path in ["/assets/x/../../Cargo.toml", "/assets/x/%2e%2e%2fCargo.toml", "/assets/x/nothing.css"] {
        app.stranger().get(path).await.is(404);
    }
});

async fn post(client: &Client, cookie: bool, headers: &[(&str, &str)]) -> u16 {
    let mut request = axum::http::Request::builder().method(Method::POST).uri("/calls").header(HOST, "127.0.0.1:8080");
    if cookie {
        request = request.header(COOKIE, client.cookie().unwrap());
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    client.send(request.body(Body::from("phone=")).unwrap()).await.status
}

on_each_db!(a_form_that_another_site_sends_is_refused, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    for (headers, status) in [
        (vec![("sec-fetch-site", "same-origin")], 303),
        (vec![("sec-fetch-site", "cross-site")], 403),
        (vec![("sec-fetch-site", "same-site")], 403),
        (vec![("sec-fetch-site", "none")], 403),
        (vec![("origin", "http://127.0.0.1:8080")], 303),
        (vec![("origin", "http://localhost:8080")], 303),
        (vec![("origin", "https://evil.example")], 403),
        (vec![("origin", "null")], 403),
        (vec![("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")], 403),
        (vec![], 403),
    ] {
        assert_eq!(post(&browser, true, &headers).await, status, "{headers:?}");
    }
    assert_eq!(app.count("calls").await, 3);
    assert_eq!(post(&browser, false, &[]).await, 303, "without a cookie: to the sign-in");
    assert_eq!(app.count("calls").await, 3);
});

on_each_db!(a_host_that_is_not_ours_is_misdirected, async |app: TestApp| {
    let stranger = app.stranger();
    let ask = async |host: &str, path: &str| {
        let request = axum::http::Request::builder().uri(path).header(HOST, host).body(Body::empty()).unwrap();
        stranger.send(request).await
    };
    for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080"] {
        ask(host, "/session/new").await.is(200);
    }
    for host in ["evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8080.evil.example", ""] {
        assert_eq!(ask(host, "/session/new").await.status, 421, "{host}");
    }
    let api = ask("evil.example", "/api/v1/me").await.is(421);
    assert_eq!(api.code(), "request.host");
});

on_each_db!(health_is_said_without_signing_in, async |app: TestApp| {
    assert_eq!(app.stranger().get("/healthz").await.is(200).json()["status"], "ok");
    assert_eq!(app.stranger().get("/readyz").await.is(200).json()["status"], "ready");
});

on_each_db!(a_page_that_is_not_there_says_so_in_words_with_the_requests_number, async |app: TestApp| {
    let answer = app.browser(Role::Operator).await.get("/nothing/here").await.is(404);
    assert_eq!((answer.page().text("h1"), answer.code()), ("見つかりません".to_owned(), "not_found".to_owned()));
    assert!(uuid::Uuid::parse_str(&answer.page().text("main p.muted code")).is_ok());
});

on_each_db!(a_wrong_method_is_refused_with_its_code, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    let request = browser.request(Method::DELETE, "/tickets").body(Body::empty()).unwrap();
    assert_eq!(browser.send(request).await.is(405).code(), "request.method");
});

on_each_db!(only_a_listed_proxy_is_believed_about_addresses, async |app: TestApp| {
    let mut behind = settings(&app.db);
    behind.http.proxies = vec![PEER.parse().unwrap(), "10.0.0.2".parse().unwrap()];
    let behind = App::build_with(behind, Arc::new(app.clock.clone()), Cost::TRIAL).await.unwrap();
    let knock = async |router: axum::Router, told: &str| {
        // So that no source has to wait for the failures before.
        app.clock.advance(chrono::Duration::hours(25));
        let client = app.stranger().at(router);
        let request = client.request(Method::POST, "/session").header("x-forwarded-for", told);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        client.send(request.body("login=nobody&password=x".into()).unwrap()).await.is(422);
        filtered(&app.services.store, &AuditFilter::default(), 1).await.unwrap()[0].peer.clone()
    };
    let (own, listed) = (app.router.clone(), behind.web().router);
    assert_eq!(knock(own, "203.0.113.9").await, PEER, "nobody is listed");
    assert_eq!(knock(listed.clone(), "203.0.113.9").await, "203.0.113.9");
    assert_eq!(
        knock(listed.clone(), "198.51.100.1, 203.0.113.9, 10.0.0.2").await,
        "203.0.113.9",
        "what a browser writes itself"
    );
    for (told, peer) in [
        ("203.0.113.9:5678", "203.0.113.9"),
        ("[2001:db8::1]:1234", "2001:db8::1"),
        ("198.51.100.1, 203.0.113.9:80, 10.0.0.2:443", "203.0.113.9"),
        ("unknown", "unknown"),
        ("not an address", "unknown"),
    ] {
        assert_eq!(knock(listed.clone(), told).await, peer, "{told}");
    }
});

on_each_db!(the_description_of_the_api_is_for_those_who_came_in, async |app: TestApp| {
    let at = "/api/v1/openapi.json";
    assert_eq!(app.stranger().get(at).await.is(401).code(), "auth.token");
    app.script(Role::Integration).await.get(at).await.is(200);
    app.browser(Role::Operator).await.get(at).await.is(200);
    app.script_with(Role::Operator, &["call.log"]).await.get(at).await.is(404);
    let half = app.stranger().half_in("kanda", crate::support::people::PASSWORD).await;
    assert_eq!(half.get(at).await.is(303).location(), "/session/second", "not before the second factor");
});

on_each_db!(readiness_tells_nothing_else, async |app: TestApp| {
    assert_eq!(app.stranger().get("/readyz").await.is(200).json(), serde_json::json!({ "status": "ready" }));
});

on_each_db!(a_target_that_names_another_host_is_refused_beside_our_own, async |app: TestApp| {
    let ask = async |uri: &str, host: &str| {
        let request = axum::http::Request::builder().uri(uri).header(HOST, host).body(Body::empty()).unwrap();
        app.stranger().send(request).await.status
    };
    let ours = "127.0.0.1:8080";
    assert_eq!(ask("http://127.0.0.1:8080/healthz", ours).await, 200);
    for target in ["http://evil.example/healthz", "http://127.0.0.1:8081/healthz", "http://u@127.0.0.1:8080/healthz"] {
        assert_eq!(ask(target, ours).await, 421, "{target}");
    }
    assert_eq!(ask("http://127.0.0.1:8080/healthz", "evil.example").await, 421);
});

on_each_db!(a_head_has_64_kilobytes_and_not_one_byte_more, async |app: TestApp| {
    let ask = async |length: usize| {
        let request = axum::http::Request::builder().uri("/healthz").header(HOST, "127.0.0.1:8080");
        app.stranger().send(request.header("x-long", "a".repeat(length)).body(Body::empty()).unwrap()).await
    };
    let around = "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:8080\r\nx-long: \r\n\r\n".len();
    ask(64 * 1024 - around).await.is(200);
    assert_eq!(ask(64 * 1024 - around + 1).await.is(431).code(), "request.head_too_large");
    ask(100_000).await.is(431);
});

on_each_db!(names_below_ours_are_told_to_keep_to_tls_when_it_is_set, async |app: TestApp| {
    let mut below = settings(&app.db);
    below.http.base_url = "https://madoguchi.example".into();
    below.http.hsts_subdomains = true;
    let door = App::build_with(below, Arc::new(app.clock.clone()), Cost::TRIAL).await.unwrap().web().router;
    let request = axum::http::Request::builder().uri("/healthz").header(HOST, "madoguchi.example");
    let answer = Client::new(door).send(request.body(Body::empty()).unwrap()).await.is(200);
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
});

on_each_db!(a_sign_in_over_a_session_ends_it, async |app: TestApp| {
    let old = app.browser(Role::Operator).await;
    let cookie = old.cookie().unwrap();
    let form = [("login", "ueno"), ("password", crate::support::people::PASSWORD)];
    old.post("/session", &[("login", "ueno"), ("password", "違います")]).await.is(422);
    old.get("/").await.is(200);
    old.post("/session", &form).await.is(303);
    let request = axum::http::Request::builder().uri("/").header(HOST, "127.0.0.1:8080").header(COOKIE, cookie);
    let answer = app.stranger().send(request.body(Body::empty()).unwrap()).await.is(303);
    assert_eq!(answer.location(), "/session/new", "whoever kept the old cookie has nothing of it");
    let written = app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'session.end'").await;
    assert_eq!(written, 1);
});

on_each_db!(two_idempotency_keys_are_none, async |app: TestApp| {
    let script = app.script(Role::Operator).await;
    let body = crate::support::cases::logged(serde_json::json!({})).to_string();
    let request = script.request(Method::POST, "/api/v1/calls").header(CONTENT_TYPE, "application/json");
    let request = request.header("idempotency-key", "one").header("idempotency-key", "two");
    let answer = script.send(request.body(body.into()).unwrap()).await.is(400);
    assert_eq!(answer.code(), "idempotency.key");
    assert_eq!((app.count("calls").await, app.count("idempotency").await), (0, 0));
    let browser = app.browser(Role::Operator).await;
    browser.post("/calls", &[("phone", "03-5550-1234"), ("once", "x"), ("once", "y")]).await.is(400);
    assert_eq!(app.count("calls").await, 0);
});

on_each_db!(whoever_left_a_call_open_finds_the_way_back_on_every_page, async |app: TestApp| {
    let operator = app.browser(Role::Operator).await;
    for path in ["/", "/calls", "/tickets", "/tickets/search", "/account"] {
        let page = operator.get(path).await.is(200).page();
        assert!(page.has("header form.call-bar button[data-key=F2]"), "{path}: F2 starts one");
    }
    let call = app.ring("").await;
    app.clock.advance(chrono::Duration::seconds(151));
    for path in ["/", "/calls", "/tickets", "/tickets/search", "/account"] {
        let page = operator.get(path).await.is(200).page();
        assert_eq!(page.attribute("header a.call-bar", "href"), format!("/calls/{call}"), "{path}");
        assert!(page.text("header a.call-bar").contains("通話中 02:31"), "{path}");
    }
    assert!(!operator.get(&format!("/calls/{call}")).await.is(200).page().has(".call-bar"), "at the call itself");
    for (role, path) in [(Role::Clerk, "/"), (Role::JmaReader, "/"), (Role::Administrator, "/accounts")] {
        assert!(!app.browser(role).await.get(path).await.is(200).page().has(".call-bar"), "{role:?} takes no calls");
    }
});

on_each_db!(the_bar_says_the_hours_of_ones_own_desk, async |app: TestApp| {
    app.clock.set(tokyo("2026-11-24 10:00:00"));
    for (role, says) in [
        (Role::Operator, Some("受付中 21:00まで")),
        (Role::Clerk, Some("受付中 18:00まで")),
        (Role::JmaReader, None),
        (Role::Administrator, None),
    ] {
        let page = app.browser(role).await.get("/").await.is(200).page();
        let hours = page.text("header .hours");
        match says {
            Some(words) => assert!(hours.contains(words), "{role:?}: {hours}"),
            None => assert!(!hours.contains("受付中") && !hours.contains("時間外"), "{role:?}: {hours}"),
        }
    }
});
