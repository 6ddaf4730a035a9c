//! Campaigns: what a person makes of a wave, and takes back again.

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{CampaignId, TicketId};
use crate::domain::incidents::campaign::{Campaign, Mark, names_somebody};
use crate::domain::incidents::{IncidentEvent, IndicatorKind};
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::text;
use crate::domain::tickets::line::TicketLine;
use crate::domain::tickets::{Event, Ticket, TicketNo};
use crate::store::incidents::campaign;
use crate::store::{StoreError, Tx, audit, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::incidents::radar::{Seen, undecided, vendors};
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::lines::with_lines;
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// What is in common, as a page sends it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    /// Code of the kind.
    pub kind: String,
    /// Key.
    pub key: String,
    /// The incident with which it counts, of what many clinics have in common.
    pub incident: String,
}

/// Name and advice as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// What the desk calls it.
    pub name: String,
    /// What is said to whoever calls with the same.
    pub advice: String,
}

/// The wave that somebody looks at, as it stands now.
async fn wave(by: &Granted<may::Tier2>, services: &Services, ctx: &Ctx, which: &Which) -> Result<Seen, Error> {
    let gone =
        || Refusal::conflict("wave.gone", "この動きはもう一覧にありません。ほかの人が先に判断したか、時間が過ぎました");
    let kind = IndicatorKind::parse(&which.kind).ok_or_else(gone)?;
    let all = undecided(by, services, ctx).await?;
    let mark = Mark { kind, key: which.key.clone(), incident: which.incident.clone() };
    Ok(all.into_iter().find(|seen| seen.wave.mark == mark).ok_or_else(gone)?)
}

/// Name and advice, which are read out to other clinics: they name no vendor, and none of the clinics.
async fn read(
    by: &Granted<may::Tier2>,
    services: &Services,
    ctx: &Ctx,
    words: &Words,
    of: &[TicketLine],
) -> Result<(String, String), Error> {
    let mut faults = Faults::default();
    let name = faults.take(text::required_line("name", &words.name, text::LINE));
    let advice = faults.take(text::required_note("advice", &words.advice, 2_000));
    let vendors = vendors(by, services, ctx).await?;
    let clinics: Vec<String> = of.iter().map(|line| line.facility_name.clone()).collect();
    for (field, typed) in [("name", &name), ("advice", &advice)] {
        if names_somebody(typed, &vendors, &clinics) {
            let named =
                "医療機関または業者の名前が含まれています。ほかの医療機関にお伝えする文なので、名前を除いてください";
            faults.take::<()>(Err(Refusal::field(field, "campaign.names", named)));
        }
    }
    faults.check()?;
    Ok((name, advice))
}

/// The tickets of a campaign.
async fn lines(_: &Granted<may::Tier2>, services: &Services, of: &Campaign) -> Result<Vec<TicketLine>, Error> {
    let lines = with_lines(services, of.tickets.clone(), |ticket| Some(*ticket)).await?;
    Ok(lines.into_iter().filter_map(|(_, line)| line).collect())
}

/// Holds the tickets of a wave for one attack: a new campaign, known by what they have in common.
///
/// # Errors
/// A fault beside each field; a refusal when somebody decided meanwhile.
pub async fn open(
    services: &Services,
    ctx: &Ctx,
    which: &Which,
    words: &Words,
    once: &Once,
) -> Result<CampaignId, Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let seen = wave(&by, services, ctx, which).await?;
    let (name, advice) = read(&by, services, ctx, words, &seen.lines).await?;
    let mark = seen.wave.mark;
    let id = CampaignId(ctx.new_id());
    let (opened_at, marks) = (ctx.now, vec![mark.clone()]);
    let new = Campaign { id, name, advice, version: 1, opened_at, ended_at: None, marks, tickets: Vec::new() };
    campaign::open(&tx, &new, me(ctx)).await?;
    campaign::mark(&tx, ctx.new_id(), id, &mark).await?;
    for line in seen.lines {
        join_one(&by, services, &tx, ctx, &new, line.id).await?;
    }
    audit::record(&tx, ctx, AuditEntry::done("campaign.open", Object::new("campaign", id.0))).await?;
    tx.finish(ctx, id).await
}

/// The tickets of a wave join the campaign that is known by the same, or that somebody knows to be the same attack: it's
/// known by what they have in common from then on.
///
/// # Errors
/// A conflict when the campaign has ended, or somebody decided meanwhile.
pub async fn join(services: &Services, ctx: &Ctx, which: &Which, into: Option<CampaignId>) -> Result<(), Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    let seen = wave(&by, services, ctx, which).await?;
    let gone = || Refusal::conflict("campaign.ended", "まとめは終了しています。新しいまとめを作ってください");
    let campaign = match (seen.campaign, into) {
        (Some(known), _) => known,
        (None, Some(id)) => one(services, id).await?,
        (None, None) => return Err(gone().into()),
    };
    if campaign.ended_at.is_some() {
        return Err(gone().into());
    }
    let tx = services.store.begin().await?;
    campaign::mark(&tx, ctx.new_id(), campaign.id, &seen.wave.mark).await?;
    for line in seen.lines {
        join_one(&by, services, &tx, ctx, &campaign, line.id).await?;
    }
    Ok(tx.commit().await?)
}

/// A ticket that somebody knows to be of it joins, by its number.
///
/// # Errors
/// Beside `ticket`, when there is none of this number, or it's there already.
pub async fn add(services: &Services, ctx: &Ctx, id: CampaignId, no: &str) -> Result<(), Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    let campaign = one(services, id).await?;
    let tx = services.store.begin().await?;
    let unknown = || Refusal::field("ticket", "ticket.unknown", "この番号の相談票はありません（例 2026-000123）");
    let no = TicketNo::parse(no.trim()).ok_or_else(unknown)?;
    let ticket = tickets::find(&tx, no).await?.ok_or_else(unknown)?;
    if !join_one(&by, services, &tx, ctx, &campaign, ticket.id).await? {
        return Err(Refusal::field("ticket", "campaign.there", "この相談票はまとめに入っています").into());
    }
    Ok(tx.commit().await?)
}

