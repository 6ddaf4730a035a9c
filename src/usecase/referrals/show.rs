//! The referrals of a ticket, as they are and what comes next.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{FirmId, ReferralId};
use crate::domain::incidents::Fact;
use crate::domain::members::record::FacilityRecord;
use crate::domain::referrals::candidates::{Candidate, Matter, candidates};
use crate::domain::referrals::step::Item;
use crate::domain::referrals::{Firm, Referral};
use crate::domain::tickets::{Ticket, TicketNo};
use crate::store::incidents::{evidence, record};
use crate::store::referrals::{firm, referral};
use crate::store::{Access, accounts, members, tickets};
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
    /// The member's name, as the directory has it.
    pub member: String,
    /// What may be passed on, as far as it's known, as it stands now.
    pub known: Vec<(Item, String)>,
    /// Where the caller is reached, as the last call has it.
    pub contact: String,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

/// What may be passed on, as far as it's known. Whom to ask for is typed.
async fn known(services: &Services, ticket: &Ticket) -> Result<Vec<(Item, String)>, Error> {
    let mut known = vec![(Item::Contact, String::new())];
    for item in Item::ALL.iter().copied().filter(|item| *item != Item::Contact) {
        let words = content(&services.store, services, ticket, item).await?;
        if !words.trim().is_empty() {
            known.push((item, words));
        }
    }
    Ok(known)
}

/// What stands under an item that may be passed on; of the contact nothing, which is typed.
pub(super) async fn content(
    on: &impl Access,
    services: &Services,
    ticket: &Ticket,
    item: Item,
) -> Result<String, Error> {
    Ok(match item {
        Item::Contact => String::new(),
        Item::Facility => ticket.facility_name.clone(),
        Item::Address => match ticket.facility_id {
            Some(id) => members::facility_by_id(on, id.0).await?.map(|f| f.address).unwrap_or_default(),
            None => String::new(),
        },
        Item::Member => match ticket.member_id {
            Some(id) => members::member_by_id(on, id.0).await?.map(|m| m.name).unwrap_or_default(),
            None => String::new(),
        },
        Item::Summary => ticket.summary.clone(),
        Item::Facts => {
            let rules = &services.scheme.incidents;
            let known = record::known(on, ticket.id).await?;
            let said = known.known().map(|(fact, kept)| format!("{} {}", fact.label(), fact.shown(kept, rules)));
            said.collect::<Vec<_>>().join("、")
        }
        Item::Evidence => {
            evidence::of(on, ticket.id).await?.iter().map(|item| item.line()).collect::<Vec<_>>().join("／")
        }
    })
}

/// What a ticket's referrals are about, and whom they concern.
async fn matter(services: &Services, ticket: &Ticket) -> Result<Matter, Error> {
    let (rules, lists) = (&services.scheme.incidents, &services.scheme.lists);
    let known = record::known(&services.store, ticket.id).await?;
    let mut about = vec![lists.incident_label(&ticket.incident).to_owned()];
    about.extend(known.get(Fact::Systems).split(',').map(|code| rules.system_label(code).to_owned()));
    if known.leak_possible(&ticket.incident, rules) {
        about.push("漏えい".to_owned());
    }
    let vendors = Fact::VENDORS.iter().map(|(fact, _)| *fact).chain([Fact::EntrustedTo]);
    let named = vendors.map(|fact| known.get(fact).to_owned()).chain([ticket.facility_name.clone()]);
    Ok(Matter { about, parties: named.filter(|name| !name.is_empty()).collect() })
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
    let matter = matter(services, &ticket).await?;
    let named = |r: &Referral| (r.id, candidates(r, register.clone(), &matter, hours, ctx.now));
    let people: Vec<Uuid> = referrals.iter().flat_map(|r| r.steps.iter().map(|step| step.by.0)).collect();
    let contact = calls.last().map(|call| format!("{} {}", call.caller_name, call.reached_at()).trim().to_owned());
    Ok(ReferralsView {
        candidates: referrals.iter().filter(|r| !r.stage.is_end()).map(named).collect(),
        firms: register.into_iter().map(|(firm, _)| (firm.id, firm)).collect(),
        names: accounts::names(store, people).await?.into_iter().collect(),
        member: content(store, services, &ticket, Item::Member).await?,
        known: known(services, &ticket).await?,
        contact: contact.unwrap_or_default(),
        ticket,
        referrals,
        facility,
    })
}
