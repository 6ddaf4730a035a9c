//! The keys of sealed values: at start they must be the ones this database was sealed with; they change while
//! instances run.

use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::gateway::seal::{Place, key_id};
use crate::store::accounts::factors;
use crate::store::accounts::factors::Factor;
use crate::store::{Access, audit};
use crate::usecase::authorise::authorise;
use crate::usecase::{Error, Services};

fn place(factor: &Factor) -> Place {
    Place { table: "factors", column: "secret", row: factor.id }
}

/// Whether the key file opens what this database holds sealed: one value of each key is tried.
///
/// # Errors
/// `Outside` with one line that names the file and what to do.
pub async fn check(services: &Services) -> Result<(), Error> {
    let mut tried: Vec<String> = Vec::new();
    for factor in factors::all(&services.store).await? {
        let id = key_id(&factor.secret).unwrap_or_default().to_owned();
        if !tried.contains(&id) {
            services.seals.unseal(place(&factor), &factor.secret).map_err(|why| {
                Error::Outside(format!("{why}。このデータベースの鍵ファイルを seal.key_file で指定してください"))
            })?;
            tried.push(id);
        }
    }
    Ok(())
}

async fn sealed_with(on: &impl Access, keys: &[String]) -> Result<Vec<Factor>, Error> {
    let of_keys = |f: &Factor| key_id(&f.secret).is_some_and(|id| keys.iter().any(|key| key == id));
    Ok(factors::all(on).await?.into_iter().filter(of_keys).collect())
}

/// Makes a new key, seals everything anew with it and takes the old ones away. Returns how many values it sealed.
pub async fn rotate(services: &Services, ctx: &Ctx) -> Result<usize, Error> {
    authorise::<may::KeyAdmin>(ctx)?;
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
        for factor in &stale {
            let secret = services.seals.unseal(place(factor), &factor.secret).map_err(Error::Outside)?;
            let anew = services.seals.seal(place(factor), &secret).map_err(Error::Outside)?;
            factors::reseal(&tx, factor, anew).await?;
            sealed += 1;
        }
        tx.commit().await?;
    }
}