async fn join_one(
    _: &Granted<may::Tier2>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    of: &Campaign,
    ticket: TicketId,
) -> Result<bool, Error> {
    let Some(ticket) = tickets::find_by_id(tx, ticket).await? else { return Ok(false) };
    ticket.must_be_kept()?;
    if !campaign::join(tx, ctx.new_id(), of.id, ticket.id, (ctx.now, me(ctx))).await? {
        return Ok(false);
    }
    let event = IncidentEvent::CampaignJoined { campaign: of.id.0, words: of.name.clone() };
    tell(services, tx, ctx, &ticket, event, "campaign.join").await?;
    Ok(true)
}

async fn tell(
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    ticket: &Ticket,
    event: IncidentEvent,
    deed: &'static str,
) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    timeline::write_down(&by, services, tx, ctx, ticket, Event::Incident(event), deed).await
}

/// A ticket leaves a campaign again.
pub async fn leave(services: &Services, ctx: &Ctx, id: CampaignId, no: TicketNo) -> Result<(), Error> {
    authorise::<may::Tier2>(ctx)?;
    let of = one(services, id).await?;
    let tx = services.store.begin().await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    if !campaign::leave(&tx, id, ticket.id).await? {
        return Err(Refusal::conflict("campaign.left", "この相談票は、もうまとめに入っていません").into());
    }
    tell(services, &tx, ctx, &ticket, IncidentEvent::CampaignLeft { campaign: id.0, words: of.name }, "campaign.leave")
        .await?;
    Ok(tx.commit().await?)
}

/// Writes what is new of a campaign on each of its tickets that goes on, so that whoever has one tells the clinic;
/// gives on how many.
///
/// # Errors
/// A fault when nothing is said; a refusal when none of its tickets goes on.
pub async fn follow_up(
    services: &Services,
    ctx: &Ctx,
    id: CampaignId,
    words: &str,
    once: &Once,
) -> Result<usize, Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    let words = text::required_note("news", words, 2_000)?;
    let of = one(services, id).await?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let mut told = Vec::new();
    for ticket in &of.tickets {
        let Some(ticket) = stands(&by, &tx, *ticket).await? else { continue };
        if ticket.erased_on.is_some() || ticket.state.is_end() || told.contains(&ticket.id) {
            continue;
        }
        let event = IncidentEvent::CampaignFollowUp { campaign: id.0, words: words.clone() };
        tell(services, &tx, ctx, &ticket, event, "campaign.follow_up").await?;
        told.push(ticket.id);
    }
    if told.is_empty() {
        let none = "続いている相談票がないため、続報を書けません";
        return Err(Refusal::field("news", "campaign.none_open", none).into());
    }
    tx.finish(ctx, told.len()).await
}

/// The ticket in which work on a matter goes on: itself, or the one that it went into.
async fn stands(_: &Granted<may::Tier2>, tx: &Tx, id: TicketId) -> Result<Option<Ticket>, StoreError> {
    let ticket = tickets::find_by_id(tx, id).await?;
    match ticket.as_ref().and_then(|ticket| ticket.merged_into) {
        Some(into) => tickets::find_by_id(tx, into).await,
        None => Ok(ticket),
    }
}

/// Changes name and advice of the campaign that the page showed at a version, or ends it: nobody is told any more.
///
/// # Errors
/// A fault beside each field; a conflict when somebody else changed it meanwhile.
pub async fn change(
    services: &Services,
    ctx: &Ctx,
    id: CampaignId,
    version: i64,
    words: &Words,
    ended: bool,
) -> Result<(), Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    let stands = one(services, id).await?;
    let lines = lines(&by, services, &stands).await?;
    let (name, advice) = read(&by, services, ctx, words, &lines).await?;
    let ended_at = if ended { stands.ended_at.or(Some(ctx.now)) } else { None };
    let tx = services.store.begin().await?;
    if !campaign::save(&tx, &Campaign { name, advice, ended_at, version: version + 1, ..stands }).await? {
        let overtaken =
            "ほかの人がこのまとめを変えました。いまの内容を見て、もう一度保存してください。あなたの入力は残っています";
        return Err(Refusal::conflict("campaign.overtaken", overtaken).into());
    }
    audit::record(&tx, ctx, AuditEntry::done("campaign.change", Object::new("campaign", id.0))).await?;
    Ok(tx.commit().await?)
}

/// Says why a wave is none. It's raised again when more clinics say the same.
///
/// # Errors
/// Beside `why`, without a reason.
pub async fn set_aside(services: &Services, ctx: &Ctx, which: &Which, why: &str) -> Result<(), Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    let why = text::required_note("why", why, 2_000)?;
    let seen = wave(&by, services, ctx, which).await?;
    let tx = services.store.begin().await?;
    campaign::set_aside(&tx, ctx.new_id(), &seen.wave, &why, (ctx.now, me(ctx))).await?;
    audit::record(&tx, ctx, AuditEntry::done("wave.set_aside", Object::kind("campaign"))).await?;
    Ok(tx.commit().await?)
}

async fn one(services: &Services, id: CampaignId) -> Result<Campaign, Error> {
    let all = campaign::all(&services.store, true).await?;
    all.into_iter().find(|campaign| campaign.id == id).ok_or(Error::NotFound("campaign"))
}
