//! What became of referrals, counted by kind and by where the clinic is. Firms aren't compared.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::firm::FirmKind;

/// What counts of a referral.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Its kind.
    pub kind: FirmKind,
    /// Where the clinic is.
    pub prefecture: String,
    /// When it was asked for.
    pub begun_at: DateTime<Utc>,
    /// When a firm was first told.
    pub contacted_at: Option<DateTime<Utc>>,
    /// When a firm took it on.
    pub introduced_at: Option<DateTime<Utc>>,
    /// How many firms refused.
    pub refused: i64,
    /// Whether a contract came of it.
    pub contracted: Option<bool>,
}

/// A line of figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// How many were asked for.
    pub asked: usize,
    /// How many were introduced.
    pub introduced: usize,
    /// How often a firm refused.
    pub refused: i64,
    /// How many contracts.
    pub contracted: usize,
    /// Minutes until a firm was told, the one in the middle; none where none was.
    pub minutes_to_contact: Option<i64>,
}

/// The lines: all of a kind under an empty prefecture, then by prefecture.
pub fn count(of: &[Counted]) -> BTreeMap<(FirmKind, String), Line> {
    let mut sorted: BTreeMap<(FirmKind, String), Vec<&Counted>> = BTreeMap::new();
    for one in of {
        sorted.entry((one.kind, String::new())).or_default().push(one);
        if !one.prefecture.is_empty() {
            sorted.entry((one.kind, one.prefecture.clone())).or_default().push(one);
        }
    }
    sorted.into_iter().map(|(key, of)| (key, line(&of))).collect()
}

fn line(of: &[&Counted]) -> Line {
    let minutes = |one: &&Counted| one.contacted_at.map(|at| (at - one.begun_at).num_minutes());
    let mut waited: Vec<i64> = of.iter().filter_map(minutes).collect();
    waited.sort_unstable();
    Line {
        asked: of.len(),
        introduced: of.iter().filter(|one| one.introduced_at.is_some()).count(),
        refused: of.iter().map(|one| one.refused).sum(),
        contracted: of.iter().filter(|one| one.contracted == Some(true)).count(),
        minutes_to_contact: waited.get(waited.len().saturating_sub(1) / 2).copied(),
    }
}
