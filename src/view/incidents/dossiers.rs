//! Dossiers that were handed over, a new one line by line, and what authorities asked for.

use maud::{Markup, html};

use super::authorities::{self, Refused, Requests};
use crate::domain::ctx::Ctx;
use crate::domain::incidents::handing::Means;
use crate::domain::refusal::Refusal;
use crate::domain::tickets::{Ticket, TicketNo};
use crate::routes;
use crate::usecase::incidents::dossiers::{DossiersView, Made, NewDossier, Preview};
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, link_button, submit};
use crate::view::components::card::card;
use crate::view::components::definition::definition_list;
use crate::view::components::field::{
    Checkbox, Choice, RadioGroup, TextField, checkbox, hidden, radio_group, text_field,
};
use crate::view::components::form::{Form, form};
use crate::view::format;

/// What the page of a ticket's dossiers shows.
pub struct DossiersPage<'a> {
    /// What there is.
    pub view: &'a DossiersView,
    /// Who looks.
    pub ctx: &'a Ctx,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
    /// The form that was.
    pub refused: &'a Refused,
    /// A fresh idempotency key.
    pub once: &'a str,
}

fn head(ticket: &Ticket) -> Markup {
    html! {
        p.header-line {
            a href=(routes::ticket(ticket.number)) { "相談票 " (ticket.number) }
            a href=(routes::ticket_part(ticket.number, "incident")) { "インシデント記録" }
            @if !ticket.facility_name.is_empty() { strong { (ticket.facility_name) } }
        }
    }
}

fn whole_refusal(refusal: Option<&Refusal>) -> Markup {
    html! {
        @if let Some(refusal) = refusal.filter(|refusal| refusal.fields.is_empty()) { p.field-error role="alert" tabindex="-1" { (refusal.message) } }
    }
}

/// The page.
pub fn page(p: &DossiersPage<'_>) -> Markup {
    let no = p.view.ticket.number;
    html! {
        (head(&p.view.ticket))
        (whole_refusal(p.refusal))
        div.split {
            div {
                (card("引渡し資料", html! {
                    p { "この事案の記録を、パスワード付きのPDF（中にJSON）にします。医療機関か、案件を引き受けた事業者にお渡しできます。警察へは医療機関から渡していただきます。" }
                    div.button-row {
                        (link_button(&routes::dossier_new(no, "clinic"), &Button { label: "医療機関に渡す資料を作る", kind: ButtonKind::Primary, ..Button::default() }))
                        @for (id, name) in &p.view.firms {
                            (link_button(&routes::dossier_new(no, &id.to_string()), &Button { label: &format!("{name} に渡す資料を作る"), ..Button::default() }))
                        }
                    }
                    @if p.view.made.is_empty() { p { "まだ作成していません" } }
                    @for one in &p.view.made {
                        p {
                            a href=(routes::dossier(no, one.id)) { (format::date_time(one.made_at)) " " (one.firm_id.and_then(|id| p.view.made_for.get(&id)).map_or(one.recipient.label(), String::as_str)) "（" (one.to) "）" } " "
                            @if one.told.is_none() { (badge(&Badge { label: "パスワード未伝達", tone: Tone::Warn })) }
                        }
                    }
                }))
            }
            div {
                (authorities::card_of(&Requests { no, all: &p.view.requests, names: &p.view.names, ctx: p.ctx, refusal: p.refusal, refused: p.refused, once: p.once }))
            }
        }
    }
}

/// What the page of a new dossier shows.
pub struct NewPage<'a> {
    /// What it would say.
    pub preview: &'a Preview,
    /// A fresh idempotency key.
    pub once: &'a str,
    /// What was typed, where it was refused.
    pub typed: Option<&'a NewDossier>,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
}

/// The page: every line with a box, doubtful ones left out unless somebody takes them in.
pub fn new_page(p: &NewPage<'_>) -> Markup {
    let preview = p.preview;
    let no = preview.ticket.number;
    let doubtful = preview.content.doubtful();
    // What was taken in of other words is none of these.
    let typed = p.typed.filter(|typed| typed.seen == preview.seen);
    let kept = |at: (usize, usize)| match typed {
        Some(typed) => typed.keep.contains(&format!("{}.{}", at.0, at.1)),
        None => !doubtful.contains(&at),
    };
    let firm = preview.firm.as_ref();
    html! {
        (head(&preview.ticket))
        (whole_refusal(p.refusal))
        p { "お渡し先 " strong { @match firm { Some((_, name)) => (name), None => (preview.recipient.label()) } }
            @if firm.is_some() { "　紹介のときに同意いただいた項目だけが載ります。" } }
        (form(&Form { action: &routes::ticket_part(no, "dossiers"), method_post: true, boosted: true, ..Form::default() }, html! {
            (hidden("recipient", &firm.map_or_else(|| "clinic".to_owned(), |(id, _)| id.to_string())))
            (hidden("seen", &preview.seen))
            (hidden("once", p.once))
            (card("載せる内容", html! {
                p { "読んで、患者さんのお名前や診療の内容がある行は外してください。" @if !doubtful.is_empty() { strong { "疑わしい" (doubtful.len()) "行は外してあります。" } } }
                @if let Some(error) = p.refusal.and_then(|refusal| refusal.about("keep")) { p.field-error { (error) } }
                @for (n, part) in preview.content.parts.iter().enumerate() {
                    fieldset.dossier-part {
                        legend { (part.title) }
                        @for (r, row) in part.rows.iter().enumerate() {
                            label.choice.dossier-row {
                                input type="checkbox" name="keep" value={ (n) "." (r) } checked[kept((n, r))];
                                span { b { (row.what) } " " @for (nth, words) in row.says.lines().enumerate() { @if nth > 0 { br; } (words) }
                                    @if doubtful.contains(&(n, r)) { " " (badge(&Badge { label: "患者さんの名前？", tone: Tone::Warn })) } }
                            }
                        }
                    }
                }
            }))
            (card("同意と受け渡し", fields(p)))
            (submit(&Button { label: "資料を作成する", kind: ButtonKind::Primary, key_hint: Some("Ctrl+Enter"), ..Button::default() }))
        }))
    }
}

