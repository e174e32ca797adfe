//! Looks for what a visit may have left behind: in temporary files, in a process's environment and in its memory.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};
use memchr::memmem;

/// Files that nobody touched in this time are not of this visit.
const RECENT: Duration = Duration::from_mins(10);
/// Largest file that is read; the kit writes none near it.
const MOST: u64 = 16 << 20;
/// Bytes of memory looked at in one go.
const CHUNK: usize = 4 << 20;

/// Fails where a recent file below the temporary folder holds one of these; the folders of the test itself excepted.
pub fn in_temporary_files(secrets: &[&str], except: &[&Path]) -> Result<()> {
    in_files(&std::env::temp_dir(), secrets, except)
}

fn in_files(folder: &Path, secrets: &[&str], except: &[&Path]) -> Result<()> {
    // Other programs' files come and go meanwhile.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        if except.iter().any(|excepted| path.starts_with(excepted)) || is_a_server_s(&path) {
            continue;
        }
        if metadata.is_dir() {
            in_files(&path, secrets, except)?;
        } else if metadata.is_file() && metadata.len() <= MOST && is_recent(&metadata) {
            let found = fs::read(&path).ok().and_then(|bytes| first_in(&bytes, secrets));
            ensure!(found.is_none(), "{} holds {found:?}", path.display());
        }
    }
    Ok(())
}

/// The fleet server knows its bookings, and build folders are no matter of a kit.
fn is_a_server_s(path: &Path) -> bool {
    path.join("data/server-ca.pem").exists() || path.join("CACHEDIR.TAG").exists()
}

fn is_recent(metadata: &fs::Metadata) -> bool {
    let touched = metadata.modified().ok();
    touched.is_some_and(|at| SystemTime::now().duration_since(at).unwrap_or_default() < RECENT)
}

/// Fails where the environment of a process holds one of these.
pub fn in_environment(pid: u32, secrets: &[&str]) -> Result<()> {
    for file in ["environ", "cmdline"] {
        let found = first_in(&fs::read(format!("/proc/{pid}/{file}"))?, secrets);
        ensure!(found.is_none(), "{file} of the process holds {found:?}");
    }
    Ok(())
}

/// Fails where the memory of a process holds one of these.
pub fn in_memory(pid: u32, secrets: &[&str]) -> Result<()> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let mut memory = fs::File::open(format!("/proc/{pid}/mem"))?;
    let longest = secrets.iter().map(|secret| secret.len()).max().unwrap_or(1);
    let mut searched = 0;
    for (from, to) in maps.lines().filter_map(writable) {
        let mut at = from;
        while at < to {
            let length = usize::try_from(to - at)?.min(CHUNK + longest);
            let mut bytes = vec![0; length];
            // A page may be gone by now.
            if memory.seek(SeekFrom::Start(at)).is_err() || memory.read_exact(&mut bytes).is_err() {
                break;
            }
            let found = first_in(&bytes, secrets);
            ensure!(found.is_none(), "the memory at {at:x} holds {found:?}");
            searched += length;
            at += CHUNK as u64;
        }
    }
    ensure!(
        searched > 1 << 20,
        "only {searched} bytes of memory could be searched"
    );
    Ok(())
}

/// The bounds of one mapping, where it can be written: a visit's data lie nowhere else.
fn writable(line: &str) -> Option<(u64, u64)> {
    let (bounds, rest) = line.split_once(' ')?;
    let (from, to) = bounds.split_once('-')?;
    if !rest.starts_with("rw") || rest.contains("[vvar") {
        return None;
    }
    Some((
        u64::from_str_radix(from, 16).ok()?,
        u64::from_str_radix(to, 16).ok()?,
    ))
}

fn first_in<'a>(bytes: &[u8], secrets: &[&'a str]) -> Option<&'a str> {
    secrets
        .iter()
        .copied()
        .find(|secret| memmem::find(bytes, secret.as_bytes()).is_some())
}
