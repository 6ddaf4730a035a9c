//! What each role finds when it signs in.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

use crate::domain::access::actor::{Right, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::Call;
use crate::domain::ctx::Ctx;
use crate::domain::id::TicketId;
use crate::domain::incidents::Near;
use crate::domain::page::{COUNT_LIMIT, PAGE_SIZE, Page};
use crate::domain::tickets::escalation::{Escalation, QueuePlace};
use crate::domain::tickets::line::{TicketFilter, TicketLine, Whose};
use crate::domain::tickets::task::{Task, TaskKind};
use crate::domain::tickets::{StatusKind, TicketNo};
use crate::domain::time::day_start;
use crate::store::tickets;
use crate::store::tickets::{escalation, task};
use crate::store::{accounts, calls};
use crate::usecase::audit::readings;
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::desks::promises::{Owed, owed, to_ask};
use crate::usecase::incidents::radar::{Seen, undecided};
use crate::usecase::incidents::upcoming::{Upcoming, upcoming};
use crate::usecase::referrals::follow_up::{Ongoing, ongoing};
use crate::usecase::tickets::lines::{going_on, with_lines};
use crate::usecase::{Error, Services, me};

/// An operator's home.
pub struct OperatorHome {
    /// Their calls that aren't ended.
    pub open_calls: Vec<Call>,
    /// Their open tickets.
    pub tickets: Vec<TicketLine>,
    /// Callbacks due until the end of tomorrow, everybody's, soonest first.
    pub callbacks: Vec<Owed>,
    /// Memberships to be confirmed until tomorrow, each with its ticket if any.
    pub to_ask: Vec<(Task, Option<TicketLine>)>,
}

/// Until when a home looks ahead.
fn tomorrow_night(today: NaiveDate) -> DateTime<Utc> {
    day_start(today) + Duration::days(2)
}

/// An operator's home.
pub async fn operator(services: &Services, ctx: &Ctx) -> Result<OperatorHome, Error> {
    let by = authorise::<may::CallWork>(ctx)?;
    let store = &services.store;
    let open_calls = Call::one_of_each(calls::open(store, Some(me(ctx))).await?);
    let tickets = mine(&by, services, ctx).await?;
    let tomorrow_night = tomorrow_night(ctx.today());
    let callbacks = owed(&by, services, tomorrow_night).await?;
    let mut to_ask = to_ask(&by, services).await?;
    to_ask.retain(|(task, _)| day_start(task.due_on) < tomorrow_night);
    let promised = callbacks.iter().map(|promise| &promise.line).chain(to_ask.iter().map(|(_, line)| line));
    let shown = tickets.iter().map(|t| t.id).chain(promised.filter_map(|line| line.as_ref().map(|t| t.id)));
    seen(&by, services, ctx, "home.operator", shown.collect()).await?;
    Ok(OperatorHome { open_calls, tickets, callbacks, to_ask })
}

/// What waits for tier 2.
pub struct Waiting {
    /// What was asked for.
    pub escalation: Escalation,
    /// Its ticket.
    pub line: TicketLine,
    /// By when it's to be taken, by the desk's own targets.
    pub due_at: Option<DateTime<Utc>>,
}

/// A page of tier 2's queue.
pub struct WaitingPage {
    /// Escalations that wait, the gravest first, then the one that waits longest.
    pub waiting: Vec<Waiting>,
    /// Where the next page begins, if more wait.
    pub more_after: Option<QueuePlace>,
}

/// A specialist's home.
pub struct SpecialistHome {
    /// Callbacks that are overdue, everybody's, soonest due first.
    pub overdue: Vec<Owed>,
    /// Their own until the end of tomorrow that aren't, soonest due first.
    pub own: Vec<Owed>,
    /// The front of the queue.
    pub queue: WaitingPage,
    /// Calls that asked for tier 2 again on a ticket that tier 2 has, longest first; one's own before others'.
    pub asked_again: Vec<(Task, TicketLine)>,
    /// The clocks of the clinics' duties, those that are near first, as many as are read at a glance.
    pub clocks: Vec<Upcoming>,
    /// On how many more tickets clocks run.
    pub more_clocks: usize,
    /// What clinics say alike, and nobody judged yet.
    pub waves: Vec<Seen>,
    /// Referrals that go on: the one whose member is to be asked first comes first.
    pub referrals: Vec<Ongoing>,
    /// Calls that go on: a specialist may read along.
    pub on_call: Vec<Call>,
    /// Their own open tickets.
    pub tickets: Vec<TicketLine>,
    /// Names of the owners that occur.
    pub names: HashMap<Uuid, String>,
}

/// Tier 2's queue, from its front or from a place in it.
pub async fn queue(services: &Services, ctx: &Ctx, after: Option<&QueuePlace>) -> Result<WaitingPage, Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    let queue = page_of_waiting(services, after).await?;
    seen(&by, services, ctx, "queue.view", queue.waiting.iter().map(|w| w.line.id).collect()).await?;
    Ok(queue)
}

