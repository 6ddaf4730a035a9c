//! A ticket's life (domain sections 8 and 9). A state carries its evidence; a move that the rules don't
//! allow can't be written.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::calls::disposition::Exit;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;

/// Where a ticket stands: what, since when, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What.
    #[serde(flatten)]
    pub at: Station,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Who moved it there.
    pub by: AccountId,
}

/// The stations of a ticket, each with what it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "station", rename_all = "snake_case")]
pub enum Station {
    /// 受付
    Received,
    /// 1次対応中
    Tier1,
    /// 2次対応依頼中
    HandedOver {
        /// Why tier 2 is needed.
        reason: String,
    },
    /// 2次対応中
    Tier2 {
        /// Who took it.
        specialist: AccountId,
    },
    /// 専門事業者紹介中
    Referring,
    /// 経過確認中
    FollowUp {
        /// What is waited for.
        reason: String,
    },
    /// 対応完了
    Done {
        /// Result code.
        result: String,
    },
    /// 利用対象外, 相談範囲外, メーカ・通信事業者案内
    Left {
        /// By which exit.
        exit: Exit,
        /// Where the caller was directed, or why.
        reason: String,
    },
}

/// The codes and words of the stations, in the order of a life.
pub const STATIONS: [(&str, &str); 10] = [
    ("received", "受付"),
    ("tier1", "1次対応中"),
    ("handed_over", "2次対応依頼中"),
    ("tier2", "2次対応中"),
    ("referring", "専門事業者紹介中"),
    ("follow_up", "経過確認中"),
    ("done", "対応完了"),
    ("not_eligible", "利用対象外"),
    ("out_of_scope", "相談範囲外"),
    ("directed", "メーカ・通信事業者案内"),
];

/// The word of a station's code.
pub fn station_label(code: &str) -> &'static str {
    STATIONS.iter().find(|(c, _)| *c == code).map_or("不明", |(_, label)| label)
}

/// Codes of the stations at which nobody is working any more.
pub const ENDS: [&str; 4] = ["done", "not_eligible", "out_of_scope", "directed"];

impl State {
    /// The code in the database and the API.
    pub fn code(&self) -> &'static str {
        match &self.at {
            Station::Received => "received",
            Station::Tier1 => "tier1",
            Station::HandedOver { .. } => "handed_over",
            Station::Tier2 { .. } => "tier2",
            Station::Referring => "referring",
            Station::FollowUp { .. } => "follow_up",
            Station::Done { .. } => "done",
            Station::Left { exit: Exit::NotEligible, .. } => "not_eligible",
            Station::Left { exit: Exit::OutOfScope, .. } => "out_of_scope",
            Station::Left { exit: Exit::Directed, .. } => "directed",
        }
    }

    /// The word on the screens.
    pub fn label(&self) -> &'static str {
        station_label(self.code())
    }

    /// Whether it has ended.
    pub fn is_end(&self) -> bool {
        ENDS.contains(&self.code())
    }

    /// The same without the words that people wrote.
    pub fn without_words(self) -> Self {
        let none = String::new;
        let at = match self.at {
            Station::HandedOver { .. } => Station::HandedOver { reason: none() },
            Station::FollowUp { .. } => Station::FollowUp { reason: none() },
            Station::Left { exit, .. } => Station::Left { exit, reason: none() },
            other => other,
        };
        Self { at, ..self }
    }

    /// A ticket just opened.
    pub fn received(now: DateTime<Utc>, by: AccountId) -> Self {
        Self { at: Station::Received, since: now, by }
    }

    /// Moves on, or says why that can't be.
    pub fn apply(&self, step: Move, now: DateTime<Utc>, by: AccountId) -> Result<State, Refusal> {
        step.needs()?;
        if !step.from().contains(&self.code()) {
            return Err(self.refuse(&step));
        }
        let at = match step {
            Move::Start | Move::Reopen { .. } | Move::GiveBack { .. } => Station::Tier1,
            Move::HandOver { reason } => Station::HandedOver { reason },
            Move::Take => Station::Tier2 { specialist: by },
            Move::Refer => Station::Referring,
            Move::Watch { reason } => Station::FollowUp { reason },
            Move::Close { result } => Station::Done { result },
            Move::Leave { exit, reason } => Station::Left { exit, reason },
        };
        Ok(State { at, since: now, by })
    }

    fn refuse(&self, step: &Move) -> Refusal {
        if self.is_end() && !matches!(step, Move::Reopen { .. }) {
            return Refusal::conflict(
                "ticket.already_closed",
                format!("この相談票は「{}」で終了しています。続けるには再開してください", self.label()),
            );
        }
        Refusal::conflict(
            "ticket.move_not_allowed",
            format!("「{}」からは「{}」できません。画面を読み直して状態をご確認ください", self.label(), step.label()),
        )
    }
}

