//! What the columns of a file are whose headers aren't known.

use maud::{Markup, html};

use crate::domain::members::header::{FIELDS, REQUIRED, header_of};
use crate::domain::members::mapping::{FACILITIES, words_of};
use crate::domain::members::propose::{Column, Proposal, Word};
use crate::domain::members::record::FacilityRole;
use crate::domain::refusal::Refusal;
use crate::routes;
use crate::view::components::Tone;
use crate::view::components::button::button_row;
use crate::view::components::field::{Checkbox, Choice, SelectField, TextField, checkbox, select_field, text_field};
use crate::view::components::flash::{Flash, flash};
use crate::view::components::table::{Col, Table, table};

/// The first field of a facility, in the order of the fields.
const FIRST_OF_FACILITY: &str = "facility_key";

/// Asks what the columns are, with what they may be.
pub(super) fn ask(proposal: &Proposal, refusal: &Refusal, name: &str) -> Markup {
    let words = refusal.fields.first().map_or(refusal.message.as_str(), |fault| fault.message.as_str());
    // A column that says nothing at all can't be anything.
    let says = |column: &Column| !column.header.is_empty() || !column.examples.is_empty();
    let columns = proposal.columns.iter().enumerate().filter(|(_, column)| says(column));
    let columns = columns.map(|(at, column)| row(at, column, facilities(proposal)));
    html! {
        @if proposal.missing().is_empty() && !are_called_the_same(proposal) {
            (flash(&Flash { tone: Tone::Info, text: "標準の見出しではありませんが、必要な列はすべて見つかりました。次の対応でよいか確かめ、名前を付けてください。".to_owned() }))
        } @else {
            (flash(&Flash { tone: Tone::Warn, text: words.to_owned() }))
        }
        p { "この名簿の列が、どの項目かを選んでください。分かった列は選んであります。氏名や所在地が分かれているときは、それぞれに同じ項目を選ぶと、つなげて読みます。" }
        p { "管理番号の列がなければ医籍番号を、施設番号の列がなければ施設名と所在地を、番号のかわりに使います。" }
        (table(&Table {
            caption: "列の対応", head: ["名簿の見出し", "値の例", "項目"].map(Col::text).to_vec(), rows: columns.collect(),
            empty: "", ..Table::default()
        }))
        @if !proposal.words.is_empty() {
            (table(&Table {
                caption: "名簿の言葉", head: ["項目", "名簿の言葉", "意味"].map(Col::text).to_vec(),
                rows: proposal.words.iter().map(word).collect(), empty: "", ..Table::default()
            }))
        }
        (fixed(proposal))
        (checkbox(&Checkbox {
            name: "continues", value: "yes", label: "会員の欄が空の行は、上の行の会員の続きとして読む", checked: proposal.continues,
            ..Checkbox::default()
        }))
        (text_field(&TextField {
            name: "mapping_name", label: "対応表の名前", value: name, error: refusal.about("mapping_name"),
            hint: Some("次からはこの名前で選べます（例: ○○県医師会）"), required: true, max_chars: Some(60), ..TextField::default()
        }))
        (button_row(html! {
            button.button.button-primary type="submit" name="by_hand" value="yes" formaction=(routes::IMPORT_PREVIEW) hx-post=(routes::IMPORT_PREVIEW) hx-include="#import-form" { "この対応で内容を確認する" }
        }))
    }
}

/// Whether it has to be said which of two columns is meant.
fn are_called_the_same(proposal: &Proposal) -> bool {
    let mut headers = std::collections::HashSet::new();
    let named = proposal.columns.iter().map(|column| column.header.as_str()).filter(|header| !header.is_empty());
    !named.into_iter().all(|header| headers.insert(header))
}

/// How many facilities a row has.
fn facilities(proposal: &Proposal) -> usize {
    let most = proposal.columns.iter().filter_map(|column| column.field).map(|(_, of)| of).max().unwrap_or(1);
    (most + 1).clamp(2, FACILITIES)
}

fn row(at: usize, column: &Column, facilities: usize) -> Vec<Markup> {
    let header = if column.header.is_empty() { "（見出しなし）" } else { &column.header };
    // Columns may be called the same.
    let label = format!("{}列目「{header}」の項目", at + 1);
    let is = |field: &str, of: usize| column.field == Some((field, of));
    let of_member = FIELDS.iter().take_while(|(field, _)| *field != FIRST_OF_FACILITY);
    let of_facility = FIELDS.iter().skip_while(|(field, _)| *field != FIRST_OF_FACILITY);
    let name = |field: &str| format!("{}{}", header_of(field), if REQUIRED.contains(&field) { "（必須）" } else { "" });
    let select = html! {
        select.input name={ "column." (at) } aria-label=(label) {
            option value="" { "（使わない）" }
            optgroup label="会員" {
                @for (field, _) in of_member { option value=(field) selected[is(field, 1)] { (name(field)) } }
            }
            @for of in 1..=facilities {
                optgroup label={ "施設" (of) } {
                    @for (field, _) in of_facility.clone() {
                        option value={ (field) "@" (of) } selected[is(field, of)] { (name(field)) @if of > 1 { " " (of) } }
                    }
                }
            }
        }
    };
    vec![html! { (header) }, html! { span.name { (column.examples.join("、")) } }, select]
}

fn word(word: &Word) -> Vec<Markup> {
    let field = header_of(word.field);
    let select = html! {
        input type="hidden" name="theirs" value={ (word.field) "/" (word.theirs) };
        select.input name="ours" aria-label={ (field) "「" (word.theirs) "」の意味" } {
            option value="" { "（分からない: 行を取り込まない）" }
            @for ours in words_of(word.field) { option value=(ours) selected[word.ours == Some(ours)] { (ours) } }
        }
    };
    vec![html! { (field) }, html! { (word.theirs) }, select]
}

/// What stands for everybody, of fields that a file of one association may not have.
fn fixed(proposal: &Proposal) -> Markup {
    let said = |field: &str| proposal.fixed.get(field).map_or("", String::as_str);
    let has_column =
        |field: &str| proposal.columns.iter().any(|column| column.field.is_some_and(|(of, _)| of == field));
    let roles = [FacilityRole::Opener, FacilityRole::Manager, FacilityRole::Employee].map(FacilityRole::label);
    let mut choices = vec![Choice::new("", "（列がある）", false)];
    choices.extend(roles.map(|role| Choice::new(role, role, said("role") == role)));
    html! {
        @if !has_column("role") {
            (select_field(&SelectField {
                name: "fixed.role", label: "役割の列がないとき、全員の役割", choices,
                hint: Some("開設者だけの名簿のように、全員が同じときに選びます"), ..SelectField::default()
            }))
        }
        @for (field, label) in [("pref_association", "都道府県医師会の列がないとき、その名前"), ("district_association", "郡市区等医師会の列がないとき、その名前")] {
            @if !has_column(field) {
                (text_field(&TextField { name: &format!("fixed.{field}"), label, value: said(field), max_chars: Some(60), ..TextField::default() }))
            }
        }
    }
}
