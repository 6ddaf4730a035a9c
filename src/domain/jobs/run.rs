//! What is kept of a job's runs: the last one, the last that went well, the last fault.

use chrono::{DateTime, Duration, Utc};

use super::{Fault, Job, wait};

/// How long after its time a job is still only late.
const LATE: Duration = Duration::minutes(10);
/// No run takes longer: one that does was cut off.
const LONGEST_RUN: Duration = Duration::hours(12);

/// The last runs of a job at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Which job.
    pub job: Job,
    /// The server, by its host name and where it listens; empty for what one server does for all.
    pub place: String,
    /// When the last run began.
    pub began_at: DateTime<Utc>,
    /// When the last run that came to an end ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When a run last went well.
    pub succeeded_at: Option<DateTime<Utc>>,
    /// When one last failed.
    pub failed_at: Option<DateTime<Utc>>,
    /// Why.
    pub fault: Option<Fault>,
    /// Runs that failed since one last went well.
    pub faults: u32,
    /// When it is to run again.
    pub next_at: DateTime<Utc>,
}

/// How a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// The last run went well, and the next one isn't overdue.
    Well,
    /// It is at work.
    Running,
    /// The last run failed.
    Failing,
    /// It should have run by now: its server stands still, or was taken out of service.
    Silent,
}

impl Run {
    /// A job that has not run yet at a place, and is to run now.
    pub fn first(job: Job, place: &str, now: DateTime<Utc>) -> Self {
        Self {
            job,
            place: place.to_owned(),
            began_at: now,
            ended_at: None,
            succeeded_at: None,
            failed_at: None,
            fault: None,
            faults: 0,
            next_at: now,
        }
    }

    /// Whether it is to run now. A time that is more than a day away was written by a wrong clock and isn't believed.
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.next_at <= now || self.next_at - now > Duration::days(1)
    }

    /// The run that begins now. Should it never end, it is looked for again after the pause.
    pub fn begin(&mut self, now: DateTime<Utc>, pause: std::time::Duration) {
        (self.began_at, self.next_at) = (now, later(now, pause));
    }

    /// The run ends now: how long until the next.
    pub fn end(
        &mut self,
        now: DateTime<Utc>,
        outcome: Result<(), Fault>,
        pause: std::time::Duration,
    ) -> std::time::Duration {
        self.ended_at = Some(now);
        match outcome {
            Ok(()) => (self.succeeded_at, self.faults) = (Some(now), 0),
            Err(fault) => {
                (self.failed_at, self.fault) = (Some(now), Some(fault));
                self.faults = self.faults.saturating_add(1);
            }
        }
        let wait = wait(pause, self.faults);
        self.next_at = later(now, wait);
        wait
    }

    /// How it does.
    pub fn health(&self, now: DateTime<Utc>) -> Health {
        let at_work = self.ended_at.is_none_or(|ended| ended < self.began_at);
        if at_work && now - self.began_at < LONGEST_RUN {
            Health::Running
        } else if at_work || now - self.next_at > LATE {
            Health::Silent
        } else if self.faults > 0 {
            Health::Failing
        } else {
            Health::Well
        }
    }
}

fn later(now: DateTime<Utc>, wait: std::time::Duration) -> DateTime<Utc> {
    Duration::from_std(wait).ok().and_then(|wait| now.checked_add_signed(wait)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: std::time::Duration = std::time::Duration::from_secs(3_600);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).expect("a time")
    }

    #[test]
    fn a_fault_is_counted_and_kept_and_a_success_ends_the_count() {
        let mut run = Run::first(Job::ForgetOld, "", at(0));
        assert!(run.is_due(at(0)));
        assert_eq!(run.end(at(1), Err(Fault::Away), HOUR).as_secs(), 1);
        assert_eq!(run.end(at(2), Err(Fault::Full), HOUR).as_secs(), 2);
        assert_eq!((run.faults, run.fault, run.failed_at), (2, Some(Fault::Full), Some(at(2))));
        assert_eq!((run.next_at, run.health(at(2))), (at(4), Health::Failing));
        assert!(!run.is_due(at(3)) && run.is_due(at(4)));
        run.begin(at(4), HOUR);
        assert_eq!(run.end(at(5), Ok(()), HOUR), HOUR);
        assert_eq!((run.faults, run.fault, run.succeeded_at), (0, Some(Fault::Full), Some(at(5))));
        assert_eq!(run.health(at(5)), Health::Well);
    }

    #[test]
    fn what_has_not_run_in_its_time_is_silent_and_a_long_run_is_at_work() {
        let mut run = Run::first(Job::EraseExpired, "", at(0));
        assert_eq!((run.health(at(60)), run.health(at(13 * 3_600))), (Health::Running, Health::Silent));
        run.end(at(60), Ok(()), HOUR);
        assert_eq!((run.health(at(3_660 + 600)), run.health(at(3_660 + 601))), (Health::Well, Health::Silent));
        run.begin(at(3_660), HOUR);
        assert_eq!(run.health(at(3 * 3_600)), Health::Running);
    }

    #[test]
    fn a_time_that_a_wrong_clock_wrote_is_not_waited_for() {
        let mut run = Run::first(Job::DrawReports, "", at(6 * 365 * 86_400));
        run.end(at(6 * 365 * 86_400), Ok(()), HOUR);
        assert!(run.is_due(at(0)));
    }
}
