//! What is known of an incident, as a form that is filled in while it's told, in any order.

use maud::{Markup, html};

use super::IncidentPage;
use crate::domain::incidents::Fact;
use crate::domain::incidents::fact::Form as FactForm;
use crate::domain::text;
use crate::routes;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::card;
use crate::view::components::field::{
    Choice, InputKind, RadioGroup, SelectField, TextField, hidden, radio_group, select_field, text_field,
};
use crate::view::components::form::{Form, form};
use crate::view::format;

/// Facts that are asked together, and what they are called.
const PARTS: [(&str, &[Fact]); 6] = [
    (
        "いつ・誰が知ったか",
        &[
            Fact::AwareAt,
            Fact::AwareCertainty,
            Fact::AwareBy,
            Fact::FirstSignAt,
            Fact::FirstSignCertainty,
            Fact::FirstSign,
        ],
    ),
    (
        "影響",
        &[
            Fact::Systems,
            Fact::VendorChart,
            Fact::VendorReceipt,
            Fact::VendorImaging,
            Fact::VendorPcs,
            Fact::VendorWebsite,
            Fact::VendorMail,
            Fact::VendorOther,
            Fact::Care,
            Fact::CareSince,
        ],
    ),
    ("個人情報", &[Fact::Leak, Fact::Wrongful, Fact::Persons, Fact::PersonsFrom, Fact::PersonsTo]),
    ("サーバー・委託先", &[Fact::Server, Fact::EntrustedTo, Fact::Processor]),
    ("バックアップ", &[Fact::Backup, Fact::BackupOffline, Fact::BackupReached]),
    ("身代金・保険", &[Fact::Ransom, Fact::RansomNote, Fact::Insured]),
];

/// The form.
pub(super) fn form_of(p: &IncidentPage<'_>) -> Markup {
    let action = routes::ticket_part(p.view.ticket.number, "incident");
    form(
        &Form {
            action: &action,
            method_post: true,
            boosted: true,
            stays: true,
            id: Some("incident-form"),
            ..Form::default()
        },
        html! {
            div.incident-save {
                (submit(&Button { label: "保存", kind: ButtonKind::Primary, key_hint: Some("Ctrl+Enter"), ..Button::default() }))
                span { (known(p)) }
            }
            @for (title, facts) in PARTS {
                (card(title, html! {
                    div.incident-facts { @for fact in facts { (field(p, *fact)) } }
                    @if facts.contains(&Fact::Ransom) { (ransom(p)) }
                }))
            }
        },
    )
}

fn known(p: &IncidentPage<'_>) -> String {
    let last = p.view.told.values().max_by_key(|told| told.at);
    match (p.view.record.known().count(), last) {
        (_, None) => "お聞きできたものから入力してください。順序は問いません".to_owned(),
        (known, Some(last)) => {
            let name = p.view.names.get(&last.to.0).map_or("", String::as_str);
            format!("{known}項目を記録済み（全{}項目）　最後の保存 {} {name}", Fact::ALL.len(), format::time_s(last.at))
        }
    }
}

/// The facts on paper, where forms aren't printed.
pub(super) fn printed(p: &IncidentPage<'_>) -> Markup {
    html! { section.print-only { h2 { "お聞きした内容" } (facts(p)) } }
}

/// The facts to be read, where nothing is written any more.
pub(super) fn read_only(p: &IncidentPage<'_>) -> Markup {
    card("お聞きした内容", html! { @if p.view.record.known().next().is_none() { p { "記録はありません" } } (facts(p)) })
}

fn facts(p: &IncidentPage<'_>) -> Markup {
    let rules = &p.scheme.incidents;
    html! { ul { @for (fact, kept) in p.view.record.known() { li { (fact.label()) "：" (fact.shown(kept, rules)) } } } }
}

/// What is read out where a ransom is demanded, or may be.
fn ransom(p: &IncidentPage<'_>) -> Markup {
    let demanded = !matches!(p.view.record.get(Fact::Ransom), "" | "none");
    let suspected = p.scheme.incidents.damages.contains(&p.view.ticket.incident);
    html! {
        @if let Some(say) = p.scheme.incidents.say_on(p.ctx.today()).filter(|_| demanded || suspected) {
            p.say-aloud { (badge(&Badge { label: "読み上げ", tone: Tone::Info })) " 「" (say.ransom) "」" }
        }
    }
}

