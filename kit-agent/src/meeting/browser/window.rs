//! Where the browser's window lies in the stack of windows: over the kit's own while its page is to be seen, else below.
//!
//! On X11 without a window manager, as a kiosk runs, the newest window lies on top and places are what programs ask for,
//! so order is all there is to keep. On Wayland no program may place another's window; the agent asks for X11 there.

use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{AtomEnum, ConfigureWindowAux, ConnectionExt as _, StackMode, Window};
use x11rb::rust_connection::RustConnection;

/// What Chromium's windows are called (`--class`).
pub(super) const CLASS: &str = "kit-browser";
/// Longest name that is read, in words of four bytes.
const NAME_WORDS: u32 = 32;

/// Puts the browser's windows over all others, or below them. Blocks for a moment.
///
/// # Errors
/// There is no X11 display, or it went away.
pub fn bring(front: bool) -> Result<(), anyhow::Error> {
    let (display, screen) = x11rb::connect(None)?;
    let root = display.setup().roots[screen].root;
    let mode = if front { StackMode::ABOVE } else { StackMode::BELOW };
    for window in display.query_tree(root)?.reply()?.children {
        if is_ours(&display, window).unwrap_or(false) {
            display.configure_window(window, &ConfigureWindowAux::new().stack_mode(mode))?;
        }
    }
    display.flush()?;
    // The answer to any question shows that the order before it was carried out.
    display.get_input_focus()?.reply()?;
    Ok(())
}

/// A window that is just going away is nobody's.
fn is_ours(display: &RustConnection, window: Window) -> Result<bool, ReplyError> {
    let name = display.get_property(false, window, AtomEnum::WM_CLASS, AtomEnum::STRING, 0, NAME_WORDS)?;
    let name = name.reply()?.value;
    Ok(name.split(|byte| *byte == 0).any(|part| part == CLASS.as_bytes()))
}
