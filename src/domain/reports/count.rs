//! Counting the cells of reports, one facility after the other: what it takes grows with the cells, not with the cases.

use std::collections::{BTreeMap, BTreeSet};

use super::axis::Axis;
use super::case::Case;
use super::groups::Categories;
use super::lattice::At;
use super::period::Period;
use super::tables::{Cells, Key, Table};
use super::tally::Tally;

/// Counts.
pub struct Counter<'a> {
    cells: &'a Cells,
    categories: &'a Categories,
    /// What each table tells apart, and each cell that stands in none, by period.
    by_period: BTreeMap<Period, BTreeSet<Vec<Axis>>>,
    tallies: Vec<Tally>,
}

impl<'a> Counter<'a> {
    /// Of the cells of these tables.
    pub fn new(cells: &'a Cells, tables: &[Table], categories: &'a Categories) -> Self {
        let mut by_period: BTreeMap<Period, BTreeSet<Vec<Axis>>> = BTreeMap::new();
        for table in tables {
            by_period.entry(table.period).or_default().extend(subsets(&table.axes));
        }
        for (key, _) in cells.keys().filter(|(_, at)| cells.is_unpublished(*at)) {
            let axes = key.at.iter().map(|(axis, _)| *axis).collect();
            by_period.entry(key.period).or_default().insert(axes);
        }
        Self { cells, categories, by_period, tallies: vec![Tally::default(); cells.len()] }
    }

    /// All cases of one facility, each facility once.
    pub fn facility(&mut self, facility: u64, cases: &[Case]) {
        let mut own: BTreeMap<At, u64> = BTreeMap::new();
        for case in cases {
            let mut period = Some(case.month);
            while let Some(of) = period {
                for axes in self.by_period.get(&of).into_iter().flatten() {
                    let at = axes.iter().map(|axis| (*axis, self.categories.of(case, *axis))).collect();
                    let key = Key { period: of, at };
                    if let Some(at) = self.cells.at(&key) {
                        *own.entry(at).or_default() += 1;
                    }
                }
                period = of.whole();
            }
        }
        for (at, cases) in own {
            self.tallies[at].add(facility, cases);
        }
    }

    /// What was counted, by the cells' places.
    pub fn counted(self) -> Vec<Tally> {
        self.tallies
    }
}

/// Which axes a table's cells name: all, some or none of them.
fn subsets(axes: &[Axis]) -> Vec<Vec<Axis>> {
    let mut subsets = vec![Vec::new()];
    for axis in axes {
        let with: Vec<Vec<Axis>> = subsets.iter().map(|some| [some.as_slice(), &[*axis]].concat()).collect();
        subsets.extend(with);
    }
    subsets
}

#[cfg(test)]
mod tests {
    use super::super::tables::{Grain, tables_of};
    use super::*;

    fn words(n: usize) -> Vec<String> {
        (0..n).map(|nth| nth.to_string()).collect()
    }

    fn categories() -> Categories {
        use Axis as A;
        let sizes = [
            (A::Incident, 4),
            (A::FacilityType, 3),
            (A::Outcome, 3),
            (A::Desk, 2),
            (A::Tier, 2),
            (A::Severity, 4),
            (A::Standing, 3),
        ];
        Categories::new(sizes.map(|(axis, n)| (axis, words(n))), None)
    }

    fn case(month: &str, prefecture: u8, incident: u8) -> Case {
        let month = month.parse().expect("a month");
        let (facility_type, outcome, desk, tier, severity, standing) = (1, 2, 0, 1, 3, 2);
        let (effect, backup, close_time) = (0, 0, 0);
        Case {
            month,
            prefecture,
            incident,
            facility_type,
            outcome,
            desk,
            tier,
            severity,
            standing,
            effect,
            backup,
            close_time,
        }
    }

    #[test]
    fn each_sum_holds_and_a_facility_counts_once_a_cell() {
        let categories = categories();
        let periods: Vec<Period> =
            ["2026-07", "2026-08", "2026-09", "2026Q3"].map(|p| p.parse().expect("one")).to_vec();
        let tables: Vec<Table> =
            periods.iter().flat_map(|period| tables_of(*period, Grain::Regional, &categories)).collect();
        let cells = Cells::of(&tables, &categories);
        let mut counter = Counter::new(&cells, &tables, &categories);
        counter.facility(1, &[case("2026-07", 12, 0), case("2026-07", 12, 0), case("2026-09", 12, 1)]);
        counter.facility(2, &[case("2026-07", 0, 0), case("2026-05", 0, 0)]);
        counter.facility(3, &[case("2026-08", 34, 3)]);
        let tallies = counter.counted();
        let of = |period: &str, at: &[(Axis, u8)]| {
            let key = Key { period: period.parse().expect("one"), at: at.to_vec() };
            let tally = &tallies[cells.at(&key).expect("a cell")];
            (tally.cases, tally.facilities)
        };
        assert_eq!(of("2026-07", &[]), (3, 2));
        assert_eq!(of("2026-07", &[(Axis::IncidentMonthly, 0)]), (3, 2));
        assert_eq!(of("2026-07", &[(Axis::RegionMonthly, 2)]), (2, 1));
        assert_eq!(of("2026Q3", &[(Axis::Region, 2)]), (3, 1));
        assert_eq!(of("2026Q3", &[(Axis::RegionMonthly, 5)]), (1, 1), "told by no table, and counted");
        assert_eq!(of("2026Q3", &[]), (5, 3), "May is another quarter's");
        let lattice = cells.counted(tallies);
        assert!(lattice.rows().len() > 30);
        for row in lattice.rows() {
            let parts: u64 = row.parts.iter().map(|at| lattice.cells()[*at].cases).sum();
            assert_eq!(parts, lattice.cells()[row.whole].cases, "{row:?}");
        }
    }

    #[test]
    fn a_years_cells_are_joined_from_month_to_year() {
        let categories = categories();
        let year: Period = "2026".parse().expect("a year");
        let quarters = year.parts();
        let all = quarters.iter().flat_map(|quarter| quarter.parts()).chain(quarters.clone()).chain([year]);
        let tables: Vec<Table> = all.flat_map(|period| tables_of(period, Grain::Regional, &categories)).collect();
        let lattice = {
            let cells = Cells::of(&tables, &categories);
            cells.counted(vec![Tally::default(); cells.len()])
        };
        let reached = lattice.together(0, |_| true);
        assert_eq!(reached.len(), lattice.cells().len(), "no cell stands apart");
    }
}
