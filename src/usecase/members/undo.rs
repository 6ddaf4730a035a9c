//! What takes an import back: what it wrote over, and what it added. The file of the import before wouldn't do, for it
//! says nothing of those whose rows were kept out, nor of what earlier imports had shown of a member's categories.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::members::periods::RecordedPeriod;
use crate::domain::members::record::{FacilityRecord, MemberRecord};
use crate::gateway::packing::Packer;
use crate::store::{Store, members};
use crate::usecase::Error;
use crate::usecase::members::change::{Change, Settled};

/// Rows that are read together.
const AT_ONCE: usize = 1_000;

/// One thing that is written back.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Line {
    /// A member as they stood, and since when they were gone.
    Member(Uuid, MemberRecord, Option<NaiveDate>),
    /// A facility as it stood.
    Facility(Uuid, FacilityRecord, Option<NaiveDate>),
    /// A member whose periods were replaced, and those that were.
    Periods(Uuid, Vec<RecordedPeriod>),
    /// A member who was gone from then on.
    MemberGone(Uuid),
    /// A facility that was gone from then on.
    FacilityGone(Uuid),
    /// A tie that ended.
    TieEnded(Uuid),
    /// A member who was new.
    MemberNew(Uuid),
    /// A facility that was new.
    FacilityNew(Uuid),
    /// A tie that was new.
    TieNew(Uuid),
}

/// What takes an import back, packed; to be asked for before it's written.
pub(super) async fn undo(store: &Store, change: &Change, settled: &Settled) -> Result<Vec<u8>, Error> {
    let mut packer = Packer::default();
    let mut add = |line: Line| packer.add(&line).map_err(|e| Error::Outside(e.to_string()));
    let (people, places) = (&change.members, &change.facilities);
    for some in people.ids_of(&people.changed).chunks(AT_ONCE) {
        let before = members::members_by_ids(store, some).await?;
        before.into_iter().try_for_each(|m| add(Line::Member(m.id, m.record, m.gone_on)))?;
    }
    for some in places.ids_of(&places.changed).chunks(AT_ONCE) {
        let before = members::facilities_by_ids(store, some).await?;
        before.into_iter().try_for_each(|f| add(Line::Facility(f.id, f.record, f.gone_on)))?;
    }
    settled.before.iter().try_for_each(|(of, periods)| add(Line::Periods(*of, periods.clone())))?;
    people.gone.iter().try_for_each(|id| add(Line::MemberGone(*id)))?;
    places.gone.iter().try_for_each(|id| add(Line::FacilityGone(*id)))?;
    change.ties.ended.iter().try_for_each(|id| add(Line::TieEnded(*id)))?;
    people.ids_of(&people.new).into_iter().try_for_each(|id| add(Line::MemberNew(id)))?;
    places.ids_of(&places.new).into_iter().try_for_each(|id| add(Line::FacilityNew(id)))?;
    change.ties.ids.iter().try_for_each(|id| add(Line::TieNew(*id)))?;
    packer.finish().map_err(|e| Error::Outside(e.to_string()))
}
