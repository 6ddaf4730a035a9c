//! Holding what a caller said against the directory, outside a call's sheet.

use chrono::NaiveDate;

use crate::domain::access::actor::may;
use crate::domain::ctx::Ctx;
use crate::domain::matching::{Answer, Heard};
use crate::domain::refusal::Faults;
use crate::domain::text;
use crate::domain::verification::record::StatedItems;
use crate::usecase::authorise::authorise;
use crate::usecase::verification::look_up;
use crate::usecase::verification::look_up::Asking;
use crate::usecase::{Error, Services};

/// Looks up for a program; written down with everybody it looked at before the answer leaves. Gives the directory's
/// version too.
///
/// # Errors
/// A refusal when the token, or whoever made it, has to wait or is stopped: then nothing was compared.
pub async fn look_up(
    services: &Services,
    ctx: &Ctx,
    day: NaiveDate,
    name: String,
    facility: String,
    address: String,
    number: String,
) -> Result<(Answer, i64), Error> {
    let by = authorise::<may::Verify>(ctx)?;
    let mut faults = Faults::default();
    let said = StatedItems {
        name: faults.take(text::line("name", &name, text::LINE)),
        facility: faults.take(text::line("facility", &facility, text::LINE)),
        address: faults.take(text::line("address", &address, text::LINE)),
        number: faults.take(text::line("number", &number, text::LINE)),
        heard: Heard::Once,
    };
    faults.check()?;
    let reply = look_up::ask(&by, services, ctx, Asking::Api, &said, day).await?;
    if reply.heard == Heard::Unasked {
        look_up::refusal(reply.number.standing, ctx.now).map_or(Ok(()), Err)?;
    }
    Ok((reply.answer, reply.version))
}
