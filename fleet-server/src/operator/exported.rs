//! Exported chains, as files of one entry per line: read strictly, as what is not hashed is not proved.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    str::FromStr,
};

use anyhow::{Context, Result, ensure};

use crate::{
    audit::{End, Entry},
    identity::secret::Hash,
};

/// An entry that somebody noted elsewhere: `NUMBER:HASH`, as the verifier prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted(End);

/// The text does not name an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an entry is named NUMBER:HASH, as the verifier prints it: 812:9f2c… with 64 digits")]
pub struct NotAnEntry;

impl FromStr for Noted {
    type Err = NotAnEntry;

    fn from_str(text: &str) -> Result<Self, NotAnEntry> {
        let (number, hash) = text.split_once(':').ok_or(NotAnEntry)?;
        let mut read = Hash::default();
        hex::decode_to_slice(hash, &mut read).map_err(|_| NotAnEntry)?;
        Ok(Self((number.parse().map_err(|_| NotAnEntry)?, read)))
    }
}

impl Noted {
    /// Refuses entries that do not hold the noted one: they were cut off before it, or are not the same chain.
    pub(super) fn must_be_in(self, entries: &[Entry]) -> Result<()> {
        let (number, hash) = self.0;
        let held = entries.iter().find(|entry| entry.sequence == number);
        let held = held.with_context(|| format!("entry {number}, which was expected, is missing"))?;
        ensure!(
            held.hash == hash,
            "entry {number} is not the one that was expected: the trail was made anew or is another"
        );
        Ok(())
    }
}

/// All entries of a file; at least one.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>> {
    let file = File::open(path).with_context(|| format!("could not open {}", path.display()))?;
    let mut entries = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let entry =
            serde_json::from_str(&line?).with_context(|| format!("line {} is no entry", number + 1))?;
        entries.push(entry);
    }
    ensure!(
        !entries.is_empty(),
        "{} holds no entry; export it anew",
        path.display()
    );
    Ok(entries)
}

/// An entry's number and hash, as they are noted elsewhere.
pub(super) fn named((number, hash): End) -> String {
    format!("{number}:{}", hex::encode(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_noted_as_it_is_printed() {
        let end = (812, [0x9f; 32]);
        assert_eq!(named(end).parse::<Noted>().unwrap(), Noted(end));
        for wrong in ["", "812", "812:", "812:9f", ":", "x:9f"] {
            assert_eq!(wrong.parse::<Noted>().unwrap_err(), NotAnEntry, "{wrong}");
        }
    }
}
