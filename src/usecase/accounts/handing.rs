//! What somebody holds who stops working here: what is open in their name, and handing it on.

use std::collections::HashMap;

use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::accounts::account::Account;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::domain::refusal::Refusal;
use crate::domain::tickets::line::{TicketFilter, Whose};
use crate::domain::tickets::{Place, StatusKind};
use crate::store::tickets::callback;
use crate::store::{Tx, accounts, audit, calls, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::tickets::assign::may_have;
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services};

/// What is open in somebody's name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    /// Tickets they own.
    pub tickets: u64,
    /// Call-backs they are to make.
    pub promises: u64,
    /// Calls whose record they haven't ended.
    pub calls: u64,
}

impl Held {
    /// Whether there is nothing.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// `相談票3件・折返し1件`; empty where there is nothing.
    pub fn words(self) -> String {
        let parts = [("相談票", self.tickets), ("折返し", self.promises), ("通話中の記録", self.calls)];
        let said = parts.iter().filter(|(_, many)| *many > 0).map(|(what, many)| format!("{what}{many}件"));
        said.collect::<Vec<_>>().join("・")
    }
}

/// What is open in whose name. Numbers only: whose matters they are isn't told.
pub async fn held(services: &Services, ctx: &Ctx) -> Result<HashMap<AccountId, Held>, Error> {
    authorise::<may::AccountAdmin>(ctx)?;
    let store = &services.store;
    let mut held: HashMap<AccountId, Held> = HashMap::new();
    for (owner, open) in tickets::open_of_each(store).await? {
        held.entry(owner).or_default().tickets = open;
    }
    for (rings, promised) in callback::open_of_each(store).await? {
        held.entry(rings).or_default().promises = promised;
    }
    for call in calls::open(store, None).await? {
        held.entry(call.operator_id).or_default().calls += 1;
    }
    Ok(held)
}

/// Hands on what is open in the name of somebody whose account has stopped.
///
/// # Errors
/// A fault beside `to` when nobody, or nobody who may work on tickets, was chosen; a conflict while the account is used.
pub async fn hand_on(services: &Services, ctx: &Ctx, from: AccountId, to: &str) -> Result<(), Error> {
    let by = authorise::<may::AccountAdmin>(ctx)?;
    let tx = services.store.begin().await?;
    let account = accounts::by_id(&tx, from).await?.ok_or(Error::NotFound("account"))?;
    if account.works_on_tickets(ctx.now) {
        let words = "利用中のアカウントです。相談票の担当は、相談票の画面で変えてください";
        return Err(Refusal::conflict("account.active", words).into());
    }
    all_of(&by, services, &tx, ctx, from, to).await?;
    Ok(tx.commit().await?)
}

/// Hands everything on within a change of the account. What whoever takes it may not have stays, on the list of tickets
/// without an owner.
pub(super) async fn all_of(
    by: &Granted<may::AccountAdmin>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    from: AccountId,
    to: &str,
) -> Result<(), Error> {
    if to.is_empty() {
        return Err(Refusal::field("to", "owner.missing", "引き継ぐ方を選んでください").into());
    }
    let people = accounts::all(tx).await?;
    let taker = people.into_iter().find(|account| account.id.to_string() == to && account.id != from);
    let taker = taker.filter(|account| account.works_on_tickets(ctx.now)).ok_or_else(|| {
        Refusal::field(
            "to",
            "owner.unknown",
            "この方には引き継げません（アカウントの終了、または権限）。ほかの方を選んでください",
        )
    })?;
    let tickets = owned_by(by, services, tx, ctx, from, &taker).await?;
    let promises = callback::hand_on(tx, from, taker.id).await?;
    let entry = AuditEntry::done("account.hand_on", Object::new("account", from));
    let detail = json!({ "to": taker.id.to_string(), "tickets": tickets, "callbacks": promises });
    Ok(audit::record(tx, ctx, entry.detail(detail)).await?)
}

async fn owned_by(
    _: &Granted<may::AccountAdmin>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    from: AccountId,
    taker: &Account,
) -> Result<usize, Error> {
    let mut filter =
        TicketFilter { states: StatusKind::open().collect(), owner: Some(Whose::Of(from)), ..TicketFilter::default() };
    let mut handed = 0;
    loop {
        let page = tickets::list(tx, &filter, 100).await?;
        for line in page.rows {
            let Some(mut ticket) = tickets::find(tx, line.number).await? else { continue };
            if !may_have(&ticket, taker, ctx.now) || ticket.may_have_an_owner().is_err() {
                continue;
            }
            let version = ticket.version;
            let Some(event) = ticket.change("", "", Some((taker.id, &taker.name))) else { continue };
            ticket.last_event_at = ctx.now;
            if !tickets::save(tx, &ticket, version).await? {
                continue;
            }
            timeline::write(services, tx, ctx, Place::Ticket(ticket.id), &event).await?;
            let entry = AuditEntry::done("ticket.assign", Object::new("ticket", ticket.id.0));
            audit::record(tx, ctx, entry.detail(json!({ "to": taker.id.to_string() }))).await?;
            handed += 1;
        }
        match page.older {
            Some(before) => filter.before = Some(before),
            None => return Ok(handed),
        }
    }
}
