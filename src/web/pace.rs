//! How often something may happen before whoever brings it about is slowed down: so many a second, and some at one
//! moment.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A pace.
pub(super) struct Pace {
    each: Duration,
    at_one_moment: Duration,
    /// Until when what has happened so far takes up the time.
    taken_up: Mutex<Instant>,
}

impl Pace {
    /// So many a second, a tenth of them at one moment.
    pub(super) fn per_second(many: u32) -> Self {
        let each = Duration::from_secs(1) / many.max(1);
        Self { each, at_one_moment: each * many.div_ceil(10), taken_up: Mutex::new(Instant::now()) }
    }

    /// It happens once more: how long it has to be waited before it may happen again.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        let mut taken_up = self.taken_up.lock().unwrap_or_else(PoisonError::into_inner);
        *taken_up = (*taken_up).max(now) + self.each;
        (*taken_up - now).saturating_sub(self.at_one_moment)
    }

    /// Whether it may happen once more now; what may not takes up no time.
    pub(super) fn allows(&self, now: Instant) -> bool {
        let mut taken_up = self.taken_up.lock().unwrap_or_else(PoisonError::into_inner);
        let next = (*taken_up).max(now) + self.each;
        let allowed = next - now <= self.at_one_moment;
        if allowed {
            *taken_up = next;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_come_at_one_moment_and_then_each_waits_for_its_time() {
        let pace = Pace::per_second(100);
        let now = Instant::now();
        let waits: Vec<u128> = (0..12).map(|_| pace.wait(now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 20]);
        let later = now + Duration::from_secs(60);
        let at_once = (0..100).filter(|_| pace.wait(later).is_zero()).count();
        assert_eq!(at_once, 10, "a quiet minute lets no more come at once than before");
    }

    #[test]
    fn what_is_not_allowed_takes_nothing_from_what_comes_later() {
        let pace = Pace::per_second(20);
        let now = Instant::now();
        let allowed = |at| (0..1_000).filter(|_| pace.allows(at)).count();
        assert_eq!(allowed(now), 2);
        assert_eq!(allowed(now + Duration::from_millis(50)), 1);
        assert_eq!(allowed(now + Duration::from_secs(9)), 2);
    }
}
