//! Which meeting a link leads to, so that one that is booked already is known again however its link is written.
//!
//! Two links of one meeting may differ in how they spell the host, in the PIN or the role of whoever opens them, or in what only
//! the page reads. In doubt two links are one meeting only if all that is left of them is the same.

use fleet_api::MeetingLink;
use secrecy::SecretString;

use super::link_parts::LinkParts;

/// Fields that say how somebody joins, not what.
const HOW_TO_JOIN: [&str; 14] = [
    "pin",
    "role",
    "join",
    "media",
    "calltype",
    "lang",
    "language",
    "locale",
    "bw",
    "mutemicrophone",
    "mutecamera",
    "utm_source",
    "utm_medium",
    "utm_campaign",
];

/// The meeting's name: the same for every link that leads to it. As secret as the link.
#[must_use]
pub fn meeting(link: &MeetingLink) -> SecretString {
    let parts = LinkParts::of(link);
    let place = room(&parts).unwrap_or_else(|| elsewhere(&parts));
    format!("{}:{}\n{place}", parts.host, parts.port).into()
}

/// A room of Pexip's web app, which is reached by several paths (`kit-agent`, `meeting::link`).
fn room(parts: &LinkParts) -> Option<String> {
    let path: Vec<&str> = parts.path.iter().map(String::as_str).collect();
    let alias = match path.as_slice() {
        // What follows is how far the page has come in it.
        ["webapp" | "webapp2" | "webapp3", "m" | "conference", alias, ..] => alias,
        ["webapp" | "webapp2" | "webapp3", ..] if path.len() <= 2 => {
            let named = parts.query.iter().find(|(name, _)| name == "conference");
            named.map(|(_, alias)| alias.as_str())?
        }
        _ => return None,
    };
    Some(format!("room\n{alias}"))
}

fn elsewhere(parts: &LinkParts) -> String {
    let mut query: Vec<String> = parts
        .query
        .iter()
        .filter(|(name, _)| !HOW_TO_JOIN.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    query.sort();
    // A page that finds its way by the fragment begins it with a slash.
    let way = parts.fragment.starts_with(['/', '!']);
    let fragment = if way { parts.fragment.as_str() } else { "" };
    [parts.path.join("/"), query.join("&"), fragment.to_owned()].join("\n")
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn of(link: &str) -> String {
        meeting(&MeetingLink::parse(link).unwrap())
            .expose_secret()
            .to_owned()
    }

    #[test]
    fn a_meeting_is_known_again_however_its_link_is_written() {
        for (link, same) in [
            (
                "https://video.example/webapp3/m/sesame",
                &[
                    "https://VIDEO.example/webapp3/m/sesame",
                    "https://video.example:443/webapp3/m/sesame",
                    "https://video.example/webapp3/m/sesame#x",
                    "https://video.example/webapp3/m/sesame/",
                    "https://video.example//webapp3/m/s%65same",
                    "https://video.example/webapp3/m/s%2565same",
                    "https://video.example/webapp3/m/Sesame?pin=1234&role=host",
                    "https://video.example/webapp/conference/sesame",
                    "https://video.example/webapp/m/sesame/step/preflight",
                    "https://video.example/webapp3/?conference=sesame&join=1",
                ][..],
            ),
            (
                "https://meet.example/join?room=7&secret=a",
                &[
                    "https://meet.example/join?secret=a&room=7",
                    "https://meet.example/join?room=7&secret=a&lang=sv&utm_source=mail",
                ],
            ),
        ] {
            for other in same {
                assert_eq!(of(link), of(other), "{other}");
            }
        }
    }

    #[test]
    fn two_meetings_stay_two() {
        for (one, other) in [
            (
                "https://video.example/webapp3/m/a",
                "https://video.example/webapp3/m/b",
            ),
            (
                "https://video.example/webapp3/m/a",
                "https://video.example:8443/webapp3/m/a",
            ),
            (
                "https://video.example/webapp3/m/a",
                "https://other.example/webapp3/m/a",
            ),
            (
                "https://meet.example/join?room=7",
                "https://meet.example/join?room=8",
            ),
            ("https://meet.example/#/room/7", "https://meet.example/#/room/8"),
            ("https://meet.example/a/b", "https://meet.example/ab"),
        ] {
            assert_ne!(of(one), of(other), "{one} {other}");
        }
    }
}
