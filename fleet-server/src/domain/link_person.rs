//! Whether a link names somebody: it passes the logs of every server on its way, so it may not.
//!
//! Services need much in their links that looks alike: a room's alias may be written as an address (`room@video.region.example`), a
//! PIN or a role is nobody, `guest=true` neither. So what stands in a path is refused for an address only, however much it sounds
//! like a name; a field by its name or by an address in its value; a mobile telephone's number alone is somebody's; and an address is taken for a room only at the service's own
//! domain (decision 0032).

use fleet_api::{MeetingLink, personal_number};

use super::link_parts::LinkParts;

/// What fields that name a person are called: the whole name, without what separates its words.
const PERSONS: [&str; 34] = [
    "name",
    "user",
    "users",
    "userid",
    "login",
    "upn",
    "person",
    "personid",
    "pnr",
    "ssn",
    "attendee",
    "attendees",
    "participant",
    "participants",
    "participantname",
    "guest",
    "guestname",
    "callername",
    "fname",
    "lname",
    "phone",
    "telephone",
    "phonenumber",
    "tel",
    "mobile",
    "mobilenumber",
    "msisdn",
    "namn",
    "deltagare",
    "telefon",
    "telefonnummer",
    "telnr",
    "mobil",
    "mobilnummer",
];
/// What stands in the names of such fields.
const IN_PERSONS: [&str; 19] = [
    "mail",
    "displayname",
    "firstname",
    "lastname",
    "fullname",
    "givenname",
    "familyname",
    "surname",
    "username",
    "nickname",
    "patient",
    "personnummer",
    "förnamn",
    "efternamn",
    "visningsnamn",
    "användarnamn",
    "deltagarnamn",
    "fornamn",
    "anvandarnamn",
];
/// Values of such fields that name nobody, as in `guest=true`; so does a number too short for a telephone's.
const NOBODY: [&str; 8] = ["true", "false", "yes", "no", "on", "off", "guest", "host"];
/// Digits of the shortest telephone number, without the area code.
const TELEPHONE_DIGITS: usize = 5;
/// Fields that name a room.
const ROOMS: [&str; 6] = ["conference", "room", "roomid", "meeting", "alias", "vmr"];
/// What Teams writes behind an @ in the path, and is no mailbox.
const NO_MAILBOX: [&str; 4] = ["thread.v2", "thread.tacv2", "thread.skype", "unq.gbl.spaces"];

/// Whether somebody's personal number stands in the link.
pub(super) fn has_personal_number(link: &MeetingLink) -> bool {
    personal_number::is_in(link.expose())
}

/// Whether the link names a person: a field that does, or an address that is not a room's.
pub(super) fn names_somebody(link: &MeetingLink) -> bool {
    let parts = LinkParts::of(link);
    let query = parts
        .query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let mut fields = query.chain(parts.fragment_fields());
    let pieces = parts.fragment.split(['?', '&', ';', '/']);
    // A field's name has no address; its value is looked at with it.
    let pieces = pieces.filter(|piece| !piece.contains('='));
    let mut places = parts.path.iter().map(String::as_str).chain(pieces);
    places.any(|text| has_address(&parts.host, text) || is_mobile_number(text))
        || fields.any(|(name, value)| is_person(&parts.host, name, value))
}

fn is_person(host: &str, name: &str, value: &str) -> bool {
    let letters: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
    let called_so =
        PERSONS.contains(&letters.as_str()) || IN_PERSONS.iter().any(|part| letters.contains(part));
    let room = ROOMS.contains(&letters.as_str()) && !has_address(host, value);
    name.contains('@')
        || called_so && !is_nobody(value)
        || value.contains('@') && !room
        || is_mobile_number(value)
}

/// Whether this is a Swedish mobile telephone's number and nothing else, at home or from abroad: such a number is a person's.
/// Source: the Swedish numbering plan (PTS), 70, 72, 73, 76 and 79 with seven digits behind.
fn is_mobile_number(text: &str) -> bool {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, '+' | '-' | ' ' | '.' | '(' | ')'))
        .collect();
    let number = ["0046", "46", "0"]
        .into_iter()
        .find_map(|before| digits.strip_prefix(before));
    number.is_some_and(|number| {
        number.len() == 9
            && number.bytes().all(|digit| digit.is_ascii_digit())
            && ["70", "72", "73", "76", "79"]
                .into_iter()
                .any(|mobile| number.starts_with(mobile))
    })
}

fn is_nobody(value: &str) -> bool {
    let short_number = value.len() < TELEPHONE_DIGITS && value.chars().all(|c| c.is_ascii_digit());
    short_number || NOBODY.contains(&value)
}

/// Whether an @ stands in the text that belongs to no room: at the service's own domain, or by a name that is no mailbox's.
fn has_address(host: &str, text: &str) -> bool {
    let mut domains = text.split('@').skip(1).map(|after| {
        let ends = after.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-')));
        &after[..ends.unwrap_or(after.len())]
    });
    let is_room = |domain: &str| {
        NO_MAILBOX.contains(&domain)
            || organisation(domain).is_some_and(|own| Some(own) == organisation(host))
    };
    domains.any(|domain| !is_room(domain))
}

/// The last two labels of a name: `region.example` of `video.region.example`.
fn organisation(name: &str) -> Option<&str> {
    let second = name.rfind('.')?;
    let begins = name[..second].rfind('.').map_or(0, |dot| dot + 1);
    Some(&name[begins..])
}

#[cfg(test)]
#[path = "link_person_tests.rs"]
mod tests;
