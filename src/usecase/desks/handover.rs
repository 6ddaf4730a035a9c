//! The hand-over of a shift: what is left as it stands now, signed by who leaves, taken by who opens.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::Call;
use crate::domain::ctx::Ctx;
use crate::domain::desks::DeskCode;
use crate::domain::desks::handover::{Handover, KEPT_DAYS, Left, Prompt, prompt};
use crate::domain::id::{AccountId, HandoverId};
use crate::domain::incidents::Near;
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::domain::tickets::line::TicketLine;
use crate::domain::tickets::remote::Remote;
use crate::domain::tickets::task::Task;
use crate::domain::time::day_start;
use crate::store::desks::handover;
use crate::store::tickets::remote;
use crate::store::{accounts, audit, calls};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::desks::home::{self, Waiting};
use crate::usecase::desks::promises::{Owed, owed, to_ask};
use crate::usecase::incidents::upcoming::{Upcoming, upcoming};
use crate::usecase::referrals::follow_up::{Ongoing, ongoing};
use crate::usecase::tickets::lines::with_lines;
use crate::usecase::{Error, Services, me};

/// What is open, promised and running now.
pub struct Standing {
    /// Calls that aren't ended.
    pub calls: Vec<Call>,
    /// Remote support that runs, with its ticket.
    pub remotes: Vec<(Remote, Option<TicketLine>)>,
    /// Call-backs promised until the end of tomorrow.
    pub callbacks: Vec<Owed>,
    /// Memberships to be confirmed, each with its ticket if any.
    pub to_ask: Vec<(Task, Option<TicketLine>)>,
    /// Escalations that nobody has taken.
    pub waiting: Vec<Waiting>,
    /// Tickets with a clock over or near its end.
    pub clocks: Vec<Upcoming>,
    /// Referrals that no firm has taken on yet, or whose member is to be asked.
    pub referrals: Vec<Ongoing>,
}

impl Standing {
    /// How much that is.
    pub fn left(&self) -> Left {
        Left {
            calls: self.calls.len(),
            remotes: self.remotes.len(),
            callbacks: self.callbacks.len(),
            tasks: self.to_ask.len(),
            waiting: self.waiting.len(),
            clocks: self.clocks.len(),
            referrals: self.referrals.len(),
        }
    }
}

/// What the page of hand-overs shows.
pub struct HandoverView {
    /// What stands now.
    pub standing: Standing,
    /// Those that nobody has taken, and the last days' others; the newest first.
    pub recent: Vec<Handover>,
    /// What the desk is asked for.
    pub prompt: Prompt,
    /// Who looks.
    pub viewer: AccountId,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

/// The page; audited with the tickets it names.
pub async fn show(services: &Services, ctx: &Ctx) -> Result<HandoverView, Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    authorise::<may::TicketRead>(ctx)?;
    let standing = standing(&by, services, ctx).await?;
    let recent = handover::recent(&services.store, ctx.now - Duration::days(2)).await?;
    let signed = recent.iter().map(|h| h.signed_by.0).chain(recent.iter().filter_map(|h| h.taken_by.map(|by| by.0)));
    let working = standing.calls.iter().map(|call| call.operator_id.0);
    let working = working.chain(standing.remotes.iter().map(|(session, _)| session.operator_id.0));
    let mut people: Vec<Uuid> = signed.chain(working).collect();
    people.sort_unstable();
    people.dedup();
    let names = accounts::names(&services.store, people).await?.into_iter().collect();
    let promised = standing.callbacks.iter().map(|promise| &promise.line).chain(standing.to_ask.iter().map(|(_, l)| l));
    let shown = promised.filter_map(|line| line.as_ref().map(|line| line.id));
    let shown =
        shown.chain(standing.waiting.iter().map(|w| w.line.id)).chain(standing.clocks.iter().map(|u| u.line.id));
    let shown = shown.chain(standing.referrals.iter().map(|o| o.line.id));
    home::seen(&by, services, ctx, "handover.view", shown.collect()).await?;
    let prompt = prompt_of(services, recent.first(), ctx.now);
    Ok(HandoverView { standing, recent, prompt, viewer: me(ctx), names })
}

