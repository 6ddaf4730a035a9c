//! Referrals beside a ticket: how far they are, and when the member is to be asked.

use maud::{Markup, html};

use super::ShowPage;
use crate::domain::access::actor::Action;
use crate::domain::access::field::Field;
use crate::routes;
use crate::view::components::button::{Button, link_button};
use crate::view::components::card::{Fold, fold};
use crate::view::format;
use crate::view::referrals::stage;

/// The card; for whoever sees referrals, once there is one or there may be.
pub(super) fn card(p: &ShowPage<'_>) -> Markup {
    let view = p.view;
    let works = p.ctx.actor.may(Action::ReferralWork);
    if !view.fields.show(Field::TicketReferral) || (view.referrals.is_empty() && !works) {
        return html! {};
    }
    let open = view.referrals.iter().filter(|referral| !referral.stage.is_end()).count();
    let summary = match (view.referrals.len(), open) {
        (0, _) => "なし".to_owned(),
        (all, 0) => format!("{all}件"),
        (_, open) => format!("進行中 {open}件"),
    };
    let due = view.referrals.iter().any(|r| r.due().is_some_and(|(_, day)| day <= p.ctx.today()));
    fold(
        &Fold { title: "専門事業者の紹介", summary: &summary, open: due, id: Some("referral-card") },
        html! {
            @for referral in &view.referrals {
                p {
                    (stage(referral.stage)) " " (referral.kind.label())
                    @if let Some((after, day)) = referral.due() { " " span.nowrap { (format::date_of(day)) "に" (after) "日後の経過確認" } }
                }
            }
            @if works {
                (link_button(&routes::referrals(view.ticket.number), &Button { label: "紹介を開く", key_hint: Some("Alt+R"), ..Button::default() }))
            }
        },
    )
}
