//! Reading the audit.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::rows::AuditRow;
use super::{Error, House, must};
use crate::domain::actor::Action;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::page::PAGE_SIZE;
use crate::store::{accounts, audit};

/// A page of the audit.
pub struct AuditPage {
    /// The entries, newest first.
    pub rows: Vec<AuditRow>,
    /// Names of the accounts that acted.
    pub names: HashMap<Uuid, String>,
}

/// The latest entries before an instant. Reading the audit is audited too.
pub async fn latest(house: &House, ctx: &Ctx, before: Option<DateTime<Utc>>) -> Result<AuditPage, Error> {
    must(ctx, Action::AuditRead)?;
    house.store.journal().write(ctx, AuditEntry::done("audit.view", Object::kind("audit"))).await?;
    let rows = audit::latest(&house.store, before, PAGE_SIZE).await?;
    let names = accounts::names(&house.store, rows.iter().filter_map(|r| r.actor_id).collect()).await?;
    Ok(AuditPage { rows, names: names.into_iter().collect() })
}
