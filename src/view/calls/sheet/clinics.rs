//! A conversation about several clinics: a line of them, and the way to the next.

use maud::{Markup, html};

use crate::domain::id::CallId;
use crate::routes;
use crate::usecase::calls::conversation::Clinic;
use crate::usecase::calls::sheet::SheetView;
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::form::{Form, form};

/// The clinics of the conversation, each a way to its sheet; nothing while there is one only.
pub fn clinics_part(view: &SheetView) -> Markup {
    html! {
        nav.sheet-clinics #part-clinics aria-label="この通話の施設" hidden[view.clinics.is_empty()] {
            @for clinic in &view.clinics {
                @if clinic.call == view.call.id { span aria-current="page" { (line(clinic)) } }
                @else { a href=(routes::call(clinic.call)) { (line(clinic)) } }
            }
        }
    }
}

fn line(clinic: &Clinic) -> Markup {
    let facility = if clinic.facility.is_empty() { "施設名 未入力" } else { &clinic.facility };
    html! {
        strong { (clinic.part) "件目" } " " span.clinic-name { (facility) } " "
        small {
            (clinic.recorded.map_or("会員確認 未確認", |recorded| recorded.label()))
            @if let Some(no) = clinic.ticket { " " (no) }
            @if !clinic.open { " 終了" }
        }
    }
}

/// The way to the next clinic.
pub(in crate::view) fn next_form(call: CallId) -> Markup {
    let action = routes::call_part(call, "next");
    let next =
        Button { label: "次の施設へ", kind: ButtonKind::Quiet, key_hint: Some("Alt+M"), ..Button::default() };
    html! {
        div.next-clinic {
            (form(&Form { action: &action, method_post: true, boosted: true, inline: true, ..Form::default() }, submit(&next)))
        }
    }
}
