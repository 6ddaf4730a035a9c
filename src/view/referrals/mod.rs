//! Referrals to forensic firms and lawyers, and the register of them.

mod candidates;
mod fields;
pub mod follow_up;
pub mod register;
mod steps;

use maud::{Markup, html};

use crate::domain::ctx::Ctx;
use crate::domain::id::ReferralId;
use crate::domain::referrals::step::AskedBy;
use crate::domain::referrals::{FirmKind, Referral, Stage};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::Scheme;
use crate::domain::tickets::StatusKind;
use crate::routes;
use crate::usecase::referrals::NewStep;
use crate::usecase::referrals::show::ReferralsView;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::card;
use crate::view::components::form::{Form, form};
use crate::view::format;
use crate::view::tickets::{standing, went_on};
use fields::Fields;

/// What the page of a ticket's referrals shows.
pub struct ReferralsPage<'a> {
    /// The referrals.
    pub view: &'a ReferralsView,
    /// Words and rules.
    pub scheme: &'a Scheme,
    /// Who looks.
    pub ctx: &'a Ctx,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
    /// The form that was, as typed: of which referral, or of a new one.
    pub typed: Option<(Option<ReferralId>, &'a NewStep)>,
}

/// The page: what goes on first, what has ended below, a new one last.
pub fn page(p: &ReferralsPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let beside = p.refusal.is_some_and(|refusal| !refusal.fields.is_empty());
    html! {
        p.header-line {
            a href=(routes::ticket(ticket.number)) { "相談票 " (ticket.number) }
            @if !ticket.facility_name.is_empty() { strong { (ticket.facility_name) } }
            span { (p.scheme.lists.incident_label(&ticket.incident)) }
            (standing(ticket))
            @if !ticket.prefecture.is_empty() { span { (ticket.prefecture) } }
            a href=(routes::FIRMS) { "専門事業者の登録簿" }
        }
        (went_on(ticket))
        @if let Some(refusal) = p.refusal.filter(|_| !beside) { p.field-error role="alert" tabindex="-1" { (refusal.message) } }
        @for referral in p.view.referrals.iter().rev().filter(|r| !r.stage.is_end()) { (one(p, referral)) }
        @if ticket.merged_into.is_none() { (begin(p)) }
        @for referral in p.view.referrals.iter().rev().filter(|r| r.stage.is_end()) { (one(p, referral)) }
    }
}

/// How far a referral is, as a badge.
pub fn stage(stage: Stage) -> Markup {
    let tone = match stage {
        Stage::Introduced | Stage::Finished => Tone::Good,
        Stage::Withdrawn => Tone::Neutral,
        _ => Tone::Info,
    };
    badge(&Badge { label: stage.label(), tone })
}

fn one(p: &ReferralsPage<'_>, referral: &Referral) -> Markup {
    let firm = referral.firm.and_then(|id| p.view.firms.get(&id));
    let title = format!("{}の紹介", referral.kind.label());
    card(
        &title,
        html! {
            p.header-line {
                (stage(referral.stage))
                @if referral.urgent { (badge(&Badge { label: "至急", tone: Tone::Warn })) }
                @if let Some(firm) = firm.filter(|_| !steps::names_the_firm(referral)) { strong { (firm.name) } }
                @if let Some((after, day)) = referral.due() { span { "次の経過確認 " (format::date_of(day)) "（" (after) "日後）" } }
            }
            div.split {
                @if !referral.stage.is_end() { div.no-print { (steps::next(p, referral)) } }
                div { (history(p, referral)) }
            }
        },
    )
}

/// The steps that were taken, the last first.
fn history(p: &ReferralsPage<'_>, referral: &Referral) -> Markup {
    html! {
        h3.card-title { "ここまでの記録" }
        ol.steps reversed {
            @for taken in referral.steps.iter().rev() {
                li {
                    strong { (taken.step.sentence()) }
                    (words(&taken.words))
                    p.field-hint { (format::date_time(taken.at)) " " (p.view.names.get(&taken.by.0).map_or("", String::as_str)) }
                }
            }
        }
    }
}

/// So many characters of what was said stand there at once.
const AT_ONCE: usize = 300;

/// What was said; what is long is folded, so that what comes next isn't far below.
fn words(said: &str) -> Markup {
    let lines = html! { @for line in said.lines() { p { (line) } } };
    if said.chars().count() <= AT_ONCE {
        return lines;
    }
    let begins: String = said.chars().take(AT_ONCE / 3).collect();
    html! { details { summary { (begins) "…（全文を開く）" } (lines) } }
}

/// Asking for one: where the ticket allows it, and why not where it doesn't.
fn begin(p: &ReferralsPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let typed = p.typed.and_then(|(of, typed)| of.is_none().then_some(typed));
    let why_not = match ticket.state.kind() {
        _ if !ticket.verification.opens_remote() => Some("会員確認が「確認済み」または「仮受付」になると始められます"),
        StatusKind::Tier2 | StatusKind::Referring => None,
        StatusKind::FollowUp if ticket.tier == 2 => None,
        kind if kind.is_end() => Some("この相談票は終わっています。続きがあるときは、相談票を再開してください"),
        _ => Some("2次対応が引き受けると始められます"),
    };
    let blank = NewStep::default();
    let f = Fields { typed: typed.unwrap_or(&blank), refusal: p.refusal.filter(|_| typed.is_some()), tail: "new" };
    let action = routes::referrals(ticket.number);
    let title = if p.view.referrals.is_empty() { "紹介の依頼" } else { "ほかの紹介の依頼" };
    card(
        title,
        html! {
            p { "紹介は、会員のご希望があるときに行います。当窓口は紹介料を受け取りません。" }
            @if let Some(why_not) = why_not { p { (why_not) } }
            @else {
                div.no-print data-own-keys { (form(&Form { action: &action, method_post: true, boosted: true, stays: true, ..Form::default() }, html! {
                    (f.select("kind", "紹介先の種類", &f.typed.kind, FirmKind::ALL.map(|kind| (kind.code(), kind.label()))))
                    (f.select("asked_by", "どなたから", &f.typed.asked_by, AskedBy::ALL.iter().map(|by| (by.code(), by.label()))))
                    (f.line("said_by", "お名前", &f.typed.said_by))
                    (f.tick("urgent", "至急（事業者の受付時間まで待てない）", f.typed.urgent))
                    (f.note("note", "ご希望の内容", &f.typed.note))
                    (submit(&Button { label: "依頼を記録する", kind: if p.view.referrals.is_empty() { ButtonKind::Primary } else { ButtonKind::Secondary }, ..Button::default() }))
                })) }
            }
        },
    )
}
