//! What `fleet-server` can be asked for on its command line; `main` does it.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use clap::{Parser, Subcommand};
use fleet_server::{
    demo,
    domain::role::Role,
    operator::{Noted, Setting, TenantOptions},
    store::{ConnectionString, NotAConnectionString},
};
use secrecy::{ExposeSecret, SecretString};
use url::Host;

/// The fleet server of the home-visit kit.
#[derive(Parser)]
#[command(version)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// Taken as it is given: a refusal of the command line would repeat a mistyped password.
#[derive(clap::Args)]
pub(crate) struct Connection {
    /// Keep the database on a PostgreSQL server instead of in the data directory: `postgres://role:password@host/database`.
    /// `init` remembers it there.
    #[arg(
        long,
        global = true,
        env = "FLEET_DATABASE",
        hide_env_values = true,
        value_name = "CONNECTION"
    )]
    database: Option<SecretString>,
}

impl Connection {
    pub(crate) fn read(&self) -> Result<Option<ConnectionString>, NotAConnectionString> {
        self.database.as_ref().map(read_connection).transpose()
    }
}

/// Who makes, copies and restores tables; a file needs none.
#[derive(clap::Args)]
pub(crate) struct Owner {
    /// How the owner of the PostgreSQL tables connects. The servers' own role must be another.
    #[arg(
        long,
        env = "FLEET_OWNER_DATABASE",
        hide_env_values = true,
        value_name = "CONNECTION"
    )]
    owner: Option<SecretString>,
}

