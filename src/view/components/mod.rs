//! The parts every page is built from: small structs in, Markup out.
//!
//! A component knows no module of the business. A colour is a [`Tone`], never a class.
//! Structs that carry many optional settings have a `Default`, so that a page names only
//! what it means: `TextField { name: "q", label: "検索", ..TextField::default() }`.

pub mod badge;
pub mod bars;
pub mod button;
pub mod card;
pub mod definition;
pub mod empty;
pub mod field;
pub mod figure;
pub mod flash;
pub mod form;
pub mod icon;
pub mod keyhint;
pub mod mark;
pub mod pager;
pub mod table;
pub mod timeline;

/// What a colour means. Always beside a word or a shape, never alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to notice.
    #[default]
    Neutral,
    /// Worth knowing; under way.
    Info,
    /// Done, agreed, in time.
    Good,
    /// Needs a look before long.
    Warn,
    /// Hurts someone if it is missed.
    Danger,
}

impl Tone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Info => "tone-info",
            Self::Good => "tone-good",
            Self::Warn => "tone-warn",
            Self::Danger => "tone-danger",
        }
    }
}
pub mod words;
