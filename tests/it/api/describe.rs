//! The API's description.

use madoguchi::domain::access::actor::Role;
use madoguchi::web::Access;

use crate::support::{TestApp, on_each_db};

on_each_db!(the_description_names_every_route_that_is_open_and_no_other, async |app: TestApp| {
    let document = app.script(Role::Operator).await.get("/api/v1/openapi.json").await.is(200).json();
    let mut described = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            described.push((method.to_uppercase(), path.clone()));
        }
    }
    let routes = app.app.web().routes;
    let mut opened: Vec<_> = routes
        .iter()
        .filter(|r| matches!(r.access, Access::Api(_)) && r.path != "/api/v1/openapi.json")
        .map(|r| (r.method.to_string(), r.path.to_owned()))
        .collect();
    described.sort();
    opened.sort();
    assert_eq!(described, opened);
});

on_each_db!(every_reference_of_the_description_leads_somewhere, async |app: TestApp| {
    let document = app.script(Role::Operator).await.get("/api/v1/openapi.json").await.is(200);
    let text = document.text();
    let json = document.json();
    let schemas = json["components"]["schemas"].as_object().unwrap();
    for reference in text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(schemas.contains_key(reference), "{reference}");
    }
    assert!(json["openapi"].as_str().unwrap().starts_with("3."));
});

on_each_db!(operations_have_names_of_their_own, async |app: TestApp| {
    let json = app.script(Role::Operator).await.get("/api/v1/openapi.json").await.is(200).json();
    let items = json["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let mut ids: Vec<_> = items.map(|operation| operation["operationId"].as_str().unwrap().to_owned()).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
});

on_each_db!(the_description_can_be_read_as_a_page, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    let page = browser.get("/api/docs").await.is(200);
    for file in page.page().attributes("script[src], link[rel=stylesheet]", "src") {
        browser.get(&file).await.is(200);
    }
    browser.get("/api/docs/nothing.js").await.is(404);
});

on_each_db!(a_token_learns_what_it_may_do, async |app: TestApp| {
    let me = app.script(Role::Integration).await.get("/api/v1/me").await.is(200).json();
    assert_eq!(
        (me["role"].as_str(), me["actions"].to_string()),
        (Some("integration"), r#"["call.log","api.describe"]"#.into())
    );
});
