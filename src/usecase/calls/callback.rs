//! The call-back that is promised at the end of a call: read from how people say times, and written down.

use chrono::{DateTime, Utc};

use crate::domain::calls::Call;
use crate::domain::calls::disposition::Disposition;
use crate::domain::calls::intake::Intake;
use crate::domain::calls::said_time::said_time;
use crate::domain::ctx::Ctx;
use crate::domain::id::CallbackId;
use crate::domain::refusal::Refusal;
use crate::domain::search::SearchText;
use crate::domain::text;
use crate::domain::tickets::callback::Callback;
use crate::domain::tickets::{Event, Place, Ticket};
use crate::store::tickets::callback;
use crate::store::{Tx, search};
use crate::usecase::calls::clinic::{self, Typed};
use crate::usecase::tickets::opens::Opens;
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

const MISSING: &str = "折返しの日時を入力してください。1130、15時、明日10時、11/28 10:00、30分後 のように入力できます";
const UNREAD: &str = "日時を読み取れません。1130、15時、明日10時、11/28 10:00、30分後 のように入力してください";

/// What was promised.
pub(super) struct Promised {
    due_at: DateTime<Utc>,
    note: String,
    /// When the clinic can be reached, as far as it was asked.
    clinic: Typed,
}

/// When the clinic is to be called back, if at all.
///
/// # Errors
/// A fault beside its field when the time is missing where the disposition needs it, or can't be.
pub(super) fn promised(
    ctx: &Ctx,
    disposition: Disposition,
    at: &str,
    note: &str,
    clinic_hours: &str,
) -> Result<Option<Promised>, Error> {
    let typed = at.trim();
    if !typed.is_empty() {
        let note = text::line("callback_note", note, text::LINE)?.trim().to_owned();
        let at = said_time(typed, ctx.now).ok_or_else(|| Refusal::field("callback_at", "callback.unread", UNREAD))?;
        let due_at = text::ahead("callback_at", at, ctx.now)?;
        return Ok(Some(Promised { due_at, note, clinic: Typed::read(clinic_hours)? }));
    }
    if disposition.needs_callback() {
        return Err(Refusal::field("callback_at", "callback.missing", MISSING).into());
    }
    Ok(None)
}

/// Writes the promise down, with its line on the ticket.
#[expect(clippy::too_many_arguments, reason = "one step of the end, split out to be read")]
pub(super) async fn promise(
    by: &impl Opens,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: &Call,
    intake: &Intake,
    ticket: Option<&Ticket>,
    mut promised: Promised,
) -> Result<(), Error> {
    let beside = match (promised.clinic, ticket.and_then(|ticket| ticket.facility_id)) {
        (Typed::Nothing, _) => None,
        (Typed::Hours(hours), Some(facility)) => {
            clinic::keep(by, tx, ctx, facility, hours).await?;
            None
        }
        // Which facility it is isn't known: its hours stand beside what was promised.
        (Typed::Hours(hours), None) => Some(hours.to_string()),
        (Typed::Words(words), _) => Some(words),
    };
    if let Some(words) = beside {
        promised.note = format!("{}（診療時間 {words}）", promised.note);
    }
    let callback = Callback {
        id: CallbackId(ctx.new_id()),
        ticket_id: ticket.map(|t| t.id),
        call_id: call.id,
        due_at: promised.due_at,
        who: intake.caller_name.clone(),
        number: intake.callback.clone(),
        note: promised.note,
        made_by: me(ctx),
        taken_by: None,
        kept_at: None,
        tries: 0,
        tried: None,
    };
    callback::add(tx, &callback).await?;
    let Some(ticket) = ticket else { return Ok(()) };
    let event = Event::CallbackPromised { callback: callback.id, due_at: callback.due_at, note: callback.note };
    let line = timeline::write(services, tx, ctx, Place::Both(ticket.id, call.id), &event).await?;
    Ok(search::add(tx, ticket.number, &SearchText::of(&[&line])).await?)
}
