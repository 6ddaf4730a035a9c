//! `madoguchi address …` (contracts section 7)

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write, stdin, stdout};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde::Serialize;

use super::{Failure, output, say};
use crate::domain::matching::postal::Gazetteer;
use crate::gateway::postal;

#[derive(Debug, Subcommand)]
pub(super) enum AddressCommand {
    /// 住所を1行ずつ読み、都道府県・市区町村・町域・番地・建物に分けてJSONLで書き出します
    Parse {
        /// 住所のファイル（省略すると標準入力）
        file: Option<PathBuf>,
    },
    /// 日本郵便の utf_ken_all.csv から、組み込み用の町域表（assets/postal/towns.tsv.gz）を作ります
    Table {
        /// 日本郵便の utf_ken_all.csv
        csv: PathBuf,
        /// 書き出し先
        to: PathBuf,
    },
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    input: &'a str,
    pref: String,
    city: String,
    town: String,
    block: String,
    rest: String,
}

/// The longest line that is read, in bytes: what comes after it on the line is skipped.
const LONGEST_LINE: u64 = 1 << 16;

pub(super) fn run(command: AddressCommand) -> Result<(), Failure> {
    match command {
        AddressCommand::Parse { file: Some(file) } => parse(BufReader::new(open(&file)?)),
        AddressCommand::Parse { file: None } => parse(BufReader::new(stdin())),
        AddressCommand::Table { csv, to } => table(&csv, &to),
    }
}

fn open(file: &Path) -> Result<File, Failure> {
    File::open(file).map_err(|e| Failure::Setup(format!("{} が読めません: {e}", file.display())))
}

fn parse(mut lines: impl BufRead) -> Result<(), Failure> {
    let list = postal::shipped().map_err(|e| Failure::Other(e.to_string()))?;
    let mut out = BufWriter::new(stdout().lock());
    let mut bytes = Vec::new();
    while read_line(&mut lines, &mut bytes).map_err(|e| Failure::Setup(e.to_string()))? {
        let text = String::from_utf8_lossy(&bytes);
        let written = line(&list, text.trim_end_matches(['\n', '\r']), &mut out);
        match written {
            // Whoever reads has read enough.
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            other => other.map_err(|e| Failure::Other(e.to_string()))?,
        }
    }
    out.flush().map_err(|e| Failure::Other(e.to_string()))
}

/// Reads a line, but no more of it than `LONGEST_LINE`.
fn read_line(from: &mut impl BufRead, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    bytes.clear();
    let read = from.by_ref().take(LONGEST_LINE).read_until(b'\n', bytes)?;
    if bytes.last() != Some(&b'\n') && bytes.len() as u64 == LONGEST_LINE {
        from.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

fn line(list: &Gazetteer, input: &str, out: &mut impl Write) -> std::io::Result<()> {
    let p = list.parse(input);
    let line = Line { input, pref: p.pref, city: p.city, town: p.town, block: p.block, rest: p.rest };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}

fn table(csv: &Path, to: &Path) -> Result<(), Failure> {
    let mut told = output::begin_beside(to, &[], &[csv])?;
    let mut packed = Vec::new();
    let list = postal::pack(open(csv)?, &mut packed).map_err(|e| Failure::Setup(format!("{}: {e}", csv.display())))?;
    told.write_all(&packed).map_err(|e| Failure::Setup(format!("{} に書けません: {e}", to.display())))?;
    told.done()?;
    let (cities, towns) = list.size();
    say(&format!("市区町村 {cities}、町域 {towns}: {}", to.display()));
    Ok(())
}
