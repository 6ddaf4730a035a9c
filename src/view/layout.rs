//! The frame around every page: head, top bar, places, key hints, live region.

mod desk;

use maud::{DOCTYPE, Markup, html};

use super::components::{
    Tone,
    flash::{Flash, flash},
    icon::tone_icon,
};

/// htmx without eval, inline styles, script tags or a history cache; refusals redraw, failures do not. What is swapped in
/// is its own at once: a key pressed twice would send the new form past it.
const HTMX_CONFIG: &str = concat!(
    r#"{"allowEval":false,"allowScriptTags":false,"includeIndicatorStyles":false,"selfRequestsOnly":true,"#,
    r#""defaultSettleDelay":0,"historyCacheSize":0,"refreshOnHistoryMiss":true,"scrollBehavior":"instant","responseHandling":["#,
    r#"{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"404|409|422","swap":true},"#,
    r#"{"code":"[45]..","swap":false,"error":true}]}"#
);

/// A blue tile with an open window; a data address, so that no request is made.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%230017c1'/%3E%3Cpath d='M3.5 3.5h9v9h-9zM8 3.5v9M3.5 8h9' fill='none' stroke='%23fff' stroke-width='1.4'/%3E%3C/svg%3E";

/// Versioned addresses of what every page loads.
#[derive(Debug, Clone, Default)]
pub struct AssetLinks {
    /// `app.css`
    pub css: String,
    /// `vendor/tokens.css`
    pub tokens: String,
    /// `vendor/htmx.min.js`
    pub htmx: String,
    /// `app.js`
    pub app_js: String,
}

/// A whole page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What the page is: the h1 and the window's title.
    pub title: String,
    /// Everything below the h1.
    pub body: Markup,
    /// What stands around it.
    pub frame: Frame,
    /// Keys of this screen and what they do, shown at the bottom.
    pub key_hints: Vec<(&'static str, &'static str)>,
    /// What just happened.
    pub flash: Option<Flash>,
    /// Looks again after so many seconds, never while someone types.
    pub refresh_seconds: Option<u32>,
    /// Versioned addresses of styles and scripts.
    pub assets: AssetLinks,
    /// Versioned addresses of scripts of this page alone: ES modules, run once a window. Each starts
    /// at once if its elements are there, and again on the event `madoguchi:page` (a page swapped in).
    pub extra_scripts: Vec<String>,
    /// The whole width and height for the body, the h1 for screen readers only: the call sheet.
    pub full_bleed: bool,
    /// Stands to the right of the h1: a state, a button.
    pub beside_title: Option<Markup>,
}

/// What stands around a page.
#[derive(Debug, Clone, Default)]
#[expect(clippy::large_enum_variant, reason = "one a page; a box would only burden its callers")]
pub enum Frame {
    /// Nothing but the product's name: sign-in and error pages.
    #[default]
    Bare,
    /// The desk: top bar, places, key hints.
    Desk(DeskFrame),
}

/// Who works, where, and what time it is.
#[derive(Debug, Clone, Default)]
pub struct DeskFrame {
    /// Name shown for who is signed in.
    pub person: String,
    /// Their role: オペレータ.
    pub role_label: String,
    /// For whoever takes calls: the one that is open, or starting one.
    pub call: Option<CallBar>,
    /// The places of the role, at most seven.
    pub places: Vec<Place>,
    /// The desk: 緊急相談窓口; empty for whoever belongs to none.
    pub desk_label: String,
    /// Whether that desk is open, in words.
    pub hours: Option<HoursLine>,
    /// Tokyo time, `10:44`; ticks on by itself.
    pub clock: String,
    /// The role may search.
    pub show_search: bool,
    /// Their own account's page.
    pub own_href: String,
    /// Path the sign-out form posts to.
    pub logout_href: String,
}

/// What F2 does on every page but the sheet itself.
#[derive(Debug, Clone)]
pub enum CallBar {
    /// Back to the call that is open.
    Back {
        /// Its sheet.
        href: String,
        /// How long it has lasted: `02:31`; counts on by itself.
        lasted: String,
        /// What it is about, once that was chosen.
        matter: String,
        /// How many more are open.
        others: usize,
    },
    /// Starts one.
    Start {
        /// A fresh idempotency key.
        once: String,
    },
}

