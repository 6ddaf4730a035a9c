//! `papers.toml`: papers that a clinic fills in itself, dictated by the desk from what it knows (`peers.md` section 5).

use chrono::NaiveDate;
use serde::Deserialize;

use super::hours::day;
use crate::domain::incidents::case::Source;

/// The papers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Papers {
    /// In the order in which they are offered.
    pub paper: Vec<Paper>,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// Its code.
    pub code: String,
    /// The words.
    pub label: String,
    /// To whom it goes, and on what.
    pub to: String,
    /// The duties whose clocks it ends.
    pub duties: Vec<String>,
    /// Only for these incident codes; empty: for all.
    #[serde(default)]
    pub incidents: Vec<String>,
    /// What is to be told with it.
    pub note: String,
    /// Where it's read what it asks.
    pub source: String,
    /// When that was looked at last.
    #[serde(deserialize_with = "day")]
    pub verified: NaiveDate,
    /// What it asks, in its order.
    pub item: Vec<Item>,
}

/// Something that a paper asks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its code.
    pub code: String,
    /// The words.
    pub label: String,
    /// What is to be said there, beyond what the desk knows.
    #[serde(default)]
    pub ask: String,
    /// What it's filled with.
    #[serde(default)]
    pub from: Vec<Source>,
    /// What the desk knows never is all of it.
    #[serde(default)]
    pub incomplete: bool,
}

impl Papers {
    /// The papers for an incident.
    pub fn of<'a>(&'a self, incident: &'a str) -> impl Iterator<Item = &'a Paper> {
        self.paper.iter().filter(move |paper| paper.is_for(incident))
    }

    /// A paper by its code.
    pub fn by_code(&self, code: &str) -> Option<&Paper> {
        self.paper.iter().find(|paper| paper.code == code)
    }

    /// The paper for a duty.
    pub fn for_duty(&self, duty: &str) -> Option<&Paper> {
        self.paper.iter().find(|paper| paper.duties.iter().any(|code| code == duty))
    }

    /// Contradictions, each `(key, what to do)`. `incidents` and `duties` are the codes that the scheme has.
    pub fn faults(&self, incidents: &[&str], duties: &[&str]) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        for (i, paper) in self.paper.iter().enumerate() {
            let mut fault = |key: &str, why: String| faults.push((format!("paper[{i}].{key}"), why));
            if self.paper.iter().take(i).any(|other| other.code == paper.code) {
                fault("code", format!("コード {} が重複しています", paper.code));
            }
            if let Some(code) = paper.incidents.iter().find(|code| !incidents.contains(&code.as_str())) {
                fault("incidents", format!("種別コード {code} は lists.toml にありません"));
            }
            if let Some(code) = paper.duties.iter().find(|code| !duties.contains(&code.as_str())) {
                fault("duties", format!("期限コード {code} は incidents.toml にありません"));
            }
            if paper.item.is_empty() {
                fault("code", "項目がありません".to_owned());
            }
            for (n, item) in paper.item.iter().enumerate() {
                if paper.item.iter().take(n).any(|other| other.code == item.code) {
                    fault("code", format!("項目コード {} が重複しています", item.code));
                }
                if item.from.is_empty() && item.ask.trim().is_empty() {
                    fault("code", format!("項目 {} に from か ask を書いてください", item.code));
                }
            }
        }
        faults
    }
}

impl Paper {
    /// Whether it's for an incident.
    pub fn is_for(&self, incident: &str) -> bool {
        self.incidents.is_empty() || self.incidents.iter().any(|code| code == incident)
    }

    /// Something that it asks.
    pub fn item(&self, code: &str) -> Option<&Item> {
        self.item.iter().find(|item| item.code == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_told_by_its_key() {
        let toml = r#"
            [[paper]]
            code = "a"
            label = "甲"
            to = ""
            duties = ["none"]
            incidents = ["nothing"]
            note = ""
            source = ""
            verified = "2026-11-22"
            item = [{ code = "x", label = "何" }, { code = "x", label = "何", ask = "何" }]
            [[paper]]
            code = "a"
            label = "乙"
            to = ""
            duties = []
            note = ""
            source = ""
            verified = "2026-11-22"
            item = []
        "#;
        let papers: Papers = toml::from_str(toml).expect("it can be read");
        let keys: Vec<String> = papers.faults(&["ransomware"], &["ppc"]).into_iter().map(|(key, _)| key).collect();
        let expected = [
            "paper[0].incidents",
            "paper[0].duties",
            "paper[0].code",
            "paper[0].code",
            "paper[1].code",
            "paper[1].code",
        ];
        assert_eq!(keys, expected);
        let odd = toml.replace("ask = \"何\"", "from = [\"weather\"]");
        assert!(toml::from_str::<Papers>(&odd).is_err_and(|error| error.to_string().contains("weather")));
    }
}
