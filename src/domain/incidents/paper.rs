//! A paper's draft: each of its items filled with what is known, blanks marked, and what was dictated of it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::case::{Case, Known, Line, Source};
use super::event::IncidentEvent;
use super::fact::Fact;
use crate::domain::id::AccountId;
use crate::domain::scheme::incidents::IncidentRules;
use crate::domain::scheme::papers::{Item, Paper};

/// An item of a draft.
#[derive(Debug, Clone)]
pub struct Filled<'a> {
    /// What the paper asks.
    pub item: &'a Item,
    /// What is known of it.
    pub lines: Vec<Line>,
    /// What nobody has told yet.
    pub blanks: Vec<&'static str>,
    /// When it was dictated, and by whom.
    pub dictated: Option<(DateTime<Utc>, AccountId)>,
    /// Something of it was told otherwise since: the clinic has other words on its paper.
    pub changed_since: bool,
}

impl Filled<'_> {
    /// Whether the desk knows nothing of it.
    pub fn is_blank(&self) -> bool {
        self.lines.is_empty()
    }
}

/// What happened that a draft goes by: what, when it was written down, by whom, the first first.
pub type Happened = (DateTime<Utc>, AccountId, Moved);

/// Something after which a draft may say something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// Something of the incident's record.
    Incident(IncidentEvent),
    /// Something was advised or done, or wasn't after all.
    Done,
    /// What the caller told was written down.
    Told,
    /// What kind of incident it is was told otherwise.
    Classed,
    /// Who calls was recorded.
    Verified,
    /// What another ticket knows is known here from now on, or no more.
    Joined,
}

/// The draft of a paper.
pub fn draft<'a>(paper: &'a Paper, case: &Case, rules: &IncidentRules, happened: &[Happened]) -> Vec<Filled<'a>> {
    let dictated = dictated(&paper.code, happened);
    let fill = |item: &'a Item| {
        let lines: Vec<(Source, Line)> = item.from.iter().map(|source| (*source, case.line(*source, rules))).collect();
        let (known, blanks): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(_, line)| !line.words.is_empty());
        let dictated = dictated.get(item.code.as_str()).copied();
        let changed_since = dictated.is_some_and(|(at, _)| changed_since(item, at, happened));
        Filled {
            item,
            lines: known.into_iter().map(|(_, line)| line).collect(),
            blanks: blanks
                .into_iter()
                .filter(|(source, _)| is_asked(case, *source))
                .map(|(_, line)| line.what)
                .collect(),
            dictated,
            changed_since,
        }
    };
    paper.item.iter().map(fill).collect()
}

/// Whether a blank is one: who looks after a system that isn't affected needn't be asked.
fn is_asked(case: &Case, source: Source) -> bool {
    let Source::Fact(fact) = source else { return true };
    let Some((_, system)) = Fact::VENDORS.into_iter().find(|(vendor, _)| *vendor == fact) else { return true };
    let systems = case.record.get(Fact::Systems);
    systems.is_empty() || system.is_some_and(|system| systems.split(',').any(|code| code == system))
}

/// What was dictated last, by the items' codes.
fn dictated<'a>(paper: &str, happened: &'a [Happened]) -> HashMap<&'a str, (DateTime<Utc>, AccountId)> {
    let mut dictated = HashMap::new();
    for (at, by, moved) in happened {
        let Moved::Incident(event) = moved else { continue };
        match event {
            IncidentEvent::Dictated { paper: of, item } if of == paper => {
                dictated.insert(item.as_str(), (*at, *by));
            }
            IncidentEvent::DictationTakenBack { paper: of, item } if of == paper => {
                dictated.remove(item.as_str());
            }
            _ => {}
        }
    }
    dictated
}

