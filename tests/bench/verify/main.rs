//! The score of verification: prints, never asserts. `cargo bench --bench verify -- [--people N] [--queries N] [--seeds A,B,…] [--cp932]`
//!
//! First the sample of `tests/data/membership-sample` with its truth, then directories made up with other seeds and
//! asked with kinds of noise that the sample doesn't have, each query with what it should give: by class and by kind,
//! with the size of each; then speed and memory; and how long somebody guesses who knows all but the number.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    unreachable_pub,
    missing_docs,
    reason = "a bench prints and stops where it can't go on"
)]

mod cast;
mod guess;
mod noise;
mod sample;
mod score;

use std::time::Instant;

use madoguchi::domain::matching::DirectoryIndex;

use cast::Cast;
use score::{Asked, Score, Table};

struct Args {
    people: u64,
    queries: u64,
    seeds: Vec<u64>,
    cp932: bool,
}

fn args() -> Args {
    let all: Vec<String> = std::env::args().collect();
    let value = |name: &str| all.iter().position(|a| a == name).and_then(|i| all.get(i + 1)).cloned();
    let number = |name: &str, otherwise| value(name).and_then(|v| v.parse().ok()).unwrap_or(otherwise);
    Args {
        people: number("--people", 200_000),
        queries: number("--queries", 10_000),
        seeds: value("--seeds").unwrap_or("11,12,13".into()).split(',').filter_map(|s| s.parse().ok()).collect(),
        cp932: all.iter().any(|a| a == "--cp932"),
    }
}

/// Asks everything, one by one on one thread.
fn ask(index: &DirectoryIndex, queries: &[Asked], score: &mut Score) {
    for asked in queries {
        let started = Instant::now();
        let answer = index.look_up_in_full(&asked.query);
        score.add(asked, &answer, started.elapsed());
    }
}

fn memory_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap_or_default();
    let kib: f64 = line.split_whitespace().nth(1).and_then(|v| v.parse().ok()).unwrap_or_default();
    kib / 1_024.0
}

fn main() {
    let args = args();
    let file = if args.cp932 { "directory.cp932.csv" } else { "directory.utf8.csv" };
    let (index, queries) = sample::read("tests/data/membership-sample", file);
    let mut score = Score::default();
    ask(&index, &queries, &mut score);
    println!("## Sample ({file}, {} pairs, {} queries)\n", index.len(), queries.len());
    score.print(&[Table::Classes]);
    drop(index);

    let mut score = Score::default();
    for seed in &args.seeds {
        let before = memory_mib();
        let cast = Cast::new(*seed, args.people);
        let started = Instant::now();
        let index = cast.index();
        let stood = started.elapsed();
        println!(
            "\nseed {seed}: {} people, {} pairs, made and indexed in {:.1} s, {:.0} MiB of the process are the cast's and the index's",
            args.people,
            index.len(),
            stood.as_secs_f64(),
            memory_mib() - before
        );
        ask(&index, &cast.queries(args.queries), &mut score);
        if *seed == args.seeds[0] {
            guess::print(&cast, &index, cast.on(), *seed);
        }
    }
    println!("\n## Made up (seeds {:?}, {} queries each)\n", args.seeds, args.queries);
    score.print(&[Table::Classes, Table::Kinds]);
}
