//! Customers and records from a host's own JSON service.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::{
    Clock, Cursor, Customer, CustomerId, CustomerQuery, CustomerSource, Due, Page, PortError,
    Record, RecordKind, RecordQuery, RecordRef, RecordSchemas, RecordSource, Schema,
};

mod config;
mod listing;

mod fields;
mod items;
mod value;

mod paging;
mod service;
mod window;

mod error;
pub mod fuzz;
mod problem;

pub use config::{HttpAuth, HttpSourceConfig};
pub use listing::{HttpCustomers, HttpFind, HttpListing, HttpPaging, HttpRecords, PersonField};
pub use problem::{ItemFault, ItemProblem};

use error::{Error, Result};
use items::CUSTOMERS;
use paging::{Item, List, Place};
use problem::Problems;
use service::Service;
use window::Window;

/// A record and its customer.
type Found = (Record, Customer);

/// Customers and records of a service that speaks JSON over HTTP, by configuration.
///
/// [`connect`](Self::connect) reads one page of each list, so that a wrong path, pointer or token
/// is found then. Nothing is written to the service, and nothing of it is kept.
///
/// * A value of another type than the configuration says, or an id that is none, leaves that item
///   out and nobody else; [`problems`](Self::problems) names it and where in it. Null and blank are
///   missing.
/// * An answer that is not whole JSON, or has no list where one must be, is an error of the whole
///   page: no part of it is taken for all of it.
/// * A page that follows on another server is not read: the token is for this one.
/// * Records are given with their customers, who are found by their ids; a record whose customer is
///   gone, or that has none, is not given.
///
/// A page costs one call, or three where lists are read by number ([`HttpPaging`]), and a page of
/// records as many more as it takes to find their customers.
#[derive(Debug, Clone)]
pub struct HttpSource {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    service: Service,
    config: HttpSourceConfig,
    schema: Schema,
    schemas: RecordSchemas,
    problems: Problems,
}

impl HttpSource {
    /// Connects, and reads one page of each list.
    ///
    /// # Errors
    /// When the configuration makes no sense, the service cannot be reached or does not accept who
    /// we are, or what it answers is not what the configuration says.
    pub async fn connect(
        config: HttpSourceConfig,
        clock: Arc<dyn Clock>,
    ) -> std::result::Result<Self, PortError> {
        let connected = async {
            let schema = config.customers.schema()?;
            check(&config.customers.listing)?;
            let mut schemas = RecordSchemas::new();
            for (kind, records) in &config.records {
                check(&records.listing)?;
                schemas.insert(kind.clone(), records.schema()?);
            }
            let inner = Inner {
                service: Service::new(&config, clock)?,
                config,
                schema,
                schemas,
                problems: Problems::default(),
            };
            inner.try_out().await?;
            Ok(inner)
        };
        let connected = connected.await.map_err(|error: Error| error.at("connect"));
        Ok(Self {
            inner: Arc::new(connected?),
        })
    }

    /// What was left out so far, and what no item of the first page had; each once, a thousand at
    /// most. The log has each of them as a warning.
    #[must_use]
    pub fn problems(&self) -> Vec<ItemProblem> {
        self.inner.problems.all()
    }
}

/// What can be wrong with a list without asking for it.
fn check(listing: &HttpListing) -> Result<()> {
    let find = match &listing.find {
        HttpFind::One { path } if !path.contains("{id}") => return Err(Error::NoId(path.clone())),
        HttpFind::One { path } | HttpFind::Many { path, .. } => path,
    };
    for path in [&listing.path, find] {
        let upwards = path.split('/').any(|part| matches!(part, "." | ".."));
        if upwards || path.contains(['?', '#', '\\']) || path.contains("://") {
            return Err(Error::Path(path.clone()));
        }
    }
    fields::check_pointer(&listing.items)?;
    fields::check_pointer(&listing.item)?;
    match &listing.paging {
        HttpPaging::Cursor { next, .. } | HttpPaging::NextUrl { next, .. } => {
            fields::check_pointer(next)
        }
        _ => Ok(()),
    }
}

