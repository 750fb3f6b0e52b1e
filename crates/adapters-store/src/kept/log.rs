//! Pages of what became of dispatches, in the order of the rows.

use pregon_core::{Cursor, DispatchQuery, DispatchRef, DispatchView, Page, State};

use super::flaw::Flaw;
use super::row::Row;

/// The row after which a page begins.
pub(crate) fn after(cursor: Option<&Cursor>) -> Result<i64, Flaw> {
    let number = cursor.map(|cursor| cursor.as_str().parse());
    let number = number.transpose().map_err(|_| Flaw::Cursor)?;
    Ok(number.unwrap_or(i64::MIN))
}

/// A page of the rows that a statement brought: one more than the limit where there are more.
pub(crate) fn page(
    rows: &[Row],
    query: &DispatchQuery,
    limit: u32,
) -> Result<Page<DispatchView>, Flaw> {
    let (these, more) = rows.split_at(rows.len().min(limit as usize));
    let last = these.last().filter(|_| !more.is_empty());
    let next = last.map(|row| Cursor::new(row.row.to_string()));
    // Only now are those left out of which the statement did not ask.
    let wanted = |row: &&Row| {
        let customer = query.customer.as_ref();
        let campaign = query.campaign.as_ref();
        customer.is_none_or(|id| row.customer == *id)
            && campaign.is_none_or(|id| row.route.campaign == *id)
            && (!query.in_flight || row.standing.state == State::Sending)
    };
    let items: Result<_, Flaw> = these.iter().filter(wanted).map(Row::view).collect();
    Ok(Page {
        items: items?,
        next,
    })
}

/// The row of a name among those that a statement brought.
pub(crate) fn named<'a>(rows: &'a [Row], name: &DispatchRef) -> Option<&'a Row> {
    rows.iter().find(|row| row.key == *name.id.as_bytes())
}
