//! Reading what became of dispatches.

use pregon_core::{Addressed, Cursor, DispatchQuery, DispatchRef, DispatchView, Page};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::error::Error;
use super::intern::Names;
use super::row::{Packed, columns, unpack};
use crate::kept::log;
use crate::kept::row::Row;

macro_rules! page_of {
    ($which:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM dispatch d WHERE ",
            $which,
            " AND d.row > ?2 ORDER BY d.row LIMIT ?3"
        )
    };
}
/// `?1` bound and not asked for: the statements take the same values.
pub(super) const OF_ALL: &str = page_of!("?1 IS NULL");
pub(super) const IN_FLIGHT: &str = page_of!("?1 IS NULL AND d.epoch IS NOT NULL AND d.state = 2");
pub(super) const OF_CUSTOMER: &str = page_of!("d.customer = ?1");
pub(super) const OF_ROUTE: &str = page_of!("d.route = ?1");
/// The one statement that reads a whole index: an index of keys alone would be written anywhere by
/// each dispatch, which took more than half of planning it. A million take a tenth of a second.
pub(super) const OF_KEY: &str = page_of!(
    "d.row IN (SELECT i.row FROM dispatch i INDEXED BY dispatch_customer WHERE i.\"key\" = ?1)"
);
pub(super) const OF_ROW: &str = page_of!("d.row = ?1");
pub(super) const ROUTES_OF: &str = "SELECT route FROM route WHERE campaign = ?1";

/// A page in the order of the rows, which is the order in which they were planned.
pub(super) async fn page(
    on: &mut SqliteConnection,
    query: &DispatchQuery,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<DispatchView>, Error> {
    let after = log::after(after)?;
    let names = Names::read(&mut *on).await?;
    let mut reader = Reader { on, names, limit };
    let read = reader.read(query, after).await?;
    Ok(log::page(&read, query, limit)?)
}

/// The dispatch of a name, at its row if it stands there.
pub(super) async fn addressed(
    on: &mut SqliteConnection,
    name: &DispatchRef,
) -> Result<Option<Addressed>, Error> {
    let names = Names::read(&mut *on).await?;
    let mut reader = Reader {
        on,
        names,
        limit: 1,
    };
    let there = reader.rows(sqlx::query(OF_ROW).bind(name.row), i64::MIN);
    if let Some(row) = log::named(&there.await?, name) {
        return Ok(Some(row.addressed()?));
    }
    let key = name.id.as_bytes().to_vec();
    let elsewhere = reader.rows(sqlx::query(OF_KEY).bind(key), i64::MIN).await?;
    let found = log::named(&elsewhere, name).map(Row::addressed);
    Ok(found.transpose()?)
}

/// Reads rows, one more than asked for.
struct Reader<'a> {
    on: &'a mut SqliteConnection,
    names: Names,
    limit: u32,
}

impl Reader<'_> {
    async fn read(&mut self, query: &DispatchQuery, after: i64) -> Result<Vec<Row>, Error> {
        if let Some(id) = &query.id {
            return self
                .rows(sqlx::query(OF_KEY).bind(id.as_bytes().to_vec()), after)
                .await;
        }
        if query.in_flight {
            let in_flight = sqlx::query(IN_FLIGHT).bind(None::<i64>);
            return self.rows(in_flight, after).await;
        }
        if let Some(customer) = &query.customer {
            let of = sqlx::query(OF_CUSTOMER).bind(customer.as_str().to_owned());
            return self.rows(of, after).await;
        }
        let Some(campaign) = &query.campaign else {
            return self
                .rows(sqlx::query(OF_ALL).bind(None::<i64>), after)
                .await;
        };
        let routes: Vec<i64> = sqlx::query_scalar(ROUTES_OF)
            .bind(campaign.as_str().to_owned())
            .fetch_all(&mut *self.on)
            .await?;
        let mut rows = Vec::new();
        for route in routes {
            rows.append(&mut self.rows(sqlx::query(OF_ROUTE).bind(route), after).await?);
        }
        rows.sort_unstable_by_key(|row| row.row);
        rows.truncate(self.limit as usize + 1);
        Ok(rows)
    }

    async fn rows(&mut self, query: super::batch::Bound, after: i64) -> Result<Vec<Row>, Error> {
        let rows: Vec<SqliteRow> = query
            .bind(after)
            .bind(i64::from(self.limit) + 1)
            .fetch_all(&mut *self.on)
            .await?;
        let packed = unpack(&rows)?;
        let is_new = |it: &Packed<'_>| !self.names.knows(it.route, it.zone);
        if packed.iter().any(is_new) {
            // A name that the writer made since; names are never changed or taken away.
            self.names = Names::read(&mut *self.on).await?;
        }
        let packed = packed.into_iter();
        packed.map(|it| it.read(&self.names)).collect()
    }
}