impl Inner {
    fn customers(&self) -> List<'_> {
        let customers = &self.config.customers;
        self.list(&customers.listing, CUSTOMERS, customers.id_pointer(), &[])
    }

    fn list<'a>(
        &'a self,
        listing: &'a HttpListing,
        of: &'a str,
        id: &'a str,
        query: &'a [(String, String)],
    ) -> List<'a> {
        List {
            service: &self.service,
            listing,
            of,
            id,
            query,
            page_size: self.config.page_size,
        }
    }

    /// Reads one page of everything, and one of it again by its id: who cannot be found so would be
    /// taken for gone. What no item of it has may be called otherwise: a rule on it would never
    /// match, and nobody would know why.
    async fn try_out(&self) -> Result<()> {
        let items = self.try_list(self.customers()).await?;
        self.look_for(CUSTOMERS, &items, self.config.customers.pointers());
        let _ = self.people(&items);
        for (kind, records) in &self.config.records {
            let list = self.list(&records.listing, kind.as_str(), &records.id, &[]);
            let items = self.try_list(list).await?;
            self.look_for(kind.as_str(), &items, records.pointers());
        }
        Ok(())
    }

    async fn try_list(&self, list: List<'_>) -> Result<Vec<Item>> {
        let (items, _) = list.page(None, self.config.page_size).await?;
        // The last one, which a service that does not heed the question would not begin with.
        if let Some(id) = items.iter().rev().find_map(|item| item.id.as_deref())
            && list.find(&[id].into()).await?.is_empty()
        {
            let (of, id) = (list.of.to_owned(), id.to_owned());
            return Err(Error::NotFound { of, id });
        }
        Ok(items)
    }

    fn look_for<'a>(&self, of: &str, items: &[Item], pointers: impl Iterator<Item = &'a str>) {
        let nowhere = |pointer: &&str| {
            !items.is_empty()
                && items
                    .iter()
                    .all(|item| item.json.pointer(pointer).is_none())
        };
        for pointer in pointers.filter(nowhere) {
            self.problems.tell(ItemProblem {
                of: of.to_owned(),
                id: None,
                pointer: pointer.to_owned(),
                fault: ItemFault::Nowhere,
            });
        }
    }

    fn people(&self, items: &[Item]) -> Vec<Customer> {
        let (customers, zone) = (&self.config.customers, self.config.zone);
        let read = items
            .iter()
            .map(|item| customers.customer(&item.json, zone));
        read.filter_map(|read| self.kept(read)).collect()
    }

    fn kept<T>(&self, read: std::result::Result<T, ItemProblem>) -> Option<T> {
        read.map_err(|problem| self.problems.tell(problem)).ok()
    }

    async fn find_customers(&self, ids: &BTreeSet<&str>) -> Result<Vec<Customer>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let items = self.customers().find(ids).await?;
        Ok(self.people(&items))
    }

    /// The records of items that are due, with their customers.
    async fn found(
        &self,
        kind: &RecordKind,
        records: &HttpRecords,
        items: &[Item],
        window: Option<&Window>,
    ) -> Result<Vec<Found>> {
        let zone = self.config.zone;
        let read = items
            .iter()
            .map(|item| records.record(kind, &item.json, zone));
        let read = read.filter_map(|read| self.kept(read).flatten());
        let due = |record: &Record| window.is_none_or(|window| window.holds(record));
        let records: Vec<Record> = read.filter(due).collect();
        let ids = records
            .iter()
            .map(|record| record.customer.as_str())
            .collect();
        let people = self.find_customers(&ids).await?;
        let people: HashMap<CustomerId, Customer> = people
            .into_iter()
            .map(|customer| (customer.id.clone(), customer))
            .collect();
        let paired = records.into_iter().filter_map(|record| {
            let customer = people.get(&record.customer)?.clone();
            Some((record, customer))
        });
        Ok(paired.collect())
    }

    async fn page_of_records(
        &self,
        query: &RecordQuery,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<Found>> {
        let kind = &query.kind;
        let unknown = || Error::NoSuchKind(kind.as_str().to_owned());
        let records = self.config.records.get(kind).ok_or_else(unknown)?;
        let due = query.due.as_ref();
        let schema = self.schemas.get(kind).ok_or_else(unknown)?;
        let window = due.map(|due| Window::new(due, kind, schema)).transpose()?;
        let narrowed = due
            .and_then(|due| narrowed(records, due))
            .unwrap_or_default();
        let list = self.list(&records.listing, kind.as_str(), &records.id, &narrowed);
        let (items, next) = list.page(place(after)?, limit).await?;
        Ok(Page {
            items: self.found(kind, records, &items, window.as_ref()).await?,
            next: next.map(|place| Cursor::new(place.text())),
        })
    }

    async fn find_records(&self, names: &[RecordRef]) -> Result<Vec<Found>> {
        let mut kinds: BTreeMap<&RecordKind, BTreeSet<&str>> = BTreeMap::new();
        for name in names {
            kinds
                .entry(&name.kind)
                .or_default()
                .insert(name.id.as_str());
        }
        let mut found = Vec::new();
        for (kind, ids) in kinds {
            let Some(records) = self.config.records.get(kind) else {
                return Err(Error::NoSuchKind(kind.as_str().to_owned()));
            };
            let list = self.list(&records.listing, kind.as_str(), &records.id, &[]);
            let items = list.find(&ids).await?;
            found.extend(self.found(kind, records, &items, None).await?);
        }
        Ok(found)
    }
}

