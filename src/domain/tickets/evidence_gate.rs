//! The gate before remote support, and again before anything is cleaned: what a forensic firm would need may be lost by
//! it, and a machine that was cut off would be put back online (domain section 4; peers, "evidence gate").

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::remote::Remote;
use crate::domain::id::{AccountId, EvidenceCheckId, TicketId};
use crate::domain::refusal::Refusal;

/// What is heard to one of the questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// はい
    Yes,
    /// いいえ
    No,
    /// わからない
    Unknown,
}

impl Heard {
    /// All, in the order of the screens.
    pub const ALL: [Self; 3] = [Self::No, Self::Yes, Self::Unknown];

    /// The code in forms and in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// In the words of the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Yes => "はい",
            Self::No => "いいえ",
            Self::Unknown => "わからない",
        }
    }

    /// The answer of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|heard| heard.code() == code)
    }
}

/// Before what the questions are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Connecting to the caller's machine.
    Connect,
    /// Removing something from it.
    Clean,
}

impl Purpose {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Connect, Self::Clean];

    /// The code in forms and in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Clean => "clean",
        }
    }

    /// In the words of the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Connect => "リモート支援の前",
            Self::Clean => "駆除・削除の前",
        }
    }

    /// The purpose of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// The three questions, in the order in which they are asked: code, and what is asked.
pub const QUESTIONS: [(&str, &str); 3] = [
    ("server", "サーバーや患者さんの情報が関係していますか"),
    ("locked", "脅迫文の表示や、開けなくなったファイルがありますか"),
    ("cut_off", "その端末を、ネットワークから切り離していますか"),
];

/// What was heard to the three questions, and why one goes on all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceCheck {
    /// Its id.
    pub id: EvidenceCheckId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Before what.
    pub purpose: Purpose,
    /// A server or patients' data are involved.
    pub server: Heard,
    /// There is a ransom note, or files are locked.
    pub locked: Heard,
    /// The machine is cut off.
    pub cut_off: Heard,
    /// Why one goes on although not all of it was denied; empty: nobody does.
    pub reason: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// By whom.
    pub asked_by: AccountId,
}

/// What the answers lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// All was denied.
    Open,
    /// Tier 2 is asked first; whoever goes on says why.
    Tier2First,
    /// Connecting would put a machine back online: a specialist's, with a reason.
    SpecialistOnly,
}

impl EvidenceCheck {
    /// What the answers lead to. `told_to_cut_off`: the desk advised it on a call, whatever is heard now.
    pub fn course(&self, told_to_cut_off: bool) -> Course {
        let apart = told_to_cut_off || self.cut_off == Heard::Yes;
        if self.purpose == Purpose::Connect && apart {
            return Course::SpecialistOnly;
        }
        match [self.server, self.locked, self.cut_off].iter().all(|heard| *heard == Heard::No) {
            true => Course::Open,
            false => Course::Tier2First,
        }
    }
}

/// Since when the questions before a connection are to be asked anew: since the last session that was connected to its
/// end. One that never came about, or broke off, goes on by what was heard before it.
pub fn asked_anew_since(sessions: &[Remote]) -> Option<DateTime<Utc>> {
    let settled = sessions.iter().filter(|session| !session.ended_as.is_some_and(|ended| ended.is_gone_on_with()));
    settled.filter_map(|session| session.ended_at).max()
}

/// Refuses to connect or to clean what the questions don't allow. `since`: what was asked before doesn't count.
///
/// # Errors
/// A conflict that says what to do.
pub fn may_go_on(
    checks: &[EvidenceCheck],
    purpose: Purpose,
    since: Option<DateTime<Utc>>,
    told_to_cut_off: bool,
    is_specialist: bool,
) -> Result<(), Refusal> {
    let counts = |check: &&EvidenceCheck| check.purpose == purpose && since.is_none_or(|since| check.asked_at >= since);
    let mut asked: Vec<_> = checks.iter().filter(counts).collect();
    asked.sort_by_key(|check| (check.asked_at, check.id));
    let Some((check, before)) = asked.split_last() else {
        return Err(Refusal::conflict("evidence.not_asked", not_asked(purpose)));
    };
    let said_why = !check.reason.is_empty();
    // A yes isn't undone by pressing no: what has become known since is said.
    let denied_anew = before.iter().any(|check| check.course(told_to_cut_off) != Course::Open);
    match check.course(told_to_cut_off) {
        Course::Open if denied_anew && !said_why && !is_specialist => Err(Refusal::conflict(
            "evidence.changed",
            "前の答え（「はい」「わからない」）から変わっています。何がわかって変わったのかを理由に書いて、確認を記録し直してください",
        )),
        Course::Open => Ok(()),
        Course::Tier2First if said_why || is_specialist => Ok(()),
        Course::SpecialistOnly if said_why && is_specialist => Ok(()),
        Course::Tier2First => Err(Refusal::conflict(
            "evidence.tier2_first",
            "「はい」または「わからない」があります。先に2次対応を依頼してください（依頼済みのときは、担当者にお任せください）。それでも進めるときは、理由を添えて確認を記録し直してください",
        )),
        Course::SpecialistOnly if is_specialist => Err(Refusal::conflict(
            "evidence.reason",
            "切り離した端末をつなぎ直すことになります。つなぐ理由を添えて、確認を記録し直してください",
        )),
        Course::SpecialistOnly => Err(Refusal::conflict(
            "evidence.specialist_only",
            "端末を切り離すようご案内しています。つなぎ直すことになるため、リモート支援は2次対応の担当者だけが始められます。まだ2次対応を依頼していないときは、依頼してください",
        )),
    }
}

/// Those of some checks that somebody did go on by: connected, or removed something, with none asked in between.
pub fn gone_on_by(checks: Vec<EvidenceCheck>, sessions: &[Remote]) -> Vec<EvidenceCheck> {
    let done_at = |check: &EvidenceCheck, session: &Remote| match check.purpose {
        Purpose::Connect => Some(session.started_at),
        Purpose::Clean => session.ended_at.filter(|_| !session.removed.is_empty()),
    };
    let used = |check: &EvidenceCheck| {
        let alike = |other: &&EvidenceCheck| other.ticket_id == check.ticket_id && other.purpose == check.purpose;
        let next = checks.iter().filter(alike).map(|other| other.asked_at).filter(|at| *at > check.asked_at).min();
        sessions
            .iter()
            .filter(|session| session.ticket_id == check.ticket_id)
            .filter_map(|session| done_at(check, session))
            .any(|at| at >= check.asked_at && next.is_none_or(|next| at < next))
    };
    let used: Vec<bool> = checks.iter().map(used).collect();
    checks.into_iter().zip(used).filter(|(_, used)| *used).map(|(check, _)| check).collect()
}

fn not_asked(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Connect => "リモート支援を始める前に、証拠保全の3つの確認を記録してください",
        Purpose::Clean => {
            "駆除・削除の前に、すぐ上の「駆除・削除の前の確認」で3つの答えを記録してください。ここに入力した内容は残ります"
        }
    }
}

#[cfg(test)]
#[path = "evidence_gate_tests.rs"]
mod tests;
