//! The spool's bytes: a header, then one record per event. Pure.
//!
//! ```text
//! header  "HVKSPL01"  spool id (16)  number of the first record (4)  checksum (8)
//! record  length of the payload (4)  payload: the event as JSON      checksum (8)
//! ```
//! Integers are little-endian. A checksum is the first 8 bytes of SHA-256; a record's also covers the spool's id and its
//! number, so that a record left over from an earlier life of the disk block is never taken for one of this spool.

use aws_lc_rs::digest::{Context, SHA256};
use fleet_api::{Event, NumberedEvent, Sequence, SpoolId};

const MAGIC: &[u8; 8] = b"HVKSPL01";
const CHECKSUM_BYTES: usize = 8;
pub(super) const HEADER_BYTES: usize = 8 + 16 + 4 + CHECKSUM_BYTES;
/// Longest event. The longest there is takes some 200 bytes.
pub(super) const PAYLOAD_BYTES: usize = 4096;

/// What a spool file holds, as far as it is whole.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) spool: SpoolId,
    pub(super) next: Sequence,
    pub(super) events: Vec<NumberedEvent>,
    /// Length of the whole part; what follows was torn by a power cut and was never confirmed to anybody.
    pub(super) whole_bytes: usize,
}

pub(super) fn header(spool: SpoolId, first: Sequence) -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.extend_from_slice(spool.0.as_bytes());
    header.extend_from_slice(&first.0.to_le_bytes());
    let checksum = checksum(&[&header]);
    header.extend_from_slice(&checksum);
    header
}

pub(super) fn record(spool: SpoolId, numbered: &NumberedEvent) -> Vec<u8> {
    let payload = serde_json::to_vec(&numbered.event).expect("events are plain data");
    let length = u32::try_from(payload.len())
        .expect("an event is a few hundred bytes")
        .to_le_bytes();
    let checksum = record_checksum(spool, numbered.sequence, &payload);
    [&length[..], &payload, &checksum].concat()
}

/// Reads a file. None = the header is damaged, so nothing in it can be trusted.
pub(super) fn read(file: &[u8]) -> Option<Contents> {
    let (header, mut rest) = file.split_at_checked(HEADER_BYTES)?;
    let (fields, sum) = header.split_at(HEADER_BYTES - CHECKSUM_BYTES);
    if !fields.starts_with(MAGIC) || sum != checksum(&[fields]) {
        return None;
    }
    let spool = SpoolId(uuid::Uuid::from_slice(&fields[8..24]).ok()?);
    let mut next = Sequence(u32::from_le_bytes(fields[24..28].try_into().ok()?));
    let mut events = Vec::new();
    while let Some((event, after)) = read_record(spool, next, rest) {
        events.push(NumberedEvent {
            sequence: next,
            event,
        });
        next = next.next();
        rest = after;
    }
    Some(Contents {
        spool,
        next,
        events,
        whole_bytes: file.len() - rest.len(),
    })
}

fn read_record(spool: SpoolId, sequence: Sequence, rest: &[u8]) -> Option<(Event, &[u8])> {
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length))
        .ok()
        .filter(|&length| length <= PAYLOAD_BYTES)?;
    let (payload, rest) = rest.split_at_checked(length)?;
    let (sum, rest) = rest.split_first_chunk::<CHECKSUM_BYTES>()?;
    if *sum != record_checksum(spool, sequence, payload) {
        return None;
    }
    Some((serde_json::from_slice(payload).ok()?, rest))
}

fn record_checksum(spool: SpoolId, sequence: Sequence, payload: &[u8]) -> [u8; CHECKSUM_BYTES] {
    checksum(&[spool.0.as_bytes(), &sequence.0.to_le_bytes(), payload])
}

fn checksum(parts: &[&[u8]]) -> [u8; CHECKSUM_BYTES] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    *context
        .finish()
        .as_ref()
        .first_chunk()
        .expect("SHA-256 has 32 bytes")
}

#[cfg(test)]
mod tests {
    use fleet_api::EventKind;
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn file_with(count: u32, first: u32) -> (SpoolId, Vec<usize>, Vec<u8>) {
        let spool = SpoolId::generate();
        let mut file = header(spool, Sequence(first));
        let mut ends = vec![file.len()];
        for n in first..first + count {
            let event = Event {
                at: Timestamp::UNIX_EPOCH,
                kind: EventKind::HelpRequested,
            };
            file.extend(record(
                spool,
                &NumberedEvent {
                    sequence: Sequence(n),
                    event,
                },
            ));
            ends.push(file.len());
        }
        (spool, ends, file)
    }

    proptest! {
        #[test]
        fn a_torn_file_keeps_every_whole_record(count in 0_u32..20, first in 1_u32..1000, cut in 0_usize..4000) {
            let (spool, ends, file) = file_with(count, first);
            let cut = cut.min(file.len());
            let whole = ends.iter().filter(|end| **end <= cut).count();
            match read(&file[..cut]) {
                None => prop_assert_eq!(whole, 0, "only a torn header loses the file"),
                Some(contents) => {
                    prop_assert_eq!(contents.spool, spool);
                    prop_assert_eq!(contents.events.len(), whole - 1);
                    prop_assert_eq!(contents.whole_bytes, ends[whole - 1]);
                    prop_assert_eq!(contents.next, Sequence(first + u32::try_from(whole).unwrap() - 1));
                }
            }
        }

        #[test]
        fn a_changed_byte_never_passes_as_another_event(count in 1_u32..20, at in 0_usize..4000, flip in 1_u8..) {
            let (_, ends, mut file) = file_with(count, 1);
            let at = at % file.len();
            file[at] ^= flip;
            let untouched = ends.iter().filter(|end| **end <= at).count();
            match read(&file) {
                None => prop_assert!(at < HEADER_BYTES),
                Some(contents) => prop_assert_eq!(contents.events.len(), untouched - 1),
            }
        }

        #[test]
        fn any_bytes_can_be_read(bytes in proptest::collection::vec(any::<u8>(), 0..500)) {
            read(&bytes);
        }
    }

    #[test]
    fn records_of_another_spool_or_place_are_not_taken_over() {
        let (_, ends, mut file) = file_with(2, 1);
        let (_, other_ends, other) = file_with(2, 1);
        file.truncate(ends[1]);
        file.extend_from_slice(&other[other_ends[1]..]);
        assert_eq!(read(&file).unwrap().events.len(), 1);
    }
}
