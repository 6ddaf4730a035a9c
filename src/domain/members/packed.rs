//! Records packed one behind the other: an export of 200,000 people takes a quarter of the room it would take as
//! separate texts, and two records that say the same are the same bytes.

use std::hash::{DefaultHasher, Hasher};
use std::marker::PhantomData;

use chrono::{Datelike, NaiveDate};

use super::category::Category;
use super::record::{FacilityRecord, MemberRecord, Procedure, ProcedureKind};

/// Stands for no day.
const NO_DAY: i32 = i32::MIN;
/// A length that didn't fit into one byte follows in four.
const LONG: u8 = u8::MAX;

/// A record that can be packed. Its key is packed first.
pub trait Pack: Sized {
    /// Writes the record.
    fn pack(&self, out: &mut Packer<'_>);
    /// Reads it again; `None` only when the bytes are no record.
    fn unpack(from: &mut Unpacker<'_>) -> Option<Self>;
}

/// Records of one kind, in the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed<T> {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    kind: PhantomData<T>,
}

impl<T> Default for Packed<T> {
    fn default() -> Self {
        Self { bytes: Vec::new(), ends: Vec::new(), kind: PhantomData }
    }
}

impl<T: Pack> Packed<T> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds a record at the end.
    pub fn push(&mut self, record: &T) {
        record.pack(&mut Packer { out: &mut self.bytes });
        self.ends.push(self.bytes.len());
    }

    /// The record at a place.
    pub fn get(&self, at: usize) -> Option<T> {
        T::unpack(&mut Unpacker { rest: self.bytes_of(at) })
    }

    /// The key of the record at a place.
    pub fn key(&self, at: usize) -> &str {
        Unpacker { rest: self.bytes_of(at) }.text().unwrap_or_default()
    }

    /// What the record at a place says, as one number: the same as `fingerprint` of that record.
    pub fn fingerprint(&self, at: usize) -> u64 {
        hash(self.bytes_of(at))
    }

    /// All records, unpacked one at a time.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// Whether the record at a place is packed as these bytes.
    pub(super) fn is(&self, at: usize, packed: &[u8]) -> bool {
        self.bytes_of(at) == packed
    }

    /// Adds a record that is packed already.
    pub(super) fn push_packed(&mut self, packed: &[u8]) {
        self.bytes.extend_from_slice(packed);
        self.ends.push(self.bytes.len());
    }

    /// Drops those of which `keep` says no. In place: a copy would double the peak.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        let (mut start, mut written, mut kept) = (0, 0, 0);
        for at in 0..self.ends.len() {
            let end = self.ends[at];
            if keep(at) {
                self.bytes.copy_within(start..end, written);
                written += end - start;
                self.ends[kept] = written;
                kept += 1;
            }
            start = end;
        }
        self.bytes.truncate(written);
        self.ends.truncate(kept);
    }

    fn bytes_of(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or_default() };
        self.ends.get(at).and_then(|end| self.bytes.get(start..*end)).unwrap_or_default()
    }
}

/// What a record says, as one number; `scratch` is used again and again.
pub fn fingerprint<T: Pack>(record: &T, scratch: &mut Vec<u8>) -> u64 {
    hash(packed(record, scratch))
}

/// A record's bytes, in `scratch`.
pub(super) fn packed<'a, T: Pack>(record: &T, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    scratch.clear();
    record.pack(&mut Packer { out: scratch });
    scratch
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// Writes fields.
#[derive(Debug)]
pub struct Packer<'a> {
    out: &'a mut Vec<u8>,
}

impl Packer<'_> {
    fn text(&mut self, text: &str) {
        match u8::try_from(text.len()) {
            Ok(short) if short < LONG => self.out.push(short),
            _ => {
                self.out.push(LONG);
                self.out.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
            }
        }
        self.out.extend_from_slice(text.as_bytes());
    }

    fn maybe_text(&mut self, text: Option<&str>) {
        self.out.push(u8::from(text.is_some()));
        self.text(text.unwrap_or_default());
    }

    fn day(&mut self, day: Option<NaiveDate>) {
        self.out.extend(day.map_or(NO_DAY, |d| d.num_days_from_ce()).to_le_bytes());
    }

    fn category(&mut self, category: Option<Category>) {
        let at = category.and_then(|c| Category::ALL.iter().position(|known| *known == c));
        self.out.push(at.map_or(0, |at| at as u8 + 1));
    }
}

/// Reads fields again.
#[derive(Debug)]
pub struct Unpacker<'a> {
    rest: &'a [u8],
}

