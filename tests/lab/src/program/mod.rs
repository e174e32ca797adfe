//! The program's commands: each starts stand-ins, tells where they are, and runs until it is told to stop.

mod all;
mod bank_id;
mod node;
mod phone;

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;

pub(crate) use all::AllArguments;
pub(crate) use bank_id::BankIdArguments;
pub(crate) use node::NodeArguments;
pub(crate) use phone::PhoneArguments;

/// Makes the directory where a stand-in tells about itself.
fn prepare(dir: &Path) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot create {}", dir.display()))?;
    Ok(dir.canonicalize()?)
}

/// Writes a file of the directory and returns its path.
fn put(dir: &Path, name: &str, content: &str) -> anyhow::Result<PathBuf> {
    let path = dir.join(name);
    std::fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// Prints where the stand-ins are. `lab.json` comes last and at once, so that who sees it can use it.
fn tell(dir: &Path, facts: &Value) -> anyhow::Result<()> {
    let unfinished = put(dir, "lab.json.new", &facts.to_string())?;
    std::fs::rename(unfinished, dir.join("lab.json"))?;
    print(facts);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the one line that a command prints")]
fn print(facts: &Value) {
    println!("{facts}");
}

/// Runs until somebody asks the stand-in, or the program, to stop.
async fn until_told(quit_asked: impl Future<Output = ()>) -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        () = quit_asked => {}
        _ = terminate.recv() => {}
        result = tokio::signal::ctrl_c() => result?,
    }
    Ok(())
}
