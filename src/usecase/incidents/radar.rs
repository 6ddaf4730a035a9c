//! The wave radar: what clinics say alike within some days, and what people made of it.

use std::collections::{HashMap, HashSet};

use chrono::Duration;

use crate::domain::access::actor::{Right, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{FacilityId, TicketId};
use crate::domain::incidents::wave::{Sighting, USUAL_DAYS, Wave, waves};
use crate::domain::incidents::{Campaign, Fact, Indicator, IndicatorKind};
use crate::domain::text;
use crate::domain::tickets::line::TicketLine;
use crate::store::incidents::{campaign, indicator, record};
use crate::store::tickets;
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::tickets::lines::{by_id, with_lines};
use crate::usecase::{Error, Services};

/// A wave with its tickets.
pub struct Seen {
    /// What is in common.
    pub wave: Wave,
    /// Tickets that are in no campaign of this mark yet, the first first.
    pub lines: Vec<TicketLine>,
    /// The campaign that is known by the same, where it goes on.
    pub campaign: Option<Campaign>,
}

/// What the radar's page shows.
pub struct Radar {
    /// What nobody decided yet.
    pub waves: Vec<Seen>,
    /// Campaigns, those that go on first, each with its tickets.
    pub campaigns: Vec<(Campaign, Vec<TicketLine>)>,
}

/// Opens the radar; audited with the tickets it shows.
pub async fn show(services: &Services, ctx: &Ctx) -> Result<Radar, Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    let store = &services.store;
    let waves = undecided(&by, services, ctx).await?;
    let campaigns = campaign::all(store, true).await?;
    let tickets: Vec<TicketId> = campaigns.iter().flat_map(|campaign| campaign.tickets.clone()).collect();
    let lines = with_lines(services, tickets, |ticket| Some(*ticket)).await?;
    let lines: HashMap<TicketId, TicketLine> = lines.into_iter().filter_map(|(id, line)| Some((id, line?))).collect();
    let of = |campaign: Campaign| {
        let own = campaign.tickets.iter().filter_map(|ticket| lines.get(ticket).cloned()).collect();
        (campaign, own)
    };
    let campaigns: Vec<(Campaign, Vec<TicketLine>)> = campaigns.into_iter().map(of).collect();
    let mut shown: HashSet<TicketId> = waves.iter().flat_map(|seen| seen.lines.iter().map(|line| line.id)).collect();
    shown.extend(lines.keys());
    let subjects = shown.into_iter().map(|ticket| Object::new("ticket", ticket));
    store.journal().write(ctx, AuditEntry::done("radar.view", Object::kind("campaign")).subjects(subjects)).await?;
    Ok(Radar { waves, campaigns })
}

/// Waves of which nobody decided yet what they are, the newest first.
pub(in crate::usecase) async fn undecided<R: Right>(
    _: &Granted<R>,
    services: &Services,
    ctx: &Ctx,
) -> Result<Vec<Seen>, Error> {
    let store = &services.store;
    let since = ctx.now - Duration::days(USUAL_DAYS);
    let said = indicator::since(store, since).await?;
    let sightings = sightings(services, repeated(said)).await?;
    let found = waves(&sightings, ctx.now);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (aside, campaigns) = tokio::try_join!(campaign::aside(store, since), campaign::all(store, false))?;
    let tickets: Vec<TicketId> = found.iter().flat_map(|wave| wave.tickets.clone()).collect();
    let lines = with_lines(services, tickets, |ticket| Some(*ticket)).await?;
    let lines: HashMap<TicketId, TicketLine> = lines.into_iter().filter_map(|(id, line)| Some((id, line?))).collect();
    let undecided = |wave: Wave| {
        let aside = aside.get(&(wave.kind, wave.key.clone())).copied().unwrap_or_default();
        if i64::try_from(wave.clinics).unwrap_or(i64::MAX) <= aside {
            return None;
        }
        let known = |campaign: &&Campaign| campaign.marks.iter().any(|m| m.kind == wave.kind && m.key == wave.key);
        let campaign = campaigns.iter().find(known).cloned();
        let joined = campaign.as_ref().map_or(&[][..], |campaign| &campaign.tickets);
        let new = wave.tickets.iter().filter(|ticket| !joined.contains(ticket));
        let lines: Vec<TicketLine> = new.filter_map(|ticket| lines.get(ticket).cloned()).collect();
        (!lines.is_empty()).then_some(Seen { wave, lines, campaign })
    };
    Ok(found.into_iter().filter_map(undecided).collect())
}

