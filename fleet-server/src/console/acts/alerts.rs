//! Putting alerts off, and choosing where they are sent.

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use fleet_api::{AlertId, ChannelId};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::{
    app::App,
    domain::alert::{ChannelKind, check_snooze},
    identity::administrator::Administrator,
    store::{StoreError, Tenant},
    web::Problem,
    work::check_url,
};

/// Longest address of a receiver in bytes.
const TARGET_BYTES: usize = 500;
/// Bytes of a webhook's key, as HMAC-SHA256 wants it (RFC 2104).
const KEY_BYTES: usize = 32;

/// Puts an alert off. Whoever may see it may: it is their telephone that rings.
pub(in crate::console) async fn snooze(
    app: &App,
    administrator: &Administrator,
    alert: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<(), Problem> {
    let missing = || Problem::from(StoreError::NotFound("alert"));
    let id: AlertId = alert.parse().map_err(|_| missing())?;
    let tenant = app.store.whose_alert(id).await?;
    let reach = administrator.reach(&app.store).await?;
    if !reach.iter().any(|candidate| candidate.id == tenant) {
        return Err(missing());
    }
    check_snooze(until, now).map_err(|refusal| Problem::refused("snooze", &refusal))?;
    let act = administrator.act(now);
    app.store.snooze_alert(tenant, id, until, &act).await?;
    Ok(())
}

/// Adds a receiver. Returns a webhook's key, which is shown this once, as Standard Webhooks writes it.
pub(in crate::console) async fn add_channel(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    (kind, target): (ChannelKind, &str),
    now: Timestamp,
) -> Result<(ChannelId, Option<SecretString>), Problem> {
    let target = target.trim();
    let fits = target.len() <= TARGET_BYTES
        && !target.contains(char::is_control)
        && match kind {
            ChannelKind::Email => target.parse::<lettre::Address>().is_ok(),
            ChannelKind::Webhook => check_url(target, app.alerts.webhooks_over_http).is_some(),
        };
    if !fits {
        return Err(match kind {
            ChannelKind::Email => Problem::invalid("channel-address", "that is no e-mail address"),
            ChannelKind::Webhook => Problem::invalid(
                "channel-url",
                "the address must be an https address on another machine",
            ),
        });
    }
    let key: Option<SecretSlice<u8>> = (kind == ChannelKind::Webhook).then(new_key);
    let act = administrator.act(now);
    let id = app
        .store
        .add_channel(tenant.id, (kind, target), key.as_ref(), &act)
        .await
        .map_err(|error| match error {
            StoreError::TooMany(_) => Problem::conflict(
                "channel-too-many",
                "there are 10 receivers already; remove one first",
            ),
            other => other.into(),
        })?;
    let shown = key.map(|key| format!("whsec_{}", STANDARD.encode(key.expose_secret())).into());
    Ok((id, shown))
}

/// Removes a receiver.
pub(in crate::console) async fn remove_channel(
    app: &App,
    administrator: &Administrator,
    tenant: &Tenant,
    channel: ChannelId,
    now: Timestamp,
) -> Result<(), Problem> {
    let act = administrator.act(now);
    app.store.remove_channel(tenant.id, channel, &act).await?;
    Ok(())
}

fn new_key() -> SecretSlice<u8> {
    let mut key = vec![0; KEY_BYTES];
    rand::fill(&mut key).expect("the operating system gives random bytes");
    key.into()
}
