//! Member categories of the association; only A① opens the scheme (domain section 3, Q1-1).

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Category of a member of the association.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Category {
    /// A①: opens or manages a facility; the only eligible category (Q1-1).
    A1,
    /// A②(B).
    A2B,
    /// A②(C).
    A2C,
    /// B.
    B,
    /// C.
    C,
}

impl Category {
    /// All categories, in the order of the association's list.
    pub const ALL: [Self; 5] = [Self::A1, Self::A2B, Self::A2C, Self::B, Self::C];

    /// Stable code, as stored and as sent.
    pub fn code(self) -> &'static str {
        match self {
            Self::A1 => "A1",
            Self::A2B => "A2B",
            Self::A2C => "A2C",
            Self::B => "B",
            Self::C => "C",
        }
    }

    /// Word shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Self::A1 => "A①",
            Self::A2B => "A②B",
            Self::A2C => "A②C",
            Self::B => "B",
            Self::C => "C",
        }
    }

    /// Reads any spelling met in exports: A①, Ａ①, A1, A②(B), Ａ２Ｂ, "A① 会員".
    /// Compatibility folding turns ① into 1, so every spelling ends as a stable code.
    pub fn parse(text: &str) -> Option<Self> {
        let folded: String =
            text.nfkc().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
        Self::ALL.into_iter().find(|c| c.code() == folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_category_is_understood() {
        for (text, expected) in [
            ("A①", Some(Category::A1)),
            ("Ａ①", Some(Category::A1)),
            ("A1", Some(Category::A1)),
            ("Ａ１会員", Some(Category::A1)),
            ("A②B", Some(Category::A2B)),
            ("A②(B)", Some(Category::A2B)),
            ("Ａ２（Ｃ）", Some(Category::A2C)),
            (" B ", Some(Category::B)),
            ("ｃ", Some(Category::C)),
            ("A3", None),
            ("", None),
        ] {
            assert_eq!(Category::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn a_label_reads_back_as_its_category() {
        for category in Category::ALL {
            assert_eq!(Category::parse(category.label()), Some(category));
            assert_eq!(Category::parse(category.code()), Some(category));
        }
    }
}
