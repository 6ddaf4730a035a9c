//! One ticket: what happened on the left, what hangs on it on the right.

use maud::{Markup, html};

use super::briefing::briefing;
use super::{ShowPage, actions, promises, severity_tone, status_tone, together};
use crate::domain::access::actor::Action;
use crate::domain::access::field::Field;
use crate::domain::calls::said_cards::taken_back;
use crate::domain::matching::ItemMark;
use crate::domain::tickets::entry_kind::EntryGroup;
use crate::domain::tickets::remote::running;
use crate::domain::tickets::{Entry, EntryKind, Event};
use crate::domain::verification::record::{Verification, VerificationOutcome};
use crate::routes;
use crate::view::claims;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::card::{Fold, fold};
use crate::view::components::definition::definition_list;
use crate::view::components::flash::{Flash, flash};
use crate::view::components::mark::{Mark, mark};
use crate::view::components::timeline::{TimelineEntry, TimelineGroup, timeline};
use crate::view::components::words::as_written;
use crate::view::format;

/// The page. Of somebody who may only look at what a claim needs, only that.
pub fn page(p: &ShowPage<'_>) -> Markup {
    if p.view.ticket.erased_on.is_some() {
        return erased(p);
    }
    if !p.view.fields.show(Field::TicketNarrative) {
        return html! {
            (header(p))
            p { "一時支援金の手続きに必要な項目だけを表示しています。ご相談の内容は表示しません。" }
            (who(p))
            (claims_of(p))
        };
    }
    // What is done about a part is done where it went.
    let alone = p.view.ticket.merged_into.is_none();
    html! {
        (header(p))
        (together::drafts(p))
        (together::place(p))
        (together::merged(p))
        (briefing(p))
        div.split {
            div {
                section.card.timeline-card aria-labelledby="h-timeline" {
                    div.timeline-head { h2.card-title id="h-timeline" { "対応履歴" } (filters(p)) }
                    div.timeline-lines tabindex="0" role="region" aria-label="対応履歴の一覧" data-scroll-end { (older(p)) (timeline(&groups(p))) }
                    @if alone { div.no-print { (actions::entry_form(p)) } }
                }
            }
            div {
                @if promises::any(p) { (promises::callbacks(p)) }
                @if alone { div.no-print { (actions::transitions(p)) } }
                @if !promises::any(p) { (promises::callbacks(p)) }
                (who(p))
                (claims_of(p))
                (super::incident::card(p))
                (super::referral::card(p))
                (super::remote::card(p))
                (actions::holds(p))
                @if alone { div.no-print { (actions::change(p)) (together::card(p)) } }
            }
        }
    }
}

/// Of a long timeline only what one is looking for (`app.css` hides the rest); nothing where there is little to read.
fn filters(p: &ShowPage<'_>) -> Markup {
    let choice = |code: &str, label: &str, checked: bool| {
        html! { label.choice { input type="radio" name="timeline-shows" value=(code) checked[checked] autocomplete="off"; span { (label) } } }
    };
    html! {
        @if p.view.entries.len() > 6 {
            fieldset.timeline-filters.no-print {
                legend.visually-hidden { "対応履歴の表示" }
                (choice("all", "すべて", true))
                @for group in EntryGroup::ALL { (choice(group.code(), group.label(), false)) }
            }
        }
    }
}

/// A ticket whose period has ended: what statistics count, and when what happened; nothing to be done.
fn erased(p: &ShowPage<'_>) -> Markup {
    html! {
        (flash(&Flash { tone: Tone::Info, text: ERASED.into() }))
        @if let Some(refusal) = p.refusal { p.field-error role="alert" { (refusal.message) } }
        (header(p))
        section.card aria-labelledby="h-timeline" {
            h2.card-title id="h-timeline" { "対応履歴" }
            (timeline(&groups(p)))
        }
    }
}

/// What the pages of something say whose period has ended.
pub const ERASED: &str = "保存期間が終わったため、個人に関する記録は消去されています";

