//! What is known of an incident: opened for somebody, and written down while it's told.

use std::collections::HashMap;

use uuid::Uuid;

use super::clocks;
use super::parts::{Elsewhere, elsewhere};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::incidents::evidence::EvidenceItem;
use crate::domain::incidents::fact::Told;
use crate::domain::incidents::{Clock, Extent, Fact, IncidentEvent, Indicator, IndicatorKind, Record};
use crate::domain::refusal::{Faults, FieldFault, Refusal, RefusalKind};
use crate::domain::tickets::{Event, Ticket, TicketNo};
use crate::store::incidents::record as kept;
use crate::store::incidents::{clock, evidence, indicator};
use crate::store::{accounts, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::incidents::radar::others;
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// What the page of an incident shows.
pub struct IncidentView {
    /// Its ticket.
    pub ticket: Ticket,
    /// What is known.
    pub record: Record,
    /// Who was told each fact last.
    pub told: HashMap<Fact, Told>,
    /// The clocks, the one that was set running first first.
    pub clocks: Vec<Clock>,
    /// What the clinic keeps as evidence.
    pub evidence: Vec<EvidenceItem>,
    /// What its callers said of the attack.
    pub indicators: Vec<Indicator>,
    /// How many other clinics said the same of late.
    pub others: HashMap<(IndicatorKind, String), usize>,
    /// Where else the matter is written down.
    pub elsewhere: Elsewhere,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

/// A fact as a form sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// Which.
    pub fact: Fact,
    /// What stands in its field.
    pub typed: String,
    /// What the page had shown there, in the form in which it's kept.
    pub shown: String,
}

/// Opens the record of a ticket's incident; audited. Of an erased ticket there is none.
pub async fn show(services: &Services, ctx: &Ctx, no: TicketNo) -> Result<IncidentView, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let store = &services.store;
    let ticket = tickets::find(store, no).await?.ok_or(Error::NotFound("ticket"))?;
    if ticket.erased_on.is_some() {
        return Err(Error::NotFound("ticket"));
    }
    let entry = AuditEntry::done("incident.view", Object::new("ticket", ticket.id.0));
    store.journal().write(ctx, entry).await?;
    let told = kept::of(store, ticket.id).await?;
    let clocks = clock::of(store, ticket.id).await?;
    let evidence = evidence::of(store, ticket.id).await?;
    let indicators = indicator::of(store, ticket.id).await?;
    let others = others(&by, services, ctx, &indicators).await?;
    let ended = clocks.iter().filter_map(|clock| clock.ended.as_ref().map(|ended| ended.recorded_by.0));
    let mut people: Vec<Uuid> = told.iter().map(|told| told.to.0).chain(ended).collect();
    people.extend(evidence.iter().map(|item| item.told_to.0));
    people.extend(indicators.iter().map(|one| one.told_to.0));
    people.sort_unstable();
    people.dedup();
    let names = accounts::names(store, people).await?.into_iter().collect();
    let record = kept::record(&told);
    let told = told.into_iter().map(|t| (t.fact, t)).collect();
    let elsewhere = elsewhere(&by, store, &ticket).await?;
    Ok(IncidentView { ticket, record, told, clocks, evidence, indicators, others, elsewhere, names })
}

/// Writes down what was typed: each fact that its typist changed, all of them or none. What somebody else changed
/// meanwhile is not overwritten unseen.
///
/// # Errors
/// A fault beside each field that can't be taken, or that somebody else changed, with the other's text.
pub async fn save(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    form: &[Typed],
    extent: Extent,
    once: &Once,
) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let rules = &services.scheme.incidents;
    let mut faults = Faults::default();
    let mut read: Vec<(&Typed, String)> = Vec::new();
    for typed in form {
        let value = faults.take(typed.fact.read(&typed.typed, rules, ctx.now));
        read.push((typed, value));
    }
    faults.check()?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    ticket.must_stand_alone()?;
    // Two who save at one moment come after each other here.
    tickets::locked(&tx, ticket.id).await?;
    let stands = kept::of(&tx, ticket.id).await?;
    let mut record = kept::record(&stands);
    let changed = changed(&by, services, &record, read)?;
    if changed.is_empty() {
        return Ok(());
    }
    let before = record.clone();
    for (fact, value) in &changed {
        record.set(*fact, value.clone());
    }
    let clocks = clock::of(&tx, ticket.id).await?;
    record.check(&ticket.incident, rules, clocks::filed_first(&clocks), extent)?;
    for (fact, value) in &changed {
        kept::keep(&tx, ticket.id, &Told { fact: *fact, value: value.clone(), at: ctx.now, to: me(ctx) }).await?;
    }
    let event = recorded(services, &before, &changed);
    timeline::write_down(&by, services, &tx, ctx, &ticket, Event::Incident(event), "incident.record").await?;
    clocks::begin_possible(&by, services, &tx, ctx, &ticket, &record).await?;
    tx.finish(ctx, ()).await
}

/// The facts that were typed otherwise than they had been shown.
fn changed(
    _: &Granted<may::TicketWork>,
    services: &Services,
    stands: &Record,
    form: Vec<(&Typed, String)>,
) -> Result<Vec<(Fact, String)>, Refusal> {
    let mut taken: Vec<FieldFault> = Vec::new();
    let mut changed = Vec::new();
    for (typed, value) in form {
        let now = stands.get(typed.fact);
        if value == typed.shown || value == now {
            continue;
        }
        if now == typed.shown {
            changed.push((typed.fact, value));
            continue;
        }
        let other = match typed.fact.shown(now, &services.scheme.incidents) {
            empty if empty.is_empty() => "（空欄に戻しました）".to_owned(),
            shown => format!("「{shown}」"),
        };
        let message = format!("ほかの人が先に入力しました：{other}。このまま保存すると、あなたの入力に置き換わります");
        taken.push(FieldFault { name: typed.fact.code().into(), code: "incident.overtaken".into(), message });
    }
    if taken.is_empty() {
        return Ok(changed);
    }
    Err(Refusal {
        kind: RefusalKind::Conflict,
        fields: taken,
        ..Refusal::conflict(
            "incident.overtaken",
            "ほかの人が同じ項目を入力しました。両方を見比べて、もう一度保存してください。あなたの入力は残っています。",
        )
    })
}

/// The event of facts that were told: each with what it was before, where it was something.
fn recorded(services: &Services, before: &Record, changed: &[(Fact, String)]) -> IncidentEvent {
    let rules = &services.scheme.incidents;
    let line = |(fact, value): &(Fact, String)| {
        let (was, now) = (fact.shown(before.get(*fact), rules), fact.shown(value, rules));
        let now = if now.is_empty() { "（空欄）".to_owned() } else { now };
        match was.is_empty() {
            true => format!("{}：{now}", fact.label()),
            false => format!("{}：{was} → {now}", fact.label()),
        }
    };
    IncidentEvent::Recorded {
        facts: changed.iter().map(|(fact, _)| fact.code().to_owned()).collect(),
        words: changed.iter().map(line).collect::<Vec<_>>().join("\n"),
    }
}
