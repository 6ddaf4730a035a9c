//! What keeps the night's erasing waiting for a person, and the words for it.

use chrono::{DateTime, Utc};

use super::Kind;
use super::clock::Doubt;
use crate::domain::time::tokyo_time;

/// Why nothing is erased until somebody has looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// An instance's clock isn't believed.
    Clock(Doubt),
    /// More of a kind is over than a night may erase unasked.
    TooMany(Kind),
}

impl Reason {
    /// The code in the database and the audit.
    pub fn code(self) -> &'static str {
        match self {
            Self::Clock(doubt) => doubt.code(),
            Self::TooMany(kind) => kind.code(),
        }
    }

    /// The reason of a code.
    pub fn parse(code: &str) -> Option<Self> {
        let clock = Doubt::ALL.into_iter().map(Self::Clock);
        clock.chain(Kind::ALL.into_iter().map(Self::TooMany)).find(|reason| reason.code() == code)
    }
}

/// Something that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Why.
    pub reason: Reason,
    /// What the clock said.
    pub said_at: DateTime<Utc>,
    /// What it was held against; of a number, when it was counted.
    pub against_at: DateTime<Utc>,
    /// How many things are over, where it's their number.
    pub due: u64,
    /// How many a night may erase unasked.
    pub allowed: u64,
}

/// What a person does about it.
const TO_DO: &str = "記録は消えていません。管理者がサーバーで madoguchi retention run --dry-run を実行し、日付と件数が正しいことを確かめてから、madoguchi retention run --confirm 件数 を実行してください";

impl Wait {
    /// What happened, what is kept, what to do.
    pub fn words(&self) -> String {
        let time = |at: DateTime<Utc>| tokyo_time(at).format("%Y年%-m月%-d日 %-H:%M").to_string();
        let (said, against) = (time(self.said_at), time(self.against_at));
        match self.reason {
            Reason::Clock(doubt) => {
                let why = match doubt {
                    Doubt::Ahead => format!("最後に動いていた時刻（{against}）より大きく進んでいます"),
                    Doubt::Behind => format!("すでに過ぎた時刻（{against}）より遅れています"),
                    Doubt::Apart => format!("データベースの時計（{against}）と食い違っています"),
                };
                format!(
                    "保存期間が終わった記録の消去を止めています。サーバーの時計（{said}）が{why}。時計がずれていれば直してください（直ると自動で再開します）。時計が正しいときは次のとおり再開してください。{TO_DO}"
                )
            }
            Reason::TooMany(kind) => format!(
                "保存期間が終わった{} {}件の消去を止めています。一晩に消去できる上限（{}件）を超えています。{TO_DO}",
                kind.label(),
                self.due,
                self.allowed
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_reads_back_from_its_code_and_says_what_to_do() {
        let at = DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
        let clocks = Doubt::ALL.map(Reason::Clock).into_iter();
        for reason in clocks.chain(Kind::ALL.map(Reason::TooMany)) {
            assert_eq!(Reason::parse(reason.code()), Some(reason));
            let words = Wait { reason, said_at: at, against_at: at, due: 60, allowed: 50 }.words();
            assert!(words.contains("記録は消えていません") && words.contains("--confirm"), "{words}");
        }
        assert_eq!(Reason::parse("clock"), None);
    }
}
