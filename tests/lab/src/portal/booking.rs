//! Booked times of the portal, and the ways in which a page can lead to a meeting, honest and hostile.

use serde::{Deserialize, Serialize};

/// A booked time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Booking {
    /// Names it in addresses.
    pub id: String,
    /// Whose it is: twelve digits.
    pub personal_number: String,
    /// What it is about, as a portal would say it.
    pub title: String,
    /// When, as text.
    pub when: String,
    /// With whom.
    pub unit: String,
    /// The meeting's link, or wherever a hostile page wants to lead.
    pub link: String,
    /// How the page leads there.
    #[serde(default)]
    pub way: Way,
}

/// How a page leads to a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A link in the page.
    #[default]
    Link,
    /// A link to the portal that redirects.
    Redirect,
    /// A button that calls `window.open`.
    WindowOpen,
    /// A link with `target="_blank"`.
    NewTab,
    /// The page holds it in a frame.
    Frame,
    /// A window that opens by itself when the page is there.
    Popup,
    /// The page goes there by itself.
    Script,
    /// A link that is saved as a file.
    Download,
    /// An image, a script and a `fetch` from there.
    Parts,
}

/// Times for people to try the lab with.
#[must_use]
pub fn example(personal_number: &str, link: &str) -> Booking {
    Booking {
        id: "vardplanering".into(),
        personal_number: personal_number.into(),
        title: "Videobesök, vårdplanering".into(),
        when: "I dag kl. 13.00".into(),
        unit: "Testvårdcentralen".into(),
        link: link.into(),
        way: Way::Link,
    }
}
