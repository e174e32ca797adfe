//! Known Swedish sentences as sound files, spoken by espeak-ng.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

/// Speakers whose voices and sentences differ enough to be told apart.
#[derive(Debug, Clone, Copy)]
pub enum Speaker {
    /// Somebody at the far end.
    Nurse,
    /// Somebody in front of the kit.
    Patient,
    /// A third participant.
    Officer,
}

impl Speaker {
    fn voice(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Nurse => (
                "sv+f3",
                "150",
                "God morgon, jag heter Anna och arbetar som distriktssköterska. I dag ska vi tala om hur hjälpen hemma fungerar.",
            ),
            Self::Patient => (
                "sv+m2",
                "125",
                "Hej på er allesammans. Tack, det går bra, men trappan är besvärlig och nätterna blir ganska långa numera.",
            ),
            Self::Officer => (
                "sv+f5",
                "175",
                "Välkomna till mötet. Kommunen kan skicka någon på tisdagar och fredagar, klockan nio eller strax därefter.",
            ),
        }
    }

    /// The speaker's sentence as a WAV file in `folder`.
    pub async fn record(self, folder: &Path) -> Result<PathBuf> {
        let (voice, speed, text) = self.voice();
        let file = folder.join(format!("{self:?}.wav"));
        let status = Command::new("espeak-ng")
            .args(["-v", voice, "-s", speed, "-w"])
            .arg(&file)
            .arg(text)
            .status()
            .await
            .context("espeak-ng is needed")?;
        ensure!(status.success(), "espeak-ng failed: {status}");
        Ok(file)
    }
}
