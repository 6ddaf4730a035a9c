//! Dossiers: shown line by line to whoever hands one over, frozen with the clinic's consent, made into a locked file.

use std::collections::HashMap;

use serde_json::json;
use uuid::Uuid;

use super::case::{gather, kept, parts_of};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::{DossierId, FirmId};
use crate::domain::incidents::IncidentEvent;
use crate::domain::incidents::authority::AuthorityRequest;
use crate::domain::incidents::dossier::{Agreed, At, Content, Dossier, content};
use crate::domain::incidents::handing::{Means, Recipient};
use crate::domain::referrals::step::{Item, Step};
use crate::domain::referrals::{Referral, Stage};
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::text;
use crate::domain::tickets::{Event, Ticket, TicketNo};
use crate::gateway::seal::Place;
use crate::gateway::secret;
use crate::store::incidents::{authority, dossier};
use crate::store::referrals::{firm, referral};
use crate::store::tickets::merge;
use crate::store::{Access, StoreError, accounts};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// What the page of a ticket's dossiers shows.
pub struct DossiersView {
    /// The ticket.
    pub ticket: Ticket,
    /// Those that were made, the newest first.
    pub made: Vec<Dossier>,
    /// What authorities asked for, the newest first.
    pub requests: Vec<AuthorityRequest>,
    /// Firms that took the case on, by name.
    pub firms: Vec<(FirmId, String)>,
    /// Names of the firms that dossiers were made for.
    pub made_for: HashMap<FirmId, String>,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

/// What a new dossier would say.
pub struct Preview {
    /// The ticket.
    pub ticket: Ticket,
    /// For whom.
    pub recipient: Recipient,
    /// The firm, where it's for one.
    pub firm: Option<(FirmId, String)>,
    /// What it would say.
    pub content: Content,
    /// What that is known by: whoever agrees to it has seen this and nothing else.
    pub seen: String,
}

/// A dossier as asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewDossier {
    /// `clinic`, or a firm's id.
    pub recipient: String,
    /// Who receives it, by name.
    pub to: String,
    /// How it's passed on.
    pub means: String,
    /// Who at the clinic consented.
    pub consent_by: String,
    /// No patient is named: somebody looked.
    pub looked: bool,
    /// The lines that it keeps, `part.row`.
    pub keep: Vec<String>,
    /// What the page had shown.
    pub seen: String,
}

/// One that was made.
pub struct Made {
    /// The ticket.
    pub ticket: Ticket,
    /// The dossier.
    pub dossier: Dossier,
    /// The firm it's for.
    pub firm: Option<String>,
    /// Its password, where somebody asked for it.
    pub password: Option<String>,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

/// Opens a ticket's dossiers; audited.
pub async fn show(services: &Services, ctx: &Ctx, no: TicketNo) -> Result<DossiersView, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    authorise::<may::DossierHand>(ctx)?;
    let store = &services.store;
    let ticket = kept(&by, store, no).await?;
    store.journal().write(ctx, AuditEntry::done("dossier.list", Object::new("ticket", ticket.id.0))).await?;
    let (made, requests) = tokio::try_join!(dossier::of(store, ticket.id), authority::of(store, ticket.id))?;
    let mut people: Vec<Uuid> = made.iter().map(|one| one.made_by.0).collect();
    people.extend(requests.iter().map(|one| one.asked_to.0));
    people.extend(requests.iter().filter_map(|one| one.answered.as_ref().map(|answered| answered.by.0)));
    people.sort_unstable();
    people.dedup();
    let names = accounts::names(store, people).await?.into_iter().collect();
    let taken_on = taken_on(store, &ticket).await?;
    let firms = taken_on.into_iter().map(|(_, id, name)| (id, name)).collect();
    let mut made_for = HashMap::new();
    for id in made.iter().filter_map(|one| one.firm_id) {
        made_for.extend(firm_name(store, Some(id)).await?.map(|name| (id, name)));
    }
    Ok(DossiersView { ticket, made, requests, firms, made_for, names })
}

/// What a firm is called.
pub(super) async fn firm_name(on: &impl Access, id: Option<FirmId>) -> Result<Option<String>, StoreError> {
    Ok(match id {
        Some(id) => firm::find(on, id).await?.map(|firm| firm.name),
        None => None,
    })
}

