//! The parts of a kit (routine, section 5.1) and what must hold for each.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{closed_list::closed_list, refusal::Refusal, responsibility::Responsible};

/// Smallest screen of a tablet in tenths of an inch (R44).
pub const SMALLEST_SCREEN: u16 = 120;
/// Largest one that anybody carries in a rucksack; 133 inches are a slip of the pen for 13.3.
pub const LARGEST_SCREEN: u16 = 300;
/// Longest serial number, operator and ICCID in bytes.
pub const TEXT_BYTES: usize = 64;

closed_list! {
    /// What a part is.
    PartKind {
        /// The tablet with its rugged case.
        Tablet = "tablet",
        /// Its stand.
        Stand = "stand",
        /// The external speaker and microphone.
        Speakerphone = "speakerphone",
        /// What everything is carried in.
        Rucksack = "rucksack",
        /// The extension cable for the charger.
        ExtensionCable = "extension_cable",
        /// SIM card and subscription.
        Sim = "sim",
    }
}

/// The kinds that a kit is made of and of which none is among these, the tablet first (routine, section 5.1).
#[must_use]
pub fn unregistered(registered: &[PartKind]) -> Vec<PartKind> {
    let wanted = PartKind::ALL.iter().copied();
    wanted.filter(|kind| !registered.contains(kind)).collect()
}

closed_list! {
    /// What state a part is in.
    Condition {
        /// As it should be.
        Good = "good",
        /// Works, but will need replacing.
        Worn = "worn",
        /// Does not work.
        Broken = "broken",
        /// Not there.
        Missing = "missing",
    }
}

/// A part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// The maker's number; for a SIM the ICCID once more.
    #[schema(max_length = 64)]
    pub serial: String,
    /// What state it is in.
    pub condition: Condition,
    /// Last day of the warranty.
    #[schema(value_type = Option<String>, format = Date)]
    pub warranty_until: Option<Date>,
    /// Diagonal of a tablet's screen in tenths of an inch; 120 at least, 300 at most.
    pub screen: Option<u16>,
    /// A SIM's subscription.
    pub subscription: Option<Subscription>,
}

/// Whose mobile broadband it is (R49).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// The SIM's number (ITU-T E.118): 19 or 20 digits, the last one a check digit.
    pub iccid: String,
    /// The operator.
    pub operator: String,
    /// Who pays for it.
    pub owner: Responsible,
}

/// Why a part was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartRefusal {
    /// Smaller than [`SMALLEST_SCREEN`], or not stated.
    #[error("a tablet's screen must be 12 inches or more; state it in \"screen\"")]
    ScreenTooSmall,
    /// Larger than [`LARGEST_SCREEN`].
    #[error("no tablet's screen is larger than 30 inches; check where the decimal point stands")]
    ScreenTooLarge,
    /// Only tablets have one.
    #[error("only a tablet has a screen")]
    ScreenWithoutTablet,
    /// A SIM without its subscription, or a subscription without a SIM.
    #[error("a SIM needs ICCID, operator and owner, and nothing else has them")]
    Subscription,
    /// The digits are not an ICCID's.
    #[error("that is no ICCID; it has 19 or 20 digits and begins with 89")]
    Iccid,
    /// Empty or too long.
    #[error("serial number and operator must have 1 to 64 characters, without spaces around them")]
    Text,
}

impl Refusal for PartRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::ScreenTooSmall => "part_screen_too_small",
            Self::ScreenTooLarge => "part_screen_too_large",
            Self::ScreenWithoutTablet => "part_screen_without_tablet",
            Self::Subscription => "part_subscription",
            Self::Iccid => "part_iccid",
            Self::Text => "part_text",
        }
    }
}

