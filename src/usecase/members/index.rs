//! Keeping the index of the directory in step with the database.

use std::pin::pin;

use futures::{Stream, TryStreamExt};
use tokio::sync::mpsc;

use crate::domain::matching::{DirectoryIndex, DirectoryMeta, IndexBuilder};
use crate::domain::members::import_record::ImportRecord;
use crate::gateway::postal;
use crate::store::members;
use crate::store::members::erase;
use crate::store::members::{KeptFacility, KeptMember, KeptPeriod, KeptTenure};
use crate::store::{Store, StoreError};
use crate::usecase::{Error, Services};

/// Rows handed over at once.
const BATCH: usize = 1_000;
/// Batches that may wait: the whole directory never stands in memory beside the index made of it.
const WAITING: usize = 4;

/// Builds the index anew when the database holds a newer import than the one it serves, or when members whose period
/// ended were removed since. True when it did.
pub async fn refresh(services: &Services) -> Result<bool, Error> {
    let latest = members::latest_import(&services.store).await?;
    let version = latest.as_ref().map_or(0, |l| l.version);
    let trims = erase::trims(&services.store).await?;
    if services.index.get().is_some_and(|index| index.version() == version) && services.index.trims() == trims {
        return Ok(false);
    }
    let Some(latest) = latest else {
        services.index.put(DirectoryIndex::empty(), trims);
        return Ok(true);
    };
    services.index.put(build(&services.store, &latest).await?, trims);
    Ok(true)
}

/// Rows on their way from the database to the builder.
enum Rows {
    Members(Vec<KeptMember>),
    Past(Vec<KeptPeriod>),
    Facilities(Vec<KeptFacility>),
    Tenures(Vec<KeptTenure>),
}

/// Builds the index of the directory as it stands in the database: one thread reads, two tables side
/// by side, while another builds.
async fn build(store: &Store, import: &ImportRecord) -> Result<DirectoryIndex, Error> {
    let meta = DirectoryMeta { version: import.version, exported_on: import.exported_on };
    let (queue, mut waiting) = mpsc::channel(WAITING);
    let places = tokio::task::spawn_blocking(postal::shipped);
    let builder = tokio::task::spawn_blocking(move || {
        let mut builder = IndexBuilder::default();
        while let Some(rows) = waiting.blocking_recv() {
            take(&mut builder, rows);
        }
        DirectoryIndex::of(builder.finish(meta))
    });
    tokio::try_join!(
        pour(members::each_member(store), &queue, Rows::Members),
        pour(members::each_facility(store), &queue, Rows::Facilities),
    )?;
    // These speak of those.
    tokio::try_join!(
        pour(members::each_ended_period(store), &queue, Rows::Past),
        pour(members::each_tenure(store), &queue, Rows::Tenures),
    )?;
    drop(queue);
    let index = builder.await.map_err(|e| Error::Outside(e.to_string()))?;
    let places = places.await.map_err(|e| Error::Outside(e.to_string()))?;
    Ok(index.knowing(places.map_err(|e| Error::Outside(e.to_string()))?))
}

/// Hands a table over to the builder. A builder that has gone away takes nothing more; why, it says itself.
async fn pour<T>(
    rows: impl Stream<Item = Result<T, StoreError>>,
    queue: &mpsc::Sender<Rows>,
    of: fn(Vec<T>) -> Rows,
) -> Result<(), Error> {
    let mut batches = pin!(rows.try_chunks(BATCH));
    while let Some(batch) = batches.try_next().await.map_err(|e| e.1)? {
        drop(queue.send(of(batch)).await);
    }
    Ok(())
}

fn take(builder: &mut IndexBuilder, rows: Rows) {
    match rows {
        Rows::Members(rows) => rows.iter().for_each(|m| builder.member(m.id.as_u128(), &m.record)),
        Rows::Past(rows) => rows.iter().for_each(|p| {
            if let Some(certain) = p.recorded.certain() {
                builder.past(p.member_id.as_u128(), certain);
            }
        }),
        Rows::Facilities(rows) => rows.iter().for_each(|f| builder.facility(f.id.as_u128(), &f.record)),
        Rows::Tenures(rows) => {
            rows.iter().for_each(|t| builder.tie(t.member_id.as_u128(), t.facility_id.as_u128(), t.tenure));
        }
    }
}
