//! Runs one job again and again: takes it where one server does it for all, bears its faults and panics, waits longer
//! after each, and keeps what became of it.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt;
use tracing::{error, warn};
use uuid::Uuid;

use crate::domain::access::actor::Actor;
use crate::domain::ctx::Ctx;
use crate::domain::jobs::{Fault, Job, Run, Whose, wait};
use crate::gateway::clock::Clock;
use crate::usecase::{Error, Services, jobs};

/// How often it is looked whether a job that one server does for all is due.
const LOOK: Duration = Duration::from_secs(60);
/// What runs more often than this is kept once in this time, as long as it goes well.
const KEPT_EVERY: chrono::Duration = chrono::Duration::seconds(60);

/// A job's work.
pub trait Work: Send {
    /// Which job it is.
    const JOB: Job;

    /// How long it rests between two runs.
    fn pause(&self) -> Duration;

    /// One run.
    fn run(&mut self, services: &Services, clock: &dyn Clock) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Runs a job on a server.
pub struct Runner {
    services: Services,
    clock: Arc<dyn Clock>,
    /// The server.
    place: String,
    /// Among those who take a job.
    holder: Uuid,
    /// What is known of the runs here: kept in the database when it can be.
    run: Option<Run>,
    /// When that was last kept.
    kept_at: Option<DateTime<Utc>>,
    /// Times in a row that the database couldn't be asked whether the job is due.
    unasked: u32,
}

/// The product itself acts, now.
pub(super) fn acts(clock: &dyn Clock) -> Ctx {
    Ctx::new(Actor::system(), clock.now(), Uuid::new_v4(), String::new())
}

impl Runner {
    /// A runner at a place.
    pub fn new(services: Services, clock: Arc<dyn Clock>, place: String) -> Self {
        Self { services, clock, place, holder: Uuid::new_v4(), run: None, kept_at: None, unasked: 0 }
    }

    /// Turn after turn, as long as the server lives.
    pub async fn for_ever<W: Work>(mut self, mut work: W) {
        loop {
            let rest = self.turn(&mut work).await;
            tokio::time::sleep(rest).await;
        }
    }

    /// One turn: how long to rest until the next.
    pub async fn turn<W: Work>(&mut self, work: &mut W) -> Duration {
        match W::JOB.whose() {
            Whose::EachServer => self.for_itself(work).await,
            Whose::OneServer => self.for_all(work).await,
        }
    }

    async fn for_itself<W: Work>(&mut self, work: &mut W) -> Duration {
        let now = self.clock.now();
        let mut run = match self.run.take() {
            Some(run) => run,
            None => self.found::<W>(now).await,
        };
        run.begin(now, work.pause());
        let begun = self.keep_now_and_then(&run).await;
        let was_failing = run.faults > 0;
        let outcome = self.attempt(work, run.faults).await;
        let rest = run.end(self.clock.now(), outcome, work.pause());
        if begun || was_failing != outcome.is_err() {
            self.keep(&run).await;
        }
        self.run = Some(run);
        rest
    }

    /// What was kept of the runs here before this server started.
    async fn found<W: Work>(&self, now: DateTime<Utc>) -> Run {
        let found = jobs::runs_of(&self.services, W::JOB, &self.place, now).await;
        found.unwrap_or_else(|_| Run::first(W::JOB, &self.place, now))
    }

    async fn for_all<W: Work>(&mut self, work: &mut W) -> Duration {
        let look = work.pause().min(LOOK);
        let taken = jobs::take(&self.services, W::JOB, self.holder, self.clock.now()).await;
        let mut run = match taken {
            Ok(Some(run)) => run,
            Ok(None) => {
                self.unasked = 0;
                return look;
            }
            Err(error) => {
                self.unasked = self.unasked.saturating_add(1);
                warn!(%error, job = W::JOB.code(), "It can't be told whether a job is due; it will be looked again");
                return wait(look, self.unasked);
            }
        };
        self.unasked = 0;
        run.begin(self.clock.now(), work.pause());
        self.keep(&run).await;
        let outcome = self.attempt(work, run.faults).await;
        let now = self.clock.now();
        let rest = run.end(now, outcome, work.pause());
        if let Err(error) = jobs::give_back(&self.services, &run, self.holder, now).await {
            warn!(%error, job = W::JOB.code(), "What became of a job could not be kept");
        }
        rest.min(look)
    }

    /// A run, with whatever goes wrong in it.
    async fn attempt<W: Work>(&self, work: &mut W, faults: u32) -> Result<(), Fault> {
        let job = W::JOB.code();
        match AssertUnwindSafe(work.run(&self.services, self.clock.as_ref())).catch_unwind().await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                warn!(%error, job, faults = faults + 1, "A job failed; it will be tried again");
                Err(jobs::fault_of(&error))
            }
            Err(_) => {
                error!(job, faults = faults + 1, "A job broke off; it will be tried again");
                Err(Fault::Broke)
            }
        }
    }

    async fn keep_now_and_then(&mut self, run: &Run) -> bool {
        let long_ago = self.kept_at.is_none_or(|kept| (self.clock.now() - kept).abs() >= KEPT_EVERY);
        long_ago && self.keep(run).await
    }

    /// Keeps a run; what can't be kept now is kept with the next.
    async fn keep(&mut self, run: &Run) -> bool {
        let kept = jobs::keep(&self.services, run).await;
        match &kept {
            Ok(()) => self.kept_at = Some(self.clock.now()),
            Err(error) => {
                self.kept_at = None;
                warn!(%error, job = run.job.code(), "What became of a job could not be kept");
            }
        }
        kept.is_ok()
    }
}