/// The parameters by which the service narrows a list to what is due.
fn narrowed(records: &HttpRecords, due: &Due) -> Option<Vec<(String, String)>> {
    let (attribute, from, to) = match due {
        Due::On {
            attribute,
            first,
            last,
        } => (attribute, first.to_string(), last.to_string()),
        Due::At {
            attribute,
            after,
            until,
        } => {
            let text = |at: &chrono::DateTime<chrono::Utc>| {
                at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
            };
            (attribute, text(after), text(until))
        }
        _ => return None,
    };
    let by = records
        .due
        .as_ref()
        .filter(|by| by.attribute == *attribute)?;
    Some(vec![(by.from.clone(), from), (by.to.clone(), to)])
}

fn place(after: Option<&Cursor>) -> Result<Option<Place>> {
    after
        .map(|cursor| Place::parse(cursor.as_str()))
        .transpose()
}

#[async_trait]
impl CustomerSource for HttpSource {
    async fn schema(&self) -> std::result::Result<Schema, PortError> {
        Ok(self.inner.schema.clone())
    }

    async fn page<'a>(
        &self,
        _query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> std::result::Result<Page<Customer>, PortError> {
        let inner = &*self.inner;
        let page = async { inner.customers().page(place(after)?, limit).await };
        let page = page
            .await
            .map_err(|error: Error| error.at("page of customers"));
        let (items, next) = page?;
        Ok(Page {
            items: inner.people(&items),
            next: next.map(|place| Cursor::new(place.text())),
        })
    }

    async fn find(&self, ids: &[CustomerId]) -> std::result::Result<Vec<Customer>, PortError> {
        let ids = ids.iter().map(CustomerId::as_str).collect();
        let found = self.inner.find_customers(&ids).await;
        found.map_err(|error| error.at("find customers"))
    }
}

#[async_trait]
impl RecordSource for HttpSource {
    async fn schemas(&self) -> std::result::Result<RecordSchemas, PortError> {
        Ok(self.inner.schemas.clone())
    }

    async fn page<'a>(
        &self,
        query: &RecordQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> std::result::Result<Page<Found>, PortError> {
        let page = self.inner.page_of_records(query, after, limit).await;
        page.map_err(|error| error.at("page of records"))
    }

    async fn find(&self, names: &[RecordRef]) -> std::result::Result<Vec<Found>, PortError> {
        let found = self.inner.find_records(names).await;
        found.map_err(|error| error.at("find records"))
    }
}
