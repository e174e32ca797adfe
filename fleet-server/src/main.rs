//! `fleet-server`: see `fleet-server --help` and `docs/operations.md`.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use clap::{Parser, Subcommand};
use fleet_api::EnrolmentCode;
use fleet_server::{
    data_dir::DataDir,
    demo,
    domain::role::Role,
    operator::{self, TenantOptions, attendance_log, audit_trail, backup},
    server::{Addresses, Server},
    store::{ConnectionString, NotAConnectionString},
    telemetry::Telemetry,
};
use jiff::Timestamp;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use secrecy::{ExposeSecret, SecretString};
use tokio::signal::unix::{SignalKind, signal};

/// The fleet server of the home-visit kit.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
}

/// Taken as it is given: a refusal of the command line would repeat a mistyped password.
#[derive(clap::Args)]
struct Connection {
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

/// Who makes, copies and restores tables; a file needs none.
#[derive(clap::Args)]
struct Owner {
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
    fn read(&self) -> Result<Option<ConnectionString>, NotAConnectionString> {
        self.owner.as_ref().map(read_connection).transpose()
    }
}

#[derive(Subcommand)]
enum Command {
    /// Make a data directory: keys, certificate authorities, database, a first tenant. Prints a token for its programs, and on
    /// standard error the one-time code of its first region operator.
    Init {
        /// The directory to make.
        #[arg(long)]
        data: PathBuf,
        /// Name or address under which the server is reached. May be repeated.
        #[arg(long = "name", default_values = ["localhost", "127.0.0.1", "::1"])]
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
    /// Replace a tenant's settings; what is not given becomes empty.
    Settings {
        /// The data directory.
        #[arg(long)]
        data: PathBuf,
        #[command(flatten)]
        tenant: TenantOptions,
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
    /// Check the audit trail's hash chain and print each tenant's newest number and hash, to be noted elsewhere.
    AuditVerify {
        /// The data directory: checks every tenant's trail.
        #[arg(long, required_unless_present = "file")]
        data: Option<PathBuf>,
        /// An exported trail: one entry per line.
        #[arg(long, conflicts_with = "data")]
        file: Option<PathBuf>,
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

#[tokio::main]
async fn main() -> Result<()> {
    let telemetry = Telemetry::start()?;
    let done = run(Arguments::parse()).await;
    telemetry.stop().await;
    done
}

#[expect(clippy::too_many_lines, reason = "one arm for each command")]
async fn run(arguments: Arguments) -> Result<()> {
    let Arguments { command, connection } = arguments;
    let database = connection.database.as_ref().map(read_connection).transpose()?;
    let open = |data: &Path| Ok::<_, anyhow::Error>(DataDir::open(data)?.on(database.clone()));
    match command {
        Command::Init { data, names, tenant } => {
            let keys = operator::init(&data, &names, database, tenant).await?;
            print_token(&keys.token);
            print_code(&keys.code);
            Ok(())
        }
        Command::FirstCode { data, region } => {
            print_code(&operator::first_code(&open(&data)?.store().await?, &region).await?);
            Ok(())
        }
        Command::AddToken { data, tenant, role } => {
            let store = open(&data)?.store().await?;
            print_token(&operator::add_token(&store, &tenant, role).await?);
            Ok(())
        }
        Command::Migrate { owner, data } => {
            let remembered = data.as_deref().map(open).transpose()?;
            let database = remembered.as_ref().map_or(database.as_ref(), DataDir::server);
            let database = database.context("say which server by --database or --data")?;
            let owner = owner.read()?.context("say who owns the tables by --owner")?;
            operator::migrate(&owner, database).await
        }
        Command::AddTenant { data, tenant } => {
            let store = open(&data)?.store().await?;
            let token = operator::add_tenant(&store, tenant).await?;
            print_token(&token);
            Ok(())
        }
        Command::Settings { data, tenant } => {
            operator::change_settings(&open(&data)?.store().await?, tenant).await
        }
        Command::AddMunicipality { data, region, tenant } => {
            let store = open(&data)?.store().await?;
            let token = operator::add_municipality(&store, &region, tenant).await?;
            print_token(&token);
            Ok(())
        }
        Command::DemoData {
            data,
            region,
            seed,
            kits,
            days,
        } => {
            let store = open(&data)?.store().await?;
            let size = demo::Size { kits, days };
            demo::fill(&store, &region, (seed, size), Timestamp::now()).await
        }
        Command::AuditVerify { data, file } => {
            let trails = match (data, file) {
                (Some(data), _) => audit_trail::verify(&open(&data)?.store().await?).await?,
                (None, file) => audit_trail::verify_file(&file.unwrap_or_default())?,
            };
            print_lines(&trails);
            Ok(())
        }
        Command::AuditExport { data, tenant } => {
            let store = open(&data)?.store().await?;
            print_lines(&audit_trail::export(&store, &tenant).await?);
            Ok(())
        }
        Command::AttendanceVerify { data, file } => {
            let logs = match (data, file) {
                (Some(data), _) => attendance_log::verify(&open(&data)?.store().await?).await?,
                (None, file) => attendance_log::verify_file(&file.unwrap_or_default())?,
            };
            print_lines(&logs);
            Ok(())
        }
        Command::AttendanceExport {
            data,
            tenant,
            provider,
        } => {
            let store = open(&data)?.store().await?;
            print_lines(&attendance_log::export(&store, &tenant, provider.as_deref()).await?);
            Ok(())
        }
        Command::Backup {
            data,
            to,
            without_keys,
            owner,
        } => backup::back_up(&open(&data)?, &to, !without_keys, owner.read()?.as_ref()).await,
        Command::Restore { from, data, owner } => {
            let owner = owner.read()?;
            ensure!(
                owner.is_some() == database.is_some(),
                "to restore on a PostgreSQL server takes both --database and --owner"
            );
            backup::restore(&from, &data, owner.as_ref().zip(database.as_ref())).await
        }
        Command::Serve {
            data,
            device_listen,
            console_listen,
            metrics_listen,
        } => {
            let addresses = Addresses {
                device: device_listen,
                console: console_listen,
                metrics: metrics_listen,
            };
            serve(&open(&data)?, addresses).await
        }
    }
}

async fn serve(data: &DataDir, addresses: Addresses) -> Result<()> {
    allow_open_files();
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for SIGTERM")?;
    let mut server = Server::start_at(data, addresses).await?;
    announce(&server);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
        failure = server.failed() => bail!("a part of the server stopped by itself: {failure:?}"),
    }
    server.stop().await;
    Ok(())
}

/// Each connected kit is an open file, and systems give a program some thousand unless it asks for as many as it may have.
fn allow_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: limit.maximum,
        ..limit
    };
    if let Err(error) = setrlimit(Resource::Nofile, most) {
        tracing::warn!(%error, "could not raise the number of open files");
    }
    tracing::info!(most = limit.maximum, "open files allowed");
}

fn read_connection(text: &SecretString) -> Result<ConnectionString, NotAConnectionString> {
    text.expose_secret().parse()
}

fn role(name: &str) -> Result<Role, String> {
    Role::named(name).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        format!("there is no such role; choose one of {}", known.join(", "))
    })
}

/// On standard error, so that what programs read is the token alone.
#[expect(clippy::print_stderr, reason = "the one time that the code is shown")]
fn print_code(code: &EnrolmentCode) {
    eprintln!(
        "First region operator: log in at the console within 24 hours and enter {} there. It works once.",
        code.expose_grouped()
    );
}

#[expect(clippy::print_stdout, reason = "the one time that the token is shown")]
fn print_token(token: &SecretString) {
    println!("{}", token.expose_secret());
}

#[expect(clippy::print_stdout, reason = "what the command was asked for")]
fn print_lines(lines: &[String]) {
    for line in lines {
        println!("{line}");
    }
}

#[expect(
    clippy::print_stdout,
    reason = "scripts read the addresses from here, as port 0 takes a free one"
)]
fn announce(server: &Server) {
    println!("kits: https://{}", server.device_address);
    println!("console: https://{}", server.console_address);
    if let Some(address) = server.metrics_address {
        println!("metrics: http://{address}/metrics");
    }
}
