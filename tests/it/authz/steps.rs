//! Every step that somebody can be refused, with the rights it asks for and a way of asking for it. Things that vary
//! the rights within a step stand after a `#`. A new step, or a right that is asked for anew, must be added here:
//! `deeds` holds this list against the sources.

use std::future::Future;
use std::pin::Pin;

use madoguchi::domain::actor::{Action, Role};
use madoguchi::domain::calls::Direction;
use madoguchi::domain::calls::verification::Recorded;
use madoguchi::domain::ctx::Ctx;
use madoguchi::domain::id::{CallId, CallbackId, HoldId, RemoteId, TaskId, VerificationId};
use madoguchi::domain::tickets::{TicketNo, Transition};
use madoguchi::gateway::clock::Clock;
use madoguchi::usecase::accounts::factors::Given;
use madoguchi::usecase::accounts::{self, NewAccount, factors, own, passkeys};
use madoguchi::usecase::calls::CallLog;
use madoguchi::usecase::directory::ImportFile;
use madoguchi::usecase::holds::NewHold;
use madoguchi::usecase::rows::{AuditFilter, TicketFilter};
use madoguchi::usecase::tickets::{self, NewEntry, TicketChange};
use madoguchi::usecase::tickets_work::{self as work, RemoteEnd, RemoteStart};
use madoguchi::usecase::trial::{self, Trial};
use madoguchi::usecase::{
    Error, audit, call_search, calls, claims, confirmation, directory, holds, home, members, reports, retention, seals,
    sheet, supervise, ticket_view,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::cases::{conclusion, logged};

/// What came of asking.
type Asked<'a> = Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>;

/// A step in one of its varieties.
pub(super) struct Step {
    /// `room::step#variety`.
    pub(super) name: &'static str,
    /// All that it asks for.
    pub(super) rights: &'static [Action],
    /// Asks for it about nothing that is there.
    pub(super) ask: for<'a> fn(&'a TestApp, &'a Ctx) -> Asked<'a>,
}

macro_rules! steps {
    ($($name:literal [$($right:ident),+] $app:ident $ctx:ident => $call:expr;)+) => {
        pub(super) const STEPS: &[Step] = &[$(Step {
            name: $name,
            rights: &[$(Action::$right),+],
            ask: |$app, $ctx| Box::pin(async move { $call.await.map(drop) }),
        }),+];
    };
}

const NONE: Uuid = Uuid::from_u128(7);

fn call() -> CallId {
    CallId(NONE)
}

fn no() -> TicketNo {
    TicketNo::parse("2026-999999").expect("a number")
}

fn log(with: Value) -> CallLog {
    serde_json::from_value(logged(with)).expect("a call")
}

fn said(recorded: &str) -> Value {
    json!({ "recorded": recorded, "reason": "番号が手元にない", "member_name": "榎本", "facility": "榎本みどり医院" })
}

fn entry() -> NewEntry {
    NewEntry { kind: String::new(), occurred_at: String::new(), body: "電話で確認した".into() }
}

fn nobody() -> NewAccount<'static> {
    NewAccount { login: "", name: "", role: Role::Operator, maintenance: None }
}

fn past(app: &TestApp) -> Trial {
    Trial { members: 0, tickets: 0, seed: 1, until: app.ctx(Role::Operator).today() }
}

fn file(ctx: &Ctx) -> ImportFile<'static> {
    ImportFile { name: "名簿.csv", bytes: b"?", exported_on: ctx.today(), allow_shrink: false, dry_run: true }
}

async fn moved(app: &TestApp, ctx: &Ctx, step: Transition) -> Result<(), Error> {
    tickets::move_on(&app.house, ctx, no(), 1, step, &None).await.map(drop)
}

async fn ended(app: &TestApp, ctx: &Ctx, parts: Value) -> Result<(), Error> {
    calls::end(&app.house, ctx, call(), conclusion(parts), &None).await.map(drop)
}

