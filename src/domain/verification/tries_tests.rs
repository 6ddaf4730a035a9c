//! What the limits callback: honest work is never slowed, guessing finds next to nothing.

use proptest::prelude::*;

use super::*;

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).expect("a time")
}

fn after(seconds: i64) -> DateTime<Utc> {
    start() + Duration::seconds(seconds)
}

fn tried(number: &str, items: u8, heard: Heard, cost: i64) -> Try {
    Try { number: number.into(), items: [items; 32], heard, cost }
}

#[test]
fn misses_slow_then_stop_and_only_letting_on_opens_again() {
    for subject in Subject::ALL {
        let limits = subject.limits();
        let mut tally = Tally::new(start());
        for n in 1..limits.most {
            assert!(!tally.miss(1, limits, start()), "{subject:?} {n}");
            assert_eq!(tally.standing(start()) == Standing::Free, n <= limits.free, "{subject:?} {n}");
        }
        assert!(tally.miss(1, limits, start()), "the one that stops says so");
        assert!(!tally.miss(1, limits, start()), "once");
        assert_eq!(tally.standing(after(86_400 * 30)), Standing::Stopped, "time alone opens nothing");
        tally.let_on(limits, start());
        assert_eq!(tally.standing(start()), Standing::Free);
        tally.miss(1, limits, start());
        assert_ne!(tally.standing(start()), Standing::Free, "from where each further miss waits");
    }
}

#[test]
fn waits_double_up_to_a_quarter_of_an_hour() {
    let limits = Subject::Account.limits();
    let mut tally = Tally::new(start());
    let mut waits = Vec::new();
    for _ in 0..limits.most {
        tally.miss(1, limits, start());
        waits.extend(tally.waits_until.map(|until| (until - start()).num_seconds()));
    }
    assert!(waits.is_sorted());
    assert_eq!((waits.first(), waits.last()), (Some(&15), Some(&900)));
}

#[test]
fn a_clock_that_goes_back_forgets_nothing_and_one_ahead_lets_nobody_on() {
    let limits = Subject::Token.limits();
    let mut tally = Tally::new(start());
    tally.miss(limits.free, limits, start());
    tally.miss(1, limits, after(-86_400));
    assert_eq!(tally.level, (limits.free + 1) * PARTS);
    let mut stopped = Tally::new(start());
    stopped.miss(limits.most, limits, start());
    assert_eq!(stopped.standing(after(86_400 * 3_650)), Standing::Stopped);
}

#[test]
fn a_number_said_twice_and_two_numbers_at_once_cost_more() {
    for (numbers, heard, expected) in
        [(1, Heard::Once, 1), (2, Heard::Once, 2), (1, Heard::Twice, 3), (2, Heard::Twice, 6)]
    {
        assert_eq!(cost(numbers, heard), expected);
    }
}

#[test]
fn a_miss_is_forgiven_only_where_it_shows_to_have_been_none() {
    let (once, twice) = (Heard::Once, Heard::Twice);
    for (before, now, expected) in [
        // The right number, beside items that were wrong at first; its beginning; its slip, said twice.
        (tried("234567", 1, once, 1), tried("234567", 2, once, 0), true),
        (tried("130100", 1, once, 1), tried("1301000017", 1, once, 0), true),
        (tried("234568", 1, once, 1), tried("234568", 1, twice, 0), true),
        // A beginning beside other items: it might have been another doctor's.
        (tried("130100", 2, once, 1), tried("1301000017", 1, once, 0), false),
        (tried("111111", 1, once, 1), tried("234567", 1, once, 0), false),
        // Typing went on: what could not have verified is none, what could is one.
        (tried("23456", 1, once, 1), tried("234560", 1, once, 1), true),
        (tried("234567", 1, once, 1), tried("2345670", 1, once, 1), false),
        (tried("23456", 1, twice, 3), tried("234560", 1, once, 1), false),
        (tried("23456", 1, once, 1), tried("999999", 1, once, 1), false),
    ] {
        let before = [before];
        assert_eq!(!forgiven(&before, &now).is_empty(), expected, "{before:?} {now:?}");
    }
}

