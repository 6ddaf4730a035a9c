//! Holding what a caller said against the directory, outside a call's sheet.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use super::authorise::authorise;
use super::verification::tried;
use super::{Error, House};
use crate::domain::actor::may;
use crate::domain::audit::{AuditEntry, Object};
use crate::domain::calls::verification::is_miss;
use crate::domain::ctx::Ctx;
use crate::domain::matching::{Answer, Query};
use crate::domain::refusal::Faults;
use crate::domain::text;

/// Looks up; audited with everybody it looked at before the answer leaves. Gives the directory's version too.
pub async fn look_up(
    house: &House,
    ctx: &Ctx,
    day: NaiveDate,
    name: String,
    facility: String,
    address: String,
    number: String,
) -> Result<(Answer, i64), Error> {
    authorise::<may::Verify>(ctx)?;
    let mut faults = Faults::default();
    let query = Query {
        call_date: day,
        name: faults.take(text::line("name", &name, text::LINE)),
        facility: faults.take(text::line("facility", &facility, text::LINE)),
        address: faults.take(text::line("address", &address, text::LINE)),
        number: faults.take(text::line("number", &number, text::LINE)),
    };
    faults.check()?;
    let index = house.index.get().ok_or(Error::Preparing)?;
    let answer = index.verify(&query);
    let seen = answer.candidates.iter().flat_map(|c| {
        [Object::new("member", Uuid::from_u128(c.member_ref)), Object::new("facility", Uuid::from_u128(c.facility_ref))]
    });
    let missed = is_miss(&query.number, answer.items.number);
    let entry = AuditEntry::done("member.lookup", Object::kind("directory"))
        .outcome(tried(missed))
        .detail(json!({ "decision": answer.decision.code(), "candidates": answer.candidates.len() }))
        .subjects(seen);
    house.store.journal().write(ctx, entry).await?;
    Ok((answer, index.version()))
}
