//! Erasing what is kept no longer: once a night by one instance of all, or at the console; in small pieces, each a
//! transaction with its audit entry. Stopped anywhere, the next run goes on where it was.

mod pieces;

use std::time::Duration;

use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::authorise::{Granted, authorise};
use super::{Error, House};
use crate::domain::actor::{Actor, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::retention::{Kind, Night};
use crate::domain::time::tokyo_time;
use crate::gateway::clock::Clock;
use crate::store::{Tx, audit, leases, retention as memory};

/// The job's name among the leases.
const JOB: &str = "retention";
/// Nights that may pass without a whole run before it is made up for at any hour.
const NIGHTS: u64 = 3;

/// What became of a kind in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// The kind.
    pub kind: Kind,
    /// What was erased, or would be.
    pub gone: u64,
    /// What is over and held back.
    pub held: u64,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Of each kind.
    pub counts: Vec<Count>,
    /// Whether it came to its end; else the next run goes on.
    pub through: bool,
}

/// A run under way.
struct Run<'a> {
    house: &'a House,
    clock: &'a dyn Clock,
    holder: Uuid,
    today: NaiveDate,
    /// Only counts.
    dry: bool,
    /// Between two pieces, for the desk.
    pause: Duration,
    /// Stops when this is over.
    night: Option<Night>,
    counts: Vec<Count>,
}

/// A context of the product itself, now: a run lasts, and its entries say when each was made.
fn now(clock: &dyn Clock) -> Ctx {
    Ctx::new(Actor::system(), clock.now(), Uuid::new_v4(), String::new())
}

/// Does the night's run, if it's night, nobody has done it and nobody is at it; after some nights without, at any hour.
pub async fn tonight(house: &House, clock: &dyn Clock, pause: Duration) -> Result<Option<Ran>, Error> {
    let ctx = now(clock);
    let night = house.scheme.retention.night;
    let Some(done_on) = leases::done_on(&house.store, JOB).await? else {
        let tx = house.store.begin().await?;
        leases::begin(&tx, JOB, ctx.now, ctx.today()).await?;
        tx.commit().await?;
        return Ok(None);
    };
    let overdue = done_on + Days::new(NIGHTS) <= ctx.today();
    if done_on >= ctx.today() || !(night.holds(tokyo_time(ctx.now)) || overdue) {
        return Ok(None);
    }
    let holder = Uuid::new_v4();
    let tx = house.store.begin().await?;
    let mine = leases::take(&tx, JOB, holder, ctx.now, ctx.today()).await?;
    tx.commit().await?;
    if !mine {
        return Ok(None);
    }
    let by = authorise::<may::RetentionRun>(&ctx)?;
    let run = Run::new(by, house, clock, holder, ctx.today(), pause, (!overdue).then_some(night));
    Ok(Some(run.whole(&ctx).await?))
}

/// Does it now, whatever the hour.
pub async fn run(house: &House, clock: &dyn Clock, ctx: &Ctx, dry: bool) -> Result<Ran, Error> {
    let by = authorise::<may::RetentionRun>(ctx)?;
    let mut run = Run::new(by, house, clock, Uuid::new_v4(), ctx.today(), Duration::ZERO, None);
    if dry {
        run.dry = true;
        let through = run.all().await?;
        let ran = Ran { counts: run.counts, through };
        house.store.journal().write(ctx, entry("retention.preview", &ran)).await?;
        return Ok(ran);
    }
    let tx = house.store.begin().await?;
    leases::begin(&tx, JOB, ctx.now, ctx.today()).await?;
    let any_day = ctx.today() + Days::new(2);
    let mine = leases::take(&tx, JOB, run.holder, ctx.now, any_day).await?;
    tx.commit().await?;
    if mine { run.whole(ctx).await } else { Err(busy().into()) }
}

fn busy() -> Refusal {
    Refusal::conflict(
        "retention.busy",
        "保存期間の処理をほかで実行しています。終わってから、または10分ほど待ってから、もう一度実行してください",
    )
}

fn entry(action: &'static str, ran: &Ran) -> AuditEntry {
    let mut detail: Map<String, Value> =
        ran.counts.iter().map(|c| (c.kind.code().to_owned(), json!({ "gone": c.gone, "held": c.held }))).collect();
    detail.insert("through".into(), ran.through.into());
    AuditEntry::done(action, Object::kind("retention")).detail(Value::Object(detail))
}

impl<'a> Run<'a> {
    fn new(
        _: Granted<may::RetentionRun>,
        house: &'a House,
        clock: &'a dyn Clock,
        holder: Uuid,
        today: NaiveDate,
        pause: Duration,
        night: Option<Night>,
    ) -> Self {
        let counts = Kind::ALL.map(|kind| Count { kind, gone: 0, held: 0 }).to_vec();
        Self { house, clock, holder, today, dry: false, pause, night, counts }
    }

    /// All of it, then the job is given back; also when it failed, so that the next one needn't wait.
    async fn whole(mut self, ctx: &Ctx) -> Result<Ran, Error> {
        memory::overwrite_deleted(&self.house.store, true).await?;
        let result = self.all().await;
        memory::overwrite_deleted(&self.house.store, false).await?;
        let ended = now(self.clock);
        let through = matches!(result, Ok(true));
        let tx = self.house.store.begin().await?;
        leases::give_back(&tx, JOB, self.holder, ended.now, through.then_some(self.today)).await?;
        let ran = Ran { counts: self.counts, through };
        if through {
            memory::forget_marks(&tx).await?;
        }
        if result.is_ok() {
            let ended = Ctx::new(ctx.actor.clone(), ended.now, ctx.request_id, ctx.peer.clone());
            audit::record(&tx, &ended, entry("retention.run", &ran)).await?;
        }
        tx.commit().await?;
        result.map(|_| ran)
    }

    /// Each kind in its order; false when the night was over first.
    async fn all(&mut self) -> Result<bool, Error> {
        for kind in Kind::ALL {
            for stretch in self.house.scheme.retention.over(kind, self.today) {
                if !self.kind(kind, stretch).await? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn goes_on(&self) -> bool {
        self.night.is_none_or(|night| night.holds(tokyo_time(self.clock.now())))
    }

    fn count(&mut self, kind: Kind, gone: usize, held: usize) {
        let add = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        for count in self.counts.iter_mut().filter(|c| c.kind == kind) {
            count.gone += add(gone);
            count.held += add(held);
        }
    }

    /// Begins a piece: nobody else may have taken the job over.
    async fn begin(&self, ctx: &Ctx) -> Result<Tx, Error> {
        let tx = self.house.store.begin().await?;
        if leases::renew(&tx, JOB, self.holder, ctx.now).await? { Ok(tx) } else { Err(busy().into()) }
    }

    /// Ends a piece: written down with what it touched, and the desk has its turn.
    async fn end(&mut self, tx: Tx, ctx: &Ctx, kind: Kind, gone: usize, touched: Vec<Object>) -> Result<(), Error> {
        if gone > 0 {
            let entry = AuditEntry::done("retention.erase", Object::kind("retention"));
            audit::record(&tx, ctx, entry.detail(json!({ "kind": kind.code(), "gone": gone })).subjects(touched))
                .await?;
        }
        tx.commit().await?;
        self.count(kind, gone, 0);
        tokio::time::sleep(self.pause).await;
        Ok(())
    }
}
