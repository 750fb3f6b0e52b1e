//! Where people can be reached, by their contacts as they are now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use super::error::{Error, Result};
use super::http::Http;
use super::list::{List, Row};

const CONTACT: &str = "Contact";
/// More contacts of one page of customers than any business has.
const MOST: u32 = 50_000;

/// Ids compare without case in ERPNext's database, and links keep what was typed.
pub(super) fn folded(id: &str) -> String {
    id.to_lowercase()
}

/// The addresses of one person.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Addresses {
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) unsubscribed: bool,
}

/// The addresses of people, given by id with the name of the primary contact where there is one;
/// who has no contact at all is not among them. One call, whoever has a primary contact.
///
/// The primary contact counts. Without one, the contact that is ticked as primary comes first, the
/// others by name, and the first with an address gives it; one of them that unsubscribed refuses
/// for the person, whichever address is used.
pub(super) async fn find(
    http: &Http,
    people: &BTreeMap<&str, Option<&str>>,
) -> Result<HashMap<String, Addresses>> {
    let mut found = HashMap::new();
    if people.is_empty() {
        return Ok(found);
    }
    let ids: BTreeSet<&str> = people.keys().copied().collect();
    let filters = vec![
        json!(["Dynamic Link", "link_doctype", "=", "Customer"]),
        json!(["Dynamic Link", "link_name", "in", ids]),
    ];
    let linked = rows(http, filters, Some("links.link_name as customer")).await?;
    let mut by_person: HashMap<String, Vec<&Row>> = HashMap::new();
    for row in &linked {
        if let Some(customer) = row.text("customer")? {
            by_person.entry(folded(customer)).or_default().push(row);
        }
    }
    let mut elsewhere = BTreeMap::new();
    for (id, primary) in people {
        let own = by_person.remove(&folded(id)).unwrap_or_default();
        match primary {
            None if own.is_empty() => {}
            None => _ = found.insert(folded(id), merged(own)?),
            Some(primary) => match named(&own, primary) {
                Some(row) => _ = found.insert(folded(id), merged(vec![row])?),
                None => _ = elsewhere.insert(*id, *primary),
            },
        }
    }
    found.extend(unlinked(http, &elsewhere).await?);
    Ok(found)
}

/// The addresses of people whose primary contact does not link back to them, which only imports
/// bring about. A contact that cannot be read leaves its person without an address, because nobody
/// could say whether it unsubscribed.
async fn unlinked(
    http: &Http,
    people: &BTreeMap<&str, &str>,
) -> Result<HashMap<String, Addresses>> {
    let mut found = HashMap::new();
    if people.is_empty() {
        return Ok(found);
    }
    let names: BTreeSet<&str> = people.values().copied().collect();
    let rows = rows(http, vec![json!(["name", "in", names])], None).await?;
    let rows: Vec<&Row> = rows.iter().collect();
    for (id, primary) in people {
        let own: Vec<&Row> = named(&rows, primary).into_iter().collect();
        found.insert(folded(id), merged(own)?);
    }
    Ok(found)
}

async fn rows(http: &Http, filters: Vec<Value>, link: Option<&str>) -> Result<Vec<Row>> {
    let own = [
        "name",
        "email_id",
        "mobile_no",
        "phone",
        "is_primary_contact",
        "unsubscribed",
    ];
    let fields = own.into_iter().chain(link).map(str::to_owned).collect();
    let list = List {
        of: CONTACT,
        fields,
        filters,
        order: "name asc",
        limit: MOST,
    };
    let rows = list.rows(http).await?;
    if rows.len() == MOST as usize {
        return Err(Error::Shape {
            of: CONTACT,
            what: "too many contacts of one page",
        });
    }
    Ok(rows)
}

fn named<'r>(rows: &[&'r Row], name: &str) -> Option<&'r Row> {
    let name = folded(name);
    let is = |row: &&&Row| row.name("name").is_ok_and(|own| folded(own) == name);
    rows.iter().find(is).copied()
}

fn merged(mut rows: Vec<&Row>) -> Result<Addresses> {
    let ticked = |row: &Row| row.ticked("is_primary_contact").unwrap_or_default();
    rows.sort_by_key(|row| !ticked(row));
    let mut merged = Addresses::default();
    for row in rows {
        let phone = row.text("mobile_no")?.or(row.text("phone")?);
        let email = row.text("email_id")?;
        merged.email = merged.email.take().or_else(|| email.map(str::to_owned));
        merged.phone = merged.phone.take().or_else(|| phone.map(str::to_owned));
        merged.unsubscribed |= row.ticked("unsubscribed")?;
    }
    Ok(merged)
}
