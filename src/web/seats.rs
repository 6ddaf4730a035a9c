//! Who has a connection: a share for each source, and all together no more than there are places. When places are short
//! those give way on which nothing is asked: first who asked in vain, then who has never asked anything, then who has
//! been silent for longest. The second order matters: somebody new hasn't been heard yet, and is to live until then.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::domain::source::Source;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum State {
    /// It was asked in vain, and is answered a little later.
    TurnedAway,
    /// No request has come yet.
    Silent,
    /// An answer has gone; another request may come.
    Kept,
    /// A request is being answered.
    Busy,
}

/// What is known of a connection by both its ends.
#[derive(Debug)]
pub(super) struct Mark {
    state: AtomicU8,
    /// When it came to its state, in the order of such events.
    since: AtomicU64,
    events: Arc<AtomicU64>,
    leave: Notify,
}

impl Mark {
    /// Notes what it is doing now.
    pub(super) fn set(&self, state: State) {
        self.since.store(self.events.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        self.state.store(state as u8, Ordering::Release);
    }

    /// What it is doing.
    pub(super) fn state(&self) -> State {
        match self.state.load(Ordering::Acquire) {
            0 => State::TurnedAway,
            1 => State::Silent,
            2 => State::Kept,
            _ => State::Busy,
        }
    }

    /// Waits until it has to give way.
    pub(super) async fn told_to_leave(&self) {
        self.leave.notified().await;
    }
}

struct Held {
    source: Option<Source>,
    mark: Arc<Mark>,
}

#[derive(Default)]
struct Plan {
    next: u64,
    held: HashMap<u64, Held>,
    of_source: HashMap<Source, usize>,
    /// Connections that are still there, with those that have to give way.
    open: usize,
}

/// All places.
#[derive(Clone)]
pub(super) struct Seats {
    most: usize,
    share: usize,
    plan: Arc<Mutex<Plan>>,
    events: Arc<AtomicU64>,
    freed: Arc<Notify>,
}

/// A place; free again when dropped.
pub(super) struct Seat {
    id: u64,
    seats: Seats,
    /// What is known of the connection.
    pub(super) mark: Arc<Mark>,
}

impl Seats {
    /// So many places, of which one source may have its share: of the smallest numbers half, so that nobody has all.
    pub(super) fn new(most: usize, share: usize) -> Self {
        let share = share.min(most / 2).max(1);
        Self { most, share, plan: Arc::default(), events: Arc::default(), freed: Arc::default() }
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place for a connection from a source; `None`: a proxy, behind which are many. `None` when the source has its
    /// share already and all of it is busy. Somebody else may be told to leave for it.
    pub(super) fn take(&self, source: Option<Source>) -> Option<Seat> {
        let mut plan = self.plan();
        let has = source.map_or(0, |s| plan.of_source.get(&s).copied().unwrap_or_default());
        if has >= self.share {
            plan.dismiss(|held| held.source == source)?;
        } else if plan.held.len() >= self.most {
            // Without anybody who can leave it is one more for now: nobody is accepted before one of them has ended.
            plan.dismiss(|_| true);
        }
        let mark = Arc::new(Mark {
            state: AtomicU8::new(State::Silent as u8),
            since: AtomicU64::new(self.events.fetch_add(1, Ordering::Relaxed)),
            events: self.events.clone(),
            leave: Notify::new(),
        });
        let id = plan.next;
        plan.next += 1;
        plan.open += 1;
        plan.held.insert(id, Held { source, mark: mark.clone() });
        if let Some(source) = source {
            *plan.of_source.entry(source).or_default() += 1;
        }
        Some(Seat { id, seats: self.clone(), mark })
    }

    /// Whether one more connection can be accepted: a place is free, or somebody could give theirs up. Those that are
    /// giving way count for a while, so that there are never many more than places.
    fn room(&self) -> bool {
        let plan = self.plan();
        let full = plan.held.len() >= self.most && !plan.held.values().any(|h| h.mark.state() < State::Busy);
        !full && plan.open < self.most + self.most.div_ceil(8)
    }

    /// Waits until one more connection can be accepted.
    pub(super) async fn has_room(&self) {
        while !self.room() {
            // Somebody who becomes silent doesn't say so: it is looked again.
            drop(tokio::time::timeout(Duration::from_millis(20), self.freed.notified()).await);
        }
    }
}

impl Plan {
    /// Takes the place of one who asks nothing, and tells them to leave.
    fn dismiss(&mut self, among: impl Fn(&Held) -> bool) -> Option<()> {
        let idle = self.held.iter().filter(|(_, h)| among(h) && h.mark.state() < State::Busy);
        let id = *idle.min_by_key(|(_, h)| (h.mark.state(), h.mark.since.load(Ordering::Relaxed)))?.0;
        let held = self.forget(id)?;
        held.mark.leave.notify_one();
        Some(())
    }

