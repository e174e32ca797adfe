//! Who owns a kit, as the register's table says it.

use super::responsibility::Responsible;

/// Whose property a kit is, as a cell says it: `region`, `municipality` (the one whose register it is), or another one by its
/// name, as in `municipality: Granö kommun`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOwner {
    /// The region's.
    Region,
    /// Of the municipality whose register it is.
    Here,
    /// Of another municipality, which has that name.
    Elsewhere(String),
}

/// What stands before another municipality's name.
const ELSEWHERE: &str = "municipality:";

impl RowOwner {
    /// The cell.
    #[must_use]
    pub fn cell(&self) -> String {
        match self {
            Self::Region => Responsible::Region.name().to_owned(),
            Self::Here => Responsible::Municipality.name().to_owned(),
            Self::Elsewhere(name) => format!("{ELSEWHERE} {name}"),
        }
    }

    /// What a cell says; none where it says no owner.
    #[must_use]
    pub fn read(cell: &str) -> Option<Self> {
        match Responsible::named(cell) {
            Some(Responsible::Region) => Some(Self::Region),
            Some(Responsible::Municipality) => Some(Self::Here),
            None => {
                let name = cell.strip_prefix(ELSEWHERE)?.trim();
                (!name.is_empty()).then(|| Self::Elsewhere(name.to_owned()))
            }
        }
    }
}
