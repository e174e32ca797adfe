//! The window on the main thread, and the handle that every other thread has of it.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use kit_screens::{ComponentHandle, KitWindow, Language, PlatformError, Theme, Weak};
use slint::{LogicalSize, Timer, TimerMode};
use tokio::sync::mpsc::UnboundedSender;

use super::ground::{Ground, Zone};
use super::latest::Latest;
use super::page::Page;
use super::pictures::Pictures;
use super::touches::Touches;
use super::{Surroundings, Touch};
use crate::media::studio::{Room, Screens};
use crate::visit::View;

/// How often the window's size is looked at. It changes when a panel starts or is turned, which nobody announces.
const LOOKS_AT_SIZE: Duration = Duration::from_millis(250);

/// How the window is opened.
#[derive(Debug, Clone)]
pub struct WindowOptions {
    /// As a kiosk shows it.
    pub fullscreen: bool,
    /// Logical pixels, where not fullscreen.
    pub size: (u32, u32),
    /// Of all texts.
    pub language: Language,
    /// In which times are told.
    pub time_zone: TimeZone,
}

impl Default for WindowOptions {
    /// Swedish and in Sweden, on a panel of 1280 by 800.
    fn default() -> Self {
        Self {
            fullscreen: false,
            size: (1280, 800),
            language: Language::Swedish,
            time_zone: TimeZone::get("Europe/Stockholm").unwrap_or_else(|_| TimeZone::system()),
        }
    }
}

/// The window itself. It stays on the thread that opened it.
pub struct Window {
    pub(super) window: KitWindow,
    /// Keeps the drawings as large as the window while it lives.
    _fits: Timer,
}

/// The handle of the window for all threads.
#[derive(Clone)]
pub struct Screen {
    window: Weak<KitWindow>,
    next: Arc<Latest<Shown>>,
    shown: Arc<Latest<Shown>>,
    time_zone: TimeZone,
    language: Language,
    pictures: Pictures,
    ground: Ground,
}

/// One view with what was true around it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    pub(super) view: View,
    pub(super) around: Surroundings,
}

/// Opens the window on the calling thread, which must be the main one. Touches go into the channel.
///
/// # Errors
/// There is no display, or it cannot be drawn on.
#[expect(clippy::cast_precision_loss, reason = "no display is 16 million pixels wide")]
pub fn open(
    options: WindowOptions,
    touches: UnboundedSender<Touch>,
) -> Result<(Window, Screen), PlatformError> {
    let window = KitWindow::new()?;
    kit_screens::choose_language(options.language);
    if options.fullscreen {
        window.window().set_fullscreen(true);
    } else {
        let (width, height) = options.size;
        window
            .window()
            .set_size(LogicalSize::new(width as f32, height as f32));
    }
    let shown = Arc::new(Latest::new());
    Touches::new(shown.clone(), touches).connect(&window);
    let screen = Screen {
        window: window.as_weak(),
        next: Arc::new(Latest::new()),
        shown,
        time_zone: options.time_zone,
        language: options.language,
        pictures: Pictures::new(),
        ground: Ground::default(),
    };
    let fits = keep_fitting(&window, screen.pictures.room(), screen.ground.clone());
    Ok((Window { window, _fits: fits }, screen))
}

impl Window {
    /// Shows the window until [`Screen::close`] or until it is closed by hand.
    ///
    /// # Errors
    /// The display went away.
    pub fn run(self) -> Result<(), PlatformError> {
        self.window.run()
    }
}

impl Screen {
    /// Shows this view, as soon as the window gets to it. From any thread; later calls win.
    pub fn show(&self, view: View, around: Surroundings) {
        if self.next.put(Shown { view, around }) {
            let screen = self.clone();
            self.on_window(move |window| screen.show_next(window));
        }
    }

    /// Where the studio writes the pictures of a meeting.
    #[must_use]
    pub fn pictures(&self) -> Screens {
        self.pictures.sinks(&self.window)
    }

    /// Removes every picture of the visit from the window. Call it after the studio has stopped.
    pub fn clear_pictures(&self) {
        let pictures = self.pictures.clone();
        self.on_window(move |window| pictures.clear(window));
    }

    /// Where a window of another program lies that fills the page from `top` to `bottom`, in millimetres.
    #[must_use]
    pub fn zone(&self, top: f32, bottom: f32) -> Zone {
        self.ground.zone(top, bottom)
    }

    /// Ends [`Window::run`].
    #[expect(clippy::unused_self, reason = "who has no window has none to close")]
    pub fn close(&self) {
        // Fails only when the event loop has already ended.
        let _ = slint::quit_event_loop();
    }

    /// Shows what waits. On the window's thread.
    pub(super) fn show_next(&self, window: &KitWindow) {
        let Some(next) = self.next.take() else {
            return;
        };
        if self.shown.look(|shown| *shown == next) == Some(true) {
            return;
        }
        fit(window, &self.pictures.room(), &self.ground);
        Page::new(window, &next, &self.time_zone, self.language).write();
        self.shown.put(next);
    }

    pub(super) fn on_window(&self, what: impl FnOnce(&KitWindow) + Send + 'static) {
        // Fails only when the window is gone, and then there is nothing to do to it.
        let _ = self.window.upgrade_in_event_loop(move |window| what(&window));
    }
}

fn keep_fitting(window: &KitWindow, room: Room, ground: Ground) -> Timer {
    fit(window, &room, &ground);
    let weak = window.as_weak();
    let timer = Timer::default();
    timer.start(TimerMode::Repeated, LOOKS_AT_SIZE, move || {
        if let Some(window) = weak.upgrade() {
            fit(&window, &room, &ground);
        }
    });
    timer
}

/// Makes the drawings as large as the window, and says how much of it the far side gets. Doing so again has no effect.
fn fit(window: &KitWindow, room: &Room, ground: &Ground) {
    let factor = window.window().scale_factor();
    let size = window.window().size().to_logical(factor);
    if size.width > 0.0 && size.height > 0.0 {
        let mm = kit_screens::millimetre(size.width, size.height);
        window.global::<Theme>().set_mm(mm);
        let (width, height) = kit_screens::stage(mm * factor);
        room.set(width, height);
        ground.set(window.window(), mm * factor);
    }
}
