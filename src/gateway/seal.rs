//! Sealing of single values (`quality.md` section 4): AES-256-GCM-SIV, bound to table, column and row, so that a
//! sealed value copied elsewhere doesn't open. Keys stand in a file, one a line, the first of which seals; the
//! others still open what was sealed before. A running instance reads the file anew whenever it seals, and when
//! it meets a key it doesn't know: so keys change while it runs.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::RwLock;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use uuid::Uuid;

use super::secret;

/// The length of a key, in bytes.
const KEY: usize = 32;
/// The length of a nonce, in bytes.
const NONCE: usize = 12;
/// The length of a key's id, in hexadecimal letters.
const ID: usize = 8;

/// Where a sealed value stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// The row's id.
    pub row: Uuid,
}

impl Place {
    fn bound(&self) -> String {
        format!("{}.{}.{}", self.table, self.column, self.row)
    }
}

/// A key, named by the beginning of its digest.
#[derive(Clone)]
struct Key {
    id: String,
    bytes: [u8; KEY],
}

impl Key {
    fn of(bytes: [u8; KEY]) -> Self {
        let id = hex(&secret::digest_of(&bytes)[..ID / 2]);
        Self { id, bytes }
    }

    fn cipher(&self) -> Aes256GcmSiv {
        Aes256GcmSiv::new(&self.bytes.into())
    }
}

/// The keys of a file.
pub struct Seals {
    path: PathBuf,
    keys: RwLock<Vec<Key>>,
}

impl fmt::Debug for Seals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seals").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Seals {
    /// The keys of a file, which is read when it's needed, and made when something is sealed for the first time.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), keys: RwLock::new(Vec::new()) }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn reload(&self) -> Result<Vec<Key>, String> {
        let named = |why: String| format!("鍵ファイル {}: {why}", self.path.display());
        let text = std::fs::read_to_string(&self.path).map_err(|e| named(format!("読めません: {e}")))?;
        let keys = read(&text).map_err(named)?;
        self.keep(&keys);
        Ok(keys)
    }

    fn keep(&self, keys: &[Key]) {
        *self.keys.write().unwrap_or_else(std::sync::PoisonError::into_inner) = keys.to_vec();
    }

    fn find(&self, id: &str) -> Option<Key> {
        self.keys.read().unwrap_or_else(std::sync::PoisonError::into_inner).iter().find(|k| k.id == id).cloned()
    }

    /// Seals a value for its place.
    ///
    /// # Errors
    /// When the key file can't be read, or the system gives no randomness.
    pub fn seal(&self, place: Place, value: &[u8]) -> Result<Vec<u8>, String> {
        if !self.path.exists() {
            self.change(|keys| if keys.is_empty() { Ok(vec![Key::of(secret::random()?)]) } else { Ok(keys) })?;
        }
        let key = self.reload()?.swap_remove(0);
        let nonce: [u8; NONCE] = secret::random()?;
        let bound = place.bound();
        let payload = Payload { msg: value, aad: bound.as_bytes() };
        let sealed = key.cipher().encrypt(&Nonce::from(nonce), payload).map_err(|_| "sealing failed")?;
        Ok([key.id.as_bytes(), &nonce, &sealed].concat())
    }

    /// Opens a value at its place.
    ///
    /// # Errors
    /// When its key isn't in the file, or it was sealed for another place or changed.
    pub fn unseal(&self, place: Place, sealed: &[u8]) -> Result<Vec<u8>, String> {
        let id = key_id(sealed).ok_or("a sealed value is too short")?;
        if self.find(id).is_none() {
            self.reload()?;
        }
        let key = self.find(id).ok_or_else(|| format!("鍵ファイル {} に鍵 {id} がありません", self.path.display()))?;
        let (nonce, rest) = sealed[ID..].split_at_checked(NONCE).ok_or("a sealed value is too short")?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| "a sealed value is too short")?;
        let bound = place.bound();
        let payload = Payload { msg: rest, aad: bound.as_bytes() };
        key.cipher().decrypt(&Nonce::from(nonce), payload).map_err(|_| "a sealed value does not open here".to_owned())
    }

    /// Puts a new key before the others; what is sealed from now on is sealed with it. Returns the ids of the others.
    ///
    /// # Errors
    /// When the file can't be read or written.
    pub fn add_key(&self) -> Result<Vec<String>, String> {
        let mut old = Vec::new();
        self.change(|mut keys| {
            old = keys.iter().map(|k| k.id.clone()).collect();
            keys.insert(0, Key::of(secret::random()?));
            Ok(keys)
        })?;
        Ok(old)
    }

    /// Takes the keys of these ids out of the file.
    ///
    /// # Errors
    /// When the file can't be read or written.
    pub fn drop_keys(&self, ids: &[String]) -> Result<(), String> {
        self.change(|mut keys| {
            keys.retain(|k| !ids.contains(&k.id));
            Ok(keys)
        })
    }

    /// Changes the file under a lock. It is replaced whole: whoever reads it finds the old keys or the new ones.
    fn change(&self, how: impl FnOnce(Vec<Key>) -> Result<Vec<Key>, String>) -> Result<(), String> {
        let named = |e: std::io::Error| format!("鍵ファイル {}: 書けません: {e}", self.path.display());
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder).map_err(named)?;
        }
        let lock = private(&self.beside("lock")).map_err(named)?;
        lock.lock().map_err(named)?;
        let keys = how(if self.path.exists() { self.reload()? } else { Vec::new() })?;
        let new = self.beside("new");
        let mut file = private(&new).map_err(named)?;
        file.set_len(0).map_err(named)?;
        let text: String = keys.iter().map(|key| format!("{}\n", hex(&key.bytes))).collect();
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(named)?;
        std::fs::rename(&new, &self.path).map_err(named)?;
        self.keep(&keys);
        Ok(())
    }

    fn beside(&self, what: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(format!(".{what}"));
        PathBuf::from(name)
    }
}

