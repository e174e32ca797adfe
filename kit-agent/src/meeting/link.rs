//! Which meeting service is this link for, and does the tenant's policy allow it? Pure, and fed with anything.
//!
//! A link comes from outside and is a secret: it is refused unless every part of it is understood, and neither it nor
//! its alias is ever printed or repeated in an error. Host names are compared as they were written: whatever the URL
//! standard would silently turn into another host (encoded, full-width, IDN or number forms) is refused.

use fleet_api::personal_number;
use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::Url;

/// Longest link, bytes.
pub const MAX_LINK: usize = 2048;
/// Longest alias, bytes, decoded.
const MAX_ALIAS: usize = 250;
/// Closed services that are refused unless a rule names their host outright (`design.md` §2).
const CLOSED_SERVICES: [&str; 7] = [
    "teams.microsoft.com",
    "teams.live.com",
    "teams.cloud.microsoft",
    "zoom.us",
    "zoom.com",
    "skype.com",
    "lync.com",
];

/// A link that was understood and is allowed.
#[derive(Debug, Clone)]
pub struct MeetingLink {
    /// Who runs the meeting.
    pub service: Service,
    /// `https://HOST[:PORT]/` of the node; no path of the link is in it.
    pub node: Url,
    /// The room's alias, decoded. Empty where the service is held in the browser.
    pub alias: SecretString,
    /// The whole link, as it was written.
    pub whole: SecretString,
    /// A PIN that stood in the link.
    pub pin: Option<SecretString>,
}

/// Who runs a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Pexip Infinity, joined natively.
    Pexip,
    /// Any other, held in the locked browser.
    Browser,
}

/// Which links a tenant allows. The empty policy allows none.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    rules: Vec<HostRule>,
}

/// One allowed host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRule {
    /// Which hosts.
    pub host: HostPattern,
    /// Which ports.
    pub ports: Ports,
    /// Who runs the meetings there.
    pub service: Service,
}

/// Which hosts a rule is about. Names are in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostPattern {
    /// This host only.
    Exactly(String),
    /// Every host below this name, not the name itself.
    Below(String),
    /// Any host but those of closed services; for diagnosis by hand.
    Any,
}

/// Which ports a rule allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    /// 443 only.
    Https,
    /// 443 and these.
    Also(Vec<u16>),
    /// Any; for diagnosis by hand.
    Any,
}

/// Why a link was refused. Says what to do, never what stood in the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, thiserror::Error)]
pub enum LinkError {
    /// More than [`MAX_LINK`] bytes.
    #[error("the link is too long: copy only the link from the invitation")]
    TooLong,
    /// Not a web address.
    #[error("this is not a link: copy the whole link from the invitation")]
    NotALink,
    /// Not https.
    #[error("the link is not secure: it must begin with https://")]
    NotHttps,
    /// User name or password in front of the host.
    #[error("the link hides where it leads: ask for a new one")]
    UserInfo,
    /// The host is written so that it reads as another one.
    #[error("the link's address is written in a misleading way: ask for a new one")]
    MisleadingHost,
    /// A personal number stands in the link.
    #[error("the link contains a personal number: ask for one without it")]
    PersonalNumber,
    /// Teams, Zoom or Skype.
    #[error("this meeting service may not be used for care meetings: book the meeting in the region's own")]
    ClosedService,
    /// No rule allows the host.
    #[error("meetings at this address are not allowed on the kit: check the invitation")]
    HostNotAllowed,
    /// The rule for the host does not allow the port.
    #[error("the link leads to an unusual port: ask for a new one")]
    PortNotAllowed,
    /// Nothing in the link names a room.
    #[error("the link leads to no meeting room: copy the whole link from the invitation")]
    NoRoom,
}

impl Policy {
    /// Allows what any of the rules allows.
    #[must_use]
    pub fn new(rules: Vec<HostRule>) -> Self {
        Self { rules }
    }

    /// Any host and port, for `kit-agent join` by hand. Closed services are still refused.
    #[must_use]
    pub fn for_diagnosis() -> Self {
        Self::new(vec![HostRule {
            host: HostPattern::Any,
            ports: Ports::Any,
            service: Service::Pexip,
        }])
    }

    fn service(&self, host: &str, port: u16) -> Result<Service, LinkError> {
        let closed = is_closed_service(host);
        let named: Vec<_> = self
            .rules
            .iter()
            .filter(|rule| rule.host.matches(host, closed))
            .collect();
        if named.is_empty() {
            return Err(if closed {
                LinkError::ClosedService
            } else {
                LinkError::HostNotAllowed
            });
        }
        let allowed = named.iter().find(|rule| rule.ports.allow(port));
        allowed.map(|rule| rule.service).ok_or(LinkError::PortNotAllowed)
    }
}

