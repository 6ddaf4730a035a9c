//! People at work while things fail: they log calls, add entries, read, and ask for what is refused; each asks again
//! with its key until it knows what came of it.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use madoguchi::demo::rng::Rng;
use madoguchi::gateway::clock::{Clock, SystemClock};
use serde_json::{Value, json};

use super::ledger::{Deed, Kind, Ledger};
use crate::browser::wire::Reply;
use crate::support::binary::{PATIENCE, Script};
use crate::support::cases::logged;

const CALLS: &str = "/api/v1/calls";

/// What the people are to do.
const WORK: u8 = 0;
const REST: u8 = 1;
const GO_HOME: u8 = 2;

/// A crew at a server's door.
pub(super) struct Crew {
    script: Script,
    seed: u64,
    ledger: Mutex<Ledger>,
    told: AtomicU8,
    resting: AtomicUsize,
    /// Which fault was the last one.
    era: AtomicUsize,
}

impl Crew {
    pub(super) fn new(script: Script, seed: u64) -> Self {
        let (ledger, told, resting, era) = Default::default();
        Self { script, seed, ledger, told, resting, era }
    }

    pub(super) fn script(&self) -> &Script {
        &self.script
    }

    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is acknowledged from now on was so after this fault.
    pub(super) fn after(&self, fault: usize) {
        self.era.store(fault, SeqCst);
    }

    /// Everybody finishes what they do and waits; whether all of so many did within the time.
    pub(super) fn rest(&self, people: usize) -> bool {
        self.told.store(REST, SeqCst);
        wait(2 * PATIENCE, || self.resting.load(SeqCst) == people)
    }

    pub(super) fn go_on(&self) {
        self.told.store(WORK, SeqCst);
        wait(PATIENCE, || self.resting.load(SeqCst) == 0);
    }

    pub(super) fn go_home(&self) {
        self.told.store(GO_HOME, SeqCst);
    }

    /// One person's day.
    pub(super) fn work(&self, n: usize) {
        let mut rng = Rng::of(self.seed, 1, n as u64);
        let mut mine: Vec<String> = Vec::new();
        for deed in 0_usize.. {
            match self.told.load(SeqCst) {
                GO_HOME => return,
                REST => {
                    self.resting.fetch_add(1, SeqCst);
                    while self.told.load(SeqCst) == REST {
                        std::thread::sleep(Duration::from_millis(2));
                    }
                    self.resting.fetch_sub(1, SeqCst);
                }
                _ => {}
            }
            let key = format!("{}-{n}-{deed}", self.seed);
            match (rng.below(20), mine.is_empty()) {
                (0..=1, _) => self.refused(refusal(&key)),
                (2..=6, false) => self.added(entry(&key, rng.pick::<String>(&mine)), &mut rng),
                (7..=9, false) => self.read(rng.pick::<String>(&mine)),
                _ => mine.extend(self.logged(call(&key), &mut rng)),
            }
        }
    }

    /// Logs a call; the ticket it ended in, which must be readable at once.
    fn logged(&self, deed: Deed, rng: &mut Rng) -> Option<String> {
        let reply = self.settled(&deed, rng)?;
        let ticket = reply.json()["ticket"].as_str().map(str::to_owned);
        let Some(ticket) = ticket.filter(|_| reply.status == 201) else {
            self.note(format!("a call was answered {} {}", reply.status, reply.body));
            return None;
        };
        self.ledger().acknowledge(deed, reply.json(), self.era.load(SeqCst));
        self.read(&ticket);
        Some(ticket)
    }

    fn added(&self, deed: Deed, rng: &mut Rng) {
        let Some(reply) = self.settled(&deed, rng) else { return };
        if reply.status == 200 {
            self.ledger().acknowledge(deed, reply.json(), self.era.load(SeqCst));
        } else {
            self.note(format!("an entry on an acknowledged ticket was answered {} {}", reply.status, reply.body));
        }
    }

