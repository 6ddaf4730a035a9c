//! One string in every field that is kept: through the forms and the API as those who may, and past them where only
//! an import or a proxy would bring it.

use madoguchi::domain::access::actor::Role;
use madoguchi::domain::calls::sheet::SheetField;
use madoguchi::domain::id::CallId;
use madoguchi::domain::tickets::TicketNo;
use madoguchi::domain::time::tokyo_day;
use madoguchi::gateway::clock::Clock;
use madoguchi::store::Access;
use madoguchi::store::entity::{accounts, claims, directory_imports, facilities, members, passkeys, sessions, tickets};
use madoguchi::store::tickets::remote;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};

use super::strings::cut;
use crate::support::cases::logged;
use crate::support::remote::DENIED;
use crate::support::rows::TABLES;
use crate::support::{Client, TestApp};

/// Everybody, signed in, and the operator's script.
pub(super) struct People {
    pub(super) operator: Client,
    pub(super) specialist: Client,
    pub(super) supervisor: Client,
    pub(super) clerk: Client,
    pub(super) reader: Client,
    pub(super) admin: Client,
    pub(super) script: Client,
}

impl People {
    pub(super) async fn of(app: &TestApp) -> Self {
        Self {
            operator: app.browser(Role::Operator).await,
            specialist: app.browser(Role::Specialist).await,
            supervisor: app.browser(Role::Supervisor).await,
            clerk: app.browser(Role::Clerk).await,
            reader: app.browser(Role::JmaReader).await,
            admin: app.browser(Role::Administrator).await,
            script: app.script(Role::Operator).await,
        }
    }
}

/// What a pass left to be looked at.
pub(super) struct Filled {
    /// A call still open.
    pub(super) open: CallId,
    /// One that has ended.
    pub(super) ended: CallId,
    /// The ticket that everything was done on.
    pub(super) ticket: TicketNo,
    /// One that was closed.
    pub(super) closed: TicketNo,
}

/// The longest a field of the sheet may be.
fn room(field: SheetField) -> usize {
    match field {
        SheetField::Phone | SheetField::Callback => 40,
        SheetField::Narrative | SheetField::OutOfHoursReason => 10_000,
        _ => 200,
    }
}

/// The sheet's fields that hold words.
const WORDS: [SheetField; 9] = [
    SheetField::Phone,
    SheetField::Callback,
    SheetField::CallerName,
    SheetField::MemberName,
    SheetField::Facility,
    SheetField::Address,
    SheetField::Number,
    SheetField::Narrative,
    SheetField::OutOfHoursReason,
];

/// Fills everything with a string.
pub(super) async fn everything(app: &TestApp, people: &People, pass: usize, text: &str) -> Filled {
    let open = open_call(app, people, text).await;
    let (ended, ticket) = escalated(app, people, text).await;
    work_on(app, people, ticket, text).await;
    let closed = by_script(app, people, text).await;
    hold(app, people, ticket, text).await;
    office(people, pass, text).await;
    past_the_forms(app, pass, ticket, text).await;
    Filled { open, ended, ticket, closed }
}

async fn type_into(people: &People, call: CallId, fields: &[SheetField], text: &str) {
    for field in fields {
        let (name, version) = (format!("f.{}", field.name()), format!("v.{}", field.name()));
        let text = cut(text, room(*field));
        let form = [(name.as_str(), text.as_str()), (version.as_str(), "0")];
        people.operator.post(&format!("/calls/{call}/sheet"), &form).await.is(200);
    }
}

async fn provisional(people: &People, call: CallId, text: &str) {
    let form = [("recorded", "provisional"), ("reason", &cut(text, 200))];
    people.operator.post(&format!("/calls/{call}/verification"), &form).await.is(303);
}

