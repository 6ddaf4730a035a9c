//! The one door to the verification engine. Whoever asks comes through here: the sheet and the API by `ask`, which
//! takes the witness of the right, counts, slows, stops and writes down a try at the number before anything is answered; a deed's
//! own transaction by `ask_within`, which never tries a number; the console by `Batch`; the product itself, after an
//! import, by `again`. Nothing else in the house may name the engine (`tests/it/architecture.rs`).

mod batch;
mod words;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::authorise::Granted;
use super::{Error, House};
use crate::domain::actor::{ActorKind, may};
use crate::domain::audit::{AuditEntry, Object, Outcome};
use crate::domain::calls::Call;
use crate::domain::calls::tries::{FORGOTTEN_HOURS, HEARD_TWICE_A_CALL, Standing, Subject, Try, cost, forgiven};
use crate::domain::calls::verification::Said;
use crate::domain::ctx::Ctx;
use crate::domain::id::CallId;
use crate::domain::matching::{Answer, DirectoryIndex, Guarded, Heard, Query, Reason, Tried, numbers_tried};
use crate::gateway::secret::digest;
use crate::store::tries::{self as memory, Counted};
use crate::store::{Tx, audit};

pub use batch::Batch;
pub(super) use words::refusal;
pub use words::words;

/// Who asks.
#[derive(Clone, Copy)]
pub(super) enum Asking<'a> {
    /// The sheet of a call.
    Sheet(&'a Call),
    /// A program.
    Api,
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// What the directory says.
    pub answer: Answer,
    /// The directory's version.
    pub version: i64,
    /// How often the number was taken to have been said; `Unasked` when it was left out.
    pub heard: Heard,
    /// How it stands with the number.
    pub number: OfNumber,
}

/// How it stands with the number, for the screen.
#[derive(Debug, Clone, Copy)]
pub struct OfNumber {
    /// Whether whoever asks may try one.
    pub standing: Standing,
    /// Whether this one may be said to have been heard twice.
    pub may_repeat: bool,
}

impl Default for OfNumber {
    fn default() -> Self {
        Self { standing: Standing::Free, may_repeat: false }
    }
}

/// The engine itself: the only place where it is asked as the desk asks.
fn engine(index: &DirectoryIndex, said: &Said, day: NaiveDate, heard: Heard) -> Guarded {
    index.look_up_guarded(&query(said, day), heard)
}

fn query(said: &Said, day: NaiveDate) -> Query {
    Query {
        call_date: day,
        name: said.name.clone(),
        facility: said.facility.clone(),
        address: said.address.clone(),
        number: said.number.clone(),
    }
}

fn numbers(said: &Said) -> Vec<String> {
    numbers_tried(&said.name, &said.facility, &said.address, &said.number)
}

/// Whether asking this would try a number.
pub(super) fn tries_number(said: &Said) -> bool {
    !numbers(said).is_empty()
}

/// The number that asking this would try, as a sheet keeps it; empty for none.
pub(super) fn number_of(said: &Said) -> String {
    numbers(said).join(" ")
}

/// Asks, and writes the question down before it is answered, whatever becomes of the deed around it. Not within a
/// transaction: a try has its own.
///
/// # Errors
/// `Preparing` until the index stands.
pub(super) async fn ask(
    _: &Granted<may::Verify>,
    house: &House,
    ctx: &Ctx,
    asking: Asking<'_>,
    said: &Said,
    day: NaiveDate,
) -> Result<Reply, Error> {
    let index = house.index.get().ok_or(Error::Preparing)?;
    let mut question = Question { index: &index, asking, said, day, heard: Heard::Once, repeats: 0 };
    let numbers = numbers(said);
    if numbers.is_empty() {
        return question.seen_before(house, ctx).await;
    }
    let text = number_of(said);
    let items = digest(&[said.name.as_str(), &said.facility, &said.address].join("\u{1f}"));
    if let Asking::Sheet(call) = asking {
        let twice = memory::heard_twice(&house.store, call.id).await?;
        question.repeats = twice.len();
        question.heard = if twice.contains(&text) { Heard::Twice } else { Heard::Once };
        let now = Try { number: text.clone(), items, heard: question.heard, cost: 0 };
        if memory::of_call(&house.store, call.id).await?.iter().any(|t| t.is_same(&now)) {
            return question.seen_before(house, ctx).await;
        }
    }
    let now = Try { number: text, items, heard: question.heard, cost: 0 };
    question.tried(house, ctx, now, numbers.len()).await
}

