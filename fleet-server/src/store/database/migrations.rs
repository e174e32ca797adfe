//! The steps that bring a database's tables up to date, built into the program from `migrations/`.
//!
//! Not by `sqlx::migrate!`: sqlx's macros would have the whole of sqlx, and SQLite itself, built a second time for the compiler.
//! `build.rs` sees to it that a new file is noticed.

use include_dir::{Dir, File, include_dir};
use sqlx::{
    SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};

static SQLITE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations/sqlite");
static POSTGRES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/migrations/postgres");

pub(super) fn for_sqlite() -> Migrator {
    Migrator::with_migrations(SQLITE.files().map(step).collect())
}

pub(super) fn for_postgres() -> Migrator {
    Migrator::with_migrations(POSTGRES.files().map(step).collect())
}

/// `0001_first_tables.sql` is number 1, "first tables".
fn step(file: &'static File<'static>) -> Migration {
    let name = file.path().file_stem().and_then(|name| name.to_str());
    let (number, what) = name
        .and_then(|name| name.split_once('_'))
        .expect("a migration is called NUMBER_WHAT.sql");
    Migration::new(
        number.parse().expect("a migration begins with its number"),
        what.replace('_', " ").into(),
        MigrationType::Simple,
        file.contents_utf8().expect("a migration is text").into_sql_str(),
        false,
    )
}
