//! What stands on a screen and where, read from the element tree that a screen reader sees too.

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementRoot};

use crate::stand::Stand;

/// A rectangle in millimetres from the top left of the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

impl Area {
    fn of(element: &ElementHandle, mm: f32) -> Self {
        let (place, size) = (element.absolute_position(), element.size());
        Self {
            x: place.x / mm,
            y: place.y / mm,
            width: size.width / mm,
            height: size.height / mm,
        }
    }

    pub(crate) fn right(self) -> f32 {
        self.x + self.width
    }

    pub(crate) fn bottom(self) -> f32 {
        self.y + self.height
    }

    /// Whether `other` lies within this, give or take `slack` millimetres.
    pub(crate) fn holds(self, other: Self, slack: f32) -> bool {
        other.x >= self.x - slack
            && other.y >= self.y - slack
            && other.right() <= self.right() + slack
            && other.bottom() <= self.bottom() + slack
    }

    /// Whether the two share more than a strip of `slack` millimetres.
    pub(crate) fn overlaps(self, other: Self, slack: f32) -> bool {
        self.x + slack < other.right()
            && other.x + slack < self.right()
            && self.y + slack < other.bottom()
            && other.y + slack < self.bottom()
    }

    /// The distance in millimetres between two rectangles that do not overlap.
    pub(crate) fn gap(self, other: Self) -> f32 {
        let across = (other.x - self.right()).max(self.x - other.right()).max(0.0);
        let down = (other.y - self.bottom()).max(self.y - other.bottom()).max(0.0);
        across.hypot(down)
    }
}

/// Something that can be tapped.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) label: String,
    pub(crate) area: Area,
    pub(crate) enabled: bool,
    pub(crate) role: Option<AccessibleRole>,
}

/// A piece of text.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) id: String,
    pub(crate) area: Area,
}

pub(crate) fn targets(stand: &Stand) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for element in shown(stand, |element| inherits(element, "Pressable")) {
        let area = Area::of(&element, stand.mm());
        // An element and its base are listed separately where the compiler has merged them.
        if targets.last().is_some_and(|last| last.area == area) {
            continue;
        }
        targets.push(Target {
            label: element.accessible_label().unwrap_or_default().into(),
            area,
            enabled: element.accessible_enabled().unwrap_or(true),
            role: element.accessible_role(),
        });
    }
    targets
}

/// Cards: what is drawn in one must stay in it.
pub(crate) fn cards(stand: &Stand) -> Vec<Area> {
    let is_card = |element: &ElementHandle| element.accessible_role() == Some(AccessibleRole::Groupbox);
    let found = shown(stand, is_card);
    found.iter().map(|card| Area::of(card, stand.mm())).collect()
}

pub(crate) fn words(stand: &Stand) -> Vec<Words> {
    shown(stand, |element| {
        element.type_name().is_some_and(|name| name == "Text") || inherits(element, "Text")
    })
    .into_iter()
    .map(|element| Words {
        id: element.id().unwrap_or_default().into(),
        area: Area::of(&element, stand.mm()),
    })
    .filter(|words| words.area.width > 0.0 && words.area.height > 0.0)
    .collect()
}

/// Where the focus ring is drawn, if it is; a target's area, not the ring's own.
pub(crate) fn focused(stand: &Stand) -> Option<Area> {
    let ring = shown(stand, |element| {
        element.id().is_some_and(|id| id == "Pressable::ring")
    })
    .into_iter()
    .next()?;
    let (area, outside) = (Area::of(&ring, stand.mm()), 2.2);
    Some(Area {
        x: area.x + outside,
        y: area.y + outside,
        width: area.width - 2.0 * outside,
        height: area.height - 2.0 * outside,
    })
}

fn inherits(element: &ElementHandle, base: &str) -> bool {
    element.type_name().is_some_and(|name| name == base)
        || element
            .bases()
            .is_some_and(|mut bases| bases.any(|name| name == base))
}

/// Elements of the page that match; those that only measure words stand far aside and are left out.
fn shown(stand: &Stand, matches: impl Fn(&ElementHandle) -> bool + 'static) -> Vec<ElementHandle> {
    stand
        .kit
        .root_element()
        .query_descendants()
        .match_predicate(matches)
        .find_all()
        .into_iter()
        .filter(|element| element.absolute_position().x > -100.0)
        .collect()
}
