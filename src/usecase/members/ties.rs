//! What a new export does to the ties of members and facilities.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use futures::TryStreamExt;
use uuid::Uuid;

use crate::domain::members::import::ParsedDirectory;
use crate::domain::members::record::FacilityRole;
use crate::store::{Store, members};
use crate::usecase::Error;
use crate::usecase::members::held::Held;
use crate::usecase::members::snapshot::Sorted;

/// A tie that stands.
struct Known {
    id: Uuid,
    role: FacilityRole,
    is_held: bool,
    is_spared: bool,
}

/// What a new export does to the ties of members and facilities.
#[derive(Default)]
pub(super) struct Ties {
    pub(super) before: usize,
    /// Places, in the export's pairs, of those that begin.
    pub(super) new: Vec<usize>,
    /// Their ids.
    pub(super) ids: Vec<Uuid>,
    /// The day they begin; open to the past in the first import.
    pub(super) from_on: Option<NaiveDate>,
    pub(super) ended: Vec<Uuid>,
    /// Members and facilities of those that are gone.
    pub(super) lost: Vec<(Uuid, Uuid)>,
    /// Members and facilities of those that stand though the export doesn't hold them.
    pub(super) held_people: HashSet<Uuid>,
    pub(super) held_places: HashSet<Uuid>,
    /// How many of them stand for no other reason than that some row may be anybody's.
    pub(super) spared: usize,
    pub(super) added: usize,
    pub(super) changed: usize,
    /// Of these, those whose role is another.
    pub(super) roles: usize,
}

impl Ties {
    /// Tenure is what imports show: open to the past at first sight in the first import, from the export's
    /// date for pairs that appear later, ended at the export's date for pairs gone (contracts section 1).
    pub(super) async fn sort(
        &mut self,
        store: &Store,
        parsed: &ParsedDirectory,
        members: &Sorted,
        facilities: &Sorted,
        held: &Held,
    ) -> Result<(), Error> {
        let mut kept = self.kept(store, members, facilities, held).await?;
        let changed_members: HashSet<usize> = members.changed.iter().copied().collect();
        let changed_facilities: HashSet<usize> = facilities.changed.iter().copied().collect();
        for (at, (person, facility, role)) in parsed.pairs.iter().enumerate() {
            match kept.remove(&(*person, *facility)) {
                Some(known) if known.role == *role => {
                    let touched = changed_members.contains(&(*person as usize))
                        || changed_facilities.contains(&(*facility as usize));
                    self.changed += usize::from(touched);
                }
                Some(known) => {
                    self.changed += 1;
                    self.roles += 1;
                    self.ended.push(known.id);
                    self.new.push(at);
                }
                None => {
                    self.added += 1;
                    self.new.push(at);
                }
            }
        }
        self.spared += kept.values().filter(|known| known.is_spared).count();
        for ((person, place), known) in kept.into_iter().filter(|(_, known)| !known.is_held) {
            self.ended.push(known.id);
            self.lost.push((members.ids[person as usize], facilities.ids[place as usize]));
        }
        // In the order of their making, whatever order the table of pairs had.
        self.ended.sort_unstable();
        self.lost.sort_unstable();
        Ok(())
    }

    /// The ties that stand, by the places of both in the export. Those of whom one is missing from it are gone, unless
    /// rows that were kept out speak of them.
    async fn kept(
        &mut self,
        store: &Store,
        members: &Sorted,
        facilities: &Sorted,
        held: &Held,
    ) -> Result<HashMap<(u32, u32), Known>, Error> {
        let (people, places) = (members.places(), facilities.places());
        let mut kept = HashMap::new();
        let mut rows = std::pin::pin!(members::each_tenure(store));
        while let Some(tie) = rows.try_next().await? {
            if tie.tenure.until_on.is_some() {
                continue;
            }
            self.before += 1;
            let is_held = held.holds(tie.member_id, tie.facility_id);
            let is_spared = held.spares(tie.member_id, tie.facility_id);
            if is_held {
                self.held_people.insert(tie.member_id);
                self.held_places.insert(tie.facility_id);
            }
            match (people.get(&tie.member_id), places.get(&tie.facility_id)) {
                (Some(person), Some(place)) => {
                    kept.insert((*person, *place), Known { id: tie.id, role: tie.tenure.role, is_held, is_spared });
                }
                _ if is_held => self.spared += usize::from(is_spared),
                _ => {
                    self.lost.push((tie.member_id, tie.facility_id));
                    self.ended.push(tie.id);
                }
            }
        }
        Ok(kept)
    }
}
