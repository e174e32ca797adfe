//! What a link may say and what not, in every form that it can be written in.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;

use super::*;

fn named(link: &str) -> bool {
    names_somebody(&MeetingLink::parse(link).unwrap())
}

#[test]
fn a_link_that_names_somebody_is_found() {
    for link in [
        "https://video.example/webapp3/m/room?name=Anna%20Andersson",
        "https://video.example/webapp3/m/room?email=anna",
        "https://video.example/webapp3/m/room?n%61me=Anna",
        "https://video.example/webapp3/m/room?display_name=Anna",
        "https://video.example/webapp3/m/room?UserEmail=anna",
        "https://video.example/webapp3/m/room?f%C3%B6rnamn=Anna",
        "https://video.example/webapp3/m/room?x=anna%40kommun.example",
        "https://video.example/webapp3/m/room?x=anna%2540kommun.example",
        "https://video.example/webapp3/m/room?conference=anna@kommun.example",
        "https://video.example/m/anna.andersson@kommun.example",
        "https://video.example/m/room#userInfo.displayName=%22Anna%22",
        "https://video.example/#/room?patient=Anna",
        "https://video.example/#/anna@kommun.example",
        "https://video.example/m/anna@kommun.example@thread.v2",
        "https://video.example/m/anna@kommun.example;x@video.example",
        "https://video.example/m/room?anna@kommun.example",
        "https://video.example/m/room?namn=Anna",
        "https://video.example/m/room?participant=Anna",
        "https://video.example/m/room?phone=0701234567",
        "https://video.example/m/room?tel=08123456",
        "https://video.example/m/room?Mobil-nummer=x",
        "https://video.example/m/room?q=070-123%2045%2067",
        "https://video.example/m/0701234567",
        "https://video.example/m/+46701234567",
        "https://video.example/m/room#0046%2076%20123%2045%2067",
    ] {
        assert!(named(link), "{link}");
    }
}

#[test]
fn what_services_need_is_left_alone() {
    for link in [
        "https://video.example/webapp3/m/room?pin=1234&role=guest",
        "https://video.example/webapp3/m/meet.room@video.example",
        "https://join.region.example/webapp3/m/123456@video.region.example",
        "https://join.region.example/webapp3/?conference=123456%40region.example&name=",
        "https://meet.example/join?roomname=7&showparticipants=true",
        "https://video.region.example/webapp/m/sip-7431-sundsvall/step/preflight",
        "https://video.region.example/webapp3/m/rum.anna",
        "https://video.region.example/webapp3/m/anna-andersson",
        "https://video.region.example/webapp3/m/sip.ornskoldsvik?rumsnamn=H%C3%A4rn%C3%B6sand&kommunnamn=Kramfors",
        "https://video.region.example/webapp3/m/7431?guest=true&participants=12&login=0&user=guest",
        "https://meet.example/#/room/7?token=abc",
        "https://video.region.example/webapp3/m/0611123456?mobile=true",
        "https://video.region.example/webapp3/m/070123456",
        "https://video.region.example/webapp3/m/sip-0701234567",
        "https://meet.example/j/7012345678?tid=46701234567890",
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d",
    ] {
        assert!(!named(link), "{link}");
    }
}

/// A link with something in each place where it could stand.
fn in_every_place(text: &str) -> [String; 6] {
    [
        format!("https://video.example/webapp3/m/{text}"),
        format!("https://video.example/webapp3/m/room-{text}/step"),
        format!("https://video.example/webapp3/m/room?x={text}"),
        format!("https://video.example/webapp3/m/room?{text}=1"),
        format!("https://video.example/webapp3/m/room#{text}"),
        format!("https://video.example/webapp3/m/room#/x?y={text}"),
    ]
}

/// As it is, encoded, and encoded once more by whatever passed it on.
fn encoded(text: &str) -> [String; 3] {
    let once = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let twice = utf8_percent_encode(&once, NON_ALPHANUMERIC).to_string();
    [text.to_owned(), once, twice]
}

/// The check digit of nine digits: SKV 704.
fn check_digit(nine: &str) -> u32 {
    let doubled = nine.chars().enumerate().map(|(i, c)| {
        let value = c.to_digit(10).unwrap() * if i % 2 == 0 { 2 } else { 1 };
        value / 10 + value % 10
    });
    (10 - doubled.sum::<u32>() % 10) % 10
}

proptest! {
    #[test]
    fn a_room_of_digits_or_words_passes(
        number in "[0-9]{3,9}",
        slug in "[a-z]{2,8}([.-][a-z]{2,12}){0,4}([.-][0-9]{3,5})?",
        token in "[A-Za-z]{1,3}[0-9]{0,3}[A-Za-z_]{1,20}",
        uuid in any::<[u8; 16]>(),
    ) {
        let uuid = uuid::Builder::from_random_bytes(uuid).into_uuid();
        for room in [number, slug, format!("sip-{token}"), uuid.to_string()] {
            for link in [
                format!("https://video.region.example/webapp3/m/{room}"),
                format!("https://video.region.example/webapp/m/{room}/step/preflight?pin=4711&role=guest"),
                format!("https://video.region.example/webapp3/?conference={room}&join=1"),
                format!("https://video.region.example/webapp3/m/{room}@region.example"),
                format!("https://meet.example/#/{room}"),
            ] {
                let link = MeetingLink::parse(&link).unwrap();
                prop_assert!(!has_personal_number(&link), "{}", link.expose());
                prop_assert!(!names_somebody(&link), "{}", link.expose());
            }
        }
    }

    #[test]
    fn an_address_is_found_wherever_and_however_it_is_written(
        local in "[a-z]{1,10}([.+_-][a-z0-9]{1,10}){0,2}", domain in "[a-z]{2,10}(\\.[a-z]{2,6}){1,2}",
    ) {
        for written in encoded(&format!("{local}@{domain}")) {
            for link in in_every_place(&written) {
                let upper = link.replace(&written, &written.to_uppercase());
                prop_assert!(named(&link) && named(&upper), "{link}");
            }
        }
    }

    #[test]
    fn a_personal_number_is_found_wherever_and_however_it_is_written(
        century in 19_u32..=20, year in 0_u32..100, month in 1_u32..=12, day in 1_u32..=28,
        coordination in any::<bool>(), serial in 0_u32..1000, separator in "[-+ ._/]|",
    ) {
        let day = if coordination { day + 60 } else { day };
        let date = format!("{year:02}{month:02}{day:02}");
        let last = format!("{serial:03}{}", check_digit(&format!("{date}{serial:03}")));
        for number in [format!("{date}{separator}{last}"), format!("{century}{date}{separator}{last}")] {
            // A space stands in no link unless it is encoded.
            let forms = encoded(&number).into_iter().filter(|form| !form.contains(' '));
            for link in forms.flat_map(|form| in_every_place(&form)) {
                let link = MeetingLink::parse(&link).unwrap();
                prop_assert!(has_personal_number(&link), "{}", link.expose());
            }
        }
    }
}
