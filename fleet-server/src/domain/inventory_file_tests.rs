use proptest::prelude::*;

use super::*;

const HEAD: &str =
    "kit;owner;part;serial;condition;warranty_until;screen_inches;iccid;operator;subscription_owner";

#[test]
fn every_wrong_row_is_found_at_once_and_named() {
    let file = format!(
        "\u{feff}{HEAD}\r\n\
         Kit 14;region;tablet;4471;good;2028-06-30;12,6;;;\r\n\
         Kit 14;region;tablet;4472;good;;10.1;;;\r\n\
         Kit 14;nobody;stand;1;good;;;;;\r\n\
         Kit 14;region;sim;1;good;;;8946071512000000012;Operatör;region\r\n\
         Kit 14;region;stand;;good;;;;;\r\n\
         Kit 14;region;stand\r\n"
    );
    let errors = read(&file).unwrap_err();
    assert_eq!(
        errors,
        [
            error(3, None, "part_screen_too_small"),
            error(4, Some("owner"), "row_cell"),
            error(6, Some("serial"), "row_cell"),
            error(7, None, "row_length"),
        ]
    );
    assert_eq!(
        read("kit,owner\n").unwrap_err().len(),
        8,
        "missing columns are named"
    );
}

#[test]
fn emptied_rows_are_passed_over_and_lines_are_counted_as_they_are_seen() {
    let file = format!(
        "{HEAD}\r\nKit 14;region;stand;1;good;;;;;\r\n;;;;;;;;;\r\n\r\n\
         Kit 14;region;speakerphone;\"2\";mended;;;;;\r\n\
         Kit 14;region\r\n\r\n;;;;;;;;;\r\n"
    );
    assert_eq!(
        read(&file).unwrap_err(),
        [
            error(5, Some("condition"), "row_cell"),
            error(6, None, "row_length")
        ]
    );
    let right = file.replace("mended", "good").replace("Kit 14;region\r\n", "");
    assert_eq!(read(&right).unwrap().len(), 2);
}

#[test]
fn a_right_file_is_read_whole_with_commas_too() {
    let file = format!(
        "{}\nKit 14,region,tablet,'-4471,good,,12.6,,,\n",
        HEAD.replace(';', ",")
    );
    let rows = read(&file).unwrap();
    assert_eq!(
        (rows.len(), rows[0].part.as_ref().unwrap().screen),
        (1, Some(126))
    );
    assert_eq!(rows[0].part.as_ref().unwrap().serial, "-4471");
}

#[test]
fn cells_copied_from_a_spreadsheet_come_with_tabs() {
    let file = format!(
        "{}\nKit 14\tregion\ttablet\t4471\tgood\t\t12,6\t\t\t\nKit 15\tmunicipality\t\t\t\t\t\t\t\t\n",
        HEAD.replace(';', "\t")
    );
    let rows = read(&file).unwrap();
    assert_eq!(rows[0].part.as_ref().unwrap().screen, Some(126));
    assert_eq!(
        (&rows[1].owner, &rows[1].part),
        (&RowOwner::Here, &None),
        "a kit without parts"
    );
}

#[test]
fn rows_that_contradict_each_other_are_wrong() {
    let file = format!(
        "{HEAD}\n\
         Kit 14;region;stand;1;good;;;;;\n\
         Kit 14;municipality;rucksack;1;good;;;;;\n\
         Kit 15;region;stand;1;broken;;;;;\n"
    );
    assert_eq!(
        read(&file).unwrap_err(),
        [
            error(3, Some("owner"), "row_owner_differs"),
            error(4, Some("serial"), "row_serial_twice"),
        ]
    );
}

