//! Reading the audit, sealing it, proving that nobody rewrote it.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use futures::TryStreamExt;
use serde_json::json;
use uuid::Uuid;

use super::rows::{AuditRow, Review};
use super::{Error, House, must};
use crate::domain::actor::Action;
use crate::domain::audit::chain::{Fault, Head, Walk};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::members::directory_key;
use crate::domain::page::PAGE_SIZE;
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::domain::tickets::TicketNo;
use crate::store::audit::seals::{self, Seal};
use crate::store::audit::{self, AuditFilter};
use crate::store::{accounts, directory, tickets};

/// Entries sealed at a time.
const BATCH: u64 = 2_000;
/// The most entries of an export.
const EXPORT: u64 = 100_000;
