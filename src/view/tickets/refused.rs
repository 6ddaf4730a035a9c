//! What was refused on a ticket's page, when no form says it any more.

use maud::{Markup, html};

use super::ShowPage;
use super::typed::Typed;
use crate::domain::tickets::remote::running;

/// Why something wasn't done, where no form that is still there says it; and what had been typed into one that the
/// ticket, as it stands now, has no more.
pub(super) fn refused(p: &ShowPage<'_>) -> Markup {
    let Some(refusal) = p.refusal else { return html! {} };
    let gone = !is_there(p);
    let why = match refusal.fields.first() {
        None => Some(refusal.message.as_str()),
        Some(field) => gone.then_some(field.message.as_str()),
    };
    let words = if gone { p.typed.words() } else { Vec::new() };
    html! {
        @if let Some(why) = why { p.field-error role="alert" { (why) } }
        @if !words.is_empty() {
            p { strong { "送信できなかった入力（必要なら写してください）" } }
            @for word in words { p.typed-words { (word) } }
        }
    }
}

/// Whether the form that was refused is drawn on the page as the ticket stands now.
fn is_there(p: &ShowPage<'_>) -> bool {
    let ticket = &p.view.ticket;
    let running = running(&p.view.remotes).is_some();
    // What went into another ticket has none of these forms but the one that keeps it.
    if ticket.merged_into.is_some() {
        return matches!(p.typed, Typed::Nothing | Typed::Hold(_));
    }
    match p.typed {
        Typed::Nothing | Typed::Entry(_) | Typed::Change(_) | Typed::Hold(_) => true,
        Typed::Merge(_) => !ticket.state.is_end(),
        Typed::Transition(typed) => p.view.offers.iter().any(|kind| kind.code() == typed.transition),
        Typed::Evidence(..) => !ticket.state.is_end() && ticket.verification.opens_remote(),
        Typed::RemoteStart(_) => {
            let open = !ticket.state.is_end() && ticket.verification.opens_remote();
            !running && open && p.view.gate.connect.is_none()
        }
        Typed::RemoteEnd(_) => running,
    }
}
