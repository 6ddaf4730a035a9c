//! The clocks of the clinic's duties: set running as soon as one may apply, ended by what was filed or by the clinic's
//! own decision.

use crate::domain::access::actor::{Right, may};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::incidents::deadline::{DutyEnd, Ended, first_day, to_begin};
use crate::domain::incidents::{Clock, IncidentEvent, Record, Said, past_time};
use crate::domain::refusal::{Faults, Refusal};
use crate::domain::text;
use crate::domain::tickets::{Event, Place, Ticket, TicketNo};
use crate::store::incidents::{clock, record as kept};
use crate::store::{Tx, audit, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// How a clock ends, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewEnd {
    /// `filed` or `not_applicable`.
    pub ended_as: String,
    /// When, as people say it; now unless said.
    pub at: String,
    /// Who at the clinic filed or decided.
    pub by: String,
    /// The receipt's number.
    pub receipt: String,
    /// What has to be read out before a decision was.
    pub told: bool,
}

/// Whether the scheme has a rule for every clock that runs: one without would be on no page, and its day would pass.
///
/// # Errors
/// `Outside` with one line that names the codes and what to do.
pub async fn check(services: &Services) -> Result<(), Error> {
    let rules = &services.scheme.incidents;
    let mut lost = clock::running_codes(&services.store).await?;
    lost.retain(|code| rules.duty.iter().all(|duty| duty.code != *code));
    if lost.is_empty() {
        return Ok(());
    }
    let codes = lost.join(", ");
    Err(Error::Outside(format!(
        "scheme/incidents.toml: 期限のコード {codes} がありませんが、その期限を確認中の相談票があります。なくなった義務も [[duty]] を残し、until に最後の日を書いてください"
    )))
}

/// When the first of a ticket's reports was filed.
pub(super) fn filed_first(clocks: &[Clock]) -> Option<Said> {
    let filed = clocks.iter().filter_map(|clock| clock.ended.as_ref()).filter(|end| end.ended_as == DutyEnd::Filed);
    filed.map(|end| end.at).min().map(Said::of)
}

/// Sets running what may apply and doesn't run yet.
pub(super) async fn begin_possible<R: Right>(
    _: &Granted<R>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    ticket: &Ticket,
    record: &Record,
) -> Result<(), Error> {
    let there = clock::of(tx, ticket.id).await?;
    let rules = &services.scheme.incidents;
    let new = to_begin(rules, record, &ticket.incident, ticket.opened_at, &there);
    if new.is_empty() {
        return Ok(());
    }
    let duties: Vec<String> = new.iter().map(|duty| duty.code.clone()).collect();
    let begun = |duty: &String| Clock { ticket_id: ticket.id, duty: duty.clone(), began_at: ctx.now, ended: None };
    clock::begin(tx, &duties.iter().map(begun).collect::<Vec<_>>()).await?;
    let event = Event::Incident(IncidentEvent::ClocksBegan { duties });
    timeline::write(services, tx, ctx, Place::Ticket(ticket.id), &event).await?;
    Ok(())
}

/// The same of a ticket whose record wasn't touched: when it's handed to tier 2, or its incident is told otherwise.
pub(in crate::usecase) async fn look_at<R: Right>(
    by: &Granted<R>,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    ticket: &Ticket,
) -> Result<(), Error> {
    let record = kept::known(tx, ticket.id).await?;
    begin_possible(by, services, tx, ctx, ticket, &record).await
}

/// Ends a clock by what was filed, or by the clinic's decision that the duty doesn't apply; on a ticket that has ended
/// too, since the law doesn't ask for ours.
///
/// # Errors
/// A fault beside each field; a conflict when it has ended already.
pub async fn end(services: &Services, ctx: &Ctx, no: TicketNo, duty: &str, new: &NewEnd) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let tx = services.store.begin().await?;
    let (ticket, clock, record) = find(&by, &tx, no, duty).await?;
    if let Some(ended) = &clock.ended {
        let of = |words: &str| if words.is_empty() { String::new() } else { format!("、受付番号 {words}") };
        let stands = format!("{}、{}{}", ended.ended_as.label(), ended.by, of(&ended.receipt));
        let typed = format!("{}{}", new.by.trim(), of(new.receipt.trim()));
        let words = format!(
            "この期限はもう終わっています（{stands}）。あなたの入力は「{typed}」でした。違うときは「記録を取り消す」から直してください"
        );
        return Err(already(&words));
    }
    let ended = ended(&by, services, ctx, &ticket, &record, new)?;
    let (ended_as, at, told) = (ended.ended_as, ended.at, ended.told);
    let of = |what: &str, words: &str| if words.is_empty() { String::new() } else { format!("{what}：{words}\n") };
    let who = if ended_as == DutyEnd::Filed { "対応した方" } else { "判断した方" };
    let words = [of(who, &ended.by), of("受付番号", &ended.receipt)].concat().trim_end().to_owned();
    if !clock::save(&tx, &Clock { ended: Some(ended), ..clock }).await? {
        return Err(already("この期限はもう終わっています。画面を読み直してください"));
    }
    let event = IncidentEvent::ClockEnded { duty: duty.to_owned(), ended_as, at, told, words };
    timeline::write_down(&by, services, &tx, ctx, &ticket, Event::Incident(event), "duty.end").await?;
    Ok(tx.commit().await?)
}

