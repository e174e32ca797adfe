//! The running window as a screen reader meets it: found over AT-SPI, read, and pressed.
//!
//! Nothing here stands in for anything: a display (Xvfb), a session bus with Debian's accessibility bus on it, and the
//! window on winit with AccessKit. Needs the packages `xvfb`, `dbus` and `at-spi2-core`.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail the test that calls them"
)]

mod desk;
mod reader;

use desk::Desk;
use reader::Reader;

#[test]
fn a_screen_reader_finds_join_as_a_button_and_presses_it() {
    let desk = Desk::new();
    let mut reader = Reader::new(&desk.session_bus);
    let tile = desk.show_tile();

    let join = reader.wait_for("Gå med");
    let all = reader.everything();
    assert!(join.is_button(), "not a button: {join:?}");
    for one in all.iter().filter(|one| one.is_button()) {
        assert!(!one.name.is_empty(), "a button has no name: {all:#?}");
    }
    for name in ["Läs upp", "Kontrast", "Hjälp", "Personal"] {
        assert!(
            all.iter().any(|one| one.name == name && one.is_button()),
            "no button \"{name}\" in {all:#?}"
        );
    }
    assert!(
        all.iter().any(|one| one.name == "Ditt bokade SIP-möte"),
        "the title is not read: {all:#?}"
    );

    reader.press(&join);
    assert_eq!(tile.says(), "joined");
}
