//! What commands write into a file that somebody named: never over their input, the database, a key or a link; and an
//! earlier output is replaced whole, once the new one is there.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::Failure;
use crate::config::Settings;

/// How files begin that are never an output of ours: databases, backups, keys.
const PRECIOUS: [(&[u8], &str); 4] = [
    (b"SQLite format 3\0", "データベース"),
    (b"age-encryption.org/", "バックアップ"),
    (b"# public key: age1", "鍵"),
    (b"AGE-SECRET-KEY-", "鍵"),
];

/// An output being written: what stands at its place stays until [`Output::done`].
pub(super) struct Output {
    place: PathBuf,
    /// Where it is written first; none when the place is no file but a terminal, a pipe or the like.
    beside: Option<PathBuf>,
    file: Option<BufWriter<File>>,
}

/// Begins an output, before anything is done that it will tell of.
pub(super) fn begin(place: &Path, settings: &Settings, inputs: &[&Path]) -> Result<Output, Failure> {
    begin_beside(place, &protected(settings), inputs)
}

/// The files that the product itself lives from.
fn protected(settings: &Settings) -> Vec<PathBuf> {
    let with = |file: &Path, ends: &[&str]| -> Vec<PathBuf> {
        let named = |end: &&str| {
            let mut name = file.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        ends.iter().map(named).collect()
    };
    let mut files = with(&settings.key_file(), &["", ".new", ".lock"]);
    if let Some(database) = settings.sqlite_file() {
        files.extend(with(&database, &["", "-wal", "-shm", "-journal"]));
    }
    files
}

/// The same for a command that needs no settings.
pub(super) fn begin_beside(place: &Path, protected: &[PathBuf], inputs: &[&Path]) -> Result<Output, Failure> {
    let failed = |e: io::Error| no(place, &format!("書けません（{e}）"));
    let file = match std::fs::symlink_metadata(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
        Ok(_) => Some(std::fs::metadata(place).map_err(|_| link(place))?),
    };
    if let Some(there) = &file
        && is_stream(there)
    {
        let file = OpenOptions::new().write(true).open(place).map_err(failed)?;
        return Ok(Output { place: place.to_owned(), beside: None, file: Some(BufWriter::new(file)) });
    }
    if std::fs::symlink_metadata(place).is_ok_and(|there| there.is_symlink()) {
        return Err(link(place));
    }
    if let Some(there) = &file {
        must_be_replaceable(place, there)?;
    }
    if inputs.iter().any(|input| is_same(place, file.as_ref(), input)) {
        return Err(no(place, "入力のファイルです。上書きしません。別の名前を指定してください"));
    }
    if protected.iter().any(|ours| is_same(place, file.as_ref(), ours)) {
        return Err(no(place, "データベースか鍵のファイルです。上書きしません。別の名前を指定してください"));
    }
    let mut name = place.as_os_str().to_owned();
    name.push(format!(".{}.tmp", Uuid::new_v4().simple()));
    let beside = PathBuf::from(name);
    let new = OpenOptions::new().write(true).create_new(true).open(&beside).map_err(failed)?;
    Ok(Output { place: place.to_owned(), beside: Some(beside), file: Some(BufWriter::new(new)) })
}

fn no(place: &Path, why: &str) -> Failure {
    Failure::Setup(format!("{}: {why}", place.display()))
}

fn link(place: &Path) -> Failure {
    no(place, "別のファイルへのリンクです。上書きしません。別の名前を指定してください")
}

/// A terminal, a pipe, `/dev/null`: there is nothing to overwrite.
fn is_stream(there: &Metadata) -> bool {
    let kind = there.file_type();
    kind.is_char_device() || kind.is_fifo() || kind.is_socket()
}

fn must_be_replaceable(place: &Path, there: &Metadata) -> Result<(), Failure> {
    if !there.is_file() {
        return Err(no(place, "ファイルではありません。ファイルの名前を指定してください"));
    }
    let mut begins = Vec::new();
    File::open(place)
        .and_then(|file| file.take(64).read_to_end(&mut begins))
        .map_err(|e| no(place, &format!("すでにあり、読めません（{e}）。別の名前を指定してください")))?;
    match PRECIOUS.iter().find(|(mark, _)| begins.starts_with(mark)) {
        Some((_, what)) => Err(no(place, &format!("{what}のファイルです。上書きしません。別の名前を指定してください"))),
        None => Ok(()),
    }
}

/// Whether a place is the same file as another, under whatever name; where one isn't there yet, the same name.
fn is_same(place: &Path, there: Option<&Metadata>, other: &Path) -> bool {
    match (there, std::fs::metadata(other)) {
        (Some(there), Ok(other)) => (there.dev(), there.ino()) == (other.dev(), other.ino()),
        (None, Err(_)) => named(place).is_some_and(|name| Some(name) == named(other)),
        _ => false,
    }
}

/// A path whose folder is written in one way only.
fn named(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(folder.canonicalize().ok()?.join(path.file_name()?))
}

impl Output {
    /// It is whole: it takes its place.
    pub(super) fn done(mut self) -> Result<(), Failure> {
        let failed = |e: io::Error| no(&self.place, &format!("書けません（{e}）"));
        let Some(file) = self.file.take() else { return Ok(()) };
        let file = file.into_inner().map_err(|e| failed(e.into_error()))?;
        if let Some(beside) = &self.beside {
            file.sync_all().map_err(failed)?;
            std::fs::rename(beside, &self.place).map_err(failed)?;
        }
        self.beside = None;
        Ok(())
    }

    /// Writes lines, and is done.
    pub(super) fn lines(mut self, lines: impl Iterator<Item = String>) -> Result<(), Failure> {
        for line in lines {
            writeln!(self, "{line}").map_err(|e| no(&self.place, &format!("書けません（{e}）")))?;
        }
        self.done()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            // What isn't whole never takes its place; what can't be removed says by its name what it is.
            drop(std::fs::remove_file(beside));
        }
    }
}
