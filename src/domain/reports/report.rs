//! A report as it was drawn: tables whose cells are shown or withheld, and nothing else.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::THRESHOLD;
use super::count::{Counter, Counts};
use super::groups::Categories;
use super::period::Period;
use super::series::{Protected, Series};
use super::service::Measured;
use super::tables::{Grain, Key, Table};

/// A report. It holds no withheld number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it is of.
    pub period: Period,
    /// Its tables.
    pub tables: Vec<Table>,
    /// Their cells: the number, or none where it's withheld.
    pub cells: Vec<(Key, Option<u64>)>,
    /// Distinct facilities in the whole country, unless withheld.
    pub facilities: Option<u64>,
    /// What the line did, as far as it's told.
    #[serde(default)]
    pub service: Vec<Measured>,
    /// Facilities in the directory on the day on which it was drawn.
    #[serde(default)]
    pub directory: Option<u64>,
    /// An invented case, and what is recommended.
    #[serde(default)]
    pub example: Option<Example>,
    /// What was changed of how things are counted until then, with the day.
    #[serde(default)]
    pub changes: Vec<(NaiveDate, String)>,
}

/// An invented case, as it was told when the report was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// What it's called.
    pub title: String,
    /// What happened.
    pub told: String,
    /// What is recommended.
    pub advice: Vec<String>,
    /// The public advice that it's written from.
    pub source: String,
}

impl Report {
    /// A cell: the number, or none where it's withheld or no table has it.
    pub fn cell(&self, key: &Key) -> Option<u64> {
        self.cells.iter().find(|(of, _)| of == key).and_then(|(_, shown)| *shown)
    }

    /// All cases.
    pub fn total(&self) -> Option<u64> {
        self.cell(&Key { period: self.period, at: Vec::new() })
    }
}

/// How a calendar year is told; fixed when the first report of it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// By regions, or the whole country alone.
    pub grain: Grain,
    /// The categories and their groups.
    pub categories: Categories,
}

/// A report in the making: its cases are to be counted, then it's drawn.
pub struct Drawing {
    period: Period,
    series: Series,
    terms: Terms,
}

impl Drawing {
    /// Of a period, together with all that was drawn of the year before it.
    pub fn new(period: Period, drawn: &[Report], terms: &Terms) -> Self {
        let mut series = Series::default();
        for report in drawn {
            let cells: BTreeMap<Key, Option<u64>> = report.cells.iter().cloned().collect();
            series.publish(Protected { tables: report.tables.clone(), dropped: Vec::new(), cells });
        }
        Self { period, series, terms: terms.clone() }
    }

    /// Takes the cases of all these periods. Each unit is one facility; those whose facility isn't known are one together.
    pub fn counter(&self) -> Counter {
        let cells = self.series.keys(self.period, self.terms.grain, &self.terms.categories);
        Counter::new(cells, &self.terms.categories)
    }

    /// Withholds and proves. What can't be proven isn't told: the tables that were dropped are given too, for nobody but
    /// who looks after the product.
    pub fn finish(&self, counts: &Counts) -> (Report, Vec<Table>) {
        let (period, terms) = (self.period, &self.terms);
        let protected = self.series.protect(period, terms.grain, &terms.categories, THRESHOLD, counts);
        let whole = Key { period, at: Vec::new() };
        let shown = protected.cells.get(&whole).copied().flatten().is_some();
        let facilities = counts.of(&whole).filter(|all| {
            // Each known facility has a case at least: beside the cases the facilities say how many cases can be of those
            // that aren't known at most, and of any one at all. That must leave room.
            let room = (all.cases + 1).saturating_sub(all.facilities);
            let harmless = !counts.has_unlisted() || room >= 2 * THRESHOLD;
            // Without cases there is no facility, and everybody sees it.
            shown && (all.cases == 0 || (harmless && !all.is_sensitive(THRESHOLD)))
        });
        let facilities = facilities.map(|all| all.facilities);
        let Protected { tables, dropped, cells } = protected;
        let cells = cells.into_iter().collect();
        let nothing = (Vec::new(), None, None, Vec::new());
        let (service, directory, example, changes) = nothing;
        (Report { period, tables, cells, facilities, service, directory, example, changes }, dropped)
    }
}
