//! What is to be seen before an import: who would be gone, and whose category would be another.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::members::record::MemberRecord;
use crate::store::{Store, members};
use crate::usecase::Error;
use crate::usecase::members::change::Change;

/// So many are named.
const NAMED: usize = 20;

/// What is to be seen before an import.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// Ties that would be gone, by association, the most first.
    pub gone: Vec<(String, usize)>,
    /// Some of them, of every association.
    pub named: Vec<Gone>,
    /// Members whose category would be another.
    pub moved: usize,
    /// Some of them.
    pub moves: Vec<Moved>,
}

/// A tie that would be gone.
#[derive(Debug, Clone)]
pub struct Gone {
    /// The association.
    pub association: String,
    /// The member's name.
    pub name: String,
    /// The facility's.
    pub facility: String,
}

/// A member whose category would be another.
#[derive(Debug, Clone)]
pub struct Moved {
    /// The name.
    pub name: String,
    /// The category until now.
    pub from: String,
    /// The category from then on.
    pub to: String,
}

impl Details {
    pub(super) async fn of(store: &Store, change: &Change) -> Result<Self, Error> {
        let mut details = Self::default();
        details.goes(store, change.lost()).await?;
        for (ids, records) in change.changed_members() {
            let before = members::members_by_ids(store, &ids).await?;
            let before: BTreeMap<Uuid, MemberRecord> = before.into_iter().map(|kept| (kept.id, kept.record)).collect();
            for (id, now) in ids.iter().zip(records) {
                let Some(known) = before.get(id).filter(|known| known.category != now.category) else { continue };
                details.moved += 1;
                if details.moves.len() < NAMED {
                    let label = |member: &MemberRecord| member.category.map_or("なし", |of| of.label()).to_owned();
                    details.moves.push(Moved { from: label(known), to: label(&now), name: now.name });
                }
            }
        }
        Ok(details)
    }

    async fn goes(&mut self, store: &Store, lost: &[(Uuid, Uuid)]) -> Result<(), Error> {
        let ids: Vec<Uuid> = lost.iter().map(|(member, _)| *member).collect();
        let people = members::members_by_ids(store, &ids).await?;
        let people: BTreeMap<Uuid, MemberRecord> = people.into_iter().map(|kept| (kept.id, kept.record)).collect();
        let mut by_association: BTreeMap<String, Vec<(&MemberRecord, Uuid)>> = BTreeMap::new();
        for (member, facility) in lost {
            let Some(member) = people.get(member) else { continue };
            let association = format!("{} {}", member.pref_association, member.district_association);
            by_association.entry(association.trim().to_owned()).or_default().push((member, *facility));
        }
        let mut named = Vec::new();
        for round in 0..NAMED {
            let some = by_association.iter().filter_map(|(association, gone)| Some((association, gone.get(round)?)));
            named.extend(some.take(NAMED - named.len()));
        }
        let places: Vec<Uuid> = named.iter().map(|(_, (_, facility))| *facility).collect();
        let places = members::facilities_by_ids(store, &places).await?;
        let place = |id: &Uuid| places.iter().find(|kept| kept.id == *id).map(|kept| kept.record.name.clone());
        let line = |(association, (member, facility)): &(&String, &(&MemberRecord, Uuid))| Gone {
            association: (*association).clone(),
            name: member.name.clone(),
            facility: place(facility).unwrap_or_default(),
        };
        self.named = named.iter().map(line).collect();
        self.gone = by_association.iter().map(|(association, gone)| (association.clone(), gone.len())).collect();
        self.gone.sort_by_key(|(_, gone)| std::cmp::Reverse(*gone));
        Ok(())
    }
}