async fn logs(app: &TestApp, ctx: &Ctx, with: Value) -> Result<(), Error> {
    calls::log(&app.house, ctx, log(with), &None).await.map(drop)
}

fn why() -> String {
    "様子を見る".to_owned()
}

steps! {
    "accounts/factors::set_up" [OwnLocks] app ctx => factors::set_up(&app.house, ctx);
    "accounts/factors::enrol" [OwnLocks] app ctx => factors::enrol(&app.house, ctx, "000000");
    "accounts/factors::new_codes" [OwnLocks] app ctx => factors::new_codes(&app.house, ctx);
    "accounts/factors::codes_left" [OwnDesk] app ctx => factors::codes_left(&app.house, ctx);
    "accounts/factors::second" [OwnDesk] app ctx => factors::second(&app.house, ctx, Given::Code("000000"));
    "accounts/factors::confirm" [OwnDesk] app ctx => factors::confirm(&app.house, ctx, Given::Code("000000"));
    "accounts/mod::create" [AccountAdmin] app ctx => accounts::create(&app.house, ctx, &nobody());
    "accounts/mod::create_enrolled" [AccountAdmin] app ctx => accounts::create_enrolled(&app.house, ctx, &nobody(), "x", b"x");
    "accounts/mod::new_code" [AccountAdmin] app ctx => accounts::new_code(&app.house, ctx, NONE);
    "accounts/mod::set_active" [AccountAdmin] app ctx => accounts::set_active(&app.house, ctx, NONE, false);
    "accounts/mod::set_role" [AccountAdmin] app ctx => accounts::set_role(&app.house, ctx, NONE, "clerk");
    "accounts/mod::end_sessions" [AccountAdmin] app ctx => accounts::end_sessions(&app.house, ctx, NONE);
    "accounts/mod::list" [AccountAdmin] app ctx => accounts::list(&app.house, ctx);
    "accounts/own::choose_password" [OwnDesk] app ctx => own::choose_password(&app.house, ctx, "x", "y", "z");
    "accounts/own::sessions_of_mine" [OwnDesk] app ctx => own::sessions_of_mine(&app.house, ctx);
    "accounts/own::end_session" [OwnDesk] app ctx => own::end_session(&app.house, ctx, NONE);
    "accounts/own::end_other_sessions" [OwnDesk] app ctx => own::end_other_sessions(&app.house, ctx);
    "accounts/passkeys::of_mine" [OwnDesk] app ctx => passkeys::of_mine(&app.house, ctx);
    "accounts/passkeys::can_give" [OwnDesk] app ctx => passkeys::can_give(&app.house, ctx);
    "accounts/passkeys::ask_new" [OwnLocks] app ctx => passkeys::ask_new(&app.house, ctx, "指紋");
    "accounts/passkeys::add" [OwnLocks] app ctx => passkeys::add(&app.house, ctx, "指紋", "{}");
    "accounts/passkeys::remove" [OwnLocks] app ctx => passkeys::remove(&app.house, ctx, NONE);
    "accounts/passkeys::ask" [OwnDesk] app ctx => passkeys::ask(&app.house, ctx);
    "accounts/passkeys::forget_old" [AccountAdmin] app ctx => passkeys::forget_old(&app.house, ctx);
    "accounts/sign_in::sign_out" [OwnDesk] app ctx => accounts::sign_out(&app.house, ctx, "x");
    "accounts/tokens::create_token" [TokenAdmin] app ctx => accounts::create_token(&app.house, ctx, "", Role::Clerk, vec![], None);
    "accounts/tokens::create_token_for" [TokenAdmin] app ctx => accounts::create_token_for(&app.house, ctx, "x", Role::Clerk, vec![], None, Some("?"));
    "accounts/tokens::tokens" [TokenAdmin] app ctx => accounts::tokens(&app.house, ctx);
    "accounts/tokens::revoke_token" [TokenAdmin] app ctx => accounts::revoke_token(&app.house, ctx, NONE);

    "audit::page" [AuditRead] app ctx => audit::page(&app.house, ctx, &AuditFilter::default());
    "audit::named" [AuditRead] app ctx => audit::named(&app.house, ctx, "2026-999999");
    "audit::export" [AuditExport] app ctx => audit::export(&app.house, ctx, &AuditFilter::default());
    "audit::review" [AuditReview] app ctx => audit::review(&app.house, ctx, "異常なし");

    "call_search::find" [CallRead] app ctx => call_search::find(&app.house, ctx, "脅迫文", None);
    "calls::start" [CallWork] app ctx => calls::start(&app.house, ctx, Direction::Inbound, "", &None);
    "calls::end" [CallWork] app ctx => ended(app, ctx, json!({ "disposition": "solved" }));
    "calls::end#ticket" [CallWork, TicketWork] app ctx => ended(app, ctx, json!({ "disposition": "solved", "ticket": "2026-999999" }));
    "calls::end#escalate" [CallWork, Escalate] app ctx => ended(app, ctx, json!({ "disposition": "escalated", "next_reason": "駆除" }));
    "calls::log" [CallLog] app ctx => logs(app, ctx, json!({}));
    "calls::log#own" [CallLog] app ctx => logs(app, ctx, json!({ "disposition": "solved", "next": "close", "callback_at": "2026-11-23T15:00" }));
    "calls::log#said" [CallLog] app ctx => logs(app, ctx, said("unverified"));
    "calls::log#ticket" [CallLog, TicketWork] app ctx => logs(app, ctx, json!({ "ticket": "2026-999999" }));
    "calls::log#escalate" [CallLog, Escalate] app ctx => logs(app, ctx, json!({ "disposition": "escalated", "next": "usual", "next_reason": "駆除" }));
    "calls::log#next" [CallLog, Escalate] app ctx => logs(app, ctx, json!({ "next": "escalate", "next_reason": "駆除" }));
    "calls::log#verified" [CallLog, Verify] app ctx => logs(app, ctx, said("verified"));
    "calls::log#provisional" [CallLog, Verify] app ctx => logs(app, ctx, said("provisional"));
    "calls::log#not_eligible" [CallLog, Verify] app ctx => logs(app, ctx, said("not_eligible"));
    "calls::of_day" [CallRead] app ctx => calls::of_day(&app.house, ctx, ctx.today());
    "calls::open_ticket" [TicketWork] app ctx => calls::open_ticket(&app.house, ctx, call(), &None);
    "calls::link" [TicketWork] app ctx => calls::link(&app.house, ctx, call(), "2026-999999");
    "claims::latest" [ClaimRead] app ctx => claims::latest(&app.house, ctx);
    "confirmation::look_again" [Verify] app ctx => confirmation::look_again(&app.house, ctx);
    "directory::import" [DirectoryImport] app ctx => async { directory::import(&app.house, ctx, &file(ctx), &mut |_, _| {}).await };
    "directory::imports" [DirectoryImport] app ctx => directory::imports(&app.house, ctx);
    "holds::place" [RetentionHold] app ctx => holds::place(&app.house, ctx, no(), 1, NewHold::default(), &None);
    "holds::lift" [RetentionHold] app ctx => holds::lift(&app.house, ctx, no(), HoldId(NONE));
    "home::operator" [CallWork] app ctx => home::operator(&app.house, ctx);
    "home::specialist" [Tier2] app ctx => home::specialist(&app.house, ctx);
    "home::clerk" [ClaimGuidance] app ctx => home::clerk(&app.house, ctx);
    "members::look_up" [Verify] app ctx => members::look_up(&app.house, ctx, ctx.today(), "榎本".into(), String::new(), String::new(), String::new());
    "reports::month" [ReportRead] app ctx => reports::month(&app.house, ctx, Some("2019-01"));
    "retention/gate::waits" [RightsRead] app ctx => retention::waits(&app.house, ctx);
    "retention::run" [RetentionRun] app ctx => retention::run(&app.house, &app.clock as &dyn Clock, ctx, retention::How::Preview);
    "seals::rotate" [KeyAdmin] app ctx => seals::rotate(&app.house, ctx);

    "sheet::save" [CallWork] app ctx => sheet::save(&app.house, ctx, call(), &[]);
    "sheet::stamp" [CallWork] app ctx => sheet::stamp(&app.house, ctx, call(), "sharing", "told");
    "sheet::jot" [CallWork] app ctx => sheet::jot(&app.house, ctx, call(), "電話で案内した", &None);
    "sheet::record_verification" [Verify] app ctx => sheet::record_verification(&app.house, ctx, call(), Recorded::Provisional, "番号が手元にない");
    "sheet_view::view" [CallRead] app ctx => sheet::view(&app.house, ctx, call());
    "sheet_view::panel" [CallRead] app ctx => sheet::panel(&app.house, ctx, call(), None);
    "sheet_view::candidates" [CallWork] app ctx => sheet::candidates(&app.house, ctx, call(), &[]);
    "supervise::day" [Supervise] app ctx => supervise::day(&app.house, ctx);
    "sheet::hear_again" [Verify] app ctx => sheet::hear_again(&app.house, ctx, call(), 1);
    "supervise::let_on" [Supervise] app ctx => supervise::let_on(&app.house, ctx, NONE);
    "supervise::review_call" [Supervise] app ctx => supervise::review_call(&app.house, ctx, call());
    "supervise::review_verification" [Supervise] app ctx => supervise::review_verification(&app.house, ctx, VerificationId(NONE));

    "ticket_moves::move_on" [TicketWork] app ctx => moved(app, ctx, Transition::Start);
    "ticket_moves::move_on#watch" [TicketWork] app ctx => moved(app, ctx, Transition::Watch { reason: why() });
    "ticket_moves::move_on#close" [TicketWork] app ctx => moved(app, ctx, Transition::Close { result: "solved".into() });
    "ticket_moves::move_on#leave" [TicketWork] app ctx => moved(app, ctx, Transition::Leave { exit: madoguchi::domain::tickets::state::Exit::Directed, reason: why() });
    "ticket_moves::move_on#reopen" [TicketWork] app ctx => moved(app, ctx, Transition::Reopen { reason: why() });
    "ticket_moves::move_on#escalate" [Escalate] app ctx => moved(app, ctx, Transition::Escalate { reason: why() });
    "ticket_moves::move_on#take" [Tier2] app ctx => moved(app, ctx, Transition::Take);
    "ticket_moves::move_on#give_back" [Tier2] app ctx => moved(app, ctx, Transition::GiveBack { reason: why() });
    "ticket_moves::move_on#refer" [Tier2] app ctx => moved(app, ctx, Transition::Refer);
    "ticket_view::show" [TicketRead] app ctx => ticket_view::show(&app.house, ctx, no());
    "tickets::list" [TicketFind] app ctx => tickets::list(&app.house, ctx, &TicketFilter::default());
    "tickets::find" [TicketFind] app ctx => tickets::find(&app.house, ctx, "脅迫文", None);
    "tickets::add_entry" [TicketWork] app ctx => tickets::add_entry(&app.house, ctx, no(), entry(), &None);
    "tickets::change" [TicketWork] app ctx => tickets::change(&app.house, ctx, no(), 1, TicketChange::default(), &None);
    "tickets_work::start_remote" [TicketWork] app ctx => work::start_remote(&app.house, ctx, no(), RemoteStart::default());
    "tickets_work::end_remote" [TicketWork] app ctx => work::end_remote(&app.house, ctx, no(), RemoteId(NONE), RemoteEnd::default());
    "tickets_work::keep_callback" [TicketWork] app ctx => work::keep_callback(&app.house, ctx, CallbackId(NONE));
    "tickets_work::finish_task" [TicketWork] app ctx => work::finish_task(&app.house, ctx, TaskId(NONE), "確認不要");
    "trial::fill" [DirectoryImport] app ctx => async { trial::fill(&app.house, ctx, &past(app), &[], &mut |_, _| {}).await };
}
