//! Reading the audit, sealing it, proving that nobody rewrote it, and noting that somebody looked through it.

pub mod journals;
pub mod readings;

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use futures::TryStreamExt;
use serde_json::json;
use uuid::Uuid;

use super::authorise::authorise;
use super::{Error, Services, me};
use crate::domain::access::actor::may;
use crate::domain::audit::chain::{self, Fault, Head, Walk};
use crate::domain::audit::line::{AuditFilter, AuditLine, Called, Review};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::page::PAGE_SIZE;
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::domain::tickets::TicketNo;
use crate::store::audit::AuditRow;
use crate::store::audit::called;
use crate::store::audit::seals::{self, Seal};
use crate::store::{accounts, audit, members, tickets};

/// Entries sealed in one transaction.
const BATCH: u64 = 2_000;
/// The most entries an export holds.
const EXPORT: u64 = 100_000;
/// Reviews shown beside the audit.
const REVIEWS: u64 = 8;

/// A page of the audit.
pub struct AuditPage {
    /// The entries, newest first.
    pub rows: Vec<AuditLine>,
    /// Whether there are older ones.
    pub more: bool,
    /// Names of the accounts that acted.
    pub names: HashMap<Uuid, String>,
    /// What the things are called that the entries are about.
    pub called: HashMap<Uuid, Called>,
    /// Every account, for choosing one.
    pub people: Vec<(Uuid, String)>,
    /// The last entry that is sealed.
    pub head: Head,
    /// How many aren't sealed yet.
    pub unsealed: u64,
    /// The latest reviews, with who made them.
    pub reviews: Vec<Review>,
}

/// A page of the entries that a filter lets through. Reading the audit is audited too.
pub async fn page(services: &Services, ctx: &Ctx, filter: &AuditFilter) -> Result<AuditPage, Error> {
    authorise::<may::AuditRead>(ctx)?;
    let subject = filter.subject.map(|id| Object::new("trail", id));
    let entry = AuditEntry::done("audit.view", subject.unwrap_or(Object::kind("audit")));
    let store = &services.store;
    let mut rows = audit::filtered(store, filter, PAGE_SIZE + 1).await?;
    let page = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
    let more = rows.len() > page;
    rows.truncate(page);
    let things = rows.iter().filter_map(|row| row.object_id).chain(filter.subject).collect();
    let called = called::called(store, things).await?;
    // Whose numbers are read stands beside.
    let numbers = called.iter().filter_map(|(id, called)| match called {
        Called::Facility(_) => Some(Object::new("facility", *id)),
        Called::Member(_) => Some(Object::new("member", *id)),
        _ => None,
    });
    store.journal().write(ctx, entry.subjects(numbers)).await?;
    let people: Vec<_> = accounts::all(store).await?.into_iter().map(|a| (a.id.0, a.name)).collect();
    Ok(AuditPage {
        rows,
        more,
        names: people.iter().cloned().collect(),
        called,
        people,
        head: seals::head(store).await?,
        unsealed: seals::unsealed_count(store).await?,
        reviews: seals::reviews(store, REVIEWS).await?,
    })
}

/// The thing that a ticket's number or a facility's number names, for following its trail.
pub async fn named(services: &Services, ctx: &Ctx, typed: &str) -> Result<Uuid, Error> {
    authorise::<may::AuditRead>(ctx)?;
    let typed = text::required_line("thing", typed, 40)?;
    if let Some(no) = TicketNo::parse(&typed)
        && let Some(ticket) = tickets::find(&services.store, no).await?
    {
        return Ok(ticket.id.0);
    }
    let nothing = "この番号の相談票・医療機関はありません。相談票番号か施設番号を入力してください";
    let facility = members::facility_by_key(&services.store, &typed).await?;
    facility.ok_or_else(|| Refusal::field("thing", "trail.unknown", nothing).into())
}

