//! How far a case went: its outcome, and the tier that follows from it.

use chrono::{DateTime, Utc};

use crate::domain::codes::codes;
use crate::domain::referrals::FirmKind;
use crate::domain::tickets::StatusKind;

codes! {
    /// How a case ended, or where it stands: the furthest that it went.
    Outcome {
        /// Seen to its end at tier 1.
        Tier1 = "tier1", "1次対応で完了",
        /// Seen to its end at tier 1, by remote support.
        Remote = "remote", "遠隔支援で完了",
        /// メーカ・通信事業者案内 (Q2-1)
        Directed = "directed", "メーカ・通信事業者案内",
        /// 相談範囲外 (Q2-1)
        OutOfScope = "out_of_scope", "相談範囲外",
        /// 利用対象外
        NotEligible = "not_eligible", "利用対象外",
        /// Tier 2 was asked or had it.
        Escalated = "escalated", "2次対応",
        /// Introduced to a forensic firm.
        ReferredForensic = "referred_forensic", "フォレンジック事業者を紹介",
        /// Introduced to a lawyer, and to no forensic firm.
        ReferredLawyer = "referred_lawyer", "弁護士を紹介",
        /// Tier 1 is at it.
        Open = "open", "1次対応中",
    }

    /// Which tier a case reached.
    Tier {
        /// 1次対応
        First = "1", "1次対応",
        /// 2次対応
        Second = "2", "2次対応",
        /// It isn't known.
        Unknown = "不明", "不明",
    }
}

/// How far a ticket went, and when.
#[derive(Debug, Clone)]
pub struct Went {
    /// Where it stands.
    pub status: StatusKind,
    /// Which tier it reached.
    pub tier: u8,
    /// When it ended, if it did.
    pub closed_at: Option<DateTime<Utc>>,
    /// When tier 2 was first asked.
    pub asked_at: Option<DateTime<Utc>>,
    /// When a machine was first worked on from afar.
    pub remote_at: Option<DateTime<Utc>>,
    /// To whom the member was introduced.
    pub introduced: Vec<(FirmKind, DateTime<Utc>)>,
}

impl Outcome {
    /// Those that tier 2 had a part in: which tier a case reached is told by these alone.
    pub const TIER2: [Self; 3] = [Self::Escalated, Self::ReferredForensic, Self::ReferredLawyer];

    /// How it stood before a moment, whenever that is asked.
    pub fn before(went: &Went, until: DateTime<Utc>) -> Self {
        let was = |at: DateTime<Utc>| at < until;
        let introduced: Vec<FirmKind> =
            went.introduced.iter().filter(|(_, at)| was(*at)).map(|(kind, _)| *kind).collect();
        let (status, tier) = if went.closed_at.is_some_and(was) {
            (went.status, went.tier)
        } else {
            let at_tier2 = went.tier > 1 || matches!(went.status, StatusKind::Escalated | StatusKind::Tier2);
            match went.asked_at.map_or(at_tier2, was) {
                true => (StatusKind::Tier2, 2),
                false => (StatusKind::Tier1, 1),
            }
        };
        Self::of(status, tier, went.remote_at.is_some_and(was), &introduced)
    }

    /// Of a ticket: where it stands, which tier it reached, whether a machine was worked on, and to whom the member was
    /// introduced.
    fn of(status: StatusKind, tier: u8, remote: bool, introduced: &[FirmKind]) -> Self {
        match status {
            _ if introduced.contains(&FirmKind::Forensic) => Self::ReferredForensic,
            _ if introduced.contains(&FirmKind::Lawyer) => Self::ReferredLawyer,
            StatusKind::Escalated | StatusKind::Tier2 => Self::Escalated,
            StatusKind::Directed => Self::Directed,
            StatusKind::OutOfScope => Self::OutOfScope,
            StatusKind::NotEligible => Self::NotEligible,
            _ if tier > 1 => Self::Escalated,
            StatusKind::Done if remote => Self::Remote,
            StatusKind::Done => Self::Tier1,
            _ => Self::Open,
        }
    }
}

impl Tier {
    /// Of a case, by the code of its outcome.
    pub fn of(outcome: &str) -> Self {
        match Outcome::parse(outcome) {
            Some(outcome) if Outcome::TIER2.contains(&outcome) => Self::Second,
            Some(_) => Self::First,
            None => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    #[test]
    fn the_furthest_that_a_case_went_is_its_outcome() {
        use StatusKind as S;
        for (status, tier, remote, introduced, outcome) in [
            (S::Done, 1, false, &[][..], Outcome::Tier1),
            (S::Done, 1, true, &[], Outcome::Remote),
            (S::Done, 2, true, &[], Outcome::Escalated),
            (S::FollowUp, 2, false, &[FirmKind::Lawyer], Outcome::ReferredLawyer),
            (S::Done, 2, false, &[FirmKind::Lawyer, FirmKind::Forensic], Outcome::ReferredForensic),
            (S::Directed, 1, true, &[], Outcome::Directed),
            (S::Escalated, 1, false, &[], Outcome::Escalated),
            (S::Received, 1, false, &[], Outcome::Open),
        ] {
            assert_eq!(Outcome::of(status, tier, remote, introduced), outcome, "{status:?} {tier}");
        }
    }

    #[test]
    fn an_outcome_is_the_one_at_the_cut_whenever_it_is_asked() {
        use StatusKind as S;
        let day =
            |day: u32| NaiveDate::from_ymd_opt(2026, 9, day).expect("a day").and_time(Default::default()).and_utc();
        let went = |status, tier, closed: Option<u32>, asked: Option<u32>| Went {
            status,
            tier,
            closed_at: closed.map(day),
            asked_at: asked.map(day),
            remote_at: Some(day(12)),
            introduced: vec![(FirmKind::Lawyer, day(20))],
        };
        for (went, until, outcome) in [
            (went(S::Done, 1, Some(15), None), 10, Outcome::Open),
            (went(S::Done, 1, Some(11), None), 12, Outcome::Tier1),
            (went(S::Done, 1, Some(15), None), 16, Outcome::Remote),
            (went(S::Directed, 1, Some(15), None), 15, Outcome::Open),
            (went(S::Directed, 1, Some(15), None), 16, Outcome::Directed),
            (went(S::Done, 2, Some(25), Some(18)), 18, Outcome::Open),
            (went(S::Done, 2, Some(25), Some(18)), 19, Outcome::Escalated),
            (went(S::Done, 2, Some(25), Some(18)), 21, Outcome::ReferredLawyer),
            (went(S::Tier2, 2, None, None), 10, Outcome::Escalated),
            (went(S::Received, 1, None, None), 10, Outcome::Open),
        ] {
            assert_eq!(Outcome::before(&went, day(until)), outcome, "{went:?} before {until}");
        }
    }
}
