//! What the clinic keeps as evidence, written down piece by piece.

use chrono::{DateTime, Utc};

use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::id::{EvidenceItemId, TicketId};
use crate::domain::incidents::evidence::{EvidenceItem, ItemState};
use crate::domain::incidents::{IncidentEvent, Said, past_time};
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::text;
use crate::domain::tickets::{Event, TicketNo};
use crate::store::incidents::{evidence, record};
use crate::store::tickets;
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// The most pieces a ticket's list takes: a list, no inventory.
const MOST: usize = 100;

/// A piece as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewItem {
    /// What it is.
    pub item: String,
    /// What is written on it.
    pub label: String,
    /// Where it stands.
    pub place: String,
    /// Who holds it.
    pub holder: String,
    /// Code of its state.
    pub state: String,
    /// To whom it was handed.
    pub handed_to: String,
    /// When, as people say it; now unless said.
    pub handed_at: String,
}

/// Adds a piece to a ticket's list.
///
/// # Errors
/// A fault beside each field; a refusal when the list is full.
pub async fn add(services: &Services, ctx: &Ctx, no: TicketNo, new: &NewItem) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    put(&by, services, ctx, no, None, new).await
}

/// Changes a piece that the page showed at a version.
///
/// # Errors
/// A fault beside each field; a conflict when somebody else changed it meanwhile.
pub async fn change(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    id: EvidenceItemId,
    version: i64,
    new: &NewItem,
) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    put(&by, services, ctx, no, Some((id, version)), new).await
}

async fn put(
    by: &Granted<may::TicketWork>,
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    there: Option<(EvidenceItemId, i64)>,
    new: &NewItem,
) -> Result<(), Error> {
    let tx = services.store.begin().await?;
    let ticket = tickets::find(&tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    ticket.must_stand_alone()?;
    let kept = evidence::of(&tx, ticket.id).await?;
    let (id, version) = match there {
        None => (EvidenceItemId(ctx.new_id()), 0),
        Some((id, version)) if kept.iter().any(|item| item.id == id) => (id, version),
        Some(_) => return Err(Error::NotFound("item")),
    };
    if there.is_none() && kept.iter().filter(|item| item.state.is_kept()).count() >= MOST {
        let full = format!("証拠の一覧は{MOST}件までです。まとめて1件にしてください");
        return Err(Refusal::conflict("evidence.full", full).into());
    }
    let began = record::known(&tx, ticket.id).await?.began_at();
    let item = EvidenceItem { version: version + 1, ..read(by, ctx, ticket.id, id, new, began)? };
    match there {
        None => evidence::add(&tx, &item).await?,
        Some(_) if evidence::save(&tx, &item).await? => {}
        Some(_) => {
            let overtaken = "ほかの人がこの証拠の記録を変えました。いまの内容を見て、もう一度保存してください。あなたの入力は残っています";
            return Err(Refusal::conflict("evidence.overtaken", overtaken).into());
        }
    }
    let event = IncidentEvent::EvidenceTold { item: id.0, state: item.state, words: item.line() };
    timeline::write_down(by, services, &tx, ctx, &ticket, Event::Incident(event), "evidence.tell").await?;
    Ok(tx.commit().await?)
}

/// The piece, from what was typed.
fn read(
    _: &Granted<may::TicketWork>,
    ctx: &Ctx,
    ticket_id: TicketId,
    id: EvidenceItemId,
    new: &NewItem,
    began: Option<DateTime<Utc>>,
) -> Result<EvidenceItem, Refusal> {
    let mut faults = Faults::default();
    let item = faults.take(text::required_line("item", &new.item, text::LINE));
    let mut line = |name: &str, typed: &str| faults.take(text::line(name, typed, text::LINE));
    let (label, place) = (line("label", &new.label), line("place", &new.place));
    let (holder, handed_to) = (line("holder", &new.holder), line("handed_to", &new.handed_to));
    let unknown = || Refusal::field("state", "choice.unknown", "いまの状態を選んでください");
    let state = faults.take(ItemState::parse(&new.state).ok_or_else(unknown).map(Some));
    let handed = state == Some(ItemState::Handed);
    let handed_at = match new.handed_at.trim() {
        "" => handed.then_some(ctx.now),
        typed => faults.take(past_time::read("handed_at", typed, ctx.now).and_then(|at| since(began, at)).map(Some)),
    };
    if handed && handed_to.is_empty() {
        faults.take::<()>(Err(Refusal::field("handed_to", "text.missing", "どなたに引き渡したかを入力してください")));
    }
    if !handed && state.is_some_and(ItemState::is_kept) && !(handed_to.is_empty() && new.handed_at.trim().is_empty()) {
        let odd = "引渡し先があるときは、状態を「引渡し済み」にしてください";
        faults.take::<()>(Err(Refusal::field("state", "evidence.handed", odd)));
    }
    faults.check()?;
    let state = state.ok_or_else(unknown)?;
    let (told_at, told_to) = (ctx.now, me(ctx));
    Ok(EvidenceItem {
        id,
        ticket_id,
        item,
        label,
        place,
        holder,
        state,
        handed_to,
        handed_at,
        version: 0,
        told_at,
        told_to,
    })
}

/// Nothing of it is handed over as evidence before it began, as far as anybody told.
fn since(began: Option<DateTime<Utc>>, at: Said) -> Result<DateTime<Utc>, Refusal> {
    if began.is_some_and(|began| at.latest() < began) {
        let early = "引渡しの日時が、記録されている兆候の日時・知った日時より前です。どちらかを直してください";
        return Err(Refusal::field("handed_at", "time.before_incident", early));
    }
    Ok(at.instant())
}
