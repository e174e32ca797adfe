//! Where a browser lives: a folder in memory, made empty, removed after use, and looked for afterwards.
//!
//! Everything that Chromium and its libraries write goes here, because every variable that names a place for files does.
//! Each kit has a folder of its own by the place of its state, so that two on one machine leave each other alone.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Machine, Purpose, Remains, program};

/// What `statfs` calls a file system that lives in memory.
const TMPFS: u32 = 0x0102_1994;
/// How long removing may take: processes that were just killed may still write.
const REMOVED_WITHIN: Duration = Duration::from_secs(5);

/// Why there can be no profile.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// It would lie on a disk.
    #[error("{0} is not in memory: logins would touch the disk; mount a tmpfs there")]
    OnDisk(PathBuf),
    /// It cannot be made.
    #[error("the browser's folder cannot be made: {0}")]
    NotMade(#[from] io::Error),
    /// A certificate authority cannot be told to the browser.
    #[error(
        "{0} cannot be made known to the browser: check the file, and that `certutil` (libnss3-tools) is installed"
    )]
    Authority(PathBuf),
}

/// The folder for the browsers of the kit that keeps its state at `state`. Refuses one that is not in memory.
///
/// # Errors
/// Neither the session's runtime folder nor `/dev/shm` lies in memory.
pub fn memory_folder(state: &Path) -> Result<PathBuf, HomeError> {
    let base = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let base = base
        .filter(|base| is_in_memory(base))
        .unwrap_or("/dev/shm".into());
    if !is_in_memory(&base) {
        return Err(HomeError::OnDisk(base));
    }
    let state = state.canonicalize().unwrap_or_else(|_| state.to_owned());
    let digest = Sha256::digest(state.as_os_str().as_encoded_bytes());
    Ok(base.join(format!("kit-browser-{}", hex::encode(&digest[..8]))))
}

fn is_in_memory(folder: &Path) -> bool {
    rustix::fs::statfs(folder).is_ok_and(|found| u32::try_from(found.f_type) == Ok(TMPFS))
}

