//! What must hold for any bytes that somebody gives as a link. Run by tests and, for longer, by `tests/fuzz`.

use fleet_api::personal_number;
use secrecy::ExposeSecret;

use super::link::{self, HostPattern, HostRule, LinkError, MAX_LINK, Policy, Ports, Service};

/// Reads the bytes as a link, as a region and in diagnosis.
pub(crate) fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let rule = |host| HostRule {
        host,
        ports: Ports::Https,
        service: Service::Pexip,
    };
    let region = Policy::new(vec![
        rule(HostPattern::Exactly("meet.region.example".into())),
        rule(HostPattern::Below("video.example".into())),
    ]);
    match link::read(&text, &region) {
        Ok(link) => {
            let host = link.node.host_str().unwrap_or_default();
            assert!(
                host == "meet.region.example" || host.ends_with(".video.example"),
                "led astray"
            );
            assert!(link.node.scheme() == "https" && link.node.port().is_none());
            assert!(
                link.node.path() == "/" && link.node.query().is_none() && link.node.username().is_empty()
            );
            assert!(!personal_number::is_in(&text));
            assert!(!link.alias.expose_secret().is_empty());
            assert!(link::read(&text, &Policy::for_diagnosis()).is_ok());
        }
        Err(LinkError::TooLong) => assert!(text.len() > MAX_LINK),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    assert!(
        link::read(&text, &Policy::default()).is_err(),
        "the empty policy allowed something"
    );
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[test]
    fn the_corpus_does_no_harm() {
        let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fuzz/corpus/link");
        let mut seen = 0;
        for file in std::fs::read_dir(corpus).unwrap() {
            super::check(&std::fs::read(file.unwrap().path()).unwrap());
            seen += 1;
        }
        assert!(seen > 10, "the corpus is missing");
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            super::check(&bytes);
            super::check(&[b"https://meet.region.example/webapp3/m/", bytes.as_slice()].concat());
        }
    }
}
