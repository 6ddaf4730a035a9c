//! Imports of the directory.

mod columns;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::members::import_record::ImportRecord;
use crate::domain::members::problem::RowProblem;
use crate::domain::members::propose::Proposal;
use crate::domain::refusal::Refusal;
use crate::domain::retention::wait::Wait;
use crate::routes;
use crate::usecase::members::{Details, ImportReport, Past};
use crate::view::components::Tone;
use crate::view::components::button::{Button, button_row, submit};
use crate::view::components::card::{card, section};
use crate::view::components::definition::definition_list;
use crate::view::components::field::{
    Checkbox, Choice, InputKind, SelectField, TextField, checkbox, select_field, text_field,
};
use crate::view::components::flash::{Flash, flash};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;
use crate::view::retention::notices;

/// Associations that are named, of those whose members would be gone.
const ASSOCIATIONS: usize = 10;
/// Lines of a kind of problem that are named.
const LINES: usize = 10;
/// Rows of problems shown; the rest are counted.
const SHOWN: usize = 200;

/// What came of a preview or an import.
pub enum Result<'a> {
    /// What would happen; what is missing so that it may, and the number that was typed.
    Preview(&'a ImportReport, Option<(&'a Refusal, &'a str)>),
    /// Its columns aren't known: what they may be, why it isn't read, and the name under which that is to be kept.
    Unknown(&'a Proposal, &'a Refusal, &'a str),
    /// What happened.
    Done(&'a ImportReport),
    /// The directory of the import before is back.
    Restored(&'a ImportReport),
    /// Why not.
    Refused(&'a Refusal),
}

/// The page: where an administrator comes in, so that it begins with what waits for one.
pub fn page(so_far: &Past, waits: &[Wait], today: NaiveDate, result: Option<Result<'_>>) -> Markup {
    html! {
        (notices(waits))
        (card("名簿を取り込む", html! {
            p { "都道府県医師会の書き出しファイル（CSVまたはExcel）を選び、内容を確認してから取り込みます。確認だけでは何も変わりません。" }
            form method="post" action=(routes::IMPORTS) enctype="multipart/form-data" hx-encoding="multipart/form-data" hx-target="#import-result" hx-select="#import-result" hx-select-oob="#imports" hx-swap="outerHTML" id="import-form" class="form" {
                (text_field(&TextField { name: "file", label: "名簿ファイル", kind: InputKind::File, accept: Some(".csv,.xlsx,text/csv"), required: true, ..TextField::default() }))
                (text_field(&TextField { name: "exported_on", label: "書き出し日", kind: InputKind::Date, value: &today.to_string(), required: true, ..TextField::default() }))
                @if !so_far.mappings.is_empty() {
                    (select_field(&SelectField { name: "mapping", label: "列の対応表", choices: mappings(so_far), hint: Some("標準の見出しでない名簿は、保存した対応表で読みます"), ..SelectField::default() }))
                }
                (text_field(&TextField { name: "sheet", label: "シート名（任意）", hint: Some("Excelで、最初のシートでないときだけ入力します"), max_chars: Some(31), ..TextField::default() }))
                (button_row(html! {
                    button.button.button-primary type="submit" formaction=(routes::IMPORT_PREVIEW) hx-post=(routes::IMPORT_PREVIEW) hx-include="#import-form" { "内容を確認する" }
                }))
                div.stack #import-result aria-live="polite" { @if let Some(result) = result { (shown(result)) } }
            }
        }))
        div #imports { (section("これまでの取り込み", so_far_view(so_far))) }
    }
}

fn mappings(so_far: &Past) -> Vec<Choice<'_>> {
    let standard = Choice::new("", "（標準の見出し）", false);
    let kept = so_far
        .mappings
        .iter()
        .map(|kept| Choice::new(kept.name.as_str(), format!("{}（第{}版）", kept.name, kept.version), false));
    std::iter::once(standard).chain(kept).collect()
}

/// Past imports, and the press that takes the last one back.
fn so_far_view(so_far: &Past) -> Markup {
    html! {
        (past(&so_far.imports))
        @for kept in &so_far.mappings {
            details { summary { "対応表「" (kept.name) "」（第" (kept.version) "版）をTOMLで見る" } pre.toml { (kept.toml) } }
        }
        @if let Some(last) = &so_far.last {
            @let which = format!("第{}版（{}、{}現在）", last.version, last.file_name, format::date_of(last.exported_on));
            form method="post" action=(routes::IMPORT_RESTORE) class="form" {
                input type="hidden" name="version" value=(last.version);
                p { "誤った名簿を取り込んだときは、" (which) "の取り込みを取り消し、その前の名簿に戻せます。取り消したことも、新しい取り込みとして残ります。" }
                (button_row(submit(&Button {
                    label: &format!("第{}版の取り込みを取り消す", last.version),
                    ask: Some(&format!("{which}の取り込みを取り消し、その前の名簿に戻しますか？")),
                    ..Button::default()
                })))
            }
        }
    }
}

fn shown(result: Result<'_>) -> Markup {
    let refused = if let Result::Preview(_, refused) = result { refused } else { None };
    let (tone, text, report) = match result {
        Result::Refused(refusal) => {
            let words = refusal.fields.first().map_or(refusal.message.clone(), |f| f.message.clone());
            return flash(&Flash { tone: Tone::Danger, text: words });
        }
        Result::Unknown(proposal, refusal, name) => return columns::ask(proposal, refusal, name),
        Result::Preview(report, _) => (Tone::Info, "取り込むと次のようになります。まだ何も変わっていません。", report),
        Result::Restored(report) => {
            (Tone::Good, "取り込みを取り消し、その前の名簿に戻しました。検索には数秒で反映されます。", report)
        }
        Result::Done(report) => (Tone::Good, "取り込みました。検索には数秒で反映されます。", report),
    };
    let count = |n: i64| html! { (format::count(u64::try_from(n).unwrap_or_default())) "件" };
    html! {
        (flash(&Flash { tone, text: text.to_owned() }))
        (definition_list(&[
            ("形式", html! { (report.encoding) }), ("行数", count(report.rows)), ("追加", count(report.added)),
            ("変更", count(report.changed)),
            (if tone == Tone::Info { "なくなるもの" } else { "なくなったもの" }, count(report.gone)), ("変わらないもの", count(report.unchanged)),
            ("直して取り込む行", count(report.repaired)), ("取り込まない行", count(report.rejected)),
        ]))
        @if let Some(details) = &report.details { (seen_before(report, details, refused)) }
        @if !report.problems.is_empty() {
            (by_kind(&report.problems))
            (table(&Table {
                caption: "直した行・取り込まない行", head: ["行", "列", "内容"].map(Col::text).to_vec(),
                rows: report.problems.iter().take(SHOWN).map(|p| vec![html! { (p.line) }, html! { (p.column) }, html! { (p.message) }]).collect(),
                empty: "", ..Table::default()
            }))
            @if report.problems.len() > SHOWN { p { "ほか" (report.problems.len() - SHOWN) "件" } }
        }
    }
}

/// What was repaired or kept out, by kind, with the first lines of each.
fn by_kind(problems: &[RowProblem]) -> Markup {
    let mut kinds: BTreeMap<(&str, &str), (String, Vec<u64>)> = BTreeMap::new();
    for p in problems {
        // Each contradiction names the line that it contradicts.
        let words = || match p.code.starts_with("contradiction") {
            true => format!("{}: 同じ番号で内容の違う行があります", p.column),
            false => p.message.clone(),
        };
        kinds.entry((p.code, &p.column)).or_insert_with(|| (words(), Vec::new())).1.push(p.line);
    }
    let row = |((code, _), (message, lines)): (&(&str, &str), &(String, Vec<u64>))| {
        let first: Vec<String> = lines.iter().take(LINES).map(u64::to_string).collect();
        let more = if lines.len() > LINES { " …" } else { "" };
        vec![
            html! { (if code.starts_with("repaired") { "直して取り込む" } else { "取り込まない" }) },
            html! { (message) },
            html! { (lines.len()) },
            html! { (first.join("、")) (more) },
        ]
    };
    let mut head = vec![Col::text("扱い"), Col::text("内容"), Col::number("件数")];
    head.push(Col::text("行"));
    let rows = kinds.iter().map(row).collect();
    table(&Table { caption: "理由ごとの件数", head, rows, empty: "", ..Table::default() })
}

/// What of the file isn't taken in.
fn unread(details: &Details) -> Markup {
    html! {
        @if !details.others.is_empty() {
            (flash(&Flash { tone: Tone::Warn, text: format!("ほかのシート（{}）は読んでいません。名簿が分かれているときは、1つのシートにまとめてください。", details.others.join("、")) }))
        }
        @if details.spared > 0 {
            (flash(&Flash { tone: Tone::Warn, text: format!("このファイルにない{}件は、なくなったものとして数えていません。取り込まない行の中に、だれの行か分からない行（合計の行など）があり、どなたの行でもありうるためです。下の一覧でその行を確かめ、直すか除いてから取り込むと、なくなった方が反映されます。", details.spared) }))
        }
    }
}

/// Who would be gone and whose category would be another, and the press that imports.
fn seen_before(report: &ImportReport, details: &Details, refused: Option<(&Refusal, &str)>) -> Markup {
    let typed = refused.map_or("", |(_, typed)| typed);
    let refused = refused.map(|(refusal, _)| refusal);
    let name = |name: &str| html! { span.name { (name) } };
    let gone = details.named.iter().map(|g| vec![html! { (g.association) }, name(&g.name), name(&g.facility)]);
    let moves = details.moves.iter().map(|m| vec![name(&m.name), html! { (m.from) }, html! { (m.to) }]);
    html! {
        @if details.loses_many {
            (flash(&Flash { tone: Tone::Warn, text: format!("いまの名簿の1割を超える{}件がなくなります。正しい都道府県医師会のファイルで、全員分が入っているかご確認ください。", report.gone) }))
        }
        (unread(details))
        @if report.gone > 0 {
            (table(&Table {
                caption: "なくなる件数（多い医師会から）", head: vec![Col::text("医師会"), Col::number("件数")],
                rows: details.gone.iter().take(ASSOCIATIONS).map(|(of, n)| vec![html! { (of) }, html! { (n) }]).collect(),
                empty: "", ..Table::default()
            }))
            @if details.gone.len() > ASSOCIATIONS { p { "ほか" (details.gone.len() - ASSOCIATIONS) "医師会" } }
            (table(&Table {
                caption: "なくなるものの例（20件まで）", head: ["医師会", "会員", "施設"].map(Col::text).to_vec(),
                rows: gone.collect(), empty: "", ..Table::default()
            }))
        }
        @if details.moved > 0 {
            (table(&Table {
                caption: &format!("会員区分が変わる会員（{}人、20人まで表示）", details.moved),
                head: ["会員", "いまの区分", "新しい区分"].map(Col::text).to_vec(),
                rows: moves.collect(), empty: "", ..Table::default()
            }))
        }
        @for (column, of) in &details.emptied {
            (flash(&Flash { tone: Tone::Warn, text: format!("「{column}」の列がありません。いまの名簿では{of}件にあり、取り込むと空欄になります。見出しが壊れていないかご確認ください。") }))
        }
        @for (column, of) in &details.turned {
            (flash(&Flash { tone: Tone::Warn, text: format!("「{column}」が{of}件で、いまの名簿と違います（1割を超えています）。列がずれたり、一部の列だけ並べ替えられたりしていないかご確認ください。") }))
        }
        @if details.loses_many {
            (text_field(&TextField { name: "gone", label: "なくなる件数", value: typed, hint: Some("よければ、なくなる件数を入力してください"), required: true, error: refused.and_then(|r| r.about("gone")), ..TextField::default() }))
        }
        @if !(details.emptied.is_empty() && details.turned.is_empty()) {
            (checkbox(&Checkbox { name: "columns", value: "yes", label: "列の変化を確かめた", error: refused.and_then(|r| r.about("columns")), ..Checkbox::default() }))
        }
        input type="hidden" name="looked_with" value=(details.mapping);
        (button_row(html! {
            button.button.button-primary type="submit" hx-post=(routes::IMPORTS) hx-include="#import-form" { "この内容で取り込む" }
        }))
    }
}

fn past(imports: &[ImportRecord]) -> Markup {
    let count = |n: i64| html! { (format::count(u64::try_from(n).unwrap_or_default())) };
    let rows = imports.iter().map(|i| {
        vec![
            html! { (i.version) },
            html! { (format::date_of(i.exported_on)) },
            html! { span.name { (i.file_name) } },
            html! { (i.encoding) @if !i.mapping.is_empty() { br; (i.mapping) } },
            count(i.rows),
            count(i.added),
            count(i.changed),
            count(i.gone),
            count(i.rejected),
            html! { span.nowrap { (format::date_time_full(i.imported_at)) } },
        ]
    });
    let mut head = vec![Col::text("版"), Col::text("書き出し日"), Col::text("ファイル"), Col::text("形式")];
    head.extend(["行数", "追加", "変更", "なくなった", "除外"].map(Col::number));
    head.push(Col::text("取り込み日時"));
    table(&Table {
        caption: "これまでの取り込み",
        caption_hidden: true,
        head,
        rows: rows.collect(),
        empty: "まだ名簿を取り込んでいません。上のフォームから取り込んでください",
    })
}
