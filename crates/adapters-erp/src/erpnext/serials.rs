//! Serial numbers that belong to a customer.

use std::collections::BTreeSet;

use pregon_core::{Due, Record, RecordKind};
use serde_json::{Value, json};

use super::bundles;
use super::contacts::folded;
use super::error::{Error, Result};
use super::fields::attributes;
use super::http::Http;
use super::list::{List, Row};
use super::people::{self, Place};
use super::site::{Kind, Plan, Site};
use super::{Found, SERIAL};

/// A page of serial numbers in the order of their names, and the last name when there may be more.
pub(super) async fn page(
    http: &Http,
    site: &Site,
    name: &RecordKind,
    due: Option<&Due>,
    (after, limit): (Option<&str>, u32),
) -> Result<(Vec<Found>, Option<String>)> {
    let kind = site
        .kinds
        .get(name)
        .ok_or_else(|| Error::NoSuchKind(name.to_string()))?;
    let mut filters = Vec::new();
    filters.extend(due.map(|due| window(kind, due)).transpose()?);
    filters.extend(after.map(|last| json!(["name", ">", last])));
    let (rows, last) = list(site, kind, filters, limit).page(http).await?;
    Ok((with_customers(http, site, (name, kind), rows).await?, last))
}

/// The serial numbers of these names that belong to a customer now.
pub(super) async fn find(
    http: &Http,
    site: &Site,
    name: &RecordKind,
    serials: &BTreeSet<&str>,
) -> Result<Vec<Found>> {
    // A kind that is not read any more has no records: all of them are gone.
    let Some(kind) = site.kinds.get(name) else {
        return Ok(Vec::new());
    };
    let most = u32::try_from(serials.len()).unwrap_or(u32::MAX);
    let filters = vec![json!(["name", "in", serials])];
    let rows = list(site, kind, filters, most).rows(http).await?;
    let mut found = with_customers(http, site, (name, kind), rows).await?;
    // The database finds STR-1 for str-1, which is no serial number's name.
    found.retain(|(record, _)| serials.contains(record.id.as_str()));
    Ok(found)
}

fn list(site: &Site, kind: &Kind, mut filters: Vec<Value>, limit: u32) -> List {
    let mut fields = vec!["name".to_owned()];
    if site.plan == Plan::Joined {
        fields.extend(Place::Joined.asks(site));
        filters.push(json!(["customer", "is", "set"]));
    }
    fields.extend(kind.fields.iter().map(|field| field.ask.clone()));
    // The date is two attributes, and a field may be among ours and among those asked for.
    let mut seen = BTreeSet::new();
    fields.retain(|field| seen.insert(field.clone()));
    List {
        of: SERIAL,
        fields,
        filters,
        order: "name asc",
        limit,
    }
}

/// The filter of a window. Never `<` or `<=`, which let rows without a date through.
fn window(kind: &Kind, due: &Due) -> Result<Value> {
    let Due::On {
        attribute,
        first,
        last,
    } = due
    else {
        return Err(Error::Instants);
    };
    let is_date = |name: &str| matches!(kind.schema.get(name).map(|t| t.name()), Some("date"));
    if !is_date(attribute) {
        return Err(Error::NoSuchDate(attribute.clone()));
    }
    let field = if attribute == "expiry_date" {
        &kind.expiry
    } else {
        attribute
    };
    Ok(json!([
        field,
        "between",
        [first.to_string(), last.to_string()]
    ]))
}

async fn with_customers(
    http: &Http,
    site: &Site,
    (name, kind): (&RecordKind, &Kind),
    rows: Vec<Row>,
) -> Result<Vec<Found>> {
    // Each serial number with the row that its customer is joined to.
    let documents;
    let owners: Vec<Option<&Row>> = match site.plan {
        Plan::Joined => rows.iter().map(Some).collect(),
        Plan::Bundles => {
            documents = bundles::sales(http, site, &rows).await?;
            let names: Vec<&str> = rows
                .iter()
                .map(|row| row.name("name"))
                .collect::<Result<_>>()?;
            names.into_iter().map(|name| documents.of(name)).collect()
        }
    };
    let joined: Vec<&Row> = owners.iter().copied().flatten().collect();
    let customers = people::of_rows(http, site, Place::Joined, &joined).await?;
    let mut found = Vec::with_capacity(rows.len());
    for (row, owner) in rows.iter().zip(owners) {
        let id = owner
            .map(|owner| owner.text("customer"))
            .transpose()?
            .flatten();
        let Some(customer) = id.and_then(|id| customers.get(&folded(id))) else {
            continue;
        };
        let record = Record::new(name.as_str(), row.name("name")?, customer.id.as_str());
        let mut record = record.map_err(|_| row.wrong("name"))?;
        record.attributes = attributes(row, &kind.fields, site.zone)?;
        found.push((record, customer.clone()));
    }
    Ok(found)
}
