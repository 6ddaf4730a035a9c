//! Every step that somebody can be refused, with the rights it asks for and a way of asking for it. Things that vary
//! the rights within a step stand after a `#`. A new step, or a right that is asked for anew, must be added here:
//! `deeds` holds this list against the sources.

use std::future::Future;
use std::pin::Pin;

use madoguchi::domain::access::actor::{Action, Role};
use madoguchi::domain::audit::line::AuditFilter;
use madoguchi::domain::calls::{Direction, Disposition};
use madoguchi::domain::ctx::Ctx;
use madoguchi::domain::id::{
    AccountId, AuthorityRequestId, CallId, CallbackId, CampaignId, DossierId, EvidenceItemId, FirmId, HandoverId,
    HoldId, IndicatorId, PasskeyId, QuestionId, ReferralId, RemoteId, TaskId, TokenId, VerificationId,
};
use madoguchi::domain::incidents::Extent;
use madoguchi::domain::members::mapping::Mapping;
use madoguchi::domain::referrals::typed_firm::TypedFirm;
use madoguchi::domain::reports::Period;
use madoguchi::domain::tickets::line::TicketFilter;
use madoguchi::domain::tickets::queue::Queue;
use madoguchi::domain::tickets::{TicketNo, Transition};
use madoguchi::domain::verification::record::VerificationOutcome;
use madoguchi::gateway::clock::Clock;
use madoguchi::usecase::accounts::factors::Given;
use madoguchi::usecase::accounts::seals;
use madoguchi::usecase::accounts::{self, NewAccount, factors, own, passkeys};
use madoguchi::usecase::calls::CallLog;
use madoguchi::usecase::calls::along;
use madoguchi::usecase::calls::{conversation, lacking, outbound, search, sheet};
use madoguchi::usecase::demo;
use madoguchi::usecase::demo::Demo;
use madoguchi::usecase::desks::{handover, home, supervision};
use madoguchi::usecase::incidents::authorities::{self, NewRequest};
use madoguchi::usecase::incidents::campaigns::{self, Which, Words};
use madoguchi::usecase::incidents::clocks::{self, NewEnd};
use madoguchi::usecase::incidents::dossiers::{self, NewDossier};
use madoguchi::usecase::incidents::evidence::{self, NewItem};
use madoguchi::usecase::incidents::{dossier_file, indicators, papers, radar, record};
use madoguchi::usecase::members::ImportFile;
use madoguchi::usecase::referrals::{self, NewStep, introduce, register};
use madoguchi::usecase::tickets as steps;
use madoguchi::usecase::tickets::evidence_gate::NewCheck;
use madoguchi::usecase::tickets::hold::NewHold;
use madoguchi::usecase::tickets::merge::NewMerge;
use madoguchi::usecase::tickets::remote::{RemoteEnd, RemoteStart};
use madoguchi::usecase::tickets::{self, NewEntry, TicketChange};
use madoguchi::usecase::tickets::{hold, page};
use madoguchi::usecase::verification::{api, recheck};
use madoguchi::usecase::{Error, audit, calls, claims, jobs, members, reports, retention};
use madoguchi::web::api::wire;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::TestApp;
use crate::support::cases::{asked, conclusion, logged};

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

fn month() -> Period {
    "2019-01".parse().expect("a month")
}

fn no() -> TicketNo {
    TicketNo::parse("2026-999999").expect("a number")
}

fn log(with: Value) -> CallLog {
    let over_the_wire: wire::CallLog = serde_json::from_value(logged(with)).expect("a call");
    over_the_wire.into()
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

fn asks() -> NewRequest {
    NewRequest { asks: "県警".into(), document: "12号".into(), wants: "記録".into(), agreed_by: String::new() }
}

fn past(app: &TestApp) -> Demo {
    Demo { members: 0, tickets: 0, seed: 1, until: app.ctx(Role::Operator).today() }
}

fn file(ctx: &Ctx) -> ImportFile<'static> {
    ImportFile { name: "名簿.csv", bytes: b"?", exported_on: ctx.today(), dry_run: true, ..ImportFile::default() }
}

