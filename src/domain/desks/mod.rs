//! The scheme's desks (domain section 1). Their numbers and hours are dated data (`scheme::hours`).

pub mod handover;

use serde::{Deserialize, Serialize};

/// A desk of the scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskCode {
    /// 緊急相談窓口
    Helpline,
    /// ガイドライン相談窓口
    Guideline,
    /// 一時支援金事務局
    Claims,
}

impl DeskCode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Helpline, Self::Guideline, Self::Claims];

    /// The code in the database, the API and the files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Helpline => "helpline",
            Self::Guideline => "guideline",
            Self::Claims => "claims",
        }
    }

    /// The desk of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|desk| desk.code() == code)
    }
}
