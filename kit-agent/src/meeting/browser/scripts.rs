//! What every page runs before its own scripts: what a kit has no use for is not there. A help, not a lock: the locks are
//! `rules`, the program's settings and the protocol's commands.

use super::Purpose;
use super::proof::ProofTarget;

/// No menus of the browser's own, no print, no full screen.
const NOTHING_BESIDES: &str = "
    window.addEventListener('contextmenu', (event) => event.preventDefault(), true);
    window.print = () => {};
    Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('not here'));
";
/// A login needs neither calls nor devices.
const NO_CALLS: &str = "
    for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'showOpenFilePicker', 'showSaveFilePicker',
        'showDirectoryPicker', 'PaymentRequest']) delete window[name];
";

/// The script of a browser with this purpose.
pub(super) fn for_every_page(target: Option<&ProofTarget>, purpose: &Purpose) -> String {
    let calls = match purpose {
        Purpose::Portal(_) | Purpose::MeetingLogin(_) => NO_CALLS,
        Purpose::Meeting(_) => "",
    };
    let listener = target.map(ProofTarget::listener).unwrap_or_default();
    format!("(() => {{ {NOTHING_BESIDES} {calls} {listener} }})();")
}