/// Referrals that a firm took on, of the ticket and of those that went into it, with the firm.
async fn taken_on(on: &impl Access, ticket: &Ticket) -> Result<Vec<(Referral, FirmId, String)>, Error> {
    let mut all: Vec<(Referral, FirmId, String)> = Vec::new();
    let mut referrals = referral::of(on, ticket.id).await?;
    for part in merge::into(on, ticket.id).await? {
        referrals.extend(referral::of(on, part.ticket_id).await?);
    }
    // What was agreed last with a firm counts.
    let agreed_at =
        |one: &Referral| one.steps.iter().rev().find(|t| matches!(t.step, Step::Agreed { .. })).map(|t| t.at);
    referrals.sort_by_key(|one| std::cmp::Reverse((agreed_at(one), one.id.0)));
    for one in referrals {
        let works = matches!(one.stage, Stage::Introduced | Stage::Finished) && one.contracted != Some(false);
        let Some(id) = one.firm.filter(|id| works && all.iter().all(|(_, other, _)| other != id)) else { continue };
        if let Some(firm) = firm::find(on, id).await? {
            all.push((one, id, firm.name));
        }
    }
    Ok(all)
}

/// What was agreed for a firm, with whom to ask for.
fn agreed(referral: &Referral) -> Agreed {
    let label = format!("{}：", Item::Contact.label());
    let words = referral.steps.iter().rev().find(|taken| matches!(taken.step, Step::Agreed { .. }));
    let contact = words.and_then(|taken| taken.words.lines().find_map(|line| line.strip_prefix(&label)));
    Agreed { items: referral.items.clone(), contact: contact.unwrap_or_default().to_owned() }
}

/// What a dossier for somebody would say; audited.
///
/// # Errors
/// Absent when it's for a firm that didn't take the case on.
pub async fn preview(services: &Services, ctx: &Ctx, no: TicketNo, recipient: &str) -> Result<Preview, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let hand = authorise::<may::DossierHand>(ctx)?;
    let ticket = kept(&by, &services.store, no).await?;
    let entry = AuditEntry::done("dossier.preview", Object::new("ticket", ticket.id.0));
    let entry = entry.subjects(parts_of(&by, &services.store, &ticket).await?);
    services.store.journal().write(ctx, entry).await?;
    prepared(&by, &hand, services, &services.store, ticket, recipient).await
}

async fn prepared(
    by: &Granted<may::TicketWork>,
    _: &Granted<may::DossierHand>,
    services: &Services,
    on: &impl Access,
    ticket: Ticket,
    recipient: &str,
) -> Result<Preview, Error> {
    let (recipient, firm, agreed) = match recipient {
        "clinic" => (Recipient::Clinic, None, None),
        firm => {
            let taken_on = taken_on(on, &ticket).await?;
            let theirs = taken_on.into_iter().find(|(_, id, _)| id.0.to_string() == firm);
            let (referral, id, name) = theirs.ok_or(Error::NotFound("firm"))?;
            (Recipient::Firm, Some((id, name)), Some(agreed(&referral)))
        }
    };
    let gathered = gather(by, services, on, &ticket).await?;
    let content = content(&gathered.case, &services.scheme.incidents, gathered.course, agreed.as_ref());
    let seen = hex(&secret::digest_of(json!(content).to_string().as_bytes()));
    Ok(Preview { ticket, recipient, firm, content, seen })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes one.
///
/// # Errors
/// A fault beside each field; a conflict when the ticket moved on since its lines were looked at.
pub async fn make(
    services: &Services,
    ctx: &Ctx,
    no: TicketNo,
    new: &NewDossier,
    once: &Once,
) -> Result<DossierId, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let hand = authorise::<may::DossierHand>(ctx)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let ticket = kept(&by, &tx, no).await?;
    ticket.must_be_kept()?;
    ticket.must_stand_alone()?;
    let shown = prepared(&by, &hand, services, &*tx, ticket, &new.recipient).await?;
    let made = read(&hand, ctx, &shown, new)?;
    if new.seen != shown.seen {
        let moved = "ご確認のあいだに記録が変わりました。新しい内容をご確認のうえ、もう一度作成してください。入力は残っています";
        return Err(Refusal::conflict("dossier.moved_on", moved).into());
    }
    let password = secret::code().map_err(Error::Outside)?;
    let sealed = services.seals.seal(place(made.id), password.as_bytes()).map_err(Error::Outside)?;
    dossier::add(&tx, &made, sealed).await?;
    let words = format!("受取人：{}\n方法：{}\n同意：{}", made.to, made.means.label(), made.consent_by);
    let event = IncidentEvent::DossierMade { dossier: made.id.0, recipient: made.recipient, words };
    timeline::write_down(&by, services, &tx, ctx, &shown.ticket, Event::Incident(event), "dossier.make").await?;
    tx.finish(ctx, made.id).await
}

