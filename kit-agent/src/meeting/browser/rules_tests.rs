//! What the browser may ask for, and what ends it.

use proptest::prelude::*;

use super::*;
use crate::meeting::link::{HostPattern, HostRule, LinkError, Policy, Ports, Service};

fn meetings() -> Policy {
    Policy::new(vec![HostRule {
        host: HostPattern::Exactly("meet.region.example".into()),
        ports: Ports::Https,
        service: Service::Pexip,
    }])
}

fn allowed() -> AllowList {
    let origins: Vec<Origin> = ["https://portal.example", "https://login.example:8443"]
        .iter()
        .map(|text| text.parse().unwrap())
        .collect();
    AllowList::default().with(&origins)
}

fn portal() -> Rules {
    Rules::new(allowed(), Purpose::Portal(meetings(), Vec::new()))
}

fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Go => "go".into(),
        Verdict::Stop => "stop".into(),
        Verdict::End(Outcome::Link(link, _)) => link.expose_secret().to_owned(),
        Verdict::End(outcome) => format!("{outcome:?}"),
    }
}

#[test]
fn what_is_not_on_the_list_does_not_leave_the_tablet() {
    for (address, verdict) in [
        ("https://portal.example/tider?a=b", "go"),
        ("https://PORTAL.example:443/", "go"),
        ("https://login.example:8443/", "go"),
        ("https://login.example/", "stop"),
        ("https://portal.example:8443/", "stop"),
        ("https://portal.example.evil.example/", "stop"),
        ("https://portal.example@evil.example/", "stop"),
        ("https://user@portal.example/", "stop"),
        ("http://portal.example/", "stop"),
        ("wss://portal.example/", "stop"),
        ("file:///etc/passwd", "stop"),
        ("data:text/html,hej", "stop"),
        ("blob:https://portal.example/3fdf", "stop"),
        ("about:blank", "stop"),
        ("javascript:alert(1)", "stop"),
        ("bankid:///?autostarttoken=x", "stop"),
        ("", "stop"),
    ] {
        for place in [Place::Page, Place::Frame, Place::Part] {
            assert_eq!(
                said(&portal().judge(address, place)),
                verdict,
                "{address} {place:?}"
            );
        }
    }
}

#[test]
fn the_meetings_link_is_caught_wherever_a_page_leads_to_it() {
    let link = "https://meet.region.example/webapp3/m/sip.12?pin=4711";
    assert_eq!(said(&portal().judge(link, Place::Page)), link);
    assert_eq!(said(&portal().judge(link, Place::Frame)), link);
    assert_eq!(said(&portal().judge(link, Place::Part)), "stop");
}

#[test]
fn a_meeting_elsewhere_is_refused_in_plain_words() {
    for (link, why) in [
        (
            "https://meet.evil.example/webapp3/m/sip.12",
            LinkError::HostNotAllowed,
        ),
        (
            "https://teams.microsoft.com/l/meetup-join/19",
            LinkError::ClosedService,
        ),
        (
            "https://meet.region.example:9/webapp3/m/sip.12",
            LinkError::PortNotAllowed,
        ),
        ("http://meet.region.example/webapp3/m/sip.12", LinkError::NotHttps),
    ] {
        let verdict = said(&portal().judge(link, Place::Page));
        assert_eq!(verdict, format!("{:?}", Outcome::LinkRefused(why)), "{link}");
        assert_eq!(said(&portal().judge(link, Place::Frame)), "stop", "{link}");
    }
}

#[test]
fn a_login_for_the_meeting_looks_for_its_proof_and_for_no_link() {
    let target = ProofTarget::new(&Url::parse("https://meet.region.example").unwrap());
    let mut rules = Rules::new(allowed(), Purpose::MeetingLogin(target.clone()));
    let proof = said(&rules.judge(&target.for_node(), Place::Page));
    assert!(proof.starts_with("Proof"), "{proof}");
    assert_eq!(said(&rules.judge(&target.for_node(), Place::Part)), "stop");
    let link = "https://meet.region.example/webapp3/m/sip.12";
    assert_eq!(said(&rules.judge(link, Place::Page)), "stop");
    assert_eq!(said(&portal().judge(&target.for_node(), Place::Page)), "stop");
}

#[test]
fn names_are_found_for_the_list_alone() {
    assert_eq!(
        allowed().name_rules(),
        "MAP login.example:8443 login.example:8443,MAP portal.example:443 portal.example:443,MAP * ~NOTFOUND"
    );
    assert_eq!(AllowList::default().name_rules(), "MAP * ~NOTFOUND");
}

proptest! {
    #[test]
    fn whatever_goes_is_on_the_list(address in "(https|http|wss|file|data|blob)?:?(//)?[a-z.@:0-9/?#\\\\%]{0,60}", part in 0..3_usize) {
        let place = [Place::Page, Place::Frame, Place::Part][part];
        if let Verdict::Go = portal().judge(&address, place) {
            let origin = Url::parse(&address).unwrap().origin().ascii_serialization();
            prop_assert!(["https://portal.example", "https://login.example:8443"].contains(&origin.as_str()));
        }
    }

    #[test]
    fn a_disguise_leads_nowhere(before in "[a-z0-9.@:/-]{0,20}", after in "[a-z0-9.@:/-]{1,20}") {
        let address = format!("https://{before}portal.example{after}");
        if let Verdict::Go = portal().judge(&address, Place::Page) {
            let url = Url::parse(&address).unwrap();
            prop_assert_eq!(url.host_str(), Some("portal.example"));
        }
    }

    #[test]
    fn a_caught_link_is_one_that_may_be_joined(text in "https://meet\\.region\\.example/[ -~]{0,60}") {
        if let Verdict::End(Outcome::Link(link, _)) = portal().judge(&text, Place::Page) {
            prop_assert!(link::read(link.expose_secret(), &meetings()).is_ok());
        }
    }
}
