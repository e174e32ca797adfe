//! What must hold for any bytes on the event stream. Run by tests and, for longer, by `tests/fuzz`.

use super::roster::Roster;
use super::server_event::{self, ServerEvent};
use super::sse::{Decoder, Frame, MAX_EVENT};

/// Reads the bytes as an event stream, whole and cut in two; the first byte says where.
pub(crate) fn check(bytes: &[u8]) {
    let (cut, stream) = bytes
        .split_first()
        .map_or((0, bytes), |(first, rest)| (usize::from(*first), rest));
    let whole = read(&[stream]);
    let (first, second) = stream.split_at(cut.min(stream.len()));
    assert!(whole == read(&[first, second]), "a cut changed what was read");
    let mut roster = Roster::default();
    for frame in whole.iter().flatten() {
        assert!(frame.data.len() <= 3 * MAX_EVENT, "an event outgrew its limit");
        match server_event::read(frame) {
            Some(ServerEvent::RosterBegins) => roster.begin(),
            Some(ServerEvent::RosterEnds) => roster.end(),
            Some(ServerEvent::ParticipantGone(id)) => roster.remove(&id),
            Some(ServerEvent::Participant(row)) => roster.set(row),
            _ => {}
        }
    }
    assert!(roster.attendees("me").iter().all(|row| !row.id.0.is_empty()));
}

/// All frames, or `None` if one was too long.
fn read(pieces: &[&[u8]]) -> Option<Vec<Frame>> {
    let mut decoder = Decoder::default();
    let mut frames = Vec::new();
    for piece in pieces {
        frames.extend(decoder.push(piece).ok()?);
    }
    Some(frames)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[test]
    fn the_corpus_does_no_harm() {
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/corpus/event_stream");
        let mut seen = 0;
        for file in std::fs::read_dir(corpus).unwrap() {
            super::check(&std::fs::read(file.unwrap().path()).unwrap());
            seen += 1;
        }
        assert!(seen > 5, "the corpus is missing");
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            super::check(&bytes);
        }

        /// The same for what has the shape of events.
        #[test]
        fn no_data_does_harm(
            name in "participant_(create|update|delete|sync_begin|sync_end)|stage|disconnect|refer|new_offer|\\PC{0,8}",
            data in "[\\[\\]{}:,\"0-9a-z_]{0,60}|\\{\"uuid\":\"\\PC{0,8}\"\\}",
        ) {
            super::check(format!("\u{5}event: {name}\ndata: {data}\n\n").as_bytes());
        }
    }
}
