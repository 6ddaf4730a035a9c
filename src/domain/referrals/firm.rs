//! A firm of the register: a forensic firm or a lawyer, or a desk that finds one.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::domain::id::FirmId;
use crate::domain::members::clinic_hours::ClinicHours;

/// Days after which what stands in the register is stale, unless somebody asked the firm anew.
pub const STALE_DAYS: i64 = 180;

/// Which kind of help is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirmKind {
    /// フォレンジック事業者
    Forensic,
    /// 弁護士
    Lawyer,
}

impl FirmKind {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Forensic, Self::Lawyer];

    /// The code in the database and the form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Forensic => "forensic",
            Self::Lawyer => "lawyer",
        }
    }

    /// The words on the screens and in the CSV.
    pub fn label(self) -> &'static str {
        match self {
            Self::Forensic => "フォレンジック事業者",
            Self::Lawyer => "弁護士",
        }
    }

    /// The kind of a code or of its words.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == text || kind.label() == text)
    }
}

/// Who answers there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// The firm itself.
    Firm,
    /// An insurer's panel.
    Insurer,
    /// A bar association's desk.
    Bar,
}

impl Channel {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Firm, Self::Insurer, Self::Bar];

    /// The code in the database and the form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Firm => "firm",
            Self::Insurer => "insurer",
            Self::Bar => "bar",
        }
    }

    /// The words on the screens and in the CSV.
    pub fn label(self) -> &'static str {
        match self {
            Self::Firm => "事業者・事務所",
            Self::Insurer => "保険会社の提携先",
            Self::Bar => "弁護士会の窓口",
        }
    }

    /// The channel of a code or of its words; the firm itself unless said.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::Firm);
        }
        Self::ALL.into_iter().find(|channel| channel.code() == text || channel.label() == text)
    }
}

/// When somebody can be reached there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FirmHours {
    /// Day and night.
    Always,
    /// A week's hours.
    Week(ClinicHours),
}

impl FirmHours {
    /// Reads hours as they are typed: 24時間, or like a clinic's.
    pub fn read(typed: &str) -> Option<Self> {
        let folded: String = typed.nfkc().filter(|c| !c.is_whitespace()).collect();
        if matches!(folded.as_str(), "24時間" | "24時間365日" | "24時間対応" | "24時間・年中無休") {
            return Some(Self::Always);
        }
        ClinicHours::read(typed).map(Self::Week)
    }

    /// Whether somebody can be reached there.
    pub fn open_at(&self, at: DateTime<Utc>, holiday: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Week(hours) => hours.open_at(at, holiday),
        }
    }
}

/// As it's written, which [`FirmHours::read`] reads.
impl fmt::Display for FirmHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => f.write_str("24時間"),
            Self::Week(hours) => hours.fmt(f),
        }
    }
}

/// A firm of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firm {
    /// Its id.
    pub id: FirmId,
    /// What it is. With its name what it's known by: no two share both.
    pub kind: FirmKind,
    /// Its name.
    pub name: String,
    /// Who answers.
    pub channel: Channel,
    /// Prefectures it works in; none: the whole country.
    pub regions: Vec<String>,
    /// What it does well, in its own words.
    pub skills: String,
    /// When it can be reached.
    pub hours: FirmHours,
    /// Languages besides Japanese.
    pub languages: String,
    /// How soon it answers, as it says.
    pub first_response: String,
    /// How its fees work, as it says.
    pub fees: String,
    /// Telephone number.
    pub phone: String,
    /// Whom to ask for.
    pub contact: String,
    /// Mail address.
    pub email: String,
    /// Whom it works for otherwise, and can't act against.
    pub conflicts: String,
    /// The day on which somebody asked it whether all this is so.
    pub verified_on: NaiveDate,
    /// It may be introduced.
    pub active: bool,
    /// Goes up with each change.
    pub version: i64,
}

impl Firm {
    /// Where it works, in words.
    pub fn regions_said(&self) -> String {
        if self.regions.is_empty() { "全国".to_owned() } else { self.regions.join("、") }
    }

    /// Whether it works in a prefecture; everywhere where the prefecture isn't known.
    pub fn covers(&self, prefecture: &str) -> bool {
        self.regions.is_empty() || prefecture.is_empty() || self.regions.iter().any(|region| region == prefecture)
    }

    /// Whether nobody asked it for long.
    pub fn is_stale(&self, today: NaiveDate) -> bool {
        (today - self.verified_on).num_days() >= STALE_DAYS
    }
}
