//! Commands. Every command exits 0 when done, 2 on unusable input or set-up, 1 otherwise.

mod accounts;
mod address;
mod audit;
#[cfg(feature = "backups")]
mod backup;
mod demo_data;
mod firms;
mod members;
mod output;
mod reports;
mod retention;
mod serve;
mod show;
mod words;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::app::App;
use crate::config;
use crate::domain::masked::masked;
use crate::gateway::limits;
use crate::telemetry;
use crate::usecase::Error;

/// 窓口: the ticketing system of the helpline that clinics ring when they are under cyber attack.
#[derive(Debug, Parser)]
#[command(name = "madoguchi", version, about = "窓口 — 医療機関サイバー相談窓口の相談票システム", long_about = None)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// サーバーを起動します（設定は config show で確認できます）
    Serve,
    /// 使い捨てのデータベースに見本データを入れて起動し、サインイン情報を表示します
    Demo(serve::DemoArgs),
    /// 会員名簿の取り込みと照合
    #[command(subcommand)]
    Members(members::Members),
    /// 専門事業者の登録簿の取り込みと書き出し
    #[command(subcommand)]
    Firms(firms::Firms),
    /// 試験用のデータを空のデータベースに入れます
    DemoData(demo_data::DemoData),
    /// 住所を分けて読む
    #[command(subcommand)]
    Address(address::AddressCommand),
    /// アカウントの作成
    #[command(subcommand)]
    Account(accounts::AccountCommand),
    /// APIトークンの作成
    #[command(subcommand)]
    Token(accounts::TokenCommand),
    /// 監査記録の確認
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// 暗号化したバックアップ
    #[cfg(feature = "backups")]
    #[command(subcommand)]
    Backup(backup::BackupCommand),
    /// 保存期間
    #[command(subcommand)]
    Retention(retention::RetentionCommand),
    /// 報告の作成
    #[command(subcommand)]
    Reports(reports::ReportCommand),
    /// 封をした値の鍵
    #[command(subcommand)]
    Keys(accounts::KeyCommand),
    /// 設定の確認
    #[command(subcommand)]
    Config(show::ConfigCommand),
}

/// How a command ended badly.
pub(crate) enum Failure {
    /// Unusable input or set-up: exit 2.
    Setup(String),
    /// Anything else: exit 1.
    Other(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => {
                let fields: Vec<String> = refusal.fields.iter().map(|f| format!("{}: {}", f.name, f.message)).collect();
                Failure::Setup(if fields.is_empty() { refusal.message } else { fields.join("\n") })
            }
            other => Failure::Other(other.to_string()),
        }
    }
}

/// Runs the command of the process's arguments.
pub fn main() -> ExitCode {
    limits::keep_to_oneself();
    let typed = words::in_japanese(Cli::command(), "").try_get_matches();
    let cli = match typed.and_then(|typed| Cli::from_arg_matches(&typed)) {
        Ok(cli) => cli,
        Err(error) if error.exit_code() == 0 => {
            say(&words::told(&error));
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            say_aside(&masked(&words::told(&error)));
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return end(Err(Failure::Other(error.to_string()))),
    };
    end(runtime.block_on(run(cli.command)))
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve => serve::serve().await,
        Command::Demo(args) => serve::demo(args).await,
        Command::Members(command) => members::run(command).await,
        Command::Firms(command) => firms::run(command).await,
        Command::DemoData(args) => demo_data::run(args).await,
        Command::Address(command) => address::run(command),
        Command::Account(command) => accounts::account(command).await,
        Command::Token(command) => accounts::token(command).await,
        Command::Audit(command) => audit::run(command).await,
        #[cfg(feature = "backups")]
        Command::Backup(command) => backup::run(command).await,
        Command::Retention(command) => retention::run(command).await,
        Command::Reports(command) => reports::run(command).await,
        Command::Keys(command) => accounts::keys(command).await,
        Command::Config(command) => show::run(command),
    }
}

fn end(result: Result<(), Failure>) -> ExitCode {
    let (message, code) = match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Setup(message)) => (message, 2),
        Err(Failure::Other(message)) => (message, 1),
    };
    say_aside(&format!("madoguchi: {}", masked(&message)));
    ExitCode::from(code)
}

/// The product, from the settings of the environment.
async fn app() -> Result<App, Failure> {
    let settings = config::load().map_err(Failure::Setup)?;
    telemetry::start(&settings.log);
    App::build(settings).await.map_err(Failure::Setup)
}

/// A line for whoever reads the output.
pub(crate) fn say(line: &str) {
    use std::io::Write;
    // A closed pipe is the reader's choice.
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// A line beside the output: progress, faults.
pub(crate) fn say_aside(line: &str) {
    use std::io::Write;
    drop(writeln!(std::io::stderr(), "{line}"));
}
