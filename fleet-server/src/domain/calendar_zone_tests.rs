use super::*;

/// As Outlook writes its zones; the id is what it calls it.
fn outlook(id: &str) -> String {
    format!(
        "BEGIN:VTIMEZONE\nTZID:{id}\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
         RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\n\
         TZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\n\
         END:VTIMEZONE"
    )
}

fn moment(file: &str, zone: &str, time: &str) -> Option<String> {
    let lines: Vec<String> = file.lines().map(str::to_owned).collect();
    let moment = Zones::read(&lines).moment(date_time(time).unwrap(), Some(zone));
    moment.map(|moment| moment.to_string())
}

#[test]
fn a_zone_that_the_file_describes_is_as_it_says_whatever_it_is_called() {
    for id in [
        "Customized Time Zone",
        "Central Europe Standard Time",
        "(UTC+01:00) Amsterdam, Berlin, Bern",
    ] {
        let file = outlook(id);
        for (time, expected) in [
            ("20261123T100000", "2026-11-23T09:00:00Z"),
            ("20260701T100000", "2026-07-01T08:00:00Z"),
            ("20260329T015959", "2026-03-29T00:59:59Z"),
            ("20260329T030000", "2026-03-29T01:00:00Z"),
            ("20261025T015959", "2026-10-24T23:59:59Z"),
            ("20261025T030000", "2026-10-25T02:00:00Z"),
            ("20260101T000000", "2025-12-31T23:00:00Z"),
        ] {
            assert_eq!(moment(&file, id, time).as_deref(), Some(expected), "{id} {time}");
        }
    }
}

#[test]
fn what_the_file_describes_agrees_with_the_zone_that_is_meant() {
    let file = outlook("x");
    let mut time = date_time("20200101T003000").unwrap();
    let stockholm = TimeZone::get("Europe/Stockholm").unwrap();
    let lines: Vec<String> = file.lines().map(str::to_owned).collect();
    let zones = Zones::read(&lines);
    while time.year() < 2032 {
        let known = time.to_zoned(stockholm.clone()).unwrap().timestamp();
        let gap = stockholm.to_ambiguous_timestamp(time).is_ambiguous();
        assert!(gap || zones.moment(time, Some("x")) == Some(known), "{time}");
        time = time.checked_add(jiff::Span::new().hours(5)).unwrap();
    }
}

#[test]
fn rules_that_ended_dates_that_are_listed_and_offsets_that_never_change() {
    let ended = "BEGIN:VTIMEZONE\nTZID:a\nBEGIN:DAYLIGHT\nDTSTART:19700329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
                 RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20100328T010000Z\nEND:DAYLIGHT\n\
                 BEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
                 RDATE:20091025T030000,20101031T030000\nEND:STANDARD\nEND:VTIMEZONE";
    assert_eq!(
        moment(ended, "a", "20100701T100000").unwrap(),
        "2010-07-01T08:00:00Z"
    );
    assert_eq!(
        moment(ended, "a", "20110701T100000").unwrap(),
        "2011-07-01T09:00:00Z"
    );
    assert_eq!(
        moment(ended, "a", "19600701T100000").unwrap(),
        "1960-07-01T09:00:00Z",
        "before it began"
    );
    let fixed = "BEGIN:VTIMEZONE\nTZID:b\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:-0330\nTZOFFSETTO:-0330\n\
                 END:STANDARD\nEND:VTIMEZONE";
    assert_eq!(
        moment(fixed, "b", "20260701T100000").unwrap(),
        "2026-07-01T13:30:00Z"
    );
}

#[test]
fn a_zone_without_description_is_known_by_its_name_or_not_at_all() {
    for name in [
        "Europe/Stockholm",
        "/citadel.org/20210210_1/Europe/Stockholm",
        "W. Europe Standard Time",
        "Central Europe Standard Time",
        "Central European Standard Time",
        "(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien",
        "(UTC+01:00) Belgrade, Bratislava, Budapest, Ljubljana, Prague",
        "(GMT+01.00) Sarajevo/Warsaw/Zagreb, Warsaw",
    ] {
        assert_eq!(
            moment("", name, "20260701T100000").as_deref(),
            Some("2026-07-01T08:00:00Z"),
            "{name}"
        );
    }
    for (_, zone) in MICROSOFT {
        assert!(TimeZone::get(zone).is_ok(), "{zone}");
    }
    for name in ["Customized Time Zone", "(UTC+01:00)", "Mars/Olympus"] {
        assert_eq!(moment("", name, "20260701T100000"), None, "{name}");
    }
    // A description that cannot be read does not stand in the way of the name.
    let odd = outlook("Europe/Stockholm").replace("FREQ=YEARLY", "FREQ=SECONDLY");
    assert_eq!(
        moment(&odd, "Europe/Stockholm", "20260701T100000").unwrap(),
        "2026-07-01T08:00:00Z"
    );
}
