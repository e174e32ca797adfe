//! A PostgreSQL folder with the fleet server's tables, made once and copied for each test: making one takes two seconds.
//!
//! It lies among the build's own files, named by all that it is made of: a change makes another. Two tests may make it at
//! once; whoever is first has made the same.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    process::Command,
};

use fleet_server::store::Store;

use crate::cluster::{Cluster, succeed};

/// Copies it to the folder `data`, which does not exist yet.
pub(crate) async fn copy_to(data: &Path) {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("postgres-{:016x}", made_of()));
    if !kept.exists() {
        make(&kept).await;
    }
    copy(&kept, data);
}

async fn make(kept: &Path) {
    let mut cluster = Cluster::start();
    Store::migrate(&cluster.owner(), &cluster.server()).await.unwrap();
    cluster.stop();
    let own = kept.with_extension(std::process::id().to_string());
    copy(&cluster.data(), &own);
    if fs::rename(&own, kept).is_err() {
        fs::remove_dir_all(&own).unwrap();
    }
}

/// The migrations, and how a cluster is made.
fn made_of() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let mut migrations: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    migrations.sort();
    let mut hasher = DefaultHasher::new();
    for migration in migrations {
        fs::read(migration).unwrap().hash(&mut hasher);
    }
    include_str!("cluster.rs").hash(&mut hasher);
    Cluster::program("postgres").hash(&mut hasher);
    hasher.finish()
}

/// With owners and rights, which PostgreSQL looks at.
fn copy(from: &Path, to: &Path) {
    succeed(Command::new("cp").args(["-a", "--reflink=auto"]).args([from, to]));
}
