//! The console's own way in.

use std::sync::Arc;

use serde_json::json;

use crate::domain::access::actor::{Action, ActorKind};
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::matching::{Answer, DirectoryIndex, Query};
use crate::usecase::verification::look_up::{Error, Services};

/// Many questions at the console, the administrator's: each number is taken as heard twice, all is told, nothing is
/// counted. One entry in the audit for all of them.
pub struct Batch(Arc<DirectoryIndex>);

impl Batch {
    /// Begins; written down before the first answer.
    ///
    /// # Errors
    /// `Forbidden` for anybody but the product at its console; `Preparing` without a directory.
    pub async fn begin(services: &Services, ctx: &Ctx, questions: usize) -> Result<Self, Error> {
        if ctx.actor.kind != ActorKind::System {
            return Err(Error::Forbidden(Action::Verify));
        }
        let index = services.index.get().ok_or(Error::Preparing)?;
        let entry = AuditEntry::done("member.batch", Object::kind("directory")).detail(json!({ "asked": questions }));
        services.store.journal().write(ctx, entry).await?;
        Ok(Self(index))
    }

    /// What the directory says to one of them.
    pub fn ask(&self, query: &Query) -> Answer {
        self.0.look_up_in_full(query)
    }
}
