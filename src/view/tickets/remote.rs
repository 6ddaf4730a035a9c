//! Remote support on a ticket's page: what is asked before it, what is read out, how one connects, and how it ended.

use chrono::Duration;
use maud::{Markup, html};

use super::ShowPage;
use super::typed::{Held, Typed};
use crate::domain::access::actor::Action;
use crate::domain::scheme::remote::{CodeFrom, Tool};
use crate::domain::tickets::evidence_gate::{EvidenceCheck, Heard, Purpose, QUESTIONS};
use crate::domain::tickets::remote::{Remote, RemoteOutcome, running};
use crate::domain::time::tokyo_day;
use crate::routes;
use crate::usecase::tickets::evidence_gate::NewCheck;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, submit};
use crate::view::components::card::{Fold, fold};
use crate::view::components::field::{
    Checkbox, Choice, RadioGroup, SelectField, TextArea, TextField, checkbox, hidden, radio_group, select_field,
    text_area, text_field,
};
use crate::view::components::form::{Form, form};
use crate::view::format;

/// Locked until verified or provisional, and says so.
pub(super) fn card(p: &ShowPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let running = running(&p.view.remotes);
    let refused =
        p.refusal.is_some() && matches!(p.typed, Typed::Evidence(..) | Typed::RemoteStart(_) | Typed::RemoteEnd(_));
    let summary = format!("{}回", p.view.remotes.len());
    // While somebody is on the way from the questions to a session it stands open.
    let on_the_way = !p.view.checks.is_empty() && (p.view.gate.connect.is_none() || asked(p, Purpose::Connect));
    let open = running.is_some() || refused || on_the_way;
    fold(
        &Fold { title: "リモート支援", summary: &summary, open, id: Some("remote") },
        html! {
            @for (at, session) in p.view.remotes.iter().enumerate().filter(|(_, r)| r.ended_at.is_some()) { (ended(p, at, session)) }
            @if let Some(session) = running {
                p { strong { "支援中 " (format::time(session.started_at)) "から " (session.tool) } @if !session.scope.is_empty() { " " (session.scope) } }
                (before_cleaning(p))
                (end_form(p, session))
            } @else if ticket.state.is_end() {
                p { "終了した相談票です" }
            } @else if !ticket.verification.opens_remote() {
                p { "会員確認が「確認済み」または「仮受付」になると開始できます" }
            } @else {
                (before_connecting(p))
            }
        },
    )
}

fn ended(p: &ShowPage<'_>, at: usize, session: &Remote) -> Markup {
    html! {
        p {
            (format::date_time(session.started_at)) " " (session.tool) " " strong { (session.ended()) }
            @if Remote::connects_again(&p.view.remotes, at) { "（再接続）" }
            @if !session.removed.is_empty() { br; "駆除・削除：" (session.removed) }
        }
    }
}

/// The questions, and once they allow it, the beginning.
fn before_connecting(p: &ShowPage<'_>) -> Markup {
    let why_not = p.view.gate.connect.as_ref();
    html! {
        @match why_not {
            Some(refusal) => {
                @let heard = p.view.checks.iter().any(|check| check.cut_off != Heard::No);
                @if p.view.gate.told_to_cut_off || heard {
                    p {
                        @if p.view.gate.told_to_cut_off { (badge(&Badge { label: "切り離しをご案内済み", tone: Tone::Warn })) " " }
                        "「" (p.scheme.remote.keep_apart) "」"
                    }
                }
                @if asked(p, Purpose::Connect) { p.field-error tabindex="-1" autofocus[just_asked(p)] { (refusal.message) } }
                (questions(p, Purpose::Connect))
            }
            None => {
                p tabindex="-1" autofocus[just_asked(p)] { (badge(&Badge { label: "証拠保全の確認済み", tone: Tone::Good })) }
                (start_form(p))
            }
        }
    }
}