impl<'a> Unpacker<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|b| b[0])
    }

    fn four(&mut self) -> Option<[u8; 4]> {
        self.take(4)?.try_into().ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = match self.byte()? {
            LONG => u32::from_le_bytes(self.four()?) as usize,
            short => usize::from(short),
        };
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn string(&mut self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    fn maybe_string(&mut self) -> Option<Option<String>> {
        let there = self.byte()? == 1;
        let text = self.text()?;
        Some(there.then(|| text.to_owned()))
    }

    fn day(&mut self) -> Option<Option<NaiveDate>> {
        Some(NaiveDate::from_num_days_from_ce_opt(i32::from_le_bytes(self.four()?)))
    }

    fn category(&mut self) -> Option<Option<Category>> {
        let at = usize::from(self.byte()?);
        Some(at.checked_sub(1).and_then(|at| Category::ALL.get(at).copied()))
    }
}

impl Pack for MemberRecord {
    fn pack(&self, out: &mut Packer<'_>) {
        out.text(&self.person_key);
        out.maybe_text(self.member_no.as_deref());
        out.maybe_text(self.registry_no.as_deref());
        out.category(self.category);
        out.text(&self.name);
        out.text(&self.kana);
        out.day(self.enrolled_on);
        out.day(self.moved_on);
        out.category(self.category_before);
        out.day(self.left_on);
        out.text(self.procedure.as_ref().map_or("", |p| p.kind.code()));
        out.day(self.procedure.as_ref().and_then(|p| p.applied_on));
        out.category(self.procedure.as_ref().and_then(|p| p.applied_category));
        out.text(&self.pref_association);
        out.text(&self.district_association);
    }

    fn unpack(from: &mut Unpacker<'_>) -> Option<Self> {
        Some(Self {
            person_key: from.string()?,
            member_no: from.maybe_string()?,
            registry_no: from.maybe_string()?,
            category: from.category()?,
            name: from.string()?,
            kana: from.string()?,
            enrolled_on: from.day()?,
            moved_on: from.day()?,
            category_before: from.category()?,
            left_on: from.day()?,
            procedure: {
                let kind = ProcedureKind::parse(from.text()?);
                let (applied_on, applied_category) = (from.day()?, from.category()?);
                kind.map(|kind| Procedure { kind, applied_on, applied_category })
            },
            pref_association: from.string()?,
            district_association: from.string()?,
        })
    }
}

impl Pack for FacilityRecord {
    fn pack(&self, out: &mut Packer<'_>) {
        for text in
            [&self.facility_key, &self.kind, &self.name, &self.kana, &self.postal_code, &self.address, &self.phone]
        {
            out.text(text);
        }
    }

    fn unpack(from: &mut Unpacker<'_>) -> Option<Self> {
        Some(Self {
            facility_key: from.string()?,
            kind: from.string()?,
            name: from.string()?,
            kana: from.string()?,
            postal_code: from.string()?,
            address: from.string()?,
            phone: from.string()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(key: &str, name: &str) -> MemberRecord {
        MemberRecord {
            person_key: key.into(),
            member_no: None,
            registry_no: Some("012345".into()),
            category: Some(Category::A2C),
            name: name.into(),
            kana: String::new(),
            enrolled_on: NaiveDate::from_ymd_opt(2020, 2, 29),
            moved_on: None,
            category_before: Some(Category::A1),
            left_on: None,
            procedure: Some(Procedure { kind: ProcedureKind::Move, applied_on: None, applied_category: None }),
            pref_association: "東京都医師会".into(),
            district_association: String::new(),
        }
    }

    #[test]
    fn what_is_packed_comes_back_as_it_was() {
        let all = [member("M1", "架空　一"), member("M2", &"長".repeat(400)), member("", "")];
        let mut packed = Packed::default();
        all.iter().for_each(|m| packed.push(m));
        assert_eq!(packed.iter().collect::<Vec<_>>(), all);
        assert_eq!((packed.key(1), packed.get(3)), ("M2", None));
        assert_eq!(packed.fingerprint(0), fingerprint(&all[0], &mut Vec::new()));
        assert_ne!(packed.fingerprint(0), fingerprint(&member("M1", "架空一"), &mut Vec::new()));
    }

    #[test]
    fn what_is_dropped_leaves_the_others_whole() {
        let all = ["M1", "M2", "M3", "M4"].map(|key| member(key, "名"));
        let mut packed = Packed::default();
        all.iter().for_each(|m| packed.push(m));
        packed.retain(|at| at % 2 == 1);
        assert_eq!(packed.iter().collect::<Vec<_>>(), [all[1].clone(), all[3].clone()]);
    }
}
