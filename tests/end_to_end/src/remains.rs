//! Looks for what a visit may have left behind: in files, in a process's environment and in its memory.
//!
//! Every word is looked for as it is and as UTF-16, in which browsers keep some of theirs. Neighbour: `kit`, whose folders
//! these are.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::{Context as _, Result, ensure};
use memchr::memmem::Finder;

/// Largest file that is read; the kit writes none near it.
const MOST: u64 = 64 << 20;
/// Bytes of memory looked at in one go.
const CHUNK: usize = 4 << 20;
/// Where programs leave files beside their own folders.
const SHARED: [&str; 4] = ["/tmp", "/var/tmp", "/dev/shm", "/run/user"];

/// What is looked for.
pub struct Words {
    finders: Vec<(String, Finder<'static>)>,
    longest: usize,
}

impl Words {
    /// These words.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut finders = Vec::new();
        for word in words {
            let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
            for form in [word.as_bytes().to_vec(), wide] {
                finders.push((word.to_owned(), Finder::new(&form).into_owned()));
            }
        }
        let longest = finders.iter().map(|(_, finder)| finder.needle().len());
        let longest = longest.max().unwrap_or(1);
        Self { finders, longest }
    }

    fn found_in(&self, bytes: &[u8]) -> Option<&str> {
        let mut finders = self.finders.iter();
        let found = finders.find(|(_, finder)| finder.find(bytes).is_some());
        found.map(|(word, _)| word.as_str())
    }
}

/// Fails where any file in these folders holds a word. How many files were read.
pub fn in_folders(folders: &[&Path], words: &Words) -> Result<usize> {
    let mut read = 0;
    for folder in folders {
        read += in_files(folder, words, &|_| true)?;
    }
    Ok(read)
}

/// Fails where a file that was touched since then holds a word, in any folder that programs share; the folders of the test
/// itself excepted.
pub fn in_shared_folders(words: &Words, since: SystemTime, except: &[&Path]) -> Result<usize> {
    // A file system's clock is coarser than ours.
    let since = since.checked_sub(Duration::from_secs(1)).unwrap_or(since);
    let ours = |path: &Path| except.iter().any(|excepted| path.starts_with(excepted));
    let touched = |path: &Path| {
        let changed = fs::symlink_metadata(path).and_then(|metadata| metadata.modified());
        path.is_dir() || changed.is_ok_and(|at| at >= since)
    };
    let wanted = |path: &Path| !ours(path) && !is_a_build_s(path) && touched(path);
    let mut read = 0;
    for folder in SHARED {
        read += in_files(Path::new(folder), words, &wanted)?;
    }
    Ok(read)
}

fn in_files(folder: &Path, words: &Words, wanted: &dyn Fn(&Path) -> bool) -> Result<usize> {
    let mut read = 0;
    // Other programs' files come and go meanwhile.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            continue;
        };
        if !wanted(&path) {
            continue;
        }
        if metadata.is_dir() {
            read += in_files(&path, words, wanted)?;
        } else if metadata.is_file() && metadata.len() <= MOST {
            let bytes = fs::read(&path).unwrap_or_default();
            let found = words.found_in(&bytes);
            ensure!(found.is_none(), "{} holds {found:?}", path.display());
            read += 1;
        }
    }
    Ok(read)
}

/// Build folders and checkouts are no matter of a kit.
fn is_a_build_s(path: &Path) -> bool {
    path.join("CACHEDIR.TAG").exists() || path.join(".git").exists()
}

/// Fails where the environment of a process holds a word.
pub fn in_environment(pid: u32, words: &Words) -> Result<()> {
    for file in ["environ", "cmdline"] {
        let bytes = fs::read(format!("/proc/{pid}/{file}"))?;
        let found = words.found_in(&bytes);
        ensure!(found.is_none(), "{file} of the process holds {found:?}");
    }
    Ok(())
}

/// Fails where the memory of a process holds a word. How many bytes were searched.
pub fn in_memory(pid: u32, words: &Words) -> Result<usize> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let mut memory = fs::File::open(format!("/proc/{pid}/mem"))?;
    let mut bytes = vec![0; CHUNK + words.longest];
    let mut searched = 0;
    for (from, to) in maps.lines().filter_map(private) {
        let mut at = from;
        while at < to {
            let length = usize::try_from(to - at)?.min(bytes.len());
            memory.seek(SeekFrom::Start(at)).context("a place in memory")?;
            // A page may be gone by now.
            if memory.read_exact(&mut bytes[..length]).is_err() {
                break;
            }
            let found = words.found_in(&bytes[..length]);
            ensure!(found.is_none(), "the memory at {at:x} holds {found:?}");
            searched += length;
            at += CHUNK as u64;
        }
    }
    ensure!(
        searched > 1 << 20,
        "only {searched} bytes of memory were searched"
    );
    Ok(searched)
}

/// The bounds of one mapping, unless it shows a file as it is: those are searched as files.
fn private(line: &str) -> Option<(u64, u64)> {
    let (bounds, rest) = line.split_once(' ')?;
    let (from, to) = bounds.split_once('-')?;
    let shows_a_file = rest.contains(" /") && !rest.starts_with("rw");
    if !rest.starts_with('r') || shows_a_file || rest.contains("[v") {
        return None;
    }
    Some((
        u64::from_str_radix(from, 16).ok()?,
        u64::from_str_radix(to, 16).ok()?,
    ))
}