/// Before something is removed it is asked again.
fn before_cleaning(p: &ShowPage<'_>) -> Markup {
    html! {
        @match &p.view.gate.clean {
            Some(refusal) => {
                details.one-of open[is_held(p, Purpose::Clean).refused() || asked(p, Purpose::Clean)] {
                    summary { "駆除・削除の前の確認" }
                    @if asked(p, Purpose::Clean) { p.field-error tabindex="-1" autofocus[just_asked(p)] { (refusal.message) } }
                    (questions(p, Purpose::Clean))
                }
            }
            None => { p tabindex="-1" autofocus[just_asked(p)] { (badge(&Badge { label: "駆除・削除の前の確認済み", tone: Tone::Good })) } }
        }
    }
}

/// Whether the page's reader recorded the answers just now: they go on from there.
fn just_asked(p: &ShowPage<'_>) -> bool {
    let last = p.view.checks.last();
    p.refusal.is_none()
        && last.is_some_and(|c| c.asked_by.0 == p.ctx.actor.id && p.ctx.now - c.asked_at < Duration::seconds(10))
}

/// Whether the questions were asked already and didn't allow it.
fn asked(p: &ShowPage<'_>, purpose: Purpose) -> bool {
    let why_not = match purpose {
        Purpose::Connect => &p.view.gate.connect,
        Purpose::Clean => &p.view.gate.clean,
    };
    why_not.as_ref().is_some_and(|refusal| refusal.code != "evidence.not_asked")
}

fn is_held<'a>(p: &ShowPage<'a>, purpose: Purpose) -> Held<'a, NewCheck> {
    let typed = match p.typed {
        Typed::Evidence(new, _) if new.purpose == purpose.code() => Some(new),
        _ => None,
    };
    Held::of(typed, p.refusal)
}

fn questions(p: &ShowPage<'_>, purpose: Purpose) -> Markup {
    let held = is_held(p, purpose);
    // One's own answers are corrected; another's are on the timeline.
    let own = |check: &&EvidenceCheck| check.purpose == purpose && check.asked_by.0 == p.ctx.actor.id;
    let last = p.view.checks.iter().rev().find(own).filter(|_| asked(p, purpose));
    let answers: [&str; 3] = match (held.refused(), last) {
        (true, _) => [held.text(|new| &new.server), held.text(|new| &new.locked), held.text(|new| &new.cut_off)],
        (false, Some(last)) => [last.server.code(), last.locked.code(), last.cut_off.code()],
        (false, None) => ["", "", if p.view.gate.told_to_cut_off { Heard::Yes.code() } else { "" }],
    };
    let action = routes::ticket_part(p.view.ticket.number, "evidence");
    form(
        &Form { action: &action, method_post: true, boosted: true, beside: Some("#remote-end"), ..Form::default() },
        html! {
            (hidden("purpose", purpose.code()))
            @for ((name, asks), answer) in QUESTIONS.into_iter().zip(answers) {
                (radio_group(&RadioGroup {
                    name,
                        legend: asks,
                    choices: Heard::ALL.iter().map(|heard| Choice::new(heard.code(), heard.label(), heard.code() == answer)).collect(),
                    error: held.about(name),
                    ..RadioGroup::default()
                }))
            }
            (text_field(&TextField {
                name: "reason", id: Some(&format!("{}-reason", purpose.code())), label: "「はい」「わからない」があっても進める理由・答えが変わった理由",
                hint: p.ctx.actor.may(Action::Tier2).then_some("2次対応の担当者は、切り離した端末につなぐときだけ必要です"),
                value: held.text(|new| &new.reason), error: held.about("reason"), autocomplete: Some("off"), ..TextField::default()
            }))
            (submit(&Button { label: "確認を記録する", ..Button::default() }))
        },
    )
}

