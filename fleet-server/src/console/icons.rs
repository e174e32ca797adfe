//! The icons that pages show; each stands beside a word and is therefore hidden from what is read aloud.

use maud::{Markup, PreEscaped, html};

macro_rules! icons {
    ($($name:ident = $file:literal),+ $(,)?) => {
        $(pub(super) const $name: Icon = Icon(include_str!(concat!("../../assets/icons/", $file, ".svg")));)+
    };
}

/// A picture of 256 units square in the colour of the text around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Icon(&'static str);

icons! {
    HOUSE = "house-fill",
    BACKPACK = "backpack-fill",
    CALENDAR = "calendar-dots-fill",
    CALENDAR_CHECK = "calendar-check-fill",
    HANDSHAKE = "handshake-fill",
    SPRAY = "spray-bottle-fill",
    SCROLL = "scroll-fill",
    WARNING = "warning-fill",
    WRENCH = "wrench-fill",
    BUILDINGS = "buildings-fill",
    HOUSE_LINE = "house-line-fill",
    CHECK = "check-circle-fill",
    PROHIBIT = "prohibit-bold",
    DASHED = "circle-dashed-bold",
    LEFT = "caret-left-bold",
    RIGHT = "caret-right-bold",
    PLUS = "plus-bold",
    DOWNLOAD = "download-simple-bold",
    CHART = "chart-bar-fill",
    TASKS = "list-checks-fill",
    GRADUATION_CAP = "graduation-cap-fill",
    UP = "up",
    DOWN = "down",
    HAND = "hand-pointing-fill",
    CARET_UP = "caret-up-bold",
    CARET_DOWN = "caret-down-bold",
    FUNNEL = "funnel-bold",
    SEARCH = "magnifying-glass-bold",
    TAG = "tag-bold",
    PRINTER = "printer-bold",
    GEAR = "gear-fill",
    TREE = "tree-structure-fill",
    PEOPLE = "users-three-fill",
    IDENTITY = "identification-card-fill",
    USER = "user-circle-fill",
    ROSTER = "user-list-fill",
    LEAVE = "sign-out-bold",
    CONTRAST = "circle-half-fill",
}

impl maud::Render for Icon {
    fn render(&self) -> Markup {
        html! { span.shape aria-hidden="true" { (PreEscaped(self.0)) } }
    }
}
