//! Where audit entries of reads wait while the database can't be written (`quality.md` section 5): a file of its own,
//! mode 0600, with its room taken beforehand, so that a full disk doesn't keep people from reading. Each record is
//! chained to the one before; what was changed, cut out or torn is found when it's read.
//!
//! The file: a head of one page (mark, id of the journal, turn), then records one behind the other: length (4 bytes),
//! digest of the chain so far (32), text (JSON). A length of 0 ends them. Emptying it begins a new turn, with which
//! no record of an older one chains.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Line;

const MARK: &[u8; 8] = b"MDGSPIL1";
/// Bytes of the head; records begin behind it.
const HEAD: u64 = 4096;
/// Bytes in front of a record's text: its length and the chain's digest.
const FRONT: usize = 36;

/// The file, held by this process alone.
pub struct Spill {
    file: File,
    id: Uuid,
    turn: u64,
    /// Bytes that may be used.
    room: u64,
    /// Where the next record goes.
    end: u64,
    /// The chain's digest there.
    chain: [u8; 32],
    /// Records that it holds.
    count: u64,
    /// Whether something else lay behind them when it was taken.
    broken: bool,
}

/// What a file holds.
pub(super) struct Held {
    pub(super) lines: Vec<Line>,
    /// Whether what lies behind them is neither a record nor an end.
    pub(super) broken: bool,
}

impl Spill {
    /// Takes the file of a journal, making it with all its room when it isn't there. `None` when another process
    /// holds it.
    ///
    /// # Errors
    /// When it can't be made, read or locked, or is something else.
    pub fn take(path: &Path, room: u64) -> io::Result<Option<Self>> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let mut spill = Self {
            file,
            id: Uuid::nil(),
            turn: 0,
            room: room.max(2 * HEAD),
            end: HEAD,
            chain: [0; 32],
            count: 0,
            broken: false,
        };
        if spill.file.metadata()?.len() == 0 {
            spill.make()?
        } else {
            spill.read_head()?
        }
        spill.broken = spill.held()?.broken;
        Ok(Some(spill))
    }

    /// The id of the journal in a file, whoever holds it.
    ///
    /// # Errors
    /// When there is none.
    pub fn id_in(path: &Path) -> io::Result<Uuid> {
        let mut head = [0_u8; 24];
        File::open(path)?.read_exact(&mut head)?;
        let id = Uuid::from_slice(&head[8..]).map_err(io::Error::other)?;
        if head[..8] == *MARK { Ok(id) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// The journal's id: the database knows it.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// How many entries wait in it.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Whether there is something in it that somebody must hear of: entries, or traces of a change.
    pub(super) fn holds_something(&self) -> bool {
        self.count > 0 || self.broken
    }

    /// The last entry's place and digest, to be handed out.
    pub(super) fn head(&self) -> String {
        let digest: String = self.chain.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{}:{}:{digest}", self.turn, self.count)
    }

    /// Writes zeros over all the room: what is only reserved may be missing when it's needed.
    fn make(&mut self) -> io::Result<()> {
        self.id = Uuid::new_v4();
        let zeros = vec![0_u8; 1 << 16];
        let mut left = self.room;
        while left > 0 {
            let piece = left.min(zeros.len() as u64);
            self.file.write_all(&zeros[..usize::try_from(piece).unwrap_or_default()])?;
            left -= piece;
        }
        self.write_head()?;
        self.file.sync_all()
    }

    fn write_head(&mut self) -> io::Result<()> {
        let mut head = Vec::with_capacity(32);
        head.extend(MARK);
        head.extend(self.id.as_bytes());
        head.extend(self.turn.to_be_bytes());
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&head)?;
        self.begin();
        Ok(())
    }

    fn read_head(&mut self) -> io::Result<()> {
        let mut head = [0_u8; 32];
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_exact(&mut head)?;
        if head[..8] != *MARK {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "not a journal of ours"));
        }
        let (id, turn) = head[8..].split_at(16);
        self.id = Uuid::from_slice(id).unwrap_or_default();
        self.turn = turn.try_into().map(u64::from_be_bytes).unwrap_or_default();
        self.room = self.file.metadata()?.len();
        self.begin();
        Ok(())
    }

    fn begin(&mut self) {
        self.end = HEAD;
        self.count = 0;
        self.chain =
            Sha256::new().chain_update(self.id.as_bytes()).chain_update(self.turn.to_be_bytes()).finalize().into();
    }

    /// Writes entries behind those that wait, durably.
    ///
    /// # Errors
    /// When they can't be written, or there is no room left; then none of them counts.
    pub(super) fn append(&mut self, lines: &[Line]) -> io::Result<()> {
        let mut bytes = Vec::new();
        let mut chain = self.chain;
        for line in lines {
            let text = serde_json::to_vec(line)?;
            chain = chained(&chain, &text);
            bytes.extend(u32::try_from(text.len()).map_err(io::Error::other)?.to_be_bytes());
            bytes.extend(chain);
            bytes.extend(text);
        }
        let used = bytes.len() as u64;
        bytes.extend([0; 4]);
        if self.end + bytes.len() as u64 > self.room {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "the journal is full"));
        }
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        self.end += used;
        self.chain = chain;
        self.count += lines.len() as u64;
        Ok(())
    }

    /// What waits. Afterwards the next record goes behind it.
    pub(super) fn held(&mut self) -> io::Result<Held> {
        self.begin();
        self.file.seek(SeekFrom::Start(HEAD))?;
        let mut bytes = Vec::new();
        (&self.file).take(self.room.saturating_sub(HEAD)).read_to_end(&mut bytes)?;
        let mut held = Held { lines: Vec::new(), broken: false };
        let mut at = 0;
        while let Some((digest, text)) = record(&bytes[at..], &mut held.broken) {
            let chain = chained(&self.chain, text);
            let Ok(line) = serde_json::from_slice(text) else {
                held.broken = true;
                break;
            };
            if chain[..] != *digest {
                held.broken = true;
                break;
            }
            held.lines.push(line);
            self.chain = chain;
            at += FRONT + text.len();
        }
        self.end = HEAD + at as u64;
        self.count = held.lines.len() as u64;
        Ok(held)
    }

    /// Empties it, durably: what waited stands in the database now.
    pub(super) fn empty(&mut self) -> io::Result<()> {
        self.turn += 1;
        self.broken = false;
        self.file.seek(SeekFrom::Start(HEAD))?;
        self.file.write_all(&[0; 4])?;
        self.write_head()?;
        self.file.sync_data()
    }
}

