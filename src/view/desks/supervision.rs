//! The supervisor's day.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::domain::id::CallId;
use crate::domain::scheme::Scheme;
use crate::domain::tickets::queue::Queue;
use crate::domain::time::tokyo_day;
use crate::domain::verification::tries::Subject;
use crate::routes;
use crate::usecase::desks::supervision::Day;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, submit};
use crate::view::components::card::section;
use crate::view::components::figure::{Figure, figures};
use crate::view::components::flash::{Flash, flash};
use crate::view::components::form::{Form, form};
use crate::view::components::table::{Col, Table, table};
use crate::view::desks::home;
use crate::view::incidents::upcoming::upcoming;
use crate::view::incidents::{authorities, radar};
use crate::view::referrals::follow_up::ongoing;
use crate::view::tickets::lines;
use crate::view::{format, retention};

/// The day view.
pub fn day(p: &Day, scheme: &Scheme, now: DateTime<Utc>, once: &str) -> Markup {
    let figure = |label, value: u64, href| Figure {
        label,
        value: format::count(value),
        unit: "件",
        href: Some(href),
        note: None,
    };
    html! {
        (retention::notices(&p.waits))
        (stopped(p))
        (guessing(p))
        (figures(&[
            figure("本日の通話", p.calls, routes::CALLS), figure("本日の相談票", p.opened, routes::TICKETS_TODAY),
            figure("対応中の相談票", p.open, routes::TICKETS), figure("2次対応待ち", p.waiting, routes::QUEUE),
            figure("未了のまま終了", p.lacking, routes::CALLS_LACKING),
        ]))
        @if !p.late_at_tier2.is_empty() { (section("目標を過ぎても引き受けられていない2次対応", home::waiting(&p.late_at_tier2, &scheme.lists, now))) }
        @if !p.to_second.is_empty() { (section("2人目の確認を待っている紹介", ongoing(&p.to_second, tokyo_day(now), &p.names, routes::referrals))) }
        @if !p.requests.is_empty() { (section("捜査機関などからの照会（未回答）", authorities::waiting(&p.requests))) }
        (radar::notice(&p.waves))
        @if !p.near_clocks.is_empty() { (section("法令などの期限（超過・間近）", upcoming(&p.near_clocks, scheme, tokyo_day(now), None))) }
        (section("通話中", on_call(p, now)))
        @if !p.remotes.is_empty() { (section("実施中のリモート支援", remotes(p, now))) }
        @if !p.all_the_same.is_empty() { (section("証拠保全の確認に理由を添えて進めた対応（本日）", all_the_same(p))) }
        @if !p.ownerless.rows.is_empty() {
            (section("担当者のいない相談票（担当なし・業務を離れた担当）", html! {
                (lines("担当者のいない相談票", &p.ownerless.rows, &scheme.lists, &p.names, ""))
                p.header-line { a href=(routes::queue(Queue::Unowned)) { "すべて表示" } a href=(routes::tickets_of("none")) { "担当なし" } a href=(routes::tickets_of("ended")) { "業務を離れた担当" } }
            }))
        }
        @if !p.orphaned.is_empty() { (section("担当が業務を離れたお約束", home::callbacks(&p.orphaned, now, Some(once), ""))) }
        (section("期限を過ぎたお約束", home::callbacks(&p.overdue, now, Some(once), "期限を過ぎたお約束はありません")))
        (section("確認をお願いしたい対応", reviews(p)))
        (section("医師会への確認", home::to_ask(&p.tasks, now)))
        (section("本日の対応結果", dispositions(p)))
        p.header-line { a href=(routes::WAVES) { "同じ手がかりの相談" } a href=(routes::FIRMS) { "専門事業者の登録簿" } }
    }
}

/// Somebody tries numbers: told before everything else.
fn guessing(p: &Day) -> Markup {
    let name = |who: &Option<uuid::Uuid>| who.and_then(|id| p.names.get(&id)).map_or("APIトークン", String::as_str);
    html! {
        @for (who, times) in &p.guessing {
            (flash(&Flash {
                tone: Tone::Danger,
                text: format!("{}：この1時間に、登録と一致しない番号での会員照合が{times}回ありました。番号を試していないか、ご本人にご確認ください", name(who)),
            }))
        }
    }
}

/// Who may try no numbers until another person lets them on.
fn stopped(p: &Day) -> Markup {
    let rows = p.stopped.iter().map(|s| {
        let button = form(
            &Form { action: &routes::stop_resume(s.subject), method_post: true, inline: true, ..Form::default() },
            submit(&Button { label: "照合を再開", ..Button::default() }),
        );
        let what = match s.kind {
            Subject::Sheet => html! { a href=(routes::call(CallId(s.subject))) { "通話" } },
            _ => html! { (s.kind.label()) },
        };
        vec![what, html! { (s.name) }, html! { span.nowrap { (format::date_time(s.since)) } }, button]
    });
    html! {
        @if !p.stopped.is_empty() {
            @for s in &p.stopped {
                (flash(&Flash {
                    tone: Tone::Danger,
                    text: format!("{}（{}）：登録と一致しない番号が続いたため、番号の照合を止めています。番号を試していないか、ご本人に確かめてから再開してください", s.name, s.kind.label()),
                }))
            }
            (section("番号の照合を止めている人・通話", table(&Table {
                caption: "番号の照合を止めている人・通話",
                caption_hidden: true,
                head: ["種類", "担当", "停止", "再開"].map(Col::text).to_vec(),
                rows: rows.collect(),
                empty: "",
            })))
        }
    }
}

