//! Customers and records in memory.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use async_trait::async_trait;

use crate::{
    Cursor, Customer, CustomerId, CustomerQuery, CustomerSource, Due, Page, PortError,
    PortErrorKind, Record, RecordKind, RecordQuery, RecordRef, RecordSchemas, RecordSource, Schema,
    Value,
};

/// Customers and records in memory: for tests, and for hosts that have few.
#[derive(Debug, Default)]
pub struct MemorySource {
    schema: Schema,
    kinds: RecordSchemas,
    data: RwLock<Data>,
}

#[derive(Debug, Default)]
struct Data {
    customers: BTreeMap<CustomerId, Customer>,
    records: BTreeMap<RecordRef, Record>,
}

impl MemorySource {
    /// Without anybody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With these attributes of customers.
    #[must_use]
    pub fn with_schema(mut self, schema: Schema) -> Self {
        self.schema = schema;
        self
    }

    /// With a kind of records and its attributes.
    #[must_use]
    pub fn with_kind(mut self, kind: RecordKind, schema: Schema) -> Self {
        self.kinds.insert(kind, schema);
        self
    }

    /// With these customers more.
    #[must_use]
    pub fn with_customers(self, customers: impl IntoIterator<Item = Customer>) -> Self {
        customers
            .into_iter()
            .for_each(|customer| self.put(customer));
        self
    }

    /// With these records more.
    #[must_use]
    pub fn with_records(self, records: impl IntoIterator<Item = Record>) -> Self {
        records
            .into_iter()
            .for_each(|record| self.put_record(record));
        self
    }

    /// Adds a customer, or changes the one with its id.
    pub fn put(&self, customer: Customer) {
        self.change(|data| data.customers.insert(customer.id.clone(), customer));
    }

    /// Adds a record, or changes the one with its name.
    pub fn put_record(&self, record: Record) {
        self.change(|data| data.records.insert(record.name(), record));
    }

    /// Takes a customer away.
    pub fn remove(&self, id: &CustomerId) {
        self.change(|data| data.customers.remove(id));
    }

    /// Takes a record away.
    pub fn remove_record(&self, name: &RecordRef) {
        self.change(|data| data.records.remove(name));
    }

    fn change<T>(&self, change: impl FnOnce(&mut Data) -> T) {
        change(&mut self.data.write().unwrap_or_else(PoisonError::into_inner));
    }

    fn read<T>(&self, read: impl FnOnce(&Data) -> T) -> T {
        read(&self.data.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The first `limit` items, and a cursor at the last of them when there are more.
fn page<T>(items: impl Iterator<Item = T>, limit: u32, name: impl Fn(&T) -> String) -> Page<T> {
    let mut items = items.peekable();
    let taken: Vec<T> = items.by_ref().take(limit.max(1) as usize).collect();
    let next = items
        .peek()
        .and(taken.last())
        .map(|last| Cursor::new(name(last)));
    Page { items: taken, next }
}

fn is_after(name: &str, after: Option<&Cursor>) -> bool {
    after.is_none_or(|cursor| name > cursor.as_str())
}

fn is_due(record: &Record, due: Option<&Due>) -> bool {
    match due {
        None => true,
        Some(Due::On {
            attribute,
            first,
            last,
        }) => {
            let value = record.attributes.get(attribute);
            matches!(value, Some(Value::Date(date)) if first <= date && date <= last)
        }
        Some(Due::At {
            attribute,
            after,
            until,
        }) => {
            let value = record.attributes.get(attribute);
            matches!(value, Some(Value::Instant(at)) if after < at && at <= until)
        }
    }
}

#[async_trait]
impl CustomerSource for MemorySource {
    async fn schema(&self) -> Result<Schema, PortError> {
        Ok(self.schema.clone())
    }

    async fn page<'a>(
        &self,
        _query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        Ok(self.read(|data| {
            let rest = data
                .customers
                .values()
                .filter(|c| is_after(c.id.as_str(), after))
                .cloned();
            page(rest, limit, |customer| customer.id.as_str().to_owned())
        }))
    }

    async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, PortError> {
        Ok(self.read(|data| {
            ids.iter()
                .filter_map(|id| data.customers.get(id))
                .cloned()
                .collect()
        }))
    }
}

#[async_trait]
impl RecordSource for MemorySource {
    async fn schemas(&self) -> Result<RecordSchemas, PortError> {
        Ok(self.kinds.clone())
    }

    async fn page<'a>(
        &self,
        query: &RecordQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<(Record, Customer)>, PortError> {
        let known = self
            .kinds
            .get(&query.kind)
            .is_some_and(|schema| match &query.due {
                Some(Due::On { attribute, .. } | Due::At { attribute, .. }) => {
                    schema.get(attribute).is_some()
                }
                None => true,
            });
        if !known {
            return Err(PortError::new(
                "memory",
                "page of records",
                PortErrorKind::Invalid,
            ));
        }
        Ok(self.read(|data| {
            let rest = data
                .records
                .values()
                .filter(|r| r.kind == query.kind && is_after(r.id.as_str(), after))
                .filter(|r| is_due(r, query.due.as_ref()))
                .filter_map(|r| Some((r.clone(), data.customers.get(&r.customer)?.clone())));
            page(rest, limit, |(record, _)| record.id.as_str().to_owned())
        }))
    }

    async fn find(&self, names: &[RecordRef]) -> Result<Vec<(Record, Customer)>, PortError> {
        Ok(self.read(|data| {
            let found = names.iter().filter_map(|name| data.records.get(name));
            found
                .filter_map(|r| Some((r.clone(), data.customers.get(&r.customer)?.clone())))
                .collect()
        }))
    }
}
