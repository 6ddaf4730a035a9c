//! The sample that came with the scheme's papers.

use std::path::Path;

use madoguchi::domain::matching::{Decision, DirectoryEntry, DirectoryIndex, DirectoryMeta, Query};
use madoguchi::domain::members::import::parse_directory;
use madoguchi::domain::members::mapping::Mapping;
use madoguchi::domain::members::record::Tenure;
use madoguchi::gateway::postal;
use serde_json::Value;

use super::score::Asked;

/// The day after which the sample's directory was exported.
const EXPORTED_ON: &str = "2026-10-31";

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

pub fn read(folder: &str, file: &str) -> (DirectoryIndex, Vec<Asked>) {
    let folder = Path::new(folder);
    let bytes = std::fs::read(folder.join(file)).unwrap();
    let parsed = parse_directory(&bytes, (&Mapping::default(), ""), &mut |_| {}).unwrap();
    let entries = parsed.pairs.iter().map(|(m, f, role)| DirectoryEntry {
        member: parsed.members.get(*m as usize).unwrap(),
        facility: parsed.facilities.get(*f as usize).unwrap(),
        tenure: Tenure { role: *role, from_on: None, until_on: None },
        member_ref: u128::from(*m),
        facility_ref: u128::from(*f),
    });
    let meta = DirectoryMeta { version: 1, exported_on: EXPORTED_ON.parse().unwrap() };
    let index = DirectoryIndex::build(meta, entries).knowing(postal::shipped().unwrap());
    let queries = lines(&folder.join("queries.jsonl")).into_iter().zip(lines(&folder.join("truth.jsonl"))).map(
        |(query, truth)| {
            assert_eq!(query["qid"], truth["qid"]);
            let text = |name: &str| query[name].as_str().unwrap_or_default().to_owned();
            Asked {
                query: Query {
                    call_date: text("call_date").parse().unwrap(),
                    name: text("name"),
                    facility: text("facility"),
                    address: text("address"),
                    number: text("number"),
                },
                class: truth["cls"].as_str().unwrap_or_default().to_owned(),
                kinds: texts(&truth["kinds"]),
                members: truth["member"].as_str().map(str::to_owned).into_iter().chain(texts(&truth["also"])).collect(),
                decision: truth["eligibility"].as_str().and_then(Decision::parse).unwrap_or(Decision::NeedsCheck),
            }
        },
    );
    (index, queries.collect())
}
