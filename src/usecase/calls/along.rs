//! Reading along while somebody types, and asking them something.

use std::collections::HashMap;

use chrono::Duration;
use uuid::Uuid;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::Call;
use crate::domain::calls::question::{MOST_OPEN, Question};
use crate::domain::calls::sheet::Sheet;
use crate::domain::ctx::Ctx;
use crate::domain::id::{CallId, QuestionId};
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::domain::tickets::line::TicketLine;
use crate::domain::tickets::{Entry, Event, Place};
use crate::store::calls::question;
use crate::store::{accounts, audit, calls, tickets};
use crate::usecase::authorise::{Granted, authorise};
use crate::usecase::once::{Once, OnceTx};
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// What whoever reads along sees.
pub struct Along {
    /// The call.
    pub call: Call,
    /// What was typed so far.
    pub sheet: Sheet,
    /// What was said so far.
    pub entries: Vec<Entry>,
    /// What was asked.
    pub questions: Vec<Question>,
    /// The tickets it concerns.
    pub tickets: Vec<TicketLine>,
    /// Names of the accounts that occur.
    pub names: HashMap<Uuid, String>,
}

/// The audit's word for reading along.
const ALONG: &str = "call.along";
/// Minutes for which one entry of the audit stands for a page that looks again by itself.
const STANDS_FOR: i64 = 10;

/// Opens a call to read along; audited once in ten minutes, since the page looks again every few seconds.
pub async fn show(services: &Services, ctx: &Ctx, id: CallId) -> Result<Along, Error> {
    authorise::<may::CallRead>(ctx)?;
    authorise::<may::Tier2>(ctx)?;
    let store = &services.store;
    let call = calls::find(store, id).await?.ok_or(Error::NotFound("call"))?;
    let last = audit::latest_about(store, id.0, ctx.actor.id, &[ALONG]).await?;
    if last.is_none_or(|entry| entry.at < ctx.now - Duration::minutes(STANDS_FOR)) {
        store.journal().write(ctx, AuditEntry::done(ALONG, Object::new("call", id.0))).await?;
    }
    let sheet = calls::sheet(store, id).await?;
    let (entries, questions, tickets) =
        tokio::try_join!(tickets::said_on(store, id), question::of(store, id), tickets::of_call(store, id))?;
    let mut people = vec![call.operator_id.0];
    people.extend(questions.iter().map(|one| one.asked_by.0));
    people.sort_unstable();
    people.dedup();
    let names = accounts::names(store, people).await?.into_iter().collect();
    Ok(Along { call, sheet, entries, questions, tickets, names })
}

/// Pins a question to the sheet of a call that goes on.
///
/// # Errors
/// A fault when nothing is asked, or three wait already; a conflict when the call has ended.
pub async fn pin(services: &Services, ctx: &Ctx, id: CallId, words: &str, once: &Once) -> Result<(), Error> {
    authorise::<may::CallRead>(ctx)?;
    authorise::<may::Tier2>(ctx)?;
    let words = text::required_line("words", words, text::LINE)?;
    let tx = OnceTx::begin(&services.store, ctx, once).await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    if question::of(&tx, id).await?.iter().filter(|one| one.answered.is_none()).count() >= MOST_OPEN {
        let many = "お答え待ちの質問が3件あります。回答を待ってから、次の質問をしてください";
        return Err(Refusal::field("words", "question.many", many).into());
    }
    let new = Question {
        id: QuestionId(ctx.new_id()),
        call_id: id,
        words: words.clone(),
        asked_at: ctx.now,
        asked_by: me(ctx),
        answer: String::new(),
        answered: None,
    };
    question::add(&tx, &new).await?;
    let event = Event::QuestionPinned { question: new.id, words };
    timeline::write(services, &tx, ctx, Place::Call(id), &event).await?;
    audit::record(&tx, ctx, AuditEntry::done("question.pin", Object::new("call", id.0))).await?;
    tx.finish(ctx, ()).await
}

/// What is asked of whoever types this sheet, and who asks it. No read of a person's data: it's their own sheet.
pub async fn asked(services: &Services, ctx: &Ctx, id: CallId) -> Result<Vec<(Question, String)>, Error> {
    authorise::<may::CallWork>(ctx)?;
    let by = authorise::<may::CallRead>(ctx)?;
    calls::find(&services.store, id).await?.ok_or(Error::NotFound("call"))?;
    waiting(&by, services, id).await
}

/// The questions of a call that wait for an answer, the first first, and who asks each.
pub(super) async fn waiting(
    _: &Granted<may::CallRead>,
    services: &Services,
    id: CallId,
) -> Result<Vec<(Question, String)>, Error> {
    let mut open = question::of(&services.store, id).await?;
    open.retain(|one| one.answered.is_none());
    let names = accounts::names(&services.store, open.iter().map(|one| one.asked_by.0).collect()).await?;
    let name = |one: &Question| names.iter().find(|(id, _)| *id == one.asked_by.0).map(|(_, name)| name.clone());
    Ok(open.into_iter().map(|one| (name(&one).unwrap_or_default(), one)).map(|(name, one)| (one, name)).collect())
}

/// The caller answered a question.
///
/// # Errors
/// A fault when no answer is given; a conflict when there is one already.
pub async fn answer(services: &Services, ctx: &Ctx, id: CallId, which: QuestionId, words: &str) -> Result<(), Error> {
    authorise::<may::CallWork>(ctx)?;
    let words = text::required_line("answer", words, text::LINE)?;
    let tx = services.store.begin().await?;
    let call = calls::find(&tx, id).await?.ok_or(Error::NotFound("call"))?;
    call.must_be_open()?;
    let questions = question::of(&tx, id).await?;
    let asked = questions.into_iter().find(|one| one.id == which).ok_or(Error::NotFound("question"))?;
    if !question::answer(&tx, which, &words, ctx.now, me(ctx)).await? {
        return Err(Refusal::conflict("question.answered", "この質問への回答は、すでに記録されています").into());
    }
    let event = Event::QuestionAnswered { question: which, words: format!("{} → {words}", asked.words) };
    timeline::write(services, &tx, ctx, Place::Call(id), &event).await?;
    audit::record(&tx, ctx, AuditEntry::done("question.answer", Object::new("call", id.0))).await?;
    Ok(tx.commit().await?)
}
