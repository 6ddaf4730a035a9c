//! The rule of retention: boundary days, holds, and that nothing ever goes early.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn period(code: Kind, from: &str, years: u32, months: u32, days: u32) -> Period {
    Period { code, from: day(from), years, months, days, forever: code == Kind::Audit }
}

/// The periods of the file, and nothing more.
pub(crate) fn retention() -> Retention {
    let of = |code, years, days| period(code, "2022-06-01", years, 0, days);
    Retention {
        night: Night { from_hour: 1, until_hour: 5 },
        hold_reason: vec![Term { code: "police".into(), label: "警察".into() }],
        kind: vec![
            of(Kind::Ticket, 5, 0),
            of(Kind::CallAlone, 1, 0),
            of(Kind::Claim, 11, 0),
            of(Kind::DirectoryGone, 5, 0),
            of(Kind::IdempotencyAnswer, 0, 7),
            of(Kind::EndedSession, 0, 90),
            of(Kind::SignInDelay, 0, 1),
            of(Kind::Audit, 0, 0),
        ],
    }
}

fn fate(kind: Kind, started: &str, today: &str) -> Fate {
    retention().fate(kind, Some(day(started)), Holds::default(), day(today))
}

#[test]
fn a_thing_is_kept_to_the_end_of_the_same_day_years_later() {
    for (kind, started, last, end) in [
        (Kind::Ticket, "2022-06-15", "2027-06-15", Fate::Pseudonymise),
        (Kind::Ticket, "2024-02-29", "2029-02-28", Fate::Pseudonymise),
        (Kind::CallAlone, "2025-12-31", "2026-12-31", Fate::Pseudonymise),
        (Kind::CallAlone, "2024-02-29", "2025-02-28", Fate::Pseudonymise),
        (Kind::Claim, "2023-06-01", "2034-06-01", Fate::Pseudonymise),
        (Kind::DirectoryGone, "2023-01-31", "2028-01-31", Fate::Remove),
        (Kind::IdempotencyAnswer, "2026-02-25", "2026-03-04", Fate::Remove),
        (Kind::EndedSession, "2026-01-01", "2026-04-01", Fate::Remove),
        (Kind::SignInDelay, "2026-12-31", "2027-01-01", Fate::Remove),
    ] {
        let after = day(last).succ_opt().expect("a day").to_string();
        assert_eq!((fate(kind, started, last), fate(kind, started, &after)), (Fate::Keep, end), "{kind:?} {started}");
    }
    assert_eq!(fate(Kind::Audit, "1999-01-01", "2099-01-01"), Fate::Keep);
}

#[test]
fn a_thing_whose_clock_has_not_started_is_kept() {
    assert_eq!(retention().fate(Kind::Ticket, None, Holds::default(), day("2099-01-01")), Fate::Keep);
}

#[test]
fn a_new_period_holds_for_what_starts_from_its_day_on() {
    let mut dated = retention();
    dated.kind.insert(1, period(Kind::Ticket, "2025-04-01", 3, 0, 0));
    assert_eq!(dated.faults(), []);
    let fate = |started: &str, today: &str| dated.fate(Kind::Ticket, Some(day(started)), Holds::default(), day(today));
    assert_eq!(fate("2025-03-31", "2028-04-02"), Fate::Keep);
    assert_eq!(fate("2025-03-31", "2030-04-01"), Fate::Pseudonymise);
    assert_eq!(fate("2025-04-01", "2028-04-02"), Fate::Pseudonymise);
    assert_eq!(fate("2021-01-01", "2026-01-02"), Fate::Pseudonymise, "before the first it goes by the first");
    assert_eq!(
        dated.over(Kind::Ticket, day("2028-04-03")),
        [(day("1900-01-01"), day("2023-04-03")), (day("2025-04-01"), day("2025-04-03"))]
    );
}

#[test]
fn the_night_is_half_open() {
    let night = retention().night;
    let at = |text: &str| night.holds(format!("2026-11-22T{text}").parse().expect("a time"));
    assert_eq!([at("00:59:59"), at("01:00:00"), at("04:59:59"), at("05:00:00")], [false, true, true, false]);
}

#[test]
fn contradictions_are_named_by_their_key() {
    let fault = |change: fn(&mut Retention)| {
        let mut changed = retention();
        change(&mut changed);
        changed.faults().into_iter().map(|(key, _)| key).collect::<Vec<_>>()
    };
    assert_eq!(fault(|_| ()), Vec::<String>::new());
    assert_eq!(fault(|r| r.kind[0].years = 1), ["kind[0].years"]);
    assert_eq!(fault(|r| r.kind[2].years = 9), ["kind[2].years"]);
    assert_eq!(fault(|r| r.kind[4].days = 6), ["kind[4].years"]);
    assert_eq!(fault(|r| r.kind[7].forever = false), ["kind[7].forever"]);
    assert_eq!(fault(|r| r.kind[0].forever = true), ["kind[0].forever"]);
    assert_eq!(fault(|r| r.kind.retain(|p| p.code != Kind::DirectoryGone)), ["kind"]);
    assert_eq!(fault(|r| r.kind.push(r.kind[0])), ["kind[8].from"]);
    assert_eq!(fault(|r| r.night.until_hour = 1), ["night"]);
    assert_eq!(fault(|r| r.hold_reason.push(r.hold_reason[0].clone())), ["hold_reason[1].code"]);
    assert_eq!(fault(|r| r.hold_reason.clear()), ["hold_reason"]);
}

prop_compose! {
    fn some_day()(n in 0u64..40_000) -> NaiveDate {
        day("1990-01-01") + Days::new(n)
    }
}

proptest! {
    /// Whatever the period: not a day early, and not one late.
    #[test]
    fn nothing_goes_before_its_period_and_all_after(
        started in some_day(), years in 0u32..12, months in 0u32..12, days in 0u32..100, today in some_day(),
    ) {
        let mut one = retention();
        one.kind = vec![period(Kind::Ticket, "2022-06-01", years, months, days)];
        let last = started.checked_add_months(Months::new(12 * years + months)).expect("a day") + Days::new(u64::from(days));
        let fate = one.fate(Kind::Ticket, Some(started), Holds::default(), today);
        prop_assert_eq!(fate == Fate::Keep, today <= last);
    }

    /// Nothing goes under a hold, whichever it is.
    #[test]
    fn nothing_goes_under_a_hold(started in some_day(), today in some_day(), which in 1u8..8) {
        let holds = Holds { placed: which & 1 > 0, open_claim: which & 2 > 0, in_use: which & 4 > 0 };
        for kind in Kind::ALL {
            prop_assert_eq!(retention().fate(kind, Some(started), holds, today), Fate::Keep);
        }
    }

    /// The stretches that the memory is asked for are those days of which the rule says so.
    #[test]
    fn the_stretches_are_the_days_that_are_over(
        started in some_day(), today in some_day(), years in 0u32..6, months in 0u32..12, days in 0u32..40,
        later in 0u32..6, from in some_day(),
    ) {
        let mut two = retention();
        two.kind = vec![
            period(Kind::Ticket, "1989-12-31", years, months, days),
            Period { from, ..period(Kind::Ticket, "1990-01-01", later, days % 12, months) },
        ];
        let inside = two.over(Kind::Ticket, today).iter().any(|(a, b)| (*a..*b).contains(&started));
        let over = two.fate(Kind::Ticket, Some(started), Holds::default(), today) != Fate::Keep;
        prop_assert_eq!(inside, over);
    }
}
