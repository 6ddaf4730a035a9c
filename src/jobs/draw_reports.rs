//! Draws the report of the month that is over.

use std::time::Duration;

use tracing::info;

use super::{Work, runner};
use crate::domain::jobs::Job;
use crate::gateway::clock::Clock;
use crate::usecase::{Error, Services, reports};

/// Draws the report of the month that is over, unless it stands.
pub struct DrawReports;

impl Work for DrawReports {
    const JOB: Job = Job::DrawReports;

    fn pause(&self) -> Duration {
        Duration::from_secs(600)
    }

    async fn run(&mut self, services: &Services, clock: &dyn Clock) -> Result<(), Error> {
        if let Some(period) = reports::draw(services, &runner::acts(clock)).await? {
            info!(report.period = %period, "The report of {period} is drawn");
        }
        Ok(())
    }
}
