//! What came of queries whose truth is known, as `membership-sample/score.py` counts it.

use std::collections::BTreeMap;
use std::time::Duration;

use madoguchi::domain::matching::{Answer, Decision, Query};

/// A query with its truth.
pub struct Asked {
    pub query: Query,
    /// What the caller is: genuine, pending, and the kinds of those who mustn't be verified.
    pub class: String,
    /// What was done to what they say.
    pub kinds: Vec<String>,
    /// 管理番号 of whoever is meant; several where one person has two; empty for nobody.
    pub members: Vec<String>,
    pub decision: Decision,
}

#[derive(Debug, Default, Clone)]
struct Tally {
    asked: usize,
    meant: usize,
    first: usize,
    in_five: usize,
    /// Genuine ones, and how many of them were verified at once as the right person, sent to ask, or turned away.
    genuine: usize,
    at_once: usize,
    referred: usize,
    turned_away: usize,
    wrong_person: usize,
    /// Who mustn't be verified, and how many were.
    barred: usize,
    accepted: usize,
    exact: usize,
}

/// Which tables are printed.
pub enum Table {
    Classes,
    Kinds,
}

#[derive(Default)]
pub struct Score {
    all: Tally,
    classes: BTreeMap<String, Tally>,
    kinds: BTreeMap<String, Tally>,
    times: Vec<Duration>,
}

fn verified(decision: Decision) -> bool {
    matches!(decision, Decision::Eligible | Decision::Pending)
}

impl Tally {
    fn add(&mut self, asked: &Asked, answer: &Answer) {
        let right = |key: &String| asked.members.contains(key);
        let first = answer.candidates.first().is_some_and(|c| right(&c.person_key));
        self.asked += 1;
        if !asked.members.is_empty() {
            self.meant += 1;
            self.first += usize::from(first);
            self.in_five += usize::from(answer.candidates.iter().take(5).any(|c| right(&c.person_key)));
        }
        if verified(asked.decision) {
            self.genuine += 1;
            self.at_once += usize::from(answer.decision == asked.decision && first);
            self.referred += usize::from(answer.decision == Decision::NeedsCheck);
            self.turned_away += usize::from(answer.decision == Decision::NotEligible);
            self.wrong_person += usize::from(verified(answer.decision) && !first);
        } else {
            self.barred += 1;
            self.accepted += usize::from(verified(answer.decision));
        }
        let nobody = asked.members.is_empty() && !verified(answer.decision);
        self.exact += usize::from(answer.decision == asked.decision || nobody);
    }

    fn row(&self, name: &str) -> String {
        let share = |part: usize, whole: usize| match whole {
            0 => "–".to_owned(),
            _ => format!("{:.2} %", 100.0 * part as f64 / whole as f64),
        };
        let of = |part: usize, whole: usize| if whole == 0 { "–".to_owned() } else { format!("{part}/{whole}") };
        format!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            self.asked,
            share(self.first, self.meant),
            share(self.in_five, self.meant),
            share(self.at_once, self.genuine),
            of(self.referred, self.genuine),
            of(self.turned_away, self.genuine),
            of(self.wrong_person, self.genuine),
            of(self.accepted, self.barred),
            share(self.exact, self.asked)
        )
    }
}

impl Score {
    pub fn add(&mut self, asked: &Asked, answer: &Answer, took: Duration) {
        self.all.add(asked, answer);
        self.classes.entry(asked.class.clone()).or_default().add(asked, answer);
        for kind in &asked.kinds {
            self.kinds.entry(kind.clone()).or_default().add(asked, answer);
        }
        self.times.push(took);
        if std::env::var_os("SHOW").is_some() && verified(answer.decision) != verified(asked.decision) {
            let said = &asked.query;
            println!(
                "{} {:?} {} {} / {} / {} / {}: {:?} {:?}, {:?} of {:?}",
                asked.class,
                asked.kinds,
                said.call_date,
                said.name,
                said.facility,
                said.address,
                said.number,
                answer.decision,
                answer.reason,
                answer.candidates.first().map(|c| &c.person_key),
                asked.members
            );
        }
    }

    pub fn print(&mut self, tables: &[Table]) {
        let head = |what: &str| {
            println!(
                "| {what} | n | right first | in five | verified at once | sent to ask | turned away | as another | let in | exact |"
            );
            println!("|---|---|---|---|---|---|---|---|---|---|");
        };
        for table in tables {
            match table {
                Table::Classes => {
                    head("class");
                    self.classes.iter().for_each(|(name, tally)| println!("{}", tally.row(name)));
                    println!("{}", self.all.row("**all**"));
                }
                Table::Kinds => {
                    println!();
                    head("kind of noise");
                    self.kinds.iter().for_each(|(name, tally)| println!("{}", tally.row(name)));
                }
            }
        }
        self.times.sort_unstable();
        let at = |share: f64| {
            let nth = (share * self.times.len() as f64) as usize;
            self.times.get(nth.min(self.times.len().saturating_sub(1))).copied().unwrap_or_default().as_secs_f64() * 1e3
        };
        println!("\nms a query on one core: p50 {:.3}, p99 {:.3}, most {:.3}", at(0.5), at(0.99), at(1.0));
    }
}
