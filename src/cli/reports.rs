//! `madoguchi reports …` (contracts section 4)

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Failure, app, say};
use crate::domain::reports::Period;
use crate::usecase::reports::draw;

#[derive(Debug, Subcommand)]
pub(super) enum ReportCommand {
    /// 期間の報告を作成し（作成済みならそのまま）、公表するファイル report.json・csv・xlsx・pdf を書き出します。閲覧者への公表には、
    /// 画面での二人の確認が別に必要です
    Build(Build),
}

#[derive(Debug, Args)]
pub(super) struct Build {
    /// 2026-10（月）、2026Q3（四半期）、2026（年）
    #[arg(long, value_name = "期間")]
    period: String,
    /// 書き出す先のフォルダ（なければ作ります）
    #[arg(long, value_name = "フォルダ")]
    out: PathBuf,
}

pub(super) async fn run(command: ReportCommand) -> Result<(), Failure> {
    let ReportCommand::Build(args) = command;
    let words = "--period は 2026-10（月）、2026Q3（四半期）、2026（年）のように指定してください";
    let period: Period = args.period.parse().map_err(|_| Failure::Setup(words.to_owned()))?;
    let app = app().await?;
    let ctx = app.console();
    draw::period(&app.services, &ctx, period).await?;
    let files = draw::files(&app.services, &ctx, period).await?;
    let shown = args.out.display().to_string();
    let unwritten = |e: std::io::Error| Failure::Setup(format!("{shown} に書き込めません: {e}"));
    std::fs::create_dir_all(&args.out).map_err(unwritten)?;
    for (form, bytes) in files {
        let place = args.out.join(format!("report.{form}"));
        std::fs::write(&place, bytes).map_err(unwritten)?;
        say(&place.display().to_string());
    }
    Ok(())
}
