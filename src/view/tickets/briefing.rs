//! The ticket in a few lines, for whoever takes it up: what happened, what was done, what was promised, who called.

use maud::{Markup, html};

use crate::domain::tickets::remote::Remote;

use super::ShowPage;
use crate::domain::calls::CallLine;
use crate::domain::calls::said_cards::said_cards;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::definition::definition_list;
use crate::view::format;

/// The card at the top of a ticket.
pub(super) fn briefing(p: &ShowPage<'_>) -> Markup {
    let facts =
        [("起きたこと", Some(happened(p))), ("行ったこと", done(p)), ("お約束", promised(p)), ("ご連絡先", caller(p))];
    let facts: Vec<_> = facts.into_iter().filter_map(|(name, fact)| Some((name, fact?))).collect();
    html! { section.card.briefing aria-label="この相談票のあらまし" { (definition_list(&facts)) } }
}

fn happened(p: &ShowPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    html! {
        strong { (p.scheme.lists.incident_label(&ticket.incident)) }
        @if !ticket.summary.is_empty() { "　" (ticket.summary) }
    }
}

fn done(p: &ShowPage<'_>) -> Option<Markup> {
    let said = said_cards(&p.view.entries).len();
    let remotes = p.view.remotes.len();
    let last = p.view.remotes.iter().rev().map(Remote::ended).find(|ended| !ended.is_empty());
    (said + remotes > 0).then(|| {
        html! {
            @if said > 0 { "ご案内 " (said) "件　" }
            @if remotes > 0 { "リモート支援 " (remotes) "回" @if let Some(outcome) = last { "（" (outcome) "）" } }
        }
    })
}

fn promised(p: &ShowPage<'_>) -> Option<Markup> {
    let next = p.view.callbacks.iter().min_by_key(|callback| callback.due_at)?;
    Some(html! {
        "折返し " strong { (format::date_time(next.due_at)) } " " (next.note) " "
        @if !next.number.is_empty() { span.nowrap { "→ " (next.who) " " (format::phone(&next.number)) } }
        @if next.due_at < p.ctx.now { " " (badge(&Badge { label: "期限を過ぎています", tone: Tone::Danger })) }
    })
}

fn caller(p: &ShowPage<'_>) -> Option<Markup> {
    let calls = &p.view.calls;
    // Who said no name this time is still who said it before; a name goes with its own number.
    let who = calls.iter().rev().find(|call| !call.caller_name.is_empty()).or(calls.last())?;
    let same = calls.iter().rev().filter(|call| call.caller_name == who.caller_name);
    let standing = same.clone().find_map(|call| call.standing);
    let own = same.map(CallLine::reached_at).find(|number| !number.is_empty()).unwrap_or_default();
    let newest = calls.iter().rev().map(CallLine::reached_at).find(|number| !number.is_empty()).unwrap_or_default();
    Some(html! {
        (who.caller_name) @if let Some(standing) = standing { "（" (standing.label()) "）" } " "
        span.nowrap { (format::phone(own)) }
        @if newest != own { "　最後の通話 " span.nowrap { (format::phone(newest)) } }
    })
}
