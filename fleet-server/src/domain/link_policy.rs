//! Which meeting links a tenant allows.
//!
//! The tenant names the hosts of its meeting services; a link to any other host is refused, and so is one that names somebody
//! (`link_person`). An empty list allows nothing.

use fleet_api::MeetingLink;
use serde::{Deserialize, Serialize};

use super::{
    link_person::{has_personal_number, names_somebody},
    refusal::Refusal,
};

/// Most rules that a tenant may have: a kit is told no more.
pub const MAX_RULES: usize = fleet_api::limits::MEETING_HOSTS;

/// Why a link was refused. The link is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// Not on the tenant's list.
    #[error(
        "the link leads to a host that your organisation does not use for meetings; check the invitation"
    )]
    HostNotAllowed,
    /// A personal number in the link would reach logs of every server on its way.
    #[error("the link contains a personal number; ask whoever booked the room for a link without it")]
    PersonalNumber,
    /// And so would a name or an address.
    #[error(
        "the link names somebody; ask whoever booked the room for a link without a name or an e-mail address"
    )]
    Person,
}

impl Refusal for LinkRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::HostNotAllowed => "link_host",
            Self::PersonalNumber => "link_personal_number",
            Self::Person => "link_person",
        }
    }
}

/// Why a tenant's rules were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RulesRefusal {
    /// Kits would not learn of the last ones.
    #[error("at most {MAX_RULES} meeting services can be allowed")]
    TooMany,
    /// Kits follow no rule for any port.
    #[error("name the port of a meeting service, as in video.example:8443; without one it is 443")]
    AnyPort,
}

impl Refusal for RulesRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::TooMany => "meeting_services_too_many",
            Self::AnyPort => "meeting_services_port",
        }
    }
}

/// Whether kits can follow the rules that somebody wants.
pub fn check_rules(rules: &[HostRule]) -> Result<(), RulesRefusal> {
    if rules.len() > MAX_RULES {
        Err(RulesRefusal::TooMany)
    } else if rules.iter().any(|rule| rule.port == PortRule::Any) {
        Err(RulesRefusal::AnyPort)
    } else {
        Ok(())
    }
}

/// One rule: `video.example`, `*.video.example` (subdomains only), `video.example:8443` or `video.example:*`.
///
/// Without a port only 443 is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostRule {
    host: String,
    subdomains: bool,
    port: PortRule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PortRule {
    Only(u16),
    Any,
}

/// The text is not a host rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a host; write for example video.example, *.video.example or video.example:8443")]
pub struct HostRuleError;

/// Checks a link against the tenant's rules.
pub fn check_link(link: &MeetingLink, rules: &[HostRule]) -> Result<(), LinkRefusal> {
    if has_personal_number(link) {
        return Err(LinkRefusal::PersonalNumber);
    }
    if names_somebody(link) {
        return Err(LinkRefusal::Person);
    }
    let (host, port) = (link.host(), link.port());
    if rules.iter().any(|rule| rule.allows(&host, port)) {
        Ok(())
    } else {
        Err(LinkRefusal::HostNotAllowed)
    }
}

impl HostRule {
    /// The host as it is written in a rule, and its port. None = the rule allows any port.
    #[must_use]
    pub fn named_port(&self) -> Option<(String, u16)> {
        let star = if self.subdomains { "*." } else { "" };
        match self.port {
            PortRule::Only(port) => Some((format!("{star}{}", self.host), port)),
            PortRule::Any => None,
        }
    }

    fn allows(&self, host: &str, port: u16) -> bool {
        let host_fits = if self.subdomains {
            host.strip_suffix(&self.host)
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        } else {
            host == self.host
        };
        host_fits && (self.port == PortRule::Any || self.port == PortRule::Only(port))
    }
}

impl TryFrom<String> for HostRule {
    type Error = HostRuleError;

    fn try_from(text: String) -> Result<Self, HostRuleError> {
        text.parse()
    }
}

impl std::str::FromStr for HostRule {
    type Err = HostRuleError;