/// Entries as they leave as a file.
pub struct Export {
    /// The entries, oldest first.
    pub rows: Vec<AuditLine>,
    /// Names of the accounts that acted.
    pub names: HashMap<Uuid, String>,
    /// What the things are called that the entries are about.
    pub called: HashMap<Uuid, Called>,
}

/// Entries for a file, oldest first, with the names of who acted.
pub async fn export(services: &Services, ctx: &Ctx, filter: &AuditFilter) -> Result<Export, Error> {
    authorise::<may::AuditExport>(ctx)?;
    let mut rows = audit::filtered(&services.store, filter, EXPORT).await?;
    rows.reverse();
    let entry = AuditEntry::done("audit.export", Object::kind("audit")).detail(json!({ "entries": rows.len() }));
    services.store.journal().write(ctx, entry).await?;
    let things = rows.iter().filter_map(|row| row.object_id).collect();
    let called = called::called(&services.store, things).await?;
    let names = accounts::all(&services.store).await?.into_iter().map(|a| (a.id.0, a.name)).collect();
    Ok(Export { rows, names, called })
}

/// Notes that the acting person looked through the audit since the last review.
pub async fn review(services: &Services, ctx: &Ctx, note: &str) -> Result<(), Error> {
    authorise::<may::AuditReview>(ctx)?;
    let note = text::note("note", note, 2_000)?;
    let last = seals::reviews(&services.store, 1).await?.pop().map(|r| r.until_at);
    let head = seals::head(&services.store).await?;
    let review = Review {
        id: ctx.new_id(),
        from_at: last.unwrap_or(ctx.now - Duration::days(7)),
        until_at: ctx.now,
        reviewed_by: me(ctx),
        reviewed_at: ctx.now,
        note,
        head: head.to_string(),
    };
    let tx = services.store.begin().await?;
    let entry = AuditEntry::done(seals::REVIEW, Object::new("review", review.id));
    let entry = entry.detail(json!({ "digest": digest_of(&review) }));
    seals::add_review(&tx, review).await?;
    audit::record(&tx, ctx, entry).await?;
    Ok(tx.commit().await?)
}

/// The digest of all that a review says.
fn digest_of(review: &Review) -> String {
    chain::review_digest(&chain::Reviewed {
        id: review.id,
        times: [review.from_at, review.until_at, review.reviewed_at],
        by: review.reviewed_by.0,
        note: &review.note,
        head: &review.head,
    })
}

/// Seals what isn't sealed yet; one sealer at a time on all instances. Returns how many entries it sealed.
pub async fn seal(services: &Services) -> Result<usize, Error> {
    if seals::unsealed(&services.store, 1).await?.is_empty() {
        return Ok(0);
    }
    let tx = services.store.begin().await?;
    seals::lock(&tx).await?;
    let mut head = seals::head(&tx).await?;
    let mut new = Vec::new();
    for row in seals::unsealed(&tx, BATCH).await? {
        let digest = match row.digest.as_deref().and_then(|d| d.try_into().ok()) {
            Some(digest) => digest,
            None => seals::digest_of(&row, &seals::subjects_of(&tx, &row).await?),
        };
        head = head.then(&digest);
        new.push(Seal { id: row.id, digest, head });
    }
    seals::put(&tx, &new).await?;
    tx.commit().await?;
    Ok(new.len())
}

/// The last entry that is sealed, and how many aren't yet.
pub async fn head(services: &Services) -> Result<(Head, u64), Error> {
    Ok((seals::head(&services.store).await?, seals::unsealed_count(&services.store).await?))
}

/// What came of walking the chain.
pub struct Verified {
    /// Its head.
    pub head: Head,
    /// Entries that aren't sealed yet.
    pub unsealed: u64,
    /// The first fault and its place.
    pub fault: Option<(i64, Fault)>,
    /// Places of entries that say they were made long before those sealed ahead of them.
    pub late: Vec<i64>,
    /// Subjects that stand beside no entry: somebody put them there, or took the entry away.
    pub orphans: u64,
    /// Reviews that say something else than their entry, have none, or are gone.
    pub reviews: Vec<Uuid>,
}