/// A fact's field, with what the page shows there now: who typed otherwise meanwhile isn't overwritten unseen.
fn field(p: &IncidentPage<'_>, fact: Fact) -> Markup {
    let kept = p.view.record.get(fact);
    let typed = p.facts.iter().find(|typed| typed.fact == fact);
    let refusal = p.refusal.filter(|_| !p.facts.is_empty());
    // A time as people read it; it's read back the same.
    let kept_shown = kept.replace('T', " ");
    let shown = if fact.form() == FactForm::Time { kept_shown.as_str() } else { kept };
    let value = typed.map_or(shown, |typed| typed.typed.as_str());
    let error = refusal.and_then(|refusal| refusal.about(fact.code()));
    html! {
        (hidden(&format!("was_{}", fact.code()), kept))
        div class=(class(fact, value.is_empty() && error.is_none())) { (input(p, fact, value, error)) (told(p, fact)) }
    }
}

/// Who was told it and when, for whoever asks again.
fn told(p: &IncidentPage<'_>, fact: Fact) -> Markup {
    let told = p.view.told.get(&fact).filter(|told| !told.value.is_empty());
    html! {
        @if let Some(told) = told.filter(|_| matches!(fact, Fact::AwareAt | Fact::Leak | Fact::Care | Fact::Persons | Fact::Ransom)) {
            p.field-hint { (format::date_time(told.at)) " " (p.view.names.get(&told.to.0).map_or("", String::as_str)) }
        }
    }
}

/// Fields of a word or two stand beside others. Who looks after a system is asked where that is affected.
fn class(fact: Fact, blank: bool) -> &'static str {
    match fact.form() {
        FactForm::Line if blank => match fact {
            Fact::VendorChart => "incident-line vendor-of-chart",
            Fact::VendorReceipt => "incident-line vendor-of-receipt",
            Fact::VendorImaging => "incident-line vendor-of-imaging",
            Fact::VendorPcs => "incident-line vendor-of-pcs",
            Fact::VendorWebsite => "incident-line vendor-of-website",
            Fact::VendorMail => "incident-line vendor-of-mail",
            _ => "incident-line",
        },
        FactForm::Line => "incident-line",
        FactForm::Systems => "incident-wide",
        FactForm::One(_) if is_certainty(fact) => "incident-narrow",
        FactForm::One(_) => "incident-wide",
        _ => "incident-short",
    }
}

fn is_certainty(fact: Fact) -> bool {
    matches!(fact, Fact::AwareCertainty | Fact::FirstSignCertainty)
}

fn input(p: &IncidentPage<'_>, fact: Fact, value: &str, error: Option<&str>) -> Markup {
    // The clocks hang on it.
    let leak = p.view.record.leak_possible(&p.view.ticket.incident, &p.scheme.incidents);
    let line = |kind, hint| {
        text_field(&TextField {
            name: fact.code(),
            label: fact.label(),
            value,
            error,
            hint,
            kind,
            max_chars: (kind == InputKind::Text).then_some(text::LINE),
            required: matches!(fact, Fact::AwareAt | Fact::AwareBy) && leak,
            focus_key: (fact == Fact::AwareAt).then_some("F4"),
            autocomplete: Some("off"),
            ..TextField::default()
        })
    };
    match fact.form() {
        FactForm::Line => line(InputKind::Text, None),
        FactForm::Time => line(InputKind::Text, (fact == Fact::AwareAt).then_some("例 今日9時、11/20 9:00")),
        FactForm::Day => line(InputKind::Date, None),
        FactForm::Number => line(InputKind::Numeric, None),
        FactForm::One(choices) if is_certainty(fact) => {
            let choices = [("", "未選択")].iter().chain(choices);
            select_field(&SelectField {
                name: fact.code(),
                label: "確かさ",
                choices: choices.map(|(code, label)| Choice::new(*code, *label, *code == value)).collect(),
                error,
                ..SelectField::default()
            })
        }
        FactForm::One(choices) => {
            let choices = [("", "未確認")].iter().chain(choices);
            radio_group(&RadioGroup {
                name: fact.code(),
                legend: fact.label(),
                choices: choices.map(|(code, label)| Choice::new(*code, *label, *code == value)).collect(),
                error,
                ..RadioGroup::default()
            })
        }
        FactForm::Systems => systems(p, fact, value, error),
    }
}

fn systems(p: &IncidentPage<'_>, fact: Fact, value: &str, error: Option<&str>) -> Markup {
    html! {
        fieldset class=(if error.is_some() { "field has-error choices" } else { "field choices" }) id=(fact.code()) {
            legend.field-label { (fact.label()) }
            div.choice-list {
                @for system in &p.scheme.incidents.system {
                    label.choice {
                        input type="checkbox" name=(fact.code()) value=(system.code) checked[value.split(',').any(|code| code == system.code)];
                        span { (system.label) }
                    }
                }
            }
            @if let Some(error) = error { p.field-error id={ (fact.code()) "-error" } { (error) } }
        }
    }
}
