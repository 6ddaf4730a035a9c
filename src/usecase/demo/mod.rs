//! Filling an empty database with a made-up past, for trials and demonstrations.

pub mod told;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::demo::calendar::first_day;
use crate::demo::firms::firms;
use crate::demo::rng::Rng;
use crate::demo::{Past, Plan, Staff, counted};
use crate::domain::access::actor::{Role, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::AccountId;
use crate::domain::members::import_record::ImportRecord;
use crate::domain::members::periods::{RecordedPeriod, periods};
use crate::domain::members::record::Tenure;
use crate::domain::refusal::Refusal;
use crate::domain::scheme::Scheme;
use crate::domain::time::day_start;
use crate::gateway::secret::digest;
use crate::store::demo;
use crate::store::demo::{Book, Fill};
use crate::store::members;
use crate::store::members::{KeptFacility, KeptMember, KeptPeriod, KeptTenure};
use crate::store::retention::nights;
use crate::store::{Tx, accounts, audit};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::{Error, Services};

/// People a transaction carries.
const PEOPLE: u64 = 5_000;
/// Tickets after which progress is told.
const TOLD: usize = 5_000;
/// Purposes of ids made here.
const TENURES: u64 = 11;
const PERIODS: u64 = 12;

/// What is to be made up.
#[derive(Debug, Clone, Copy)]
pub struct Demo {
    /// People in the directory.
    pub members: usize,
    /// Tickets.
    pub tickets: usize,
    /// The same seed gives the same past.
    pub seed: u64,
    /// Its last day.
    pub until: NaiveDate,
}

/// What was made up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DemoReport {
    /// People.
    pub members: usize,
    /// Facilities.
    pub facilities: usize,
    /// Ties of people to facilities.
    pub pairs: usize,
    /// Tickets.
    pub tickets: usize,
    /// Calls.
    pub calls: usize,
}

impl Demo {
    fn plan(&self, ctx: &Ctx) -> Result<Plan, Error> {
        if self.until < first_day() {
            return Err(Refusal::field("until", "demo.until", "--until は 2022-06-01 以後の日付にしてください").into());
        }
        if self.members == 0 {
            return Err(Refusal::field("members", "demo.members", "--members は1以上にしてください").into());
        }
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Ok(Plan::new(count(self.members), count(self.tickets), self.seed, self.until, ctx.now))
    }
}

/// Fills an empty database. `staff` are the accounts that did it all, by their roles; made-up ones when there are none.
///
/// # Errors
/// Refused when the database holds members, tickets or calls already.
pub async fn fill(
    services: &Services,
    ctx: &Ctx,
    demo: &Demo,
    staff: &[AccountId],
    progress: &mut (dyn FnMut(&str, usize) + Send),
) -> Result<DemoReport, Error> {
    let by = authorise::<may::DirectoryImport>(ctx)?;
    let plan = demo.plan(ctx)?;
    if !demo::is_empty(&services.store).await? {
        let message = "このデータベースには会員・相談票・通話が登録されています。空のデータベースを指定してください";
        return Err(Refusal::conflict("demo.not_empty", message).into());
    }
    let staff = roles(services, staff).await?;
    let mut report = DemoReport::default();
    people(&by, services, ctx, &plan, &mut report, progress).await?;
    let serials = cases_of(services, &plan, staff, &mut report, progress).await?;
    let tx = services.store.begin().await?;
    demo::put_firms(&tx, &firms(demo.until)).await?;
    demo::put_counters(&tx, &serials).await?;
    demo::unmark(&tx).await?;
    nights::first_trace(&tx, ctx.now).await?;
    let entry = AuditEntry::done("demo.fill", Object::kind("database")).detail(json!(report));
    audit::record(&tx, ctx, entry).await?;
    tx.commit().await?;
    Ok(report)
}

async fn roles(services: &Services, staff: &[AccountId]) -> Result<Staff, Error> {
    let (mut operators, mut specialists, mut supervisors) = (Vec::new(), Vec::new(), Vec::new());
    for id in staff {
        match accounts::by_id(&services.store, *id).await?.map(|a| a.role) {
            Some(Role::Specialist) => specialists.push(*id),
            Some(Role::Supervisor) => supervisors.push(*id),
            _ => operators.push(*id),
        }
    }
    Ok(Staff::complete(operators, specialists, supervisors))
}

