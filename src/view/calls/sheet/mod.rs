//! The call sheet: one screen, keyboard first. Fields save themselves (`assets/sheet.js`); the parts with an id
//! are drawn anew by themselves while the fields around them are being typed in.

mod asked;
mod cards;
mod clinics;
mod end;
mod parts;
mod verdict;

use maud::{Markup, html};

use crate::domain::calls::sheet::SheetField;
use crate::domain::calls::{CallState, Standing};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::{Scheme, Term};
use crate::domain::text;
use crate::routes;
use crate::usecase::calls::lacking::Foreseen;
use crate::usecase::calls::sheet::SheetView;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::field::{
    Choice, InputKind, KEYS, RadioGroup, SelectField, TextArea, TextField, hidden, radio_group, select_field,
    text_area, text_field,
};
use crate::view::components::form::{Form, form};
use crate::view::components::keyhint::key_hint;
use crate::view::format;

pub use asked::asked_part;
pub use cards::cards_part;
pub use clinics::clinics_part;
pub use end::{EndForm, foreseen_part};
pub use parts::open_part;
pub use verdict::{marks, verdict_part};

/// What the sheet shows.
pub struct SheetPage<'a> {
    /// The call and everything around it.
    pub view: &'a SheetView,
    /// Words and cards.
    pub scheme: &'a Scheme,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
    /// The result strip as filled in.
    pub end: &'a EndForm,
    /// What the end would lack and promise, once a result is chosen.
    pub foreseen: Option<Foreseen>,
    /// A fresh idempotency key for ending.
    pub once: String,
    /// Whether the directory's index is built, and its day.
    pub directory: Option<chrono::NaiveDate>,
    /// When it is shown.
    pub now: chrono::DateTime<chrono::Utc>,
}

/// The forms of the sheet are sent without leaving it; the answer's parts take the place of the old ones.
pub(in crate::view) const PARTS: &str = "#part-alert,#part-clinics,#part-record,#part-open,#part-verdict,#part-cards,#part-log,\
    #mark-member_name,#mark-facility,#mark-address,#mark-number";

/// The sheet.
pub fn page(p: &SheetPage<'_>) -> Markup {
    let call = &p.view.call;
    if call.state != CallState::Open {
        return parts::ended(p);
    }
    html! {
        div.sheet #sheet data-call=(call.id) data-save=(routes::call_part(call.id, "sheet")) data-look=(routes::call_part(call.id, "candidates")) data-asked=(routes::call_part(call.id, "asked")) {
            (head(p))
            (clinics::clinics_part(p.view))
            (cards::cards_part(p.view, p.scheme))
            (parts::open_part(p.view, p.scheme))
            (caller(p))
            (verify(p))
            (matter(p))
            (parts::log_part(p))
            (end::strip(p))
        }
        noscript { p { "この画面にはJavaScriptが必要です。ブラウザの設定をご確認ください。" } }
    }
}

fn head(p: &SheetPage<'_>) -> Markup {
    let call = &p.view.call;
    html! {
        header.sheet-head {
            span.sheet-number { (field(p, SheetField::Phone, call.direction.other_side(), InputKind::Tel, None)) }
            span { (call.direction.label()) " " (format::time_s(call.arrived_at)) }
            span { "担当 " (p.view.operator) }
            @if call.out_of_hours { (out_of_hours(p)) }
            (parts::alert_part(p.refusal))
            (asked_part(call.id, &p.view.questions, None))
            // Read out when a save fails, and once when it is well again: not at each of them.
            span.visually-hidden #saved-told role="alert" {}
            span.saved-state.push #saved-state { @match p.view.sheet.saved_at() {
                Some(at) => { "保存済み " (format::time_s(at)) }
                None => { "入力すると自動で保存します" }
            } }
        }
    }
}

/// Why a call outside hours is taken: asked where the hour stands, so that the sheet doesn't grow by a line.
fn out_of_hours(p: &SheetPage<'_>) -> Markup {
    let name = SheetField::OutOfHoursReason.name();
    html! {
        div.sheet-reason {
            (badge(&Badge { label: "時間外対応", tone: Tone::Warn }))
            span.field-holder data-field=(name) data-version=(p.view.sheet.version(SheetField::OutOfHoursReason)) {
                (text_field(&TextField {
                    name, label: "理由", required: true, value: p.view.sheet.text(SheetField::OutOfHoursReason),
                    autocomplete: Some("off"), error: p.refusal.and_then(|r| r.about(name)), ..TextField::default()
                }))
            }
        }
    }
}

fn field(p: &SheetPage<'_>, field: SheetField, label: &str, kind: InputKind, focus_key: Option<&str>) -> Markup {
    html! {
        span.field-holder data-field=(field.name()) data-version=(p.view.sheet.version(field)) {
            (text_field(&TextField {
                name: field.name(), label, kind, focus_key, value: p.view.sheet.text(field),
                max_chars: Some(text::LINE), autocomplete: Some("off"),
                error: p.refusal.and_then(|r| r.about(field.name())), autofocus: p.refusal.is_none() && field == asked_first(p), ..TextField::default()
            }))
        }
    }
}

/// Who is calling; once that is known, for whom.
fn asked_first(p: &SheetPage<'_>) -> SheetField {
    match p.view.sheet.text(SheetField::CallerName) {
        "" => SheetField::CallerName,
        _ if p.view.asked.is_known() => SheetField::Narrative,
        _ => SheetField::MemberName,
    }
}