/// The badges beside the title.
pub fn beside_title(p: &ShowPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    html! {
        @if ticket.merged_into.is_some() { (badge(&Badge { label: "統合済み", tone: Tone::Neutral })) " " }
        @else { (badge(&Badge { label: ticket.state.label(), tone: status_tone(ticket.state.kind()) })) " " }
        @if p.view.fields.show(Field::TicketCourse) {
            (badge(&Badge { label: p.scheme.lists.severity_label(&ticket.severity), tone: severity_tone(&ticket.severity) })) " "
        }
        (badge(&Badge { label: ticket.verification.label(), tone: Tone::Neutral }))
        @if running(&p.view.remotes).is_some() { " " (badge(&Badge { label: "リモート支援中", tone: Tone::Warn })) }
    }
}

fn header(p: &ShowPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let owner = ticket.owner_id.and_then(|o| p.view.names.get(&o.0)).map_or("未定", String::as_str);
    html! {
        p.header-line {
            @if !ticket.facility_name.is_empty() { strong { (ticket.facility_name) } }
            span { (p.scheme.lists.incident_label(&ticket.incident)) }
            @if p.view.fields.show(Field::TicketCourse) { span { "担当 " (owner) } }
            span { "受付 " (format::date_time(ticket.opened_at)) }
            @if ticket.state.is_end() { span { (ticket.state.label()) " " (format::date_time(ticket.state.since)) } }
            @else if ticket.merged_into.is_none() { span { (ticket.state.label()) " " (format::duration_ja((p.ctx.now - ticket.state.since).num_seconds())) "経過" } }
        }
    }
}

/// That there is more of a long timeline, and where it's read.
fn older(p: &ShowPage<'_>) -> Markup {
    html! {
        @if p.view.older > 0 {
            p { "以前の記録 " (format::count(p.view.older)) "件は省いています　" a href=(routes::whole_ticket(p.view.ticket.number)) { "すべて表示" } }
        }
    }
}

/// Entries grouped by the call they belong to; those of no call by day.
fn groups(p: &ShowPage<'_>) -> Vec<TimelineGroup> {
    let mut groups: Vec<TimelineGroup> = Vec::new();
    let mut guidance = false;
    for (entry, struck) in p.view.entries.iter().zip(taken_back(&p.view.entries)) {
        let heading = heading(p, entry);
        let shown = TimelineEntry { struck, ..line(p, entry) };
        let said = entry.kind == EntryKind::Card;
        match groups.last_mut() {
            Some(group) if group.heading == heading => match group.entries.last_mut() {
                Some(last) if said && guidance => fold_under(last, shown),
                _ => group.entries.push(shown),
            },
            _ => groups.push(TimelineGroup { heading, entries: vec![shown] }),
        }
        guidance = said;
    }
    groups
}

/// Sentences that were said one after the other stand as one line, opened in place.
fn fold_under(last: &mut TimelineEntry, said: TimelineEntry) {
    if last.under.is_empty() {
        let first = std::mem::take(last);
        *last = TimelineEntry {
            at_label: first.at_label.clone(),
            group: first.group,
            under: vec![first],
            ..TimelineEntry::default()
        };
    }
    last.under.push(said);
    last.body = html! { "ご案内 " (last.under.len()) "件" };
}

fn heading(p: &ShowPage<'_>, entry: &Entry) -> String {
    let call = entry.call_id.and_then(|id| p.view.calls.iter().find(|call| call.id == id));
    match call {
        Some(call) => {
            let (at, number) = (format::date_time(call.arrived_at), format::phone(&call.number));
            format!("通話 {at} {number} {}", call.caller_name).trim_end().to_owned()
        }
        None => format::date(entry.occurred_at),
    }
}