/// Asks at a key, before anything is saved: the number is left out.
pub(super) async fn ask_typing(
    _: &Granted<may::Verify>,
    house: &House,
    ctx: &Ctx,
    call: &Call,
    said: &Said,
) -> Result<Option<Answer>, Error> {
    let Some(index) = house.index.get() else { return Ok(None) };
    let question = Question {
        index: &index,
        asking: Asking::Sheet(call),
        said,
        day: call.arrived_on,
        heard: Heard::Unasked,
        repeats: 0,
    };
    Ok(Some(question.seen_before(house, ctx).await?.answer))
}

/// Asks within a deed that is under way; the entry goes with it. A number that could verify is left out.
pub(super) async fn ask_within(
    _: &Granted<may::Verify>,
    house: &House,
    ctx: &Ctx,
    tx: &Tx,
    call: &Call,
    said: &Said,
) -> Result<Option<Reply>, Error> {
    let Some(index) = house.index.get() else { return Ok(None) };
    let heard = if tries_number(said) { Heard::Unasked } else { Heard::Once };
    let question =
        Question { index: &index, asking: Asking::Sheet(call), said, day: call.arrived_on, heard, repeats: 0 };
    let told = engine(&index, said, call.arrived_on, heard);
    audit::record(tx, ctx, question.entry(&told.answer, json!({}))).await?;
    Ok(Some(question.reply(told.answer, Standing::Free)))
}

/// A question that the directory is asked.
struct Question<'a> {
    index: &'a DirectoryIndex,
    asking: Asking<'a>,
    said: &'a Said,
    day: NaiveDate,
    heard: Heard,
    /// How many numbers were heard twice on the call.
    repeats: usize,
}

impl Question<'_> {
    /// One that tries no number, or was asked before on this sheet: nothing new can be learnt from it.
    async fn seen_before(&self, house: &House, ctx: &Ctx) -> Result<Reply, Error> {
        let told = engine(self.index, self.said, self.day, self.heard);
        house.store.journal().write(ctx, self.entry(&told.answer, json!({}))).await?;
        Ok(self.reply(told.answer, Standing::Free))
    }

    /// One that tries a number: counted and written down in a transaction of its own, one after the other for each
    /// account, token and sheet, before it is answered.
    async fn tried(mut self, house: &House, ctx: &Ctx, mut now: Try, numbers: usize) -> Result<Reply, Error> {
        let subjects = self.subjects(ctx);
        let tx = house.store.begin().await?;
        let mut counted = Vec::with_capacity(subjects.len());
        for (kind, subject) in &subjects {
            counted.push(memory::take(&tx, *kind, *subject, ctx.now).await?);
        }
        if let Some(standing) = held(&counted, ctx.now) {
            drop(tx);
            return self.left_out(house, ctx, standing).await;
        }
        let call = self.call();
        let before = match call {
            Some(call) => memory::of_call(&tx, call).await?,
            None => Vec::new(),
        };
        if before.iter().any(|t| t.is_same(&now)) {
            drop(tx);
            return self.seen_before(house, ctx).await;
        }
        let told = engine(self.index, self.said, self.day, self.heard);
        now.cost = if told.tried == Tried::Missed { cost(numbers, self.heard) } else { 0 };
        if let Some(call) = call {
            for none in forgiven(&before, &now) {
                memory::remove(&tx, call, none).await?;
                counted.iter_mut().for_each(|c| c.tally.forgive(none.cost, c.kind.limits(), ctx.now));
            }
            memory::add(&tx, call, &now, ctx.now, ctx.actor.id).await?;
        }
        let person = person(&subjects);
        for one in &mut counted {
            if now.cost > 0 {
                one.person = person;
                if one.tally.miss(now.cost, one.kind.limits(), ctx.now) {
                    audit::record(&tx, ctx, stopped(one)).await?;
                }
            }
            memory::put(&tx, one).await?;
        }
        let outcome = if now.cost > 0 { Outcome::Failed } else { Outcome::Done };
        let heard = json!({ "number": if now.cost > 0 { "missed" } else { "right" }, "heard": self.heard });
        audit::record(&tx, ctx, self.entry(&told.answer, heard).outcome(outcome)).await?;
        tx.commit().await?;
        self.repeats += usize::from(self.heard == Heard::Twice);
        Ok(self.reply(told.answer, held(&counted, ctx.now).unwrap_or(Standing::Free)))
    }

    /// One by somebody who waits or is stopped: answered without the number.
    async fn left_out(mut self, house: &House, ctx: &Ctx, standing: Standing) -> Result<Reply, Error> {
        self.heard = Heard::Unasked;
        let told = engine(self.index, self.said, self.day, Heard::Unasked);
        let why = if standing == Standing::Stopped { "stopped" } else { "waits" };
        let entry = self.entry(&told.answer, json!({ "number": why })).outcome(Outcome::Refused);
        house.store.journal().write(ctx, entry).await?;
        Ok(self.reply(told.answer, standing))
    }

    fn call(&self) -> Option<CallId> {
        if let Asking::Sheet(call) = self.asking { Some(call.id) } else { None }
    }

    /// Whose misses they are, in the order in which everybody takes them: the account, also through a token that it
    /// made; the token; the sheet.
    fn subjects(&self, ctx: &Ctx) -> Vec<(Subject, Uuid)> {
        let mut subjects = Vec::with_capacity(3);
        if ctx.actor.kind == ActorKind::Token {
            subjects.extend(ctx.actor.person.map(|person| (Subject::Account, person.0)));
            subjects.push((Subject::Token, ctx.actor.id));
        } else {
            subjects.push((Subject::Account, ctx.actor.id));
        }
        subjects.extend(self.call().map(|call| (Subject::Sheet, call.0)));
        subjects
    }

    fn entry(&self, answer: &Answer, of_number: Value) -> AuditEntry {
        let seen = answer.candidates.iter().flat_map(|c| {
            [
                Object::new("member", Uuid::from_u128(c.member_ref)),
                Object::new("facility", Uuid::from_u128(c.facility_ref)),
            ]
        });
        let mut detail = json!({ "decision": answer.decision.code(), "candidates": answer.candidates.len() });
        if let (Value::Object(detail), Value::Object(more)) = (&mut detail, of_number) {
            detail.extend(more);
        }
        let object = self.call().map_or(Object::kind("directory"), |call| Object::new("call", call.0));
        AuditEntry::done("member.lookup", object).detail(detail).subjects(seen)
    }

    fn reply(&self, answer: Answer, standing: Standing) -> Reply {
        let may_repeat =
            self.call().is_some() && answer.reason == Reason::NumberHeardOnce && self.repeats < HEARD_TWICE_A_CALL;
        Reply { answer, version: self.index.version(), heard: self.heard, number: OfNumber { standing, may_repeat } }
    }
}

