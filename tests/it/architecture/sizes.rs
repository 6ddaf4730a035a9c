//! Files and functions small enough to hold in the head.

use std::collections::BTreeMap;

use super::sources;

/// Lines of a file without its tests: nineteen of twenty keep it.
const FILE: usize = 300;
/// Lines of a function, its head included: one of two hundred is longer.
const FUNCTION: usize = 50;

/// Files that are longer still. They may only become shorter; what has become short enough leaves the list.
const LONG_FILES: [(&str, usize); 2] =
    [("domain/matching/postal/parse.rs", 437), ("domain/matching/reading_table.rs", 428)];
/// Functions that are longer still, by file and name.
const LONG_FUNCTIONS: [(&str, usize); 8] = [
    ("demo/intake.rs::take", 80),
    ("demo/verify.rs::verify", 58),
    ("domain/matching/address.rs::split_city", 55),
    ("store/members/pages.rs::id", 52),
    ("usecase/demo/mod.rs::people", 56),
    ("usecase/tickets/open.rs::open", 65),
    ("usecase/verification/look_up/question.rs::tried", 52),
    ("web/problem.rs::of", 53),
];

fn without_tests(code: &str) -> &str {
    code.find("\n#[cfg(test)]\n").map_or(code, |at| &code[..at])
}

fn is_test(path: &str) -> bool {
    path.ends_with("_tests.rs") || path.ends_with("/tests.rs") || path.ends_with("/sample.rs")
}

/// Name and lines of each function.
fn functions(code: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut all = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let head = line.trim_start();
        let indent = &line[..line.len() - head.len()];
        let Some((lead, rest)) = head.split_once("fn ") else { continue };
        if !lead.is_empty()
            && !lead.split_whitespace().all(|w| {
                w.starts_with("pub")
                    || ["async", "const", "crate::store)", "crate::usecase)", "crate::view)", "crate::web)"]
                        .contains(&w)
            })
        {
            continue;
        }
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let end = lines[at..].iter().position(|l| *l == format!("{indent}}}"));
        all.extend(end.map(|end| (name, end + 1)));
    }
    all
}

fn hold(found: &BTreeMap<String, usize>, cap: usize, listed: &[(&str, usize)], what: &str) {
    let mut wrong = Vec::new();
    for (name, lines) in found.iter().filter(|(_, lines)| **lines > cap) {
        match listed.iter().find(|(known, _)| known == name) {
            None => wrong.push(format!("{name}: {lines} lines, {cap} at most")),
            Some((_, most)) if lines > most => wrong.push(format!("{name}: {lines} lines, it had {most}")),
            Some(_) => {}
        }
    }
    for (name, _) in listed {
        if found.get(*name).is_none_or(|lines| *lines <= cap) {
            wrong.push(format!("{name}: short enough now, out of the list with it"));
        }
    }
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_is_longer_than_can_be_held_in_the_head() {
    let sources = sources();
    let found = sources.iter().filter(|(path, _)| !is_test(path));
    let found = found.map(|(path, code)| (path.clone(), without_tests(code).lines().count())).collect();
    hold(&found, FILE, &LONG_FILES, "too long");
}

#[test]
fn no_function_is_longer_than_a_screen() {
    let mut found = BTreeMap::new();
    for (path, code) in sources().iter().filter(|(path, _)| !is_test(path)) {
        for (name, lines) in functions(without_tests(code)) {
            let longest = found.entry(format!("{path}::{name}")).or_insert(0);
            *longest = lines.max(*longest);
        }
    }
    assert!(found.len() > 1_500, "the sources are read: {}", found.len());
    hold(&found, FUNCTION, &LONG_FUNCTIONS, "too long");
}
