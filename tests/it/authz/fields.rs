//! Every page and answer × every role × every field: what is planted in a field is seen by those whom the table
//! lets see it, somewhere, and by nobody else, anywhere.

use axum::http::Method;
use madoguchi::domain::access::actor::{Role, may};
use madoguchi::domain::access::field::{Field, sees};
use madoguchi::domain::audit::words;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::domain::tickets::evidence_gate::Purpose;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::usecase::calls::sheet;
use madoguchi::usecase::referrals::{NewStep, introduce};
use madoguchi::usecase::tickets as steps;
use madoguchi::usecase::tickets::remote::{RemoteEnd, RemoteStart};
use madoguchi::web::Access;
use serde_json::{Value, json};

use crate::support::directory::{ENOMOTO_SAID, MINASE_SAID};
use crate::support::people::roles;
use crate::support::referrals::asked;
use crate::support::remote::{consented, inspected};
use crate::support::{Answer, Client, TestApp, on_each_db};

/// What is planted, field by field. Strings that stand nowhere else.
const PLANTED: &[(Field, &[&str])] = &[
    (Field::TicketFacility, &["榎本みどり医院", "03-0000-1111"]),
    (Field::TicketMember, &["エノモト　レンタロウ", "文京区医師会"]),
    (Field::TicketNarrative, &["本文の金糸雀", "追記の金糸雀", "依頼の金糸雀"]),
    (Field::TicketRemote, &["遠隔の金糸雀", "所見の金糸雀"]),
    (Field::TicketIncident, &["委託先の金糸雀", "個人情報保護委員会への速報"]),
    (Field::TicketReferral, &["紹介の金糸雀"]),
    (Field::TicketCallback, &["約束の金糸雀"]),
    (Field::CallContact, &["受付の金糸雀", "03-9911-2233"]),
    (Field::VerificationOutcome, &["仮受付"]),
    (Field::VerificationSaid, &["所在地の金糸雀", "確認理由の金糸雀"]),
    (Field::ClaimHead, &["③個人情報漏えい"]),
    (Field::ClaimAmount, &["123,456円"]),
    (Field::ReportFigures, &["同じ施設から何度ご相談があっても1施設に数えます"]),
    (Field::ImportFigures, &["名簿の金糸雀.csv"]),
    (Field::AccountHead, &["yukitsugi-kanaria"]),
    (Field::TokenHead, &["合鍵の金糸雀"]),
    (Field::AuditTrail, &["remote.start"]),
];

/// Seen in so many ways that nothing can be planted in them that stands nowhere else.
const UNPLANTED: [Field; 3] = [Field::TicketHead, Field::TicketCourse, Field::CallHead];

/// What there is to open.
struct Planted {
    calls: Vec<String>,
    tickets: Vec<String>,
}

