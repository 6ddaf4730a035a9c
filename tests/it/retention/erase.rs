//! Retention of tickets: what is over goes, what is held stays.

use chrono::Timelike;
use madoguchi::domain::access::actor::Role;
use madoguchi::domain::id::{AccountId, CallId, MergeId, TaskId, TicketId};
use madoguchi::domain::retention::Kind;
use madoguchi::domain::tickets::evidence_gate::Purpose;
use madoguchi::domain::tickets::merge::Merge;
use madoguchi::domain::tickets::state::Exit;
use madoguchi::domain::tickets::{Ticket, TicketNo, Transition};
use madoguchi::domain::time::tokyo_time;
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::gateway::clock::Clock;
use madoguchi::store;
use madoguchi::usecase::calls::sheet;
use madoguchi::usecase::incidents::clocks::{self, NewEnd};
use madoguchi::usecase::incidents::evidence::{self, NewItem};
use madoguchi::usecase::retention::{self, How, Ran};
use madoguchi::usecase::tickets::evidence_gate::{self, NewCheck};
use madoguchi::usecase::tickets::hold;
use madoguchi::usecase::tickets::hold::NewHold;
use madoguchi::usecase::tickets::remote::{RemoteEnd, RemoteStart};
use madoguchi::usecase::tickets::{self as steps, NewEntry};
use serde_json::json;

use crate::support::app::tokyo;
use crate::support::cases::code;
use crate::support::directory::ENOMOTO_SAID;
use crate::support::remote::{consented, denied, inspected};
use crate::support::rows::TABLES;
use crate::support::{TestApp, on_each_db};

/// Words that stand in every field people type into.
pub(crate) const CANARY: &str = "金糸雀";

pub(crate) async fn run(app: &TestApp) -> Ran {
    app.ran_until_now().await;
    let ran = retention::run(&app.services, &app.clock, &app.app.console(), How::AsAtNight).await.unwrap();
    assert!(ran.through);
    ran
}

pub(crate) fn gone(ran: &Ran, kind: Kind) -> (u64, u64) {
    ran.counts.iter().find(|c| c.kind == kind).map(|c| (c.gone, c.held)).unwrap()
}

/// A ticket with a canary everywhere, opened on a morning before and closed at an instant of Tokyo.
pub(crate) async fn closed(app: &TestApp, at: &str) -> TicketNo {
    let end = tokyo(at);
    app.clock.set(end - chrono::Duration::hours(1));
    while !(7..10).contains(&tokyo_time(app.clock.now()).hour()) {
        app.clock.advance(chrono::Duration::hours(-1));
    }
    let ctx = app.ctx(Role::Operator);
    let call = app.ring("03-5550-7777").await;
    app.fill(call, &ENOMOTO_SAID).await;
    let told = format!("{CANARY}が画面に出た");
    app.fill(call, &[("caller_name", CANARY), ("narrative", &told), ("incident", "malware")]).await;
    sheet::jot(&app.services, &ctx, call, &format!("{CANARY}に助言した"), &None).await.unwrap();
    sheet::record_verification(&app.services, &ctx, call, VerificationOutcome::Verified, "").await.unwrap();
    let later = tokyo_time(app.clock.now() + chrono::Duration::hours(2)).format("%Y-%m-%dT%H:%M").to_string();
    let parts = json!({ "disposition": "call_back", "callback_at": later, "callback_note": CANARY });
    let no = TicketNo::parse(&app.end(call, parts).await.unwrap().ticket.unwrap()).unwrap();
    let word = || CANARY.to_owned();
    app.tells(no, &[("aware_by", CANARY), ("leak", "none")]).await;
    let piece = NewItem {
        item: word(),
        label: word(),
        place: word(),
        holder: word(),
        state: "handed".into(),
        handed_to: word(),
        handed_at: String::new(),
    };
    evidence::add(&app.services, &ctx, no, &piece).await.unwrap();
    let filed = NewEnd { ended_as: "filed".into(), by: word(), receipt: word(), ..NewEnd::default() };
    clocks::end(&app.services, &ctx, no, "police", &filed).await.unwrap();
    app.denies(no, Purpose::Connect).await;
    let start = RemoteStart { consent_by: word(), scope: word(), session_code: word(), ..consented() };
    steps::remote::start(&app.services, &ctx, no, start).await.unwrap();
    let session = store::tickets::remote::of(&app.services.store, app.ticket(no).await.id).await.unwrap()[0].id;
    let again = NewCheck { reason: word(), ..denied(Purpose::Clean) };
    evidence_gate::ask(&app.services, &ctx, no, again).await.unwrap();
    let came_of_it = RemoteEnd { done: word(), removed: word(), found: word(), outcome: word(), ..inspected() };
    steps::remote::end(&app.services, &ctx, no, session, came_of_it).await.unwrap();
    note(app, no, CANARY).await.unwrap();
    step_on(app, no, Transition::Escalate { reason: word() }).await;
    step_on(app, no, Transition::GiveBack { reason: word() }).await;
    app.clock.set(end);
    step_on(app, no, Transition::Leave { exit: Exit::Directed, reason: word() }).await;
    no
}

