//! A case as it's kept for counting once its month is over, by codes that outlive what the desk knows of it.

use chrono::{DateTime, NaiveDate, Utc};

use std::collections::HashMap;

use super::axis::Axis;
use super::case::Case;
use super::groups::Categories;
use super::period::Period;
use crate::domain::calls::Standing;
use crate::domain::codes::codes;
use crate::domain::desks::DeskCode;
use crate::domain::incidents::Fact;
use crate::domain::incidents::fact::Form;
use crate::domain::members::record::is_care;
use crate::domain::referrals::FirmKind;
use crate::domain::scheme::Lists;
use crate::domain::tickets::StatusKind;

/// What isn't known.
pub const UNKNOWN: &str = "不明";

codes! {
    /// Kind of facility, as reports tell them apart.
    FacilityType {
        /// 病院
        Hospital = "hospital", "病院",
        /// 診療所
        Clinic = "clinic", "診療所",
        /// 介護サービス事業所 (domain section 3)
        Care = "care", "介護サービス事業所",
        /// The directory doesn't know it.
        Unknown = "不明", "不明",
    }

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

    /// How many days a case took, its first day being none.
    CloseTime {
        /// It ended on the day on which it was received.
        SameDay = "same_day", "当日",
        /// Within a week.
        Week = "within_7_days", "翌日から7日以内",
        /// Within thirty days.
        Month = "within_30_days", "8日から30日以内",
        /// Later.
        Longer = "over_30_days", "31日以上",
        /// It goes on.
        Open = "open", "対応中",
    }
}

impl CloseTime {
    /// Of the days on which it was received and ended.
    pub fn of(opened: NaiveDate, closed: Option<NaiveDate>) -> Self {
        match closed.map(|closed| (closed - opened).num_days()) {
            None => Self::Open,
            Some(..=0) => Self::SameDay,
            Some(..=7) => Self::Week,
            Some(..=30) => Self::Month,
            Some(_) => Self::Longer,
        }
    }
}

/// What a fact may be, as codes; that nobody can tell is not known.
fn choices(fact: Fact) -> Vec<String> {
    let Form::One(choices) = fact.form() else { return Vec::new() };
    choices.iter().map(|(code, _)| (*code).to_owned()).filter(|code| code != "unknown").collect()
}

impl FacilityType {
    /// Of a kind as the directory has it; empty where the facility isn't known.
    pub fn of(kind: &str) -> Self {
        match kind {
            "" => Self::Unknown,
            "病院" => Self::Hospital,
            other if is_care(other) => Self::Care,
            _ => Self::Clinic,
        }
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

/// A case as it's kept for counting once its month is over: codes, and nobody's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The month in which it was received.
    pub month: Period,
    /// The facility's prefecture; empty where it isn't known.
    pub prefecture: String,
    /// Incident code.
    pub incident: String,
    /// Code of a [`FacilityType`].
    pub facility_type: String,
    /// Code of an [`Outcome`], from the quarter's end on.
    pub outcome: String,
    /// Desk code.
    pub desk: String,
    /// Severity code.
    pub severity: String,
    /// Who called.
    pub standing: String,
    /// How care was affected, from the quarter's end on.
    pub effect: String,
    /// Whether there is a backup, from the quarter's end on.
    pub backup: String,
    /// Code of a [`CloseTime`], from the quarter's end on.
    pub close_time: String,
}

/// The categories of each axis besides places, as codes; the last is where it isn't known.
pub fn vocabulary(lists: &Lists) -> [(Axis, Vec<String>); 9] {
    let terms = |terms: &[crate::domain::scheme::Term]| terms.iter().map(|term| term.code.clone()).collect::<Vec<_>>();
    let or_unknown = |codes: Vec<String>| codes.into_iter().chain([UNKNOWN.to_owned()]).collect();
    [
        (Axis::Incident, or_unknown(terms(&lists.incident))),
        (Axis::FacilityType, FacilityType::ALL.iter().map(|of| of.code().to_owned()).collect()),
        (Axis::Outcome, or_unknown(Outcome::ALL.iter().map(|of| of.code().to_owned()).collect())),
        (Axis::Desk, or_unknown(DeskCode::ALL.iter().map(|of| of.code().to_owned()).collect())),
        (Axis::Severity, or_unknown(terms(&lists.severity))),
        (Axis::Effect, or_unknown(choices(Fact::Care))),
        (Axis::Backup, or_unknown(choices(Fact::Backup))),
        (Axis::CloseTime, or_unknown(CloseTime::ALL.iter().map(|of| of.code().to_owned()).collect())),
        (Axis::Standing, or_unknown(Standing::ALL.iter().map(|of| of.code().to_owned()).collect())),
    ]
}

/// Reads cases as they are kept: a line of codes each, the month first, then by the axes in their order.
pub struct Codes {
    places: [HashMap<String, u8>; 10],
    /// Where a code stands that the year's lists don't know: where it isn't known.
    unknown: [u8; 10],
    month: Option<(String, Period)>,
}

/// The axes of a line.
const LINE: [Axis; 10] = [
    Axis::Prefecture,
    Axis::Incident,
    Axis::FacilityType,
    Axis::Outcome,
    Axis::Desk,
    Axis::Severity,
    Axis::Standing,
    Axis::Effect,
    Axis::Backup,
    Axis::CloseTime,
];

impl Codes {
    /// What stands between two codes of a line.
    pub const BETWEEN: &str = "\u{1f}";

    /// By their categories' places in the lists.
    pub fn new(categories: &Categories) -> Self {
        let places = LINE.map(|axis| categories.words(axis).iter().cloned().zip(0..).collect());
        let unknown = LINE.map(|axis| categories.count(axis).saturating_sub(1));
        Self { places, unknown, month: None }
    }

    /// The case of a line; none where that isn't one.
    pub fn case(&mut self, line: &str) -> Option<Case> {
        let mut codes = line.split(Self::BETWEEN);
        let month = codes.next()?;
        let month = match &self.month {
            Some((before, period)) if before == month => *period,
            _ => {
                let period = month.parse().ok()?;
                self.month = Some((month.to_owned(), period));
                period
            }
        };
        let mut at = [0; 10];
        for ((at, places), unknown) in at.iter_mut().zip(&self.places).zip(self.unknown) {
            *at = places.get(codes.next()?).copied().unwrap_or(unknown);
        }
        let [prefecture, incident, facility_type, outcome, desk, severity, standing, effect, backup, close_time] = at;
        Some(Case {
            month,
            prefecture,
            incident,
            facility_type,
            outcome,
            desk,
            severity,
            standing,
            effect,
            backup,
            close_time,
        })
    }
}

#[cfg(test)]
mod tests {
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

    #[test]
    fn how_long_a_case_took_is_told_in_bands() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        for (closed, band) in [
            (None, CloseTime::Open),
            (Some("2026-10-01"), CloseTime::SameDay),
            (Some("2026-10-02"), CloseTime::Week),
            (Some("2026-10-08"), CloseTime::Week),
            (Some("2026-10-09"), CloseTime::Month),
            (Some("2026-10-31"), CloseTime::Month),
            (Some("2026-11-01"), CloseTime::Longer),
        ] {
            assert_eq!(CloseTime::of(day("2026-10-01"), closed.map(day)), band, "{closed:?}");
        }
    }

    #[test]
    fn kinds_of_facilities_are_told_apart_by_four() {
        let of = |kind| FacilityType::of(kind).code();
        assert_eq!(
            ["病院", "診療所", "有床診療所", "訪問看護", ""].map(of),
            ["hospital", "clinic", "clinic", "care", "不明"]
        );
    }
}
