//! SQLite in WAL mode: one connection writes, several read. Every commit is on disk before it is answered
//! (`synchronous = FULL`); deleted content is overwritten in the file (`secure_delete`).

use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};

use sqlx::{
    ConnectOptions, Connection as _, Sqlite, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Held, Kind, StoreError, migrations};

/// Statements that a connection keeps prepared: more than there are in the store.
const PREPARED: usize = 1_000;
const READERS: u32 = 4;
/// Rows that a reader may be ahead of who asked: with sqlx's 50, both threads would wake each other hundreds of times a page.
const ROWS_AHEAD: usize = 2_000;
/// What each connection keeps of the file, in KiB; at 5,000 kits the 2,000 of SQLite's own are read anew for each page.
const CACHE_KIB: u32 = 16_000;

/// Opens the file, creating it where it is missing, and brings its tables up to date.
pub(super) async fn open(file: &Path) -> Result<Kind, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .statement_cache_capacity(PREPARED)
        .row_buffer_size(ROWS_AHEAD)
        .pragma("cache_size", format!("-{CACHE_KIB}"))
        .pragma("secure_delete", "ON");
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .connect_with(options.clone())
        .await?;
    migrations::for_sqlite()
        // Of a newer program, whose steps only add: after an update the way back stays open, as with PostgreSQL.
        .set_ignore_missing(true)
        .run(&writer)
        .await
        .map_err(StoreError::Migration)?;
    let reader = SqlitePoolOptions::new()
        // All from the start: when everybody comes at once, none waits for its file to be opened.
        .min_connections(READERS)
        .max_connections(READERS)
        // A file does not go away as a server does; asking each time would double the work of a read.
        .test_before_acquire(false)
        .connect_with(options.read_only(true))
        .await?;
    Ok(Kind::Sqlite { reader, writer })
}

/// The one writer, from now until the transaction is over.
pub(super) async fn begin(writer: &SqlitePool) -> Result<Held<Sqlite>, sqlx::Error> {
    Ok(Held::InTransaction(writer.begin_with("BEGIN IMMEDIATE").await?))
}

/// Empties the write-ahead log into the file: until then it holds the old pages of what was erased.
pub(super) async fn forget_erased(writer: &SqlitePool) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(writer)
        .await?;
    Ok(())
}

/// Copies the database into a new file that only we may read, over a connection of its own, so that nobody waits.
pub(super) async fn copy_to(writer: &SqlitePool, file: &Path) -> Result<(), sqlx::Error> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    let mut connection = writer.connect_options().connect().await?;
    sqlx::query("VACUUM INTO $1")
        .bind(file.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await?;
    connection.close().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_that_a_newer_program_has_used_is_still_opened() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fleet.db");
        let opened = open(&file).await.unwrap();
        let Kind::Sqlite { writer, .. } = &opened else {
            panic!("a file is SQLite's");
        };
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'of a newer program', true, x'00', 0)";
        sqlx::query(newer).execute(writer).await.unwrap();
        writer.close().await;
        open(&file).await.unwrap();
    }

    #[tokio::test]
    async fn a_commit_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let opened = open(&folder.path().join("fleet.db")).await.unwrap();
        let Kind::Sqlite { writer, .. } = &opened else {
            panic!("a file is SQLite's");
        };
        let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(writer)
            .await
            .unwrap();
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
            .fetch_one(writer)
            .await
            .unwrap();
        assert_eq!(
            (synchronous, journal.as_str()),
            (2, "wal"),
            "2 = FULL: each commit syncs the log"
        );
    }
}
