//! Growing delays of sign-ins, per name and per source, kept in the database (`quality.md` section 4).
//! Names that exist and names that don't are treated alike.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use unicode_normalization::UnicodeNormalization;

use super::super::{Error, House};
use crate::domain::accounts::{self as rules, FAILURES_FORGOTTEN_HOURS};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::gateway::secret::digest;
use crate::store::delays::{self as memory, Delay};
use crate::store::{Access, Tx};

/// Removes failures that no longer count, so that names made up by an attacker don't pile up.
pub async fn forget_old(house: &House, now: DateTime<Utc>) -> Result<u64, Error> {
    let tx = house.store.begin().await?;
    let forgotten = memory::forget_older(&tx, now - Duration::hours(FAILURES_FORGOTTEN_HOURS)).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// An attempt under way: counted as a failure until it has succeeded, so that attempts at the same moment can't
/// slip past the count.
pub(super) struct Attempt {
    name: Delay,
    source: [u8; 32],
}

fn of_name(login: &str) -> [u8; 32] {
    let folded: String = login.trim().nfkc().flat_map(char::to_lowercase).take(100).collect();
    digest(&format!("login:{folded}"))
}

/// A source is an address, or the network that one customer of a provider has of the newer kind: who has 2^64
/// addresses must not have as many guesses.
fn of_source(peer: &str) -> [u8; 32] {
    let source = match peer.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V6(ip)) => format!("{:x?}", &ip.segments()[..4]),
        Ok(ip) => ip.to_string(),
        Err(_) => peer.to_owned(),
    };
    digest(&format!("source:{source}"))
}

async fn held(on: &impl Access, subject: [u8; 32], now: DateTime<Utc>) -> Result<Delay, Error> {
    let since = now - Duration::hours(FAILURES_FORGOTTEN_HOURS);
    let kept = memory::of(on, &[subject], since).await?.pop();
    Ok(kept.unwrap_or(Delay { subject, failures: 0, blocked_until: None }))
}

impl Attempt {
    /// Begins an attempt at a name from the context's source.
    ///
    /// # Errors
    /// When the name or the source must wait.
    pub(super) async fn begin(house: &House, ctx: &Ctx, login: &str) -> Result<Self, Error> {
        let tx = house.store.begin().await?;
        memory::lock(&tx, of_name(login), ctx.now).await?;
        let mut name = held(&tx, of_name(login), ctx.now).await?;
        let source = held(&tx, of_source(&ctx.peer), ctx.now).await?;
        for until in [name.blocked_until, source.blocked_until].into_iter().flatten() {
            if until > ctx.now {
                return Err(wait(until, ctx.now));
            }
        }
        name.failures += 1;
        name.blocked_until = rules::wait_after(name.failures, ctx.now);
        memory::put(&tx, &name, ctx.now).await?;
        tx.commit().await?;
        Ok(Self { name, source: source.subject })
    }

    /// It failed: the name's failure stands, the source's is counted.
    pub(super) async fn failed(self, tx: &Tx, now: DateTime<Utc>) -> Result<(), Error> {
        memory::lock(tx, self.source, now).await?;
        let mut source = held(tx, self.source, now).await?;
        source.failures += 1;
        source.blocked_until = rules::source_waits_after(source.failures, now);
        Ok(memory::put(tx, &source, now).await?)
    }

    /// It succeeded, but more is to come: what failed before still counts.
    pub(super) async fn half_done(self, tx: &Tx, now: DateTime<Utc>) -> Result<(), Error> {
        let before = Delay { failures: self.name.failures - 1, blocked_until: None, ..self.name };
        Ok(memory::put(tx, &before, now).await?)
    }

    /// It succeeded all the way.
    pub(super) async fn done(self, tx: &Tx) -> Result<(), Error> {
        Ok(memory::forget(tx, self.name.subject).await?)
    }
}

fn wait(until: DateTime<Utc>, now: DateTime<Utc>) -> Error {
    let seconds = (until - now).num_seconds() + 1;
    Refusal::too_many("sign_in.wait", format!("続けて失敗したため、あと{seconds}秒お待ちください")).into()
}
