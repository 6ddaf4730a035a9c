//! Serves the newest directory.

use std::time::Duration;

use tracing::info;

use super::{RecheckCallers, Work};
use crate::domain::jobs::Job;
use crate::gateway::clock::Clock;
use crate::usecase::{Error, Services, members};

/// Looks for a newer directory, and serves it once it's built; how often is for the settings to say. Callers who were
/// taken provisionally are looked at again with it at once.
pub struct KeepIndex(pub Duration);

impl Work for KeepIndex {
    const JOB: Job = Job::KeepIndex;

    fn pause(&self) -> Duration {
        self.0
    }

    async fn run(&mut self, services: &Services, clock: &dyn Clock) -> Result<(), Error> {
        if members::refresh(services).await? {
            let version = services.index.get().map_or(0, |index| index.version());
            info!(directory.version = version, "Serving directory version {version}");
            RecheckCallers.run(services, clock).await?;
        }
        Ok(())
    }
}
