//! What comes out of a statement.

use sqlx::{ColumnIndex, Row as _, TypeInfo as _, ValueRef as _, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

/// A row of either database.
#[derive(Debug)]
pub(in crate::store) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// A column's name or its place from 0.
pub(in crate::store) trait Column:
    ColumnIndex<SqliteRow> + ColumnIndex<PgRow> + Copy
{
}

impl Column for &str {}
impl Column for usize {}

/// What a column can be read as.
pub(in crate::store) trait Read<'r>: Sized {
    /// Reads it.
    fn read(row: &'r Row, column: impl Column) -> Result<Self, sqlx::Error>;
}

impl Row {
    /// A column's value.
    pub(in crate::store) fn try_get<'r, T: Read<'r>, C: Column>(
        &'r self,
        column: C,
    ) -> Result<T, sqlx::Error> {
        T::read(self, column)
    }

    fn is_null(&self, column: impl Column) -> Result<bool, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_raw(column)?.is_null(),
            Self::Postgres(row) => row.try_get_raw(column)?.is_null(),
        })
    }
}

impl<'r, T: Read<'r>> Read<'r> for Option<T> {
    fn read(row: &'r Row, column: impl Column) -> Result<Self, sqlx::Error> {
        if row.is_null(column)? {
            return Ok(None);
        }
        T::read(row, column).map(Some)
    }
}

macro_rules! same_in_both {
    ($($type:ty),+) => {$(
        impl<'r> Read<'r> for $type {
            fn read(row: &'r Row, column: impl Column) -> Result<Self, sqlx::Error> {
                match row {
                    Row::Sqlite(row) => row.try_get(column),
                    Row::Postgres(row) => row.try_get(column),
                }
            }
        }
    )+};
}

same_in_both!(Uuid, String, &'r str, Vec<u8>, &'r [u8], bool);

/// PostgreSQL's literals are narrower than its columns, and each width is a type of its own.
impl Read<'_> for i64 {
    fn read(row: &Row, column: impl Column) -> Result<Self, sqlx::Error> {
        let row = match row {
            Row::Sqlite(row) => return row.try_get(column),
            Row::Postgres(row) => row,
        };
        if row.try_get_raw(column)?.type_info().name() == "INT4" {
            return Ok(i64::from(row.try_get::<i32, _>(column)?));
        }
        row.try_get(column)
    }
}

macro_rules! narrower {
    ($($type:ty),+) => {$(
        impl Read<'_> for $type {
            fn read(row: &Row, column: impl Column) -> Result<Self, sqlx::Error> {
                let wide: i64 = row.try_get(column)?;
                wide.try_into().map_err(|error| sqlx::Error::Decode(Box::new(error)))
            }
        }
    )+};
}

narrower!(u32, u16, u8);