/// A verified case with remote support and a callback, and a provisional one that was handed over; a claim for each.
async fn planted(app: &TestApp) -> Planted {
    app.publish_report().await;
    let ctx = app.ctx(Role::Operator);
    let mut made = Planted { calls: Vec::new(), tickets: Vec::new() };
    let mut unsure = MINASE_SAID;
    unsure[2].1 = "所在地の金糸雀";
    let cases = [
        (
            ENOMOTO_SAID,
            VerificationOutcome::Verified,
            "",
            json!({ "disposition": "call_back", "callback_at": "2026-11-22T15:00", "callback_note": "約束の金糸雀" }),
        ),
        (
            unsure,
            VerificationOutcome::Provisional,
            "確認理由の金糸雀",
            json!({ "disposition": "escalated", "next_reason": "依頼の金糸雀" }),
        ),
    ];
    for (said, recorded, reason, end) in cases {
        let call = app.ring("03-9911-2233").await;
        app.fill(call, &said[..]).await;
        app.fill(call, &[("caller_name", "受付の金糸雀"), ("narrative", "本文の金糸雀"), ("incident", "leak")]).await;
        sheet::record_verification(&app.services, &ctx, call, recorded, reason).await.expect("a verification");
        let no = app.end(call, end).await.expect("ended").ticket.expect("a ticket");
        made.calls.push(call.to_string());
        made.tickets.push(no);
    }
    let referred = app.at_tier2().await;
    let asked = NewStep { note: "紹介の金糸雀".into(), ..asked("member") };
    introduce::begin(&app.services, &app.ctx(Role::Specialist), referred, &asked, &None).await.expect("a referral");
    made.tickets.push(referred.to_string());
    // One that is still being talked: the sheet as it is typed.
    let open = app.ring("03-9911-2233").await;
    app.fill(open, &[("caller_name", "受付の金糸雀"), ("narrative", "本文の金糸雀")]).await;
    made.calls.push(open.to_string());

    let no = TicketNo::parse(&made.tickets[0]).expect("a number");
    app.denies(no, Purpose::Connect).await;
    let start = RemoteStart { scope: "遠隔の金糸雀".into(), ..consented() };
    steps::remote::start(&app.services, &ctx, no, start).await.expect("a session");
    let id =
        madoguchi::store::tickets::remote::of(&app.services.store, app.ticket(no).await.id).await.expect("one")[0].id;
    app.tells(no, &[("entrusted_to", "委託先の金糸雀")]).await;
    let end = RemoteEnd { found: "所見の金糸雀".into(), ..inspected() };
    steps::remote::end(&app.services, &ctx, no, id, end).await.expect("ended");
    let desk = app.browser(Role::Operator).await;
    desk.post(&format!("/tickets/{no}/entries"), &[("body", "追記の金糸雀"), ("kind", "note")]).await.is(303);
    app.db
        .execute(
            "INSERT INTO claims (id, ticket_id, facility_id, cause, pattern, closed_days, incident_on, received_on, \
             scheme_year, amount_yen, state) SELECT id, id, id, 'leak', 'leak', 0, '2026-10-01', '2026-10-05', 2026, \
             123456, 'approved' FROM tickets",
        )
        .await;
    app.db.execute("UPDATE directory_imports SET file_name = '名簿の金糸雀.csv'").await;
    let admin = app.browser(Role::Administrator).await;
    let account = [("login", "yukitsugi-kanaria"), ("name", "雪継 まゆみ"), ("role", "operator")];
    admin.post("/accounts", &account).await.is(200);
    admin.post("/tokens", &[("name", "合鍵の金糸雀"), ("role", "integration"), ("days", "1")]).await.is(200);
    made
}

/// Paths of a route for everything that there is.
fn paths(route: &str, there: &Planted) -> Vec<String> {
    let with = |mark: &str, values: &[String]| values.iter().map(|v| route.replace(mark, v)).collect();
    match route {
        path if path.starts_with("/calls/") => with("{id}", &there.calls),
        // One ticket's alone: `incidents::papers` looks at it.
        path if path.contains("/dossiers/{id}") => Vec::new(),
        path if path.contains("{no}") => {
            let filled = route.replace("{paper}", "ppc").replace("{recipient}", "clinic");
            there.tickets.iter().map(|no| filled.replace("{no}", no)).collect()
        }
        path if path.contains("{queue}") => with("{queue}", &["mine".to_owned(), "desk".to_owned()]),
        path if path.contains("{period}") => {
            with("{period}", &["2026-10".to_owned()]).into_iter().map(|p| p.replace("{form}", "csv")).collect()
        }
        path if path.contains('{') => Vec::new(),
        path => vec![path.to_owned()],
    }
}

/// What a search or an export is asked. Other posts change things, and show nothing but what a page shows.
fn question(route: &str) -> Option<Value> {
    let words = "金糸雀";
    match route {
        "/tickets/search" | "/api/v1/tickets/search" | "/api/v1/calls/search" => Some(json!({ "q": words })),
        "/audit/export" => Some(json!({ "from": "2026-11-01", "until": "2026-11-30" })),
        "/api/v1/verifications" => Some(json!({ "name": "水無瀬柚子", "facility": "水無瀬ゆず内科" })),
        _ => None,
    }
}

