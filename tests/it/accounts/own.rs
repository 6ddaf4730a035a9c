//! One's own sessions, seen and ended; an administrator ends anyone's, on all instances.

use madoguchi::domain::access::actor::Role;

use crate::support::{TestApp, on_each_db};

on_each_db!(people_see_their_sessions_and_end_one_or_all_others, async |app: TestApp| {
    let (here, second, third) =
        (app.browser(Role::Operator).await, app.browser(Role::Operator).await, app.browser(Role::Operator).await);
    let page = here.get("/account").await.is(200).page();
    assert_eq!(page.count("main table tbody tr"), 3);
    let ends = page.attributes("main table form", "action");
    assert_eq!(ends.len(), 2, "the present one isn't ended from here: {ends:?}");
    here.post(&ends[0], &[]).await.is(303);
    let out = [&second, &third].map(|b| async { b.get("/").await.location() == "/session/new" });
    let out = futures::future::join_all(out).await;
    assert_eq!(out.iter().filter(|o| **o).count(), 1, "one has ended");
    here.post("/account/sessions/end", &[]).await.is(303);
    for other in [&second, &third] {
        assert_eq!(other.get("/").await.location(), "/session/new");
    }
    here.get("/").await.is(200);
});

on_each_db!(nobody_ends_somebody_elses_session_as_if_it_were_their_own, async |app: TestApp| {
    let (kanda, ueno) = (app.browser_of("kanda").await, app.browser_of("ueno").await);
    app.browser_of("kanda").await;
    let ends = kanda.get("/account").await.page().attributes("main table form", "action");
    ueno.post(&ends[0], &[]).await.is(404);
    assert_eq!(kanda.get("/account").await.page().count("main table tbody tr"), 2);
});

on_each_db!(an_administrator_ends_anyones_sessions_on_all_instances_at_once, async |app: TestApp| {
    let browser = app.browser(Role::Operator).await;
    let twin = app.twin().await.web().router;
    browser.clone().at(twin.clone()).get("/").await.is(200);
    let admin = app.browser(Role::Administrator).await;
    admin.post(&format!("/accounts/{}/end", app.id("kanda")), &[]).await.is(303);
    assert_eq!(browser.get("/").await.location(), "/session/new");
    assert_eq!(browser.at(twin).get("/").await.location(), "/session/new");
});
