//! Writes anew what an older version folded otherwise.

use std::time::Duration;

use super::Work;
use crate::domain::jobs::Job;
use crate::gateway::clock::Clock;
use crate::usecase::jobs::foldings;
use crate::usecase::{Error, Services};

/// After an update: words, telephone numbers and marks by the folding of this version.
#[derive(Default)]
pub struct FoldAnew {
    more: bool,
}

impl Work for FoldAnew {
    const JOB: Job = Job::FoldAnew;

    fn pause(&self) -> Duration {
        Duration::from_secs(if self.more { 1 } else { 3_600 })
    }

    async fn run(&mut self, services: &Services, _: &dyn Clock) -> Result<(), Error> {
        self.more = foldings::go_on(services).await?;
        Ok(())
    }
}