impl Verified {
    /// Whether all that a trail shows is as it was sealed.
    pub fn is_whole(&self) -> bool {
        self.fault.is_none() && self.orphans == 0 && self.reviews.is_empty()
    }
}

/// Walks the whole chain: every entry must say what it said when it was sealed, and every head that was handed out
/// must stand in it. Memory doesn't grow with the number of entries.
pub async fn verify(services: &Services, handed_out: Option<Head>) -> Result<Verified, Error> {
    let store = &services.store;
    let head = seals::head(store).await?;
    let (changed, sealed) = look_through(services, head.seq).await?;
    let mut walk = Walk::new(handed_out);
    let mut late = Vec::new();
    let mut latest: Option<DateTime<Utc>> = None;
    let mut links = std::pin::pin!(seals::links(store, head.seq).await?);
    while let Some(link) = links.try_next().await? {
        let hash = |bytes: Option<Vec<u8>>| bytes.and_then(|b| b.try_into().ok()).unwrap_or_default();
        walk.step(link.seq, &hash(link.digest), &hash(link.seal));
        if latest.is_some_and(|latest| link.at + Duration::minutes(5) < latest) {
            late.push(link.seq);
        }
        latest = latest.max(Some(link.at));
    }
    let fault = [walk.end().fault, changed.map(|seq| (seq, Fault::Changed))].into_iter().flatten().min_by_key(|f| f.0);
    let (orphans, reviews) = (seals::orphans(store).await?, changed_reviews(services, sealed).await?);
    Ok(Verified { head, unsealed: seals::unsealed_count(store).await?, fault, late, orphans, reviews })
}

/// Reviews that aren't as their sealed entries say. An entry from before reviews had a digest tells who and when.
async fn changed_reviews(services: &Services, mut sealed: Vec<AuditRow>) -> Result<Vec<Uuid>, Error> {
    let mut changed = Vec::new();
    for review in seals::all_reviews(&services.store).await? {
        let its = |row: &AuditRow| row.object_id == Some(review.id);
        let said = match sealed.iter().position(its) {
            Some(place) => Some(sealed.swap_remove(place)),
            None => seals::about_review(&services.store, review.id).await?.pop().filter(|row| row.seq.is_none()),
        };
        let same = said.is_some_and(|row| match row.detail.get("digest") {
            Some(digest) => digest.as_str() == Some(&digest_of(&review)),
            None => row.at == review.reviewed_at && row.actor_id == Some(review.reviewed_by.0),
        });
        if !same {
            changed.push(review.id);
        }
    }
    changed.extend(sealed.into_iter().filter_map(|row| row.object_id));
    Ok(changed)
}

/// The first place whose entry says something else than its digest, or whose subjects say another time; and the entries
/// of reviews. Entries and subjects are read side by side.
async fn look_through(services: &Services, until: i64) -> Result<(Option<i64>, Vec<AuditRow>), Error> {
    let (mut first, mut reviews) = (None, Vec::new());
    let mut rows = std::pin::pin!(seals::sealed(&services.store, until).await?);
    let mut subjects = std::pin::pin!(seals::subjects(&services.store).await?);
    let mut next = subjects.try_next().await?;
    while let Some(row) = rows.try_next().await? {
        while next.as_ref().is_some_and(|beside| beside.entry_id < row.id) {
            next = subjects.try_next().await?;
        }
        let (mut beside, mut same) = (Vec::new(), true);
        while let Some(subject) = next.take_if(|beside| beside.entry_id == row.id) {
            same &= subject.at == row.at;
            beside.push((subject.subject_kind, subject.subject_id));
            next = subjects.try_next().await?;
        }
        same &= row.digest.as_deref() == Some(seals::digest_of(&row, &beside).as_slice());
        if !same {
            first = first.min(row.seq).or(row.seq);
        }
        if row.action == seals::REVIEW {
            reviews.push(row);
        }
    }
    Ok((first, reviews))
}
