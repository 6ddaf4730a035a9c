//! A small horizontal bar chart: widths are SVG attributes, the numbers stand beside.

use maud::{Markup, html};

/// One bar.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// What is counted.
    pub label: String,
    /// How many; `None` where the number is not shown (秘匿) or not known.
    pub value: Option<u32>,
    /// Said instead of, or beside, the number.
    pub note: Option<String>,
}

/// Draws the chart; the longest bar fills the width.
pub fn bars(caption: &str, list: &[Bar]) -> Markup {
    let most = list.iter().filter_map(|bar| bar.value).max().unwrap_or(0);
    html! {
        figure class="bars" {
            figcaption { (caption) }
            ul { @for bar in list { (row(bar, most)) } }
        }
    }
}

fn row(bar: &Bar, most: u32) -> Markup {
    html! {
        li {
            span class="bars-label" { (bar.label) }
            svg class="bars-bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                line class="bars-base" x1="0" y1="0" x2="0" y2="10" {}
                @if bar.value.is_none() && bar.note.is_some() {
                    rect class="bars-withheld" x="0" y="1" width="60" height="8" {}
                }
                @if let Some(value) = bar.value {
                    rect class="bars-fill" x="0" y="0" width=(thousandths(value, most)) height="10" {}
                }
            }
            span class="bars-value" {
                @match (bar.value, &bar.note) {
                    (Some(value), Some(note)) => { (value) " " small { (note) } }
                    (Some(value), None) => (value),
                    (None, Some(note)) => small { (note) },
                    (None, None) => "－",
                }
            }
        }
    }
}

fn thousandths(value: u32, most: u32) -> u64 {
    if most == 0 { 0 } else { u64::from(value) * 1000 / u64::from(most) }
}
