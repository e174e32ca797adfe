//! `fleet-server`: see `fleet-server --help` and `docs/operations.md`.

mod arguments;

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use fleet_api::EnrolmentCode;
use fleet_server::{
    data_dir::DataDir,
    demo, open_files,
    operator::{self, attendance_log, audit_trail, backup},
    server::{Addresses, Server},
    telemetry::Telemetry,
};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tokio::signal::unix::{SignalKind, signal};

use arguments::{Arguments, Command};

#[tokio::main]
async fn main() -> Result<()> {
    let telemetry = Telemetry::start()?;
    fleet_server::web::log_panics();
    let done = Box::pin(run(Arguments::parse())).await;
    telemetry.stop().await;
    done
}

#[expect(clippy::too_many_lines, reason = "one arm for each command")]
async fn run(arguments: Arguments) -> Result<()> {
    let Arguments { command, connection } = arguments;
    let database = connection.read()?;
    let open = |data: &Path| {
        let directory = DataDir::open(data)?.on(database.clone());
        directory.demand_database()?;
        Ok::<_, anyhow::Error>(directory)
    };
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
        Command::Settings {
            data,
            tenant,
            without,
        } => operator::change_settings(&open(&data)?.store().await?, tenant, &without).await,
        Command::AddMunicipality { data, region, tenant } => {
            let store = open(&data)?.store().await?;
            let token = operator::add_municipality(&store, &region, tenant).await?;
            print_token(&token);
            Ok(())
        }
        Command::Tokens { data, tenant } => {
            let store = open(&data)?.store().await?;
            print_lines(&operator::tokens(&store, &tenant).await?);
            Ok(())
        }
        Command::RevokeToken { data, tenant, token } => {
            operator::revoke_token(&open(&data)?.store().await?, &tenant, &token).await
        }
        Command::AddVasternorrland { data, region } => {
            let store = open(&data)?.store().await?;
            for (name, token) in operator::add_vasternorrland(&store, &region).await? {
                print_named_token(&name, &token);
            }
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
        Command::AuditVerify { data, file, expect } => {
            let trails = match (data, file) {
                (Some(data), _) => audit_trail::verify(&open(&data)?.store_that_is_there().await?).await?,
                (None, file) => audit_trail::verify_file(&file.unwrap_or_default(), expect)?,
            };
            print_lines(&trails);
            Ok(())
        }
        Command::AuditExport { data, tenant } => {
            let store = open(&data)?.store().await?;
            print_lines(&audit_trail::export(&store, &tenant).await?);
            Ok(())
        }
        Command::AttendanceVerify { data, file, expect } => {
            let logs = match (data, file) {
                (Some(data), _) => attendance_log::verify(&open(&data)?.store_that_is_there().await?).await?,
                (None, file) => attendance_log::verify_file(&file.unwrap_or_default(), expect)?,
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
    open_files::allow_as_many_as_possible();
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

#[expect(clippy::print_stdout, reason = "the one time that the token is shown")]
fn print_named_token(whose: &str, token: &SecretString) {
    println!("{whose}: {}", token.expose_secret());
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
