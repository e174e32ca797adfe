//! A care worker at a unit of home care, for tests that need somebody to take a kit out or to learn something.

use crate::common::{TestKit, TestServer};
use fleet_api::{CareWorkerId, TenantId};
use fleet_server::{audit::Act, store::CareWorker};
use jiff::Timestamp;

/// Amina Berg of Hemtjänst norr.
pub(crate) async fn care_worker(server: &TestServer, tenant: TenantId) -> CareWorkerId {
    let store = &server.server.app().store;
    let act = Act::from(Timestamp::now());
    let provider = store
        .add_care_provider(tenant, "Hemtjänsten", &act)
        .await
        .unwrap();
    let worker = CareWorker {
        id: CareWorkerId::generate(),
        pseudonym: "7K2".to_owned(),
        name: "Amina Berg".to_owned(),
        unit: store
            .add_unit(tenant, provider, "Hemtjänst norr", &act)
            .await
            .unwrap(),
        has_left: false,
    };
    store.add_care_worker(tenant, &worker, &act).await.unwrap();
    worker.id
}

/// The region's own kit with a care worker beside it, who has learnt nothing.
pub(crate) async fn with_worker(server: &TestServer) -> (TestKit, CareWorkerId, TenantId) {
    let kit = server.site.enrolled_kit("Kit 14").await;
    let tenant = server.server.app().store.tenant_named("Region").await.unwrap().id;
    let worker = care_worker(server, tenant).await;
    (kit, worker, tenant)
}
