//! Whose property a kit is.

use jiff::Timestamp;

use super::kit_key;
use crate::{
    app::App,
    console::fleet::{self, KitRow},
    domain::ownership::Owner,
    identity::administrator::Administrator,
    store::KitKey,
    web::Problem,
};

/// The kit of that id as people see it, if the administrator may.
pub(in crate::console) async fn kit_row(
    app: &App,
    administrator: &Administrator,
    kit: &str,
    now: Timestamp,
) -> Result<KitRow, Problem> {
    let key = kit_key(app, administrator, kit).await?;
    let tenant = app.store.tenant(key.tenant).await?;
    let rows = fleet::rows(app, &[tenant], now).await?;
    let found = rows.into_iter().find(|row| row.key == key);
    found.ok_or_else(|| Problem::not_found("there is no such kit"))
}

/// Makes a kit the property of the region or of one of its municipalities.
pub(in crate::console) async fn change_owner(
    app: &App,
    administrator: &Administrator,
    key: KitKey,
    to: Owner,
    now: Timestamp,
) -> Result<(), Problem> {
    if let Some(municipality) = to.municipality() {
        let reach = administrator.reach(&app.store).await?;
        let mut municipalities = reach.iter().filter(|tenant| tenant.region.is_some());
        if !municipalities.any(|tenant| tenant.id == municipality) {
            return Err(Problem::not_found("there is no such municipality"));
        }
    }
    Ok(app.store.change_owner(key, to, &administrator.act(now)).await?)
}
