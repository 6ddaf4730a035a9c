//! What authorities asked for: beside the dossiers of a ticket, and on the supervisor's day.

use std::collections::HashMap;

use maud::{Markup, html};
use uuid::Uuid;

use crate::domain::access::actor::Action;
use crate::domain::ctx::Ctx;
use crate::domain::incidents::authority::{AuthorityAnswer, AuthorityRequest};
use crate::domain::refusal::Refusal;
use crate::domain::tickets::TicketNo;
use crate::routes;
use crate::usecase::incidents::authorities::NewRequest;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, submit};
use crate::view::components::card::card;
use crate::view::components::field::{Choice, SelectField, TextField, hidden, select_field, text_field};
use crate::view::components::form::{Form, form};
use crate::view::format;

/// The form that was refused, with what had been typed.
#[derive(Debug, Clone, Default)]
pub enum Refused {
    /// None.
    #[default]
    Nothing,
    /// A new request of an authority.
    Request(NewRequest),
    /// The answer to one, by its id: how, and why.
    Answer(String, String, String),
}

/// What authorities asked for of a ticket.
pub struct Requests<'a> {
    /// The ticket.
    pub no: TicketNo,
    /// All of it, the newest first.
    pub all: &'a [AuthorityRequest],
    /// Names of the accounts that occur.
    pub names: &'a HashMap<Uuid, String>,
    /// Who looks.
    pub ctx: &'a Ctx,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
    /// The form that was.
    pub refused: &'a Refused,
    /// A fresh idempotency key.
    pub once: &'a str,
}

/// The card.
pub(super) fn card_of(p: &Requests<'_>) -> Markup {
    card(
        "捜査機関などからの照会",
        html! {
            @for request in p.all { (one(p, request)) }
            @if p.all.is_empty() { p { "照会の記録はありません" } }
            (new_request(p))
        },
    )
}

/// A request, and its answer or the form for it.
fn one(p: &Requests<'_>, request: &AuthorityRequest) -> Markup {
    let name = |id: &uuid::Uuid| p.names.get(id).map_or("", String::as_str).to_owned();
    html! {
        div.piece {
            p { strong { bdi { (request.asks) } } "　" bdi { (request.wants) } }
            p.field-hint {
                @if !request.document.is_empty() { "文書番号 " bdi { (request.document) } "　" }
                @if request.clinic_agrees() { "同意 " bdi { (request.agreed_by) } } @else { "医療機関の同意なし" }
                "　" (format::date_time(request.asked_at)) " " (name(&request.asked_to.0))
            }
            @match &request.answered {
                Some(answered) => p { (badge(&Badge { label: answered.answer.label(), tone: Tone::Neutral })) " " bdi { (answered.why) } "　" span.field-hint { (format::date_time(answered.at)) " " (name(&answered.by.0)) } },
                None if !request.clinic_agrees() && !p.ctx.actor.may(Action::Supervise) => p { (badge(&Badge { label: "スーパーバイザーの判断待ち", tone: Tone::Warn })) },
                None => (answer_form(p, request)),
            }
        }
    }
}

fn answer_form(p: &Requests<'_>, request: &AuthorityRequest) -> Markup {
    let id = request.id.to_string();
    let (answer, why, refusal) = match p.refused {
        Refused::Answer(of, answer, why) if *of == id => (answer.as_str(), why.as_str(), p.refusal),
        _ => ("", "", None),
    };
    let offered =
        AuthorityAnswer::ALL.iter().filter(|a| request.clinic_agrees() || **a != AuthorityAnswer::ThroughClinic);
    let choices = [("", "選んでください")].into_iter().chain(offered.map(|a| (a.code(), a.label())));
    let about = |name: &str| refusal.and_then(|refusal| refusal.about(name));
    let action = routes::authority_answer(p.no, request.id);
    form(
        &Form { action: &action, method_post: true, boosted: true, stays: true, ..Form::default() },
        html! {
            (select_field(&SelectField {
                name: "answer",
                label: "回答のしかた",
                id: Some(&format!("answer-{id}")),
                choices: choices.map(|(code, label)| Choice::new(code, label, code == answer)).collect(),
                error: about("answer"),
                required: true,
                ..SelectField::default()
            }))
            (text_field(&TextField { name: "why", label: "理由", id: Some(&format!("why-{id}")), value: why, error: about("why"), required: true, autocomplete: Some("off"), ..TextField::default() }))
            (submit(&Button { label: "回答を記録する", ..Button::default() }))
        },
    )
}

/// A new one.
fn new_request(p: &Requests<'_>) -> Markup {
    let blank = NewRequest::default();
    let (typed, refusal) = match p.refused {
        Refused::Request(typed) => (typed, p.refusal),
        _ => (&blank, None),
    };
    let text = |name: &'static str, label, value, required, hint| {
        let error = refusal.and_then(|refusal| refusal.about(name));
        text_field(&TextField {
            name,
            label,
            value,
            error,
            required,
            hint,
            autocomplete: Some("off"),
            ..TextField::default()
        })
    };
    html! {
        details.one-of open[refusal.is_some()] {
            summary { "照会を記録する" }
            div.one-of-body {
                p.say-aloud { "「文書の番号と、折返し先の代表番号をお教えください。代表番号におかけ直しします」" }
                (form(&Form { action: &routes::ticket_part(p.no, "authorities"), method_post: true, boosted: true, stays: true, ..Form::default() }, html! {
                    (hidden("once", p.once))
                    (text("asks", "照会元（機関・部署・お名前）", &typed.asks, true, None))
                    (text("wants", "求められている内容", &typed.wants, true, None))
                    (text("document", "文書番号", &typed.document, false, Some("医療機関の同意がないときは必須です")))
                    (text("agreed_by", "同意した医療機関の方", &typed.agreed_by, false, Some("同意がないときは空欄。スーパーバイザーが判断します")))
                    (submit(&Button { label: "記録する", ..Button::default() }))
                }))
            }
        }
    }
}

/// Requests that wait for a supervisor.
pub fn waiting(requests: &[(AuthorityRequest, TicketNo)]) -> Markup {
    html! {
        ul.plain-list {
            @for (request, no) in requests {
                li {
                    a href=(routes::ticket_part(*no, "dossiers")) { "相談票 " (no) } "　" bdi { (request.asks) } "　" span.field-hint { (format::date_time(request.asked_at)) }
                    @if !request.clinic_agrees() { " " (badge(&Badge { label: "医療機関の同意なし", tone: Tone::Warn })) }
                }
            }
        }
    }
}
