//! The audit, for administrators.

use std::collections::HashMap;

use maud::{Markup, html};
use uuid::Uuid;

use super::components::Tone;
use super::components::badge::{Badge, badge};
use super::components::button::{Button, ButtonKind, button_row, link_button, submit};
use super::components::card::card;
use super::components::field::{Choice, InputKind, SelectField, TextField, select_field, text_field};
use super::components::form::{Form, form};
use super::components::pager::{Pager, pager};
use super::components::table::{Col, Table, table};
use super::format;
use crate::domain::audit::line::{AuditLine, Called, Review};
use crate::domain::audit::words;
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::domain::tickets::StatusKind;
use crate::routes;
use crate::usecase::audit::{AuditPage, Export};

/// What was chosen to be seen.
#[derive(Debug, Clone, Copy)]
pub struct Chosen<'a> {
    /// First day.
    pub from: &'a str,
    /// Last day.
    pub until: &'a str,
    /// Account.
    pub actor: &'a str,
    /// Result.
    pub result: &'a str,
    /// Thing, person or facility.
    pub subject: &'a str,
}

impl Chosen<'_> {
    fn fields(&self) -> [(&'static str, &str); 5] {
        [
            ("from", self.from),
            ("until", self.until),
            ("actor", self.actor),
            ("result", self.result),
            ("subject", self.subject),
        ]
    }

    /// The page of this choice that begins behind an entry.
    fn older(&self, row: &AuditLine) -> String {
        let mut to = format!("{}?before={}.{}", routes::AUDIT, row.at.timestamp_micros(), row.id);
        for (name, value) in self.fields().iter().filter(|(_, value)| !value.is_empty()) {
            to.push_str(&format!("&{name}={value}"));
        }
        to
    }
}

/// A page of entries. `typed` is what was typed in the field that was refused.
pub fn page(p: &AuditPage, chosen: &Chosen<'_>, typed: &str, refusal: Option<&Refusal>) -> Markup {
    html! {
        (filter(p, chosen))
        (trail(p, chosen, typed, refusal))
        (entries(p))
        (pager(&Pager {
            newer: None,
            older: p.rows.last().filter(|_| p.more).map(|row| chosen.older(row)),
            note: format!("{}件を表示", p.rows.len()),
        }))
        (chain(p))
        (reviews(p, typed, refusal))
    }
}

fn filter(p: &AuditPage, chosen: &Chosen<'_>) -> Markup {
    let people = std::iter::once(Choice::new("", "全員", chosen.actor.is_empty()));
    let choice =
        |(id, name): &'_ (Uuid, String)| Choice::new(id.to_string(), name.clone(), id.to_string() == chosen.actor);
    let people = people.chain(p.people.iter().map(choice));
    let results = [("", "すべて"), ("done", "実施"), ("refused", "拒否"), ("failed", "失敗")];
    form(
        &Form { action: routes::AUDIT, inline: true, ..Form::default() },
        html! {
            (text_field(&TextField { name: "from", label: "この日から", value: chosen.from, kind: InputKind::Date, ..TextField::default() }))
            (text_field(&TextField { name: "until", label: "この日まで", value: chosen.until, kind: InputKind::Date, ..TextField::default() }))
            (select_field(&SelectField { name: "actor", label: "だれが", choices: people.collect(), ..SelectField::default() }))
            (select_field(&SelectField { name: "result", label: "結果", choices: results.map(|(code, label)| Choice::new(code, label, code == chosen.result)).to_vec(), ..SelectField::default() }))
            @if !chosen.subject.is_empty() { input type="hidden" name="subject" value=(chosen.subject); }
            (submit(&Button { label: "絞り込む", ..Button::default() }))
        },
    )
}

