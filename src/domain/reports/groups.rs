//! How coarsely reports tell cases apart: groups are fixed once a calendar year from the volume of the year before, so that
//! each is expected to hold twice the threshold (`quality.md` section 3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::THRESHOLD;
use super::axis::{Axis, GROUPED};
use super::case::Case;
use super::outcome::Tier;

/// How many cases a cell holds on average, at the least.
const AVERAGE: u64 = 30;

/// The last prefecture of each of the eight regions, by its place in the order of JIS X 0401; then the unknown.
const EIGHT_UNTIL: [u8; 9] = [1, 7, 14, 23, 30, 35, 39, 47, 48];
/// What the regions are called.
const EIGHT: [&str; 9] = ["北海道", "東北", "関東", "中部", "近畿", "中国", "四国", "九州・沖縄", "不明"];

/// How many cases there were of each category in the year before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Volume(BTreeMap<Axis, Vec<u64>>);

impl Volume {
    /// Of a year's cases.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let mut volume = Self::default();
        cases.into_iter().for_each(|case| volume.add(case));
        volume
    }

    /// One more.
    pub fn add(&mut self, case: &Case) {
        for [axis, ..] in GROUPED {
            let counts = self.0.entry(axis).or_default();
            let at = usize::from(case.on(axis).unwrap_or_default());
            counts.resize(counts.len().max(at + 1), 0);
            counts[at] += 1;
        }
    }

    /// All of them.
    pub fn cases(&self) -> u64 {
        self.0.values().next().into_iter().flatten().sum()
    }

    fn on(&self, axis: Axis, categories: usize) -> Vec<u64> {
        let mut counts = self.0.get(&axis).cloned().unwrap_or_default();
        counts.resize(categories, 0);
        counts
    }
}

/// The categories of each axis, as reports call them, and the groups they make.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Categories {
    words: BTreeMap<Axis, Vec<String>>,
    /// Of an axis of groups the categories of the finer axis that make each.
    groups: BTreeMap<Axis, Vec<Vec<u8>>>,
}

impl Categories {
    /// Of the axes besides places, by their words; grouped by the volume of the year before. Without one, in the first
    /// year, each category stands by itself, and no two axes are told together.
    pub fn new(words: impl IntoIterator<Item = (Axis, Vec<String>)>, before: Option<&Volume>) -> Self {
        let mut all = Self { words: words.into_iter().collect(), groups: BTreeMap::new() };
        let mut prefectures: Vec<String> =
            crate::domain::matching::prefecture::PREFECTURES.iter().map(|name| (*name).to_owned()).collect();
        prefectures.push("不明".to_owned());
        all.words.insert(Axis::Prefecture, prefectures);
        all.tell_tiers();
        for [year, quarter, month, crossed] in GROUPED {
            let counts = before.map(|volume| volume.on(year, all.words(year).len()));
            let total: u64 = counts.iter().flatten().sum();
            let eight = if year == Axis::Prefecture { Some(eight()) } else { None };
            let counts = all.group(year, quarter, eight, counts, Enough::of_periods(4));
            let counts = all.group(quarter, month, None, counts, Enough::of_periods(12));
            // Of two things that have nothing to do with each other both at once is then expected often enough.
            let least = (2 * THRESHOLD * total).isqrt() + 1;
            match counts {
                Some(counts) => {
                    all.group(month, crossed, None, Some(counts), Enough { least, average: 0 });
                }
                // How often two things come together isn't known before: they aren't told together.
                None => all.all_as_one(month, crossed),
            }
        }
        all
    }

    /// The same, where a version that counted tiers by themselves fixed them.
    pub fn with_tiers(mut self) -> Self {
        self.tell_tiers();
        self
    }

    /// The tier follows from the outcome: a reader who has both adds up.
    fn tell_tiers(&mut self) {
        let tiers = Tier::ALL.iter().map(|tier| {
            let of = self.words(Axis::Outcome).iter().enumerate().filter(|(_, code)| Tier::of(code) == *tier);
            (tier.code().to_owned(), of.map(|(at, _)| small(at)).collect::<Vec<_>>())
        });
        let (words, groups) = tiers.filter(|(_, of)| !of.is_empty()).unzip();
        self.words.insert(Axis::Tier, words);
        self.groups.insert(Axis::Tier, groups);
    }

    /// Groups an axis so that each holds enough; the cases of each group in the year before.
    fn group(
        &mut self,
        finer: Axis,
        coarser: Axis,
        begin: Option<Vec<Group>>,
        counts: Option<Vec<u64>>,
        enough: Enough,
    ) -> Option<Vec<u64>> {
        let single = |(at, word): (usize, &String)| Group { name: word.clone(), of: vec![small(at)], cases: 0 };
        let mut groups = begin.unwrap_or_else(|| self.words(finer).iter().enumerate().map(single).collect());
        if let Some(counts) = &counts {
            for group in &mut groups {
                group.cases = group.of.iter().map(|at| counts[usize::from(*at)]).sum();
            }
            // Places are joined with what lies beside them, other things with what else there is little of.
            let places = matches!(coarser, Axis::Region | Axis::RegionMonthly | Axis::RegionCrossed);
            groups = if places { neighbours(groups, enough) } else { the_rest(groups, enough, others(coarser)) };
        }
        self.words.insert(coarser, groups.iter().map(|group| group.name.clone()).collect());
        let cases = groups.iter().map(|group| group.cases).collect();
        self.groups.insert(coarser, groups.into_iter().map(|group| group.of).collect());
        counts.map(|_| cases)
    }

    /// One group of all, which tells nothing apart.
    fn all_as_one(&mut self, finer: Axis, coarser: Axis) {
        let all = (0..self.count(finer)).collect();
        self.words.insert(coarser, vec![TOGETHER.to_owned()]);
        self.groups.insert(coarser, vec![all]);
    }

