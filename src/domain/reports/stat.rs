//! A report as `report.json`: `stat-report/1` (contracts section 4), which an outsider reads without trusting it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::axis::Axis;
use super::groups::Categories;
use super::period::Period;
use super::report::Report;
use super::tables::{Key, Table};
use super::{SHARES_FROM, THRESHOLD};

/// The only word for a total.
const TOTAL: &str = "計";

/// A report in that form. The same report gives the same bytes.
pub fn stat(report: &Report, categories: &Categories) -> Value {
    let shown: BTreeMap<&Key, Option<u64>> = report.cells.iter().map(|(key, shown)| (key, *shown)).collect();
    let mut tables: Vec<Value> = report.tables.iter().map(|table| table_of(table, categories, &shown)).collect();
    tables.push(json!({
        "id": "facilities", "measure": "facilities", "period": report.period.to_string(), "dims": [], "where": {},
        "omitted": "zero", "exactness": { "type": "exact" },
        "cells": [{ "at": [], "v": report.facilities }],
    }));
    let axes: BTreeSet<Axis> = report.tables.iter().flat_map(|table| table.axes.iter().copied()).collect();
    json!({
        "schema": "stat-report/1",
        "period": report.period.to_string(),
        "threshold": THRESHOLD,
        "zeros_published": true,
        "periods": periods(report.period),
        "dimensions": dimensions(&axes, categories),
        "measures": {
            "cases": {},
            "facilities": { "subset_of": "cases", "nonadditive": nonadditive(&axes) },
        },
        "tables": tables,
        "rates": rates(report, categories),
        "service": report.service,
    })
}

/// A table's id says by what it tells cases apart.
fn table_of(table: &Table, categories: &Categories, shown: &BTreeMap<&Key, Option<u64>>) -> Value {
    let dims: Vec<&str> = table.axes.iter().map(|axis| axis.dimension()).collect();
    let cell = |key: Key| {
        let at: Vec<&str> = table.axes.iter().map(|axis| word(&key, *axis, categories)).collect();
        json!({ "at": at, "v": shown.get(&key).copied().flatten() })
    };
    json!({
        "id": std::iter::once("cases").chain(dims.iter().copied()).collect::<Vec<_>>().join("-"),
        "measure": "cases",
        "period": table.period.to_string(),
        "dims": dims,
        "where": {},
        "omitted": "zero",
        "exactness": { "type": "exact" },
        "cells": table.keys(categories).into_iter().map(cell).collect::<Vec<_>>(),
    })
}

fn word<'a>(key: &Key, axis: Axis, categories: &'a Categories) -> &'a str {
    let category = key.at.iter().find(|(of, _)| *of == axis).map(|(_, category)| usize::from(*category));
    category.and_then(|at| categories.words(axis).get(at)).map_or(TOTAL, String::as_str)
}

/// The period and what it's the sum of, down to its months.
fn periods(period: Period) -> Vec<Value> {
    let parts = period.parts();
    let mut all: Vec<Value> = parts.iter().flat_map(|part| periods(*part)).collect();
    let sum_of: Vec<String> = parts.iter().map(ToString::to_string).collect();
    all.push(if sum_of.is_empty() {
        json!({ "id": period.to_string() })
    } else {
        json!({ "id": period.to_string(), "sum_of": sum_of })
    });
    all
}

/// The dimensions that its tables tell apart, with what its groups are made of.
fn dimensions(axes: &BTreeSet<Axis>, categories: &Categories) -> Value {
    type Groups<'a> = BTreeMap<&'a str, Vec<&'a str>>;
    let mut all: BTreeMap<&str, (&[String], Groups<'_>)> = BTreeMap::new();
    for axis in axes {
        let base = categories.words(axis.base());
        let (_, groups) = all.entry(axis.dimension()).or_insert_with(|| (base, Groups::new()));
        // The tier's words are its own.
        let groups_of = |axis: &Axis| *axis != Axis::Tier;
        for (category, name) in (0u8..).zip(categories.words(*axis)).filter(|_| groups_of(axis)) {
            let of = categories.base_of(*axis, category);
            let words: Vec<&str> = of.iter().map(|at| base[usize::from(*at)].as_str()).collect();
            if words != [name.as_str()] {
                groups.insert(name, words);
            }
        }
    }
    let told = |(name, (words, groups))| (name, json!({ "categories": words, "groups": groups }));
    json!(all.into_iter().map(told).collect::<BTreeMap<&str, Value>>())
}

/// A facility may call about several things, at several times; and it may not be known yet when it calls first.
fn nonadditive(axes: &BTreeSet<Axis>) -> Vec<&'static str> {
    let dims: BTreeSet<&str> = axes.iter().map(|axis| axis.dimension()).collect();
    dims.into_iter().chain(["@period"]).collect()
}

/// A share of all cases, in whole per cent, where both are told and there are enough.
pub fn share(cases: Option<u64>, total: Option<u64>) -> Option<u64> {
    let (cases, total) = cases.zip(total)?;
    (total >= SHARES_FROM).then(|| (cases * 100 + total / 2) / total)
}

/// Every share that the page tells: of each shown cell of the tables by one axis.
fn rates(report: &Report, categories: &Categories) -> Vec<Value> {
    let by_one = report.tables.iter().filter(|table| table.axes.len() == 1);
    let keys = by_one.flat_map(|table| table.keys(categories)).filter(|key| !key.at.is_empty());
    let rate = |key: Key| {
        let pct = share(report.cell(&key), report.total())?;
        let (axis, period) = (key.at[0].0, report.period.to_string());
        let at = json!({ axis.dimension(): word(&key, axis, categories) });
        let (num, den) = (
            json!({ "measure": "cases", "period": period, "at": at }),
            json!({ "measure": "cases", "period": period, "at": {} }),
        );
        Some(json!({ "num": num, "den": den, "pct": pct, "decimals": 0 }))
    };
    keys.filter_map(rate).chain(per_thousand(report)).collect()
}

/// Cases per thousand facilities of the directory, with one decimal; where both are told and there are enough of either.
pub fn per_thousand_facilities(report: &Report) -> Option<f64> {
    let directory = report.directory.filter(|facilities| *facilities >= 1_000)?;
    let cases = report.total().filter(|cases| *cases >= SHARES_FROM)?;
    // Tenths, rounded half up in whole numbers.
    let tenths = (cases * 10_000 + directory / 2) / directory;
    Some(tenths as f64 / 10.0)
}

fn per_thousand(report: &Report) -> Option<Value> {
    let value = per_thousand_facilities(report)?;
    let num = json!({ "measure": "cases", "period": report.period.to_string(), "at": {} });
    Some(json!({ "num": num, "of": report.directory, "per": 1_000, "value": value, "decimals": 1 }))
}
