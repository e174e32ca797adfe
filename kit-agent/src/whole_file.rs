//! Files that are replaced whole or not at all: after a power cut there is the old content or the new, never a part of either.
//!
//! The agent's user alone reads them. Neighbours: `fleet::state_dir`, `kit::memory` and `kit::present` keep what must last
//! this way.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Replaces the file durably. An error leaves the old content, and nothing beside it.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = unfinished(path);
    let written = write(&temporary, content).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // Of a full disk, what little there was room for.
        let _ = fs::remove_file(&temporary);
    }
    written?;
    name_is_durable(path)
}

/// Removes the file durably; one that is not there is removed already.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => name_is_durable(path),
    }
}

/// What a power cut leaves of a replacement: it was never confirmed to anybody.
pub(crate) fn unfinished(path: &Path) -> PathBuf {
    path.with_added_extension("new")
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// A file's name is durable only with its folder.
fn name_is_durable(path: &Path) -> io::Result<()> {
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
