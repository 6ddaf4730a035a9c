//! Tickets: one matter of one facility, from first advice to its end.

pub mod callback;
pub mod draft;
pub mod entry;
pub mod entry_kind;
pub mod escalation;
pub mod event;
mod event_kind;
mod event_words;
pub mod evidence_gate;
pub mod hold;
pub mod line;
pub mod merge;
pub mod number;
pub mod queue;
pub mod remote;
pub mod replay;
pub mod state;
pub mod take_back;
pub mod task;
pub mod ticket;
pub mod transition;

pub use entry::{Entry, Place};
pub use entry_kind::EntryKind;
pub use event::Event;
pub use number::TicketNo;
pub use state::{State, StatusKind};
pub use ticket::Ticket;
pub use transition::{Transition, TransitionKind};
