//! Every boundary day of domain section 3, as a table.

use super::*;

const fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(y, m, d) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

const EXPORT: NaiveDate = day(2026, 10, 31);

fn member(category: Option<Category>) -> Standing {
    Standing {
        category,
        category_before: None,
        enrolled_on: Some(day(2020, 4, 1)),
        moved_on: None,
        left_on: None,
        procedure_to_a1: false,
        applied_on: None,
    }
}

fn no(why: NotEligibleReason) -> Eligibility {
    Eligibility::NotEligible { why }
}

fn unknown(why: UnknownReason) -> Eligibility {
    Eligibility::Unknown { why }
}

#[test]
fn the_day_of_enrolment_counts_and_the_day_before_does_not() {
    let standing = member(Some(Category::A1));
    assert_eq!(person_on(&standing, &[], EXPORT, day(2020, 3, 31)), no(NotEligibleReason::NotYetEnrolled));
    assert_eq!(person_on(&standing, &[], EXPORT, day(2020, 4, 1)), Eligibility::Eligible);
}

#[test]
fn an_enrolment_after_the_export_counts_from_its_day() {
    let standing = Standing { enrolled_on: Some(day(2026, 11, 5)), ..member(Some(Category::A1)) };
    assert_eq!(person_on(&standing, &[], EXPORT, day(2026, 11, 4)), no(NotEligibleReason::NotYetEnrolled));
    assert_eq!(person_on(&standing, &[], EXPORT, day(2026, 11, 5)), Eligibility::Eligible);
}

#[test]
fn the_day_of_leaving_is_out_and_the_day_before_is_in() {
    let standing = Standing { left_on: Some(day(2026, 11, 11)), ..member(Some(Category::A1)) };
    assert_eq!(person_on(&standing, &[], EXPORT, day(2026, 11, 10)), Eligibility::Eligible);
    assert_eq!(person_on(&standing, &[], EXPORT, day(2026, 11, 11)), no(NotEligibleReason::Left));
}

#[test]
fn a_past_move_into_a1_counts_from_its_day_and_is_unknown_before() {
    let standing = Standing {
        moved_on: Some(day(2026, 8, 12)),
        category_before: Some(Category::A2C),
        ..member(Some(Category::A1))
    };
    assert_eq!(person_on(&standing, &[], EXPORT, day(2026, 8, 11)), unknown(UnknownReason::BeforeLastMove));
    assert_eq!(person_on(&standing, &[], EXPORT, day(2026, 8, 12)), Eligibility::Eligible);
}

#[test]
fn a_past_move_out_of_a1_ends_on_its_day_and_is_unknown_before() {
    let standing =
        Standing { moved_on: Some(day(2026, 8, 12)), category_before: Some(Category::A1), ..member(Some(Category::B)) };
    assert_eq!(person_on(&standing, &[], EXPORT, day(2026, 8, 11)), unknown(UnknownReason::BeforeLastMove));
    assert_eq!(person_on(&standing, &[], EXPORT, day(2026, 8, 12)), no(NotEligibleReason::OtherCategory));
}

#[test]
fn a_future_move_leaves_the_earlier_category_from_the_export_until_its_day() {
    let out = Standing {
        moved_on: Some(day(2026, 12, 19)),
        category_before: Some(Category::A1),
        ..member(Some(Category::A2B))
    };
    assert_eq!(person_on(&out, &[], EXPORT, day(2026, 10, 30)), unknown(UnknownReason::BeforeLastMove));
    assert_eq!(person_on(&out, &[], EXPORT, EXPORT), Eligibility::Eligible);
    assert_eq!(person_on(&out, &[], EXPORT, day(2026, 12, 18)), Eligibility::Eligible);
    assert_eq!(person_on(&out, &[], EXPORT, day(2026, 12, 19)), no(NotEligibleReason::OtherCategory));
    let into = Standing { category: Some(Category::A1), category_before: Some(Category::B), ..out };
    assert_eq!(person_on(&into, &[], EXPORT, day(2026, 12, 18)), no(NotEligibleReason::OtherCategory));
    assert_eq!(person_on(&into, &[], EXPORT, day(2026, 12, 19)), Eligibility::Eligible);
}

