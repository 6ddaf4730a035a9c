//! `madoguchi serve` and `madoguchi demo`

use std::path::Path;

use clap::{Args, Subcommand};
use tokio::signal::unix::{SignalKind, signal};
use tracing::{info, warn};

use super::{Failure, say};
use crate::app::App;
use crate::config;
use crate::domain::access::actor::{Actor, ActorKind, Role};
use crate::domain::ctx::Ctx;
use crate::domain::masked::masked;
use crate::domain::reports::Period;
use crate::gateway::clock::{Clock, SystemClock};
use crate::gateway::{secret, totp};
use crate::telemetry;
use crate::usecase::accounts::seals;
use crate::usecase::audit::journals;
use crate::usecase::incidents::clocks;
use crate::usecase::reports::{draft, draw};
use crate::usecase::{accounts, demo, members};
use crate::web::listener::{self, Bound};
use crate::web::server::{self, Ended};
use crate::web::{Stopping, handover};

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    #[command(subcommand)]
    command: Option<DemoCommand>,
    /// 会員の数
    #[arg(long, default_value_t = 2_000)]
    members: usize,
    /// 相談票の数
    #[arg(long, default_value_t = 400)]
    tickets: usize,
    /// このコンピューターの外からもつながるアドレスで起動することを許します（パスワードと認証アプリの鍵は公開されています）
    #[arg(long)]
    open_to_network: bool,
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// 見本のアカウントの、いまの認証コードを表示します（見本でだけ使えます）
    Code {
        /// ログインID
        login: String,
    },
}

/// The demonstration's password: it says itself what it is.
const DEMO_PASSWORD: &str = "madoguchi-demonstration";

/// The secret of a demonstration account's authenticator app: known to everybody, as its password is.
fn demo_secret(login: &str) -> Vec<u8> {
    secret::digest(&format!("madoguchi demonstration {login}"))[..20].to_vec()
}

/// The people of the demonstration.
const STAFF: [(&str, &str, Role); 8] = [
    ("operator", "窓口 花子", Role::Operator),
    ("operator2", "窓口 太郎", Role::Operator),
    ("specialist", "二次 次郎", Role::Specialist),
    ("supervisor", "監督 京子", Role::Supervisor),
    ("supervisor2", "監督 守美", Role::Supervisor),
    ("clerk", "支援 恵", Role::Clerk),
    ("jma", "医師会 読子", Role::JmaReader),
    ("admin", "管理 守", Role::Administrator),
];

fn demo_code(login: &str) -> Result<(), Failure> {
    if !STAFF.iter().any(|(known, _, _)| *known == login) {
        let known: Vec<_> = STAFF.iter().map(|(login, _, _)| *login).collect();
        return Err(Failure::Setup(format!("見本のログインIDは {} です", known.join(", "))));
    }
    say(&totp::code_at(&demo_secret(login), SystemClock.now()).map_err(Failure::Other)?);
    Ok(())
}

pub(super) async fn serve() -> Result<(), Failure> {
    let settings = config::load().map_err(Failure::Setup)?;
    telemetry::start(&settings.log);
    let bound = listener::bind(&settings.http).map_err(Failure::Setup)?;
    let app = App::build(settings).await.map_err(Failure::Setup)?;
    seals::check(&app.services).await.map_err(|e| Failure::Setup(e.to_string()))?;
    clocks::check(&app.services).await.map_err(|e| Failure::Setup(e.to_string()))?;
    run(app, bound).await
}

async fn run(app: App, bound: Bound) -> Result<(), Failure> {
    let web = app.web();
    obey(web.stopping.clone()).map_err(|e| Failure::Other(e.to_string()))?;
    let (http, database) = (&app.settings.http, masked(&app.settings.database.url));
    // Members can be asked for from the first request on. When it can't be had now, the job that keeps it tries on.
    if bound.takes_over()
        && let Err(error) = members::refresh(&app.services).await
    {
        warn!(%error, "The directory could not be read before taking over");
    }
    let listener = bound.listen().map_err(Failure::Setup)?;
    if !http.handover.is_empty() {
        let offered = listener.offer();
        let offered = offered.and_then(|offer| handover::offer(Path::new(&http.handover), offer, web.stopping.clone()));
        offered.map_err(|e| Failure::Setup(format!("{}: {e}（http.handover）", http.handover)))?;
    }
    let kept = app.keep_journal().await.map_err(Failure::Setup)?;
    app.start_jobs(kept.clone());
    info!(%database, listen = %http.listen, "Madoguchi is open");
    let ended = server::serve(listener, web, http).await;
    // What can't be noted now is looked at again at the next start.
    journals::close(&app.services.store, &app.console(), &kept).await.ok();
    match ended {
        Ended { at_once: true, cut } => {
            Err(Failure::Other(format!("もう一度の合図で直ちに終了しました。切断した接続: {cut}件")))
        }
        Ended { at_once: false, .. } => Ok(()),
    }
}

/// Hands signals on: SIGTERM or SIGINT asks to finish what was accepted, another one to end at once.
fn obey(stopping: Stopping) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            stopping.ask();
        }
    });
    Ok(())
}

