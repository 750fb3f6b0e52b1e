//! Whom serial numbers were sold to, where Serial No itself does not say it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::error::{Error, Result};
use super::http::Http;
use super::list::{List, Row};
use super::people::Place;
use super::site::Site;

const BUNDLE: &str = "Serial and Batch Bundle";
/// More movements of one page of serial numbers than any stock has.
const MOST_MOVEMENTS: u32 = 100_000;
/// The documents that sell.
const SALES: [&str; 2] = ["Sales Invoice", "Delivery Note"];

/// The documents that sold serial numbers, with their customers joined.
pub(super) struct Sales {
    by_serial: BTreeMap<String, (&'static str, String)>,
    documents: BTreeMap<(&'static str, String), Row>,
}

impl Sales {
    /// The document that sold a serial number, unless it came back or was never sold.
    pub(super) fn of(&self, serial: &str) -> Option<&Row> {
        self.documents.get(self.by_serial.get(serial)?)
    }
}

/// The sales of serial numbers: of each the newest movement, when that was a sale.
///
/// The newest of all movements counts and not the newest sale, or what was returned would still
/// belong to whom it was sold.
pub(super) async fn sales(http: &Http, site: &Site, rows: &[Row]) -> Result<Sales> {
    let names: Vec<&str> = rows
        .iter()
        .map(|row| row.name("name"))
        .collect::<Result<_>>()?;
    let by_serial = newest_sales(http, &names).await?;
    let mut documents = BTreeMap::new();
    for of in SALES {
        let own = by_serial.values().filter(|(by, _)| *by == of);
        let names: BTreeSet<&str> = own.map(|(_, name)| name.as_str()).collect();
        for row in sold(http, site, of, &names).await? {
            documents.insert((of, row.name("name")?.to_owned()), row);
        }
    }
    Ok(Sales {
        by_serial,
        documents,
    })
}

/// The kind and name of the document that sold each serial number last.
async fn newest_sales(
    http: &Http,
    serials: &[&str],
) -> Result<BTreeMap<String, (&'static str, String)>> {
    let mut newest = BTreeMap::new();
    if serials.is_empty() {
        return Ok(newest);
    }
    let asked = [
        "voucher_type",
        "voucher_no",
        "type_of_transaction",
        "entries.serial_no as serial",
    ];
    let list = List {
        of: BUNDLE,
        fields: asked.map(str::to_owned).into(),
        filters: vec![
            json!(["Serial and Batch Entry", "serial_no", "in", serials]),
            json!(["docstatus", "=", 1]),
            json!(["is_cancelled", "=", 0]),
        ],
        order: "posting_date asc, posting_time asc, creation asc",
        limit: MOST_MOVEMENTS,
    };
    let rows = list.rows(http).await?;
    if rows.len() == MOST_MOVEMENTS as usize {
        return Err(Error::Shape {
            of: BUNDLE,
            what: "too many movements of one page",
        });
    }
    for row in rows {
        let Some(serial) = row.text("serial")? else {
            continue;
        };
        let by = row.text("voucher_type")?;
        let sale = SALES.into_iter().find(|of| Some(*of) == by);
        match (
            sale,
            row.text("type_of_transaction")?,
            row.text("voucher_no")?,
        ) {
            (Some(of), Some("Outward"), Some(document)) => {
                newest.insert(serial.to_owned(), (of, document.to_owned()));
            }
            _ => {
                newest.remove(serial);
            }
        }
    }
    Ok(newest)
}

/// The documents of these names that count, with their customers.
async fn sold(
    http: &Http,
    site: &Site,
    of: &'static str,
    names: &BTreeSet<&str>,
) -> Result<Vec<Row>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let mut fields = vec!["name".to_owned()];
    fields.extend(Place::Joined.asks(site));
    let list = List {
        of,
        fields,
        filters: vec![json!(["name", "in", names]), json!(["docstatus", "=", 1])],
        order: "name asc",
        limit: u32::try_from(names.len()).unwrap_or(u32::MAX),
    };
    list.rows(http).await
}
