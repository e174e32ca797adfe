//! Small things that several pages show alike.

use maud::{Markup, html};

use crate::console::texts::Texts;

/// The value, or a dash that is read aloud as "missing".
pub(super) fn or_missing(texts: &Texts, value: Option<impl maud::Render>) -> Markup {
    html! {
        @if let Some(value) = value { (value) } @else {
            span aria-hidden="true" { "–" } span.spoken { (texts.t("common.missing")) }
        }
    }
}