pub(crate) async fn step_on(app: &TestApp, no: TicketNo, step: Transition) {
    let version = app.ticket(no).await.version;
    steps::move_on(&app.services, &app.ctx(Role::Supervisor), no, version, step, "wanted", &None).await.unwrap();
}

pub(crate) async fn note(app: &TestApp, no: TicketNo, body: &str) -> Result<steps::Done, madoguchi::usecase::Error> {
    let new = NewEntry { kind: String::new(), occurred_at: String::new(), body: body.into() };
    steps::add_entry(&app.services, &app.ctx(Role::Operator), no, new, &None).await
}

pub(crate) async fn hold(app: &TestApp, no: TicketNo) -> Result<steps::Done, madoguchi::usecase::Error> {
    let version = app.ticket(no).await.version;
    let new = NewHold { reason: "police".into(), note: CANARY.into() };
    hold::place(&app.services, &app.ctx(Role::Supervisor), no, version, new, &None).await
}

pub(crate) async fn is_erased(app: &TestApp, no: TicketNo) -> bool {
    app.ticket(no).await.erased_on.is_some()
}

/// Which tables still say a word anywhere; the audit and the trial's people aside.
pub(crate) async fn tables_that_say(app: &TestApp, word: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for table in TABLES.into_iter().filter(|t| *t != "seaql_migrations") {
        let said = app.select(&format!("SELECT * FROM {table}")).await;
        if said.iter().any(|row| row.to_string().contains(word)) {
            found.push(table);
        }
    }
    found
}

async fn claim(app: &TestApp, ticket: TicketId, facility: uuid::Uuid, state: &str, ended: Option<&str>) {
    let (id, day) = (uuid::Uuid::new_v4(), ended.map_or("NULL".to_owned(), |day| format!("'{day}'")));
    let blob = |id: uuid::Uuid| match app.db.url.starts_with("sqlite") {
        true => format!("x'{}'", id.simple()),
        false => format!("'{id}'"),
    };
    let sql = format!(
        "INSERT INTO claims (id, ticket_id, facility_id, cause, pattern, closed_days, incident_on, received_on, scheme_year, \
         amount_yen, state, decided_on, paid_on) VALUES ({}, {}, {}, 'cyber', 'no_closure', 0, '2022-06-02', '2022-07-01', \
         2022, 100000, '{state}', NULL, {day})",
        blob(id),
        blob(ticket.0),
        blob(facility),
    );
    app.db.execute(&sql).await;
}

