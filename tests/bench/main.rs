//! The desk's bench: prints, never asserts.
//! `cargo bench --bench desk -- [--tickets N] [--seconds S] [--engine sqlite|postgres|both] [--trail N] [--crowd] [--grave] [--import ROWS]`
//!
//! Against the real program over HTTP, signed in and audited: open a ticket, list 50, search, log a call, add an
//! entry, at 1 and 8 connections; beside them, in the same run, the same statements by hand through sqlx and bare
//! durable commits. `--crowd`: saves and sign-ins while a crowd guesses and opens connections. `--import`: saves while
//! a whole directory is imported. `--grave`: tier 2's queue of 500 and a ticket of 2,000 lines beside one of 20. PostgreSQL is taken from `MADOGUCHI_TEST_POSTGRES`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "a bench prints, stops where it can't go on, and times by the machine's clock"
)]

mod client;
mod crowd;
mod floor;
mod fresh;
mod grave;
mod import;
mod process;
mod setting;
mod statements;
mod trail;

use std::time::Duration;

use client::{Client, Load};
use process::Server;
use setting::Setting;

struct Args {
    tickets: usize,
    seconds: f64,
    engines: Vec<&'static str>,
    /// Audit entries to follow a facility through, instead of the desk's work.
    trail: Option<usize>,
    /// Rows to import beside the desk, instead of the desk's work.
    import: Option<usize>,
    /// The desk beside a crowd, instead of the desk's work.
    crowd: bool,
    /// Tier 2's queue and a long ticket, instead of the desk's work.
    grave: bool,
}

fn args() -> Args {
    let all: Vec<String> = std::env::args().collect();
    let value = |name: &str| all.iter().position(|a| a == name).and_then(|i| all.get(i + 1)).cloned();
    let engines = match value("--engine").as_deref() {
        Some("sqlite") => vec!["sqlite"],
        Some("postgres") => vec!["postgres"],
        _ => vec!["sqlite", "postgres"],
    };
    Args {
        tickets: value("--tickets").and_then(|v| v.parse().ok()).unwrap_or(20_000),
        seconds: value("--seconds").and_then(|v| v.parse().ok()).unwrap_or(3.0),
        engines,
        trail: value("--trail").and_then(|v| v.parse().ok()),
        import: value("--import").and_then(|v| v.parse().ok()),
        crowd: all.iter().any(|a| a == "--crowd"),
        grave: all.iter().any(|a| a == "--grave"),
    }
}

#[tokio::main]
async fn main() {
    if crowd::is_asked_for() {
        return crowd::be().await;
    }
    let args = args();
    for engine in &args.engines {
        if *engine == "postgres" && std::env::var("MADOGUCHI_TEST_POSTGRES").is_err() {
            println!("postgres: MADOGUCHI_TEST_POSTGRES is not set");
            continue;
        }
        match (args.trail, args.import) {
            _ if args.grave => grave::run(engine, args.seconds).await,
            _ if args.crowd => crowd::run(engine, args.seconds).await,
            (Some(entries), _) => trail::run(engine, entries).await,
            (None, Some(rows)) => import::run(engine, rows).await,
            (None, None) => run(engine, &args).await,
        }
    }
}

async fn run(engine: &str, args: &Args) {
    let setting = Setting::make(engine, args.tickets).await;
    println!(
        "\n== {engine}: {} tickets, the sample directory, filled at {:.0} tickets/s",
        args.tickets, setting.fill_rate
    );
    let server = Server::start(&setting.url, &setting.key_file).await;
    println!("start to ready: {:.0} ms; resident at rest: {} MiB", server.start_ms, server.resident_mib());
    let session = Client::sign_in(&server.address).await;
    println!("{:14} {:>5} {:>9} {:>9} {:>9} {:>12}", "work", "conns", "req/s", "p50 ms", "p99 ms", "cpu ms/req");
    let works = [Load::OpenTicket, Load::List, Load::Search, Load::LogCall, Load::AddEntry];
    let mut cpu = Vec::new();
    for work in works {
        for connections in [1, 8] {
            let spent = server.cpu_seconds();
            let result = client::run(
                &server.address,
                &session,
                &setting,
                work,
                connections,
                Duration::from_secs_f64(args.seconds),
            )
            .await;
            let each = (server.cpu_seconds() - spent) * 1_000.0 / result.done.max(1) as f64;
            print_row(work.name(), connections, &result, each);
            if connections == 8 {
                cpu.push((work, result.rate(), each));
            }
        }
    }
    println!("resident after load: {} MiB", server.resident_mib());
    server.stop().await;
    println!("-- by hand through sqlx, the same statements (session and audit included), 8 at once; and bare commits");
    let hand = floor::Hand::open(&setting).await;
    for (work, rate, each) in cpu {
        let spent = process::own_cpu_seconds();
        let result = hand.run(work, Duration::from_secs_f64(args.seconds)).await;
        let floor = (process::own_cpu_seconds() - spent) * 1_000.0 / result.done.max(1) as f64;
        print_row(work.name(), 8, &result, floor);
        println!(
            "{:20} rate {:.0} % of by hand; cpu less 0.15 ms is {:.2} × by hand",
            "",
            100.0 * rate / result.rate(),
            (each - 0.15) / floor
        );
    }
    let result = hand.bare_commits(Duration::from_secs_f64(args.seconds)).await;
    print_row("bare commit", 8, &result, 0.0);
}

fn print_row(name: &str, connections: usize, result: &client::Result, cpu_ms: f64) {
    let faults = if result.faults > 0 { format!("  {} FAULTS", result.faults) } else { String::new() };
    println!(
        "{name:14} {connections:>5} {:>9.0} {:>9.2} {:>9.2} {cpu_ms:>12.3}{faults}",
        result.rate(),
        result.percentile(0.5),
        result.percentile(0.99)
    );
}
