//! `kit-agent`: see `kit-agent --help`.

use std::process::ExitCode;

use clap::Parser as _;
use kit_agent::cli::Arguments;

fn main() -> ExitCode {
    kit_agent::cli::run(Arguments::parse())
}
