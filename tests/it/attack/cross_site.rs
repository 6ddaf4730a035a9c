//! Another site in the same browser: no route that changes something can be reached from it, and no route that only
//! shows something changes anything.

use axum::body::Body;
use axum::http::{Method, Request};
use madoguchi::web::Access;

use super::takes;
use super::world::World;
use crate::support::{TestApp, on_each_db};

/// What another site's requests look like: `Sec-Fetch-Site`, `Origin`.
const FOREIGN: [(Option<&str>, Option<&str>); 13] = [
    (Some("cross-site"), None),
    (Some("same-site"), None),
    (Some("none"), None),
    (Some(""), None),
    (Some("same-origin, cross-site"), None),
    (Some("cross-site"), Some("http://127.0.0.1:8080")),
    (Some("same-site"), Some("http://localhost:8080")),
    (None, Some("https://evil.example")),
    (None, Some("null")),
    (None, Some("")),
    (None, Some("http://127.0.0.1:8080.evil.example")),
    (None, Some("https://127.0.0.1:8080")),
    (None, None),
];

on_each_db!(no_route_that_changes_something_is_reached_from_another_site, async |app: TestApp| {
    let world = World::kept(app).await;
    let before = world.trace().await;
    for route in world.routes().into_iter().filter(|route| route.method == Method::POST) {
        let Access::Page(_) = route.access else { continue };
        let asked = takes::of(&route, &world.path(&route)).remove(0);
        let client = world.client(&route);
        for (site, origin) in FOREIGN {
            let mut request = asked.request(&client, &route).expect("a request");
            request.headers_mut().remove("sec-fetch-site");
            for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
                if let Some(value) = value {
                    request.headers_mut().insert(name, value.parse().expect("a value"));
                }
            }
            let answer = client.send(request).await;
            let said = (answer.status, answer.code());
            assert_eq!(said, (403, "request.cross_site".into()), "{} from {site:?} {origin:?}", route.path);
        }
    }
    assert_eq!(before, world.trace().await);
});

on_each_db!(other_methods_change_nothing_anywhere, async |app: TestApp| {
    let world = World::kept(app).await;
    let before = world.trace().await;
    let mut paths: Vec<_> =
        world.routes().into_iter().map(|route| (world.path(&route), world.client(&route))).collect();
    paths.sort_by(|(one, _), (other, _)| one.cmp(other));
    paths.dedup_by(|(one, _), (other, _)| one == other);
    for (path, client) in paths {
        for method in ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "OPTIONS"] {
            let request = client.request(method.parse().expect("a method"), &path).body(Body::empty());
            let answer = client.send(request.expect("a request")).await;
            assert_eq!(answer.status, 405, "{method} {path}: {}", answer.said());
        }
    }
    assert_eq!(before, world.trace().await);
});

on_each_db!(what_only_shows_something_changes_nothing, async |app: TestApp| {
    let world = World::kept(app).await;
    for route in world.routes().into_iter().filter(|route| route.method == Method::GET) {
        let before = world.trace().await;
        let client = world.client(&route);
        for method in [Method::GET, Method::HEAD] {
            let request = client.request(method, &world.path(&route)).body(Body::empty()).expect("a request");
            assert!(client.send(request).await.status < 500, "{}", route.path);
        }
        assert_eq!(before, world.trace().await, "{}", route.path);
    }
});

on_each_db!(a_token_that_a_page_of_another_site_sends_along_is_refused_too, async |app: TestApp| {
    let script = app.script(madoguchi::domain::access::actor::Role::Operator).await;
    let body = crate::support::cases::logged(serde_json::json!({})).to_string();
    for (site, status) in [(None, 201), (Some("same-origin"), 201), (Some("cross-site"), 403), (Some("same-site"), 403)]
    {
        let mut request = script.request(Method::POST, "/api/v1/calls").header("content-type", "application/json");
        if let Some(site) = site {
            request = request.header("sec-fetch-site", site);
        }
        let answer = script.send(request.body(Body::from(body.clone())).expect("a request")).await;
        assert_eq!(answer.status, status, "{site:?}: {}", answer.text());
    }
    let preflight = Request::builder().method(Method::OPTIONS).uri("/api/v1/calls").header("host", "127.0.0.1:8080");
    let preflight = preflight.header("origin", "https://evil.example").header("access-control-request-method", "POST");
    let answer = app.stranger().send(preflight.body(Body::empty()).expect("a request")).await;
    assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control")), "{:?}", answer.headers);
});
