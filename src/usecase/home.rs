//! What each role finds when it signs in.

use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

use super::authorise::{Granted, authorise};
use super::{Error, House, me};
use crate::domain::actor::{Right, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::Call;
use crate::domain::ctx::Ctx;
use crate::domain::page::Page;
use crate::domain::tickets::TicketNo;
use crate::domain::tickets::state::{ENDS, STATIONS};
use crate::domain::time::day_start;
use crate::store::tickets::{self, TicketFilter, TicketLine};
use crate::store::work::{self, Escalation, Promise};
use crate::store::{calls, reports};

/// An operator's home.
pub struct OperatorHome {
    /// Their calls that aren't ended.
    pub open_calls: Vec<Call>,
    /// Their open tickets.
    pub tickets: Vec<TicketLine>,
    /// Promises due until the end of tomorrow, everybody's, soonest first; each with its ticket if any.
    pub promises: Vec<(Promise, Option<TicketLine>)>,
}

/// An operator's home.
pub async fn operator(house: &House, ctx: &Ctx) -> Result<OperatorHome, Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let store = &house.store;
    let open_calls = calls::open(store, Some(me(ctx))).await?;
    let tickets = mine(&by, house, ctx).await?;
    let tomorrow_night = day_start(ctx.today()) + Duration::days(2);
    let promises = with_tickets(house, work::promises_due(store, tomorrow_night).await?).await?;
    let shown = tickets.iter().map(|t| t.id).chain(promises.iter().filter_map(|(_, t)| t.as_ref().map(|t| t.id)));
    seen(&by, house, ctx, "home.operator", shown.collect()).await?;
    Ok(OperatorHome { open_calls, tickets, promises })
}

/// A specialist's home.
pub struct SpecialistHome {
    /// Hand-overs that wait, longest first, with their tickets.
    pub waiting: Vec<(Escalation, TicketLine)>,
    /// Their own open tickets.
    pub tickets: Vec<TicketLine>,
}

/// A specialist's home: the queue of tier 2.
pub async fn specialist(house: &House, ctx: &Ctx) -> Result<SpecialistHome, Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    let store = &house.store;
    let escalations = work::waiting(store).await?;
    let lines = by_id(tickets::of_ids(store, escalations.iter().map(|e| e.ticket_id.0).collect()).await?);
    let waiting: Vec<_> =
        escalations.into_iter().filter_map(|e| lines.get(&e.ticket_id.0).cloned().map(|t| (e, t))).collect();
    let tickets = mine(&by, house, ctx).await?;
    seen(
        &by,
        house,
        ctx,
        "home.specialist",
        waiting.iter().map(|(_, t)| t.id).chain(tickets.iter().map(|t| t.id)).collect(),
    )
    .await?;
    Ok(SpecialistHome { waiting, tickets })
}

/// What the claims office may see of a call that was pointed to it: no narrative.
pub struct PointedCase {
    /// When the call arrived.
    pub arrived_at: DateTime<Utc>,
    /// The ticket's number, if there is one.
    pub number: Option<TicketNo>,
    /// The facility's name, if there is a ticket.
    pub facility_name: String,
    /// Incident code, if there is a ticket.
    pub incident: String,
}

/// A claims clerk's home: callers who were pointed to the office.
pub async fn clerk(house: &House, ctx: &Ctx) -> Result<Vec<PointedCase>, Error> {
    let by = authorise::<may::ClaimGuidance>(ctx)?;
    let store = &house.store;
    let pointed = reports::pointed_to_claims(store, 100).await?;
    let links: HashMap<Uuid, TicketNo> =
        tickets::of_calls(store, pointed.iter().map(|p| p.call_id).collect()).await?.into_iter().collect();
    let numbers: Vec<i64> = links.values().map(|n| n.as_key()).collect();
    let lines: HashMap<i64, TicketLine> =
        tickets::of_numbers(store, &numbers).await?.into_iter().map(|t| (t.number, t)).collect();
    let cases: Vec<_> = pointed
        .into_iter()
        .map(|p| {
            let number = links.get(&p.call_id).copied();
            let line = number.and_then(|n| lines.get(&n.as_key()));
            PointedCase {
                arrived_at: p.arrived_at,
                number,
                facility_name: line.map_or_else(String::new, |l| l.facility_name.clone()),
                incident: line.map_or_else(String::new, |l| l.incident.clone()),
            }
        })
        .collect();
    seen(&by, house, ctx, "home.clerk", lines.values().map(|t| t.id).collect()).await?;
    Ok(cases)
}

async fn mine<R: Right>(_: &Granted<R>, house: &House, ctx: &Ctx) -> Result<Vec<TicketLine>, Error> {
    let open = STATIONS.iter().map(|(code, _)| *code).filter(|code| !ENDS.contains(code)).map(str::to_owned).collect();
    let filter = TicketFilter { states: open, owner: Some(me(ctx)), ..Default::default() };
    let page: Page<TicketLine> = tickets::list(&house.store, &filter, 30).await?;
    Ok(page.rows)
}

pub(super) async fn with_tickets(
    house: &House,
    promises: Vec<Promise>,
) -> Result<Vec<(Promise, Option<TicketLine>)>, Error> {
    let ids = promises.iter().filter_map(|p| p.ticket_id.map(|t| t.0)).collect();
    let lines = by_id(tickets::of_ids(&house.store, ids).await?);
    Ok(promises
        .into_iter()
        .map(|p| {
            let line = p.ticket_id.and_then(|t| lines.get(&t.0).cloned());
            (p, line)
        })
        .collect())
}

fn by_id(lines: Vec<TicketLine>) -> HashMap<Uuid, TicketLine> {
    lines.into_iter().map(|line| (line.id, line)).collect()
}

pub(super) async fn seen<R: Right>(
    _: &Granted<R>,
    house: &House,
    ctx: &Ctx,
    action: &'static str,
    tickets: Vec<Uuid>,
) -> Result<(), Error> {
    let entry = AuditEntry::done(action, Object::kind("page"))
        .detail(json!({ "shown": tickets.len() }))
        .subjects(tickets.into_iter().map(|id| Object::new("ticket", id)));
    Ok(house.store.journal().write(ctx, entry).await?)
}
