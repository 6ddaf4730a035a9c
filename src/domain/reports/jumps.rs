//! What moved much against the report before: a person says why, in a sentence, before it's published.

use serde::{Deserialize, Serialize};

use super::THRESHOLD;
use super::axis::Axis;
use super::report::{Report, Terms};
use super::tables::Key;

/// By how many cases it moved at the least.
const CASES: u64 = 2 * THRESHOLD;
/// And by how much of what it was, in per cent.
const SHARE: u64 = 30;

/// A published number that moved much against a published one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jump {
    /// The cell.
    pub key: Key,
    /// What it was in the period before.
    pub from: u64,
    /// What it is.
    pub to: u64,
}

/// A jump, and the sentence that says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// What moved.
    #[serde(flatten)]
    pub jump: Jump,
    /// Why.
    pub why: String,
}

impl Jump {
    /// What a form calls it; the same in every report that tells cases apart alike.
    pub fn code(&self) -> String {
        let at = self.key.at.first().map(|(axis, category)| format!("{}-{category}", axis.dimension()));
        format!("why-{}", at.unwrap_or_else(|| "total".to_owned()))
    }
}

/// What a report shows of a category, by the groups of another: none where that tells other groups apart.
pub fn same_cell((report, terms): (&Report, &Terms), own: &Terms, axis: Axis, category: u8) -> Option<Option<u64>> {
    let base = |terms: &Terms, category: u8| {
        let words = terms.categories.words(axis.known_by());
        let of = terms.categories.base_of(axis, category);
        let mut words: Vec<String> = of.into_iter().filter_map(|at| words.get(usize::from(at)).cloned()).collect();
        words.sort();
        words
    };
    let wanted = base(own, category);
    let same = (0..terms.categories.count(axis)).find(|other| base(terms, *other) == wanted)?;
    let key = Key { period: report.period, at: vec![(axis, same)] };
    report.cells.iter().find(|(of, _)| *of == key).map(|(_, cases)| *cases)
}

/// What moved much against the report of the period before: the total, and tables by one axis.
pub fn jumps(report: &Report, terms: &Terms, before: (&Report, &Terms)) -> Vec<Jump> {
    let jump = |key: Key, from: Option<u64>| {
        let (from, to) = (from?, report.cell(&key)?);
        let moved = from.abs_diff(to);
        (moved >= CASES && moved * 100 >= from * SHARE).then_some(Jump { key, from, to })
    };
    let whole = jump(Key { period: report.period, at: Vec::new() }, before.0.total());
    let by_one = report.tables.iter().filter(|table| table.axes.len() == 1).flat_map(|table| {
        let axis = table.axes[0];
        (0..terms.categories.count(axis)).filter_map(move |category| {
            let earlier = same_cell(before, terms, axis, category).flatten();
            jump(Key { period: report.period, at: vec![(axis, category)] }, earlier)
        })
    });
    whole.into_iter().chain(by_one).collect()
}

#[cfg(test)]
mod tests {
    use super::super::groups::Categories;
    use super::super::tables::{Grain, Table};
    use super::*;

    fn terms(codes: &[&str]) -> Terms {
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        Terms { grain: Grain::National, categories: Categories::new([(Axis::Desk, codes)], None) }
    }

    fn report(period: &str, total: Option<u64>, cells: &[Option<u64>]) -> Report {
        let period = period.parse().expect("a year");
        let at = |category: usize| vec![(Axis::Desk, u8::try_from(category).expect("small"))];
        let by = cells.iter().enumerate().map(|(nth, cases)| (Key { period, at: at(nth) }, *cases));
        Report {
            period,
            tables: vec![Table { period, axes: Vec::new() }, Table { period, axes: vec![Axis::Desk] }],
            cells: [(Key { period, at: Vec::new() }, total)].into_iter().chain(by).collect(),
            facilities: None,
            service: Vec::new(),
            directory: None,
            example: None,
            changes: Vec::new(),
        }
    }

    fn found(now: (&Report, &Terms), before: (&Report, &Terms)) -> Vec<(String, u64, u64)> {
        jumps(now.0, now.1, before).iter().map(|jump| (jump.code(), jump.from, jump.to)).collect()
    }

    #[test]
    fn what_moved_by_many_cases_and_by_much_of_what_it_was_is_a_jump() {
        let of = terms(&["a", "b", "c", "d"]);
        let before = report("2026-10", Some(300), &[Some(100), Some(60), Some(30), None]);
        let now = report("2026-11", Some(330), &[Some(129), Some(80), Some(49), Some(72)]);
        assert_eq!(found((&now, &of), (&before, &of)), [("why-desk-1".to_owned(), 60, 80)]);
        let fell = report("2026-11", Some(200), &[Some(70), Some(60), Some(0), Some(70)]);
        let codes = ["why-total", "why-desk-0", "why-desk-2"];
        assert_eq!(
            found((&fell, &of), (&before, &of)).iter().map(|(code, ..)| code.as_str()).collect::<Vec<_>>(),
            codes
        );
    }

    #[test]
    fn what_is_withheld_or_told_by_other_groups_is_none() {
        let (of, other) = (terms(&["a", "b"]), terms(&["b", "x"]));
        let before = report("2025", None, &[None, Some(20)]);
        let now = report("2026", Some(400), &[Some(200), None]);
        assert_eq!(found((&now, &of), (&before, &of)), []);
        let before = report("2025", Some(400), &[Some(100), Some(20)]);
        assert_eq!(found((&now, &of), (&before, &other)), [], "a is told apart in one of them alone");
        let now = report("2026", Some(400), &[None, Some(200)]);
        assert_eq!(found((&now, &of), (&before, &other)), [("why-desk-1".to_owned(), 100, 200)]);
    }
}
