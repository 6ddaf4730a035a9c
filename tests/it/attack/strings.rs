//! The strings of `tests/data/attack`.

use std::path::Path;

/// The strings of a file: one a line, `##` is a comment, `\u{...}` a character, `@N TEXT` is TEXT N times.
pub(super) fn of(file: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/attack").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines().filter(|line| !line.starts_with("##")).map(|line| repeated(&plain(line))).collect()
}

fn plain(line: &str) -> String {
    let mut parts = line.split("\\u{");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (hex, rest) = part.split_once('}').unwrap_or_else(|| panic!("{line}"));
        let code = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
        text.push(code.unwrap_or_else(|| panic!("{line}")));
        text.push_str(rest);
    }
    text
}

fn repeated(text: &str) -> String {
    let times = text.strip_prefix('@').and_then(|rest| rest.split_once(' '));
    match times.and_then(|(n, what)| Some((n.parse::<usize>().ok()?, what))) {
        Some((n, what)) => what.repeat(n),
        None => text.to_owned(),
    }
}

/// As much of a text as a field of so many characters takes, and as it is kept: without white space at its ends.
pub(super) fn cut(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect::<String>().trim().to_owned()
}

#[test]
fn there_are_as_many_as_said_and_each_once() {
    for (file, at_least) in [("hostile.txt", 60), ("injections.txt", 200)] {
        let mut strings = of(file);
        let all = strings.len();
        strings.sort();
        strings.dedup();
        assert!(all >= at_least && strings.len() == all, "{file}: {all}, {} different", strings.len());
    }
    assert!(of("hostile.txt").iter().all(|s| !s.chars().any(char::is_control)));
}