fn line(p: &ShowPage<'_>, entry: &Entry) -> TimelineEntry {
    let names = &p.view.names;
    let part = p.view.parts.of(entry.ticket_id);
    let tone = match entry.kind {
        EntryKind::Transition | EntryKind::Opened => Tone::Info,
        EntryKind::Callback => Tone::Warn,
        EntryKind::Verified => match Event::read(&entry.data) {
            Some(Event::Verified { recorded: VerificationOutcome::Verified, .. }) => Tone::Good,
            _ => Tone::Warn,
        },
        _ => Tone::Neutral,
    };
    // A badge doesn't repeat its line.
    let label = entry.kind.label();
    let kind_label = match part {
        Some(part) => format!("{part} {label}"),
        None if entry.body.starts_with(label) => String::new(),
        None => label.to_owned(),
    };
    TimelineEntry {
        at_label: format::time(entry.occurred_at),
        group: entry.kind.group().code(),
        kind_label,
        tone,
        by: names.get(&entry.entered_by.0).cloned().unwrap_or_default(),
        body: html! { p { (as_written(&entry.body)) } },
        struck: false,
        under: Vec::new(),
        late: entry.late_minutes().map(|_| format!("{} 入力", format::date_time(entry.entered_at))),
    }
}

fn who(p: &ShowPage<'_>) -> Markup {
    let view = p.view;
    let mut facts: Vec<(&str, Markup)> = Vec::new();
    if let Some(facility) = &view.facility {
        facts.push(("施設", html! { (facility.name) " （" (facility.kind) "）" }));
        facts.push(("所在地", html! { (facility.address) }));
        facts.push(("電話", html! { (format::phone(&facility.phone)) }));
    }
    if let Some(clinic) = &view.clinic {
        facts.push(("診療時間", html! { (clinic.hours) " （" (format::date(clinic.said_at)) "に確認）" }));
    }
    if let Some(member) = &view.member {
        facts.push(("A①会員", html! { (member.name) " （" (member.kana) "）" }));
        facts.push(("所属", html! { (member.pref_association) " " (member.district_association) }));
    }
    for call in &view.calls {
        facts.push((
            "通話",
            html! {
                a href=(routes::call(call.id)) { (format::date_time(call.arrived_at)) } " "
                span.nowrap { (format::phone(&call.number)) } " " (call.caller_name)
            },
        ));
    }
    let title = if view.fields.show(Field::CallContact) { "会員・入電者" } else { "会員・施設" };
    let known = view.facility.as_ref().map_or("", |facility| facility.name.as_str());
    let summary = if known.is_empty() { view.ticket.verification.label() } else { known };
    html! {
        (fold(&Fold { title, summary, open: !view.fields.show(Field::TicketNarrative), id: None }, html! {
            @if facts.is_empty() { p { "まだ確認していません" } } @else { (definition_list(&facts)) }
        }))
        @for verification in &view.verifications { (verified(verification)) }
    }
}

/// The claims made for it, for those who see claims.
fn claims_of(p: &ShowPage<'_>) -> Markup {
    html! {
        @if !p.view.claims.is_empty() {
            @let summary = format!("{}件", p.view.claims.len());
            (fold(
                &Fold { title: "一時支援金請求", summary: &summary, open: !p.view.fields.show(Field::TicketNarrative), id: None },
                claims::beside(&p.view.claims, p.ctx.actor.sees(Action::ClaimRead, Field::ClaimAmount)),
            ))
        }
    }
}

fn verified(verification: &Verification) -> Markup {
    let shape = |item: ItemMark| match item {
        ItemMark::Agrees => Mark::Agrees,
        ItemMark::Differs => Mark::Differs,
        ItemMark::NotGiven => Mark::NotGiven,
        ItemMark::NotOnFile => Mark::NotOnFile,
    };
    let said = &verification.said;
    let marks = &verification.marks;
    let number = if said.number.is_empty() { "" } else { "お聞きした" };
    let facts = vec![
        ("会員名", html! { (said.name) " " (mark(shape(marks.name), None)) }),
        ("施設名", html! { (said.facility) " " (mark(shape(marks.facility), None)) }),
        ("所在地", html! { (said.address) " " (mark(shape(marks.address), None)) }),
        ("番号", html! { (number) " " (mark(shape(marks.number), None)) }),
        (
            "記録",
            html! { (verification.recorded.label()) " " (verification.reason) " " (format::date_time(verification.decided_at)) },
        ),
    ];
    fold(
        &Fold { title: "会員確認の記録", summary: verification.recorded.label(), open: false, id: None },
        definition_list(&facts),
    )
}
