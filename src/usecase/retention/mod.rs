//! Erasing what is kept no longer: once a night by one instance of all, or at the console; in small pieces, each a
//! transaction with its audit entry. Stopped anywhere, the next run goes on where it was. Nothing is erased by a clock
//! that isn't believed, nor much more in a night than in those before (`gate.rs`).

mod erase;
mod gate;

use std::time::Duration;

use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::authorise::{Granted, authorise};
use super::{Error, Services};
use crate::domain::access::actor::{Actor, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::retention::wait::Wait;
use crate::domain::retention::{Kind, Night, cap};
use crate::domain::time::tokyo_time;
use crate::gateway::clock::Clock;
use crate::store::jobs::leases;
use crate::store::retention::{marks, nights};
use crate::store::{Tx, audit};

use gate::Allowance;
pub use gate::{doubted, to_confirm, waits};

/// The job's name among the leases.
const JOB: &str = "retention";
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
    /// What waits for a person; then nothing of people and of the desk's work was erased.
    pub waits: Vec<Wait>,
}

/// What a run at the console is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Count, and erase nothing.
    Preview,
    /// What a night would do.
    AsAtNight,
    /// A person has seen the date and this number of records in a preview, and says that they are right.
    Confirmed(u64),
}

/// A run under way.
struct Run<'a> {
    by: &'a Granted<may::RetentionRun>,
    services: &'a Services,
    clock: &'a dyn Clock,
    holder: Uuid,
    today: NaiveDate,
    /// Only counts.
    dry: bool,
    /// Between two pieces, for the desk.
    pause: Duration,
    /// Stops when this is over.
    night: Option<Night>,
    /// What may still be erased.
    allowed: Allowance,
    /// What waits for a person: then no records are erased.
    waits: Vec<Wait>,
    /// A person said so.
    confirmed: bool,
    counts: Vec<Count>,
}

fn none() -> Vec<Count> {
    Kind::ALL.map(|kind| Count { kind, gone: 0, held: 0 }).to_vec()
}

/// A context of the product itself, now: a run lasts, and its entries say when each was made.
fn now(clock: &dyn Clock) -> Ctx {
    Ctx::new(Actor::system(), clock.now(), Uuid::new_v4(), String::new())
}

/// Does the night's run, if the clock is believed, it's night, nobody has done it and nobody is at it.
pub async fn tonight(services: &Services, clock: &dyn Clock, pause: Duration) -> Result<Option<Ran>, Error> {
    if gate::doubted(services, clock).await?.is_some() {
        return Ok(None);
    }
    let ctx = now(clock);
    let night = services.scheme.retention.night;
    let Some(done_on) = leases::done_on(&services.store, JOB).await? else {
        let tx = services.store.begin().await?;
        leases::begin(&tx, JOB, ctx.now, ctx.today()).await?;
        tx.commit().await?;
        return Ok(None);
    };
    // A day to come was written by a wrong clock: it says nothing of this night.
    if done_on == ctx.today() || !night.holds(tokyo_time(ctx.now)) {
        return Ok(None);
    }
    let by = authorise::<may::RetentionRun>(&ctx)?;
    let mut run = Run::new(&by, services, clock, ctx.today(), pause, Some(night));
    if !run.take(&ctx, Some(ctx.today())).await? {
        return Ok(None);
    }
    let (allowed, waits) = gate::assess(&by, services, &ctx, &run.count_records().await?).await?;
    gate::put_numbers(&by, services, &ctx, &waits).await?;
    (run.allowed, run.waits) = (allowed, waits);
    Ok(Some(run.whole(&ctx).await?))
}

