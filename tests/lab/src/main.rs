//! The lab as a program: stand-ins that run until they are told to stop, and a phone to try them with.

mod program;

use clap::{Parser, Subcommand};
use program::{AllArguments, BankIdArguments, NodeArguments, PhoneArguments};

/// Stand-ins for what is outside the kit.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    All(AllArguments),
    Node(NodeArguments),
    BankId(BankIdArguments),
    Phone(PhoneArguments),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match Arguments::parse().command {
        Command::All(all) => all.run().await,
        Command::Node(node) => node.run().await,
        Command::BankId(bank_id) => bank_id.run().await,
        Command::Phone(phone) => phone.run().await,
    }
}
