//! What is to be seen before an import: who would be gone, and whose category would be another.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::members::record::MemberRecord;
use crate::store::{Store, members};
use crate::usecase::Error;
use crate::usecase::members::change::Change;

/// So many are named.
const NAMED: usize = 20;
/// So many are looked at together.
const AT_ONCE: usize = 5_000;

/// What is to be seen before an import.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// The name of the mapping by which the file was read; empty: none.
    pub mapping: String,
    /// They're so many that their number is to be typed.
    pub loses_many: bool,
    /// Columns that are missing though they say something now, and of how many.
    pub emptied: Vec<(&'static str, usize)>,
    /// Columns of which more than a tenth would say otherwise, and of how many.
    pub turned: Vec<(&'static str, usize)>,
    /// A spreadsheet's sheets that weren't read.
    pub others: Vec<String>,
    /// Ties that would be gone, by association, the most first.
    pub gone: Vec<(String, usize)>,
    /// Some of them, of every association.
    pub named: Vec<Gone>,
    /// Ties that the file doesn't hold, and that stand all the same since some row may be anybody's.
    pub spared: usize,
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
        let (loses_many, emptied, turned) = (change.loses_many(), change.emptied.clone(), change.turned.clone());
        let (others, spared) = (change.others().to_vec(), change.spared());
        let mut details = Self { loses_many, emptied, turned, others, spared, ..Self::default() };
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
        // Counted some at a time: a whole directory may go.
        let mut by_association: BTreeMap<String, Association> = BTreeMap::new();
        for some in lost.chunks(AT_ONCE) {
            let ids: Vec<Uuid> = some.iter().map(|(member, _)| *member).collect();
            let people = members::members_by_ids(store, &ids).await?;
            let people: BTreeMap<Uuid, MemberRecord> = people.into_iter().map(|kept| (kept.id, kept.record)).collect();
            for (member, facility) in some {
                let Some(member) = people.get(member) else { continue };
                let association = format!("{} {}", member.pref_association, member.district_association);
                let of = by_association.entry(association.trim().to_owned()).or_default();
                of.gone += 1;
                if of.first.len() < NAMED {
                    of.first.push((member.name.clone(), *facility));
                }
            }
        }
        self.named = named(store, &by_association).await?;
        self.gone = by_association.into_iter().map(|(association, of)| (association, of.gone)).collect();
        self.gone.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Ok(())
    }
}

/// Ties of an association's members that would be gone.
#[derive(Default)]
struct Association {
    gone: usize,
    /// Members by name, and their facilities, of the first few.
    first: Vec<(String, Uuid)>,
}

/// Some of every association, one after the other.
async fn named(store: &Store, by_association: &BTreeMap<String, Association>) -> Result<Vec<Gone>, Error> {
    let mut some = Vec::new();
    for round in 0..NAMED {
        let next = by_association.iter().filter_map(|(association, of)| Some((association, of.first.get(round)?)));
        some.extend(next.take(NAMED - some.len()));
    }
    let places: Vec<Uuid> = some.iter().map(|(_, (_, facility))| *facility).collect();
    let places = members::facilities_by_ids(store, &places).await?;
    let place = |id: &Uuid| places.iter().find(|kept| kept.id == *id).map(|kept| kept.record.name.clone());
    let line = |(association, (name, facility)): (&String, &(String, Uuid))| Gone {
        association: association.clone(),
        name: name.clone(),
        facility: place(facility).unwrap_or_default(),
    };
    Ok(some.into_iter().map(line).collect())
}
