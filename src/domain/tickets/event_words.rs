//! Words that several events' lines are made of.

use chrono::{DateTime, NaiveDate, Utc};

use super::evidence_gate::{Heard, Purpose};
use super::number::TicketNo;
use super::remote::RemoteOutcome;
use crate::domain::calls::intake::UNDECIDED;
use crate::domain::scheme::Scheme;
use crate::domain::time::tokyo_time;

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

/// That a call-back was promised, by when and about what.
pub(super) fn promised(due_at: DateTime<Utc>, note: &str) -> String {
    let when = tokyo_time(due_at).format("%-m月%-d日 %H:%M");
    format!("折返しのお約束：{when} {note}").trim_end().to_owned()
}

/// That two tickets are one matter.
pub(super) fn merged(other: TicketNo, here: bool, why: &str) -> String {
    let which = if here {
        format!("相談票 {other} を統合しました")
    } else {
        format!("相談票 {other} に統合しました")
    };
    after_colon(which, why)
}

fn of(what: &str, words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("\n{what}：{words}") }
}

/// What was heard before remote support, or before cleaning.
pub(super) fn evidence_asked(purpose: Purpose, heard: [Heard; 3], told_to_cut_off: bool, reason: &str) -> String {
    let asked = ["サーバー・患者情報", "脅迫文・ロック", "切り離し"].into_iter().zip(heard);
    let heard = asked.filter(|(_, heard)| *heard != Heard::No);
    let heard: Vec<String> = heard.map(|(what, heard)| format!("{what} {}", heard.label())).collect();
    let heard = if heard.is_empty() { "すべて「いいえ」".to_owned() } else { heard.join("、") };
    let told = if told_to_cut_off { "（切り離しはご案内済み）" } else { "" };
    format!("証拠保全の確認（{}）：{heard}{told}{}", purpose.label(), of("理由", reason))
}

/// That remote support began.
pub(super) fn remote_started(tool: &str, consent_by: &str, consent: Option<(NaiveDate, &str)>, scope: &str) -> String {
    let version = consent.map_or_else(String::new, |(day, _)| format!("（同意文 {day}）"));
    // Word for word: the text of that day may be mended later.
    let read = consent.map_or("", |(_, say)| say);
    format!("リモート支援を開始：{tool}\n同意：{consent_by}{version}{}{}", of("読み上げた文", read), of("対象", scope))
}

/// That it ended: how, what was done, removed and found.
pub(super) fn remote_ended(
    ended_as: Option<RemoteOutcome>,
    outcome: &str,
    [done, removed, found]: [&str; 3],
) -> String {
    let ended = [ended_as.map_or("", RemoteOutcome::label), outcome];
    let ended = ended.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("、");
    let found = if found.is_empty() { "なし" } else { found };
    let words = [of("実施", done), of("駆除・削除", removed), of("判明", found)].concat();
    format!("リモート支援を終了：{ended}{words}")
}

/// That they are two again.
pub(super) fn unmerged(other: TicketNo, here: bool) -> String {
    format!("相談票 {other} {}統合を取り消しました", if here { "の" } else { "への" })
}

/// What was said and heard back.
pub(super) fn card_sentence(scheme: &Scheme, card: &str, answer: &str) -> String {
    let known = scheme.cards.by_code(card);
    let heard = known.and_then(|card| card.answers.iter().find(|a| a.code == answer));
    format!("「{}」→ {}", scheme.cards.say(card), heard.map_or(answer, |a| &a.label))
}