/// Of how many tickets a home shows the clocks at least; all that are near or over stand there.
const CLOCKS_AT_A_GLANCE: usize = 20;

/// A specialist's home: the front of tier 2's queue, and what is theirs.
pub async fn specialist(services: &Services, ctx: &Ctx) -> Result<SpecialistHome, Error> {
    let by = authorise::<may::Tier2>(ctx)?;
    let store = &services.store;
    let mut due = owed(&by, services, tomorrow_night(ctx.today())).await?;
    due.retain(|promise| promise.callback.due_at < ctx.now || promise.callback.rings() == me(ctx));
    let (overdue, own): (Vec<Owed>, Vec<Owed>) = due.into_iter().partition(|p| p.callback.due_at < ctx.now);
    let queue = page_of_waiting(services, None).await?;
    let asked_again = asked_again(&by, services, ctx).await?;
    let mut clocks = upcoming(&by, services, ctx).await?;
    let near = clocks.iter().filter(|clock| clock.near != Near::Ahead).count();
    let more_clocks = clocks.len();
    clocks.truncate(near.max(CLOCKS_AT_A_GLANCE));
    let more_clocks = more_clocks - clocks.len();
    let waves = undecided(&by, services, ctx).await?;
    let referrals = ongoing(&by, services).await?;
    let on_call = Call::one_of_each(calls::open(store, None).await?);
    let tickets = mine(&by, services, ctx).await?;
    let promised = overdue.iter().chain(&own).filter_map(|promise| promise.line.as_ref().map(|line| line.id));
    let shown = promised.chain(queue.waiting.iter().map(|w| w.line.id)).chain(asked_again.iter().map(|(_, t)| t.id));
    let shown = shown.chain(clocks.iter().map(|u| u.line.id)).chain(referrals.iter().map(|r| r.line.id));
    seen(&by, services, ctx, "home.specialist", shown.chain(tickets.iter().map(|t| t.id)).collect()).await?;
    let owned = asked_again
        .iter()
        .map(|(_, t)| t)
        .chain(clocks.iter().map(|u| &u.line))
        .chain(referrals.iter().map(|o| &o.line));
    let owners = owned.filter_map(|line| line.owner_id.map(|owner| owner.0)).chain([ctx.actor.id]);
    let owners = owners.chain(on_call.iter().map(|call| call.operator_id.0)).collect();
    let names = accounts::names(store, owners).await?.into_iter().collect();
    Ok(SpecialistHome {
        overdue,
        own,
        queue,
        asked_again,
        clocks,
        more_clocks,
        waves,
        referrals,
        on_call,
        tickets,
        names,
    })
}

/// What waits for tier 2, the gravest first, then what waits longest: all of it, to a thousand.
pub(in crate::usecase) async fn waiting(services: &Services) -> Result<Vec<Waiting>, Error> {
    waiting_after(services, None, COUNT_LIMIT).await
}

/// A page of what waits for tier 2, and its last one where more wait.
async fn page_of_waiting(services: &Services, after: Option<&QueuePlace>) -> Result<WaitingPage, Error> {
    let mut waiting = waiting_after(services, after, PAGE_SIZE + 1).await?;
    let more = waiting.len() as u64 > PAGE_SIZE;
    if more {
        waiting.pop();
    }
    let place = |w: &Waiting| {
        let (id, requested_at) = (w.escalation.id, w.escalation.requested_at);
        QueuePlace { severity: w.line.severity.clone(), requested_at, id }
    };
    let more_after = waiting.last().filter(|_| more).map(place);
    Ok(WaitingPage { waiting, more_after })
}

