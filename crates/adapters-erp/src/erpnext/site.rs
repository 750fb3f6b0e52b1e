//! What a site is and has: found out once, when it is connected to.

use std::collections::{BTreeMap, BTreeSet};

use pregon_core::{AttributeType, RecordKind, Schema, Zone};
use serde_json::{Value, json};

use super::ErpNextConfig;
use super::contacts::folded;
use super::error::{Error, Result};
use super::fields::{Field, check_name, schema, type_of};
use super::http::Http;
use super::list::List;
use super::{SERIAL, SerialSource};

/// How many serial numbers are looked at when it is looked whether customers are hidden.
const SAMPLE: u32 = 500;

/// How the customer of a serial number is found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plan {
    /// By `Serial No.customer`: two calls for a thousand serial numbers.
    Joined,
    /// By the document that sold it, on sites of version 15 before 2025 whose Serial No has no
    /// customer: up to five calls for a thousand.
    Bundles,
}

/// A kind of record.
#[derive(Debug)]
pub(super) struct Kind {
    /// The field of the date by which it expires.
    pub(super) expiry: String,
    pub(super) fields: Vec<Field>,
    pub(super) schema: Schema,
}

/// What was found out.
#[derive(Debug)]
pub(super) struct Site {
    pub(super) version: String,
    pub(super) zone: Zone,
    pub(super) plan: Plan,
    pub(super) kinds: BTreeMap<RecordKind, Kind>,
    pub(super) customer_fields: Vec<Field>,
    pub(super) customer_schema: Schema,
}

/// Finds out whether everything needed is there, so that nothing is missing in silence later.
pub(super) async fn look(http: &Http, config: &ErpNextConfig) -> Result<Site> {
    match call(http, "frappe.auth.get_logged_user").await {
        Ok(user) if user.as_str().is_some_and(|user| user != "Guest") => {}
        Ok(_) | Err(Error::Forbidden { .. }) => return Err(Error::Guest),
        Err(error) => return Err(error),
    }
    let version = version(http).await?;
    let zone = zone(http).await?;
    let serial = Fieldtypes::of(http, SERIAL).await?;
    let joined = serial.get(http, "customer").await?.is_some();
    let plan = if joined { Plan::Joined } else { Plan::Bundles };
    let needed: &[&str] = match plan {
        Plan::Joined => &[SERIAL, "Customer", "Contact"],
        Plan::Bundles => &[SERIAL, "Customer", "Contact", "Serial and Batch Bundle"],
    };
    for of in needed {
        see_some(http, of, true).await?;
    }
    let joined: &[&str] = match plan {
        Plan::Joined => &["Item"],
        Plan::Bundles => &["Item", "Sales Invoice", "Delivery Note"],
    };
    for of in joined {
        see_some(http, of, false).await?;
    }
    if plan == Plan::Joined {
        nobody_hidden(http).await?;
    }
    let pin = [(RecordKind::new("pin"), SerialSource::new())];
    let pin = pin
        .into_iter()
        .filter_map(|(kind, source)| Some((kind.ok()?, source)));
    let sources: BTreeMap<RecordKind, SerialSource> = if config.records.is_empty() {
        pin.collect()
    } else {
        config.records.clone()
    };
    let mut kinds = BTreeMap::new();
    for (name, source) in sources {
        kinds.insert(name, kind(http, &serial, source).await?);
    }
    let customer_fields = customer_fields(http, &config.customer_fields).await?;
    let customer_schema = schema(&customer_fields)?;
    tracing::debug!(version, %zone, ?plan, "ERPNext is as needed");
    Ok(Site {
        version,
        zone,
        plan,
        kinds,
        customer_fields,
        customer_schema,
    })
}

async fn kind(http: &Http, serial: &Fieldtypes, source: SerialSource) -> Result<Kind> {
    let expiry = source.expiry;
    match serial.named(http, &expiry).await?.as_deref() {
        Some("Date") | None => {}
        Some(found) => {
            let found = found.to_owned();
            return Err(Error::NotADate {
                of: SERIAL,
                field: expiry,
                found,
            });
        }
    }
    // Serial No.item_group is empty when a stock document made the serial number.
    let mut fields = vec![
        Field::text("item_code", "item_code"),
        Field::text("item_name", "item_name"),
        Field::text("item_code.item_group as item_group", "item_group"),
        Field::text("item_code.brand as brand", "brand"),
        Field::text("status", "status"),
        Field::own(&expiry, AttributeType::Date),
    ];
    for name in source.fields {
        let fieldtype = serial.named(http, &name).await?;
        let known = fields.iter().any(|field| field.attribute == name);
        if !known {
            fields.push(Field::own(
                &name,
                type_of(fieldtype.as_deref().unwrap_or_default()),
            ));
        }
    }
    if expiry != "expiry_date" {
        fields.retain(|field| field.attribute != "expiry_date");
        fields.push(Field::new(&expiry, "expiry_date", AttributeType::Date));
    }
    let schema = schema(&fields)?;
    Ok(Kind {
        expiry,
        fields,
        schema,
    })
}

