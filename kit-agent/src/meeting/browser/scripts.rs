//! What every page runs before its own scripts: what a kit has no use for is not there. A help, not a lock: the locks are
//! `rules`, the program's settings and the protocol's commands.

use super::proof::ProofTarget;
use super::{Purpose, Sound};

/// No menus of the browser's own, no print, no full screen; and nobody is asked which part of the kit's screen others may see.
const NOTHING_BESIDES: &str = "
    window.addEventListener('contextmenu', (event) => event.preventDefault(), true);
    window.print = () => {};
    Element.prototype.requestFullscreen = () => Promise.reject(new TypeError('not here'));
    if (window.MediaDevices) delete MediaDevices.prototype.getDisplayMedia;
";
/// What a page wants in another window comes into the one that there is. A page that opens an empty window first and says later
/// where it goes (logins do) gets something to say it to; until then it stays itself.
const ONE_WINDOW: &str = "
    const open = window.open;
    const here = (name) => !name || ['_self', '_parent', '_top'].includes(name) || name in window.frames;
    const go = (to) => { window.top.location.href = new URL(String(to), document.baseURI).href; };
    const place = {
        get href() { return 'about:blank'; }, set href(to) { go(to); },
        assign: go, replace: go, reload() {}, toString: () => 'about:blank',
    };
    const other = (name) => ({
        name, closed: false, opener: window, document: document.implementation.createHTMLDocument(''),
        focus() {}, blur() {}, postMessage() {}, close() { this.closed = true; },
        get location() { return place; }, set location(to) { go(to); },
    });
    window.open = function (to = '', name = '_blank', how = '') {
        if (name && name !== '_blank' && here(name)) return open.call(window, to, name, how);
        if (String(to) !== '' && String(to) !== 'about:blank') go(to);
        return String(how).includes('noopener') ? null : other(name);
    };
    const stay = (element) => {
        const wanted = element.target || document.querySelector('base[target]')?.target || '';
        if (!here(wanted)) element.target = '_top';
    };
    window.addEventListener('click', (event) => {
        for (const element of event.composedPath()) if (element.href && 'target' in element) stay(element);
    }, true);
    window.addEventListener('submit', (event) => stay(event.target), true);
    const submit = HTMLFormElement.prototype.submit;
    HTMLFormElement.prototype.submit = function () { stay(this); submit.call(this); };
";
/// A login needs neither calls nor devices.
const NO_CALLS: &str = "
    for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport', 'showOpenFilePicker', 'showSaveFilePicker',
        'showDirectoryPicker', 'PaymentRequest']) delete window[name];
";

/// No page may use the microphone. One that asks for it gets a silent one in its place, and its camera, so that it goes on.
const SILENT_MICROPHONE: &str = "
    const devices = navigator.mediaDevices;
    if (devices) {
        const ask = devices.getUserMedia.bind(devices);
        devices.getUserMedia = async (wanted = {}) => {
            if (!wanted.audio) return ask(wanted);
            const silence = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
            const picture = wanted.video ? (await ask({ video: wanted.video })).getVideoTracks() : [];
            return new MediaStream([...silence, ...picture]);
        };
    }
";

/// The script of a browser with this purpose.
pub(super) fn for_every_page(target: Option<&ProofTarget>, purpose: &Purpose) -> String {
    let calls = match purpose {
        Purpose::Portal(..) | Purpose::MeetingLogin(_) => NO_CALLS,
        Purpose::Meeting(Sound::Here) => "",
        Purpose::Meeting(Sound::Listening | Sound::Nowhere) => SILENT_MICROPHONE,
    };
    let listener = target.map(ProofTarget::listener).unwrap_or_default();
    format!("(() => {{ {NOTHING_BESIDES} {ONE_WINDOW} {calls} {listener} }})();")
}
