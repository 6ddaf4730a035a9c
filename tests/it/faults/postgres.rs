//! PostgreSQL behind a line that breaks, and one that falls, stands still, or ends its sessions.

use std::time::Duration;

use madoguchi::demo::rng::Rng;
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::cluster::Cluster;
use super::load::wait;
use super::place::{on_disk, place};
use super::proxy::{Cut, Proxy};
use super::rounds::{Plan, World, run};
use crate::support::binary::readings_wait_in;
use crate::support::db::execute;

/// What fails, in words.
const KINDS: [&str; 12] = [
    "cut before a COMMIT",
    "a COMMIT sent, then cut",
    "a COMMIT done, its answer lost",
    "a COMMIT done, half its answer",
    "cut at some message",
    "half of some answer",
    "nothing passes for a while",
    "cut, and refused for a while",
    "sessions ended by PostgreSQL",
    "a COMMIT done, its answer lost (again)",
    "the server stands still",
    "the server falls",
];

/// How long it's waited for a message that is to be cut.
const MEETING: Duration = Duration::from_secs(6);

/// A database on a cluster of its own behind a line.
pub(super) struct Behind {
    proxy: Proxy,
    cluster: Cluster,
    url: String,
    direct: String,
    admin: String,
    /// Where readings wait.
    journal: TempDir,
}

impl Behind {
    pub(super) async fn new() -> Self {
        let cluster = Cluster::start();
        let proxy = Proxy::to(cluster.port());
        let direct = cluster.database("faults").await;
        let admin = direct.replace("/faults", "/postgres");
        let url = direct.replace(&cluster.port().to_string(), &proxy.port().to_string());
        Self { proxy, cluster, url, direct, admin, journal: on_disk(None) }
    }

    pub(super) fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The cluster's own database, past the line.
    pub(super) fn admin(&self) -> &str {
        &self.admin
    }

    fn cut(&self, at: Cut) -> u64 {
        self.proxy.cut(at);
        wait(MEETING, || self.proxy.made() > 0);
        self.proxy.made()
    }

    /// Something is so for a while.
    fn for_a_while(&self, rng: &mut Rng, begin: impl FnOnce(), end: impl FnOnce()) -> u64 {
        begin();
        std::thread::sleep(Duration::from_millis(150 + rng.below(500)));
        end();
        1
    }
}

impl World for Behind {
    fn kinds(&self) -> Vec<&'static str> {
        KINDS.to_vec()
    }

    fn url(&self) -> &str {
        &self.url
    }

    fn direct(&self) -> &str {
        &self.direct
    }

    fn environment(&self) -> Vec<(&str, String)> {
        readings_wait_in(self.journal.path()).to_vec()
    }

    async fn strike(&self, kind: usize, rng: &mut Rng) -> u64 {
        let hits = match kind {
            0 => self.cut(Cut::BeforeCommit),
            1 => self.cut(Cut::AfterCommit),
            2 | 9 => self.cut(Cut::AnswerLost),
            3 => self.cut(Cut::HalfAnswer),
            4 => self.cut(Cut::Message(1 + rng.below(60))),
            5 => self.cut(Cut::Answer(1 + rng.below(60))),
            6 => self.for_a_while(rng, || self.proxy.freeze(), || ()),
            7 => self.for_a_while(rng, || self.proxy.refuse(), || ()),
            8 => {
                let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'madoguchi'";
                execute(&self.admin, end).await;
                1
            }
            10 => self.for_a_while(rng, || self.cluster.freeze(), || self.cluster.thaw()),
            _ => self.for_a_while(rng, || self.cluster.fall(), || self.cluster.up()),
        };
        self.proxy.calm();
        hits
    }

    async fn at_rest(&self) -> Vec<String> {
        let mut on = PgConnection::connect(&self.admin).await.expect("a connection");
        let held = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = 'faults' AND state LIKE 'idle in transaction%' \
                    AND now() - state_change > interval '2 s'";
        for _ in 0..40 {
            let (n,): (i64,) = sqlx::query_as(held).fetch_one(&mut on).await.expect("a count");
            if n == 0 {
                return Vec::new();
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        vec!["a transaction is held open".into()]
    }

    fn passed(&self) -> String {
        let (messages, commits) = self.proxy.seen();
        format!("{messages} messages seen, {commits} of them COMMITs")
    }
}

fn nothing_is_lost(plan: Plan) {
    let runtime = Runtime::new().expect("a runtime");
    let _place = runtime.block_on(place());
    let world = runtime.block_on(Behind::new());
    run("PostgreSQL", &world, plan);
    let (messages, commits) = world.proxy.seen();
    assert!(messages > 0 && commits > 0, "nothing was intercepted");
}

#[test]
fn what_is_acknowledged_is_in_postgres_wherever_the_line_breaks() {
    nothing_is_lost(Plan { faults: 25, at_least: 1, between: 8, people: 4, at_most: Duration::from_secs(60) });
}

#[test]
#[ignore = "at length: tests/faults/run"]
fn what_is_acknowledged_is_in_postgres_through_two_hundred_faults() {
    nothing_is_lost(Plan { faults: 220, at_least: 200, between: 7, people: 8, at_most: Duration::from_secs(1_500) });
}
