//! What the desk knows of a ticket's incident, as papers say it: one set of facts for all of them.

use serde::Deserialize;

use super::fact::Fact;
use super::record::Record;
use crate::domain::scheme::incidents::IncidentRules;

/// Of what a paper's item is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Source {
    /// A fact of the incident's record.
    Fact(Fact),
    /// Something else that the ticket knows.
    Known(Known),
}

/// What a ticket knows besides its incident's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// The clinic's name.
    Facility,
    /// Its address.
    Address,
    /// Its telephone number, as the directory has it.
    Phone,
    /// The A① member.
    Member,
    /// What kind of incident.
    Incident,
    /// What the caller told.
    Summary,
    /// What was advised and done.
    Done,
    /// What callers said of the attack.
    Indicators,
    /// What is kept as evidence.
    Evidence,
    /// What was filed, and where.
    Filed,
}

impl TryFrom<String> for Source {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        let known = match code.as_str() {
            "facility" => Known::Facility,
            "address" => Known::Address,
            "phone" => Known::Phone,
            "member" => Known::Member,
            "incident" => Known::Incident,
            "summary" => Known::Summary,
            "done" => Known::Done,
            "indicators" => Known::Indicators,
            "evidence" => Known::Evidence,
            "filed" => Known::Filed,
            other => {
                let unknown = || format!("from の {other} は、記録の項目にありません");
                return Fact::parse(other).map(Self::Fact).ok_or_else(unknown);
            }
        };
        Ok(Self::Known(known))
    }
}

/// What is known: lines of words, empty where nothing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Case {
    /// The clinic's name.
    pub facility: String,
    /// Its address.
    pub address: String,
    /// Its telephone number.
    pub phone: String,
    /// The A① member.
    pub member: String,
    /// What kind of incident.
    pub incident: String,
    /// What the caller told.
    pub summary: String,
    /// What was advised and done.
    pub done: Vec<String>,
    /// What callers said of the attack, so that nobody can click it.
    pub indicators: Vec<String>,
    /// What is kept as evidence.
    pub evidence: Vec<String>,
    /// What was filed, and where.
    pub filed: Vec<Filed>,
    /// The facts of the record.
    pub record: Record,
    /// What tickets that went into this one know, by their numbers: said where it's something else.
    pub elsewhere: Vec<(String, Record)>,
}

fn add_new<T: PartialEq>(own: &mut Vec<T>, theirs: Vec<T>) {
    for one in theirs {
        if !own.contains(&one) {
            own.push(one);
        }
    }
}

/// A report that was filed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filed {
    /// To whom, when, and the receipt's number.
    pub words: String,
    /// Who at the clinic filed it.
    pub by: String,
}

impl Filed {
    /// Both.
    pub fn line(&self) -> String {
        if self.by.is_empty() { self.words.clone() } else { format!("{}（{}）", self.words, self.by) }
    }
}

/// A line of a paper: what it is, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub what: &'static str,
    /// What is known; empty where nothing is.
    pub words: String,
    /// It isn't certain.
    pub uncertain: bool,
}

impl Case {
    /// What is known of a source.
    pub fn line(&self, source: Source, rules: &IncidentRules) -> Line {
        match source {
            Source::Fact(fact) => {
                let kept = self.record.get(fact);
                let own = if kept.is_empty() { None } else { Some(fact.shown(kept, rules)) };
                let other = |(number, record): &(String, Record)| {
                    let other = record.get(fact);
                    let says = || format!("相談票 {number} では：{}", fact.shown(other, rules));
                    (!other.is_empty() && other != kept).then(says)
                };
                let others: Vec<String> = self.elsewhere.iter().filter_map(other).collect();
                let certainty = fact.certainty().map(|certainty| self.record.get(certainty));
                let uncertain = matches!(kept, "unknown" | "possible" | "about" | "before")
                    || certainty.is_some_and(|certainty| matches!(certainty, "about" | "before"))
                    || !others.is_empty();
                let words = own.into_iter().chain(others).collect::<Vec<_>>().join("\n");
                Line { what: fact.label(), words, uncertain }
            }
            Source::Known(known) => {
                let (what, words) = self.known(known);
                Line { what, words, uncertain: false }
            }
        }
    }

    /// What a ticket that went into this one knows, added; `number` is its number. What was done is gathered over all
    /// of them, and isn't taken from here.
    pub fn join(&mut self, number: &str, part: Self) {
        for (own, theirs) in [
            (&mut self.facility, part.facility),
            (&mut self.address, part.address),
            (&mut self.phone, part.phone),
            (&mut self.member, part.member),
        ] {
            if own.is_empty() {
                *own = theirs;
            }
        }
        if self.summary.is_empty() {
            self.summary = part.summary;
        } else if !part.summary.is_empty() && part.summary != self.summary {
            self.summary = format!("{}\n相談票 {number} では：{}", self.summary, part.summary);
        }
        add_new(&mut self.indicators, part.indicators);
        add_new(&mut self.evidence, part.evidence);
        add_new(&mut self.filed, part.filed);
        self.record = Record::joined([&self.record, &part.record].into_iter());
        self.elsewhere.push((number.to_owned(), part.record));
    }

    fn known(&self, known: Known) -> (&'static str, String) {
        match known {
            Known::Facility => ("医療機関名", self.facility.clone()),
            Known::Address => ("所在地", self.address.clone()),
            Known::Phone => ("電話番号", self.phone.clone()),
            Known::Member => ("A①会員", self.member.clone()),
            Known::Incident => ("種別", self.incident.clone()),
            Known::Summary => ("ご相談の概要", self.summary.clone()),
            Known::Done => ("行ったこと", self.done.join("\n")),
            Known::Indicators => ("手がかり", self.indicators.join("\n")),
            Known::Evidence => ("証拠", self.evidence.join("\n")),
            Known::Filed => ("済んだ報告・連絡", self.filed.iter().map(Filed::line).collect::<Vec<_>>().join("\n")),
        }
    }
}