async fn customer_fields(http: &Http, extra: &[String]) -> Result<Vec<Field>> {
    // The city would be a call more for every page of records: it is two joins away from them.
    let own = ["customer_group", "territory", "customer_type", "gender"];
    let mut fields: Vec<Field> = own.map(|name| Field::text(name, name)).into();
    if extra.is_empty() {
        return Ok(fields);
    }
    let types = Fieldtypes::of(http, "Customer").await?;
    for name in extra {
        let fieldtype = types.named(http, name).await?;
        if fields.iter().all(|field| field.attribute != *name) {
            fields.push(Field::own(
                name,
                type_of(fieldtype.as_deref().unwrap_or_default()),
            ));
        }
    }
    Ok(fields)
}

/// A role without Read for all gets an empty list and no error.
async fn see_some(http: &Http, of: &'static str, must: bool) -> Result<()> {
    let found = List {
        of,
        fields: vec!["name".to_owned()],
        filters: Vec::new(),
        order: "name asc",
        limit: 1,
    };
    let found = found.rows(http).await?;
    if must && found.is_empty() {
        Err(Error::Empty { of })
    } else {
        Ok(())
    }
}

/// A User Permission takes customers out of every list without a word, and lets their ids through
/// where they are joined: so the customers of some serial numbers are looked for.
async fn nobody_hidden(http: &Http) -> Result<()> {
    let list = |of, field: &str, filter| List {
        of,
        fields: vec!["name".to_owned(), field.to_owned()],
        filters: vec![filter],
        order: "name asc",
        limit: SAMPLE,
    };
    let sold = list(SERIAL, "customer", json!(["customer", "is", "set"]))
        .rows(http)
        .await?;
    let mut owners = BTreeSet::new();
    for row in &sold {
        owners.insert(folded(row.name("customer")?));
    }
    if owners.is_empty() {
        return Ok(());
    }
    let seen = list("Customer", "disabled", json!(["name", "in", owners]))
        .rows(http)
        .await?;
    match owners.len().saturating_sub(seen.len()) {
        0 => Ok(()),
        count => Err(Error::Hidden { count }),
    }
}

async fn call(http: &Http, method: &'static str) -> Result<Value> {
    let url = http.url(&["api", "method", method], &[])?;
    let mut answer = http.get(url, method).await?;
    let shape = Error::Shape {
        of: method,
        what: "the answer has no message",
    };
    answer.get_mut("message").map(Value::take).ok_or(shape)
}

async fn version(http: &Http) -> Result<String> {
    let versions = call(http, "frappe.utils.change_log.get_versions").await?;
    let found = versions.pointer("/erpnext/version").and_then(Value::as_str);
    let found = found.ok_or(Error::NotErpNext)?.to_owned();
    let major = found
        .trim_start_matches('v')
        .split('.')
        .next()
        .unwrap_or_default();
    match major.parse::<u32>() {
        Ok(major) if major < 14 => Err(Error::TooOld { found }),
        // A version that is not a number is somebody's own build, and may well be new enough.
        _ => Ok(found),
    }
}

async fn zone(http: &Http) -> Result<Zone> {
    let of = "frappe.client.get_time_zone";
    let answer = call(http, of).await?;
    let name = answer.get("time_zone").and_then(Value::as_str);
    let zone = name.and_then(|name| name.parse().ok());
    zone.ok_or(Error::Shape {
        of,
        what: "the answer names no time zone",
    })
}

/// The fields of a doctype, by the site's metadata or, before version 15, by asking for them.
struct Fieldtypes {
    of: &'static str,
    known: Option<BTreeMap<String, String>>,
}

impl Fieldtypes {
    async fn of(http: &Http, of: &'static str) -> Result<Self> {
        let url = http.url(&["api", "v2", "doctype", of, "meta"], &[])?;
        let meta = match http.get(url, of).await {
            Ok(meta) => meta,
            Err(Error::NoSuch { .. } | Error::Forbidden { .. }) => {
                return Ok(Self { of, known: None });
            }
            Err(error) => return Err(error),
        };
        let shape = || Error::Shape {
            of,
            what: "the metadata has no fields",
        };
        let fields = meta
            .pointer("/data/fields")
            .and_then(Value::as_array)
            .ok_or_else(shape)?;
        let pair = |field: &Value| {
            let text = |key| field.get(key).and_then(Value::as_str).map(str::to_owned);
            Some((text("fieldname")?, text("fieldtype")?))
        };
        Ok(Self {
            of,
            known: Some(fields.iter().filter_map(pair).collect()),
        })
    }

    /// The type of a field, empty when the site does not tell; `None` when there is no such field.
    async fn get(&self, http: &Http, name: &str) -> Result<Option<String>> {
        if let Some(known) = &self.known {
            return Ok(known.get(name).cloned());
        }
        let probe = List {
            of: self.of,
            fields: vec!["name".to_owned(), name.to_owned()],
            filters: Vec::new(),
            order: "name asc",
            limit: 1,
        };
        match probe.rows(http).await {
            Ok(_) => Ok(Some(String::new())),
            Err(Error::UnknownField { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The type of a field that must be there; `None` when the site does not tell.
    async fn named(&self, http: &Http, name: &str) -> Result<Option<String>> {
        check_name(name)?;
        let missing = || Error::NoField {
            of: self.of,
            field: name.to_owned(),
        };
        let found = self.get(http, name).await?.ok_or_else(missing)?;
        Ok((!found.is_empty()).then_some(found))
    }
}
