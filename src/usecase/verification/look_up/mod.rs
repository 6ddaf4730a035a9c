//! The one door to the verification engine. Whoever asks comes through here: the sheet and the API by `ask`, which
//! takes the witness of the right, counts, slows, stops and writes down a try at the number before anything is answered; a deed's
//! own transaction by `ask_within`, which never tries a number; the console by `Batch`; the product itself, after an
//! import, by `again`. Nothing else in the house may name the engine (`tests/it/architecture.rs`).

mod batch;
mod question;
mod words;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::domain::access::actor::may;
use crate::domain::calls::Call;
use crate::domain::ctx::Ctx;
use crate::domain::matching::{Answer, DirectoryIndex, Guarded, Heard, Query, numbers_tried};
use crate::domain::verification::record::StatedItems;
use crate::domain::verification::tries::{FORGOTTEN_HOURS, Standing, Try};
use crate::gateway::secret::digest;
use crate::store::verification::tries;
use crate::store::{Tx, audit};
use crate::usecase::authorise::Granted;
use crate::usecase::{Error, Services};

pub use batch::Batch;
use question::Question;
pub(in crate::usecase) use question::object;
pub(in crate::usecase) use words::refusal;
pub use words::words;

/// Who asks.
#[derive(Clone, Copy)]
pub(in crate::usecase) enum Asking<'a> {
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
fn engine(index: &DirectoryIndex, said: &StatedItems, day: NaiveDate, heard: Heard) -> Guarded {
    index.look_up_guarded(&query(said, day), heard)
}

fn query(said: &StatedItems, day: NaiveDate) -> Query {
    Query {
        call_date: day,
        name: said.name.clone(),
        facility: said.facility.clone(),
        address: said.address.clone(),
        number: said.number.clone(),
    }
}

fn numbers(said: &StatedItems) -> Vec<String> {
    numbers_tried(&said.name, &said.facility, &said.address, &said.number)
}

/// Whether asking this would try a number.
pub(in crate::usecase) fn tries_number(said: &StatedItems) -> bool {
    !numbers(said).is_empty()
}

/// The number that asking this would try, as a sheet keeps it; empty for none.
pub(in crate::usecase) fn number_of(said: &StatedItems) -> String {
    numbers(said).join(" ")
}

/// Asks, and writes the question down before it is answered, whatever becomes of the deed around it. Not within a
/// transaction: a try has its own.
///
/// # Errors
/// `Preparing` until the index stands.
pub(in crate::usecase) async fn ask(
    _: &Granted<may::Verify>,
    services: &Services,
    ctx: &Ctx,
    asking: Asking<'_>,
    said: &StatedItems,
    day: NaiveDate,
) -> Result<Reply, Error> {
    let index = services.index.get().ok_or(Error::Preparing)?;
    let mut question = Question { index: &index, asking, said, day, heard: Heard::Once, repeats: 0 };
    let numbers = numbers(said);
    if numbers.is_empty() {
        return question.seen_before(services, ctx).await;
    }
    let text = number_of(said);
    let items = digest(&[said.name.as_str(), &said.facility, &said.address].join("\u{1f}"));
    if let Asking::Sheet(call) = asking {
        let twice = tries::heard_twice(&services.store, call.id).await?;
        question.repeats = twice.len();
        question.heard = if twice.contains(&text) { Heard::Twice } else { Heard::Once };
        let now = Try { number: text.clone(), items, heard: question.heard, cost: 0 };
        if tries::of_call(&services.store, call.id).await?.iter().any(|t| t.is_same(&now)) {
            return question.seen_before(services, ctx).await;
        }
    }
    let now = Try { number: text, items, heard: question.heard, cost: 0 };
    question.tried(services, ctx, now, numbers.len()).await
}

/// Asks at a key, before anything is saved: the number is left out.
pub(in crate::usecase) async fn ask_typing(
    _: &Granted<may::Verify>,
    services: &Services,
    ctx: &Ctx,
    call: &Call,
    said: &StatedItems,
) -> Result<Option<Answer>, Error> {
    let Some(index) = services.index.get() else { return Ok(None) };
    let question = Question {
        index: &index,
        asking: Asking::Sheet(call),
        said,
        day: call.arrived_on,
        heard: Heard::Unasked,
        repeats: 0,
    };
    Ok(Some(question.seen_before(services, ctx).await?.answer))
}

/// Asks within a deed that is under way; the entry goes with it. A number that could verify is left out.
pub(in crate::usecase) async fn ask_within(
    _: &Granted<may::Verify>,
    services: &Services,
    ctx: &Ctx,
    tx: &Tx,
    call: &Call,
    said: &StatedItems,
) -> Result<Option<Reply>, Error> {
    let Some(index) = services.index.get() else { return Ok(None) };
    let heard = if tries_number(said) { Heard::Unasked } else { Heard::Once };
    let question =
        Question { index: &index, asking: Asking::Sheet(call), said, day: call.arrived_on, heard, repeats: 0 };
    let told = engine(&index, said, call.arrived_on, heard);
    audit::record(tx, ctx, question.entry(&told.answer, json!({}))).await?;
    Ok(Some(question.reply(told.answer, Standing::Free)))
}

/// What a newer directory says to what was recorded before, the number taken as it was then: one that was left out
/// stays left out, one that was heard once must be exact.
pub(in crate::usecase) fn again(
    _: &Granted<may::Verify>,
    index: &DirectoryIndex,
    said: &StatedItems,
    day: NaiveDate,
) -> Answer {
    engine(index, said, day, said.heard).answer
}

/// Forgets tries and misses that no longer count.
pub async fn forget_old(services: &Services, now: DateTime<Utc>) -> Result<u64, Error> {
    let tx = services.store.begin().await?;
    let forgotten = tries::forget_older(&tx, now - chrono::Duration::hours(FORGOTTEN_HOURS)).await?;
    tx.commit().await?;
    Ok(forgotten)
}

/// Asks for a sheet; nothing while the directory isn't ready.
pub(in crate::usecase) async fn on_sheet(
    by: &Granted<may::Verify>,
    services: &Services,
    ctx: &Ctx,
    call: &Call,
    said: &StatedItems,
) -> Result<Option<Reply>, Error> {
    match ask(by, services, ctx, Asking::Sheet(call), said, call.arrived_on).await {
        Err(Error::Preparing) => Ok(None),
        reply => reply.map(Some),
    }
}
