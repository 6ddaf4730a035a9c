//! Whom to name to a member: facts of each firm, no ranking of their work.

use chrono::{DateTime, Utc};

use super::firm::Firm;
use super::referral::Referral;
use crate::domain::incidents::indicator::{IndicatorKind, key};
use crate::domain::scheme::Hours;
use crate::domain::text;
use crate::domain::time::tokyo_day;

/// What a referral is about, as far as it says something of firms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matter {
    /// What help is needed with: the incident, what is affected.
    pub about: Vec<String>,
    /// Who is concerned: the clinic, and who looks after its systems.
    pub parties: Vec<String>,
}

/// A firm that may be named, with what counts for this referral.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The firm.
    pub firm: Firm,
    /// It works where the clinic is.
    pub covers: bool,
    /// It can be reached now.
    pub open_now: bool,
    /// It says that it's good at what this is about.
    pub skilled: bool,
    /// Who is concerned and stands among its conflicts, or is itself.
    pub conflict: Option<String>,
    /// Nobody asked it for long.
    pub stale: bool,
    /// When it was named last, to whomever.
    pub named_last: Option<DateTime<Utc>>,
}

/// The firms that may be named: those without a conflict first, then those that work where the clinic is; of an urgent one
/// those that can be reached now; those that say they are good at it; then whoever was named longest ago.
pub fn candidates(
    referral: &Referral,
    register: Vec<(Firm, Option<DateTime<Utc>>)>,
    matter: &Matter,
    hours: &Hours,
    now: DateTime<Utc>,
) -> Vec<Candidate> {
    let today = tokyo_day(now);
    let holiday = hours.is_holiday(today);
    let of = |(firm, named_last): (Firm, Option<DateTime<Utc>>)| Candidate {
        covers: firm.covers(&referral.prefecture),
        open_now: firm.hours.open_at(now, holiday),
        skilled: matter.is_skill_of(&firm),
        conflict: matter.conflict_with(&firm),
        stale: firm.is_stale(today),
        firm,
        named_last,
    };
    let may = |(firm, _): &(Firm, _)| firm.active && firm.kind == referral.kind && !referral.refused.contains(&firm.id);
    let mut found: Vec<Candidate> = register.into_iter().filter(may).map(of).collect();
    let order = |c: &Candidate| {
        let shut = referral.urgent && !c.open_now;
        (c.conflict.is_some(), !c.covers, shut, !c.skilled, c.named_last, c.firm.name.clone())
    };
    found.sort_by_key(order);
    found
}

impl Matter {
    fn is_skill_of(&self, firm: &Firm) -> bool {
        let skills = text::fold(&firm.skills);
        let said = |words: &String| {
            let words = text::fold(words);
            words.chars().count() > 1 && skills.contains(&words)
        };
        self.about.iter().any(said)
    }

    fn conflict_with(&self, firm: &Firm) -> Option<String> {
        let folded = text::fold(&format!("{} {}", firm.name, firm.conflicts));
        let named = |party: &&String| {
            key(IndicatorKind::Vendor, party).is_ok_and(|key| key.chars().count() > 1 && folded.contains(&key))
        };
        self.parties.iter().find(named).cloned()
    }
}
