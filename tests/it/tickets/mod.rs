//! A ticket and what hangs on it.

mod callback;
mod drafts;
mod escalation;
mod link;
mod random;
mod remote;
mod settling;
mod timeline;
mod together;
mod transition;
