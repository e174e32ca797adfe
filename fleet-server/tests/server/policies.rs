//! Row-level security in PostgreSQL: what a statement that forgot its tenant finds, and who may serve at all.

use crate::cluster::Cluster;
use fleet_api::TenantId;
use fleet_server::store::{NewTenant, Place, Settings, Store, StoreError, Vault};
use jiff::Timestamp;
use sqlx::PgPool;

async fn open(place: Place) -> Result<Store, StoreError> {
    Store::open(&place, Vault::new(&[7; 32])).await
}

async fn tenant(store: &Store, name: &str) -> TenantId {
    let new = NewTenant {
        name: name.to_owned(),
        settings: Settings::default(),
    };
    let tenant = store.add_tenant(&new, Timestamp::now()).await.unwrap();
    let kit = "Kit 14".parse().unwrap();
    store.kit_named(tenant, &kit, Timestamp::now()).await.unwrap();
    tenant
}

/// What a connection finds in a table when it asks for everything.
async fn owners(connection: &PgPool, statement: &'static str) -> Vec<TenantId> {
    let owners: Vec<uuid::Uuid> = sqlx::query_scalar(statement).fetch_all(connection).await.unwrap();
    owners.into_iter().map(TenantId).collect()
}

async fn set(connection: &PgPool, setting: &str, value: &str) {
    sqlx::query("SELECT set_config($1, $2, false)")
        .bind(setting)
        .bind(value)
        .execute(connection)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_statement_without_where_finds_its_own_tenant_only() {
    const ALL_KITS: &str = "SELECT tenant_id FROM kits";
    let cluster = Cluster::with_tables().await;
    let store = open(Place::Server(cluster.server())).await.unwrap();
    let (ours, theirs) = (tenant(&store, "Ours").await, tenant(&store, "Theirs").await);
    let connection = cluster.bare().await;
    assert_eq!(owners(&connection, ALL_KITS).await, [], "no scope, no rows");
    set(&connection, "fleet.tenant", &ours.to_string()).await;
    assert_eq!(owners(&connection, ALL_KITS).await, [ours]);
    assert_eq!(
        owners(&connection, "SELECT DISTINCT tenant_id FROM audit").await,
        [ours]
    );

    let taken = sqlx::query("UPDATE kits SET name = 'taken'")
        .execute(&connection)
        .await
        .unwrap();
    assert_eq!(taken.rows_affected(), 1, "only our own");
    let smuggled = sqlx::query("UPDATE kits SET tenant_id = $1")
        .bind(theirs.0)
        .execute(&connection)
        .await;
    assert!(smuggled.unwrap_err().to_string().contains("row-level security"));
    let changed = sqlx::query("UPDATE audit SET actor = 'nobody'")
        .execute(&connection)
        .await;
    assert!(changed.unwrap_err().to_string().contains("permission denied"));

    set(&connection, "fleet.tenant", "").await;
    set(&connection, "fleet.exception", "operator").await;
    assert_eq!(
        owners(&connection, ALL_KITS).await.len(),
        2,
        "the named exception"
    );
}

#[tokio::test]
async fn every_table_is_guarded() {
    let cluster = Cluster::with_tables().await;
    let unguarded: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
             AND NOT (relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid))",
    )
    .fetch_all(&cluster.look().await)
    .await
    .unwrap();
    assert_eq!(unguarded, ["_sqlx_migrations"]);
}

#[tokio::test]
async fn a_role_that_policies_do_not_hold_may_not_serve() {
    let cluster = Cluster::with_tables().await;
    let refused = open(Place::Server(cluster.owner())).await;
    assert!(matches!(refused, Err(StoreError::RoleTooMighty)), "{refused:?}");
    sqlx::query("ALTER ROLE fleet BYPASSRLS")
        .execute(&cluster.look().await)
        .await
        .unwrap();
    let refused = open(Place::Server(cluster.server())).await;
    assert!(matches!(refused, Err(StoreError::RoleTooMighty)), "{refused:?}");
}

#[tokio::test]
async fn tables_that_are_not_up_to_date_are_not_served() {
    let cluster = Cluster::start();
    let refused = open(Place::Server(cluster.server())).await;
    assert!(matches!(refused, Err(StoreError::NotMigrated)), "{refused:?}");
    Store::migrate(&cluster.owner(), &cluster.server()).await.unwrap();
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)")
        .execute(&cluster.look().await)
        .await
        .unwrap();
    let refused = open(Place::Server(cluster.server())).await;
    assert!(matches!(refused, Err(StoreError::NotMigrated)), "{refused:?}");
}
