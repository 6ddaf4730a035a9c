//! What can be done on a ticket: each move a named button with what it needs written beside it.

use maud::{Markup, html};

use super::ShowPage;
use super::promises::settling;
use super::refused::refused;
use super::typed::{Held, Typed, TypedTransition};
use crate::domain::access::actor::Action;
use crate::domain::incidents::Clock;
use crate::domain::scheme::Term;
use crate::domain::text;
use crate::domain::tickets::state::Exit;
use crate::domain::tickets::transition::Asks;
use crate::domain::tickets::{EntryKind, StatusKind, TransitionKind};
use crate::routes;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, link_button, submit};
use crate::view::components::card::{Fold, card, fold, one_of};
use crate::view::components::field::{
    Checkbox, Choice, InputKind, SelectField, TextArea, TextField, checkbox, hidden, select_field, text_area,
    text_field,
};
use crate::view::components::form::{Form, form};
use crate::view::format;

fn post(p: &ShowPage<'_>, part: &str, inner: Markup) -> Markup {
    let action = routes::ticket_part(p.view.ticket.number, part);
    form(
        &Form { action: &action, method_post: true, boosted: true, ..Form::default() },
        html! {
            (hidden("once", &format!("{}-{part}", p.once)))
            (hidden("version", &p.view.ticket.version.to_string()))
            (inner)
        },
    )
}

/// The box that is always at hand.
pub(in crate::view) fn entry_form(p: &ShowPage<'_>) -> Markup {
    let held = Held::of(if let Typed::Entry(new) = p.typed { Some(new) } else { None }, p.refusal);
    let kind = held.text(|new| &new.kind);
    let kinds = EntryKind::BY_HAND.iter().map(|k| Choice::new(k.code(), k.label(), k.code() == kind)).collect();
    post(
        p,
        "entries",
        html! {
            (text_area(&TextArea {
                name: "body", label: "追記", rows: 3, max_chars: Some(text::NOTE), value: held.text(|new| &new.body), error: held.about("body"),
                focus_key: Some("F4"), ..TextArea::default()
            }))
            div.sheet-row {
                (select_field(&SelectField { name: "kind", label: "種類", choices: kinds, ..SelectField::default() }))
                (text_field(&TextField {
                    name: "occurred_at", label: "起きた日時（空欄はいま）", kind: InputKind::DateTime, value: held.text(|new| &new.occurred_at),
                    error: held.about("occurred_at"), ..TextField::default()
                }))
                (submit(&Button { label: "追記する", kind: ButtonKind::Primary, key_hint: Some("Ctrl+Enter"), ..Button::default() }))
            }
        },
    )
}

/// What this person may do with the ticket now.
pub(in crate::view) fn transitions(p: &ShowPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let offered = &p.view.offers;
    let first = TransitionKind::first_at(ticket.state.kind());
    let waits = ticket.state.kind() == StatusKind::Escalated && !offered.contains(&TransitionKind::Take);
    card(
        "次の対応",
        html! {
            (refused(p))
            @if let Some(kind) = p.view.may_take_back { (take_back(p, kind)) }
            @else { span hidden data-idle-key="Alt+Z" { "取り消せる操作はありません。取り消せるのは、ご自身の直前の操作だけです（1分以内）" } }
            @if offered.contains(&TransitionKind::Escalate) && p.scheme.lists.goes_to_tier2(&ticket.incident) {
                p { (badge(&Badge { label: "2次対応の対象", tone: Tone::Warn })) " " (p.scheme.lists.incident_label(&ticket.incident)) "は、お話を伺いながら2次対応を依頼します" }
            }
            @if waits { p { "2次対応が引き受けるのを待っています" } }
            @for kind in offered.iter().filter(|kind| first == Some(**kind)) { (offer(p, *kind, ButtonKind::Primary)) }
            div.acts {
                @for kind in offered.iter().filter(|kind| first != Some(**kind)) {
                    (one_of("act", kind.label(), held(p, *kind).refused(), offer(p, *kind, ButtonKind::Secondary)))
                }
            }
        },
    )
}

