//! The kit's screens: one window, drawn with Slint, that holds no logic of the visit.
//!
//! The agent sets properties and listens to callbacks; nothing else crosses this line. A sketch:
//!
//! ```no_run
//! use kit_screens::{ComponentHandle, Invitation, Kit, KitWindow, Language, Screen, Theme};
//! # fn main() -> Result<(), kit_screens::PlatformError> {
//! let window = KitWindow::new()?;
//! kit_screens::choose_language(Language::Swedish); // after the first window exists
//! window.global::<Theme>().set_mm(kit_screens::millimetre(1280.0, 800.0));
//! window.global::<Kit>().set_clock("09.52".into());
//! window.global::<Invitation>().on_join(|| { /* an event for the visit */ });
//! window.set_screen(Screen::MeetingToday);
//! window.run()
//! # }
//! ```
//!
//! Globals by domain (properties in, callbacks out; each is documented in `slint/api/`):
//! - [`Theme`]: `mm`, `high_contrast`, `reduced_motion`, `accent`.
//! - [`Kit`]: place, clock, battery, signal, readiness; `read_aloud`, `toggle_contrast`, `help`, `staff`, and
//!   `go_on` for the one next thing on the shelf.
//!   `spoken_text` is what "Läs upp" says of the screen that is shown: heading, text, choices from left to right.
//! - Before: [`Invitation`] (the tile; `join`), [`Identify`], [`BankId`], [`StaffKey`], [`Gates`].
//! - Meeting: [`Waiting`], [`Meeting`] (pictures, roster, status line, mute), [`Phone`], [`CallingAgain`],
//!   [`EndQuestion`].
//! - After: [`Ended`], [`Rating`], [`Wipe`]; at any time [`Help`], [`Repair`], [`Failure`].
//! - Care of the kit: [`Cleaning`], [`CheckOut`], [`Return`].
//!
//! Video is three image properties of [`Meeting`]: `stage`, `self_view` and `slides`. Times, telephone numbers and
//! codes come in ready to be shown; every other word is translated here. A callback never repeats within 500 ms of the
//! one before it (keys of the code pad excepted).

mod generated;
mod language;
mod measure;

pub use generated::*;
pub use language::{Language, choose_language};
pub use measure::{PAGE_HEIGHT_MM, PAGE_WIDTH_MM, millimetre, stage};
pub use slint::{ComponentHandle, Global, Image, ModelRc, PlatformError, SharedString, VecModel, Weak};
