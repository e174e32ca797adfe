use proptest::prelude::*;

use super::*;

fn file(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n")
}

#[test]
fn an_invitation_gives_time_and_link_and_nothing_else() {
    let file = file(
        "SUMMARY:SIP för Anna Andersson 19121212-1212\r\n\
         DTSTART;TZID=\"W. Europe Standard Time\":20261123T100000\r\nDTEND;TZID=Europe/Stockholm:20261123T110000\r\n\
         DESCRIPTION:Hej!\\nhttps://help.example/ Anslut: <https://video.exam\r\n ple/webapp3/m/sesame>\\, tack\r\n",
    );
    let invitation = read(&file).unwrap();
    assert_eq!(invitation.starts_at.to_string(), "2026-11-23T09:00:00Z");
    assert_eq!(invitation.ends_at.to_string(), "2026-11-23T10:00:00Z");
    let rules = ["video.example".parse().unwrap()];
    assert_eq!(
        invitation.link(&rules).expose(),
        "https://video.example/webapp3/m/sesame"
    );
    assert!(!format!("{invitation:?}").contains("Anna"));
}

#[test]
fn what_cannot_be_booked_is_refused_with_its_reason() {
    let time = "DTSTART:20261123T090000Z\r\nDURATION:PT45M\r\n";
    let link = "URL:https://video.example/m/a\r\n";
    assert!(read(&file(&format!("{time}{link}"))).is_ok());
    for (content, refusal) in [
        (String::new(), InvitationRefusal::NotAnInvitation),
        (file(time), InvitationRefusal::NoLink),
        (file(link), InvitationRefusal::Time),
        (
            file(&format!("DTSTART;VALUE=DATE:20261123\r\n{link}")),
            InvitationRefusal::WholeDay,
        ),
        (
            file(&format!("{time}{link}RRULE:FREQ=DAILY\r\n")),
            InvitationRefusal::Repeating,
        ),
        (
            file(link).replace("REQUEST", "CANCEL"),
            InvitationRefusal::Cancelled,
        ),
        ("x".repeat(FILE_BYTES + 1), InvitationRefusal::NotAnInvitation),
    ] {
        assert_eq!(read(&content).unwrap_err(), refusal, "{content:.200}");
    }
}

#[test]
fn a_link_is_cut_where_its_sentence_goes_on() {
    let link_in = |text: &str| {
        let lines = format!("DTSTART:20261123T090000Z\r\nDURATION:PT45M\r\nDESCRIPTION:{text}\r\n");
        read(&file(&lines)).unwrap().links[0].expose().to_owned()
    };
    for text in [
        "[https://video.example/m/a]",
        "Teams|https://video.example/m/a|",
        "Välkommen till https://video.example/m/a!",
        "'https://video.example/m/a'",
        "”https://video.example/m/a”",
        "*https://video.example/m/a*",
        "{https://video.example/m/a}: tack",
        "https://video.example/m/a?",
    ] {
        assert_eq!(link_in(text), "https://video.example/m/a", "{text}");
    }
    assert_eq!(
        link_in("https://video.example/m/a?pin=1&b='c'd"),
        "https://video.example/m/a?pin=1&b='c'd"
    );
}

#[test]
fn a_link_is_found_wherever_calendars_put_it_and_however_its_scheme_is_spelled() {
    for line in [
        "X-GOOGLE-CONFERENCE:https://video.example/m/a?x=1&y=2",
        "X-ALT-DESC;FMTTYPE=text/html:<p><a href=\"https://video.example/m/a?x=1&amp;y=2\">Anslut</a></p>",
        "LOCATION:HTTPS://VIDEO.example/m/a?x=1&y=2",
        "DESCRIPTION:Anslut: Https://video.example/m/a?x=1&y=2",
    ] {
        let content = format!("DTSTART:20261123T090000Z\r\nDURATION:PT45M\r\n{line}\r\n");
        let found = read(&file(&content)).map(|invitation| invitation.links);
        let found = found.unwrap_or_else(|refusal| panic!("{line}: {refusal}"));
        let link = found[0].expose().to_ascii_lowercase();
        assert_eq!(link, "https://video.example/m/a?x=1&y=2", "{line}");
    }
}

#[test]
fn what_answers_an_invitation_books_nothing() {
    let one = file("DTSTART:20261123T090000Z\r\nDURATION:PT45M\r\nURL:https://video.example/m/a\r\n");
    for method in ["REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER", "reply "] {
        let answer = one.replace("METHOD:REQUEST", &format!("METHOD:{method}"));
        assert_eq!(
            read(&answer).unwrap_err(),
            InvitationRefusal::AnAnswer,
            "{method}"
        );
    }
    for method in ["METHOD:PUBLISH", "method:request", "X-NONE:"] {
        assert!(read(&one.replace("METHOD:REQUEST", method)).is_ok(), "{method}");
    }
}

#[test]
fn outlook_s_own_zone_is_read_from_the_file() {
    let zone = "BEGIN:VTIMEZONE\r\nTZID:Customized\\, Zone\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n\
                TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\n\
                BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n\
                RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT";
    let lines = "DTSTART;TZID=\"Customized, Zone\":20260701T100000\r\n\
                 DTEND;TZID=\"Customized, Zone\":20260701T110000\r\nURL:https://video.example/m/a\r\n";
    let file = file(lines).replacen("BEGIN:VEVENT", zone, 1);
    let invitation = read(&file).unwrap();
    assert_eq!(invitation.starts_at.to_string(), "2026-07-01T08:00:00Z");
    assert_eq!(invitation.ends_at.to_string(), "2026-07-01T09:00:00Z");
}

#[test]
fn an_alarm_is_no_part_of_the_event_and_zones_have_many_spellings() {
    let alarm = "BEGIN:VALARM\r\nDURATION:PT5M\r\nDESCRIPTION:https://alarm.example/\r\nEND:VALARM\r\n";
    for zone in [
        "TZID=Europe/Stockholm",
        "tzid=Europe/Stockholm",
        "X-A=1;TZID=\"/citadel.org/20210210_1/Europe/Stockholm\"",
    ] {
        let lines = format!(
            "{alarm}DTSTART;{zone}:20260701T100000\r\nDURATION:PT1H\r\nURL:https://video.example/m/a\r\n"
        );
        let invitation = read(&file(&lines)).unwrap();
        assert_eq!(invitation.starts_at.to_string(), "2026-07-01T08:00:00Z", "{zone}");
        assert_eq!(invitation.ends_at.to_string(), "2026-07-01T09:00:00Z");
        assert_eq!(invitation.links.len(), 1, "not the alarm's");
    }
}

#[test]
fn several_meetings_and_a_cancelled_one_are_not_booked() {
    let one = "DTSTART:20261123T090000Z\r\nDURATION:PT45M\r\nURL:https://video.example/m/a\r\n";
    let two = format!("{one}END:VEVENT\r\nBEGIN:VEVENT\r\n{one}");
    assert_eq!(read(&file(&two)).unwrap_err(), InvitationRefusal::Repeating);
    let cancelled = format!("{one}STATUS:CANCELLED\r\n");
    assert_eq!(read(&file(&cancelled)).unwrap_err(), InvitationRefusal::Cancelled);
}

proptest! {
    #[test]
    fn no_file_makes_it_fail(lines in "(DTSTART|DTEND|DURATION|URL|RRULE|[A-Z;=:]{0,8})[:;=\"\\\\PT0-9Za-zå/ ]{0,60}(\r\n ?){0,2}.{0,80}") {
        let _ = read(&lines);
        let _ = read(&file(&lines));
    }
}
