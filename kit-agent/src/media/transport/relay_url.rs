//! TURN addresses as a meeting service writes them (RFC 7065): `turn:host[:port][?transport=udp|tcp]`, `turns:…`.
//!
//! Pure. Neighbour: `relay`.

/// How to reach a TURN server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RelayTransport {
    Udp,
    Tcp,
    Tls,
}

/// One address of a TURN server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RelayUrl {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) transport: RelayTransport,
}

impl RelayUrl {
    /// `None` for anything else, `stun:` included.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let (address, query) = rest.split_once('?').map_or((rest, None), |(a, q)| (a, Some(q)));
        let tcp = match query {
            None | Some("transport=udp") => false,
            Some("transport=tcp") => true,
            Some(_) => return None,
        };
        let (transport, default_port) = match (scheme, tcp, query.is_none()) {
            ("turn", false, _) => (RelayTransport::Udp, 3478),
            ("turn", true, _) => (RelayTransport::Tcp, 3478),
            ("turns", true, _) | ("turns", _, true) => (RelayTransport::Tls, 5349),
            _ => return None,
        };
        let (host, port) = split_port(address, default_port)?;
        (!host.is_empty() && host.len() <= 253).then(|| Self {
            host: host.to_owned(),
            port,
            transport,
        })
    }
}

fn split_port(address: &str, default: u16) -> Option<(&str, u16)> {
    if let Some(rest) = address.strip_prefix('[') {
        let (host, tail) = rest.split_once(']')?;
        return match tail.strip_prefix(':') {
            Some(port) => Some((host, port.parse().ok()?)),
            None if tail.is_empty() => Some((host, default)),
            None => None,
        };
    }
    match address.split_once(':') {
        Some((host, port)) => Some((host, port.parse().ok()?)),
        None => Some((address, default)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(String, u16, RelayTransport)> {
        RelayUrl::parse(text).map(|url| (url.host, url.port, url.transport))
    }

    #[test]
    fn the_usual_forms() {
        assert_eq!(
            parsed("turn:t.example"),
            Some(("t.example".into(), 3478, RelayTransport::Udp))
        );
        assert_eq!(
            parsed("turn:t.example:443?transport=tcp"),
            Some(("t.example".into(), 443, RelayTransport::Tcp))
        );
        assert_eq!(
            parsed("turns:t.example:443?transport=tcp"),
            Some(("t.example".into(), 443, RelayTransport::Tls))
        );
        assert_eq!(
            parsed("turn:[::1]:5000"),
            Some(("::1".into(), 5000, RelayTransport::Udp))
        );
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "stun:t.example",
            "turn:",
            "turn:a:b",
            "turns:a?transport=udp",
            "turn:a?x",
            "",
            "turn:[::1",
        ] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }
}
