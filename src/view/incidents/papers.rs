//! A paper's draft, to be dictated: what it asks in its order, what is known of it, blanks marked.

use maud::{Markup, html};

use crate::domain::incidents::paper::{Filled, draft};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::Scheme;
use crate::routes;
use crate::usecase::incidents::papers::PaperView;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::card;
use crate::view::components::field::hidden;
use crate::view::components::form::{Form, form};
use crate::view::format;
use crate::view::tickets::went_on;

/// What the page shows.
pub struct PaperPage<'a> {
    /// The paper and what is known.
    pub view: &'a PaperView,
    /// Words and rules.
    pub scheme: &'a Scheme,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
}

/// The page.
pub fn page(p: &PaperPage<'_>) -> Markup {
    let (ticket, paper) = (&p.view.ticket, &p.view.paper);
    let draft = draft(paper, &p.view.case, &p.scheme.incidents, &p.view.happened);
    let next = draft.iter().position(|filled| filled.dictated.is_none());
    let left = draft.iter().filter(|filled| filled.dictated.is_none()).count();
    html! {
        p.header-line {
            a href=(routes::ticket(ticket.number)) { "相談票 " (ticket.number) }
            a href=(routes::ticket_part(ticket.number, "incident")) { "インシデント記録" }
            @if !ticket.facility_name.is_empty() { strong { (ticket.facility_name) } }
        }
        (went_on(ticket))
        @if let Some(refusal) = p.refusal { p.field-error role="alert" tabindex="-1" { (refusal.message) } }
        nav.header-line aria-label="ほかの下書き" {
            @for other in p.scheme.papers.of(&ticket.incident) {
                a href=(routes::paper(ticket.number, &other.code)) aria-current=[(other.code == paper.code).then_some("page")] { (other.label) }
            }
        }
        (card("読み上げの前に", html! {
            p.say-aloud { "「" (paper.to) "に、貴院から出していただくものです。当窓口から送ることはありません。紙に1から" (draft.len()) "まで番号を振ってください。順に読み上げますので、書き取ってください」" }
            p { (paper.note) }
            ol.paper-list { @for filled in &draft { li { (filled.item.label) } } }
        }))
        @for (nth, filled) in draft.iter().enumerate() { (item(p, nth, filled, Some(nth) == next)) }
        p { @if left == 0 { "すべて読み上げ済みです。提出したら、" a href=(routes::ticket_part(ticket.number, "incident")) { "期限の欄" } "に記録してください。" } @else { "読み上げていない項目 " (left) "件" } }
        p.field-hint { "根拠 " (paper.source) "（" (format::date_of(paper.verified)) "確認）" }
    }
}

fn item(p: &PaperPage<'_>, nth: usize, filled: &Filled<'_>, next: bool) -> Markup {
    let id = format!("item-{}", filled.item.code);
    html! {
        section.card.paper-item aria-labelledby=(id) {
            h3.card-title id=(id) {
                (nth + 1) ". " (filled.item.label) " "
                @if filled.is_blank() { (badge(&Badge { label: "空欄", tone: Tone::Warn })) }
                @else if !filled.blanks.is_empty() || filled.item.incomplete { (badge(&Badge { label: "一部空欄", tone: Tone::Warn })) }
                @if filled.changed_since { " " (badge(&Badge { label: "読み上げた後に変わりました", tone: Tone::Danger })) }
            }
            @if !filled.lines.is_empty() {
                dl.definitions {
                    @for line in &filled.lines {
                        div { dt { (line.what) } dd { @for words in line.words.lines() { p { (words) } } @if line.uncertain { " " (badge(&Badge { label: "未確定", tone: Tone::Neutral })) } } }
                    }
                }
            }
            @if !filled.blanks.is_empty() { p.blank { "まだお聞きしていないこと：" (filled.blanks.join("、")) } }
            @if !filled.item.ask.is_empty() { p.blank { "書いていただくこと：" (filled.item.ask) } }
            div.no-print { (pressed(p, filled, next, nth > 0)) }
        }
    }
}

/// `begun`: the one before was dictated, the eye is to follow.
fn pressed(p: &PaperPage<'_>, filled: &Filled<'_>, next: bool, begun: bool) -> Markup {
    let action = routes::paper_item(p.view.ticket.number, &p.view.paper.code, &filled.item.code);
    let post = |inner: Markup| {
        form(
            &Form { action: &action, method_post: true, boosted: true, stays: true, inline: true, ..Form::default() },
            inner,
        )
    };
    let say = |label, kind| {
        let key = next.then_some("Alt+1");
        submit(&Button { label, kind, key_hint: key, autofocus: next && begun, ..Button::default() })
    };
    match filled.dictated {
        None => post(say("読み上げた", if next { ButtonKind::Primary } else { ButtonKind::Secondary })),
        Some((at, by)) => html! {
            p.field-hint { "読み上げ済み " (format::date_time(at)) " " (p.view.names.get(&by.0).map_or("", String::as_str)) }
            @if filled.changed_since { (post(say("直した内容を読み上げた", ButtonKind::Primary))) }
            (post(html! { (hidden("back", "yes")) (submit(&Button { label: "押し間違い", kind: ButtonKind::Quiet, ..Button::default() })) }))
        },
    }
}
