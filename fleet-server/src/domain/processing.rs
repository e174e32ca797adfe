//! Agreements on processing personal data (GDPR, article 28): who does it on whose behalf. The register says that they exist and
//! where they lie; the agreements themselves are in the archive.
//!
//! Where the region rents kits to a municipality it processes the municipality's data: without an agreement in force
//! something is lacking (R176). A sub-processor's agreement does not stand in for the processor's.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    agreement::{Agreement, Arrangement, in_force},
    closed_list::closed_list,
    refusal::Refusal,
};

/// Longest reference in bytes.
pub const REFERENCE_BYTES: usize = 120;

closed_list! {
    /// Whose agreement it is.
    ProcessingKind {
        /// Between the municipality, whose data they are, and the region.
        Processor = "processor",
        /// Between the region and somebody whom it engages.
        SubProcessor = "sub_processor",
    }
}

/// An agreement on processing personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProcessingAgreement {
    /// Where it is found, such as "RVN 2026/123"; 1 to 120 bytes. One reference is one agreement.
    pub reference: String,
    /// Whose it is.
    pub kind: ProcessingKind,
    /// First day in force.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day in force; none = until further notice.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
}

/// Why it was not noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProcessingRefusal {
    /// Nobody could find it again.
    #[error(
        "say where the agreement is found, in one line of at most 120 bytes and without personal numbers"
    )]
    Reference,
    /// Last day before the first.
    #[error("it ends before it begins; check the dates")]
    EndsBeforeItBegins,
}

impl Refusal for ProcessingRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Reference => "processing_reference",
            Self::EndsBeforeItBegins => "processing_ends_before_it_begins",
        }
    }
}

/// Whether an agreement may be noted. It may lie in the past: the register is filled in afterwards.
pub fn check(new: &ProcessingAgreement) -> Result<(), ProcessingRefusal> {
    let reference = new.reference.trim();
    let is_readable = !reference.is_empty()
        && reference.len() <= REFERENCE_BYTES
        && !reference.contains(char::is_control)
        && !fleet_api::personal_number::is_in(reference);
    if !is_readable {
        Err(ProcessingRefusal::Reference)
    } else if new.until.is_some_and(|until| until < new.from) {
        Err(ProcessingRefusal::EndsBeforeItBegins)
    } else {
        Ok(())
    }
}

/// Whether kits are rented on a day without an agreement on processing in force.
#[must_use]
pub fn is_lacking(agreements: &[Agreement], processing: &[ProcessingAgreement], day: Date) -> bool {
    let is_rented =
        in_force(agreements, day).is_some_and(|agreement| agreement.arrangement == Arrangement::Rented);
    let is_covered = processing.iter().any(|agreed| {
        agreed.kind == ProcessingKind::Processor
            && agreed.from <= day
            && agreed.until.is_none_or(|until| day <= until)
    });
    is_rented && !is_covered
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    use super::*;

    fn rented(arrangement: Arrangement) -> Vec<Agreement> {
        vec![Agreement {
            arrangement,
            from: date(2026, 1, 1),
            until: None,
        }]
    }

    fn noted(kind: ProcessingKind, from: Date, until: Option<Date>) -> ProcessingAgreement {
        ProcessingAgreement {
            reference: "RVN 2026/123".to_owned(),
            kind,
            from,
            until,
        }
    }

    #[test]
    fn a_rental_without_an_agreement_lacks_it_and_an_owned_kit_does_not() {
        let day = date(2026, 6, 1);
        assert!(is_lacking(&rented(Arrangement::Rented), &[], day));
        assert!(!is_lacking(&rented(Arrangement::Owned), &[], day));
        assert!(!is_lacking(&[], &[], day));
        let sub = noted(ProcessingKind::SubProcessor, date(2026, 1, 1), None);
        assert!(is_lacking(&rented(Arrangement::Rented), &[sub], day));
    }

    #[test]
    fn a_reference_is_one_readable_line() {
        let with = |reference: &str| ProcessingAgreement {
            reference: reference.to_owned(),
            ..noted(ProcessingKind::Processor, date(2026, 1, 1), None)
        };
        assert_eq!(check(&with("RVN 2026/123")), Ok(()));
        for bad in [
            "",
            "  ",
            "a\nb",
            "19121212-1212",
            &"x".repeat(REFERENCE_BYTES + 1),
        ] {
            assert_eq!(check(&with(bad)), Err(ProcessingRefusal::Reference), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn it_is_covered_on_exactly_its_days(from in 0..400_i64, days in 0..400_i64, on in 0..900_i64) {
            let start = date(2026, 1, 1);
            let day = |days: i64| start + days.days();
            let agreed = noted(ProcessingKind::Processor, day(from), Some(day(from + days)));
            let covered = (from..=from + days).contains(&on);
            prop_assert_eq!(is_lacking(&rented(Arrangement::Rented), &[agreed], day(on)), !covered);
        }
    }
}
