//! Reads when and where a meeting is from an invitation (iCalendar, RFC 5545). Everything else in it, such as its
//! subject and who is invited, is dropped unread: it may name the patient. Its
//! lines are `calendar_lines`', its zones `calendar_zone`'s.

use fleet_api::MeetingLink;
use jiff::{
    Span, Timestamp,
    tz::{Offset, TimeZone},
};

use super::{
    calendar_lines::{Property, components, date_time, unfolded},
    calendar_update::Origin,
    calendar_zone::Zones,
    link_policy::{HostRule, check_link},
    refusal::Refusal,
};

/// Largest file that is read.
pub const FILE_BYTES: usize = 64 * 1024;

/// What stands around a link in a text, and never in one.
const AROUND_LINKS: &str = "<>\"()[]{}|`^“”«»";
/// What ends the sentence that a link stands in.
const AFTER_LINKS: [char; 9] = [',', '.', ';', ':', '!', '?', '\'', '’', '*'];

/// When a meeting is and where it may be.
#[derive(Debug)]
pub struct Invitation {
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Every link in it, the likeliest first.
    pub links: Vec<MeetingLink>,
    /// Which meeting it is to its calendar, where that says so.
    pub origin: Option<Origin>,
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
    /// It has days, but no times.
    #[error("the invitation is for a whole day; enter when the meeting begins and ends by hand")]
    WholeDay,
    /// It answers an invitation, or asks for another time.
    #[error("that file is an answer to an invitation; use the invitation itself")]
    AnAnswer,
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
            Self::WholeDay => "ics_whole_day",
            Self::AnAnswer => "ics_an_answer",
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
    let properties = event(&content)?;
    let find = |name: &str| properties.iter().find(|property| property.name == name);
    check_purpose(&content, find("STATUS"))?;
    if ["RRULE", "RDATE"].into_iter().any(|name| find(name).is_some()) {
        return Err(InvitationRefusal::Repeating);
    }
    let zones = Zones::read(&content);
    let begins = find("DTSTART").ok_or(InvitationRefusal::Time)?;
    let starts_at = moment(begins, &zones)?;
    let ends_at = match (find("DTEND"), find("DURATION")) {
        (Some(end), _) => moment(end, &zones)?,
        (None, Some(length)) => after(starts_at, length.value).ok_or(InvitationRefusal::Time)?,
        (None, None) => return Err(InvitationRefusal::Time),
    };
    let links = links_in(&properties);
    if links.is_empty() {
        return Err(InvitationRefusal::NoLink);
    }
    Ok(Invitation {
        starts_at,
        ends_at,
        links,
        origin: origin(&properties),
    })
}

/// The meeting that a file takes back. None where it does not, or does not say which.
#[must_use]
pub fn taken_back(file: &str) -> Option<Origin> {
    if file.len() > FILE_BYTES {
        return None;
    }
    let content = unfolded(file);
    let properties = event(&content).ok()?;
    let status = properties.iter().find(|property| property.name == "STATUS");
    let cancelled = check_purpose(&content, status) == Err(InvitationRefusal::Cancelled);
    cancelled.then(|| origin(&properties)).flatten()
}

fn origin(properties: &[Property]) -> Option<Origin> {
    let value = |name: &str| {
        let found = properties.iter().find(|property| property.name == name);
        found.map(|property| property.value.trim())
    };
    let uid = value("UID").filter(|uid| !uid.is_empty())?;
    let sequence = value("SEQUENCE").map_or(Ok(0), str::parse).ok()?;
    Some(Origin::new(uid, value("RECURRENCE-ID"), sequence))
}

/// Whether the file invites. What a calendar sends for other reasons (RFC 5546) names the same meeting and books nothing.
fn check_purpose(content: &[String], status: Option<&Property>) -> Result<(), InvitationRefusal> {
    let properties = content.iter().filter_map(|line| Property::read(line));
    let mut methods = properties.filter(|property| property.name == "METHOD");
    let method = methods.next();
    let is = |word: &str| method.as_ref().is_some_and(|method| method.says(word));
    if is("CANCEL") || status.is_some_and(|status| status.says("CANCELLED")) {
        Err(InvitationRefusal::Cancelled)
    } else if method.is_none() || is("REQUEST") || is("PUBLISH") {
        Ok(())
    } else {
        Err(InvitationRefusal::AnAnswer)
    }
}

fn moment(property: &Property, zones: &Zones) -> Result<Timestamp, InvitationRefusal> {
    let value = property.value.trim();
    if value.len() == 8 && value.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(InvitationRefusal::WholeDay);
    }
    let moment = match value.strip_suffix('Z') {
        Some(text) => date_time(text).and_then(|time| Offset::UTC.to_timestamp(time).ok()),
        None => date_time(value).and_then(|time| zones.moment(time, property.time_zone)),
    };
    moment.ok_or(InvitationRefusal::Time)
}

fn after(starts_at: Timestamp, length: &str) -> Option<Timestamp> {
    let length: Span = length.parse().ok()?;
    let end = starts_at.to_zoned(TimeZone::UTC).checked_add(length).ok()?;
    Some(end.timestamp())
}

impl Invitation {
    /// The first link that the tenant's rules allow; else the first one, whose refusal says why.
    #[must_use]
    pub fn link(&self, rules: &[HostRule]) -> &MeetingLink {
        let allowed = self.links.iter().find(|link| check_link(link, rules).is_ok());
        allowed.unwrap_or(&self.links[0])
    }
}

/// What the file says of its one event; its alarms, which have a length and words of their own, are not read.
fn event(content: &[String]) -> Result<Vec<Property<'_>>, InvitationRefusal> {
    let mut events = components(content, "VEVENT");
    match events.len() {
        0 => Err(InvitationRefusal::NotAnInvitation),
        1 => {
            let properties = events.remove(0).properties();
            let something = !properties.is_empty();
            something
                .then_some(properties)
                .ok_or(InvitationRefusal::NotAnInvitation)
        }
        _ => Err(InvitationRefusal::Repeating),
    }
}

fn links_in(properties: &[Property]) -> Vec<MeetingLink> {
    let order = [
        "CONFERENCE",
        "X-MICROSOFT-SKYPETEAMSMEETINGURL",
        "X-GOOGLE-CONFERENCE",
        "URL",
        "LOCATION",
        "DESCRIPTION",
        // The description once more, as a page; some calendars send nothing else.
        "X-ALT-DESC",
    ];
    let mut links = Vec::new();
    for name in order {
        for property in properties.iter().filter(|property| property.name == name) {
            // Escapes of section 3.3.11.
            let text = property
                .value
                .replace("\\n", " ")
                .replace("\\N", " ")
                .replace('\\', "")
                .replace("&amp;", "&");
            let words = text.split(|c: char| c.is_whitespace() || AROUND_LINKS.contains(c));
            let found = words.filter_map(|word| {
                let from = word.to_ascii_lowercase().find("https://")?;
                MeetingLink::parse(word[from..].trim_end_matches(AFTER_LINKS)).ok()
            });
            links.extend(found);
        }
    }
    links
}

#[cfg(test)]
#[path = "calendar_file_tests.rs"]
mod tests;
