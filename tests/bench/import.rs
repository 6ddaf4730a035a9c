//! The desk while a whole directory is imported beside it by the command line: how long saves wait.

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::{self, Client, Load, Result};
use crate::process::Server;
use crate::setting::Setting;

const DESK: usize = 4;
const TICKETS: usize = 2_000;
const HEADER: &str = "管理番号,会員番号,医籍番号,会員区分,氏名,氏名カナ,入会年月日,異動年月日,異動前会員区分,退会年月日,手続状況,申請受付年月日,申請会員区分,都道府県医師会,郡市区等医師会,施設番号,施設種別,施設名,施設名カナ,郵便番号,所在地,電話番号,役割";
const SURNAMES: [(&str, &str); 5] =
    [("小川", "オガワ"), ("根本", "ネモト"), ("榎本", "エノモト"), ("大西", "オオニシ"), ("平井", "ヒライ")];

/// Imports so many rows, a person and a facility each, into the bench's database while the desk saves.
pub async fn run(engine: &str, rows: usize) {
    let setting = Setting::make(engine, TICKETS).await;
    let server = Server::start(&setting.url, &setting.key_file).await;
    let cookie = Client::sign_in(&server.address).await;
    let file = format!("{}.csv", setting.key_file);
    std::fs::write(&file, directory(rows)).unwrap();
    let some = Duration::from_secs(1);
    let saves = || client::run(&server.address, &cookie, &setting, Load::LogCall, DESK, some);
    println!("\n== {engine}: {rows} rows imported beside the desk");
    saves().await;
    let mut alone = Result::default();
    for _ in 0..5 {
        alone.add(saves().await);
    }
    row("saves alone", &alone);
    let started = Instant::now();
    let mut import = Command::new(env!("CARGO_BIN_EXE_madoguchi"))
        .args(["members", "import", &file, "--allow-shrink"])
        .env("MADOGUCHI_DATABASE_URL", &setting.url)
        .env("MADOGUCHI_SEAL__KEY_FILE", &setting.key_file)
        .env("MADOGUCHI_LOG__LEVEL", "warn")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut beside = Result::default();
    while import.try_wait().unwrap().is_none() {
        beside.add(saves().await);
    }
    let said = import.wait_with_output().unwrap().stdout;
    row("saves beside it", &beside);
    println!(
        "the import took {:.0} s and said {}; a save waited {:.0} ms at most (aim ≤ 200 ms)",
        started.elapsed().as_secs_f64(),
        String::from_utf8_lossy(&said).lines().last().unwrap_or("nothing"),
        beside.percentile(1.0)
    );
    server.stop().await;
}

fn row(name: &str, result: &Result) {
    println!(
        "{name:16} {:>6} saves  p50 {:>7.2} ms  p99 {:>7.2} ms  longest {:>7.1} ms  {} faults",
        result.done,
        result.percentile(0.5),
        result.percentile(0.99),
        result.percentile(1.0),
        result.faults
    );
}

fn directory(rows: usize) -> String {
    let mut text = format!("{HEADER}\r\n");
    for n in 0..rows {
        let (surname, kana) = SURNAMES[n % SURNAMES.len()];
        writeln!(
            text,
            "M{n:07},1{n:09},{:06},A①,{surname} {n}郎,{kana} タロウ,2015/04/01,,,,,,,東京都医師会,文京区医師会,F{n:07},診療所,{surname}第{n}診療所,,113-0021,東京都文京区本駒込{}-{}-{},03-5550-{:04},開設者\r",
            n % 1_000_000,
            n % 6 + 1,
            n / 6 % 30 + 1,
            n / 180 % 30 + 1,
            n % 10_000
        )
        .unwrap();
    }
    text
}
