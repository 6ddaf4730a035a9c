//! The wave radar: what clinics say alike within some days, and what people made of it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};

use crate::domain::access::actor::{Right, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{FacilityId, TicketId};
use crate::domain::incidents::fact::Told;
use crate::domain::incidents::indicator::key;
use crate::domain::incidents::wave::{Sighting, USUAL_DAYS, Wave, waves};
use crate::domain::incidents::{Campaign, Fact, Indicator, IndicatorKind, Record};
use crate::domain::text;
use crate::domain::tickets::line::TicketLine;
use crate::store::incidents::{campaign, indicator, record};
use crate::store::{Store, tickets};
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

/// A campaign with its tickets.
pub struct Held {
    /// The campaign.
    pub campaign: Campaign,
    /// Its tickets.
    pub lines: Vec<TicketLine>,
    /// How many matters that is: a ticket and the one it went into are one.
    pub matters: usize,
}

/// What the radar's page shows.
pub struct Radar {
    /// What nobody decided yet.
    pub waves: Vec<Seen>,
    /// Campaigns, those that go on first.
    pub campaigns: Vec<Held>,
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
        let own: Vec<TicketLine> = campaign.tickets.iter().filter_map(|ticket| lines.get(ticket).cloned()).collect();
        let matters = own.iter().map(|line| line.merged_into.unwrap_or(line.id)).collect::<HashSet<_>>().len();
        Held { campaign, lines: own, matters }
    };
    let campaigns: Vec<Held> = campaigns.into_iter().map(of).collect();
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
    let sightings = sightings(services, repeated(said_since(store, since).await?)).await?;
    let found = waves(&sightings, ctx.now);
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (aside, campaigns) = tokio::try_join!(campaign::aside(store, since), campaign::all(store, false))?;
    let tickets: Vec<TicketId> = found.iter().flat_map(|wave| wave.tickets.clone()).collect();
    let lines = with_lines(services, tickets, |ticket| Some(*ticket)).await?;
    let lines: HashMap<TicketId, TicketLine> = lines.into_iter().filter_map(|(id, line)| Some((id, line?))).collect();
    let undecided = |wave: Wave| {
        let aside = aside.get(&wave.mark).copied().unwrap_or_default();
        if i64::try_from(wave.clinics).unwrap_or(i64::MAX) <= aside {
            return None;
        }
        let known = |campaign: &&Campaign| campaign.marks.contains(&wave.mark);
        let campaign = campaigns.iter().find(known).cloned();
        let joined = campaign.as_ref().map_or(&[][..], |campaign| &campaign.tickets);
        let new = wave.tickets.iter().filter(|ticket| !joined.contains(ticket));
        let lines: Vec<TicketLine> = new.filter_map(|ticket| lines.get(ticket).cloned()).collect();
        (!lines.is_empty()).then_some(Seen { wave, lines, campaign })
    };
    Ok(found.into_iter().filter_map(undecided).collect())
}

/// Something that was said of a ticket's attack, or of who looks after what it affects.
struct Said {
    kind: IndicatorKind,
    key: String,
    shown: String,
    ticket: TicketId,
    at: DateTime<Utc>,
    /// The fact that names a vendor.
    vendor_of: Option<Fact>,
}

impl Said {
    fn indicator(one: Indicator) -> Self {
        let shown = one.shown();
        Self { kind: one.kind, key: one.key, shown, ticket: one.ticket_id, at: one.told_at, vendor_of: None }
    }

    /// Nothing where the name is too short to be found by.
    fn vendor(ticket: TicketId, told: Told) -> Option<Self> {
        let key = key(IndicatorKind::Vendor, &told.value).ok()?;
        let (at, vendor_of) = (told.at, Some(told.fact));
        Some(Self { kind: IndicatorKind::Vendor, key, shown: told.value, ticket, at, vendor_of })
    }

    /// The affected systems that it's about: a vendor answers for its own.
    fn systems(&self, record: Option<&Record>) -> Vec<String> {
        let affected = record.map_or("", |record| record.get(Fact::Systems));
        let own = Fact::VENDORS.iter().find(|(fact, _)| Some(*fact) == self.vendor_of).and_then(|(_, system)| *system);
        let about = |code: &&str| !code.is_empty() && own.is_none_or(|own| own == *code);
        affected.split(',').filter(about).map(str::to_owned).collect()
    }
}

/// Everything that was said since, the vendors of the records too.
async fn said_since(store: &Store, since: DateTime<Utc>) -> Result<Vec<Said>, Error> {
    let (said, vendors) = tokio::try_join!(indicator::since(store, since), record::vendors_since(store, since))?;
    let vendors = vendors.into_iter().filter_map(|(ticket, told)| Said::vendor(ticket, told));
    Ok(said.into_iter().map(Said::indicator).chain(vendors).collect())
}

/// Keys of the vendors that were named of late: what is read out to other clinics names none of them.
pub(super) async fn vendors(_: &Granted<may::Tier2>, services: &Services, ctx: &Ctx) -> Result<Vec<String>, Error> {
    let said = said_since(&services.store, ctx.now - Duration::days(USUAL_DAYS)).await?;
    let keys: HashSet<String> =
        said.into_iter().filter(|one| one.kind == IndicatorKind::Vendor).map(|one| one.key).collect();
    Ok(keys.into_iter().collect())
}

/// What stands on two tickets at least.
fn repeated(said: Vec<Said>) -> Vec<Said> {
    let mut tickets: HashMap<(IndicatorKind, String), HashSet<TicketId>> = HashMap::new();
    for one in &said {
        tickets.entry((one.kind, one.key.clone())).or_default().insert(one.ticket);
    }
    said.into_iter().filter(|one| tickets.get(&(one.kind, one.key.clone())).is_some_and(|t| t.len() > 1)).collect()
}

/// With what matters of their tickets.
async fn sightings(services: &Services, said: Vec<Said>) -> Result<Vec<Sighting>, Error> {
    let common = said.iter().filter(|one| one.kind.is_common()).map(|one| one.ticket);
    let records = record::of_each(&services.store, common.collect::<HashSet<_>>()).await?;
    let with = with_lines(services, said, |one| Some(one.ticket)).await?;
    let into = with.iter().filter_map(|(_, line)| line.as_ref()?.merged_into).collect();
    let into = by_id(tickets::of_ids(&services.store, into).await?);
    let lines = with.iter().filter_map(|(_, line)| line.as_ref()).chain(into.values());
    let known = |line: &TicketLine| Some((line.merged_into.unwrap_or(line.id), line.facility_id?));
    let facilities: HashMap<TicketId, FacilityId> = lines.filter_map(known).collect();
    let sighting = |(one, line): (Said, Option<TicketLine>)| {
        let line = line?;
        // Tickets of one matter are one clinic's. Of a clinic that isn't known each is one of its own.
        let stands = line.merged_into.and_then(|id| into.get(&id)).unwrap_or(&line);
        let clinic = match (facilities.get(&stands.id).copied(), text::fold(&stands.facility_name)) {
            (Some(id), _) => id.to_string(),
            (None, name) if !name.is_empty() => name,
            (None, _) => stands.id.to_string(),
        };
        let systems = one.systems(records.get(&one.ticket));
        let Said { kind, key, shown, ticket, at, .. } = one;
        Some(Sighting { kind, key, shown, ticket, clinic, incident: line.incident, systems, at })
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
    let mut said = said_since(&services.store, since).await?;
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
