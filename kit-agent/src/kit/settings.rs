//! What this kit is set up with: `kit.toml` in the state directory, written by provisioning.
//!
//! Everything has a default that works on a tablet with its speakerphone; unknown keys are refused, so that a
//! misspelt setting is found when it is written and not at a patient's table. Neighbours: `kit`, `cli`.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use fleet_api::{Origin, Portal};
use serde::Deserialize;

use crate::media::studio::{Camera, Microphone, Speaker, StudioConfig};
use crate::meeting::link::{HostPattern, HostRule, Policy, Ports, Service};
use crate::visit::event::{Role, Staff};

use super::shift::ShiftCode;

/// Largest `kit.toml` that is read.
const MAX_SETTINGS: u64 = 64 * 1024;

/// All settings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Whose kit it is, as the top bar says it.
    pub place: String,
    /// Meeting services that links may lead to.
    pub meetings: Vec<MeetingHost>,
    /// Certificate authorities besides the public ones, as PEM files. For a region's own, and for the lab.
    pub extra_authorities: Vec<PathBuf>,
    /// What a meeting's own login may reach besides the meeting service, and a meeting in the browser besides its host.
    pub login_origins: Vec<Origin>,
    /// Logins that meetings may use, by name or id, the preferred one first. None = any.
    pub meeting_logins: Vec<String>,
    /// The citizens' portal, for demonstrations: counts only where the region names none.
    pub portal: Option<Portal>,
    /// Cameras and sound.
    pub devices: Devices,
    /// The room's own telephone, that a meeting may ring where the kit is a host.
    pub room_telephone: Option<String>,
    /// Who is on shift, for demonstrations: counts only where the region has no login on the kit.
    pub shift: Option<ShiftSettings>,
    /// Whether the meeting service's own names of people are shown in place of roles.
    pub names_allowed: bool,
}

/// One allowed meeting service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingHost {
    /// Host name; `*.region.example` stands for every name below.
    pub host: String,
    /// Ports besides 443.
    #[serde(default)]
    pub ports: Vec<u16>,
    /// Who runs the meetings there.
    #[serde(default)]
    pub service: MeetingService,
}

/// Cameras and sound. What is not named is the system's default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Devices {
    /// A V4L2 device, `"test"` for a test picture, or `"off"`.
    pub camera: Option<String>,
    /// A source of the sound server, or `"test"` for a test tone.
    pub microphone: Option<String>,
    /// A sink of the sound server, or `"off"`.
    pub speaker: Option<String>,
    /// Lines of the largest picture that is sent; 720 unless said otherwise.
    pub lines: Option<u32>,
}

/// The care worker of the shift, where nobody logs in on the kit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftSettings {
    /// Opaque id that only the server can lead back to a person.
    pub pseudonym: String,
    /// Random, so that equal codes do not look equal.
    pub salt: String,
    /// SHA-256 of salt and code, hexadecimal.
    pub code_sha256: String,
}

impl Settings {
    /// Reads `kit.toml`; a kit without one has the defaults.
    pub fn read(state: &Path) -> Result<Self> {
        let path = state.join("kit.toml");
        let Ok(metadata) = std::fs::metadata(&path) else {
            return Ok(Self::default());
        };
        anyhow::ensure!(
            metadata.len() <= MAX_SETTINGS,
            "{} is too large to be settings",
            path.display()
        );
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text)
            .with_context(|| format!("{} is not right; correct the line named here", path.display()))
    }

    /// Which links may be joined: those to what the tenant allows, and to this kit's own.
    #[must_use]
    pub fn policy(&self, tenants: &[fleet_api::MeetingHost]) -> Policy {
        let own = self
            .meetings
            .iter()
            .map(|host| rule(&host.host, &host.ports, host.service));
        let tenants = tenants.iter().map(|host| {
            let service = match host.service {
                fleet_api::MeetingService::Pexip => MeetingService::Pexip,
                fleet_api::MeetingService::Browser => MeetingService::Browser,
            };
            rule(host.host.as_str(), &host.ports, service)
        });
        Policy::new(own.chain(tenants).collect())
    }

    /// The care worker of the shift, with the check of the code.
    #[must_use]
    pub fn shift(&self) -> Option<(Staff, ShiftCode)> {
        self.shift.as_ref().map(|shift| {
            let staff = Staff {
                pseudonym: shift.pseudonym.clone(),
                role: Role::CareWorker,
            };
            let code = ShiftCode::from_settings(shift.salt.clone(), shift.code_sha256.clone());
            (staff, code)
        })
    }
}

/// How meetings at a host are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingService {
    /// Natively.
    #[default]
    Pexip,
    /// In the locked browser.
    Browser,
}

fn rule(host: &str, ports: &[u16], service: MeetingService) -> HostRule {
    HostRule {
        host: match host.strip_prefix("*.") {
            Some(below) => HostPattern::Below(below.to_owned()),
            None => HostPattern::Exactly(host.to_owned()),
        },
        ports: if ports.is_empty() {
            Ports::Https
        } else {
            Ports::Also(ports.to_vec())
        },
        service: match service {
            MeetingService::Pexip => Service::Pexip,
            MeetingService::Browser => Service::Browser,
        },
    }
}

impl Devices {
    /// As the studio wants it.
    #[must_use]
    pub fn studio(&self) -> StudioConfig {
        let defaults = StudioConfig::default();
        StudioConfig {
            camera: match self.camera.as_deref() {
                None => Camera::First,
                Some("test") => Camera::TestPicture,
                Some("off") => Camera::Off,
                Some(camera) => match camera.strip_prefix("recording:") {
                    Some(path) => Camera::Recording(path.to_owned()),
                    None => Camera::Device(camera.to_owned()),
                },
            },
            microphone: match self.microphone.as_deref() {
                None => Microphone::Default,
                Some("test") => Microphone::TestTone,
                Some(source) => Microphone::Source(source.to_owned()),
            },
            speaker: match self.speaker.as_deref() {
                None => Speaker::Default,
                Some("off") => Speaker::Silent,
                Some(sink) => Speaker::Sink(sink.to_owned()),
            },
            lines: self.lines.unwrap_or(defaults.lines).clamp(180, 1080),
            ..defaults
        }
    }
}
