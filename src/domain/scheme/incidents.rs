//! `incidents.toml`: what may be affected, what is read out, and the duties whose clocks run from the day on which the
//! clinic came to know (`peers.md` section 5).

use chrono::NaiveDate;
use serde::Deserialize;

use super::hours::{day, maybe_day};

/// What the desk knows of incidents.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentRules {
    /// Incident codes that are attacks.
    pub attacks: Vec<String>,
    /// Incident codes in which a leak is possible until somebody says otherwise.
    pub leak_suspected: Vec<String>,
    /// Incident codes that damage what they reach.
    pub damages: Vec<String>,
    /// What may be affected.
    pub system: Vec<System>,
    /// What is read out, oldest first.
    pub say: Vec<Say>,
    /// The duties; of one code the versions, oldest first.
    pub duty: Vec<Duty>,
}

/// Something of a clinic that may be affected.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// The code that is stored.
    pub code: String,
    /// The words.
    pub label: String,
    /// It holds patients' data.
    #[serde(default)]
    pub patients: bool,
}

/// What is read out from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// The first day, its version.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// Before a clinic decides that it has no duty to report.
    pub not_applicable: String,
    /// Where a ransom is demanded.
    pub ransom: String,
    /// What is to be left as it is, a sentence each.
    #[serde(default)]
    pub keep: Vec<String>,
}

/// What sets a duty's clock running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Personal data may be leaked, lost or damaged.
    Leak,
    /// An attack, and a leak or an effect on care is possible.
    Care,
    /// An attack.
    Attack,
    /// An attack or a possible leak, and it isn't certain that there is no insurance.
    Insured,
}

/// Something that a clinic may have to do by a day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// The code that is stored.
    pub code: String,
    /// The words.
    pub label: String,
    /// How it's done, to be told.
    pub how: String,
    /// The first day of awareness for which it holds.
    #[serde(deserialize_with = "day")]
    pub from: NaiveDate,
    /// The last day of awareness for which it holds, where the duty is no more.
    #[serde(default, deserialize_with = "maybe_day")]
    pub until: Option<NaiveDate>,
    /// What sets it running.
    pub when: When,
    /// Only for these incident codes; empty: for all.
    #[serde(default)]
    pub incidents: Vec<String>,
    /// The day to aim at, the day of awareness being 1.
    #[serde(default)]
    pub aim_day: Option<u32>,
    /// The last day.
    #[serde(default)]
    pub limit_day: Option<u32>,
    /// The last day where a wrongful purpose is suspected.
    #[serde(default)]
    pub wrongful_limit_day: Option<u32>,
    /// So many days before its end it's near.
    #[serde(default)]
    pub warn_before: u32,
    /// An end on a closed day may be read as the next open one.
    #[serde(default)]
    pub closed_day_moves: bool,
    /// Where it's read.
    pub source: String,
    /// When that was looked at last.
    #[serde(deserialize_with = "day")]
    pub verified: NaiveDate,
}

impl IncidentRules {
    /// The versions of a duty, oldest first.
    fn versions(&self, code: &str) -> impl DoubleEndedIterator<Item = &Duty> {
        self.duty.iter().filter(move |duty| duty.code == code)
    }

    /// A duty as it is for who came to know on a day. A clock that runs has a version whatever day is told later: of a
    /// day before all of them the oldest.
    pub fn duty_on(&self, code: &str, first: NaiveDate) -> Option<&Duty> {
        self.versions(code).rev().find(|duty| duty.from <= first).or_else(|| self.versions(code).next())
    }

    /// The duties in force for who came to know on a day, each in its version.
    pub fn in_force(&self, first: NaiveDate) -> impl Iterator<Item = &Duty> {
        self.duty.iter().filter(move |duty| {
            let version = self.duty_on(&duty.code, first).is_some_and(|version| std::ptr::eq(version, *duty));
            version && duty.from <= first && duty.until.is_none_or(|until| first <= until)
        })
    }

    /// The words of a duty's code, in its newest version; the code itself where it is none.
    pub fn duty_label<'a>(&'a self, code: &'a str) -> &'a str {
        self.versions(code).next_back().map_or(code, |duty| duty.label.as_str())
    }

    /// The words of a system's code.
    pub fn system_label<'a>(&'a self, code: &'a str) -> &'a str {
        self.system.iter().find(|system| system.code == code).map_or(code, |system| system.label.as_str())
    }

    /// What is read out on a day.
    pub fn say_on(&self, day: NaiveDate) -> Option<&Say> {
        self.say.iter().rev().find(|say| say.from <= day)
    }

