//! `madoguchi members …` (contracts sections 1 and 2)

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::json;

use super::{App, Failure, app, output, say, say_aside};
use crate::domain::matching::Query;
use crate::domain::members::mapping::Mapping;
use crate::domain::members::propose::propose;
use crate::gateway::limits::worked;
use crate::usecase::Error;
use crate::usecase::members;
use crate::usecase::members::{ImportFile, Read};
use crate::usecase::verification::look_up::Batch;

/// The code of a file whose headers aren't known.
const UNKNOWN_HEADERS: &str = "import.missing_columns";

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
    /// 見出しの違う名簿を読むための対応表（TOML）を扱います
    Mapping {
        #[command(subcommand)]
        command: Mappings,
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
    /// 1割を超える減少や、列がなくなることを許します
    #[arg(long)]
    allow_shrink: bool,
    /// 見出しの対応表: 保存した名前か、TOMLファイル
    #[arg(long, value_name = "NAME|FILE")]
    mapping: Option<String>,
    /// Excelファイルのシート名（省略すると最初のシート）
    #[arg(long, default_value = "")]
    sheet: String,
}

#[derive(Debug, Subcommand)]
pub(super) enum Mappings {
    /// 名簿ファイルを調べ、対応表の案をTOMLで表示します
    Propose {
        /// 名簿ファイル（CSVまたはXLSX）
        file: PathBuf,
        /// Excelファイルのシート名（省略すると最初のシート）
        #[arg(long, default_value = "")]
        sheet: String,
    },
    /// 対応表を名前を付けて保存します。同じ名前なら新しい版になります
    Save {
        /// 名前
        name: String,
        /// TOMLファイル
        file: PathBuf,
    },
    /// 保存した対応表をTOMLで表示します
    Show {
        /// 名前
        name: String,
    },
    /// 保存した対応表の名前と版を、1行ずつJSONで表示します
    List,
}

pub(super) async fn run(command: Members) -> Result<(), Failure> {
    match command {
        Members::Import(args) => import(args).await,
        Members::RestorePrevious { dry_run } => restore_previous(dry_run).await,
        Members::Mapping { command } => mappings(command).await,
        Members::Verify { queries, results } => verify(&queries, &results).await,
    }
}

async fn import(args: Import) -> Result<(), Failure> {
    let bytes = read(&args.file)?;
    let app = app().await?;
    let told = args.report.as_deref().map(|path| output::begin(path, &app.settings, &[&args.file])).transpose()?;
    let ctx = app.console();
    let file = ImportFile {
        name: &args.file.file_name().unwrap_or_default().to_string_lossy(),
        bytes: &bytes,
        exported_on: args.exported_on.unwrap_or_else(|| ctx.today()),
        allow_shrink: args.allow_shrink,
        dry_run: args.dry_run,
        mapping: mapping(&app, args.mapping.as_deref()).await?,
        sheet: &args.sheet,
        ..ImportFile::default()
    };
    let report = members::import(&app.services, &ctx, &file, &mut tell).await.map_err(|error| {
        let is_unknown = matches!(&error, Error::Refused(why) if why.fields.iter().any(|f| f.code == UNKNOWN_HEADERS));
        let how = if is_unknown {
            "（対応表の案は members mapping propose で作り、--mapping で渡せます）"
        } else {
            ""
        };
        match Failure::from(error) {
            Failure::Setup(why) => Failure::Setup(format!("{}: {why}{how}", args.file.display())),
            other => other,
        }
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

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|e| Failure::Setup(format!("{} が読めません: {e}", file.display())))
}

fn of_file(file: &Path) -> Result<Mapping, Failure> {
    let toml = String::from_utf8(read(file)?)
        .map_err(|_| Failure::Setup(format!("{}: UTF-8で保存してください", file.display())))?;
    Mapping::of_toml(&toml).map_err(|problem| Failure::Setup(format!("{}: {problem}", file.display())))
}

/// By a name or a file: a file is what is there.
async fn mapping(app: &App, named: Option<&str>) -> Result<Read, Failure> {
    let Some(named) = named else { return Ok(Read::default()) };
    let path = Path::new(named);
    if path.is_file() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        return Ok(Read { name, version: 0, mapping: of_file(path)? });
    }
    if path.extension().is_some_and(|extension| extension == "toml") {
        return Err(Failure::Setup(format!("{named} が読めません")));
    }
    Ok(members::mapping(&app.services, &app.console(), named).await?)
}

async fn mappings(command: Mappings) -> Result<(), Failure> {
    if let Mappings::Propose { file, sheet } = &command {
        let proposed = propose(&read(file)?, sheet, None);
        let proposed = proposed.map_err(|problem| Failure::Setup(format!("{}: {problem}", file.display())))?;
        say(proposed.mapping().to_toml().trim_end());
        return Ok(());
    }
    let app = app().await?;
    let ctx = app.console();
    match command {
        Mappings::Propose { .. } => {}
        Mappings::Save { name, file } => {
            let saved = members::save_mapping(&app.services, &ctx, &name, &of_file(&file)?).await?;
            say(&format!("保存しました: {}", saved.label()));
        }
        Mappings::Show { name } => {
            say(members::mapping(&app.services, &ctx, &name).await?.mapping.to_toml().trim_end());
        }
        Mappings::List => {
            for kept in members::imports(&app.services, &ctx).await?.mappings {
                say(&json!({ "name": kept.name, "version": kept.version }).to_string());
            }
        }
    }
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
    let before = worked();
    let answer = batch.ask(&query);
    let ms = worked().saturating_sub(before).as_secs_f64() * 1_000.0;
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
