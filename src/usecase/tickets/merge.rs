//! Two tickets of one matter become one, and two again.

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::MergeId;
use crate::domain::referrals::referral::none_is_under_way;
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::text;
use crate::domain::tickets::merge::{Merge, may_merge};
use crate::domain::tickets::remote::none_is_left;
use crate::domain::tickets::{Event, Place, Ticket, TicketNo};
use crate::store::referrals::referral;
use crate::store::tickets::{merge, remote};
use crate::store::{Tx, audit, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::tickets::{moved_meanwhile, overtaken, timeline};
use crate::usecase::{Error, Services, me};

/// A merge as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewMerge {
    /// The number of the ticket in which work goes on.
    pub into: String,
    /// Why they are one matter.
    pub why: String,
    /// Though they are called otherwise it's one clinic.
    pub same_clinic: bool,
}

/// Lets a ticket go into another. `version` is the one the person saw.
///
/// # Errors
/// A fault beside each field; a conflict when somebody moved either meanwhile.
pub async fn merge(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    version: i64,
    new: &NewMerge,
) -> Result<TicketNo, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let mut faults = Faults::default();
    let unknown = || {
        Refusal::field("into", "ticket.unknown", "この番号の相談票はありません。番号をご確認ください（例 2026-000123）")
    };
    let typed = faults.take(text::required_line("into", &new.into, text::LINE));
    let into = if typed.is_empty() { None } else { faults.take(TicketNo::parse(&typed).ok_or_else(unknown).map(Some)) };
    let why = faults.take(text::required_line("merge_why", &new.why, text::LINE));
    faults.check()?;
    let tx = services.store.begin().await?;
    let (from, into) = both(&by, &tx, no, into).await?;
    let into = into.ok_or_else(unknown)?;
    if from.version != version {
        return Err(moved_meanwhile(&from, version).into());
    }
    may_merge(&from, &into, new.same_clinic)?;
    // What is under way is ended where it began.
    none_is_left(&remote::of(&tx, from.id).await?)?;
    none_is_under_way(&referral::of(&tx, from.id).await?)?;
    if !merge::into(&tx, from.id).await?.is_empty() {
        let parts = "この相談票には、ほかの相談票が統合されています。逆向きに統合するか、先に取り消してください";
        return Err(Refusal::field("into", "merge.parts", parts).into());
    }
    let row = Merge {
        id: MergeId(ctx.new_id()),
        ticket_id: from.id,
        into_id: into.id,
        why: why.clone(),
        merged_at: ctx.now,
        merged_by: me(ctx),
    };
    merge::add(&tx, &row).await?;
    put(&by, &tx, ctx, &from, Ticket { merged_into: Some(into.id), ..from.clone() }).await?;
    let told = [
        (&from, Event::Merged { other: into.number, here: false, reason: why.clone() }),
        (&into, Event::Merged { other: from.number, here: true, reason: why }),
    ];
    tell(&by, services, &tx, ctx, told, "ticket.merge").await?;
    tx.commit().await?;
    Ok(into.number)
}

/// A ticket, and the one that it would go into: neither changes until this transaction ends. Each of two that would go
/// into each other at one moment waits for the other here.
async fn both(
    _: &Granted<may::TicketWork>,
    tx: &Tx,
    from: TicketNo,
    into: Option<TicketNo>,
) -> Result<(Ticket, Option<Ticket>), Error> {
    let mut ids = Vec::new();
    for no in [Some(from), into].into_iter().flatten() {
        ids.extend(tickets::find(tx, no).await?.map(|ticket| ticket.id));
    }
    ids.sort_unstable();
    for id in ids {
        tickets::locked(tx, id).await?;
    }
    let stands = tickets::find(tx, from).await?.ok_or(Error::NotFound("ticket"))?;
    let other = match into {
        Some(no) => tickets::find(tx, no).await?,
        None => None,
    };
    Ok((stands, other))
}

/// Takes a ticket out of the other again: it stands where it stood. `seen` is the one that the person saw it in.
///
/// # Errors
/// A conflict when it stands alone, or went into another meanwhile.
pub async fn unmerge(services: &Services, ctx: &Ctx, no: TicketNo, seen: Option<TicketNo>) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let from = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    from.must_be_kept()?;
    let alone = || Refusal::conflict("ticket.not_merged", "この相談票は統合されていません。画面を読み直してください");
    let into = match from.merged_into {
        Some(id) => tickets::find_by_id(&tx, id).await?,
        None => None,
    };
    let into = into.ok_or_else(alone)?;
    if seen != Some(into.number) {
        let other = "この相談票は、いまは別の相談票に統合されています。統合先を確認して、もう一度操作してください";
        return Err(Refusal::conflict("ticket.merged_elsewhere", other).into());
    }
    if !merge::undo(&tx, from.id, ctx.now, me(ctx)).await? {
        return Err(alone().into());
    }
    put(&by, &tx, ctx, &from, Ticket { merged_into: None, ..from.clone() }).await?;
    let told = [
        (&from, Event::Unmerged { other: into.number, here: false }),
        (&into, Event::Unmerged { other: from.number, here: true }),
    ];
    tell(&by, services, &tx, ctx, told, "ticket.unmerge").await?;
    Ok(tx.commit().await?)
}

async fn put(_: &Granted<may::TicketWork>, tx: &Tx, ctx: &Ctx, was: &Ticket, now: Ticket) -> Result<(), Error> {
    let now = Ticket { last_event_at: ctx.now, ..now };
    if !tickets::save(tx, &now, was.version).await? {
        return Err(overtaken(tx, was, was.version).await?.into());
    }
    Ok(())
}

/// Both timelines say it.
async fn tell(
    _: &Granted<may::TicketWork>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    told: [(&Ticket, Event); 2],
    action: &'static str,
) -> Result<(), Error> {
    for (ticket, event) in told {
        timeline::write(services, tx, ctx, Place::Ticket(ticket.id), &event).await?;
        tickets::touch(tx, ticket.id, me(ctx), ctx.now).await?;
        audit::record(tx, ctx, AuditEntry::done(action, Object::new("ticket", ticket.id.0))).await?;
    }
    Ok(())
}
