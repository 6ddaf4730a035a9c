//! The line before the hashing of passwords: bounded, with a share for each who comes, honest people first. Pure: who
//! waits is said by whoever keeps the line.

use std::time::Duration;

/// How much somebody is trusted, best first. Strangers stand behind all others, and among them those come first at
/// whose name and source the least has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Whose session is alive, and the console.
    Inside,
    /// A name at a source where it has succeeded.
    Known,
    /// Anybody else, with the failures that count against them, and how often they came again in vain.
    Stranger(i64),
}

impl Rank {
    /// Whether nothing is known of them.
    pub fn is_stranger(self) -> bool {
        matches!(self, Rank::Stranger(_))
    }
}

/// Somebody who comes to the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entrant {
    /// How much they are trusted.
    pub rank: Rank,
    /// Digest of what they share their places with: a stranger's source, a known name at its source, an account.
    pub share: [u8; 32],
}

/// What the line allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Hashes at once.
    pub at_once: usize,
    /// Of these at most so many for strangers.
    pub strangers_at_once: usize,
    /// Places to wait at.
    pub places: usize,
    /// Of these at most so many for one share.
    pub share: usize,
    /// How long somebody stands in it.
    pub patience: Duration,
    /// How long a stranger does: a crowd that came first keeps the places no longer than that from whoever is new.
    pub strangers_patience: Duration,
}

impl Bounds {
    /// As many hashes at once as cores. Strangers leave one of several to the desk. The places are those that are
    /// served within some seconds.
    pub fn of_cores(cores: usize) -> Self {
        let at_once = cores.max(1);
        Self {
            at_once,
            strangers_at_once: (at_once - 1).max(1),
            places: 64,
            share: 16,
            patience: Duration::from_secs(10),
            strangers_patience: Duration::from_secs(2),
        }
    }

    /// How long somebody of that rank stands in the line.
    pub fn patience_of(&self, rank: Rank) -> Duration {
        if rank.is_stranger() { self.strangers_patience } else { self.patience }
    }

    /// Seconds after which a new try is worth it, when the line is full and a hash takes so many milliseconds.
    pub fn again_in_seconds(&self, each_ms: u64) -> u64 {
        let all = self.places as u64 * each_ms / self.strangers_at_once as u64;
        all.div_ceil(1_000).clamp(1, 30)
    }
}

/// What became of somebody who came.
#[derive(Debug, PartialEq, Eq)]
pub enum Came<T> {
    /// It is their turn at once.
    Turn(T),
    /// They wait.
    Waits,
    /// They wait in the place of this one, who is trusted less and has to go.
    InsteadOf(T),
    /// There is no place for them.
    Full(T),
}

struct Waiting<T> {
    who: Entrant,
    arrival: u64,
    ticket: T,
}

/// The line. `T` is what the keeper needs to call somebody.
pub struct Line<T> {
    bounds: Bounds,
    waiting: Vec<Waiting<T>>,
    arrivals: u64,
    others: usize,
    strangers: usize,
}

impl<T> Line<T> {
    /// An empty line.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, waiting: Vec::new(), arrivals: 0, others: 0, strangers: 0 }
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Somebody comes. Turns that they are given are ended by [`Line::leave`].
    pub fn come(&mut self, who: Entrant, ticket: T) -> Came<T> {
        // Who waits already goes ahead, unless trusted less: what they wait for may not be what the newcomer needs.
        if self.has_room(who.rank) && !self.waiting.iter().any(|w| w.who.rank <= who.rank && self.has_room(w.who.rank))
        {
            self.begin(who.rank);
            return Came::Turn(ticket);
        }
        if self.waiting.iter().filter(|w| w.who.share == who.share).count() >= self.bounds.share {
            return Came::Full(ticket);
        }
        let full = self.waiting.len() >= self.bounds.places;
        let worst = self.waiting.iter().enumerate().max_by_key(|(_, w)| (w.who.rank, w.arrival)).map(|(n, _)| n);
        let goes = worst.filter(|n| full && who.rank < self.waiting[*n].who.rank);
        if full && goes.is_none() {
            return Came::Full(ticket);
        }
        let gone = goes.map(|n| self.waiting.swap_remove(n).ticket);
        self.arrivals += 1;
        self.waiting.push(Waiting { who, arrival: self.arrivals, ticket });
        gone.map_or(Came::Waits, Came::InsteadOf)
    }

    /// Somebody of that rank has been served.
    pub fn leave(&mut self, rank: Rank) {
        let count = if rank.is_stranger() { &mut self.strangers } else { &mut self.others };
        *count = count.saturating_sub(1);
    }

    /// Whose turn it is now, if a place is free for anybody who waits: the most trusted, of these who came first.
    pub fn call(&mut self) -> Option<(Rank, T)> {
        let ready = self.waiting.iter().enumerate().filter(|(_, w)| self.has_room(w.who.rank));
        let n = ready.min_by_key(|(_, w)| (w.who.rank, w.arrival)).map(|(n, _)| n)?;
        let first = self.waiting.swap_remove(n);
        self.begin(first.who.rank);
        Some((first.who.rank, first.ticket))
    }

    /// Those who wait and this doesn't hold for have gone away.
    pub fn retain(&mut self, stays: impl Fn(&T) -> bool) {
        self.waiting.retain(|w| stays(&w.ticket));
    }

    fn has_room(&self, rank: Rank) -> bool {
        let room = self.others + self.strangers < self.bounds.at_once;
        room && (!rank.is_stranger() || self.strangers < self.bounds.strangers_at_once)
    }

    fn begin(&mut self, rank: Rank) {
        *(if rank.is_stranger() { &mut self.strangers } else { &mut self.others }) += 1;
    }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
