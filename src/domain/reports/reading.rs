//! What a reader takes from a report at a glance, from its published cells alone.

use super::axis::Axis;
use super::outcome::Outcome;
use super::report::{Report, Terms};
use super::tables::{Key, Table};

/// What a report says of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// So many.
    Shown(u64),
    /// It's withheld.
    Withheld,
    /// It isn't told apart in such a report.
    NotTold,
}

impl Says {
    fn of(cases: Option<u64>) -> Self {
        cases.map_or(Self::Withheld, Self::Shown)
    }
}

/// The member was introduced to a firm.
const REFERRED: [Outcome; 2] = [Outcome::ReferredForensic, Outcome::ReferredLawyer];

/// How far matters went: calls, cases, those that tier 2 was asked for, those that were referred.
pub fn funnel(report: &Report, terms: &Terms) -> [(&'static str, Says); 4] {
    let calls = report.service.iter().find(|measured| measured.name == "answered");
    let outcomes = |of: &[Outcome]| {
        let codes: Vec<&str> = of.iter().map(|outcome| outcome.code()).collect();
        of_categories(report, terms, Axis::Outcome, &codes)
    };
    [
        ("お受けした電話", calls.map_or(Says::NotTold, |calls| Says::Shown(calls.value))),
        ("相談件数", Says::of(report.total())),
        ("うち2次対応", outcomes(&Outcome::TIER2)),
        ("うち専門事業者の紹介", outcomes(&REFERRED)),
    ]
}

/// How many cases were of any of these categories, where the report tells just them; of several tables that do, what one
/// shows.
fn of_categories(report: &Report, terms: &Terms, base: Axis, codes: &[&str]) -> Says {
    let by_it = |table: &&Table| table.axes.len() == 1 && table.axes[0].known_by() == base;
    let says = report.tables.iter().filter(by_it).map(|table| of_table(report, terms, table, codes));
    says.fold(Says::NotTold, |before, now| match (before, now) {
        (Says::Shown(cases), _) | (_, Says::Shown(cases)) => Says::Shown(cases),
        (Says::Withheld, _) | (_, Says::Withheld) => Says::Withheld,
        _ => Says::NotTold,
    })
}

fn of_table(report: &Report, terms: &Terms, table: &Table, codes: &[&str]) -> Says {
    let axis = table.axes[0];
    let words = terms.categories.words(axis.known_by());
    let (mut left, mut sum) = (codes.len(), Some(0));
    for category in 0..terms.categories.count(axis) {
        let of = terms.categories.base_of(axis, category);
        let among = |at: &&u8| words.get(usize::from(**at)).is_some_and(|word| codes.contains(&word.as_str()));
        match of.iter().filter(among).count() {
            0 => continue,
            some if some == of.len() => left -= some,
            // It's told with something else.
            _ => return Says::NotTold,
        }
        let cases = report.cell(&Key { period: table.period, at: vec![(axis, category)] });
        sum = sum.zip(cases).map(|(sum, cases)| sum + cases);
    }
    if left == 0 { Says::of(sum) } else { Says::NotTold }
}

/// The kind of incident of which a report shows most, of those that it tells by themselves; of equals the first.
pub fn most_told<'a>(report: &Report, terms: &'a Terms) -> Option<&'a str> {
    let by_it = |axes: &[Axis]| axes.len() == 1 && axes[0].base() == Axis::Incident;
    let table = report.tables.iter().find(|table| by_it(&table.axes))?;
    let (axis, words) = (table.axes[0], terms.categories.words(Axis::Incident));
    let alone = |category: u8| match terms.categories.base_of(axis, category)[..] {
        [one] => words.get(usize::from(one)).map(String::as_str),
        _ => None,
    };
    let shown = (0..terms.categories.count(axis)).filter_map(|category| {
        let cases = report.cell(&Key { period: table.period, at: vec![(axis, category)] })?;
        Some((cases, std::cmp::Reverse(category), alone(category)?))
    });
    shown.filter(|(cases, ..)| *cases > 0).max().map(|(_, _, word)| word)
}

#[cfg(test)]
mod tests {
    use super::super::groups::Categories;
    use super::super::tables::Grain;
    use super::*;

    fn report(cells: &[(u8, Option<u64>)]) -> (Report, Terms) {
        let period = "2026".parse().expect("a year");
        let codes = |all: &[&str]| all.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        let axes = [
            (Axis::Outcome, codes(&["tier1", "escalated", "referred_forensic", "referred_lawyer"])),
            (Axis::Incident, codes(&["ransomware", "leak", "malware"])),
        ];
        let terms = Terms { grain: Grain::National, categories: Categories::new(axes, None) };
        let by = |axis| Table { period, axes: vec![axis] };
        let at = |axis: Axis| cells.iter().map(move |(c, cases)| (Key { period, at: vec![(axis, *c)] }, *cases));
        let cells = at(Axis::Outcome).chain(at(Axis::Incident)).collect();
        let tables = vec![by(Axis::Outcome), by(Axis::Incident)];
        (
            Report {
                period,
                tables,
                cells,
                facilities: None,
                service: Vec::new(),
                directory: None,
                example: None,
                changes: Vec::new(),
            },
            terms,
        )
    }

    #[test]
    fn the_funnel_adds_up_what_is_shown_and_says_what_is_not() {
        let (shown, terms) = report(&[(0, Some(50)), (1, Some(30)), (2, Some(20)), (3, Some(10))]);
        let says = |report: &Report| funnel(report, &terms).map(|(_, says)| says);
        assert_eq!(says(&shown), [Says::NotTold, Says::Withheld, Says::Shown(60), Says::Shown(30)]);
        let (withheld, _) = report(&[(0, Some(50)), (1, Some(30)), (2, None), (3, Some(10))]);
        assert_eq!(says(&withheld)[2..], [Says::Withheld, Says::Withheld]);
        let none = Report { tables: Vec::new(), ..shown };
        assert_eq!(says(&none)[2..], [Says::NotTold, Says::NotTold]);
    }

    #[test]
    fn the_incident_of_which_most_is_shown_is_found_whatever_is_withheld() {
        let told = |cells: &[(u8, Option<u64>)]| {
            let (report, terms) = report(cells);
            most_told(&report, &terms).map(str::to_owned)
        };
        assert_eq!(told(&[(0, Some(12)), (1, None), (2, Some(15))]), Some("malware".to_owned()));
        assert_eq!(told(&[(0, Some(12)), (1, Some(12)), (2, None)]), Some("ransomware".to_owned()));
        assert_eq!(told(&[(0, None), (1, Some(0)), (2, None)]), None);
    }
}
