//! Links that strangers may give the kit.

use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::*;

fn region() -> Policy {
    let rule = |host, ports| HostRule {
        host,
        ports,
        service: Service::Pexip,
    };
    Policy::new(vec![
        rule(
            HostPattern::Exactly("meet.region.example".into()),
            Ports::Also(vec![8443]),
        ),
        rule(HostPattern::Below("video.example".into()), Ports::Https),
    ])
}

fn room(link: &str) -> Result<(String, String), LinkError> {
    let link = read(link, &region())?;
    Ok((link.node.to_string(), link.alias.expose_secret().to_owned()))
}

#[test]
fn every_form_of_a_link_leads_to_its_room() {
    let node = "https://meet.region.example/";
    for (link, node, alias) in [
        ("https://meet.region.example/webapp3/m/sip.12", node, "sip.12"),
        ("https://MEET.region.example/webapp/m/sip.12/", node, "sip.12"),
        (
            "https://meet.region.example:443/webapp/conference/a%40b",
            node,
            "a@b",
        ),
        (
            "https://meet.region.example/webapp/?conference=v%C3%A5rd&name=x",
            node,
            "vård",
        ),
        (
            "https://meet.region.example:8443/webapp3/m/r",
            "https://meet.region.example:8443/",
            "r",
        ),
        (
            "https://a.video.example/webapp3/?conference=r",
            "https://a.video.example/",
            "r",
        ),
    ] {
        assert_eq!(room(link), Ok((node.into(), alias.into())), "{link}");
    }
}

#[test]
fn a_pin_in_the_link_is_kept() {
    let link = read("https://meet.region.example/webapp3/m/r?pin=1234", &region()).unwrap();
    assert_eq!(link.pin.unwrap().expose_secret(), "1234");
}

#[test]
fn links_that_must_not_be_followed_are_refused() {
    use LinkError::{
        ClosedService, HostNotAllowed, MisleadingHost, NoRoom, NotALink, NotHttps, PersonalNumber,
        PortNotAllowed, UserInfo,
    };
    for (link, error) in [
        ("", NotALink),
        ("meet.region.example/webapp3/m/r", NotALink),
        ("http://meet.region.example/webapp3/m/r", NotHttps),
        ("javascript:alert(1)", NotHttps),
        ("https://meet.region.example@evil.example/webapp3/m/r", UserInfo),
        ("https://@meet.region.example/webapp3/m/r", UserInfo),
        ("https://meet.region.example/webapp3/m/r\u{0}", NotALink),
        ("https://meet.region.example/webapp3/\nm/r", NotALink),
        ("https://meet.region\u{200b}.example/webapp3/m/r", NotALink),
        ("https://ｍeet.region.example/webapp3/m/r", MisleadingHost),
        ("https://meet%2Eregion.example/webapp3/m/r", MisleadingHost),
        ("https://meet.region.example./webapp3/m/r", MisleadingHost),
        ("https://xn--mt-bjaa.video.example/webapp3/m/r", MisleadingHost),
        ("https://möte.video.example/webapp3/m/r", MisleadingHost),
        ("https:\\\\meet.region.example/webapp3/m/r", MisleadingHost),
        ("https:meet.region.example/webapp3/m/r", MisleadingHost),
        ("https://2130706433/webapp3/m/r", MisleadingHost),
        ("https://evil.example/webapp3/m/r", HostNotAllowed),
        (
            "https://meet.region.example.evil.example/webapp3/m/r",
            HostNotAllowed,
        ),
        ("https://video.example/webapp3/m/r", HostNotAllowed),
        ("https://evilvideo.example/webapp3/m/r", HostNotAllowed),
        ("https://127.0.0.1/webapp3/m/r", HostNotAllowed),
        ("https://teams.microsoft.com/l/meetup-join/x", ClosedService),
        ("https://us02web.zoom.us/j/123", ClosedService),
        ("https://join.skype.com/x", ClosedService),
        ("https://meet.region.example:8444/webapp3/m/r", PortNotAllowed),
        ("https://a.video.example:8443/webapp3/m/r", PortNotAllowed),
        (
            "https://meet.region.example/webapp3/m/19121212-1212",
            PersonalNumber,
        ),
        (
            "https://meet.region.example/webapp3/m/r?name=19121212%2D1212",
            PersonalNumber,
        ),
        ("https://meet.region.example/", NoRoom),
        ("https://meet.region.example/webapp3/m/", NoRoom),
        ("https://meet.region.example/webapp3/m/a%0Ab", NoRoom),
        ("https://meet.region.example/webapp3/m/a/b", NoRoom),
        ("https://meet.region.example/api/admin?conference=r", NoRoom),
    ] {
        assert_eq!(room(link), Err(error), "{link}");
    }
    let long = format!("https://meet.region.example/webapp3/m/{}", "a".repeat(MAX_LINK));
    assert_eq!(room(&long), Err(LinkError::TooLong));
}

#[test]
fn closed_services_are_refused_even_in_diagnosis_unless_named() {
    let link = "https://video.zoom.us/webapp3/m/r";
    assert_eq!(
        read(link, &Policy::for_diagnosis()).unwrap_err(),
        LinkError::ClosedService
    );
    let named = HostRule {
        host: HostPattern::Exactly("video.zoom.us".into()),
        ports: Ports::Https,
        service: Service::Pexip,
    };
    assert!(read(link, &Policy::new(vec![named])).is_ok());
    assert!(read("https://127.0.0.1:8443/webapp3/m/r", &Policy::for_diagnosis()).is_ok());
}

#[test]
fn a_link_does_not_print_its_secrets() {
    let link = read("https://meet.region.example/webapp3/m/sesame?pin=4711", &region()).unwrap();
    let printed = format!("{link:?}");
    assert!(
        !printed.contains("sesame") && !printed.contains("4711"),
        "{printed}"
    );
}

proptest! {
    /// Whatever is allowed leads, by https, to a host that a rule names, and to exactly one room.
    #[test]
    fn nothing_leads_astray(text in "(https?://)?[a-z@:.%\\\\/?#=\u{e5}0-9-]{0,80}|\\PC{0,60}") {
        if let Ok(link) = read(&text, &region()) {
            let host = link.node.host_str().unwrap();
            prop_assert!(host == "meet.region.example" || host.ends_with(".video.example"));
            prop_assert!(link.node.scheme() == "https" && link.node.path() == "/");
            prop_assert!(!link.alias.expose_secret().is_empty());
        }
    }

    /// The same for texts that are nearly a good link.
    #[test]
    fn nothing_near_a_good_link_leads_astray(
        before in "[a-z@:.%/\\\\]{0,6}", between in "[a-z@:.%/?#\\\\]{0,6}", after in "\\PC{0,20}",
    ) {
        let text = format!("https://{before}meet.region.example{between}/webapp3/m/{after}");
        if let Ok(link) = read(&text, &region()) {
            prop_assert_eq!(link.node.host_str(), Some("meet.region.example"));
        }
    }
}