async fn open_call(app: &TestApp, people: &People, text: &str) -> CallId {
    let call = app.ring("").await;
    type_into(people, call, &WORDS, text).await;
    people.operator.post(&format!("/calls/{call}/notes"), &[("body", &cut(text, 10_000))]).await.is(303);
    provisional(people, call, text).await;
    people.operator.post(&format!("/calls/{call}/tickets"), &[]).await.is(303);
    for _ in 0..2 {
        people.specialist.post(&format!("/calls/{call}/questions"), &[("words", &cut(text, 200))]).await.is(303);
    }
    let sheet = people.operator.get(&format!("/calls/{call}")).await.is(200).page();
    let id = sheet.attribute("#part-asked [name=question]", "value");
    let answer = [("question", id.as_str()), ("answer", &cut(text, 200))];
    people.operator.post(&format!("/calls/{call}/answers"), &answer).await.is(303);
    call
}

async fn escalated(app: &TestApp, people: &People, text: &str) -> (CallId, TicketNo) {
    let call = app.ring("03-5550-1234").await;
    type_into(people, call, &WORDS[2..], text).await;
    provisional(people, call, text).await;
    let (reason, note) = (cut(text, 10_000), cut(text, 200));
    let callback = (app.clock.now() + chrono::Duration::hours(12)).format("%Y-%m-%dT%H:%M").to_string();
    let form = [
        ("disposition", "escalated"),
        ("complaint", "yes"),
        ("next_reason", reason.as_str()),
        ("callback_at", callback.as_str()),
        ("callback_note", note.as_str()),
        ("clinic_hours", "平日9-18"),
        ("anyway", "yes"),
    ];
    people.operator.post(&format!("/calls/{call}/end"), &form).await.is(303);
    (call, app.ended_in(call).await)
}

/// Moves a ticket on, as whoever may.
async fn moved(app: &TestApp, client: &Client, no: TicketNo, step: &[(&str, &str)]) {
    let version = app.ticket(no).await.version.to_string();
    let form = [step, &[("version", version.as_str())]].concat();
    client.post(&format!("/tickets/{no}/transitions"), &form).await.is(303);
}

async fn work_on(app: &TestApp, people: &People, no: TicketNo, text: &str) {
    let (long, short) = (cut(text, 10_000), cut(text, 80));
    for kind in ["note", "advice", "call"] {
        let form = [("kind", kind), ("body", long.as_str())];
        people.operator.post(&format!("/tickets/{no}/entries"), &form).await.is(303);
    }
    moved(app, &people.specialist, no, &[("transition", "take")]).await;
    let evidence = [&DENIED[..], &[("reason", short.as_str())]].concat();
    people.specialist.post(&format!("/tickets/{no}/evidence"), &evidence).await.is(303);
    let remote = [
        ("consented", "yes"),
        ("consent_by", short.as_str()),
        ("scope", short.as_str()),
        ("tool", "quick_assist"),
        ("session_code", short.as_str()),
    ];
    people.specialist.post(&format!("/tickets/{no}/remotes"), &remote).await.is(303);
    let sessions = remote::of(&app.services.store, app.ticket(no).await.id).await.expect("sessions");
    let clean = [&evidence[1..], &[("purpose", "clean")]].concat();
    people.specialist.post(&format!("/tickets/{no}/evidence"), &clean).await.is(303);
    let words = [("done", long.as_str()), ("removed", long.as_str()), ("found", long.as_str())];
    let end = [&words[..], &[("ended_as", "broken_off"), ("outcome", short.as_str())]].concat();
    people.specialist.post(&format!("/tickets/{no}/remotes/{}/end", sessions[0].id), &end).await.is(303);
    let aware = cut(text, 200);
    let incident = [
        ("aware_by", aware.as_str()),
        ("was_aware_by", ""),
        ("aware_at", "2026-06-01T09:00"),
        ("was_aware_at", ""),
        ("leak", "possible"),
        ("was_leak", ""),
    ];
    people.specialist.post(&format!("/tickets/{no}/incident"), &incident).await.is(303);
    let piece = ["item", "label", "place", "holder", "handed_to"].map(|name| (name, aware.as_str()));
    let piece = [&piece[..], &[("state", "handed")]].concat();
    people.specialist.post(&format!("/tickets/{no}/items"), &piece).await.is(303);
    people.operator.post("/handover", &[("words", long.as_str())]).await.is(303);
    let filed = [("ended_as", "filed"), ("by", short.as_str()), ("receipt", short.as_str())];
    people.specialist.post(&format!("/tickets/{no}/duties/ppc_quick"), &filed).await.is(303);
    wave(app, people, no, &cut(text, 500)).await;
    refer(app, people, no, &aware).await;
    hand(app, people, no, &aware).await;
    moved(app, &people.specialist, no, &[("transition", "watch"), ("reason", &long)]).await;
    moved(app, &people.specialist, no, &[("transition", "take")]).await;
    moved(app, &people.specialist, no, &[("transition", "give_back"), ("reason", &long)]).await;
    moved(app, &people.operator, no, &[("transition", "escalate"), ("reason", &long)]).await;
    people.specialist.post(&format!("/tickets/{no}/remotes"), &remote).await.is(303);
}

