//! A host's own service as a source.

use std::collections::BTreeMap;

use pregon::{RecordKind, Zone};
use serde::Deserialize;

use super::file::ColumnType;
use super::{Config, Source};
use crate::output::{Failure, Out};

const PATH: &str = "source.http";

/// A list of the service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "http-source"),
    expect(dead_code, reason = "this build only reads it")
)]
struct ListTable {
    path: String,
    #[serde(default)]
    items: String,
    #[serde(default)]
    item: String,
    #[serde(default)]
    query: BTreeMap<String, String>,
    paging: PagingTable,
    find: Option<FindTable>,
    /// Where what stands, by name: `id`, `customer` (of records), `name`, `email` and the like.
    #[serde(default)]
    fields: BTreeMap<FieldName, String>,
    #[serde(default)]
    attributes: BTreeMap<String, AttributeTable>,
    due: Option<DueTable>,
}

/// How a long list is given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[cfg_attr(
    not(feature = "http-source"),
    expect(dead_code, reason = "this build only reads it")
)]
enum PagingTable {
    AfterId {
        after: String,
        size: String,
    },
    Cursor {
        cursor: String,
        next: String,
        size: Option<String>,
    },
    NextUrl {
        next: String,
        size: Option<String>,
    },
    NextLink {
        size: Option<String>,
    },
    Page {
        page: String,
        size: String,
        first: Option<u64>,
    },
    Offset {
        offset: String,
        size: String,
    },
}

/// How some are found by their ids.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "http-source"),
    expect(dead_code, reason = "this build only reads it")
)]
struct FindTable {
    path: String,
    /// The parameter of many; without it the path has `{id}` in it.
    ids: Option<String>,
    most: Option<u32>,
}

/// What is no attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FieldName {
    Id,
    Customer,
    Name,
    Email,
    Phone,
    Language,
    Zone,
    ContactHours,
    OptIn,
    OptOut,
}

/// An attribute: where it stands, and its type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "http-source"),
    expect(dead_code, reason = "this build only reads it")
)]
struct AttributeTable {
    at: String,
    r#type: ColumnType,
}

/// By which parameters records are narrowed to what is due.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "http-source"),
    expect(dead_code, reason = "this build only reads it")
)]
struct DueTable {
    attribute: String,
    from: String,
    to: String,
}

/// What of the service is read, as `[source.http]` writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "http-source"),
    expect(dead_code, reason = "this build only reads it")
)]
pub(crate) struct ServiceTable {
    url: String,
    customers: ListTable,
    #[serde(default)]
    records: BTreeMap<RecordKind, ListTable>,
    page_size: Option<u32>,
    /// Of times that are written without an offset.
    zone: Option<Zone>,
    timeout_secs: Option<u64>,
    authorities: Option<String>,
    #[serde(default)]
    plain_http: bool,
}

/// Says that this build cannot.
#[cfg(not(feature = "http-source"))]
pub(super) async fn open(config: &Config, _: &ServiceTable, _: Out) -> Result<Source, Failure> {
    let message = "this build reads no services: it lacks the feature `http-source`";
    let hint = "build it with --features http-source (or full), or use [source.csv]";
    Err(config.wrong(PATH, message).hinted(Some(hint)))
}

#[cfg(feature = "http-source")]
pub(super) use with::open;

#[cfg(feature = "http-source")]
mod with {
    use std::sync::Arc;
    use std::time::Duration;

    use pregon::SystemClock;
    use pregon::source::{
        HttpAuth, HttpCustomers, HttpFind, HttpListing, HttpPaging, HttpRecords, HttpSource,
        HttpSourceConfig, PersonField, Secret, Timeouts,
    };

    use super::{
        Config, Failure, FieldName, FindTable, ListTable, Out, PATH, PagingTable, ServiceTable,
        Source,
    };
    use crate::config::secrets::variable;

    /// Connects to the service as whom the surroundings say.
    pub(in crate::config) async fn open(
        config: &Config,
        table: &ServiceTable,
        out: Out,
    ) -> Result<Source, Failure> {
        let mut service = HttpSourceConfig::new(&table.url, customers(config, &table.customers)?);
        for (kind, list) in &table.records {
            service = service.with_records(kind.clone(), records(config, kind.as_str(), list)?);
        }
        if let Some(auth) = auth(config)? {
            service = service.with_auth(auth);
        }
        if let Some(items) = table.page_size {
            service = service.with_page_size(items);
        }
        if let Some(zone) = table.zone {
            service = service.in_zone(zone);
        }
        if let Some(secs) = table.timeout_secs {
            let answer = Duration::from_secs(secs.max(1));
            let connect = answer.min(Timeouts::default().connect);
            service = service.with_timeouts(Timeouts { connect, answer });
        }
        if let Some(file) = &table.authorities {
            let pem = crate::document::read_text(&config.path(file))?;
            service = service.with_root_certificate(pem);
        }
        if table.plain_http {
            service = service.allow_plain_http();
        }
        let connected = HttpSource::connect(service, Arc::new(SystemClock::new())).await;
        let source = connected.map_err(|error| Failure::port(&error))?;
        for problem in source.problems() {
            out.warn(&problem.to_string());
        }
        let source = Arc::new(source);
        Ok(Source {
            customers: Arc::<HttpSource>::clone(&source),
            records: source,
            zone: table.zone,
            files: Vec::new(),
        })
    }