    /// Asks for what is refused inside a transaction, once something was written in it.
    fn refused(&self, deed: Deed) {
        match self.ask(&deed) {
            Some(reply) if reply.status == 422 => self.ledger().refuse(deed, self.era.load(SeqCst)),
            Some(reply) if reply.status < 500 => self.note(format!("422 was expected, not {}", reply.status)),
            // It may be asked for or not: it's not there either way.
            _ => self.ledger().refuse(deed, self.era.load(SeqCst)),
        }
    }

    /// Reads a ticket that was acknowledged.
    fn read(&self, ticket: &str) {
        match self.script.get(&format!("/api/v1/tickets/{ticket}")) {
            Ok(reply) => {
                self.ledger().answered("read", &reply);
                if reply.status == 404 {
                    self.note(format!("{ticket} was acknowledged and could not be read"));
                }
            }
            Err(_) => self.ledger().cut(),
        }
    }

    /// Asks until it's known what came of it: done, or refused; nothing when that never became known.
    fn settled(&self, deed: &Deed, rng: &mut Rng) -> Option<Reply> {
        if rng.below(12) == 0 {
            hang_up(&self.script, deed, Duration::from_micros(rng.below(6_000)));
        }
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            match self.ask(deed) {
                // Said by the one of two that came later, while the other was at work.
                Some(reply) if reply.code() == "store.duplicate" => {}
                Some(reply) if reply.status < 500 && reply.status != 408 => return Some(reply),
                _ => {}
            }
            std::thread::sleep(Duration::from_millis(5 + rng.below(20)));
        }
        self.note(format!("{} never became known", deed.key));
        self.ledger().lose_sight(deed);
        None
    }

    fn ask(&self, deed: &Deed) -> Option<Reply> {
        let Ok(reply) = self.script.post(&deed.path, &deed.key, &deed.body) else {
            self.ledger().cut();
            return None;
        };
        self.ledger().answered("write", &reply);
        Some(reply)
    }

    pub(super) fn note(&self, finding: String) {
        self.ledger().find(finding);
    }
}

/// Sends a request and goes away after a moment: the work on it is dropped wherever it stands then.
pub(super) fn hang_up(script: &Script, deed: &Deed, after: Duration) {
    let Ok(mut stream) = TcpStream::connect(&script.to) else { return };
    let (body, Script { to, token }) = (deed.body.to_string(), script);
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {to}\r\nAuthorization: {token}\r\nContent-Type: application/json\r\n\
         Idempotency-Key: {}\r\nContent-Length: {}\r\n\r\n{body}",
        deed.path,
        deed.key,
        body.len()
    );
    // A server that isn't there has cut it already.
    drop(stream.write_all(request.as_bytes()));
    std::thread::sleep(after);
}

/// Waits until something is so, at most so long; whether it came about.
pub(super) fn wait(most: Duration, mut so: impl FnMut() -> bool) -> bool {
    let since = Instant::now();
    while !so() {
        if since.elapsed() > most {
            return false;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    true
}

fn deed(kind: Kind, path: String, key: &str, body: Value) -> Deed {
    Deed { kind, path, key: key.to_owned(), body }
}

/// A call that bears its key, so that it's known again wherever it stands.
pub(super) fn call(key: &str) -> Deed {
    let arrived = SystemClock.now() - chrono::Duration::minutes(5);
    let said = json!({ "arrived_at": arrived, "ended_at": null, "narrative": key, "caller_name": key,
        "out_of_hours_reason": "試験のため" });
    deed(Kind::Call, CALLS.into(), key, logged(said))
}

/// A call that callbacks to ring back and doesn't say when.
pub(super) fn refusal(key: &str) -> Deed {
    let mut refused = call(key);
    refused.body["disposition"] = "call_back".into();
    refused.body["next"] = "usual".into();
    Deed { kind: Kind::Refusal, ..refused }
}

pub(super) fn entry(key: &str, ticket: &str) -> Deed {
    deed(Kind::Entry, format!("/api/v1/tickets/{ticket}/entries"), key, json!({ "body": key }))
}
