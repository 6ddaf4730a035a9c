//! Words that several events' lines are made of.

use crate::domain::calls::intake::UNDECIDED;
use crate::domain::scheme::Scheme;

/// What was changed of incident, severity and owner, each from and to.
pub(super) fn changes(
    scheme: &Scheme,
    incident: Option<&(String, String)>,
    severity: Option<&(String, String)>,
    owner: Option<&str>,
) -> String {
    let lists = &scheme.lists;
    // What nobody had chosen yet wasn't changed.
    let before = |code: &str| match code {
        UNDECIDED => String::new(),
        code => format!("{} → ", lists.incident_label(code)),
    };
    let incident = incident.map(|(a, b)| format!("種別 {}{}", before(a), lists.incident_label(b)));
    let severity = severity.map(|(a, b)| format!("重大度 {} → {}", lists.severity_label(a), lists.severity_label(b)));
    let owner = owner.map(|name| format!("担当 → {name}"));
    incident.into_iter().chain(severity).chain(owner).collect::<Vec<_>>().join("、")
}

/// A line, and what somebody said of it.
pub(super) fn after_colon(line: String, words: &str) -> String {
    if words.is_empty() { line } else { format!("{line}：{words}") }
}

/// A line, with what somebody said of it in brackets.
pub(super) fn in_brackets(line: String, words: &str) -> String {
    if words.is_empty() { line } else { format!("{line}（{words}）") }
}
