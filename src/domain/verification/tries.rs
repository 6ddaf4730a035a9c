//! Tries at the number: what a miss costs, when whoever misses waits, and when they are stopped until somebody else
//! lets them on.
//!
//! Name, facility and address are public facts; the number is the only secret, so whoever tries numbers shows by
//! missing. Misses fill a tally that empties slowly. Past what honest work ever reaches each miss is followed by a
//! wait, and a full tally stays shut. The figures hold two callbacks at once (`cargo bench --bench verify` prints
//! both): thirty operators in a morning are never slowed, and an attacker who holds an account and tokens and is let
//! on once a day finds less than one number in a thousand hours.

use chrono::{DateTime, Duration, Utc};

use crate::domain::matching::Heard;
use crate::domain::refusal::Refusal;

/// Parts of a miss that a tally counts in.
const PARTS: i64 = 1_000;
/// Misses that a wrong number costs that was said twice: one slip is forgiven it, so that it reaches sixty numbers or
/// more (domain section 3) where an exact one reaches one.
const COST_TWICE: i64 = 3;
/// Numbers that a person may say to have heard twice during one call.
pub const HEARD_TWICE_A_CALL: usize = 2;
/// Hours after which tries and emptied tallies are forgotten.
pub const FORGOTTEN_HOURS: i64 = 48;
/// The first wait, and the longest, in seconds.
const WAITS: (i64, i64) = (15, 900);

/// Whose tries are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A person, by account, and through the tokens they made.
    Account,
    /// An API token.
    Token,
    /// A call's sheet, whoever types.
    Sheet,
}

/// How many misses are let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Misses after which each further one is followed by a wait.
    pub free: i64,
    /// Misses that stop.
    pub most: i64,
    /// Misses that are forgotten within a day, evenly.
    pub a_day: i64,
}

impl Subject {
    /// All three.
    pub const ALL: [Subject; 3] = [Self::Account, Self::Token, Self::Sheet];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Token => "token",
            Self::Sheet => "sheet",
        }
    }

    /// The subject of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Account => "アカウント",
            Self::Token => "APIトークン",
            Self::Sheet => "通話",
        }
    }

    /// What is let pass. An operator takes some ninety calls in a morning and misses with one in ten; a program types
    /// no slips; a call ends, so that its misses are never forgotten.
    pub fn limits(self) -> Limits {
        match self {
            Self::Account => Limits { free: 60, most: 100, a_day: 48 },
            Self::Token => Limits { free: 10, most: 20, a_day: 12 },
            Self::Sheet => Limits { free: 12, most: 24, a_day: 0 },
        }
    }
}

/// Whether somebody may try a number now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Yes.
    Free,
    /// After this instant.
    Waits(DateTime<Utc>),
    /// When another person has let them on.
    Stopped,
}

/// The misses of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Misses not forgotten yet, in thousandths.
    pub level: i64,
    /// When that was so.
    pub counted_at: DateTime<Utc>,
    /// Until when the next try waits.
    pub waits_until: Option<DateTime<Utc>>,
    /// Since when it is stopped.
    pub stopped_at: Option<DateTime<Utc>>,
}