/// A step in a ticket's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Begin tier 1 work.
    Start,
    /// Ask tier 2 to take it.
    HandOver {
        /// Why.
        reason: String,
    },
    /// Tier 2 takes it.
    Take,
    /// Back to tier 1.
    GiveBack {
        /// Why.
        reason: String,
    },
    /// A firm or lawyer is being found.
    Refer,
    /// Wait and ask again.
    Watch {
        /// For what.
        reason: String,
    },
    /// 対応完了
    Close {
        /// Result code.
        result: String,
    },
    /// By one of the three exits.
    Leave {
        /// Which.
        exit: Exit,
        /// Where to, or why.
        reason: String,
    },
    /// The clinic called again on the same matter.
    Reopen {
        /// Why.
        reason: String,
    },
}

impl Move {
    /// The code in the API and the timeline.
    pub fn code(&self) -> &'static str {
        match self {
            Move::Start => "start",
            Move::HandOver { .. } => "hand_over",
            Move::Take => "take",
            Move::GiveBack { .. } => "give_back",
            Move::Refer => "refer",
            Move::Watch { .. } => "watch",
            Move::Close { .. } => "close",
            Move::Leave { .. } => "leave",
            Move::Reopen { .. } => "reopen",
        }
    }

    /// The word on the button.
    pub fn label(&self) -> &'static str {
        match self {
            Move::Start => "1次対応を始める",
            Move::HandOver { .. } => "2次対応を依頼する",
            Move::Take => "引き受ける",
            Move::GiveBack { .. } => "1次対応に戻す",
            Move::Refer => "専門事業者を紹介する",
            Move::Watch { .. } => "経過を確認する",
            Move::Close { .. } => "対応を完了する",
            Move::Leave { .. } => "対応を終える",
            Move::Reopen { .. } => "再開する",
        }
    }

    /// The words that go with it: a reason or a result code.
    pub fn words(&self) -> &str {
        match self {
            Move::HandOver { reason }
            | Move::GiveBack { reason }
            | Move::Watch { reason }
            | Move::Leave { reason, .. }
            | Move::Reopen { reason } => reason,
            Move::Close { result } => result,
            Move::Start | Move::Take | Move::Refer => "",
        }
    }

    /// The stations it may leave from (domain section 9).
    fn from(&self) -> &'static [&'static str] {
        match self {
            Move::Start => &["received", "follow_up"],
            Move::HandOver { .. } => &["tier1"],
            Move::Take => &["handed_over", "follow_up"],
            Move::GiveBack { .. } => &["handed_over", "tier2"],
            Move::Refer => &["tier2"],
            Move::Watch { .. } => &["tier1", "tier2", "referring"],
            Move::Close { .. } => &["tier1", "tier2", "referring", "follow_up"],
            Move::Leave { .. } => &["tier1"],
            Move::Reopen { .. } => &ENDS,
        }
    }

    /// A move that needs words has them.
    fn needs(&self) -> Result<(), Refusal> {
        let (field, message) = match self {
            Move::HandOver { .. } => ("reason", "2次対応を依頼する理由を入力してください"),
            Move::GiveBack { .. } => ("reason", "1次対応に戻す理由を入力してください"),
            Move::Watch { .. } => ("reason", "何を確認するかを入力してください"),
            Move::Close { .. } => ("result", "結果を選んでください"),
            Move::Leave { .. } => ("reason", "案内先または理由を入力してください"),
            Move::Reopen { .. } => ("reason", "再開する理由を入力してください"),
            Move::Start | Move::Take | Move::Refer => return Ok(()),
        };
        if self.words().trim().is_empty() {
            return Err(Refusal::field(field, "move.words_missing", message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(code: &str) -> State {
        let by = AccountId(uuid::Uuid::nil());
        let text = String::from("x");
        let station = match code {
            "received" => Station::Received,
            "tier1" => Station::Tier1,
            "handed_over" => Station::HandedOver { reason: text },
            "tier2" => Station::Tier2 { specialist: by },
            "referring" => Station::Referring,
            "follow_up" => Station::FollowUp { reason: text },
            "done" => Station::Done { result: text },
            "not_eligible" => Station::Left { exit: Exit::NotEligible, reason: text },
            "out_of_scope" => Station::Left { exit: Exit::OutOfScope, reason: text },
            _ => Station::Left { exit: Exit::Directed, reason: text },
        };
        State { at: station, since: DateTime::from_timestamp(1_790_000_000, 0).expect("a time"), by }
    }

    fn moves() -> Vec<Move> {
        let x = || String::from("x");
        vec![
            Move::Start,
            Move::HandOver { reason: x() },
            Move::Take,
            Move::GiveBack { reason: x() },
            Move::Refer,
            Move::Watch { reason: x() },
            Move::Close { result: x() },
            Move::Leave { exit: Exit::OutOfScope, reason: x() },
            Move::Reopen { reason: x() },
        ]
    }

    /// Domain section 9, line by line: from → everything it may become.
    #[test]
    fn the_table_of_moves_is_the_domains() {
        let expected: [(&str, &[&str]); 10] = [
            ("received", &["tier1"]),
            ("tier1", &["handed_over", "follow_up", "done", "out_of_scope"]),
            ("handed_over", &["tier2", "tier1"]),
            ("tier2", &["tier1", "referring", "follow_up", "done"]),
            ("referring", &["follow_up", "done"]),
            ("follow_up", &["tier1", "tier2", "done"]),
            ("done", &["tier1"]),
            ("not_eligible", &["tier1"]),
            ("out_of_scope", &["tier1"]),
            ("directed", &["tier1"]),
        ];
        for (from, to) in expected {
            let state = at(from);
            let reached: Vec<_> = moves()
                .into_iter()
                .filter_map(|m| state.apply(m, state.since, state.by).ok())
                .map(|s| s.code())
                .collect();
            assert_eq!(reached, to, "from {from}");
        }
    }

    #[test]
    fn a_move_without_its_words_is_refused_beside_the_field() {
        let state = at("tier1");
        let refusal = state.apply(Move::Close { result: " ".into() }, state.since, state.by).expect_err("refused");
        assert_eq!(refusal.fields[0].name, "result");
    }

    #[test]
    fn a_closed_ticket_says_that_it_is_closed() {
        let state = at("done");
        let refusal = state.apply(Move::Start, state.since, state.by).expect_err("refused");
        assert_eq!(refusal.code, "ticket.already_closed");
    }

    #[test]
    fn a_state_survives_being_stored() {
        for (code, _) in STATIONS {
            let state = at(code);
            let text = serde_json::to_string(&state).expect("json");
            assert_eq!(serde_json::from_str::<State>(&text).expect("state"), state);
            assert_eq!(state.code(), code);
        }
    }
}
