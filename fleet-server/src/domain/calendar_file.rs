//! Reads when and where a meeting is from an invitation (iCalendar, RFC 5545). Everything else in it, such as its
//! subject and who is invited, is dropped unread: it may name the patient.

use fleet_api::MeetingLink;
use jiff::{Span, Timestamp, civil::DateTime, tz::TimeZone};

use super::{
    link_policy::{HostRule, check_link},
    refusal::Refusal,
};

/// Largest file that is read.
pub const FILE_BYTES: usize = 64 * 1024;

/// When a meeting is and where it may be.
#[derive(Debug)]
pub struct Invitation {
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Every link in it, the likeliest first.
    pub links: Vec<MeetingLink>,
}

/// Why a file was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvitationRefusal {
    /// No event in it, or too large.
    #[error("that is no calendar invitation; save it as .ics and try again")]
    NotAnInvitation,
    /// A time that is missing, unreadable or in an unknown time zone.
    #[error("the invitation's time could not be read; enter it by hand")]
    Time,
    /// It takes a meeting back.
    #[error("the invitation cancels a meeting; cancel the reservation instead")]
    Cancelled,
    /// It stands for several meetings.
    #[error("the invitation stands for several meetings; book each by itself")]
    Repeating,
    /// There is no link in it.
    #[error("there is no meeting link in the invitation; paste the link by hand")]
    NoLink,
}

impl Refusal for InvitationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAnInvitation => "ics_not_an_invitation",
            Self::Time => "ics_time",
            Self::Cancelled => "ics_cancelled",
            Self::Repeating => "ics_repeating",
            Self::NoLink => "ics_no_link",
        }
    }
}

/// Reads a file's one event.
pub fn read(file: &str) -> Result<Invitation, InvitationRefusal> {
    if file.len() > FILE_BYTES {
        return Err(InvitationRefusal::NotAnInvitation);
    }
    let content = unfolded(file);
    if content
        .iter()
        .any(|line| line.eq_ignore_ascii_case("METHOD:CANCEL"))
    {
        return Err(InvitationRefusal::Cancelled);
    }
    let properties: Vec<Property> = event(&content)?.into_iter().filter_map(Property::read).collect();
    let find = |name: &str| properties.iter().find(|property| property.name == name);
    if properties.is_empty() {
        return Err(InvitationRefusal::NotAnInvitation);
    }
    if find("STATUS").is_some_and(|status| status.value.trim().eq_ignore_ascii_case("CANCELLED")) {
        return Err(InvitationRefusal::Cancelled);
    }
    if find("RRULE").is_some() || find("RDATE").is_some() {
        return Err(InvitationRefusal::Repeating);
    }
    let starts_at = find("DTSTART")
        .and_then(Property::time)
        .ok_or(InvitationRefusal::Time)?;
    let ends_at = match (find("DTEND"), find("DURATION")) {
        (Some(end), _) => end.time(),
        (None, Some(length)) => length.value.parse::<Span>().ok().and_then(|length| {
            let zoned = starts_at.to_zoned(TimeZone::UTC);
            zoned.checked_add(length).ok().map(|end| end.timestamp())
        }),
        (None, None) => None,
    };
    let ends_at = ends_at.ok_or(InvitationRefusal::Time)?;
    let links = links_in(&properties);
    if links.is_empty() {
        return Err(InvitationRefusal::NoLink);
    }
    Ok(Invitation {
        starts_at,
        ends_at,
        links,
    })
}

impl Invitation {
    /// The first link that the tenant's rules allow; else the first one, whose refusal says why.
    #[must_use]
    pub fn link(&self, rules: &[HostRule]) -> &MeetingLink {
        let allowed = self.links.iter().find(|link| check_link(link, rules).is_ok());
        allowed.unwrap_or(&self.links[0])
    }
}

/// Content lines without their folding (section 3.1).
fn unfolded(file: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in file.trim_start_matches('\u{feff}').lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(last)) => last.push_str(rest),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// The lines of the one event; those of its alarms, which have a length and words of their own, are not its.
fn event(content: &[String]) -> Result<Vec<&str>, InvitationRefusal> {
    let mut lines = Vec::new();
    let (mut events, mut depth) = (0, 0_usize);
    for line in content {
        let upper = line.trim_end().to_ascii_uppercase();
        match depth {
            0 if upper == "BEGIN:VEVENT" => {
                events += 1;
                depth = 1;
            }
            0 => {}
            _ if upper.starts_with("BEGIN:") => depth += 1,
            _ if upper.starts_with("END:") => depth -= 1,
            1 => lines.push(line.as_str()),
            _ => {}
        }
    }
    match events {
        0 => Err(InvitationRefusal::NotAnInvitation),
        1 => Ok(lines),
        _ => Err(InvitationRefusal::Repeating),
    }
}

struct Property<'a> {
    name: String,
    time_zone: Option<&'a str>,
    value: &'a str,
}

impl<'a> Property<'a> {
    fn read(line: &'a str) -> Option<Self> {
        // A colon within quotes belongs to a parameter.
        let mut quoted = false;
        let colon = line.char_indices().find(|(_, c)| {
            quoted ^= *c == '"';
            *c == ':' && !quoted
        });
        let (head, value) = line.split_at(colon?.0);
        let mut parts = head.split(';');
        let name = parts.next()?.to_ascii_uppercase();
        let time_zone = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.eq_ignore_ascii_case("TZID").then_some(value)
        });
        Some(Self {
            name,
            time_zone: time_zone.map(|zone| zone.trim_matches('"')),
            value: &value[1..],
        })
    }

    /// A date and time (section 3.3.5); without a zone it is Swedish time.
    fn time(&self) -> Option<Timestamp> {
        let (text, zone) = match self.value.trim().strip_suffix('Z') {
            Some(text) => (text, TimeZone::UTC),
            None => (self.value.trim(), zone(self.time_zone)?),
        };
        let time: DateTime = text.parse().ok()?;
        // A day without a time is no meeting.
        text.contains('T')
            .then(|| time.to_zoned(zone).ok())?
            .map(|time| time.timestamp())
    }
}

/// IANA's names, some calendars' with a prefix, and Microsoft's for Sweden's time.
fn zone(name: Option<&str>) -> Option<TimeZone> {
    let name = match name {
        None
        | Some("W. Europe Standard Time" | "Romance Standard Time" | "Central European Standard Time") => {
            "Europe/Stockholm"
        }
        Some(name) => name,
    };
    let city = name.rmatch_indices('/').nth(1).map(|(at, _)| &name[at + 1..]);
    let mut zones = [Some(name), city].into_iter().flatten();
    zones.find_map(|name| TimeZone::get(name).ok())
}

fn links_in(properties: &[Property]) -> Vec<MeetingLink> {
    let order = [
        "CONFERENCE",
        "X-MICROSOFT-SKYPETEAMSMEETINGURL",
        "URL",
        "LOCATION",
        "DESCRIPTION",
    ];
    let mut links = Vec::new();
    for name in order {
        for property in properties.iter().filter(|property| property.name == name) {
            // Escapes of section 3.3.11.
            let text = property
                .value
                .replace("\\n", " ")
                .replace("\\N", " ")
                .replace('\\', "");
            let words = text.split(|c: char| c.is_whitespace() || "<>\"()".contains(c));
            let found = words.filter_map(|word| {
                let from = word.find("https://")?;
                MeetingLink::parse(word[from..].trim_end_matches([',', '.', ';'])).ok()
            });
            links.extend(found);
        }
    }
    links
}

#[cfg(test)]
#[path = "calendar_file_tests.rs"]
mod tests;
