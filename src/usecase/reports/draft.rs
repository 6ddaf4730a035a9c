//! From the draft to the withdrawal: two supervisors, and a person's words beside the figures.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{before, beside, files, names};
use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::refusal::Refusal;
use crate::domain::reports::comment::Printed;
use crate::domain::reports::issue::{Issue, says_something};
use crate::domain::reports::jumps::{Explained, Jump, jumps};
use crate::domain::reports::{Period, Report, Terms, share, stat};
use crate::domain::text;
use crate::gateway::secret;
use crate::store::reports::files::{self as kept, File};
use crate::store::{accounts, audit, reports};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::reports::entry;
use crate::usecase::{Error, Services, me};

/// Longest comment, in characters.
const LONGEST: usize = 4_000;

/// Longest sentence on why a number moved, in characters.
const LONGEST_WHY: usize = 400;

/// A report on its way, with how its year is told and the names of who had a hand in it.
pub struct Draft {
    /// The report.
    pub issue: Issue,
    /// How its year is told.
    pub terms: Terms,
    /// The published reports to compare with, the period before first.
    pub before: Vec<(Report, Terms)>,
    /// What moved much against the period before.
    pub jumps: Vec<Jump>,
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
    let before = before(services, period).await?;
    Ok(Draft { jumps: moved(&issue.report, &terms, &before), issue, terms, before, names })
}

/// What moved much against the period before, where its report is published.
fn moved(report: &Report, terms: &Terms, before: &[(Report, Terms)]) -> Vec<Jump> {
    let earlier = before.iter().find(|(earlier, _)| Some(earlier.period) == report.period.before());
    earlier.map(|(earlier, told)| jumps(report, terms, (earlier, told))).unwrap_or_default()
}

/// The numbers that a report prints: its cells and their shares, its facilities, what the line did, and from what to what
/// numbers moved.
fn printed(report: &Report, moved: &[Jump]) -> Printed {
    let cells: Vec<u64> = report.cells.iter().filter_map(|(_, shown)| *shown).collect();
    let shares = cells.iter().filter_map(|cases| share(Some(*cases), report.total())).collect();
    let beside = report.facilities.into_iter().chain(report.service.iter().map(|measured| measured.value));
    let moved = moved.iter().flat_map(|jump| [jump.from, jump.to]);
    Printed { counts: cells.into_iter().chain(beside).chain(moved).collect(), shares }
}

/// Writes beside the figures, and why numbers moved, by the codes of the jumps; held against names, days and numbers.
///
/// # Errors
/// A refusal beside `comment` or a jump's code; a conflict when somebody wrote meanwhile.
pub async fn comment(
    services: &Services,
    ctx: &Ctx,
    period: Period,
    version: i64,
    words: &str,
    why: &[(String, String)],
) -> Result<(), Error> {
    let by = authorise::<may::ReportPublish>(ctx)?;
    let (mut issue, terms) = seen(services, period, version).await?;
    let words = text::note("comment", words, usize::MAX)?.trim_start().to_owned();
    if words.chars().count() > LONGEST {
        return Err(Refusal::field("comment", "comment.too_long", "説明は4,000文字以内にしてください").into());
    }
    let moved = moved(&issue.report, &terms, &before(services, period).await?);
    let printed = printed(&issue.report, &moved);
    let names = names::of(&by, services, &issue.report, &terms).await?;
    names.check("comment", &words, &printed)?;
    let mut explained = Vec::new();
    for jump in moved {
        let code = jump.code();
        let said = why.iter().find(|(of, _)| *of == code).map_or("", |(_, said)| said);
        let said = text::line(&code, said, usize::MAX)?;
        if said.chars().count() > LONGEST_WHY {
            return Err(Refusal::field(&code, "comment.too_long", "理由は400文字以内にしてください").into());
        }
        names.check(&code, &said, &printed)?;
        if says_something(&said) {
            explained.push(Explained { jump, why: said });
        }
    }
    issue.write(words, explained, me(ctx))?;
    save(&by, services, ctx, &issue, "report.comment", Vec::new()).await
}

/// Approves a report.
///
/// # Errors
/// A refusal without a comment; a conflict when it isn't what the person saw.
pub async fn approve(services: &Services, ctx: &Ctx, period: Period, version: i64) -> Result<(), Error> {
    let by = authorise::<may::ReportPublish>(ctx)?;
    let (mut issue, terms) = seen(services, period, version).await?;
    let moved = moved(&issue.report, &terms, &before(services, period).await?);
    issue.approve(&moved, me(ctx), ctx.now)?;
    save(&by, services, ctx, &issue, "report.approve", Vec::new()).await
}

/// Publishes what another supervisor approved.
///
/// # Errors
/// A conflict when nobody approved it, or only oneself.
pub async fn publish(services: &Services, ctx: &Ctx, period: Period, version: i64) -> Result<(), Error> {
    let by = authorise::<may::ReportPublish>(ctx)?;
    let (mut issue, terms) = seen(services, period, version).await?;
    // Another report may have been published since it was approved, against which this one jumps.
    let moved = moved(&issue.report, &terms, &before(services, period).await?);
    issue.must_be_explained(&moved)?;
    let file = stat(&issue.report, &terms.categories).to_string();
    let hash = hash_of(file.as_bytes());
    issue.publish(me(ctx), ctx.now, file, hash)?;
    // What is handed out from now on, to the byte.
    let files = files::all(services, &issue, &terms, Some(&beside(services, &issue).await?)).await?;
    save(&by, services, ctx, &issue, "report.publish", files).await
}

/// Withdraws a published report by a notice.
///
/// # Errors
/// A refusal beside `notice` without one.
pub async fn withdraw(services: &Services, ctx: &Ctx, period: Period, version: i64, notice: &str) -> Result<(), Error> {
    let by = authorise::<may::ReportPublish>(ctx)?;
    let (mut issue, terms) = seen(services, period, version).await?;
    let printed = printed(&issue.report, &[]);
    let notice = text::note("notice", notice, text::NOTE)?;
    names::of(&by, services, &issue.report, &terms).await?.check("notice", &notice, &printed)?;
    issue.withdraw(me(ctx), ctx.now, &notice)?;
    save(&by, services, ctx, &issue, "report.withdraw", Vec::new()).await
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

/// SHA-256, in hexadecimal digits.
fn hash_of(bytes: &[u8]) -> String {
    secret::digest_of(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
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
    files: Vec<File>,
) -> Result<(), Error> {
    let tx = services.store.begin().await?;
    if !reports::save(&tx, now).await? {
        return Err(meanwhile().into());
    }
    let hash = now.published.as_ref().map(|published| published.hash.clone());
    let period = now.report.period;
    let mut detail = serde_json::json!({ "period": period.to_string(), "hash": hash });
    if !files.is_empty() {
        let hashes: BTreeMap<&str, String> = files.iter().map(|(form, bytes)| (*form, hash_of(bytes))).collect();
        detail["files"] = serde_json::json!(hashes);
        kept::keep(&tx, period, files).await?;
    }
    audit::record(&tx, ctx, entry(action, period).detail(detail)).await?;
    Ok(tx.commit().await?)
}
