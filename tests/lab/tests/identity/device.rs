//! The device authorization grant: a kit waits, a care worker's phone answers.

use std::time::Duration;

use lab::jose::{Signing, verified};
use lab::openid::OpenIdSettings;
use lab::phone::Act;
use serde_json::json;

use crate::support::{Lab, STAFF};

#[tokio::test]
async fn a_kit_is_checked_out_by_a_phone_that_reads_its_code() {
    let lab = Lab::start().await;
    lab.provider.control().set_settings(OpenIdSettings {
        device_interval_s: 1,
        ..OpenIdSettings::default()
    });
    let key = lab.register(STAFF, Signing::ES256, true);
    let begun = lab.device(&key).await;
    let ask = async || {
        lab.device_token(&key, begun["device_code"].as_str().unwrap())
            .await
    };
    assert_eq!(ask().await["error"], "authorization_pending");
    assert_eq!(ask().await["error"], "slow_down");
    let address = begun["verification_uri_complete"].as_str().unwrap();
    lab.phone("hanna")
        .await
        .app()
        .follow(address, Act::Identify)
        .await
        .unwrap();
    lab.provider.control().advance(Duration::from_secs(7));
    let tokens = ask().await;
    let claims = verified(tokens["id_token"].as_str().unwrap(), &lab.keys().await).unwrap();
    assert_eq!(claims["sub"], "SE0000000000-0001");
    assert_eq!(claims["roles"], json!(["fleet-care_worker"]));
    assert_eq!(claims["name"], "Hanna Sjödin");
    lab.provider.control().advance(Duration::from_secs(7));
    assert_eq!(ask().await["error"], "invalid_grant");
}

#[tokio::test]
async fn a_kit_gets_nothing_from_who_refuses_is_no_staff_or_comes_too_late() {
    let lab = Lab::start().await;
    let key = lab.register(STAFF, Signing::ES256, true);
    for (person, act) in [("hanna", Act::Cancel), ("elsa", Act::Identify)] {
        let begun = lab.device(&key).await;
        let address = begun["verification_uri_complete"].as_str().unwrap();
        lab.phone(person).await.app().follow(address, act).await.unwrap();
        let answer = lab
            .device_token(&key, begun["device_code"].as_str().unwrap())
            .await;
        assert_eq!(answer["error"], "access_denied", "{person}");
    }
    let begun = lab.device(&key).await;
    lab.provider.control().advance(Duration::from_secs(601));
    let answer = lab
        .device_token(&key, begun["device_code"].as_str().unwrap())
        .await;
    assert_eq!(answer["error"], "expired_token");
    let late = begun["verification_uri_complete"].as_str().unwrap();
    assert!(
        lab.phone("hanna")
            .await
            .app()
            .follow(late, Act::Identify)
            .await
            .is_err()
    );
}
