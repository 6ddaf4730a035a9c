//! `madoguchi backup …`

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Failure, app, say};
use crate::app::App;
use crate::config::{self, Settings};
use crate::gateway::vault;
use crate::telemetry;
use crate::usecase::backup::{self as steps, Places, Staged};
use crate::view::format;

#[derive(Debug, Subcommand)]
pub(super) enum BackupCommand {
    /// データベースを、サーバーが動いているまま、暗号化して1つのファイルに書き出します
    Create {
        /// 書き出すファイル（すでにあるファイルには書きません）
        #[arg(long)]
        to: PathBuf,
    },
    /// バックアップを、まだないか空のデータベースに戻します（サーバーは止めておいてください）
    Restore {
        /// バックアップのファイル
        file: PathBuf,
        /// 宛先の鍵のファイル（backup key で作ったもの）
        #[arg(long)]
        identity: PathBuf,
    },
    /// 宛先の鍵を新しいファイルに作り、公開鍵を表示します
    Key {
        /// 鍵を書き出すファイル。このサーバーとは別の場所に保管してください
        #[arg(long)]
        out: PathBuf,
    },
}

pub(super) async fn run(command: BackupCommand) -> Result<(), Failure> {
    match command {
        BackupCommand::Create { to } => create(&to).await,
        BackupCommand::Restore { file, identity } => restore(&file, &identity).await,
        BackupCommand::Key { out } => {
            say(&vault::make_key(&out).map_err(Failure::Setup)?);
            Ok(())
        }
    }
}

fn places(settings: &Settings) -> Places {
    Places {
        url: settings.database.url.clone(),
        sqlite: settings.sqlite_file(),
        postgres_bin: settings.backup.postgres_bin.clone(),
    }
}

async fn create(to: &Path) -> Result<(), Failure> {
    let app = app().await?;
    let recipients = &app.settings.backup.recipients;
    let size = steps::create(&app.services, &app.console(), &places(&app.settings), to, recipients).await?;
    say(&format!("{} に書き出しました（{size}バイト）", to.display()));
    Ok(())
}

async fn restore(file: &Path, identity: &Path) -> Result<(), Failure> {
    let settings = config::load().map_err(Failure::Setup)?;
    telemetry::start(&settings.log);
    let places = places(&settings);
    let staged = steps::stage(&places, file, identity).await?;
    let made_at = staged.label.made_at;
    match &places.sqlite {
        Some(place) => into_file(settings, staged, place).await?,
        None => into_server(settings, &places, &staged).await?,
    }
    say(&format!(
        "{} に作られたバックアップを戻しました。封をした値の鍵のファイル（seal.key_file）は含まれていません",
        format::date_time_full(made_at)
    ));
    Ok(())
}

/// Looked through where it was unpacked; only what is good comes to its place.
async fn into_file(settings: Settings, staged: Staged, place: &Path) -> Result<(), Failure> {
    let mut aside = settings;
    aside.database.url = format!("sqlite://{}", staged.file.display());
    let app = App::build(aside).await.map_err(Failure::Setup)?;
    let accepted = steps::accept(&app.services, &app.console(), &staged.label).await;
    app.services.store.close().await.map_err(|e| Failure::Other(e.to_string()))?;
    accepted?;
    Ok(steps::put(staged, place)?)
}

async fn into_server(settings: Settings, places: &Places, staged: &Staged) -> Result<(), Failure> {
    steps::load(places, staged).await?;
    let accepted = match App::build(settings).await {
        Ok(app) => steps::accept(&app.services, &app.console(), &staged.label).await.map_err(Failure::from),
        Err(why) => Err(Failure::Setup(why)),
    };
    if accepted.is_err() {
        steps::take_back(places).await?;
    }
    accepted
}
