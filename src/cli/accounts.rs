//! `madoguchi account …` and `madoguchi token …`

use clap::Subcommand;

use super::{Failure, app, say};
use crate::domain::access::actor::Role;
use crate::domain::accounts::TOKEN_DAYS;
use crate::usecase::accounts as steps;
use crate::usecase::accounts::seals;

#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// アカウントを作り、はじめてのサインインに使うコードを表示します
    Create {
        /// ログインID
        #[arg(long)]
        login: String,
        /// 氏名
        #[arg(long)]
        name: String,
        /// 役割: operator, specialist, supervisor, clerk, jma_reader, administrator, integration
        #[arg(long, value_parser = role)]
        role: Role,
        /// 保守用のアカウントにする日数（1〜14）。過ぎると使えなくなります
        #[arg(long, requires = "reason")]
        days: Option<i64>,
        /// 保守の理由
        #[arg(long, requires = "days")]
        reason: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum KeyCommand {
    /// 新しい鍵を作り、封をした値をすべて封じ直します（サーバーは動かしたままでかまいません）
    Rotate,
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// APIトークンを作り、標準出力にトークンだけを表示します
    Create {
        /// 役割: operator, specialist, supervisor, clerk, jma_reader, administrator, integration
        #[arg(long, value_parser = role)]
        role: Role,
        /// 使える操作（例 ticket.read）。省略すると役割のすべて
        #[arg(long)]
        scope: Vec<String>,
        /// 有効日数（1〜3650）。長く使うトークンは --days 365 のように指定します
        #[arg(long, default_value_t = TOKEN_DAYS)]
        days: i64,
        /// トークンの責任者のログインID。その人が止まるか役割を離れると、トークンも止まります
        #[arg(long = "for")]
        login: Option<String>,
    },
}

fn role(code: &str) -> Result<Role, String> {
    Role::parse(code).ok_or_else(|| {
        let known: Vec<_> = Role::ALL.iter().map(|r| r.code()).collect();
        format!("役割は {} のどれかです", known.join(", "))
    })
}

pub(super) async fn account(command: AccountCommand) -> Result<(), Failure> {
    let AccountCommand::Create { login, name, role, days, reason } = command;
    let app = app().await?;
    let maintenance = days.zip(reason.as_deref());
    let new = steps::NewAccount { login: &login, name: &name, role, maintenance };
    let code = steps::create(&app.services, &app.console(), &new).await?;
    say(&code);
    Ok(())
}

pub(super) async fn keys(command: KeyCommand) -> Result<(), Failure> {
    let KeyCommand::Rotate = command;
    let app = app().await?;
    let sealed = seals::rotate(&app.services, &app.console()).await?;
    say(&format!("鍵を替え、{sealed}件を封じ直しました: {}", app.services.seals.path().display()));
    Ok(())
}

pub(super) async fn token(command: TokenCommand) -> Result<(), Failure> {
    let TokenCommand::Create { role, scope, days, login } = command;
    let app = app().await?;
    let (ctx, login) = (app.console(), login.as_deref());
    let token = steps::create_token_for(&app.services, &ctx, "コマンドで作成", role, scope, Some(days), login).await?;
    say(&token);
    Ok(())
}
