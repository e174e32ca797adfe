//! What the operator does on the server's own command line: make a data directory, add tenants, change their settings.

pub mod attendance_log;
pub mod audit_trail;
pub mod backup;
mod exported;

use std::path::Path;

use anyhow::{Context, Result, ensure};
use fleet_api::{AgentVersion, EnrolmentCode, HelpDesk, OpeningHours, PhoneNumber, TenantId};
use jiff::Timestamp;
use secrecy::SecretString;

pub use exported::{NotAnEntry, Noted};

use crate::{
    audit::{Act, Actor},
    data_dir::DataDir,
    demo,
    domain::{
        link_policy::HostRule,
        organisation::{NameRefusal, check_name},
        role::Role,
    },
    identity::{administrator, entry},
    store::{ConnectionString, NewTenant, Settings, Store},
};

/// A tenant as it is given on the command line.
#[derive(Debug, Clone, clap::Args)]
pub struct TenantOptions {
    /// The region or municipality.
    #[arg(long = "tenant", default_value = "Region", value_parser = name)]
    pub name: String,
    #[command(flatten)]
    settings: SettingsOptions,
}

/// A tenant's settings as they are given on the command line.
#[derive(Debug, Clone, clap::Args)]
pub struct SettingsOptions {
    /// Host where meetings may be held, such as video.example, *.video.example or video.example:8443. May be repeated; those
    /// given take the place of all before.
    #[arg(long = "meeting-host", value_name = "HOST")]
    meeting_hosts: Vec<HostRule>,
    /// The number that the kit's help calls.
    #[arg(long, value_name = "NUMBER")]
    help_desk: Option<PhoneNumber>,
    /// When it is answered.
    #[arg(long, value_name = "TEXT")]
    help_desk_hours: Option<OpeningHours>,
    /// The agent's version that kits should run.
    #[arg(long, value_name = "VERSION")]
    update_target: Option<AgentVersion>,
}

/// A setting that a tenant can do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Setting {
    /// Everywhere where meetings may be held.
    MeetingHosts,
    /// The number that the kit's help calls, and when it is answered.
    HelpDesk,
    /// When it is answered.
    HelpDeskHours,
    /// The agent's version that kits should run.
    UpdateTarget,
}

fn name(text: &str) -> Result<String, NameRefusal> {
    check_name(text).map(str::to_owned)
}

impl SettingsOptions {
    /// Hours alone say nothing.
    fn check(&self, before: &Settings) -> Result<()> {
        let numbered = self.help_desk.is_some() || before.help_desk.is_some();
        ensure!(
            numbered || self.help_desk_hours.is_none(),
            "there is no help desk yet; say its number too by --help-desk"
        );
        Ok(())
    }

    /// Changes what is given, and nothing else.
    fn apply(self, settings: &mut Settings) {
        if !self.meeting_hosts.is_empty() {
            settings.meeting_hosts = self.meeting_hosts;
        }
        if let Some(number) = self.help_desk {
            let hours = settings.help_desk.take().and_then(|before| before.hours);
            settings.help_desk = Some(HelpDesk { number, hours });
        }
        if let (Some(hours), Some(desk)) = (self.help_desk_hours, &mut settings.help_desk) {
            desk.hours = Some(hours);
        }
        if self.update_target.is_some() {
            settings.update_target = self.update_target;
        }
    }

    fn into_new(self) -> Result<Settings> {
        let mut settings = Settings::default();
        self.check(&settings)?;
        self.apply(&mut settings);
        Ok(settings)
    }
}

impl Setting {
    fn clear(self, settings: &mut Settings) {
        match self {
            Self::MeetingHosts => settings.meeting_hosts.clear(),
            Self::HelpDesk => settings.help_desk = None,
            Self::HelpDeskHours => {
                if let Some(desk) = &mut settings.help_desk {
                    desk.hours = None;
                }
            }
            Self::UpdateTarget => settings.update_target = None,
        }
    }
}

/// What opens a new server: a token for programs, and the code of its first region operator.
#[derive(Debug)]
pub struct FirstKeys {
    /// Shown once.
    pub token: SecretString,
    /// Shown once.
    pub code: EnrolmentCode,
}

/// Makes a data directory with a first tenant.
///
/// Where the database is on a PostgreSQL server, its tables must be there already ([`migrate`]). What fails leaves nothing behind,
/// so that it can be done again.
pub async fn init(
    path: &Path,
    server_names: &[String],
    database: Option<ConnectionString>,
    tenant: TenantOptions,
) -> Result<FirstKeys> {
    let mut directory = DataDir::create(path, server_names, Timestamp::now())?;
    let begun = begin(&mut directory, database, tenant).await;
    if begun.is_err() {
        directory.unmake()?;
    }
    begun
}

async fn begin(
    directory: &mut DataDir,
    database: Option<ConnectionString>,
    tenant: TenantOptions,
) -> Result<FirstKeys> {
    if let Some(database) = database {
        directory.keep_on(database)?;
    }
    let (store, name) = (directory.store().await?, tenant.name.clone());
    let token = add_tenant(&store, tenant).await?;
    let code = first_code(&store, &name).await?;
    Ok(FirstKeys { token, code })
}

