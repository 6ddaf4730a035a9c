//! The frame around a page: who works, where they may go, whether the line is open.

use crate::domain::desks::DeskCode;
use crate::domain::time::tokyo_day;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use maud::Markup;

use crate::domain::access::actor::Role;
use crate::domain::ctx::Ctx;
use crate::domain::scheme::hours::Service;
use crate::routes;
use crate::usecase::{Error, calls};
use crate::view::components::Tone;
use crate::view::components::flash::Flash;
use crate::view::format;
use crate::view::layout::{CallBar, DeskFrame, Frame, HoursLine, Page};
use crate::view::places;
use crate::web::{AppState, assets};

/// A page at the desk. `here` is the place it belongs to.
// Boxed, since every page holds it: see `Store::begin`.
pub fn at_desk<'a>(
    state: &'a AppState,
    ctx: &'a Ctx,
    here: &'a str,
    title: &'a str,
    body: Markup,
) -> BoxFuture<'a, Page> {
    framed(state, ctx, here, title, body).boxed()
}

async fn framed(state: &AppState, ctx: &Ctx, here: &str, title: &str, body: Markup) -> Page {
    let role = ctx.actor.role;
    let desk = role.and_then(own_desk);
    let frame = DeskFrame {
        person: ctx.actor.name.clone(),
        role_label: role.map_or_else(String::new, |r| r.label().to_owned()),
        places: places::of(role, here),
        desk_label: desk.map_or("", |desk| state.services.scheme.lists.desk_label(desk)).to_owned(),
        hours: desk.map(|desk| hours(state, ctx, desk)),
        call: in_hand(state, ctx).await,
        clock: format::time(ctx.now),
        show_search: ctx.actor.may(crate::domain::access::actor::Action::TicketFind),
        own_href: routes::OWN.to_owned(),
        logout_href: routes::SIGN_OUT.to_owned(),
    };
    Page { title: title.to_owned(), body, frame: Frame::Desk(frame), assets: assets::links(), ..Page::default() }
}

/// A page that nobody is signed in to.
pub fn bare(title: &str, body: Markup) -> Page {
    Page { title: title.to_owned(), body, frame: Frame::Bare, assets: assets::links(), ..Page::default() }
}

/// The page with the script that speaks with authenticators.
pub fn with_passkeys(mut page: Page) -> Page {
    page.extra_scripts.push(assets::passkey_script());
    page
}

/// What went wrong, at the top of a page.
pub fn warning(text: &str) -> Option<Flash> {
    Some(Flash { tone: Tone::Danger, text: text.to_owned() })
}

/// The desk whose hours are somebody's own. Who reads reports or looks after accounts has none.
fn own_desk(role: Role) -> Option<DeskCode> {
    match role {
        Role::Operator | Role::Specialist | Role::Supervisor => Some(DeskCode::Helpline),
        Role::Clerk => Some(DeskCode::Claims),
        Role::JmaReader | Role::Administrator | Role::Integration => None,
    }
}

/// The call bar: the call that one left open, or starting one; nothing for whoever takes no calls.
async fn in_hand(state: &AppState, ctx: &Ctx) -> Option<CallBar> {
    match calls::in_hand(&state.services, ctx).await {
        Ok(Some(open)) => Some(CallBar::Back {
            href: routes::call(open.call),
            lasted: format::stopwatch((ctx.now - open.since).num_seconds()),
            matter: state.services.scheme.lists.incident_label(&open.incident).to_owned(),
            others: open.others,
        }),
        Ok(None) => Some(CallBar::Start { once: ctx.new_id().to_string() }),
        Err(Error::Forbidden(_)) => None,
        Err(error) => {
            tracing::warn!(%error, "the call bar is left out");
            None
        }
    }
}

fn hours(state: &AppState, ctx: &Ctx, desk: DeskCode) -> HoursLine {
    match state.services.scheme.hours.service(desk, ctx.now) {
        Some(Service::Open { closes_at }) => {
            let left = format::duration_ja((closes_at - ctx.now).num_seconds());
            HoursLine { open: true, text: format!("受付中 {}まで あと{left}", format::time(closes_at)) }
        }
        Some(Service::Closed { opens_at: Some(opens) }) => {
            let day =
                if tokyo_day(opens) == ctx.today() { String::new() } else { format!("{} ", format::day_short(opens)) };
            HoursLine { open: false, text: format!("時間外 {day}{}から", format::time(opens)) }
        }
        _ => HoursLine { open: false, text: "時間外".to_owned() },
    }
}
