//! What is kept of a visit: each person once, whatever a kit tells again, and nothing longer than five years.

use fleet_api::{AttendeeMethod, AttendeeOrganisation, AttendeeRole, EventKind, GateAnswer, Sequence};
use fleet_server::{
    audit::Act, domain::follow_up::account::WhyNotHeld, operator::audit_trail, store::KitKey,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    attendance_site::{Site, answered, summed},
    common::event,
};

#[tokio::test]
async fn whoever_is_told_of_again_after_a_crash_is_in_the_log_once() {
    let site = Site::start().await;
    let came: Timestamp = "2026-11-26T13:00:00Z".parse().unwrap();
    let minute = |minute| came + SignedDuration::from_mins(minute);
    let told = |number: u32, role, from: i64, to: i64| {
        let mut numbered = event(
            number,
            EventKind::Attended {
                reservation: site.reservation,
                role,
                organisation: AttendeeOrganisation::None,
                method: AttendeeMethod::VouchedByPatient,
                from: minute(from),
                to: minute(to),
            },
        );
        numbered.event.at = minute(if number < 4 { 31 } else { 40 });
        numbered
    };
    let (patient, relative) = (AttendeeRole::Patient, AttendeeRole::Relative);
    // A patient and two relatives, who are alike; after the crash all three again, as the kit noted them last, and a fourth who
    // came just before.
    site.kit
        .sync(vec![
            told(1, patient, 0, 30),
            told(2, relative, 0, 30),
            told(3, relative, 0, 30),
        ])
        .await;
    let again = vec![
        told(4, patient, 0, 29),
        told(5, relative, 0, 29),
        told(6, relative, 0, 29),
        told(7, relative, 28, 29),
    ];
    assert_eq!(site.kit.sync(again.clone()).await.acknowledged_up_to, Sequence(7));
    site.kit.sync(again).await;
    let chains = site.read().await;
    assert_eq!(summed(&chains), [("-", 4, true)]);
    let entries = chains[0]["entries"].to_string();
    assert_eq!(entries.matches("relative").count(), 3, "{entries}");
}

#[tokio::test]
async fn what_kits_reported_and_the_booking_go_after_five_years_and_the_trail_stays_whole() {
    let site = Site::start().await;
    let by = site.workers[0].1;
    let meeting = site.reservation;
    site.kit
        .sync(vec![
            event(1, EventKind::MeetingJoined { reservation: meeting }),
            event(2, answered(meeting, by, GateAnswer::Consent)),
        ])
        .await;
    let now = Act::from(Timestamp::now());
    let key = KitKey {
        tenant: site.tenant,
        kit: site.kit.enrolled.kit,
    };
    site.store()
        .check_out(key, by, Some(meeting), None, &now)
        .await
        .unwrap();
    let store = site.store();
    store
        .state_cause(site.tenant, meeting, WhyNotHeld::WeakNetwork, &now)
        .await
        .unwrap();
    let five_years = |hours: i64| Timestamp::now() + SignedDuration::from_hours(5 * 366 * 24 + hours);
    let booked = async || store.reservation(site.tenant, meeting).await.is_ok();
    assert_eq!(store.erase_old_visits(five_years(-1)).await.unwrap(), 0);
    assert!(booked().await);
    assert_eq!(
        store.erase_old_visits(five_years(30)).await.unwrap(),
        3,
        "a booking, two reports"
    );
    assert!(!booked().await);
    assert_eq!(
        store.erase_old_visits(five_years(30)).await.unwrap(),
        0,
        "once is enough"
    );
    let outs = store
        .check_outs(site.tenant, Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    assert_eq!(
        (outs.len(), outs[0].reservation),
        (1, None),
        "who had the kit stays"
    );
    let report = audit_trail::verify(store).await.unwrap();
    assert!(!report.is_empty(), "the trail is whole");
    // The kit goes on where it was.
    let acknowledged = site.kit.sync(vec![event(3, EventKind::HelpRequested)]).await;
    assert_eq!(acknowledged.acknowledged_up_to, Sequence(3));
}
