//! Where files may lie: beside the database's volume, where there is another one.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// Folders that outlive a restart of the machine, the user's own first.
fn candidates() -> Vec<PathBuf> {
    let var = |name| std::env::var_os(name).map(PathBuf::from);
    let home = var("HOME");
    let state = var("XDG_STATE_HOME").or_else(|| home.as_ref().map(|home| home.join(".local/state")));
    let own = state.into_iter().chain(home.map(|home| home.join(".local/share")));
    own.chain([PathBuf::from("/var/lib"), PathBuf::from("/var/tmp")]).map(|folder| folder.join("madoguchi")).collect()
}

/// A folder of ours on another volume than a file, or the file's own folder; made when it isn't there.
///
/// # Errors
/// When none can be written.
pub fn beside(file: Option<&Path>) -> io::Result<PathBuf> {
    let near = file.map(|file| match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    });
    let volume = near.as_deref().and_then(volume_of);
    let elsewhere = candidates().into_iter().find(|folder| {
        let there = folder.ancestors().find_map(volume_of);
        there.is_some() && (near.is_none() || there != volume) && make(folder).is_ok()
    });
    match elsewhere.or(near) {
        Some(folder) => make(&folder).map(|()| folder),
        None => Err(io::ErrorKind::NotFound.into()),
    }
}

/// Makes a folder that only its owner may open, unless it's there; says whether it can be written.
///
/// # Errors
/// When it can't be made or written.
pub fn make(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let probe = folder.join(format!(".madoguchi-{}", std::process::id()));
    fs::write(&probe, b"")?;
    fs::remove_file(&probe)
}

fn volume_of(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|found| found.dev())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_the_file_is_taken_only_where_no_other_volume_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("madoguchi.db");
        let chosen = beside(Some(&file)).expect("a folder");
        assert!(chosen == folder.path() || volume_of(&chosen) != volume_of(folder.path()), "{}", chosen.display());
    }
}
