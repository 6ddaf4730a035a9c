//! Tickets: the list, the search, one ticket.

pub mod actions;
mod briefing;
mod incident;
pub mod promises;
mod referral;
mod refused;
mod remote;
pub mod show;
pub mod together;
pub mod typed;

use std::collections::HashMap;

use maud::{Markup, html};
use uuid::Uuid;

use self::typed::Typed;
use super::calls;
use super::components::Tone;
use super::components::badge::{Badge, badge};
use super::components::button::{Button, submit};
use super::components::card::section;
use super::components::field::{Choice, InputKind, SelectField, TextField, hidden, select_field, text_field};
use super::components::flash::{Flash, flash};
use super::components::form::{Form, form};
use super::components::pager::{Pager, pager};
use super::components::table::{Col, Table, table};
use super::format;
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::scheme::{Lists, Scheme, Term};
use crate::domain::tickets::StatusKind;
use crate::domain::tickets::Ticket;
use crate::domain::tickets::line::{TicketFilter, TicketLine, Whose};
use crate::domain::tickets::task::TaskKind;
use crate::routes;
use crate::usecase::calls::search::FoundCalls;
use crate::usecase::tickets::TicketList;
use crate::usecase::tickets::page::TicketView;

/// The colour of a status.
pub fn status_tone(kind: StatusKind) -> Tone {
    match kind {
        StatusKind::Escalated => Tone::Warn,
        StatusKind::Done => Tone::Good,
        kind if kind.is_end() => Tone::Neutral,
        _ => Tone::Info,
    }
}

/// The colour of something to be done.
pub fn task_tone(kind: TaskKind) -> Tone {
    match kind {
        TaskKind::ConfirmMembership => Tone::Info,
        TaskKind::AskedAgain => Tone::Warn,
        TaskKind::MembershipInDoubt => Tone::Danger,
    }
}

/// Where a ticket stands, at the head of a page beside its own: of one that went into another that it did.
pub fn standing(ticket: &Ticket) -> Markup {
    html! {
        @if ticket.merged_into.is_some() { (badge(&Badge { label: "統合済み", tone: Tone::Neutral })) } @else { span { (ticket.state.label()) } }
    }
}

/// That a ticket went into another, on a page beside its own where something would be written down.
pub fn went_on(ticket: &Ticket) -> Markup {
    html! {
        @if ticket.merged_into.is_some() {
            (flash(&Flash { tone: Tone::Warn, text: "この相談票は統合されています。新しい記録は統合先に入力してください。".into() }))
            p { a href=(routes::ticket(ticket.number)) { "統合先を確認する" } }
        }
    }
}

/// The colour of a severity.
pub fn severity_tone(code: &str) -> Tone {
    match code {
        "urgent" => Tone::Danger,
        "high" => Tone::Warn,
        _ => Tone::Neutral,
    }
}

/// A table of tickets.
pub fn lines(caption: &str, rows: &[TicketLine], lists: &Lists, names: &HashMap<Uuid, String>, empty: &str) -> Markup {
    let head = ["相談票", "施設", "種別", "重大度", "状態", "会員確認", "担当", "受付", "最終更新"];
    let cells = |line: &TicketLine| {
        vec![
            html! { a.nowrap href=(routes::ticket(line.number)) { (line.number) } },
            html! { span.name { (line.facility_name) } },
            html! { (lists.incident_label(&line.incident)) },
            badge(&Badge { label: lists.severity_label(&line.severity), tone: severity_tone(&line.severity) }),
            state_of(line),
            html! { (line.verification.label()) },
            html! { span.nowrap { (line.owner_id.and_then(|o| names.get(&o.0)).map_or("—", String::as_str)) } },
            html! { span.nowrap { (format::date_time_short(line.opened_at)) } },
            html! { span.nowrap { (format::date_time_short(line.last_event_at)) } },
        ]
    };
    table(&Table {
        caption,
        head: head.iter().map(|label| Col::text(label)).collect(),
        rows: rows.iter().map(cells).collect(),
        empty,
        caption_hidden: true,
    })
}

/// Where it stands; of one that went into another, that it did.
fn state_of(line: &TicketLine) -> Markup {
    let (label, tone) = match line.merged_into {
        Some(_) => ("統合済み", Tone::Neutral),
        None => (line.status.label(), status_tone(line.status)),
    };
    badge(&Badge { label, tone })
}

/// What one ticket's page shows.
pub struct ShowPage<'a> {
    /// The ticket and everything around it.
    pub view: &'a TicketView,
    /// Words.
    pub scheme: &'a Scheme,
    /// Who looks.
    pub ctx: &'a Ctx,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
    /// The form that was refused, with what had been typed.
    pub typed: &'a Typed,
    /// A fresh idempotency key.
    pub once: String,
}

/// The list with its filters.
pub struct ListPage<'a> {
    /// The page's rows.
    pub rows: &'a [TicketLine],
    /// The key of older rows.
    pub older: Option<i64>,
    /// What is shown.
    pub filter: &'a TicketFilter,
    /// Words.
    pub lists: &'a Lists,
    /// Names of owners.
    pub names: &'a HashMap<Uuid, String>,
    /// Who looks.
    pub me: Uuid,
}

/// The list.
pub fn list(p: &ListPage<'_>) -> Markup {
    html! {
        (together::tabs(None))
        (filters(p))
        (lines("相談票", p.rows, p.lists, p.names, "条件に合う相談票はありません。絞り込みを変えるか、検索をお使いください"))
        (pager(&Pager {
            newer: p.filter.before.map(|_| query(p, None)),
            older: p.older.map(|key| query(p, Some(key))),
            note: format!("{}件を表示", p.rows.len()),
        }))
    }
}

