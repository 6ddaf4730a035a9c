//! What comes next in a referral: the usual step open, the others folded.

use maud::{Markup, html};

use super::candidates::{facts, reach};
use super::fields::Fields;
use super::{ReferralsPage, candidates};
use crate::domain::referrals::referral::{ASKED_AFTER, NAMED};
use crate::domain::referrals::step::{Answer, Attempt, Item};
use crate::domain::referrals::{Referral, Stage, Step};
use crate::routes;
use crate::usecase::referrals::NewStep;
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::one_of;
use crate::view::components::field::hidden;
use crate::view::components::form::{Form, form};
use crate::view::format;

/// The forms of the steps that may come next.
pub(super) fn next(p: &ReferralsPage<'_>, referral: &Referral) -> Markup {
    let usual = usual(referral);
    let group = format!("step-{}", referral.id.0.simple());
    let typed = typed(p, referral);
    html! {
        @if names_the_firm(referral) {
            @if let Some(firm) = referral.firm.and_then(|firm| p.view.firms.get(&firm)) { (reach(firm, of(p, referral), referral.urgent)) }
            (agreed(referral))
        }
        (step(p, referral, usual, ButtonKind::Primary))
        @for code in referral.next().iter().filter(|code| **code != usual) {
            @if *code != "outcome_asked" || referral.due().is_some() {
                (one_of(&group, label(code), typed.is_some_and(|typed| typed.step == *code), step(p, referral, code, ButtonKind::Secondary)))
            }
        }
    }
}

/// Whether the firm is to be reached now: then it's said how.
pub(super) fn names_the_firm(referral: &Referral) -> bool {
    matches!(referral.stage, Stage::ToContact | Stage::ToAnswer)
}

/// The step that usually comes next: of an introduced one what is due.
fn usual(referral: &Referral) -> &'static str {
    if referral.stage == Stage::Introduced {
        return match (referral.due(), referral.contracted) {
            (_, None) => "settled",
            (Some(_), Some(true)) => "outcome_asked",
            _ => "finished",
        };
    }
    if referral.vouched_by.is_some() && referral.stage == Stage::ToReach {
        return "seconded";
    }
    referral.next().first().copied().unwrap_or("withdrawn")
}

fn typed<'a>(p: &ReferralsPage<'a>, referral: &Referral) -> Option<&'a NewStep> {
    p.typed.and_then(|(of, typed)| (of == Some(referral.id)).then_some(typed))
}

fn of<'a>(p: &ReferralsPage<'a>, referral: &Referral) -> &'a [crate::domain::referrals::candidates::Candidate] {
    p.view.candidates.get(&referral.id).map_or(&[], Vec::as_slice)
}

/// What may be passed on, as it was frozen.
fn agreed(referral: &Referral) -> Markup {
    let frozen = referral.steps.iter().rev().find(|taken| matches!(taken.step, Step::Agreed { .. }));
    html! {
        @if let Some(frozen) = frozen {
            div.frozen {
                p { strong { "お伝えしてよい内容（" (format::date_time(frozen.at)) " 同意）" } }
                @for line in frozen.words.lines() { p { (line) } }
            }
        }
    }
}

/// The words of a step's button.
fn label(code: &str) -> &'static str {
    match code {
        "member_reached" => "会員ご本人に確認した",
        "vouched" => "会員につながらない：別の担当者に確認を依頼する",
        "seconded" => "2人目の担当者として確認した",
        "fees_told" => "ご案内した",
        "proposed" => "候補をご案内した",
        "chosen" => "会員の選択を記録する",
        "agreed" => "同意を記録する",
        "contacted" => "事業者への連絡を記録する",
        "answered" => "事業者の回答を記録する",
        "settled" => "契約の有無を記録する",
        "outcome_asked" => "経過を記録する",
        "finished" => "紹介を完了する",
        _ => "紹介を取りやめる",
    }
}

fn step(p: &ReferralsPage<'_>, referral: &Referral, code: &'static str, kind: ButtonKind) -> Markup {
    let typed = typed(p, referral).filter(|typed| typed.step == code);
    let blank = NewStep { contact: p.view.contact.clone(), ..NewStep::default() };
    let tail = format!("{code}-{}", referral.id.0.simple());
    let f = Fields { typed: typed.unwrap_or(&blank), refusal: p.refusal.filter(|_| typed.is_some()), tail: &tail };
    let action = routes::referral(p.view.ticket.number, referral.id);
    html! {
        (form(&Form { action: &action, method_post: true, boosted: true, stays: true, ..Form::default() }, html! {
            (hidden("step", code))
            (hidden("seen", &referral.steps.len().to_string()))
            (say(p, code))
            (asks(p, referral, code, &f))
            (submit(&Button { label: label(code), kind, ..Button::default() }))
        }))
    }
}

/// What is read out with a step.
fn say(p: &ReferralsPage<'_>, code: &str) -> Markup {
    let Some(say) = p.scheme.referrals.say_on(p.ctx.today()) else { return html! {} };
    let lines: &[&String] = match code {
        "member_reached" => &[&say.reach],
        "fees_told" => &[&say.fees, &say.neutral],
        "agreed" => &[&say.agree],
        "outcome_asked" => &[&say.outcome],
        _ => &[],
    };
    html! { @for line in lines { p.say-aloud { "「" (line) "」" } } }
}

