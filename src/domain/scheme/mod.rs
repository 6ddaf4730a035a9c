//! What the scheme may change from one day to the next: hours, lists of words, cards. Dated data from
//! `config/scheme/`, checked at start; here are its types, its checks and the questions asked of it.

pub mod claims;
pub mod hours;
pub mod incidents;
pub mod papers;
pub mod referrals;
pub mod remote;
pub mod reports;
#[cfg(test)]
pub(crate) mod sample;
pub mod secretariats;
pub mod targets;
pub mod term;

use crate::domain::desks::DeskCode;
use chrono::NaiveDate;
use serde::Deserialize;

use claims::Claims;
use hours::Line;
use incidents::IncidentRules;
use papers::Papers;
use referrals::ReferralRules;
use remote::RemoteSupport;
use reports::ReportTexts;
use secretariats::Secretariats;
use targets::Targets;

pub use term::Term;

use super::retention::Retention;

/// Everything under `config/scheme/`.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheme {
    /// `hours.toml`
    pub hours: Hours,
    /// `lists.toml`
    pub lists: Lists,
    /// `cards.toml`
    pub cards: Cards,
    /// `remote.toml`
    pub remote: RemoteSupport,
    /// `incidents.toml`
    pub incidents: IncidentRules,
    /// `papers.toml`
    pub papers: Papers,
    /// `referrals.toml`
    pub referrals: ReferralRules,
    /// `reports.toml`
    pub reports: ReportTexts,
    /// `claims.toml`
    pub claims: Claims,
    /// `retention.toml`
    pub retention: Retention,
    /// `secretariats.toml`
    pub secretariats: Secretariats,
}

/// `hours.toml`: the lines and when they are open.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// National holidays, oldest first: lines that keep business days are closed on them.
    #[serde(deserialize_with = "hours::days")]
    pub holidays: Vec<NaiveDate>,
    /// One entry a line.
    pub line: Vec<Line>,
    /// The desk's own targets, oldest first; each holds from its day until the next one's.
    #[serde(default)]
    pub target: Vec<Targets>,
}

/// `lists.toml`: the lists that people choose from (domain section 9).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// Incident types.
    pub incident: Vec<Term>,
    /// Severities, gravest first.
    pub severity: Vec<Term>,
    /// Desks.
    pub desk: Vec<Term>,
    /// Results of a ticket that was seen to its end.
    pub result: Vec<Term>,
    /// Incidents that go to tier 2 at once (domain section 5).
    #[serde(default)]
    pub tier2_at_once: Vec<String>,
    /// The severity of a ticket for which nobody chose one: of an incident that goes to tier 2 at once.
    #[serde(default = "grave")]
    pub severity_at_once: String,
    /// The same, of any other incident.
    #[serde(default = "usual")]
    pub severity_usual: String,
    /// Reasons for a provisional verification.
    pub provisional_reason: Vec<Term>,
    /// Reasons for deciding otherwise than the rules.
    pub override_reason: Vec<Term>,
    /// What is said at each exit, by the code of its status.
    #[serde(default)]
    pub exit: Vec<ExitSay>,
}

/// What is said where a matter leaves the line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExitSay {
    /// The code of its status.
    pub code: String,
    /// The sentence.
    pub say: String,
}

/// `cards.toml`: sentences to say, one thing to hear back.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cards {
    /// All cards, in the order in which they are offered.
    pub card: Vec<Card>,
}

/// One sentence to say and what may be heard back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The code stamped on the timeline.
    pub code: String,
    /// The incident codes it is for; empty: every call.
    pub incidents: Vec<String>,
    /// What to say.
    pub say: String,
    /// What it is called where there is no room for the sentence; for cards of every call.
    #[serde(default)]
    pub short: String,
    /// Whoever does as it says cuts a machine off: only a specialist connects to it again.
    #[serde(default)]
    pub cuts_off: bool,
    /// What may be heard back, at most three.
    pub answers: Vec<Term>,
}

fn grave() -> String {
    "high".to_owned()
}

fn usual() -> String {
    "medium".to_owned()
}

impl Lists {
    /// The word of an incident code.
    pub fn incident_label<'a>(&'a self, code: &'a str) -> &'a str {
        label(&self.incident, code)
    }

    /// The word of a severity code.
    pub fn severity_label<'a>(&'a self, code: &'a str) -> &'a str {
        label(&self.severity, code)
    }

    /// What is said at an exit, by the code of its status.
    pub fn exit_say(&self, code: &str) -> Option<&str> {
        self.exit.iter().find(|exit| exit.code == code).map(|exit| exit.say.as_str())
    }

    /// Whether an incident goes to tier 2 at once.
    pub fn goes_to_tier2(&self, incident: &str) -> bool {
        self.tier2_at_once.iter().any(|code| code == incident)
    }

    /// The severity of a ticket for which nobody chose one.
    pub fn severity_assumed(&self, incident: &str) -> &str {
        if self.goes_to_tier2(incident) { &self.severity_at_once } else { &self.severity_usual }
    }

    /// The codes of severities, the gravest first.
    pub fn gravest_first(&self) -> Vec<&str> {
        self.severity.iter().map(|term| term.code.as_str()).collect()
    }

    /// The word of a desk code.
    pub fn desk_label(&self, desk: DeskCode) -> &str {
        label(&self.desk, desk.code())
    }

    /// The word of a result code.
    pub fn result_label<'a>(&'a self, code: &'a str) -> &'a str {
        label(&self.result, code)
    }
}

impl Cards {
    /// The cards of an incident, in the order in which they are said.
    pub fn of<'a>(&'a self, incident: &'a str) -> impl Iterator<Item = &'a Card> {
        self.card.iter().filter(move |c| c.incidents.iter().any(|i| i == incident))
    }

