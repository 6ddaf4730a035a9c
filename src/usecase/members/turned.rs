//! Which columns of an export say otherwise than what stands.

use std::collections::HashMap;

use uuid::Uuid;

use crate::domain::members::header::header_of;
use crate::domain::members::import::ParsedDirectory;
use crate::domain::members::record::{FacilityRecord, MemberRecord};
use crate::domain::members::turned::Turned;
use crate::store::{Store, members};
use crate::usecase::Error;
use crate::usecase::members::snapshot::Sorted;
use crate::usecase::members::ties::Ties;

/// So many are looked at together.
const AT_ONCE: usize = 5_000;

/// Columns of which much says otherwise, by header. Where less than that changed at all nothing is read again.
pub(super) async fn turned(
    store: &Store,
    parsed: &ParsedDirectory,
    (people, places): (&Sorted, &Sorted),
    ties: &Ties,
) -> Result<Vec<(&'static str, usize)>, Error> {
    let stood = |sorted: &Sorted| sorted.ids.len() - sorted.new.len();
    let mut all = Vec::new();
    if Turned::is_much(people.changed.len(), stood(people)) {
        let mut turned = Turned::default();
        for some in people.changed.chunks(AT_ONCE) {
            let before = members::members_by_ids(store, &people.ids_of(some)).await?;
            let before: HashMap<Uuid, MemberRecord> = before.into_iter().map(|kept| (kept.id, kept.record)).collect();
            for at in some {
                let Some((before, now)) = before.get(&people.ids[*at]).zip(parsed.members.get(*at)) else { continue };
                turned.member(before, &now);
            }
        }
        all.extend(turned.much(stood(people)));
    }
    if Turned::is_much(places.changed.len(), stood(places)) {
        let mut turned = Turned::default();
        for some in places.changed.chunks(AT_ONCE) {
            let before = members::facilities_by_ids(store, &places.ids_of(some)).await?;
            let before: HashMap<Uuid, FacilityRecord> = before.into_iter().map(|kept| (kept.id, kept.record)).collect();
            for at in some {
                let Some((before, now)) = before.get(&places.ids[*at]).zip(parsed.facilities.get(*at)) else {
                    continue;
                };
                turned.facility(before, &now);
            }
        }
        all.extend(turned.much(stood(places)));
    }
    all.extend(Turned::is_much(ties.roles, ties.before).then_some(("role", ties.roles)));
    Ok(all.into_iter().map(|(field, of)| (header_of(field), of)).collect())
}
