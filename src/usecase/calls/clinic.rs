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

const UNREAD: &str =
    "診療時間を読み取れません。平日9-18、月-金 9-12 15-18、水午後休 のように入力するか、空のままにしてください";

/// The hours as typed; none where they weren't asked.
///
/// # Errors
/// A fault beside `clinic_hours`.
pub(super) fn typed(typed: &str) -> Result<Option<ClinicHours>, Refusal> {
    let typed = text::line("clinic_hours", typed, text::LINE)?;
    if typed.trim().is_empty() {
        return Ok(None);
    }
    ClinicHours::read(&typed).map(Some).ok_or_else(|| Refusal::field("clinic_hours", "clinic_hours.unread", UNREAD))
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