/// Two clinics that say the string, held for one attack, and two that something is set aside of.
async fn wave(app: &TestApp, people: &People, no: TicketNo, said: &str) {
    // What is read out names no clinic, and the ticket's clinic is called as everything else is: others' tickets begin it.
    let mut others = Vec::new();
    for _ in 0..2 {
        let with = json!({ "arrived_at": app.clock.now(), "ended_at": null, "out_of_hours_reason": "試験" });
        others.push(app.case(with).await);
    }
    let tells = async |ticket: TicketNo| {
        for (kind, said) in [("subject", said), ("extension", "lockbit")] {
            let form = [("indicator_kind", kind), ("said", said)];
            people.specialist.post(&format!("/tickets/{ticket}/indicators"), &form).await;
        }
    };
    for ticket in &others {
        tells(*ticket).await;
    }
    let mark = [("kind", "extension"), ("key", "lockbit")];
    let line = cut(said, 200);
    people.specialist.post("/waves/aside", &[&mark[..], &[("why", said)]].concat()).await;
    let of = madoguchi::store::incidents::indicator::of(&app.services.store, app.ticket(others[0]).await.id)
        .await
        .expect("indicators");
    if let Some(one) = of.iter().find(|one| one.kind.code() == "subject") {
        let mark = [("kind", "subject"), ("key", one.key.as_str())];
        let words = [("name", line.as_str()), ("advice", said)];
        people.specialist.post("/waves/campaigns", &[&mark[..], &words].concat()).await;
    }
    tells(no).await;
}

/// A firm with the string in every field, and a referral with it that is taken back.
async fn refer(app: &TestApp, people: &People, no: TicketNo, line: &str) {
    let words = ["name", "skills", "languages", "first_response", "fees", "contact", "conflicts"];
    let words = words.map(|name| (name, line));
    let rest = [("kind", "lawyer"), ("hours", "24時間"), ("email", "a@example.jp"), ("verified_on", "2026-11-20")];
    people.specialist.post("/firms", &[&words[..], &rest].concat()).await.is(303);
    let page = format!("/tickets/{no}/referrals");
    let asked = [("kind", "lawyer"), ("asked_by", "member"), ("said_by", line)];
    people.specialist.post(&page, &asked).await.is(303);
    let at = format!("{page}/{}", app.referrals(no).await[0].id);
    people
        .specialist
        .post(&at, &[("step", "withdrawn"), ("seen", "1"), ("said_by", line), ("note", line)])
        .await
        .is(303);
}

