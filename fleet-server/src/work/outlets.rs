//! The ways by which alerts leave the server, made once from `alerts.toml` (`alert_settings`).

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result};
use jiff::Timestamp;
use rustls::{
    ClientConfig,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

use super::{mail::Mailer, webhook::Webhooks};
use crate::{
    alert_settings::AlertSettings,
    console::alert_mail,
    domain::{alert::ChannelKind, notification::Notification},
    store::Delivery,
};

/// Why something did not arrive, in a word for the log and the console. It never names an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failure(pub(super) &'static str);

/// The mail server and the caller of programs.
#[derive(Debug, Clone)]
pub struct Outlets {
    mailer: Option<Mailer>,
    webhooks: Webhooks,
    console: Option<String>,
}

impl Outlets {
    /// Reads what the settings name. Fails where they cannot work, so that the server does not start silently deaf.
    pub fn new(settings: &AlertSettings) -> Result<Self> {
        let authority = settings.authority.as_deref().map(read).transpose()?;
        let tls =
            client_config(authority.as_deref()).context("the authority in alerts.toml cannot be used")?;
        let mailer = settings
            .smtp
            .as_ref()
            .map(|smtp| Mailer::new(smtp, authority.as_deref()))
            .transpose()?;
        Ok(Self {
            mailer,
            webhooks: Webhooks::new(tls, settings.webhooks_over_http)?,
            console: settings.console.clone(),
        })
    }

    pub(super) async fn deliver(&self, delivery: &Delivery, now: Timestamp) -> Result<(), Failure> {
        match delivery.kind {
            ChannelKind::Webhook => self.webhooks.call(delivery, now).await,
            ChannelKind::Email => {
                let mailer = self.mailer.as_ref().ok_or(Failure("no_mail_server"))?;
                let notification: Notification =
                    serde_json::from_str(&delivery.payload).map_err(|_| Failure("payload"))?;
                let (subject, body) = alert_mail(&notification, self.console.as_deref());
                mailer.send(delivery, &subject, body).await
            }
        }
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("could not read {}", file.display()))
}

/// Trusts the operating system's authorities and those of the file. Verification is never off.
pub(crate) fn client_config(authority: Option<&[u8]>) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let extra = authority.map(CertificateDer::pem_slice_iter);
    let roots: Vec<_> = extra.into_iter().flatten().collect::<Result<_, _>>()?;
    let verifier = Verifier::new_with_extra_roots(roots, provider.clone())?;
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}
