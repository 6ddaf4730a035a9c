//! From the draft to the withdrawal: two supervisors, and a person's words beside the figures.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::names;
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::reports::issue::Issue;
use crate::domain::reports::{Period, Terms, stat};
use crate::gateway::secret;
use crate::store::{accounts, audit, reports};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::reports::entry;
use crate::usecase::{Error, Services, me};

/// Longest comment, in characters.
const LONGEST: usize = 4_000;

/// A report on its way, with how its year is told and the names of who had a hand in it.
pub struct Draft {
    /// The report.
    pub issue: Issue,
    /// How its year is told.
    pub terms: Terms,
    /// Names by account.
    pub names: std::collections::HashMap<Uuid, String>,
}

/// All reports, the newest first.
///
/// # Errors
/// Forbidden to whoever doesn't publish.
pub async fn list(services: &Services, ctx: &Ctx) -> Result<Vec<Issue>, Error> {
    authorise::<may::ReportPublish>(ctx)?;
    let all = reports::all(&services.store).await?;
    services.store.journal().write(ctx, AuditEntry::done("report.drafts", Object::kind("report"))).await?;
    Ok(all)
}

/// One of them.
///
/// # Errors
/// Not found when it wasn't drawn.
pub async fn show(services: &Services, ctx: &Ctx, period: Period) -> Result<Draft, Error> {
    authorise::<may::ReportPublish>(ctx)?;
    let (issue, terms) = found(services, period).await?;
    let hands = [issue.commented_by.map(|by| by.0), issue.approved.map(|(by, _)| by.0)];
    let hands = hands.into_iter().chain([
        issue.published.as_ref().map(|published| published.by.0),
        issue.withdrawn.as_ref().map(|withdrawn| withdrawn.by.0),
    ]);
    let names = accounts::names(&services.store, hands.flatten().collect()).await?.into_iter().collect();
    services.store.journal().write(ctx, entry("report.drafts", period)).await?;
    Ok(Draft { issue, terms, names })
}

/// Writes beside the figures; held against names, days and numbers.
///
/// # Errors
/// A refusal beside `comment`; a conflict when somebody wrote meanwhile.
pub async fn comment(services: &Services, ctx: &Ctx, period: Period, version: i64, words: &str) -> Result<(), Error> {
    let by = authorise::<may::ReportPublish>(ctx)?;
    let (mut issue, terms) = seen(services, period, version).await?;
    let words = words.trim().replace("\r\n", "\n");
    if words.chars().count() > LONGEST {
        return Err(Refusal::field("comment", "comment.too_long", "説明は4,000文字以内にしてください").into());
    }
    let published: BTreeSet<u64> =
        issue.report.cells.iter().filter_map(|(_, shown)| *shown).chain(issue.report.facilities).collect();
    names::of(&by, services, &issue.report, &terms).await?.check("comment", &words, &published)?;
    issue.write(words, me(ctx))?;
    save(&by, services, ctx, &issue, "report.comment").await
}

/// Approves a report.
///
/// # Errors
/// A refusal without a comment; a conflict when it isn't what the person saw.
pub async fn approve(services: &Services, ctx: &Ctx, period: Period, version: i64) -> Result<(), Error> {
    let by = authorise::<may::ReportPublish>(ctx)?;
    let (mut issue, _) = seen(services, period, version).await?;
    issue.approve(me(ctx), ctx.now)?;
    save(&by, services, ctx, &issue, "report.approve").await
}

/// Publishes what another supervisor approved.
///
/// # Errors
/// A conflict when nobody approved it, or only oneself.
pub async fn publish(services: &Services, ctx: &Ctx, period: Period, version: i64) -> Result<(), Error> {
    let by = authorise::<may::ReportPublish>(ctx)?;
    let (mut issue, terms) = seen(services, period, version).await?;
    let file = stat(&issue.report, &terms.categories).to_string();
    let hash: String = secret::digest_of(file.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    issue.publish(me(ctx), ctx.now, file, hash)?;
    save(&by, services, ctx, &issue, "report.publish").await
}

/// Withdraws a published report by a notice.
///
/// # Errors
/// A refusal beside `notice` without one.
pub async fn withdraw(services: &Services, ctx: &Ctx, period: Period, version: i64, notice: &str) -> Result<(), Error> {
    let by = authorise::<may::ReportPublish>(ctx)?;
    let (mut issue, terms) = seen(services, period, version).await?;
    let published = issue.report.cells.iter().filter_map(|(_, shown)| *shown).collect();
    names::of(&by, services, &issue.report, &terms).await?.check("notice", notice, &published)?;
    issue.withdraw(me(ctx), ctx.now, notice)?;
    save(&by, services, ctx, &issue, "report.withdraw").await
}

async fn found(services: &Services, period: Period) -> Result<(Issue, Terms), Error> {
    let issue = reports::find(&services.store, period).await?.ok_or(Error::NotFound("report"))?;
    let terms = reports::terms(&services.store, period.year()).await?.ok_or(Error::NotFound("report"))?;
    Ok((issue, terms))
}

/// As the person saw it.
async fn seen(services: &Services, period: Period, version: i64) -> Result<(Issue, Terms), Error> {
    let (issue, terms) = found(services, period).await?;
    if issue.version != version {
        return Err(meanwhile().versions(version, issue.version).into());
    }
    Ok((issue, terms))
}

fn meanwhile() -> Refusal {
    Refusal::conflict(
        "report.changed",
        "ほかの人がこの報告を更新しました。新しい内容を確かめてから、もう一度操作してください",
    )
}

async fn save(
    _: &Granted<may::ReportPublish>,
    services: &Services,
    ctx: &Ctx,
    now: &Issue,
    action: &'static str,
) -> Result<(), Error> {
    let tx = services.store.begin().await?;
    if !reports::save(&tx, now).await? {
        return Err(meanwhile().into());
    }
    let hash = now.published.as_ref().map(|published| published.hash.clone());
    let period = now.report.period;
    let detail = serde_json::json!({ "period": period.to_string(), "hash": hash });
    audit::record(&tx, ctx, entry(action, period).detail(detail)).await?;
    Ok(tx.commit().await?)
}
