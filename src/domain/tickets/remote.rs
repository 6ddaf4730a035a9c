//! Remote support: somebody of the desk works on the caller's screen, with consent.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::id::{AccountId, RemoteId, TicketId};
use crate::domain::refusal::Refusal;

/// A remote support session (domain section 4: consent, tool, session, start, end, done, found, outcome).
#[derive(Debug, Clone)]
pub struct Remote {
    /// Its id.
    pub id: RemoteId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Who consented.
    pub consent_by: String,
    /// When.
    pub consent_at: DateTime<Utc>,
    /// What was read out to them, by its day; none of sessions begun before it was kept.
    pub consent_version: Option<NaiveDate>,
    /// On which machine, and what for.
    pub scope: String,
    /// With which tool.
    pub tool: String,
    /// The session's code.
    pub session_code: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// What was run and done.
    pub done: String,
    /// What was removed; only after the questions before cleaning.
    pub removed: String,
    /// What was found.
    pub found: String,
    /// How it ended; none while it runs, and of sessions that ended before it was kept.
    pub ended_as: Option<RemoteOutcome>,
    /// What else is to be said of its end.
    pub outcome: Option<String>,
    /// Who worked.
    pub operator_id: AccountId,
}

/// How a remote session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteOutcome {
    /// 解決
    Solved,
    /// 一部解決
    Partly,
    /// 未解決
    Unsolved,
    /// 異常なし
    Clean,
    /// 接続できず
    NotConnected,
    /// 途中で切断
    BrokenOff,
}

impl RemoteOutcome {
    /// All, in the order of the screens.
    pub const ALL: [Self; 6] =
        [Self::Solved, Self::Partly, Self::Unsolved, Self::Clean, Self::NotConnected, Self::BrokenOff];

    /// The code in forms and in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::Partly => "partly",
            Self::Unsolved => "unsolved",
            Self::Clean => "clean",
            Self::NotConnected => "not_connected",
            Self::BrokenOff => "broken_off",
        }
    }

    /// In the words of the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Solved => "解決",
            Self::Partly => "一部解決",
            Self::Unsolved => "未解決",
            Self::Clean => "異常なし",
            Self::NotConnected => "接続できず",
            Self::BrokenOff => "途中で切断",
        }
    }

    /// The outcome of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// Whether it is gone on with by connecting again.
    pub fn is_gone_on_with(self) -> bool {
        matches!(self, Self::NotConnected | Self::BrokenOff)
    }
}

impl Remote {
    /// How it ended, in words: by its code, or as somebody once wrote it.
    pub fn ended(&self) -> &str {
        self.ended_as.map_or_else(|| self.outcome.as_deref().unwrap_or_default(), |ended| ended.label())
    }

    /// Which session of a ticket connects again what didn't come about or broke off.
    pub fn connects_again(sessions: &[Self], at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| sessions.get(before));
        before.and_then(|session| session.ended_as).is_some_and(RemoteOutcome::is_gone_on_with)
    }
}

/// The session in which somebody works on the caller's screen now.
pub fn running(sessions: &[Remote]) -> Option<&Remote> {
    sessions.iter().find(|session| session.ended_at.is_none())
}

/// Refuses to begin a session while another runs: one screen, one pair of hands.
///
/// # Errors
/// A conflict.
pub fn may_begin(sessions: &[Remote]) -> Result<(), Refusal> {
    match running(sessions) {
        None => Ok(()),
        Some(_) => Err(Refusal::conflict(
            "remote.running",
            "リモート支援を実施中です。「リモート支援を終える」で結果を記録してから、次の支援を始めてください",
        )),
    }
}

/// Refuses to end a ticket, or to give it back, over a session that runs.
///
/// # Errors
/// A conflict.
pub fn none_is_left(sessions: &[Remote]) -> Result<(), Refusal> {
    match running(sessions) {
        None => Ok(()),
        Some(_) => Err(Refusal::conflict(
            "remote.running",
            "リモート支援が終わっていません。相談票の「リモート支援を終える」で結果を記録してから、もう一度操作してください",
        )),
    }
}

#[cfg(test)]
impl Remote {
    /// A session that runs, for the tests of rules.
    pub(in crate::domain) fn sample(id: RemoteId, started_at: DateTime<Utc>) -> Self {
        Self {
            id,
            ticket_id: TicketId(uuid::Uuid::nil()),
            consent_by: "院長".into(),
            consent_at: started_at,
            consent_version: None,
            scope: String::new(),
            tool: String::new(),
            session_code: String::new(),
            started_at,
            ended_at: None,
            done: String::new(),
            removed: String::new(),
            found: String::new(),
            ended_as: None,
            outcome: None,
            operator_id: AccountId(uuid::Uuid::nil()),
        }
    }
}
