//! Hash → ids, as two sorted columns: eight bytes an entry, so that a dozen keys for 233,000 rows stay small.

use std::hash::Hash;

use crate::domain::fast_map;

/// Collects (key, id) pairs before they are sorted.
#[derive(Debug, Default)]
pub struct Collector {
    entries: Vec<(u32, u32)>,
}

impl Collector {
    /// Adds one pair.
    pub fn add(&mut self, key: u32, id: u32) {
        self.entries.push((key, id));
    }

    /// Sorts; equal pairs once.
    pub fn finish(mut self) -> Postings {
        self.entries.sort_unstable();
        self.entries.dedup();
        Postings::over(&self.entries)
    }
}

/// Ids by hashed key. Different keys may share a hash: what is found is compared again anyway.
#[derive(Debug, Default)]
pub struct Postings {
    keys: Vec<u32>,
    ids: Vec<u32>,
    /// Where the keys of each leading bit pattern begin; one more at the end. Saves most of a binary search.
    starts: Vec<u32>,
    shift: u32,
}

impl Postings {
    fn over(sorted: &[(u32, u32)]) -> Self {
        let bits = sorted.len().max(2).ilog2().clamp(1, 16);
        let shift = u32::BITS - bits;
        let mut starts = vec![0u32; (1 << bits) + 1];
        for (key, _) in sorted {
            starts[(key >> shift) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { keys: sorted.iter().map(|e| e.0).collect(), ids: sorted.iter().map(|e| e.1).collect(), starts, shift }
    }

    /// Ids under a key.
    pub fn of(&self, key: u32) -> &[u32] {
        let bucket = (key >> self.shift) as usize;
        let Some([start, end]) = self.starts.get(bucket..bucket + 2) else { return &[] };
        let (start, end) = (*start as usize, *end as usize);
        let from = start + self.keys[start..end].partition_point(|k| *k < key);
        let count = self.keys[from..end].partition_point(|k| *k == key);
        &self.ids[from..from + count]
    }
}

/// Hash of a key.
pub fn key<T: Hash + ?Sized>(of: &T) -> u32 {
    (fast_map::hash(of) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_under_its_key_and_no_other() {
        let mut collector = Collector::default();
        for (k, id) in [(7, 1), (3, 2), (7, 3), (7, 1)] {
            collector.add(k, id);
        }
        let postings = collector.finish();
        assert_eq!((postings.of(7), postings.of(3), postings.of(5)), (&[1, 3][..], &[2][..], &[][..]));
    }
}