/// Brings the tables on a PostgreSQL server up to date.
pub async fn migrate(owner: &ConnectionString, database: &ConnectionString) -> Result<()> {
    Store::migrate(owner, database)
        .await
        .context("could not bring the tables up to date")
}

/// Makes the one-time code by which somebody becomes a region's first operator. An older code stops working.
pub async fn first_code(store: &Store, region: &str) -> Result<EnrolmentCode> {
    let now = Timestamp::now();
    let region = store
        .tenant_named(region)
        .await
        .context("there is no region of that name")?;
    ensure!(
        region.region.is_none(),
        "{} is a municipality; its people get their roles from openid.toml",
        region.name
    );
    let (code, stored) = entry::new_first_code(now);
    store.add_first_code(region.id, &stored, now).await?;
    Ok(code)
}

/// Adds a token for a program, which may do no more than a role may.
pub async fn add_token(store: &Store, tenant: &str, role: Role) -> Result<SecretString> {
    ensure!(
        role != Role::Newcomer,
        "a newcomer may do nothing; choose another role"
    );
    let tenant = store
        .tenant_named(tenant)
        .await
        .context("there is no region or municipality of that name")?;
    ensure!(
        role.fits(tenant.region.is_none()),
        "{} is a role of regions alone",
        role.name()
    );
    let (shown, token) = administrator::new_token_as(role);
    store.add_token(tenant.id, &token, Timestamp::now()).await?;
    Ok(shown)
}

/// A tenant's tokens, a line each: name and role.
pub async fn tokens(store: &Store, tenant: &str) -> Result<Vec<String>> {
    let tenant = named(store, tenant).await?;
    let tokens = store.tokens(tenant).await?.into_iter();
    Ok(tokens
        .map(|(name, role)| format!("{name} {}", role.name()))
        .collect())
}

/// Ends a token by its name, the eight letters after `fleet_`.
pub async fn revoke_token(store: &Store, tenant: &str, name: &str) -> Result<()> {
    let tenant = named(store, tenant).await?;
    let act = Act::by(Actor::Operator, Timestamp::now());
    store
        .revoke_token(tenant, name, &act)
        .await
        .context("list them by \"fleet-server tokens\"")
}

async fn named(store: &Store, tenant: &str) -> Result<TenantId> {
    let found = store.tenant_named(tenant).await;
    Ok(found
        .context("there is no region or municipality of that name")?
        .id)
}

/// Adds a tenant; returns a token for its programs.
pub async fn add_tenant(store: &Store, tenant: TenantOptions) -> Result<SecretString> {
    let now = Timestamp::now();
    let new = NewTenant {
        name: tenant.name,
        settings: tenant.settings.into_new()?,
    };
    let tenant = store
        .add_tenant(&new, now)
        .await
        .context("could not add the tenant")?;
    let (shown, token) = administrator::new_token();
    store.add_token(tenant, &token, now).await?;
    Ok(shown)
}

/// Adds a municipality to a region; returns a token for its programs.
pub async fn add_municipality(store: &Store, region: &str, tenant: TenantOptions) -> Result<SecretString> {
    let act = Act::from(Timestamp::now());
    let region = store
        .tenant_named(region)
        .await
        .context("there is no region of that name")?;
    let new = NewTenant {
        name: tenant.name,
        settings: tenant.settings.into_new()?,
    };
    let municipality = store
        .add_municipality(region.id, &new, &act)
        .await
        .context("could not add the municipality")?;
    let (shown, token) = administrator::new_token();
    store.add_token(municipality, &token, act).await?;
    Ok(shown)
}

/// Adds Västernorrland's municipalities to a region, each with the region's settings and its own care provider, so that only
/// units, people and kits have to be entered. Returns each one's name and a token for its programs.
pub async fn add_vasternorrland(store: &Store, region: &str) -> Result<Vec<(String, SecretString)>> {
    let act = Act::by(Actor::Operator, Timestamp::now());
    let region = store
        .tenant_named(region)
        .await
        .context("there is no region of that name")?;
    let mut added = Vec::new();
    for name in demo::municipalities()? {
        let new = NewTenant {
            name: name.clone(),
            settings: region.settings.clone(),
        };
        let municipality = store
            .add_municipality(region.id, &new, &act)
            .await
            .with_context(|| format!("could not add {name}"))?;
        store.add_care_provider(municipality, &name, &act).await?;
        let (shown, token) = administrator::new_token();
        store.add_token(municipality, &token, act.clone()).await?;
        added.push((name, shown));
    }
    Ok(added)
}

/// Changes those of a tenant's settings that are given, and takes away those in `without`. A running server follows at once,
/// and within seconds has the kits sync that are connected to it (`work::settings`).
pub async fn change_settings(store: &Store, tenant: TenantOptions, without: &[Setting]) -> Result<()> {
    let found = store.tenant_named(&tenant.name).await?;
    tenant.settings.check(&found.settings)?;
    let change = |settings: &mut Settings| {
        for setting in without {
            setting.clear(settings);
        }
        tenant.settings.apply(settings);
    };
    store.change_settings(found.id, change, Timestamp::now()).await?;
    Ok(())
}
