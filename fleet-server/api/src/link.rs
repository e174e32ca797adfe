//! A meeting link: the one secret that the fleet carries.
//!
//! Whoever has it can enter the meeting, so it is never printed, and its memory is overwritten when it is dropped. This
//! type checks only what holds for every tenant; which hosts are allowed and that no personal number is in the link
//! is decided by the server's `domain`.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use url::{Host, Url};
use utoipa::ToSchema;

use crate::limits::LINK_BYTES;

/// Why a text is not a meeting link. The text is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// More than [`LINK_BYTES`].
    #[error("the link is longer than {LINK_BYTES} bytes")]
    TooLong,
    /// Not a URL, or one with spaces or control characters in it.
    #[error("the link cannot be read; copy the whole link from the invitation")]
    Unreadable,
    /// Another scheme than https.
    #[error("the link must begin with https://")]
    NotHttps,
    /// `https://user:password@host/`: hides the true host from a reader.
    #[error("the link must not contain a user name or password")]
    UserInfo,
}

/// An https link to a meeting room. Compared and cloned freely, printed never.
#[derive(Clone, ToSchema)]
#[schema(value_type = String, format = Uri, max_length = 2048)]
pub struct MeetingLink(SecretString);

impl MeetingLink {
    /// Checks scheme, size and shape. The link is kept letter by letter as given.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        if text.len() > LINK_BYTES {
            return Err(LinkError::TooLong);
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(LinkError::Unreadable);
        }
        let url = Url::parse(text).map_err(|_| LinkError::Unreadable)?;
        if url.scheme() != "https" {
            return Err(LinkError::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(LinkError::UserInfo);
        }
        Ok(Self(text.to_owned().into()))
    }

    /// The host in lower case, international names in their ASCII form (RFC 5890).
    #[must_use]
    pub fn host(&self) -> String {
        match self.url().host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => unreachable!("an https URL has a host"),
        }
    }

    /// The port, 443 where the link names none.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.url()
            .port_or_known_default()
            .expect("https has a known port")
    }

    /// The link itself. Only for joining the meeting, checking and sealing the link.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    fn url(&self) -> Url {
        Url::parse(self.expose()).expect("parsed when the link was made")
    }
}

impl std::fmt::Debug for MeetingLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MeetingLink(secret)")
    }
}

impl PartialEq for MeetingLink {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for MeetingLink {}

impl Serialize for MeetingLink {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for MeetingLink {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // A failed parse names the rule, never the text: serde's own messages would repeat the value.
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_links_pass() {
        let cases = [
            ("https://video.example/webapp3/m/room", Ok(())),
            ("https://video.example:8443/webapp3/m/room?pin=1", Ok(())),
            ("http://video.example/webapp3/m/room", Err(LinkError::NotHttps)),
            ("javascript:alert(1)", Err(LinkError::NotHttps)),
            ("https://video.example@evil.example/", Err(LinkError::UserInfo)),
            ("https://:word@evil.example/", Err(LinkError::UserInfo)),
            ("https://", Err(LinkError::Unreadable)),
            ("https://video.example/a b", Err(LinkError::Unreadable)),
            ("https://video.example/\n", Err(LinkError::Unreadable)),
            ("", Err(LinkError::Unreadable)),
        ];
        for (text, expected) in cases {
            assert_eq!(MeetingLink::parse(text).map(|_| ()), expected, "{text}");
        }
        let long = format!("https://video.example/{}", "a".repeat(LINK_BYTES));
        assert_eq!(MeetingLink::parse(&long), Err(LinkError::TooLong));
    }

    #[test]
    fn the_host_is_the_one_that_would_be_connected_to() {
        let link = MeetingLink::parse("https://VIDEO.Example:8443/m/room").unwrap();
        assert_eq!((link.host().as_str(), link.port()), ("video.example", 8443));
        let link = MeetingLink::parse("https://[::1]/m/room").unwrap();
        assert_eq!((link.host().as_str(), link.port()), ("::1", 443));
    }

    #[test]
    fn neither_debug_nor_an_error_prints_the_link() {
        let link = MeetingLink::parse("https://video.example/webapp3/m/sesame").unwrap();
        assert!(!format!("{link:?}").contains("sesame"));
        let error = serde_json::from_str::<MeetingLink>("\"http://video.example/sesame\"").unwrap_err();
        assert!(!error.to_string().contains("sesame"), "{error}");
    }
}