/// Everybody knows the demonstration's password: it listens to its own machine only, unless somebody says otherwise.
fn stay_at_home(listen: &str, open_to_network: bool) -> Result<(), Failure> {
    let home = listen.parse::<std::net::SocketAddr>().is_ok_and(|address| address.ip().to_canonical().is_loopback());
    if home || open_to_network {
        return Ok(());
    }
    Err(Failure::Setup(format!(
        "見本は、パスワードも認証アプリの鍵も公開されているため、{listen} では起動しません。127.0.0.1 で起動するか、ネットワークの誰もが使えてよいときだけ --open-to-network を付けてください"
    )))
}

pub(super) async fn demo(args: DemoArgs) -> Result<(), Failure> {
    if let Some(DemoCommand::Code { login }) = &args.command {
        return demo_code(login);
    }
    let mut settings = config::load().map_err(Failure::Setup)?;
    stay_at_home(&settings.http.listen, args.open_to_network)?;
    settings.log.level = std::env::var("MADOGUCHI_LOG__LEVEL").unwrap_or_else(|_| "warn".into());
    telemetry::start(&settings.log);
    let bound = listener::bind(&settings.http).map_err(Failure::Setup)?;
    let folder = std::env::temp_dir().join(format!("madoguchi-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|e| Failure::Setup(format!("{}: {e}", folder.display())))?;
    settings.database.url = format!("sqlite://{}", folder.join("demo.db").display());
    settings.audit.journal_dir = folder.display().to_string();
    let app = App::build(settings).await.map_err(Failure::Setup)?;
    fill(&app, &args).await?;
    members::refresh(&app.services).await?;
    say("窓口（見本）を起動しました。データは終了すると消えます。");
    say(&format!("  ブラウザで開く:  {}", app.settings.base_url()));
    say(&format!("  パスワード:      {DEMO_PASSWORD}（全員共通）"));
    for (login, _, role) in STAFF {
        say(&format!(
            "  ログインID:      {login:11} {}  認証アプリの鍵 {}",
            role.label(),
            totp::by_hand(&demo_secret(login))
        ));
    }
    say(
        "  認証コードは、別の端末で次のとおり入力すると表示されます（30秒ごとに変わり、1回だけ使えます。見本だけの機能です）。",
    );
    say(&format!("    {} demo code operator", as_typed()));
    say("  はじめに: operator でサインインし、F2 を押すと、通話の記録が始まります。");
    say("  終了: Ctrl+C");
    let ended = run(app, bound).await;
    // The demonstration's data is thrown away; what can't be removed lies in the temporary folder.
    drop(std::fs::remove_dir_all(&folder));
    ended
}

/// This program as it can be typed where it was started: by cargo, by its name where that is on the path, or by its file.
fn as_typed() -> String {
    if std::env::var_os("CARGO").is_some() {
        return if cfg!(debug_assertions) { "cargo run --" } else { "cargo run --release --" }.to_owned();
    }
    let Ok(own) = std::env::current_exe() else { return "madoguchi".to_owned() };
    let path = std::env::var_os("PATH").unwrap_or_default();
    match std::env::split_paths(&path).any(|folder| folder.join("madoguchi") == own) {
        true => "madoguchi".to_owned(),
        false => own.display().to_string(),
    }
}

/// One account a role and two supervisors, a directory, a few weeks of work and a published report.
async fn fill(app: &App, args: &DemoArgs) -> Result<(), Failure> {
    let ctx = app.console();
    let (mut desk, mut people) = (Vec::new(), Vec::new());
    for (login, name, role) in STAFF {
        let new = accounts::NewAccount { login, name, role, maintenance: None };
        let id = accounts::create_enrolled(&app.services, &ctx, &new, DEMO_PASSWORD, &demo_secret(login)).await?;
        if matches!(role, Role::Operator | Role::Specialist) {
            desk.push(id);
        }
        let (name, role, person) = (name.to_owned(), Some(role), Some(id));
        let actor = Actor { kind: ActorKind::Account, id: id.0, role, name, scopes: Vec::new(), person };
        people.push(Ctx::new(actor, ctx.now, uuid::Uuid::new_v4(), String::new()));
    }
    let demo = demo::Demo { members: args.members, tickets: args.tickets, seed: 1, until: ctx.today() };
    demo::fill(&app.services, &ctx, &demo, &desk, &mut |_, _| {}).await?;
    let of = |role: Role| people.iter().filter(move |ctx| ctx.actor.role == Some(role));
    if let Some(specialist) = of(Role::Specialist).next() {
        demo::told::tell(&app.services, specialist).await?;
    }
    if let (Some(one), Some(other)) = (of(Role::Supervisor).next(), of(Role::Supervisor).nth(1)) {
        publish(app, one, other).await?;
    }
    Ok(())
}

/// The report of the month before last is published; last month's waits as a draft.
async fn publish(app: &App, one: &Ctx, other: &Ctx) -> Result<(), Failure> {
    let Some(period) = Period::last_over(one.today()).before() else { return Ok(()) };
    draw::period(&app.services, &app.console(), period).await?;
    let comment = "サポート詐欺と標的型メールのご相談が続きました。連絡先を表示する警告画面には電話しないよう、引き続き呼びかけます。";
    draft::comment(&app.services, one, period, 1, comment, &[]).await?;
    draft::approve(&app.services, one, period, 2).await?;
    draft::publish(&app.services, other, period, 3).await?;
    draw::due(&app.services, &app.console()).await?;
    Ok(())
}
