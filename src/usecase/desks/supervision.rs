//! The supervisor's day: who is on a call, what waits, what was promised, what was done outside the rules.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::{Call, Disposition};
use crate::domain::ctx::Ctx;
use crate::domain::id::{AccountId, CallId, TicketId, VerificationId};
use crate::domain::incidents::Near;
use crate::domain::incidents::authority::AuthorityRequest;
use crate::domain::page::Page;
use crate::domain::referrals::Stage;
use crate::domain::refusal::Refusal;
use crate::domain::retention::wait::Wait;
use crate::domain::tickets::evidence_gate::{EvidenceCheck, gone_on_by};
use crate::domain::tickets::line::{TicketFilter, TicketLine, Whose};
use crate::domain::tickets::remote::Remote;
use crate::domain::tickets::task::Task;
use crate::domain::tickets::{StatusKind, TicketNo};
use crate::domain::time::day_start;
use crate::domain::verification::record::{MISSES_AN_HOUR, Verification};
use crate::domain::verification::tries::Subject;
use crate::store::incidents::authority;
use crate::store::tickets::{evidence_gate, remote};
use crate::store::verification::record as verifications;
use crate::store::verification::tries;
use crate::store::{Tx, accounts, audit, calls, tickets};
use crate::usecase::audit::readings;
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::desks::home::{self, Waiting};
use crate::usecase::desks::promises::{Owed, owed, to_ask};
use crate::usecase::incidents::radar::{Seen, undecided};
use crate::usecase::incidents::upcoming::{Upcoming, upcoming};
use crate::usecase::referrals::follow_up::{Ongoing, ongoing};
use crate::usecase::tickets::lines::with_lines;
use crate::usecase::verification::look_up;
use crate::usecase::{Error, Services, retention};

/// Of tickets that nobody works on so many are shown; all of them stand in their queue.
const OWNERLESS: u64 = 20;

/// The day as a supervisor sees it.
pub struct Day {
    /// Calls being talked or typed.
    pub on_call: Vec<Call>,
    /// Remote support that runs now, the longest first, with its ticket.
    pub remotes: Vec<(Remote, Option<TicketLine>)>,
    /// Where somebody went on today although the questions before remote support or cleaning said to ask tier 2, newest
    /// first, with its ticket.
    pub all_the_same: Vec<(EvidenceCheck, Option<TicketLine>)>,
    /// Calls of the day by disposition, most first.
    pub dispositions: Vec<(Disposition, u64)>,
    /// All calls of the day, those not ended included.
    pub calls: u64,
    /// Calls of the day that were ended although their record lacked something.
    pub lacking: u64,
    /// Tickets opened today.
    pub opened: u64,
    /// Tickets not ended.
    pub open: u64,
    /// Escalations that nobody took yet.
    pub waiting: u64,
    /// Those among them that nobody took in time, the gravest first.
    pub late_at_tier2: Vec<Waiting>,
    /// The clocks of the clinics' duties that are over or near their end.
    pub near_clocks: Vec<Upcoming>,
    /// Referrals that wait for a second person.
    pub to_second: Vec<Ongoing>,
    /// What authorities asked for and nobody answered.
    pub requests: Vec<(AuthorityRequest, TicketNo)>,
    /// What clinics say alike, and nobody judged yet.
    pub waves: Vec<Seen>,
    /// Open tickets that nobody works on: without an owner, or of somebody who works here no longer; the newest.
    pub ownerless: Page<TicketLine>,
    /// Call-backs that somebody was to make who works here no longer.
    pub orphaned: Vec<Owed>,
    /// Callbacks overdue, soonest due first.
    pub overdue: Vec<Owed>,
    /// Calls outside hours and complaints that wait for a review.
    pub to_review: Vec<Call>,
    /// Provisional verifications, and those against the rules, that wait for a review.
    pub doubtful: Vec<Verification>,
    /// Tickets of the calls that are shown.
    pub tickets: HashMap<Uuid, TicketNo>,
    /// Associations to be asked, soonest due first, each with its ticket if it has one.
    pub tasks: Vec<(Task, Option<TicketLine>)>,
    /// Who looked up wrong numbers more often within the last hour than honest work does, and how often: accounts,
    /// and API tokens.
    pub guessing: Vec<(Option<Uuid>, u64)>,
    /// What waits for a person before it is erased.
    pub waits: Vec<Wait>,
    /// Who is stopped at trying numbers, the longest first.
    pub stopped: Vec<Stopped>,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

impl Day {
    /// The audit's entry of who looked at it, and at these calls.
    fn looked_at(&self, calls: &[Uuid]) -> AuditEntry {
        let tickets = self.shown_tickets().into_iter().map(|id| Object::new("ticket", id));
        AuditEntry::done("home.supervisor", Object::kind("page"))
            .detail(json!({ "shown": calls.len() }))
            .subjects(calls.iter().map(|id| Object::new("call", *id)).chain(tickets))
    }

