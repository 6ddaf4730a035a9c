//! The wave radar: what clinics say alike, and what people made of it. Tickets stand there by their numbers: whose they
//! are is seen by whoever opens one.

use maud::{Markup, html};

use crate::domain::incidents::Campaign;
use crate::domain::incidents::wave::{WITHIN_HOURS, Wave};
use crate::domain::refusal::Refusal;
use crate::domain::scheme::Lists;
use crate::domain::tickets::line::TicketLine;
use crate::routes;
use crate::usecase::incidents::campaigns::{Which, Words};
use crate::usecase::incidents::radar::{Held, Radar, Seen};
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::{card, one_of, section};
use crate::view::components::field::{
    Choice, SelectField, TextArea, TextField, hidden, select_field, text_area, text_field,
};
use crate::view::components::form::{Form, form};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// The form that was refused, with what had been typed.
#[derive(Debug, Clone, Default)]
pub enum Refused {
    /// None.
    #[default]
    Nothing,
    /// A new campaign of a wave.
    Open(Which, Words),
    /// Why a wave is none.
    Aside(Which, String),
    /// A campaign, by its id, changed.
    Change(String, Words),
    /// A ticket for a campaign, by its id.
    Add(String, String),
    /// What is new of a campaign, by its id.
    FollowUp(String, String),
}

/// What the page shows.
pub struct RadarPage<'a> {
    /// Waves and campaigns.
    pub radar: &'a Radar,
    /// Words.
    pub lists: &'a Lists,
    /// What was refused, if anything.
    pub refusal: Option<&'a Refusal>,
    /// The form that was.
    pub refused: &'a Refused,
    /// A fresh idempotency key.
    pub once: &'a str,
}

impl RadarPage<'_> {
    fn about(&self, its: bool, name: &str) -> Option<&str> {
        self.refusal.filter(|_| its).and_then(|refusal| refusal.about(name))
    }
}

/// The page.
pub fn page(p: &RadarPage<'_>) -> Markup {
    html! {
        @if let Some(refusal) = p.refusal.filter(|refusal| refusal.fields.is_empty()) { p.field-error role="alert" tabindex="-1" { (refusal.message) } }
        p { (WITHIN_HOURS) "時間以内に2施設以上で同じ手がかりが記録されると、ここに出ます。同じ攻撃かどうかは、担当者が判断します。" }
        @if p.radar.waves.is_empty() { p { "判断を待っている動きはありません" } }
        @for (nth, seen) in p.radar.waves.iter().enumerate() { (wave(p, nth, seen)) }
        @if !p.radar.campaigns.is_empty() { h2.card-title { "同じ攻撃としてまとめた相談票" } }
        @for held in &p.radar.campaigns { (campaign_card(p, held)) }
    }
}

fn marks(wave: &Wave) -> Markup {
    html! { (hidden("kind", wave.mark.kind.code())) (hidden("key", &wave.mark.key)) (hidden("incident", &wave.mark.incident)) }
}

fn post(action: &str, inner: Markup) -> Markup {
    form(&Form { action, method_post: true, boosted: true, stays: true, ..Form::default() }, inner)
}

