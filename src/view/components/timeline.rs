//! What happened to a ticket, oldest first, grouped by call or day.

use maud::{Markup, html};

use super::{
    Tone,
    badge::{Badge, badge},
};

/// One thing that happened.
#[derive(Debug, Clone, Default)]
pub struct TimelineEntry {
    /// When it happened: `10:44`.
    pub at_label: String,
    /// To which group it belongs, for a filter: a code.
    pub group: &'static str,
    /// What kind of thing: 通話, 対応, 連絡, 変更.
    pub kind_label: String,
    /// What the kind's colour means.
    pub tone: Tone,
    /// Who did it.
    pub by: String,
    /// What happened.
    pub body: Markup,
    /// It was taken back later: it stays, struck through.
    pub struck: bool,
    /// Lines of one kind that stand folded under this one.
    pub under: Vec<TimelineEntry>,
    /// Said when it was written down later than it happened: 「11:20 入力」.
    pub late: Option<String>,
}

/// Entries under one heading.
#[derive(Debug, Clone, Default)]
pub struct TimelineGroup {
    /// A call or a day: 「11月22日(日) 10:42 着信」.
    pub heading: String,
    /// Its entries, oldest first.
    pub entries: Vec<TimelineEntry>,
}

/// Draws the groups in the order given.
pub fn timeline(groups: &[TimelineGroup]) -> Markup {
    html! {
        div class="timeline" {
            @for group in groups {
                section class="timeline-group" {
                    h3 { (group.heading) }
                    ol { @for entry in &group.entries { (timeline_entry(entry)) } }
                }
            }
        }
    }
}

/// One entry alone, for a swap that adds it to a list.
pub fn timeline_entry(e: &TimelineEntry) -> Markup {
    let struck = if e.struck { "timeline-body struck" } else { "timeline-body" };
    html! {
        li class={ "timeline-entry " (e.tone.class()) } data-group=(e.group) {
            span class="timeline-at" { (e.at_label) }
            @if e.under.is_empty() {
                div class="timeline-what" {
                    @if !e.kind_label.is_empty() { (badge(&Badge { label: &e.kind_label, tone: e.tone })) }
                    div class=(struck) { (e.body) }
                }
            } @else {
                details class="timeline-what timeline-under" {
                    summary { (e.body) }
                    ol { @for one in &e.under { (timeline_entry(one)) } }
                }
            }
            span class="timeline-meta" {
                (e.by)
                @if let Some(late) = &e.late { " " span class="timeline-late" { "（" (late) "）" } }
            }
        }
    }
}
