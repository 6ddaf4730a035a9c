//! What was promised, and whether it stands.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use madoguchi::domain::tickets::TicketNo;
use sea_orm::{Database, DatabaseConnection, FromQueryResult, Statement};
use serde_json::Value;

use crate::browser::wire::Reply;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Call,
    Entry,
    /// Something that must be refused.
    Refusal,
}

/// One thing that is asked for, however often, with its key.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    pub(super) kind: Kind,
    pub(super) path: String,
    pub(super) key: String,
    pub(super) body: Value,
}

/// A deed that was acknowledged, what was answered, and after which fault.
#[derive(Debug, Clone)]
pub(super) struct Callback {
    pub(super) deed: Deed,
    pub(super) answer: Value,
    pub(super) era: usize,
}

/// What became of the deeds after one fault.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) acknowledged: usize,
    pub(super) lost: usize,
    pub(super) doubled: usize,
    pub(super) refused_but_there: usize,
}

#[derive(Debug, Default)]
pub(super) struct Ledger {
    promised: Vec<Callback>,
    refused: Vec<(Deed, usize)>,
    /// Keys of which nobody knows what became.
    unknown: BTreeSet<String>,
    /// Answers: what was asked, status and code, how often.
    answers: BTreeMap<String, usize>,
    tallies: HashMap<usize, Tally>,
    findings: Vec<String>,
    acknowledged: usize,
}

impl Ledger {
    pub(super) fn acknowledge(&mut self, deed: Deed, answer: Value, era: usize) {
        self.acknowledged += 1;
        self.tallies.entry(era).or_default().acknowledged += 1;
        self.promised.push(Callback { deed, answer, era });
    }

    pub(super) fn refuse(&mut self, deed: Deed, era: usize) {
        self.refused.push((deed, era));
    }

    pub(super) fn lose_sight(&mut self, deed: &Deed) {
        self.unknown.insert(deed.key.clone());
    }

    pub(super) fn find(&mut self, finding: String) {
        self.findings.push(finding);
    }

    pub(super) fn answered(&mut self, what: &str, reply: &Reply) {
        if reply.status == 500 {
            self.findings.push(format!("a {what} was answered 500 {}", reply.code()));
        }
        *self.answers.entry(format!("{what} {} {}", reply.status, reply.code())).or_default() += 1;
    }