/// The digest and text of the record at the beginning of some bytes; none at the end, or where they are broken.
fn record<'a>(bytes: &'a [u8], broken: &mut bool) -> Option<(&'a [u8], &'a [u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    if length == 0 {
        return None;
    }
    let text = rest.get(32..32 + length);
    *broken = text.is_none();
    Some((&rest[..32], text?))
}

fn chained(before: &[u8; 32], text: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(before).chain_update(text).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::actor::Actor;
    use crate::domain::audit::{AuditEntry, Object};
    use crate::domain::ctx::Ctx;

    const ROOM: u64 = 64 * 1024;

    fn lines(count: usize) -> Vec<Line> {
        let at = chrono::DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
        let ctx = Ctx::new(Actor::system(), at, Uuid::nil(), String::new());
        let entry = || AuditEntry::done("ticket.view", Object::new("ticket", Uuid::nil()));
        (0..count).map(|_| super::super::line(&ctx, entry().subjects([Object::new("call", Uuid::max())]))).collect()
    }

    fn taken(path: &Path) -> Spill {
        Spill::take(path, ROOM).expect("readable").expect("free")
    }

    #[test]
    fn what_was_written_is_there_when_it_is_opened_again_and_gone_once_emptied() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("spill");
        let (mut spill, wrote) = (taken(&path), lines(5));
        let id = spill.id();
        spill.append(&wrote[..3]).expect("written");
        spill.append(&wrote[3..]).expect("written");
        assert!(Spill::take(&path, ROOM).expect("readable").is_none(), "held by one only");
        drop(spill);
        let mut spill = taken(&path);
        assert_eq!((spill.id(), spill.count()), (id, 5));
        let held = spill.held().expect("read");
        let ids = |lines: &[Line]| lines.iter().map(|line| line.entry.id).collect::<Vec<_>>();
        assert_eq!((ids(&held.lines), held.broken), (ids(&wrote), false));
        assert_eq!(held.lines[0].subjects, wrote[0].subjects);
        spill.empty().expect("emptied");
        spill.append(&wrote[..1]).expect("written");
        drop(spill);
        assert_eq!(taken(&path).count(), 1, "what lay behind belongs to an older turn");
    }

    #[test]
    fn its_room_is_there_from_the_start_and_no_more_is_taken() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("spill");
        let mut spill = taken(&path);
        let size = |path: &Path| std::fs::metadata(path).expect("there");
        assert!(size(&path).blocks() * 512 >= ROOM);
        assert_eq!(size(&path).permissions().mode() & 0o777, 0o600);
        let many = lines(10);
        let full = (0..100).find_map(|_| spill.append(&many).err()).expect("full at last");
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        assert_eq!(size(&path).len(), ROOM);
        let count = spill.count();
        drop(spill);
        assert_eq!(taken(&path).count(), count);
    }

    #[test]
    fn a_changed_record_is_found_and_those_before_it_are_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("spill");
        let mut spill = taken(&path);
        spill.append(&lines(3)).expect("written");
        let second = spill.held().expect("read").lines.len();
        assert_eq!(second, 3);
        drop(spill);
        let mut bytes = std::fs::read(&path).expect("read");
        let at = bytes.windows(11).rposition(|w| w == b"ticket.view").expect("there");
        bytes[at] = b'T';
        std::fs::write(&path, bytes).expect("written");
        let held = taken(&path).held().expect("read");
        assert_eq!((held.lines.len(), held.broken), (2, true));
    }
}
