//! A stand for the window: the real screens and renderer, with a clock that the test moves and no display.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use i_slint_backend_testing::ElementRoot;
use kit_screens::{ComponentHandle, KitWindow, Language, SharedString, Theme, choose_language, millimetre};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{
    Platform, PointerEventButton, WindowAdapter, WindowEvent, set_platform, update_timers_and_animations,
};
use slint::{LogicalPosition, PhysicalSize, PlatformError, Rgb8Pixel, SharedPixelBuffer};

/// A panel that the kit is built with: pixels and scale factor. Both are 12 inches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panel {
    pub(crate) name: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) factor: f32,
}

pub(crate) const PLAIN: Panel = Panel {
    name: "1280x800",
    width: 1280,
    height: 800,
    factor: 1.0,
};
pub(crate) const DENSE: Panel = Panel {
    name: "1920x1200",
    width: 1920,
    height: 1200,
    factor: 2.0,
};

/// One look of the screens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) panel: Panel,
    pub(crate) language: Language,
    pub(crate) high_contrast: bool,
}

impl Look {
    pub(crate) const fn light(language: Language) -> Self {
        Self {
            panel: PLAIN,
            language,
            high_contrast: false,
        }
    }
}

thread_local! {
    static CLOCK: Rc<Cell<Duration>> = Rc::default();
    static LATEST: RefCell<Option<Rc<MinimalSoftwareWindow>>> = const { RefCell::new(None) };
}

struct NoDisplay;

impl Platform for NoDisplay {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        LATEST.set(Some(window.clone()));
        Ok(window)
    }

    fn duration_since_start(&self) -> Duration {
        CLOCK.with(|clock| clock.get())
    }
}

/// The window on its stand.
pub(crate) struct Stand {
    pub(crate) kit: KitWindow,
    pub(crate) look: Look,
    surface: Rc<MinimalSoftwareWindow>,
    clock: Rc<Cell<Duration>>,
}

impl Stand {
    pub(crate) fn new(look: Look) -> Self {
        // Refused from the second window on, when this thread has its platform already.
        let _ = set_platform(Box::new(NoDisplay));
        let kit = KitWindow::new().unwrap();
        let surface = LATEST.with_borrow(Clone::clone).unwrap();
        let Panel {
            width,
            height,
            factor,
            ..
        } = look.panel;
        surface.dispatch_event(WindowEvent::ScaleFactorChanged { scale_factor: factor });
        surface.set_size(PhysicalSize::new(width, height));
        choose_language(look.language);
        let theme = kit.global::<Theme>();
        theme.set_mm(millimetre(width as f32 / factor, height as f32 / factor));
        theme.set_high_contrast(look.high_contrast);
        kit.show().unwrap();
        surface.dispatch_event(WindowEvent::WindowActiveChanged(true));
        Self {
            kit,
            look,
            surface,
            clock: CLOCK.with(Rc::clone),
        }
    }

    /// Logical pixels per millimetre.
    pub(crate) fn mm(&self) -> f32 {
        self.kit.global::<Theme>().get_mm()
    }

    /// Lets this much time pass for timers and animations.
    pub(crate) fn pass(&self, time: Duration) {
        let steps = 8;
        for _ in 0..steps {
            self.clock.set(self.clock.get() + time / steps);
            update_timers_and_animations();
        }
    }

    /// Lets fades end and change handlers run.
    pub(crate) fn settle(&self) {
        for _ in 0..2 {
            // A screen comes into being when something looks at it: a renderer, or this.
            self.kit.root_element().query_descendants().find_all();
            self.pass(Duration::from_millis(300));
        }
    }

    /// Settles and draws.
    pub(crate) fn picture(&self) -> Picture {
        self.settle();
        let Panel { width, height, .. } = self.look.panel;
        let mut pixels = SharedPixelBuffer::new(width, height);
        self.surface.request_redraw();
        self.surface.draw_if_needed(|renderer| {
            renderer.render(pixels.make_mut_slice(), width as usize);
        });
        Picture {
            width,
            height,
            pixels,
        }
    }

    pub(crate) fn press_key(&self, key: impl Into<SharedString>) {
        let text = key.into();
        self.surface
            .dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
        self.surface.dispatch_event(WindowEvent::KeyReleased { text });
        update_timers_and_animations();
    }

    /// A finger comes down at one place and goes up at another (logical pixels).
    pub(crate) fn touch(&self, down: LogicalPosition, up: LogicalPosition) {
        let button = PointerEventButton::Left;
        self.surface.dispatch_event(WindowEvent::PointerPressed {
            position: down,
            button,
        });
        self.surface
            .dispatch_event(WindowEvent::PointerMoved { position: up });
        self.surface
            .dispatch_event(WindowEvent::PointerReleased { position: up, button });
        self.surface.dispatch_event(WindowEvent::PointerExited);
    }
}

/// What stands on the panel, in physical pixels.
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pixels: SharedPixelBuffer<Rgb8Pixel>,
}

impl Picture {
    pub(crate) fn rgb(&self, x: u32, y: u32) -> [u8; 3] {
        let pixel = self.pixels.as_slice()[(y * self.width + x) as usize];
        [pixel.r, pixel.g, pixel.b]
    }

    /// Red, green, blue, row by row.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.pixels.as_bytes()
    }
}
