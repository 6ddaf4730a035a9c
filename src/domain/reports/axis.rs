//! By what reports tell cases apart.

use serde::{Deserialize, Serialize};

/// By what. Those of a quarter and of a month are groups of the category that a year tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// 都道府県; the last category is where it isn't known.
    Prefecture,
    /// Groups of prefectures: the usual eight regions where there is enough of each.
    Region,
    /// Groups of those.
    RegionMonthly,
    /// Groups of those, for tables of two axes.
    RegionCrossed,
    /// Kind of incident.
    Incident,
    /// Groups of incidents.
    IncidentQuarterly,
    /// Groups of those.
    IncidentMonthly,
    /// Groups of those, for tables of two axes.
    IncidentCrossed,
    /// Kind of facility.
    FacilityType,
    /// Groups of kinds of facilities.
    FacilityTypeQuarterly,
    /// Groups of those.
    FacilityTypeMonthly,
    /// Groups of those, for tables of two axes.
    FacilityTypeCrossed,
    /// How it ended, or where it stands.
    Outcome,
    /// Groups of outcomes.
    OutcomeQuarterly,
    /// Groups of those.
    OutcomeMonthly,
    /// Groups of those, for tables of two axes.
    OutcomeCrossed,
    /// Which desk.
    Desk,
    /// Which tier it reached: groups of outcomes.
    Tier,
    /// How grave.
    Severity,
    /// Who called.
    Standing,
    /// How care was affected.
    Effect,
    /// Whether there is a backup.
    Backup,
    /// How long it took, in bands.
    CloseTime,
}

/// The axes that are grouped: as a year tells them, a quarter, a month, a year's tables of two axes.
pub(super) const GROUPED: [[Axis; 4]; 4] = [
    [Axis::Prefecture, Axis::Region, Axis::RegionMonthly, Axis::RegionCrossed],
    [Axis::Incident, Axis::IncidentQuarterly, Axis::IncidentMonthly, Axis::IncidentCrossed],
    [Axis::FacilityType, Axis::FacilityTypeQuarterly, Axis::FacilityTypeMonthly, Axis::FacilityTypeCrossed],
    [Axis::Outcome, Axis::OutcomeQuarterly, Axis::OutcomeMonthly, Axis::OutcomeCrossed],
];

impl Axis {
    /// The one that it's a group of in the end, or it itself. The tier has words of its own, though it follows from the
    /// outcome.
    pub fn base(self) -> Self {
        GROUPED.iter().find(|levels| levels.contains(&self)).map_or(self, |levels| levels[0])
    }

    /// The one by which cases are known: of the tier the outcome, of others their base.
    pub fn known_by(self) -> Self {
        if self == Self::Tier { Self::Outcome } else { self.base() }
    }

    /// What it's called in `report.json` (contracts section 4): groups stand under the name of what they group.
    pub fn dimension(self) -> &'static str {
        match self.base() {
            Self::Incident => "incident",
            Self::FacilityType => "facility_type",
            Self::Outcome => "outcome",
            Self::Desk => "desk",
            Self::Tier => "tier",
            Self::Severity => "severity",
            Self::Standing => "standing",
            Self::Effect => "effect",
            Self::Backup => "backup",
            Self::CloseTime => "close_time",
            _ => "pref",
        }
    }

    /// What it's called on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Prefecture => "都道府県",
            Self::Region | Self::RegionMonthly | Self::RegionCrossed => "地域",
            Self::Desk => "窓口",
            Self::Tier => "対応段階",
            Self::Severity => "重大度",
            Self::Standing => "相談者",
            Self::Effect => "診療への影響",
            Self::Backup => "バックアップ",
            Self::CloseTime => "完了までの日数",
            other => match other.base() {
                Self::Incident => "種別",
                Self::FacilityType => "施設種別",
                _ => "対応結果",
            },
        }
    }

    /// The one that it's a group of, in steps: a quarter's of a year's, a month's of a quarter's, the
    /// tier of the outcome.
    pub fn finer(self) -> Option<Self> {
        if self == Self::Tier {
            return Some(Self::Outcome);
        }
        let of = GROUPED.iter().find(|levels| levels.contains(&self))?;
        let at = of.iter().position(|axis| *axis == self)?;
        at.checked_sub(1).map(|finer| of[finer])
    }

    /// Those that it's a group of, the next first.
    pub fn finer_all(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.finer(), |axis| axis.finer())
    }

    /// Those that it's grouped into, the next first.
    pub fn coarser(self) -> &'static [Self] {
        GROUPED
            .iter()
            .find_map(|levels| levels.iter().position(|axis| *axis == self).map(|at| &levels[at + 1..]))
            .unwrap_or_default()
    }
}
