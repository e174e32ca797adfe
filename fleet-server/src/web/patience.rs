//! A stream that is given up when the other side takes too long: over the head of a request that it has begun, or over taking
//! what it has asked for. Idle connections and whole bodies are bounded elsewhere (`listener`, `guard`).

use std::{
    io::{Error, ErrorKind, Result},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Sleep, sleep},
};

use super::places::{Phase, Place};

/// Timers are made when they are needed: most connections wait in silence.
type Timer = Option<Pin<Box<Sleep>>>;

/// A connection's stream, and its place for as long as the stream lives.
#[derive(Debug)]
pub(super) struct Patient<S> {
    stream: S,
    place: Arc<Place>,
    head_time: Duration,
    stall_time: Duration,
    head: Timer,
    stall: Timer,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, place: Arc<Place>, (head_time, stall_time): (Duration, Duration)) -> Self {
        Self {
            stream,
            place,
            head_time,
            stall_time,
            head: None,
            stall: None,
        }
    }

    /// Whether a head has been begun too long ago.
    fn head_is_late(&mut self, cx: &mut Context<'_>) -> bool {
        if !matches!(self.place.phase(), Phase::Reading(_)) {
            self.head = None;
        }
        is_over(&mut self.head, cx)
    }

    /// What came of writing, unless nothing has been taken for too long.
    fn unless_stalled<T>(&mut self, cx: &mut Context<'_>, written: Poll<Result<T>>) -> Poll<Result<T>> {
        if written.is_ready() {
            self.stall = None;
            return written;
        }
        self.stall.get_or_insert_with(|| Box::pin(sleep(self.stall_time)));
        if is_over(&mut self.stall, cx) {
            return Poll::Ready(Err(late("the other side takes nothing")));
        }
        Poll::Pending
    }
}

fn is_over(timer: &mut Timer, cx: &mut Context<'_>) -> bool {
    timer
        .as_mut()
        .is_some_and(|timer| timer.as_mut().poll(cx).is_ready())
}

fn late(what: &str) -> Error {
    Error::new(ErrorKind::TimedOut, what)
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        if self.head_is_late(cx) {
            return Poll::Ready(Err(late("a request's head was not finished")));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if buffer.filled().len() > before && self.place.heard() {
            self.head = Some(Box::pin(sleep(self.head_time)));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.unless_stalled(cx, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.unless_stalled(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.unless_stalled(cx, shut)
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::metrics::gauge::Gauge;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        time::timeout,
    };

    use super::{super::places::Places, *};

    const HEAD: Duration = Duration::from_secs(10);
    const STALL: Duration = Duration::from_secs(30);
    const AGES: Duration = Duration::from_hours(1);

    async fn connection() -> (Patient<DuplexStream>, Arc<Place>, DuplexStream) {
        let (here, there) = duplex(16);
        let place = Arc::new(Arc::new(Places::new(1, Gauge::default())).take().await.unwrap());
        (Patient::new(here, place.clone(), (HEAD, STALL)), place, there)
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_must_be_finished_in_time_and_silence_is_not_begun() {
        let (mut stream, place, mut client) = connection().await;
        let mut byte = [0];
        assert!(
            timeout(AGES, stream.read(&mut byte)).await.is_err(),
            "silence is left to others"
        );
        client.write_all(b"GE").await.unwrap();
        stream.read_exact(&mut byte).await.unwrap();
        stream.read_exact(&mut byte).await.unwrap();
        let given_up = timeout(AGES, stream.read(&mut byte)).await.unwrap();
        assert_eq!(given_up.unwrap_err().kind(), ErrorKind::TimedOut);

        place.serving();
        assert!(
            timeout(AGES, stream.read(&mut byte)).await.is_err(),
            "a body has a limit of its own"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_takes_nothing_is_given_up() {
        let (mut stream, place, mut client) = connection().await;
        place.serving();
        let mut taken = [0; 16];
        let given_up = timeout(AGES, stream.write_all(&[0; 64])).await.unwrap();
        assert_eq!(given_up.unwrap_err().kind(), ErrorKind::TimedOut);
        client.read_exact(&mut taken).await.unwrap();
        stream.write_all(&[0; 16]).await.unwrap();
    }
}
