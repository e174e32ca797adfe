//! Small numbers about people are not shown: below five, somebody could be pointed at.
//!
//! It is not enough to hide a unit's small number: where all the others and their sum are shown, it is what is left. So
//! numbers are hidden until what is hidden is at least five together.

/// The smallest number that is shown.
pub const SHOWN_FROM: u64 = 5;

/// A number about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// May be shown.
    Exactly(u64),
    /// Below [`SHOWN_FROM`], or it would give another one away.
    TooFew,
}

impl Shown {
    /// A number that stands alone.
    #[must_use]
    pub fn alone(number: u64) -> Self {
        if number >= SHOWN_FROM {
            Self::Exactly(number)
        } else {
            Self::TooFew
        }
    }
}

/// The numbers of parts whose sum is shown too.
#[must_use]
pub fn parts(numbers: &[u64]) -> Vec<Shown> {
    let mut hidden: Vec<bool> = numbers.iter().map(|number| *number < SHOWN_FROM).collect();
    let sum = |hidden: &[bool]| -> u64 {
        let pairs = numbers.iter().zip(hidden);
        pairs
            .filter(|(_, hidden)| **hidden)
            .map(|(number, _)| number)
            .sum()
    };
    while (1..SHOWN_FROM).contains(&sum(&hidden)) {
        let shown = numbers.iter().enumerate().filter(|(at, _)| !hidden[*at]);
        let Some((smallest, _)) = shown.min_by_key(|(_, number)| **number) else {
            break;
        };
        hidden[smallest] = true;
    }
    let pairs = numbers.iter().zip(hidden);
    pairs
        .map(|(number, hidden)| {
            if hidden {
                Shown::TooFew
            } else {
                Shown::Exactly(*number)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_small_number_takes_company() {
        use Shown::{Exactly, TooFew};
        assert_eq!(
            parts(&[9, 2]),
            [TooFew, TooFew],
            "11 together: 2 would be what is left"
        );
        assert_eq!(parts(&[9, 2, 3]), [Exactly(9), TooFew, TooFew]);
        assert_eq!(parts(&[9, 0]), [Exactly(9), TooFew], "nobody is nobody");
        assert_eq!(Shown::alone(4), TooFew);
        assert_eq!(Shown::alone(5), Exactly(5));
    }

    proptest! {
        #[test]
        fn what_is_left_over_points_at_nobody(numbers in prop::collection::vec(0_u64..12, 0..8)) {
            let shown: u64 = parts(&numbers)
                .iter()
                .map(|shown| match shown {
                    Shown::Exactly(number) => {
                        assert!(*number >= SHOWN_FROM);
                        *number
                    }
                    Shown::TooFew => 0,
                })
                .sum();
            let whole: u64 = numbers.iter().sum();
            let left = whole - shown;
            // Where the sum itself is small, it is not shown either.
            prop_assert!(left == 0 || left >= SHOWN_FROM || whole < SHOWN_FROM);
        }
    }
}
