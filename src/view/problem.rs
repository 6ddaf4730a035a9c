//! The page for what went wrong: what happened, what is kept, what to do, and the number to name.

use maud::{Markup, html};
use uuid::Uuid;

use super::components::button::{Button, link_button};
use super::components::flash::error_summary;
use super::layout::{AssetLinks, Frame, Page, page as whole};
use crate::domain::refusal::FieldFault;
use crate::routes;

/// What the page says.
pub struct ProblemPage<'a> {
    /// HTTP status.
    pub status: u16,
    /// Stable code.
    pub code: &'a str,
    /// What happened and what to do.
    pub message: &'a str,
    /// The fields concerned.
    pub fields: &'a [FieldFault],
    /// What had been written, where it would be lost.
    pub typed: &'a [String],
    /// The frame of whoever it is told.
    pub frame: Frame,
    /// The request's number.
    pub request_id: Uuid,
    /// Styles and scripts.
    pub assets: AssetLinks,
}

/// The page.
pub fn page(p: &ProblemPage<'_>) -> Markup {
    let title = match p.status {
        404 => "見つかりません",
        409 => "ほかの操作と重なりました",
        401 | 403 => "受け付けられません",
        413 => "文章が長すぎます",
        429 => "しばらくお待ちください",
        400..=499 => "入力内容をご確認ください",
        _ => "問題が起きました",
    };
    let faults: Vec<(&str, &str)> = p.fields.iter().map(|f| (f.name.as_str(), f.message.as_str())).collect();
    let body = html! {
        p { (p.message) }
        @if !faults.is_empty() { (error_summary(&faults)) }
        @if !p.typed.is_empty() {
            h2 { "入力されていた文章" }
            @for text in p.typed { p.pre-wrap { (text) } }
        }
        p.muted { "エラー番号 " code { (p.request_id) } " ・ " code { (p.code) } }
        p { (link_button(routes::HOME, &Button { label: "はじめの画面へ", ..Button::default() })) }
    };
    whole(&Page { title: title.into(), body, frame: p.frame.clone(), assets: p.assets.clone(), ..Page::default() })
}
