//! LATER. What runs beside the desk: one file a job, all over one runner. Each says what it does in a run and how long
//! it rests; whose work it is, what its words are and how long it waits after a fault stands in `domain::jobs`.

mod draw_reports;
mod erase_expired;
mod fold_anew;
mod forget_old;
mod hand_out_head;
mod keep_index;
mod note_journal;
mod recheck_callers;
mod runner;
mod seal_audit;

use std::sync::Arc;
use std::time::Duration;

pub use draw_reports::DrawReports;
pub use erase_expired::EraseExpired;
pub use fold_anew::FoldAnew;
pub use forget_old::ForgetOld;
pub use hand_out_head::HandOutHead;
pub use keep_index::KeepIndex;
pub use note_journal::NoteJournal;
pub use recheck_callers::RecheckCallers;
pub use runner::{Runner, Work};
pub use seal_audit::SealAudit;

use crate::gateway::clock::Clock;
use crate::usecase::Services;
use crate::usecase::audit::journals::Kept;

/// What the jobs need to know of the server they run on.
pub struct Server {
    /// Its host's name and where it listens.
    pub place: String,
    /// How often the directory is looked at.
    pub index_every: Duration,
    /// The file in which readings wait.
    pub journal: Kept,
}

/// Starts every job; they run until the server ends.
pub fn start(services: &Services, clock: &Arc<dyn Clock>, server: Server) {
    let runner = || Runner::new(services.clone(), Arc::clone(clock), server.place.clone());
    tokio::spawn(runner().for_ever(SealAudit));
    tokio::spawn(runner().for_ever(HandOutHead::default()));
    tokio::spawn(runner().for_ever(NoteJournal(server.journal)));
    tokio::spawn(runner().for_ever(KeepIndex(server.index_every)));
    tokio::spawn(runner().for_ever(RecheckCallers));
    tokio::spawn(runner().for_ever(ForgetOld));
    tokio::spawn(runner().for_ever(EraseExpired));
    tokio::spawn(runner().for_ever(DrawReports));
    tokio::spawn(runner().for_ever(FoldAnew::default()));
}