#[test]
fn only_what_was_tried_and_missed_may_be_said_twice_and_only_two_a_call() {
    let missed = [tried("234568", 1, Heard::Once, 1), tried("234569", 1, Heard::Once, 1)];
    let code = |number: &str, twice: &[&str]| {
        let twice: Vec<String> = twice.iter().map(|n| (*n).to_owned()).collect();
        may_be_repeated(&missed, &twice, number).err().map(|refusal| refusal.code)
    };
    assert_eq!(code("234568", &[]), None);
    assert_eq!(code("234568", &["234568", "111111"]), None, "pressed again");
    assert_eq!(code("111111", &[]), Some("number.not_tried"));
    assert_eq!(code("", &[]), Some("number.not_tried"));
    assert_eq!(code("234569", &["234568", "111111"]), Some("number.heard_enough"));
}

/// A morning of an operator: ninety calls in six hours. One in ten says a number that is wrong and is asked again, a
/// third of those say it twice; one in twenty says a right number beside an item that never agrees; one in five gives
/// a member number whose first six digits were sent by themselves.
fn morning(rolls: &[(u16, u16)]) -> bool {
    let (account, sheet) = (Subject::Account.limits(), Subject::Sheet.limits());
    let mut own = Tally::new(start());
    let mut free = true;
    for (call, (roll, second)) in (0_i64..).zip(rolls) {
        let now = after(call * 240);
        let mut this = Tally::new(now);
        let mut miss = |cost: i64, at: i64| {
            let at = now + Duration::seconds(at);
            free &= own.standing(at) == Standing::Free && this.standing(at) == Standing::Free;
            own.miss(cost, account, at);
            this.miss(cost, sheet, at);
        };
        match roll % 100 {
            0..10 => {
                miss(1, 60);
                if second % 3 == 0 {
                    miss(cost(1, Heard::Twice), 80);
                }
            }
            10..15 => miss(1, 60),
            15..35 => {
                miss(1, 58);
                own.forgive(1, account, now + Duration::seconds(60));
            }
            _ => {}
        }
    }
    free
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Thirty operators, each a morning of their own.
    #[test]
    fn thirty_honest_operators_in_a_morning_are_never_slowed(rolls in proptest::collection::vec((0u16.., 0u16..), 30 * 90)) {
        for operator in rolls.chunks(90) {
            prop_assert!(morning(operator));
        }
    }

    /// Whoever tries as fast as they may, and is let on by another person whenever a day has passed since they were:
    /// in a thousand hours the numbers they reach are less than one of all. A member number is one of 100,000 where
    /// the district is known, and a slip reaches fifty of them (five digits, their swaps); a registry number, one of
    /// 300,000, and sixty.
    #[test]
    fn guessing_finds_at_most_one_number_in_a_thousand_hours(costs in proptest::collection::vec(prop_oneof![Just(1_i64), Just(2), Just(COST_TWICE)], 1..8)) {
        for subject in [Subject::Account, Subject::Token] {
            let twice = subject == Subject::Account;
            let (mut tally, limits) = (Tally::new(start()), subject.limits());
            let (mut at, mut let_on_at, mut found) = (0_i64, 0_i64, 0.0_f64);
            for cost in costs.iter().cycle() {
                match tally.standing(after(at)) {
                    Standing::Free => {}
                    Standing::Waits(until) => at = (until - start()).num_seconds(),
                    Standing::Stopped => {
                        at = at.max(let_on_at + 86_400);
                        let_on_at = at;
                        tally.let_on(limits, after(at));
                    }
                }
                if at > 3_600_000 {
                    break;
                }
                // Two numbers in one field are one of either kind.
                found += match *cost {
                    COST_TWICE if twice => 50.0 / 100_000.0,
                    2 => 1.0 / 100_000.0 + 1.0 / 300_000.0,
                    _ => 1.0 / 100_000.0,
                };
                tally.miss(*cost, limits, after(at));
                at += 1;
            }
            prop_assert!(found <= 1.0, "{subject:?} {costs:?}: {found}");
        }
    }
}
