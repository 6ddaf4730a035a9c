//! The scheme's dated data: the files inside the binary, or those of the same name under `MADOGUCHI_CONFIG_DIR`.

use crate::domain::scheme::Scheme;

const HOURS: &str = include_str!("../../config/scheme/hours.toml");
const LISTS: &str = include_str!("../../config/scheme/lists.toml");
const REPORTS: &str = include_str!("../../config/scheme/reports.toml");
const CLAIMS: &str = include_str!("../../config/scheme/claims.toml");
const CARDS: &str = include_str!("../../config/scheme/cards.toml");
const SECRETARIATS: &str = include_str!("../../config/scheme/secretariats.toml");
const REMOTE: &str = include_str!("../../config/scheme/remote.toml");
const INCIDENTS: &str = include_str!("../../config/scheme/incidents.toml");
const PAPERS: &str = include_str!("../../config/scheme/papers.toml");
const REFERRALS: &str = include_str!("../../config/scheme/referrals.toml");
const RETENTION: &str = include_str!("../../config/scheme/retention.toml");

/// The scheme's dated data, checked.
///
/// # Errors
/// One line for each fault, with file, line where it is known, and key.
pub fn scheme() -> Result<Scheme, String> {
    let scheme = Scheme {
        hours: read("scheme/hours.toml", HOURS)?,
        lists: read("scheme/lists.toml", LISTS)?,
        cards: read("scheme/cards.toml", CARDS)?,
        remote: read("scheme/remote.toml", REMOTE)?,
        incidents: read("scheme/incidents.toml", INCIDENTS)?,
        papers: read("scheme/papers.toml", PAPERS)?,
        referrals: read("scheme/referrals.toml", REFERRALS)?,
        reports: read("scheme/reports.toml", REPORTS)?,
        claims: read("scheme/claims.toml", CLAIMS)?,
        retention: read("scheme/retention.toml", RETENTION)?,
        secretariats: read("scheme/secretariats.toml", SECRETARIATS)?,
    };
    let faults: Vec<String> = scheme.faults().into_iter().map(|(file, key, why)| fault(file, &key, &why)).collect();
    if faults.is_empty() { Ok(scheme) } else { Err(faults.join("\n")) }
}

/// A contradiction in a file that could be read: with the line, where the key stands in a table of its own.
fn fault(name: &str, key: &str, why: &str) -> String {
    let inside = if name == "scheme/retention.toml" { RETENTION } else { "" };
    match text_of(name, inside).ok().and_then(|(shown, text)| line_of(&text, key).map(|line| (shown, line))) {
        Some((shown, line)) => format!("{shown}: {line}行目: {key}: {why}"),
        None => format!("{name}: {key}: {why}"),
    }
}

/// The line of a key such as `kind[2].years`: in the third `[[kind]]`, or that table's first line when the key is absent.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let plain = |line: &str, name: &str| line.split('=').next().is_some_and(|left| left.trim() == name);
    let lines = || text.lines().enumerate().map(|(n, line)| (n + 1, line.trim()));
    let Some((table, rest)) = key.split_once('[') else {
        return lines().find(|(_, line)| plain(line, key)).map(|(n, _)| n);
    };
    let (place, name) = rest.split_once(']')?;
    let place: usize = place.parse().ok()?;
    let name = name.trim_start_matches('.');
    let head = format!("[[{table}]]");
    if let Some((first, _)) = lines().filter(|(_, line)| *line == head).nth(place) {
        let of_table = |(n, line): &(usize, &str)| *n == first || !line.starts_with('[');
        let inside = lines().skip(first - 1).take_while(of_table);
        return inside.into_iter().find(|(_, line)| plain(line, name)).map_or(Some(first), |(n, _)| Some(n));
    }
    // A list written line by line: `hold_reason = [` and its entries below.
    let (start, _) = lines().find(|(_, line)| plain(line, table))?;
    lines().skip(start).filter(|(_, line)| line.starts_with('{')).nth(place).map(|(n, _)| n)
}

/// A file of the scheme, as it is called in messages, and its text.
fn text_of(name: &str, inside: &str) -> Result<(String, String), String> {
    match super::folder().map(|f| f.join(name)).filter(|f| f.exists()) {
        Some(file) => {
            let text = std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            Ok((file.display().to_string(), text))
        }
        None => Ok((name.to_owned(), inside.to_owned())),
    }
}

fn read<T: serde::de::DeserializeOwned>(name: &str, inside: &str) -> Result<T, String> {
    let (shown, text) = text_of(name, inside)?;
    toml::from_str(&text).map_err(|error| {
        let line =
            error.span().map_or(0, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
        format!("{shown}: {line}行目: {}", error.message())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemes_files_inside_the_binary_hold_no_contradiction() {
        let scheme = scheme().expect("the scheme");
        assert_eq!(scheme.lists.incident.len(), 13);
    }

    #[test]
    fn a_contradiction_is_found_by_its_line() {
        let text = "# x\nnight = { a = 1 }\nlist = [\n  { code = 1 },\n  { code = 2 },\n]\n\n[[kind]]\nyears = 1\n\n[[kind]]\nfrom = 2\nyears = 3\n";
        for (key, line) in [
            ("night", Some(2)),
            ("list[1].code", Some(5)),
            ("kind[0].years", Some(9)),
            ("kind[1].years", Some(13)),
            ("kind[1].months", Some(11)),
            ("kind[2].years", None),
            ("kind", None),
        ] {
            assert_eq!(line_of(text, key), line, "{key}");
        }
    }
}
