//! `kit-provision`: see `kit-provision --help` and `docs/operations.md`.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use fleet_api::KitName;
use kit_provision::{CodeOptions, IssuedCode, make_code};
use url::Url;

/// Turns bare tablets into enrolled kits.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a one-time enrolment code and print it.
    Code {
        /// The server's console, such as <https://fleet.region.example:9443>.
        #[arg(long)]
        server: Url,
        /// File with the administrator's token.
        #[arg(long)]
        token_file: PathBuf,
        /// What is painted on the kit; one of a new name is added.
        #[arg(long)]
        kit: KitName,
        /// The server's `server-ca.pem`. Without it the server must be one that this machine trusts.
        #[arg(long)]
        ca: Option<PathBuf>,
        /// Print kit id, code and expiry as JSON instead of the code alone.
        #[arg(long)]
        json: bool,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    let Command::Code {
        server,
        token_file,
        kit,
        ca,
        json,
    } = Arguments::parse().command;
    let read = |file: &PathBuf| {
        std::fs::read_to_string(file).with_context(|| format!("could not read {}", file.display()))
    };
    let token = read(&token_file)?.trim().to_owned().into();
    let server_authority = ca.as_ref().map(read).transpose()?;
    let server_authority = server_authority.as_deref().map(str::as_bytes);
    let options = CodeOptions {
        server,
        token,
        kit,
        server_authority,
    };
    let code = make_code(options).await?;
    print(&code, json);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the code is what the person asked for")]
fn print(code: &IssuedCode, json: bool) {
    let IssuedCode {
        kit_id,
        code,
        expires_at,
    } = code;
    if json {
        println!(
            "{}",
            serde_json::json!({ "kit_id": kit_id, "code": code, "expires_at": expires_at })
        );
    } else {
        println!("{}", code.expose_grouped());
    }
}