on_each_db!(a_ticket_goes_the_day_after_its_period_and_not_a_day_before, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = closed(&app, "2026-11-22 23:59:59").await;
    let late = closed(&app, "2026-11-23 00:00:00").await; // still the 22nd in UTC
    app.clock.set(tokyo("2031-11-22 23:59:59"));
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (0, 0));
    assert!(!is_erased(&app, no).await);
    app.clock.set(tokyo("2031-11-23 00:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (1, 0));
    assert!(is_erased(&app, no).await && !is_erased(&app, late).await);
    app.clock.set(tokyo("2031-11-24 00:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (1, 0));
});

on_each_db!(of_what_was_erased_no_word_is_left_and_what_is_counted_stays, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = closed(&app, "2026-11-22 10:42:00").await;
    hold(&app, no).await.unwrap();
    let placed = store::tickets::hold::of(&app.services.store, app.ticket(no).await.id).await.unwrap();
    hold::lift(&app.services, &app.ctx(Role::Supervisor), no, placed[0].id).await.unwrap();
    let before = app.ticket(no).await;
    let task = madoguchi::domain::tickets::task::Task {
        id: TaskId(uuid::Uuid::new_v4()),
        ticket_id: Some(before.id),
        verification_id: None,
        kind: madoguchi::domain::tickets::task::TaskKind::ConfirmMembership,
        due_on: before.opened_on,
        created_at: before.opened_at,
        done_at: None,
        outcome: String::new(),
        looked_at: 0,
    };
    let tx = app.services.store.begin().await.unwrap();
    store::tickets::task::add(&tx, &task).await.unwrap();
    tx.commit().await.unwrap();
    let spoke = tables_that_say(&app, CANARY).await;
    for table in ["tickets", "calls", "sheet_fields", "sheet_history", "entries", "callbacks"] {
        assert!(spoke.contains(&table), "the trial must fill {table}: {spoke:?}");
    }
    assert!(tables_that_say(&app, "榎本蓮太郎").await.contains(&"verifications"));
    assert!(["remote_sessions", "escalations", "holds", "search_docs"].iter().all(|t| spoke.contains(t)), "{spoke:?}");
    assert_eq!(steps::find(&app.services, &app.ctx(Role::Operator), CANARY, None).await.unwrap().page.rows.len(), 1);

    app.clock.set(tokyo("2031-11-23 02:00:00"));
    run(&app).await;
    assert_eq!(tables_that_say(&app, CANARY).await, Vec::<&str>::new());
    for word in ["03-5550-7777", "0355507777", "榎本みどり医院", "榎本蓮太郎"] {
        let said = tables_that_say(&app, word).await;
        assert!(said.iter().all(|table| ["members", "facilities"].contains(table)), "{word}: {said:?}");
    }
    let after = app.ticket(no).await;
    let counted = |t: &madoguchi::domain::tickets::Ticket| {
        let t = t.clone();
        (
            (t.number, t.desk, t.incident, t.severity, t.tier, t.prefecture, t.facility_kind),
            (t.state.code(), t.opened_at, t.closed_at, t.verification, t.owner_id, t.opened_on),
        )
    };
    assert_eq!(counted(&before), counted(&after));
    assert_eq!((after.member_id, after.summary.as_str()), (None, ""));
    assert!(after.facility_id.is_some() && after.facility_id != before.facility_id, "a mark");
    assert_eq!(
        store::tickets::task::all_open(&app.services.store, None).await.unwrap().len(),
        0,
        "nobody can be asked any more"
    );
    let sheet = app.select("SELECT field, value FROM sheet_fields").await;
    assert_eq!(sheet, [json!({ "field": "incident", "value": "malware" })]);
    for word in [CANARY, "画面", "榎本", "03-5550-7777"] {
        let found = steps::find(&app.services, &app.ctx(Role::Operator), word, None).await.unwrap();
        assert_eq!(found.page.rows.len(), 0, "{word}");
    }
    assert_eq!(
        steps::find(&app.services, &app.ctx(Role::Operator), &no.to_string(), None).await.unwrap().page.rows.len(),
        1
    );
});

on_each_db!(the_pages_say_that_it_was_erased_and_nothing_can_be_done_on_it, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = closed(&app, "2026-11-22 10:42:00").await;
    let call = store::tickets::calls_of(&app.services.store, app.ticket(no).await.id).await.unwrap()[0].id;
    app.clock.set(tokyo("2031-11-23 02:00:00"));
    run(&app).await;
    let browser = app.browser(Role::Supervisor).await;
    let words = "保存期間が終わったため、個人に関する記録は消去されています";
    for path in [format!("/tickets/{no}"), format!("/calls/{call}")] {
        let page = browser.get(&path).await.is(200).page();
        assert_eq!(page.text(".flash p"), words, "{path}");
    }
    let page = browser.get(&format!("/tickets/{no}")).await.is(200).page();
    assert_eq!(page.count("main form[action^='/tickets/']"), 0);
    assert_eq!(code(note(&app, no, "追記").await), "ticket.erased");
    assert_eq!(code(hold(&app, no).await), "ticket.erased");
    let (ctx, version) = (app.ctx(Role::Supervisor), app.ticket(no).await.version);
    let reopen = Transition::Reopen { reason: "再度".into() };
    assert_eq!(code(steps::move_on(&app.services, &ctx, no, version, reopen, "", &None).await), "ticket.erased");
    let change = steps::TicketChange { severity: "low".into(), ..Default::default() };
    assert_eq!(code(steps::change(&app.services, &ctx, no, version, change, &None).await), "ticket.erased");
    app.clock.set(tokyo("2031-11-23 10:00:00"));
    let open = app.ring("03-5550-8888").await;
    let ended = app.end(open, json!({ "disposition": "solved", "ticket": no.to_string() })).await;
    assert_eq!(code(ended), "ticket.erased");
});

