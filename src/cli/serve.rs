//! `madoguchi serve` and `madoguchi demo`

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

use super::{Failure, say};
use crate::app::App;
use crate::config::{self, masked};
use crate::domain::actor::Role;
use crate::domain::id::AccountId;
use crate::telemetry;
use crate::usecase::{accounts, directory, trial};
use crate::web::server;

#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// 会員の数
    #[arg(long, default_value_t = 2_000)]
    members: usize,
    /// 相談票の数
    #[arg(long, default_value_t = 400)]
    tickets: usize,
}

/// The demonstration's password: it says itself what it is.
const DEMO_PASSWORD: &str = "madoguchi-demonstration";

pub(super) async fn serve() -> Result<(), Failure> {
    let settings = config::load().map_err(Failure::Setup)?;
    telemetry::start(&settings.log);
    let listener = server::listen(&settings.http.listen).await.map_err(Failure::Setup)?;
    let app = App::build(settings).await.map_err(Failure::Setup)?;
    info!(database = %masked(&app.settings.database.url), listen = %app.settings.http.listen, "Madoguchi is open");
    run(app, listener).await
}

async fn run(app: App, listener: tokio::net::TcpListener) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate()).map_err(|e| Failure::Other(e.to_string()))?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    app.start_jobs();
    server::serve(listener, app.web().router, &app.settings.http, stop).await;
    Ok(())
}

pub(super) async fn demo(args: DemoArgs) -> Result<(), Failure> {
    let mut settings = config::load().map_err(Failure::Setup)?;
    settings.log.level = std::env::var("MADOGUCHI_LOG__LEVEL").unwrap_or_else(|_| "warn".into());
    telemetry::start(&settings.log);
    let listener = server::listen(&settings.http.listen).await.map_err(Failure::Setup)?;
    let folder = std::env::temp_dir().join(format!("madoguchi-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|e| Failure::Setup(format!("{}: {e}", folder.display())))?;
    settings.database.url = format!("sqlite://{}", folder.join("demo.db").display());
    let app = App::build(settings).await.map_err(Failure::Setup)?;
    let staff = fill(&app, &args).await?;
    directory::refresh(&app.house).await?;
    say("窓口（見本）を起動しました。データは終了すると消えます。");
    say(&format!("  ブラウザで開く:  http://{}", app.settings.http.listen));
    say(&format!("  パスワード:      {DEMO_PASSWORD}（全員共通）"));
    for (login, role) in staff {
        say(&format!("  ログインID:      {login:14} {}", role.label()));
    }
    say("  終了: Ctrl+C");
    let ended = run(app, listener).await;
    // The demonstration's data is thrown away; what can't be removed lies in the temporary folder.
    drop(std::fs::remove_dir_all(&folder));
    ended
}

/// One account a role, a directory and a few weeks of work.
async fn fill(app: &App, args: &DemoArgs) -> Result<Vec<(&'static str, Role)>, Failure> {
    let staff = [
        ("operator", "窓口 花子", Role::Operator),
        ("operator2", "窓口 太郎", Role::Operator),
        ("specialist", "二次 次郎", Role::Specialist),
        ("supervisor", "監督 京子", Role::Supervisor),
        ("clerk", "支援 恵", Role::Clerk),
        ("jma", "医師会 読子", Role::JmaReader),
        ("admin", "管理 守", Role::Administrator),
    ];
    let ctx = app.console();
    let mut desk = Vec::new();
    for (login, name, role) in staff {
        let id = accounts::create_with_password(&app.house, &ctx, login, name, role, DEMO_PASSWORD).await?;
        if matches!(role, Role::Operator | Role::Specialist) {
            desk.push(AccountId(id));
        }
    }
    let trial = trial::Trial { members: args.members, tickets: args.tickets, seed: 1, until: ctx.today() };
    trial::fill(&app.house, &ctx, &trial, &desk, &mut |_, _| {}).await?;
    Ok(staff.into_iter().map(|(login, _, role)| (login, role)).collect())
}
