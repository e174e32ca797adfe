//! Times without any network: once, or again and again.

use std::time::Duration;

use super::settings::OutageSettings;

/// The outages of one link.
#[derive(Debug)]
pub(super) struct Outages {
    settings: Option<OutageSettings>,
    first_at: Duration,
}

impl Outages {
    pub(super) fn new(settings: Option<OutageSettings>, now: Duration) -> Self {
        let first_after = settings.map_or(0, |settings| settings.first_after_ms);
        Self {
            settings,
            first_at: now + Duration::from_millis(first_after),
        }
    }

    /// The end of the outage that is on now.
    pub(super) fn until(&self, now: Duration) -> Option<Duration> {
        let settings = self.settings?;
        let length = Duration::from_millis(settings.length_ms);
        let since_first = now.checked_sub(self.first_at)?;
        let start = match settings.every_ms.filter(|every| *every > 0) {
            None => self.first_at,
            Some(every) => {
                let every = u128::from(every);
                let turns = since_first.as_millis() / every;
                self.first_at + Duration::from_millis(u64::try_from(turns * every).unwrap_or(u64::MAX))
            }
        };
        let end = start.saturating_add(length);
        (now < end).then_some(end)
    }

    pub(super) fn hold_signalling(&self) -> bool {
        self.settings.is_some_and(|settings| settings.signalling)
    }
}