/// What the desk is asked for now, for the pages that somebody opens first.
pub async fn asked(services: &Services, ctx: &Ctx) -> Result<Prompt, Error> {
    authorise::<may::CallWork>(ctx)?;
    Ok(prompt_of(services, handover::last(&services.store).await?.as_ref(), ctx.now))
}

fn prompt_of(services: &Services, last: Option<&Handover>, now: DateTime<Utc>) -> Prompt {
    let today = crate::domain::time::tokyo_day(now);
    prompt(last, services.scheme.hours.open_on(DeskCode::Helpline, today), now)
}

async fn standing(by: &Granted<may::CallWork>, services: &Services, ctx: &Ctx) -> Result<Standing, Error> {
    let store = &services.store;
    let tomorrow_night = day_start(ctx.today()) + Duration::days(2);
    let near = |u: &Upcoming| u.near != Near::Ahead;
    Ok(Standing {
        calls: Call::one_of_each(calls::open(store, None).await?),
        remotes: with_lines(services, remote::all_running(store).await?, |session| Some(session.ticket_id)).await?,
        callbacks: owed(by, services, tomorrow_night).await?,
        to_ask: to_ask(by, services).await?,
        waiting: home::waiting(services).await?,
        clocks: upcoming(by, services, ctx).await?.into_iter().filter(near).collect(),
        referrals: ongoing(by, services).await?.into_iter().filter(|o| o.wants_somebody(ctx.today())).collect(),
    })
}

/// Signs what is left, with what else is to be told.
///
/// # Errors
/// A fault beside the words when they can't be taken.
pub async fn sign(services: &Services, ctx: &Ctx, words: &str) -> Result<(), Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let words = text::note("words", words, text::NOTE)?;
    // Sent twice it's one.
    let last = handover::last(&services.store).await?;
    if last.is_some_and(|l| l.signed_by == me(ctx) && l.words == words && ctx.now - l.signed_at < Duration::minutes(2))
    {
        return Ok(());
    }
    let left = standing(&by, services, ctx).await?.left();
    let id = HandoverId(ctx.new_id());
    let new = Handover { id, signed_at: ctx.now, signed_by: me(ctx), words, left, taken_at: None, taken_by: None };
    let tx = services.store.begin().await?;
    handover::add(&tx, &new).await?;
    let entry = AuditEntry::done("handover.sign", Object::new("handover", id.0)).detail(json!(left));
    audit::record(&tx, ctx, entry).await?;
    Ok(tx.commit().await?)
}

/// Takes a hand-over, having read it.
///
/// # Errors
/// A conflict when somebody has taken it.
pub async fn take(services: &Services, ctx: &Ctx, id: HandoverId) -> Result<(), Error> {
    authorise::<may::CallWork>(ctx)?;
    let tx = services.store.begin().await?;
    let signed = handover::find(&tx, id).await?.ok_or(Error::NotFound("handover"))?;
    if !signed.may_be_taken_by(me(ctx), ctx.now) {
        let own = "ご自身の引き継ぎは、翌日の開始後に確認できます。ほかの方が読んで引き継ぎます";
        return Err(Refusal::conflict("handover.own", own).into());
    }
    if !handover::take(&tx, id, ctx.now, me(ctx)).await? {
        return Err(Refusal::conflict("handover.taken", "この引き継ぎは、ほかの人が確認しました").into());
    }
    audit::record(&tx, ctx, AuditEntry::done("handover.take", Object::new("handover", id.0))).await?;
    Ok(tx.commit().await?)
}

/// Forgets those whose days are over.
pub async fn forget_old(services: &Services, now: DateTime<Utc>) -> Result<u64, Error> {
    let tx = services.store.begin().await?;
    let forgotten = handover::forget_before(&tx, now - Duration::days(KEPT_DAYS)).await?;
    tx.commit().await?;
    Ok(forgotten)
}
