//! The mark of one item of a verification: a shape and a word, never a stored value.

use maud::{Markup, html};

/// How what the caller said stands against the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// ● 一致
    Agrees,
    /// ▲ 相違
    Differs,
    /// ○ 未確認: not said yet.
    NotGiven,
    /// ● 確認済み: recorded before, not asked again.
    Recorded,
    /// － 名簿になし: the directory holds nothing to compare with.
    NotOnFile,
}

impl Mark {
    /// The word for the mark, as it is read out.
    pub fn word(self) -> &'static str {
        match self {
            Self::Agrees => "一致",
            Self::Differs => "相違",
            Self::NotGiven => "未確認",
            Self::Recorded => "確認済み",
            Self::NotOnFile => "名簿になし",
        }
    }

    fn shape(self) -> &'static str {
        match self {
            Self::Agrees | Self::Recorded => "●",
            Self::Differs => "▲",
            Self::NotGiven => "○",
            Self::NotOnFile => "－",
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Agrees | Self::Recorded => "mark mark-agrees",
            Self::Differs => "mark mark-differs",
            Self::NotGiven => "mark mark-not-given",
            Self::NotOnFile => "mark mark-not-on-file",
        }
    }
}

/// Draws the mark, with a note in brackets when there is one: ● 一致（表記ゆれ）.
pub fn mark(m: Mark, note: Option<&str>) -> Markup {
    html! {
        span class=(m.class()) {
            span class="mark-shape" aria-hidden="true" { (m.shape()) }
            span { (m.word()) @if let Some(note) = note { "（" (note) "）" } }
        }
    }
}