/// What a step asks for.
fn asks(p: &ReferralsPage<'_>, referral: &Referral, code: &str, f: &Fields<'_>) -> Markup {
    let t = f.typed;
    let said_by = |label: &str| f.line("said_by", label, &t.said_by);
    let note = |label: &str| f.note("note", label, &t.note);
    match code {
        "member_reached" => html! {
            (directory_number(p))
            (said_by("お話しした会員のお名前"))
            (f.tick("told", "名簿の電話番号にかけ、ご本人の同意を確認した", t.told))
        },
        "vouched" => note("会員につながらない事情と、紹介を進める理由"),
        "seconded" => html! {
            @if referral.vouched_by.is_some_and(|by| by.0 == p.ctx.actor.id) { p { "ご自身が依頼した確認です。別の担当者が記録します" } }
            (note("確認した内容（任意）"))
        },
        "fees_told" => html! {
            (said_by("お聞きになった方"))
            (f.tick("told", "読み上げた", t.told))
        },
        "proposed" => html! { (proposed(p, referral, f)) (note("ご案内の内容（任意）")) },
        "chosen" => html! { (chosen(p, referral, f)) (said_by("選ばれた方のお名前")) (note("補足（任意）")) },
        "agreed" => {
            html! { (items(f)) (f.line("contact", "折返し先（お名前と電話番号）", &t.contact)) (said_by("同意された方のお名前")) }
        }
        "contacted" => html! {
            (f.select("how", "つながり方", &t.how, Attempt::ALL.iter().map(|how| (how.code(), how.label()))))
            (said_by("先方の担当者（任意）"))
            (note("補足（任意）"))
        },
        "answered" => html! {
            (f.select("answer", "事業者の回答", &t.answer, Answer::ALL.iter().map(|answer| (answer.code(), answer.label()))))
            (said_by("回答された方"))
            (note("補足（任意）"))
        },
        "settled" => html! {
            (f.select("contracted", "会員と事業者の契約", &t.contracted, [("yes", "契約した"), ("no", "契約に至らなかった")]))
            (said_by("お聞きした方"))
            (note("補足（任意）"))
        },
        "outcome_asked" => html! {
            (hidden("after_days", &referral.due().map_or(ASKED_AFTER[0], |(after, _)| after).to_string()))
            (said_by("お聞きした方（任意）"))
            (note("その後の状況"))
        },
        "withdrawn" => html! { (said_by("お申し出の方（任意）")) (note("取りやめの理由")) },
        _ => note("補足（任意）"),
    }
}

/// The number at which the member is reached.
fn directory_number(p: &ReferralsPage<'_>) -> Markup {
    let facility = p.view.facility.as_ref().filter(|facility| !facility.phone.is_empty());
    html! {
        @match facility {
            Some(facility) => p { "名簿の電話番号 " strong { (format::phone(&facility.phone)) } " " (facility.name) },
            None => p { "名簿に電話番号がありません。別の担当者と2人で確認してください" },
        }
    }
}

/// The firms that may be named, each with what it says of itself.
fn proposed(p: &ReferralsPage<'_>, referral: &Referral, f: &Fields<'_>) -> Markup {
    let all = of(p, referral);
    html! {
        @if all.is_empty() { p { "紹介できる事業者が登録簿にありません。登録簿をご確認になるか、取りやめとして記録してください" } }
        @if let Some(error) = f.about("firms") { p.field-error role="alert" tabindex="-1" { (error) } }
        @for (place, candidate) in all.iter().enumerate() {
            @let id = candidate.firm.id.0.to_string();
            @let ticked = if f.refusal.is_some() { f.typed.firms.contains(&id) } else { place < NAMED };
            div.candidate-firm {
                (f.tick_of("firms", &id, &candidate.firm.name, ticked, None))
                (candidates::facts(candidate))
            }
        }
    }
}

fn chosen(p: &ReferralsPage<'_>, referral: &Referral, f: &Fields<'_>) -> Markup {
    let named: Vec<(String, &str)> = referral
        .named
        .iter()
        .filter_map(|id| p.view.firms.get(id).map(|firm| (id.0.to_string(), firm.name.as_str())))
        .collect();
    let all = of(p, referral).iter().filter(|candidate| referral.named.contains(&candidate.firm.id));
    html! {
        @for candidate in all { p { strong { (candidate.firm.name) } } (facts(candidate)) }
        (f.select("firm", "会員が選んだ事業者", &f.typed.firm, named.iter().map(|(id, name)| (id.as_str(), *name))))
        @if !referral.items.is_empty() {
            (f.tick("as_agreed", "お伝えする内容は前と同じでよいと確認した", f.typed.as_agreed))
        }
    }
}

fn items(f: &Fields<'_>) -> Markup {
    html! {
        fieldset.field {
            legend.field-label { "お伝えしてよいもの" }
            @if let Some(error) = f.about("items") { p.field-error role="alert" tabindex="-1" { (error) } }
            @for item in Item::ALL { (f.tick_of("items", item.code(), item.label(), f.typed.items.iter().any(|code| code == item.code()), None)) }
        }
    }
}
