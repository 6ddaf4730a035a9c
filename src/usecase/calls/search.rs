//! Calls that led to no ticket: kept for the search when they end, and found by their words.

use crate::domain::search::{Question, SearchText};
use std::collections::HashMap;

use serde_json::json;
use uuid::Uuid;

use crate::domain::access::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::intake::Intake;
use crate::domain::calls::{Call, Disposition};
use crate::domain::ctx::Ctx;
use crate::domain::page::{PAGE_SIZE, Page};
use crate::domain::text;
use crate::store::{Tx, accounts, calls, search, tickets};
use crate::usecase::authorise::authorise;
use crate::usecase::calls::wrap_up::Ending;
use crate::usecase::tickets::opens::Opens;
use crate::usecase::{Error, Services};

/// Keeps what a call that ends without a ticket is found by: who called from where, what was said and noted down.
pub(in crate::usecase) async fn keep<R: Opens>(
    _: &Ending<R>,
    tx: &Tx,
    call: &Call,
    matter: &Intake,
    ended: Disposition,
) -> Result<(), Error> {
    let noted = tickets::said_on(tx, call.id).await?;
    let ended = Call { disposition: Some(ended), ..call.clone() };
    let text = SearchText::of(&[&ended, matter, &noted]);
    Ok(search::put_call(tx, call.id, &text).await?)
}

/// A page of found calls with the names of who took them.
pub struct FoundCalls {
    /// The page.
    pub page: Page<Call>,
    /// Names of who took them.
    pub names: HashMap<Uuid, String>,
}

/// Calls without a ticket that hold every word of a question, the last ended first; one audit entry with the calls
/// it showed beside it. The words are not audited: they may be a name.
pub async fn find(services: &Services, ctx: &Ctx, question: &str, before: Option<i64>) -> Result<FoundCalls, Error> {
    authorise::<may::CallRead>(ctx)?;
    let question = text::line("q", question, text::LINE)?;
    let store = &services.store;
    let hits = search::find_calls(store, &Question::read(&question), before, PAGE_SIZE + 1).await?;
    let hits = Page::cut(hits, PAGE_SIZE, |(number, _)| *number);
    let shown: Vec<Uuid> = hits.rows.iter().map(|(_, call)| *call).collect();
    let mut rows = calls::of_ids(store, &shown).await?;
    rows.sort_by_key(|call| shown.iter().position(|id| *id == call.id.0));
    let entry = AuditEntry::done("call.search", Object::kind("call"))
        .detail(json!({ "shown": rows.len() }))
        .subjects(rows.iter().map(|call| Object::new("call", call.id.0)));
    let mut people: Vec<Uuid> = rows.iter().map(|call| call.operator_id.0).collect();
    people.sort_unstable();
    people.dedup();
    let (audited, names) = tokio::join!(store.journal().write(ctx, entry), accounts::names(store, people));
    audited?;
    Ok(FoundCalls { page: Page { rows, older: hits.older }, names: names?.into_iter().collect() })
}
