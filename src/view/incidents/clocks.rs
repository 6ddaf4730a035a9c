//! The clocks of a clinic's duties: by when, how, where it's read, and what ends them.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::{IncidentPage, Refused};
use crate::domain::access::actor::Action;
use crate::domain::incidents::deadline::{Clock, Days, DutyEnd, Ended, Near, first_day};
use crate::domain::incidents::{Fact, Record, Said};
use crate::domain::scheme::Scheme;
use crate::domain::scheme::incidents::Duty;
use crate::domain::tickets::Ticket;
use crate::routes;
use crate::usecase::incidents::clocks::NewEnd;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, submit};
use crate::view::components::card::card;
use crate::view::components::empty::{Empty, empty};
use crate::view::components::field::{Checkbox, Choice, SelectField, TextField, checkbox, select_field, text_field};
use crate::view::components::form::{Form, form};
use crate::view::format;

/// All of a ticket's clocks, those that run first, the nearest of them first.
pub(super) fn cards(p: &IncidentPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let mut clocks: Vec<(&Clock, &Duty, Days)> = dated(&p.view.clocks, ticket, &p.view.record, p.scheme);
    let today = p.ctx.today();
    let order =
        |clock: &Clock, duty: &Duty, days: &Days| (duty.near(days, today), days.limit.or(days.aim), clock.duty.clone());
    clocks.sort_by_key(|(clock, duty, days)| (clock.ended.is_some(), order(clock, duty, days)));
    html! {
        (card("法令などの期限", html! {
            @if clocks.is_empty() {
                (empty(&Empty {
                    title: "期限はまだありません",
                    what_to_do: "個人情報の漏えいのおそれや攻撃が記録されると、ここで日数の確認が始まります",
                    action: None,
                }))
            } @else {
                p { "起算日 " strong { (format::date_of(first_day(&p.view.record, ticket.opened_at))) } "（1日目）"
                    @if p.view.record.get(Fact::AwareAt).is_empty() { " " (badge(&Badge { label: "仮：知った日時が未記入", tone: Tone::Warn })) }
                    @else if p.view.record.get(Fact::AwareCertainty) == "before" { " " (badge(&Badge { label: "これより前の可能性：期限も早まります", tone: Tone::Warn })) } }
                p.field-hint { "要否を判断するのは医療機関です。「対象外」でも、一時支援金の書類として必要になることがあります。受付時間外も日数は進みます" }
            }
        }))
        @for (clock, duty, days) in &clocks { (one(p, clock, duty, days)) }
    }
}

/// Clocks with their duties and days; a duty that is no more is left out.
pub(in crate::view) fn dated<'a>(
    clocks: &'a [Clock],
    ticket: &Ticket,
    record: &Record,
    scheme: &'a Scheme,
) -> Vec<(&'a Clock, &'a Duty, Days)> {
    let rules = &scheme.incidents;
    let first = first_day(record, ticket.opened_at);
    let wrongful = record.wrongful(&ticket.incident, rules);
    let with_days = |clock: &'a Clock| {
        let duty = rules.duty_on(&clock.duty, first)?;
        Some((clock, duty, duty.days(first, wrongful, &scheme.hours)))
    };
    clocks.iter().filter_map(with_days).collect()
}

fn one(p: &IncidentPage<'_>, clock: &Clock, duty: &Duty, days: &Days) -> Markup {
    let today = p.ctx.today();
    html! {
        section.card.duty aria-labelledby={ "h-" (duty.code) } {
            h3.card-title id={ "h-" (duty.code) } {
                (duty.label) " "
                @match &clock.ended {
                    None => (nearness(duty.near(days, today), days, today)),
                    Some(ended) => (badge(&Badge { label: ended.ended_as.label(), tone: if ended.ended_as == DutyEnd::Filed { Tone::Good } else { Tone::Neutral } })),
                }
            }
            @match &clock.ended {
                None => {
                    (by_when(days, today))
                    p { (duty.how) }
                    @if let Some(paper) = p.scheme.papers.for_duty(&duty.code).filter(|paper| paper.is_for(&p.view.ticket.incident)) {
                        p.no-print { a href=(routes::paper(p.view.ticket.number, &paper.code)) { "下書きを読み上げる" } }
                    }
                    (end_form(p, duty))
                }
                Some(ended) => { (how_ended(p, ended)) (resume_form(p, duty)) }
            }
            p.field-hint { "根拠 " (duty.source) "（" (format::date_of(duty.verified)) "確認）" }
        }
    }
}

/// How near the end of a clock is, as a badge.
pub(in crate::view) fn nearness(near: Near, days: &Days, today: NaiveDate) -> Markup {
    let (label, tone) = match near {
        Near::Over => ("期限超過", Tone::Danger),
        Near::Soon => ("期限間近", Tone::Warn),
        Near::Aim if days.aim.is_some_and(|aim| aim < today) => ("目標超過", Tone::Warn),
        Near::Aim => ("目標日", Tone::Warn),
        Near::Ahead => ("要判断", Tone::Info),
    };
    badge(&Badge { label, tone })
}