fn caller(p: &SheetPage<'_>) -> Markup {
    let held = p.view.sheet.text(SheetField::Standing);
    html! {
        section.sheet-caller aria-labelledby="h-caller" {
            h2.visually-hidden id="h-caller" { "入電者" }
            div.sheet-row {
                (field(p, SheetField::CallerName, "お名前", InputKind::Text, None))
                (field(p, SheetField::Callback, "折返し先電話番号", InputKind::Tel, None))
            }
            span.field-holder data-field=(SheetField::Standing.name()) data-version=(p.view.sheet.version(SheetField::Standing)) {
                (radio_group(&RadioGroup {
                    name: "standing", legend: "お立場", keys: true,
                    choices: Standing::ALL.iter().map(|s| Choice::new(s.code(), s.label(), s.code() == held)).collect(),
                    ..RadioGroup::default()
                }))
            }
            p.standing-note #standing-other hidden[held != "other"] {
                "「ご利用は会員ご本人・職員・医師会事務局の方に限られます。院内の方からお電話いただけますか」"
            }
        }
    }
}

fn verify(p: &SheetPage<'_>) -> Markup {
    let labels = [
        (SheetField::MemberName, "A①会員名", Some("F2")),
        (SheetField::Facility, "医療機関・事業所名", None),
        (SheetField::Address, "所在地", None),
        (SheetField::Number, "医籍番号6桁（医師免許証）・会員番号10桁", None),
    ];
    let marks = verdict::marks(&p.view.asked);
    html! {
        section.sheet-verify aria-labelledby="h-verify" {
            h2.visually-hidden id="h-verify" { "会員確認" }
            @for ((item, label, key), (id, mark)) in labels.into_iter().zip(marks) {
                div.verify-row { (field(p, item, label, InputKind::Text, key)) span.mark-holder id=(id) { (mark) } }
            }
            (verdict::verdict_part(&p.view.asked, p.scheme, p.directory, p.now))
        }
    }
}

fn matter(p: &SheetPage<'_>) -> Markup {
    let sheet = &p.view.sheet;
    let select = |field: SheetField, label, key_hint, terms: &[Term]| {
        let held = sheet.text(field);
        let mut choices = vec![Choice::new("", "未選択", held.is_empty())];
        choices.extend(terms.iter().map(|t| Choice::new(t.code.clone(), t.label.clone(), t.code == held)));
        html! {
            span.field-holder data-field=(field.name()) data-version=(sheet.version(field)) {
                (select_field(&SelectField { name: field.name(), label, key_hint, choices, ..SelectField::default() }))
            }
        }
    };
    html! {
        section.sheet-matter aria-labelledby="h-matter" {
            h2.visually-hidden id="h-matter" { "ご相談内容" }
            div.sheet-row {
                (select(SheetField::Incident, "種別", Some("Alt+0"), &p.scheme.lists.incident))
                (select(SheetField::Severity, "重大度", None, &p.scheme.lists.severity))
            }
            (incidents(p))
            span.field-holder data-field=(SheetField::Narrative.name()) data-version=(sheet.version(SheetField::Narrative)) {
                (text_area(&TextArea {
                    name: SheetField::Narrative.name(), label: "内容", focus_key: Some("Alt+N"), rows: 4, value: sheet.text(SheetField::Narrative),
                    max_chars: Some(text::NOTE), error: p.refusal.and_then(|r| r.about("narrative")),
                    autofocus: p.refusal.is_none() && asked_first(p) == SheetField::Narrative, ..TextArea::default()
                }))
            }
        }
    }
}

/// The incidents, one key each, over what they are chosen for: one press, and the card changes.
fn incidents(p: &SheetPage<'_>) -> Markup {
    html! {
        button.visually-hidden type="button" tabindex="-1" data-opens="incident-strip" data-key="Alt+0" aria-keyshortcuts="Alt+0" aria-expanded="false" { "種別を一覧から選ぶ" }
        div.strip #incident-strip role="group" aria-label="種別" data-digit-keys hidden {
            @for (term, key) in p.scheme.lists.incident.iter().zip(KEYS) {
                button.button.button-secondary type="button" data-sets="incident" value=(term.code) data-key=(key) { (key_hint(key)) " " (term.label) }
            }
            button.button.button-quiet type="button" data-closes { "やめる " (key_hint("Esc")) }
        }
    }
}

/// A small form of the sheet: sent in place.
pub(in crate::view) fn in_place(action: &str, inner: Markup) -> Markup {
    in_place_with(action, PARTS, inner)
}

/// The same, with the parts that the answer draws anew.
pub(in crate::view) fn in_place_with(action: &str, parts: &str, inner: Markup) -> Markup {
    html! {
        form method="post" action=(action) hx-post=(action) hx-swap="none" hx-select-oob=(parts) class="form-inline" { (inner) }
    }
}

/// A form for starting a call: one key.
pub fn start_form(once: &str) -> Markup {
    form(
        &Form { action: routes::CALLS, method_post: true, boosted: true, inline: true, ..Form::default() },
        html! {
            (hidden("once", once))
            (text_field(&TextField { name: "phone", label: "電話番号（わかれば）", kind: InputKind::Tel, autocomplete: Some("off"), ..TextField::default() }))
            (submit(&Button { label: "入電を記録", kind: ButtonKind::Primary, key_hint: Some("F2"), ..Button::default() }))
            (submit(&Button { label: "架電を記録", name: Some("direction"), value: Some("outbound"), ..Button::default() }))
        },
    )
}
