//! Hands the audit's head out, once a day: into the log, where somebody else keeps it.

use std::time::Duration;

use chrono::NaiveDate;
use tracing::info;

use super::Work;
use crate::domain::jobs::Job;
use crate::domain::time::tokyo_day;
use crate::gateway::clock::Clock;
use crate::usecase::{Error, Services, audit};

/// Hands the audit's head out, once each Tokyo day and at every start.
#[derive(Default)]
pub struct HandOutHead {
    done_on: Option<NaiveDate>,
}

impl Work for HandOutHead {
    const JOB: Job = Job::HandOutHead;

    fn pause(&self) -> Duration {
        Duration::from_secs(60)
    }

    async fn run(&mut self, services: &Services, clock: &dyn Clock) -> Result<(), Error> {
        let today = tokyo_day(clock.now());
        if self.done_on != Some(today) {
            let (head, _) = audit::head(services).await?;
            self.done_on = Some(today);
            info!(audit.head = %head, "The audit's head today is {head}");
        }
        Ok(())
    }
}
