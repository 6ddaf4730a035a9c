//! What goes over the wire: the API's own shapes, whatever the steps and the rules call things inside. Times are RFC 3339
//! in UTC; codes are those of `config/scheme/lists.toml` and of the rules.

mod calls;
pub mod codes;
mod incidents;
mod look_up;
mod reports;
mod tickets;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use calls::{CallLog, CallPage, CallSummary, Ended, WrapUp};
pub use incidents::{ClockOut, FactsIn, IncidentOut, IndicatorIn, IndicatorOut, ReferralList, ReferralOut, StepIn};
pub use look_up::{ItemsOut, LookUpIn, LookUpOut};
pub use reports::PublishedReport;
pub use tickets::{
    ChangeIn, Done, EntryOut, NewEntry, TicketChange, TicketOut, TicketPage, TicketSummary, TransitionIn,
};

/// Who the token is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// What the token is for.
    pub name: String,
    /// Its role.
    pub role: String,
    /// The actions it may use.
    pub actions: Vec<&'static str>,
    /// The fields it sees.
    pub fields: Vec<&'static str>,
}

/// Words to search for.
#[derive(Debug, Deserialize, ToSchema)]
pub struct SearchIn {
    /// Words; what is found holds all of them.
    pub q: String,
    /// What is older than this: `older` of the page before.
    pub before: Option<i64>,
}

/// An error.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorOut {
    /// The error itself.
    pub error: ErrorBody,
}

/// An error's parts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// A stable code.
    pub code: String,
    /// What happened and what to do, in Japanese.
    pub message: String,
    /// The fields concerned. With 409 `ticket.stale` two of the name `version`: `version.sent` and `version.stands`, each
    /// with the number as its message.
    pub fields: Vec<FieldOut>,
    /// Names the request in the log.
    pub request_id: uuid::Uuid,
}

/// A field that can't be taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldOut {
    /// Its name.
    pub name: String,
    /// A stable code.
    pub code: String,
    /// What to do, in Japanese.
    pub message: String,
}
