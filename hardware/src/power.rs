//! The battery, as the kernel's power-supply class tells it (`Documentation/ABI/testing/sysfs-class-power`).

use std::fs;
use std::path::Path;

/// State of the battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Battery {
    /// 0..=100.
    pub percent: u8,
    /// Whether it takes charge, or is full on mains.
    pub charging: bool,
}

/// The machine's first battery. `None` if it has none.
#[must_use]
pub fn battery() -> Option<Battery> {
    battery_below(Path::new("/sys/class/power_supply"))
}

fn battery_below(class: &Path) -> Option<Battery> {
    let mut supplies: Vec<_> = fs::read_dir(class)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    supplies.sort();
    supplies.iter().find_map(|supply| read(supply))
}

fn read(supply: &Path) -> Option<Battery> {
    let value = |name: &str| {
        fs::read_to_string(supply.join(name))
            .ok()
            .map(|text| text.trim().to_owned())
    };
    // A pen or a mouse has a battery too; its scope is "Device".
    if value("type")? != "Battery" || value("scope").is_some_and(|scope| scope == "Device") {
        return None;
    }
    let percent = value("capacity")?.parse::<u8>().ok()?.min(100);
    let charging = matches!(
        value("status").as_deref(),
        Some("Charging" | "Full" | "Not charging")
    );
    Some(Battery { percent, charging })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supply(class: &Path, name: &str, files: &[(&str, &str)]) {
        let folder = class.join(name);
        fs::create_dir(&folder).unwrap();
        for (file, text) in files {
            fs::write(folder.join(file), text).unwrap();
        }
    }

    #[test]
    fn the_tablet_s_battery_is_found_beside_mains_and_a_pen() {
        let class = tempfile::tempdir().unwrap();
        supply(class.path(), "AC", &[("type", "Mains\n")]);
        supply(
            class.path(),
            "A-pen",
            &[("type", "Battery\n"), ("scope", "Device\n"), ("capacity", "3\n")],
        );
        supply(
            class.path(),
            "BAT0",
            &[
                ("type", "Battery\n"),
                ("capacity", "92\n"),
                ("status", "Charging\n"),
            ],
        );
        assert_eq!(
            battery_below(class.path()),
            Some(Battery {
                percent: 92,
                charging: true
            })
        );
    }

    #[test]
    fn no_battery_is_no_error() {
        assert_eq!(battery_below(Path::new("/nowhere")), None);
    }
}
