//! Looks again at callers who were taken provisionally, with the directory that is served.

use std::time::Duration;

use tracing::info;

use super::{Work, runner};
use crate::domain::jobs::Job;
use crate::gateway::clock::Clock;
use crate::usecase::verification::recheck::{self, Looked};
use crate::usecase::{Error, Services};

/// Looks again at callers who were taken provisionally.
pub struct RecheckCallers;

impl Work for RecheckCallers {
    const JOB: Job = Job::RecheckCallers;

    fn pause(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run(&mut self, services: &Services, clock: &dyn Clock) -> Result<(), Error> {
        let looked = recheck::look_again(services, &runner::acts(clock)).await?;
        if looked != Looked::default() {
            let Looked { confirmed, raised } = looked;
            info!(confirmed, raised, "Looked again at who is to be confirmed");
        }
        Ok(())
    }
}
