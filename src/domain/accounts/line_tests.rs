//! The line before the hashing of passwords: bounds, shares and order hold whoever comes, however many.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const SMALL: Bounds = Bounds {
    at_once: 2,
    strangers_at_once: 1,
    places: 6,
    share: 2,
    patience: Duration::ZERO,
    strangers_patience: Duration::ZERO,
};

fn who(rank: Rank, share: u8) -> Entrant {
    Entrant { rank, share: [share; 32] }
}

#[test]
fn strangers_leave_a_core_to_the_desk_where_there_are_several() {
    assert_eq!((Bounds::of_cores(1).at_once, Bounds::of_cores(1).strangers_at_once), (1, 1));
    assert_eq!((Bounds::of_cores(2).at_once, Bounds::of_cores(2).strangers_at_once), (2, 1));
    assert_eq!((Bounds::of_cores(8).at_once, Bounds::of_cores(8).strangers_at_once), (8, 7));
}

#[test]
fn how_long_is_a_second_to_half_a_minute() {
    let bounds = Bounds::of_cores(2);
    assert_eq!((bounds.again_in_seconds(0), bounds.again_in_seconds(100)), (1, 7));
    assert_eq!(bounds.again_in_seconds(1_000_000), 30);
}

#[test]
fn a_known_person_goes_ahead_of_every_stranger_who_waits() {
    let mut line = Line::new(SMALL);
    assert_eq!(line.come(who(Rank::Stranger(0), 1), 1), Came::Turn(1));
    assert_eq!(line.come(who(Rank::Stranger(0), 2), 2), Came::Waits, "a core is left to the desk");
    assert_eq!(line.come(who(Rank::Stranger(3), 3), 3), Came::Waits);
    assert_eq!(line.come(who(Rank::Known, 4), 4), Came::Turn(4), "which it takes at once");
    assert_eq!(line.come(who(Rank::Known, 5), 5), Came::Waits);
    assert_eq!(line.come(who(Rank::Inside, 6), 6), Came::Waits);
    line.leave(Rank::Stranger(0));
    assert_eq!(line.call(), Some((Rank::Inside, 6)));
    assert_eq!(line.call(), None);
    line.leave(Rank::Known);
    assert_eq!(line.call(), Some((Rank::Known, 5)));
    line.leave(Rank::Inside);
    assert_eq!(line.call(), Some((Rank::Stranger(0), 2)));
}

#[test]
fn a_source_has_its_share_of_the_places_and_no_more() {
    let mut line = Line::new(SMALL);
    assert_eq!(line.come(who(Rank::Stranger(0), 1), 1), Came::Turn(1));
    assert_eq!(line.come(who(Rank::Stranger(0), 1), 2), Came::Waits);
    assert_eq!(line.come(who(Rank::Stranger(0), 1), 3), Came::Waits);
    assert_eq!(line.come(who(Rank::Stranger(0), 1), 4), Came::Full(4));
    assert_eq!(line.come(who(Rank::Stranger(0), 2), 5), Came::Waits, "another source has its own");
}

#[test]
fn when_all_places_are_taken_the_least_trusted_and_last_goes() {
    let mut line = Line::new(SMALL);
    assert_eq!(line.come(who(Rank::Stranger(0), 0), 0), Came::Turn(0));
    for n in 1..=6 {
        assert_eq!(line.come(who(Rank::Stranger(5), n), n), Came::Waits);
    }
    assert_eq!(line.come(who(Rank::Stranger(5), 7), 7), Came::Full(7), "no better than who waits");
    assert_eq!(line.come(who(Rank::Stranger(0), 8), 8), Came::InsteadOf(6));
    line.leave(Rank::Stranger(0));
    assert_eq!(line.call(), Some((Rank::Stranger(0), 8)), "and is served first");
}

#[test]
fn whoever_went_away_holds_no_place() {
    let mut line = Line::new(SMALL);
    for n in 0..7 {
        line.come(who(Rank::Stranger(0), n), n);
    }
    line.retain(|n| *n != 3);
    assert_eq!((line.waiting(), line.come(who(Rank::Stranger(0), 9), 9)), (5, Came::Waits));
}

fn rank() -> impl Strategy<Value = Rank> {
    prop_oneof![Just(Rank::Inside), Just(Rank::Known), (0_i64..4).prop_map(Rank::Stranger)]
}

#[derive(Debug, Clone)]
enum Act {
    Come(Rank, u8),
    Leave(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (rank(), 0_u8..6).prop_map(|(rank, share)| Act::Come(rank, share)),
        2 => (0_usize..4).prop_map(Act::Leave),
    ];
    prop::collection::vec(act, 0..120)
}

/// A line with what must be true of it whatever happens.
#[derive(Default)]
struct Watched {
    running: Vec<(usize, Rank)>,
    waiting: BTreeMap<usize, Entrant>,
    ended: usize,
}

impl Watched {
    fn turn(&mut self, n: usize, rank: Rank) {
        self.running.push((n, rank));
        assert!(self.running.len() <= SMALL.at_once);
        assert!(self.running.iter().filter(|(_, r)| r.is_stranger()).count() <= SMALL.strangers_at_once);
    }

    fn call(&mut self, line: &mut Line<usize>) {
        while let Some((rank, n)) = line.call() {
            let served = self.waiting.remove(&n).expect("somebody who waited");
            let better = self.waiting.values().any(|w| w.rank < served.rank);
            assert!(!better && rank == served.rank, "nobody is served before who is trusted more");
            let earlier = self.waiting.iter().any(|(m, w)| w.rank == served.rank && *m < n);
            assert!(!earlier, "nor before who is trusted as much and came earlier");
            self.turn(n, rank);
        }
        let idle = self.running.len() < SMALL.at_once;
        assert!(!idle || self.waiting.values().all(|w| w.rank.is_stranger()), "nobody waits before a free core");
    }
}

proptest! {
    #[test]
    fn bounds_shares_and_order_hold_whoever_comes(acts in acts()) {
        let (mut line, mut seen) = (Line::new(SMALL), Watched::default());
        let mut came = 0;
        for act in acts {
            match act {
                Act::Come(rank, share) => {
                    let (n, entrant) = (came, who(rank, share));
                    came += 1;
                    match line.come(entrant, n) {
                        Came::Turn(n) => seen.turn(n, rank),
                        Came::Full(_) => seen.ended += 1,
                        Came::Waits => { seen.waiting.insert(n, entrant); }
                        Came::InsteadOf(gone) => {
                            let gone = seen.waiting.remove(&gone).expect("somebody who waited");
                            prop_assert!(rank < gone.rank);
                            seen.waiting.insert(n, entrant);
                            seen.ended += 1;
                        }
                    }
                }
                Act::Leave(n) if n < seen.running.len() => {
                    let (_, rank) = seen.running.remove(n);
                    seen.ended += 1;
                    line.leave(rank);
                    seen.call(&mut line);
                }
                Act::Leave(_) => {}
            }
            prop_assert!(line.waiting() <= SMALL.places);
            prop_assert_eq!(line.waiting(), seen.waiting.len());
            for share in 0..6 {
                prop_assert!(seen.waiting.values().filter(|w| w.share == [share; 32]).count() <= SMALL.share);
            }
        }
        prop_assert_eq!(came, seen.ended + seen.running.len() + seen.waiting.len(), "nobody is lost");
    }
}