/// Following one ticket's or one facility's trail, and taking what is chosen out as a file.
fn trail(p: &AuditPage, chosen: &Chosen<'_>, typed: &str, refusal: Option<&Refusal>) -> Markup {
    let error = refusal.and_then(|r| r.about("thing"));
    html! {
        (form(&Form { action: routes::AUDIT_TRAIL, method_post: true, inline: true, ..Form::default() }, html! {
            (text_field(&TextField {
                name: "thing", label: "履歴を追跡（相談票番号・施設番号）", error, value: error.map_or("", |_| typed),
                autocomplete: Some("off"), max_chars: Some(40), ..TextField::default()
            }))
            (submit(&Button { label: "履歴を追跡", ..Button::default() }))
        }))
        @if !chosen.subject.is_empty() {
            p { (whose(p, chosen.subject)) " に関わる記録だけを表示しています。" }
            (button_row(link_button(routes::AUDIT, &Button { label: "すべての記録に戻る", ..Button::default() })))
        }
        (form(&Form { action: routes::AUDIT_EXPORT, method_post: true, inline: true, ..Form::default() }, html! {
            @for (name, value) in chosen.fields() { input type="hidden" name=(name) value=(value); }
            (submit(&Button { label: "この条件をCSVで書き出す", kind: ButtonKind::Quiet, ..Button::default() }))
        }))
    }
}

fn who(row: &AuditLine, names: &HashMap<Uuid, String>) -> String {
    let kind = match row.actor_kind.as_str() {
        "token" => "APIトークン",
        "system" => "システム",
        "stranger" => "（未認証）",
        _ => "不明",
    };
    row.actor_id.and_then(|id| names.get(&id)).cloned().unwrap_or_else(|| kind.to_owned())
}

fn result(row: &AuditLine) -> (&'static str, Tone) {
    match row.result.as_str() {
        "done" => ("実施", Tone::Neutral),
        "refused" => ("拒否", Tone::Danger),
        _ => ("失敗", Tone::Warn),
    }
}

fn to_the_second(row: &AuditLine) -> String {
    format!("{} {}", format::date(row.at), format::time_s(row.at))
}

/// Where a move led: `（→ 完了）`.
fn towards(row: &AuditLine) -> String {
    let to = row.detail.get("to").and_then(|to| to.as_str()).and_then(StatusKind::parse);
    to.map_or_else(String::new, |to| format!("（→ {}）", to.label()))
}

/// The last characters of an id tell things of one kind apart that have no name; its first ones are a time.
fn short(id: &str) -> &str {
    id.get(id.len().saturating_sub(8)..).unwrap_or(id)
}

/// What a thing is called, behind the word for its kind.
fn called(thing: &Called) -> String {
    match thing {
        Called::Ticket(number) => number.to_string(),
        Called::OfTicket(number) => format!("相談票 {number}"),
        Called::Call(at) => format::date_time_full(*at),
        Called::Facility(key) | Called::Member(key) => format!("番号 {key}"),
        Called::Name(name) => name.clone(),
    }
}

/// Whose trail is followed.
fn whose(p: &AuditPage, subject: &str) -> String {
    let thing = subject.parse::<Uuid>().ok().and_then(|id| p.called.get(&id));
    let kind = match thing {
        Some(Called::Ticket(_)) => "相談票",
        Some(Called::Call(_)) => "通話",
        Some(Called::Facility(_)) => "施設",
        Some(Called::Member(_)) => "会員",
        Some(Called::OfTicket(_) | Called::Name(_)) | None => "対象",
    };
    thing.map_or_else(|| format!("{kind} {}", short(subject)), |thing| format!("{kind} {}", called(thing)))
}

/// What an entry is about: its kind, and by what name it's known, which leads to its trail.
fn about(row: &AuditLine, p: &AuditPage) -> Markup {
    let id = row.object_id.map(|id| (id, id.to_string()));
    html! {
        (words::thing(&row.object_kind).unwrap_or(&row.object_kind))
        @if let Some((id, text)) = id {
            " " a.nowrap href=(format!("{}?subject={id}", routes::AUDIT)) title=(text) {
                @if let Some(thing) = p.called.get(&id) { (called(thing)) } @else { code { "…" (short(&text)) } }
            }
        }
    }
}

