//! Counters of one call, written by the transport and the mixer, read by tests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::lines::Line;
use crate::node::status::{MediaFigures, StreamFigures};

/// Louder than this counts as sound, dBFS.
const LOUD_DB: f64 = -60.0;
/// What a silent stream shows, dBFS.
const SILENCE_DB: f64 = -100.0;
/// Sound that ended this long ago is silence now.
const STALE: Duration = Duration::from_millis(1_500);

/// Figures of one call. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Figures(Arc<Mutex<Inner>>);

#[derive(Debug)]
struct Inner {
    media: MediaFigures,
    meters: [Meter; 2],
}

/// Which way, seen from the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    In,
    Out,
}

#[derive(Debug, Default)]
struct Meter {
    squares: f64,
    samples: u32,
    level_db: Option<(f64, Instant)>,
}

impl Figures {
    pub(super) fn new(call_uuid: &str) -> Self {
        let media = MediaFigures {
            call_uuid: call_uuid.into(),
            ..MediaFigures::default()
        };
        Self(Arc::new(Mutex::new(Inner {
            media,
            meters: Default::default(),
        })))
    }

    pub(super) fn read(&self) -> MediaFigures {
        let inner = self.lock();
        let mut media = inner.media.clone();
        media.audio_in.level_db = inner.meters[0].level_db();
        media.audio_out.level_db = inner.meters[1].level_db();
        media
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut MediaFigures)) {
        change(&mut self.lock().media);
    }

    pub(super) fn packet(&self, flow: Flow, line: Line, bytes: usize) {
        self.change(|media| {
            let stream = media.stream(flow, line);
            stream.packets += 1;
            stream.bytes += bytes as u64;
        });
    }

    pub(super) fn picture(&self, flow: Flow, line: Line, width: u32, height: u32) {
        self.change(|media| {
            let stream = media.stream(flow, line);
            stream.frames += 1;
            (stream.width, stream.height) = (width, height);
        });
    }

    /// A piece of sound: 16-bit samples at 48 kHz, one channel.
    pub(super) fn sound(&self, flow: Flow, bytes: &[u8]) {
        let samples = bytes
            .as_chunks::<2>()
            .0
            .iter()
            .map(|pair| f64::from(i16::from_le_bytes(*pair)) / 32_768.0);
        let squares: f64 = samples.map(|sample| sample * sample).sum();
        let count = u32::try_from(bytes.len() / 2).unwrap_or(u32::MAX).max(1);
        let loud = decibels(squares / f64::from(count)) > LOUD_DB;
        let mut inner = self.lock();
        let stream = inner.media.stream(flow, Line::Sound);
        stream.frames += 1;
        stream.loud_frames += u64::from(loud);
        inner.meters[usize::from(flow == Flow::Out)].add(squares, count);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MediaFigures {
    fn stream(&mut self, flow: Flow, line: Line) -> &mut StreamFigures {
        match (flow, line) {
            (Flow::In, Line::Sound) => &mut self.audio_in,
            (Flow::In, Line::Picture) => &mut self.video_in,
            (Flow::In, Line::Slides) => &mut self.slides_in,
            (Flow::Out, Line::Sound) => &mut self.audio_out,
            (Flow::Out, Line::Picture) => &mut self.video_out,
            (Flow::Out, Line::Slides) => &mut self.slides_out,
        }
    }
}

impl Meter {
    fn add(&mut self, squares: f64, samples: u32) {
        self.squares += squares;
        self.samples += samples;
        // A value about every half second, so that a level is never older than a second.
        if self.samples >= 24_000 {
            self.level_db = Some((decibels(self.squares / f64::from(self.samples)), Instant::now()));
            (self.squares, self.samples) = (0.0, 0);
        }
    }

    fn level_db(&self) -> f64 {
        self.level_db
            .filter(|(_, at)| at.elapsed() < STALE)
            .map_or(SILENCE_DB, |(level, _)| level)
    }
}

fn decibels(mean_square: f64) -> f64 {
    (10.0 * mean_square.max(1e-10).log10()).max(SILENCE_DB)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loud_and_silent_sound_are_told_apart() {
        let figures = Figures::new("c");
        let half: Vec<u8> = (0..960).flat_map(|_| 16_384_i16.to_le_bytes()).collect();
        for _ in 0..25 {
            figures.sound(Flow::In, &half);
            figures.sound(Flow::Out, &[0; 1_920]);
        }
        let media = figures.read();
        assert!(
            (media.audio_in.level_db + 6.02).abs() < 0.01,
            "{}",
            media.audio_in.level_db
        );
        assert_eq!((media.audio_in.loud_frames, media.audio_out.loud_frames), (25, 0));
        assert!((media.audio_out.level_db - SILENCE_DB).abs() < f64::EPSILON);
    }
}
