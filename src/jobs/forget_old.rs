//! Removes what no longer counts: for ever, so only by a clock that is believed.

use std::time::Duration;

use super::{Work, runner};
use crate::domain::jobs::Job;
use crate::gateway::clock::Clock;
use crate::usecase::accounts::{delays, passkeys};
use crate::usecase::desks::handover;
use crate::usecase::tickets::{draft, together};
use crate::usecase::verification::look_up;
use crate::usecase::{Error, Services, jobs, retention};

/// Removes failures of sign-ins, tries of numbers, passkeys of ended accounts, servers that are no more, old hand-overs, who
/// had tickets open, and drafts nobody went on with.
pub struct ForgetOld;

impl Work for ForgetOld {
    const JOB: Job = Job::ForgetOld;

    fn pause(&self) -> Duration {
        Duration::from_secs(3_600)
    }

    async fn run(&mut self, services: &Services, clock: &dyn Clock) -> Result<(), Error> {
        // That the clock is doubted is noted, and told to those who can have it looked at.
        if retention::doubted(services, clock).await?.is_some() {
            return Ok(());
        }
        let ctx = runner::acts(clock);
        // One that fails doesn't keep the others from being done.
        let done = [
            delays::forget_old(services, ctx.now).await,
            look_up::forget_old(services, ctx.now).await,
            passkeys::forget_old(services, &ctx).await,
            jobs::forget_old(services, ctx.now).await,
            handover::forget_old(services, ctx.now).await,
            together::forget_old(services, ctx.now).await,
            draft::forget_old(services, ctx.now).await,
        ];
        done.into_iter().collect::<Result<Vec<_>, _>>().map(drop)
    }
}
