//! What a municipality decides about identification, and adopting its consent text.

use fleet_api::{TenantId, TextToRead, TextVersion};
use jiff::Timestamp;

use crate::{
    app::App,
    console::clock,
    domain::identity::{consent::new_version, settings::IdentitySettings},
    identity::administrator::Administrator,
    store::KitKey,
    web::Problem,
};

/// Most kits that are told at once.
const MOST_KITS: u32 = 5_000;

/// Replaces what a tenant decides about identification. Its kits learn of it within seconds.
pub(in crate::console) async fn set_identification(
    app: &App,
    administrator: &Administrator,
    tenant: TenantId,
    settings: &IdentitySettings,
    now: Timestamp,
) -> Result<(), Problem> {
    settings
        .check()
        .map_err(|refusal| Problem::refused("identification", &refusal))?;
    let act = administrator.act(now);
    app.store.change_identity_settings(tenant, settings, &act).await?;
    tell_kits(app, tenant).await
}

/// Adopts a consent text, in force from today.
pub(in crate::console) async fn adopt_consent(
    app: &App,
    administrator: &Administrator,
    tenant: TenantId,
    (swedish, english): (TextToRead, TextToRead),
    author: &str,
    now: Timestamp,
) -> Result<TextVersion, Problem> {
    let new = new_version(swedish, english, author, clock::day(now))
        .map_err(|refusal| Problem::refused("consent", &refusal))?;
    let act = administrator.act(now);
    let version = app.store.adopt_consent_text(tenant, new, &act).await?;
    tell_kits(app, tenant).await?;
    Ok(version)
}

/// Has all kits of a tenant sync now.
pub(super) async fn tell_kits(app: &App, tenant: TenantId) -> Result<(), Problem> {
    for kit in app.store.kits(tenant, MOST_KITS).await? {
        app.nudges.nudge(KitKey { tenant, kit: kit.id });
    }
    Ok(())
}
