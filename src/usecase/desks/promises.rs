//! What the desk promised, and what it's to ask: everybody's, for the pages that somebody opens first.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::domain::access::actor::Right;
use crate::domain::tickets::callback::Callback;
use crate::domain::tickets::line::TicketLine;
use crate::domain::tickets::task::Task;
use crate::store::accounts;
use crate::store::tickets::{callback, task};
use crate::usecase::authorise::Granted;
use crate::usecase::tickets::lines::with_lines;
use crate::usecase::{Error, Services};

/// A call-back that was promised.
pub struct Owed {
    /// The promise.
    pub callback: Callback,
    /// Its ticket, if any.
    pub line: Option<TicketLine>,
    /// The name of who rings.
    pub rings: String,
}

/// Call-backs that fall due before an instant, whoever rings, soonest first.
pub(in crate::usecase) async fn owed<R: Right>(
    _: &Granted<R>,
    services: &Services,
    until: DateTime<Utc>,
) -> Result<Vec<Owed>, Error> {
    let store = &services.store;
    let due = with_lines(services, callback::due(store, until).await?, |promise| promise.ticket_id).await?;
    let people = due.iter().map(|(callback, _)| callback.rings().0).collect();
    let names: HashMap<Uuid, String> = accounts::names(store, people).await?.into_iter().collect();
    let named = |(callback, line): (Callback, Option<TicketLine>)| {
        let rings = names.get(&callback.rings().0).cloned().unwrap_or_default();
        Owed { callback, line, rings }
    };
    Ok(due.into_iter().map(named).collect())
}

/// Memberships that only an association can confirm, each with its ticket if any, soonest due first.
pub(in crate::usecase) async fn to_ask<R: Right>(
    _: &Granted<R>,
    services: &Services,
) -> Result<Vec<(Task, Option<TicketLine>)>, Error> {
    let mut tasks = task::all_open(&services.store, None).await?;
    tasks.retain(|task| task.kind.is_about_membership());
    with_lines(services, tasks, |task| task.ticket_id).await
}
