//! A made-up past for trials and demonstrations (contracts section 5): a directory, and what the desk did since
//! June 2022. Pure, and the same for the same arguments; no person in it is real.

pub mod calendar;
pub mod case;
pub mod claim;
pub mod counted;
pub mod course;
pub mod desk;
pub mod directory;
pub mod facility;
pub mod firms;
pub mod identity;
mod incident;
pub mod intake;
pub mod names;
pub mod past;
pub mod places;
pub mod pose;
mod referral;
pub mod rng;
pub mod verify;
pub mod words;

#[cfg(test)]
mod past_tests;

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::domain::id::AccountId;
use crate::domain::time::{day_start, tokyo_day};
use rng::Rng;

pub use case::Case;
pub use counted::{Counted, counted};
pub use directory::{Directory, Household};
pub use past::Past;

/// What is to be made up.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// People in the directory.
    pub members: u64,
    /// Tickets.
    pub tickets: u64,
    /// The seed.
    pub seed: u64,
    /// The instant after which nothing has happened yet.
    pub horizon: DateTime<Utc>,
}

/// Who made it all happen. No list is empty.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Who takes calls.
    pub operators: Vec<AccountId>,
    /// Who takes escalations.
    pub specialists: Vec<AccountId>,
    /// Who reviews.
    pub supervisors: Vec<AccountId>,
}

impl Plan {
    /// A plan that ends with a day, or now when that day is today.
    pub fn new(members: u64, tickets: u64, seed: u64, until: NaiveDate, now: DateTime<Utc>) -> Self {
        let end = day_start(until) + Duration::seconds(86_399);
        let horizon = if tokyo_day(now) == until { end.min(now) } else { end };
        Self { members: members.max(1), tickets, seed, horizon }
    }

    /// Its directory, exported on its last day.
    pub fn directory(&self) -> Directory {
        Directory { seed: self.seed, members: self.members, exported_on: tokyo_day(self.horizon) }
    }
}

impl Staff {
    /// Fills empty lists: with those of the others, or with made-up accounts when there is nobody at all.
    pub fn complete(operators: Vec<AccountId>, specialists: Vec<AccountId>, supervisors: Vec<AccountId>) -> Self {
        let made_up = |n: u64| AccountId(Rng::of(0, 0, n).id(day_start(calendar::first_day()), 0));
        let anybody: Vec<AccountId> = operators.iter().chain(&specialists).chain(&supervisors).copied().collect();
        let or = |list: Vec<AccountId>, from: u64, until: u64| match (list.is_empty(), anybody.is_empty()) {
            (false, _) => list,
            (true, false) => anybody.clone(),
            (true, true) => (from..until).map(made_up).collect(),
        };
        Self {
            operators: or(operators, 0, 8),
            specialists: or(specialists, 8, 11),
            supervisors: or(supervisors, 11, 12),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::NaiveDateTime;

    use super::*;
    use crate::domain::time::from_tokyo;

    /// An instant of Tokyo's clocks.
    pub(crate) fn horizon(text: &str) -> DateTime<Utc> {
        from_tokyo(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time"))
    }
}
