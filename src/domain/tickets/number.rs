//! A ticket's number: `YYYY-NNNNNN`, the Tokyo calendar year of opening and a serial (domain section 9).

use std::fmt;

use crate::domain::search::{Found, SearchText};
use crate::domain::text::seen;
use serde::{Deserialize, Serialize};

/// Room for serials within a year.
const YEAR: i64 = 10_000_000;

/// The year of the first tickets: the scheme began in June 2022.
const FIRST: i32 = 2022;

/// Letters of what stands before a number: No., №, #, 番号, 受付番号, 相談票.
const BEFORE: &str = "NnOo.#:番号受付相談票チケット ";

/// A ticket's number. Sorts by year, then serial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TicketNo(i64);

impl TicketNo {
    /// The number of a year's nth ticket.
    pub fn new(year: i32, serial: i64) -> Self {
        Self(i64::from(year) * YEAR + serial)
    }

    /// The number as the database keeps it: year × 10,000,000 + serial.
    pub fn as_key(self) -> i64 {
        self.0
    }

    /// The number of a database key.
    pub fn from_key(key: i64) -> Self {
        Self(key)
    }

    /// Reads what people type and paste: full width, spaces for the hyphen, no leading zeros, 「No.」 before it.
    pub fn parse(input: &str) -> Option<Self> {
        let text = seen(input);
        let text = text.trim_start_matches(|c: char| BEFORE.contains(c)).trim_end_matches(['番', '号']);
        let mut parts = text.split(|c: char| "-‐‑‒–—―−ー─ /年".contains(c)).filter(|p| !p.is_empty());
        let (year, serial) = match (parts.next()?, parts.next()) {
            (year, Some(serial)) => (year, serial),
            // Without anything between: four digits and six.
            (whole, None) if whole.len() == 10 && whole.is_ascii() => whole.split_at(4),
            _ => return None,
        };
        let plain = |s: &str| s.chars().all(|c| c.is_ascii_digit());
        if parts.next().is_some() || year.len() != 4 || !plain(year) || !plain(serial) || serial.len() > 7 {
            return None;
        }
        let (year, serial) = (year.parse().ok()?, serial.parse().ok()?);
        (serial > 0 && year >= FIRST).then(|| Self::new(year, serial))
    }
}

impl fmt::Display for TicketNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:06}", self.0 / YEAR, self.0 % YEAR)
    }
}

/// A text that is no ticket's number.
#[derive(Debug, thiserror::Error)]
#[error("no ticket's number: a year, a hyphen and a serial are one")]
pub struct NoNumber;

impl TryFrom<String> for TicketNo {
    type Error = NoNumber;

    fn try_from(text: String) -> Result<Self, NoNumber> {
        Self::parse(&text).ok_or(NoNumber)
    }
}

impl From<TicketNo> for String {
    fn from(number: TicketNo) -> Self {
        number.to_string()
    }
}

impl Found for TicketNo {
    fn found_by(&self, text: &mut SearchText) {
        text.add(&self.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_people_type_is_understood() {
        for text in [
            "2026-004512",
            "２０２６－００４５１２",
            "2026 4512",
            "2026ー004512",
            "2026―004512",
            "No.2026-004512",
            "№２０２６－４５１２",
            "受付番号: 2026-004512",
            "2026004512",
            "No.2026004512",
            "2026/4512",
            "2026年 004512",
            "2026－4512番",
            "\u{202a}2026-\u{200b}004512\u{202c}",
        ] {
            assert_eq!(TicketNo::parse(text).map(|n| n.to_string()).as_deref(), Some("2026-004512"), "{text}");
        }
        for text in [
            "",
            "2026",
            "26-1",
            "2026-",
            "2026-000000",
            "2026-1-2",
            "abcd-000001",
            "2026-12345678",
            "0312345678",
            "20260045",
            "1234567890",
        ] {
            assert_eq!(TicketNo::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_survives_being_said(year in 2022i32..2100, serial in 1i64..9_999_999) {
            let number = TicketNo::new(year, serial);
            prop_assert_eq!(TicketNo::parse(&number.to_string()), Some(number));
            prop_assert_eq!(TicketNo::from_key(number.as_key()), number);
        }
    }
}
