//! Addresses that webhooks may go to: neither loopback nor link-local ones (a cloud's metadata service is one). Whoever may name
//! a receiver could otherwise make the server speak to what trusts everybody who is so near.
//!
//! The rule holds for the address that is dialled, so a name that means another address later does not get past it. A region's
//! own networks (RFC 1918) are allowed: its systems are there.

use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Looks names up, and knows only addresses that are elsewhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct ElsewhereOnly;

impl Resolve for ElsewhereOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let elsewhere: Vec<SocketAddr> = found.filter(|found| is_elsewhere(found.ip())).collect();
            let addresses: Addrs = Box::new(elsewhere.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether `address` is one machine's that a router can lead to (RFC 6890), also where it is an IPv4 address written as IPv6.
pub(super) fn is_elsewhere(address: IpAddr) -> bool {
    let address = address.to_canonical();
    let on_this_link = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast() || v4.octets()[0] == 0,
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !(on_this_link || address.is_loopback() || address.is_unspecified() || address.is_multicast())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_and_link_local_are_not_elsewhere() {
        for here in [
            "127.0.0.1",
            "127.8.9.1",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
        ] {
            assert!(!is_elsewhere(here.parse().unwrap()), "{here}");
        }
        for elsewhere in [
            "10.1.2.3",
            "192.168.1.9",
            "198.51.100.7",
            "2001:db8::7",
            "::ffff:10.1.2.3",
        ] {
            assert!(is_elsewhere(elsewhere.parse().unwrap()), "{elsewhere}");
        }
    }

    #[tokio::test]
    async fn a_name_of_this_machine_leads_nowhere() {
        let found = ElsewhereOnly.resolve("localhost".parse().unwrap()).await.unwrap();
        assert_eq!(found.count(), 0);
    }
}
