//! A campaign: tickets that a person holds for one attack, and what is said to whoever calls with the same.

use chrono::{DateTime, Utc};

use super::indicator::{IndicatorKind, company, unquoted};
use crate::domain::id::{CampaignId, TicketId};
use crate::domain::text;

/// What clinics have in common: a wave, and what a campaign is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// What kind of thing.
    pub kind: IndicatorKind,
    /// Its key.
    pub key: String,
    /// Of what many clinics have in common anyway the incident code with which it counts; else empty.
    pub incident: String,
}

impl Mark {
    /// What somebody said of an incident.
    pub fn of(kind: IndicatorKind, key: &str, incident: &str) -> Self {
        let incident = if kind.is_common() { incident } else { "" };
        Self { kind, key: key.to_owned(), incident: incident.to_owned() }
    }

    /// Whether a text that is read out names it.
    fn is_named_in(&self, folded: &str) -> bool {
        company(folded).contains(&self.key)
    }
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
/// The shortest name that is looked for in what is read out.
const NAME: usize = 3;

impl Campaign {
    /// Whether what a caller tells of an incident sounds like it.
    pub fn sounds_like(&self, told: &str, incident: &str) -> bool {
        let folded = text::fold(told);
        let plain = unquoted(&folded);
        let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
        self.marks.iter().any(|mark| match mark.kind {
            // What many clinics have in common tells something only of the same incident.
            kind if kind.is_common() => !incident.is_empty() && mark.incident == incident && mark.is_named_in(&folded),
            IndicatorKind::Extension => ends_with(&folded, &mark.key),
            _ if mark.key.chars().count() < TELLING => false,
            // However it was told: with the code of the country or without.
            IndicatorKind::Phone => digits.contains(mark.key.trim_start_matches(['+', '0'])),
            IndicatorKind::Words | IndicatorKind::FileName => plain.contains(&mark.key),
            _ => folded.contains(&mark.key),
        })
    }
}

/// Whether an extension is told: a long one by itself, a short one behind its dot, and no longer one.
fn ends_with(folded: &str, key: &str) -> bool {
    let whole = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    let dotted = || folded.match_indices(&format!(".{key}")).any(|(at, found)| whole(&folded[at + found.len()..]));
    (key.chars().count() >= TELLING && folded.contains(key)) || dotted()
}

/// Whether what is read out to other clinics names a vendor, by its key, or a clinic, by its name.
pub fn names_somebody(read_out: &str, vendors: &[String], clinics: &[String]) -> bool {
    let folded = text::fold(read_out);
    let plain = company(&folded);
    let long = |name: &str| name.chars().count() >= NAME;
    let clinics: Vec<String> = clinics.iter().map(|name| text::fold(name)).collect();
    vendors.iter().any(|key| long(key) && plain.contains(key.as_str()))
        || clinics.iter().any(|name| long(name) && folded.contains(name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn what_a_caller_tells_sounds_like_a_campaign_or_not() {
        let mark = |kind, key: &str| Mark::of(kind, key, "ransomware");
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
        for (told, incident, sounds) in [
            ("０５０－１２３４－５６７８に電話するよう出ている", "", true),
            ("ファイルが .LockBit になった", "", true),
            ("abc という文字", "", false),
            ("全部「.ＡＢＣ」で終わっている", "", true),
            (".abcdef で終わっている", "", false),
            ("青空システムに頼んでいる", "leak", false),
            ("青空システムに頼んでいる", "", false),
            ("株式会社青空システムに頼んでいる", "ransomware", true),
            ("", "ransomware", false),
        ] {
            assert_eq!(campaign.sounds_like(told, incident), sounds, "{told}");
        }
    }

    #[test]
    fn what_is_read_out_names_nobody() {
        let (vendors, clinics) = (vec![text::fold("青空システム"), "ab".into()], vec!["水無瀬ゆず内科".into()]);
        for (words, named) in [
            ("青空ｼｽﾃﾑ（株）の保守画面を切ってください", true),
            ("水無瀬ゆず内科でも起きています", true),
            ("保守用の接続を切って、業者に確認してください。ab", false),
        ] {
            assert_eq!(names_somebody(words, &vendors, &clinics), named, "{words}");
        }
    }
}
