//! Where the buttons are on the kit's screen (visual direction, a01 to a23), for tests that tap like a person.

/// A place in shares of the screen's width and height.
pub(super) type Spot = (f64, f64);

/// "Gå med" (a02).
pub(super) const JOIN_BUTTON: Spot = (0.306, 0.581);
/// The key in the corner.
pub(super) const STAFF_KEY: Spot = (0.69, 0.06);
/// "Rengör", on a kit that is not ready, and "Hämta ut", on one that is.
pub(super) const CLEAN: Spot = (0.2, 0.706);
pub(super) const TAKE_OUT: Spot = (0.8, 0.706);
pub(super) const CLEANING_ROWS: [Spot; 5] = [
    (0.69, 0.219),
    (0.69, 0.36),
    (0.69, 0.50),
    (0.69, 0.643),
    (0.69, 0.784),
];
/// "Signera".
pub(super) const SIGN: Spot = (0.77, 0.907);
pub(super) const PACKING_ROWS: [Spot; 5] = [
    (0.32, 0.33),
    (0.32, 0.47),
    (0.32, 0.61),
    (0.32, 0.75),
    (0.32, 0.89),
];
pub(super) const CHECK_OUT: Spot = (0.80, 0.886);
/// 2, 5, 8, 0: one below the other.
pub(super) const CODE_KEYS: [Spot; 4] = [(0.731, 0.264), (0.731, 0.455), (0.731, 0.648), (0.731, 0.839)];
pub(super) const GATE_ANSWERS: [Spot; 4] = [(0.7225, 0.219), (0.529, 0.36), (0.714, 0.502), (0.714, 0.643)];
/// "Ja" to who the patient is, where BankID is a way, too: the answers stand below the question then.
pub(super) const VOUCHED: Spot = (0.4125, 0.321);
/// "Personalen intygar" and "BankID via 1177" (a04).
pub(super) const STAFF_ROW: Spot = (0.5, 0.37);
pub(super) const BANK_ID_ROW: Spot = (0.5, 0.658);
/// The middle of the content zone.
pub(super) const PAGE: Spot = (0.5, 0.455);
/// "Avbryt", under the page.
pub(super) const CANCEL: Spot = (0.83, 0.883);
pub(super) const YES_END: Spot = (0.5, 0.76);
pub(super) const NEXT: Spot = (0.84, 0.87);
pub(super) const GOOD: Spot = (0.184, 0.58);
/// "Avsluta" in the meeting (a09).
pub(super) const END_BUTTON: Spot = (0.83, 0.906);
/// "Hjälp" in the meeting, between sound and end.
pub(super) const HELP_BUTTON: Spot = (0.5, 0.906);
