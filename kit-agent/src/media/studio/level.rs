//! Loudness of sound as a number that threads can share.

use std::sync::atomic::{AtomicI32, Ordering};

/// What silence is called, in dBFS.
pub(super) const SILENCE_DB: f64 = -100.0;

/// The latest RMS level, in hundredths of dBFS.
#[derive(Debug)]
pub(super) struct Level(AtomicI32);

impl Default for Level {
    fn default() -> Self {
        Self(AtomicI32::new(hundredths(SILENCE_DB)))
    }
}

impl Level {
    /// Notes the level of interleaved 16-bit samples, little endian as GStreamer's S16LE.
    pub(super) fn note(&self, bytes: &[u8]) {
        self.0.store(hundredths(rms_db(bytes)), Ordering::Relaxed);
    }

    pub(super) fn db(&self) -> f64 {
        f64::from(self.0.load(Ordering::Relaxed)) / 100.0
    }
}

fn rms_db(bytes: &[u8]) -> f64 {
    let samples = bytes
        .chunks_exact(2)
        .map(|pair| f64::from(i16::from_le_bytes([pair[0], pair[1]])));
    let count = bytes.len() / 2;
    if count == 0 {
        return SILENCE_DB;
    }
    #[expect(clippy::cast_precision_loss, reason = "a buffer holds a few thousand samples")]
    let mean = samples.map(|s| s * s).sum::<f64>() / count as f64;
    (10.0 * (mean / (32768.0 * 32768.0)).log10()).max(SILENCE_DB)
}

fn hundredths(db: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "between −10,000 and 0")]
    let value = (db * 100.0) as i32;
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_scale_is_zero_and_silence_is_the_floor() {
        let loud: Vec<u8> = std::iter::repeat_n(i16::MIN.to_le_bytes(), 480)
            .flatten()
            .collect();
        assert!(rms_db(&loud).abs() < 0.01);
        assert!((rms_db(&[0; 960]) - SILENCE_DB).abs() < 0.01);
        assert!((rms_db(&[]) - SILENCE_DB).abs() < 0.01);
    }
}