/// Everything a client is shown, all pages and answers in one text.
async fn everything(app: &TestApp, client: &Client, role: Role, api: bool, there: &Planted) -> String {
    let mut shown = String::new();
    for route in app.app.web().routes {
        let (Access::Page(action) | Access::Api(action)) = route.access else { continue };
        // What one isn't let in to is knocked at as well: its answer is looked through like any other.
        let is_api = matches!(route.access, Access::Api(_));
        let leaves = ["/session/end", "/account/password", "/api/docs/{*path}"].contains(&route.path);
        if is_api != api || leaves {
            continue;
        }
        for path in paths(route.path, there) {
            let answer = match (route.method == Method::POST, question(route.path)) {
                (false, _) => client.get(&path).await,
                (true, Some(asked)) if api => client.post_json(&path, &asked).await,
                (true, Some(asked)) => {
                    let fields: Vec<(&str, &str)> = asked
                        .as_object()
                        .expect("fields")
                        .iter()
                        .map(|(k, v)| (k.as_str(), v.as_str().expect("text")))
                        .collect();
                    client.post(&path, &fields).await
                }
                (true, None) => continue,
            };
            if may(role, action) && !path.contains("/session/") {
                assert!(answer.status < 400, "{role:?} {path}: {}", answer.status);
            }
            shown.push_str(&answer.text());
        }
    }
    shown
}

on_each_db!(each_role_sees_the_fields_of_the_table_and_no_other, async |app: TestApp| {
    let app = app.with_directory().await;
    let there = planted(&app).await;
    for field in Field::ALL {
        let planted = PLANTED.iter().any(|(f, _)| f == field);
        assert_ne!(planted, UNPLANTED.contains(field), "{}", field.code());
    }
    for role in roles() {
        let pages = everything(&app, &app.browser(role).await, role, false, &there).await;
        for (field, words) in PLANTED {
            for word in *words {
                assert_eq!(pages.contains(word), sees(role, *field), "{role:?}: {} ({word}) on pages", field.code());
            }
        }
    }
    for role in Role::ALL {
        let answers = everything(&app, &app.script(role).await, role, true, &there).await;
        for (field, words) in PLANTED.iter().filter(|(field, _)| !sees(role, *field)) {
            for word in *words {
                assert!(!answers.contains(word), "{role:?}: {} ({word}) in the API", field.code());
            }
        }
    }
});

on_each_db!(every_deed_and_thing_of_the_audit_has_words, async |app: TestApp| {
    let app = app.with_directory().await;
    let there = planted(&app).await;
    for role in roles() {
        everything(&app, &app.browser(role).await, role, false, &there).await;
    }
    for row in app.select("SELECT DISTINCT action, object_kind FROM audit_entries").await {
        let (action, kind) = (row["action"].as_str().unwrap(), row["object_kind"].as_str().unwrap());
        assert!(words::deed(action).is_some() && words::thing(kind).is_some(), "{action} {kind}");
    }
});

on_each_db!(a_stranger_sees_nothing_of_anything, async |app: TestApp| {
    let app = app.with_directory().await;
    let there = planted(&app).await;
    for (api, client) in [(false, app.stranger()), (true, app.stranger())] {
        let shown = everything_unasked(&app, &client, api, &there).await;
        for (_, words) in PLANTED {
            for word in *words {
                assert!(!shown.contains(word), "{word}");
            }
        }
    }
});

async fn everything_unasked(app: &TestApp, client: &Client, api: bool, there: &Planted) -> String {
    let mut shown = String::new();
    for route in app.app.web().routes.iter().filter(|r| r.method == Method::GET) {
        if matches!(route.access, Access::Api(_)) == api {
            for path in paths(route.path, there) {
                shown.push_str(&client.get(&path).await.text());
            }
        }
    }
    shown
}