    /// The cards of every call, which may be said at any moment of it.
    pub fn of_every_call(&self) -> impl Iterator<Item = &Card> {
        self.card.iter().filter(|c| c.incidents.is_empty())
    }

    /// The sentence of a card; its code where it is no more.
    pub fn say<'a>(&'a self, code: &'a str) -> &'a str {
        self.by_code(code).map_or(code, |card| card.say.as_str())
    }

    /// Whether a machine was told to be cut off, by the cards that were said.
    pub fn cut_off(&self, said: &[String]) -> bool {
        self.card.iter().any(|card| card.cuts_off && said.contains(&card.code))
    }

    /// A card by its code.
    pub fn by_code(&self, code: &str) -> Option<&Card> {
        self.card.iter().find(|c| c.code == code)
    }
}

/// The codes of a list.
pub fn codes(terms: &[Term]) -> Vec<&str> {
    terms.iter().map(|t| t.code.as_str()).collect()
}

fn label<'a>(terms: &'a [Term], code: &'a str) -> &'a str {
    terms.iter().find(|t| t.code == code).map_or(code, |t| t.label.as_str())
}

impl Scheme {
    /// Looks for contradictions. Each is `(file, key, what to do)`.
    pub fn faults(&self) -> Vec<(&'static str, String, String)> {
        let mut faults = Vec::new();
        for (key, terms) in [
            ("incident", &self.lists.incident),
            ("severity", &self.lists.severity),
            ("desk", &self.lists.desk),
            ("result", &self.lists.result),
            ("provisional_reason", &self.lists.provisional_reason),
            ("override_reason", &self.lists.override_reason),
        ] {
            if terms.is_empty() {
                faults.push(("scheme/lists.toml", key.to_owned(), "一覧が空です".to_owned()));
            }
            for (i, term) in terms.iter().enumerate() {
                if terms.iter().take(i).any(|t| t.code == term.code) {
                    faults.push((
                        "scheme/lists.toml",
                        format!("{key}[{i}].code"),
                        format!("コード {} が重複しています", term.code),
                    ));
                }
            }
        }
        let severities = codes(&self.lists.severity);
        for (key, code) in
            [("severity_at_once", &self.lists.severity_at_once), ("severity_usual", &self.lists.severity_usual)]
        {
            if !severities.contains(&code.as_str()) {
                let why = format!("重大度コード {code} は severity にありません");
                faults.push(("scheme/lists.toml", key.to_owned(), why));
            }
        }
        let known = codes(&self.lists.incident);
        if let Some(code) = self.lists.tier2_at_once.iter().find(|code| !known.contains(&code.as_str())) {
            faults.push((
                "scheme/lists.toml",
                "tier2_at_once".to_owned(),
                format!("種別コード {code} は incident にありません"),
            ));
        }
        for (i, card) in self.cards.card.iter().enumerate() {
            if let Some(code) = card.incidents.iter().find(|c| !known.contains(&c.as_str())) {
                faults.push((
                    "scheme/cards.toml",
                    format!("card[{i}].incidents"),
                    format!("種別コード {code} は lists.toml にありません"),
                ));
            }
            if card.incidents.is_empty() && card.short.is_empty() {
                faults.push((
                    "scheme/cards.toml",
                    format!("card[{i}].short"),
                    "どの通話でもお伝えする文には、短い呼び名を付けてください".to_owned(),
                ));
            }
            if !(1..=3).contains(&card.answers.len()) {
                faults.push((
                    "scheme/cards.toml",
                    format!("card[{i}].answers"),
                    "答えは1〜3個にしてください".to_owned(),
                ));
            }
        }
        for (i, line) in self.hours.line.iter().enumerate() {
            faults.extend(
                line.faults().into_iter().map(|(key, why)| ("scheme/hours.toml", format!("line[{i}].{key}"), why)),
            );
        }
        if !self.hours.holidays.is_sorted_by(|a, b| a < b) {
            faults.push((
                "scheme/hours.toml",
                "holidays".to_owned(),
                "祝日は古い順に、重ねずに並べてください".to_owned(),
            ));
        }
        if self.hours.line(DeskCode::Helpline).is_none() {
            faults.push(("scheme/hours.toml", "line".to_owned(), "code = \"helpline\" の行がありません".to_owned()));
        }
        let targets = self.hours.target_faults(&codes(&self.lists.severity));
        faults.extend(targets.into_iter().map(|(key, why)| ("scheme/hours.toml", key, why)));
        faults.extend(self.remote.faults().into_iter().map(|(key, why)| ("scheme/remote.toml", key, why)));
        faults.extend(self.incidents.faults(&known).into_iter().map(|(key, why)| ("scheme/incidents.toml", key, why)));
        let duties: Vec<&str> = self.incidents.duty.iter().map(|duty| duty.code.as_str()).collect();
        let reports = self.reports.faults(&known);
        faults.extend(reports.into_iter().map(|(key, why)| ("scheme/reports.toml", key, why)));
        let papers = self.papers.faults(&known, &duties);
        faults.extend(papers.into_iter().map(|(key, why)| ("scheme/papers.toml", key, why)));
        faults.extend(self.referrals.faults().into_iter().map(|(key, why)| ("scheme/referrals.toml", key, why)));
        faults.extend(self.claims.faults().into_iter().map(|(key, why)| ("scheme/claims.toml", key, why)));
        faults.extend(self.retention.faults().into_iter().map(|(key, why)| ("scheme/retention.toml", key, why)));
        faults.extend(self.secretariats.faults().into_iter().map(|(key, why)| ("scheme/secretariats.toml", key, why)));
        faults
    }
}
