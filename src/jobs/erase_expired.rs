//! Erases at night what is kept no longer.

use std::time::Duration;

use tracing::info;

use super::Work;
use crate::domain::jobs::Job;
use crate::gateway::clock::Clock;
use crate::usecase::{Error, Services, retention};

/// The desk's turn between two pieces of the night's work.
const BETWEEN: Duration = Duration::from_millis(100);

/// Looks whether it's night, and erases then what is kept no longer. The night's lease stands in the step: a run at the
/// console takes it too.
pub struct EraseExpired;

impl Work for EraseExpired {
    const JOB: Job = Job::EraseExpired;

    fn pause(&self) -> Duration {
        Duration::from_secs(300)
    }

    async fn run(&mut self, services: &Services, clock: &dyn Clock) -> Result<(), Error> {
        if let Some(ran) = retention::tonight(services, clock, BETWEEN).await? {
            let gone: u64 = ran.counts.iter().map(|count| count.gone).sum();
            info!(retention.gone = gone, retention.through = ran.through, "Retention: {gone} things were erased");
        }
        Ok(())
    }
}