impl Part {
    /// Whether the part may be registered.
    pub fn check(&self) -> Result<(), PartRefusal> {
        check_text(&self.serial)?;
        match (self.kind, self.screen) {
            (PartKind::Tablet, screen) if screen.is_none_or(|size| size < SMALLEST_SCREEN) => {
                return Err(PartRefusal::ScreenTooSmall);
            }
            (PartKind::Tablet, Some(size)) if size > LARGEST_SCREEN => {
                return Err(PartRefusal::ScreenTooLarge);
            }
            (PartKind::Tablet, _) | (_, None) => {}
            (_, Some(_)) => return Err(PartRefusal::ScreenWithoutTablet),
        }
        match (self.kind, &self.subscription) {
            (PartKind::Sim, Some(subscription)) => subscription.check(),
            (PartKind::Sim, None) | (_, Some(_)) => Err(PartRefusal::Subscription),
            (_, None) => Ok(()),
        }
    }
}

impl Subscription {
    fn check(&self) -> Result<(), PartRefusal> {
        check_text(&self.operator)?;
        let digits: Option<Vec<u32>> = self.iccid.chars().map(|c| c.to_digit(10)).collect();
        let digits = digits.filter(|digits| matches!(digits.len(), 19 | 20) && self.iccid.starts_with("89"));
        // Cards of 20 digits do not all carry a check digit.
        let right = digits.is_some_and(|digits| digits.len() == 20 || luhn(&digits));
        right.then_some(()).ok_or(PartRefusal::Iccid)
    }
}

fn check_text(text: &str) -> Result<(), PartRefusal> {
    // Spaces around it would be lost on the way through a table.
    let fits = !text.is_empty()
        && text.trim() == text
        && text.len() <= TEXT_BYTES
        && !text.chars().any(char::is_control);
    fits.then_some(()).ok_or(PartRefusal::Text)
}

/// ITU-T E.118: from the right every second digit doubled, the sum of all digits divisible by ten.
fn luhn(digits: &[u32]) -> bool {
    let weighted = digits.iter().rev().enumerate();
    let weighted = weighted.map(|(at, digit)| if at % 2 == 1 { digit * 2 } else { *digit });
    weighted
        .map(|value| value / 10 + value % 10)
        .sum::<u32>()
        .is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: PartKind) -> Part {
        Part {
            kind,
            serial: "4471".to_owned(),
            condition: Condition::Good,
            warranty_until: None,
            screen: None,
            subscription: None,
        }
    }

    #[test]
    fn a_tablet_below_12_inches_is_refused() {
        for (screen, allowed) in [
            (None, false),
            (Some(119), false),
            (Some(120), true),
            (Some(133), true),
            (Some(300), true),
            (Some(1330), false),
        ] {
            let tablet = Part {
                screen,
                ..part(PartKind::Tablet)
            };
            assert_eq!(tablet.check().is_ok(), allowed, "{screen:?}");
        }
        let stand = Part {
            screen: Some(133),
            ..part(PartKind::Stand)
        };
        assert_eq!(stand.check(), Err(PartRefusal::ScreenWithoutTablet));
        assert_eq!(part(PartKind::Stand).check(), Ok(()));
    }

    #[test]
    fn what_is_not_registered_is_named_the_tablet_first() {
        assert_eq!(unregistered(&[]).first(), Some(&PartKind::Tablet));
        assert_eq!(
            unregistered(&[PartKind::Sim, PartKind::Tablet, PartKind::Stand, PartKind::Sim]),
            [
                PartKind::Speakerphone,
                PartKind::Rucksack,
                PartKind::ExtensionCable
            ]
        );
        assert_eq!(unregistered(PartKind::ALL), []);
    }

    #[test]
    fn a_sim_needs_a_true_iccid() {
        assert_eq!(part(PartKind::Sim).check(), Err(PartRefusal::Subscription));
        for (iccid, allowed) in [
            ("8946071512000000016", false),
            ("8946071512000000012", true),
            ("89460715120000000123", true),
            ("1246071512000000018", false),
            ("894607", false),
            ("89460715120000000x8", false),
        ] {
            let subscription = Some(Subscription {
                iccid: iccid.to_owned(),
                operator: "Operatör".to_owned(),
                owner: Responsible::Region,
            });
            let sim = Part {
                subscription,
                ..part(PartKind::Sim)
            };
            assert_eq!(sim.check().is_ok(), allowed, "{iccid}");
        }
    }
}