on_each_db!(a_hold_keeps_a_ticket_and_lifting_it_lets_go, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = closed(&app, "2026-11-22 10:42:00").await;
    hold(&app, no).await.unwrap();
    assert_eq!(code(hold(&app, no).await), "hold.stands");
    app.clock.set(tokyo("2039-01-01 02:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (0, 1));
    let id = app.ticket(no).await.id;
    let placed = store::tickets::hold::of(&app.services.store, id).await.unwrap()[0].id;
    let supervisor = app.ctx(Role::Supervisor);
    hold::lift(&app.services, &supervisor, no, placed).await.unwrap();
    assert_eq!(code(hold::lift(&app.services, &supervisor, no, placed).await), "hold.lifted");
    let lines = app.timeline(no).await;
    assert!(lines.iter().any(|l| l.starts_with("保全：警察の捜査・照会")), "{lines:?}");
    assert!(lines.iter().any(|l| l.starts_with("保全を解除：")), "{lines:?}");
    let written = app.select("SELECT action FROM audit_entries WHERE action LIKE 'hold.%' ORDER BY action").await;
    assert_eq!(written, [json!({ "action": "hold.lift" }), json!({ "action": "hold.place" })]);
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (1, 0), "lifting begins no new period");
});

on_each_db!(a_supervisor_holds_on_the_tickets_page_and_others_only_see_it, async |app: TestApp| {
    let no = app.case(json!({})).await;
    let (browser, path) = (app.browser(Role::Supervisor).await, format!("/tickets/{no}"));
    let page = browser.get(&path).await.is(200).page();
    let version = page.attribute(&format!("form[action='{path}/holds'] [name=version]"), "value");
    let empty = browser.post(&format!("{path}/holds"), &[("version", &version)]).await.is(422);
    assert_eq!(empty.faults_shown(), ["hold_reason"]);
    let sent = [("version", version.as_str()), ("hold_reason", "lawsuit"), ("note", "弁護士から連絡")];
    browser.post(&format!("{path}/holds"), &sent).await.is(303);
    let page = browser.get(&path).await.is(200).page();
    assert!(page.text("#holds").contains("訴訟・紛争 弁護士から連絡"), "{}", page.text("#holds"));
    let lift = page.attribute("#holds form[action$='/lift']", "action");
    let operator = app.browser(Role::Operator).await.get(&path).await.is(200).page();
    assert!(operator.has("#holds") && !operator.has("#holds form"));
    app.browser(Role::Operator).await.post(&lift, &[]).await.is(404);
    browser.post(&lift, &[]).await.is(303);
    assert!(!app.browser(Role::Operator).await.get(&path).await.is(200).page().has("#holds"));
});

