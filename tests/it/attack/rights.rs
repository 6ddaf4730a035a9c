//! Deeds inside of other deeds, and persons behind tokens: what a token of little right may reach by naming things, what
//! a token never may, and who is another person.

use chrono::Duration;
use madoguchi::domain::access::actor::{Action, Hands, Role};
use madoguchi::domain::accounts::token::Token;
use madoguchi::domain::id::{AccountId, TokenId};
use madoguchi::domain::tickets::TicketNo;
use madoguchi::gateway::secret;
use madoguchi::store::accounts::{self as rows};
use madoguchi::usecase::desks::supervision;
use madoguchi::usecase::{Error, accounts};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::cases::{code, logged};
use crate::support::directory::ENOMOTO_SAID;
use crate::support::{Answer, Client, TestApp, on_each_db};

/// An answer to the byte, without the number of its request.
fn alike(answer: &Answer) -> (u16, Vec<(String, String)>, Value) {
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    let mut body = answer.json();
    let id = body["error"]["request_id"].take();
    assert!(id.as_str().is_some_and(|id| Uuid::parse_str(id).is_ok()), "{id}");
    (answer.status, headers, body)
}

/// A token as it may have been kept from before, whatever its scopes.
async fn kept_token(app: &TestApp, role: Role, scopes: &[&str], person_id: Option<AccountId>) -> (Uuid, Client) {
    let secret = secret::token().unwrap();
    let token = Token {
        id: TokenId(Uuid::new_v4()),
        name: "むかしの鍵".into(),
        role,
        scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
        person_id,
        created_at: app.ctx(Role::Operator).now,
        expires_at: None,
        revoked_at: None,
    };
    let tx = app.services.store.begin().await.unwrap();
    rows::add_token(&tx, &token, secret::digest(&secret)).await.unwrap();
    tx.commit().await.unwrap();
    (token.id.0, Client::new(app.router.clone()).bearing(secret))
}

/// Everything that a refused deed must leave as it was: the audit apart.
async fn held(app: &TestApp) -> Vec<(&'static str, i64)> {
    app.counts(&["audit_entries", "audit_subjects"]).await
}

on_each_db!(who_may_only_log_calls_touches_no_ticket_and_learns_no_number, async |app: TestApp| {
    let (open, closed) = (app.case(json!({})).await, app.case(json!({ "next": "close" })).await);
    let erased = app.case(json!({})).await;
    app.db.execute(&format!("UPDATE tickets SET erased_on = '2026-11-22' WHERE number = {}", erased.as_key())).await;
    let ways = [
        json!({ "next": "close" }),
        json!({ "next": "keep" }),
        json!({ "next": "none", "disposition": "wrong" }),
        json!({ "next": "usual", "disposition": "not_eligible" }),
        json!({ "next": "usual", "disposition": "call_back", "callback_at": "2026-11-22T15:00" }),
    ];
    for scopes in [&["call.log"][..], &["call.log", "ticket.find"], &["call.log", "ticket.read", "ticket.escalate"]] {
        let script = app.script_with(Role::Operator, scopes).await;
        let before = (held(&app).await, app.timeline(open).await, app.timeline(closed).await);
        for way in &ways {
            let mut answers = Vec::new();
            for ticket in
                [&*open.to_string(), &*closed.to_string(), &*erased.to_string(), "2026-999999", "2026-000000", "x"]
            {
                let mut body = logged(way.clone());
                body["ticket"] = ticket.into();
                answers.push(alike(&script.post_json("/api/v1/calls", &body).await));
            }
            assert_eq!(answers[0].0, 404, "{way}");
            assert!(answers.iter().all(|answer| *answer == answers[0]), "{way}: {answers:#?}");
        }
        let after = (held(&app).await, app.timeline(open).await, app.timeline(closed).await);
        assert_eq!(after, before, "{scopes:?}: as it was");
    }
    let refused = "SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'access' AND result = 'refused' \
                   AND CAST(detail AS TEXT) LIKE '%ticket.work%'";
    assert_eq!(app.number(refused).await, 3 * 5 * 6, "each is written down with the right that was missing");
});

