//! A case as it's kept for counting once its month is over, by codes that outlive what the desk knows of it.

use chrono::NaiveDate;

use std::collections::HashMap;

use super::axis::Axis;
use super::case::Case;
use super::groups::Categories;
use super::outcome::Outcome;
use super::period::Period;
use crate::domain::calls::Standing;
use crate::domain::codes::codes;
use crate::domain::desks::DeskCode;
use crate::domain::incidents::Fact;
use crate::domain::incidents::fact::Form;
use crate::domain::members::record::is_care;
use crate::domain::scheme::Lists;

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