/// Whether something that an item is filled with was told after it was dictated.
fn changed_since(item: &Item, dictated: DateTime<Utc>, happened: &[Happened]) -> bool {
    let has = |known: Known| item.from.contains(&Source::Known(known));
    happened.iter().filter(|(at, ..)| *at > dictated).any(|(_, _, moved)| match moved {
        Moved::Incident(IncidentEvent::Recorded { facts, .. }) => {
            let told = |fact: &Fact| facts.iter().any(|code| code == fact.code());
            let fact = |source: &Source| {
                matches!(source, Source::Fact(fact) if told(fact) || fact.certainty().as_ref().is_some_and(told))
            };
            item.from.iter().any(fact)
        }
        Moved::Incident(IncidentEvent::IndicatorTold { .. } | IncidentEvent::IndicatorTakenBack { .. }) => {
            has(Known::Indicators)
        }
        Moved::Incident(IncidentEvent::EvidenceTold { .. }) => has(Known::Evidence),
        Moved::Incident(IncidentEvent::ClockEnded { .. } | IncidentEvent::ClockResumed { .. }) => has(Known::Filed),
        Moved::Incident(_) => false,
        Moved::Done => has(Known::Done),
        Moved::Told => has(Known::Summary),
        Moved::Classed => has(Known::Incident),
        Moved::Verified => [Known::Facility, Known::Address, Known::Phone, Known::Member].into_iter().any(has),
        Moved::Joined => !item.from.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::incidents::Record;
    use crate::domain::scheme::sample::scheme;
    use chrono::Duration;
    use uuid::Uuid;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::minutes(minutes)
    }

    fn happened(minutes: i64, event: IncidentEvent) -> Happened {
        (at(minutes), AccountId(Uuid::from_u128(1)), Moved::Incident(event))
    }

    fn said(item: &str) -> IncidentEvent {
        IncidentEvent::Dictated { paper: "ppc".into(), item: item.into() }
    }

    #[test]
    fn blanks_are_marked_and_what_is_uncertain_says_so() {
        let scheme = scheme();
        let paper = scheme.papers.by_code("ppc").expect("the paper");
        let facts = [(Fact::Persons, "range"), (Fact::PersonsFrom, "100"), (Fact::Leak, "possible")];
        let record = Record::of(facts.map(|(fact, kept)| (fact, kept.to_owned())));
        let case = Case { record, facility: "青空医院".into(), ..Case::default() };
        let draft = draft(paper, &case, &scheme.incidents, &[]);
        let of = |code: &str| draft.iter().find(|filled| filled.item.code == code).expect("an item");
        assert_eq!(of("persons").lines.iter().map(|l| l.words.as_str()).collect::<Vec<_>>(), ["おおよそ", "100人"]);
        assert_eq!(of("persons").blanks, ["人数（まで）"]);
        assert!(of("data").lines[0].uncertain && !of("persons").lines[0].uncertain);
        assert!(of("published").is_blank() && of("published").blanks.is_empty());
    }

    #[test]
    fn who_looks_after_what_is_not_affected_is_not_asked() {
        let scheme = scheme();
        let paper = scheme.papers.by_code("ministry").expect("the paper");
        let blanks = |facts: &[(Fact, &str)]| {
            let record = Record::of(facts.iter().map(|(fact, kept)| (*fact, (*kept).to_owned())));
            let draft = draft(paper, &Case { record, ..Case::default() }, &scheme.incidents, &[]);
            let systems = |filled: &&Filled<'_>| filled.item.from.contains(&Source::Fact(Fact::Systems));
            draft.iter().find(systems).expect("the item").blanks.clone()
        };
        assert_eq!(blanks(&[]).len(), 8);
        assert_eq!(blanks(&[(Fact::Systems, "chart,mail")]), ["電子カルテの業者", "メールの業者"]);
        assert_eq!(blanks(&[(Fact::Systems, "chart"), (Fact::VendorChart, "甲社")]), Vec::<&str>::new());
    }

    #[test]
    fn what_was_dictated_stands_until_it_is_taken_back_and_says_when_the_facts_moved_on() {
        let scheme = scheme();
        let paper = scheme.papers.by_code("ppc").expect("the paper");
        let recorded = |code: &str| IncidentEvent::Recorded { facts: vec![code.into()], words: String::new() };
        let mut course =
            vec![happened(1, said("persons")), happened(2, said("cause")), happened(3, recorded("persons_from"))];
        let state = |course: &[Happened], code: &str| {
            let draft = draft(paper, &Case::default(), &scheme.incidents, course);
            let filled = draft.into_iter().find(|filled| filled.item.code == code).expect("an item");
            (filled.dictated.map(|(at, _)| at), filled.changed_since)
        };
        assert_eq!(state(&course, "persons"), (Some(at(1)), true));
        assert_eq!(state(&course, "cause"), (Some(at(2)), false));
        course.push(happened(4, said("persons")));
        assert_eq!(state(&course, "persons"), (Some(at(4)), false));
        course.push(happened(5, IncidentEvent::DictationTakenBack { paper: "ppc".into(), item: "persons".into() }));
        assert_eq!(state(&course, "persons"), (None, false));
    }

    #[test]
    fn an_item_moves_on_with_all_that_it_says() {
        let scheme = scheme();
        let paper = scheme.papers.by_code("ppc").expect("the paper");
        let recorded =
            |code: &str| Moved::Incident(IncidentEvent::Recorded { facts: vec![code.into()], words: String::new() });
        let from =
            |source: Source| paper.item.iter().find(|item| item.from.contains(&source)).expect("an item").code.as_str();
        let (aware, done) = (from(Source::Fact(Fact::AwareAt)), from(Source::Known(Known::Done)));
        for (item, moved, changed) in [
            (aware, recorded("aware_certainty"), true),
            (aware, Moved::Done, false),
            (aware, Moved::Joined, true),
            (done, Moved::Done, true),
            (done, recorded("aware_at"), false),
        ] {
            let course = [happened(1, said(item)), (at(2), AccountId(Uuid::from_u128(1)), moved.clone())];
            let draft = draft(paper, &Case::default(), &scheme.incidents, &course);
            let filled = draft.iter().find(|filled| filled.item.code == item).expect("an item");
            assert_eq!(filled.changed_since, changed, "{item} {moved:?}");
        }
    }
}
