//! Every job with its last runs: what went well, what didn't and what to do.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::domain::jobs::{Health, Job, Run, Whose};
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::flash::{Flash, flash};
use crate::view::components::table::{Col, Table, table};
use crate::view::format;

/// The page.
pub fn page(runs: &[Run], now: DateTime<Utc>) -> Markup {
    html! {
        @if runs.iter().any(|run| needs_somebody(run, now)) {
            (flash(&Flash { tone: Tone::Danger, text: "失敗した処理、または動いていない処理があります。下の表で理由を確かめてください。記録は失われていません".into() }))
        }
        p.measure { "窓口の裏で自動で動いている処理と、その結果です。失敗した処理は、間隔を空けながら自動でやり直します。" }
        (table(&Table {
            caption: "定期処理", caption_hidden: true,
            head: ["処理", "サーバー", "状態", "最後に成功", "次の実行", "最後の失敗"].map(Col::text).to_vec(),
            rows: Job::ALL.into_iter().flat_map(|job| rows(job, runs, now)).collect(),
            empty: "",
        }))
    }
}

fn needs_somebody(run: &Run, now: DateTime<Utc>) -> bool {
    matches!(run.health(now), Health::Failing | Health::Silent)
}

/// A line a server; one that says so for a job that has not run anywhere.
fn rows(job: Job, runs: &[Run], now: DateTime<Utc>) -> Vec<Vec<Markup>> {
    let mut lines: Vec<_> = runs.iter().filter(|run| run.job == job).map(|run| line(run, now)).collect();
    if lines.is_empty() {
        let none = || html! { span.muted { "—" } };
        let never = badge(&Badge { label: "未実行", tone: Tone::Neutral });
        lines.push(vec![html! { (job.label()) }, none(), never, none(), none(), none()]);
    }
    lines
}

fn line(run: &Run, now: DateTime<Utc>) -> Vec<Markup> {
    let instant =
        |at: Option<DateTime<Utc>>| html! { span.nowrap { (at.map_or_else(|| "—".into(), format::date_time_short)) } };
    vec![
        html! { (run.job.label()) },
        html! { @match run.job.whose() { Whose::EachServer => { (run.place) }, Whose::OneServer => { "いずれか1台" } } },
        state(run, now),
        instant(run.succeeded_at),
        instant(Some(run.next_at)),
        html! {
            @match run.failed_at {
                None => { "なし" },
                Some(at) => {
                    span.nowrap { (format::date_time_short(at)) }
                    @if let Some(fault) = run.fault { br; (fault.words()) }
                },
            }
        },
    ]
}

fn state(run: &Run, now: DateTime<Utc>) -> Markup {
    let many = format!("失敗（{}回続けて）", format::count(u64::from(run.faults)));
    let (label, tone) = match run.health(now) {
        Health::Well => ("正常", Tone::Good),
        Health::Running => ("実行中", Tone::Info),
        Health::Failing => (many.as_str(), Tone::Danger),
        Health::Silent => ("動いていません", Tone::Danger),
    };
    badge(&Badge { label, tone })
}
