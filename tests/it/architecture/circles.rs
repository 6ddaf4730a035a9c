//! No file takes from one that takes from it, however far around. A folder's head (`mod.rs`, or the file of the
//! folder's name) and what lies in the folder are one thing: what a child takes from its own heads isn't counted.

use std::collections::{BTreeMap, BTreeSet};

use super::sources;

/// A path as its parts.
type Parts = Vec<String>;

/// The sources by module.
struct House {
    code: BTreeMap<Parts, String>,
    /// What a module hands on under a name of its own: `pub use`.
    handed_on: BTreeMap<(Parts, String), Parts>,
}

fn parts(path: &str) -> Parts {
    path.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn module(path: &str) -> Parts {
    let mut parts: Parts = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

fn is_test(path: &str) -> bool {
    path.ends_with("_tests.rs") || path.ends_with("/tests.rs") || path.ends_with("/sample.rs")
}

/// The leaves of what follows `use`: path, and the name it has from then on.
fn leaves(tree: &str, prefix: &str) -> Vec<(String, String)> {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let whole = match path.trim() {
            "self" => prefix.to_owned(),
            path => format!("{prefix}::{path}"),
        };
        let own = whole.rsplit("::").next().unwrap_or_default().to_owned();
        return vec![(whole, if alias.is_empty() { own } else { alias.trim().to_owned() })];
    };
    let prefix = format!("{prefix}::{}", tree[..open].trim().trim_end_matches("::"));
    let inner = tree[open + 1..].trim_end().trim_end_matches('}');
    let inner = &tree[open + 1..open + 1 + tree[open + 1..].rfind('}').unwrap_or(inner.len())];
    let (mut depth, mut from, mut all) = (0, 0, Vec::new());
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !inner[from..at].trim().is_empty() {
                    all.extend(leaves(&inner[from..at], &prefix));
                }
                from = (at + 1).min(inner.len());
            }
            _ => {}
        }
    }
    all
}

/// The `use` statements of a text: whether they hand on, and their leaves.
fn uses(code: &str) -> Vec<(bool, Vec<(String, String)>)> {
    let mut all = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let line = code[..at].rfind('\n').map_or(0, |n| n + 1);
        let lead = code[line..at].trim();
        if !lead.is_empty() && !lead.starts_with("pub") {
            continue;
        }
        if let Some(end) = code[at..].find(';') {
            all.push((!lead.is_empty(), leaves(&code[at + 4..at + end], "")));
        }
    }
    all
}

impl House {
    fn read() -> Self {
        let mut code = BTreeMap::new();
        for (path, text) in sources().into_iter().filter(|(path, _)| !is_test(path)) {
            let text = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
            code.insert(module(&path), text);
        }
        let mut house = Self { code, handed_on: BTreeMap::new() };
        for (own, text) in &house.code {
            for (_, leaves) in uses(text).into_iter().filter(|(on, _)| *on) {
                for (path, name) in leaves {
                    if let Some(target) = house.absolute(&parts(&path), own) {
                        house.handed_on.insert((own.clone(), name), target);
                    }
                }
            }
        }
        house
    }

    /// A path from the root of the house; none of what isn't ours.
    fn absolute(&self, path: &[String], own: &[String]) -> Option<Parts> {
        let first = path.first()?.as_str();
        match first {
            "crate" => Some(path[1..].to_vec()),
            "super" | "self" => {
                let up = path.iter().take_while(|part| *part == "super").count();
                let rest = path.iter().skip_while(|part| ["super", "self"].contains(&part.as_str()));
                Some(own[..own.len().checked_sub(up)?].iter().chain(rest).cloned().collect())
            }
            _ => {
                let child: Parts = own.iter().chain(path.first()).cloned().collect();
                self.code.contains_key(&child).then(|| own.iter().chain(path).cloned().collect())
            }
        }
    }

    /// The file in which a path ends, through what is handed on.
    fn file(&self, path: &[String], steps: u8) -> Option<Parts> {
        for n in (0..=path.len()).rev() {
            let (own, rest) = path.split_at(n);
            if !self.code.contains_key(own) {
                continue;
            }
            let handed = rest.first().and_then(|name| self.handed_on.get(&(own.to_vec(), name.clone())));
            return match handed.filter(|_| steps > 0) {
                Some(target) => self.file(&[target, &rest[1..]].concat(), steps - 1),
                None => Some(own.to_vec()),
            };
        }
        None
    }

    /// The files that a file takes from.
    fn taken(&self, own: &Parts) -> BTreeSet<Parts> {
        let code = &self.code[own];
        let used = uses(code).into_iter().filter(|(on, _)| !on).flat_map(|(_, leaves)| leaves);
        let mut paths: Vec<Parts> = used.map(|(path, _)| parts(&path)).collect();
        for lead in ["crate::", "super::", "self::"] {
            for (at, _) in code.match_indices(lead) {
                let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
                if !code[..at].ends_with(word) {
                    paths.push(parts(&code[at..].chars().take_while(|c| word(*c)).collect::<String>()));
                }
            }
        }
        let files = paths.iter().filter_map(|path| self.file(&self.absolute(path, own)?, 8));
        files.filter(|file| file != own && !own.starts_with(file)).collect()
    }
}

#[test]
fn no_file_takes_from_one_that_takes_from_it() {
    let house = House::read();
    assert!(house.code.len() > 300, "the sources are read: {}", house.code.len());
    let mut left: BTreeMap<Parts, BTreeSet<Parts>> =
        house.code.keys().map(|own| (own.clone(), house.taken(own))).collect();
    let arrows: usize = left.values().map(BTreeSet::len).sum();
    assert!(arrows > 1_000, "the arrows are read: {arrows}");
    // Whoever takes from nobody that is left goes, then whom nobody takes from: circles stay, and what ties them.
    loop {
        let before = left.len();
        let names: BTreeSet<Parts> = left.keys().cloned().collect();
        left.values_mut().for_each(|taken| taken.retain(|file| names.contains(file)));
        let wanted: BTreeSet<Parts> = left.values().flatten().cloned().collect();
        left.retain(|own, taken| !taken.is_empty() && wanted.contains(own));
        if left.len() == before {
            break;
        }
    }
    let told = |(own, taken): (&Parts, &BTreeSet<Parts>)| {
        let taken: Vec<_> = taken.iter().map(|file| file.join("::")).collect();
        format!("{} takes from {}", own.join("::"), taken.join(", "))
    };
    assert!(left.is_empty(), "in a circle:\n{}", left.iter().map(told).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_use_is_read_to_its_leaves() {
    let read = leaves("crate::store::{self, audit::{Line as Row, Witness}, tickets}", "");
    let paths: Vec<_> = read.iter().map(|(path, name)| (path.trim_start_matches(':'), name.as_str())).collect();
    let expected = [
        ("crate::store", "store"),
        ("crate::store::audit::Line", "Row"),
        ("crate::store::audit::Witness", "Witness"),
        ("crate::store::tickets", "tickets"),
    ];
    assert_eq!(paths, expected);
}