on_each_db!(who_may_work_on_tickets_is_told_which_number_there_is_none_of, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let script = app.script_with(Role::Operator, &["call.log", "ticket.work"]).await;
    let named = |ticket: &str| logged(json!({ "next": "close", "ticket": ticket }));
    script.post_json("/api/v1/calls", &named(&no.to_string())).await.is(201);
    assert_eq!(app.ticket(no).await.state.code(), "done");
    let absent = script.post_json("/api/v1/calls", &named("2026-999999")).await.is(422);
    assert_eq!(absent.faults(), ["ticket: ticket.unknown"]);
});

on_each_db!(who_may_only_log_calls_records_nothing_about_members, async |app: TestApp| {
    let app = app.with_directory().await;
    let script = app.script_with(Role::Supervisor, &["call.log"]).await;
    let items = |recorded: &str, number: &str| {
        json!({ "recorded": recorded, "reason": "急ぎ", "member_name": "榎本蓮太郎", "facility": "榎本みどり医院",
                "address": "文京区本駒込9-8-7", "member_number": number })
    };
    let looked = "SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'member.lookup'";
    let before = (held(&app).await, app.number(looked).await);
    for recorded in ["verified", "provisional", "not_eligible"] {
        // A right number and a wrong one, said with a ticket that isn't there and without: nothing tells them apart.
        let mut answers = Vec::new();
        for (number, ticket) in [("234567", ""), ("999999", ""), ("234567", "2026-999999"), ("999999", "2026-999999")] {
            let mut body = logged(items(recorded, number));
            body["ticket"] = ticket.into();
            answers.push(alike(&script.post_json("/api/v1/calls", &body).await.is(404)));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{recorded}: {answers:#?}");
    }
    assert_eq!((held(&app).await, app.number(looked).await), before, "nothing written, nothing looked up");

    // What was said stays with the call, as said and unverified.
    let integration = app.script(Role::Integration).await;
    let made = integration.post_json("/api/v1/calls", &logged(items("unverified", "234567"))).await.is(201).json();
    let no = TicketNo::parse(made["ticket"].as_str().unwrap()).unwrap();
    assert!(!app.ticket(no).await.verification.opens_remote());
    assert_eq!((app.count("verifications").await, app.number(looked).await), (0, before.1));
    let sheet = app.select("SELECT field, value FROM sheet_fields ORDER BY field").await;
    assert_eq!(sheet.len(), 4, "{sheet:?}");
});

on_each_db!(who_logs_a_call_opens_and_ends_its_own_ticket_and_escalates_none, async |app: TestApp| {
    let script = app.script_with(Role::Operator, &["call.log"]).await;
    for (way, state) in [
        (json!({ "next": "close" }), "done"),
        (json!({ "next": "keep" }), "tier1"),
        (json!({ "next": "usual", "disposition": "out_of_scope" }), "out_of_scope"),
    ] {
        let made = script.post_json("/api/v1/calls", &logged(way)).await.is(201).json();
        let no = TicketNo::parse(made["ticket"].as_str().unwrap()).unwrap();
        assert_eq!(app.ticket(no).await.state.code(), state);
    }
    let before = held(&app).await;
    for way in [json!({ "next": "escalate" }), json!({ "next": "usual", "disposition": "escalated" })] {
        let mut body = logged(way);
        body["next_reason"] = "駆除を試みたい".into();
        script.post_json("/api/v1/calls", &body).await.is(404);
    }
    assert_eq!(held(&app).await, before);
    let both = app.script_with(Role::Operator, &["call.log", "ticket.escalate"]).await;
    let way = json!({ "next": "escalate", "next_reason": "駆除を試みたい" });
    both.post_json("/api/v1/calls", &logged(way)).await.is(201);
    assert_eq!(app.count("escalations").await, 1);
});

on_each_db!(no_token_decides_otherwise_than_the_rules_whoever_made_it_and_whenever, async |app: TestApp| {
    let app = app.with_directory().await;
    let said = json!({ "member_name": ENOMOTO_SAID[0].1, "facility": ENOMOTO_SAID[1].1, "recorded": "verified", "reason": "医師会に確認" });
    let mut scripts = vec![app.script(Role::Supervisor).await];
    for scopes in
        [&["call.log", "member.verify", "member.override"][..], &["member.override"], &["desk.supervise", "call.log"]]
    {
        scripts.push(kept_token(&app, Role::Supervisor, scopes, None).await.1);
    }
    for script in scripts {
        let answer = script.post_json("/api/v1/calls", &logged(said.clone())).await;
        assert!([404, 409].contains(&answer.status), "{}", answer.text());
        let me = script.get("/api/v1/me").await;
        assert!(!me.text().contains("member.override") && !me.text().contains("desk.supervise"), "{}", me.text());
    }
    assert_eq!(app.count("verifications").await, 0);
    let overridden = "SELECT COUNT(*) AS n FROM audit_entries WHERE action = 'member.override'";
    assert_eq!(app.number(overridden).await, 0);
});

on_each_db!(a_token_with_what_needs_a_person_is_not_made, async |app: TestApp| {
    let admin = app.ctx(Role::Administrator);
    let browser = app.browser(Role::Administrator).await;
    for action in Action::ALL.iter().filter(|action| action.hands() != Hands::Anybody) {
        let role = action.roles().first().copied().unwrap_or(Role::Supervisor);
        for ctx in [&admin, &app.app.console()] {
            let scopes = vec!["call.log".to_owned(), action.code().to_owned()];
            let made = accounts::create_token(&app.services, ctx, "鍵", role, scopes, Some(7)).await;
            assert_eq!(code(made), "scope.person", "{}", action.code());
        }
        let form = [("name", "鍵"), ("role", role.code()), ("scopes", action.code()), ("days", "7")];
        let page = browser.post("/tokens", &form).await.is(422);
        assert_eq!(page.faults_shown(), ["scopes"], "{}", action.code());
        assert!(page.text().contains("トークンには付けられません"), "{}", page.said());
    }
    assert_eq!(app.count("tokens").await, 0);
});

on_each_db!(a_token_works_only_as_long_as_the_person_behind_it, async |app: TestApp| {
    let console = app.app.console();
    let of = async |login: &str, role: Role| {
        let made = accounts::create_token_for(&app.services, &console, "鍵", role, vec![], None, Some(login)).await;
        app.stranger().bearing(made.expect("a token"))
    };
    let (own, of_admin) = (of("kanda", Role::Operator).await, of("ebisu", Role::Integration).await);
    let nobodys = app.script(Role::Operator).await;
    let works = async |client: &Client| client.get("/api/v1/me").await.status;
    assert_eq!((works(&own).await, works(&of_admin).await, works(&nobodys).await), (200, 200, 200));

    accounts::set_active(&app.services, &console, app.id("kanda"), false).await.unwrap();
    assert_eq!(works(&own).await, 401, "stopped with the person");
    accounts::set_active(&app.services, &console, app.id("kanda"), true).await.unwrap();
    assert_eq!(works(&own).await, 200);
    accounts::set_role(&app.services, &console, app.id("kanda"), "clerk").await.unwrap();
    assert_eq!(works(&own).await, 401, "the role is gone");
    accounts::set_role(&app.services, &console, app.id("kanda"), "administrator").await.unwrap();
    assert_eq!(works(&own).await, 200, "who makes tokens answers for any");
    accounts::set_role(&app.services, &console, app.id("ebisu"), "supervisor").await.unwrap();
    assert_eq!((works(&of_admin).await, works(&nobodys).await), (401, 200));

    let list = app.browser_of("kanda").await.get("/tokens").await.is(200).page();
    let lines = list.texts("tbody tr");
    let of = |words: [&str; 2]| lines.iter().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(of(["恵比 かし", "無効"]) && of(["神田 うめ", "有効"]) && of(["コンソール", "有効"]), "{lines:?}");

    for (login, role, why) in [
        ("nobody", Role::Operator, "token.person"),
        ("ueno", Role::Supervisor, "token.person"),
        ("otsuka", Role::Integration, "token.person"),
    ] {
        let made = accounts::create_token_for(&app.services, &console, "鍵", role, vec![], None, Some(login)).await;
        assert_eq!(code(made), why, "{login}");
    }
});

on_each_db!(a_person_who_has_ended_by_themselves_takes_their_tokens_along, async |app: TestApp| {
    let console = app.app.console();
    let new = accounts::NewAccount {
        login: "hoshu",
        name: "保守 とき",
        role: Role::Operator,
        maintenance: Some((2, "版の更新")),
    };
    accounts::create(&app.services, &console, &new).await.unwrap();
    let made =
        accounts::create_token_for(&app.services, &console, "鍵", Role::Operator, vec![], None, Some("hoshu")).await;
    let script = app.stranger().bearing(made.unwrap());
    script.get("/api/v1/me").await.is(200);
    app.clock.advance(Duration::days(2));
    script.get("/api/v1/me").await.is(401);
});

/// A complaint and a provisional verification by a script.
async fn doubtful(app: &TestApp, script: &Client) {
    let body = json!({ "complaint": true, "recorded": "provisional", "reason": "番号が手元にない",
        "member_name": ENOMOTO_SAID[0].1, "facility": ENOMOTO_SAID[1].1 });
    script.post_json("/api/v1/calls", &logged(body)).await.is(201);
    assert_eq!(app.count("verifications").await, 1);
}

/// Whether a supervisor may review what was done.
async fn reviews(app: &TestApp, login: &str) -> [Result<(), Error>; 2] {
    let ctx = app.ctx_of(login);
    let day = supervision::day(&app.services, &ctx).await.expect("a day");
    let (call, verification) = (day.to_review[0].id, day.doubtful[0].id);
    [
        supervision::review_call(&app.services, &ctx, call).await,
        supervision::review_verification(&app.services, &ctx, verification).await,
    ]
}

on_each_db!(nobody_reviews_what_a_token_did_that_they_answer_for, async |app: TestApp| {
    let app = app.with_directory().await;
    let scopes = vec!["call.log".into(), "member.verify".into()];
    let console = app.app.console();
    let made =
        accounts::create_token_for(&app.services, &console, "鍵", Role::Supervisor, scopes, None, Some("tabata")).await;
    doubtful(&app, &app.stranger().bearing(made.unwrap())).await;
    for review in reviews(&app, "tabata").await {
        assert_eq!(code(review), "review.own");
    }
    let page = app.browser_of("tabata").await;
    let id = supervision::day(&app.services, &app.ctx_of("tabata")).await.expect("a day").doubtful[0].id;
    page.post(&format!("/verifications/{id}/review"), &[]).await.is(409);
    for review in reviews(&app, "komagome").await {
        review.expect("another person");
    }
});

on_each_db!(who_made_a_token_stays_the_person_behind_what_it_did_whatever_they_become, async |app: TestApp| {
    let app = app.with_directory().await;
    let scopes = vec!["call.log".into(), "member.verify".into()];
    let admin = app.ctx(Role::Administrator);
    let made = accounts::create_token(&app.services, &admin, "鍵", Role::Operator, scopes, None).await.unwrap();
    doubtful(&app, &app.stranger().bearing(made)).await;
    let console = app.app.console();
    accounts::set_role(&app.services, &console, app.id("ueno"), "administrator").await.unwrap();
    accounts::set_role(&app.services, &console, app.id("ebisu"), "supervisor").await.unwrap();
    let mut ctx = app.ctx_of("ebisu");
    ctx.actor.role = Some(Role::Supervisor);
    let day = supervision::day(&app.services, &ctx).await.expect("a day");
    assert_eq!(code(supervision::review_call(&app.services, &ctx, day.to_review[0].id).await), "review.own");
    assert_eq!(code(supervision::review_verification(&app.services, &ctx, day.doubtful[0].id).await), "review.own");
});

on_each_db!(what_a_token_of_the_console_did_any_supervisor_reviews_and_no_token_does, async |app: TestApp| {
    let app = app.with_directory().await;
    doubtful(&app, &app.script(Role::Operator).await).await;
    let (id, _) = kept_token(&app, Role::Supervisor, &["desk.supervise"], Some(app.id("komagome"))).await;
    let mut token = app.ctx_of("komagome");
    token.actor.kind = madoguchi::domain::access::actor::ActorKind::Token;
    token.actor.id = id;
    let call = supervision::day(&app.services, &app.ctx_of("tabata")).await.unwrap().to_review[0].id;
    let refused = supervision::review_call(&app.services, &token, call).await;
    assert!(matches!(refused, Err(Error::Forbidden(Action::Supervise))), "{refused:?}");
    for review in reviews(&app, "tabata").await {
        review.expect("somebody else than the console");
    }
});

on_each_db!(what_could_never_be_used_is_not_made, async |app: TestApp| {
    let admin = app.ctx(Role::Administrator);
    let made =
        accounts::create_token(&app.services, &admin, "鍵", Role::Operator, vec!["audit.read".into()], Some(7)).await;
    assert_eq!(code(made), "scope.person", "operators don't read the audit");
    let nobody = accounts::NewAccount { login: "integ", name: "連携", role: Role::Integration, maintenance: None };
    assert_eq!(code(accounts::create(&app.services, &admin, &nobody).await), "role.not_a_person");
});