fn query(p: &ListPage<'_>, before: Option<i64>) -> String {
    let state = match p.filter.states.as_slice() {
        [] => "all",
        [one] => one.code(),
        _ => "open",
    };
    let mut url = format!("{}?state={state}", routes::TICKETS);
    for (name, code) in [("incident", &p.filter.incident), ("severity", &p.filter.severity)] {
        if let Some(code) = code {
            url.push_str(&format!("&{name}={code}"));
        }
    }
    let owner = owner_code(p.filter);
    if !owner.is_empty() {
        url.push_str(&format!("&owner={owner}"));
    }
    if p.filter.opened_on.is_some() {
        url.push_str("&opened=today");
    }
    if let Some(before) = before {
        url.push_str(&format!("&before={before}"));
    }
    url
}

/// The code of whose tickets are shown.
fn owner_code(filter: &TicketFilter) -> &'static str {
    match filter.owner {
        None | Some(Whose::Ownerless(_)) => "",
        Some(Whose::Of(_)) => "me",
        Some(Whose::Nobody) => "none",
        Some(Whose::Ended(_)) => "ended",
    }
}

fn filters(p: &ListPage<'_>) -> Markup {
    let one_state = if p.filter.states.len() == 1 { p.filter.states[0].code() } else { "" };
    let all = p.filter.states.is_empty();
    let mut states = vec![
        Choice::new("open", "終了していないもの", !all && one_state.is_empty()),
        Choice::new("all", "すべて", all),
    ];
    states.extend(StatusKind::ALL.map(|kind| Choice::new(kind.code(), kind.label(), kind.code() == one_state)));
    let terms = |terms: &'_ [Term], held: &Option<String>| -> Vec<Choice<'static>> {
        let mut choices = vec![Choice::new("", "すべて", held.is_none())];
        choices.extend(
            terms.iter().map(|t| Choice::new(t.code.clone(), t.label.clone(), held.as_deref() == Some(&t.code))),
        );
        choices
    };
    let owners = [("", "全員"), ("me", "自分"), ("none", "担当なし"), ("ended", "業務を離れた担当")];
    let owner = owners.map(|(code, label)| Choice::new(code, label, code == owner_code(p.filter))).to_vec();
    let opened = vec![
        Choice::new("", "いつでも", p.filter.opened_on.is_none()),
        Choice::new("today", "本日", p.filter.opened_on.is_some()),
    ];
    form(
        &Form { action: routes::TICKETS, method_post: false, inline: true, ..Form::default() },
        html! {
            (select_field(&SelectField { name: "state", label: "状態", choices: states, ..SelectField::default() }))
            (select_field(&SelectField { name: "incident", label: "種別", choices: terms(&p.lists.incident, &p.filter.incident), ..SelectField::default() }))
            (select_field(&SelectField { name: "severity", label: "重大度", choices: terms(&p.lists.severity, &p.filter.severity), ..SelectField::default() }))
            (select_field(&SelectField { name: "owner", label: "担当", choices: owner, ..SelectField::default() }))
            (select_field(&SelectField { name: "opened", label: "受付", choices: opened, ..SelectField::default() }))
            (submit(&Button { label: "絞り込む", ..Button::default() }))
        },
    )
}

/// The search: words are POSTed.
pub struct SearchPage<'a> {
    /// What was asked; empty before the first question.
    pub question: &'a str,
    /// Tickets that were found; none while older calls are shown.
    pub tickets: Option<&'a TicketList>,
    /// Calls without a ticket that were found; none while older tickets are shown.
    pub calls: Option<&'a FoundCalls>,
    /// Words.
    pub lists: &'a Lists,
    /// What is wrong with the question.
    pub error: Option<&'a str>,
}

/// The search.
pub fn search(p: &SearchPage<'_>) -> Markup {
    html! {
        (form(&Form { action: routes::TICKET_SEARCH, method_post: true, inline: true, ..Form::default() }, html! {
            (text_field(&TextField {
                name: "q", label: "さがす言葉", value: p.question, kind: InputKind::Search, error: p.error, autofocus: true,
                hint: Some("番号・施設・会員・電話番号・本文。空白で区切ると、すべてを含むものを探します"), id: Some("search-words"), ..TextField::default()
            }))
            (submit(&Button { label: "検索", ..Button::default() }))
        }))
        @if !p.question.is_empty() && p.error.is_none() {
            @if let Some(found) = p.tickets {
                (lines("見つかった相談票", &found.page.rows, p.lists, &found.names, "相談票は見つかりませんでした。言葉を短くするか、別の言葉でお試しください"))
                (older(p.question, "before", found.page.older))
            }
            @if let Some(found) = p.calls.filter(|found| p.tickets.is_none() || !found.page.rows.is_empty()) {
                (section("相談票のない通話", html! {
                    (calls::found(&found.page.rows, &found.names))
                    (older(p.question, "before_call", found.page.older))
                }))
            }
        }
    }
}

/// The same question again, for what is older than a key.
fn older(question: &str, name: &str, key: Option<i64>) -> Markup {
    html! {
        @if let Some(key) = key {
            (form(&Form { action: routes::TICKET_SEARCH, method_post: true, inline: true, ..Form::default() }, html! {
                (hidden("q", question))
                (hidden(name, &key.to_string()))
                (submit(&Button { label: "さらに古いものを見る", ..Button::default() }))
            }))
        }
    }
}
