//! Drawing: what is counted is kept when the period is over, and what can't be told is withheld.

use chrono::{DateTime, Duration, NaiveDate, Utc};

use crate::domain::access::actor::{Right, may};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::reports::reading::most_told;
use crate::domain::reports::{
    Case, Categories, Codes, Drawing, Example, Grain, Period, Report, Service, Span, Terms, Volume, vocabulary,
};
use crate::domain::scheme::reports::Change;
use crate::domain::time::tokyo_day;
use crate::store::reports::cases;
use crate::store::reports::received::{self, Received};
use crate::store::{StoreError, audit, reports};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::reports::entry;
use crate::usecase::reports::files::all;
use crate::usecase::{Error, Services};

/// How often it's begun anew when another report of the year was drawn meanwhile.
const TRIES: usize = 5;
/// Minutes after a period's end until which what belongs to it may still be on its way, or another server's clock behind.
const SETTLES_MINUTES: i64 = 10;

/// The day on which the scheme began (domain section 1).
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2022, 6, 1).expect("a day");

/// Draws what is over and not drawn yet of last month, of the quarter and of the year that ended with it; gives what was
/// drawn.
///
/// # Errors
/// Forbidden to everybody but the product itself.
pub async fn due(services: &Services, ctx: &Ctx) -> Result<Vec<Period>, Error> {
    let by = authorise::<may::ReportDraw>(ctx)?;
    let mut drawn = Vec::new();
    // What was begun before midnight is written soon after it.
    let month = Period::last_over(tokyo_day(ctx.now - Duration::minutes(SETTLES_MINUTES)));
    let mut next = Some(month);
    while let Some(period) = next {
        if period.days().1 != month.days().1 {
            break;
        }
        if one(&by, services, ctx, period).await? {
            drawn.push(period);
        }
        next = period.whole();
    }
    Ok(drawn)
}

/// Draws the report of a period, unless it stands: as the console wants it.
///
/// # Errors
/// A refusal while the period isn't over; forbidden to everybody but the console.
pub async fn period(services: &Services, ctx: &Ctx, period: Period) -> Result<bool, Error> {
    one(&authorise::<may::ReportDraw>(ctx)?, services, ctx, period).await
}

/// Draws the report of a period that a supervisor asks for, unless it stands.
///
/// # Errors
/// A refusal beside `period` while it isn't over, or when it's none.
pub async fn asked(services: &Services, ctx: &Ctx, typed: &str) -> Result<Period, Error> {
    let by = authorise::<may::ReportPublish>(ctx)?;
    let words = "2026-10（月）、2026Q3（四半期）、2026（年）のように入力してください";
    let period = typed.trim().parse().map_err(|_| Refusal::field("period", "report.no_period", words))?;
    one(&by, services, ctx, period).await?;
    Ok(period)
}

/// The files of a report that was drawn, as they are published: what their names end with and their bytes, always the same.
///
/// # Errors
/// Not found when it wasn't drawn; forbidden to everybody but the console.
pub async fn files(services: &Services, ctx: &Ctx, period: Period) -> Result<Vec<(&'static str, Vec<u8>)>, Error> {
    authorise::<may::ReportDraw>(ctx)?;
    let issue = reports::find(&services.store, period).await?.ok_or(Error::NotFound("report"))?;
    let terms = reports::terms(&services.store, period.year()).await?.ok_or(Error::NotFound("report"))?;
    all(services, &issue, &terms, None).await
}

/// False when it stood already.
async fn one<R: Right>(by: &Granted<R>, services: &Services, ctx: &Ctx, period: Period) -> Result<bool, Error> {
    if period.days().1 <= FIRST_DAY {
        let words = "制度が始まった2022年6月より前の期間です。2022年6月以降の期間を入力してください";
        return Err(Refusal::field("period", "report.too_early", words).into());
    }
    if period.days().1 > ctx.today() {
        let words = format!("{}はまだ終わっていません。終わってから作成してください", period.label());
        return Err(Refusal::field("period", "report.unfinished", words).into());
    }
    if reports::find(&services.store, period).await?.is_some() {
        return Ok(false);
    }
    let months = months(period);
    for month in &months {
        take_in(by, services, *month, ctx.now).await?;
    }
    for quarter in quarters(period) {
        settle(by, services, quarter, ctx.now).await?;
    }
    let terms = terms(by, services, ctx, period.year()).await?;
    for _ in 0..TRIES {
        let before = reports::of_year(&services.store, period.year()).await?;
        let seen = before.len() as u64;
        let (report, dropped) = drawn(by, services, ctx.today(), period, before, &terms).await?;
        let tx = services.store.begin().await?;
        reports::lock(&tx).await?;
        if reports::count_of_year(&tx, period.year()).await? != seen {
            // Another report came between: this one is to be protected together with it.
            continue;
        }
        if !reports::add(&tx, &report, dropped, ctx.now).await? {
            return Ok(false);
        }
        if period.span() == Span::Year {
            cases::forget_units(&tx, period.year()).await?;
        }
        audit::record(&tx, ctx, entry("report.draw", period)).await?;
        tx.commit().await?;
        return Ok(true);
    }
    Err(Refusal::conflict("report.busy", "ほかの報告の作成と重なりました。もう一度お試しください").into())
}

/// The months that a period is made of.
fn months(period: Period) -> Vec<Period> {
    let parts = period.parts();
    if parts.is_empty() { vec![period] } else { parts.into_iter().flat_map(months).collect() }
}

