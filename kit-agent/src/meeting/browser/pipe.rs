//! Messages over the browser's pipe: JSON, each ended by a zero byte. Both directions have a limit of size.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Largest message, bytes. A request with its body may be large; a larger one ends the browser.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;
/// Bytes read at a time.
const CHUNK: usize = 64 * 1024;

/// Cuts what arrives into messages.
#[derive(Debug)]
pub(super) struct Messages<R> {
    from: R,
    waiting: Vec<u8>,
    /// How much of what waits is known to hold no end.
    looked_at: usize,
}

impl<R: AsyncRead + Unpin> Messages<R> {
    pub(super) fn new(from: R) -> Self {
        Self {
            from,
            waiting: Vec::new(),
            looked_at: 0,
        }
    }

    /// The next message. `None`: the browser closed the pipe. Nothing is lost when this is dropped before its end.
    pub(super) async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            if let Some(message) = self.cut() {
                return Ok(Some(message));
            }
            if self.waiting.len() > MAX_MESSAGE {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the message is too large",
                ));
            }
            self.waiting.reserve(CHUNK);
            if self.from.read_buf(&mut self.waiting).await? == 0 {
                return Ok(None);
            }
        }
    }

    fn cut(&mut self) -> Option<Vec<u8>> {
        let fresh = &self.waiting[self.looked_at..];
        let Some(end) = fresh.iter().position(|byte| *byte == 0) else {
            self.looked_at = self.waiting.len();
            return None;
        };
        let end = self.looked_at + end;
        let rest = self.waiting.split_off(end + 1);
        let mut message = std::mem::replace(&mut self.waiting, rest);
        message.pop();
        self.looked_at = 0;
        Some(message)
    }
}

/// Writes one message.
pub(super) async fn write(to: &mut (impl AsyncWrite + Unpin), message: &str) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(message.len() + 1);
    bytes.extend_from_slice(message.as_bytes());
    bytes.push(0);
    to.write_all(&bytes).await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    async fn all(bytes: &[u8]) -> io::Result<Vec<Vec<u8>>> {
        let mut messages = Messages::new(bytes);
        let mut found = Vec::new();
        while let Some(message) = messages.next().await? {
            found.push(message);
        }
        Ok(found)
    }

    #[tokio::test]
    async fn a_message_without_end_is_cut_off() {
        let endless = vec![b'x'; MAX_MESSAGE + 2 * CHUNK];
        let error = all(&endless).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn half_a_message_is_none() {
        assert_eq!(
            all(b"one\0two\0thr").await.unwrap(),
            [b"one".to_vec(), b"two".to_vec()]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(texts in prop::collection::vec("[^\\x00]{0,40}", 0..6)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let mut bytes = Vec::new();
                for text in &texts {
                    write(&mut bytes, text).await.unwrap();
                }
                let read = all(&bytes).await.unwrap();
                let expected: Vec<_> = texts.iter().map(|text| text.clone().into_bytes()).collect();
                assert_eq!(read, expected);
            });
        }
    }
}
