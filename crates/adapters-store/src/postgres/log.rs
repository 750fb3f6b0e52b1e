//! Reading what became of dispatches.

use pregon_core::{Addressed, Cursor, DispatchQuery, DispatchRef, DispatchView, Page};
use sqlx::postgres::{PgArguments, PgConnection};

use super::error::Error;
use super::names::Names;
use super::row::{columns, read_rows};
use super::statement::query;
use crate::kept::log;
use crate::kept::row::Row;

macro_rules! page_of {
    ($which:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM dispatch d WHERE ",
            $which,
            " AND d.row > $2 ORDER BY d.row LIMIT $3"
        )
    };
}
/// `$1` bound and not asked for: the statements take the same values.
pub(super) const OF_ALL: &str = page_of!("$1::bigint IS NULL");
const IN_FLIGHT: &str = page_of!("$1::bigint IS NULL AND d.epoch IS NOT NULL AND d.state = 2");
pub(super) const OF_CUSTOMER: &str = page_of!("d.customer = $1");
const OF_CAMPAIGN: &str =
    page_of!("d.route = ANY(ARRAY(SELECT r.route FROM route r WHERE r.campaign = $1))");
const OF_ROW: &str = page_of!("d.row = $1");
const OF_KEY: &str = page_of!("d.\"key\" = $1");

/// A page in the order of the rows, which is nearly the order in which they were planned: of two
/// pages that are kept at the same time either may come first.
pub(super) async fn page(
    on: &mut PgConnection,
    names: &Names,
    query: &DispatchQuery,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<DispatchView>, Error> {
    let after = log::after(after)?;
    let rows = chosen(query)
        .bind(after)
        .bind(i64::from(limit) + 1)
        .fetch_all(&mut *on)
        .await?;
    let read = read_rows(on, names, &rows).await?;
    Ok(log::page(&read, query, limit)?)
}

/// The dispatch of a name, at its row if it stands there.
pub(super) async fn addressed(
    on: &mut PgConnection,
    names: &Names,
    name: &DispatchRef,
) -> Result<Option<Addressed>, Error> {
    for of in [
        query(OF_ROW).bind(name.row),
        query(OF_KEY).bind(name.id.as_bytes().to_vec()),
    ] {
        let rows = of.bind(i64::MIN).bind(1_i64).fetch_all(&mut *on).await?;
        let read = read_rows(on, names, &rows).await?;
        if let Some(row) = log::named(&read, name) {
            return Ok(Some(Row::addressed(row)?));
        }
    }
    Ok(None)
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, PgArguments>;

/// The narrowest of what is asked for.
fn chosen(asked: &DispatchQuery) -> Query<'_> {
    if let Some(id) = &asked.id {
        return query(OF_KEY).bind(id.as_bytes().to_vec());
    }
    if asked.in_flight {
        return query(IN_FLIGHT).bind(None::<i64>);
    }
    if let Some(customer) = &asked.customer {
        return query(OF_CUSTOMER).bind(customer.as_str());
    }
    match &asked.campaign {
        Some(campaign) => query(OF_CAMPAIGN).bind(campaign.as_str()),
        None => query(OF_ALL).bind(None::<i64>),
    }
}
