//! Giving a ticket to somebody else.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::domain::access::actor::{Action, may};
use crate::domain::accounts::account::Account;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::domain::tickets::{Place, StatusKind, Ticket, TicketNo};
use crate::store::{Access, accounts, audit, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::tickets::{moved_meanwhile, overtaken, timeline};
use crate::usecase::{Error, Services};

/// To whom a ticket may be given.
pub struct Assignable {
    /// The ticket.
    pub ticket: Ticket,
    /// Who may have it, with how many open tickets they have; whoever has fewest first.
    pub people: Vec<(Account, u64)>,
}

/// Whether somebody may have a ticket as it stands.
pub(in crate::usecase) fn may_have(ticket: &Ticket, account: &Account, now: DateTime<Utc>) -> bool {
    let tier2 = ticket.tier > 1 || ticket.state.kind() == StatusKind::Escalated;
    let right = if tier2 { Action::Tier2 } else { Action::TicketWork };
    right.roles().contains(&account.role) && account.is_active(now)
}

/// Who may have a ticket; audited.
pub async fn people(services: &Services, ctx: &Ctx, no: TicketNo) -> Result<Assignable, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let store = &services.store;
    let ticket = tickets::find(store, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    store.journal().write(ctx, AuditEntry::done("ticket.people", Object::new("ticket", ticket.id.0))).await?;
    let counts: HashMap<AccountId, u64> = tickets::open_of_each(store).await?.into_iter().collect();
    let mut people: Vec<(Account, u64)> = active(&by, store, ctx, &ticket).await?;
    for (account, open) in &mut people {
        *open = counts.get(&account.id).copied().unwrap_or_default();
    }
    people.sort_by(|(a, x), (b, y)| x.cmp(y).then_with(|| a.name.cmp(&b.name)));
    Ok(Assignable { ticket, people })
}

async fn active(
    _: &Granted<may::TicketWork>,
    on: &impl Access,
    ctx: &Ctx,
    ticket: &Ticket,
) -> Result<Vec<(Account, u64)>, Error> {
    let all = accounts::all(on).await?.into_iter();
    Ok(all.filter(|account| may_have(ticket, account, ctx.now)).map(|account| (account, 0)).collect())
}

/// Gives a ticket to somebody. `version` is the one the person saw.
///
/// # Errors
/// A fault when whoever it's to be given to may not have it, or their account has ended; a conflict when somebody moved
/// it meanwhile, or when it waits for tier 2, which takes it itself.
pub async fn assign(services: &Services, ctx: &Ctx, no: TicketNo, version: i64, to: &str) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    if to.is_empty() {
        return Err(Refusal::field("owner", "owner.missing", "担当者を選んでください").into());
    }
    let tx = services.store.begin().await?;
    let mut ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    ticket.must_stand_alone()?;
    if ticket.version != version {
        return Err(moved_meanwhile(&ticket, version).into());
    }
    ticket.may_have_an_owner()?;
    let people = active(&by, &tx, ctx, &ticket).await?;
    let to = people.into_iter().map(|(account, _)| account).find(|account| account.id.to_string() == to);
    let gone = "この方には割り当てられません（アカウントの終了、または権限）。ほかの方を選んでください";
    let to = to.ok_or_else(|| Refusal::field("owner", "owner.unknown", gone))?;
    let Some(event) = ticket.change("", "", Some((to.id, &to.name))) else { return Ok(()) };
    ticket.last_event_at = ctx.now;
    if !tickets::save(&tx, &ticket, version).await? {
        return Err(overtaken(&tx, &ticket, version).await?.into());
    }
    timeline::write(services, &tx, ctx, Place::Ticket(ticket.id), &event).await?;
    let entry = AuditEntry::done("ticket.assign", Object::new("ticket", ticket.id.0));
    audit::record(&tx, ctx, entry.detail(json!({ "to": to.id.to_string() }))).await?;
    Ok(tx.commit().await?)
}