fn wave(p: &RadarPage<'_>, nth: usize, seen: &Seen) -> Markup {
    let Seen { wave, lines, campaign } = seen;
    let mark = &wave.mark;
    let its = |w: &Which| (w.kind.as_str(), &w.key, &w.incident) == (mark.kind.code(), &mark.key, &mark.incident);
    let (opens, aside) = match p.refused {
        Refused::Open(which, words) if its(which) => (Some(words), None),
        Refused::Aside(which, why) if its(which) => (None, Some(why.as_str())),
        _ => (None, None),
    };
    let group = format!("wave-{nth}");
    let of = if mark.incident.is_empty() {
        String::new()
    } else {
        format!("（{}）", p.lists.incident_label(&mark.incident))
    };
    let title = format!("{}「{}」{of}", mark.kind.label(), wave.shown);
    card(
        &title,
        html! {
            p.header-line {
                strong { (wave.clinics) "施設" }
                span { (format::date_time(wave.first)) " 〜 " (format::date_time(wave.last)) }
            }
            (tickets(lines, p.lists))
            @match campaign {
                Some(campaign) => {
                    p { "「" (campaign.name) "」と同じ手がかりです" }
                    (post(routes::WAVES_JOINED, html! { (marks(wave)) (submit(&Button { label: "同じ攻撃としてまとめに加える", kind: ButtonKind::Primary, ..Button::default() })) }))
                },
                None => {
                    (one_of(&group, "同じ攻撃としてまとめる", opens.is_some(), post(routes::WAVES_CAMPAIGNS, html! {
                        (hidden("once", &format!("{}-w{nth}", p.once)))
                        (marks(wave))
                        (words(p, opens.unwrap_or(&Words::default()), opens.is_some(), &format!("new-{nth}")))
                        (submit(&Button { label: "まとめる", ..Button::default() }))
                    })))
                    (into_another(p, wave, &group, nth))
                },
            }
            (one_of(&group, "別々の件と判断する", aside.is_some(), post(routes::WAVES_ASIDE, html! {
                (marks(wave))
                (text_field(&TextField { name: "why", label: "理由", value: aside.unwrap_or_default(), error: p.about(aside.is_some(), "why"), id: Some(&format!("why-{nth}")), ..TextField::default() }))
                (submit(&Button { label: "記録する", ..Button::default() }))
            })))
        },
    )
}

/// The campaigns that go on, for whoever knows that this is one of them.
fn into_another(p: &RadarPage<'_>, wave: &Wave, group: &str, nth: usize) -> Markup {
    let on: Vec<&Campaign> =
        p.radar.campaigns.iter().map(|held| &held.campaign).filter(|c| c.ended_at.is_none()).collect();
    let choices = on.iter().map(|campaign| Choice::new(campaign.id.0.to_string(), campaign.name.as_str(), false));
    html! {
        @if !on.is_empty() {
            (one_of(group, "続いているまとめに加える", false, post(routes::WAVES_JOINED, html! {
                (marks(wave))
                (select_field(&SelectField { name: "into", label: "加える先", id: Some(&format!("into-{nth}")), choices: choices.collect(), ..SelectField::default() }))
                (submit(&Button { label: "加える", ..Button::default() }))
            })))
        }
    }
}

fn words(p: &RadarPage<'_>, typed: &Words, its: bool, tail: &str) -> Markup {
    html! {
        (text_field(&TextField { name: "name", label: "呼び名", value: &typed.name, error: p.about(its, "name"), id: Some(&format!("name-{tail}")), hint: Some("例 偽の更新画面（050番号）"), ..TextField::default() }))
        (text_area(&TextArea { name: "advice", label: "同じ内容の入電でお伝えすること", value: &typed.advice, error: p.about(its, "advice"), id: Some(&format!("advice-{tail}")), rows: 2, hint: Some("医療機関・業者の名前は書かないでください"), ..TextArea::default() }))
    }
}

fn tickets(lines: &[TicketLine], lists: &Lists) -> Markup {
    html! {
        ul { @for line in lines {
            li { a.nowrap href=(routes::ticket_part(line.number, "incident")) { (line.number) } " " (lists.incident_label(&line.incident)) " " (line.status.label()) }
        } }
    }
}