fn entries(p: &AuditPage) -> Markup {
    let rows = p.rows.iter().map(|row| {
        let (label, tone) = result(row);
        vec![
            html! { span.nowrap { (to_the_second(row)) } },
            html! { (who(row, &p.names)) },
            html! { (words::deed(&row.action).unwrap_or(&row.action)) (towards(row)) },
            about(row, p),
            badge(&Badge { label, tone }),
            html! { (row.peer) },
        ]
    });
    table(&Table {
        caption: "監査記録",
        caption_hidden: true,
        head: ["日時", "だれが", "何を", "対象", "結果", "接続元"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "この条件の記録はありません",
    })
}

fn chain(p: &AuditPage) -> Markup {
    card(
        "記録の鎖",
        html! {
            p { "印のある記録 " strong { (p.head.seq) "件" } "、まだ印のない記録 " strong { (p.unsealed) "件" } "。末尾を控えておくと、あとから作り直されたことが分かります（madoguchi audit verify --head）。" }
            p { code { (p.head) } }
        },
    )
}

fn reviews(p: &AuditPage, typed: &str, refusal: Option<&Refusal>) -> Markup {
    let error = refusal.and_then(|r| r.about("note"));
    let rows = p.reviews.iter().map(|review: &Review| {
        vec![
            html! {
                span.nowrap { (format::date_time_full(review.from_at)) " から" } " "
                span.nowrap { (format::date_time_full(review.until_at)) " まで" }
            },
            html! { (p.names.get(&review.reviewed_by.0).map_or("不明", String::as_str)) },
            html! { (review.note) },
        ]
    });
    card(
        "週ごとの点検",
        html! {
            (table(&Table {
                caption: "点検の記録", caption_hidden: true,
                head: ["期間", "点検した人", "気づいたこと"].map(Col::text).to_vec(),
                rows: rows.collect(), empty: "点検の記録はまだありません",
            }))
            (form(&Form { action: routes::AUDIT_REVIEWS, method_post: true, boosted: true, ..Form::default() }, html! {
                (text_field(&TextField { name: "note", label: "気づいたこと（なければ空欄）", error, value: error.map_or("", |_| typed), max_chars: Some(2_000), autocomplete: Some("off"), ..TextField::default() }))
                (submit(&Button { label: "前回からここまでを点検した", kind: ButtonKind::Primary, ..Button::default() }))
            }))
        },
    )
}

/// The entries as CSV with a BOM, as spreadsheets want it.
pub fn csv(export: &Export) -> Vec<u8> {
    let mut file = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let head =
        ["番号", "日時", "だれが", "何を", "対象の種類", "対象", "対象の番号・名前", "結果", "接続元", "要求", "詳細"];
    let lines = export.rows.iter().map(|row| {
        [
            row.seq.map_or_else(String::new, |seq| seq.to_string()),
            to_the_second(row),
            who(row, &export.names),
            row.action.clone(),
            row.object_kind.clone(),
            row.object_id.map_or_else(String::new, |id| id.to_string()),
            row.object_id.and_then(|id| export.called.get(&id)).map_or_else(String::new, called),
            result(row).0.to_owned(),
            row.peer.clone(),
            row.request_id.to_string(),
            row.detail.to_string(),
        ]
        .map(|said| text::cell(&said))
    });
    for line in std::iter::once(head.map(str::to_owned)).chain(lines) {
        // Writing into memory doesn't fail.
        drop(file.write_record(line));
    }
    file.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_like_a_formula() {
        for cell in ["=1+1", "+81", "-1", "@x", "＝1", "\t=1"] {
            assert!(text::cell(cell).starts_with('\''), "{cell}");
        }
        assert_eq!(text::cell("窓口 花子"), "窓口 花子");
    }
}
