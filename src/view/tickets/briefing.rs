//! The ticket in a few lines, for whoever takes it up: what happened, what was done, what was promised, who called.

use maud::{Markup, html};

use crate::domain::tickets::remote::Remote;

use super::ShowPage;
use crate::domain::calls::CallLine;
use crate::domain::calls::said_cards::{said_cards, taken_back};
use crate::domain::incidents::Fact;
use crate::domain::tickets::{Entry, Event, StatusKind};
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::definition::definition_list;
use crate::view::components::words::as_written;
use crate::view::format;

/// The card at the top of a ticket.
pub(super) fn briefing(p: &ShowPage<'_>) -> Markup {
    let facts = [
        ("2次対応の依頼", asked_for(p)),
        ("起きたこと", Some(happened(p))),
        ("いつから", since(p)),
        ("行ったこと", done(p)),
        ("お聞きしたこと", heard(p)),
        ("お約束", promised(p)),
        ("ご連絡先", caller(p)),
    ];
    let facts: Vec<_> = facts.into_iter().filter_map(|(name, fact)| Some((name, fact?))).collect();
    html! { section.card.briefing aria-label="この相談票のあらまし" { (definition_list(&facts)) } }
}

fn happened(p: &ShowPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    html! {
        strong { (p.scheme.lists.incident_label(&ticket.incident)) }
        @if !ticket.summary.is_empty() { "　" (as_written(&ticket.summary)) }
    }
}

/// Why tier 2 is asked: every reason that was given since it was asked, the last one last.
fn asked_for(p: &ShowPage<'_>) -> Option<Markup> {
    let ticket = &p.view.ticket;
    if ticket.state.is_end() || (ticket.tier < 2 && ticket.state.kind() != StatusKind::Escalated) {
        return None;
    }
    let asks = |entry: &&Entry| {
        matches!(entry.event(), Some(Event::Transitioned { to: StatusKind::Escalated, .. } | Event::AskedAgain { .. }))
    };
    let reasons: Vec<&str> =
        p.view.entries.iter().filter(asks).filter_map(|e| e.body.split_once('：')).map(|(_, why)| why).collect();
    (!reasons.is_empty()).then(|| html! { @for (nth, why) in reasons.iter().enumerate() { @if nth > 0 { br; } (why) } })
}

/// When it began and when the clinic came to know, as certain as that is.
fn since(p: &ShowPage<'_>) -> Option<Markup> {
    let (record, rules) = (&p.view.incident, &p.scheme.incidents);
    let when = |at: Fact, certainty: Fact| {
        let known = Some(record.get(at)).filter(|kept| !kept.is_empty())?;
        let certain = match record.get(certainty) {
            "" | "exact" => String::new(),
            other => format!("（{}）", certainty.shown(other, rules)),
        };
        Some(format!("{}{certain}", at.shown(known, rules)))
    };
    let sign = when(Fact::FirstSignAt, Fact::FirstSignCertainty);
    let aware = when(Fact::AwareAt, Fact::AwareCertainty);
    (sign.is_some() || aware.is_some()).then(|| {
        html! {
            @if let Some(sign) = sign { "兆候 " strong { (sign) } "　" }
            @if let Some(aware) = aware { "知った日時 " strong { (aware) } }
        }
    })
}

/// What the clinic has answered already, so that nobody asks it again.
fn heard(p: &ShowPage<'_>) -> Option<Markup> {
    let (record, rules) = (&p.view.incident, &p.scheme.incidents);
    let struck = taken_back(&p.view.entries);
    let cards = p.view.entries.iter().zip(struck).filter(|(_, struck)| !struck);
    let cards = cards.filter_map(|(entry, _)| match entry.event() {
        Some(Event::CardSaid { card, answer }) => {
            let card = p.scheme.cards.by_code(&card)?;
            // Of what can only be told nothing was heard.
            let label = card.answers.iter().find(|a| a.code == answer).filter(|_| card.answers.len() > 1)?;
            Some((card.say.clone(), label.label.clone()))
        }
        _ => None,
    });
    let facts = record.known().map(|(fact, kept)| (fact.label().to_owned(), fact.shown(kept, rules)));
    let heard: Vec<(String, String)> = cards.chain(facts).collect();
    (!heard.is_empty()).then(|| {
        html! {
            details.heard {
                summary { (heard.len()) "件（同じことを二度お聞きしないように）" }
                ul { @for (asked, answer) in &heard { li { (asked) " → " strong { (answer) } } } }
            }
        }
    })
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
