//! `madoguchi members …` (contracts sections 1 and 2)

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::json;

use super::{Failure, app, output, say, say_aside};
use crate::domain::matching::Query;
use crate::usecase::members;
use crate::usecase::members::ImportFile;
use crate::usecase::verification::look_up::Batch;

#[derive(Debug, Subcommand)]
pub(super) enum Members {
    /// 会員名簿（CSV）を取り込みます。最後の行に件数をJSONで表示します
    Import(Import),
    /// ひとつ前に取り込んだ名簿に戻します。新しい取込として記録します
    RestorePrevious {
        /// 何も変えずに、結果だけを調べます
        #[arg(long)]
        dry_run: bool,
    },
    /// 名簿との照合をまとめて行います（JSONL）。管理者がサーバで使うもので、番号は2度聞いたものとして、1か所の言い
    /// 間違いまで一致とみなします。件数だけを監査に残し、間違いの回数は数えません
    Verify {
        /// 問い合わせ: {"qid","call_date","name","facility","address","number"}
        #[arg(long)]
        queries: PathBuf,
        /// 結果の書き出し先
        #[arg(long)]
        results: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// 名簿ファイル（UTF-8またはCP932）
    file: PathBuf,
    /// 何も変えずに、結果だけを調べます
    #[arg(long)]
    dry_run: bool,
    /// 書き出し日（省略すると今日）
    #[arg(long)]
    exported_on: Option<NaiveDate>,
    /// 直した行・取り込まない行の書き出し先（JSONL）
    #[arg(long)]
    report: Option<PathBuf>,
    /// 1割を超える減少を許します
    #[arg(long)]
    allow_shrink: bool,
}

pub(super) async fn run(command: Members) -> Result<(), Failure> {
    match command {
        Members::Import(args) => import(args).await,
        Members::RestorePrevious { dry_run } => restore_previous(dry_run).await,
        Members::Verify { queries, results } => verify(&queries, &results).await,
    }
}

async fn import(args: Import) -> Result<(), Failure> {
    let bytes =
        std::fs::read(&args.file).map_err(|e| Failure::Setup(format!("{} が読めません: {e}", args.file.display())))?;
    let app = app().await?;
    let told = args.report.as_deref().map(|path| output::begin(path, &app.settings, &[&args.file])).transpose()?;
    let ctx = app.console();
    let file = ImportFile {
        name: &args.file.file_name().unwrap_or_default().to_string_lossy(),
        bytes: &bytes,
        exported_on: args.exported_on.unwrap_or_else(|| ctx.today()),
        allow_shrink: args.allow_shrink,
        dry_run: args.dry_run,
        ..ImportFile::default()
    };
    let report =
        members::import(&app.services, &ctx, &file, &mut tell).await.map_err(|error| match Failure::from(error) {
            Failure::Setup(why) => Failure::Setup(format!("{}: {why}", args.file.display())),
            other => other,
        })?;
    say(&format!("文字コード: {}", report.encoding));
    if let Some(told) = told {
        let lines = report
            .problems
            .iter()
            .map(|p| json!({ "line": p.line, "column": p.column, "code": p.code, "message": p.message }).to_string());
        told.lines(lines)?;
    }
    say(&serde_json::to_string(&report).map_err(|e| Failure::Other(e.to_string()))?);
    Ok(())
}

async fn restore_previous(dry_run: bool) -> Result<(), Failure> {
    let app = app().await?;
    let report = members::restore_previous(&app.services, &app.console(), None, dry_run).await?;
    say(&serde_json::to_string(&report).map_err(|e| Failure::Other(e.to_string()))?);
    Ok(())
}

fn tell(stage: &str, count: usize) {
    say_aside(&format!("{}: {count}", stage_label(stage)));
}

fn stage_label(stage: &str) -> &'static str {
    match stage {
        "read" => "読み込み",
        "members" => "会員",
        "facilities" => "施設",
        "tenures" => "会員と施設",
        _ => "会員区分",
    }
}

#[derive(Debug, Deserialize)]
struct QueryLine {
    qid: String,
    call_date: NaiveDate,
    #[serde(default)]
    name: String,
    #[serde(default)]
    facility: String,
    #[serde(default)]
    address: String,
    #[serde(default)]
    number: String,
}

async fn verify(queries: &Path, results: &Path) -> Result<(), Failure> {
    let file = File::open(queries).map_err(|e| Failure::Setup(format!("{} が読めません: {e}", queries.display())))?;
    let app = app().await?;
    let told = output::begin(results, &app.settings, &[queries])?;
    members::refresh(&app.services).await?;
    let mut queries_read = Vec::new();
    for (i, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(|e| Failure::Setup(format!("{}: {}行目: {e}", queries.display(), i + 1)))?;
        if line.trim().is_empty() {
            continue;
        }
        let query: QueryLine = serde_json::from_str(&line)
            .map_err(|e| Failure::Setup(format!("{}: {}行目: {e}", queries.display(), i + 1)))?;
        queries_read.push(query);
    }
    let batch = Batch::begin(&app.services, &app.console(), queries_read.len()).await?;
    told.lines(queries_read.into_iter().map(|query| answer(&batch, query)))
}

fn answer(batch: &Batch, line: QueryLine) -> String {
    let query = Query {
        call_date: line.call_date,
        name: line.name,
        facility: line.facility,
        address: line.address,
        number: line.number,
    };
    let started = Instant::now();
    let answer = batch.ask(&query);
    let ms = started.elapsed().as_secs_f64() * 1_000.0;
    let items = &answer.items;
    json!({
        "qid": line.qid,
        "candidates": answer.candidates.iter().map(|c| c.person_key.as_str()).collect::<Vec<_>>(),
        "decision": answer.decision.code(),
        "ms": ms,
        "items": {
            "name": items.name.code(), "facility": items.facility.code(),
            "address": items.address.code(), "number": items.number.code(),
        },
    })
    .to_string()
}
