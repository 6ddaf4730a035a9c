//! Headers that say what only we know: host, scheme, address, method, path. None is believed; and nobody is sent
//! anywhere but to our own pages.

use axum::body::Body;
use axum::http::Method;
use madoguchi::domain::access::actor::Role;
use madoguchi::web::Access;

use super::takes;
use super::world::World;
use crate::support::app::{PEER, code};
use crate::support::{TestApp, on_each_db};

/// What proxies and frameworks elsewhere believe.
const TOLD: [(&str, &str); 20] = [
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-server", "evil.example"),
    ("x-host", "evil.example"),
    ("forwarded", "for=203.0.113.9;host=evil.example;proto=https"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-scheme", "https"),
    ("x-forwarded-port", "443"),
    ("x-forwarded-prefix", "/evil.example"),
    ("x-forwarded-for", "203.0.113.9"),
    ("x-real-ip", "203.0.113.9"),
    ("x-client-ip", "203.0.113.9"),
    ("true-client-ip", "203.0.113.9"),
    ("cf-connecting-ip", "203.0.113.9"),
    ("x-original-url", "/accounts"),
    ("x-rewrite-url", "/accounts"),
    ("x-original-host", "evil.example"),
    ("x-http-method-override", "DELETE"),
    ("x-http-method", "DELETE"),
    ("x-method-override", "PUT"),
    ("x-remote-user", "ebisu"),
];

/// What may differ between two answers: ids and keys made for each.
fn steady(text: &str) -> String {
    let is_id = |word: &str| word.len() >= 32 && word[..32].chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    text.split_inclusive(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
        .map(|word| {
            let core = word.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
            if is_id(core) { word.replace(core, "ID") } else { word.to_owned() }
        })
        .collect()
}

on_each_db!(what_headers_tell_changes_no_page_and_no_link, async |app: TestApp| {
    let world = World::kept(app).await;
    for route in world.routes().into_iter().filter(|route| route.method == Method::GET) {
        let (client, path) = (world.client(&route), world.path(&route));
        let ask = async |told: &[(&'static str, &'static str)]| {
            let mut request = client.request(Method::GET, &path);
            for (name, value) in told {
                request = request.header(*name, *value);
            }
            client.send(request.body(Body::empty()).expect("a request")).await
        };
        let (plain, told) = (ask(&[]).await, ask(&TOLD).await);
        assert_eq!((told.status, told.location()), (plain.status, plain.location()), "{path}");
        assert_eq!(told.header("strict-transport-security"), "", "{path}");
        let text = told.text();
        assert!(!text.contains("evil.example") && !told.location().contains("evil"), "{path}");
        // A dossier is locked anew each time.
        if route.path != "/audit" && !route.path.contains("/dossiers/{id}/export") {
            let (text, plain) = (steady(&text), steady(&plain.text()));
            let differs = text.split('<').zip(plain.split('<')).find(|(one, other)| one != other);
            assert_eq!(differs, None, "{path}");
        }
    }
    let peers = world.app.select("SELECT DISTINCT peer FROM audit_entries WHERE actor_kind <> 'system'").await;
    assert_eq!(peers.iter().map(|row| row["peer"].as_str().unwrap()).collect::<Vec<_>>(), [PEER]);
});

on_each_db!(a_method_told_in_a_header_a_field_or_an_address_is_not_the_method, async |app: TestApp| {
    let world = World::kept(app).await;
    let before = world.trace().await;
    for route in world.routes().into_iter().filter(|route| route.method == Method::POST) {
        let Access::Page(_) = route.access else { continue };
        let (client, path) = (world.client(&route), world.path(&route));
        let form = takes::of(&route, &path).remove(0).form.unwrap_or_default();
        let query = serde_urlencoded::to_string(form).expect("a query");
        for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
            let request = client.request(Method::GET, &format!("{path}?_method=POST&{query}")).header(name, "POST");
            let answer = client.send(request.body(Body::empty()).expect("a request")).await;
            assert!(answer.status < 500, "{path}");
        }
    }
    assert_eq!(before, world.trace().await);
});

on_each_db!(another_host_is_misdirected_whatever_stands_beside_it, async |app: TestApp| {
    let stranger = app.stranger();
    for beside in ["x-forwarded-host", "x-host", "x-original-host", "forwarded"] {
        let request = axum::http::Request::builder().uri("/session/new").header("host", "evil.example");
        let request = request.header(beside, "127.0.0.1:8080").body(Body::empty()).expect("a request");
        assert_eq!(stranger.send(request).await.status, 421, "{beside}");
    }
    for hosts in [["127.0.0.1:8080", "evil.example"], ["evil.example", "127.0.0.1:8080"]] {
        let mut request = axum::http::Request::builder().uri("/session/new");
        for host in hosts {
            request = request.header("host", host);
        }
        let answer = stranger.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, 421, "two hosts: {hosts:?}");
    }
});

/// Places elsewhere, in every spelling.
const ELSEWHERE: [&str; 20] = [
    "https://evil.example",
    "http:evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "/\t/evil.example",
    "/\r\n/evil.example",
    "/.evil.example/..//",
    "/./\\evil.example",
    "@evil.example",
    "/@evil.example//x",
    "javascript:alert(1)",
    "data:text/html,x",
    "/tickets?next=//evil.example",
    "/accounts#//evil.example",
    "",
    "evil.example",
];

on_each_db!(a_place_to_go_on_to_is_one_of_ours_or_home, async |app: TestApp| {
    let admin = app.browser(Role::Administrator).await;
    for to in ELSEWHERE {
        let query = serde_urlencoded::to_string([("to", to)]).expect("a query");
        let asked = admin.get(&format!("/session/confirm?{query}")).await.is(200);
        let kept = asked.page().attribute("[name=to]", "value");
        assert!(ours(&kept), "{to}: {kept}");
        app.clock.advance(chrono::Duration::seconds(30));
        let shown = code(&app.clock);
        let sent = admin.post("/session/confirm", &[("to", to), ("code", &shown)]).await.is(303);
        assert!(ours(sent.location()), "{to}: {}", sent.location());
        app.clock.advance(chrono::Duration::seconds(30));
        let shown = code(&app.clock);
        let waits = admin.post("/session/confirm", &[("to", to), ("kept", "name=x"), ("code", &shown)]).await.is(200);
        let action = waits.page().attribute("main form", "action");
        assert!(ours(&action), "{to}: {action}");
    }
});

fn ours(to: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_".contains(c);
    to.starts_with('/') && !to.starts_with("//") && to.chars().all(plain)
}

on_each_db!(names_of_a_next_page_that_others_believe_lead_nowhere, async |app: TestApp| {
    let world = World::kept(app).await;
    let names = ["next", "to", "url", "redirect", "redirect_uri", "return", "returnTo", "continue", "dest", "r", "u"];
    let query: Vec<_> = names.iter().map(|name| (*name, "//evil.example")).collect();
    let query = serde_urlencoded::to_string(query).expect("a query");
    for route in world.routes() {
        let (client, path) = (world.client(&route), world.path(&route));
        for client in [client, world.app.stranger()] {
            let request = client.request(route.method.clone(), &format!("{path}?{query}"));
            let request = request
                .header("referer", "https://evil.example/")
                .header("content-type", "application/x-www-form-urlencoded");
            let answer = client.send(request.body(Body::from(query.clone())).expect("a request")).await;
            assert!(!answer.location().contains("evil"), "{} {path}: {}", route.method, answer.location());
            assert!(!answer.text().contains("action=\"//evil"), "{path}");
        }
        world.put_back().await;
    }
});
