//! One statement for many rows.
//!
//! A statement costs about nine microseconds to hand to the connection's thread, so what is done
//! for each of a thousand rows is done by a statement that carries them as `VALUES`. Sizes come
//! from a short list, so that there are few texts and each stays prepared. The texts are made of
//! constants of this crate and of placeholders only.

use std::sync::{Arc, OnceLock};

use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Sqlite};

use super::beside::beside;
use super::error::Error;

/// A statement whose values are bound.
pub(super) type Bound = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

/// How many rows a statement carries; each number of rows is a sum of these.
const SIZES: [usize; 5] = [256, 64, 16, 4, 1];

/// A statement that carries rows: `head group, group, … tail`.
#[derive(Debug)]
pub(super) struct Batch {
    head: &'static str,
    group: &'static str,
    tail: &'static str,
    texts: [OnceLock<Arc<str>>; SIZES.len()],
}

impl Batch {
    pub(super) const fn new(head: &'static str, group: &'static str, tail: &'static str) -> Self {
        Self {
            head,
            group,
            tail,
            texts: [const { OnceLock::new() }; SIZES.len()],
        }
    }

    /// Runs it over all items, in order, and returns what it returns.
    pub(super) async fn run<T: Sync>(
        &self,
        on: &mut SqliteConnection,
        items: &[T],
        bind: impl Fn(Bound, &T) -> Bound + Send,
    ) -> Result<Vec<SqliteRow>, Error> {
        let mut answer = Vec::new();
        let mut rest = items;
        let mut next = || {
            let nth = SIZES.iter().position(|size| *size <= rest.len())?;
            let (these, others) = rest.split_at(SIZES[nth]);
            rest = others;
            Some(these.iter().fold(self.statement(nth), &bind))
        };
        let mut bound = next();
        while let Some(it) = bound {
            let (rows, after) = beside(it.fetch_all(&mut *on), &mut next).await;
            answer.append(&mut rows?);
            bound = after;
        }
        Ok(answer)
    }

    fn statement(&self, nth: usize) -> Bound {
        let make = || {
            let groups = vec![self.group; SIZES[nth]].join(",");
            format!("{}{groups}{}", self.head, self.tail).into()
        };
        sqlx::query(AssertSqlSafe(Arc::clone(self.texts[nth].get_or_init(make))))
    }

    /// One of the texts, for the test that reads its plan.
    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        format!("{}{},{}{}", self.head, self.group, self.group, self.tail)
    }
}
