//! Alerts follow their visit: to another kit and time, and to a kit that was brought back too early.

use crate::{
    alerts::{Fleet, kinds, lab},
    sinks::{HttpSink, Manner},
};
use axum::http::StatusCode as Status;
use fleet_api::{CareWorkerId, KitId};
use fleet_server::{audit::Act, domain::alert::AlertKind, store::CareWorker};
use jiff::Timestamp;

impl Fleet {
    /// The alerts of visits whose kit nobody has fetched: which kit, when the visit is.
    async fn not_fetched(&self) -> Vec<(KitId, Option<Timestamp>)> {
        let open = self.store.open_alerts(self.key.tenant).await.unwrap();
        let open = open
            .into_iter()
            .filter(|alert| alert.kind == AlertKind::NotFetched);
        open.map(|alert| (alert.kit, alert.visit_at)).collect()
    }

    async fn worker(&self) -> CareWorkerId {
        let (tenant, act) = (self.key.tenant, Act::from(self.now));
        let provider = self
            .store
            .add_care_provider(tenant, "Hemtjänsten", &act)
            .await
            .unwrap();
        let unit = self.store.add_unit(tenant, provider, "Norr", &act).await.unwrap();
        let worker = CareWorker {
            id: CareWorkerId::generate(),
            pseudonym: "7K2".to_owned(),
            name: "Amina Berg".to_owned(),
            unit,
            has_left: false,
        };
        self.store.add_care_worker(tenant, &worker, &act).await.unwrap();
        worker.id
    }
}

#[tokio::test]
async fn a_visit_that_is_moved_to_another_kit_is_told_of_anew() {
    let fleet = Fleet::new().await;
    let visit = fleet.visit(20).await;
    fleet.look(0).await;
    let starts_at = fleet.after(20);
    assert_eq!(fleet.not_fetched().await, [(fleet.key.kit, Some(starts_at))]);
    let act = Act::from(fleet.now);
    for alert in fleet.store.open_alerts(fleet.key.tenant).await.unwrap() {
        let snoozed = fleet
            .store
            .snooze_alert(fleet.key.tenant, alert.id, fleet.after(600), &act);
        snoozed.await.unwrap();
    }
    let name = "Kit 15".parse().unwrap();
    let other = fleet
        .store
        .kit_named(fleet.key.tenant, &name, fleet.now)
        .await
        .unwrap();
    let time = (fleet.after(25), fleet.after(85));
    let moved = fleet
        .store
        .rebook(fleet.key.tenant, visit, other, time, None, &act)
        .await;
    moved.unwrap().unwrap();
    let sink = HttpSink::start(Manner::Answer(Status::OK)).await;
    fleet.webhook(fleet.key.tenant, &sink).await;
    fleet.look(1).await;
    assert_eq!(
        fleet.not_fetched().await,
        [(other, Some(time.0))],
        "the other kit's, and its time"
    );
    fleet.deliver(&lab(), 1).await;
    assert!(
        kinds(&sink).contains(&"not_fetched".to_owned()),
        "no snooze goes with it"
    );
}

#[tokio::test]
async fn a_kit_that_was_brought_back_before_its_visit_is_not_fetched() {
    let fleet = Fleet::new().await;
    let visit = fleet.visit(20).await;
    let worker = fleet.worker().await;
    let (key, act) = (fleet.key, |minutes| Act::from(fleet.after(minutes)));
    fleet
        .store
        .check_out(key, worker, Some(visit), None, &act(0))
        .await
        .unwrap();
    fleet.look(1).await;
    assert_eq!(fleet.not_fetched().await, []);
    fleet.store.take_back(key, worker, &act(2)).await.unwrap();
    fleet.look(3).await;
    assert_eq!(fleet.not_fetched().await, [(key.kit, Some(fleet.after(20)))]);
}

#[tokio::test]
async fn a_kit_that_was_fetched_before_midnight_is_fetched_after_it() {
    let fleet = Fleet::new().await;
    // 23.30 to 00.30 where the kits are.
    let visit = fleet.visit(810).await;
    let worker = fleet.worker().await;
    let (key, act) = (fleet.key, |minutes| Act::from(fleet.after(minutes)));
    fleet
        .store
        .check_out(key, worker, Some(visit), None, &act(800))
        .await
        .unwrap();
    fleet.store.take_back(key, worker, &act(838)).await.unwrap();
    for minutes in [839, 841, 869] {
        fleet.look(minutes).await;
        assert_eq!(fleet.not_fetched().await, [], "{minutes}");
    }
}