async fn moved(app: &TestApp, ctx: &Ctx, step: Transition) -> Result<(), Error> {
    tickets::move_on(&app.services, ctx, no(), 1, step, "", &None).await.map(drop)
}

async fn ended(app: &TestApp, ctx: &Ctx, parts: Value) -> Result<(), Error> {
    calls::end(&app.services, ctx, call(), conclusion(parts), &None).await.map(drop)
}

async fn logs(app: &TestApp, ctx: &Ctx, with: Value) -> Result<(), Error> {
    calls::log(&app.services, ctx, log(with), &None).await.map(drop)
}

fn why() -> String {
    "様子を見る".to_owned()
}

/// A referral that is asked for.
fn asked_for() -> NewStep {
    NewStep {
        step: "asked".into(),
        kind: "lawyer".into(),
        asked_by: "member".into(),
        said_by: "院長".into(),
        ..NewStep::default()
    }
}

steps! {
    "accounts::factors::begin" [OwnLocks] app ctx => factors::begin(&app.services, ctx);
    "accounts::factors::set_up" [OwnLocks] app ctx => factors::set_up(&app.services, ctx);
    "accounts::factors::enrol" [OwnLocks] app ctx => factors::enrol(&app.services, ctx, "000000");
    "accounts::factors::new_codes" [OwnLocks] app ctx => factors::new_codes(&app.services, ctx);
    "accounts::factors::codes_left" [OwnDesk] app ctx => factors::codes_left(&app.services, ctx);
    "accounts::factors::second" [OwnDesk] app ctx => factors::second(&app.services, ctx, Given::Code("000000"));
    "accounts::factors::confirm" [OwnDesk] app ctx => factors::confirm(&app.services, ctx, Given::Code("000000"));
    "accounts::create" [AccountAdmin] app ctx => accounts::create(&app.services, ctx, &nobody());
    "accounts::create_enrolled" [AccountAdmin] app ctx => accounts::create_enrolled(&app.services, ctx, &nobody(), "x", b"x");
    "accounts::new_code" [AccountAdmin] app ctx => accounts::new_code(&app.services, ctx, AccountId(NONE));
    "accounts::stop" [AccountAdmin] app ctx => accounts::stop(&app.services, ctx, AccountId(NONE), "");
    "accounts::handing::held" [AccountAdmin] app ctx => accounts::handing::held(&app.services, ctx);
    "accounts::handing::hand_on" [AccountAdmin] app ctx => accounts::handing::hand_on(&app.services, ctx, AccountId(NONE), "");
    "accounts::set_active" [AccountAdmin] app ctx => accounts::set_active(&app.services, ctx, AccountId(NONE), false);
    "accounts::set_role" [AccountAdmin] app ctx => accounts::set_role(&app.services, ctx, AccountId(NONE), "clerk");
    "accounts::end_sessions" [AccountAdmin] app ctx => accounts::end_sessions(&app.services, ctx, AccountId(NONE));
    "accounts::list" [AccountAdmin] app ctx => accounts::list(&app.services, ctx);
    "accounts::own::choose_password" [OwnDesk] app ctx => own::choose_password(&app.services, ctx, "x", "y", "z");
    "accounts::own::sessions_of_mine" [OwnDesk] app ctx => own::sessions_of_mine(&app.services, ctx);
    "accounts::own::end_session" [OwnDesk] app ctx => own::end_session(&app.services, ctx, NONE);
    "accounts::own::end_other_sessions" [OwnDesk] app ctx => own::end_other_sessions(&app.services, ctx);
    "accounts::passkeys::of_mine" [OwnDesk] app ctx => passkeys::of_mine(&app.services, ctx);
    "accounts::passkeys::can_give" [OwnDesk] app ctx => passkeys::can_give(&app.services, ctx);
    "accounts::passkeys::ask_new" [OwnLocks] app ctx => passkeys::ask_new(&app.services, ctx, "指紋");
    "accounts::passkeys::add" [OwnLocks] app ctx => passkeys::add(&app.services, ctx, "指紋", "{}");
    "accounts::passkeys::remove" [OwnLocks] app ctx => passkeys::remove(&app.services, ctx, PasskeyId(NONE));
    "accounts::passkeys::ask" [OwnDesk] app ctx => passkeys::ask(&app.services, ctx);
    "accounts::passkeys::forget_old" [AccountAdmin] app ctx => passkeys::forget_old(&app.services, ctx);
    "accounts::sign_in::sign_out" [OwnDesk] app ctx => accounts::sign_out(&app.services, ctx, "x");
    "accounts::tokens::create_token" [TokenAdmin] app ctx => accounts::create_token(&app.services, ctx, "", Role::Clerk, vec![], None);
    "accounts::tokens::create_token_for" [TokenAdmin] app ctx => accounts::create_token_for(&app.services, ctx, "x", Role::Clerk, vec![], None, Some("?"));
    "accounts::tokens::tokens" [TokenAdmin] app ctx => accounts::tokens(&app.services, ctx);
    "accounts::tokens::revoke_token" [TokenAdmin] app ctx => accounts::revoke_token(&app.services, ctx, TokenId(NONE));

    "audit::page" [AuditRead] app ctx => audit::page(&app.services, ctx, &AuditFilter::default());
    "audit::named" [AuditRead] app ctx => audit::named(&app.services, ctx, "2026-999999");
    "audit::export" [AuditExport] app ctx => audit::export(&app.services, ctx, &AuditFilter::default());
    "audit::review" [AuditReview] app ctx => audit::review(&app.services, ctx, "異常なし");

    "calls::search::find" [CallRead] app ctx => search::find(&app.services, ctx, "脅迫文", None);
    "calls::start" [CallWork] app ctx => calls::start(&app.services, ctx, Direction::Inbound, "", &None);
    "calls::end" [CallWork] app ctx => ended(app, ctx, json!({ "disposition": "solved" }));
    "calls::end#ticket" [CallWork, TicketWork] app ctx => ended(app, ctx, json!({ "disposition": "solved", "ticket": "2026-999999" }));
    "calls::end#escalate" [CallWork, Escalate] app ctx => ended(app, ctx, json!({ "disposition": "escalated", "next_reason": "駆除" }));
    "calls::just_ended" [CallWork] app ctx => calls::just_ended(&app.services, ctx, call());
    "calls::in_hand" [CallWork] app ctx => calls::in_hand(&app.services, ctx);
    "calls::lacking::foresee" [CallWork] app ctx => lacking::foresee(&app.services, ctx, call(), &asked(Disposition::Solved, "15時", "2026-999999"));
    "calls::log::log" [CallLog] app ctx => logs(app, ctx, json!({}));
    "calls::log::log#own" [CallLog] app ctx => logs(app, ctx, json!({ "disposition": "solved", "next": "close", "callback_at": "2026-11-23T15:00" }));
    "calls::log::log#said" [CallLog] app ctx => logs(app, ctx, said("unverified"));
    "calls::log::log#ticket" [CallLog, TicketWork] app ctx => logs(app, ctx, json!({ "ticket": "2026-999999" }));
    "calls::log::log#escalate" [CallLog, Escalate] app ctx => logs(app, ctx, json!({ "disposition": "escalated", "next": "usual", "next_reason": "駆除" }));
    "calls::log::log#next" [CallLog, Escalate] app ctx => logs(app, ctx, json!({ "next": "escalate", "next_reason": "駆除" }));
    "calls::log::log#verified" [CallLog, Verify] app ctx => logs(app, ctx, said("verified"));
    "calls::log::log#provisional" [CallLog, Verify] app ctx => logs(app, ctx, said("provisional"));
    "calls::log::log#not_eligible" [CallLog, Verify] app ctx => logs(app, ctx, said("not_eligible"));
    "calls::of_day" [CallRead] app ctx => calls::of_day(&app.services, ctx, ctx.today());
    "calls::open_ticket" [TicketWork] app ctx => calls::open_ticket(&app.services, ctx, call(), &None);
    "calls::link" [TicketWork] app ctx => calls::link(&app.services, ctx, call(), "2026-999999");
    "claims::latest" [ClaimRead] app ctx => claims::latest(&app.services, ctx);
    "verification::recheck::look_again" [Verify] app ctx => recheck::look_again(&app.services, ctx);
    "members::import::import" [DirectoryImport] app ctx => async { members::import(&app.services, ctx, &file(ctx), &mut |_, _| {}).await };
    "members::restore::restore_previous" [DirectoryImport] app ctx => async { members::restore_previous(&app.services, ctx, None, true).await };
    "members::mappings::mapping" [DirectoryImport] app ctx => async { members::mapping(&app.services, ctx, "架空県医師会").await };
    "members::mappings::propose" [DirectoryImport] app ctx => async { members::propose(&app.services, ctx, (b"x", ""), None).await };
    "members::mappings::save_mapping" [DirectoryImport] app ctx => async { members::save_mapping(&app.services, ctx, "架空県医師会", &Mapping::default()).await };
    "members::imports" [DirectoryImport] app ctx => members::imports(&app.services, ctx);
    "tickets::hold::place" [RetentionHold] app ctx => hold::place(&app.services, ctx, no(), 1, NewHold::default(), &None);
    "tickets::hold::lift" [RetentionHold] app ctx => hold::lift(&app.services, ctx, no(), HoldId(NONE));
    "desks::home::operator" [CallWork] app ctx => home::operator(&app.services, ctx);
    "desks::home::queue" [Tier2] app ctx => home::queue(&app.services, ctx, None);
    "desks::home::specialist" [Tier2] app ctx => home::specialist(&app.services, ctx);
    "desks::home::clerk" [ClaimEnquiry] app ctx => home::clerk(&app.services, ctx);
    "verification::api::look_up" [Verify] app ctx => api::look_up(&app.services, ctx, ctx.today(), "榎本".into(), String::new(), String::new(), String::new());
    "reports::draw::due" [ReportDraw] app ctx => reports::draw::due(&app.services, ctx);
    "reports::draw::period" [ReportDraw] app ctx => reports::draw::period(&app.services, ctx, month());
    "reports::draw::files" [ReportDraw] app ctx => reports::draw::files(&app.services, ctx, month());
    "reports::draw::asked" [ReportPublish] app ctx => reports::draw::asked(&app.services, ctx, "2019-02");
    "reports::draft::list" [ReportPublish] app ctx => reports::draft::list(&app.services, ctx);
    "reports::draft::show" [ReportPublish] app ctx => reports::draft::show(&app.services, ctx, month());
    "reports::draft::comment" [ReportPublish] app ctx => reports::draft::comment(&app.services, ctx, month(), 1, "増えた", &[]);
    "reports::draft::approve" [ReportPublish] app ctx => reports::draft::approve(&app.services, ctx, month(), 1);
    "reports::draft::publish" [ReportPublish] app ctx => reports::draft::publish(&app.services, ctx, month(), 1);
    "reports::draft::withdraw" [ReportPublish] app ctx => reports::draft::withdraw(&app.services, ctx, month(), 1, "誤り");
    "reports::read::latest" [ReportRead] app ctx => reports::read::latest(&app.services, ctx);
    "reports::read::of" [ReportRead] app ctx => reports::read::of(&app.services, ctx, month());
    "reports::read::download" [ReportRead] app ctx => reports::read::download(&app.services, ctx, month(), "json");
    "jobs::list" [JobRead] app ctx => jobs::list(&app.services, ctx);
    "retention::gate::waits" [RightsRead] app ctx => retention::waits(&app.services, ctx);
    "retention::run" [RetentionRun] app ctx => retention::run(&app.services, &app.clock as &dyn Clock, ctx, retention::How::Preview);
    "accounts::seals::rotate" [KeyAdmin] app ctx => seals::rotate(&app.services, ctx);

    "calls::sheet::save" [CallWork] app ctx => sheet::save(&app.services, ctx, call(), &[]);
    "calls::outbound::about" [CallWork, TicketWork] app ctx => outbound::about(&app.services, ctx, no(), None, &None);
    "calls::conversation::next" [CallWork] app ctx => conversation::next(&app.services, ctx, call());
    "calls::conversation::still_open" [CallWork] app ctx => conversation::still_open(&app.services, ctx, call());
    "calls::sheet::take_back" [CallWork] app ctx => sheet::take_back(&app.services, ctx, call(), "sharing");
    "calls::sheet::stamp" [CallWork] app ctx => sheet::stamp(&app.services, ctx, call(), "sharing", "told");
    "calls::sheet::jot" [CallWork] app ctx => sheet::jot(&app.services, ctx, call(), "電話で案内した", &None);
    "calls::sheet::record_verification" [Verify] app ctx => sheet::record_verification(&app.services, ctx, call(), VerificationOutcome::Provisional, "番号が手元にない");
    "calls::sheet_view::view" [CallRead] app ctx => sheet::view(&app.services, ctx, call());
    "calls::sheet_view::panel" [CallRead] app ctx => sheet::panel(&app.services, ctx, call(), None);
    "calls::sheet_view::candidates" [CallWork] app ctx => sheet::candidates(&app.services, ctx, call(), &[]);
    "desks::supervision::day" [Supervise] app ctx => supervision::day(&app.services, ctx);
    "calls::sheet::hear_again" [Verify] app ctx => sheet::hear_again(&app.services, ctx, call(), 1);
    "desks::supervision::let_on" [Supervise] app ctx => supervision::let_on(&app.services, ctx, NONE);
    "desks::supervision::review_call" [Supervise] app ctx => supervision::review_call(&app.services, ctx, call());
    "desks::supervision::review_verification" [Supervise] app ctx => supervision::review_verification(&app.services, ctx, VerificationId(NONE));

    "tickets::transition::take_back" [TicketWork] app ctx => tickets::take_back(&app.services, ctx, no(), 1, &None);
    "tickets::transition::move_on" [TicketWork] app ctx => moved(app, ctx, Transition::Start);
    "tickets::transition::move_on#watch" [TicketWork] app ctx => moved(app, ctx, Transition::Watch { reason: why() });
    "tickets::transition::move_on#close" [TicketWork] app ctx => moved(app, ctx, Transition::Close { result: "solved".into() });
    "tickets::transition::move_on#leave" [TicketWork] app ctx => moved(app, ctx, Transition::Leave { exit: madoguchi::domain::tickets::state::Exit::Directed, reason: why() });
    "tickets::transition::move_on#reopen" [TicketWork] app ctx => moved(app, ctx, Transition::Reopen { reason: why() });
    "tickets::transition::move_on#escalate" [Escalate] app ctx => moved(app, ctx, Transition::Escalate { reason: why() });
    "tickets::transition::move_on#take" [Tier2] app ctx => moved(app, ctx, Transition::Take);
    "tickets::transition::move_on#give_back" [Tier2] app ctx => moved(app, ctx, Transition::GiveBack { reason: why() });
    "tickets::transition::move_on#refer" [Tier2] app ctx => moved(app, ctx, Transition::Refer);
    "tickets::page::show" [TicketRead] app ctx => page::show(&app.services, ctx, no());
    "tickets::page::show_newest" [TicketRead] app ctx => page::show_newest(&app.services, ctx, no());
    "tickets::list" [TicketFind] app ctx => tickets::list(&app.services, ctx, &TicketFilter::default());
    "tickets::find" [TicketFind] app ctx => tickets::find(&app.services, ctx, "脅迫文", None);
    "tickets::add_entry" [TicketWork] app ctx => tickets::add_entry(&app.services, ctx, no(), entry(), &None);
    "tickets::change" [TicketWork] app ctx => tickets::change(&app.services, ctx, no(), 1, TicketChange::default(), &None);
    "tickets::evidence_gate::ask" [TicketWork] app ctx => steps::evidence_gate::ask(&app.services, ctx, no(), NewCheck::default());
    "incidents::record::show" [TicketWork] app ctx => record::show(&app.services, ctx, no());
    "incidents::record::save" [TicketWork] app ctx => record::save(&app.services, ctx, no(), &[], Extent::Whole, &None);
    "incidents::evidence::add" [TicketWork] app ctx => evidence::add(&app.services, ctx, no(), &NewItem::default());
    "incidents::evidence::change" [TicketWork] app ctx => evidence::change(&app.services, ctx, no(), EvidenceItemId(NONE), 1, &NewItem::default());
    "incidents::clocks::end" [TicketWork] app ctx => clocks::end(&app.services, ctx, no(), "police", &NewEnd::default());
    "incidents::clocks::resume" [TicketWork] app ctx => clocks::resume(&app.services, ctx, no(), "police", "誤り");
    "incidents::indicators::tell" [TicketWork] app ctx => indicators::tell(&app.services, ctx, no(), "words", "脅迫文", &None);
    "incidents::indicators::take_back" [TicketWork] app ctx => indicators::take_back(&app.services, ctx, no(), IndicatorId(NONE));
    "incidents::radar::show" [Tier2] app ctx => radar::show(&app.services, ctx);
    "incidents::campaigns::open" [Tier2] app ctx => campaigns::open(&app.services, ctx, &Which::default(), &Words { name: "偽".into(), advice: "電話しない".into() }, &None);
    "incidents::campaigns::join" [Tier2] app ctx => campaigns::join(&app.services, ctx, &Which::default(), None);
    "incidents::campaigns::add" [Tier2] app ctx => campaigns::add(&app.services, ctx, CampaignId(NONE), "2026-999999");
    "incidents::campaigns::follow_up" [Tier2] app ctx => campaigns::follow_up(&app.services, ctx, CampaignId(NONE), "続報", &None);
    "incidents::campaigns::leave" [Tier2] app ctx => campaigns::leave(&app.services, ctx, CampaignId(NONE), no());
    "incidents::campaigns::change" [Tier2] app ctx => campaigns::change(&app.services, ctx, CampaignId(NONE), 1, &Words::default(), false);
    "incidents::campaigns::set_aside" [Tier2] app ctx => campaigns::set_aside(&app.services, ctx, &Which::default(), "偶然");
    "calls::sheet_view::is_in_a_campaign" [CallRead] app ctx => sheet::is_in_a_campaign(&app.services, ctx, call());
    "incidents::papers::show" [TicketWork] app ctx => papers::show(&app.services, ctx, no(), "ppc");
    "incidents::papers::dictated" [TicketWork] app ctx => papers::dictated(&app.services, ctx, no(), "ppc", "persons", false);
    "incidents::dossiers::show" [TicketWork, DossierHand] app ctx => dossiers::show(&app.services, ctx, no());
    "incidents::dossiers::preview" [TicketWork, DossierHand] app ctx => dossiers::preview(&app.services, ctx, no(), "clinic");
    "incidents::dossiers::make" [TicketWork, DossierHand] app ctx => dossiers::make(&app.services, ctx, no(), &NewDossier::default(), &None);
    "incidents::dossiers::one" [TicketWork, DossierHand] app ctx => dossiers::one(&app.services, ctx, no(), DossierId(NONE), true);
    "incidents::dossiers::told" [TicketWork, DossierHand] app ctx => dossiers::told(&app.services, ctx, no(), DossierId(NONE), "院長へ");
    "incidents::dossier_file::file" [TicketWork, DossierHand, DossierExport] app ctx => dossier_file::file(&app.services, ctx, no(), DossierId(NONE));
    "incidents::authorities::ask" [TicketWork, DossierHand] app ctx => authorities::ask(&app.services, ctx, no(), &asks(), &None);
    "incidents::authorities::answer" [TicketWork, DossierHand] app ctx => authorities::answer(&app.services, ctx, no(), AuthorityRequestId(NONE), "document", "理由");
    "tickets::together::here" [TicketWork] app ctx => steps::together::here(&app.services, ctx, no(), steps::together::Sign::Reads);
    "tickets::draft::keep" [TicketWork] app ctx => steps::draft::keep(&app.services, ctx, no(), "/tickets/2026-000001/entries", "body", "書きかけ");
    "tickets::draft::taken" [TicketWork] app ctx => steps::draft::taken(&app.services, ctx, "/tickets/2026-000001/entries", &[]);
    "tickets::together::watch" [TicketWork] app ctx => steps::together::watch(&app.services, ctx, no(), true);
    "tickets::assign::people" [TicketWork] app ctx => steps::assign::people(&app.services, ctx, no());
    "tickets::assign::assign" [TicketWork] app ctx => steps::assign::assign(&app.services, ctx, no(), 1, "nobody");
    "tickets::merge::merge" [TicketWork] app ctx => steps::merge::merge(&app.services, ctx, no(), 1, &NewMerge { into: "2026-999998".into(), why: "同じ件".into(), same_clinic: true });
    "tickets::merge::unmerge" [TicketWork] app ctx => steps::merge::unmerge(&app.services, ctx, no(), None);
    "tickets::queues::queue" [TicketFind] app ctx => steps::queues::queue(&app.services, ctx, Queue::Mine, None);
    "calls::along::show" [CallRead, Tier2] app ctx => along::show(&app.services, ctx, call());
    "calls::along::pin" [CallRead, Tier2] app ctx => along::pin(&app.services, ctx, call(), "質問", &None);
    "calls::along::asked" [CallWork, CallRead] app ctx => along::asked(&app.services, ctx, call());
    "calls::along::answer" [CallWork] app ctx => along::answer(&app.services, ctx, call(), QuestionId(NONE), "はい");
    "referrals::introduce::begin" [ReferralWork, TicketWork] app ctx => introduce::begin(&app.services, ctx, no(), &asked_for(), &None);
    "referrals::introduce::take" [ReferralWork, TicketWork] app ctx => introduce::take(&app.services, ctx, no(), ReferralId(NONE), 1, &asked_for(), &None);
    "referrals::show::show" [ReferralWork, TicketRead] app ctx => referrals::show::show(&app.services, ctx, no());
    "referrals::register::show" [ReferralWork] app ctx => register::show(&app.services, ctx);
    "referrals::register::one" [ReferralWork] app ctx => register::one(&app.services, ctx, FirmId(NONE));
    "referrals::register::export" [FirmExport] app ctx => register::export(&app.services, ctx);
    "referrals::register::save" [ReferralWork] app ctx => register::save(&app.services, ctx, None, &TypedFirm::default());
    "referrals::register::import" [ReferralWork] app ctx => register::import(&app.services, ctx, b"", true);
    "tickets::remote::start" [TicketWork] app ctx => steps::remote::start(&app.services, ctx, no(), RemoteStart::default());
    "tickets::remote::end" [TicketWork] app ctx => steps::remote::end(&app.services, ctx, no(), RemoteId(NONE), RemoteEnd::default());
    "tickets::callback::keep" [TicketWork] app ctx => steps::callback::keep(&app.services, ctx, CallbackId(NONE));
    "tickets::callback::take" [CallWork, TicketWork] app ctx => steps::callback::take(&app.services, ctx, CallbackId(NONE), None);
    "tickets::callback::tried" [TicketWork] app ctx => steps::callback::tried(&app.services, ctx, CallbackId(NONE), "busy");
    "tickets::task::finish" [TicketWork] app ctx => steps::task::finish(&app.services, ctx, TaskId(NONE), "確認不要");
    "desks::handover::show" [CallWork, TicketRead] app ctx => handover::show(&app.services, ctx);
    "desks::handover::asked" [CallWork] app ctx => handover::asked(&app.services, ctx);
    "desks::handover::sign" [CallWork] app ctx => handover::sign(&app.services, ctx, "");
    "desks::handover::take" [CallWork] app ctx => handover::take(&app.services, ctx, HandoverId(NONE));
    "demo::told::tell" [Tier2, TicketWork, DossierHand] app ctx => demo::told::tell(&app.services, ctx);
    "demo::fill" [DirectoryImport] app ctx => async { demo::fill(&app.services, ctx, &past(app), &[], &mut |_, _| {}).await };
}
