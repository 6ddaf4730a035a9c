//! What several exports show together, as a table.

use super::*;

const fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(y, m, d) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

fn record(category: Category, moved: Option<(NaiveDate, Category)>) -> MemberRecord {
    MemberRecord {
        person_key: "M1".into(),
        member_no: None,
        registry_no: None,
        category: Some(category),
        name: "架空　一".into(),
        kana: String::new(),
        enrolled_on: Some(day(2015, 4, 1)),
        moved_on: moved.map(|m| m.0),
        category_before: moved.map(|m| m.1),
        left_on: None,
        procedure: None,
        pref_association: String::new(),
        district_association: String::new(),
    }
}

/// What the first export says, as it's recorded.
fn first(record: &MemberRecord, seen_on: NaiveDate) -> Vec<RecordedPeriod> {
    periods(record).into_iter().map(|period| RecordedPeriod { period, seen_on }).collect()
}

fn certain(settled: &[RecordedPeriod]) -> Vec<(Category, NaiveDate, NaiveDate)> {
    let whole = |p: CategoryPeriod| Some((p.category?, p.from_on?, p.until_on?));
    settled.iter().filter_map(|r| r.certain().and_then(whole)).collect()
}

const FIRST: NaiveDate = day(2026, 4, 1);
const SECOND: NaiveDate = day(2026, 10, 1);
const LAST: LastSeen = LastSeen { on: FIRST, unbroken: true };

#[test]
fn between_two_moves_that_two_exports_show_the_category_is_certain() {
    let old = record(Category::A1, Some((day(2025, 4, 1), Category::A2B)));
    let now = record(Category::B, Some((day(2026, 6, 1), Category::A1)));
    let settled = settle(&first(&old, FIRST), &now, LAST, SECOND);
    assert_eq!(certain(&settled), [(Category::A1, day(2025, 4, 1), day(2026, 6, 1))]);
}

#[test]
fn a_third_export_leaves_what_two_have_shown() {
    let moves = [
        record(Category::A1, Some((day(2025, 4, 1), Category::A2B))),
        record(Category::B, Some((day(2026, 6, 1), Category::A1))),
        record(Category::C, Some((day(2026, 11, 1), Category::B))),
    ];
    let two = settle(&first(&moves[0], FIRST), &moves[1], LAST, SECOND);
    let three = settle(&two, &moves[2], LastSeen { on: SECOND, unbroken: true }, day(2026, 12, 1));
    assert_eq!(
        certain(&three),
        [(Category::A1, day(2025, 4, 1), day(2026, 6, 1)), (Category::B, day(2026, 6, 1), day(2026, 11, 1)),]
    );
}

#[test]
fn where_two_exports_leave_a_gap_only_what_the_first_showed_is_certain() {
    let old = record(Category::A1, Some((day(2025, 4, 1), Category::A2B)));
    // In between, the member has moved twice: nobody showed when.
    let now = record(Category::B, Some((day(2026, 6, 1), Category::C)));
    let shown = [(Category::A1, day(2025, 4, 1), day(2026, 4, 2))];
    assert_eq!(certain(&settle(&first(&old, FIRST), &now, LAST, SECOND)), shown);
    let again = record(Category::B, Some((day(2026, 6, 1), Category::A1)));
    let broken = LastSeen { unbroken: false, ..LAST };
    assert_eq!(certain(&settle(&first(&old, FIRST), &again, broken, SECOND)), shown, "missing for a while");
}

#[test]
fn the_later_export_is_believed_where_they_contradict_each_other() {
    let old = record(Category::A1, Some((day(2025, 4, 1), Category::A2B)));
    for corrected in [day(2025, 3, 1), day(2025, 5, 1)] {
        let now = record(Category::A1, Some((corrected, Category::A2B)));
        assert_eq!(certain(&settle(&first(&old, FIRST), &now, LAST, SECOND)), [], "{corrected}");
    }
}

#[test]
fn a_move_ahead_of_the_export_that_never_came_is_forgotten() {
    let old = record(Category::A1, Some((day(2026, 6, 1), Category::A2B)));
    let now = record(Category::A2B, None);
    assert_eq!(certain(&settle(&first(&old, FIRST), &now, LAST, SECOND)), []);
}

#[test]
fn a_move_ahead_of_the_export_leaves_the_category_before_it_certain_from_the_exports_day() {
    let old = record(Category::B, Some((day(2026, 6, 1), Category::A1)));
    assert_eq!(certain(&first(&old, FIRST)), [(Category::A1, FIRST, day(2026, 6, 1))]);
}

#[test]
fn another_spelling_of_the_name_changes_nothing() {
    let old = first(&record(Category::A1, None), FIRST);
    let now = MemberRecord { name: "架空 一".into(), ..record(Category::A1, None) };
    assert_eq!(settle(&old, &now, LAST, SECOND), old);
}

#[test]
fn who_left_and_came_back_was_a_member_before() {
    let old = MemberRecord { left_on: Some(day(2024, 4, 1)), ..record(Category::A1, None) };
    let now = MemberRecord { enrolled_on: Some(day(2026, 5, 1)), ..record(Category::A1, None) };
    let settled = settle(&first(&old, FIRST), &now, LAST, SECOND);
    assert_eq!(certain(&settled), [(Category::A1, day(2015, 4, 1), day(2024, 4, 1))]);
}