/// One place of the role.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Where it is.
    pub href: String,
    /// Its name.
    pub label: String,
    /// One is there now.
    pub current: bool,
    /// How many things wait there.
    pub count: Option<u32>,
}

/// The desk's hours in one line. An 「あと3時間12分」 in the text counts down by itself.
#[derive(Debug, Clone, Default)]
pub struct HoursLine {
    /// Open now.
    pub open: bool,
    /// 「受付中 21:00まで あと3時間12分」 or 「時間外」.
    pub text: String,
}

/// The whole document.
pub fn page(p: &Page) -> Markup {
    html! {
        (DOCTYPE)
        html lang="ja" {
            (head(p))
            body {
                @match &p.frame {
                    Frame::Bare => (bare(p)),
                    Frame::Desk(desk) => (desk::at_desk(p, desk)),
                }
            }
        }
    }
}

fn head(p: &Page) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            title { (p.title) "｜窓口" }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="format-detection" content="telephone=no";
            meta name="robots" content="noindex";
            meta name="htmx-config" content=(HTMX_CONFIG);
            link rel="icon" href=(ICON);
            link rel="stylesheet" href=(p.assets.tokens);
            link rel="stylesheet" href=(p.assets.css);
            script defer src=(p.assets.htmx) {}
            script type="module" src=(p.assets.app_js) {}
            @for src in &p.extra_scripts { script type="module" src=(src) {} }
            @if let Some(seconds) = p.refresh_seconds { noscript { meta http-equiv="refresh" content=(seconds); } }
        }
    }
}

fn bare(p: &Page) -> Markup {
    html! {
        div class="page page-bare" data-frame="bare" data-scripts=[scripts(p)] {
            a class="skip" href="#main" { "本文へ" }
            header class="bare-head" { (brand()) }
            (main(p))
            (live_region())
        }
    }
}

fn main(p: &Page) -> Markup {
    html! {
        main id="main" class=[p.full_bleed.then_some("full-bleed")] tabindex="-1" data-refresh=[p.refresh_seconds] {
            div class={ "page-title" @if p.full_bleed { " visually-hidden" } } {
                h1 { (p.title) }
                @if let Some(beside) = &p.beside_title { div class="beside-title" { (beside) } }
            }
            @if let Some(message) = &p.flash { (flash(message)) }
            (p.body)
        }
    }
}

fn brand() -> Markup {
    html! { a class="brand" href="/" { "窓口" } }
}

/// The one live region: app.js writes here what happened without a page change.
fn live_region() -> Markup {
    html! {
        div class="status" id="status" role="status" {}
        template id="status-icon" { (tone_icon(Tone::Warn)) }
    }
}

fn scripts(p: &Page) -> Option<String> {
    (!p.extra_scripts.is_empty()).then(|| p.extra_scripts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "\"><script>alert(1)</script>&'";

    fn hostile_page() -> String {
        page(&Page {
            title: HOSTILE.into(),
            frame: Frame::Desk(DeskFrame {
                person: HOSTILE.into(),
                places: vec![Place { href: HOSTILE.into(), label: HOSTILE.into(), ..Place::default() }],
                ..DeskFrame::default()
            }),
            flash: Some(Flash { tone: Tone::Danger, text: HOSTILE.into() }),
            ..Page::default()
        })
        .into_string()
    }

    #[test]
    fn a_page_carries_no_inline_style_and_no_inline_script() {
        let html = hostile_page();
        assert!(!html.contains("style="));
        assert!(!html.contains("<style"));
        assert!(!html.contains("<script>"));
    }

    #[test]
    fn a_page_has_one_heading_one_main_and_one_live_region() {
        let html = hostile_page();
        for once in ["<h1", "<main", "role=\"status\""] {
            assert_eq!(html.matches(once).count(), 1, "{once}");
        }
        assert!(html.contains("<html lang=\"ja\">"));
    }
}