#[test]
fn a_move_on_the_day_of_the_export_has_happened() {
    let standing =
        Standing { moved_on: Some(EXPORT), category_before: Some(Category::B), ..member(Some(Category::A1)) };
    assert_eq!(person_on(&standing, &[], EXPORT, EXPORT), Eligibility::Eligible);
}

#[test]
fn a_procedure_counts_from_the_day_it_was_applied_for() {
    let applied = day(2026, 9, 5);
    let moving = Standing { procedure_to_a1: true, applied_on: Some(applied), ..member(Some(Category::B)) };
    assert_eq!(person_on(&moving, &[], EXPORT, day(2026, 9, 4)), no(NotEligibleReason::OtherCategory));
    assert_eq!(person_on(&moving, &[], EXPORT, applied), Eligibility::Pending { since: Some(applied) });
    let first = Standing { enrolled_on: None, category: None, ..moving };
    assert_eq!(person_on(&first, &[], EXPORT, day(2026, 9, 4)), no(NotEligibleReason::NotYetEnrolled));
    assert_eq!(person_on(&first, &[], EXPORT, applied), Eligibility::Pending { since: Some(applied) });
}

#[test]
fn a_return_applied_for_after_leaving_is_pending_but_an_older_application_is_not() {
    let left = Some(day(2026, 9, 1));
    let gone = Standing {
        left_on: left,
        procedure_to_a1: true,
        applied_on: Some(day(2026, 9, 20)),
        ..member(Some(Category::A1))
    };
    assert_eq!(person_on(&gone, &[], EXPORT, day(2026, 10, 1)), Eligibility::Pending { since: Some(day(2026, 9, 20)) });
    let stale = Standing { applied_on: Some(day(2026, 8, 20)), ..gone };
    assert_eq!(person_on(&stale, &[], EXPORT, day(2026, 10, 1)), no(NotEligibleReason::Left));
}

#[test]
fn a_record_without_category_or_procedure_is_unknown() {
    assert_eq!(person_on(&member(None), &[], EXPORT, day(2026, 11, 1)), unknown(UnknownReason::NoCategory));
}

#[test]
fn only_a1_is_eligible() {
    for category in Category::ALL {
        let answer = person_on(&member(Some(category)), &[], EXPORT, day(2026, 11, 1));
        assert_eq!(answer == Eligibility::Eligible, category == Category::A1, "{category:?}");
    }
}

#[test]
fn a_tie_is_half_open_and_an_employee_has_no_right() {
    let tie = |role| Tenure { role, from_on: Some(day(2024, 1, 1)), until_on: Some(day(2025, 1, 1)) };
    for (on, role, expected) in [
        (day(2023, 12, 31), FacilityRole::Opener, TenureState::Outside),
        (day(2024, 1, 1), FacilityRole::Opener, TenureState::Runs),
        (day(2024, 12, 31), FacilityRole::Manager, TenureState::Runs),
        (day(2025, 1, 1), FacilityRole::Manager, TenureState::Outside),
        (day(2024, 6, 1), FacilityRole::Employee, TenureState::EmployeeOnly),
    ] {
        assert_eq!(tenure_on(&tie(role), on), expected, "{on} {role:?}");
    }
    let open = Tenure { role: FacilityRole::Opener, from_on: None, until_on: None };
    assert_eq!(tenure_on(&open, day(1990, 1, 1)), TenureState::Runs);
}

#[test]
fn an_eligible_person_who_only_works_there_is_a_question() {
    assert_eq!(combine(Eligibility::Eligible, TenureState::EmployeeOnly), unknown(UnknownReason::EmployeeOnly));
    assert_eq!(combine(Eligibility::Eligible, TenureState::Outside), unknown(UnknownReason::OutsideTenure));
    assert_eq!(combine(no(NotEligibleReason::Left), TenureState::EmployeeOnly), no(NotEligibleReason::Left));
    assert_eq!(combine(Eligibility::Eligible, TenureState::Runs), Eligibility::Eligible);
}

#[test]
fn a_procedure_is_flagged_after_three_months() {
    let since = day(2026, 8, 1);
    assert!(!pending_is_overdue(since, day(2026, 10, 31)));
    assert!(pending_is_overdue(since, day(2026, 11, 1)));
    assert!(pending_is_overdue(day(2026, 11, 30), day(2027, 2, 28)));
}
