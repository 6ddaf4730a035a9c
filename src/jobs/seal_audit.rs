//! Ties the audit's entries into its chain.

use std::time::Duration;

use super::Work;
use crate::domain::jobs::Job;
use crate::gateway::clock::Clock;
use crate::usecase::{Error, Services, audit};

/// Ties the audit's entries into its chain; whichever server is first, the chain's lock lets one at a time.
pub struct SealAudit;

impl Work for SealAudit {
    const JOB: Job = Job::SealAudit;

    fn pause(&self) -> Duration {
        Duration::from_millis(700)
    }

    async fn run(&mut self, services: &Services, _: &dyn Clock) -> Result<(), Error> {
        audit::seal(services).await.map(drop)
    }
}
