//! The frame of the desk: top bar, places on the left, keys at the bottom.

use maud::{Markup, html};

use super::{CallBar, DeskFrame, Page, Place, brand, live_region, main, scripts};
use crate::routes;
use crate::view::components::keyhint::key_hint;

/// The page inside the desk.
pub(in crate::view) fn at_desk(p: &Page, desk: &DeskFrame) -> Markup {
    html! {
        div class="page page-desk" data-frame="desk" data-scripts=[scripts(p)] {
            a class="skip" href="#main" { "本文へ" }
            (top_bar(desk))
            (places(&desk.places))
            (main(p))
            (foot(p))
        }
    }
}

fn top_bar(desk: &DeskFrame) -> Markup {
    html! {
        header class="top-bar" {
            (brand())
            @if !desk.desk_label.is_empty() { span class="desk-label" { (desk.desk_label) } }
            p class={ "hours" @if let Some(hours) = &desk.hours { (if hours.open { " hours-open" } else { " hours-shut" }) } } {
                span class="visually-hidden" { "現在の時刻 " }
                span class="clock" data-clock { (desk.clock) }
                @if let Some(hours) = &desk.hours { " " span data-countdown { (hours.text) } }
            }
            @if let Some(call) = &desk.call { (call_bar(call)) }
            @if desk.show_search { (search()) }
            (person(desk))
        }
    }
}

/// F2: back to the open call, or a new one. It comes before what the page itself offers on that key.
fn call_bar(call: &CallBar) -> Markup {
    match call {
        CallBar::Back { href, lasted, matter, others } => html! {
            a class="call-bar call-bar-open" href=(href) data-key="F2" data-key-first aria-keyshortcuts="F2" {
                "●通話中 " span data-countup { (lasted) }
                @if !matter.is_empty() { span class="call-bar-matter" { (matter) } }
                @if *others > 0 { " ほか" (others) "件" }
                span class="call-bar-back" { "通話に戻る " (key_hint("F2")) }
            }
        },
        CallBar::Start { once } => html! {
            form class="call-bar" action=(routes::CALLS) method="post" hx-boost="true" {
                input type="hidden" name="once" value=(once);
                button type="submit" class="button button-secondary" data-key="F2" aria-keyshortcuts="F2" { "入電を記録 " (key_hint("F2")) }
            }
        },
    }
}

/// Free text never stands in an address, so looking for something is a POST.
fn search() -> Markup {
    html! {
        form class="search" role="search" action="/tickets/search" method="post" autocomplete="off" {
            label class="visually-hidden" for="top-search" { "相談票・会員・電話番号をさがす" }
            input class="input" type="search" name="q" id="top-search" placeholder="票番号・施設・電話番号" aria-keyshortcuts="/" data-search;
            (key_hint("/"))
            button type="submit" class="button button-quiet" { "さがす" }
        }
    }
}

fn person(desk: &DeskFrame) -> Markup {
    html! {
        div class="person" {
            a class="person-name" href=(desk.own_href) title="アカウントの設定" { (desk.person) small { (desk.role_label) } }
            form action=(desk.logout_href) method="post" { button type="submit" class="button button-quiet" { "サインアウト" } }
        }
    }
}

fn places(list: &[Place]) -> Markup {
    html! {
        nav class="places" aria-label="おもな画面" {
            ul {
                @for place in list {
                    li {
                        a href=(place.href) aria-current=[place.current.then_some("page")] {
                            span { (place.label) }
                            @if let Some(count) = place.count {
                                span class="place-count" { (count) span class="visually-hidden" { "件" } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn foot(p: &Page) -> Markup {
    html! {
        footer class="key-bar" {
            (live_region())
            @if !p.key_hints.is_empty() {
                ul aria-label="この画面のキー" {
                    @for (key, what) in &p.key_hints { li { (key_hint(key)) " " (what) } }
                }
            }
        }
    }
}