    fn from_str(text: &str) -> Result<Self, HostRuleError> {
        let (name, port) = split_port(text)?;
        let (subdomains, name) = match name.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, name),
        };
        // The same parser as for links, so that both spell a host alike. It rejects what is not a host.
        let link = MeetingLink::parse(&format!("https://{name}/")).map_err(|_| HostRuleError)?;
        let plain = !name.contains(['/', '?', '#', '@', '*', '\\']);
        if plain {
            Ok(Self {
                host: link.host(),
                subdomains,
                port,
            })
        } else {
            Err(HostRuleError)
        }
    }
}

fn split_port(text: &str) -> Result<(&str, PortRule), HostRuleError> {
    match text.rsplit_once(':') {
        // A colon inside brackets belongs to an IPv6 address.
        Some((_, after)) if after.ends_with(']') => Ok((text, PortRule::Only(443))),
        Some((name, "*")) => Ok((name, PortRule::Any)),
        Some((name, port)) => Ok((name, PortRule::Only(port.parse().map_err(|_| HostRuleError)?))),
        None => Ok((text, PortRule::Only(443))),
    }
}

impl From<HostRule> for String {
    fn from(rule: HostRule) -> String {
        rule.to_string()
    }
}

impl std::fmt::Display for HostRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let star = if self.subdomains { "*." } else { "" };
        let (open, close) = if self.host.contains(':') {
            ("[", "]")
        } else {
            ("", "")
        };
        write!(f, "{star}{open}{}{close}", self.host)?;
        match self.port {
            PortRule::Only(443) => Ok(()),
            PortRule::Only(port) => write!(f, ":{port}"),
            PortRule::Any => f.write_str(":*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(link: &str, rules: &[&str]) -> Result<(), LinkRefusal> {
        let rules: Vec<HostRule> = rules.iter().map(|rule| rule.parse().unwrap()).collect();
        check_link(&MeetingLink::parse(link).unwrap(), &rules)
    }

    #[test]
    fn only_listed_hosts_and_ports_pass() {
        let rules = ["video.example", "*.region.example", "127.0.0.1:*", "[::1]:8443"];
        for link in [
            "https://video.example/webapp3/m/room",
            "https://VIDEO.example:443/m/room",
            "https://a.region.example/m/room",
            "https://a.b.region.example/m/room",
            "https://127.0.0.1:4711/m/room",
            "https://[::1]:8443/m/room",
        ] {
            assert_eq!(checked(link, &rules), Ok(()), "{link}");
        }
        for link in [
            "https://video.example:8443/m/room",
            "https://video.example.evil.example/m/room",
            "https://evil-region.example/m/room",
            "https://region.example/m/room",
            "https://.region.example/m/room",
            "https://evil.example/video.example",
            "https://evil.example/?host=video.example",
            "https://video.example./m/room",
            "https://127.0.0.2/m/room",
        ] {
            assert_eq!(checked(link, &rules), Err(LinkRefusal::HostNotAllowed), "{link}");
        }
        assert_eq!(
            checked("https://video.example/", &[]),
            Err(LinkRefusal::HostNotAllowed)
        );
    }

    #[test]
    fn a_personal_number_is_refused_on_an_allowed_host_too() {
        let link = "https://video.example/m/19121212-1212";
        assert_eq!(
            checked(link, &["video.example"]),
            Err(LinkRefusal::PersonalNumber)
        );
    }

    #[test]
    fn rules_are_read_strictly_and_written_as_they_were_read() {
        for text in [
            "video.example",
            "*.video.example",
            "video.example:8443",
            "video.example:*",
            "[::1]:8443",
        ] {
            assert_eq!(
                text.parse::<HostRule>().map(|rule| rule.to_string()).as_deref(),
                Ok(text)
            );
        }
        for text in [
            "",
            "*",
            "https://video.example",
            "video.example/room",
            "video.example:99999",
            "a@b",
            "*.*.b",
        ] {
            assert_eq!(text.parse::<HostRule>(), Err(HostRuleError), "{text}");
        }
    }
}
