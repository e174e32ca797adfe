//! The browser as told by its notices, in order.

#[path = "watch_random_tests.rs"]
mod random;

use super::*;
use crate::meeting::Policy;
use crate::meeting::browser::{AllowList, Landmark, devtools};
use crate::meeting::link::{HostPattern, HostRule, Ports, Service};

const PORTAL: &str = "https://portal.example/";
const LINK: &str = "https://meet.region.example/webapp3/m/sip.12";

fn begin() -> (Watch, Vec<Deed>) {
    let purpose = Purpose::Portal(
        Policy::new(vec![HostRule {
            host: HostPattern::Exactly("meet.region.example".into()),
            ports: Ports::Https,
            service: Service::Pexip,
        }]),
        ["https://portal.example/freja", "https://portal.example/"]
            .map(|page| Landmark::new(&page.parse().unwrap()))
            .to_vec(),
    );
    let allowed =
        AllowList::default().with(&["https://portal.example".parse::<fleet_api::Origin>().unwrap()]);
    Watch::begin(
        Rules::new(allowed, purpose.clone()),
        &purpose,
        PORTAL.to_owned().into(),
    )
}

fn methods(deeds: &[Deed]) -> Vec<&'static str> {
    let sent = deeds.iter().filter_map(|deed| match deed {
        Deed::Send(command) => Some(command.method),
        _ => None,
    });
    sent.collect()
}

fn page() -> Notice {
    Notice::Attached {
        session: "S".into(),
        target: "P".into(),
        kind: Kind::Page,
        waits: false,
    }
}

fn asked(address: &str, document: bool, frame: &str) -> Notice {
    Notice::Asked {
        request: "R".into(),
        address: address.into(),
        document,
        frame: frame.into(),
    }
}

fn stands(address: &str) -> Notice {
    Notice::Shown {
        frame: "P".into(),
        address: address.into(),
        unreachable: false,
    }
}

/// Answers every command, until nothing more is asked; all commands that were given.
fn agree(watch: &mut Watch, deeds: Vec<Deed>) -> Vec<&'static str> {
    let mut all = methods(&deeds);
    let mut next = deeds;
    while !next.is_empty() {
        let mut following = Vec::new();
        for deed in &next {
            if let Deed::Send(command) = deed {
                following.extend(watch.see(Notice::Answer {
                    id: command.id,
                    trouble: None,
                }));
            }
        }
        all.extend(methods(&following));
        next = following;
    }
    all
}

fn showing() -> Watch {
    let (mut watch, mut deeds) = begin();
    deeds.extend(watch.see(page()));
    agree(&mut watch, deeds);
    let deeds = watch.see(stands(PORTAL));
    assert!(matches!(deeds[..], [Deed::TellShown]), "{deeds:?}");
    watch
}

#[test]
fn the_page_of_an_e_id_is_remembered_until_the_link_the_longest_of_several_and_a_part_of_a_page_is_none() {
    let at = "https://portal.example/freja/qr";
    for (document, passed) in [(true, Some(0)), (false, None)] {
        let mut watch = showing();
        watch.see(asked(at, document, "P"));
        let deeds = watch.see(asked(LINK, true, "P"));
        assert!(
            matches!(deeds.last(), Some(Deed::End(Outcome::Link(_, by))) if *by == passed),
            "{deeds:?}"
        );
    }
}

#[test]
fn nothing_is_loaded_before_every_lock_is_confirmed() {
    let (mut watch, mut deeds) = begin();
    deeds.extend(watch.see(page()));
    assert!(!methods(&deeds).contains(&"Page.navigate"));
    let locks = deeds.len();
    for (number, deed) in deeds.iter().enumerate() {
        let Deed::Send(command) = deed else { continue };
        let following = watch.see(Notice::Answer {
            id: command.id,
            trouble: None,
        });
        let last = number + 1 == locks;
        assert_eq!(
            methods(&following).contains(&"Page.navigate"),
            last,
            "after {command:?}"
        );
    }
}

