//! Notes that the file in which readings wait is there.

use std::time::Duration;

use super::{Work, runner};
use crate::domain::jobs::Job;
use crate::gateway::clock::Clock;
use crate::usecase::audit::journals::{self, Kept};
use crate::usecase::{Error, Services};

/// Notes that the file in which readings wait is there.
pub struct NoteJournal(pub Kept);

impl Work for NoteJournal {
    const JOB: Job = Job::NoteJournal;

    fn pause(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run(&mut self, services: &Services, clock: &dyn Clock) -> Result<(), Error> {
        journals::seen(&services.store, &runner::acts(clock), &self.0).await
    }
}
