//! What was promised about a ticket: ringing back, and tasks.

use maud::{Markup, html};

use super::ShowPage;
use crate::domain::access::actor::Action;
use crate::domain::id::CallbackId;
use crate::domain::tickets::TicketNo;
use crate::domain::tickets::callback::{InVain, Settled};
use crate::routes;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::card;
use crate::view::components::field::{Choice, SelectField, hidden, select_field};
use crate::view::components::form::{Form, form};
use crate::view::format;
use crate::view::tickets::task_tone;

/// Whether anything was promised: then it comes first.
pub(in crate::view) fn any(p: &ShowPage<'_>) -> bool {
    !p.view.callbacks.is_empty() || !p.view.tasks.is_empty()
}

/// Callbacks and tasks.
pub(in crate::view) fn callbacks(p: &ShowPage<'_>) -> Markup {
    card(
        "お約束と作業",
        html! {
            @if p.view.callbacks.is_empty() && p.view.tasks.is_empty() { p { "いま約束していることはありません" } }
            @if p.view.callbacks.is_empty() && p.ctx.actor.may(Action::CallWork) {
                div.no-print { (ring(&p.once, p.view.ticket.number, None, None)) }
            }
            @for callback in &p.view.callbacks {
                @let late = callback.due_at < p.ctx.now;
                p { (badge(&Badge { label: if late { "期限を過ぎています" } else { "折返し" }, tone: if late { Tone::Danger } else { Tone::Warn } }))
                    " " strong { (format::date_time(callback.due_at)) } " " (callback.who) " " (format::phone(&callback.number)) " " (callback.note)
                    "　担当 " (p.view.names.get(&callback.rings().0).map_or("", String::as_str)) }
                div.sheet-row {
                    @if p.ctx.actor.may(Action::CallWork) && callback.rings().0 != p.ctx.actor.id {
                        (form(&Form { action: &routes::callback_taken(callback.id), method_post: true, inline: true, ..Form::default() },
                            html! { (hidden("rings", &callback.rings().to_string())) (submit(&Button { label: "自分が折り返す", ..Button::default() })) }))
                    }
                    @if p.ctx.actor.may(Action::CallWork) { (ring(&p.once, p.view.ticket.number, Some(callback.id), None)) }
                    (form(&Form { action: &routes::callback_kept(callback.id), method_post: true, inline: true, ..Form::default() },
                        submit(&Button { label: "折返し済みにする", ..Button::default() })))
                    (form(&Form { action: &routes::callback_tried(callback.id), method_post: true, inline: true, boosted: true, stays: true, ..Form::default() }, html! {
                        (select_field(&SelectField { name: "how", label: "つながらなかった", choices: InVain::ALL.iter().map(|why| Choice::new(why.code(), why.label(), false)).collect(), id: Some(&format!("how-{}", callback.id)), ..SelectField::default() }))
                        (submit(&Button { label: "記録する", ..Button::default() }))
                    }))
                }
                @if let Some((at, why)) = callback.tried { p.field-hint { (callback.tries) "回つながらず（最後 " (format::date_time(at)) " " (why.label()) "）" } }
            }
            @for task in &p.view.tasks {
                p { (badge(&Badge { label: task.kind.label(), tone: task_tone(task.kind) })) " " (format::date_of(task.due_on)) "まで" }
                (form(&Form { action: &routes::task_done(task.id), method_post: true, inline: true, boosted: true, ..Form::default() }, html! {
                    (select_field(&SelectField { name: "outcome", label: "確認の結果", choices: task.kind.outcomes().iter().map(|o| Choice::new(*o, *o, false)).collect(), id: Some(&format!("outcome-{}", task.id)), ..SelectField::default() }))
                    (submit(&Button { label: "済み", ..Button::default() }))
                }))
            }
        },
    )
}

/// What becomes of what was promised, when the ticket ends.
pub(in crate::view) fn settling(id: &str, said: &str, error: Option<&str>) -> Markup {
    let mut choices = vec![Choice::new("", "選んでください", said.is_empty())];
    choices.extend(Settled::ALL.iter().map(|what| Choice::new(what.code(), what.label(), what.code() == said)));
    select_field(&SelectField {
        name: "promises",
        label: "折返しのお約束",
        choices,
        error,
        id: Some(id),
        ..SelectField::default()
    })
}

/// Rings the clinic of a ticket, to keep a promise if there is one: to a sheet that knows the ticket.
pub(in crate::view) fn ring(once: &str, no: TicketNo, promise: Option<CallbackId>, key_hint: Option<&str>) -> Markup {
    let (label, kind) = match promise {
        Some(_) => ("折返す", ButtonKind::Primary),
        None => ("この相談票について架電する", ButtonKind::Secondary),
    };
    // One key a page and promise, within the 64 characters that a key may have.
    let whose = promise.map_or_else(|| no.to_string(), |id| id.0.simple().to_string().split_off(24));
    let key = format!("{once}-ring-{whose}");
    form(
        &Form {
            action: &routes::ticket_part(no, "calls"),
            method_post: true,
            boosted: true,
            inline: true,
            ..Form::default()
        },
        html! {
            (hidden("once", &key))
            @if let Some(id) = promise { (hidden("promise", &id.to_string())) }
            (submit(&Button { label, kind, key_hint, ..Button::default() }))
        },
    )
}