    fn forget(&mut self, id: u64) -> Option<Held> {
        let held = self.held.remove(&id)?;
        if let Some(source) = held.source
            && let Some(many) = self.of_source.get_mut(&source)
        {
            *many -= 1;
            if *many == 0 {
                self.of_source.remove(&source);
            }
        }
        Some(held)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut plan = self.seats.plan();
        plan.forget(self.id);
        plan.open -= 1;
        drop(plan);
        self.seats.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;
    use proptest::prelude::*;

    use super::*;

    fn from(n: u8) -> Option<Source> {
        Some(Source::of(std::net::Ipv4Addr::new(192, 0, 2, n).into()))
    }

    fn left(seat: &Seat) -> bool {
        seat.mark.told_to_leave().now_or_never().is_some()
    }

    #[test]
    fn a_source_has_its_share_and_the_excess_is_refused_while_all_of_it_is_busy() {
        let seats = Seats::new(8, 2);
        let mine: Vec<_> = (0..2).map(|_| seats.take(from(1)).expect("a place")).collect();
        mine.iter().for_each(|seat| seat.mark.set(State::Busy));
        assert!(seats.take(from(1)).is_none());
        assert!(seats.take(from(2)).is_some(), "another source has its own");
        let behind_a_proxy: Vec<_> = (0..5).map(|_| seats.take(None)).collect();
        assert!(behind_a_proxy.iter().all(Option::is_some), "behind a proxy are many");
    }

    #[test]
    fn who_never_asked_anything_gives_way_first_then_who_was_silent_for_longest() {
        let seats = Seats::new(8, 3);
        let mine: Vec<_> = (0..3).map(|_| seats.take(from(1)).expect("a place")).collect();
        mine[1].mark.set(State::Kept);
        mine[0].mark.set(State::Kept);
        let fourth = seats.take(from(1)).expect("the silent one's place");
        assert!(left(&mine[2]) && !left(&mine[1]) && !left(&mine[0]));
        fourth.mark.set(State::Busy);
        let _fifth = seats.take(from(1)).expect("a place");
        assert!(left(&mine[1]) && !left(&mine[0]) && !left(&fourth));
    }

    #[test]
    fn who_asked_in_vain_gives_way_before_somebody_new_who_was_not_heard_yet() {
        let seats = Seats::new(8, 3);
        let mine: Vec<_> = (0..3).map(|_| seats.take(from(1)).expect("a place")).collect();
        mine[2].mark.set(State::TurnedAway);
        let _new = seats.take(from(1)).expect("a place");
        assert!(left(&mine[2]) && !left(&mine[0]) && !left(&mine[1]));
    }

    #[test]
    fn no_source_has_all_places_however_few_there_are() {
        let seats = Seats::new(4, 256);
        let _mine: Vec<_> = (0..2).map(|_| seats.take(from(1)).inspect(|s| s.mark.set(State::Busy))).collect();
        assert!(seats.take(from(1)).is_none() && seats.take(from(2)).is_some());
    }

    #[test]
    fn while_all_places_are_busy_nobody_more_is_accepted() {
        let seats = Seats::new(2, 1);
        assert!(seats.room());
        let one = seats.take(from(1)).expect("a place");
        let _two = seats.take(from(2)).inspect(|s| s.mark.set(State::Busy));
        assert!(seats.room(), "one could give way");
        one.mark.set(State::Busy);
        assert!(!seats.room());
        drop(one);
        assert!(seats.room());
    }

    proptest! {
        /// Whoever comes and goes: no source has more than its share, and all together no more than there are places
        /// as long as it was asked for room.
        #[test]
        fn shares_and_places_hold(acts in prop::collection::vec((0_u8..5, 0_u8..4), 0..200)) {
            let seats = Seats::new(12, 4);
            let mut taken: Vec<(u8, Seat)> = Vec::new();
            for (source, act) in acts {
                match act {
                    0 | 1 if seats.room() => {
                        if let Some(seat) = seats.take(from(source)) {
                            taken.push((source, seat));
                        }
                    }
                    2 if !taken.is_empty() => {
                        let n = usize::from(source) % taken.len();
                        taken[n].1.mark.set(if source.is_multiple_of(2) { State::Busy } else { State::Kept });
                    }
                    _ if !taken.is_empty() => drop(taken.swap_remove(usize::from(source) % taken.len())),
                    _ => {}
                }
                let plan = seats.plan();
                prop_assert!(plan.held.len() <= 12);
                prop_assert!(plan.of_source.values().all(|many| (1..=4).contains(many)));
                prop_assert_eq!(plan.of_source.values().sum::<usize>(), plan.held.len());
                prop_assert_eq!(plan.open, taken.len());
            }
        }
    }
}
