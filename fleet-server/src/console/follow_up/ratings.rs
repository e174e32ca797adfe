//! How meetings felt, with small numbers hidden. Patients and staff stand side by side and are never added up.

use fleet_api::{Rating, UnitId};

use crate::{
    domain::follow_up::small_numbers::{Shown, parts},
    store::{Answers, Asked},
};

/// The three answers of those who were asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::console) struct Felt {
    pub(in crate::console) asked: Asked,
    /// None = nobody has answered.
    pub(in crate::console) answers: Option<[(Rating, Shown); 3]>,
}

/// What may be shown of a month's answers, of all units or of one.
pub(in crate::console) fn felt(answers: &[Answers], unit: Option<UnitId>) -> [Felt; 2] {
    [Asked::Patient, Asked::Staff].map(|asked| {
        let of: Vec<&Answers> = answers.iter().filter(|answer| answer.asked == asked).collect();
        let shown = Rating::ALL.map(|rating| {
            let of: Vec<&Answers> = of
                .iter()
                .filter(|answer| answer.answer == rating)
                .copied()
                .collect();
            (rating, of_unit(&of, unit))
        });
        let any = of.iter().any(|answer| unit.is_none() || answer.unit == unit);
        Felt {
            asked,
            answers: any.then_some(shown),
        }
    })
}

fn of_unit(answers: &[&Answers], unit: Option<UnitId>) -> Shown {
    let numbers: Vec<u64> = answers.iter().map(|answer| answer.number).collect();
    let Some(unit) = unit else {
        return Shown::alone(numbers.iter().sum());
    };
    // The other units and their sum are shown too.
    let at = answers.iter().position(|answer| answer.unit == Some(unit));
    at.and_then(|at| parts(&numbers).get(at).copied())
        .unwrap_or(Shown::TooFew)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_units_small_number_is_not_what_is_left() {
        let (north, south) = (UnitId::generate(), UnitId::generate());
        let answers = |unit, asked, answers| Answers {
            unit: Some(unit),
            asked,
            answer: Rating::Bad,
            number: answers,
        };
        let all = [
            answers(north, Asked::Patient, 9),
            answers(south, Asked::Patient, 2),
        ];
        let bad = |unit| felt(&all, unit)[0].answers.unwrap()[2].1;
        assert_eq!(bad(None), Shown::Exactly(11));
        assert_eq!(bad(Some(south)), Shown::TooFew);
        assert_eq!(bad(Some(north)), Shown::TooFew, "11 less 9 would be 2");
        assert_eq!(felt(&all, None)[1].answers, None, "no staff has answered");
    }
}
