//! Migrations only ever add, so that a server that is older than the tables still serves: expand first, contract when no
//! version that is in use needs the old shape (in a migration named `NNNN_contract_…`). Both databases get the same.

use std::{collections::BTreeSet, fs, path::Path};

use crate::cluster::Cluster;
use fleet_server::store::{Place, Store, Vault};
use sqlx::Row;

/// What an older server would stumble over.
const FORBIDDEN: [&str; 10] = [
    "DROP TABLE",
    "DROP COLUMN",
    "RENAME",
    "ALTER COLUMN",
    "SET NOT NULL",
    "ADD CONSTRAINT",
    "ADD CHECK",
    "ADD UNIQUE",
    "ADD PRIMARY KEY",
    "DELETE FROM",
];

fn migrations(database: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(database);
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    found.sort();
    found
}

/// A migration's statements in capitals, on one line each, without comments.
fn statements(content: &str) -> Vec<String> {
    let uncommented: Vec<_> = content
        .lines()
        .map(|line| line.split("--").next().unwrap())
        .collect();
    let statements = uncommented.join(" ").to_uppercase();
    let one_line = |statement: &str| statement.split_whitespace().collect::<Vec<_>>().join(" ");
    statements.split(';').map(one_line).collect()
}

/// Why an older server could not live with a migration.
fn stumbling_block(content: &str) -> Option<String> {
    let statements = statements(content);
    let made_here = |table: &str| {
        let made = format!("CREATE TABLE {table} ");
        statements.iter().any(|statement| statement.starts_with(&made))
    };
    statements.iter().find_map(|statement| {
        let forbidden = FORBIDDEN.iter().any(|forbidden| statement.contains(forbidden));
        let demands = statement.contains("ADD COLUMN")
            && statement.contains("NOT NULL")
            && !statement.contains("DEFAULT");
        let unique = statement.strip_prefix("CREATE UNIQUE INDEX").is_some_and(|rest| {
            let table = rest
                .split(" ON ")
                .nth(1)
                .and_then(|on| on.split_whitespace().next());
            !table.is_some_and(made_here)
        });
        (forbidden || demands || unique).then(|| statement.clone())
    })
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names =
        |database| -> Vec<String> { migrations(database).into_iter().map(|(name, _)| name).collect() };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn a_migration_only_adds() {
    for (name, content) in [migrations("sqlite"), migrations("postgres")].concat() {
        if !name.contains("_contract_") {
            assert_eq!(stumbling_block(&content), None, "{name}");
        }
    }
}

#[test]
fn what_an_older_server_stumbles_over_is_found() {
    for statement in [
        "ALTER TABLE kits DROP COLUMN name;",
        "ALTER TABLE kits\n    RENAME COLUMN name TO label;",
        "alter table kits add column colour TEXT NOT NULL;",
        "CREATE UNIQUE INDEX kits_by_name ON kits (tenant_id, name);",
        "DROP TABLE kits;",
        "ALTER TABLE kits ALTER COLUMN name SET NOT NULL;",
    ] {
        assert!(stumbling_block(statement).is_some(), "{statement}");
    }
    for statement in [
        "ALTER TABLE kits ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey';",
        "-- DROP TABLE kits;\nCREATE TABLE lids (name TEXT NOT NULL);\nCREATE UNIQUE INDEX one ON lids (name);",
    ] {
        assert_eq!(stumbling_block(statement), None, "{statement}");
    }
}

#[tokio::test]
async fn both_databases_have_the_same_tables() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("fleet.db");
    let place = Place::File(file.clone());
    Store::open(&place, Vault::new(&[7; 32]))
        .await
        .unwrap()
        .close()
        .await;
    let sqlite = sqlx::SqlitePool::connect(file.to_str().unwrap()).await.unwrap();
    let in_sqlite = sqlx::query(
        "SELECT t.name, c.name, c.type, c.\"notnull\" <> 0 FROM sqlite_master t JOIN pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE '\\_%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite%'",
    )
    .fetch_all(&sqlite)
    .await
    .unwrap();
    let in_sqlite: BTreeSet<Column> = in_sqlite
        .iter()
        .map(|row| Column::read(row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect();

    let cluster = Cluster::with_tables().await;
    let in_postgres = sqlx::query(
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO' FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%'",
    )
    .fetch_all(&cluster.look().await)
    .await
    .unwrap();
    let in_postgres: BTreeSet<Column> = in_postgres
        .iter()
        .map(|row| Column::read(row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect();
    let different: Vec<_> = in_sqlite.symmetric_difference(&in_postgres).collect();
    assert!(in_sqlite.len() > 50 && different.is_empty(), "{different:#?}");
}

/// What servers before 0027 left of a kit that went from A (01) to B (02), back, and to B once more.
const MOVED: &str = "INSERT INTO tenants (tenant_id, name, created_at) VALUES (x'01', 'A', 0), (x'02', 'B', 0);
    INSERT INTO kits (tenant_id, kit_id, name, created_at, moved_to)
        VALUES (x'01', x'10', 'Kit 14', 0, x'02'), (x'02', x'10', 'Kit 14', 0, NULL), (x'01', x'11', 'Kit 15', 0, NULL);
    INSERT INTO kit_states (tenant_id, kit_id, number, at, state)
        VALUES (x'01', x'10', 1, 100, 'ordered'), (x'02', x'10', 1, 200, 'ordered'), (x'01', x'10', 2, 300, 'ordered'),
               (x'02', x'10', 2, 400, 'ordered'), (x'01', x'11', 1, 100, 'ordered')";

#[tokio::test]
async fn a_kit_that_had_left_already_did_so_when_it_arrived() {
    let one = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1);
    let database = one.connect("sqlite::memory:").await.unwrap();
    for (name, content) in migrations("sqlite") {
        if name.starts_with("0027") {
            sqlx::raw_sql(MOVED).execute(&database).await.unwrap();
        }
        let content = sqlx::AssertSqlSafe(content);
        sqlx::raw_sql(content).execute(&database).await.unwrap();
    }
    let left = sqlx::query(
        "SELECT tenant_id, kit_id, number, at, moved_to FROM kit_states WHERE moved_to IS NOT NULL",
    )
    .fetch_all(&database)
    .await
    .unwrap();
    let [left] = &left[..] else {
        panic!("{} rows", left.len());
    };
    let ids = [0, 1, 4].map(|column| left.get::<Vec<u8>, _>(column));
    let numbers = [2, 3].map(|column| left.get::<i64, _>(column));
    assert_eq!((ids, numbers), ([vec![1], vec![0x10], vec![2]], [3, 400]));
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    table: String,
    name: String,
    kind: &'static str,
    required: bool,
}

impl Column {
    fn read(table: String, name: String, kind: &str, required: bool) -> Self {
        let kind = match kind {
            "TEXT" | "text" => "text",
            "INTEGER" | "bigint" | "boolean" => "number",
            "BLOB" | "uuid" | "bytea" => "bytes",
            other => panic!("{table}.{name} is {other}, which the store does not read"),
        };
        Self {
            table,
            name,
            kind,
            required,
        }
    }
}
