//! Statements under no name.
//!
//! Without this a statement is prepared under a name in the session, even where none is kept: the
//! next transaction, which a pooler gives another session or the same one as somebody else before,
//! finds a name that is taken.

use sqlx::Postgres;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::{Query, QueryAs, QueryScalar};

/// A statement.
pub(super) fn query<'q>(text: &'static str) -> Query<'q, Postgres, PgArguments> {
    sqlx::query(text).persistent(false)
}

/// A statement that returns tuples.
pub(super) fn query_as<'q, O>(text: &'static str) -> QueryAs<'q, Postgres, O, PgArguments>
where
    O: for<'r> sqlx::FromRow<'r, PgRow>,
{
    sqlx::query_as(text).persistent(false)
}

/// A statement that returns one column.
pub(super) fn query_scalar<'q, O>(text: &'static str) -> QueryScalar<'q, Postgres, O, PgArguments>
where
    (O,): for<'r> sqlx::FromRow<'r, PgRow>,
{
    sqlx::query_scalar(text).persistent(false)
}
