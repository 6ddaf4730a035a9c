//! A call-back that was promised.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::codes::codes;
use crate::domain::id::{AccountId, CallId, CallbackId, TicketId};
use crate::domain::refusal::Refusal;
use crate::domain::time::tokyo_time;

/// A promised call-back.
#[derive(Debug, Clone)]
pub struct Callback {
    /// Its id.
    pub id: CallbackId,
    /// The ticket it hangs on, if any.
    pub ticket_id: Option<TicketId>,
    /// The call it was made on.
    pub call_id: CallId,
    /// By when.
    pub due_at: DateTime<Utc>,
    /// Who is called back.
    pub who: String,
    /// At which number.
    pub number: String,
    /// About what.
    pub note: String,
    /// Who promised.
    pub made_by: AccountId,
    /// Who took it since.
    pub taken_by: Option<AccountId>,
    /// When it was kept, or wasn't needed any more.
    pub kept_at: Option<DateTime<Utc>>,
    /// How often somebody tried in vain.
    pub tries: i64,
    /// When somebody tried in vain last, and why it was.
    pub tried: Option<(DateTime<Utc>, InVain)>,
}

impl Callback {
    /// Who rings: whoever took it last, else whoever promised.
    pub fn rings(&self) -> AccountId {
        self.taken_by.unwrap_or(self.made_by)
    }
}

codes! {
    /// What becomes of promised call-backs when their ticket ends.
    Settled {
        /// The clinic is called back all the same.
        Wanted = "wanted", "まだ必要（折返しの予定に残す）",
        /// It was called back.
        Made = "made", "折返し済み",
        /// Nobody waits for it any more.
        NotNeeded = "not_needed", "不要になった",
    }
}

/// What becomes of the promises of a ticket that ends; `None` where there are none.
///
/// # Errors
/// A fault beside `promises`: of a promise somebody must say what becomes, or it stays due for ever.
pub fn settled(promises: &[Callback], said: &str) -> Result<Option<Settled>, Refusal> {
    let Some(first) = promises.first() else { return Ok(None) };
    let due = tokyo_time(first.due_at).format("%-m月%-d日 %H:%M");
    let words = format!(
        "折返しのお約束が{}件残っています（{due} {}）。まだ必要か、折返し済みか、不要になったかを選んでください",
        promises.len(),
        first.who
    );
    Settled::parse(said).map(Some).ok_or_else(|| Refusal::field("promises", "callback.open", words))
}

/// Why nobody was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InVain {
    /// Busy.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// The clinic was closed.
    Closed,
}

impl InVain {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::NoAnswer, Self::Busy, Self::Closed];

    /// The code in the database and the form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Closed => "closed",
        }
    }

    /// The words on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Busy => "話し中",
            Self::NoAnswer => "応答なし",
            Self::Closed => "診療時間外・休診",
        }
    }

    /// Of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}