/// Does it now, whatever the hour.
///
/// # Errors
/// Refused while the clock isn't believed or more is over than a night may erase, unless a person confirms the number.
pub async fn run(services: &Services, clock: &dyn Clock, ctx: &Ctx, how: How) -> Result<Ran, Error> {
    let by = authorise::<may::RetentionRun>(ctx)?;
    let mut run = Run::new(&by, services, clock, ctx.today(), Duration::ZERO, None);
    let counts = run.count_records().await?;
    let (allowed, mut waits) = gate::assess(&by, services, ctx, &counts).await?;
    waits.splice(..0, gate::doubted(services, clock).await?);
    match how {
        How::Preview => {
            run.dry = true;
            let through = run.all().await?;
            let ran = Ran { counts: run.counts, through, waits };
            services.store.journal().write(ctx, entry("retention.preview", &ran)).await?;
            return Ok(ran);
        }
        How::AsAtNight if !waits.is_empty() => return Err(gate::refused(&waits).into()),
        How::AsAtNight => run.allowed = allowed,
        How::Confirmed(said) => {
            gate::confirm(&by, services, ctx, said, &counts).await?;
            (run.allowed, run.confirmed) = (allowed.at_least(&counts), true);
        }
    }
    if run.take(ctx, None).await? { run.whole(ctx).await } else { Err(busy().into()) }
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
    if !ran.waits.is_empty() {
        let why: Vec<&str> = ran.waits.iter().map(|wait| wait.reason.code()).collect();
        detail.insert("waits".into(), why.into());
    }
    AuditEntry::done(action, Object::kind("retention")).detail(Value::Object(detail))
}

impl<'a> Run<'a> {
    fn new(
        by: &'a Granted<may::RetentionRun>,
        services: &'a Services,
        clock: &'a dyn Clock,
        today: NaiveDate,
        pause: Duration,
        night: Option<Night>,
    ) -> Self {
        Self {
            by,
            services,
            clock,
            holder: Uuid::new_v4(),
            today,
            dry: false,
            pause,
            night,
            allowed: Allowance::default(),
            waits: Vec::new(),
            confirmed: false,
            counts: none(),
        }
    }

    /// Takes the job, unless another instance is at it or, where a day is given, it was done on that day.
    async fn take(&self, ctx: &Ctx, not_on: Option<NaiveDate>) -> Result<bool, Error> {
        let tx = self.services.store.begin().await?;
        leases::begin(&tx, JOB, ctx.now, ctx.today()).await?;
        let mine = leases::take(&tx, JOB, self.holder, ctx.now, not_on).await?;
        tx.commit().await?;
        Ok(mine)
    }

    /// What is over of the kinds that are records.
    async fn count_records(&self) -> Result<Vec<Count>, Error> {
        let mut count = Run::new(self.by, self.services, self.clock, self.today, Duration::ZERO, None);
        count.dry = true;
        count.kinds(Kind::is_record).await?;
        Ok(count.counts)
    }

    /// All of it, then the job is given back; also when it failed, so that the next one needn't wait.
    async fn whole(mut self, ctx: &Ctx) -> Result<Ran, Error> {
        let result = self.all().await;
        let ended = now(self.clock);
        let through = matches!(result, Ok(true));
        let tx = self.services.store.begin().await?;
        leases::give_back(&tx, JOB, self.holder, ended.now, through.then_some(self.today)).await?;
        let ran = Ran { counts: self.counts, through, waits: self.waits };
        if through {
            marks::forget_marks(&tx).await?;
            nights::forget_nights(&tx, self.today - Days::new(2 * cap::NIGHTS)).await?;
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
        let waits = !self.dry && !self.waits.is_empty();
        self.kinds(|kind| !(waits && kind.is_record())).await
    }

    async fn kinds(&mut self, which: impl Fn(Kind) -> bool) -> Result<bool, Error> {
        for kind in Kind::ALL.into_iter().filter(|kind| which(*kind)) {
            for stretch in self.services.scheme.retention.over(kind, self.today) {
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
        let tx = self.services.store.begin().await?;
        if leases::renew(&tx, JOB, self.holder, ctx.now).await? { Ok(tx) } else { Err(busy().into()) }
    }

    /// Ends a piece: written down with what it touched, and the desk has its turn.
    async fn end(&mut self, tx: Tx, ctx: &Ctx, kind: Kind, gone: usize, touched: Vec<Object>) -> Result<(), Error> {
        if gone > 0 {
            let entry = AuditEntry::done("retention.erase", Object::kind("retention"));
            audit::record(&tx, ctx, entry.detail(json!({ "kind": kind.code(), "gone": gone })).subjects(touched))
                .await?;
            let number = u64::try_from(gone).unwrap_or(u64::MAX);
            nights::add_gone(&tx, self.today, kind, number, self.confirmed).await?;
        }
        tx.commit().await?;
        self.count(kind, gone, 0);
        tokio::time::sleep(self.pause).await;
        Ok(())
    }
}
