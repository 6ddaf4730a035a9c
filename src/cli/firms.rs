//! `madoguchi firms …` (contracts section 8)

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Failure, app, say, say_aside};
use crate::usecase::referrals::register;

#[derive(Debug, Subcommand)]
pub(super) enum Firms {
    /// 専門事業者の登録簿（CSV）を取り込みます。最後の行に件数をJSONで表示します。種類と名称が同じ事業者は内容を改め、
    /// ファイルにない事業者はそのまま残します
    Import(Import),
    /// 登録簿をCSV（UTF-8、BOM付き）で標準出力に書き出します
    Export,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// 登録簿（UTF-8またはCP932のCSV）
    file: PathBuf,
    /// 何も変えずに、結果だけを調べます
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(command: Firms) -> Result<(), Failure> {
    match command {
        Firms::Import(args) => import(args).await,
        Firms::Export => export().await,
    }
}

async fn import(args: Import) -> Result<(), Failure> {
    let shown = args.file.display().to_string();
    let bytes = std::fs::read(&args.file).map_err(|e| Failure::Setup(format!("{shown} が読めません: {e}")))?;
    let app = app().await?;
    let done =
        register::import(&app.services, &app.console(), &bytes, args.dry_run).await.map_err(
            |error| match Failure::from(error) {
                Failure::Setup(why) => Failure::Setup(format!("{shown}: {why}")),
                other => other,
            },
        )?;
    for (line, why) in &done.rejected {
        say_aside(&format!("{line}行目: {why}"));
    }
    let counts = json!({
        "rows": done.rows,
        "added": done.added,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "rejected": done.rejected.len(),
    });
    say(&counts.to_string());
    Ok(())
}

async fn export() -> Result<(), Failure> {
    let app = app().await?;
    let file = register::export(&app.services, &app.console()).await?;
    let text = String::from_utf8(file).map_err(|e| Failure::Other(e.to_string()))?;
    say(text.trim_end_matches('\n'));
    Ok(())
}
