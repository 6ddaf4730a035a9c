//! Calls: one conversation each, with or without a ticket.

pub mod conversation;
pub mod disposition;
pub mod intake;
pub mod lacking;
pub mod question;
pub mod said_cards;
pub mod said_time;
pub mod sheet;
pub mod wrap_up;

use crate::domain::desks::DeskCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::id::{AccountId, CallId, CallbackId};
use super::refusal::Refusal;
use super::search::{Found, SearchText};

pub use disposition::Disposition;
pub use lacking::Lacking;

/// Who rang whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// 入電
    Inbound,
    /// 架電
    Outbound,
}

impl Direction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Inbound, Self::Outbound];

    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Direction::Inbound => "入電",
            Direction::Outbound => "架電",
        }
    }

    /// What the other side's number is called.
    pub fn other_side(self) -> &'static str {
        match self {
            Direction::Inbound => "電話番号",
            Direction::Outbound => "架電先",
        }
    }

    /// The direction of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.code() == code)
    }
}

/// The caller's standing (domain section 3): who may call, and others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 会員ご本人
    Member,
    /// 職員
    Staff,
    /// 都道府県医師会
    PrefAssociation,
    /// 郡市区等医師会
    DistrictAssociation,
    /// その他: vendors, contractors, insurers, police, press, patients.
    Other,
}

impl Standing {
    /// The five, in the order of their keys 1–5.
    pub const ALL: [Standing; 5] =
        [Self::Member, Self::Staff, Self::PrefAssociation, Self::DistrictAssociation, Self::Other];

    /// The code in the database and the forms.
    pub fn code(self) -> &'static str {
        match self {
            Standing::Member => "member",
            Standing::Staff => "staff",
            Standing::PrefAssociation => "pref_association",
            Standing::DistrictAssociation => "district_association",
            Standing::Other => "other",
        }
    }

    /// The word on the screens.
    pub fn label(self) -> &'static str {
        match self {
            Standing::Member => "会員ご本人",
            Standing::Staff => "職員",
            Standing::PrefAssociation => "都道府県医師会",
            Standing::DistrictAssociation => "郡市区等医師会",
            Standing::Other => "その他",
        }
    }

    /// The standing of a code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallState {
    /// Being talked or typed.
    Open,
    /// Ended, with a disposition.
    Ended,
    /// Nobody answered.
    Missed,
}

impl CallState {
    /// The code in the database.
    pub fn code(self) -> &'static str {
        match self {
            CallState::Open => "open",
            CallState::Ended => "ended",
            CallState::Missed => "missed",
        }
    }

    /// The state of a code; an unknown one counts as ended, so that nothing more is written to it.
    pub fn parse(code: &str) -> Self {
        match code {
            "open" => CallState::Open,
            "missed" => CallState::Missed,
            _ => CallState::Ended,
        }
    }
}

/// A call that arrived outside the hours of its line was taken for a reason, which is written down (domain section 2).
///
/// # Errors
/// A fault beside `out_of_hours_reason`.
pub fn reason_out_of_hours(out_of_hours: bool, reason: &str) -> Result<(), Refusal> {
    match out_of_hours && reason.trim().is_empty() {
        true => Err(Refusal::field(
            "out_of_hours_reason",
            "call.out_of_hours_reason",
            "受付時間外の入電です。対応した理由を入力してください",
        )),
        false => Ok(()),
    }
}

/// What was recorded of one clinic's matter in a conversation. Mostly that is the whole conversation; where somebody
/// rings for several clinics, each has a record of its own, with its own sheet, verification and result.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its id.
    pub id: CallId,
    /// The first record of the conversation, where this is a later one.
    pub part_of: Option<CallId>,
    /// Which of the conversation it is, from 1.
    pub part: i64,
    /// The promised call-back that it was made for.
    pub keeps: Option<CallbackId>,
    /// Who rang whom.
    pub direction: Direction,
    /// The desk.
    pub desk: DeskCode,
    /// Open, ended or missed.
    pub state: CallState,
    /// The other side's number as shown.
    pub number: String,
    /// The key of the line ([`Telephone::key`]).
    pub number_key: String,
    /// When it arrived.
    pub arrived_at: DateTime<Utc>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who took it.
    pub operator_id: AccountId,
    /// Who called.
    pub caller_name: String,
    /// The caller's standing.
    pub standing: Option<Standing>,
    /// Where to call back.
    pub callback_number: String,
    /// How it ended.
    pub disposition: Option<Disposition>,
    /// A complaint: calls the supervisor.
    pub complaint: bool,
    /// It arrived outside the hours of service (domain section 2).
    pub out_of_hours: bool,
    /// Why it was taken all the same.
    pub out_of_hours_reason: String,
    /// What its record lacked when it was ended all the same.
    pub lacking: Vec<Lacking>,
    /// When a supervisor reviewed that.
    pub reviewed_at: Option<DateTime<Utc>>,
    /// The Tokyo day it arrived.
    pub arrived_on: NaiveDate,
    /// The day its period had ended and what is personal in it was erased.
    pub erased_on: Option<NaiveDate>,
}

/// A call as its ticket shows it.
#[derive(Debug, Clone)]
pub struct CallLine {
    /// Its id.
    pub id: CallId,
    /// When it arrived.
    pub arrived_at: DateTime<Utc>,
    /// The other side's number.
    pub number: String,
    /// Where to call back, if that is another one.
    pub callback_number: String,
    /// Who called.
    pub caller_name: String,
    /// The caller's standing.
    pub standing: Option<Standing>,
}

impl CallLine {
    /// Where they are reached.
    pub fn reached_at(&self) -> &str {
        if self.callback_number.is_empty() { &self.number } else { &self.callback_number }
    }

    /// Takes out what is personal.
    pub fn forget(&mut self) {
        self.number.clear();
        self.callback_number.clear();
        self.caller_name.clear();
        self.standing = None;
    }
}

impl Call {
    /// The number from which they rang, where that can be dialled; else empty.
    pub fn number_to_dial(&self) -> &str {
        if self.number_key.is_empty() { "" } else { &self.number }
    }

    /// Refuses when the call has ended: an ended call's sheet is closed.
    pub fn must_be_open(&self) -> Result<(), Refusal> {
        match self.state {
            CallState::Open => Ok(()),
            _ => Err(Refusal::conflict(
                "call.already_ended",
                "この通話は終了しています。追記は相談票の対応履歴に入力してください",
            )),
        }
    }
}

impl Found for Call {
    fn found_by(&self, text: &mut SearchText) {
        text.add_phone(&self.number);
        text.add(self.disposition.map_or("", Disposition::label));
    }
}
