//! `reports.toml`: what reports tell beside their figures, written from public advice.

use chrono::NaiveDate;
use serde::Deserialize;

use super::hours::day;

/// How many recommendations stand with each.
const ADVICE: usize = 3;

/// The texts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportTexts {
    /// Invented cases; the first is told where none is for the kind of incident.
    pub example: Vec<Example>,
    /// What was changed of how things are counted, the first first.
    pub change: Vec<Change>,
}

/// A change of what is counted, or of how.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// From reports on that are drawn on that day or later.
    #[serde(deserialize_with = "day")]
    pub on: NaiveDate,
    /// What changed, in a sentence.
    pub says: String,
}

/// An invented case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// For which kinds of incidents.
    pub incidents: Vec<String>,
    /// What it's called.
    pub title: String,
    /// What happened.
    pub told: String,
    /// What is recommended.
    pub advice: Vec<String>,
    /// The public advice that it's written from.
    pub source: String,
    /// When that was looked at last.
    #[serde(deserialize_with = "day")]
    pub verified: NaiveDate,
}

impl ReportTexts {
    /// The one for a kind of incident.
    pub fn of(&self, incident: &str) -> Option<&Example> {
        self.example.iter().find(|one| one.incidents.iter().any(|code| code == incident)).or(self.example.first())
    }

    /// Contradictions, each `(key, what to do)`. `incidents` are the codes that the scheme has.
    pub fn faults(&self, incidents: &[&str]) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        if self.example.is_empty() {
            faults.push(("example".to_owned(), "架空の事例を1つ以上書いてください".to_owned()));
        }
        for (i, one) in self.example.iter().enumerate() {
            if let Some(code) = one.incidents.iter().find(|code| !incidents.contains(&code.as_str())) {
                faults
                    .push((format!("example[{i}].incidents"), format!("種別コード {code} は lists.toml にありません")));
            }
            if one.advice.len() != ADVICE {
                faults.push((format!("example[{i}].advice"), format!("おすすめする対策を{ADVICE}つ書いてください")));
            }
        }
        if !self.change.is_sorted_by_key(|change| change.on) {
            faults.push(("change".to_owned(), "集計方法の変更は、古い順に並べてください".to_owned()));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_told_by_its_key() {
        let one = |incident: &str, advice: usize| Example {
            incidents: vec![incident.into()],
            title: String::new(),
            told: String::new(),
            advice: vec![String::new(); advice],
            source: String::new(),
            verified: NaiveDate::default(),
        };
        let keys = |example: Vec<Example>| -> Vec<String> {
            ReportTexts { example, change: Vec::new() }.faults(&["leak"]).into_iter().map(|(key, _)| key).collect()
        };
        assert_eq!(keys(Vec::new()), ["example"]);
        assert_eq!(keys(vec![one("leak", 3), one("rain", 2)]), ["example[1].incidents", "example[1].advice"]);
        assert!(keys(vec![one("leak", 3)]).is_empty());
    }
}