#[test]
fn only_rows_with_something_in_them_count() {
    let row = |number: usize| format!("Kit {number};region;;;;;;;;\n;;;;;;;;;\n");
    let rows = |count: usize| (0..count).map(row).collect::<String>();
    let most = format!("{HEAD}\n{}", rows(MOST_ROWS));
    assert_eq!(read(&most).unwrap().len(), MOST_ROWS);
    let one_more = format!("{HEAD}\n{}", rows(MOST_ROWS + 1));
    assert_eq!(read(&one_more).unwrap_err()[0].code, "row_too_many");
}

#[test]
fn what_a_spreadsheet_would_calculate_is_kept_as_text() {
    for (text, cell) in [
        ("4471", "4471"),
        ("0932", "'0932"),
        ("8946071512000000012", "'8946071512000000012"),
        ("12.6", "'12.6"),
        ("4E12", "'4E12"),
        ("1-2", "'1-2"),
        ("-0932", "'-0932"),
        ("'a", "''a"),
        ("Kit 14", "Kit 14"),
        ("SP-0932", "SP-0932"),
    ] {
        assert_eq!(as_text(text), cell);
    }
}

proptest! {
    #[test]
    fn no_file_makes_it_fail(file in ".{0,400}", rows in ".{0,400}") {
        let _ = read(&file);
        let _ = read(&format!("{HEAD}\n{rows}"));
    }
}

#[test]
fn another_municipality_is_an_owner_by_its_name_and_a_slip_of_the_pen_is_none() {
    let owner =
        |cell: &str| read(&format!("{HEAD}\nKit 14;{cell};;;;;;;;\n")).map(|rows| rows[0].owner.clone());
    let granos = RowOwner::Elsewhere("Granö kommun".to_owned());
    assert_eq!(owner("municipality: Granö kommun"), Ok(granos.clone()));
    assert_eq!(owner(&granos.cell()), Ok(granos));
    for wrong in ["municipality:", "municipality: ", "Granö kommun", "regionen"] {
        assert_eq!(
            owner(wrong),
            Err(vec![error(2, Some("owner"), "row_cell")]),
            "{wrong}"
        );
    }
}

#[test]
fn a_column_that_is_there_twice_is_named() {
    let file = format!("{HEAD};Serial\nKit 14;region;stand;1;good;;;;;;2\n");
    assert_eq!(
        read(&file).unwrap_err(),
        [error(1, Some("serial"), "row_column_twice")],
        "nobody knows which of the two is meant"
    );
    let more = format!("{HEAD};note\nKit 14;region;stand;1;good;;;;;;to be washed\n");
    assert_eq!(
        read(&more).unwrap().len(),
        1,
        "what is not asked for is passed over"
    );
}

#[test]
fn what_is_said_of_a_subscription_is_never_dropped_without_a_word() {
    let row = |cells: &str| read(&format!("{HEAD}\nKit 14;region;{cells}\n")).map(|rows| rows.len());
    assert_eq!(
        row("sim;1;good;;;;Operatör;region"),
        Err(vec![error(2, Some("iccid"), "row_cell")])
    );
    assert_eq!(
        row("stand;1;good;;;;;region"),
        Err(vec![error(2, Some("iccid"), "row_cell")])
    );
    assert_eq!(row("stand;1;good;;;;;"), Ok(1));
}

#[test]
fn a_kit_has_a_name_that_can_be_seen() {
    for name in ["Kit\u{a0}14", "\u{200b}", "19121212-1212"] {
        let read = read(&format!("{HEAD}\n{name};region;;;;;;;;\n"));
        assert_eq!(read.unwrap_err(), [error(2, Some("kit"), "row_cell")], "{name:?}");
    }
}

#[test]
fn inches_are_read_as_they_are_written_or_not_at_all() {
    for (text, tenths) in [
        ("12", Some(120)),
        ("12.6", Some(126)),
        ("12,60", Some(126)),
        ("12.05", None),
        ("12.06", None),
        ("12.", None),
        ("+13", None),
        ("13.+1", None),
        ("-13", None),
        (".5", None),
        ("12.å", None),
        ("70000", None),
    ] {
        assert_eq!(inches(text), tenths, "{text}");
    }
}