impl HostPattern {
    fn matches(&self, host: &str, closed: bool) -> bool {
        match self {
            HostPattern::Exactly(name) => host == name,
            HostPattern::Below(name) => !closed && is_below(host, name),
            HostPattern::Any => !closed,
        }
    }
}

impl Ports {
    fn allow(&self, port: u16) -> bool {
        match self {
            Ports::Https => port == 443,
            Ports::Also(ports) => port == 443 || ports.contains(&port),
            Ports::Any => true,
        }
    }
}

/// Reads a link and holds it against the policy.
pub fn read(text: &str, policy: &Policy) -> Result<MeetingLink, LinkError> {
    if text.len() > MAX_LINK {
        return Err(LinkError::TooLong);
    }
    if text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || is_invisible(c))
    {
        return Err(LinkError::NotALink);
    }
    let url = Url::parse(text).map_err(|_| LinkError::NotALink)?;
    if url.scheme() != "https" {
        return Err(LinkError::NotHttps);
    }
    if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
        return Err(LinkError::UserInfo);
    }
    if personal_number::is_in(text) {
        return Err(LinkError::PersonalNumber);
    }
    let host = url.host_str().ok_or(LinkError::NotALink)?;
    if !is_written_plainly(&url, authority(text), host) {
        return Err(LinkError::MisleadingHost);
    }
    let service = policy.service(host, url.port().unwrap_or(443))?;
    let alias = match service {
        Service::Pexip => alias(&url).ok_or(LinkError::NoRoom)?,
        Service::Browser => String::new(),
    };
    let pin = query(&url, "pin").filter(|pin| pin.len() <= 32 && pin.bytes().all(|b| b.is_ascii_digit()));
    Ok(MeetingLink {
        service,
        node: node(&url),
        alias: alias.into(),
        whole: text.into(),
        pin: pin.map(Into::into),
    })
}

/// Whether this leads to a meeting of some kind, allowed or not: so that a person is told why it is not opened.
#[must_use]
pub fn looks_like_a_meeting(url: &Url) -> bool {
    url.host_str().is_some_and(is_closed_service) || alias(url).is_some()
}

fn is_closed_service(host: &str) -> bool {
    CLOSED_SERVICES
        .iter()
        .any(|closed| host == *closed || is_below(host, closed))
}

/// Whether the host in the text is, letter for letter, the host that would be contacted.
fn is_written_plainly(url: &Url, authority: &str, host: &str) -> bool {
    let written = match (url.port(), authority.strip_suffix(":443")) {
        (Some(port), _) => authority.strip_suffix(&format!(":{port}")),
        (None, Some(without_port)) => Some(without_port),
        (None, None) => Some(authority),
    };
    written.is_some_and(|written| written.eq_ignore_ascii_case(host))
        && !host.ends_with('.')
        && !host.split('.').any(|label| label.starts_with("xn--"))
}

/// What stands between `https://` and the path, as written.
fn authority(text: &str) -> &str {
    let rest = text.split_once("//").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

/// Characters that cannot be seen, with which two texts look alike.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_below(host: &str, name: &str) -> bool {
    host.strip_suffix(name)
        .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// The room: `/webapp3/m/ALIAS`, `/webapp/m/ALIAS`, `/webapp/conference/ALIAS` or `?conference=ALIAS`.
fn alias(url: &Url) -> Option<String> {
    let path: Vec<&str> = url
        .path_segments()?
        .filter(|segment| !segment.is_empty())
        .collect();
    let alias = match path.as_slice() {
        ["webapp" | "webapp2" | "webapp3", "m" | "conference", alias] => {
            percent_decode_str(alias).decode_utf8().ok()?.into_owned()
        }
        ["webapp" | "webapp2" | "webapp3", rest @ ..] if rest.len() <= 1 => query(url, "conference")?,
        _ => return None,
    };
    let usable = !alias.is_empty() && alias.len() <= MAX_ALIAS && !matches!(alias.as_str(), "." | "..");
    (usable && !alias.chars().any(|c| c.is_control() || is_invisible(c))).then_some(alias)
}

fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn node(url: &Url) -> Url {
    let mut node = url.clone();
    node.set_path("/");
    node.set_query(None);
    node.set_fragment(None);
    node
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