/// The account behind a try, where one is known.
fn person(subjects: &[(Subject, Uuid)]) -> Option<Uuid> {
    subjects.iter().find(|(kind, _)| *kind == Subject::Account).map(|(_, id)| *id)
}

/// The worst that any of them is held by: a stop before a wait, the longer wait before the shorter.
fn held(counted: &[Counted], now: DateTime<Utc>) -> Option<Standing> {
    let standings: Vec<Standing> = counted.iter().map(|c| c.tally.standing(now)).collect();
    if standings.contains(&Standing::Stopped) {
        return Some(Standing::Stopped);
    }
    let waits = standings.iter().filter_map(|s| if let Standing::Waits(until) = s { Some(*until) } else { None });
    waits.max().map(Standing::Waits)
}

fn stopped(one: &Counted) -> AuditEntry {
    AuditEntry::done("member.stop", object(one.kind, one.subject))
}

/// What a subject is to the audit.
pub(super) fn object(kind: Subject, subject: Uuid) -> Object {
    Object::new(if kind == Subject::Sheet { "call" } else { kind.code() }, subject)
}

/// What a newer directory says to what was recorded before, the number taken as it was then: one that was left out
/// stays left out, one that was heard once must be exact.
pub(super) fn again(_: &Granted<may::Verify>, index: &DirectoryIndex, said: &Said, day: NaiveDate) -> Answer {
    engine(index, said, day, said.heard).answer
}

/// Forgets tries and misses that no longer count.
pub async fn forget_old(house: &House, now: DateTime<Utc>) -> Result<u64, Error> {
    let tx = house.store.begin().await?;
    let forgotten = memory::forget_older(&tx, now - chrono::Duration::hours(FORGOTTEN_HOURS)).await?;
    tx.commit().await?;
    Ok(forgotten)
}
