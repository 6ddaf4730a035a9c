//! The referrals of a ticket, as they are and what comes next.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{FirmId, ReferralId};
use crate::domain::members::record::FacilityRecord;
use crate::domain::referrals::candidates::{Candidate, candidates};
use crate::domain::referrals::{Firm, Referral};
use crate::domain::tickets::{Ticket, TicketNo};
use crate::store::referrals::{firm, referral};
use crate::store::{accounts, members, tickets};
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services};

/// What the page of a ticket's referrals shows.
pub struct ReferralsView {
    /// The ticket.
    pub ticket: Ticket,
    /// Its referrals, the first first.
    pub referrals: Vec<Referral>,
    /// Whom each of them may name.
    pub candidates: HashMap<ReferralId, Vec<Candidate>>,
    /// Every firm of the register.
    pub firms: HashMap<FirmId, Firm>,
    /// The facility as the directory has it: where the member is reached.
    pub facility: Option<FacilityRecord>,
    /// Where the caller is reached, as the last call has it.
    pub contact: String,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

/// Opens them; audited. Of an erased ticket there are none.
pub async fn show(services: &Services, ctx: &Ctx, no: TicketNo) -> Result<ReferralsView, Error> {
    authorise::<may::ReferralWork>(ctx)?;
    authorise::<may::TicketRead>(ctx)?;
    let store = &services.store;
    let ticket = tickets::find(store, no).await?.ok_or(Error::NotFound("ticket"))?;
    if ticket.erased_on.is_some() {
        return Err(Error::NotFound("ticket"));
    }
    store.journal().write(ctx, AuditEntry::done("referral.view", Object::new("ticket", ticket.id.0))).await?;
    let (referrals, register, calls) =
        tokio::try_join!(referral::of(store, ticket.id), firm::all(store), tickets::calls_of(store, ticket.id))?;
    let facility = match ticket.facility_id {
        Some(id) => members::facility_by_id(store, id.0).await?,
        None => None,
    };
    let hours = &services.scheme.hours;
    let named = |r: &Referral| (r.id, candidates(r, register.clone(), hours, ctx.now));
    let people: Vec<Uuid> = referrals.iter().flat_map(|r| r.steps.iter().map(|step| step.by.0)).collect();
    let contact = calls.last().map(|call| format!("{} {}", call.caller_name, call.number).trim().to_owned());
    Ok(ReferralsView {
        candidates: referrals.iter().filter(|r| !r.stage.is_end()).map(named).collect(),
        firms: register.into_iter().map(|(firm, _)| (firm.id, firm)).collect(),
        names: accounts::names(store, people).await?.into_iter().collect(),
        contact: contact.unwrap_or_default(),
        ticket,
        referrals,
        facility,
    })
}
