//! The hand-over of a shift: whoever leaves signs what is open, promised and running, whoever opens reads and takes it.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::id::{AccountId, HandoverId};
use crate::domain::time::tokyo_day;

/// So many minutes before the line closes it is asked for.
pub const BEFORE_CLOSING_MINUTES: i64 = 15;
/// So many days its words are kept: what was done about them stands on the tickets.
pub const KEPT_DAYS: i64 = 30;

/// How much was left when a hand-over was signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Calls that weren't ended.
    pub calls: usize,
    /// Remote sessions that ran.
    pub remotes: usize,
    /// Call-backs promised until the end of the next day.
    pub callbacks: usize,
    /// Memberships to be confirmed.
    #[serde(default)]
    pub tasks: usize,
    /// Escalations that nobody had taken.
    pub waiting: usize,
    /// Tickets with a clock over or near its end.
    pub clocks: usize,
    /// Referrals that no firm has taken on yet, or whose member is to be asked.
    #[serde(default)]
    pub referrals: usize,
}

/// A hand-over that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Its id.
    pub id: HandoverId,
    /// When it was signed.
    pub signed_at: DateTime<Utc>,
    /// By whom.
    pub signed_by: AccountId,
    /// What else is to be told.
    pub words: String,
    /// What was left.
    pub left: Left,
    /// When somebody took it.
    pub taken_at: Option<DateTime<Utc>>,
    /// Who.
    pub taken_by: Option<AccountId>,
}

impl Handover {
    /// Whether somebody may take it: who signed only once another day has begun.
    pub fn may_be_taken_by(&self, who: AccountId, now: DateTime<Utc>) -> bool {
        who != self.signed_by || tokyo_day(now) > tokyo_day(self.signed_at)
    }
}

/// What a desk is asked for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing.
    Nothing,
    /// The line closes, or has closed, and nobody has signed.
    Sign,
    /// Somebody signed, and nobody has taken it.
    Take,
}

/// What the desk is asked for at an instant. `last` is the hand-over that was signed last, `today` the instants at which
/// the line opens and closes on that day.
pub fn prompt(last: Option<&Handover>, today: Option<(DateTime<Utc>, DateTime<Utc>)>, now: DateTime<Utc>) -> Prompt {
    let Some((opens, closes)) = today else { return Prompt::Nothing };
    let asked_at = closes - Duration::minutes(BEFORE_CLOSING_MINUTES);
    if now >= asked_at {
        let signed = last.is_some_and(|last| last.signed_at >= asked_at);
        return if signed { Prompt::Nothing } else { Prompt::Sign };
    }
    match last {
        Some(last) if now >= opens && last.taken_at.is_none() && last.signed_at < opens => Prompt::Take,
        _ => Prompt::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::from_tokyo;

    fn at(text: &str) -> DateTime<Utc> {
        from_tokyo(format!("{text}:00").parse().expect("a time"))
    }

    fn signed(when: &str, taken: bool) -> Handover {
        let (id, by) = (HandoverId(uuid::Uuid::nil()), AccountId(uuid::Uuid::nil()));
        let taken_at = taken.then(|| at(when) + Duration::hours(9));
        let (signed_at, words, left) = (at(when), String::new(), Left::default());
        Handover { id, signed_at, signed_by: by, words, left, taken_at, taken_by: taken_at.map(|_| by) }
    }

    #[test]
    fn who_leaves_is_asked_to_sign_and_who_opens_to_take() {
        let today = Some((at("2026-11-22T06:00"), at("2026-11-22T21:00")));
        let eve = |taken| Some(signed("2026-11-21T20:50", taken));
        let tonight = || Some(signed("2026-11-22T20:46", false));
        let noon = || Some(signed("2026-11-22T12:00", false));
        for (last, now, asked) in [
            (None, "2026-11-22T20:44", Prompt::Nothing),
            (None, "2026-11-22T20:45", Prompt::Sign),
            (None, "2026-11-22T23:59", Prompt::Sign),
            (tonight(), "2026-11-22T20:47", Prompt::Nothing),
            (tonight(), "2026-11-22T21:30", Prompt::Nothing),
            // What was signed at noon doesn't stand for the evening, and nobody has to take it at once.
            (noon(), "2026-11-22T12:01", Prompt::Nothing),
            (noon(), "2026-11-22T20:50", Prompt::Sign),
            (eve(false), "2026-11-22T05:59", Prompt::Nothing),
            (eve(false), "2026-11-22T06:00", Prompt::Take),
            (eve(true), "2026-11-22T06:00", Prompt::Nothing),
            (eve(false), "2026-11-22T20:50", Prompt::Sign),
        ] {
            assert_eq!(prompt(last.as_ref(), today, at(now)), asked, "{now} {last:?}");
        }
        assert_eq!(prompt(None, None, at("2026-11-22T20:50")), Prompt::Nothing, "no line, no shift");
    }
}