/// Ends every browser that runs in the folder and removes the folder. Blocks for some seconds at most.
#[must_use]
pub fn sweep(folder: &Path) -> Remains {
    let end = Instant::now() + REMOVED_WITHIN;
    loop {
        let running = program::end_all(folder);
        let _ = fs::remove_dir_all(folder);
        let there = folder.symlink_metadata().is_ok();
        if !running && !there {
            return Remains::Nothing;
        }
        if Instant::now() > end {
            tracing::error!(
                running,
                there,
                "a browser could not be removed; restart the tablet"
            );
            return Remains::Something;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "on a thread that may block; the kernel tells nobody"
        )]
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// An empty home.
#[derive(Debug)]
pub(super) struct Home {
    folder: PathBuf,
}

impl Home {
    /// Makes it; what was there before is removed first.
    pub(super) fn make(machine: &Machine, purpose: &Purpose) -> Result<Self, HomeError> {
        let folder = machine.folder.clone();
        if sweep(&folder) == Remains::Something {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
        }
        fs::DirBuilder::new().mode(0o700).create(&folder)?;
        let home = Self { folder };
        if !is_in_memory(&home.folder) {
            return Err(HomeError::OnDisk(home.folder));
        }
        fs::create_dir(home.scratch())?;
        fs::create_dir_all(home.profile().join("Default"))?;
        let preferences = preferences(purpose).to_string();
        fs::write(home.profile().join("Default/Preferences"), preferences)?;
        // Fewer windows of the browser's own: no question for files.
        let state = json!({ "select_file_dialogs": { "allowed": false } }).to_string();
        fs::write(home.profile().join("Local State"), state)?;
        home.trust(&machine.authorities)?;
        Ok(home)
    }

    /// Chromium's user data directory.
    pub(super) fn profile(&self) -> PathBuf {
        self.folder.join("profile")
    }

    fn scratch(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    /// Every variable that says where files go.
    pub(super) fn places(&self) -> Vec<(&'static str, OsString)> {
        let scratch = [
            "TMPDIR",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_STATE_HOME",
        ];
        let scratch = scratch.map(|name| (name, self.scratch().into_os_string()));
        let home = [("HOME", self.folder.clone().into_os_string())];
        home.into_iter().chain(scratch).collect()
    }

    /// Lets the browser trust these authorities, in the one place where Chromium looks for such.
    fn trust(&self, authorities: &[PathBuf]) -> Result<(), HomeError> {
        if authorities.is_empty() {
            return Ok(());
        }
        let store = self.folder.join(".pki/nssdb");
        fs::create_dir_all(&store)?;
        let store = format!("sql:{}", store.display());
        let run = |arguments: &[&str], file: &Path| {
            let done = Command::new("certutil")
                .args(["-d", &store])
                .args(arguments)
                .output();
            match done {
                Ok(done) if done.status.success() => Ok(()),
                _ => Err(HomeError::Authority(file.to_owned())),
            }
        };
        run(&["-N", "--empty-password"], Path::new(&store))?;
        for (number, file) in authorities.iter().enumerate() {
            let (name, path) = (format!("kit-{number}"), file.to_string_lossy());
            run(&["-A", "-t", "C,,", "-n", &name, "-i", &path], file)?;
        }
        Ok(())
    }
}

/// What the profile starts with: nothing is offered, remembered or asked.
fn preferences(purpose: &Purpose) -> Value {
    let blocked = 2;
    let mut preferences = json!({
        "alternate_error_pages": { "enabled": false },
        "autofill": { "profile_enabled": false, "credit_card_enabled": false },
        "credentials_enable_service": false,
        "fullscreen": { "allowed": false },
        "net": { "network_prediction_options": blocked },
        "printing": { "enabled": false },
        "profile": { "password_manager_enabled": false, "default_content_setting_values": {
            "bluetooth_guard": blocked, "file_system_write_guard": blocked, "geolocation": blocked, "hid_guard": blocked,
            "local_fonts": blocked, "notifications": blocked, "sensors": blocked, "serial_guard": blocked, "usb_guard": blocked,
        } },
        "safebrowsing": { "enabled": false },
        "search": { "suggest_enabled": false },
        "translate": { "enabled": false },
    });
    if !matches!(purpose, Purpose::Meeting(_)) {
        // A login calls nobody: no datagram leaves the tablet for a page.
        preferences["webrtc"] = json!({ "ip_handling_policy": "disable_non_proxied_udp" });
    }
    preferences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_on_disk_is_refused() {
        let disk = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        if is_in_memory(disk.path()) {
            return; // A checkout in memory: there is no disk to refuse here.
        }
        let machine = Machine {
            folder: disk.path().join("browser"),
            authorities: Vec::new(),
            microphone: None,
            speaker: None,
            display: None,
            language: "sv",
        };
        let made = Home::make(&machine, &Purpose::Meeting(crate::meeting::browser::Sound::Here));
        assert!(matches!(made, Err(HomeError::OnDisk(_))), "{made:?}");
    }

    #[test]
    fn each_kit_has_a_folder_in_memory_of_its_own() {
        let one = memory_folder(Path::new("/var/lib/one")).unwrap();
        let other = memory_folder(Path::new("/var/lib/other")).unwrap();
        assert_ne!(one, other);
        assert!(is_in_memory(one.parent().unwrap()));
    }

    #[test]
    fn a_swept_folder_is_gone() {
        let folder = memory_folder(tempfile::tempdir().unwrap().path()).unwrap();
        fs::create_dir_all(folder.join("profile/Default")).unwrap();
        fs::write(folder.join("profile/Default/Cookies"), "secret").unwrap();
        assert_eq!(sweep(&folder), Remains::Nothing);
        assert!(!folder.exists());
    }
}