async fn people(
    by: &Granted<may::DirectoryImport>,
    services: &Services,
    ctx: &Ctx,
    plan: &Plan,
    report: &mut DemoReport,
    progress: &mut (dyn FnMut(&str, usize) + Send),
) -> Result<(), Error> {
    let directory = plan.directory();
    let since = day_start(first_day());
    let mut from = 0;
    while from < plan.members {
        let until = (from + PEOPLE).min(plan.members);
        let (mut members, mut facilities, mut tenures, mut seen) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for i in from..until {
            let home = directory.household(i);
            let mut ids = Rng::of(plan.seed, TENURES, i);
            tenures.extend(home.ties.iter().map(|(facility, role)| KeptTenure {
                id: ids.id(since, 0),
                member_id: home.id.0,
                facility_id: facility.0,
                tenure: Tenure { role: *role, from_on: None, until_on: None },
            }));
            seen.extend(periods(&home.member).into_iter().map(|p| KeptPeriod {
                member_id: home.id.0,
                recorded: RecordedPeriod { period: p, seen_on: directory.exported_on },
            }));
            facilities.extend(home.facilities.into_iter().map(|(id, record)| KeptFacility {
                id: id.0,
                record,
                gone_on: None,
            }));
            members.push(KeptMember { id: home.id.0, record: home.member, gone_on: None });
        }
        let tx = services.store.begin().await?;
        if from == 0 {
            demo::mark(&tx).await?;
        }
        members::add_members(&tx, VERSION, &members).await?;
        members::add_facilities(&tx, VERSION, &facilities).await?;
        members::add_tenures(&tx, VERSION, &tenures).await?;
        let nth = AtomicU64::new(from * 4);
        let id = || -> Uuid { Rng::of(plan.seed, PERIODS, nth.fetch_add(1, Ordering::Relaxed)).id(since, 0) };
        members::put_periods(&tx, VERSION, id, &seen, &[]).await?;
        report.members += members.len();
        report.facilities += facilities.len();
        report.pairs += tenures.len();
        if until == plan.members {
            imported(by, &tx, ctx, plan, report).await?;
        }
        tx.commit().await?;
        progress("members", report.members);
        from = until;
    }
    Ok(())
}

/// The version of the directory that is made up.
const VERSION: i64 = 1;

/// The record of the import that would have brought this directory.
async fn imported(
    _: &Granted<may::DirectoryImport>,
    tx: &Tx,
    ctx: &Ctx,
    plan: &Plan,
    report: &DemoReport,
) -> Result<(), Error> {
    let pairs = i64::try_from(report.pairs).unwrap_or(i64::MAX);
    let record = ImportRecord {
        version: VERSION,
        file_name: "demo".into(),
        file_hash: digest(&format!("demo {} {}", plan.seed, plan.members)),
        exported_on: plan.directory().exported_on,
        mapping: String::new(),
        encoding: "UTF-8".into(),
        rows: pairs,
        added: pairs,
        changed: 0,
        gone: 0,
        unchanged: 0,
        repaired: 0,
        rejected: 0,
        imported_at: plan.horizon,
    };
    Ok(members::add_import(tx, &record, (!ctx.actor.id.is_nil()).then_some(ctx.actor.id)).await?)
}

/// Makes up cases on one thread while those before them are written on others; only a few parcels exist at a time.
async fn cases_of(
    services: &Services,
    plan: &Plan,
    staff: Staff,
    report: &mut DemoReport,
    progress: &mut (dyn FnMut(&str, usize) + Send),
) -> Result<BTreeMap<i32, i64>, Error> {
    let (tell, mut told) = tokio::sync::mpsc::channel::<usize>(8);
    let (plan, scheme) = (*plan, Arc::clone(&services.scheme));
    let (fill, book) = Fill::begin(&services.store)?;
    let made = tokio::task::spawn_blocking(move || make(plan, &scheme, &staff, book, &tell));
    while let Some(tickets) = told.recv().await {
        progress("tickets", tickets);
    }
    let (tickets, calls, serials) = made.await.map_err(|e| Error::Outside(e.to_string()))?;
    fill.finish().await?;
    (report.tickets, report.calls) = (tickets, calls);
    Ok(serials)
}

/// Tickets and calls made, and the last serial of each year.
type Made = (usize, usize, BTreeMap<i32, i64>);

fn make(plan: Plan, scheme: &Scheme, staff: &Staff, mut book: Book, tell: &tokio::sync::mpsc::Sender<usize>) -> Made {
    let (mut tickets, mut calls) = (0, 0);
    for case in Past::new(plan, scheme, staff) {
        if !book.wanted() {
            break;
        }
        calls += case.calls.len();
        tickets += usize::from(case.ticket.is_some());
        if case.ticket.is_some() && tickets % TOLD == 0 {
            // Who listens only shows it.
            let _shown = tell.try_send(tickets);
        }
        book.add(case);
    }
    (tickets, calls, book.finish())
}

/// Writes the true cases that reports count as one JSON list (contracts section 5): those that `fill` makes of the same arguments.
///
/// # Errors
/// When the file can't be written.
pub fn cases(services: &Services, ctx: &Ctx, demo: &Demo, out: &mut dyn Write) -> Result<usize, Error> {
    let outside = |e: std::io::Error| Error::Outside(e.to_string());
    let staff = Staff::complete(Vec::new(), Vec::new(), Vec::new());
    let mut written = 0;
    for case in Past::new(demo.plan(ctx)?, &services.scheme, &staff) {
        for entry in counted(&case) {
            let line = serde_json::to_string(&entry).map_err(|e| Error::Outside(e.to_string()))?;
            write!(out, "{}{line}", if written == 0 { "[\n" } else { ",\n" }).map_err(outside)?;
            written += 1;
        }
    }
    write!(out, "{}", if written == 0 { "[]\n" } else { "\n]\n" }).map_err(outside)?;
    out.flush().map_err(outside)?;
    Ok(written)
}
