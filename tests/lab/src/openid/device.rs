//! The device authorization grant (RFC 8628). Pure; the time is an input.

use super::request::Wanted;
use super::settings::OpenIdSettings;
use super::state::{Grant, secret};
use crate::people::Person;

/// Without vowels, so that no words come about, and without letters that look alike.
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Added to the interval of a device that asks too soon, in seconds (section 3.5).
const SLOW_DOWN: u64 = 5;

/// The devices that wait.
#[derive(Default)]
pub(super) struct Devices(Vec<Device>);

/// A device that waits for somebody to log in elsewhere.
#[derive(Debug, Clone)]
#[expect(clippy::struct_field_names, reason = "RFC 8628 calls it so")]
pub(super) struct Device {
    pub(super) device_code: String,
    pub(super) user_code: String,
    pub(super) client_id: String,
    pub(super) wanted: Wanted,
    expires: u64,
    interval: u64,
    asked: Option<u64>,
    outcome: Option<Outcome>,
}

#[derive(Debug, Clone)]
enum Outcome {
    /// By whom, and when.
    Granted(Box<Person>, u64),
    Denied,
}

impl Devices {
    pub(super) fn begin(
        &mut self,
        client_id: &str,
        wanted: Wanted,
        settings: &OpenIdSettings,
        unix: u64,
    ) -> Device {
        let device = Device {
            device_code: secret(),
            user_code: user_code(),
            client_id: client_id.into(),
            wanted,
            expires: unix + settings.device_expires_s,
            interval: settings.device_interval_s,
            asked: None,
            outcome: None,
        };
        self.0.push(device.clone());
        device
    }

    /// The device that waits under this code, however it was typed.
    pub(super) fn waiting(&self, user_code: &str, unix: u64) -> Option<&Device> {
        let plain = |code: &str| code.replace(['-', ' '], "").to_uppercase();
        self.0.iter().find(|device| {
            plain(&device.user_code) == plain(user_code) && device.expires > unix && device.outcome.is_none()
        })
    }

    pub(super) fn grant(&mut self, device_code: &str, person: Person, unix: u64) {
        self.decide(device_code, Outcome::Granted(Box::new(person), unix));
    }

    pub(super) fn deny(&mut self, device_code: &str) {
        self.decide(device_code, Outcome::Denied);
    }

    fn decide(&mut self, device_code: &str, outcome: Outcome) {
        let waiting = self.0.iter_mut().find(|device| device.device_code == device_code);
        if let Some(device) = waiting {
            device.outcome = Some(outcome);
        }
    }

    /// A device asks: the login, or the error of section 3.5. A login is given once.
    pub(super) fn ask(
        &mut self,
        device_code: &str,
        client_id: &str,
        unix: u64,
    ) -> Result<Grant, &'static str> {
        let place = self
            .0
            .iter()
            .position(|device| device.device_code == device_code && device.client_id == client_id);
        let place = place.ok_or("invalid_grant")?;
        let device = &mut self.0[place];
        if device.expires <= unix {
            return Err("expired_token");
        }
        let soon = device.asked.is_some_and(|asked| unix < asked + device.interval);
        device.asked = Some(unix);
        if soon {
            device.interval += SLOW_DOWN;
            return Err("slow_down");
        }
        match &device.outcome {
            None => Err("authorization_pending"),
            Some(Outcome::Denied) => Err("access_denied"),
            Some(Outcome::Granted(person, auth_time)) => {
                let grant = Grant {
                    client_id: device.client_id.clone(),
                    person: (**person).clone(),
                    wanted: device.wanted.clone(),
                    nonce: None,
                    auth_time: *auth_time,
                };
                self.0.remove(place);
                Ok(grant)
            }
        }
    }
}

fn user_code() -> String {
    let letter = |_| char::from(LETTERS[rand::random_range(0..LETTERS.len())]);
    let letters: String = (0..8).map(letter).collect();
    format!("{}-{}", &letters[..4], &letters[4..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::default_people;

    fn begun(devices: &mut Devices) -> Device {
        devices.begin("kit", Wanted::default(), &OpenIdSettings::default(), 1_000)
    }

    fn asked(devices: &mut Devices, device: &Device, unix: u64) -> &'static str {
        devices
            .ask(&device.device_code, "kit", unix)
            .err()
            .unwrap_or("granted")
    }

    #[test]
    fn a_device_waits_is_slowed_down_and_gets_the_login_once() {
        let mut devices = Devices::default();
        let device = begun(&mut devices);
        assert_eq!(asked(&mut devices, &device, 1_005), "authorization_pending");
        assert_eq!(asked(&mut devices, &device, 1_006), "slow_down");
        assert_eq!(asked(&mut devices, &device, 1_012), "slow_down");
        assert_eq!(asked(&mut devices, &device, 1_030), "authorization_pending");
        let typed = device.user_code.to_lowercase().replace('-', "");
        assert!(devices.waiting(&typed, 1_030).is_some());
        devices.grant(&device.device_code, default_people().remove(3), 1_030);
        assert!(devices.waiting(&typed, 1_030).is_none());
        assert_eq!(
            devices.ask(&device.device_code, "other", 1_050).err(),
            Some("invalid_grant")
        );
        assert_eq!(asked(&mut devices, &device, 1_050), "granted");
        assert_eq!(asked(&mut devices, &device, 1_070), "invalid_grant");
    }

    #[test]
    fn a_device_that_nobody_answers_or_somebody_refuses_gets_nothing() {
        let mut devices = Devices::default();
        let (slow, refused) = (begun(&mut devices), begun(&mut devices));
        devices.deny(&refused.device_code);
        assert_eq!(asked(&mut devices, &refused, 1_010), "access_denied");
        assert_eq!(asked(&mut devices, &slow, 1_600), "expired_token");
        assert!(devices.waiting(&slow.user_code, 1_600).is_none());
    }
}
