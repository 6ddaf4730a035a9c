//! Writing a line on a timeline: each is a typed event, happening now.

use super::{Error, House, me};
use crate::domain::ctx::Ctx;
use crate::domain::id::EntryId;
use crate::domain::tickets::{Entry, Event, Place};
use crate::store::{Tx, tickets};

/// Writes down that something has just happened.
pub(super) async fn write(house: &House, tx: &Tx, ctx: &Ctx, place: Place, event: &Event) -> Result<Entry, Error> {
    let entry = Entry::of(EntryId(ctx.new_id()), place, event, &house.scheme, ctx.now, me(ctx));
    tickets::append(tx, &entry).await?;
    Ok(entry)
}
