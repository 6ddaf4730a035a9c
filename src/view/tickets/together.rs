//! Working on a ticket with others: who has it open, watching it, giving it to somebody, two tickets of one matter.

use maud::{Markup, html};

use super::refused::refused;
use super::typed::{Held, Typed};
use super::{ShowPage, lines, standing, went_on};
use crate::domain::access::actor::Action;
use crate::domain::refusal::Refusal;
use crate::domain::scheme::Lists;
use crate::domain::tickets::queue::Queue;
use crate::routes;
use crate::usecase::tickets::assign::Assignable;
use crate::usecase::tickets::queues::QueuePage;
use crate::usecase::tickets::together::Together;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::{Fold, fold};
use crate::view::components::field::{
    Checkbox, Choice, RadioGroup, TextField, checkbox, hidden, radio_group, text_field,
};
use crate::view::components::flash::{Flash, flash};
use crate::view::components::form::{Form, form};
use crate::view::components::pager::{Pager, pager};
use crate::view::components::table::{Col, Table, table};

/// Where who else is there is told: filled in by itself, again and again (`app.js`).
pub(super) fn place(p: &ShowPage<'_>) -> Markup {
    let here = routes::ticket_part(p.view.ticket.number, "here");
    html! {
        @if p.ctx.actor.may(Action::TicketWork) && p.view.ticket.erased_on.is_none() {
            div.together.no-print data-here=(here) aria-live="polite" {}
        }
    }
}

/// Who else is there, and whether one watches.
pub fn here(no: crate::domain::tickets::TicketNo, p: &Together) -> Markup {
    let (label, on) = if p.watched { ("見守りをやめる", "") } else { ("見守る", "yes") };
    html! {
        span {
            @for (nth, (name, typing)) in p.others.iter().enumerate() {
                @if nth > 0 { "、" }
                strong { (name) "さん" } @if *typing { "が入力中" } @else { "が見ています" }
            }
        }
        (form(&Form { action: &routes::ticket_part(no, "watch"), method_post: true, inline: true, ..Form::default() }, html! {
            (hidden("on", on))
            @if p.watched { (badge(&Badge { label: "見守り中", tone: Tone::Info })) " " }
            (submit(&Button { label, kind: ButtonKind::Quiet, ..Button::default() }))
        }))
    }
}

/// That the ticket went into another, at the top of its page.
pub(super) fn merged(p: &ShowPage<'_>) -> Markup {
    let no = p.view.ticket.number;
    html! {
        @if let Some(into) = p.view.parts.went_into {
            (refused(p))
            (flash(&Flash { tone: Tone::Warn, text: "この相談票は、別の相談票に統合されています。続きは統合先に記録してください。お約束と期限はここにも残っています。".into() }))
            div.header-line {
                a href=(routes::ticket(into)) { "統合先 相談票 " (into) }
                @if p.ctx.actor.may(Action::TicketWork) {
                    (form(&Form { action: &routes::ticket_part(no, "unmerge"), method_post: true, inline: true, ..Form::default() }, html! {
                        (hidden("into", &into.to_string()))
                        (submit(&Button { label: "統合を取り消す", ask: Some("この相談票を、統合前の状態に戻します。よろしいですか"), ..Button::default() }))
                    }))
                }
            }
        }
        @if !p.view.parts.numbers.is_empty() {
            p.header-line { "統合した相談票 " @for (_, part) in &p.view.parts.numbers { a href=(routes::ticket(*part)) { (part) } " " } }
        }
    }
}

/// Giving it to somebody, and letting it go into another.
pub(super) fn card(p: &ShowPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let held = Held::of(if let Typed::Merge(new) = p.typed { Some(new) } else { None }, p.refusal);
    html! {
        @if p.ctx.actor.may(Action::TicketWork) && ticket.merged_into.is_none() && !ticket.state.is_end() {
            (fold(&Fold { title: "担当者・統合", summary: "", open: held.refused(), id: Some("together-card") }, html! {
                p { a href=(routes::ticket_part(ticket.number, "owner")) { "担当者を割り当てる" } }
                (form(&Form { action: &routes::ticket_part(ticket.number, "merge"), method_post: true, boosted: true, ..Form::default() }, html! {
                    p { "同じ施設の、同じ件の相談票がもう1枚あるとき、この相談票をそちらに統合します。取り消せます。" }
                    (hidden("version", &ticket.version.to_string()))
                    (text_field(&TextField { name: "into", label: "統合先の相談票の番号", value: held.text(|new| &new.into), error: held.about("into"), autocomplete: Some("off"), ..TextField::default() }))
                    (text_field(&TextField { name: "merge_why", label: "同じ件といえる理由", value: held.text(|new| &new.why), error: held.about("merge_why"), autocomplete: Some("off"), ..TextField::default() }))
                    @if let Some(why) = held.about("same_clinic") {
                        (checkbox(&Checkbox { name: "same_clinic", value: "yes", label: "施設名は違うが、同じ施設であることを確かめた", error: Some(why), ..Checkbox::default() }))
                    }
                    (submit(&Button { label: "統合する", ..Button::default() }))
                }))
            }))
        }
    }
}

