//! Papers that a clinic fills in itself, dictated item by item.

use std::collections::HashMap;

use uuid::Uuid;

use super::case::{gather, kept, parts_of};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::incidents::IncidentEvent;
use crate::domain::incidents::case::Case;
use crate::domain::incidents::paper::Happened;
use crate::domain::refusal::Refusal;
use crate::domain::scheme::papers::Paper;
use crate::domain::tickets::{Event, Ticket, TicketNo};
use crate::store::accounts;
use crate::usecase::authorise::authorise;
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services};

/// What the page of a paper shows.
pub struct PaperView {
    /// Its ticket.
    pub ticket: Ticket,
    /// The paper.
    pub paper: Paper,
    /// What is known.
    pub case: Case,
    /// What happened to the record.
    pub happened: Vec<Happened>,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

/// Opens the draft of a paper; audited. There is none for an incident that it isn't for.
pub async fn show(services: &Services, ctx: &Ctx, no: TicketNo, code: &str) -> Result<PaperView, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let store = &services.store;
    let ticket = kept(&by, store, no).await?;
    let paper = paper(services, &ticket, code)?.clone();
    let entry = AuditEntry::done("paper.view", Object::new("ticket", ticket.id.0));
    store.journal().write(ctx, entry.subjects(parts_of(&by, store, &ticket).await?)).await?;
    let gathered = gather(&by, services, store, &ticket).await?;
    let mut people: Vec<Uuid> = gathered.happened.iter().map(|(_, by, _)| by.0).collect();
    people.sort_unstable();
    people.dedup();
    let names = accounts::names(store, people).await?.into_iter().collect();
    Ok(PaperView { ticket, paper, case: gathered.case, happened: gathered.happened, names })
}

fn paper<'a>(services: &'a Services, ticket: &Ticket, code: &str) -> Result<&'a Paper, Error> {
    let paper = services.scheme.papers.by_code(code).ok_or(Error::NotFound("paper"))?;
    if paper.is_for(&ticket.incident) { Ok(paper) } else { Err(Error::NotFound("paper")) }
}

/// An item was dictated; with `back` it wasn't, and was pressed by mistake.
///
/// # Errors
/// A conflict when what is taken back wasn't dictated.
pub async fn dictated(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    code: &str,
    item: &str,
    back: bool,
) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let ticket = kept(&by, &tx, no).await?;
    ticket.must_stand_alone()?;
    let paper = paper(services, &ticket, code)?;
    let asked = paper.item(item).ok_or(Error::NotFound("item"))?;
    let gathered = gather(&by, services, &tx, &ticket).await?;
    let draft =
        crate::domain::incidents::paper::draft(paper, &gathered.case, &services.scheme.incidents, &gathered.happened);
    let stands = draft.into_iter().find(|filled| filled.item.code == asked.code);
    let (dictated, changed) = stands.map_or((false, false), |f| (f.dictated.is_some(), f.changed_since));
    let (paper, item) = (paper.code.clone(), asked.code.clone());
    let event = match (back, dictated) {
        // Pressed twice: it was dictated once.
        (false, true) if !changed => return Ok(()),
        (false, _) => IncidentEvent::Dictated { paper, item },
        (true, true) => IncidentEvent::DictationTakenBack { paper, item },
        (true, false) => {
            let none = "この項目は、まだ読み上げたと記録されていません。画面を読み直してください";
            return Err(Refusal::conflict("paper.not_dictated", none).into());
        }
    };
    timeline::write_down(&by, services, &tx, ctx, &ticket, Event::Incident(event), "paper.dictate").await?;
    Ok(tx.commit().await?)
}
