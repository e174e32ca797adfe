//! The kit's window: what the visit shows, and what a person does with it.
//!
//! `visit::view` says which screen and which data, `kit_screens` draws; this module copies the one into the other
//! ([`page`], split by domain as the drawings are) and turns every touch into the act that the present view offers
//! (`touches`, `offered`). The window lives on the main thread; [`Screen`] is the handle for all others. It decides nothing: a
//! button without an act in the present view sends nothing, and no more than one view and one frame per picture wait.

mod after;
mod before;
mod care_of_kit;
mod code;
mod ground;
mod latest;
mod logins;
mod meeting;
mod offered;
mod page;
mod pictures;
mod roles;
mod rows;
mod steering;
#[cfg(test)]
mod tests;
mod touches;
mod window;
mod words;

use jiff::Timestamp;
use zeroize::Zeroizing;

use crate::visit::event::Act;

pub use ground::Zone;
pub use kit_screens::Language;
pub use window::{Screen, Window, WindowOptions, open};

/// What the screen shows around the visit.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of the kit, each shown at its own place"
)]
pub struct Surroundings {
    /// Municipality or unit, in the top bar.
    pub place: String,
    /// "Kit 14".
    pub kit_name: String,
    /// For the clock and the times left.
    pub now: Timestamp,
    /// Percent; `None` on a machine without a battery, shown as being on mains.
    pub battery_percent: Option<u8>,
    /// On the charger.
    pub charging: bool,
    /// 0 (none) to 4 (full).
    pub signal: u8,
    /// A text is being read aloud: the button says "quiet".
    pub reading: bool,
    /// The dark theme.
    pub high_contrast: bool,
    /// No fades, nothing turns.
    pub reduced_motion: bool,
    /// Digits of the shift's code typed so far; never which.
    pub digits_typed: usize,
    /// What there is to scan or read of a login under way.
    pub scan: Scan,
    /// The portal where the patient may log in; none where the region itself asks for `BankID`.
    pub portal: Option<PortalOffered>,
    /// No camera sends our picture.
    pub camera_missing: bool,
    /// The browser holds the meeting, with camera and microphone: its page has the buttons for them.
    pub held_in_browser: bool,
    /// The help desk's number, where the server told one.
    pub help_desk: Option<String>,
    /// The tenant allows the service's own display names; otherwise everybody is "participant".
    pub names_allowed: bool,
}

/// A portal, as it is offered to the patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalOffered {
    /// Its name.
    pub name: String,
    /// Whether it knows other e-IDs than `BankID`, too.
    pub other_e_ids: bool,
}

/// What a login shows: a code to scan and a sentence of the service. Its code opens a login, so it never prints.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Scan {
    /// What the code says.
    pub code: Option<Zeroizing<String>>,
    /// What the service wants to be read, in the language of the screen.
    pub message: String,
}

impl Scan {
    /// Only a code.
    #[must_use]
    pub fn code(text: &str) -> Self {
        Self {
            code: Some(Zeroizing::new(text.to_owned())),
            message: String::new(),
        }
    }
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scan(…)")
    }
}

/// What a person did with the screen.
#[derive(Clone, PartialEq)]
pub enum Touch {
    /// A button of the present view.
    Act(Act),
    /// One key of the code pad, 0 to 9.
    Digit(u8),
    /// The code pad's way back by one digit.
    Erase,
    /// Read this text aloud: all that the screen says.
    ReadAloud(String),
    /// Stop reading.
    Silence,
    /// The other theme.
    Contrast,
    /// The staff's side was touched without any effect but that somebody is there.
    Staffed,
}

/// Neither the shift's code nor what stands on the screen reaches a log.
impl std::fmt::Debug for Touch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Touch::Act(act) => f.debug_tuple("Act").field(act).finish(),
            Touch::Digit(_) => f.write_str("Digit(…)"),
            Touch::Erase => f.write_str("Erase"),
            Touch::ReadAloud(_) => f.write_str("ReadAloud(…)"),
            Touch::Silence => f.write_str("Silence"),
            Touch::Contrast => f.write_str("Contrast"),
            Touch::Staffed => f.write_str("Staffed"),
        }
    }
}
