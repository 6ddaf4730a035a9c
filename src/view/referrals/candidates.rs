//! A firm as it's named to a member: what it says of itself, and what the desk knows. No ranking of its work.

use maud::{Markup, html};

use crate::domain::referrals::Firm;
use crate::domain::referrals::candidates::Candidate;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::format;

/// What is to be read of a candidate.
pub(super) fn facts(candidate: &Candidate) -> Markup {
    let firm = &candidate.firm;
    html! {
        div.candidate-facts {
            p {
                (reachable(candidate)) " "
                @if let Some(party) = &candidate.conflict { (badge(&Badge { label: &format!("利害関係の可能性：{party}"), tone: Tone::Danger })) " " }
                @if candidate.skilled { (badge(&Badge { label: "得意分野に該当", tone: Tone::Info })) " " }
                @if !candidate.covers { (badge(&Badge { label: "対応地域外", tone: Tone::Warn })) " " }
                @if candidate.stale { (badge(&Badge { label: "登録内容が古い", tone: Tone::Warn })) " " }
                "受付 " (firm.hours)
                @if !firm.first_response.is_empty() { "　初動 " (firm.first_response) }
            }
            (said(firm))
            p.field-hint {
                "登録内容の確認 " (format::date_of(firm.verified_on)) "　前回のご案内 "
                @match candidate.named_last { Some(at) => (format::date_time(at)), None => "なし" }
            }
        }
    }
}

/// What a firm says of itself.
fn said(firm: &Firm) -> Markup {
    let lines = [
        ("対応地域", firm.regions_said()),
        ("得意分野", firm.skills.clone()),
        ("費用（事業者の説明）", firm.fees.clone()),
        ("日本語以外", firm.languages.clone()),
        ("利害関係", firm.conflicts.clone()),
    ];
    html! { p { @for (label, words) in lines.iter().filter(|(_, words)| !words.is_empty()) { span.fact { small { (label) " " } (words) } } } }
}

/// Whether somebody can be reached there now.
pub(super) fn reachable(candidate: &Candidate) -> Markup {
    match candidate.open_now {
        true => badge(&Badge { label: "いま受付中", tone: Tone::Good }),
        false => badge(&Badge { label: "受付時間外", tone: Tone::Neutral }),
    }
}

/// How to reach the firm that was chosen; of an urgent matter, outside its hours, who else can be reached now.
pub(super) fn reach(firm: &Firm, all: &[Candidate], urgent: bool) -> Markup {
    let own = all.iter().find(|candidate| candidate.firm.id == firm.id);
    let closed = own.is_some_and(|candidate| !candidate.open_now);
    let now: Vec<&str> = all.iter().filter(|c| c.open_now).map(|c| c.firm.name.as_str()).collect();
    html! {
        p.header-line {
            strong { (firm.name) }
            @if !firm.phone.is_empty() { span.nowrap { "電話 " strong { (format::phone(&firm.phone)) } } }
            @if !firm.contact.is_empty() { span { "担当 " (firm.contact) } }
            @if !firm.email.is_empty() { span { "メール " (firm.email) } }
            span { "受付 " (firm.hours) }
            @if let Some(own) = own { (reachable(own)) }
        }
        @if !firm.active { p.field-error { "この事業者は登録簿で停止されました。ほかの候補を選んでください" } }
        @if closed && urgent {
            p { "至急のご依頼です。" @if now.is_empty() { "いま連絡できる候補はありません" } @else { "いま連絡できる候補：" (now.join("、")) } }
        }
    }
}
