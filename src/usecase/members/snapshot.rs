//! What is kept of one kind, held against a new export: ids and fingerprints only, so that two directories never
//! stand in memory side by side.

use std::collections::HashMap;

use chrono::NaiveDate;
use futures::{Stream, TryStreamExt};
use uuid::Uuid;

use crate::domain::members::packed::{Pack, Packed, fingerprint};
use crate::store::StoreError;

/// A record that is kept: what is needed to tell whether a new export changes it.
struct Known {
    id: Uuid,
    says: u64,
    gone_on: Option<NaiveDate>,
    held: bool,
}

/// Records that are kept, by key.
#[derive(Default)]
pub(in crate::usecase) struct Kept(HashMap<Box<str>, Known>);

impl Kept {
    /// Reads key, id, record and the day since which it's gone, one after another; `held` says of which rows speak that
    /// were kept out, and is told whether it stands.
    pub(in crate::usecase) async fn read<T: Pack>(
        rows: impl Stream<Item = Result<(String, Uuid, T, Option<NaiveDate>), StoreError>>,
        mut held: impl FnMut(Uuid, &T, bool) -> bool,
    ) -> Result<Self, StoreError> {
        let (mut known, mut scratch) = (HashMap::new(), Vec::new());
        let mut rows = std::pin::pin!(rows);
        while let Some((key, id, record, gone_on)) = rows.try_next().await? {
            let says = fingerprint(&record, &mut scratch);
            known.insert(key.into_boxed_str(), Known { id, says, gone_on, held: held(id, &record, gone_on.is_none()) });
        }
        Ok(Self(known))
    }
}

/// What a new export does to the records of one kind.
#[derive(Default)]
pub(in crate::usecase) struct Sorted {
    /// The id of each record of the export, new ones' too.
    pub(in crate::usecase) ids: Vec<Uuid>,
    /// Places of those that are new.
    pub(in crate::usecase) new: Vec<usize>,
    /// Places of those that say something else than before, or are back.
    pub(in crate::usecase) changed: Vec<usize>,
    /// Places of those that are back, with the export in which they were missing first.
    pub(in crate::usecase) back: HashMap<usize, NaiveDate>,
    /// Ids of those that are missing for the first time.
    pub(in crate::usecase) gone: Vec<Uuid>,
}

impl Sorted {
    /// Holds an export against what is kept.
    pub(in crate::usecase) fn of<T: Pack>(
        kept: Kept,
        records: &Packed<T>,
        mut new_ids: impl Iterator<Item = Uuid>,
    ) -> Self {
        let mut kept = kept.0;
        let mut sorted = Self { ids: Vec::with_capacity(records.len()), ..Self::default() };
        for at in 0..records.len() {
            let id = match kept.remove(records.key(at)) {
                Some(old) => {
                    if let Some(gone_on) = old.gone_on {
                        sorted.back.insert(at, gone_on);
                    }
                    if old.gone_on.is_some() || old.says != records.fingerprint(at) {
                        sorted.changed.push(at);
                    }
                    Some(old.id)
                }
                None => {
                    sorted.new.push(at);
                    new_ids.next()
                }
            };
            sorted.ids.push(id.unwrap_or_default());
        }
        sorted.gone = kept.into_values().filter(|k| k.gone_on.is_none() && !k.held).map(|k| k.id).collect();
        // In the order of their making, whatever order the table of keys had.
        sorted.gone.sort_unstable();
        sorted
    }

    /// The ids of the records at some places.
    pub(in crate::usecase) fn ids_of(&self, places: &[usize]) -> Vec<Uuid> {
        places.iter().map(|at| self.ids[*at]).collect()
    }

    /// The place of each record that was kept before, by id.
    pub(in crate::usecase) fn places(&self) -> HashMap<Uuid, u32> {
        let mut new = self.new.iter().copied().peekable();
        let old = |at: &usize| new.next_if_eq(at).is_none();
        let old: Vec<usize> = (0..self.ids.len()).filter(old).collect();
        old.into_iter().map(|at| (self.ids[at], at as u32)).collect()
    }
}
