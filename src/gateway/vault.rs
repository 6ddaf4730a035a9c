//! Backups as files: encrypted to their recipients (age), written beside their place under another name, put there
//! whole, and never over another file. What is read back is only believed when all of it opened.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret;
use age::x25519::{Identity, Recipient};
use age::{DecryptError, Decryptor, Encryptor};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::secret;

/// The longest label, in bytes.
const LABEL: u32 = 4_096;
/// Bytes that are passed on at once.
const PIECE: usize = 1 << 16;

/// What a backup says of itself, inside the encryption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The version of this format.
    pub madoguchi_backup: u32,
    /// `sqlite` or `postgres`: the other can't read it.
    pub engine: String,
    /// The last migration.
    pub schema: String,
    /// The product's version that wrote it.
    pub product: String,
    /// When it was begun.
    pub made_at: DateTime<Utc>,
}

/// A file's path in a message.
fn named(path: &Path, why: impl std::fmt::Display) -> String {
    format!("{}: {why}", path.display())
}

/// The recipients of their public keys.
///
/// # Errors
/// Which one is no key, or that there is none and how to make one.
pub fn recipients(keys: &[String]) -> Result<Vec<Recipient>, String> {
    if keys.is_empty() {
        return Err("バックアップの宛先が設定されていません。madoguchi backup key --out ファイル で鍵を作り、\
                    表示された公開鍵（age1…）を backup.recipients に設定してください。鍵のファイルは、\
                    このサーバーとは別の場所に保管してください"
            .into());
    }
    let read = |key: &String| {
        let wrong = |_| format!("backup.recipients の {key} は age の公開鍵（age1…）ではありません");
        key.trim().parse::<Recipient>().map_err(wrong)
    };
    keys.iter().map(read).collect()
}

/// Makes a key and writes it to a new file that only its owner may read; gives its public part.
///
/// # Errors
/// When the file is there already or can't be written.
pub fn make_key(path: &Path) -> Result<String, String> {
    let key = Identity::generate();
    let public = key.to_public().to_string();
    let mut file = private(path).map_err(|e| named(path, said(&e)))?;
    let text = format!("# public key: {public}\n{}\n", key.to_string().expose_secret());
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|e| named(path, said(&e)))?;
    Ok(public)
}

/// The keys of a file, one a line.
fn identities(path: &Path) -> Result<Vec<Identity>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| named(path, said(&e)))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Result<Vec<Identity>, _> = lines.map(str::parse).collect();
    let keys = keys.map_err(|_| named(path, "鍵（AGE-SECRET-KEY-1…）ではない行があります"))?;
    if keys.is_empty() { Err(named(path, "鍵（AGE-SECRET-KEY-1…）がありません")) } else { Ok(keys) }
}

fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => "すでにあります。上書きはしません。別の名前を指定してください".into(),
        io::ErrorKind::NotFound => "ありません".into(),
        _ => error.to_string(),
    }
}

/// A folder beside a file, for its owner only, that goes with everything in it. While it is in use its lock is held: one
/// that a killed process left is told by that, and goes when the next one starts.
#[derive(Debug)]
pub struct Workshop {
    folder: PathBuf,
    _lock: File,
}

/// The lock's name in a workshop.
const LOCK: &str = "lock";

