//! The result strip: how the call ends, what was promised, who goes on.

use maud::{Markup, html};
use serde::Deserialize;

use crate::domain::calls::Disposition;
use crate::routes;
use crate::view::calls::sheet::SheetPage;
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::field::{
    Checkbox, Choice, RadioGroup, SelectField, TextField, checkbox, hidden, radio_group, select_field, text_field,
};
use crate::view::components::form::{Form, form};

/// The strip as filled in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EndForm {
    /// Disposition code.
    pub disposition: String,
    /// `yes` for a complaint.
    pub complaint: String,
    /// When the clinic is called back.
    pub callback_at: String,
    /// About what.
    pub callback_note: String,
    /// What becomes of the ticket.
    pub next: String,
    /// Result code.
    pub result: String,
    /// Why it goes to tier 2, or where the caller was directed.
    pub next_reason: String,
    /// A ticket that exists.
    pub ticket: String,
}

/// The strip.
pub(in crate::view) fn strip(p: &SheetPage<'_>) -> Markup {
    let typed = p.end;
    let about = |name: &str| p.refusal.and_then(|r| r.about(name));
    let action = routes::call_part(p.view.call.id, "end");
    html! {
        section.sheet-end aria-labelledby="h-end" {
            h2.visually-hidden id="h-end" { "通話終了" }
            (form(&Form { action: &action, method_post: true, boosted: true, id: Some("end-form"), ..Form::default() }, html! {
                (hidden("once", &p.once))
                (radio_group(&RadioGroup {
                    name: "disposition", legend: "対応結果", keys: true, focus_key: Some("Alt+9"),
                    choices: Disposition::ALL.iter().map(|d| Choice::new(d.code(), d.label(), d.code() == typed.disposition)).collect(),
                    error: about("disposition"), ..RadioGroup::default()
                }))
                div.sheet-row {
                    (text_field(&TextField { name: "callback_at", label: "折返しの日時", value: &typed.callback_at, error: about("callback_at"), autocomplete: Some("off"), ..TextField::default() }))
                    (text_field(&TextField { name: "callback_note", label: "約束の内容", value: &typed.callback_note, error: about("callback_note"), autocomplete: Some("off"), ..TextField::default() }))
                    (next(typed, about("next")))
                    (results(p, about("result")))
                    (text_field(&TextField { name: "next_reason", label: "依頼理由・案内先", value: &typed.next_reason, error: about("next_reason"), focus_key: Some("Alt+8"), autocomplete: Some("off"), ..TextField::default() }))
                    (tickets(p, about("ticket")))
                    (checkbox(&Checkbox { name: "complaint", value: "yes", label: "苦情", checked: typed.complaint == "yes", ..Checkbox::default() }))
                    (submit(&Button { label: "通話を終了する", kind: ButtonKind::Primary, key_hint: Some("Ctrl+Enter"), ..Button::default() }))
                }
            }))
        }
    }
}

fn next(typed: &EndForm, error: Option<&str>) -> Markup {
    let choices = [
        ("", "対応結果のとおり"),
        ("keep", "このまま続ける"),
        ("close", "対応完了にする"),
        ("escalate", "2次対応へ"),
        ("none", "相談票なし"),
    ];
    select_field(&SelectField {
        name: "next",
        label: "次の担当",
        error,
        choices: choices.iter().map(|(code, label)| Choice::new(*code, *label, *code == typed.next)).collect(),
        ..SelectField::default()
    })
}

fn results(p: &SheetPage<'_>, error: Option<&str>) -> Markup {
    let terms = &p.scheme.lists.result;
    select_field(&SelectField {
        name: "result",
        label: "完了の結果",
        error,
        choices: terms.iter().map(|t| Choice::new(t.code.clone(), t.label.clone(), t.code == p.end.result)).collect(),
        ..SelectField::default()
    })
}

/// Where the call is recorded: a new ticket, one of those that are open, or one it is tied to already.
fn tickets(p: &SheetPage<'_>, error: Option<&str>) -> Markup {
    let own = p.view.tickets.last();
    let mut choices = vec![Choice::new("", own.map_or("新しい相談票".to_owned(), |t| t.number.to_string()), true)];
    choices.extend(p.view.open.iter().map(|t| {
        let no = t.number.to_string();
        let selected = no == p.end.ticket;
        Choice::new(no.clone(), no, selected)
    }));
    select_field(&SelectField { name: "ticket", label: "記録先", choices, error, ..SelectField::default() })
}
