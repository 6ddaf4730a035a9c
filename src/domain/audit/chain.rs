//! The chain of the audit: each entry has a digest of all it says, and, once sealed, a place and a seal made of
//! its digest and the seal before it. Whoever changes, removes, inserts or swaps entries breaks it; whoever cuts
//! or rebuilds it is found out by a head that was handed out (`quality.md` section 4).

use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A digest or a seal.
pub type Hash = [u8; 32];

/// The seal before the first entry.
pub const BEGINNING: Hash = [0; 32];

/// Everything that an entry says.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What kind of actor.
    pub actor_kind: &'a str,
    /// Who.
    pub actor_id: Option<Uuid>,
    /// The verb.
    pub action: &'a str,
    /// What kind of thing.
    pub object_kind: &'a str,
    /// Which.
    pub object_id: Option<Uuid>,
    /// How it ended.
    pub result: &'a str,
    /// From where.
    pub peer: &'a str,
    /// In which request.
    pub request_id: Uuid,
    /// Codes and counts.
    pub detail: &'a Value,
}

/// A digest being made. Each part goes in with its length before it, so that no two things read alike.
struct Parts(Sha256);

impl Parts {
    fn part(&mut self, bytes: &[u8]) {
        self.0.update(u64::try_from(bytes.len()).unwrap_or_default().to_be_bytes());
        self.0.update(bytes);
    }
}

/// The digest of an entry and of the subjects beside it, in whatever order they come.
pub fn digest(said: &Said<'_>, subjects: &[(&str, Uuid)]) -> Hash {
    let mut subjects: Vec<_> = subjects.to_vec();
    subjects.sort_unstable();
    subjects.dedup();
    let mut all = Parts(Sha256::new());
    all.part(said.id.as_bytes());
    all.part(&said.at.timestamp_micros().to_be_bytes());
    for text in [said.actor_kind, said.action, said.object_kind, said.result, said.peer] {
        all.part(text.as_bytes());
    }
    for id in [said.actor_id, said.object_id] {
        all.part(id.as_ref().map_or(&[], |id| id.as_bytes().as_slice()));
    }
    all.part(said.request_id.as_bytes());
    all.part(plain(said.detail).as_bytes());
    for (kind, id) in &subjects {
        all.part(kind.as_bytes());
        all.part(id.as_bytes());
    }
    all.0.finalize().into()
}

/// What a review of the audit says.
#[derive(Debug, Clone, Copy)]
pub struct Reviewed<'a> {
    /// Its id.
    pub id: Uuid,
    /// From when, until when, and when it was made.
    pub times: [DateTime<Utc>; 3],
    /// By whom.
    pub by: Uuid,
    /// What was noted.
    pub note: &'a str,
    /// The chain's head then.
    pub head: &'a str,
}

