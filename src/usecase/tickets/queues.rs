//! Queues: one page each, of what one has to do.

use std::collections::HashMap;

use chrono::Duration;

use super::{TicketList, named};
use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::id::TicketId;
use crate::domain::incidents::Near;
use crate::domain::page::{PAGE_SIZE, Page};
use crate::domain::tickets::StatusKind;
use crate::domain::tickets::line::{TicketFilter, TicketLine, Whose};
use crate::domain::tickets::queue::{Queue, tier_of};
use crate::store::tickets;
use crate::store::tickets::{callback, task, watch};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::desks::home;
use crate::usecase::incidents::upcoming::upcoming;
use crate::usecase::referrals::follow_up::ongoing;
use crate::usecase::tickets::lines::{by_id, going_on};
use crate::usecase::{Error, Services, me};

/// A page of a queue.
pub struct QueuePage {
    /// Its tickets with the names of their owners.
    pub list: TicketList,
    /// Why each stands there, where that isn't the same for all.
    pub why: HashMap<TicketId, Vec<String>>,
}

/// Hours within which something ends soon.
const SOON_HOURS: i64 = 24;

/// Opens a queue; audited with what it shows.
pub async fn queue(services: &Services, ctx: &Ctx, which: Queue, before: Option<i64>) -> Result<QueuePage, Error> {
    let by = authorise::<may::TicketFind>(ctx)?;
    let (page, why) = match which {
        Queue::Mine | Queue::Desk | Queue::Unowned => {
            let filter = filter(&by, ctx, which, before);
            (tickets::list(&services.store, &filter, PAGE_SIZE).await?, HashMap::new())
        }
        Queue::Overdue | Queue::Soon => ends(&by, services, ctx, which == Queue::Overdue).await?,
        Queue::Watched => watched(&by, services, ctx).await?,
    };
    Ok(QueuePage { list: named(&by, services, ctx, "ticket.queue", page).await?, why })
}

fn filter(_: &Granted<may::TicketFind>, ctx: &Ctx, which: Queue, before: Option<i64>) -> TicketFilter {
    let all = TicketFilter { states: StatusKind::open().collect(), before, ..TicketFilter::default() };
    match which {
        Queue::Mine => TicketFilter { owner: Some(Whose::Of(me(ctx))), ..all },
        Queue::Desk => TicketFilter { tier: tier_of(&ctx.actor), ..all },
        _ => TicketFilter { owner: Some(Whose::Ownerless(ctx.now)), ..all },
    }
}

type Whole = (Page<TicketLine>, HashMap<TicketId, Vec<String>>);

/// Tickets of which something is overdue, or ends soon: promises, tasks, and the clocks of the clinics' duties.
async fn ends(by: &Granted<may::TicketFind>, services: &Services, ctx: &Ctx, over: bool) -> Result<Whole, Error> {
    let store = &services.store;
    let mut found: Vec<(TicketId, String)> = Vec::new();
    let today = ctx.today();
    let mut add = |id: Option<TicketId>, words: String| found.extend(id.map(|id| (id, words)));
    for clock in upcoming(by, services, ctx).await? {
        // What is to be aimed at isn't the end: that it's past makes the end near, and no more.
        let (late, missed) = (clock.near == Near::Over, clock.days.aim.is_some_and(|aim| aim < today));
        if late == over && (late || missed || clock.near != Near::Ahead) {
            let words = services.scheme.incidents.duty_label(&clock.clock.duty);
            let beside = if missed && !late { "（目標の日を過ぎています）" } else { "" };
            add(Some(clock.line.id), format!("{words}{beside}"));
        }
    }
    let soon = ctx.now + Duration::hours(SOON_HOURS);
    for promise in callback::due(store, if over { ctx.now } else { soon }).await? {
        if (promise.due_at < ctx.now) == over {
            add(promise.ticket_id, "折返しのお約束".to_owned());
        }
    }
    let tasks = task::all_open(store, None).await?;
    // What was to be asked about a ticket that has ended is asked no more.
    let on = going_on(services, tasks.iter().filter_map(|task| task.ticket_id).collect()).await?;
    let goes_on = |id: Option<TicketId>| id.is_some_and(|id| on.contains_key(&id));
    for task in tasks.into_iter().filter(|task| goes_on(task.ticket_id)) {
        if (task.due_on < today) == over && (over || task.due_on == today) {
            add(task.ticket_id, task.kind.label().to_owned());
        }
    }
    for wait in home::waiting(services).await? {
        if wait.due_at.is_some_and(|due| if over { due < ctx.now } else { ctx.now <= due && due <= soon }) {
            add(Some(wait.line.id), "2次対応の引き受け待ち".to_owned());
        }
    }
    for follow_up in ongoing(by, services).await? {
        if follow_up.referral.due_on.is_some_and(|due| if over { due < today } else { due == today }) {
            add(Some(follow_up.line.id), "紹介の経過確認".to_owned());
        }
    }
    by_ticket(by, services, found).await
}

/// Reasons by ticket, in the order in which the tickets were named first. What hangs on a ticket that went into another is
/// the other's to see to.
async fn by_ticket(
    _: &Granted<may::TicketFind>,
    services: &Services,
    found: Vec<(TicketId, String)>,
) -> Result<Whole, Error> {
    let store = &services.store;
    let mut lines = by_id(tickets::of_ids(store, found.iter().map(|(id, _)| *id).collect()).await?);
    let into: Vec<TicketId> = lines.values().filter_map(|line| line.merged_into).collect();
    lines.extend(by_id(tickets::of_ids(store, into).await?));
    let mut why: HashMap<TicketId, Vec<String>> = HashMap::new();
    let mut rows: Vec<TicketLine> = Vec::new();
    for (id, words) in found {
        let Some(line) = lines.get(&id) else { continue };
        let (line, words) = match line.merged_into.and_then(|into| lines.get(&into)) {
            Some(into) => (into, format!("{words}（統合した相談票 {}）", line.number)),
            None => (line, words),
        };
        if !why.contains_key(&line.id) {
            rows.push(line.clone());
        }
        why.entry(line.id).or_default().push(words);
    }
    Ok((Page { rows, older: None }, why))
}

/// What one watches; what happened since one looked last comes first.
async fn watched(_: &Granted<may::TicketFind>, services: &Services, ctx: &Ctx) -> Result<Whole, Error> {
    let watched = watch::of(&services.store, me(ctx)).await?;
    let mut rows = tickets::of_ids(&services.store, watched.iter().map(|(id, _)| *id).collect()).await?;
    let seen: HashMap<TicketId, _> = watched.into_iter().collect();
    let news = |line: &TicketLine| seen.get(&line.id).is_some_and(|seen| *seen < line.last_event_at);
    rows.sort_by_key(|line| (!news(line), std::cmp::Reverse(line.last_event_at)));
    let why = rows.iter().filter(|line| news(line)).map(|line| (line.id, vec!["新しい動きがあります".to_owned()]));
    let why = why.collect();
    Ok((Page { rows, older: None }, why))
}