fn fields(p: &NewPage<'_>) -> Markup {
    let blank = NewDossier::default();
    let typed = p.typed.unwrap_or(&blank);
    let about = |name: &str| p.refusal.and_then(|refusal| refusal.about(name));
    html! {
        p.say-aloud { "「お話しした内容の記録を、パスワード付きのファイルで、" @match &p.preview.firm { Some((_, name)) => (name), None => "貴院" } "にお渡しします。よろしいですか。パスワードは別にお電話でお伝えします」" }
        (text_field(&TextField { name: "consent_by", label: "同意された医療機関の方", value: &typed.consent_by, error: about("consent_by"), required: true, autocomplete: Some("off"), ..TextField::default() }))
        (text_field(&TextField { name: "to", label: "受け取る方のお名前", value: &typed.to, error: about("to"), required: true, autocomplete: Some("off"), ..TextField::default() }))
        (radio_group(&RadioGroup {
            name: "means",
            legend: "受け渡しの方法",
            choices: Means::ALL.iter().map(|means| Choice::new(means.code(), means.label(), means.code() == typed.means)).collect(),
            error: about("means"),
            required: true,
            ..RadioGroup::default()
        }))
        (checkbox(&Checkbox {
            name: "looked",
            label: "載せる行を読み、患者さんのお名前がないことを確かめました",
            value: "yes",
            checked: typed.looked,
            error: about("looked"),
            ..Checkbox::default()
        }))
    }
}

/// What the page of one dossier shows.
pub struct MadePage<'a> {
    /// The dossier.
    pub made: &'a Made,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
    /// To whom its password was told, as typed.
    pub told: &'a str,
}

/// The page of one: the file, its password, and that it was told.
pub fn made_page(p: &MadePage<'_>) -> Markup {
    let Made { ticket, dossier, firm, password, names } = p.made;
    let (no, id) = (ticket.number, dossier.id);
    let name = names.get(&dossier.made_by.0).map_or("", String::as_str);
    html! {
        (head(ticket))
        (whole_refusal(p.refusal))
        (card("お渡し", html! {
            (definition_list(&[
                ("お渡し先", html! { (firm.as_deref().unwrap_or(dossier.recipient.label())) "　" bdi { (dossier.to) } }),
                ("方法", html! { (dossier.means.label()) }),
                ("同意", html! { (dossier.consent_by) }),
                ("作成", html! { (format::date_time(dossier.made_at)) " " (name) }),
            ]))
            (link_button(&routes::dossier_file(no, id), &Button { label: "ファイルを保存する（PDF）", kind: ButtonKind::Primary, ..Button::default() }))
            p.field-hint { "保存の前に、認証コードをもう一度お尋ねすることがあります" }
        }))
        (card("パスワード", html! {
            p { "ファイルとは別に、お電話でお伝えください。" }
            @match password {
                Some(password) => p.password { code { (password) } },
                None => (form(&Form { action: &routes::dossier_part(no, id, "password"), method_post: true, boosted: true, stays: true, inline: true, ..Form::default() }, submit(&Button { label: "パスワードを表示する（記録されます）", ..Button::default() }))),
            }
            @match &dossier.told {
                Some((at, words)) => p { (badge(&Badge { label: "伝達済み", tone: Tone::Good })) " " (format::date_time(*at)) "　" (words) },
                None => (told_form(p, no)),
            }
        }))
        (card("載せた内容", html! {
            @for part in &dossier.content.parts {
                h3 { (part.title) }
                dl.definitions { @for row in &part.rows { div { dt { (row.what) } dd { @for words in row.says.lines() { p { (words) } } } } } }
            }
        }))
    }
}

fn told_form(p: &MadePage<'_>, no: TicketNo) -> Markup {
    let error = p.refusal.and_then(|refusal| refusal.about("told"));
    let action = routes::dossier_part(no, p.made.dossier.id, "told");
    form(
        &Form { action: &action, method_post: true, boosted: true, stays: true, ..Form::default() },
        html! {
            (text_field(&TextField { name: "told", label: "伝えた相手と方法", value: p.told, error, hint: Some("例 院長 青空様へ、03-1234-5678 に電話"), required: true, autocomplete: Some("off"), ..TextField::default() }))
            (submit(&Button { label: "伝えたと記録する", ..Button::default() }))
        },
    )
}
