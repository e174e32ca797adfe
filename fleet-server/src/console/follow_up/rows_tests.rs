//! The table of a made-up month, against a file that people have read.

use std::collections::{BTreeMap, BTreeSet};

use fleet_api::{KitId, Rating};

use super::*;
use crate::{
    console::{
        csv_file,
        follow_up::{UnitMonth, felt},
        texts,
    },
    domain::follow_up::{account::BreakOff, yearly_plan::Division},
    store::Answers,
};

fn unit(name: &str, held: u64, not_clean: u64, cleaned: u64) -> UnitMonth {
    UnitMonth {
        id: Some(UnitId::generate()),
        name: Some(name.to_owned()),
        tally: Tally {
            held,
            not_held: BTreeMap::from([(WhyNotHeld::NotClean, not_clean)]),
            in_person: 1,
            not_reported: 1,
            on_time: held - 1,
            delays: vec![0; usize::try_from(held).unwrap()],
            taps: vec![12, 14, 15],
            lost_seconds: 125,
            interrupted: 2,
            broken_off: BTreeMap::from([(BreakOff::ConnectionLost, 1)]),
            receipts: held,
            visits: held,
            cleaned,
            journeys: held,
            kits: BTreeSet::from([KitId::generate()]),
        },
    }
}

#[test]
fn the_table_is_the_one_that_people_have_read() {
    let units = vec![unit("Grupp Norr", 30, 4, 26), unit("=Grupp; Söder", 29, 2, 29)];
    let answers = |unit: &UnitMonth, answer, answers| Answers {
        unit: unit.id,
        asked: Asked::Patient,
        answer,
        number: answers,
    };
    let given = [
        answers(&units[0], Rating::Good, 20),
        answers(&units[0], Rating::Bad, 6),
        answers(&units[1], Rating::Good, 18),
        answers(&units[1], Rating::Bad, 1),
    ];
    let felts = [None, units[0].id, units[1].id]
        .map(|unit| felt(&given, unit))
        .to_vec();
    let month = MonthOf {
        month: "2026-10".parse().unwrap(),
        meetings: Vec::new(),
        units,
    };
    let year = YearOf {
        months: vec![(month.month, 59)],
        plan: 286,
        region_plan: (2_500, 80, Division::Equal),
    };
    let travel = TravelAssumptions {
        travellers: 2,
        km_each: 30,
        kit_km: 10,
        km_per_hour: 60,
    };
    let report = Report {
        municipality: "Granö kommun",
        month: &month,
        year: &year,
        felt: felts,
        travel: Some(&travel),
    };
    let texts = texts::swedish();
    let head = COLUMNS.map(|name| texts.word("follow_up_column", name));
    let csv = String::from_utf8(csv_file::write(head, report.cells(texts))).unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/follow_up.csv");
    if std::env::var_os("UPDATE_GOLDEN_FILES").is_some() {
        std::fs::write(file, &csv).unwrap();
    }
    let golden = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        golden == csv,
        "the table changed; run with UPDATE_GOLDEN_FILES=1 and look at the difference"
    );
    assert!(csv.contains("'=Grupp; Söder"), "no formulas");
    let is_hidden = |row: &Row| row.measure == Beside::PatientFelt.name() && row.value == Some(6);
    assert!(
        !report.rows().iter().any(is_hidden),
        "a unit's six are hidden with the other's one"
    );
}
