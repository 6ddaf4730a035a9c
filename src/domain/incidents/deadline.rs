//! The clocks of a clinic's duties. They run from the day on which it came to know, that day being the first, and are
//! never paused: what ends one is what was filed, or the clinic's own decision. Apart from the desk's own targets, which
//! stop outside its hours.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::fact::Fact;
use super::record::Record;
use super::said::Said;
use crate::domain::id::{AccountId, TicketId};
use crate::domain::scheme::Hours;
use crate::domain::scheme::incidents::{Duty, IncidentRules, When};
use crate::domain::time::tokyo_day;

/// How a clock ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyEnd {
    /// It was filed, told or asked for.
    Filed,
    /// The clinic decided that it doesn't apply.
    NotApplicable,
}

impl DutyEnd {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Filed, Self::NotApplicable];

    /// The code in the database and the form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Filed => "filed",
            Self::NotApplicable => "not_applicable",
        }
    }

    /// The words on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Filed => "済み",
            Self::NotApplicable => "対象外と先方が判断",
        }
    }

    /// The end of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.code() == code)
    }
}

/// How a clock ended, and who said so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub ended_as: DutyEnd,
    /// When it was filed, or decided.
    pub at: DateTime<Utc>,
    /// Who at the clinic filed or decided.
    pub by: String,
    /// The receipt's number, if it was filed and has one.
    pub receipt: String,
    /// What was read out before the decision, by its day.
    pub told: Option<NaiveDate>,
    /// When that was written down.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: AccountId,
}

/// A clock that was set running for a ticket. It follows the ticket, whoever's it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Code of the duty.
    pub duty: String,
    /// When it was set running here; it counts from the day of awareness.
    pub began_at: DateTime<Utc>,
    /// How it ended.
    pub ended: Option<Ended>,
}

/// The days of a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The day of awareness: the first.
    pub first: NaiveDate,
    /// The day to aim at.
    pub aim: Option<NaiveDate>,
    /// The last day, by the stricter reading.
    pub limit: Option<NaiveDate>,
    /// The last day where the purpose turns out to be wrongful, always later.
    pub otherwise: Option<NaiveDate>,
    /// The next open day, where the last day is a closed one and the duty may be read so.
    pub moved: Option<NaiveDate>,
}

/// How near the end of a clock is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Near {
    /// Its last day is over, by the stricter reading.
    Over,
    /// It's the last day, or close to it.
    Soon,
    /// The day to aim at has come, or is over.
    Aim,
    /// There is time.
    Ahead,
}

impl Duty {
    /// Whether it may apply, by what is known. A possible duty is one: only the clinic says that it isn't.
    pub fn may_apply(&self, record: &Record, incident: &str, rules: &IncidentRules) -> bool {
        let attack = rules.attacks.iter().any(|code| code == incident);
        let leak = record.leak_possible(incident, rules);
        let of_this = self.incidents.is_empty() || self.incidents.iter().any(|code| code == incident);
        let triggered = match self.when {
            When::Leak => leak,
            When::Care => attack && (leak || record.get(Fact::Care) != "none"),
            When::Attack => attack,
            When::Insured => (attack || leak) && record.get(Fact::Insured) != "no",
        };
        of_this && triggered
    }

    /// Its days, from the day of awareness on, that day being the first.
    pub fn days(&self, first: NaiveDate, wrongful: Option<bool>, hours: &Hours) -> Days {
        let nth = |n: u32| first + Duration::days(i64::from(n.saturating_sub(1)));
        let (aim, limit, longer) = match (wrongful, self.wrongful_limit_day) {
            // The shorter one is still what to aim at.
            (Some(true), Some(wrongful)) => (self.aim_day.or(self.limit_day), Some(wrongful), None),
            // Who can't tell yet keeps to the shorter one.
            (None, Some(wrongful)) => (self.aim_day, self.limit_day, Some(wrongful)),
            _ => (self.aim_day, self.limit_day, None),
        };
        let limit = limit.map(nth);
        let open = |day: NaiveDate| (0..31).map(|n| day + Duration::days(n)).find(|day| hours.is_business_day(*day));
        let moved = limit.filter(|_| self.closed_day_moves).and_then(open).filter(|open| Some(*open) != limit);
        Days { first, aim: aim.map(nth), limit, otherwise: longer.map(nth), moved }
    }

    /// How near its end is on a day.
    pub fn near(&self, days: &Days, today: NaiveDate) -> Near {
        let warned = |limit: NaiveDate| today >= limit - Duration::days(i64::from(self.warn_before));
        match days.limit {
            Some(limit) if today > limit => Near::Over,
            Some(limit) if warned(limit) => Near::Soon,
            _ if days.aim.is_some_and(|aim| today >= aim) => Near::Aim,
            _ => Near::Ahead,
        }
    }
}

/// The day from which a ticket's clocks run: when the clinic came to know, else the day of its first call, by which it
/// knew at the latest.
pub fn first_day(record: &Record, opened_at: DateTime<Utc>) -> NaiveDate {
    tokyo_day(record.aware_at().map_or(opened_at, Said::earliest))
}

/// The duties that may apply and whose clocks don't run yet.
pub fn to_begin<'a>(
    rules: &'a IncidentRules,
    record: &Record,
    incident: &str,
    opened_at: DateTime<Utc>,
    running: &[Clock],
) -> Vec<&'a Duty> {
    let first = first_day(record, opened_at);
    let new = |duty: &&Duty| running.iter().all(|clock| clock.duty != duty.code);
    rules.in_force(first).filter(new).filter(|duty| duty.may_apply(record, incident, rules)).collect()
}
