//! Before anything is erased for ever: whether the clock may be believed, how much a night may erase unasked, and what
//! waits for a person instead.

use chrono::{Days, Duration};
use serde_json::json;
use tracing::warn;

use super::{Count, Error, Services, now};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::retention::Kind;
use crate::domain::retention::cap::{self, cap};
use crate::domain::retention::clock::{Doubt, Evidence, SILENCE_DAYS, first_trace};
use crate::domain::retention::wait::{Reason, Wait};
use crate::gateway::clock::Clock;
use crate::store::retention::nights;
use crate::store::{Tx, audit};
use crate::usecase::authorise::{Granted, authorise};

/// Holds this instance's clock against the traces of believed ones and against the database's: why it isn't believed,
/// or nothing when it may be. Whatever can't be undone and goes by time asks here first.
pub async fn doubted(services: &Services, clock: &dyn Clock) -> Result<Option<Wait>, Error> {
    let (ctx, store) = (now(clock), &services.store);
    let trace = match nights::trace(store).await? {
        Some(trace) => trace,
        None => begin(services, &ctx).await?,
    };
    let database = if clock.is_the_worlds() { nights::database_clock(store).await? } else { None };
    let doubt = Evidence { said: ctx.now, trace, database }.doubt();
    let tx = store.begin().await?;
    let wait = match doubt {
        None => {
            nights::go_on(&tx, ctx.now).await?;
            nights::age_doubts(&tx, &Doubt::ALL.map(Reason::Clock)).await?;
            None
        }
        Some((doubt, against_at)) => {
            let wait = Wait { reason: Reason::Clock(doubt), said_at: ctx.now, against_at, due: 0, allowed: 0 };
            note(&tx, &ctx, &wait).await?;
            Some(wait)
        }
    };
    tx.commit().await?;
    Ok(wait)
}

/// Keeps the first trace, of which there is none yet: what the audit tells.
async fn begin(services: &Services, ctx: &Ctx) -> Result<chrono::DateTime<chrono::Utc>, Error> {
    let (newest, before) = nights::audited(&services.store, ctx.now - Duration::days(SILENCE_DAYS)).await?;
    let trace = first_trace(ctx.now, newest, before);
    let tx = services.store.begin().await?;
    nights::first_trace(&tx, trace).await?;
    tx.commit().await?;
    Ok(nights::trace(&services.store).await?.unwrap_or(trace))
}

/// Notes what waits, and writes it down when nobody had noted it yet.
pub(in crate::usecase) async fn note(tx: &Tx, ctx: &Ctx, wait: &Wait) -> Result<(), Error> {
    if nights::put_wait(tx, wait).await? {
        let code = wait.reason.code();
        warn!(retention.waits_for = code, "Nothing is erased until a person has looked: {code}");
        let detail = json!({ "why": code, "against": wait.against_at, "due": wait.due, "allowed": wait.allowed });
        let entry = AuditEntry::done("retention.wait", Object::kind("retention")).outcome(Outcome::Refused);
        audit::record(tx, ctx, entry.detail(detail)).await?;
    }
    Ok(())
}

/// What waits for a person, for those who can have it looked at.
pub async fn waits(services: &Services, ctx: &Ctx) -> Result<Vec<Wait>, Error> {
    authorise::<may::RightsRead>(ctx)?;
    Ok(nights::waits(&services.store).await?)
}

/// What a run may still erase of each kind of records.
#[derive(Default)]
pub(in crate::usecase) struct Allowance(Vec<(Kind, u64)>);

impl Allowance {
    /// Those of a kind's things that may go; the others stay for another night.
    pub(in crate::usecase) fn take<T>(&mut self, kind: Kind, mut due: Vec<T>) -> Vec<T> {
        if let Some((_, left)) = self.0.iter_mut().find(|(of, _)| *of == kind) {
            due.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= u64::try_from(due.len()).unwrap_or(*left).min(*left);
        }
        due
    }

