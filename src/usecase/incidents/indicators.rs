//! What callers say of an attack, written down one by one.

use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::id::IndicatorId;
use crate::domain::incidents::indicator::{Indicator, IndicatorKind, key};
use crate::domain::incidents::{Campaign, IncidentEvent};
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::tickets::{Event, TicketNo};
use crate::store::incidents::{campaign, indicator};
use crate::store::tickets;
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// The most that a ticket takes: what callers say, no feed.
const MOST: usize = 100;

/// Writes one down.
///
/// # Errors
/// A fault beside each field; a refusal when the ticket has it, or has too many.
pub async fn tell(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    kind: &str,
    said: &str,
    once: &Once,
) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let mut faults = Faults::default();
    let unknown = || Refusal::field("kind", "choice.unknown", "何についての手がかりかを選んでください");
    let kind = faults.take(IndicatorKind::parse(kind).ok_or_else(unknown).map(Some));
    let key = faults.take(key(kind.unwrap_or(IndicatorKind::Words), said));
    faults.check()?;
    let kind = kind.ok_or_else(unknown)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    ticket.must_stand_alone()?;
    if indicator::of(&tx, ticket.id).await?.len() >= MOST {
        let full = format!("手がかりは{MOST}件までです。残りは追記に書いてください");
        return Err(Refusal::field("said", "indicator.full", full).into());
    }
    let said = said.trim().to_owned();
    let id = IndicatorId(ctx.new_id());
    let new = Indicator { id, ticket_id: ticket.id, kind, said, key, told_at: ctx.now, told_to: me(ctx) };
    if !indicator::add(&tx, &new).await? {
        let there = "同じ手がかりが、この相談票に記録されています";
        return Err(Refusal::field("said", "indicator.there", there).into());
    }
    let event = IncidentEvent::IndicatorTold { indicator: id.0, kind, words: new.shown() };
    timeline::write_down(&by, services, &tx, ctx, &ticket, Event::Incident(event), "indicator.tell").await?;
    tx.finish(ctx, ()).await
}

/// Takes one back that was told by mistake.
pub async fn take_back(services: &Services, ctx: &Ctx, no: TicketNo, id: IndicatorId) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    let gone = indicator::remove(&tx, ticket.id, id).await?.ok_or(Error::NotFound("indicator"))?;
    let event = IncidentEvent::IndicatorTakenBack { indicator: id.0, kind: gone.kind, words: gone.shown() };
    timeline::write_down(&by, services, &tx, ctx, &ticket, Event::Incident(event), "indicator.take_back").await?;
    Ok(tx.commit().await?)
}

/// Campaigns that what a caller tells sounds like.
pub(in crate::usecase) async fn sounding_like(
    _: &Granted<may::CallRead>,
    services: &Services,
    told: &str,
) -> Result<Vec<Campaign>, Error> {
    if told.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut all = campaign::all(&services.store, false).await?;
    all.retain(|campaign| campaign.sounds_like(told));
    Ok(all)
}