impl Tally {
    /// Nothing missed yet.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { level: 0, counted_at: now, waits_until: None, stopped_at: None }
    }

    /// Whether a number may be tried.
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        match (self.stopped_at, self.waits_until) {
            (Some(_), _) => Standing::Stopped,
            (None, Some(until)) if until > now => Standing::Waits(until),
            _ => Standing::Free,
        }
    }

    /// The level now. A clock that goes back forgets nothing.
    fn level(&self, limits: Limits, now: DateTime<Utc>) -> i64 {
        let passed = (now - self.counted_at).num_milliseconds().max(0);
        (self.level - passed.saturating_mul(limits.a_day) / 86_400).max(0)
    }

    /// Counts a miss of that cost. True when it is the one that stops.
    pub fn miss(&mut self, cost: i64, limits: Limits, now: DateTime<Utc>) -> bool {
        self.level = self.level(limits, now) + cost * PARTS;
        self.counted_at = self.counted_at.max(now);
        let over = self.level / PARTS - limits.free;
        if over > 0 {
            let (first, longest) = WAITS;
            let doubled = first.saturating_mul(1 << (over / 4).min(10));
            self.waits_until = Some(now + Duration::seconds(doubled.min(longest)));
        }
        let stops = self.stopped_at.is_none() && self.level >= limits.most * PARTS;
        if stops {
            self.stopped_at = Some(now);
        }
        stops
    }

    /// Takes back misses that turned out to be none. What is stopped stays stopped.
    pub fn forgive(&mut self, cost: i64, limits: Limits, now: DateTime<Utc>) {
        self.level = (self.level(limits, now) - cost * PARTS).max(0);
        self.counted_at = self.counted_at.max(now);
        if self.level / PARTS <= limits.free {
            self.waits_until = None;
        }
    }

    /// Lets on: from where each further miss is followed by a wait again.
    pub fn let_on(&mut self, limits: Limits, now: DateTime<Utc>) {
        self.level = self.level(limits, now).min(limits.free * PARTS);
        self.counted_at = self.counted_at.max(now);
        (self.waits_until, self.stopped_at) = (None, None);
    }
}

/// What a miss costs: as many numbers as were tried in it, more where a slip is forgiven.
pub fn cost(numbers: usize, heard: Heard) -> i64 {
    let each = if heard == Heard::Twice { COST_TWICE } else { 1 };
    i64::try_from(numbers).unwrap_or(i64::MAX).saturating_mul(each)
}

/// A try on a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// The digits as the engine read them; two numbers are parted by a space.
    pub number: String,
    /// Tells name, facility and address that it was tried with from others.
    pub items: [u8; 32],
    /// How often it had been said.
    pub heard: Heard,
    /// What it cost; 0 for one that was right.
    pub cost: i64,
}

impl Try {
    /// Whether it's the same question: it can't be answered otherwise, and tells nothing new.
    pub fn is_same(&self, other: &Try) -> bool {
        self.number == other.number && self.items == other.items && self.heard == other.heard
    }

    /// Whether `self` was but the beginning of `now`, typed with the same other items.
    fn begins(&self, now: &Try) -> bool {
        self.items == now.items && self.number.len() < now.number.len() && now.number.starts_with(&self.number)
    }

    /// Whether the exact number could have verified.
    fn is_whole(&self) -> bool {
        [6, 10].contains(&self.number.len()) || self.number.contains(' ')
    }
}

/// The misses on a sheet that a try shows to have been none: with a number that is right the same number beside other
/// items, and its beginnings; with any other only a beginning that couldn't have verified.
pub fn forgiven<'a>(before: &'a [Try], now: &Try) -> Vec<&'a Try> {
    let right = now.cost == 0;
    let none = |t: &&Try| {
        t.cost > 0
            && if right {
                t.number == now.number || t.begins(now)
            } else {
                t.heard == Heard::Once && !t.is_whole() && t.begins(now)
            }
    };
    before.iter().filter(none).collect()
}

/// Whether a number may be said to have been heard twice on a call: it was tried, heard once, and was not right; and
/// only so many numbers a call, since each reaches many.
pub fn may_be_repeated(before: &[Try], heard_twice: &[String], number: &str) -> Result<(), Refusal> {
    if heard_twice.iter().any(|known| known == number) {
        return Ok(());
    }
    if number.is_empty() || !before.iter().any(|t| t.number == number && t.cost > 0) {
        return Err(Refusal::conflict(
            "number.not_tried",
            "4項目がそろい、番号が一致しなかったときに、もう一度お尋ねください",
        ));
    }
    if heard_twice.len() >= HEARD_TWICE_A_CALL {
        return Err(Refusal::conflict(
            "number.heard_enough",
            "この通話では、これ以上番号を確かめられません。理由を添えて仮受付にしてください",
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "tries_tests.rs"]
mod tests;