#[test]
fn a_lock_that_cannot_be_set_ends_it() {
    let (mut watch, deeds) = begin();
    for deed in &deeds {
        let Deed::Send(command) = deed else { continue };
        let (mut watch, _) = begin();
        let trouble = Some(Trouble::Refused);
        let end = watch.see(Notice::Answer {
            id: command.id,
            trouble,
        });
        assert!(
            matches!(end[..], [Deed::End(Outcome::NotLocked)]),
            "{command:?}: {end:?}"
        );
    }
    assert!(watch.see(asked(PORTAL, true, "P")).len() == 1);
}

#[test]
fn a_request_goes_or_is_stopped() {
    let mut watch = showing();
    let go = watch.see(asked("https://portal.example/a", true, "P"));
    assert_eq!(methods(&go), ["Fetch.continueRequest"]);
    let page = watch.see(asked("https://evil.example/", true, "P"));
    assert!(matches!(page[..], [Deed::Send(_), Deed::TellRefused]), "{page:?}");
    let part = watch.see(asked("https://evil.example/", false, "P"));
    assert_eq!((methods(&part), part.len()), (vec!["Fetch.failRequest"], 1));
}

#[test]
fn the_link_is_caught_and_nothing_goes_after_it() {
    for notice in [
        asked(LINK, true, "P"),
        asked(LINK, true, "another frame"),
        Notice::NewWindow { address: LINK.into() },
    ] {
        let mut watch = showing();
        let deeds = watch.see(notice);
        assert!(
            matches!(deeds.last(), Some(Deed::End(Outcome::Link(link, None))) if link.expose_secret() == LINK),
            "{deeds:?}"
        );
        assert!(!methods(&deeds).contains(&"Fetch.continueRequest"));
        assert!(watch.see(asked(PORTAL, true, "P")).is_empty());
    }
}

#[test]
fn there_is_one_window() {
    let mut watch = showing();
    let deeds = watch.see(Notice::Attached {
        session: "T".into(),
        target: "Q".into(),
        kind: Kind::Page,
        waits: true,
    });
    assert_eq!(methods(&deeds), ["Target.closeTarget"]);
    let wanted = watch.see(Notice::NewWindow {
        address: "https://portal.example/b".into(),
    });
    assert_eq!(methods(&wanted), ["Page.navigate"]);
}

#[test]
fn what_is_no_page_of_the_list_does_not_stay() {
    let mut watch = showing();
    for address in [
        "blob:https://portal.example/1",
        "data:text/html,x",
        "file:///etc/passwd",
    ] {
        let deeds = watch.see(stands(address));
        assert!(
            matches!(deeds[..], [Deed::TellRefused, Deed::Send(_)]),
            "{address}: {deeds:?}"
        );
        assert_eq!(methods(&deeds), ["Page.navigate"]);
    }
    let deeds = watch.see(stands("about:blank"));
    assert!(matches!(deeds[..], [Deed::End(Outcome::Misled)]), "{deeds:?}");
}

#[test]
fn a_page_that_cannot_be_reached_or_dies_is_told_plainly() {
    let unreachable = Notice::Shown {
        frame: "P".into(),
        address: PORTAL.into(),
        unreachable: true,
    };
    let crashed = Notice::Crashed { target: "P".into() };
    let gone = Notice::Gone { target: "P".into() };
    for (notice, outcome) in [
        (unreachable, "Unreachable"),
        (crashed, "Crashed"),
        (gone, "Crashed"),
    ] {
        let deeds = showing().see(notice);
        assert!(
            matches!(&deeds[..], [Deed::End(end)] if format!("{end:?}") == outcome),
            "{deeds:?}"
        );
    }
}

#[test]
fn nothing_secret_is_printed() {
    let mut watch = showing();
    let deeds = watch.see(asked("https://portal.example/?code=s3cret", true, "P"));
    assert!(!format!("{deeds:?}").contains("s3cret"));
    let deeds = watch.see(Notice::NewWindow { address: LINK.into() });
    assert!(!format!("{deeds:?}").contains("sip.12"), "{deeds:?}");
}