/// A dossier, a request of an authority and its answer, and a ticket that goes into this one.
async fn hand(app: &TestApp, people: &People, no: TicketNo, line: &str) {
    let at = format!("/tickets/{no}");
    let page = people.specialist.get(&format!("{at}/dossiers/new/clinic")).await.is(200).page();
    let seen = page.attribute("main [name=seen]", "value");
    let keep = page.attributes("main [name=keep]", "value");
    let mut new = vec![("recipient", "clinic"), ("means", "mail"), ("looked", "yes"), ("seen", seen.as_str())];
    new.extend([("to", line), ("consent_by", line)]);
    new.extend(keep.iter().map(|at| ("keep", at.as_str())));
    let made = people.specialist.post(&format!("{at}/dossiers"), &new).await.is(303).header("location").to_owned();
    people.specialist.post(&format!("{made}/told"), &[("told", line)]).await.is(303);
    let asked = ["asks", "wants", "document", "agreed_by"].map(|name| (name, line));
    people.specialist.post(&format!("{at}/authorities"), &asked).await.is(303);
    let page = people.specialist.get(&format!("{at}/dossiers")).await.is(200).page();
    let answer = page.attribute("main form[action$='/answer']", "action");
    people.specialist.post(&answer, &[("answer", "refused"), ("why", line)]).await.is(303);
    let part = json!({ "arrived_at": app.clock.now(), "ended_at": null, "out_of_hours_reason": "試験" });
    let part = app.case(part).await;
    let version = app.ticket(part).await.version.to_string();
    let into = [("into", no.to_string()), ("merge_why", line.to_owned()), ("version", version)];
    let into: Vec<(&str, &str)> = into.iter().map(|(name, value)| (*name, value.as_str())).collect();
    people.operator.post(&format!("/tickets/{part}/merge"), &into).await.is(303);
}

async fn by_script(app: &TestApp, people: &People, text: &str) -> TicketNo {
    let (long, line) = (cut(text, 10_000), cut(text, 200));
    let call = |with: Value| {
        let mut call = logged(json!({
            "number": "06-5550-1234", "caller_name": line, "facility": line, "member_name": line, "address": line,
            "member_number": line, "recorded": "provisional", "reason": line, "narrative": long,
            "arrived_at": app.clock.now() - chrono::Duration::minutes(9), "ended_at": null,
            "out_of_hours_reason": long, "disposition": "claims_office",
        }));
        call.as_object_mut().expect("an object").extend(with.as_object().expect("an object").clone());
        call
    };
    people.script.post_json("/api/v1/calls", &call(json!({ "next": "none" }))).await.is(201);
    let made = people.script.post_json("/api/v1/calls", &call(json!({ "next": "keep" }))).await.is(201).json();
    let no = TicketNo::parse(made["ticket"].as_str().expect("a ticket")).expect("a number");
    moved(app, &people.operator, no, &[("transition", "leave"), ("exit", "directed"), ("reason", &long)]).await;
    moved(app, &people.operator, no, &[("transition", "reopen"), ("reason", &long)]).await;
    moved(app, &people.operator, no, &[("transition", "watch"), ("reason", &long)]).await;
    moved(app, &people.operator, no, &[("transition", "close"), ("result", "solved")]).await;
    no
}

async fn hold(app: &TestApp, people: &People, no: TicketNo, text: &str) {
    let (version, note) = (app.ticket(no).await.version.to_string(), cut(text, 200));
    let form = [("version", version.as_str()), ("hold_reason", "police"), ("note", &note)];
    people.supervisor.post(&format!("/tickets/{no}/holds"), &form).await.is(303);
}

