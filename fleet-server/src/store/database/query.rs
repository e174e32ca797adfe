//! One statement for both databases. It is prepared once per connection and kept there.

use std::marker::PhantomData;

use sqlx::{Database, Encode, Postgres, Sqlite, Type};
use uuid::Uuid;

use super::{
    Connection, Reader, Row,
    connection::Lent,
    row::Read,
    value::{Bind, Value},
};

/// A statement with placeholders `$1`, `$2` …
pub(in crate::store) fn query(statement: &'static str) -> Query {
    Query {
        statement,
        values: Vec::new(),
    }
}

/// A statement whose rows have one column that matters, the first.
pub(in crate::store) fn query_scalar<T: for<'r> Read<'r>>(statement: &'static str) -> Scalar<T> {
    Scalar(query(statement), PhantomData)
}

/// A statement and the values for its placeholders.
#[derive(Debug)]
#[must_use = "a statement does nothing until it is executed"]
pub(in crate::store) struct Query {
    statement: &'static str,
    values: Vec<Value>,
}

/// A statement that gives one value per row.
#[derive(Debug)]
#[must_use = "a statement does nothing until it is executed"]
pub(in crate::store) struct Scalar<T>(Query, PhantomData<fn() -> T>);

/// Where a statement is executed.
#[derive(Debug)]
pub(in crate::store) enum On<'c> {
    Any(Reader<'c>),
    This(&'c mut Connection),
}

/// What a statement did.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Done(u64);

impl Done {
    /// How many rows it wrote.
    pub(in crate::store) fn rows_affected(self) -> u64 {
        self.0
    }
}

impl Query {
    /// The value for the next placeholder.
    pub(in crate::store) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.value());
        self
    }

    /// Executes a statement that gives no rows.
    pub(in crate::store) async fn execute(self, on: impl Into<On<'_>>) -> Result<Done, sqlx::Error> {
        let mut taken = None;
        Ok(Done(match &mut on.into().connection(&mut taken).await?.lent {
            Lent::Sqlite(held) => {
                let done = self.bound::<Sqlite>().execute(&mut **held).await?;
                done.rows_affected()
            }
            Lent::Postgres(held) => {
                let done = self.bound::<Postgres>().execute(&mut **held).await?;
                done.rows_affected()
            }
        }))
    }

    /// All rows.
    pub(in crate::store) async fn fetch_all(self, on: impl Into<On<'_>>) -> Result<Vec<Row>, sqlx::Error> {
        let mut taken = None;
        Ok(match &mut on.into().connection(&mut taken).await?.lent {
            Lent::Sqlite(held) => {
                let rows = self.bound::<Sqlite>().fetch_all(&mut **held).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Lent::Postgres(held) => {
                let rows = self.bound::<Postgres>().fetch_all(&mut **held).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The first row, if there is one.
    pub(in crate::store) async fn fetch_optional(
        self,
        on: impl Into<On<'_>>,
    ) -> Result<Option<Row>, sqlx::Error> {
        let mut taken = None;
        Ok(match &mut on.into().connection(&mut taken).await?.lent {
            Lent::Sqlite(held) => {
                let row = self.bound::<Sqlite>().fetch_optional(&mut **held).await?;
                row.map(Row::Sqlite)
            }
            Lent::Postgres(held) => {
                let row = self.bound::<Postgres>().fetch_optional(&mut **held).await?;
                row.map(Row::Postgres)
            }
        })
    }

    /// The first row of a statement that always gives one.
    pub(in crate::store) async fn fetch_one(self, on: impl Into<On<'_>>) -> Result<Row, sqlx::Error> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }

    fn bound<DB: Database>(self) -> sqlx::query::Query<'static, DB, DB::Arguments>
    where
        Option<Uuid>: Encode<'static, DB> + Type<DB>,
        Option<i64>: Encode<'static, DB> + Type<DB>,
        Option<String>: Encode<'static, DB> + Type<DB>,
        Option<Vec<u8>>: Encode<'static, DB> + Type<DB>,
        Option<bool>: Encode<'static, DB> + Type<DB>,
    {
        let statement = sqlx::query::<DB>(self.statement);
        self.values
            .into_iter()
            .fold(statement, |statement, value| match value {
                Value::Id(id) => statement.bind(id),
                Value::Number(number) => statement.bind(number),
                Value::Text(text) => statement.bind(text),
                Value::Bytes(bytes) => statement.bind(bytes),
                Value::Truth(truth) => statement.bind(truth),
            })
    }
}

impl<T: for<'r> Read<'r>> Scalar<T> {
    /// The value for the next placeholder.
    pub(in crate::store) fn bind(self, value: impl Bind) -> Self {
        Self(self.0.bind(value), PhantomData)
    }

    /// The first row's value, if there is one.
    pub(in crate::store) async fn fetch_optional(
        self,
        on: impl Into<On<'_>>,
    ) -> Result<Option<T>, sqlx::Error> {
        let row = self.0.fetch_optional(on).await?;
        row.as_ref().map(|row| row.try_get(0)).transpose()
    }

    /// All rows' values.
    pub(in crate::store) async fn fetch_all(self, on: impl Into<On<'_>>) -> Result<Vec<T>, sqlx::Error> {
        let rows = self.0.fetch_all(on).await?;
        rows.iter().map(|row| row.try_get(0)).collect()
    }

    /// The value of a statement that always gives a row.
    pub(in crate::store) async fn fetch_one(self, on: impl Into<On<'_>>) -> Result<T, sqlx::Error> {
        self.0.fetch_one(on).await?.try_get(0)
    }
}

impl<'c> On<'c> {
    async fn connection<'t>(
        self,
        taken: &'t mut Option<Connection>,
    ) -> Result<&'t mut Connection, sqlx::Error>
    where
        'c: 't,
    {
        Ok(match self {
            Self::This(connection) => connection,
            Self::Any(reader) => taken.insert(reader.connect().await?),
        })
    }
}

impl<'c> From<Reader<'c>> for On<'c> {
    fn from(reader: Reader<'c>) -> Self {
        Self::Any(reader)
    }
}

impl<'c> From<&'c mut Connection> for On<'c> {
    fn from(connection: &'c mut Connection) -> Self {
        Self::This(connection)
    }
}