/// What the page of giving a ticket to somebody shows.
pub struct AssignPage<'a> {
    /// The ticket and who may have it.
    pub to: &'a Assignable,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
}

/// To whom a ticket is given.
pub fn assign(p: &AssignPage<'_>) -> Markup {
    let ticket = &p.to.ticket;
    let label = |name: &str, role: &str, open: u64| format!("{name}（{role}・対応中 {open}件）");
    let choices = p.to.people.iter().map(|(account, open)| {
        let own = ticket.owner_id == Some(account.id);
        Choice::new(account.id.to_string(), label(&account.name, account.role.label(), *open), own)
    });
    html! {
        p.header-line { a href=(routes::ticket(ticket.number)) { "相談票 " (ticket.number) } strong { (ticket.facility_name) } (standing(ticket)) }
        (went_on(ticket))
        @if let Some(refusal) = p.refusal.filter(|refusal| refusal.fields.is_empty()) { p.field-error role="alert" tabindex="-1" { (refusal.message) } }
        (form(&Form { action: &routes::ticket_part(ticket.number, "owner"), method_post: true, boosted: true, ..Form::default() }, html! {
            (hidden("version", &ticket.version.to_string()))
            (radio_group(&RadioGroup {
                name: "owner",
                legend: "担当者",
                choices: choices.collect(),
                error: p.refusal.and_then(|refusal| refusal.about("owner")),
                required: true,
                keys: true,
                ..RadioGroup::default()
            }))
            (submit(&Button { label: "割り当てる", kind: ButtonKind::Primary, key_hint: Some("Ctrl+Enter"), ..Button::default() }))
        }))
    }
}

/// The queues, each a page of its own.
pub fn tabs(here: Option<Queue>) -> Markup {
    html! {
        nav.tabs aria-label="相談票の一覧" {
            @for queue in Queue::ALL { a href=(routes::queue(*queue)) aria-current=[(here == Some(*queue)).then_some("page")] { (queue.label()) } }
            a href=(routes::TICKETS) aria-current=[here.is_none().then_some("page")] { "絞り込み" }
        }
    }
}

/// A queue.
pub fn queue(which: Queue, p: &QueuePage, lists: &Lists, before: Option<i64>) -> Markup {
    let rows = &p.list.page.rows;
    let empty = match which {
        Queue::Mine => "担当している相談票はありません",
        Queue::Desk => "対応中の相談票はありません",
        Queue::Unowned => "担当者のいない相談票はありません",
        Queue::Overdue => "期限を過ぎたものはありません",
        Queue::Soon => "24時間以内に期限の来るものはありません",
        Queue::Watched => "見守っている相談票はありません。相談票の「見守る」で加えられます",
    };
    html! {
        (tabs(Some(which)))
        @if p.why.is_empty() { (lines(which.label(), rows, lists, &p.list.names, empty)) }
        @else { (with_why(which, p, lists, empty)) }
        (pager(&Pager {
            newer: before.map(|_| routes::queue(which)),
            older: p.list.page.older.map(|key| format!("{}?before={key}", routes::queue(which))),
            note: format!("{}件を表示", rows.len()),
        }))
    }
}

/// The same with why each stands there.
fn with_why(which: Queue, p: &QueuePage, lists: &Lists, empty: &str) -> Markup {
    let head = ["相談票", "理由", "施設", "種別", "状態", "担当"];
    let cells = |line: &crate::domain::tickets::line::TicketLine| {
        let owner = line.owner_id.and_then(|owner| p.list.names.get(&owner.0)).map_or("—", String::as_str);
        vec![
            html! { a.nowrap href=(routes::ticket(line.number)) { (line.number) } },
            html! { (p.why.get(&line.id).map(|why| why.join("、")).unwrap_or_default()) },
            html! { span.name { (line.facility_name) } },
            html! { (lists.incident_label(&line.incident)) },
            html! { (line.status.label()) },
            html! { span.nowrap { (owner) } },
        ]
    };
    table(&Table {
        caption: which.label(),
        head: head.iter().map(|label| Col::text(label)).collect(),
        rows: p.list.page.rows.iter().map(cells).collect(),
        empty,
        caption_hidden: true,
    })
}

/// What its reader had begun to type: `app.js` puts it back into its boxes, and keeps what goes on.
pub(super) fn drafts(p: &ShowPage<'_>) -> Markup {
    html! {
        div data-drafts=(routes::ticket_part(p.view.ticket.number, "drafts")) hidden {
            @for draft in &p.view.drafts { data data-form=(draft.form) data-field=(draft.field) value=(draft.words) {} }
        }
    }
}
