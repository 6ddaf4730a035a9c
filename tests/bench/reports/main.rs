//! The bench of reports: prints, never asserts.
//! `cargo bench --bench reports -- [--cases N] [--engine sqlite|postgres|both]`
//!
//! A year of N cases (1,000,000 unless said otherwise) and one of a tenth as many: its months and quarters are drawn, then
//! the year itself, with all files of it. Time, and the most memory that was taken meanwhile, which shouldn't grow with the
//! cases. PostgreSQL is taken from `MADOGUCHI_TEST_POSTGRES`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a bench prints, stops where it can't go on, and times by the machine's clock"
)]

#[path = "../fresh.rs"]
mod fresh;

use std::sync::Arc;
use std::time::Instant;

use madoguchi::app::App;
use madoguchi::config;
use madoguchi::demo::rng::Rng;
use madoguchi::domain::ctx::Ctx;
use madoguchi::domain::matching::prefecture::PREFECTURES;
use madoguchi::domain::reports::{Axis, Kept, Period, vocabulary};
use madoguchi::gateway::clock::SystemClock;
use madoguchi::gateway::password::Cost;
use madoguchi::store::reports::cases;
use madoguchi::usecase::reports::draw;
use uuid::Uuid;

/// The year that is drawn, and the one by which it's told.
const YEAR: &str = "2025";
const BEFORE: &str = "2024";
/// Cases of the year before.
const CASES_BEFORE: u64 = 20_000;
/// Facilities that ever call.
const FACILITIES: u64 = 120_000;
/// Cases that are written at once.
const AT_ONCE: u64 = 10_000;

#[tokio::main]
async fn main() {
    let all: Vec<String> = std::env::args().collect();
    let value = |name: &str| all.iter().position(|a| a == name).and_then(|i| all.get(i + 1)).cloned();
    let cases: u64 = value("--cases").and_then(|v| v.parse().ok()).unwrap_or(1_000_000);
    let engines = match value("--engine").as_deref() {
        Some("sqlite") => vec!["sqlite"],
        Some("postgres") => vec!["postgres"],
        _ => vec!["sqlite", "postgres"],
    };
    for engine in engines {
        if engine == "postgres" && std::env::var("MADOGUCHI_TEST_POSTGRES").is_err() {
            println!("postgres: MADOGUCHI_TEST_POSTGRES is not set");
            continue;
        }
        println!("\n== {engine}");
        println!(
            "{:>9} {:>14} {:>8} {:>11} {:>8} {:>9}",
            "cases", "months etc. s", "year s", "all files s", "sum s", "most MiB"
        );
        for cases in [cases / 10, cases] {
            run(engine, cases).await;
        }
    }
}

async fn run(engine: &str, cases: u64) {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = config::load().unwrap();
    settings.database.url = match engine {
        "sqlite" => format!("sqlite://{}", folder.path().join("bench.db").display()),
        _ => fresh::postgres().await,
    };
    settings.seal.key_file = folder.path().join("keys").display().to_string();
    let app = App::build_with(settings, Arc::new(SystemClock), Cost::REAL).await.unwrap();
    let ctx = app.console();
    fill(&app, &ctx, BEFORE.parse().unwrap(), CASES_BEFORE).await;
    let year: Period = YEAR.parse().unwrap();
    fill(&app, &ctx, year, cases).await;
    let began = Instant::now();
    for period in year.parts().into_iter().flat_map(|quarter| quarter.parts().into_iter().chain([quarter])) {
        draw::period(&app.services, &ctx, period).await.unwrap();
    }
    let parts = began.elapsed().as_secs_f64();
    forget_the_most();
    let began = Instant::now();
    draw::period(&app.services, &ctx, year).await.unwrap();
    let drawn = began.elapsed().as_secs_f64();
    let files = draw::files(&app.services, &ctx, year).await.unwrap();
    let all = began.elapsed().as_secs_f64();
    assert!(files.iter().all(|(_, bytes)| !bytes.is_empty()));
    let (files, most) = (all - drawn, most_mib());
    println!("{cases:>9} {parts:>14.1} {drawn:>8.2} {files:>11.2} {all:>8.2} {most:>9}");
}

/// A year's cases as they are kept for counting once its months are over.
async fn fill(app: &App, ctx: &Ctx, year: Period, cases: u64) {
    let words = vocabulary(&app.services.scheme.lists);
    let months: Vec<Period> = year.parts().iter().flat_map(|quarter| quarter.parts()).collect();
    let mut rng = Rng::of(7, 0, cases);
    let tx = app.services.store.begin().await.unwrap();
    for period in &months {
        cases::cut(&tx, *period, ctx.now).await.unwrap();
    }
    let mut left = cases;
    while left > 0 {
        let some = left.min(AT_ONCE);
        let kept = (0..some).map(|_| {
            let facility = rng.below(FACILITIES);
            (Uuid::new_v4(), Some(Uuid::from_u128(u128::from(facility) + 1)), kept(&mut rng, &words, &months, facility))
        });
        cases::keep(&tx, kept.collect()).await.unwrap();
        left -= some;
    }
    tx.commit().await.unwrap();
}

fn kept(rng: &mut Rng, words: &[(Axis, Vec<String>)], months: &[Period], facility: u64) -> Kept {
    let at = |n: u64| usize::try_from(n).unwrap();
    let mut own = Rng::of(7, 1, facility);
    // Some are told much more often than others.
    let skewed = |rng: &mut Rng, n: usize| at(rng.below(n as u64).min(rng.below(n as u64)));
    let prefecture = PREFECTURES[skewed(&mut own, PREFECTURES.len())].to_owned();
    let word = |rng: &mut Rng, of: Axis| {
        let (_, words) = words.iter().find(|(axis, _)| *axis == of).unwrap();
        words[skewed(rng, words.len())].clone()
    };
    Kept {
        month: months[at(rng.below(12))],
        prefecture,
        facility_type: word(&mut own, Axis::FacilityType),
        incident: word(rng, Axis::Incident),
        outcome: word(rng, Axis::Outcome),
        desk: word(rng, Axis::Desk),
        severity: word(rng, Axis::Severity),
        standing: word(rng, Axis::Standing),
        effect: word(rng, Axis::Effect),
        backup: word(rng, Axis::Backup),
        close_time: word(rng, Axis::CloseTime),
    }
}

/// Counts the most memory from here on.
fn forget_the_most() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

fn most_mib() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}