async fn office(people: &People, pass: usize, text: &str) {
    let (login, name, reason) = (format!("hoshu{pass}"), cut(text, 40), cut(text, 200));
    let form = [("login", login.as_str()), ("name", &name), ("role", "clerk"), ("days", "3"), ("reason", &reason)];
    people.admin.post("/accounts", &form).await.is(200);
    let form = [("name", cut(text, 80)), ("role", "integration".into()), ("days", "9".into())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    people.admin.post("/tokens", &form).await.is(200);
    people.admin.post("/audit/reviews", &[("note", &cut(text, 2_000))]).await.is(303);
}

/// What an import, a browser's name and a clinic's claim bring.
async fn past_the_forms(app: &TestApp, pass: usize, no: TicketNo, text: &str) {
    let on = app.services.store.begin().await.expect("a transaction");
    let line = || Expr::value(cut(text, 200));
    macro_rules! put {
        ($table:ident, $($column:ident),+) => {
            $table::Entity::update_many()$(.col_expr($table::Column::$column, line()))+.exec(on.conn()).await.expect("put")
        };
    }
    put!(members, Name, Kana, PrefAssociation, DistrictAssociation);
    put!(facilities, Name, Kana, PostalCode, Address, Phone);
    put!(directory_imports, FileName, Mapping);
    put!(sessions, Agent);
    let named = accounts::Entity::update_many().col_expr(accounts::Column::Name, Expr::value(cut(text, 40)));
    named.exec(on.conn()).await.expect("put");
    let facility = facilities::Entity::find().one(on.conn()).await.expect("a row").expect("a facility").id;
    let member = members::Entity::find().one(on.conn()).await.expect("a row").expect("a member").id;
    tickets::Entity::update_many()
        .col_expr(tickets::Column::FacilityId, Expr::value(facility))
        .col_expr(tickets::Column::MemberId, Expr::value(member))
        .col_expr(tickets::Column::Prefecture, line())
        .col_expr(tickets::Column::FacilityKind, line())
        .exec(on.conn())
        .await
        .expect("put");
    let today = tokyo_day(app.clock.now());
    let claim = claims::ActiveModel {
        id: Set(uuid::Uuid::new_v4()),
        ticket_id: Set(Some(app.ticket(no).await.id.0)),
        facility_id: Set(facility),
        cause: Set("ransomware".into()),
        pattern: Set("closure".into()),
        closed_days: Set(3),
        incident_on: Set(today),
        received_on: Set(today),
        // A facility has one claim a year.
        scheme_year: Set(2_022 + i64::try_from(pass).expect("a year")),
        amount_yen: Set(100_000),
        state: Set("received".into()),
        decided_on: Set(None),
        paid_on: Set(None),
        erased_on: Set(None),
    };
    claims::Entity::insert(claim).exec_without_returning(on.conn()).await.expect("put");
    let passkey = passkeys::ActiveModel {
        id: Set(uuid::Uuid::new_v4()),
        account_id: Set(app.id("kanda").0),
        name: Set(cut(text, 40)),
        credential_id: Set(uuid::Uuid::new_v4().as_bytes().to_vec()),
        credential: Set(json!({})),
        counter: Set(0),
        created_at: Set(app.clock.now()),
        last_used_at: Set(None),
    };
    passkeys::Entity::delete_many().exec(on.conn()).await.expect("put");
    passkeys::Entity::insert(passkey).exec_without_returning(on.conn()).await.expect("put");
    on.commit().await.expect("committed");
}

/// Ends the call that was left open.
pub(super) async fn put_down(app: &TestApp, people: &People, call: CallId) {
    for field in ["phone", "callback"] {
        let (name, version) = (format!("f.{field}"), format!("v.{field}"));
        let form = [(name.as_str(), ""), (version.as_str(), "1")];
        people.operator.post(&format!("/calls/{call}/sheet"), &form).await.is(200);
    }
    app.end(call, json!({ "disposition": "wrong" })).await.expect("ended");
}

/// Columns of text that hold codes, numbers, names of things and hashes of ours, never a word that somebody typed.
const CODES: &[&str] = &[
    "accounts.login",
    "accounts.role",
    "audit_entries.action",
    "audit_entries.actor_kind",
    "audit_entries.detail",
    "audit_entries.object_kind",
    "audit_entries.peer",
    "authority_requests.answer",
    "dossiers.means",
    "dossiers.recipient",
    "audit_entries.result",
    "audit_reviews.head",
    "audit_subjects.subject_kind",
    "calls.caller_standing",
    "campaign_marks.kind",
    "campaign_marks.mark",
    "calls.desk",
    "calls.direction",
    "calls.disposition",
    "calls.lacking",
    "calls.number_key",
    "calls.state",
    "category_periods.category",
    "claims.cause",
    "claims.pattern",
    "claims.state",
    "clocks.name",
    "counters.name",
    "directory_imports.encoding",
    "duty_clocks.duty",
    "duty_clocks.ended_as",
    "entries.data",
    "entries.kind",
    "evidence_checks.cut_off",
    "evidence_checks.locked",
    "evidence_checks.purpose",
    "evidence_checks.server",
    "evidence_items.state",
    "facilities.facility_key",
    "facility_marks.shelf",
    "facilities.kind",
    "facilities.phone_digits",
    "factors.kind",
    "firms.channel",
    "firms.email",
    "firms.hours",
    "firms.kind",
    "firms.phone",
    "firms.regions",
    "handovers.left_over",
    "holds.reason",
    "idempotency.answer",
    "incident_facts.fact",
    "indicators.kind",
    "indicators.mark",
    "waves_set_aside.kind",
    "waves_set_aside.mark",
    "idempotency.key",
    "idempotency.route",
    "journals.place",
    "foldings.after",
    "foldings.shelf",
    "job_runs.fault",
    "job_runs.job",
    "job_runs.place",
    "leases.name",
    "members.applied_category",
    "members.category",
    "members.category_before",
    "members.member_no",
    "members.person_key",
    "members.procedure",
    "members.registry_no",
    "number_tallies.kind",
    "number_tries.number",
    "numbers_heard.number",
    "passkey_challenges.purpose",
    "passkey_challenges.state",
    "passkeys.credential",
    "callbacks.number",
    "callbacks.tried_as",
    "remote_sessions.ended_as",
    "remote_sessions.tool",
    "referral_steps.data",
    "referrals.kind",
    "referrals.prefecture",
    "referrals.stage",
    "report_cases.backup",
    "report_cases.close_time",
    "report_cases.desk",
    "report_cases.effect",
    "report_cases.facility_type",
    "report_cases.incident",
    "report_cases.month",
    "report_cases.outcome",
    "report_cases.prefecture",
    "report_cases.severity",
    "report_cases.standing",
    "report_cuts.period",
    "report_cuts.service",
    "report_files.form",
    "report_files.period",
    "report_years.terms",
    "reports.body",
    "reports.comment",
    "reports.explained",
    "reports.file",
    "reports.hash",
    "reports.notice",
    "reports.period",
    "retention_nights.kind",
    "retention_waits.reason",
    "search_docs.tokens",
    "call_docs.tokens",
    "seaql_migrations.version",
    "sessions.peer",
    "sheet_fields.field",
    "sheet_history.field",
    "tasks.kind",
    "tasks.outcome",
    "tenures.role",
    "tickets.desk",
    "tickets.incident",
    "tickets.result",
    "tickets.severity",
    "escalations.severity",
    "tickets.state",
    "tickets.verification",
    "tokens.role",
    "tokens.scopes",
    "verifications.decision",
    "verifications.items",
    "verifications.outcome",
];

/// Columns that hold text and neither this one nor codes: a field that nobody filled.
pub(super) async fn forgotten(app: &TestApp, text: &str) -> Vec<String> {
    let folded = madoguchi::domain::text::fold(&cut(text, 20));
    let mut forgotten = Vec::new();
    for table in TABLES {
        let rows = app.select(&format!("SELECT * FROM {table}")).await;
        let columns: Vec<&String> =
            rows.first().and_then(Value::as_object).into_iter().flat_map(|row| row.keys()).collect();
        for column in columns {
            let values: Vec<String> = rows.iter().flat_map(|row| words(&row[column])).collect();
            let holds = values.iter().any(|value| value.contains(&cut(text, 20)) || value.contains(&folded));
            let name = format!("{table}.{column}");
            if !values.is_empty() && !holds && !CODES.contains(&name.as_str()) {
                forgotten.push(name);
            }
        }
    }
    forgotten
}

/// The texts in a value, ids, days and hashes apart.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => {
            let hash = text.starts_with("$argon2id$");
            let day = text.len() >= 10 && text[..text.floor_char_boundary(10)].parse::<chrono::NaiveDate>().is_ok();
            let plain = !text.is_empty() && !hash && !day && uuid::Uuid::parse_str(text).is_err();
            // A column of JSON comes as its text from one engine and as itself from the other.
            let inside = serde_json::from_str(text).ok().filter(|v: &Value| v.is_object() || v.is_array());
            let inside = inside.iter().flat_map(words);
            plain.then(|| text.clone()).into_iter().chain(inside).collect()
        }
        Value::Array(list) => list.iter().flat_map(words).collect(),
        Value::Object(map) => map.values().flat_map(words).collect(),
        _ => Vec::new(),
    }
}
