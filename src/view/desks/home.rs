//! What each role finds first.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use maud::{Markup, html};
use uuid::Uuid;

use crate::domain::calls::Disposition;
use crate::domain::scheme::{Lists, Scheme};
use crate::domain::tickets::TicketNo;
use crate::domain::tickets::line::TicketLine;
use crate::domain::tickets::task::{Task, TaskKind};
use crate::domain::time::tokyo_day;
use crate::routes;
use crate::usecase::claims::ClaimLine;
use crate::usecase::desks::home::{ClaimEnquiry, OperatorHome, SpecialistHome, Waiting, WaitingPage};
use crate::usecase::desks::promises::Owed;
use crate::view::calls::sheet;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, link_button};
use crate::view::components::card::section;
use crate::view::components::empty::{Empty, empty};
use crate::view::components::table::{Col, Table, table};
use crate::view::incidents::radar;
use crate::view::incidents::upcoming::upcoming;
use crate::view::referrals::follow_up::ongoing;
use crate::view::tickets::lines;
use crate::view::tickets::promises::ring;
use crate::view::{claims, format};

/// How a call ended that one comes from, and the ticket it ended in.
pub fn ended(disposition: Disposition, ticket: Option<TicketNo>) -> Markup {
    html! {
        div.flash.tone-good role="status" {
            p {
                "通話を終了しました（" (disposition.label()) "）。"
                @match ticket { Some(no) => { "相談票 " a href=(routes::ticket(no)) { (no) } " に記録しました。" }, None => { "相談票はありません。" } }
            }
        }
    }
}

/// An operator's home.
pub fn operator(
    home: &OperatorHome,
    lists: &Lists,
    now: DateTime<Utc>,
    once: &str,
    names: &HashMap<Uuid, String>,
) -> Markup {
    html! {
        div.big-action { (sheet::start_form(once)) }
        @if !home.open_calls.is_empty() {
            (section("終了していない通話", html! {
                @for call in &home.open_calls {
                    p.header-line {
                        (badge(&Badge { label: "通話中", tone: Tone::Warn })) span { (format::date_time(call.arrived_at)) "から" } span { (format::phone(&call.number)) } span { (call.caller_name) }
                        (link_button(&routes::call(call.id), &Button { label: "続きを入力する", kind: ButtonKind::Primary, ..Button::default() }))
                    }
                }
            }))
        }
        (section("折返しのお約束（明日まで）", callbacks(&home.callbacks, now, Some(once), "折返しのお約束はありません")))
        @if !home.to_ask.is_empty() { (section("医師会への確認（明日まで）", to_ask(&home.to_ask, now))) }
        (section("担当している相談票", lines("担当している相談票", &home.tickets, lists, names, "担当している相談票はありません")))
    }
}

