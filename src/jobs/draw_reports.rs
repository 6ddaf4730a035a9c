//! Draws the reports of what is over.

use std::time::Duration;

use tracing::info;

use super::{Work, runner};
use crate::domain::jobs::Job;
use crate::gateway::clock::Clock;
use crate::usecase::{Error, Services, reports};

/// Draws the reports of the month, quarter and year that are over, unless they stand.
pub struct DrawReports;

impl Work for DrawReports {
    const JOB: Job = Job::DrawReports;

    fn pause(&self) -> Duration {
        Duration::from_secs(600)
    }

    async fn run(&mut self, services: &Services, clock: &dyn Clock) -> Result<(), Error> {
        for period in reports::draw::due(services, &runner::acts(clock)).await? {
            info!(report.period = %period, "The report of {period} is drawn");
        }
        Ok(())
    }
}
