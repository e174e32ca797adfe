//! What a municipality decides about identification: the ways, the portal, the shift, and which meeting hosts need a browser.

use fleet_api::{HostName, Identification, MeetingHost, MeetingService, Portal};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::{link_policy::HostRule, refusal::Refusal};

/// Most hours of a shift.
pub const LONGEST_SHIFT: u8 = 24;
/// Most hosts that need a browser.
const MOST_HOSTS: usize = 50;

/// A municipality's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IdentitySettings {
    /// Whether the care worker in the room may vouch.
    pub staff: bool,
    /// The portal by which patients may come, if they may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal: Option<Portal>,
    /// Whether patients may identify by BankID with the region as relying party.
    pub bank_id: bool,
    /// Whether care workers log in for the kit by their own phone.
    pub staff_login: bool,
    /// How long such a login holds, in hours.
    #[schema(minimum = 1, maximum = 24)]
    pub shift_hours: u8,
    /// Meeting hosts that are not joined natively but in the kit's locked browser.
    #[schema(max_items = 50)]
    pub browser_hosts: Vec<HostName>,
}

impl Default for IdentitySettings {
    fn default() -> Self {
        Self {
            staff: true,
            portal: None,
            bank_id: false,
            staff_login: false,
            shift_hours: 10,
            browser_hosts: Vec::new(),
        }
    }
}

/// Why settings were refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SettingsRefusal {
    /// Nobody could join a meeting any more.
    #[error("allow at least one way to identify")]
    NoWay,
    /// Longer than a day, or not at all.
    #[error("a shift has 1 to 24 hours")]
    Shift,
    /// More than there can be.
    #[error("at most 50 hosts can need a browser")]
    TooManyHosts,
}

impl Refusal for SettingsRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NoWay => "identity_no_way",
            Self::Shift => "identity_shift",
            Self::TooManyHosts => "identity_hosts",
        }
    }
}

/// What the server itself can do for a municipality.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offered {
    /// It is a relying party of BankID for the municipality's region.
    pub bank_id: bool,
    /// A login provider lets care workers log in by another device.
    pub staff_login: bool,
}

impl IdentitySettings {
    /// Checks what the types alone cannot.
    pub fn check(&self) -> Result<(), SettingsRefusal> {
        if !self.staff && self.portal.is_none() && !self.bank_id {
            Err(SettingsRefusal::NoWay)
        } else if self.shift_hours == 0 || self.shift_hours > LONGEST_SHIFT {
            Err(SettingsRefusal::Shift)
        } else if self.browser_hosts.len() > MOST_HOSTS {
            Err(SettingsRefusal::TooManyHosts)
        } else {
            Ok(())
        }
    }

    /// How long a login for a kit holds.
    #[must_use]
    pub fn shift(&self) -> SignedDuration {
        SignedDuration::from_hours(i64::from(self.shift_hours))
    }

    /// What a kit is told: only what the server can do too.
    #[must_use]
    pub fn identification(&self, offered: Offered) -> Identification {
        Identification {
            staff: self.staff,
            portal: self.portal.clone(),
            bank_id: self.bank_id && offered.bank_id,
            staff_login: self.staff_login && offered.staff_login,
        }
    }

    /// Where a kit may hold meetings, by the tenant's rules for links. A rule for any port is for tests and stays here.
    #[must_use]
    pub fn meeting_hosts(&self, rules: &[HostRule]) -> Vec<MeetingHost> {
        let host = |rule: &HostRule| {
            let (name, port) = rule.named_port()?;
            let host: HostName = name.parse().ok()?;
            let service = if self.browser_hosts.contains(&host) {
                MeetingService::Browser
            } else {
                MeetingService::Pexip
            };
            Some(MeetingHost {
                host,
                service,
                ports: if port == 443 { Vec::new() } else { vec![port] },
            })
        };
        let hosts = rules.iter().filter_map(host);
        hosts.take(fleet_api::limits::MEETING_HOSTS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_least_one_way_stays_open() {
        let mut settings = IdentitySettings::default();
        assert_eq!(settings.check(), Ok(()));
        settings.staff = false;
        assert_eq!(settings.check(), Err(SettingsRefusal::NoWay));
        settings.bank_id = true;
        assert_eq!(settings.check(), Ok(()));
        for hours in [0, 25] {
            settings.shift_hours = hours;
            assert_eq!(settings.check(), Err(SettingsRefusal::Shift), "{hours}");
        }
    }

    #[test]
    fn a_kit_is_told_only_what_the_server_can_do_too() {
        let settings = IdentitySettings {
            bank_id: true,
            staff_login: true,
            ..IdentitySettings::default()
        };
        let nothing = settings.identification(Offered::default());
        assert!(nothing.staff && !nothing.bank_id && !nothing.staff_login);
        let all = settings.identification(Offered {
            bank_id: true,
            staff_login: true,
        });
        assert!(all.bank_id && all.staff_login);
    }

    #[test]
    fn hosts_follow_the_rules_for_links() {
        let settings = IdentitySettings {
            browser_hosts: vec!["meet.example".parse().unwrap()],
            ..IdentitySettings::default()
        };
        let rules: Vec<HostRule> = [
            "video.example",
            "*.region.example:8443",
            "meet.example",
            "127.0.0.1:*",
        ]
        .map(|rule| rule.parse().unwrap())
        .into();
        let hosts = settings.meeting_hosts(&rules);
        let told: Vec<_> = hosts
            .iter()
            .map(|host| (host.host.as_str(), host.service, &host.ports[..]))
            .collect();
        assert_eq!(
            told,
            [
                ("video.example", MeetingService::Pexip, &[][..]),
                ("*.region.example", MeetingService::Pexip, &[8443][..]),
                ("meet.example", MeetingService::Browser, &[][..]),
            ]
        );
    }
}
