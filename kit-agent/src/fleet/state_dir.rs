//! The files of the fleet link. All are readable by the agent's user alone, and replaced whole or not at all.
//!
//! | file | what |
//! |---|---|
//! | `enrolment.json` | which kit this is, and its server |
//! | `server-ca.pem` | whom to trust as the server |
//! | `device.key`, `device.pem` | the key made here, which never leaves, and its certificate |
//! | `seal.key`, `desired.sealed` | the last synced state, sealed because it holds meeting links |
//! | `events.spool` | what the server has not acknowledged yet |

use std::{
    fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use fleet_api::{DeviceId, KitId, KitName, TenantId};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::whole_file;

pub(super) const SERVER_AUTHORITY: &str = "server-ca.pem";
pub(super) const DEVICE_KEY: &str = "device.key";
pub(super) const DEVICE_CERTIFICATE: &str = "device.pem";
pub(super) const ENROLMENT: &str = "enrolment.json";
pub(super) const SEAL_KEY: &str = "seal.key";
pub(super) const DESIRED: &str = "desired.sealed";
pub(super) const SPOOL: &str = "events.spool";

/// Which kit this tablet is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Its server's port for kits.
    pub server: Url,
    /// Further servers on the same database, for when that one does not answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_servers: Vec<Url>,
    /// Whose kit it is.
    pub tenant: TenantId,
    /// Which kit.
    pub kit: KitId,
    /// What is painted on it.
    pub kit_name: KitName,
    /// This enrolment.
    pub device: DeviceId,
}

/// The directory that holds them.
#[derive(Debug, Clone)]
pub(super) struct StateDir(PathBuf);

impl StateDir {
    /// Uses the directory, making it where it is missing.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        let state = Self(path.to_owned());
        // A power cut leaves what was being written: it was never confirmed to anybody, and may hold a meeting's link.
        for name in [DESIRED, SPOOL] {
            let _ = fs::remove_file(whole_file::unfinished(&state.path(name)));
        }
        Ok(state)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(super) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path(name))
    }

    /// None where the file does not exist.
    pub(super) fn read_if_there(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match self.read(name) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes a file, durably; one that is not there is removed already.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        whole_file::remove(&self.path(name))
    }

    /// Replaces a file whole or not at all.
    pub(super) fn replace(&self, name: &str, content: &[u8]) -> io::Result<()> {
        whole_file::replace(&self.path(name), content)
    }
}