on_each_db!(the_claims_office_opens_only_tickets_that_concern_it, async |app: TestApp| {
    let other = app.case(json!({})).await;
    let pointed = app.case(json!({ "disposition": "claims_office", "incident": "leak" })).await;
    let clerk = app.browser(Role::Clerk).await;
    let before = refused(&app).await;
    let answer = clerk.get(&format!("/tickets/{other}")).await;
    let absent = clerk.get("/tickets/2026-999999").await;
    let said = |answer: &Answer| answer.page().text("main").split("エラー番号").next().map(str::to_owned);
    assert_eq!((answer.status, said(&answer)), (404, said(&absent)));
    assert_eq!(refused(&app).await, before + 1, "the attempt is written down");

    let page = clerk.get(&format!("/tickets/{pointed}")).await.is(200).page();
    assert!(page.text("main").contains("一時支援金の手続きに必要な項目だけ"));
    assert!(!page.has("textarea, form[action*='/tickets/']"), "nothing is drawn that can't be done");
    let script = app.script(Role::Clerk).await;
    script.get(&format!("/api/v1/tickets/{other}")).await.is(404);
    let seen = script.get(&format!("/api/v1/tickets/{pointed}")).await.is(200).json();
    assert_eq!(seen["incident"], "leak");
    for field in ["summary", "entries", "severity"] {
        assert_eq!(seen.get(field), None, "{field}");
    }
});

async fn refused(app: &TestApp) -> i64 {
    app.number("SELECT COUNT(*) AS n FROM audit_entries WHERE result = 'refused' AND action = 'ticket.view'").await
}

on_each_db!(the_table_of_rights_is_drawn_for_those_who_answer_for_it, async |app: TestApp| {
    let page = app.browser(Role::Administrator).await.get("/rights").await.is(200).page();
    let rows = page.texts("tbody tr");
    let row = |label: &str| rows.iter().find(|r| r.starts_with(label)).unwrap_or_else(|| panic!("{label}")).clone();
    assert_eq!(row("一時支援金の金額").matches('○').count(), 2);
    assert_eq!(row("相談内容・対応履歴・理由").matches('○').count(), 3);
    assert!(row("会員確認の特例").contains("人だけ") && !row("会員の確認").contains("人だけ"));
    assert_eq!(row("報告の閲覧").matches('○').count(), 1);
    app.browser(Role::Clerk).await.get("/rights").await.is(404);
});

on_each_db!(the_description_of_the_api_names_roles_and_fields, async |app: TestApp| {
    let document = app.script(Role::Operator).await.get("/api/v1/openapi.json").await.is(200).json();
    for route in app.app.web().routes {
        let Access::Api(action) = route.access else { continue };
        if route.path == "/api/v1/openapi.json" {
            continue; // the description itself
        }
        let said = &document["paths"][route.path][route.method.as_str().to_lowercase()]["description"];
        let said = said.as_str().unwrap_or_default();
        assert!(said.contains(&format!("（スコープ {}）", action.code())), "{}: {said}", route.path);
        for role in Role::ALL.into_iter().filter(|role| may(*role, action)) {
            assert!(said.contains(role.label()), "{}: {}", route.path, role.label());
        }
    }
    let ticket = document["paths"]["/api/v1/tickets/{no}"]["get"]["description"].as_str().unwrap_or_default();
    assert!(
        ticket.contains("相談内容・対応履歴・理由はオペレータ、2次対応、スーパーバイザーだけに返ります"),
        "{ticket}"
    );
    let me = app.script(Role::Clerk).await.get("/api/v1/me").await.is(200).json();
    assert!(me["fields"].as_array().unwrap().contains(&json!("claim.amount")), "{me}");
});