    /// The words of an axis.
    pub fn words(&self, axis: Axis) -> &[String] {
        self.words.get(&axis).map_or(&[], Vec::as_slice)
    }

    /// How many there are.
    pub fn count(&self, axis: Axis) -> u8 {
        u8::try_from(self.words(axis).len()).unwrap_or(u8::MAX)
    }

    /// The categories of the finest axis that a category is made of.
    pub fn base_of(&self, axis: Axis, category: u8) -> Vec<u8> {
        match self.parts(axis, category) {
            Some((finer, parts)) => parts.iter().flat_map(|part| self.base_of(finer, *part)).collect(),
            None => vec![category],
        }
    }

    /// What a category of an axis of groups is the sum of, on the finer axis.
    pub fn parts(&self, axis: Axis, category: u8) -> Option<(Axis, &[u8])> {
        let of = self.groups.get(&axis)?.get(usize::from(category))?;
        Some((axis.finer()?, of))
    }

    /// Of each category that cases know, the one that it is on an axis.
    pub fn from_base(&self, axis: Axis) -> Vec<u8> {
        let mut of = vec![0; self.words(axis.known_by()).len()];
        for category in 0..self.count(axis) {
            self.base_of(axis, category).into_iter().for_each(|base| of[usize::from(base)] = category);
        }
        of
    }

    /// A case's category on an axis.
    pub fn of(&self, case: &Case, axis: Axis) -> u8 {
        if let Some(own) = case.on(axis) {
            return own;
        }
        let finer = axis.finer().map(|finer| self.of(case, finer)).unwrap_or_default();
        let groups = self.groups.get(&axis).map(Vec::as_slice).unwrap_or_default();
        small(groups.iter().position(|group| group.contains(&finer)).unwrap_or_default())
    }
}

/// What a group of all is called.
const TOGETHER: &str = "全体";

/// Categories that are told as one.
#[derive(Debug, Clone)]
struct Group {
    name: String,
    of: Vec<u8>,
    cases: u64,
}

fn small(n: usize) -> u8 {
    u8::try_from(n).unwrap_or(u8::MAX)
}

/// Eight regions and the unknown, by their prefectures.
fn eight() -> Vec<Group> {
    let from = std::iter::once(0).chain(EIGHT_UNTIL);
    let bounds = from.zip(EIGHT_UNTIL).zip(EIGHT);
    bounds.map(|((from, until), name)| Group { name: name.to_owned(), of: (from..until).collect(), cases: 0 }).collect()
}

/// What each group must have held in the year before.
#[derive(Debug, Clone, Copy)]
struct Enough {
    /// Each.
    least: u64,
    /// All of them on average.
    average: u64,
}

impl Enough {
    /// For tables of so many periods a year.
    fn of_periods(periods: u64) -> Self {
        Self { least: 2 * THRESHOLD * periods, average: AVERAGE * periods }
    }

    fn has(self, cases: impl Iterator<Item = u64> + Clone) -> bool {
        let total: u64 = cases.clone().sum();
        let groups = cases.clone().count() as u64;
        cases.clone().all(|cases| cases >= self.least) && total >= self.average * groups
    }
}

/// Joins the smallest with the smaller one beside it, until each has enough or one is left.
fn neighbours(mut groups: Vec<Group>, enough: Enough) -> Vec<Group> {
    while groups.len() > 1 && !enough.has(groups.iter().map(|group| group.cases)) {
        let at = groups.iter().enumerate().min_by_key(|(_, group)| group.cases).map_or(0, |(at, _)| at);
        let cases = |at: Option<usize>| at.and_then(|at| groups.get(at)).map_or(u64::MAX, |group| group.cases);
        let first = if cases(at.checked_sub(1)) <= cases(Some(at + 1)) { at - 1 } else { at };
        let other = groups.remove(first + 1);
        let one = groups[first].clone();
        let name = format!("{}・{}", one.name, other.name);
        groups[first] = Group { name, of: [one.of, other.of].concat(), cases: one.cases + other.cases };
    }
    groups
}

/// What the rest is called: each name stands for one group.
fn others(axis: Axis) -> &'static str {
    match axis {
        Axis::IncidentQuarterly | Axis::FacilityTypeQuarterly | Axis::OutcomeQuarterly => "その他（四半期のまとめ）",
        Axis::IncidentMonthly | Axis::FacilityTypeMonthly | Axis::OutcomeMonthly => "その他（月のまとめ）",
        _ => "その他（組合せのまとめ）",
    }
}

/// Keeps apart the many there are enough of, as many as can be, and tells the others as one.
fn the_rest(groups: Vec<Group>, enough: Enough, name: &str) -> Vec<Group> {
    if enough.has(groups.iter().map(|group| group.cases)) {
        return groups;
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(groups[*at].cases), *at));
    let cases = |at: &usize| groups[*at].cases;
    let holds = |apart: &usize| {
        let (kept, rest) = order.split_at(*apart);
        enough.has(kept.iter().map(cases).chain([rest.iter().map(cases).sum()]))
    };
    // One alone told as 「その他」 would only lose its name.
    let apart = (0..groups.len().saturating_sub(1)).rev().find(holds).unwrap_or(0);
    let (mut kept, mut rest) = (order[..apart].to_vec(), order[apart..].to_vec());
    kept.sort_unstable();
    rest.sort_unstable();
    let of = rest.iter().flat_map(|at| groups[*at].of.clone()).collect();
    let others = Group { name: name.to_owned(), of, cases: rest.iter().map(cases).sum() };
    kept.into_iter().map(|at| groups[at].clone()).chain([others]).collect()
}

#[cfg(test)]
#[path = "groups_tests.rs"]
mod tests;
