//! The days of a clinic's duties.

use chrono::{Duration, NaiveDate};
use madoguchi::config::scheme;
use madoguchi::domain::incidents::deadline::to_begin;
use madoguchi::domain::incidents::{Fact, Near, Record};
use madoguchi::domain::scheme::incidents::Duty;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn duty(code: &str) -> Duty {
    scheme().expect("the scheme").incidents.duty_on(code, day("2026-11-20")).expect("a duty").clone()
}

fn limits(code: &str, first: &str, wrongful: Option<bool>) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let days = duty(code).days(day(first), wrongful, &scheme().expect("the scheme").hours);
    (days.limit, days.otherwise.or(days.moved))
}

#[test]
fn the_day_of_awareness_is_the_first_and_weekends_count() {
    // A Friday
    let quick = duty("ppc_quick");
    let days = quick.days(day("2026-11-20"), Some(true), &scheme().expect("the scheme").hours);
    assert_eq!((days.aim, days.limit), (Some(day("2026-11-22")), Some(day("2026-11-24"))));
    for (today, near) in [
        ("2026-11-20", Near::Ahead),
        ("2026-11-21", Near::Soon),
        ("2026-11-24", Near::Soon),
        ("2026-11-25", Near::Over),
    ] {
        assert_eq!(quick.near(&days, day(today)), near, "{today}");
    }
}

#[test]
fn what_has_no_last_day_is_asked_for_from_the_day_to_aim_at() {
    let police = duty("police");
    let days = police.days(day("2026-11-20"), Some(true), &scheme().expect("the scheme").hours);
    assert_eq!((days.aim, days.limit), (Some(day("2026-11-21")), None));
    assert_eq!(police.near(&days, day("2026-11-20")), Near::Ahead);
    assert_eq!(police.near(&days, day("2026-11-21")), Near::Aim);
    assert_eq!(police.near(&days, day("2027-11-20")), Near::Aim, "it doesn't stop asking");
}

#[test]
fn a_suspected_wrongful_purpose_has_sixty_days_and_who_cannot_tell_keeps_to_thirty() {
    let first = "2026-11-20";
    assert_eq!(limits("ppc_final", first, Some(false)), (Some(day("2026-12-19")), Some(day("2026-12-21"))));
    assert_eq!(limits("ppc_final", first, Some(true)).0, Some(day("2027-01-18")));
    assert_eq!(limits("ppc_final", first, None), (Some(day("2026-12-19")), Some(day("2027-01-18"))));
    // Who can't tell the purpose yet reads both: neither hides the other.
    let both = duty("ppc_final").days(day(first), None, &scheme().expect("the scheme").hours);
    assert_eq!((both.moved, both.otherwise), (Some(day("2026-12-21")), Some(day("2027-01-18"))));
}

#[test]
fn an_end_on_a_closed_day_shows_both_readings_the_earlier_first() {
    // The last day is 31 December; the offices open again on Monday, 4 January.
    assert_eq!(limits("ppc_final", "2026-12-02", Some(false)), (Some(day("2026-12-31")), Some(day("2027-01-04"))));
    // A working day is read one way.
    assert_eq!(limits("ppc_final", "2026-11-24", Some(false)), (Some(day("2026-12-23")), None));
    // The quick report isn't moved.
    assert_eq!(limits("ppc_quick", "2026-11-18", Some(false)), (Some(day("2026-11-22")), None));
}

#[test]
fn a_duty_that_did_not_exist_yet_never_applies() {
    let rules = scheme().expect("the scheme").incidents;
    let applies = |incident: &str, first: &str| {
        let opened = madoguchi::domain::time::day_start(day(first));
        let begun = to_begin(&rules, &Record::default(), incident, opened, &[]);
        begun.iter().any(|duty| duty.code == "ransomware_form")
    };
    assert!(!applies("ransomware", "2025-09-30"));
    assert!(applies("ransomware", "2025-10-01"));
    assert!(!applies("malware", "2025-10-01"));
}

#[test]
fn what_is_known_says_which_duties_may_apply() {
    let rules = scheme().expect("the scheme").incidents;
    let may = |incident: &str, facts: &[(Fact, &str)]| {
        let record = Record::of(facts.iter().map(|(fact, kept)| (*fact, (*kept).to_owned())));
        let apply = |duty: &&Duty| duty.may_apply(&record, incident, &rules);
        rules.duty.iter().filter(apply).map(|duty| duty.code.as_str()).collect::<Vec<_>>().join(" ")
    };
    let leak = "ppc_quick ppc_final persons";
    // Ransomware on what holds no patients' data is an attack, and no leak by itself.
    assert_eq!(may("ransomware", &[(Fact::Systems, "website,mail")]), "ministry police ransomware_form insurance");
    assert_eq!(
        may("ransomware", &[(Fact::Systems, "mail,chart")]),
        format!("{leak} ministry police ransomware_form insurance")
    );
    assert_eq!(may("malware", &[(Fact::Care, "none"), (Fact::Insured, "no")]), "police");
    assert_eq!(
        may("malware", &[(Fact::Leak, "unknown"), (Fact::Care, "none"), (Fact::Insured, "no")]),
        format!("{leak} ministry police")
    );
    assert_eq!(may("lost_media", &[]), format!("{leak} insurance"));
    assert_eq!(may("lost_media", &[(Fact::Leak, "none")]), "");
    assert_eq!(may("not_attack", &[]), "");
}

proptest! {
    #[test]
    fn days_come_in_their_order_and_the_other_reading_is_later(
        ago in 0_i64..2_000,
        wrongful in proptest::option::of(any::<bool>()),
        at in 0_usize..7,
        ahead in 0_i64..100,
    ) {
        let scheme = scheme().expect("the scheme");
        let first = day("2027-12-31") - Duration::days(ago);
        let duty = &scheme.incidents.duty[at];
        let days = duty.days(first, wrongful, &scheme.hours);
        prop_assert!(days.aim.is_none_or(|aim| first <= aim && days.limit.is_none_or(|limit| aim <= limit)));
        let others = [days.otherwise, days.moved];
        prop_assert!(days.limit.is_none_or(|limit| others.into_iter().flatten().all(|other| limit < other)));
        prop_assert!(days.aim.is_some() || days.limit.is_some());
        // Time only brings the end nearer.
        let near = |n: i64| duty.near(&days, first + Duration::days(n));
        prop_assert!(near(ahead + 1) <= near(ahead));
    }
}