fn campaign_card(p: &RadarPage<'_>, held: &Held) -> Markup {
    let Held { campaign, lines, matters } = held;
    let id = campaign.id.0.to_string();
    let group = format!("campaign-{}", campaign.id.0.simple());
    let typed = match p.refused {
        Refused::Change(of, words) if *of == id => Some(words),
        _ => None,
    };
    let added = match p.refused {
        Refused::Add(of, no) if *of == id => Some(no.as_str()),
        _ => None,
    };
    let stands = Words { name: campaign.name.clone(), advice: campaign.advice.clone() };
    let marks: Vec<String> = campaign.marks.iter().map(|mark| mark.kind.label().to_owned()).collect();
    card(
        &campaign.name,
        html! {
            p.header-line {
                @if campaign.ended_at.is_some() { (badge(&Badge { label: "終了", tone: Tone::Neutral })) }
                @else { (badge(&Badge { label: "入電時にお伝え中", tone: Tone::Info })) }
                span { (format::date_time(campaign.opened_at)) "から" }
                span { "目印 " (marks.join("、")) }
                span { (matters) "件" }
            }
            @for line in campaign.advice.lines() { p.say-aloud { (line) } }
            ul { @for line in lines {
                li.header-line {
                    a.nowrap href=(routes::ticket_part(line.number, "incident")) { (line.number) } " " (p.lists.incident_label(&line.incident))
                    (post(&routes::campaign_leave(campaign.id, line.number), submit(&Button { label: "外す", kind: ButtonKind::Quiet, ..Button::default() })))
                }
            } }
            (one_of(&group, "相談票を加える", added.is_some(), post(&routes::campaign_part(campaign.id, "tickets"), html! {
                (text_field(&TextField { name: "ticket", label: "相談票の番号", value: added.unwrap_or_default(), error: p.about(added.is_some(), "ticket"), id: Some(&format!("ticket-{id}")), ..TextField::default() }))
                (submit(&Button { label: "加える", ..Button::default() }))
            })))
            (follow_up(p, campaign, &group))
            (one_of(&group, "お伝えすることを変える・終了する", typed.is_some(), post(&routes::campaign(campaign.id), html! {
                (hidden("version", &campaign.version.to_string()))
                (words(p, typed.unwrap_or(&stands), typed.is_some(), &id))
                div.button-row {
                    (submit(&Button { label: "保存する", name: Some("ended"), value: Some(if campaign.ended_at.is_some() { "yes" } else { "no" }), ..Button::default() }))
                    @if campaign.ended_at.is_some() { (submit(&Button { label: "再びお伝えする", name: Some("ended"), value: Some("no"), ..Button::default() })) }
                    @else { (submit(&Button { label: "終了する", name: Some("ended"), value: Some("yes"), ..Button::default() })) }
                }
            })))
        },
    )
}

/// What is new, for all of its tickets.
fn follow_up(p: &RadarPage<'_>, campaign: &Campaign, group: &str) -> Markup {
    let id = campaign.id.0.to_string();
    let typed = match p.refused {
        Refused::FollowUp(of, words) if *of == id => Some(words.as_str()),
        _ => None,
    };
    let inner = post(
        &routes::campaign_part(campaign.id, "news"),
        html! {
            (hidden("once", p.once))
            (text_area(&TextArea { name: "news", label: "続報（続いている相談票すべての対応履歴に書きます）", value: typed.unwrap_or_default(), error: p.about(typed.is_some(), "news"), id: Some(&format!("news-{id}")), ..TextArea::default() }))
            (submit(&Button { label: "書く", ..Button::default() }))
        },
    );
    one_of(group, "続報を書く", typed.is_some(), inner)
}

/// Waves that wait for somebody's judgement, on the pages that are opened first.
pub fn notice(waves: &[Seen]) -> Markup {
    let rows = waves.iter().map(|seen| {
        vec![
            html! { (seen.wave.mark.kind.label()) " " strong { bdi { (seen.wave.shown) } } },
            html! { (seen.wave.clinics) "施設" },
            html! { span.nowrap { (format::date_time(seen.wave.last)) } },
            html! { @if let Some(campaign) = &seen.campaign { "「" (campaign.name) "」と同じ" } @else { "判断待ち" } },
        ]
    });
    html! {
        @if !waves.is_empty() {
            (section("同じ手がかりの相談（72時間以内）", html! {
                (table(&Table {
                    caption: "同じ手がかりの相談",
                    caption_hidden: true,
                    head: ["手がかり", "施設数", "最後", "判断"].map(Col::text).to_vec(),
                    rows: rows.collect(),
                    empty: "",
                }))
                p { a href=(routes::WAVES) { "内容を見て判断する" } }
            }))
        }
    }
}