/// What stands on two tickets at least.
fn repeated(said: Vec<Indicator>) -> Vec<Indicator> {
    let mut tickets: HashMap<(IndicatorKind, String), HashSet<TicketId>> = HashMap::new();
    for one in &said {
        tickets.entry((one.kind, one.key.clone())).or_default().insert(one.ticket_id);
    }
    said.into_iter().filter(|one| tickets.get(&(one.kind, one.key.clone())).is_some_and(|t| t.len() > 1)).collect()
}

/// With what matters of their tickets.
async fn sightings(services: &Services, said: Vec<Indicator>) -> Result<Vec<Sighting>, Error> {
    let common = said.iter().filter(|one| one.kind.is_common()).map(|one| one.ticket_id);
    let records = record::of_each(&services.store, common.collect::<HashSet<_>>()).await?;
    let with = with_lines(services, said, |one| Some(one.ticket_id)).await?;
    let into = with.iter().filter_map(|(_, line)| line.as_ref()?.merged_into).collect();
    let into = by_id(tickets::of_ids(&services.store, into).await?);
    let lines = with.iter().filter_map(|(_, line)| line.as_ref()).chain(into.values());
    let known = |line: &TicketLine| Some((line.merged_into.unwrap_or(line.id), line.facility_id?));
    let facilities: HashMap<TicketId, FacilityId> = lines.filter_map(known).collect();
    let sighting = |(one, line): (Indicator, Option<TicketLine>)| {
        let line = line?;
        // Tickets of one matter are one clinic's. Of a clinic that isn't known each is one of its own.
        let stands = line.merged_into.and_then(|id| into.get(&id)).unwrap_or(&line);
        let clinic = match (facilities.get(&stands.id).copied(), text::fold(&stands.facility_name)) {
            (Some(id), _) => id.to_string(),
            (None, name) if !name.is_empty() => name,
            (None, _) => stands.id.to_string(),
        };
        let systems = records.get(&one.ticket_id).map_or("", |record| record.get(Fact::Systems));
        let systems = systems.split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect();
        let (ticket, at, shown) = (one.ticket_id, one.told_at, one.shown());
        Some(Sighting { kind: one.kind, key: one.key, shown, ticket, clinic, incident: line.incident, systems, at })
    };
    Ok(with.into_iter().filter_map(sighting).collect())
}

/// Of what a ticket's caller said: how many other clinics said the same within [`WITHIN_HOURS`](crate::domain::incidents::wave::WITHIN_HOURS).
pub(in crate::usecase) async fn others(
    _: &Granted<may::TicketWork>,
    services: &Services,
    ctx: &Ctx,
    own: &[Indicator],
) -> Result<HashMap<(IndicatorKind, String), usize>, Error> {
    if own.is_empty() {
        return Ok(HashMap::new());
    }
    let since = ctx.now - Duration::hours(crate::domain::incidents::wave::WITHIN_HOURS);
    let mut said = indicator::since(&services.store, since).await?;
    let ticket = own[0].ticket_id;
    said.retain(|one| own.iter().any(|mine| mine.kind == one.kind && mine.key == one.key));
    let all = sightings(services, said).await?;
    let mine = all.iter().find(|one| one.ticket == ticket).map(|one| one.clinic.clone()).unwrap_or_default();
    let mut clinics: HashMap<(IndicatorKind, String), HashSet<String>> = HashMap::new();
    for one in all.into_iter().filter(|one| one.ticket != ticket && one.clinic != mine) {
        clinics.entry((one.kind, one.key)).or_default().insert(one.clinic);
    }
    Ok(clinics.into_iter().map(|(mark, clinics)| (mark, clinics.len())).collect())
}
