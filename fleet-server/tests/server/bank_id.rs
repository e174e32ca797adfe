//! The region as relying party of BankID: who gets into a meeting by it, and who does not.

use fleet_api::{BankIdState, JoinGrant, KitId};
use fleet_server::{domain::identity::settings::IdentitySettings, store::KitKey};
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::time::timeout;

use crate::{
    bank_id_frames::{SOON, next, open},
    bank_id_site::{ANOTHER, Site, granted},
    bank_id_stand_in::{Says, StandIn, TOLVAN, authority_pair},
    common::problem,
};

#[tokio::test]
async fn the_invited_person_gets_in_once_from_this_kit() {
    let site = Site::start().await;
    let meeting = site.meeting_for(Some("19121212-1212")).await;
    let script = [
        Says::Pending("outstandingTransaction"),
        Says::Pending("userSign"),
        Says::Complete(TOLVAN),
    ];
    site.bank_id.will_say(&script);
    let mut socket = open(&site.kit, &meeting).await.unwrap();
    let (mut codes, mut scanned, mut done) = (Vec::new(), false, None);
    while let Some(frame) = next(&mut socket).await {
        match &frame.state {
            BankIdState::Waiting => {
                assert_eq!(frame.message.code.as_str(), "RFA1");
                codes.extend(frame.qr.as_ref().map(|qr| qr.expose().to_owned()));
            }
            BankIdState::Scanned => {
                assert!(frame.qr.is_none(), "nothing to scan any more");
                scanned = true;
            }
            _ => done = Some(frame.clone()),
        }
    }
    assert!(scanned, "the phone had it");
    // A code each second, each another, and none of the secret in it.
    let different: std::collections::BTreeSet<_> = codes.iter().collect();
    assert!(codes.len() >= 2 && different.len() >= 2, "{codes:?}");
    assert!(codes[0].starts_with("bankid.qr-start-token-1.0."), "{codes:?}");
    assert!(codes.iter().all(|code| !code.contains("qr-start-secret")));
    let grant = granted(&done.unwrap());
    {
        let seen = site.bank_id.seen.lock().unwrap();
        assert_eq!(
            seen.begun,
            [json!({ "endUserIp": "127.0.0.1" })],
            "no number is sent"
        );
        assert!(seen.cancelled.is_empty(), "it ended by itself");
    }

    let other = site.server.site.enrolled_kit("Kit 15").await;
    let (status, body) = site.use_grant(&other, &grant).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::CONFLICT, "grant-refused"),
        "another kit"
    );
    let (status, body) = site.use_grant(&site.kit, &grant).await;
    assert_eq!(
        (status, body),
        (StatusCode::OK, json!({ "reservation": meeting }))
    );
    let (status, body) = site.use_grant(&site.kit, &grant).await;
    assert_eq!(
        (status, problem(&body)),
        (StatusCode::CONFLICT, "grant-refused"),
        "once"
    );
    let guessed = JoinGrant::parse(&"A".repeat(43)).unwrap();
    assert_eq!(site.use_grant(&site.kit, &guessed).await.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_grant_is_worth_nothing_after_five_minutes() {
    let site = Site::start().await;
    let meeting = site.meeting_for(None).await;
    let grant = JoinGrant::parse(&"b".repeat(43)).unwrap();
    let key = KitKey {
        tenant: site.kit.enrolled.tenant,
        kit: site.kit.enrolled.kit,
    };
    let made = Timestamp::now() - jiff::SignedDuration::from_secs(301);
    site.store()
        .add_grant(key, meeting.parse().unwrap(), &grant, made)
        .await
        .unwrap();
    assert_eq!(site.use_grant(&site.kit, &grant).await.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn another_persons_bankid_and_a_replayed_order_are_refused() {
    let site = Site::start().await;
    let meeting = site.meeting_for(Some(TOLVAN)).await;
    let other = site.identify(&meeting, &[Says::Complete(ANOTHER)]).await;
    assert_eq!(other.message.code.as_str(), "KIT-PERSON");
    assert_eq!(other.state, BankIdState::Failed { try_again: true });

    let replayed = site.identify(&meeting, &[Says::Replayed(TOLVAN)]).await;
    assert_eq!(replayed.message.code.as_str(), "KIT-FAULT");
    assert_eq!(replayed.state, BankIdState::Failed { try_again: false });

    let (_, trail) = site.server.site.rest(Method::GET, "/api/v1/audit", None).await;
    let trail = trail.to_string();
    assert!(trail.contains("other_person_refused"), "{trail}");
    for absent in ["join_grant_made", ANOTHER, TOLVAN, "Tolvan"] {
        assert!(!trail.contains(absent), "{absent}: {trail}");
    }

    // Where the booking does not say who is invited, whoever identifies may join.
    let anybodys = site.meeting_for(None).await;
    assert!(matches!(
        site.identify(&anybodys, &[Says::Complete(ANOTHER)]).await.state,
        BankIdState::Done { .. }
    ));
}

#[tokio::test]
async fn a_slow_patient_gets_a_new_order_without_noticing() {
    let site = Site::start().await;
    let meeting = site.meeting_for(Some(TOLVAN)).await;
    site.bank_id
        .will_say(&[Says::Failed("startFailed"), Says::Complete(TOLVAN)]);
    let mut socket = open(&site.kit, &meeting).await.unwrap();
    let mut shown = Vec::new();
    while let Some(frame) = next(&mut socket).await {
        if frame.state == BankIdState::Waiting {
            assert_eq!(frame.message.code.as_str(), "RFA1", "no word of it");
            shown.extend(frame.qr.map(|qr| qr.expose().to_owned()));
        } else {
            assert!(matches!(frame.state, BankIdState::Done { .. }), "{frame:?}");
        }
    }
    assert!(shown.iter().any(|code| code.contains("qr-start-token-1")));
    assert!(
        shown.iter().any(|code| code.contains("qr-start-token-2")),
        "{shown:?}"
    );
}

#[tokio::test]
async fn what_bankid_refuses_is_told_in_its_words_and_our_own_faults_are_not() {
    let site = Site::start().await;
    let meeting = site.meeting_for(Some(TOLVAN)).await;
    for (says, code, try_again) in [
        (Says::Error(400, "alreadyInProgress"), "RFA4", true),
        (Says::Error(400, "invalidParameters"), "KIT-FAULT", false),
        (Says::Error(503, "Maintenance"), "RFA5", true),
    ] {
        site.bank_id.will_refuse(says);
        let frame = site.identify(&meeting, &[]).await;
        assert_eq!(frame.message.code.as_str(), code);
        assert_eq!(frame.state, BankIdState::Failed { try_again }, "{code}");
    }
    for (says, code, swedish) in [
        (Says::Failed("userCancel"), "RFA6", "Åtgärden avbruten."),
        (
            Says::Failed("cancelled"),
            "RFA3",
            "Åtgärden avbruten. Försök igen.",
        ),
        (Says::Failed("somethingNew"), "RFA22", "Okänt fel. Försök igen."),
    ] {
        let frame = site.identify(&meeting, &[says]).await;
        assert_eq!(
            (frame.message.code.as_str(), frame.message.swedish.as_str()),
            (code, swedish)
        );
    }
}

#[tokio::test]
async fn a_kit_that_leaves_cancels_and_one_that_tries_on_and_on_is_stopped() {
    let site = Site::start().await;
    let meeting = site.meeting_for(None).await;
    let mut socket = open(&site.kit, &meeting).await.unwrap();
    while next(&mut socket).await.unwrap().qr.is_none() {}
    socket.close(None).await.unwrap();
    drop(socket);
    let cancelled = || site.bank_id.seen.lock().unwrap().cancelled.clone();
    timeout(SOON, async {
        while cancelled().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the order is let go");
    assert_eq!(cancelled(), ["order-1"]);

    let mut opened = 1;
    let refused = loop {
        match open(&site.kit, &meeting).await {
            Ok(_) => opened += 1,
            Err(status) => break status,
        }
        assert!(opened <= 10, "tries are counted");
    };
    assert_eq!((refused, opened), (StatusCode::TOO_MANY_REQUESTS, 10));
}

#[tokio::test]
async fn nobody_but_bankid_is_believed_to_be_bankid() {
    let bank_id = StandIn::start().await;
    let wrong_root = authority_pair().0;
    let site = Site::trusting(bank_id, &wrong_root).await;
    let meeting = site.meeting_for(Some(TOLVAN)).await;
    let frame = site.identify(&meeting, &[Says::Complete(TOLVAN)]).await;
    assert_eq!(frame.message.code.as_str(), "RFA5");
    assert_eq!(frame.state, BankIdState::Failed { try_again: true });
    assert!(
        site.bank_id.seen.lock().unwrap().begun.is_empty(),
        "nothing was said to it"
    );
}

#[tokio::test]
async fn only_the_kits_own_meeting_can_be_identified_for_and_only_where_it_is_allowed() {
    let site = Site::start().await;
    let meeting = site.meeting_for(None).await;
    let other = site.server.site.enrolled_kit("Kit 15").await;
    assert_eq!(open(&other, &meeting).await.unwrap_err(), StatusCode::NOT_FOUND);
    let nothing = KitId::generate().to_string();
    assert_eq!(
        open(&site.kit, &nothing).await.unwrap_err(),
        StatusCode::NOT_FOUND
    );
    assert!(site.kit.sync(Vec::new()).await.desired.identification.bank_id);
    let off = IdentitySettings::default();
    let act = Timestamp::now().into();
    site.store()
        .change_identity_settings(site.kit.enrolled.tenant, &off, &act)
        .await
        .unwrap();
    assert_eq!(
        open(&site.kit, &meeting).await.unwrap_err(),
        StatusCode::NOT_FOUND
    );
    assert!(!site.kit.sync(Vec::new()).await.desired.identification.bank_id);
}

#[tokio::test]
async fn a_patients_number_is_nowhere_in_the_database() {
    let site = Site::start().await;
    let meeting = site.meeting_for(Some(TOLVAN)).await;
    site.identify(&meeting, &[Says::Complete(TOLVAN)]).await;
    let content = site.server.files();
    for secret in ["191212121212", "121212-1212", "Tolvan"] {
        let found = content
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} in the database");
    }
}