/// Where a dossier's password is sealed for.
pub(in crate::usecase) fn place(id: DossierId) -> Place {
    Place { table: "dossiers", column: "password", row: id.0 }
}

/// The dossier, from what was typed.
fn read(_: &Granted<may::DossierHand>, ctx: &Ctx, shown: &Preview, new: &NewDossier) -> Result<Dossier, Refusal> {
    let mut faults = Faults::default();
    let to = faults.take(text::required_line("to", &new.to, text::LINE));
    let consent_by = faults.take(text::required_line("consent_by", &new.consent_by, text::LINE));
    let choose = || Refusal::field("means", "choice.unknown", "受け渡しの方法を選んでください");
    let means = faults.take(Means::parse(&new.means).ok_or_else(choose).map(Some));
    if !new.looked {
        let look = "載せる内容を読み、患者さんのお名前がないことを確かめてください";
        faults.take::<()>(Err(Refusal::field("looked", "dossier.not_looked", look)));
    }
    let at = |text: &String| {
        let (part, row) = text.split_once('.')?;
        Some((part.parse().ok()?, row.parse().ok()?))
    };
    let keep: Vec<At> = new.keep.iter().filter_map(at).collect();
    let content = shown.content.keeping(&keep);
    if content.parts.is_empty() {
        faults.take::<()>(Err(Refusal::field("keep", "dossier.empty", "載せる行を選んでください")));
    }
    faults.check()?;
    Ok(Dossier {
        id: DossierId(ctx.new_id()),
        ticket_id: shown.ticket.id,
        recipient: shown.recipient,
        firm_id: shown.firm.as_ref().map(|(id, _)| *id),
        to,
        means: means.ok_or_else(choose)?,
        consent_by,
        content,
        made_at: ctx.now,
        made_by: me(ctx),
        told: None,
    })
}

pub(super) async fn find(
    by: &Granted<may::TicketWork>,
    on: &impl Access,
    no: TicketNo,
    id: DossierId,
) -> Result<(Ticket, Dossier), Error> {
    let ticket = kept(by, on, no).await?;
    let dossier = dossier::find(on, ticket.id, id).await?.ok_or(Error::NotFound("dossier"))?;
    Ok((ticket, dossier))
}

/// Opens one; with `reveal` its password is shown. Both are audited.
pub async fn one(services: &Services, ctx: &Ctx, no: TicketNo, id: DossierId, reveal: bool) -> Result<Made, Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let hand = authorise::<may::DossierHand>(ctx)?;
    let store = &services.store;
    let (ticket, dossier) = find(&by, store, no, id).await?;
    let action = if reveal { "dossier.password" } else { "dossier.view" };
    let subjects = [Object::new("ticket", ticket.id.0)];
    store.journal().write(ctx, AuditEntry::done(action, Object::new("dossier", id.0)).subjects(subjects)).await?;
    let password = if reveal { Some(password(&hand, services, id).await?) } else { None };
    let names = accounts::names(store, vec![dossier.made_by.0]).await?.into_iter().collect();
    let firm = firm_name(store, dossier.firm_id).await?;
    Ok(Made { ticket, dossier, firm, password, names })
}

pub(super) async fn password(
    _: &Granted<may::DossierHand>,
    services: &Services,
    id: DossierId,
) -> Result<String, Error> {
    let sealed = dossier::password(&services.store, id).await?.ok_or(Error::NotFound("password"))?;
    let open = services.seals.unseal(place(id), &sealed).map_err(Error::Outside)?;
    String::from_utf8(open).map_err(|_| Error::Outside("a password that is no text".into()))
}

/// Its password was told, apart from the file.
///
/// # Errors
/// A fault when it isn't said to whom and how; a conflict when that stands already.
pub async fn told(services: &Services, ctx: &Ctx, no: TicketNo, id: DossierId, words: &str) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    authorise::<may::DossierHand>(ctx)?;
    let words = text::required_line("told", words, text::LINE)?;
    let tx = services.store.begin().await?;
    let (ticket, _) = find(&by, &tx, no, id).await?;
    if !dossier::tell(&tx, id, ctx.now, &words).await? {
        return Err(Refusal::conflict("dossier.told", "パスワードの伝達は、すでに記録されています").into());
    }
    let event = IncidentEvent::PasswordTold { dossier: id.0, words };
    timeline::write_down(&by, services, &tx, ctx, &ticket, Event::Incident(event), "dossier.told").await?;
    Ok(tx.commit().await?)
}
