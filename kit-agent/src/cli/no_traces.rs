//! A program that falls over must not leave its memory behind.

use anyhow::{Context as _, Result};
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// No core dump of this process, and no reading of its memory by others of the same user. What it starts inherits the
/// limit.
pub(super) fn forbid_core_dumps() -> Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).context("core dumps could not be forbidden")?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable).context("core dumps could not be forbidden")
}
