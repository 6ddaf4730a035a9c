//! Faults at random moments under load, round after round; now and then the server dies, and everything that was
//! promised is looked for.

use std::fs::File;
use std::process::Stdio;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use madoguchi::demo::rng::Rng;
use madoguchi::gateway::clock::{Clock, SystemClock};
use tempfile::NamedTempFile;
use tokio::runtime::Runtime;

use super::ledger::Stands;
use super::load::{Crew, wait};
use crate::support::binary::{Script, Server, command, free_address, token};

/// How long a write may fail after a fault is over.
const RECOVERY: Duration = Duration::from_secs(20);

/// A database that fails when it's told to.
pub(super) trait World {
    /// The kinds of faults it knows.
    fn kinds(&self) -> Vec<&'static str>;
    /// How the server reaches it.
    fn url(&self) -> &str;
    /// How it's reached past the faults.
    fn direct(&self) -> &str;
    /// What else stands in the server's environment.
    fn environment(&self) -> Vec<(&str, String)>;
    /// Makes a fault of a kind and ends it; how often it struck, 0 when nothing came by.
    async fn strike(&self, kind: usize, rng: &mut Rng) -> u64;
    /// What isn't as it should be while a server lives and nobody works: locks held, pages damaged.
    async fn at_rest(&self) -> Vec<String>;
    /// Ends a server in the middle of its work.
    fn kill(&self, server: Server) {
        drop(server);
    }
    /// What it saw pass and what it made to fail.
    fn passed(&self) -> String;
}

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// Faults that strike: so many, and no fewer than this when time is over.
    pub(super) faults: usize,
    pub(super) at_least: usize,
    /// Faults between two deaths.
    pub(super) between: usize,
    pub(super) people: usize,
    /// No further fault after that.
    pub(super) at_most: Duration,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    tries: usize,
    struck: usize,
    acknowledged: usize,
    lost: usize,
    doubled: usize,
    refused_but_there: usize,
}

/// What the moments come from: `MADOGUCHI_FAULTS_SEED`, or the time of the first look.
pub(super) fn seed() -> u64 {
    static SEED: LazyLock<u64> = LazyLock::new(|| {
        let named = std::env::var("MADOGUCHI_FAULTS_SEED").ok().and_then(|seed| seed.parse().ok());
        named.unwrap_or_else(|| SystemClock.now().timestamp_millis().unsigned_abs() % 1_000_000)
    });
    *SEED
}

/// Runs the rounds, prints the table, and holds it against what must be: enough struck, and nothing was found.
pub(super) fn run(name: &str, world: &impl World, plan: Plan) {
    let seed = seed();
    eprintln!("{name}: MADOGUCHI_FAULTS_SEED={seed}");
    let script = Script { to: free_address(), token: token(world.direct()) };
    let (crew, runtime) = (Crew::new(script, seed), Runtime::new().expect("a runtime"));
    let log = tempfile::NamedTempFile::new().expect("a log");
    let rounds = Rounds { world, plan, crew, runtime, log, longest: Mutex::default() };
    let struck = rounds.all(seed);
    rounds.print(name, &struck);
    let struck = struck.iter().filter(|(_, hits)| *hits > 0).count();
    let ledger = rounds.crew.ledger();
    let (acknowledged, findings) = (ledger.acknowledged(), ledger.findings());
    assert!(struck >= plan.at_least, "{struck} faults struck: {}", world.passed());
    assert!(acknowledged > struck, "{acknowledged} writes only");
    assert!(findings.is_empty(), "{} findings; the first: {}", findings.len(), findings[0]);
}

struct Rounds<'a, W> {
    world: &'a W,
    plan: Plan,
    crew: Crew,
    runtime: Runtime,
    /// The server's errors.
    log: NamedTempFile,
    /// The longest time that work stood still after a fault.
    longest: Mutex<Duration>,
}

