//! Whoever stops working here leaves nothing behind that nobody sees.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::access::actor::Role::{Administrator, Operator, Specialist, Supervisor};
use madoguchi::usecase::accounts;
use madoguchi::usecase::tickets::{self, TicketChange};
use serde_json::json;

use crate::support::cases::code;
use crate::support::{TestApp, on_each_db};

async fn owner(app: &TestApp, sql_no: &str) -> String {
    let rows = app
        .select(&format!(
            "SELECT name AS v FROM accounts a JOIN tickets t ON t.owner_id = a.id WHERE t.number = {sql_no}"
        ))
        .await;
    rows.first().and_then(|row| row["v"].as_str()).unwrap_or_default().to_owned()
}

/// A ticket of the operator's with a promised call-back, and a call that goes on.
async fn at_work(app: &TestApp) -> madoguchi::domain::tickets::TicketNo {
    let call = app.ring("03-5550-1234").await;
    app.fill(call, &[("caller_name", "受付 すみれ")]).await;
    app.end(call, json!({ "disposition": "call_back", "callback_at": "明日10時" })).await.unwrap();
    let no = app.ended_in(call).await;
    let version = app.ticket(no).await.version;
    let take = TicketChange { take_over: true, ..TicketChange::default() };
    tickets::change(&app.services, &app.ctx(Operator), no, version, take, &None).await.unwrap();
    app.ring("03-5550-9999").await;
    no
}

on_each_db!(stopping_somebody_says_what_is_open_and_hands_it_on, async |app: TestApp| {
    let no = at_work(&app).await;
    let admin = app.browser(Administrator).await;
    let page = admin.get("/accounts").await.is(200).text();
    assert!(page.contains("相談票1件・折返し1件・通話中の記録1件"), "{page}");
    let path = format!("/accounts/{}/disable", app.id("kanda"));
    for wrong in [app.id("otsuka"), app.id("kanda"), app.id("mejiro")] {
        let refused = admin.post(&path, &[("to", &wrong.to_string())]).await.is(422).text();
        assert!(refused.contains("引き継げません"), "{refused}");
    }
    assert_eq!(owner(&app, &no.as_key().to_string()).await, "神田 うめ", "nothing is half-done");
    admin.post(&path, &[("to", &app.id("ueno").to_string())]).await.is(303);
    assert_eq!(owner(&app, &no.as_key().to_string()).await, "上野 まつ");
    assert!(app.timeline(no).await.iter().any(|line| line.contains("上野 まつ")), "it stands on the timeline");
    let home = app.browser_of("ueno").await.get("/").await.is(200).text();
    assert!(home.contains(&no.to_string()) && home.contains("受付 すみれ"), "the promise is theirs");
    assert_eq!((app.count_of("account.hand_on").await, app.count_of("ticket.assign").await), (1, 1));
    let after = admin.get("/accounts").await.is(200).text();
    assert!(after.contains("担当の残り 通話中の記録1件"), "{after}");
});

on_each_db!(what_nobody_took_stands_on_lists_until_somebody_does, async |app: TestApp| {
    let no = at_work(&app).await;
    let other = app.case(json!({})).await;
    app.db.execute(&format!("UPDATE tickets SET owner_id = NULL WHERE number = {}", other.as_key())).await;
    let admin = app.browser(Administrator).await;
    let supervisor = app.browser(Supervisor).await;
    let day = supervisor.get("/day").await.is(200).page();
    assert!(
        day.text("main").contains("担当者のいない相談票") && !day.text("main").contains("担当が業務を離れたお約束")
    );
    admin.post(&format!("/accounts/{}/disable", app.id("kanda")), &[]).await.is(303);
    let day = supervisor.get("/day").await.is(200).page().text("main");
    for shown in ["担当者のいない相談票", &no.to_string(), &other.to_string(), "担当が業務を離れたお約束", "神田 うめ"]
    {
        assert!(day.contains(shown), "{shown}");
    }
    for (whose, shown, hidden) in [("none", other, no), ("ended", no, other)] {
        let list = supervisor.get(&format!("/tickets?owner={whose}")).await.is(200).page();
        let rows = list.texts("tbody a");
        assert!(rows.contains(&shown.to_string()) && !rows.contains(&hidden.to_string()), "{whose}: {rows:?}");
        assert_eq!(list.attribute("select[name=owner] option[selected]", "value"), whose);
    }
    supervisor.get("/tickets?owner=somebody").await.is(404);
    let path = format!("/accounts/{}/hand-on", app.id("kanda"));
    admin.post(&path, &[("to", "")]).await.is(422);
    admin.post(&path, &[("to", &app.id("akiba").to_string())]).await.is(303);
    let list = supervisor.get("/tickets?owner=ended").await.is(200).page();
    assert_eq!(list.texts("tbody a"), Vec::<String>::new());
    assert!(!supervisor.get("/day").await.text().contains("担当が業務を離れたお約束"));
    let home = app.browser_of("akiba").await.get("/").await.is(200).page().text("main");
    assert!(home.contains("自分の折返し") && home.contains("受付 すみれ"), "it's on the home of who rings: {home}");
});

on_each_db!(who_lost_the_role_for_tickets_is_no_owner_either, async |app: TestApp| {
    let no = at_work(&app).await;
    let admin = app.ctx(Administrator);
    assert_eq!(code(accounts::handing::hand_on(&app.services, &admin, app.id("kanda"), "").await), "account.active");
    accounts::set_role(&app.services, &admin, app.id("kanda"), Role::Clerk.code()).await.unwrap();
    let list = app.browser(Specialist).await.get("/tickets?owner=ended").await.is(200).page();
    assert_eq!(list.texts("tbody a"), [no.to_string()]);
    accounts::handing::hand_on(&app.services, &admin, app.id("kanda"), &app.id("ueno").to_string()).await.unwrap();
    assert_eq!(owner(&app, &no.as_key().to_string()).await, "上野 まつ");
});
