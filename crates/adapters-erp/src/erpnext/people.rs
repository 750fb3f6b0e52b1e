//! Customers: read by themselves, or joined to what they bought.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pregon_core::{ChannelName, Customer, Permission};
use serde_json::{Value, json};

use super::contacts::{self, Addresses, folded};
use super::error::Result;
use super::fields::{Field, attributes};
use super::http::Http;
use super::list::{List, Row};
use super::site::Site;

const CUSTOMER: &str = "Customer";
/// What is read of every customer, beside its attributes.
const ALWAYS: [&str; 6] = [
    "customer_name",
    "language",
    "email_id",
    "mobile_no",
    "customer_primary_contact",
    "disabled",
];

/// Where in a row the customer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The row is the customer.
    Itself,
    /// The row has a field `customer`, and the customer's fields are joined to it.
    Joined,
}

impl Place {
    /// How a field of the customer is asked for. Joined ones have an alias that nothing else has.
    fn ask(self, field: &str) -> String {
        match self {
            Self::Itself => field.to_owned(),
            Self::Joined => format!("customer.{field} as {}", self.key(field)),
        }
    }

    fn key(self, field: &str) -> String {
        match self {
            Self::Itself => field.to_owned(),
            Self::Joined => format!("customer__{field}"),
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Itself => "name",
            Self::Joined => "customer",
        }
    }

    /// Everything that is asked for.
    pub(super) fn asks(self, site: &Site) -> Vec<String> {
        let own = site.customer_fields.iter().map(|field| field.ask.as_str());
        let all: BTreeSet<&str> = ALWAYS.into_iter().chain(own).collect();
        let id = self.id().to_owned();
        std::iter::once(id)
            .chain(all.into_iter().map(|field| self.ask(field)))
            .collect()
    }
}

/// A page of customers that are not disabled, by name.
pub(super) async fn page(
    http: &Http,
    site: &Site,
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<Customer>, Option<String>)> {
    let mut filters = vec![json!(["disabled", "=", 0])];
    filters.extend(after.map(|last| json!(["name", ">", last])));
    let (rows, last) = list(site, filters, limit).page(http).await?;
    Ok((all(http, site, &rows).await?, last))
}

/// The customers of these ids that are there and not disabled.
pub(super) async fn find(http: &Http, site: &Site, ids: &BTreeSet<&str>) -> Result<Vec<Customer>> {
    let filters = vec![json!(["name", "in", ids]), json!(["disabled", "=", 0])];
    let most = u32::try_from(ids.len()).unwrap_or(u32::MAX);
    let rows = list(site, filters, most).rows(http).await?;
    let mut found = all(http, site, &rows).await?;
    // The database finds ANA for ana, which is nobody's id.
    found.retain(|customer| ids.contains(customer.id.as_str()));
    Ok(found)
}

fn list(site: &Site, filters: Vec<Value>, limit: u32) -> List {
    let fields = Place::Itself.asks(site);
    List {
        of: CUSTOMER,
        fields,
        filters,
        order: "name asc",
        limit,
    }
}

async fn all(http: &Http, site: &Site, rows: &[Row]) -> Result<Vec<Customer>> {
    let found = of_rows(http, site, Place::Itself, &rows.iter().collect::<Vec<_>>()).await?;
    let ids = rows.iter().map(|row| row.name("name").map(folded));
    let ids: Vec<String> = ids.collect::<Result<_>>()?;
    Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

/// The customers in rows by their folded ids, without those that are disabled; with one call for
/// the contacts of all.
pub(super) async fn of_rows(
    http: &Http,
    site: &Site,
    place: Place,
    rows: &[&Row],
) -> Result<HashMap<String, Customer>> {
    let mut wanted: BTreeMap<&str, &Row> = BTreeMap::new();
    for &row in rows {
        let customer = row.text(place.id())?;
        let disabled = row.ticked(&place.key("disabled"))?;
        if let Some(id) = customer.filter(|_| !disabled) {
            wanted.insert(id, row);
        }
    }
    let mut people = BTreeMap::new();
    for (id, row) in &wanted {
        people.insert(*id, row.text(&place.key("customer_primary_contact"))?);
    }
    let addresses = contacts::find(http, &people).await?;
    let mut customers = HashMap::with_capacity(wanted.len());
    for (id, row) in wanted {
        customers.insert(
            folded(id),
            customer(site, place, row, addresses.get(&folded(id)))?,
        );
    }
    Ok(customers)
}

fn customer(
    site: &Site,
    place: Place,
    row: &Row,
    addresses: Option<&Addresses>,
) -> Result<Customer> {
    let text = |field: &str| row.text(&place.key(field)).map(|t| t.map(str::to_owned));
    let customer = Customer::new(row.name(place.id())?);
    let mut customer = customer.map_err(|_| row.wrong(place.id()))?;
    customer.name = text("customer_name")?;
    if let Some(language) = text("language")? {
        customer = customer.language(&language);
    }
    // The customer's own address and number are copies that grow old, and do not know whether the
    // contact unsubscribed: they count only where there is no contact.
    let (email, phone) = match addresses {
        Some(addresses) => (addresses.email.clone(), addresses.phone.clone()),
        None => (text("email_id")?, text("mobile_no")?),
    };
    if let Some(email) = email {
        customer = customer.email(&email);
    }
    if let Some(phone) = phone {
        customer = customer.phone(&phone);
    }
    if addresses.is_some_and(|addresses| addresses.unsubscribed) {
        let channel = ChannelName::new("email").ok();
        customer.permissions.push(Permission {
            channel,
            purpose: None,
            granted: false,
        });
    }
    let placed = |field: &Field| Field {
        ask: place.key(&field.ask),
        ..field.clone()
    };
    let fields: Vec<Field> = site.customer_fields.iter().map(placed).collect();
    customer.attributes = attributes(row, &fields, site.zone)?;
    Ok(customer)
}