    /// Tickets of which more than the number stands there.
    fn shown_tickets(&self) -> HashSet<TicketId> {
        let with_line = |line: &Option<TicketLine>| line.as_ref().map(|line| line.id);
        let mut shown: HashSet<TicketId> = self.late_at_tier2.iter().map(|waits| waits.line.id).collect();
        shown.extend(self.near_clocks.iter().map(|clock| clock.line.id));
        shown.extend(self.to_second.iter().map(|referral| referral.line.id));
        shown.extend(self.requests.iter().map(|(request, _)| request.ticket_id));
        shown.extend(self.waves.iter().flat_map(|seen| seen.lines.iter().map(|line| line.id)));
        shown.extend(self.ownerless.rows.iter().map(|line| line.id));
        shown.extend(self.orphaned.iter().filter_map(|promise| with_line(&promise.line)));
        shown.extend(self.overdue.iter().filter_map(|promise| with_line(&promise.line)));
        shown.extend(self.remotes.iter().filter_map(|(_, line)| with_line(line)));
        shown.extend(self.all_the_same.iter().filter_map(|(_, line)| with_line(line)));
        shown
    }
}

/// An account, a token or a call that may try no numbers.
pub struct Stopped {
    /// Which kind.
    pub kind: Subject,
    /// Its id.
    pub subject: Uuid,
    /// Whose it is: the account's or the token's name, of a call who last tried.
    pub name: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// Where somebody went on by a reason of their own.
async fn all_the_same(services: &Services, day: NaiveDate) -> Result<Vec<(EvidenceCheck, Option<TicketLine>)>, Error> {
    let checks = evidence_gate::all_the_same(&services.store, day_start(day)).await?;
    let tickets = checks.iter().map(|check| check.ticket_id).collect();
    let sessions = remote::of_tickets(&services.store, tickets).await?;
    with_lines(services, gone_on_by(checks, &sessions), |check| Some(check.ticket_id)).await
}

/// How the day's calls ended, most first.
async fn dispositions(services: &Services, day: NaiveDate) -> Result<Vec<(Disposition, u64)>, Error> {
    let counted = calls::count_of_day(&services.store, day).await?;
    let number = |n: i64| u64::try_from(n).unwrap_or_default();
    let known = counted.iter().filter_map(|(code, n)| Some((Disposition::parse(code.as_deref()?)?, number(*n))));
    let mut dispositions: Vec<(Disposition, u64)> = known.collect();
    dispositions.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    Ok(dispositions)
}

/// The day view.
pub async fn day(services: &Services, ctx: &Ctx) -> Result<Day, Error> {
    let by = authorise::<may::Supervise>(ctx)?;
    let store = &services.store;
    let on_call = Call::one_of_each(calls::open(store, None).await?);
    let to_review = calls::to_review(store).await?;
    let doubtful = verifications::to_review(store).await?;
    let shown: Vec<Uuid> =
        on_call.iter().chain(&to_review).map(|c| c.id.0).chain(doubtful.iter().map(|v| v.call_id.0)).collect();
    let guessing = audit::failures(store, "member.lookup", ctx.now - Duration::hours(1), MISSES_AN_HOUR).await?;
    let people =
        on_call.iter().chain(&to_review).map(|c| c.operator_id.0).chain(doubtful.iter().map(|v| v.decided_by.0));
    let people = people.chain(guessing.iter().filter_map(|(who, _)| *who));
    let remotes = with_lines(services, remote::all_running(store).await?, |session| Some(session.ticket_id)).await?;
    let all_the_same = all_the_same(services, ctx.today()).await?;
    let people = people.chain(remotes.iter().map(|(session, _)| session.operator_id.0));
    let people = people.chain(all_the_same.iter().map(|(check, _)| check.asked_by.0));
    let waiting = home::waiting(services).await?;
    let ownerless = ownerless(&by, services, ctx).await?;
    let people = people.chain(ownerless.rows.iter().filter_map(|line| line.owner_id.map(|owner| owner.0)));
    let people: Vec<Uuid> = people.collect();
    let day = Day {
        orphaned: orphaned(&by, services, ctx).await?,
        ownerless,
        dispositions: dispositions(services, ctx.today()).await?,
        calls: calls::conversations_of_day(store, ctx.today()).await?,
        lacking: calls::lacking_of_day(store, ctx.today()).await?,
        opened: tickets::count(store, &[], Some(ctx.today())).await?,
        open: tickets::count(store, &StatusKind::open().collect::<Vec<_>>(), None).await?,
        waiting: waiting.len() as u64,
        late_at_tier2: waiting.into_iter().filter(|w| w.due_at.is_some_and(|due| due < ctx.now)).collect(),
        to_second: ongoing(&by, services).await?.into_iter().filter(|o| o.referral.stage == Stage::ToSecond).collect(),
        requests: authority::open(store).await?,
        waves: undecided(&by, services, ctx).await?,
        near_clocks: upcoming(&by, services, ctx).await?.into_iter().filter(|u| u.near != Near::Ahead).collect(),
        overdue: owed(&by, services, ctx.now).await?,
        tickets: tickets::of_calls(store, shown.clone()).await?.into_iter().collect(),
        tasks: to_ask(&by, services).await?,
        waits: retention::waits(services, ctx).await?,
        names: accounts::names(store, people).await?.into_iter().collect(),
        stopped: stopped(services).await?,
        guessing,
        on_call,
        remotes,
        all_the_same,
        to_review,
        doubtful,
    };
    readings::shown(&by, services, ctx, day.looked_at(&shown)).await?;
    Ok(day)
}

/// What nobody works on. What waits for tier 2 stands in its own list.
async fn ownerless(_: &Granted<may::Supervise>, services: &Services, ctx: &Ctx) -> Result<Page<TicketLine>, Error> {
    let whose = Some(Whose::Ownerless(ctx.now));
    let states = StatusKind::open().filter(|kind| *kind != StatusKind::Escalated).collect();
    let filter = TicketFilter { states, owner: whose, ..TicketFilter::default() };
    Ok(tickets::list(&services.store, &filter, OWNERLESS).await?)
}

/// What somebody was to ring about who works here no longer.
async fn orphaned(by: &Granted<may::Supervise>, services: &Services, ctx: &Ctx) -> Result<Vec<Owed>, Error> {
    let here: HashSet<AccountId> = accounts::all(&services.store)
        .await?
        .into_iter()
        .filter(|account| account.works_on_tickets(ctx.now))
        .map(|account| account.id)
        .collect();
    let mut owed = owed(by, services, ctx.now + Duration::days(366)).await?;
    owed.retain(|promise| !here.contains(&promise.callback.rings()) && promise.callback.due_at >= ctx.now);
    Ok(owed)
}

async fn stopped(services: &Services) -> Result<Vec<Stopped>, Error> {
    let rows = tries::stopped(&services.store).await?;
    let mut behind = HashMap::new();
    for row in &rows {
        let person = match row.kind {
            Subject::Token => accounts::person_behind(&services.store, row.subject).await?.map(|person| person.0),
            _ => row.person,
        };
        behind.extend(person.map(|person| (row.subject, person)));
    }
    let ids = rows.iter().map(|row| row.subject).chain(behind.values().copied()).collect();
    let names: HashMap<Uuid, String> = accounts::names(&services.store, ids).await?.into_iter().collect();
    let shown = rows.into_iter().filter_map(|row| {
        let person = behind.get(&row.subject).and_then(|person| names.get(person));
        let name = match (names.get(&row.subject), person) {
            (Some(token), Some(person)) if row.kind == Subject::Token => format!("{token}（責任者 {person}）"),
            (own, person) => own.or(person).cloned().unwrap_or_default(),
        };
        Some(Stopped { kind: row.kind, subject: row.subject, name, since: row.tally.stopped_at? })
    });
    Ok(shown.collect())
}

/// A supervisor has looked at a call taken outside hours, or at a complaint. Nobody reviews their own, whether they
/// did it themselves or a token did that they answer for.
pub async fn review_call(services: &Services, ctx: &Ctx, id: CallId) -> Result<(), Error> {
    let supervise = authorise::<may::Supervise>(ctx)?;
    let tx = services.store.begin().await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    by_another(&supervise, &tx, ctx, call.operator_id).await?;
    if !calls::review(&tx, id, ctx.now, ctx.actor.id).await? {
        return Err(Refusal::conflict("review.done", "この通話は確認済みです").into());
    }
    audit::record(&tx, ctx, AuditEntry::done("call.review", Object::new("call", id.0))).await?;
    Ok(tx.commit().await?)
}

/// A supervisor has looked at a provisional verification, or at one against the rules. Nobody reviews their own.
pub async fn review_verification(services: &Services, ctx: &Ctx, id: VerificationId) -> Result<(), Error> {
    let supervise = authorise::<may::Supervise>(ctx)?;
    let tx = services.store.begin().await?;
    let held = verifications::find(&tx, id).await?.ok_or(Error::NotFound("verification"))?;
    by_another(&supervise, &tx, ctx, held.decided_by).await?;
    if !verifications::review(&tx, id, ctx.now, ctx.actor.id).await? {
        return Err(own_work().into());
    }
    audit::record(&tx, ctx, AuditEntry::done("verification.review", Object::new("verification", id.0))).await?;
    Ok(tx.commit().await?)
}

/// What needs a second person is reviewed by another one: persons are compared, not what they act through.
async fn by_another(_: &Granted<may::Supervise>, tx: &Tx, ctx: &Ctx, doer: AccountId) -> Result<(), Error> {
    let person = accounts::person_behind(tx, doer.0).await?;
    if ctx.actor.is_another_than(person) { Ok(()) } else { Err(own_work().into()) }
}

/// Lets on who was stopped at trying numbers: another person than whoever tried them, who answers for a token included.
pub async fn let_on(services: &Services, ctx: &Ctx, subject: Uuid) -> Result<(), Error> {
    authorise::<may::Supervise>(ctx)?;
    let tx = services.store.begin().await?;
    let mut found = tries::stopped_one(&tx, subject).await?.ok_or(Error::NotFound("stop"))?;
    let tried = match found.kind {
        Subject::Account | Subject::Token => accounts::person_behind(&tx, subject).await?,
        Subject::Sheet => None,
    };
    let own_sheet = found.kind == Subject::Sheet && tries::has_tried(&tx, CallId(subject), ctx.actor.id).await?;
    let own =
        [tried, found.person.map(AccountId)].into_iter().flatten().any(|who| !ctx.actor.is_another_than(Some(who)));
    if own || own_sheet {
        return Err(Refusal::conflict(
            "stop.own",
            "ご自身の照合で止まったものは再開できません。別のスーパーバイザーが再開してください",
        )
        .into());
    }
    found.tally.let_on(found.kind.limits(), ctx.now);
    tries::put(&tx, &found).await?;
    audit::record(&tx, ctx, AuditEntry::done("member.let_on", look_up::object(found.kind, subject))).await?;
    Ok(tx.commit().await?)
}

fn own_work() -> Refusal {
    Refusal::conflict("review.own", "確認済みか、ご自身の対応です。別のスーパーバイザーが確認してください")
}