/// A file that nobody else reads.
fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).write(true).truncate(false).mode(0o600).open(path)
}

/// The id of the key that a value was sealed with.
pub fn key_id(sealed: &[u8]) -> Option<&str> {
    std::str::from_utf8(sealed.get(..ID)?).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn read(text: &str) -> Result<Vec<Key>, String> {
    let mut keys = Vec::new();
    for (i, line) in text.lines().enumerate().map(|(i, l)| (i + 1, l.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let bytes: Option<Vec<u8>> = (0..line.len() / 2)
            .map(|n| line.get(2 * n..2 * n + 2).and_then(|h| u8::from_str_radix(h, 16).ok()))
            .collect();
        let bytes = bytes.filter(|b| 2 * b.len() == line.len()).and_then(|b| <[u8; KEY]>::try_from(b).ok());
        keys.push(Key::of(bytes.ok_or(format!("{i}行目は64桁の16進数ではありません"))?));
    }
    if keys.is_empty() { Err("鍵がありません".into()) } else { Ok(keys) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(row: u128) -> Place {
        Place { table: "factors", column: "secret", row: Uuid::from_u128(row) }
    }

    #[test]
    fn a_sealed_value_opens_at_its_place_and_nowhere_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let seals = Seals::at(&folder.path().join("key"));
        let sealed = seals.seal(place(1), "口座".as_bytes()).expect("sealed");
        assert_eq!(seals.unseal(place(1), &sealed).expect("open"), "口座".as_bytes());
        assert!(seals.unseal(place(2), &sealed).is_err());
        assert!(seals.unseal(Place { column: "other", ..place(1) }, &sealed).is_err());
        for i in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[i] ^= 1;
            assert!(seals.unseal(place(1), &changed).is_err(), "byte {i}");
        }
        assert!(!format!("{seals:?}").contains(&hex(&seals.keys.read().expect("keys")[0].bytes)));
    }

    #[test]
    fn a_new_key_seals_while_another_instance_runs_and_the_old_one_still_opens() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        let (here, there) = (Seals::at(&path), Seals::at(&path));
        let old = here.seal(place(1), b"x").expect("sealed");
        let before = there.add_key().expect("a key");
        let new = there.seal(place(1), b"x").expect("sealed");
        assert_eq!(key_id(&old), Some(before[0].as_str()));
        assert_ne!(key_id(&new), key_id(&old));
        assert_eq!(here.unseal(place(1), &new).expect("open"), b"x", "the file is read anew");
        assert_eq!(there.unseal(place(1), &old).expect("open"), b"x");
        there.drop_keys(&before).expect("dropped");
        assert!(there.unseal(place(1), &old).is_err());
    }

    #[test]
    fn a_key_file_that_is_none_is_named_with_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        std::fs::write(&path, "# keys\nxyz\n").expect("written");
        let why = Seals::at(&path).seal(place(1), b"x").expect_err("not a key");
        assert!(why.contains("key") && why.contains("2行目"), "{why}");
    }
}