fn start_form(p: &ShowPage<'_>) -> Markup {
    let held = Held::of(if let Typed::RemoteStart(start) = p.typed { Some(start) } else { None }, p.refusal);
    let today = tokyo_day(p.ctx.now);
    let tools = p.scheme.remote.tools_on(today);
    let typed = held.text(|start| &start.tool);
    let chosen = if typed.is_empty() { tools.first().map_or("", |tool| tool.code.as_str()) } else { typed };
    let action = routes::ticket_part(p.view.ticket.number, "remotes");
    html! {
        @for tool in &tools { @if !tool.steps.is_empty() { (script(tool)) } }
        (form(&Form { action: &action, method_post: true, boosted: true, ..Form::default() }, html! {
            @if let Some(consent) = p.scheme.remote.consent_on(today) { p.say-aloud { "「" (consent.say) "」" } }
            (checkbox(&Checkbox { name: "consented", value: "yes", label: "読み上げて、同意を確認した", checked: held.ticked(|start| start.consented), error: held.about("consented"), ..Checkbox::default() }))
            (text_field(&TextField { name: "consent_by", label: "同意した方", value: held.text(|start| &start.consent_by), error: held.about("consent_by"), ..TextField::default() }))
            (text_field(&TextField { name: "scope", label: "対象の端末・支援の範囲", value: held.text(|start| &start.scope), error: held.about("scope"), hint: Some("例：受付のパソコン1台、検査のみ"), ..TextField::default() }))
            (select_field(&SelectField {
                name: "tool", label: "使用ツール", choices: tools.iter().map(|tool| Choice::new(tool.code.clone(), tool.label.clone(), tool.code == chosen)).collect(),
                error: held.about("tool"), ..SelectField::default()
            }))
            (text_field(&TextField { name: "session_code", label: "接続コード", value: held.text(|start| &start.session_code), error: held.about("session_code"), ..TextField::default() }))
            (submit(&Button { label: "リモート支援を始める", ..Button::default() }))
        }))
    }
}

/// What the caller needs to connect, to be said step by step.
fn script(tool: &Tool) -> Markup {
    html! {
        details {
            summary { "つなぎ方：" (tool.label) }
            ol { @for step in &tool.steps { li { (step) } } }
            @if !tool.address.is_empty() { p { code { (tool.address) } br; strong { (tool.spelled()) } } }
            p { @match tool.code_from {
                CodeFrom::Desk => "接続コードはこちらの画面に出ます。1文字ずつお伝えします",
                CodeFrom::Caller => "接続コードは先方の画面に出ます。読み上げていただきます",
            } }
        }
    }
}

fn end_form(p: &ShowPage<'_>, session: &Remote) -> Markup {
    // What was typed here stays where the questions above it were sent.
    let typed = match p.typed {
        Typed::RemoteEnd(end) | Typed::Evidence(_, end) => Some(end),
        _ => None,
    };
    let held = Held::of(typed, p.refusal);
    let ended_as = held.text(|end| &end.ended_as);
    let choices = RemoteOutcome::ALL.iter().map(|o| Choice::new(o.code(), o.label(), o.code() == ended_as));
    let choices = std::iter::once(Choice::new("", "選んでください", ended_as.is_empty())).chain(choices).collect();
    let action = routes::remote_end(p.view.ticket.number, session.id);
    form(
        &Form { action: &action, method_post: true, boosted: true, id: Some("remote-end"), ..Form::default() },
        html! {
            (text_area(&TextArea { name: "done", label: "実行した診断・操作", rows: 2, value: held.text(|end| &end.done), error: held.about("done"), ..TextArea::default() }))
            (text_area(&TextArea { name: "removed", label: "駆除・削除したもの（確認のあとで）", rows: 2, value: held.text(|end| &end.removed), error: held.about("removed"), ..TextArea::default() }))
            (text_area(&TextArea { name: "found", label: "わかったこと", rows: 2, value: held.text(|end| &end.found), error: held.about("found"), ..TextArea::default() }))
            (select_field(&SelectField { name: "ended_as", label: "結果", choices, error: held.about("ended_as"), ..SelectField::default() }))
            (text_field(&TextField { name: "outcome", label: "補足", value: held.text(|end| &end.outcome), error: held.about("outcome"), ..TextField::default() }))
            (submit(&Button { label: "リモート支援を終える", ..Button::default() }))
        },
    )
}
