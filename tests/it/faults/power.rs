//! The power fails: of what SQLite wrote only what was flushed is there afterwards.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use madoguchi::demo::rng::Rng;
use tokio::runtime::Runtime;

use super::place::place;
use super::rounds::{Plan, World, run, seed};
use super::sqlite::Failing;
use crate::support::binary::Server;

/// A machine whose power fails when a server is to die.
struct Powered {
    on: Failing,
    taken_back: AtomicU64,
    moments: Mutex<Rng>,
}

impl World for Powered {
    fn kinds(&self) -> Vec<&'static str> {
        vec!["the power fails"]
    }

    fn url(&self) -> &str {
        self.on.url()
    }

    fn direct(&self) -> &str {
        self.on.direct()
    }

    fn environment(&self) -> Vec<(&str, String)> {
        self.on.disk.power_on();
        self.on.environment()
    }

    /// The fault comes with the death: people work until then.
    async fn strike(&self, _: usize, rng: &mut Rng) -> u64 {
        tokio::time::sleep(Duration::from_millis(rng.below(300))).await;
        1
    }

    async fn at_rest(&self) -> Vec<String> {
        self.on.at_rest().await
    }

    fn kill(&self, server: Server) {
        // A commit is some dozens of writes and a flush.
        let nth = 1 + self.moments.lock().expect("moments").below(60);
        self.taken_back.fetch_add(self.on.disk.cut_power(nth).expect("the lights never went out"), SeqCst);
        drop(server);
    }

    fn passed(&self) -> String {
        format!("{}, {} writes taken back", self.on.passed(), self.taken_back.load(SeqCst))
    }
}

fn nothing_is_lost(plan: Plan) {
    let _place = Runtime::new().expect("a runtime").block_on(place());
    let world =
        Powered { on: Failing::new(), taken_back: AtomicU64::default(), moments: Mutex::new(Rng::of(seed(), 2, 0)) };
    run("SQLite", &world, plan);
    assert!(world.taken_back.load(SeqCst) > 0, "no power cut met anything that wasn't flushed: {}", world.passed());
}

#[test]
fn what_is_acknowledged_is_there_when_the_power_fails() {
    nothing_is_lost(Plan { faults: 6, at_least: 1, between: 1, people: 4, at_most: Duration::from_secs(60) });
}

#[test]
#[ignore = "at length: tests/faults/run"]
fn what_is_acknowledged_is_there_when_the_power_fails_again_and_again() {
    nothing_is_lost(Plan { faults: 60, at_least: 20, between: 1, people: 8, at_most: Duration::from_secs(600) });
}
