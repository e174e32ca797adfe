//! One provider: its settings, our secret at it, and what it last said of itself.

use std::{
    env, fs,
    path::Path,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result, bail, ensure};
use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    ClientSecret, EndpointMaybeSet, EndpointNotSet, EndpointSet, RedirectUrl, core::CoreClient,
};

use super::{assertion::ClientKey, http::Http, login::Why, metadata::Metadata, settings::ProviderSettings};
use crate::domain::role::Role;

/// How long what a provider said of itself is used; its new keys are known after this at the latest.
const KNOWN_FOR: SignedDuration = SignedDuration::from_mins(5);

/// Our side of a provider.
pub(super) type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A provider.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) settings: ProviderSettings,
    pub(super) http: Http,
    pub(super) secret: Option<ClientSecret>,
    pub(super) key: Option<ClientKey>,
    known: Mutex<Option<(Timestamp, Metadata)>>,
}

impl Provider {
    pub(super) fn new(settings: ProviderSettings, folder: &Path) -> Result<Self> {
        ensure!(
            settings.issuer.url().scheme() == "https",
            "the issuer must begin with https"
        );
        for rule in &settings.rules {
            ensure!(
                !rule.when.is_empty(),
                "a rule without \"when\" would fit everybody"
            );
            ensure!(
                !matches!(rule.role, Role::Program | Role::Newcomer),
                "{} is no role for people",
                rule.role.name()
            );
        }
        let authorities = match &settings.ca_file {
            Some(file) => Some(fs::read(folder.join(file)).context("could not read ca_file")?),
            None => None,
        };
        Ok(Self {
            http: Http::new(authorities.as_deref())?,
            secret: secret(&settings, folder)?,
            key: key(&settings, folder)?,
            settings,
            known: Mutex::default(),
        })
    }

    /// What the provider says of itself: where to send people, and its keys.
    pub(super) async fn metadata(&self, now: Timestamp) -> Result<Metadata, Why> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, metadata)) = known.filter(|(since, _)| *since + KNOWN_FOR > now) {
            return Ok(metadata);
        }
        let asked = Metadata::discover_async(self.settings.issuer.clone(), &self.http).await;
        let metadata = asked.map_err(|error| {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(
                provider = self.settings.key,
                error,
                "the provider does not answer as it should"
            );
            Why::Away
        })?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, metadata.clone()));
        Ok(metadata)
    }

    pub(super) fn client(&self, metadata: Metadata, redirect: RedirectUrl) -> Client {
        self.client_without_redirect(metadata).set_redirect_uri(redirect)
    }

    pub(super) fn client_without_redirect(&self, metadata: Metadata) -> Client {
        let (id, secret) = (self.settings.client_id.clone(), self.secret.clone());
        CoreClient::from_provider_metadata(metadata, id, secret)
    }
}

fn key(settings: &ProviderSettings, folder: &Path) -> Result<Option<ClientKey>> {
    let Some(file) = &settings.client_key_file else {
        return Ok(None);
    };
    ensure!(
        settings.client_secret_file.is_none() && settings.client_secret_env.is_none(),
        "give a client secret or client_key_file, not both"
    );
    ClientKey::read(&folder.join(file), settings.client_key_id.clone()).map(Some)
}

fn secret(settings: &ProviderSettings, folder: &Path) -> Result<Option<ClientSecret>> {
    let secret = match (&settings.client_secret_file, &settings.client_secret_env) {
        (Some(_), Some(_)) => bail!("give client_secret_file or client_secret_env, not both"),
        (Some(file), None) => {
            fs::read_to_string(folder.join(file)).context("could not read client_secret_file")?
        }
        (None, Some(name)) => env::var(name).with_context(|| format!("{name} is not set"))?,
        (None, None) => return Ok(None),
    };
    let secret = secret.trim();
    ensure!(!secret.is_empty(), "the client secret is empty");
    Ok(Some(ClientSecret::new(secret.to_owned())))
}