impl<W: World> Rounds<'_, W> {
    fn start(&self) -> Server {
        let log = File::options().append(true).open(self.log.path()).expect("a log");
        Server::logging(self.world.url(), &self.crew.script().to, &self.world.environment(), log.into())
    }

    /// Every fault's kind and how often it struck.
    fn all(&self, seed: u64) -> Vec<(usize, u64)> {
        let mut rng = Rng::of(seed, 0, 0);
        let (mut made, mut struck) = (Vec::new(), 0);
        let mut server = Some(self.start());
        std::thread::scope(|scope| {
            let crew = &self.crew;
            for n in 0..self.plan.people {
                scope.spawn(move || crew.work(n));
            }
            let since = Instant::now();
            while struck < self.plan.faults && since.elapsed() < self.plan.at_most {
                let kind = made.len() % self.world.kinds().len();
                std::thread::sleep(Duration::from_millis(rng.below(60)));
                crew.after(made.len() + 1);
                let hits = self.runtime.block_on(self.world.strike(kind, &mut rng));
                made.push((kind, hits));
                struck += usize::from(hits > 0);
                self.recovers(kind);
                if made.len() % self.plan.between == 0 {
                    self.die(&mut server, &mut rng);
                }
            }
            self.die(&mut server, &mut rng);
            crew.go_home();
        });
        made
    }

    /// After a fault work goes on by itself.
    fn recovers(&self, kind: usize) {
        let (before, since) = (self.crew.ledger().acknowledged(), Instant::now());
        let again = wait(RECOVERY, || self.crew.ledger().acknowledged() > before);
        let mut longest = self.longest.lock().unwrap_or_else(PoisonError::into_inner);
        *longest = since.elapsed().max(*longest);
        if !again || !wait(RECOVERY, || self.crew.ledger().acknowledged() > before + self.plan.people) {
            let name = self.world.kinds()[kind];
            self.crew.note(format!("after „{name}“ no write succeeded within {} s", RECOVERY.as_secs()));
        }
    }

    /// Looks at everything while the server lives; kills it in the middle of the work, and looks again.
    fn die(&self, server: &mut Option<Server>, rng: &mut Rng) {
        self.look("before the death");
        std::thread::sleep(Duration::from_millis(rng.below(150)));
        server.take().into_iter().for_each(|server| self.world.kill(server));
        *server = Some(self.start());
        self.look("after the death");
    }

    fn look(&self, when: &str) {
        if !self.crew.rest(self.plan.people) {
            self.crew.note(format!("{when}: somebody's work never ended"));
        }
        let stands = self.runtime.block_on(Stands::read(self.world.direct()));
        self.crew.ledger().hold_against(&stands, when);
        self.ask_again(when);
        let found = self.runtime.block_on(self.world.at_rest());
        found.into_iter().for_each(|finding| self.crew.note(format!("{when}: {finding}")));
        self.chain(when);
        self.crew.go_on();
    }

    /// Asked for a second time with its key, a deed is answered as the first time, and nothing is made.
    fn ask_again(&self, when: &str) {
        let some = self.crew.ledger().some(9);
        for callback in &some {
            let deed = &callback.deed;
            let again = self.crew.script().post(&deed.path, &deed.key, &deed.body);
            if !again.as_ref().is_ok_and(|reply| reply.status < 300 && reply.json() == callback.answer) {
                let said = again.map_or_else(|e| e.to_string(), |r| format!("{} {}", r.status, r.body));
                self.crew.note(format!("{when}: {} asked for again was answered {said}", deed.key));
            }
        }
        let stands = self.runtime.block_on(Stands::read(self.world.direct()));
        self.crew.ledger().hold_against(&stands, when);
    }

    fn chain(&self, when: &str) {
        let verified = command(self.world.direct()).args(["audit", "verify"]).stderr(Stdio::piped()).output();
        let verified = verified.expect("the program");
        if !verified.status.success() {
            self.crew.note(format!("{when}: the chain: {}", String::from_utf8_lossy(&verified.stderr).trim()));
        }
    }

    fn print(&self, name: &str, made: &[(usize, u64)]) {
        let ledger = self.crew.ledger();
        let mut rows = vec![Row::default(); self.world.kinds().len()];
        for (n, (kind, hits)) in made.iter().enumerate() {
            let (row, tally) = (&mut rows[*kind], ledger.tally(n + 1));
            row.tries += 1;
            row.struck += usize::from(*hits > 0);
            row.acknowledged += tally.acknowledged;
            row.lost += tally.lost;
            row.doubled += tally.doubled;
            row.refused_but_there += tally.refused_but_there;
        }
        let head = ["tries", "struck", "acknowledged", "lost", "doubled", "refused, there"];
        eprintln!("\n{name:<46}{}", head.map(|h| format!("{h:>16}")).concat());
        for (kind, row) in self.world.kinds().iter().zip(&rows) {
            let cells = [row.tries, row.struck, row.acknowledged, row.lost, row.doubled, row.refused_but_there];
            eprintln!("{kind:<46}{}", cells.map(|c| format!("{c:>16}")).concat());
        }
        let chain = ledger.findings().iter().filter(|f| f.contains("the chain")).count();
        eprintln!("chain: {} · {}", if chain == 0 { "whole each time" } else { "BROKEN" }, self.world.passed());
        let longest = self.longest.lock().unwrap_or_else(PoisonError::into_inner);
        eprintln!(
            "answers: {:?}; the longest standstill after a fault: {:.1} s",
            ledger.answers(),
            longest.as_secs_f64()
        );
        eprintln!("findings: {}", ledger.findings().len());
        ledger.findings().iter().take(12).for_each(|finding| eprintln!("  {finding}"));
        let log = std::fs::read_to_string(self.log.path()).unwrap_or_default();
        let told = log.lines().filter(|line| line.contains("A request failed") || line.contains("panicked"));
        told.take(12).for_each(|line| eprintln!("  {line}"));
    }
}
