//! Imports of the directory.

use chrono::NaiveDate;
use maud::{Markup, html};

use crate::domain::members::import_record::ImportRecord;
use crate::domain::refusal::Refusal;
use crate::domain::retention::wait::Wait;
use crate::routes;
use crate::usecase::members::ImportReport;
use crate::view::components::Tone;
use crate::view::components::button::button_row;
use crate::view::components::card::{card, section};
use crate::view::components::definition::definition_list;
use crate::view::components::field::{Checkbox, InputKind, TextField, checkbox, text_field};
use crate::view::components::flash::{Flash, flash};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;
use crate::view::retention::notices;

/// Rows of problems shown; the rest are counted.
const SHOWN: usize = 200;

/// What came of a preview or an import.
pub enum Result<'a> {
    /// What would happen.
    Preview(&'a ImportReport),
    /// What happened.
    Done(&'a ImportReport),
    /// Why not.
    Refused(&'a Refusal),
}

/// The page: where an administrator comes in, so that it begins with what waits for one.
pub fn page(imports: &[ImportRecord], waits: &[Wait], today: NaiveDate, result: Option<Result<'_>>) -> Markup {
    html! {
        (notices(waits))
        (card("名簿を取り込む", html! {
            p { "都道府県医師会の書き出しファイル（CSV、UTF-8またはCP932）を選び、まず内容を確認してください。確認だけでは何も変わりません。" }
            form method="post" action=(routes::IMPORTS) enctype="multipart/form-data" hx-encoding="multipart/form-data" hx-target="#import-result" hx-select="#import-result" hx-swap="outerHTML" id="import-form" class="form" {
                (text_field(&TextField { name: "file", label: "名簿ファイル", kind: InputKind::File, accept: Some(".csv,text/csv"), required: true, ..TextField::default() }))
                (text_field(&TextField { name: "exported_on", label: "書き出し日", kind: InputKind::Date, value: &today.to_string(), required: true, ..TextField::default() }))
                (checkbox(&Checkbox { name: "allow_shrink", value: "yes", label: "1割を超える減少を許可する", ..Checkbox::default() }))
                (button_row(html! {
                    button.button.button-primary type="submit" formaction=(routes::IMPORT_PREVIEW) hx-post=(routes::IMPORT_PREVIEW) hx-include="#import-form" { "内容を確認する" }
                    button.button.button-secondary type="submit" hx-post=(routes::IMPORTS) hx-include="#import-form" { "取り込む" }
                }))
            }
        }))
        div.stack #import-result aria-live="polite" { @if let Some(result) = result { (shown(result)) } }
        (section("これまでの取り込み", past(imports)))
    }
}

/// More than a tenth of what stands now would go, however many come instead: another association's file, say.
fn loses_much(report: &ImportReport) -> bool {
    report.gone * 10 > report.gone + report.changed + report.unchanged
}

fn shown(result: Result<'_>) -> Markup {
    let (tone, text, report) = match result {
        Result::Refused(refusal) => {
            let words = refusal.fields.first().map_or(refusal.message.clone(), |f| f.message.clone());
            return flash(&Flash { tone: Tone::Danger, text: words });
        }
        Result::Preview(report) => (Tone::Info, "取り込むと次のようになります。まだ何も変わっていません。", report),
        Result::Done(report) => (Tone::Good, "取り込みました。検索には数秒で反映されます。", report),
    };
    let count = |n: i64| html! { (format::count(u64::try_from(n).unwrap_or_default())) "件" };
    html! {
        (flash(&Flash { tone, text: text.to_owned() }))
        @if tone == Tone::Info && loses_much(report) {
            (flash(&Flash { tone: Tone::Warn, text: "いまの名簿の1割を超える件がなくなります。正しい都道府県医師会のファイルか、もう一度ご確認ください。".to_owned() }))
        }
        (definition_list(&[
            ("文字コード", html! { (report.encoding) }), ("行数", count(report.rows)), ("追加", count(report.added)),
            ("変更", count(report.changed)), ("なくなったもの", count(report.gone)), ("変わらないもの", count(report.unchanged)),
            ("直して取り込む行", count(report.repaired)), ("取り込まない行", count(report.rejected)),
        ]))
        @if !report.problems.is_empty() {
            (table(&Table {
                caption: "直した行・取り込まない行", head: ["行", "列", "内容"].map(Col::text).to_vec(),
                rows: report.problems.iter().take(SHOWN).map(|p| vec![html! { (p.line) }, html! { (p.column) }, html! { (p.message) }]).collect(),
                empty: "", ..Table::default()
            }))
            @if report.problems.len() > SHOWN { p { "ほか" (report.problems.len() - SHOWN) "件" } }
        }
    }
}

fn past(imports: &[ImportRecord]) -> Markup {
    let count = |n: i64| html! { (format::count(u64::try_from(n).unwrap_or_default())) };
    let rows = imports.iter().map(|i| {
        vec![
            html! { (i.version) },
            html! { (format::date_of(i.exported_on)) },
            html! { span.name { (i.file_name) } },
            html! { (i.encoding) },
            count(i.rows),
            count(i.added),
            count(i.changed),
            count(i.gone),
            count(i.rejected),
            html! { span.nowrap { (format::date_time_full(i.imported_at)) } },
        ]
    });
    let mut head = vec![Col::text("版"), Col::text("書き出し日"), Col::text("ファイル"), Col::text("文字コード")];
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