impl Workshop {
    /// Makes it, and removes those that were left beside the same file.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub fn beside(file: &Path) -> Result<Self, String> {
        sweep(file);
        let random: [u8; 6] = secret::random()?;
        let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let folder = |end: &str| {
            let mut folder = file.as_os_str().to_owned();
            folder.push(format!(".{name}.{end}"));
            PathBuf::from(folder)
        };
        let (new, folder) = (folder("new"), folder("tmp"));
        std::fs::DirBuilder::new().mode(0o700).create(&new).map_err(|e| named(&new, said(&e)))?;
        // Nobody sees it under its own name before its lock is held.
        let locked = private(&new.join(LOCK)).and_then(|lock| {
            lock.lock()?;
            std::fs::rename(&new, &folder)?;
            Ok(lock)
        });
        match locked {
            Ok(lock) => Ok(Self { folder, _lock: lock }),
            Err(error) => {
                drop(std::fs::remove_dir_all(&new));
                Err(named(&folder, said(&error)))
            }
        }
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        // What can't be removed is still closed to all but its owner, and goes at the next start.
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// Removes the workshops that killed processes left beside a file: what lies in them may be plain. Best effort: what
/// can't be removed now is tried again at the next start.
pub fn sweep(file: &Path) {
    let Some(name) = file.file_name().and_then(|name| name.to_str()) else { return };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let left = |entry: &std::fs::DirEntry| {
        let found = entry.file_name();
        let middle = found.to_str().and_then(|found| found.strip_prefix(name)?.strip_prefix('.')?.strip_suffix(".tmp"));
        middle.is_some_and(|m| m.len() == 12 && m.bytes().all(|b| b.is_ascii_hexdigit()))
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
    };
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok).filter(left) {
        let in_use = File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_err());
        if !in_use {
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
}

/// Refuses a place that is taken.
///
/// # Errors
/// When something is there.
pub fn must_be_free(place: &Path) -> Result<(), String> {
    match std::fs::symlink_metadata(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(named(place, error)),
        Ok(_) => Err(named(place, said(&io::ErrorKind::AlreadyExists.into()))),
    }
}

/// Puts a finished file in its place, unless something has come there meanwhile.
///
/// # Errors
/// When the place is taken, or its folder can't be written.
pub fn put(file: &Path, place: &Path) -> Result<(), String> {
    let failed = |e: io::Error| named(place, said(&e));
    match std::fs::hard_link(file, place) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(failed(error)),
        // A file system without links: looked for once more, then moved.
        Err(_) => must_be_free(place).and_then(|()| std::fs::rename(file, place).map_err(failed))?,
        Ok(()) => {}
    }
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

/// Encrypts all of a source into a new file; gives its size. Memory doesn't grow with it. `whole` says afterwards
/// whether the source came to its end.
///
/// # Errors
/// When something can't be read or written, or the source wasn't whole; then there is no file.
pub fn write(
    place: &Path,
    to: &[Recipient],
    label: &Label,
    source: &mut dyn Read,
    whole: impl FnOnce() -> Result<(), String>,
) -> Result<u64, String> {
    must_be_free(place)?;
    let workshop = Workshop::beside(place)?;
    let new = workshop.file("backup");
    let failed = |e: io::Error| named(place, said(&e));
    let encryptor =
        Encryptor::with_recipients(to.iter().map(|r| r as &dyn age::Recipient)).map_err(|e| e.to_string())?;
    let mut out =
        encryptor.wrap_output(BufWriter::with_capacity(PIECE, private(&new).map_err(failed)?)).map_err(failed)?;
    let head = serde_json::to_vec(label).map_err(|e| e.to_string())?;
    let length = u32::try_from(head.len()).map_err(|e| e.to_string())?;
    out.write_all(&length.to_be_bytes()).and_then(|()| out.write_all(&head)).map_err(failed)?;
    pass_on(source, &mut out).map_err(failed)?;
    whole()?;
    let file = out.finish().map_err(failed)?.into_inner().map_err(|e| failed(e.into_error()))?;
    file.sync_all().map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    put(&new, place)?;
    Ok(size)
}

fn pass_on(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(length) => to.write_all(&piece[..length])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A backup that was opened with a key: its label was read, the rest is still to come.
pub struct Opened {
    /// What it says of itself.
    pub label: Label,
    name: PathBuf,
    rest: Box<dyn Read + Send>,
}

/// Opens a backup with a key.
///
/// # Errors
/// When the file or the key can't be read, the key is another one, or the file is damaged or none of ours.
pub fn open(file: &Path, key: &Path) -> Result<Opened, String> {
    let keys = identities(key)?;
    let source = File::open(file).map_err(|e| named(file, said(&e)))?;
    let why = |error: DecryptError| match error {
        DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed => named(
            file,
            format!("この鍵（{}）では開けません。バックアップを作ったときの宛先の鍵を指定してください", key.display()),
        ),
        DecryptError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => named(file, error),
        _ => damaged(file),
    };
    let decryptor = Decryptor::new_buffered(BufReader::with_capacity(PIECE, source)).map_err(why)?;
    let mut rest = decryptor.decrypt(keys.iter().map(|key| key as &dyn age::Identity)).map_err(why)?;
    let mut length = [0; 4];
    rest.read_exact(&mut length).map_err(|_| damaged(file))?;
    let length = u32::from_be_bytes(length);
    if length > LABEL {
        return Err(damaged(file));
    }
    let mut head = vec![0; usize::try_from(length).unwrap_or_default()];
    rest.read_exact(&mut head).map_err(|_| damaged(file))?;
    let label: Label = serde_json::from_slice(&head).map_err(|_| damaged(file))?;
    Ok(Opened { label, name: file.to_owned(), rest: Box::new(rest) })
}

fn damaged(file: &Path) -> String {
    named(
        file,
        "バックアップが壊れているか、途中で切れているか、別の種類のファイルです。別のバックアップを指定してください",
    )
}

impl Opened {
    /// Writes the rest to a new file. It is whole and as it was made, or an error.
    ///
    /// # Errors
    /// When the backup is damaged or cut, or the file can't be written.
    pub fn unpack(mut self, to: &Path) -> Result<(), String> {
        let mut out = private(to).map_err(|e| named(to, said(&e)))?;
        let mut piece = vec![0; PIECE];
        loop {
            match self.rest.read(&mut piece) {
                Ok(0) => break,
                Ok(length) => out.write_all(&piece[..length]).map_err(|e| named(to, said(&e)))?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Err(damaged(&self.name)),
            }
        }
        out.sync_all().map_err(|e| named(to, said(&e)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label() -> Label {
        let made_at = DateTime::from_timestamp(1_790_000_000, 0).expect("a time");
        let text = |t: &str| t.to_owned();
        Label { madoguchi_backup: 1, engine: text("sqlite"), schema: text("m1"), product: text("0"), made_at }
    }

    fn made(folder: &Path, bytes: &[u8]) -> (PathBuf, PathBuf) {
        let (key, file) = (folder.join("key"), folder.join("backup"));
        let public = make_key(&key).expect("a key");
        let to = recipients(&[public]).expect("a recipient");
        write(&file, &to, &label(), &mut &*bytes, || Ok(())).expect("a backup");
        (key, file)
    }

    fn alone(folder: &Path) -> Vec<String> {
        let names = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").file_name());
        let mut names: Vec<String> = names.map(|n| n.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn what_was_put_in_comes_out_and_only_its_owner_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let bytes: Vec<u8> = (0..300_000u32).flat_map(u32::to_be_bytes).collect();
        let (key, file) = made(folder.path(), &bytes);
        for file in [&key, &file] {
            assert_eq!(std::fs::metadata(file).expect("a file").permissions().mode() & 0o777, 0o600);
        }
        assert!(!std::fs::read(&file).expect("bytes").windows(8).any(|w| w == [0, 0, 0, 7, 0, 0, 0, 8]));
        let opened = open(&file, &key).expect("open");
        assert_eq!(opened.label, label());
        opened.unpack(&folder.path().join("out")).expect("whole");
        assert_eq!(std::fs::read(folder.path().join("out")).expect("bytes"), bytes);
        assert_eq!(alone(folder.path()), ["backup", "key", "out"]);
    }

    #[test]
    fn wherever_a_byte_is_flipped_or_the_file_cut_it_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (key, file) = made(folder.path(), &[7; 200_000]);
        let whole = std::fs::read(&file).expect("bytes");
        let bad = folder.path().join("bad");
        let opens = |bytes: &[u8]| {
            std::fs::write(&bad, bytes).expect("written");
            drop(std::fs::remove_file(folder.path().join("out")));
            open(&bad, &key).and_then(|opened| opened.unpack(&folder.path().join("out")))
        };
        assert_eq!(opens(&whole), Ok(()));
        let places = (0..400).chain((400..whole.len()).step_by(9_973)).chain([whole.len() - 1]);
        for place in places {
            let mut flipped = whole.clone();
            flipped[place] ^= 0x20;
            assert!(opens(&flipped).is_err(), "flipped at {place}");
            assert!(opens(&whole[..place]).is_err(), "cut at {place}");
        }
        assert!(opens(&[&whole[..], b"x"].concat()).is_err(), "something added");
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_is_in_use_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("desk.db");
        let leave = |name: &str| {
            let left = folder.path().join(name);
            std::fs::create_dir(&left).expect("a folder");
            std::fs::write(left.join("plain.db"), "plain").expect("written");
            left
        };
        let (old, locked) = (leave("desk.db.0123456789ab.tmp"), leave("desk.db.0123456789ac.tmp"));
        std::fs::write(locked.join(LOCK), "").expect("a lock that nobody holds");
        let others = [leave("other.db.0123456789ab.tmp"), leave("desk.db.mine.tmp"), leave("desk.db.d")];
        let working = Workshop::beside(&file).expect("a workshop");
        assert!(!old.exists() && !locked.exists());
        sweep(&file);
        assert!(working.file(LOCK).exists() && others.iter().all(|other| other.exists()));
        drop(working);
        assert_eq!(alone(folder.path()).len(), others.len());
    }

    #[test]
    fn a_taken_place_an_unfinished_source_and_no_recipient_leave_nothing_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let (key, file) = made(folder.path(), b"one");
        let to = recipients(&[make_key(&folder.path().join("key2")).expect("a key")]).expect("a recipient");
        assert!(write(&file, &to, &label(), &mut &b"two"[..], || Ok(())).expect_err("taken").contains("上書き"));
        let other = folder.path().join("other");
        assert!(write(&other, &to, &label(), &mut &b"two"[..], || Err("half".into())).is_err());
        assert!(recipients(&[]).expect_err("none").contains("backup key"));
        assert!(recipients(&["age1x".into()]).expect_err("no key").contains("age1x"));
        assert!(make_key(&key).expect_err("there").contains("上書き"));
        assert!(open(&file, &folder.path().join("key2")).err().expect("another key").contains("では開けません"));
        assert_eq!(alone(folder.path()), ["backup", "key", "key2"]);
        open(&file, &key).expect("still the first");
    }
}