/// The quarters that are over with it.
fn quarters(period: Period) -> Vec<Period> {
    match period.span() {
        Span::Month(_) => Vec::new(),
        Span::Quarter(_) => vec![period],
        Span::Year => period.parts(),
    }
}

/// Keeps a month's cases for counting, once: as they stand now that it's over.
async fn take_in<R: Right>(_: &Granted<R>, services: &Services, month: Period, at: DateTime<Utc>) -> Result<(), Error> {
    let tx = services.store.begin().await?;
    reports::lock(&tx).await?;
    if !cases::cut(&tx, month, at).await? {
        return Ok(());
    }
    cases::keep_service(&tx, month, &Service::of(received::answered(&tx, month).await?)).await?;
    let mut after = None;
    loop {
        let received = received::of_month(&tx, month, after).await?;
        let Some(last) = received.last() else { break };
        after = Some(last.ticket);
        let facilities = received.iter().filter_map(|one| one.facility).collect();
        let units = cases::units(&tx, month.year(), facilities).await?;
        let kept = |one: Received| {
            let unit = one.facility.and_then(|facility| units.get(&facility).copied());
            (one.ticket, unit, one.kept)
        };
        cases::keep(&tx, received.into_iter().map(kept).collect()).await?;
    }
    Ok(tx.commit().await?)
}

/// Writes how a quarter's cases ended, once.
async fn settle<R: Right>(
    _: &Granted<R>,
    services: &Services,
    quarter: Period,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let tx = services.store.begin().await?;
    reports::lock(&tx).await?;
    if !cases::cut(&tx, quarter, at).await? {
        return Ok(());
    }
    for month in quarter.parts() {
        let mut after = None;
        loop {
            let received = received::kept_for(&tx, month, after).await?;
            let Some(last) = received.last() else { break };
            after = Some(last.ticket);
            cases::settle(&tx, month, received).await?;
        }
        cases::forget_tickets(&tx, month).await?;
    }
    Ok(tx.commit().await?)
}

/// How a year is told: fixed with its first report, from the volume of the year before.
async fn terms<R: Right>(by: &Granted<R>, services: &Services, ctx: &Ctx, year: i32) -> Result<Terms, Error> {
    if let Some(terms) = reports::terms(&services.store, year).await? {
        return Ok(terms);
    }
    let vocabulary = vocabulary(&services.scheme.lists);
    let plain = Categories::new(vocabulary.clone(), None);
    let before: Vec<Period> = format!("{:04}", year - 1).parse().map(months).unwrap_or_default();
    for month in &before {
        take_in(by, services, *month, ctx.now).await?;
    }
    let mut volume = Volume::default();
    each(services, &before, &plain, |_, case| volume.add(case)).await?;
    let volume = Some(volume).filter(|volume| volume.cases() > 0);
    let grain = Grain::after(volume.as_ref().map(Volume::cases));
    let terms = Terms { grain, categories: Categories::new(vocabulary, volume.as_ref()) };
    let tx = services.store.begin().await?;
    reports::fix_terms(&tx, year, &terms).await?;
    tx.commit().await?;
    // What another server fixed first stands.
    Ok(reports::terms(&services.store, year).await?.unwrap_or(terms))
}

/// Reads the cases of months as they are kept, unit after unit.
async fn each(
    services: &Services,
    months: &[Period],
    categories: &Categories,
    mut take: impl FnMut(u64, &Case),
) -> Result<(), Error> {
    let (mut codes, mut unread) = (Codes::new(categories), false);
    let read = |unit, line: &str| match codes.case(line) {
        Some(case) => take(unit, &case),
        None => unread = true,
    };
    cases::each(&services.store, months, read).await?;
    if unread { Err(StoreError::Corrupt("report_cases").into()) } else { Ok(()) }
}

/// Counts, withholds and proves: beside everything else, since it takes a while.
async fn drawn<R: Right>(
    _: &Granted<R>,
    services: &Services,
    today: NaiveDate,
    period: Period,
    before: Vec<Report>,
    terms: &Terms,
) -> Result<(Report, u64), Error> {
    // What was drawn of the year is counted again with it.
    let first = before.iter().map(|report| report.period).chain([period]).flat_map(months);
    let mut which: Vec<Period> = first.collect();
    which.sort_unstable();
    which.dedup();
    let drawing = Drawing::new(period, &before, terms);
    let mut counter = drawing.counter();
    each(services, &which, &terms.categories, |unit, case| counter.case(unit, case)).await?;
    let counts = counter.counted();
    let own = months(period);
    let line = cases::services(&services.store, &own).await?;
    let service = if line.len() == own.len() { Service::told(&line) } else { Vec::new() };
    let directory = received::facilities_listed(&services.store).await?;
    let work = tokio::task::spawn_blocking(move || drawing.finish(&counts)).await;
    let (report, dropped) = work.map_err(|e| Error::Outside(e.to_string()))?;
    let texts = &services.scheme.reports;
    let example = texts.of(most_told(&report, terms).unwrap_or_default()).map(|one| Example {
        title: one.title.clone(),
        told: one.told.clone(),
        advice: one.advice.clone(),
        source: one.source.clone(),
    });
    let until = |change: &&Change| change.on <= today;
    let changes = texts.change.iter().filter(until).map(|change| (change.on, change.says.clone())).collect();
    Ok((Report { service, directory: Some(directory), example, changes, ..report }, dropped.len() as u64))
}
