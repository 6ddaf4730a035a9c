//! What callers say of an attack, written down one by one.

use std::collections::HashSet;

use crate::domain::access::actor::may;
use crate::domain::calls::sheet::{Sheet, SheetField};
use crate::domain::ctx::Ctx;
use crate::domain::id::{CallId, IndicatorId, TicketId};
use crate::domain::incidents::campaign::Mark;
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
///
/// # Errors
/// A conflict when it isn't there any more.
pub async fn take_back(services: &Services, ctx: &Ctx, no: TicketNo, id: IndicatorId) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    let taken = || Refusal::conflict("indicator.gone", "この手がかりは、もう取り消されています");
    let gone = indicator::remove(&tx, ticket.id, id).await?.ok_or_else(taken)?;
    let event = IncidentEvent::IndicatorTakenBack { indicator: id.0, kind: gone.kind, words: gone.shown() };
    timeline::write_down(&by, services, &tx, ctx, &ticket, Event::Incident(event), "indicator.take_back").await?;
    Ok(tx.commit().await?)
}

/// Campaigns that a call is of: its ticket is one of theirs or tells of the same, or what the caller tells sounds like
/// it.
pub(in crate::usecase) async fn campaigns_of(
    _: &Granted<may::CallRead>,
    services: &Services,
    call: CallId,
    sheet: &Sheet,
) -> Result<Vec<Campaign>, Error> {
    let store = &services.store;
    let mut all = campaign::all(store, false).await?;
    if all.is_empty() {
        return Ok(all);
    }
    let tickets: Vec<TicketId> = tickets::of_call(store, call).await?.into_iter().map(|ticket| ticket.id).collect();
    let mut marks: HashSet<(IndicatorKind, String)> = HashSet::new();
    for ticket in &tickets {
        marks.extend(indicator::of(store, *ticket).await?.into_iter().map(|one| (one.kind, one.key)));
    }
    let (told, incident) = (sheet.text(SheetField::Narrative), sheet.text(SheetField::Incident));
    let tells = |mark: &Mark| !mark.kind.is_common() && marks.contains(&(mark.kind, mark.key.clone()));
    all.retain(|campaign| {
        campaign.tickets.iter().any(|ticket| tickets.contains(ticket))
            || campaign.marks.iter().any(tells)
            || campaign.sounds_like(told, incident)
    });
    Ok(all)
}
