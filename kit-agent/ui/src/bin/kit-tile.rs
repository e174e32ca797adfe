//! Shows the meeting's tile in a window of its own, and says "joined" when its button is pressed.
//!
//! For a look at the screens without a kit, and for `tests/screen_reader`, which presses the button over AT-SPI.

use std::io::Write as _;

use kit_screens::{
    ComponentHandle, Invitation, Kit, KitWindow, Language, PlatformError, Screen, choose_language,
};

fn main() -> Result<(), PlatformError> {
    let window = KitWindow::new()?;
    choose_language(Language::Swedish);
    let kit = window.global::<Kit>();
    kit.set_place("Region Exempel".into());
    kit.set_kit_name("Kit 14".into());
    kit.set_clock("09.52".into());
    let invitation = window.global::<Invitation>();
    invitation.set_time("10.00".into());
    invitation.on_join(|| {
        // Whoever does not listen any more has seen enough.
        let _ = writeln!(std::io::stdout(), "joined");
    });
    window.set_screen(Screen::MeetingToday);
    window.run()
}
