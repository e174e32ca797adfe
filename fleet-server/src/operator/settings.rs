//! A tenant's settings on the command line: those that are given are changed, and nothing else.

use anyhow::{Result, ensure};
use fleet_api::{AgentVersion, HelpDesk, OpeningHours, PhoneNumber};
use jiff::Timestamp;

use super::{TenantOptions, tenant_named};
use crate::{
    domain::link_policy::HostRule,
    store::{Settings, Store},
};

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

    /// Those of a tenant that has none yet.
    pub(super) fn into_new(self) -> Result<Settings> {
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

/// Changes those of a tenant's settings that are given, and takes away those in `without`. A running server follows at once,
/// and within seconds has the kits sync that are connected to it (`work::settings`).
pub async fn change_settings(store: &Store, tenant: TenantOptions, without: &[Setting]) -> Result<()> {
    let found = tenant_named(store, &tenant.name).await?;
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