fn on_call(p: &Day, now: DateTime<Utc>) -> Markup {
    let rows = p.on_call.iter().map(|call| {
        vec![
            html! { (p.names.get(&call.operator_id.0).map_or("", String::as_str)) },
            html! { a href=(routes::call(call.id)) { (format::date_time(call.arrived_at)) } },
            html! { (format::duration_ja((now - call.arrived_at).num_seconds())) },
            html! { (format::phone(&call.number)) },
            html! { a href=(routes::call_part(call.id, "along")) { "読む" } },
        ]
    });
    table(&Table {
        caption: "通話中",
        caption_hidden: true,
        head: ["担当", "開始", "経過", "電話番号", "内容"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "いま通話中の人はいません",
    })
}

/// Who went on although tier 2 was to be asked first, and why.
fn all_the_same(p: &Day) -> Markup {
    let rows = p.all_the_same.iter().map(|(check, line)| {
        vec![
            html! { span.nowrap { (format::time(check.asked_at)) } },
            html! { (p.names.get(&check.asked_by.0).map_or("", String::as_str)) },
            html! { @if let Some(line) = line { a.nowrap href=(routes::ticket(line.number)) { (line.number) } } },
            html! { @if let Some(line) = line { span.name { (line.facility_name) } } },
            html! { (check.purpose.label()) },
            html! { (check.reason) },
        ]
    });
    table(&Table {
        caption: "証拠保全の確認に理由を添えて進めた対応",
        caption_hidden: true,
        head: ["時刻", "担当", "相談票", "施設", "場面", "理由"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "",
    })
}

/// Who works on whose screen now.
fn remotes(p: &Day, now: DateTime<Utc>) -> Markup {
    let rows = p.remotes.iter().map(|(session, line)| {
        vec![
            html! { (p.names.get(&session.operator_id.0).map_or("", String::as_str)) },
            html! { @if let Some(line) = line { a.nowrap href=(routes::ticket(line.number)) { (line.number) } } },
            html! { @if let Some(line) = line { span.name { (line.facility_name) } } },
            html! { (session.tool) },
            html! { span.nowrap { (format::duration_ja((now - session.started_at).num_seconds())) } },
        ]
    });
    table(&Table {
        caption: "実施中のリモート支援",
        caption_hidden: true,
        head: ["担当", "相談票", "施設", "使用ツール", "経過"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "",
    })
}

fn reviews(p: &Day) -> Markup {
    let button = |action: &str, label: &str| {
        form(
            &Form { action, method_post: true, inline: true, ..Form::default() },
            submit(&Button { label, ..Button::default() }),
        )
    };
    let name = |id: &uuid::Uuid| p.names.get(id).map_or("", String::as_str).to_owned();
    let calls = p.to_review.iter().map(|call| {
        let kind = if call.complaint {
            badge(&Badge { label: "苦情", tone: Tone::Danger })
        } else {
            badge(&Badge { label: "時間外対応", tone: Tone::Warn })
        };
        vec![
            kind,
            html! { a href=(routes::call(call.id)) { (format::date_time(call.arrived_at)) } },
            html! { (name(&call.operator_id.0)) },
            html! { (call.out_of_hours_reason) },
            button(&routes::call_part(call.id, "review"), "確認済みにする"),
        ]
    });
    let doubtful = p.doubtful.iter().map(|v| {
        vec![
            if v.is_override() {
                badge(&Badge { label: "特例", tone: Tone::Danger })
            } else {
                badge(&Badge { label: "仮受付", tone: Tone::Info })
            },
            html! { @if let Some(no) = p.tickets.get(&v.call_id.0) { a.nowrap href=(routes::ticket(*no)) { (no) } } @else { a href=(routes::call(v.call_id)) { (format::date_time(v.decided_at)) } } },
            html! { (name(&v.decided_by.0)) },
            html! { (v.reason) },
            button(&routes::verification_review(v.id), "この記録でよい"),
        ]
    });
    table(&Table {
        caption: "確認をお願いしたい対応",
        caption_hidden: true,
        head: ["種類", "対象", "担当", "理由", "確認"].map(Col::text).to_vec(),
        rows: calls.chain(doubtful).collect(),
        empty: "確認待ちの対応はありません",
    })
}

fn dispositions(p: &Day) -> Markup {
    table(&Table {
        caption: "本日の対応結果",
        caption_hidden: true,
        head: vec![Col::text("対応結果"), Col::number("件数")],
        rows: p.dispositions.iter().map(|(d, n)| vec![html! { (d.label()) }, html! { (n) }]).collect(),
        empty: "本日終了した通話はまだありません",
    })
}