    /// Contradictions, each `(key, what to do)`. `known` are the incident codes of the scheme.
    pub fn faults(&self, known: &[&str]) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let lists = [("attacks", &self.attacks), ("leak_suspected", &self.leak_suspected), ("damages", &self.damages)];
        let of_duties = self.duty.iter().enumerate().map(|(i, duty)| (format!("duty[{i}].incidents"), &duty.incidents));
        for (key, codes) in lists.map(|(key, codes)| (key.to_owned(), codes)).into_iter().chain(of_duties) {
            if let Some(code) = codes.iter().find(|code| !known.contains(&code.as_str())) {
                faults.push((key, format!("種別コード {code} は lists.toml にありません")));
            }
        }
        for (i, system) in self.system.iter().enumerate() {
            if self.system.iter().take(i).any(|other| other.code == system.code) {
                faults.push((format!("system[{i}].code"), format!("コード {} が重複しています", system.code)));
            }
        }
        if self.say.is_empty() {
            faults.push(("say".to_owned(), "読み上げる文がありません".to_owned()));
        }
        for (i, say) in self.say.iter().enumerate() {
            if say.not_applicable.trim().is_empty() || say.ransom.trim().is_empty() {
                faults.push((format!("say[{i}].from"), "読み上げる文がありません".to_owned()));
            }
            if i > 0 && self.say[i - 1].from >= say.from {
                faults.push((format!("say[{i}].from"), "適用日は古い順に並べてください".to_owned()));
            }
        }
        for (i, duty) in self.duty.iter().enumerate() {
            faults.extend(self.faults_of(i, duty));
        }
        faults
    }

    fn faults_of(&self, i: usize, duty: &Duty) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        let mut fault = |key: &str, why: &str| faults.push((format!("duty[{i}].{key}"), why.to_owned()));
        if let Some(before) = self.duty.iter().take(i).rev().find(|other| other.code == duty.code)
            && before.until.unwrap_or(before.from) >= duty.from
        {
            fault("from", "同じコードの版は、適用日の古い順に、期間を重ねずに並べてください");
        }
        if duty.until.is_some_and(|until| until < duty.from) {
            fault("until", "最後の日は、適用日より前にできません");
        }
        if duty.aim_day.is_none() && duty.limit_day.is_none() {
            fault("code", "aim_day か limit_day を書いてください");
        }
        if [duty.aim_day, duty.limit_day, duty.wrongful_limit_day].contains(&Some(0)) {
            fault("code", "日数は、知った日を1日目として書いてください");
        }
        if let (Some(aim), Some(limit)) = (duty.aim_day, duty.limit_day)
            && aim > limit
        {
            fault("aim_day", "目標の日は期限の日より後にできません");
        }
        if duty.wrongful_limit_day.is_some_and(|wrongful| duty.limit_day.is_none_or(|limit| wrongful < limit)) {
            fault("wrongful_limit_day", "不正の目的のときの期限は、ふだんの期限より前にできません");
        }
        if duty.source.trim().is_empty() {
            fault("source", "根拠を書いてください");
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn duty(code: &str) -> Duty {
        Duty {
            code: code.into(),
            label: code.into(),
            how: String::new(),
            from: "2022-04-01".parse().expect("a day"),
            until: None,
            when: When::Leak,
            incidents: Vec::new(),
            aim_day: Some(3),
            limit_day: Some(5),
            wrongful_limit_day: None,
            warn_before: 3,
            closed_day_moves: false,
            source: "法".into(),
            verified: "2026-11-22".parse().expect("a day"),
        }
    }

    #[test]
    fn what_cannot_be_used_is_told_by_its_key() {
        let day = |text: &str| text.parse().expect("a day");
        let say =
            |from: &str| Say { from: day(from), not_applicable: "a".into(), ransom: "b".into(), keep: Vec::new() };
        let none = Duty { aim_day: None, limit_day: None, source: " ".into(), ..duty("b") };
        let late = Duty { aim_day: Some(6), wrongful_limit_day: Some(4), ..duty("a") };
        let rules = IncidentRules {
            attacks: vec!["ransomware".into()],
            leak_suspected: vec!["nothing".into()],
            damages: Vec::new(),
            system: Vec::new(),
            say: vec![say("2026-02-01"), say("2026-01-01")],
            duty: vec![duty("a"), none, late, Duty { limit_day: Some(0), aim_day: None, ..duty("d") }],
        };
        let keys: Vec<String> = rules.faults(&["ransomware"]).into_iter().map(|(key, _)| key).collect();
        let expected = [
            "leak_suspected",
            "say[1].from",
            "duty[1].code",
            "duty[1].source",
            "duty[2].from",
            "duty[2].aim_day",
            "duty[2].wrongful_limit_day",
            "duty[3].code",
        ];
        assert_eq!(keys, expected);
    }

    #[test]
    fn a_duty_is_read_in_the_version_of_the_day_of_awareness() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let (old, new) = (duty("a"), Duty { from: day("2027-04-01"), limit_day: Some(4), ..duty("a") });
        let over = Duty { until: Some(day("2026-12-31")), ..duty("b") };
        let rules = IncidentRules {
            attacks: Vec::new(),
            leak_suspected: Vec::new(),
            damages: Vec::new(),
            system: Vec::new(),
            say: Vec::new(),
            duty: vec![old, over, new],
        };
        let limit = |on: &str| rules.duty_on("a", day(on)).and_then(|duty| duty.limit_day);
        assert_eq!([limit("2027-03-31"), limit("2027-04-01"), limit("2020-01-01")], [Some(5), Some(4), Some(5)]);
        let in_force =
            |on: &str| rules.in_force(day(on)).map(|duty| (duty.code.as_str(), duty.limit_day)).collect::<Vec<_>>();
        assert_eq!(in_force("2026-12-31"), [("a", Some(5)), ("b", Some(5))]);
        assert_eq!(in_force("2027-04-01"), [("a", Some(4))]);
        assert_eq!(in_force("2020-01-01"), []);
        // A clock that began while it was in force keeps its rule.
        assert!(rules.duty_on("b", day("2027-04-01")).is_some());
        let faults = |duties: Vec<Duty>| {
            let rules = IncidentRules { duty: duties, ..rules.clone() };
            rules.faults(&[]).into_iter().map(|(key, _)| key).filter(|key| key != "say").collect::<Vec<_>>()
        };
        assert_eq!(faults(vec![duty("a"), Duty { from: day("2027-04-01"), ..duty("a") }]), Vec::<String>::new());
        let until = |text| Duty { until: Some(day(text)), ..duty("a") };
        assert_eq!(faults(vec![until("2027-04-01"), Duty { from: day("2027-04-01"), ..duty("a") }]), ["duty[1].from"]);
        assert_eq!(faults(vec![until("2022-03-31")]), ["duty[0].until"]);
    }
}
