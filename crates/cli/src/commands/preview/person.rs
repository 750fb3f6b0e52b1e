//! For whom a step is shown.

use pregon::{Cursor, Customer, CustomerId, CustomerQuery, RecordKind, RecordQuery, Row};

use crate::commands::customer_id;
use crate::config::Source;
use crate::output::{Failure, FailureKind};

/// How many records are looked at in one page.
const PAGE: u32 = 1_000;

/// The person that is named, or the first there is; with a record of a kind where the journey is
/// about one.
pub(super) async fn row(
    source: &Source,
    kind: Option<&RecordKind>,
    customer: Option<&str>,
) -> Result<Row, Failure> {
    let wanted = customer.map(customer_id).transpose()?;
    match kind {
        None => person(source, wanted.as_ref()).await.map(Row::of),
        Some(kind) => record(source, kind, wanted.as_ref()).await,
    }
}

async fn person(source: &Source, wanted: Option<&CustomerId>) -> Result<Customer, Failure> {
    let found = match wanted {
        Some(id) => source.customers.find(std::slice::from_ref(id)).await,
        None => {
            let page = source
                .customers
                .page(&CustomerQuery::default(), None, 1)
                .await;
            page.map(|page| page.items)
        }
    };
    let found = found.map_err(|error| Failure::port(&error))?;
    found.into_iter().next().ok_or_else(|| match wanted {
        Some(id) => nobody(format!("the source has no customer {id}")),
        None => nobody("the source has no customers".to_owned()),
    })
}

async fn record(
    source: &Source,
    kind: &RecordKind,
    wanted: Option<&CustomerId>,
) -> Result<Row, Failure> {
    let query = RecordQuery::of(kind.clone());
    let mut after: Option<Cursor> = None;
    loop {
        let page = source.records.page(&query, after.as_ref(), PAGE).await;
        let page = page.map_err(|error| Failure::port(&error))?;
        let mut items = page.items.into_iter();
        let found = items.find(|(_, it)| wanted.is_none_or(|wanted| it.id == *wanted));
        if let Some((record, customer)) = found {
            return Ok(Row::with_record(customer, record));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    Err(match wanted {
        Some(id) => nobody(format!("the customer {id} has no {kind} in the source")),
        None => nobody(format!("the source has no {kind}")),
    })
}

fn nobody(message: String) -> Failure {
    Failure::new(FailureKind::Usage, message)
}