async fn waiting_after(services: &Services, after: Option<&QueuePlace>, size: u64) -> Result<Vec<Waiting>, Error> {
    let (store, scheme) = (&services.store, &services.scheme);
    let asked = escalation::waiting(store, &scheme.lists.gravest_first(), after, size).await?;
    let with_due = |(escalation, line): (Escalation, Option<TicketLine>)| {
        let line = line?;
        let due_at = scheme.hours.tier2_due(&line.severity, escalation.requested_at);
        Some(Waiting { escalation, line, due_at })
    };
    let asked = with_lines(services, asked, |escalation| Some(escalation.ticket_id)).await?;
    Ok(asked.into_iter().filter_map(with_due).collect())
}

async fn asked_again(
    _: &Granted<may::Tier2>,
    services: &Services,
    ctx: &Ctx,
) -> Result<Vec<(Task, TicketLine)>, Error> {
    let tasks = task::open_of(&services.store, TaskKind::AskedAgain).await?;
    // What has ended meanwhile asks for nothing more here; the task stands on the ticket.
    let lines = going_on(services, tasks.iter().filter_map(|task| task.ticket_id).collect()).await?;
    let with_line = |task: Task| task.ticket_id.and_then(|id| lines.get(&id).cloned()).map(|line| (task, line));
    let mut asked: Vec<_> = tasks.into_iter().filter_map(with_line).collect();
    asked.sort_by_key(|(task, line)| (line.owner_id != Some(me(ctx)), task.created_at));
    Ok(asked)
}

/// What the claims office may see of a call that was pointed to it: no narrative.
pub struct ClaimEnquiry {
    /// When the call arrived.
    pub arrived_at: DateTime<Utc>,
    /// The ticket's number, if there is one.
    pub number: Option<TicketNo>,
    /// The facility's name, if there is a ticket.
    pub facility_name: String,
    /// Incident code, if there is a ticket.
    pub incident: String,
}

/// A claims clerk's home: callers who were pointed to the office.
pub async fn clerk(services: &Services, ctx: &Ctx) -> Result<Vec<ClaimEnquiry>, Error> {
    let by = authorise::<may::ClaimEnquiry>(ctx)?;
    let store = &services.store;
    let asked = calls::claim_enquiries(store, 100).await?;
    let links: HashMap<Uuid, TicketNo> =
        tickets::of_calls(store, asked.iter().map(|(call, _)| call.0).collect()).await?.into_iter().collect();
    let numbers: Vec<i64> = links.values().map(|n| n.as_key()).collect();
    let lines: HashMap<TicketNo, TicketLine> =
        tickets::of_numbers(store, &numbers).await?.into_iter().map(|t| (t.number, t)).collect();
    let cases: Vec<_> = asked
        .into_iter()
        .map(|(call, arrived_at)| {
            let number = links.get(&call.0).copied();
            let line = number.and_then(|n| lines.get(&n));
            ClaimEnquiry {
                arrived_at,
                number,
                facility_name: line.map_or_else(String::new, |l| l.facility_name.clone()),
                incident: line.map_or_else(String::new, |l| l.incident.clone()),
            }
        })
        .collect();
    seen(&by, services, ctx, "home.clerk", lines.values().map(|t| t.id).collect()).await?;
    Ok(cases)
}

async fn mine<R: Right>(_: &Granted<R>, services: &Services, ctx: &Ctx) -> Result<Vec<TicketLine>, Error> {
    let filter =
        TicketFilter { states: StatusKind::open().collect(), owner: Some(Whose::Of(me(ctx))), ..Default::default() };
    let page: Page<TicketLine> = tickets::list(&services.store, &filter, 30).await?;
    Ok(page.rows)
}

pub(in crate::usecase) async fn seen<R: Right>(
    by: &Granted<R>,
    services: &Services,
    ctx: &Ctx,
    action: &'static str,
    tickets: Vec<TicketId>,
) -> Result<(), Error> {
    let entry = AuditEntry::done(action, Object::kind("page"))
        .detail(json!({ "shown": tickets.len() }))
        .subjects(tickets.into_iter().map(|id| Object::new("ticket", id)));
    readings::shown(by, services, ctx, entry).await
}
