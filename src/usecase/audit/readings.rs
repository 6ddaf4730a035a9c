//! What lists show people, written down.

use std::collections::HashSet;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::access::actor::Right;
use crate::domain::audit::AuditEntry;
use crate::domain::ctx::Ctx;
use crate::domain::time::day_start;
use crate::store::audit;
use crate::usecase::authorise::Granted;
use crate::usecase::{Error, Services};

/// Marks an entry that a page which looked again by itself added.
const AGAIN: &str = "again";
/// How many such additions are looked back over for the look of a person. Where there were more, something is written
/// down twice.
const LOOKED_BACK: u64 = 20;

/// Writes down what a list shows. Of a list that looked again by itself only what is new to it since this person, at
/// this address, looked last is a reading: somebody sees it for the first time. All else was written down when they
/// looked, so that nobody who says that a page looks by itself reads anything that isn't written down.
pub(in crate::usecase) async fn shown<R: Right>(
    by: &Granted<R>,
    services: &Services,
    ctx: &Ctx,
    entry: AuditEntry,
) -> Result<(), Error> {
    let entry = if ctx.by_itself { added(by, services, ctx, entry).await? } else { Some(entry) };
    if let Some(entry) = entry {
        services.store.journal().write(ctx, entry).await?;
    }
    Ok(())
}

/// What of an entry hadn't been written down since the person's last look; nothing where all had.
async fn added<R: Right>(
    _: &Granted<R>,
    services: &Services,
    ctx: &Ctx,
    mut entry: AuditEntry,
) -> Result<Option<AuditEntry>, Error> {
    let today = day_start(ctx.today());
    let by = (ctx.actor.id, ctx.peer.as_str());
    let past = audit::lately_done(&services.store, by, entry.action, today, LOOKED_BACK).await?;
    let Some(looked) = past.iter().position(|(_, detail)| detail.get(AGAIN).is_none()) else { return Ok(Some(entry)) };
    let since: Vec<Uuid> = past.iter().take(looked + 1).map(|(id, _)| *id).collect();
    let shown: Vec<Uuid> = entry.subjects.iter().filter_map(|subject| subject.id).collect();
    let known: HashSet<Uuid> = audit::beside(&services.store, &since, today, &shown).await?;
    entry.subjects.retain(|subject| subject.id.is_none_or(|id| !known.contains(&id)));
    if let Value::Object(detail) = &mut entry.detail {
        detail.insert(AGAIN.into(), json!(entry.subjects.len()));
    }
    Ok((!entry.subjects.is_empty()).then_some(entry))
}
