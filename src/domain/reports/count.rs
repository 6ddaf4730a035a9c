//! Counting the cells of reports, one unit after the other: what it takes grows with the cells, not with the cases.

use std::collections::{BTreeMap, BTreeSet};

use super::axis::Axis;
use super::case::Case;
use super::groups::Categories;
use super::lattice::At;
use super::period::Period;
use super::tables::{Cells, Key};
use super::tally::Tally;

/// Counts cases as they come, those of a unit one after the other.
pub struct Counter {
    keys: Vec<Key>,
    grids: Vec<Grid>,
    /// Which grids a month's cases stand in: its own, its quarter's, its year's.
    of_month: BTreeMap<Period, Vec<usize>>,
    tallies: Vec<Tally>,
    /// The unit whose cases are coming, how many of them each cell has, and which cells have any.
    unit: Option<u64>,
    own: Vec<u64>,
    touched: Vec<At>,
    unlisted: u8,
    has_unlisted: bool,
}

/// The cells of a period that name the same axes, by their categories.
struct Grid {
    period: Period,
    axes: Vec<Places>,
    cells: Vec<Option<At>>,
}

/// Cells and their places.
type Placed<'a> = Vec<(&'a Key, At)>;

/// How a case's category leads to a cell.
struct Places {
    axis: Axis,
    /// The category on the axis of each category that cases know.
    of: Vec<u8>,
    stride: usize,
}

impl Counter {
    /// Of these cells.
    pub fn new(cells: BTreeSet<Key>, categories: &Categories) -> Self {
        let keys: Vec<Key> = cells.into_iter().collect();
        let mut by_axes: BTreeMap<(Period, Vec<Axis>), Placed<'_>> = BTreeMap::new();
        for (at, key) in keys.iter().enumerate() {
            let axes = key.at.iter().map(|(axis, _)| *axis).collect();
            by_axes.entry((key.period, axes)).or_default().push((key, at));
        }
        let grids: Vec<Grid> =
            by_axes.iter().map(|((period, axes), of)| Grid::of(*period, axes, of, categories)).collect();
        Self {
            grids,
            of_month: BTreeMap::new(),
            tallies: vec![Tally::default(); keys.len()],
            unit: None,
            own: vec![0; keys.len()],
            keys,
            touched: Vec::new(),
            unlisted: categories.count(Axis::FacilityType).saturating_sub(1),
            has_unlisted: false,
        }
    }

    /// The next case, and whose it is: a unit's cases come one after the other, each unit once.
    pub fn case(&mut self, unit: u64, case: &Case) {
        if self.unit != Some(unit) {
            self.end_unit();
            self.unit = Some(unit);
        }
        self.has_unlisted |= case.facility_type == self.unlisted;
        let grids = self.of_month.entry(case.month).or_insert_with(|| {
            let periods: Vec<Period> = std::iter::successors(Some(case.month), |period| period.whole()).collect();
            let within = |(_, grid): &(usize, &Grid)| periods.contains(&grid.period);
            self.grids.iter().enumerate().filter(within).map(|(nth, _)| nth).collect()
        });
        for at in grids.iter().filter_map(|nth| self.grids[*nth].at(case)) {
            if self.own[at] == 0 {
                self.touched.push(at);
            }
            self.own[at] += 1;
        }
    }

    fn end_unit(&mut self) {
        let Some(unit) = self.unit.take() else { return };
        for at in self.touched.drain(..) {
            self.tallies[at].add(unit, std::mem::take(&mut self.own[at]));
        }
    }

    /// What was counted.
    pub fn counted(mut self) -> Counts {
        self.end_unit();
        Counts { tallies: self.keys.into_iter().zip(self.tallies).collect(), has_unlisted: self.has_unlisted }
    }
}

