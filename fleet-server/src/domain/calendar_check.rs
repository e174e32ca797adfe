//! What must hold for any bytes that somebody gives as an invitation. Run by tests and, for longer, by `tests/fuzz`.

use super::{
    calendar_file::{FILE_BYTES, InvitationRefusal, read, taken_back},
    link_policy::{HostRule, check_link},
};

/// Reads the bytes as a file.
pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let taken_back = taken_back(&text).is_some();
    let rules: [HostRule; 1] = ["video.example".parse().expect("a host")];
    match read(&text) {
        Ok(invitation) => {
            assert!(text.len() <= FILE_BYTES && !taken_back);
            assert!(!invitation.links.is_empty());
            for link in &invitation.links {
                assert!(link.expose().starts_with("https://"), "led astray");
            }
            let allowed = invitation
                .links
                .iter()
                .any(|link| check_link(link, &rules).is_ok());
            let chosen = check_link(invitation.link(&rules), &rules);
            assert_eq!(
                chosen.is_ok(),
                allowed,
                "an allowed link is chosen where there is one"
            );
            let shown = format!("{invitation:?}");
            assert!(!shown.contains("https"), "a link is shown");
        }
        Err(InvitationRefusal::NotAnInvitation) => {}
        Err(refusal) => assert!(text.len() <= FILE_BYTES && !refusal.to_string().is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[test]
    fn the_corpus_does_no_harm() {
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/corpus/invitation");
        let mut seen = 0;
        for file in std::fs::read_dir(corpus).unwrap() {
            super::check(&std::fs::read(file.unwrap().path()).unwrap());
            seen += 1;
        }
        assert!(seen > 5, "the corpus is missing");
    }

    /// A content line as calendars write them, more or less.
    fn line() -> impl Strategy<Value = String> {
        let name = prop::sample::select(vec![
            "DTSTART",
            "DTEND",
            "DURATION",
            "URL",
            "LOCATION",
            "DESCRIPTION",
            "RRULE",
            "SUMMARY",
            "BEGIN",
            "END",
            "TZID",
            "UID",
            "SEQUENCE",
            "METHOD",
            "TZOFFSETFROM",
            "TZOFFSETTO",
        ]);
        let value = prop_oneof![
            "[0-9]{8}T[0-9]{6}Z?",
            "-?P[0-9]{0,20}[DWTHMS]{0,3}",
            "https://(video\\.example|[a-z.@:/\\\\]{0,20})[ -~]{0,30}",
            "(VEVENT|VALARM|VTIMEZONE|STANDARD|DAYLIGHT|.{0,40})",
            "[+-][0-9]{4,6}",
            "FREQ=YEARLY;BYDAY=-?[0-9]{1,2}(SU|MO|å);BYMONTH=[0-9]{1,2}(;UNTIL=[0-9]{8}T[0-9]{6}Z)?",
        ];
        (name, "(;TZID=\"?[A-Za-z/. ]{0,20}\"?)?", value)
            .prop_map(|(name, parameter, value)| format!("{name}{parameter}:{value}"))
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            super::check(&bytes);
            super::check(&[b"BEGIN:VEVENT\nDTSTART:20261123T090000Z\n", bytes.as_slice()].concat());
        }

        #[test]
        fn no_zone_does_harm(lines in prop::collection::vec(line(), 0..10), time in "[0-9]{8}T[0-9]{6}") {
            let lines = lines.join("\n");
            super::check(
                format!(
                    "BEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\n\
                     TZOFFSETTO:+0100\n{lines}\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\n\
                     DTSTART;TZID=x:{time}\nDURATION:PT1H\nURL:https://video.example/\nEND:VEVENT"
                )
                .as_bytes(),
            );
        }

        #[test]
        fn no_event_does_harm(lines in prop::collection::vec(line(), 0..10), fold in "(\r\n|\n|\r\n |\n\t)") {
            super::check(format!("BEGIN:VEVENT{fold}{}{fold}END:VEVENT", lines.join(&fold)).as_bytes());
            super::check(format!("BEGIN:VEVENT\n{}\nEND:VEVENT", lines.join("\n")).as_bytes());
        }
    }
}
