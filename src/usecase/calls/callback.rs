//! The call-back that is promised at the end of a call: read from how people say times, and written down.

use chrono::{DateTime, Duration, NaiveTime, Utc};

use crate::domain::calls::Call;
use crate::domain::calls::disposition::Disposition;
use crate::domain::calls::intake::Intake;
use crate::domain::ctx::Ctx;
use crate::domain::id::CallbackId;
use crate::domain::refusal::Refusal;
use crate::domain::text;
use crate::domain::tickets::callback::Callback;
use crate::domain::tickets::{Event, Place, Ticket};
use crate::domain::time::{from_tokyo, tokyo_time};
use crate::store::Tx;
use crate::store::tickets::callback;
use crate::usecase::tickets::open::Opens;
use crate::usecase::tickets::timeline;
use crate::usecase::{Error, Services, me};

/// What was promised.
pub(super) struct Promised {
    due_at: DateTime<Utc>,
    note: String,
}

/// When the clinic is to be called back, if at all.
///
/// # Errors
/// A fault beside its field when the time is missing where the disposition needs it, or can't be.
pub(super) fn promised(ctx: &Ctx, disposition: Disposition, at: &str, note: &str) -> Result<Option<Promised>, Error> {
    let typed = at.trim();
    if !typed.is_empty() {
        let note = text::line("callback_note", note, text::LINE)?.trim().to_owned();
        return Ok(Some(Promised {
            due_at: text::future_time("callback_at", &on_some_day(ctx, typed), ctx.now)?,
            note,
        }));
    }
    if disposition.needs_callback() {
        let message =
            "折返しのお約束の日時を入力してください（15:00 のように時刻だけなら、次に来るその時刻になります）";
        return Err(Refusal::field("callback_at", "callback.missing", message).into());
    }
    Ok(None)
}

/// A time alone means the next such time: 「15時に」.
fn on_some_day(ctx: &Ctx, typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let typed: String = typed.nfkc().collect();
    let Ok(time) = NaiveTime::parse_from_str(typed.trim(), "%H:%M") else { return typed };
    let today = tokyo_time(ctx.now).date();
    let day = if from_tokyo(today.and_time(time)) > ctx.now { today } else { today + Duration::days(1) };
    day.and_time(time).format("%Y-%m-%dT%H:%M").to_string()
}

/// Writes the promise down, with its line on the ticket.
#[expect(clippy::too_many_arguments, reason = "one step of the end, split out to be read")]
pub(super) async fn promise(
    _: &impl Opens,
    services: &Services,
    tx: &Tx,
    ctx: &Ctx,
    call: &Call,
    intake: &Intake,
    ticket: Option<&Ticket>,
    promised: Promised,
) -> Result<(), Error> {
    let callback = Callback {
        id: CallbackId(ctx.new_id()),
        ticket_id: ticket.map(|t| t.id),
        call_id: call.id,
        due_at: promised.due_at,
        who: intake.caller_name.clone(),
        number: intake.callback.clone(),
        note: promised.note,
        made_by: me(ctx),
        kept_at: None,
    };
    callback::add(tx, &callback).await?;
    let Some(ticket) = ticket else { return Ok(()) };
    let event = Event::CallbackPromised { callback: callback.id, due_at: callback.due_at, note: callback.note };
    timeline::write(services, tx, ctx, Place::Both(ticket.id, call.id), &event).await?;
    Ok(())
}