    /// At least what a person confirmed.
    pub(in crate::usecase) fn at_least(mut self, counts: &[Count]) -> Self {
        for (kind, left) in &mut self.0 {
            *left = counts.iter().find(|count| count.kind == *kind).map_or(*left, |count| count.gone.max(*left));
        }
        self
    }
}

/// Holds what is over against what the nights before erased: what may go, and what waits.
pub(in crate::usecase) async fn assess(
    _: &Granted<may::RetentionRun>,
    services: &Services,
    ctx: &Ctx,
    counts: &[Count],
) -> Result<(Allowance, Vec<Wait>), Error> {
    let (store, today) = (&services.store, ctx.today());
    let (mut left, mut waits) = (Vec::new(), Vec::new());
    for count in counts.iter().filter(|count| count.kind.is_record()) {
        let before = nights::gone_on(store, (today - Days::new(cap::NIGHTS), today), count.kind).await?;
        let already: u64 = nights::gone_on(store, (today, today + Days::new(1)), count.kind).await?.iter().sum();
        let (largest, due) = (before.into_iter().max().unwrap_or(0), count.gone.saturating_add(already));
        let mut allowed = cap(largest, 0);
        if due > allowed {
            allowed = cap(largest, nights::kept(store, count.kind).await?.saturating_add(already));
        }
        if due > allowed {
            let reason = Reason::TooMany(count.kind);
            waits.push(Wait { reason, said_at: ctx.now, against_at: ctx.now, due, allowed });
        }
        left.push((count.kind, allowed.saturating_sub(already)));
    }
    Ok((Allowance(left), waits))
}

/// How many records a person is asked to confirm.
pub fn to_confirm(counts: &[Count]) -> u64 {
    counts.iter().filter(|count| count.kind.is_record()).map(|count| count.gone).sum()
}

/// A person says that date and number are right: the clock is believed, and what waited goes.
pub(in crate::usecase) async fn confirm(
    _: &Granted<may::RetentionRun>,
    services: &Services,
    ctx: &Ctx,
    said: u64,
    counts: &[Count],
) -> Result<(), Error> {
    let due = to_confirm(counts);
    if said != due {
        let words = format!(
            "--confirm の件数（{said}件）が、いま消去の対象になる件数（{due}件）と違います。何も消去していません。--dry-run の結果を確かめて、その件数を付けてください"
        );
        return Err(Refusal::conflict("retention.count", words).into());
    }
    let tx = services.store.begin().await?;
    nights::set_trace(&tx, ctx.now).await?;
    nights::settle(&tx, &reasons()).await?;
    Ok(tx.commit().await?)
}

/// All reasons there are.
fn reasons() -> Vec<Reason> {
    let clocks = Doubt::ALL.into_iter().map(Reason::Clock);
    clocks.chain(Kind::ALL.into_iter().map(Reason::TooMany)).collect()
}

/// The night's numbers as they stand now: what waited before and doesn't any more is taken back.
pub(in crate::usecase) async fn put_numbers(
    _: &Granted<may::RetentionRun>,
    services: &Services,
    ctx: &Ctx,
    waits: &[Wait],
) -> Result<(), Error> {
    let over = |kind: &Kind| !waits.iter().any(|wait| wait.reason == Reason::TooMany(*kind));
    let settled: Vec<Reason> = Kind::ALL.into_iter().filter(over).map(Reason::TooMany).collect();
    let tx = services.store.begin().await?;
    nights::settle(&tx, &settled).await?;
    for wait in waits {
        note(&tx, ctx, wait).await?;
    }
    Ok(tx.commit().await?)
}

/// Why a run at the console does nothing.
pub(in crate::usecase) fn refused(waits: &[Wait]) -> Refusal {
    let words: Vec<String> = waits.iter().map(Wait::words).collect();
    Refusal::conflict("retention.waits", words.join("\n"))
}
