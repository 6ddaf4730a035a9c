//! LATER. What runs beside the desk: each instance keeps its own index of the directory in step.

use std::sync::Arc;
use std::time::Duration;

use tracing::{info, warn};
use uuid::Uuid;

use crate::domain::access::actor::Actor;
use crate::domain::ctx::Ctx;
use crate::domain::time::tokyo_day;
use crate::gateway::clock::Clock;
use crate::usecase::accounts::{delays, passkeys};
use crate::usecase::audit::journals;
use crate::usecase::audit::journals::Kept;
use crate::usecase::verification::recheck::Looked;
use crate::usecase::verification::{look_up, recheck};
use crate::usecase::{Services, audit, members, retention};

/// Seals the audit, and hands out its head once a day: into the log, where somebody else keeps it.
pub async fn seal_audit(services: Services, clock: Arc<dyn Clock>) {
    let mut handed_out = None;
    loop {
        match audit::seal(&services).await {
            Ok(_) => {
                let today = tokyo_day(clock.now());
                if handed_out != Some(today)
                    && let Ok((head, _)) = audit::head(&services).await
                {
                    handed_out = Some(today);
                    info!(audit.head = %head, "The audit's head today is {head}");
                }
            }
            Err(error) => warn!(%error, "The audit could not be sealed; it will be tried again"),
        }
        tokio::time::sleep(SEALING).await;
    }
}

/// The product itself acts, now.
fn ctx_of(clock: &dyn Clock) -> Ctx {
    Ctx::new(Actor::system(), clock.now(), Uuid::new_v4(), String::new())
}

/// Looks again at callers who were taken provisionally, with the directory that is served.
async fn confirm(services: &Services, ctx: &Ctx) {
    match recheck::look_again(services, ctx).await {
        Ok(looked) if looked == Looked::default() => {}
        Ok(Looked { confirmed, raised }) => info!(confirmed, raised, "Looked again at who is to be confirmed"),
        Err(error) => warn!(%error, "Who is to be confirmed could not be looked at again"),
    }
}

/// Removes what no longer counts: for ever, so only by a clock that is believed.
async fn forget(services: &Services, ctx: &Ctx) {
    if let Err(error) = delays::forget_old(services, ctx.now).await {
        warn!(%error, "Old failures of sign-ins could not be removed; it will be tried again");
    }
    if let Err(error) = look_up::forget_old(services, ctx.now).await {
        warn!(%error, "Old tries of numbers could not be removed; it will be tried again");
    }
    if let Err(error) = passkeys::forget_old(services, ctx).await {
        warn!(%error, "Passkeys of ended accounts could not be removed; it will be tried again");
    }
}

/// Removes what no longer counts, and takes up what was left.
pub async fn tidy(services: Services, clock: Arc<dyn Clock>, kept: Kept) {
    loop {
        let ctx = ctx_of(clock.as_ref());
        confirm(&services, &ctx).await;
        if let Err(error) = journals::seen(&services.store, &ctx, &kept).await {
            warn!(%error, "That the journal of readings is there could not be noted; it will be tried again");
        }
        match retention::doubted(&services, clock.as_ref()).await {
            Ok(None) => forget(&services, &ctx).await,
            Ok(Some(_)) => {}
            Err(error) => warn!(%error, "Whether the clock is right could not be looked at; nothing is removed"),
        }
        tokio::time::sleep(TIDYING).await;
    }
}

/// Erases at night what is kept no longer.
pub async fn retain(services: Services, clock: Arc<dyn Clock>) {
    loop {
        match retention::tonight(&services, clock.as_ref(), PAUSE).await {
            Ok(None) => {}
            Ok(Some(ran)) => {
                let gone: u64 = ran.counts.iter().map(|count| count.gone).sum();
                info!(retention.gone = gone, retention.through = ran.through, "Retention: {gone} things were erased");
            }
            Err(error) => warn!(%error, "The night's retention stopped; it will go on"),
        }
        tokio::time::sleep(NIGHT_WATCH).await;
    }
}

/// How often it is looked whether it's night.
const NIGHT_WATCH: Duration = Duration::from_secs(300);

/// The desk's turn between two pieces of the night's work.
const PAUSE: Duration = Duration::from_millis(100);

/// How often it is looked for what no longer counts.
const TIDYING: Duration = Duration::from_secs(3_600);

/// How often the audit is sealed.
const SEALING: Duration = Duration::from_millis(700);

/// Looks for a newer directory now and then, and serves it once it's built. Callers who were taken provisionally are
/// looked at again with it.
pub async fn keep_index(services: Services, clock: Arc<dyn Clock>, every: Duration) {
    loop {
        match members::refresh(&services).await {
            Ok(true) => {
                let version = services.index.get().map_or(0, |index| index.version());
                info!(directory.version = version, "Serving directory version {version}");
                confirm(&services, &ctx_of(clock.as_ref())).await;
            }
            Ok(false) => {}
            Err(error) => warn!(%error, "The directory index could not be refreshed"),
        }
        tokio::time::sleep(every).await;
    }
}