    fn auth(config: &Config) -> Result<Option<HttpAuth>, Failure> {
        const NAMES: [&str; 3] = [
            "PREGON_HTTP_TOKEN",
            "PREGON_HTTP_USER",
            "PREGON_HTTP_PASSWORD",
        ];
        match NAMES.map(|name| variable(name).map(Secret::new)) {
            [None, None, None] => Ok(None),
            [Some(token), None, None] => Ok(Some(HttpAuth::Bearer(token))),
            [None, Some(user), Some(password)] => Ok(Some(HttpAuth::Basic { user, password })),
            _ => {
                let message = "set either PREGON_HTTP_TOKEN, or PREGON_HTTP_USER and \
                               PREGON_HTTP_PASSWORD";
                Err(config.wrong(PATH, message))
            }
        }
    }

    fn customers(config: &Config, list: &ListTable) -> Result<HttpCustomers, Failure> {
        let mut customers = HttpCustomers::new(listing(list));
        for (name, pointer) in &list.fields {
            let field = match name {
                FieldName::Id => PersonField::Id,
                FieldName::Name => PersonField::Name,
                FieldName::Email => PersonField::Email,
                FieldName::Phone => PersonField::Phone,
                FieldName::Language => PersonField::Language,
                FieldName::Zone => PersonField::Zone,
                FieldName::ContactHours => PersonField::ContactHours,
                FieldName::OptIn => PersonField::OptIn,
                FieldName::OptOut => PersonField::OptOut,
                FieldName::Customer => {
                    let path = format!("{PATH}.customers.fields");
                    return Err(config.wrong(&path, "customer is a field of records"));
                }
            };
            customers = customers.with(field, pointer);
        }
        if list.due.is_some() {
            let path = format!("{PATH}.customers.due");
            return Err(config.wrong(&path, "only records are due"));
        }
        Ok(list
            .attributes
            .iter()
            .fold(customers, |customers, (name, it)| {
                customers.with_attribute(name, it.r#type.attribute(), &it.at)
            }))
    }

    fn records(config: &Config, kind: &str, list: &ListTable) -> Result<HttpRecords, Failure> {
        let own = [FieldName::Id, FieldName::Customer];
        if list.fields.keys().any(|name| !own.contains(name)) {
            let path = format!("{PATH}.records.{kind}.fields");
            return Err(config.wrong(&path, "the fields of records are id and customer"));
        }
        let at = |name: FieldName, usual| list.fields.get(&name).map_or(usual, String::as_str);
        let ids = (
            at(FieldName::Id, "/id"),
            at(FieldName::Customer, "/customer_id"),
        );
        let mut records = HttpRecords::new(listing(list)).with_ids(ids.0, ids.1);
        if let Some(due) = &list.due {
            records = records.due_by(&due.attribute, &due.from, &due.to);
        }
        Ok(list.attributes.iter().fold(records, |records, (name, it)| {
            records.with_attribute(name, it.r#type.attribute(), &it.at)
        }))
    }

    fn listing(list: &ListTable) -> HttpListing {
        let mut listing = HttpListing::new(&list.path, paging(&list.paging))
            .with_items(&list.items)
            .with_item(&list.item);
        for (name, value) in &list.query {
            listing = listing.with_query(name, value);
        }
        match &list.find {
            None => listing,
            Some(FindTable { path, ids, most }) => listing.found_by(match ids {
                None => HttpFind::One { path: path.clone() },
                Some(ids) => HttpFind::Many {
                    path: path.clone(),
                    ids: ids.clone(),
                    most: most.unwrap_or(50),
                },
            }),
        }
    }

    fn paging(table: &PagingTable) -> HttpPaging {
        match table {
            PagingTable::AfterId { after, size } => HttpPaging::AfterId {
                after: after.clone(),
                size: size.clone(),
            },
            PagingTable::Cursor { cursor, next, size } => HttpPaging::Cursor {
                cursor: cursor.clone(),
                next: next.clone(),
                size: size.clone(),
            },
            PagingTable::NextUrl { next, size } => HttpPaging::NextUrl {
                next: next.clone(),
                size: size.clone(),
            },
            PagingTable::NextLink { size } => HttpPaging::NextLink { size: size.clone() },
            PagingTable::Page { page, size, first } => HttpPaging::Page {
                page: page.clone(),
                size: size.clone(),
                first: first.unwrap_or(1),
            },
            PagingTable::Offset { offset, size } => HttpPaging::Offset {
                offset: offset.clone(),
                size: size.clone(),
            },
        }
    }
}
