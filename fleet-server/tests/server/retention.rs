//! Meeting links are erased 24 hours after the planned end, from the file as well.

use crate::common::TestStore;
use fleet_api::MeetingLink;
use fleet_server::store::{KitKey, NewReservation, NewTenant, Settings, Store, StoreError};
use jiff::{SignedDuration, Timestamp};

async fn store_with_kit(made: &TestStore, now: Timestamp) -> (Store, KitKey) {
    let store = made.open([7; 32]).await;
    let new = NewTenant {
        name: "Region".to_owned(),
        settings: Settings::default(),
    };
    let tenant = store.add_tenant(&new, now).await.unwrap();
    let kit = store
        .kit_named(tenant, &"Kit 14".parse().unwrap(), now)
        .await
        .unwrap();
    (store, KitKey { tenant, kit })
}

fn meeting(key: KitKey, starts_at: Timestamp) -> NewReservation {
    NewReservation {
        kit: key.kit,
        title: fleet_api::NeutralTitle::CarePlanMeeting,
        starts_at,
        ends_at: starts_at + SignedDuration::from_hours(1),
        link: MeetingLink::parse("https://video.example/webapp3/m/sesame").unwrap(),
    }
}

#[tokio::test]
async fn a_link_is_kept_until_24_hours_after_the_end_and_not_longer() {
    let made = TestStore::make().await;
    let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
    let (store, key) = store_with_kit(&made, now).await;
    let reservation = store.reserve(key.tenant, &meeting(key, now), now).await.unwrap();
    let end = now + SignedDuration::from_hours(1);
    let almost = end + SignedDuration::from_hours(24) - SignedDuration::from_secs(1);
    assert_eq!(store.erase_old_links(almost).await.unwrap(), 0);
    assert_eq!(
        store
            .erase_old_links(almost + SignedDuration::from_secs(1))
            .await
            .unwrap(),
        1
    );
    assert_eq!(
        store
            .erase_old_links(almost + SignedDuration::from_secs(9))
            .await
            .unwrap(),
        0,
        "once is enough"
    );
    assert_eq!(store.reservations_for_kit(key, now).await.unwrap(), []);
    assert_eq!(
        store.reservation(key.tenant, reservation).await.unwrap().kit,
        key.kit,
        "the rest is kept"
    );
}

#[tokio::test]
async fn a_kit_is_told_of_a_meeting_until_two_hours_after_its_end() {
    let made = TestStore::make().await;
    let now: Timestamp = "2026-11-20T10:00:00Z".parse().unwrap();
    let (store, key) = store_with_kit(&made, now).await;
    store.reserve(key.tenant, &meeting(key, now), now).await.unwrap();
    let after = |minutes| now + SignedDuration::from_mins(minutes);
    assert_eq!(
        store.reservations_for_kit(key, after(179)).await.unwrap().len(),
        1
    );
    assert_eq!(
        store.reservations_for_kit(key, after(180)).await.unwrap().len(),
        0
    );
}

#[tokio::test]
async fn the_database_alone_opens_no_meeting() {
    let made = TestStore::make().await;
    let now = Timestamp::now();
    let (store, key) = store_with_kit(&made, now).await;
    store.reserve(key.tenant, &meeting(key, now), now).await.unwrap();
    store.close().await;
    let content = made.files();
    assert!(!content.windows(6).any(|window| window == b"sesame"));
    let other = made.open([8; 32]).await;
    assert!(matches!(
        other.reservations_for_kit(key, now).await,
        Err(StoreError::Unsealing)
    ));
}