impl Owner {
    pub(crate) fn read(&self) -> Result<Option<ConnectionString>, NotAConnectionString> {
        self.owner.as_ref().map(read_connection).transpose()
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a data directory: keys, certificate authorities, database, a first tenant. Prints a token for its programs, and on
    /// standard error the one-time code of its first region operator.
    Init {
        /// The directory to make.
        #[arg(long)]
        data: PathBuf,
        /// Name or address under which the server is reached. May be repeated.
        #[arg(long = "name", default_values = ["localhost", "127.0.0.1", "::1"], value_parser = server_name)]
        names: Vec<String>,
        #[command(flatten)]
        tenant: TenantOptions,
    },
    /// Make the tables on the PostgreSQL server or bring them up to date, before the servers themselves are.
    Migrate {
        #[command(flatten)]
        owner: Owner,
        /// The data directory, if there is one already.
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Add another tenant and print a token for its programs.
    AddTenant {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        #[command(flatten)]
        tenant: TenantOptions,
    },
    /// Make a new one-time code by which whoever logs in and enters it becomes region operator. Older codes stop working.
    FirstCode {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// The region's name.
        #[arg(long, default_value = "Region")]
        region: String,
    },
    /// Add a token for a program, which may do no more than a role may, and print it.
    AddToken {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// The region's or municipality's name.
        #[arg(long)]
        tenant: String,
        /// The role's name, such as program or auditor; see docs/authorisation.md.
        #[arg(long, default_value = "program", value_parser = role)]
        role: Role,
    },
    /// Change a tenant's settings; what is not given stays as it is.
    Settings {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        #[command(flatten)]
        tenant: TenantOptions,
        /// Take a setting away. May be repeated.
        #[arg(long, value_name = "SETTING")]
        without: Vec<Setting>,
    },
    /// Add a municipality to a region and print a token for its programs.
    AddMunicipality {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// The region's name.
        #[arg(long)]
        region: String,
        #[command(flatten)]
        tenant: TenantOptions,
    },
    /// List a tenant's tokens by name and role.
    Tokens {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// The region's or municipality's name.
        #[arg(long)]
        tenant: String,
    },
    /// End a token; it opens nothing from then on.
    RevokeToken {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// The region's or municipality's name.
        #[arg(long)]
        tenant: String,
        /// The token's name, the eight letters after `fleet_`.
        #[arg(long)]
        token: String,
    },
    /// Add Västernorrland's 7 municipalities to a region, without people or kits, and print a token for each one's programs.
    AddVasternorrland {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// The region's name.
        #[arg(long, default_value = "Region")]
        region: String,
    },
    /// Fill a region with believable data: Västernorrland's 7 municipalities, their people and their kits.
    DemoData {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// The region's name.
        #[arg(long, default_value = "Region")]
        region: String,
        /// The same number gives the same data.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// As many kits as this, for measurements.
        #[arg(long)]
        kits: Option<u32>,
        /// For how many days visits have been made.
        #[arg(long, default_value_t = demo::Size::default().days)]
        days: u32,
    },
    /// Check every tenant's audit trail up to its sealed end, and print the newest number and hash, to be noted elsewhere.
    AuditVerify {
        /// The data directory: checks every tenant's trail.
        #[arg(long, required_unless_present = "file")]
        data: Option<PathBuf>,
        /// An exported trail: one entry per line.
        #[arg(long, conflicts_with = "data")]
        file: Option<PathBuf>,
        /// An entry that was noted elsewhere and that the file must hold: an export shows by nothing else that its end was cut off.
        #[arg(long, value_name = "NUMBER:HASH", requires = "file")]
        expect: Option<Noted>,
    },
    /// Print a tenant's audit trail, one JSON entry per line.
    AuditExport {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// The tenant's name.
        #[arg(long)]
        tenant: String,
    },
    /// Check the log of meetings: each care provider's hash chain. Prints its newest number and hash, to be noted elsewhere.
    AttendanceVerify {
        /// The data directory: checks every chain.
        #[arg(long, required_unless_present = "file")]
        data: Option<PathBuf>,
        /// An exported log: one entry per line.
        #[arg(long, conflicts_with = "data")]
        file: Option<PathBuf>,
        /// An entry that was noted elsewhere and that the file must hold.
        #[arg(long, value_name = "NUMBER:HASH", requires = "file")]
        expect: Option<Noted>,
    },
    /// Print a care provider's log of meetings, one JSON entry per line.
    AttendanceExport {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// The municipality's name.
        #[arg(long)]
        tenant: String,
        /// The care provider's name; without it: what happened while nobody is known to have had the kit.
        #[arg(long)]
        provider: Option<String>,
    },
    /// Copy everything into a new folder while the server runs: keys, certificates and the database.
    Backup {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// The folder to make.
        #[arg(long)]
        to: PathBuf,
        /// Leave link.key, device-ca.key, server-ca.key and what goes with them out; keep them elsewhere.
        #[arg(long)]
        without_keys: bool,
        #[command(flatten)]
        owner: Owner,
    },
    /// Make a data directory of a backup. A PostgreSQL database must be there and empty.
    Restore {
        /// The backup.
        #[arg(long)]
        from: PathBuf,
        /// The data directory to make.
        #[arg(long)]
        data: PathBuf,
        #[command(flatten)]
        owner: Owner,
    },
    /// Serve kits and people until SIGTERM or SIGINT.
    Serve {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        /// Where kits connect.
        #[arg(long, default_value = "0.0.0.0:8443")]
        device_listen: SocketAddr,
        /// Where people and programs connect.
        #[arg(long, default_value = "0.0.0.0:9443")]
        console_listen: SocketAddr,
        /// Where Prometheus reads figures, over plain HTTP: a loopback address such as 127.0.0.1:9464. Without it, nowhere.
        #[arg(long)]
        metrics_listen: Option<SocketAddr>,
    },
}

fn read_connection(text: &SecretString) -> Result<ConnectionString, NotAConnectionString> {
    text.expose_secret().parse()
}

fn server_name(text: &str) -> Result<String, &'static str> {
    let is_address = text.parse::<IpAddr>().is_ok();
    let is_name = || matches!(Host::parse(text), Ok(Host::Domain(name)) if name == text.to_lowercase());
    (is_address || is_name())
        .then(|| text.to_owned())
        .ok_or("that is no name or address of a server; write for example fleet.region.example or 10.1.2.3")
}

fn role(name: &str) -> Result<Role, String> {
    Role::named(name).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        format!("there is no such role; choose one of {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_understood(words: &[&str]) -> bool {
        Arguments::try_parse_from([&["fleet-server", "init", "--data", "d"], words].concat()).is_ok()
    }

    #[test]
    fn a_tenant_has_a_name_and_a_server_too() {
        assert!(is_understood(&[]));
        assert!(is_understood(&["--tenant", "Region Exempel"]));
        for name in ["", "  ", "two\nlines", "19121212-1212"] {
            assert!(!is_understood(&["--tenant", name]), "{name:?}");
        }
        for name in [
            "fleet.region.example",
            "Fleet.Region.Example",
            "localhost",
            "10.1.2.3",
            "2001:db8::1",
        ] {
            assert!(is_understood(&["--name", name]), "{name}");
        }
        for name in [
            "",
            "a b",
            "https://fleet.region.example",
            "fleet.region.example:8443",
            "two\nlines",
            "10.1.2",
        ] {
            assert!(!is_understood(&["--name", name]), "{name:?}");
        }
    }
}
