//! `madoguchi demo-data` (contracts section 5)

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use crate::cli::{Failure, app, output, say_aside};
use crate::usecase::demo::{Demo, cases, fill};

#[derive(Debug, Args)]
pub(super) struct DemoData {
    /// 会員の数
    #[arg(long)]
    members: usize,
    /// 相談票の数
    #[arg(long)]
    tickets: usize,
    /// 乱数の種（同じ値なら同じデータになります）
    #[arg(long)]
    seed: u64,
    /// いつまでの記録を作るか
    #[arg(long, default_value = "2026-10-31")]
    until: NaiveDate,
    /// 報告が数える件の真の値の書き出し先（JSON）
    #[arg(long)]
    export_cases: Option<PathBuf>,
}

pub(super) async fn run(args: DemoData) -> Result<(), Failure> {
    let app = app().await?;
    let demo = Demo { members: args.members, tickets: args.tickets, seed: args.seed, until: args.until };
    let ctx = app.console();
    let told = args.export_cases.as_deref().map(|path| output::begin(path, &app.settings, &[])).transpose()?;
    fill(&app.services, &ctx, &demo, &[], &mut |stage, n| say_aside(&format!("{stage}: {n}"))).await?;
    if let Some(mut told) = told {
        cases(&app.services, &ctx, &demo, &mut told)?;
        told.done()?;
    }
    Ok(())
}
