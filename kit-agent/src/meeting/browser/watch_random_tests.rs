//! Notices at random and in garbage: whatever the browser says, nothing is let through that should not be.

use proptest::prelude::*;

use super::*;

fn notice() -> impl Strategy<Value = Notice> {
    let id = || prop::sample::select(vec!["P", "Q", "S", "T"]).prop_map(str::to_owned);
    let address = || {
        prop::sample::select(vec![
            PORTAL,
            "https://portal.example/a",
            "https://evil.example/",
            "blob:https://portal.example/1",
            "about:blank",
            "",
        ])
        .prop_map(str::to_owned)
    };
    let kind = prop::sample::select(vec![Kind::Page, Kind::Frame, Kind::Worker, Kind::Other]);
    let trouble = prop::sample::select(vec![
        None,
        None,
        None,
        Some(Trouble::Aborted),
        Some(Trouble::Refused),
    ]);
    prop_oneof![
        6 => (1..20_u64, trouble).prop_map(|(id, trouble)| Notice::Answer { id, trouble }),
        4 => (address(), any::<bool>(), id()).prop_map(|(address, document, frame)| Notice::Asked {
            request: "R".into(), address, document, frame
        }),
        2 => (id(), id(), kind, any::<bool>()).prop_map(|(session, target, kind, waits)| Notice::Attached {
            session, target, kind, waits
        }),
        2 => (id(), address()).prop_map(|(frame, address)| Notice::Shown { frame, address, unreachable: false }),
        1 => address().prop_map(|address| Notice::NewWindow { address }),
        1 => id().prop_map(|target| Notice::Gone { target }),
    ]
}

proptest! {
    #[test]
    fn in_any_order_only_the_list_goes_and_only_after_the_locks(notices in prop::collection::vec(notice(), 0..60)) {
        let (mut watch, first) = begin();
        let mut locks: Vec<u64> = first.iter().filter_map(|deed| match deed {
            Deed::Send(command) => Some(command.id),
            _ => None,
        }).collect();
        let mut over = false;
        for notice in notices {
            if let Notice::Answer { id, trouble: None } = notice {
                locks.retain(|lock| *lock != id);
            }
            let address = match &notice {
                Notice::Asked { address, .. } => Some(address.clone()),
                _ => None,
            };
            let deeds = watch.see(notice);
            prop_assert!(!over || deeds.is_empty(), "something after the end");
            for deed in &deeds {
                match deed {
                    Deed::Send(command) if command.method == "Fetch.continueRequest" => {
                        prop_assert!(locks.is_empty(), "before the locks");
                        prop_assert!(address.as_deref().is_some_and(|address| address.starts_with(PORTAL)));
                    }
                    Deed::Send(command) if command.method == "Page.navigate" => prop_assert!(locks.is_empty()),
                    Deed::End(_) => over = true,
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn garbage_lets_nothing_through(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0..200_usize) {
        let mut watch = showing();
        let real = br#"{"method":"Fetch.requestPaused","params":{"requestId":"R","request":{"url":"https://evil.example/"},"resourceType":"Document","frameId":"P"}}"#;
        let broken = [&real[..cut.min(real.len())], &bytes].concat();
        for message in [&bytes[..], &broken] {
            for deed in devtools::read(message).ok().flatten().map(|notice| watch.see(notice)).unwrap_or_default() {
                if let Deed::Send(command) = deed {
                    prop_assert_ne!(command.method, "Fetch.continueRequest");
                }
            }
        }
    }
}

#[test]
fn odd_messages_of_the_protocol_do_no_harm() {
    for message in [
        r#"{"id":-1}"#,
        r#"{"id":1.5,"result":{}}"#,
        r#"{"method":"Fetch.requestPaused"}"#,
        r#"{"method":"Fetch.requestPaused","params":[]}"#,
        r#"{"method":"Fetch.requestPaused","params":{"requestId":7}}"#,
        r#"{"method":"Target.attachedToTarget","params":{"targetInfo":null}}"#,
        r#"{"method":"Page.frameNavigated","params":"x"}"#,
        r#"{"method":{"a":1}}"#,
        "[]",
        "null",
        "{",
    ] {
        let mut watch = showing();
        if let Ok(Some(notice)) = devtools::read(message.as_bytes()) {
            assert!(watch.see(notice).is_empty(), "{message}");
        }
    }
}
