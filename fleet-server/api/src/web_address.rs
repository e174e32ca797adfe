//! Addresses that a kit opens or shows, and the origins that it may reach from there.

use serde::{Deserialize, Serialize};
use url::{Host, Url};
use utoipa::ToSchema;

/// Longest address.
const ADDRESS_BYTES: usize = 512;

/// Why a text is no address for a kit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// More than 512 bytes.
    #[error("the address is longer than {ADDRESS_BYTES} bytes")]
    TooLong,
    /// Not an https address, or one with spaces or a user name in it.
    #[error("the address must begin with https:// and hold neither spaces nor a user name")]
    NotHttps,
    /// An origin is scheme, host and port, and nothing after them.
    #[error("an origin is https:// and a host, such as https://login.example, with nothing after it")]
    NotAnOrigin,
    /// Not a host's name in lower case.
    #[error("a host is a name such as video.example, without https:// and in lower case")]
    NotAHost,
}

fn https(text: &str) -> Result<Url, AddressError> {
    if text.len() > ADDRESS_BYTES {
        return Err(AddressError::TooLong);
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(AddressError::NotHttps);
    }
    let url = Url::parse(text).map_err(|_| AddressError::NotHttps)?;
    if url.scheme() == "https" && url.username().is_empty() && url.password().is_none() {
        Ok(url)
    } else {
        Err(AddressError::NotHttps)
    }
}

fn web_address(text: &str) -> Result<(), AddressError> {
    https(text).map(|_| ())
}

fn origin(text: &str) -> Result<(), AddressError> {
    if https(text)?.origin().ascii_serialization() == text {
        Ok(())
    } else {
        Err(AddressError::NotAnOrigin)
    }
}

fn host_name(text: &str) -> Result<(), AddressError> {
    if text.len() > 253 {
        return Err(AddressError::TooLong);
    }
    let name = text.strip_prefix("*.").unwrap_or(text);
    match Host::parse(name) {
        Ok(host) if host.to_string() == name => Ok(()),
        _ => Err(AddressError::NotAHost),
    }
}

macro_rules! checked {
    ($(#[$doc:meta])* $name:ident, $max:tt, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String, max_length = $max)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = AddressError;

            fn try_from(text: String) -> Result<Self, AddressError> {
                $check(&text)?;
                Ok(Self(text))
            }
        }

        impl std::str::FromStr for $name {
            type Err = AddressError;

            fn from_str(text: &str) -> Result<Self, AddressError> {
                text.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(address: $name) -> String {
                address.0
            }
        }
    };
}

checked!(
    /// An https address of at most 512 bytes.
    WebAddress, 512, web_address
);
checked!(
    /// What a page comes from (RFC 6454), as browsers write it: `https://login.example` or `https://login.example:8443`.
    Origin, 512, origin
);
checked!(
    /// A host's name in lower case, international names in their ASCII form (RFC 5890); `*.region.example` stands for every
    /// name below.
    HostName, 253, host_name
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_passes_and_an_origin_is_written_as_browsers_write_it() {
        assert!("https://login.example/start?a=1".parse::<WebAddress>().is_ok());
        for wrong in [
            "http://login.example/",
            "https://a@b.example/",
            "https://a b",
            "file:///x",
            "",
        ] {
            assert_eq!(
                wrong.parse::<WebAddress>(),
                Err(AddressError::NotHttps),
                "{wrong}"
            );
        }
        let long = format!("https://login.example/{}", "a".repeat(500));
        assert_eq!(long.parse::<WebAddress>(), Err(AddressError::TooLong));

        assert!("https://login.example".parse::<Origin>().is_ok());
        assert!("https://login.example:8443".parse::<Origin>().is_ok());
        for wrong in [
            "https://login.example/",
            "https://login.example:443",
            "https://LOGIN.example",
            "https://login.example/path",
        ] {
            assert_eq!(wrong.parse::<Origin>(), Err(AddressError::NotAnOrigin), "{wrong}");
        }

        assert!("video.example".parse::<HostName>().is_ok());
        assert!("*.region.example".parse::<HostName>().is_ok());
        for wrong in [
            "https://video.example",
            "Video.example",
            "video.example/",
            "",
            "a b",
        ] {
            assert_eq!(wrong.parse::<HostName>(), Err(AddressError::NotAHost), "{wrong}");
        }
    }
}
