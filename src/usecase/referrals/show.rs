//! The referrals of a ticket, as they are and what comes next.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{FirmId, ReferralId};
use crate::domain::incidents::Fact;
use crate::domain::incidents::case::Case;
use crate::domain::members::record::FacilityRecord;
use crate::domain::referrals::candidates::{Candidate, Matter, candidates};
use crate::domain::referrals::step::Item;
use crate::domain::referrals::{Firm, Referral};
use crate::domain::tickets::{Ticket, TicketNo};
use crate::store::referrals::{firm, referral};
use crate::store::{accounts, members, tickets};
use crate::usecase::authorise::authorise;
use crate::usecase::incidents::case::{known_of, parts_of};
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
    /// The member's name, as the directory has it, or as it was said where nobody held it against that yet.
    pub member: String,
    /// What may be passed on, as far as it's known, as it stands now.
    pub known: Vec<(Item, String)>,
    /// Where the caller is reached, as the last call has it.
    pub contact: String,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

/// What may be passed on, as far as it's known. Whom to ask for is typed.
fn known(services: &Services, case: &Case) -> Vec<(Item, String)> {
    let told = |item: &Item| (*item, content(services, case, *item));
    let known = Item::ALL.iter().filter(|item| **item != Item::Contact).map(told);
    let known = known.filter(|(_, words)| !words.trim().is_empty());
    [(Item::Contact, String::new())].into_iter().chain(known).collect()
}

/// What stands under an item that may be passed on; of the contact nothing, which is typed.
pub(super) fn content(services: &Services, case: &Case, item: Item) -> String {
    match item {
        Item::Contact => String::new(),
        Item::Facility => case.facility.clone(),
        Item::Address => case.address.clone(),
        Item::Member => case.member.clone(),
        Item::Summary => case.summary.clone(),
        Item::Facts => {
            let rules = &services.scheme.incidents;
            let said = case.record.known().map(|(fact, kept)| format!("{} {}", fact.label(), fact.shown(kept, rules)));
            said.collect::<Vec<_>>().join("、")
        }
        Item::Evidence => case.evidence.join("／"),
    }
}

/// What a ticket's referrals are about, and whom they concern.
fn matter(services: &Services, ticket: &Ticket, case: &Case) -> Matter {
    let (rules, lists) = (&services.scheme.incidents, &services.scheme.lists);
    let known = &case.record;
    let mut about = vec![lists.incident_label(&ticket.incident).to_owned()];
    about.extend(known.get(Fact::Systems).split(',').map(|code| rules.system_label(code).to_owned()));
    if known.leak_possible(&ticket.incident, rules) {
        about.push("漏えい".to_owned());
    }
    let vendors = Fact::VENDORS.iter().map(|(fact, _)| *fact).chain([Fact::EntrustedTo]);
    let named = vendors.map(|fact| known.get(fact).to_owned()).chain([case.facility.clone()]);
    Matter { about, parties: named.filter(|name| !name.is_empty()).collect() }
}

/// Opens them; audited. Of an erased ticket there are none.
pub async fn show(services: &Services, ctx: &Ctx, no: TicketNo) -> Result<ReferralsView, Error> {
    authorise::<may::ReferralWork>(ctx)?;
    let by = authorise::<may::TicketRead>(ctx)?;
    let store = &services.store;
    let ticket = tickets::find(store, no).await?.ok_or(Error::NotFound("ticket"))?;
    if ticket.erased_on.is_some() {
        return Err(Error::NotFound("ticket"));
    }
    let entry = AuditEntry::done("referral.view", Object::new("ticket", ticket.id.0));
    store.journal().write(ctx, entry.subjects(parts_of(&by, store, &ticket).await?)).await?;
    let case = known_of(&by, services, store, &ticket).await?;
    let (referrals, register, calls) =
        tokio::try_join!(referral::of(store, ticket.id), firm::all(store), tickets::calls_of(store, ticket.id))?;
    let facility = match ticket.facility_id {
        Some(id) => members::facility_by_id(store, id.0).await?,
        None => None,
    };
    let hours = &services.scheme.hours;
    let matter = matter(services, &ticket, &case);
    let named = |r: &Referral| (r.id, candidates(r, register.clone(), &matter, hours, ctx.now));
    let people: Vec<Uuid> = referrals.iter().flat_map(|r| r.steps.iter().map(|step| step.by.0)).collect();
    let contact = calls.last().map(|call| format!("{} {}", call.caller_name, call.reached_at()).trim().to_owned());
    Ok(ReferralsView {
        candidates: referrals.iter().filter(|r| !r.stage.is_end()).map(named).collect(),
        firms: register.into_iter().map(|(firm, _)| (firm.id, firm)).collect(),
        names: accounts::names(store, people).await?.into_iter().collect(),
        known: known(services, &case),
        member: case.member,
        contact: contact.unwrap_or_default(),
        ticket,
        referrals,
        facility,
    })
}
