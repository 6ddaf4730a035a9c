//! The record of an incident: the facts as they are known, and what follows from them.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::fact::Fact;
use super::said::Said;
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::scheme::incidents::IncidentRules;
use crate::domain::time::tokyo_day;

/// A fact that doesn't go with another: which, the fault's code, and what to do.
type Odd = (Fact, &'static str, &'static str);

/// How much of a record was meant to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All that is known: what the clocks hang on must be there.
    Whole,
    /// What stood there so far, while something else was written down beside it.
    SoFar,
}

/// What is known. A fact that nobody told is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record(BTreeMap<Fact, String>);

impl Record {
    /// Of facts in the form in which they are kept.
    pub fn of(facts: impl IntoIterator<Item = (Fact, String)>) -> Self {
        Self(facts.into_iter().filter(|(_, kept)| !kept.is_empty()).collect())
    }

    /// What is known of one matter that was written down in several places: what the first of them knows, and where it
    /// knows nothing, the next. What is told together comes from one place.
    pub fn joined<'a>(places: impl Iterator<Item = &'a Self> + Clone) -> Self {
        let mut joined = Self::default();
        for fact in Fact::ALL {
            let knows = |place: &&Self| {
                let any = fact.told_with().iter().any(|with| !place.get(*with).is_empty());
                any || !place.get(*fact).is_empty()
            };
            if let Some(place) = places.clone().find(knows) {
                joined.set(*fact, place.get(*fact).to_owned());
            }
        }
        joined
    }

    /// A fact; empty where nobody told it.
    pub fn get(&self, fact: Fact) -> &str {
        self.0.get(&fact).map_or("", String::as_str)
    }

    /// Learns a fact; an empty one is forgotten.
    pub fn set(&mut self, fact: Fact, kept: String) {
        if kept.is_empty() {
            self.0.remove(&fact);
        } else {
            self.0.insert(fact, kept);
        }
    }

    /// The facts that are known, in the order in which they are asked.
    pub fn known(&self) -> impl Iterator<Item = (Fact, &str)> {
        self.0.iter().map(|(fact, kept)| (*fact, kept.as_str()))
    }

    /// When the clinic came to know, where somebody told.
    pub fn aware_at(&self) -> Option<Said> {
        Said::parse(self.get(Fact::AwareAt))
    }

    /// When it began as far as anybody told: the first sign, or when the clinic came to know, whichever is earlier.
    pub fn began_at(&self) -> Option<DateTime<Utc>> {
        let told = [Fact::FirstSignAt, Fact::AwareAt].map(|fact| Said::parse(self.get(fact)).map(Said::earliest));
        told.into_iter().flatten().min()
    }

    /// Whether personal data may have been leaked, lost or damaged: by what was told, else by what kind of incident it
    /// is (likelihood is enough, and damage counts).
    pub fn leak_possible(&self, incident: &str, rules: &IncidentRules) -> bool {
        let among = |codes: &[String]| codes.iter().any(|code| code == incident);
        match self.get(Fact::Leak) {
            "none" => false,
            "" => {
                let systems = self.get(Fact::Systems);
                let reaches = |code: &str| rules.system.iter().any(|system| system.code == code && system.patients);
                let reached = systems.is_empty() || systems.split(',').any(reaches);
                among(&rules.leak_suspected) || (among(&rules.damages) && reached)
            }
            _ => true,
        }
    }

    /// Whether a wrongful purpose is suspected; nothing where nobody can tell yet.
    pub fn wrongful(&self, incident: &str, rules: &IncidentRules) -> Option<bool> {
        match self.get(Fact::Wrongful) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => rules.attacks.iter().any(|code| code == incident).then_some(true),
        }
    }

    /// What has to be told as soon as a leak is possible, since the clocks hang on it: when it became known, and by whom.
    fn missing(&self, incident: &str, rules: &IncidentRules) -> Vec<Odd> {
        let mut missing = Vec::new();
        if !self.leak_possible(incident, rules) {
            return missing;
        }
        if self.aware_at().is_none() {
            let words = "漏えいのおそれがあるときは、知った日時を入力してください。はっきりしないときは「このころ」「これより前」を選べます";
            missing.push((Fact::AwareAt, "incident.aware_missing", words));
        }
        if self.get(Fact::AwareBy).is_empty() {
            let words = "漏えいのおそれがあるときは、どなたが何で気づいたかを入力してください。わからないときは「不明」と入力してください";
            missing.push((Fact::AwareBy, "incident.aware_by_missing", words));
        }
        missing
    }

    /// Times that can't follow each other as they stand, whatever the hour of those that are only a day.
    fn out_of_order(&self, filed_first: Option<Said>) -> Vec<Odd> {
        let (sign, aware) = (Said::parse(self.get(Fact::FirstSignAt)), self.aware_at());
        let after = |later: Option<Said>, earlier: Option<Said>| matches!((later, earlier), (Some(later), Some(earlier)) if later.earliest() > earlier.latest());
        let mut odd = Vec::new();
        if after(sign, aware) {
            let words = "兆候の日時が、知った日時より後になっています。どちらかを直してください";
            odd.push((Fact::FirstSignAt, "incident.order", words));
        }
        if after(aware, filed_first) {
            let words = "知った日時が、記録済みの報告より後になっています。どちらかを直してください";
            odd.push((Fact::AwareAt, "incident.after_report", words));
        }
        let since = self.get(Fact::CareSince).parse::<NaiveDate>().ok();
        if let (Some(since), Some(began)) = (since, self.began_at())
            && since < tokyo_day(began)
        {
            let words = "影響の始まった日が、兆候の日時・知った日時より前になっています。どちらかを直してください";
            odd.push((Fact::CareSince, "incident.order", words));
        }
        odd
    }

    /// What was told of the persons, held against the leak and the numbers.
    fn contradictions(&self) -> Vec<Odd> {
        let numbers = [Fact::PersonsFrom, Fact::PersonsTo].into_iter().find(|fact| !self.get(*fact).is_empty());
        let mut odd = Vec::new();
        match (self.get(Fact::Leak), self.get(Fact::Persons)) {
            ("confirmed", "none") => {
                let words = "漏えいなどを「確認した」のに、影響を受けるご本人が「いない」になっています。人数がまだわからなければ「わからない」を選んでください";
                odd.push((Fact::Persons, "incident.persons", words));
            }
            ("none", "count" | "range") => {
                let words = "影響を受けるご本人がいるのに、漏えい・滅失・毀損が「ない」になっています。どちらかを直してください";
                odd.push((Fact::Leak, "incident.leak", words));
            }
            _ => {}
        }
        if let Some(number) = numbers.filter(|_| matches!(self.get(Fact::Persons), "none" | "unknown")) {
            let words = "ご本人が「いない」「わからない」のときは、人数を空欄にしてください。おおよその人数がわかれば「おおよそ」を選んでください";
            odd.push((number, "incident.persons", words));
        }
        odd
    }

    /// Holds the facts against each other.
    ///
    /// # Errors
    /// A fault beside each that contradicts another, or is missing from the whole because of another.
    pub fn check(
        &self,
        incident: &str,
        rules: &IncidentRules,
        filed_first: Option<Said>,
        extent: Extent,
    ) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        let mut fault = |fact: Fact, code: &'static str, words: &str| {
            faults.take::<()>(Err(Refusal::field(fact.code(), code, words)));
        };
        let missing = if extent == Extent::Whole { self.missing(incident, rules) } else { Vec::new() };
        for (fact, code, words) in
            missing.into_iter().chain(self.out_of_order(filed_first)).chain(self.contradictions())
        {
            fault(fact, code, words);
        }
        let number = |fact| self.get(fact).parse::<u64>().ok();
        let (from, to) = (number(Fact::PersonsFrom), number(Fact::PersonsTo));
        match self.get(Fact::Persons) {
            "count" if from.is_none() => fault(Fact::PersonsFrom, "incident.persons", "人数を入力してください"),
            "range" if from.is_none() && to.is_none() => {
                fault(Fact::PersonsFrom, "incident.persons", "おおよその人数を「から」か「まで」に入力してください");
            }
            _ => {}
        }
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            fault(Fact::PersonsTo, "incident.persons", "「まで」の人数が「から」より少なくなっています");
        }
        if matches!(self.get(Fact::Care), "" | "none") && !self.get(Fact::CareSince).is_empty() {
            fault(Fact::Care, "incident.care", "影響の始まった日があります。どんな影響かを選んでください");
        }
        faults.check()
    }
}
