//! Every route × every role, live: who gets in, who is turned away like from an absent thing, and that it's written down.

mod deeds;
mod doors;
mod fields;
pub(crate) mod objects;
mod reads;
mod steps;
mod table;

use axum::http::Method;
use madoguchi::domain::access::actor::{Action, Role, may};
use madoguchi::web::{Access, RouteSpec};

use crate::support::people::roles;
use crate::support::{Answer, Client, TestApp, on_each_db};
use objects::Objects;
use table::TABLE;

fn named(access: Access) -> &'static str {
    match access {
        Access::Public => "anybody",
        Access::Page(action) | Access::Api(action) => action.code(),
    }
}

on_each_db!(every_route_stands_in_the_table_with_its_right, async |app: TestApp| {
    let opened: Vec<_> = app.app.web().routes.iter().map(|r| (r.method.to_string(), r.path, named(r.access))).collect();
    let expected: Vec<_> = TABLE.iter().map(|(method, path, right)| ((*method).to_owned(), *path, *right)).collect();
    for route in &opened {
        assert!(expected.contains(route), "opened, but not in the table: {route:?}");
    }
    for route in &expected {
        assert!(opened.contains(route), "in the table, but not opened: {route:?}");
    }
});

async fn knock(client: &Client, route: &RouteSpec, path: &str) -> Answer {
    match (route.method == Method::POST, route.access) {
        (false, _) => client.get(path).await,
        (true, Access::Api(_)) => client.post_json(path, &objects::json_for(route.path)).await,
        (true, _) => client.post(path, objects::form_for(route.path)).await,
    }
}

/// Paths of a route: with ids of things that are there, with ids of nothing, and with what is no id.
fn paths(route: &RouteSpec, there: &Objects) -> Vec<String> {
    let mut paths =
        vec![there.path(route.path), Objects::nothing().path(route.path), Objects::nonsense().path(route.path)];
    paths.dedup();
    paths
}

/// Leaves the session or the account other than it was: knocked at last, on a session of its own.
fn ends_the_session(route: &RouteSpec) -> bool {
    ["/session/end", "/account/password"].contains(&route.path) && route.method == Method::POST
}

on_each_db!(without_signing_in_pages_lead_to_the_sign_in_and_the_api_says_401, async |app: TestApp| {
    let app = app.with_directory().await;
    let there = Objects::made(&app).await;
    for route in app.app.web().routes {
        for path in paths(&route, &there) {
            let answer = knock(&app.stranger(), &route, &path).await;
            match route.access {
                Access::Public => assert!(answer.status < 500, "{} {path}", route.method),
                Access::Page(_) => {
                    assert_eq!((answer.status, answer.way()), (303, "/session/new"), "{} {path}", route.method);
                }
                Access::Api(_) => {
                    assert_eq!((answer.status, answer.code().as_str()), (401, "auth.token"), "{} {path}", route.method);
                }
            }
        }
    }
});

on_each_db!(without_the_right_it_is_answered_like_for_an_absent_thing_and_written_down, async |app: TestApp| {
    let app = app.with_directory().await;
    let there = Objects::made(&app).await;
    for role in roles() {
        let pages = |access| if let Access::Page(action) = access { Some(action) } else { None };
        is_turned_away(&app, &app.browser(role).await, role, &there, pages).await;
    }
    for role in Role::ALL {
        let api = |access| if let Access::Api(action) = access { Some(action) } else { None };
        is_turned_away(&app, &app.script(role).await, role, &there, api).await;
    }
});

/// Knocks at every route of a kind that the role has no right to.
async fn is_turned_away(
    app: &TestApp,
    client: &Client,
    role: Role,
    there: &Objects,
    asks: impl Fn(Access) -> Option<Action>,
) {
    let routes = app.app.web().routes;
    for route in routes.iter().filter(|r| asks(r.access).is_some_and(|action| !may(role, action))) {
        for path in paths(route, there) {
            let before = refusals(app).await;
            let answer = knock(client, route, &path).await;
            let said = (answer.status, answer.code());
            assert_eq!(said, (404, "not_found".to_owned()), "{role:?} {} {path}", route.method);
            assert_eq!(refusals(app).await, before + 1, "{role:?} {} {path}", route.method);
        }
    }
}

on_each_db!(with_the_right_nothing_fails_and_unknown_things_are_absent, async |app: TestApp| {
    let app = app.with_directory().await;
    let there = Objects::made(&app).await;
    for role in roles() {
        let browser = app.browser(role).await;
        for route in app.app.web().routes {
            let Access::Page(action) = route.access else { continue };
            if may(role, action) && !ends_the_session(&route) {
                gets_in(&browser, &route, &there).await;
            }
        }
        for path in ["/account/password", "/session/end"] {
            let answer = app.browser(role).await.post(path, &[]).await;
            assert!([303, 422].contains(&answer.status), "{role:?} {path} {}", answer.status);
        }
    }
    for role in Role::ALL {
        let script = app.script(role).await;
        for route in app.app.web().routes {
            let Access::Api(action) = route.access else { continue };
            if may(role, action) {
                gets_in(&script, &route, &there).await;
            }
        }
    }
});

async fn gets_in(client: &Client, route: &RouteSpec, there: &Objects) {
    let answer = knock(client, route, &there.path(route.path)).await;
    assert!(answer.status < 500, "{} {}: {}", route.method, route.path, answer.said());
    assert_ne!((answer.status, answer.way()), (303, "/session/new"), "{} {}", route.method, route.path);
    if !route.path.contains('{') {
        assert!(![401, 404].contains(&answer.status), "{} {}", route.method, route.path);
        return;
    }
    for absent in [Objects::nothing(), Objects::nonsense()] {
        let path = absent.path(route.path);
        let answer = knock(client, route, &path).await;
        assert_eq!(answer.status, 404, "{} {path}: {}", route.method, answer.said());
    }
}

on_each_db!(a_token_with_scopes_may_do_only_those, async |app: TestApp| {
    let script = app.script_with(Role::Operator, &["ticket.find"]).await;
    script.get("/api/v1/tickets").await.is(200);
    script.post_json("/api/v1/calls", &crate::support::cases::logged(serde_json::json!({}))).await.is(404);
    assert_eq!(script.get("/api/v1/me").await.status, 404, "a token sees its description only with api.describe");
});

on_each_db!(a_page_does_not_open_to_a_token_nor_the_api_to_a_cookie, async |app: TestApp| {
    let (script, browser) = (app.script(Role::Operator).await, app.browser(Role::Operator).await);
    assert_eq!(script.get("/tickets").await.way(), "/session/new");
    browser.get("/api/v1/tickets").await.is(401);
});

async fn refusals(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE result = 'refused' AND action = 'access'").await
}
