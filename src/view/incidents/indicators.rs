//! What callers say of an attack: the list, and whether other clinics say the same. Which clinics stands nowhere here.

use maud::{Markup, html};

use super::{IncidentPage, Refused};
use crate::domain::access::actor::Action;
use crate::domain::incidents::wave::WITHIN_HOURS;
use crate::domain::incidents::{Indicator, IndicatorKind};
use crate::routes;
use crate::view::components::Tone;
use crate::view::components::badge::{Badge, badge};
use crate::view::components::button::{Button, ButtonKind, submit};
use crate::view::components::card::card;
use crate::view::components::field::{Choice, SelectField, TextField, select_field, text_field};
use crate::view::components::form::{Form, form};
use crate::view::format;

/// The card.
pub(super) fn indicators(p: &IncidentPage<'_>) -> Markup {
    let ticket = &p.view.ticket;
    let (kind, said, refused) = match p.refused {
        Refused::Indicator(kind, said) => (kind.as_str(), said.as_str(), true),
        _ => ("", "", false),
    };
    let about = |name: &str| p.refusal.filter(|_| refused).and_then(|refusal| refusal.about(name));
    let kinds = [("", "選んでください")].into_iter().chain(IndicatorKind::ALL.map(|kind| (kind.code(), kind.label())));
    card(
        "手がかり",
        html! {
            @for one in &p.view.indicators { (row(p, one)) }
            @if p.view.indicators.is_empty() { p { "お聞きした拡張子・画面の文言・差出人・電話番号などを、お聞きしたとおりに記録します" } }
            @if p.writes() || refused {
                (beside(&routes::ticket_part(ticket.number, "indicators"), html! {
                    div.sheet-row {
                        (select_field(&SelectField {
                            name: "indicator_kind",
                            label: "何について",
                            choices: kinds.map(|(code, label)| Choice::new(code, label, code == kind)).collect(),
                            error: about("kind"),
                            ..SelectField::default()
                        }))
                        (text_field(&TextField { name: "said", label: "お聞きしたとおりに", value: said, error: about("said"), autocomplete: Some("off"), ..TextField::default() }))
                        (submit(&Button { label: "記録する", ..Button::default() }))
                    }
                }))
            }
        },
    )
}

fn beside(action: &str, inner: Markup) -> Markup {
    let beside = Some("#incident-form");
    form(&Form { action, method_post: true, boosted: true, stays: true, beside, ..Form::default() }, inner)
}

fn row(p: &IncidentPage<'_>, one: &Indicator) -> Markup {
    let others = p.view.others.get(&(one.kind, one.key.clone())).copied().unwrap_or_default();
    let alike = format!("{WITHIN_HOURS}時間以内にほかの{others}施設でも");
    html! {
        div.header-line {
            span { (one.kind.label()) } strong { bdi { (one.shown()) } }
            @if others > 0 { (badge(&Badge { label: &alike, tone: Tone::Warn })) }
            span.field-hint { (format::date_time(one.told_at)) " " (p.view.names.get(&one.told_to.0).map_or("", String::as_str)) }
            @if p.ctx.actor.may(Action::TicketWork) {
                div.no-print { (beside(&routes::indicator(p.view.ticket.number, one.id), submit(&Button { label: "取り消す", kind: ButtonKind::Quiet, ..Button::default() }))) }
            }
        }
    }
}