impl Grid {
    fn of(period: Period, axes: &[Axis], cells: &[(&Key, At)], categories: &Categories) -> Self {
        let mut size = 1;
        let mut places = Vec::new();
        for axis in axes {
            places.push(Places { axis: axis.known_by(), of: categories.from_base(*axis), stride: size });
            size *= usize::from(categories.count(*axis));
        }
        let mut grid = vec![None; size];
        for (key, at) in cells {
            let place: usize = key.at.iter().zip(&places).map(|((_, c), places)| usize::from(*c) * places.stride).sum();
            grid[place] = Some(*at);
        }
        Self { period, axes: places, cells: grid }
    }

    fn at(&self, case: &Case) -> Option<At> {
        let mut place = 0;
        for places in &self.axes {
            place += usize::from(*places.of.get(usize::from(case.on(places.axis)?))?) * places.stride;
        }
        self.cells.get(place).copied().flatten()
    }
}

/// What was counted, by cells.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    tallies: BTreeMap<Key, Tally>,
    has_unlisted: bool,
}

impl Counts {
    /// What a cell holds, if it was counted.
    pub fn of(&self, key: &Key) -> Option<&Tally> {
        self.tallies.get(key)
    }

    /// What these cells hold, by their places; none where one of them wasn't counted.
    pub fn over(&self, cells: &Cells) -> Option<Vec<Tally>> {
        let mut tallies = vec![Tally::default(); cells.len()];
        for (key, at) in cells.keys() {
            tallies[at] = self.of(key)?.clone();
        }
        Some(tallies)
    }

    /// Whether there are cases of a facility of which the directory doesn't know what it is.
    pub fn has_unlisted(&self) -> bool {
        self.has_unlisted
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables::{Grain, Table, tables_of};
    use super::*;

    fn words(n: usize) -> Vec<String> {
        (0..n).map(|nth| nth.to_string()).collect()
    }

    fn categories() -> Categories {
        use Axis as A;
        let sizes =
            [(A::Incident, 4), (A::FacilityType, 3), (A::Outcome, 3), (A::Desk, 2), (A::Severity, 4), (A::Standing, 3)];
        Categories::new(sizes.map(|(axis, n)| (axis, words(n))), None)
    }

    fn case(month: &str, prefecture: u8, incident: u8) -> Case {
        let month = month.parse().expect("a month");
        let (facility_type, outcome, desk, severity, standing) = (1, 2, 0, 3, 2);
        let (effect, backup, close_time) = (0, 0, 0);
        Case {
            month,
            prefecture,
            incident,
            facility_type,
            outcome,
            desk,
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
        let mut counter = Counter::new(cells.keys().map(|(key, _)| key.clone()).collect(), &categories);
        let of_first = [case("2026-07", 12, 0), case("2026-07", 12, 0), case("2026-09", 12, 1)];
        of_first.iter().for_each(|case| counter.case(1, case));
        [case("2026-07", 0, 0), case("2026-05", 0, 0)].iter().for_each(|case| counter.case(2, case));
        counter.case(3, &case("2026-08", 34, 3));
        let counts = counter.counted();
        let of = |period: &str, at: &[(Axis, u8)]| {
            let key = Key { period: period.parse().expect("one"), at: at.to_vec() };
            let tally = counts.of(&key).expect("a cell");
            (tally.cases, tally.facilities)
        };
        assert_eq!(of("2026-07", &[]), (3, 2));
        assert_eq!(of("2026-07", &[(Axis::IncidentMonthly, 0)]), (3, 2));
        assert_eq!(of("2026-07", &[(Axis::RegionMonthly, 2)]), (2, 1));
        assert_eq!(of("2026Q3", &[(Axis::Region, 2)]), (3, 1));
        assert_eq!(of("2026Q3", &[(Axis::RegionMonthly, 5)]), (1, 1), "told by no table, and counted");
        assert_eq!(of("2026Q3", &[]), (5, 3), "May is another quarter's");
        let lattice = cells.counted(counts.over(&cells).expect("all of them"));
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