on_each_db!(a_claim_that_has_not_ended_keeps_its_ticket, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = closed(&app, "2026-11-22 10:42:00").await;
    let ticket = app.ticket(no).await;
    claim(&app, ticket.id, ticket.facility_id.unwrap().0, "approved", None).await;
    app.clock.set(tokyo("2031-11-23 02:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (0, 1));
    app.db.execute("UPDATE claims SET state = 'paid', paid_on = '2031-11-23'").await;
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (1, 0));
    let kept = app.number("SELECT COUNT(*) AS n FROM claims WHERE ticket_id IS NULL AND erased_on IS NULL").await;
    assert_eq!(kept, 1, "the claim is kept, without its consultation");
    app.clock.set(tokyo("2042-11-23 23:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::Claim), (0, 0));
    app.clock.set(tokyo("2042-11-24 00:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::Claim), (1, 0));
    assert_eq!(app.number("SELECT amount_yen AS n FROM claims WHERE erased_on IS NOT NULL").await, 100_000);
});

on_each_db!(what_went_into_a_ticket_goes_after_it_and_a_hold_on_it_keeps_both, async |app: TestApp| {
    let app = app.with_directory().await;
    let into = closed(&app, "2026-11-22 10:42:00").await;
    let part = app.case(json!({ "facility": CANARY })).await;
    let into_id = app.ticket(into).await.id;
    let tx = app.services.store.begin().await.unwrap();
    let was = app.ticket(part).await;
    let row = Merge {
        id: MergeId(app.ctx(Role::Operator).new_id()),
        ticket_id: was.id,
        into_id,
        why: CANARY.into(),
        merged_at: app.clock.now(),
        merged_by: AccountId(app.ctx(Role::Operator).actor.id),
    };
    store::tickets::merge::add(&tx, &row).await.unwrap();
    let version = was.version;
    let merged = Ticket { merged_into: Some(into_id), ..was };
    assert!(store::tickets::save(&tx, &merged, version).await.unwrap());
    tx.commit().await.unwrap();
    hold(&app, part).await.unwrap();
    app.clock.set(tokyo("2031-11-23 02:00:00"));
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (0, 1));
    let id = app.ticket(part).await.id;
    let placed = store::tickets::hold::of(&app.services.store, id).await.unwrap()[0].id;
    hold::lift(&app.services, &app.ctx(Role::Supervisor), part, placed).await.unwrap();
    assert_eq!(gone(&run(&app).await, Kind::Ticket), (2, 0));
    assert!(is_erased(&app, into).await && is_erased(&app, part).await);
    assert_ne!(app.ticket(part).await.facility_name, CANARY);
});

on_each_db!(a_call_of_two_tickets_is_erased_with_the_last_of_them, async |app: TestApp| {
    let app = app.with_directory().await;
    let first = closed(&app, "2026-11-22 10:42:00").await;
    let second = app.case(json!({ "facility": "別の医院" })).await;
    let call = store::tickets::calls_of(&app.services.store, app.ticket(first).await.id).await.unwrap()[0].id;
    let tx = app.services.store.begin().await.unwrap();
    store::tickets::link_call(&tx, call, app.ticket(second).await.id).await.unwrap();
    tx.commit().await.unwrap();
    app.clock.set(tokyo("2031-11-23 02:00:00"));
    run(&app).await;
    let called = |id: CallId| {
        let store = app.services.store.clone();
        async move { store::calls::find(&store, id).await.unwrap().unwrap() }
    };
    assert_eq!((is_erased(&app, first).await, is_erased(&app, second).await), (true, false));
    assert_eq!(called(call).await.caller_name, CANARY);
    let page = app.browser(Role::Operator).await.get(&format!("/tickets/{first}")).await.is(200);
    assert!(
        !page.text().contains(CANARY) && !page.text().contains("5550-7777"),
        "what the other needs isn't shown here"
    );
    step_on(&app, second, Transition::Close { result: "solved".into() }).await;
    app.clock.set(tokyo("2036-11-24 02:00:00"));
    run(&app).await;
    assert_eq!((called(call).await.caller_name.as_str(), called(call).await.number.as_str()), ("", ""));
});

on_each_db!(a_hold_placed_while_the_night_works_wins, async |app: TestApp| {
    let app = app.with_directory().await;
    let no = closed(&app, "2026-11-22 10:42:00").await;
    app.clock.set(tokyo("2031-11-23 02:00:00"));
    let (store, today) = (&app.services.store, "2031-11-23".parse().unwrap());
    let over = (tokyo("1900-01-01 00:00:00"), tokyo("2026-11-23 00:00:00"));
    let read = store::retention::tickets(store, over, None, 10).await.unwrap();
    assert_eq!(read.len(), 1);
    hold(&app, no).await.unwrap();
    let tx = store.begin().await.unwrap();
    assert!(!store::tickets::erase::erase(&tx, &read[0], today).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!is_erased(&app, no).await);
    assert!(tables_that_say(&app, CANARY).await.contains(&"entries"), "nor anything beside it");
});
