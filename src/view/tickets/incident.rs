//! The incident's record beside a ticket: how much is known, and by when the clinic may have to do what.

use maud::{Markup, html};

use super::ShowPage;
use crate::domain::access::actor::Action;
use crate::domain::access::field::Field;
use crate::domain::incidents::Near;
use crate::routes;
use crate::view::components::button::{Button, link_button};
use crate::view::components::card::{Fold, fold};
use crate::view::format;
use crate::view::incidents::clocks::{dated, left, nearness};

/// The card; for whoever sees the record.
pub(super) fn card(p: &ShowPage<'_>) -> Markup {
    if !p.view.fields.show(Field::TicketIncident) {
        return html! {};
    }
    let (view, today) = (p.view, p.ctx.today());
    let mut running = dated(&view.clocks, &view.ticket, &view.incident, p.scheme);
    running.retain(|(clock, _, _)| clock.ended.is_none());
    running.sort_by_key(|(_, duty, days)| (duty.near(days, today), days.limit.or(days.aim)));
    let near = running.iter().any(|(_, duty, days)| duty.near(days, today) != Near::Ahead);
    let summary = match (view.incident.known().count(), running.len()) {
        (0, 0) => "未記入".to_owned(),
        (known, 0) => format!("{known}項目"),
        (known, clocks) => format!("{known}項目・期限{clocks}件"),
    };
    fold(
        &Fold { title: "インシデント記録", summary: &summary, open: near, id: Some("incident-card") },
        html! {
            @for (_, duty, days) in &running {
                p {
                    (nearness(duty.near(days, today), days, today)) " " (duty.label) " "
                    @match (days.limit, days.aim) {
                        (Some(limit), _) => span.nowrap { (format::date_of(limit)) "（" (left(limit, today)) "）" },
                        (None, Some(aim)) => span.nowrap { "目標 " (format::date_of(aim)) },
                        (None, None) => {},
                    }
                }
            }
            p.header-line {
                @for paper in p.scheme.papers.of(&view.ticket.incident).take(1) { a href=(routes::paper(view.ticket.number, &paper.code)) { "報告の下書き" } }
                @if p.ctx.actor.may(Action::DossierHand) { a href=(routes::ticket_part(view.ticket.number, "dossiers")) { "引渡し資料・照会" } }
            }
            (link_button(&routes::ticket_part(view.ticket.number, "incident"), &Button { label: "インシデント記録を開く", key_hint: Some("Alt+I"), ..Button::default() }))
        },
    )
}