/// By when: what to aim at, the last day, and the other reading of it.
pub(in crate::view) fn by_when(days: &Days, today: NaiveDate) -> Markup {
    html! {
        p {
            @if let Some(aim) = days.aim { "目標 " strong.nowrap { (format::date_of(aim)) } @if aim < today { " " span.nowrap { (left(aim, today)) } } "　" }
            @if let Some(limit) = days.limit { "期限 " strong.nowrap { (format::date_of(limit)) } " " span.nowrap { (left(limit, today)) } }
            @else { "期限の日数の定めはありません（速やかに）" }
        }
        @if let Some(moved) = days.moved { p.field-hint { (format::date_of(moved)) " までとも読めます（期限の日が休日のとき）。早い方でご案内します" } }
        @if let Some(otherwise) = days.otherwise { p.field-hint { (format::date_of(otherwise)) " までとも読めます（不正の目的のおそれがあるとき）。早い方でご案内します" } }
    }
}

/// 「あと3日」, 「本日」, 「2日超過」.
pub(in crate::view) fn left(limit: NaiveDate, today: NaiveDate) -> String {
    match (limit - today).num_days() {
        0 => "本日".to_owned(),
        days if days > 0 => format!("あと{days}日"),
        days => format!("{}日超過", -days),
    }
}

fn how_ended(p: &IncidentPage<'_>, ended: &Ended) -> Markup {
    let name = p.view.names.get(&ended.recorded_by.0).map_or("", String::as_str);
    html! {
        p {
            (Said::of(ended.at).words()) "　" (ended.by)
            @if !ended.receipt.is_empty() { "　受付番号 " (ended.receipt) }
        }
        p.field-hint {
            "記録 " (format::date_time(ended.recorded_at)) " " (name)
            @if let Some(told) = ended.told { "（" (format::date_of(told)) "版の文を読み上げ）" }
        }
    }
}

/// What ends a clock. Several stand on the page: each field has an id of its own.
fn end_form(p: &IncidentPage<'_>, duty: &Duty) -> Markup {
    let blank = NewEnd::default();
    let typed = match p.refused {
        Refused::End(code, typed) if *code == duty.code => Some(typed),
        _ => None,
    };
    let about = |name: &str| p.refusal.filter(|_| typed.is_some()).and_then(|refusal| refusal.about(name));
    let (open, typed) = (typed.is_some(), typed.unwrap_or(&blank));
    let id = |name: &str| format!("{name}-{}", duty.code);
    let text = |name: &'static str, label, value, id: &str| {
        text_field(&TextField {
            name,
            label,
            value,
            id: Some(id),
            error: about(name),
            required: name == "by",
            autocomplete: Some("off"),
            ..TextField::default()
        })
    };
    let say = p.scheme.incidents.say_on(p.ctx.today()).map_or("", |say| say.not_applicable.as_str());
    html! {
        @if p.ctx.actor.may(Action::TicketWork) {
            details.one-of name="clock" open[open] {
                summary { "記録する" }
                div.one-of-body {
                    (form(&Form { action: &routes::duty(p.view.ticket.number, &duty.code), method_post: true, boosted: true, stays: true, beside: Some("#incident-form"), ..Form::default() }, html! {
                        (select_field(&SelectField {
                            name: "ended_as",
                            label: "どうなったか",
                            id: Some(&id("ended_as")),
                            choices: [("", "選んでください")].into_iter().chain(DutyEnd::ALL.map(|end| (end.code(), end.label())))
                                .map(|(code, label)| Choice::new(code, label, code == typed.ended_as)).collect(),
                            error: about("ended_as"),
                            required: true,
                            ..SelectField::default()
                        }))
                        (text("at", "日時（空欄は今。例 昨日18時）", &typed.at, &id("at")))
                        (text("by", "先方のどなたが", &typed.by, &id("by")))
                        (text("receipt", "受付番号（あれば）", &typed.receipt, &id("receipt")))
                        p.say-aloud { "対象外のとき：「" (say) "」" }
                        (checkbox(&Checkbox { name: "told", value: "yes", label: "読み上げた", checked: typed.told, id: Some(&id("told")), error: about("told"), ..Checkbox::default() }))
                        (submit(&Button { label: "記録する", ..Button::default() }))
                    }))
                }
            }
        }
    }
}

fn resume_form(p: &IncidentPage<'_>, duty: &Duty) -> Markup {
    let typed = match p.refused {
        Refused::Resume(code, why) if *code == duty.code => Some(why.as_str()),
        _ => None,
    };
    let error = p.refusal.filter(|_| typed.is_some()).and_then(|refusal| refusal.about("why"));
    let id = format!("why-{}", duty.code);
    html! {
        @if p.ctx.actor.may(Action::TicketWork) {
            details.one-of name="clock" open[typed.is_some()] {
                summary { "記録を取り消す" }
                div.one-of-body {
                    (form(&Form { action: &routes::duty_resume(p.view.ticket.number, &duty.code), method_post: true, boosted: true, stays: true, beside: Some("#incident-form"), ..Form::default() }, html! {
                        (text_field(&TextField { name: "why", label: "理由", value: typed.unwrap_or_default(), id: Some(&id), error, required: true, autocomplete: Some("off"), ..TextField::default() }))
                        (submit(&Button { label: "取り消して確認を再開", ..Button::default() }))
                    }))
                }
            }
        }
    }
}
