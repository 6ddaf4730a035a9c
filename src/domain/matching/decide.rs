//! The decision, by rule: all four items agree, no conflict, and the person's day (domain section 3, Q1-1 to Q1-3).
//! A wrong "no" under attack is worse than asking again, so every doubt is a question.

use crate::domain::members::eligibility::{Eligibility, NotEligibleReason, UnknownReason, pending_is_overdue};
use crate::domain::members::record::FacilityRole;

use super::answer::{Answer, Candidate, Decision, ItemMark, Items, Reason};
use super::evaluate::{Levels, NumberState};
use super::explain;
use super::facility_compare::FacilityLevel;
use super::look_up::{Finding, LookUp};
use super::name::NameLevel;
use super::number::NumberLevel;
use super::place::AddressLevel;
use super::retrieve::Typed;

/// Decision and reason.
#[derive(Debug, Clone, Copy)]
pub(super) struct Verdict {
    decision: Decision,
    reason: Reason,
    overdue: bool,
}

impl Verdict {
    fn check(reason: Reason) -> Self {
        Self { decision: Decision::NeedsCheck, reason, overdue: false }
    }

    pub(super) fn into_answer(self, candidates: Vec<Candidate>, best: Option<&Finding>, typed: &Typed) -> Answer {
        let levels = best.map(|f| f.levels);
        let items = levels.map_or_else(|| items_of_nobody(typed), |l| l.items());
        Answer {
            candidates,
            decision: self.decision,
            items,
            notes: levels.map(|l| explain::notes(&l)).unwrap_or_default(),
            ask_next: explain::ask_next(self.reason, &items, levels.as_ref()),
            reason: self.reason,
            pending_overdue: self.overdue,
        }
    }
}

/// Without a candidate an item is either not given or agrees with nobody.
fn items_of_nobody(typed: &Typed) -> Items {
    let mark = |given: bool| if given { ItemMark::Differs } else { ItemMark::NotGiven };
    Items {
        name: mark(!typed.name.is_empty()),
        facility: mark(!typed.facility.letters.is_empty()),
        address: mark(!typed.address.is_empty()),
        number: mark(!typed.numbers.is_empty()),
    }
}

/// Decides over the people found, best first.
pub(super) fn decide(look_up: &LookUp<'_>, findings: &[Finding]) -> Verdict {
    let Some(best) = findings.first() else {
        let missing = items_of_nobody(look_up.typed).all().contains(&ItemMark::NotGiven);
        return Verdict::check(if missing { Reason::ItemMissing } else { Reason::NobodyFound });
    };
    if let Some(reason) = not_agreeing(&best.levels) {
        return Verdict::check(reason);
    }
    if let Some(reason) = conflict(look_up, best, findings) {
        return Verdict::check(reason);
    }
    on_that_day(look_up, best)
}

fn not_agreeing(levels: &Levels) -> Option<Reason> {
    let items = levels.items();
    if levels.number == NumberState::OfAnother {
        return Some(Reason::NumberOfAnother);
    }
    if items.all().contains(&ItemMark::Differs) {
        return Some(Reason::ItemDiffers);
    }
    if items.number == ItemMark::NotOnFile || items.address == ItemMark::NotOnFile {
        return Some(Reason::NumberNotOnFile);
    }
    if !items.all_agree() {
        return Some(Reason::ItemMissing);
    }
    // A city says little: beside it, name and facility must be said in full.
    let inexact = levels.name == Some(NameLevel::SurnameOnly)
        || matches!(levels.facility, Some(FacilityLevel::Kind | FacilityLevel::Part));
    (inexact && levels.address == Some(Ok(AddressLevel::CityOnly))).then_some(Reason::TooVague)
}

