//! What comes next in a referral: the usual step open, the others folded.

use maud::{Markup, html};

use super::candidates::{facts, reach};
use super::fields::Fields;
use super::{ReferralsPage, candidates};
use crate::domain::referrals::referral::{ASKED_AFTER, NAMED};
use crate::domain::referrals::step::{Answer, Attempt};
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
    let usual = usual(p, referral);
    let group = format!("step-{}", referral.id.0.simple());
    let typed = typed(p, referral);
    html! {
        @if let Some(off) = referral.firm.and_then(|firm| p.view.firms.get(&firm)).filter(|firm| !firm.active && referral.stage == Stage::ToAgree) {
            p.field-error { "「" (off.name) "」は登録簿で停止されました。別の候補に変更してください" }
        }
        @if names_the_firm(referral) {
            @if let Some(firm) = referral.firm.and_then(|firm| p.view.firms.get(&firm)) { (reach(firm, of(p, referral), referral.urgent)) }
            (agreed(referral))
        }
        @if referral.stage == Stage::ToChoose && usual == "proposed" { p.field-error { "残る候補がありません。候補をご案内し直してください" } }
        @if offered(p, referral, usual) { div data-own-keys { (step(p, referral, usual, ButtonKind::Primary)) } }
        @for code in referral.next().iter().filter(|code| **code != usual && offered(p, referral, code)) {
            (one_of(&group, heading(referral, code), typed.is_some_and(|typed| typed.step == *code), step(p, referral, code, ButtonKind::Secondary)))
        }
    }
}

/// Whether the firm is to be reached now: then it's said how.
pub(super) fn names_the_firm(referral: &Referral) -> bool {
    matches!(referral.stage, Stage::ToContact | Stage::ToAnswer)
}

/// Whether a step is of use today: the member is asked from its day on.
fn offered(p: &ReferralsPage<'_>, referral: &Referral, code: &str) -> bool {
    code != "outcome_asked" || referral.due().is_some_and(|(_, day)| day <= p.ctx.today())
}

/// What a step that isn't the usual one is called.
fn heading(referral: &Referral, code: &str) -> &'static str {
    match code {
        "chosen" if referral.firm.is_some() => "別の候補に変更する",
        "proposed" => "候補をご案内し直す",
        "settled" if referral.contracted.is_some() => "契約の有無を訂正する",
        _ => label(code),
    }
}

/// The step that usually comes next.
fn usual(p: &ReferralsPage<'_>, referral: &Referral) -> &'static str {
    let left = of(p, referral).iter().any(|candidate| referral.named.contains(&candidate.firm.id));
    if referral.stage == Stage::ToChoose && !left {
        return "proposed";
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
            (submit(&Button { label: label(code), kind, key_hint: (kind == ButtonKind::Primary).then_some("Ctrl+Enter"), ..Button::default() }))
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
            @if !p.view.member.is_empty() { p { "名簿の会員 " strong { (p.view.member) } } }
            (said_by("お話しした会員のお名前"))
            (f.tick("told", "名簿の電話番号にかけ、ご本人の同意を確認した", t.told))
        },
        "vouched" => note("会員につながらない事情と、紹介を進める理由"),
        "seconded" => html! {
            @if referral.vouched_by.is_some_and(|by| by.0 == p.ctx.actor.id) { p { "ご自身が依頼した確認です。別の担当者が記録します" } }
            (note("確認した内容（任意）"))
        },
        "fees_told" => html! {
            (said_by("ご案内を受けた方のお名前"))
            (f.tick("told", "読み上げた", t.told))
        },
        "proposed" => html! { (proposed(p, referral, f)) (note("ご案内の内容（任意）")) },
        "chosen" => html! { (chosen(p, referral, f)) (said_by("お選びの方のお名前")) (note("補足（任意）")) },
        "agreed" => {
            html! { (items(p, f)) (f.line("contact", "折返し先（お名前と電話番号）", &t.contact)) (said_by("同意された方のお名前")) }
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
            (said_by("お聞きした方"))
            (note("その後の状況"))
        },
        "withdrawn" => html! { (said_by("お申し出の方（または、お伝えした方）")) (note("取りやめの理由")) },
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
        @if !all.is_empty() { p { @if all.len() >= NAMED { (NAMED) "件以上をご案内します。" } @else { "ご紹介できる事業者は" (all.len()) "件です。" } "利害関係の見当たらない事業者を先に、対応地域、至急のときは受付中、得意分野、前回のご案内が古い順に並んでいます" } }
        @if let Some(error) = f.about("firms") { p.field-error role="alert" tabindex="-1" { (error) } }
        @for candidate in all {
            @let id = candidate.firm.id.0.to_string();
            @let ticked = f.typed.firms.contains(&id);
            div.candidate-firm {
                (f.tick_of("firms", &id, &candidate.firm.name, ticked, None))
                (candidates::facts(candidate))
            }
        }
    }
}

fn chosen(p: &ReferralsPage<'_>, referral: &Referral, f: &Fields<'_>) -> Markup {
    let all = of(p, referral).iter().filter(|candidate| referral.named.contains(&candidate.firm.id));
    let all: Vec<_> = all.map(|candidate| (candidate.firm.id.0.to_string(), candidate)).collect();
    html! {
        @for (_, candidate) in &all { p { strong { (candidate.firm.name) } } (facts(candidate)) }
        (f.select("firm", "会員が選んだ事業者", &f.typed.firm, all.iter().map(|(id, candidate)| (id.as_str(), candidate.firm.name.as_str()))))
        @if !referral.items.is_empty() {
            (f.tick("as_agreed", "お伝えする内容は前と同じでよいと確認した", f.typed.as_agreed))
        }
    }
}

/// What may be passed on, each with what would be: what isn't known isn't offered.
fn items(p: &ReferralsPage<'_>, f: &Fields<'_>) -> Markup {
    html! {
        fieldset.field {
            legend.field-label { "お伝えしてよいもの" }
            @if let Some(error) = f.about("items") { p.field-error role="alert" tabindex="-1" { (error) } }
            @for (item, words) in &p.view.known {
                (f.tick_of("items", item.code(), item.label(), f.typed.items.iter().any(|code| code == item.code()), None))
                @for line in words.lines() { p.candidate-facts { (line) } }
            }
        }
    }
}