/// The move that was made just now, and that it can be taken back.
fn take_back(p: &ShowPage<'_>, kind: TransitionKind) -> Markup {
    html! {
        div.header-line {
            span { "いま「" (kind.label()) "」を行いました" }
            (post(p, "transitions/back", submit(&Button { label: "取り消す（1分以内）", kind: ButtonKind::Quiet, key_hint: Some("Alt+Z"), ..Button::default() })))
        }
    }
}

fn offer(p: &ShowPage<'_>, kind: TransitionKind, button: ButtonKind) -> Markup {
    if kind == TransitionKind::Refer {
        // With what is asked for, and by whom: there it goes on.
        return link_button(
            &routes::referrals(p.view.ticket.number),
            &Button { label: kind.label(), kind: button, ..Button::default() },
        );
    }
    match kind.asks() {
        Asks::Nothing => step(p, kind, None, button),
        Asks::Reason(label) => step(p, kind, Some(label), button),
        Asks::Result => close(p, kind),
        Asks::Exit => leave(p, kind),
    }
}

/// A transition as it was typed, if it is the one that was refused.
fn held<'a>(p: &'a ShowPage<'_>, kind: TransitionKind) -> Held<'a, TypedTransition> {
    let its = match p.typed {
        Typed::Transition(typed) if typed.transition == kind.code() => Some(typed),
        _ => None,
    };
    Held::of(its, p.refusal)
}

fn step(p: &ShowPage<'_>, kind: TransitionKind, words: Option<&str>, button: ButtonKind) -> Markup {
    let code = kind.code();
    let held = held(p, kind);
    let (value, error) = (held.text(|typed| &typed.reason), held.about("reason"));
    let id = format!("reason-{code}");
    post(
        p,
        "transitions",
        html! {
            (hidden("transition", code))
            @if let Some(words) = words {
                (text_field(&TextField { name: "reason", label: words, value, error, id: Some(&id), max_chars: Some(1_000), ..TextField::default() }))
            }
            (submit(&Button { label: kind.label(), kind: button, ..Button::default() }))
        },
    )
}

fn choices(terms: &[Term], first: &str, held: &str) -> Vec<Choice<'static>> {
    let mut choices = Vec::new();
    if !first.is_empty() {
        choices.push(Choice::new("", first.to_owned(), held.is_empty()));
    }
    choices.extend(terms.iter().map(|t| Choice::new(t.code.clone(), t.label.clone(), t.code == held)));
    choices
}

/// What goes on though the ticket ends: the clocks of the clinic's duties, and referrals.
fn left(p: &ShowPage<'_>) -> Option<String> {
    let label = |clock: &Clock| p.scheme.incidents.duty_label(&clock.duty).to_owned();
    let mut all: Vec<String> = p.view.clocks.iter().filter(|clock| clock.ended.is_none()).map(label).collect();
    let going = p.view.referrals.iter().filter(|referral| !referral.next().is_empty()).count();
    all.extend((going > 0).then(|| "専門事業者の紹介".to_owned()));
    (!all.is_empty()).then(|| all.join("、"))
}

fn close(p: &ShowPage<'_>, kind: TransitionKind) -> Markup {
    let held = held(p, kind);
    post(
        p,
        "transitions",
        html! {
            (hidden("transition", kind.code()))
            (promised(p, &held, "promises-close"))
            @if let Some(words) = left(p) {
                p { strong { (words) } "が残っています。終了しても期限は止まりません。医療機関にお伝えしてから終了してください。" }
            }
            (select_field(&SelectField {
                name: "result", label: "相談票の完了理由", choices: choices(&p.scheme.lists.result, "選んでください", held.text(|typed| &typed.result)),
                error: held.about("result"), ..SelectField::default()
            }))
            (submit(&Button { label: kind.label(), ..Button::default() }))
        },
    )
}

/// What is asked of promises before a ticket ends: nothing where there are none.
fn promised(p: &ShowPage<'_>, held: &Held<'_, TypedTransition>, id: &str) -> Markup {
    html! {
        @if let Some(promise) = p.view.callbacks.first() {
            p { strong { "折返しのお約束（" (format::date_time(promise.due_at)) "）が残っています" } }
            (settling(id, held.text(|typed| &typed.promises), held.about("promises")))
        }
    }
}