fn conflict(look_up: &LookUp<'_>, best: &Finding, findings: &[Finding]) -> Option<Reason> {
    let store = &look_up.index.store;
    let number_of = |f: &Finding| if let NumberState::Compared(level) = f.levels.number { Some(level) } else { None };
    let rival = findings[1..].iter().any(|f| {
        f.levels.items().all_agree() && !store.same_person(f.person, best.person) && number_of(f) <= number_of(best)
    });
    if rival {
        return Some(Reason::TwoCandidates);
    }
    let slipped = number_of(best) != Some(NumberLevel::Same);
    let relative = colleagues(look_up, best).any(|(person, _)| match (look_up.name(person), best.levels.name) {
        // Somebody else there bears the typed name more exactly.
        (Some(theirs), Some(own)) if theirs.agrees_fully() && theirs < own => true,
        // A family name or an inexact name fits two, and the number does not settle it.
        (Some(theirs), Some(NameLevel::SurnameOnly)) => slipped && theirs <= NameLevel::SurnameOnly,
        _ => false,
    });
    relative.then_some(Reason::RelativeAtFacility)
}

/// Other people at the same facility, with their tie.
fn colleagues<'a>(look_up: &'a LookUp<'a>, best: &'a Finding) -> impl Iterator<Item = (u32, u32)> + 'a {
    let store = &look_up.index.store;
    store
        .ties_of_facility(best.facility)
        .iter()
        .take(400)
        .map(|tie| (store.ties[*tie as usize].person, *tie))
        .filter(move |(person, _)| !store.same_person(*person, best.person))
}

fn on_that_day(look_up: &LookUp<'_>, best: &Finding) -> Verdict {
    match best.standing {
        Eligibility::Eligible if succeeded(look_up, best) => Verdict::check(Reason::AnotherRunsFacility),
        Eligibility::Eligible => Verdict { decision: Decision::Eligible, reason: Reason::AllAgree, overdue: false },
        Eligibility::Pending { since } => Verdict {
            decision: Decision::Pending,
            reason: Reason::ProcedureUnderWay,
            overdue: since.is_some_and(|since| pending_is_overdue(since, look_up.on)),
        },
        Eligibility::Unknown { why: UnknownReason::EmployeeOnly } => Verdict::check(Reason::EmployeeOnly),
        Eligibility::Unknown { why: UnknownReason::OutsideTenure } => Verdict::check(Reason::OutsideTenure),
        Eligibility::Unknown { .. } => Verdict::check(Reason::UnknownOnThatDay),
        Eligibility::NotEligible { .. } if another_runs(look_up, best, &[]) => {
            Verdict::check(Reason::AnotherRunsFacility)
        }
        Eligibility::NotEligible { why } => Verdict {
            decision: Decision::NotEligible,
            reason: match why {
                NotEligibleReason::Left => Reason::Left,
                NotEligibleReason::NotYetEnrolled => Reason::NotYetEnrolled,
                NotEligibleReason::OtherCategory => Reason::OtherCategory,
            },
            overdue: false,
        },
    }
}

/// Whether somebody else runs the facility who may be eligible that day; `roles` narrows it, empty means any.
fn another_runs(look_up: &LookUp<'_>, best: &Finding, roles: &[FacilityRole]) -> bool {
    let store = &look_up.index.store;
    colleagues(look_up, best).any(|(person, tie)| {
        let role = store.ties[tie as usize].tenure.role;
        role.runs_facility()
            && (roles.is_empty() || roles.contains(&role))
            && !matches!(look_up.standing(person, tie), Eligibility::NotEligible { .. })
    })
}

/// A membership that ended and began anew under another number, at a facility that another A① member has opened. An
/// export names a person's facilities for each of their numbers, so the tie may be one from before they left: that
/// they manage the place again only the opener or the association can say.
fn succeeded(look_up: &LookUp<'_>, best: &Finding) -> bool {
    let store = &look_up.index.store;
    let manages = store.ties[best.tie as usize].tenure.role == FacilityRole::Manager;
    let ended_before = store.ties_of_facility(best.facility).iter().take(400).any(|tie| {
        let person = store.ties[*tie as usize].person;
        person != best.person
            && store.same_person(person, best.person)
            && matches!(look_up.person(person), Eligibility::NotEligible { .. })
    });
    manages && ended_before && another_runs(look_up, best, &[FacilityRole::Opener])
}
