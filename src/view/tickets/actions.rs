//! What can be done on a ticket: each move a named button with what it needs written beside it.

use maud::{Markup, html};

use super::ShowPage;
use crate::domain::access::actor::Action;
use crate::domain::id::HoldId;
use crate::domain::scheme::Term;
use crate::domain::text;
use crate::domain::tickets::state::Exit;
use crate::domain::tickets::transition::Asks;
use crate::domain::tickets::{EntryKind, StatusKind, TransitionKind};
use crate::routes;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::{Fold, card, fold};
use crate::view::components::field::{
    Checkbox, Choice, InputKind, SelectField, TextArea, TextField, checkbox, hidden, select_field, text_area,
    text_field,
};
use crate::view::components::form::{Form, form};
use crate::view::format;
use crate::view::tickets::task_tone;

fn typed<'a>(p: &'a ShowPage<'_>, name: &str) -> &'a str {
    p.typed.get(name).map_or("", String::as_str)
}

fn about<'a>(p: &'a ShowPage<'_>, name: &str) -> Option<&'a str> {
    p.refusal.and_then(|r| r.about(name))
}

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
    let kinds =
        EntryKind::BY_HAND.iter().map(|k| Choice::new(k.code(), k.label(), k.code() == typed(p, "kind"))).collect();
    post(
        p,
        "entries",
        html! {
            (text_area(&TextArea {
                name: "body", label: "追記", rows: 3, max_chars: Some(text::NOTE), value: typed(p, "body"), error: about(p, "body"),
                focus_key: Some("F4"), ..TextArea::default()
            }))
            div.sheet-row {
                (select_field(&SelectField { name: "kind", label: "種類", choices: kinds, ..SelectField::default() }))
                (text_field(&TextField {
                    name: "occurred_at", label: "起きた日時（空欄はいま）", kind: InputKind::DateTime, value: typed(p, "occurred_at"),
                    error: about(p, "occurred_at"), ..TextField::default()
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
    let waits = ticket.state.kind() == StatusKind::Escalated && !offered.contains(&TransitionKind::Take);
    card(
        "次の動き",
        html! {
            @if let Some(refusal) = p.refusal { @if refusal.fields.is_empty() { p.field-error role="alert" { (refusal.message) } } }
            @if waits { p { "2次対応が引き受けるのを待っています" } }
            @for kind in offered { (offer(p, *kind)) }
        },
    )
}

fn offer(p: &ShowPage<'_>, kind: TransitionKind) -> Markup {
    match kind.asks() {
        Asks::Nothing => step(p, kind, None),
        Asks::Reason(label) => step(p, kind, Some(label)),
        Asks::Result => close(p, kind),
        Asks::Exit => leave(p, kind),
    }
}

fn step(p: &ShowPage<'_>, kind: TransitionKind, words: Option<&str>) -> Markup {
    let code = kind.code();
    let held = if typed(p, "transition") == code { typed(p, "reason") } else { "" };
    let error = if typed(p, "transition") == code { about(p, "reason") } else { None };
    let id = format!("reason-{code}");
    post(
        p,
        "transitions",
        html! {
            (hidden("transition", code))
            @if let Some(words) = words {
                (text_field(&TextField { name: "reason", label: words, value: held, error, id: Some(&id), max_chars: Some(1_000), ..TextField::default() }))
            }
            (submit(&Button { label: kind.label(), ..Button::default() }))
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

fn close(p: &ShowPage<'_>, kind: TransitionKind) -> Markup {
    post(
        p,
        "transitions",
        html! {
            (hidden("transition", kind.code()))
            (select_field(&SelectField {
                name: "result", label: "結果", choices: choices(&p.scheme.lists.result, "選んでください", typed(p, "result")),
                error: about(p, "result"), ..SelectField::default()
            }))
            (submit(&Button { label: kind.label(), kind: ButtonKind::Primary, ..Button::default() }))
        },
    )
}

fn leave(p: &ShowPage<'_>, kind: TransitionKind) -> Markup {
    let exits = Exit::ALL.map(StatusKind::from);
    let held = typed(p, "exit");
    let error = if typed(p, "transition") == kind.code() { about(p, "reason") } else { None };
    fold(
        &Fold { title: kind.label(), summary: "対象外・範囲外・案内", open: error.is_some(), id: None },
        post(
            p,
            "transitions",
            html! {
                (hidden("transition", kind.code()))
                (select_field(&SelectField {
                    name: "exit", label: "終わり方", choices: exits.iter().map(|e| Choice::new(e.code(), e.label(), e.code() == held)).collect(), ..SelectField::default()
                }))
                (text_field(&TextField { name: "reason", label: "案内先・理由", error, id: Some("reason-leave"), ..TextField::default() }))
                (submit(&Button { label: "終える", ..Button::default() }))
            },
        ),
    )
}

/// Callbacks and tasks.
pub(in crate::view) fn callbacks(p: &ShowPage<'_>) -> Markup {
    card(
        "お約束と作業",
        html! {
            @if p.view.callbacks.is_empty() && p.view.tasks.is_empty() { p { "いま約束していることはありません" } }
            @for callback in &p.view.callbacks {
                @let late = callback.due_at < p.ctx.now;
                p { (badge(&Badge { label: if late { "期限を過ぎています" } else { "折返し" }, tone: if late { Tone::Danger } else { Tone::Warn } }))
                    " " strong { (format::date_time(callback.due_at)) } " " (callback.who) " " (format::phone(&callback.number)) " " (callback.note) }
                (form(&Form { action: &routes::callback_kept(callback.id), method_post: true, ..Form::default() },
                    submit(&Button { label: "折返し済み", ..Button::default() })))
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

/// Remote support: locked until verified or provisional, and says so.
pub(in crate::view) fn remotes(p: &ShowPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let locked = !ticket.verification.opens_remote();
    let running = p.view.remotes.iter().find(|r| r.ended_at.is_none());
    let summary = format!("{}回", p.view.remotes.len());
    let open = running.is_some()
        || ["consent_by", "tool", "consented", "done", "outcome"].iter().any(|f| about(p, f).is_some());
    fold(
        &Fold { title: "リモート支援", summary: &summary, open, id: None },
        html! {
            @for remote in p.view.remotes.iter().filter(|r| r.ended_at.is_some()) {
                p { (format::date_time(remote.started_at)) " " (remote.tool) " " (remote.outcome.as_deref().unwrap_or("")) }
            }
            @if let Some(remote) = running {
                p { strong { "支援中 " (format::time(remote.started_at)) "から " (remote.tool) } }
                (form(&Form { action: &routes::remote_end(ticket.number, remote.id), method_post: true, boosted: true, ..Form::default() }, html! {
                    (text_area(&TextArea { name: "done", label: "行ったこと", rows: 2, value: typed(p, "done"), error: about(p, "done"), ..TextArea::default() }))
                    (text_area(&TextArea { name: "found", label: "わかったこと", rows: 2, value: typed(p, "found"), error: about(p, "found"), ..TextArea::default() }))
                    (text_field(&TextField { name: "outcome", label: "結果", value: typed(p, "outcome"), error: about(p, "outcome"), hint: Some("例：駆除完了、異常なし、継続"), ..TextField::default() }))
                    (submit(&Button { label: "リモート支援を終える", ..Button::default() }))
                }))
            } @else if ticket.state.is_end() {
                p { "終了した相談票です" }
            } @else if locked {
                p { "会員確認が「確認済み」または「仮受付」になると開始できます" }
            } @else {
                (form(&Form { action: &routes::ticket_part(ticket.number, "remotes"), method_post: true, boosted: true, ..Form::default() }, html! {
                    p { "「これから画面を拝見しながら操作いたします。よろしいでしょうか」" }
                    (checkbox(&Checkbox { name: "consented", value: "yes", label: "同意を確認した", checked: typed(p, "consented") == "yes", error: about(p, "consented"), ..Checkbox::default() }))
                    (text_field(&TextField { name: "consent_by", label: "同意した方", value: typed(p, "consent_by"), error: about(p, "consent_by"), ..TextField::default() }))
                    (text_field(&TextField { name: "tool", label: "使う道具", value: typed(p, "tool"), error: about(p, "tool"), ..TextField::default() }))
                    (text_field(&TextField { name: "session_code", label: "接続番号", value: typed(p, "session_code"), error: about(p, "session_code"), ..TextField::default() }))
                    (submit(&Button { label: "リモート支援を始める", ..Button::default() }))
                }))
            }
        },
    )
}

/// Incident, severity, owner.
pub(in crate::view) fn change(p: &ShowPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let mine = ticket.owner_id.is_some_and(|o| o.0 == p.ctx.actor.id);
    fold(
        &Fold {
            title: "種別・重大度・担当の変更", summary: "", open: about(p, "incident").is_some(), id: None
        },
        post(
            p,
            "change",
            html! {
                (select_field(&SelectField { name: "incident", label: "種別", choices: choices(&p.scheme.lists.incident, "", &ticket.incident), error: about(p, "incident"), ..SelectField::default() }))
                (select_field(&SelectField { name: "severity", label: "重大度", choices: choices(&p.scheme.lists.severity, "", &ticket.severity), error: about(p, "severity"), ..SelectField::default() }))
                @if !mine { (checkbox(&Checkbox { name: "take_over", value: "yes", label: "自分が担当する", ..Checkbox::default() })) }
                (submit(&Button { label: "変更する", ..Button::default() }))
            },
        ),
    )
}

/// Keeping the ticket beyond its period: what holds it, and for whoever may, placing and lifting.
pub(in crate::view) fn holds(p: &ShowPage<'_>) -> Markup {
    let may = p.ctx.actor.may(Action::RetentionHold);
    let no = p.view.ticket.number;
    let standing: Vec<_> = p.view.holds.iter().filter(|hold| hold.lifted_at.is_none()).collect();
    let summary = if standing.is_empty() { "なし".to_owned() } else { format!("{}件", standing.len()) };
    let refused = ["hold_reason", "note"].iter().any(|f| about(p, f).is_some());
    if !may && standing.is_empty() {
        return html! {};
    }
    fold(
        &Fold {
            title: "保存期間を過ぎても残す（保全）", summary: &summary, open: refused, id: Some("holds")
        },
        html! {
            @for hold in standing {
                p { strong { (p.scheme.retention.reason_label(&hold.reason)) } " " (hold.note) " "
                    (format::date(hold.placed_at)) " " (p.view.names.get(&hold.placed_by).map_or("", String::as_str)) }
                @if may {
                    (form(&Form { action: &routes::hold_lift(no, HoldId(hold.id)), method_post: true, ..Form::default() },
                        submit(&Button { label: "保全を解除する", ..Button::default() })))
                }
            }
            @if may {
                (post(p, "holds", html! {
                    (select_field(&SelectField {
                        name: "hold_reason", label: "残す理由",
                        choices: choices(&p.scheme.retention.hold_reason, "選んでください", typed(p, "hold_reason")),
                        error: about(p, "hold_reason"), ..SelectField::default()
                    }))
                    (text_field(&TextField {
                        name: "note", label: "補足", value: typed(p, "note"), error: about(p, "note"), max_chars: Some(text::LINE),
                        ..TextField::default()
                    }))
                    (submit(&Button { label: "保全する", ..Button::default() }))
                }))
            }
        },
    )
}
