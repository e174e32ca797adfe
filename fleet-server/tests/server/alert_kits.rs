//! Alerts about what a kit tells of itself: a failed self-test, little storage, another version than it should run (R151).

use std::collections::BTreeMap;

use axum::http::StatusCode as Status;
use fleet_api::{ByteCount, Check, KitState, Outcome, SpoolId, SyncRequest};
use fleet_server::{
    audit::Act,
    domain::{
        alert::{AlertKind, STORAGE_IS_LOW},
        life_cycle::LifeState,
    },
};
use jiff::Timestamp;

use crate::{
    alerts::{Fleet, kinds, lab},
    sinks::{HttpSink, Manner},
};

impl Fleet {
    async fn tells(&self, minutes: i64, outcome: Outcome, free: u64, version: &str) {
        let request = SyncRequest {
            spool: SpoolId::generate(),
            agent_version: version.parse().unwrap(),
            events: Vec::new(),
            state: Some(KitState {
                looked_at: self.after(minutes),
                self_test: BTreeMap::from([(Check::Media, outcome)]),
                battery: None,
                storage_free: Some(ByteCount(free)),
                network: None,
            }),
        };
        let now: Timestamp = self.after(minutes);
        self.store.take_in(self.key, request, now).await.unwrap();
    }

    async fn open_kinds(&self) -> Vec<AlertKind> {
        let open = self.store.open_alerts(self.key.tenant).await.unwrap();
        let mut kinds: Vec<_> = open.into_iter().map(|alert| alert.kind).collect();
        kinds.sort();
        kinds
    }
}

const A_WEEK: i64 = 7 * 24 * 60;

#[tokio::test]
async fn what_a_kit_tells_of_itself_is_told_after_its_grace_until_it_is_well() {
    let fleet = Fleet::new().await;
    let sink = HttpSink::start(Manner::Answer(Status::OK)).await;
    // No agreement is in force: what is broken is seen to by the region.
    fleet.webhook(fleet.region, &sink).await;
    let target = Some("1.9".parse().unwrap());
    let act = Act::from(fleet.now);
    let change = |settings: &mut fleet_server::store::Settings| settings.update_target = target;
    fleet
        .store
        .change_settings(fleet.key.tenant, change, act)
        .await
        .unwrap();
    fleet.tells(0, Outcome::Failed, STORAGE_IS_LOW - 1, "1.8").await;
    for (minute, expected) in [
        (0, &[][..]),
        (29, &[]),
        (30, &[AlertKind::SelfTestFailed]),
        (60, &[AlertKind::SelfTestFailed, AlertKind::StorageLow]),
        (A_WEEK - 1, &[AlertKind::SelfTestFailed, AlertKind::StorageLow]),
        (
            A_WEEK,
            &[
                AlertKind::SelfTestFailed,
                AlertKind::StorageLow,
                AlertKind::VersionOld,
            ],
        ),
    ] {
        fleet.look(minute).await;
        assert_eq!(fleet.open_kinds().await, expected, "minute {minute}");
    }
    while fleet.deliver(&lab(), A_WEEK).await > 0 {}
    assert_eq!(kinds(&sink), ["self_test_failed", "storage_low", "version_old"]);

    fleet.tells(A_WEEK, Outcome::Passed, STORAGE_IS_LOW, "1.9").await;
    fleet.look(A_WEEK + 1).await;
    assert_eq!(fleet.open_kinds().await, []);
}

#[tokio::test]
async fn a_kit_in_the_workshop_is_somebodys_work_already() {
    let fleet = Fleet::new().await;
    fleet.tells(0, Outcome::Failed, 0, "1.8").await;
    let act = Act::from(fleet.now);
    let step = fleet.store.take_step(fleet.key, LifeState::InRepair, &act).await;
    step.unwrap().unwrap();
    fleet.look(0).await;
    fleet.look(60).await;
    assert_eq!(fleet.open_kinds().await, []);
}
