//! A campaign: tickets that a person holds for one attack, and what is said to whoever calls with the same.

use chrono::{DateTime, Utc};

use super::indicator::{IndicatorKind, unquoted};
use crate::domain::id::{CampaignId, TicketId};
use crate::domain::text;

/// What a campaign is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// What kind of thing.
    pub kind: IndicatorKind,
    /// Its key.
    pub key: String,
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// What the desk calls it.
    pub name: String,
    /// What is said to whoever calls with the same.
    pub advice: String,
    /// Goes up with each change.
    pub version: i64,
    /// Since when.
    pub opened_at: DateTime<Utc>,
    /// Nobody is told any more, since.
    pub ended_at: Option<DateTime<Utc>>,
    /// What it's known by.
    pub marks: Vec<Mark>,
    /// Its tickets.
    pub tickets: Vec<TicketId>,
}

/// The shortest key that is looked for in what a caller tells, in characters: shorter ones stand in other words.
const TELLING: usize = 4;

impl Campaign {
    /// Whether what a caller tells sounds like it. What many clinics have in common tells nothing.
    pub fn sounds_like(&self, told: &str) -> bool {
        let folded = text::fold(told);
        let plain = unquoted(&folded);
        let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
        self.marks.iter().filter(|mark| !mark.kind.is_common() && mark.key.chars().count() >= TELLING).any(|mark| {
            match mark.kind {
                IndicatorKind::Phone => digits.contains(&mark.key),
                IndicatorKind::Words | IndicatorKind::FileName => plain.contains(&mark.key),
                _ => folded.contains(&mark.key),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_a_caller_tells_sounds_like_a_campaign_or_not() {
        let mark = |kind, key: &str| Mark { kind, key: key.into() };
        let campaign = Campaign {
            id: CampaignId(Uuid::nil()),
            name: "偽サポート".into(),
            advice: "電話しないでください".into(),
            version: 1,
            opened_at: DateTime::UNIX_EPOCH,
            ended_at: None,
            marks: vec![
                mark(IndicatorKind::Phone, "05012345678"),
                mark(IndicatorKind::Extension, "lockbit"),
                mark(IndicatorKind::Extension, "abc"),
                mark(IndicatorKind::Vendor, "青空しすてむ"),
            ],
            tickets: Vec::new(),
        };
        for (told, sounds) in [
            ("０５０－１２３４－５６７８に電話するよう出ている", true),
            ("ファイルが .LockBit になった", true),
            ("abc という文字", false),
            ("青空システムに頼んでいる", false),
            ("", false),
        ] {
            assert_eq!(campaign.sounds_like(told), sounds, "{told}");
        }
    }
}
