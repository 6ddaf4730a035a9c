//! Tier 2's day: its queue with five hundred escalations, and a ticket of two thousand lines beside one of twenty.

use std::time::Duration;

use crate::client::{self, Client};
use crate::process::Server;
use crate::setting::Setting;

/// Escalations that wait: as many as a page shows, and after a wave.
const FEW: usize = 50;
const WAITING: usize = 500;
/// Lines of the long ticket, and of the short one.
const LINES: [usize; 2] = [20, 2_000];

/// Fills, asks, prints.
pub async fn run(engine: &str, seconds: f64) {
    let setting = Setting::make(engine, 2_000).await;
    println!("\n== {engine}: tier 2");
    let server = Server::start(&setting.url, &setting.key_file).await;
    let mut desk = Client::connect(&server.address).await;
    for n in 0..FEW {
        desk.escalates(n, &setting.token).await;
    }
    let session = Client::sign_in_as(&server.address, "bench2").await;
    let asks = Asks { server: &server, session: &session, seconds };
    head();
    asks.page(&format!("queue, {FEW} waiting"), "/queue").await;
    asks.page(&format!("home, {FEW} waiting"), "/").await;
    for n in FEW..WAITING {
        desk.escalates(n, &setting.token).await;
    }
    let count = setting.tickets.len();
    let tickets = [&setting.tickets[count - 1], &setting.tickets[count - 2]];
    for (ticket, lines) in tickets.iter().zip(LINES) {
        for n in 0..lines {
            desk.adds(ticket, n, &setting.token).await;
        }
    }
    asks.page(&format!("queue, {WAITING} waiting"), "/queue").await;
    asks.page(&format!("home, {WAITING} waiting"), "/").await;
    asks.page(&format!("ticket of {} lines", LINES[0]), &format!("/tickets/{}", tickets[0])).await;
    asks.page(&format!("ticket of {} lines", LINES[1]), &format!("/tickets/{}", tickets[1])).await;
    asks.page(&format!("the same, all {} lines", LINES[1]), &format!("/tickets/{}?all=yes", tickets[1])).await;
    server.stop().await;
}

fn head() {
    println!("{:32} {:>5} {:>9} {:>9} {:>9} {:>12}", "page", "conns", "req/s", "p50 ms", "p99 ms", "cpu ms/req");
}

/// Who asks, and for how long.
struct Asks<'a> {
    server: &'a Server,
    session: &'a str,
    seconds: f64,
}

impl Asks<'_> {
    /// Opens a page again and again, and prints what it took.
    async fn page(&self, name: &str, path: &str) {
        let spent = self.server.cpu_seconds();
        let result =
            client::opens(&self.server.address, self.session, path, 8, Duration::from_secs_f64(self.seconds)).await;
        let each = (self.server.cpu_seconds() - spent) * 1_000.0 / result.done.max(1) as f64;
        println!(
            "{name:32} {:>5} {:>9.0} {:>9.2} {:>9.2} {each:>12.3}{}",
            8,
            result.rate(),
            result.percentile(0.5),
            result.percentile(0.99),
            if result.faults > 0 { format!("  {} FAULTS", result.faults) } else { String::new() }
        );
    }
}
