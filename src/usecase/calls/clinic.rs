//! When the clinic that is called back can be reached: asked at the end of a call, kept with its facility.

use crate::domain::audit::{AuditEntry, Object};
use crate::domain::ctx::Ctx;
use crate::domain::id::FacilityId;
use crate::domain::members::clinic_hours::{ClinicHours, SaidHours};
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::store::{Access, Tx, audit, members};
use crate::usecase::tickets::opens::Opens;
use crate::usecase::{Error, me};

/// What was typed of a clinic's hours.
pub(super) enum Typed {
    /// It wasn't asked.
    Nothing,
    /// The hours.
    Hours(ClinicHours),
    /// Words that tell no hours: they are kept beside the promise, and nothing is held to them.
    Words(String),
}

impl Typed {
    /// # Errors
    /// A fault beside `clinic_hours` where it is too long.
    pub(super) fn read(typed: &str) -> Result<Self, Refusal> {
        let typed = text::line("clinic_hours", typed, text::LINE)?.trim().to_owned();
        Ok(match ClinicHours::read(&typed) {
            Some(hours) => Self::Hours(hours),
            None if typed.is_empty() => Self::Nothing,
            None => Self::Words(typed),
        })
    }
}

/// What a facility said of its hours last.
pub(super) async fn known(on: &impl Access, facility: Option<FacilityId>) -> Result<Option<SaidHours>, Error> {
    match facility {
        Some(facility) => Ok(members::hours_of(on, facility).await?),
        None => Ok(None),
    }
}

/// Keeps what a facility said of its hours.
pub(super) async fn keep(
    _: &impl Opens,
    tx: &Tx,
    ctx: &Ctx,
    facility: FacilityId,
    hours: ClinicHours,
) -> Result<(), Error> {
    members::keep_hours(tx, facility, &SaidHours { hours, said_at: ctx.now, said_to: me(ctx) }).await?;
    Ok(audit::record(tx, ctx, AuditEntry::done("facility.hours", Object::new("facility", facility.0))).await?)
}
