//! Login by OpenID Connect: whom we trust for it, one login from its beginning to its end, and which role it gives.
//!
//! `settings` is `openid.toml` of the data directory, `provider` one provider with what it last said of itself, `login` the
//! code flow (PKCE S256, state, nonce, signed ID tokens), `device_grant` the one that a kit shows a QR code for, `rules` the way from
//! claims to a role. There are no passwords here, and nothing of a login is ever in the log or readable on disk.

mod assertion;
mod device_grant;
mod http;
mod login;
mod metadata;
mod pending;
mod proof;
mod provider;
mod rules;
mod settings;

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result, ensure};
use openidconnect::RedirectUrl;

pub use device_grant::{DeviceAnswer, DeviceLogin};
pub use login::{Answer, Failed, Login, Why};
pub use settings::Rule;

use provider::Provider;
use settings::Settings;

/// The providers that people can log in by; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct OpenId(Option<Arc<Inner>>);

#[derive(Debug)]
struct Inner {
    /// Where the console is reached, without a slash at the end.
    console: String,
    redirect: RedirectUrl,
    providers: Vec<Arc<Provider>>,
}

impl OpenId {
    /// Reads the settings. Files that they name lie in `folder` unless the path is absolute.
    pub fn read(settings: &str, folder: &Path) -> Result<Self> {
        let settings: Settings = toml::from_str(settings).context("openid.toml was not understood")?;
        let console = settings.console.trim_end_matches('/').to_owned();
        ensure!(
            console.starts_with("https://"),
            "\"console\" in openid.toml is the console's address and begins with https"
        );
        let redirect = RedirectUrl::new(format!("{console}/login/callback"))
            .context("\"console\" in openid.toml is no address")?;
        let mut providers: Vec<Arc<Provider>> = Vec::new();
        for provider in settings.providers {
            let key = provider.key.clone();
            let taken = providers.iter().any(|other| other.settings.key == key);
            ensure!(!taken, "two providers in openid.toml have the key {key:?}");
            let provider = Provider::new(provider, folder)
                .with_context(|| format!("the provider {key:?} in openid.toml cannot be used"))?;
            providers.push(Arc::new(provider));
        }
        ensure!(!providers.is_empty(), "openid.toml names no provider; remove it");
        Ok(Self(Some(Arc::new(Inner {
            console,
            redirect,
            providers,
        }))))
    }

    /// The tenant whose people log in by the provider of that key.
    #[must_use]
    pub fn tenant_of(&self, key: &str) -> Option<&str> {
        let mut providers = self.0.iter().flat_map(|inner| &inner.providers);
        let provider = providers.find(|provider| provider.settings.key == key);
        provider.map(|provider| &*provider.settings.tenant)
    }

    /// Key and name of each provider, as people choose among them. None at all: nobody can log in by this.
    pub fn choices(&self) -> impl Iterator<Item = (&str, &str)> {
        let providers = self.0.iter().flat_map(|inner| &inner.providers);
        providers.map(|provider| (&*provider.settings.key, &*provider.settings.name))
    }
}