fn leave(p: &ShowPage<'_>, kind: TransitionKind) -> Markup {
    let exits = Exit::ALL.map(StatusKind::from);
    let held = held(p, kind);
    let exit = held.text(|typed| &typed.exit);
    let (reason, error) = (held.text(|typed| &typed.reason), held.about("reason"));
    post(
        p,
        "transitions",
        html! {
            (hidden("transition", kind.code()))
            (select_field(&SelectField {
                name: "exit", label: "終わり方", choices: exits.iter().map(|e| Choice::new(e.code(), e.label(), e.code() == exit)).collect(), error: held.about("exit"), ..SelectField::default()
            }))
            details.heard {
                summary { "お伝えする文" }
                @for exit in exits { @if let Some(say) = p.scheme.lists.exit_say(exit.code()) { p { strong { (exit.label()) } " 「" (say) "」" } } }
            }
            (promised(p, &held, "promises-leave"))
            (text_field(&TextField { name: "reason", label: "案内先・理由", value: reason, error, id: Some("reason-leave"), ..TextField::default() }))
            (submit(&Button { label: "終了する", ..Button::default() }))
        },
    )
}

/// Incident, severity, owner.
pub(in crate::view) fn change(p: &ShowPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let mine = ticket.owner_id.is_some_and(|o| o.0 == p.ctx.actor.id);
    let held = Held::of(if let Typed::Change(change) = p.typed { Some(change) } else { None }, p.refusal);
    let incident = held.text_or(|change| &change.incident, &ticket.incident);
    let severity = held.text_or(|change| &change.severity, &ticket.severity);
    fold(
        &Fold { title: "種別・重大度の変更", summary: "", open: held.refused(), id: None },
        post(
            p,
            "change",
            html! {
                (select_field(&SelectField { name: "incident", label: "種別", choices: choices(&p.scheme.lists.incident, "", incident), error: held.about("incident"), ..SelectField::default() }))
                (select_field(&SelectField { name: "severity", label: "重大度", choices: choices(&p.scheme.lists.severity, "", severity), error: held.about("severity"), ..SelectField::default() }))
                @if !mine && ticket.may_have_an_owner().is_ok() { (checkbox(&Checkbox { name: "take_over", value: "yes", label: "自分が担当する", checked: held.ticked(|change| change.take_over), ..Checkbox::default() })) }
                (submit(&Button { label: "変更する", ..Button::default() }))
            },
        ),
    )
}

/// Keeping the ticket beyond its period: what holds it, and for whoever may, placing and lifting.
pub(in crate::view) fn holds(p: &ShowPage<'_>) -> Markup {
    let may = p.ctx.actor.may(Action::RetentionHold);
    let no = p.view.ticket.number;
    let standing: Vec<_> = p.view.holds.iter().filter(|hold| hold.lifted.is_none()).collect();
    let summary = if standing.is_empty() { "なし".to_owned() } else { format!("{}件", standing.len()) };
    let held = Held::of(if let Typed::Hold(new) = p.typed { Some(new) } else { None }, p.refusal);
    if !may && standing.is_empty() {
        return html! {};
    }
    fold(
        &Fold {
            title: "保存期間を過ぎても残す（保全）", summary: &summary, open: held.refused(), id: Some("holds")
        },
        html! {
            @for hold in standing {
                p { strong { (p.scheme.retention.reason_label(&hold.reason)) } " " (hold.note) " "
                    (format::date(hold.placed_at)) " " (p.view.names.get(&hold.placed_by.0).map_or("", String::as_str)) }
                @if may {
                    (form(&Form { action: &routes::hold_lift(no, hold.id), method_post: true, ..Form::default() },
                        submit(&Button { label: "保全を解除する", ..Button::default() })))
                }
            }
            @if may {
                (post(p, "holds", html! {
                    (select_field(&SelectField {
                        name: "hold_reason", label: "残す理由",
                        choices: choices(&p.scheme.retention.hold_reason, "選んでください", held.text(|new| &new.reason)),
                        error: held.about("hold_reason"), ..SelectField::default()
                    }))
                    (text_field(&TextField {
                        name: "note", label: "補足", value: held.text(|new| &new.note), error: held.about("note"), max_chars: Some(text::LINE),
                        ..TextField::default()
                    }))
                    (submit(&Button { label: "保全する", ..Button::default() }))
                }))
            }
        },
    )
}