    pub(super) fn cut(&mut self) {
        *self.answers.entry("cut".into()).or_default() += 1;
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// Every `nth` callback.
    pub(super) fn some(&self, nth: usize) -> Vec<Callback> {
        self.promised.iter().step_by(nth).cloned().collect()
    }

    pub(super) fn answers(&self) -> &BTreeMap<String, usize> {
        &self.answers
    }

    pub(super) fn findings(&self) -> &[String] {
        &self.findings
    }

    pub(super) fn tally(&self, era: usize) -> Tally {
        self.tallies.get(&era).copied().unwrap_or_default()
    }

    /// Holds what was promised against what stands. What is lost is found once.
    pub(super) fn hold_against(&mut self, stands: &Stands, when: &str) {
        let before = self.findings.len();
        let mut kept = Vec::with_capacity(self.promised.len());
        for callback in std::mem::take(&mut self.promised) {
            let times = stands.times(&callback);
            let tally = self.tallies.entry(callback.era).or_default();
            match times {
                1 => kept.push(callback),
                0 => {
                    tally.lost += 1;
                    self.findings.push(format!("{when}: {} was acknowledged and is lost", callback.deed.key));
                }
                _ => {
                    tally.doubled += 1;
                    self.findings.push(format!("{when}: {} stands {times} times", callback.deed.key));
                }
            }
        }
        self.promised = kept;
        for (deed, era) in &self.refused {
            if stands.knows(&deed.key) {
                self.tallies.entry(*era).or_default().refused_but_there += 1;
                self.findings.push(format!("{when}: {} was refused and is there", deed.key));
            }
        }
        self.findings.extend(stands.halves.iter().map(|half| format!("{when}: {half}")));
        if self.findings.len() == before {
            let promised: BTreeSet<&str> = self.promised.iter().map(|p| p.deed.key.as_str()).collect();
            let nobodys =
                stands.keys().find(|key| !promised.contains(key.as_str()) && !self.unknown.contains(key.as_str()));
            self.findings.extend(nobodys.map(|key| format!("{when}: {key} is there and nobody was told so")));
        }
    }
}

/// What stands in the database, read past the product.
pub(super) struct Stands {
    tickets: HashMap<String, Vec<i64>>,
    callers: HashMap<String, usize>,
    entries: HashMap<String, usize>,
    answers: HashMap<String, usize>,
    /// Deeds of which a part stands and another doesn't.
    halves: Vec<String>,
}

#[derive(FromQueryResult)]
struct Named {
    name: String,
    n: i64,
}

impl Stands {
    pub(super) async fn read(url: &str) -> Self {
        let on = Database::connect(url).await.expect("a connection");
        let mut tickets: HashMap<String, Vec<i64>> = HashMap::new();
        for row in rows(&on, "SELECT summary AS name, number AS n FROM tickets").await {
            tickets.entry(row.name).or_default().push(row.n);
        }
        let counted = async |of: &str| -> HashMap<String, usize> {
            let rows = rows(&on, &format!("SELECT {of} GROUP BY 1")).await;
            rows.into_iter().map(|r| (r.name, usize::try_from(r.n).expect("a count"))).collect()
        };
        let callers = counted("caller_name AS name, COUNT(*) AS n FROM calls").await;
        let entries = counted("body AS name, COUNT(*) AS n FROM entries WHERE kind = 'note'").await;
        let answers = counted("key AS name, COUNT(*) AS n FROM idempotency").await;
        let audited = counted("action AS name, COUNT(*) AS n FROM audit_entries WHERE result = 'done'").await;
        let mut halves = Vec::new();
        for (what, standing, action) in
            [("calls", callers.values().sum::<usize>(), "call.log"), ("entries", entries.values().sum(), "entry.add")]
        {
            let written = audited.get(action).copied().unwrap_or_default();
            if standing != written {
                halves.push(format!("{standing} {what} and {written} entries of the audit"));
            }
        }
        on.close().await.expect("closed");
        Self { tickets, callers, entries, answers, halves }
    }

    /// How often a deed stands: the greatest of its parts; none when one of them is missing.
    fn times(&self, callback: &Callback) -> usize {
        let key = &callback.deed.key;
        let count = |of: &HashMap<String, usize>| of.get(key).copied().unwrap_or_default();
        let mut parts = vec![count(&self.answers)];
        if callback.deed.kind == Kind::Call {
            let number = callback.answer["ticket"].as_str().and_then(TicketNo::parse).map(|n| n.as_key());
            let numbers = self.tickets.get(key).map(Vec::as_slice).unwrap_or_default();
            let right = numbers.iter().any(|n| Some(*n) == number);
            parts.extend([count(&self.callers), if right { numbers.len() } else { 0 }]);
        } else {
            parts.push(count(&self.entries));
        }
        if parts.contains(&0) { 0 } else { parts.into_iter().max().unwrap_or_default() }
    }

    fn knows(&self, key: &str) -> bool {
        self.tickets.contains_key(key) || self.callers.contains_key(key) || self.entries.contains_key(key)
    }

    fn keys(&self) -> impl Iterator<Item = &String> {
        self.callers.keys().chain(self.entries.keys())
    }
}

/// How many rows there are of something.
pub(super) async fn number(url: &str, of: &str) -> i64 {
    let on = Database::connect(url).await.expect("a connection");
    let counted = rows(&on, &format!("SELECT '' AS name, COUNT(*) AS n FROM {of}")).await;
    on.close().await.expect("closed");
    counted.first().map_or(0, |row| row.n)
}

async fn rows(on: &DatabaseConnection, sql: &str) -> Vec<Named> {
    let statement = Statement::from_string(on.get_database_backend(), sql);
    Named::find_by_statement(statement).all(on).await.expect(sql)
}