/// Lets a clock run again whose end was recorded by mistake.
///
/// # Errors
/// A fault when it isn't said why; a conflict when it runs.
pub async fn resume(services: &Services, ctx: &Ctx, no: TicketNo, duty: &str, why: &str) -> Result<(), Error> {
    let by = authorise::<may::TicketWork>(ctx)?;
    let words = text::required_line("why", why, text::LINE)?;
    let tx = services.store.begin().await?;
    let (ticket, clock, _) = find(&by, &tx, no, duty).await?;
    if !clock::save(&tx, &Clock { ended: None, ..clock }).await? {
        return Err(already("この期限の確認は続いています。画面を読み直してください"));
    }
    let event = IncidentEvent::ClockResumed { duty: duty.to_owned(), words: format!("理由：{words}") };
    timeline::write(services, &tx, ctx, Place::Ticket(ticket.id), &Event::Incident(event)).await?;
    audit::record(&tx, ctx, AuditEntry::done("duty.resume", Object::new("ticket", ticket.id.0))).await?;
    Ok(tx.commit().await?)
}

fn already(words: &str) -> Error {
    Refusal::conflict("duty.moved", words).into()
}

async fn find(
    _: &Granted<may::TicketWork>,
    tx: &Tx,
    no: TicketNo,
    duty: &str,
) -> Result<(Ticket, Clock, Record), Error> {
    let ticket = tickets::find(tx, no).await?.ok_or(Error::NotFound("ticket"))?;
    ticket.must_be_kept()?;
    let of_duty = |clock: &Clock| clock.duty == duty;
    let clock = clock::of(tx, ticket.id).await?.into_iter().find(of_duty).ok_or(Error::NotFound("duty"))?;
    let record = kept::known(tx, ticket.id).await?;
    Ok((ticket, clock, record))
}

/// The end, from what was typed.
fn ended(
    _: &Granted<may::TicketWork>,
    services: &Services,
    ctx: &Ctx,
    ticket: &Ticket,
    record: &Record,
    new: &NewEnd,
) -> Result<Ended, Refusal> {
    let mut faults = Faults::default();
    let unknown = || Refusal::field("ended_as", "choice.unknown", "「済み」か「対象外」を選んでください");
    let ended_as = faults.take(DutyEnd::parse(&new.ended_as).ok_or_else(unknown).map(Some));
    let at = match new.at.trim() {
        "" => ctx.now,
        typed => faults.take(past_time::read("at", typed, ctx.now).map(Said::instant)),
    };
    // On the day itself the hour may not be known well.
    if crate::domain::time::tokyo_day(at) < first_day(record, ticket.opened_at) {
        let early = "知った日より前の日時です。どちらかを直してください";
        faults.take::<()>(Err(Refusal::field("at", "duty.before_aware", early)));
    }
    let by = faults.take(text::required_line("by", &new.by, text::LINE));
    let receipt = faults.take(text::line("receipt", &new.receipt, text::LINE));
    let not_applicable = ended_as == Some(DutyEnd::NotApplicable);
    if not_applicable && !new.told {
        let unsaid = "文を読み上げてから、チェックを入れてください";
        faults.take::<()>(Err(Refusal::field("told", "duty.unsaid", unsaid)));
    }
    faults.check()?;
    let told = services.scheme.incidents.say_on(ctx.today()).filter(|_| not_applicable).map(|say| say.from);
    let ended_as = ended_as.ok_or_else(unknown)?;
    Ok(Ended { ended_as, at, by, receipt, told, recorded_at: ctx.now, recorded_by: me(ctx) })
}
