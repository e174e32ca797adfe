//! Server-sent events (WHATWG HTML §9.2.6), read in bounded memory. Pure, and fed with anything.
//!
//! Unknown fields and comments are skipped; invalid UTF-8 is replaced. An event that is too long is an error: the
//! caller drops the connection, because a mobile link must not carry what nobody can use.

/// Longest event with all its lines, bytes. A roster of a large meeting comes one participant at a time.
pub const MAX_EVENT: usize = 256 * 1024;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Its name; "message" where the server gave none.
    pub name: String,
    /// Its data, lines joined by line feeds.
    pub data: String,
}

/// The event, or the line on its way, exceeds [`MAX_EVENT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event of the meeting is longer than {MAX_EVENT} bytes")]
pub struct TooLong;

/// Turns bytes, however they are cut, into events.
#[derive(Debug, Default)]
pub struct Decoder {
    line: Vec<u8>,
    name: String,
    data: String,
    has_data: bool,
    after_return: bool,
    started: bool,
}

impl Decoder {
    /// Takes the next bytes and gives the events that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Frame>, TooLong> {
        let mut frames = Vec::new();
        for byte in bytes {
            let follows_return = std::mem::take(&mut self.after_return);
            match byte {
                b'\n' if follows_return => {}
                b'\n' | b'\r' => {
                    self.after_return = *byte == b'\r';
                    self.end_line(&mut frames);
                }
                _ if self.line.len() + self.data.len() >= MAX_EVENT => return Err(TooLong),
                _ => self.line.push(*byte),
            }
        }
        Ok(frames)
    }

    fn end_line(&mut self, frames: &mut Vec<Frame>) {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let first = !std::mem::replace(&mut self.started, true);
        let line = if first {
            text.strip_prefix('\u{feff}').unwrap_or(&text)
        } else {
            &text
        };
        if line.is_empty() {
            return self.end_event(frames);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => self.add_data(value),
            // Comments, `id` and `retry`: no replay is used, and the reader has its own pauses.
            _ => {}
        }
    }

    fn add_data(&mut self, value: &str) {
        if self.has_data {
            self.data.push('\n');
        }
        self.has_data = true;
        self.data.push_str(value);
    }

    fn end_event(&mut self, frames: &mut Vec<Frame>) {
        let mut name = std::mem::take(&mut self.name);
        let data = std::mem::take(&mut self.data);
        if std::mem::take(&mut self.has_data) {
            if name.is_empty() {
                "message".clone_into(&mut name);
            }
            frames.push(Frame { name, data });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> Vec<(String, String)> {
        let frames = Decoder::default().push(bytes).unwrap();
        frames.into_iter().map(|frame| (frame.name, frame.data)).collect()
    }

    fn one(name: &str, data: &str) -> Vec<(String, String)> {
        vec![(name.into(), data.into())]
    }

    #[test]
    fn events_are_read_with_every_line_end() {
        for end in ["\n", "\r", "\r\n"] {
            let text = [
                "\u{feff}: hello",
                "event: stage",
                "data: [1,",
                "data:2]",
                "id: 7",
                "",
                "",
            ]
            .join(end);
            assert_eq!(read(text.as_bytes()), one("stage", "[1,\n2]"), "{end:?}");
        }
    }

    #[test]
    fn an_event_without_data_is_none_and_does_not_name_the_next() {
        assert_eq!(read(b"event: a\n\ndata: null\n\n"), one("message", "null"));
    }

    #[test]
    fn bad_utf8_does_no_harm() {
        assert_eq!(read(b"data: \xff\n\n"), one("message", "\u{fffd}"));
    }

    #[test]
    fn an_endless_line_or_event_is_cut_off() {
        let long = vec![b'x'; MAX_EVENT + 1];
        assert_eq!(Decoder::default().push(&long), Err(TooLong));
        let mut decoder = Decoder::default();
        let line = [b"data: ".as_slice(), &[b'x'; 1000], b"\n"].concat();
        assert!((0..MAX_EVENT).any(|_| decoder.push(&line).is_err()));
    }

    proptest! {
        /// However the bytes are cut, the same events come out.
        #[test]
        fn cuts_do_not_matter(bytes in prop::collection::vec(prop_oneof![
            Just(b'\n'), Just(b'\r'), Just(b':'), Just(b' '), Just(b'd'), any::<u8>()
        ], 0..200), cut in 0..200usize) {
            let (first, second) = bytes.split_at(cut.min(bytes.len()));
            let mut decoder = Decoder::default();
            let mut frames = decoder.push(first).unwrap();
            frames.extend(decoder.push(second).unwrap());
            prop_assert_eq!(frames, Decoder::default().push(&bytes).unwrap());
        }
    }
}
