//! Which sign-offs are missing, which checklists may be adopted, and when they are looked at again.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

#[test]
fn sign_offs_before_and_after_are_each_asked_for() {
    use Step::{CheckedOut, Returned, Signed};
    let (before, after) = (Signed(Phase::Before), Signed(Phase::After));
    assert_eq!(missing(&[]), [Phase::Before], "a new kit has no visit behind it");
    assert_eq!(missing(&[before]), []);
    assert_eq!(
        missing(&[before, CheckedOut, Returned]),
        [Phase::After, Phase::Before]
    );
    assert_eq!(missing(&[before, CheckedOut, Returned, after]), [Phase::Before]);
    assert_eq!(
        missing(&[before, CheckedOut, after, Returned]),
        [Phase::Before],
        "cleaned before it was brought back"
    );
    assert_eq!(
        missing(&[before, CheckedOut, after, before, Returned]),
        [Phase::After, Phase::Before],
        "it was used once more after that"
    );
    assert_eq!(
        missing(&[before, after, CheckedOut, Returned]),
        [Phase::After, Phase::Before],
        "a sign-off of before the visit says nothing of after it"
    );
    assert_eq!(missing(&[before, CheckedOut, Returned, after, before]), []);
}

fn instructions() -> Vec<Instruction> {
    let wipe = |part: &CleanedPart| Instruction {
        part: *part,
        text: "Torka".to_owned(),
        minutes: 1,
    };
    CleanedPart::ALL.iter().map(wipe).collect()
}

#[test]
fn a_checklist_names_each_part_once_in_words_and_is_looked_at_within_a_year() {
    let (today, in_a_year) = (date(2026, 11, 27), date(2027, 11, 27));
    let adopt = |instructions: &[Instruction], review_on| check_checklist(instructions, (today, review_on));
    assert_eq!(adopt(&instructions(), in_a_year), Ok(()));
    assert_eq!(
        adopt(&instructions()[1..], in_a_year),
        Err(HygieneRefusal::PartsMissing)
    );
    for day in [today, in_a_year.tomorrow().unwrap()] {
        assert_eq!(
            adopt(&instructions(), day),
            Err(HygieneRefusal::ReviewDay),
            "{day}"
        );
    }
    let mistakes: [fn(&mut Vec<Instruction>); 5] = [
        |list| list[0].text = " ".to_owned(),
        |list| list[0].text = "a".repeat(301),
        |list| list[0].text = "Torka 19121212-1212".to_owned(),
        |list| list[0].minutes = 61,
        |list| list.push(list[0].clone()),
    ];
    for (number, change) in mistakes.into_iter().enumerate() {
        let mut changed = instructions();
        change(&mut changed);
        assert_eq!(
            adopt(&changed, in_a_year),
            Err(HygieneRefusal::Instruction),
            "{number}"
        );
    }
}

#[test]
fn a_review_is_near_for_a_month_and_then_due() {
    let checklist = Checklist {
        version: 2,
        adopted_on: date(2026, 1, 1),
        adopted_by: None,
        review_on: date(2026, 12, 1),
        instructions: instructions(),
    };
    for (today, expected) in [
        (date(2026, 10, 31), None),
        (date(2026, 11, 1), Some(Review::Near)),
        (date(2026, 11, 30), Some(Review::Near)),
        (date(2026, 12, 1), Some(Review::Due)),
    ] {
        assert_eq!(review(&checklist, today), expected, "{today}");
    }
    let all: BTreeSet<_> = CleanedPart::ALL.iter().copied().collect();
    assert_eq!(check_signature(Some(&checklist), 2, &all), Ok(()));
    assert_eq!(
        check_signature(Some(&checklist), 1, &all),
        Err(HygieneRefusal::OtherVersion)
    );
}

proptest! {
    #[test]
    fn a_kit_that_came_back_unsigned_is_never_clean(before in prop::collection::vec(0..4, 0..20), since in 0..3) {
        let step = |kind| match kind {
            0 => Step::Signed(Phase::Before),
            1 => Step::Signed(Phase::After),
            2 => Step::CheckedOut,
            _ => Step::Returned,
        };
        let mut steps: Vec<Step> = before.into_iter().map(step).collect();
        steps.extend([Step::CheckedOut, Step::Returned]);
        // Whatever follows but a sign-off after the visit.
        steps.extend((0..since).map(|_| Step::Signed(Phase::Before)));
        prop_assert!(missing(&steps).contains(&Phase::After));
        steps.push(Step::Signed(Phase::After));
        prop_assert!(!missing(&steps).contains(&Phase::After));
    }
}
