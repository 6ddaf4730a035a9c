//! The keys of sealed values: at start they must be the ones this database was sealed with; they change while
//! instances run.

use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::DossierId;
use crate::gateway::seal::{Place, key_id};
use crate::store::accounts::factors;
use crate::store::accounts::factors::Factor;
use crate::store::incidents::dossier;
use crate::store::{Access, Tx, audit};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::incidents::dossiers;
use crate::usecase::{Error, Services};

const FACTORS: &str = "factors";

/// A value that stands sealed somewhere.
struct Sealed {
    place: Place,
    value: Vec<u8>,
}

/// Everything that this database holds sealed.
async fn everything(on: &impl Access) -> Result<Vec<Sealed>, Error> {
    let factor = |f: Factor| Sealed { place: Place { table: FACTORS, column: "secret", row: f.id }, value: f.secret };
    let mut all: Vec<Sealed> = factors::all(on).await?.into_iter().map(factor).collect();
    let password = |(row, value)| Sealed { place: dossiers::place(DossierId(row)), value };
    all.extend(dossier::passwords(on).await?.into_iter().map(password));
    Ok(all)
}

/// Puts a value sealed anew in the place of the old one.
async fn reseal(_: &Granted<may::KeyAdmin>, tx: &Tx, old: &Sealed, anew: Vec<u8>) -> Result<(), Error> {
    let (row, value) = (old.place.row, old.value.clone());
    match old.place.table {
        FACTORS => factors::reseal(tx, row, value, anew).await?,
        _ => dossier::reseal(tx, row, value, anew).await?,
    }
    Ok(())
}

/// Whether the key file opens what this database holds sealed: one value of each key is tried.
///
/// # Errors
/// `Outside` with one line that names the file and what to do.
pub async fn check(services: &Services) -> Result<(), Error> {
    let mut tried: Vec<String> = Vec::new();
    for sealed in everything(&services.store).await? {
        let id = key_id(&sealed.value).unwrap_or_default().to_owned();
        if !tried.contains(&id) {
            services.seals.unseal(sealed.place, &sealed.value).map_err(|why| {
                Error::Outside(format!("{why}。このデータベースの鍵ファイルを seal.key_file で指定してください"))
            })?;
            tried.push(id);
        }
    }
    Ok(())
}

async fn sealed_with(on: &impl Access, keys: &[String]) -> Result<Vec<Sealed>, Error> {
    let of_keys = |s: &Sealed| key_id(&s.value).is_some_and(|id| keys.iter().any(|key| key == id));
    Ok(everything(on).await?.into_iter().filter(of_keys).collect())
}

/// Makes a new key, seals everything anew with it and takes the old ones away. Returns how many values it sealed.
pub async fn rotate(services: &Services, ctx: &Ctx) -> Result<usize, Error> {
    let by = authorise::<may::KeyAdmin>(ctx)?;
    let old = services.seals.add_key().map_err(Error::Outside)?;
    let mut sealed = 0;
    // Another instance may have sealed with an old key a moment ago: until none is left.
    loop {
        let tx = services.store.begin().await?;
        let stale = sealed_with(&tx, &old).await?;
        if stale.is_empty() {
            let entry = AuditEntry::done("keys.rotate", Object::kind("keys")).detail(json!({ "sealed": sealed }));
            audit::record(&tx, ctx, entry).await?;
            tx.commit().await?;
            services.seals.drop_keys(&old).map_err(Error::Outside)?;
            return Ok(sealed);
        }
        for old in &stale {
            let secret = services.seals.unseal(old.place, &old.value).map_err(Error::Outside)?;
            let anew = services.seals.seal(old.place, &secret).map_err(Error::Outside)?;
            reseal(&by, &tx, old, anew).await?;
            sealed += 1;
        }
        tx.commit().await?;
    }
}