/// Memberships that only an association can confirm.
pub fn to_ask(tasks: &[(Task, Option<TicketLine>)], now: DateTime<Utc>) -> Markup {
    let today = tokyo_day(now);
    let rows = tasks.iter().map(|(task, line)| {
        let state = if task.kind == TaskKind::MembershipInDoubt {
            Badge { label: "至急", tone: Tone::Danger }
        } else if task.due_on < today {
            Badge { label: "期限切れ", tone: Tone::Danger }
        } else {
            Badge { label: "確認待ち", tone: Tone::Info }
        };
        vec![
            badge(&state),
            html! { span.nowrap { (format::date_of(task.due_on)) "まで" } },
            html! { @match line { Some(line) => { a.nowrap href=(routes::ticket(line.number)) { (line.number) } }, None => { "相談票なし" } } },
        ]
    });
    table(&Table {
        caption: "医師会への確認",
        caption_hidden: true,
        head: ["状態", "期限", "相談票"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "医師会に確認するものはありません",
    })
}

/// Callbacks by the time that is left; whoever takes calls rings from here, the most urgent one by a key.
pub fn callbacks(list: &[Owed], now: DateTime<Utc>, rings: Option<&str>, none: &str) -> Markup {
    let rows = list.iter().enumerate().map(|(place, Owed { callback, line, rings: who })| {
        let key = (place == 0).then_some("Alt+C");
        vec![
            html! { span.nowrap { (format::date_time(callback.due_at)) } " " (left(callback.due_at, now)) },
            html! { @if let Some(line) = line { a.nowrap href=(routes::ticket(line.number)) { (line.number) } } @else { "なし" } },
            html! { @if let Some(line) = line { span.name { (line.facility_name) } } },
            html! { (callback.who) " " span.nowrap { (format::phone(&callback.number)) } },
            html! { span.name { (callback.note) } @if let Some((at, why)) = callback.tried { br; small { (callback.tries) "回つながらず（" (format::time(at)) " " (why.label()) "）" } } },
            html! { span.nowrap { (who) } },
            html! { @if let (Some(once), Some(line)) = (rings, line) { (ring(once, line.number, Some(callback.id), key)) } },
        ]
    });
    table(&Table {
        caption: "折返しのお約束",
        caption_hidden: true,
        head: ["期限", "相談票", "施設", "お相手", "内容", "担当", "架電"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: none,
    })
}

/// How long is left to a time that was promised or is aimed at: 「あと25分」, or how long ago it was.
fn left(due: DateTime<Utc>, now: DateTime<Utc>) -> Markup {
    let seconds = (due - now).num_seconds();
    if seconds < 0 {
        let label = format!("{}超過", format::duration_ja(-seconds));
        return badge(&Badge { label: &label, tone: Tone::Danger });
    }
    html! { span.nowrap { "あと" (format::duration_ja(seconds)) } }
}

/// A specialist's home: what is overdue, the queue, then their own.
pub fn specialist(home: &SpecialistHome, scheme: &Scheme, now: DateTime<Utc>) -> Markup {
    let lists = &scheme.lists;
    html! {
        @if !home.overdue.is_empty() { (section("期限を過ぎた折返し", callbacks(&home.overdue, now, None, ""))) }
        @if !home.own.is_empty() { (section("自分の折返し", callbacks(&home.own, now, None, ""))) }
        (section("2次対応待ち", queue(&home.queue, lists, now)))
        @if !home.asked_again.is_empty() { (section("通話からの依頼（対応中の相談票）", asked_again(home, lists))) }
        @if !home.clocks.is_empty() {
            (section("法令などの期限", html! {
                (upcoming(&home.clocks, scheme, tokyo_day(now), Some(&home.names)))
                @if home.more_clocks > 0 { p { "期限がまだ先の相談票が、ほかに " (home.more_clocks) "件あります。近づくとここに表示されます" } }
            }))
        }
        (radar::notice(&home.waves))
        @if !home.on_call.is_empty() { (section("通話中", on_call(home))) }
        @if !home.referrals.is_empty() { (section("専門事業者の紹介", ongoing(&home.referrals, tokyo_day(now), &home.names, routes::referrals))) }
        (section("担当している相談票", lines("担当している相談票", &home.tickets, lists, &home.names, "担当している相談票はありません")))
    }
}

/// A page of tier 2's queue; `first` where it's the front.
pub fn queue_page(page: &WaitingPage, lists: &Lists, now: DateTime<Utc>, first: bool) -> Markup {
    html! {
        @if !first { p { a href=(routes::QUEUE) { "先頭から表示" } } }
        (section(if first { "2次対応待ち" } else { "2次対応待ち（続き）" }, queue(page, lists, now)))
    }
}

/// Calls that go on, to be read along.
fn on_call(home: &SpecialistHome) -> Markup {
    html! {
        ul.plain-list {
            @for call in &home.on_call {
                li {
                    a href=(routes::call_part(call.id, "along")) { (home.names.get(&call.operator_id.0).map_or("", String::as_str)) "さんの通話を読む" }
                    "　" (format::time(call.arrived_at)) "から"
                }
            }
        }
    }
}

/// Calls that asked again for tier 2 where it has the ticket: read on the ticket, where the task is finished.
fn asked_again(home: &SpecialistHome, lists: &Lists) -> Markup {
    let rows = home.asked_again.iter().map(|(task, line)| {
        vec![
            html! { span.nowrap { (format::date_time(task.created_at)) } },
            html! { a.nowrap href=(routes::ticket(line.number)) { (line.number) } },
            html! { span.name { (line.facility_name) } },
            html! { (lists.incident_label(&line.incident)) },
            html! { span.nowrap { (line.owner_id.and_then(|o| home.names.get(&o.0)).map_or("—", String::as_str)) } },
        ]
    });
    table(&Table {
        caption: "通話からの依頼",
        caption_hidden: true,
        head: ["依頼", "相談票", "施設", "種別", "担当"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "",
    })
}

/// The queue of tier 2, the gravest first, then what is due first; red past its target.
fn queue(page: &WaitingPage, lists: &Lists, now: DateTime<Utc>) -> Markup {
    if page.waiting.is_empty() {
        return empty(&Empty {
            title: "待っている相談票はありません",
            what_to_do: "2次対応が依頼されると、ここに重大度の高い順、待ち時間の長い順に並びます",
            action: None,
        });
    }
    html! {
        (waiting(&page.waiting, lists, now))
        @if let Some(next) = &page.more_after {
            p { a class="button button-secondary" rel="next" href=(format!("{}?after={next}", routes::QUEUE)) { "続きを表示" } }
        }
    }
}

/// What waits for tier 2, in a table.
pub fn waiting(all: &[Waiting], lists: &Lists, now: DateTime<Utc>) -> Markup {
    let rows = all.iter().map(|Waiting { escalation, line, due_at }| {
        vec![
            html! { a.nowrap href=(routes::ticket(line.number)) { (line.number) } },
            html! { span.name { (line.facility_name) } },
            html! { (lists.incident_label(&line.incident)) },
            badge(&Badge {
                label: lists.severity_label(&line.severity),
                tone: crate::view::tickets::severity_tone(&line.severity),
            }),
            html! { (escalation.reason) },
            html! {
                span.nowrap { (format::duration_ja((now - escalation.requested_at).num_seconds())) }
                @if let Some(due) = due_at { br; small.nowrap { "目標 " (format::date_time(*due)) } " " (left(*due, now)) }
            },
        ]
    });
    table(&Table {
        caption: "2次対応待ち",
        caption_hidden: true,
        head: ["相談票", "施設", "種別", "重大度", "依頼の理由", "待ち時間・引き受けの目標"].map(Col::text).to_vec(),
        rows: rows.collect(),
        empty: "",
    })
}

/// A claims clerk's home: the claims, then the callers pointed to the office.
pub fn clerk(lines: &[ClaimLine], cases: &[ClaimEnquiry], lists: &Lists) -> Markup {
    html! {
        (section("一時支援金請求", claims::list(lines)))
        (section("ご案内した件", enquiries(cases, lists)))
    }
}

/// What the claims office sees of the callers pointed to it.
pub fn enquiries(cases: &[ClaimEnquiry], lists: &Lists) -> Markup {
    let rows = cases.iter().map(|case| {
        vec![
            html! { span.nowrap { (format::date_time(case.arrived_at)) } },
            html! { @match case.number { Some(no) => { a.nowrap href=(routes::ticket(no)) { (no) } }, None => { "相談票なし" } } },
            html! { span.name { (case.facility_name) } },
            html! { (lists.incident_label(&case.incident)) },
        ]
    });
    html! {
        p { "相談窓口から一時支援金事務局をご案内した通話です。ご相談の内容は表示しません。" }
        (table(&Table {
            caption: "ご案内した件", caption_hidden: true, head: ["通話", "相談票", "施設", "種別"].map(Col::text).to_vec(),
            rows: rows.collect(), empty: "ご案内した件はまだありません",
        }))
    }
}