/// The digest of a review, in hexadecimal: its entry in the chain carries it.
pub fn review_digest(review: &Reviewed<'_>) -> String {
    let mut all = Parts(Sha256::new());
    all.part(review.id.as_bytes());
    for at in review.times {
        all.part(&at.timestamp_micros().to_be_bytes());
    }
    all.part(review.by.as_bytes());
    all.part(review.note.as_bytes());
    all.part(review.head.as_bytes());
    let digest: Hash = all.0.finalize().into();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// JSON in one way of writing: keys in order, whole numbers as such, whatever an engine made of it.
fn plain(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<_> = map.iter().collect();
            keys.sort_by_key(|(key, _)| key.as_str());
            let parts: Vec<_> =
                keys.into_iter().map(|(k, v)| format!("{}:{}", Value::from(k.as_str()), plain(v))).collect();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(plain).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

/// The seal of an entry: its place, its digest and the seal before it.
pub fn seal(before: &Hash, seq: i64, digest: &Hash) -> Hash {
    let mut all = Sha256::new();
    all.update(before);
    all.update(seq.to_be_bytes());
    all.update(digest);
    all.finalize().into()
}

/// The last entry of a chain, as it is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its place.
    pub seq: i64,
    /// Its seal.
    pub seal: Hash,
}

impl Head {
    /// The head before the first entry.
    pub const NONE: Head = Head { seq: 0, seal: BEGINNING };

    /// The head after one more entry.
    pub fn then(self, digest: &Hash) -> Head {
        let seq = self.seq + 1;
        Head { seq, seal: seal(&self.seal, seq, digest) }
    }

    /// Reads what was handed out: `SEQ:SEAL`.
    pub fn parse(text: &str) -> Option<Head> {
        let (seq, hex) = text.trim().split_once(':')?;
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        let mut seal = BEGINNING;
        for (i, byte) in seal.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()?;
        }
        Some(Head { seq: seq.parse().ok()?, seal })
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.seal.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An entry says something else than when it was sealed, or its seal isn't the one that follows.
    Changed,
    /// There is no entry at this place.
    Missing,
    /// The chain doesn't hold a head that was handed out: it was cut or made anew.
    Rebuilt,
}

/// A chain being walked, entry by entry in the order of their places.
#[derive(Debug, Clone, Copy)]
pub struct Walk {
    /// The head so far.
    pub head: Head,
    /// The first fault and its place.
    pub fault: Option<(i64, Fault)>,
    handed_out: Option<Head>,
}

impl Walk {
    /// From the beginning; `handed_out` must be met on the way.
    pub fn new(handed_out: Option<Head>) -> Self {
        Self { head: Head::NONE, fault: None, handed_out }
    }

    /// The next entry: its place, the digest of what it says now, its seal.
    pub fn step(&mut self, seq: i64, digest: &Hash, seal: &Hash) {
        if self.fault.is_some() {
            return;
        }
        let next = self.head.then(digest);
        if seq != next.seq {
            self.fault = Some((next.seq, Fault::Missing));
        } else if *seal != next.seal {
            self.fault = Some((seq, Fault::Changed));
        } else if self.handed_out.is_some_and(|head| head.seq == seq && head.seal != *seal) {
            self.fault = Some((seq, Fault::Rebuilt));
        }
        self.head = next;
    }

    /// The end of the chain is reached.
    pub fn end(mut self) -> Self {
        if self.fault.is_none()
            && let Some(head) = self.handed_out.filter(|head| head.seq > self.head.seq)
        {
            self.fault = Some((head.seq, Fault::Rebuilt));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn chain(n: u8) -> Vec<(i64, Hash, Hash)> {
        let mut head = Head::NONE;
        (1..=n)
            .map(|i| {
                head = head.then(&[i; 32]);
                (head.seq, [i; 32], head.seal)
            })
            .collect()
    }

    fn fault(chain: &[(i64, Hash, Hash)], handed_out: Option<Head>) -> Option<(i64, Fault)> {
        let mut walk = Walk::new(handed_out);
        chain.iter().for_each(|(seq, digest, seal)| walk.step(*seq, digest, seal));
        walk.end().fault
    }

    #[test]
    fn a_whole_chain_has_no_fault_and_holds_its_heads() {
        let whole = chain(9);
        assert_eq!(fault(&whole, None), None);
        for (seq, _, seal) in &whole {
            assert_eq!(fault(&whole, Some(Head { seq: *seq, seal: *seal })), None);
        }
    }

    #[test]
    fn the_first_bad_entry_is_named_whatever_was_done() {
        let whole = chain(9);
        let last = Head { seq: 9, seal: whole[8].2 };
        let mut edited = whole.clone();
        edited[4].1 = [77; 32];
        assert_eq!(fault(&edited, None), Some((5, Fault::Changed)));
        let mut removed = whole.clone();
        removed.remove(4);
        assert_eq!(fault(&removed, None), Some((5, Fault::Missing)));
        let mut swapped = whole.clone();
        (swapped[4].1, swapped[5].1) = (whole[5].1, whole[4].1);
        assert_eq!(fault(&swapped, None), Some((5, Fault::Changed)));
        let mut inserted = whole.clone();
        inserted.insert(4, (5, [77; 32], [78; 32]));
        assert_eq!(fault(&inserted, None), Some((5, Fault::Changed)));
        let cut = &whole[..6];
        assert_eq!(fault(cut, None), None, "nothing in the chain itself says so");
        assert_eq!(fault(cut, Some(last)), Some((9, Fault::Rebuilt)));
        let rebuilt =
            chain(10).into_iter().map(|(_, d, _)| d).rev().fold((Head::NONE, vec![]), |(head, mut all), d| {
                let head = head.then(&d);
                all.push((head.seq, d, head.seal));
                (head, all)
            });
        assert_eq!(fault(&rebuilt.1, None), None);
        assert_eq!(fault(&rebuilt.1, Some(last)), Some((9, Fault::Rebuilt)));
    }

    #[test]
    fn every_word_of_an_entry_counts_and_the_order_of_subjects_does_not() {
        let detail = json!({ "b": 1, "a": [true, null] });
        let said = Said {
            id: Uuid::from_u128(1),
            at: DateTime::from_timestamp(1_790_000_000, 0).expect("a time"),
            actor_kind: "account",
            actor_id: Some(Uuid::from_u128(2)),
            action: "ticket.view",
            object_kind: "ticket",
            object_id: None,
            result: "done",
            peer: "192.0.2.1",
            request_id: Uuid::from_u128(3),
            detail: &detail,
        };
        let (one, two) = (("ticket", Uuid::from_u128(4)), ("member", Uuid::from_u128(5)));
        let whole = digest(&said, &[one, two]);
        assert_eq!(digest(&said, &[two, one]), whole);
        let other = json!({ "a": [true, null], "b": 2 });
        for changed in [
            Said { at: said.at + chrono::Duration::microseconds(1), ..said },
            Said { actor_id: None, object_id: said.actor_id, ..said },
            Said { actor_kind: "accountt", action: "icket.view", ..said },
            Said { result: "failed", ..said },
            Said { detail: &other, ..said },
        ] {
            assert_ne!(digest(&changed, &[one, two]), whole);
        }
        assert_ne!(digest(&said, &[one]), whole);
    }

    #[test]
    fn a_head_reads_back_as_it_was_written() {
        let head = Head { seq: 42, seal: [7; 32] };
        assert_eq!(Head::parse(&head.to_string()), Some(head));
        for not in ["", "42", "x:00", "1:zz"] {
            assert_eq!(Head::parse(not), None, "{not}");
        }
    }
}
