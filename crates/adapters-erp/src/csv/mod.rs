//! Customers and records from files with a header.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::{
    Cursor, Customer, CustomerId, CustomerQuery, CustomerSource, Page, PortError, Record,
    RecordKind, RecordQuery, RecordRef, RecordSchemas, RecordSource, Schema,
};

mod config;
mod error;

mod columns;
mod index;
mod raw;
mod rows;
mod sheet;
mod table;
mod text;
mod value;

pub use config::{CsvConfig, Encoding};
pub use error::{CellProblem, CsvError, HeaderFault, RowFault, RowProblem};
pub use sheet::{CsvBatch, CsvColumn, CsvRow, CsvSheet};

use columns::{Column, Of};
use rows::{Rows, Span};
use table::Table;

/// How many rows one page of records may look at before it gives what it has.
const MOST_LOOKED_AT: u32 = 200_000;
/// How many rows a cursor names, so that the place is found again when some of them are gone.
const ROWS_IN_CURSOR: usize = 4;

/// Customers, and records of them, from CSV files.
///
/// A file begins with a header. Commas, semicolons or tabs part the columns, whichever the header
/// has; blanks around a field do not belong to it, and an empty field is a missing value.
///
/// * Customers: `id` or `customer_id`; then, where they are there, `name`, `email`, `phone`,
///   `language`, `zone`, `contact_hours` ([`ContactHours`](pregon_core::ContactHours)), `opt_out`
///   and `opt_in`. Every other column is an attribute.
/// * Records: `id` and `customer_id`; every other column is an attribute.
///
/// Yes in `opt_out`, or no in `opt_in`, refuses everything promotional on every channel; yes in
/// `opt_in` is a consent to it; no in `opt_out` and an empty field say nothing. Refusal wins.
///
/// Opening reads each file once, as a stream: it infers types, finds bad rows and keeps some thirty
/// bytes a row by which pages are read from the file again. A bad row is left out and reported by
/// [`problems`](Self::problems). An address that cannot be written to makes no row bad: whoever
/// writes to the person reports it. A file that changes after it was opened gives a conflict; open
/// the source anew. Pages are in the order of the file, and go on where they were when the file has
/// other rows by then: a cursor names the last four that were given. When all of them are gone the
/// pages begin anew, because a repetition does no harm and an omission would.
///
/// Needs a tokio runtime: files are read on its threads for blocking work.
#[derive(Clone)]
pub struct Csv {
    files: Arc<Files>,
}

struct Files {
    customers: Table,
    records: BTreeMap<RecordKind, Table>,
    problems: Vec<RowProblem>,
}

impl fmt::Debug for Csv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Csv")
            .field("customers", &self.files.customers.file)
            .field("records", &self.files.records.keys())
            .finish_non_exhaustive()
    }
}

impl Csv {
    /// Reads the files once and checks every row.
    ///
    /// # Errors
    /// When a file cannot be read or its header makes no sense.
    pub async fn open(config: CsvConfig) -> Result<Self, CsvError> {
        let files = tokio::task::spawn_blocking(move || Files::open(&config));
        let files = Arc::new(files.await.map_err(|_| CsvError::Stopped)??);
        Ok(Self { files })
    }

    /// The rows that were left out: first of the customers, then of each kind of record.
    #[must_use]
    pub fn problems(&self) -> &[RowProblem] {
        &self.files.problems
    }

    /// How many customers there are.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.files.customers.index.len() as usize
    }

    /// How many records of a kind there are.
    #[must_use]
    pub fn records(&self, kind: &RecordKind) -> usize {
        let table = self.files.records.get(kind);
        table.map_or(0, |table| table.index.len() as usize)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Files) -> Result<T, CsvError> + Send + 'static,
    ) -> Result<T, PortError> {
        let files = Arc::clone(&self.files);
        let done = tokio::task::spawn_blocking(move || work(&files)).await;
        let done = done.map_err(|_| CsvError::Stopped).and_then(|done| done);
        done.map_err(|error| error.at(operation))
    }
}

impl Files {
    fn open(config: &CsvConfig) -> Result<Self, CsvError> {
        let without_file = |kind: &&RecordKind| !config.records.contains_key(*kind);
        if let Some(kind) = config.record_schemas.keys().find(without_file) {
            return Err(CsvError::SchemaWithoutFile { kind: kind.clone() });
        }
        let mut problems = Vec::new();
        let of = Of::Customers {
            id: config.id_column.as_deref(),
        };
        let (path, schema) = (&config.customers, &config.schema);
        let customers = Table::scan(path, config.encoding, of, schema, None, &mut problems)?;
        let (mut records, untyped) = (BTreeMap::new(), Schema::new());
        for (kind, path) in &config.records {
            let schema = config.record_schemas.get(kind).unwrap_or(&untyped);
            let (encoding, owners) = (config.encoding, Some(&customers));
            let table = Table::scan(path, encoding, Of::Records, schema, owners, &mut problems)?;
            records.insert(kind.clone(), table);
        }
        Ok(Self {
            customers,
            records,
            problems,
        })
    }

    fn customers(&self, after: Option<&Cursor>, limit: u32) -> Result<Page<Customer>, CsvError> {
        let mut next = begin(after, &self.customers)?;
        let end = next
            .saturating_add(limit.max(1))
            .min(self.customers.index.len());
        let mut rows = Rows::open(&self.customers)?;
        let mut items = Vec::with_capacity((end.saturating_sub(next)) as usize);
        while next < end {
            items.push(rows.customer(next)?);
            next += 1;
        }
        Ok(Page {
            items,
            next: cursor(next, &self.customers),
        })
    }

    fn find_customers(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, CsvError> {
        let found = ids
            .iter()
            .filter_map(|id| self.customers.index.find(id.as_str()));
        let found: BTreeSet<u32> = found.collect();
        let mut rows = Rows::open(&self.customers)?;
        found.into_iter().map(|row| rows.customer(row)).collect()
    }

    fn records(
        &self,
        query: &RecordQuery,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page<(Record, Customer)>, CsvError> {
        let kind = &query.kind;
        let unknown = || CsvError::NoSuchKind { kind: kind.clone() };
        let table = self.records.get(kind).ok_or_else(unknown)?;
        let due = query.due.as_ref().map(|due| Span::new(due, kind, table));
        let due = due.transpose()?;
        let mut next = begin(after, table)?;
        let end = next.saturating_add(MOST_LOOKED_AT).min(table.index.len());
        let mut rows = Rows::open(table)?;
        let mut found = Vec::new();
        while next < end && found.len() < limit.max(1) as usize {
            found.extend(rows.record(next, kind, due.as_ref())?);
            next += 1;
        }
        Ok(Page {
            items: self.with_customers(found)?,
            next: cursor(next, table),
        })
    }

    fn find_records(&self, names: &[RecordRef]) -> Result<Vec<(Record, Customer)>, CsvError> {
        let mut found = Vec::new();
        for (kind, table) in &self.records {
            let own = names.iter().filter(|name| name.kind == *kind);
            let rows: BTreeSet<u32> = own
                .filter_map(|name| table.index.find(name.id.as_str()))
                .collect();
            if rows.is_empty() {
                continue;
            }
            let mut open = Rows::open(table)?;
            for row in rows {
                found.extend(open.record(row, kind, None)?);
            }
        }
        self.with_customers(found)
    }

    fn with_customers(
        &self,
        found: Vec<(Record, u32)>,
    ) -> Result<Vec<(Record, Customer)>, CsvError> {
        if found.is_empty() {
            return Ok(Vec::new());
        }
        // In the order of the file, and each once, the reads stay near to each other.
        let owners: BTreeSet<u32> = found.iter().map(|(_, owner)| *owner).collect();
        let mut rows = Rows::open(&self.customers)?;
        let mut customers = BTreeMap::new();
        for owner in owners {
            customers.insert(owner, rows.customer(owner)?);
        }
        let with = |(record, owner)| Some((record, customers.get(&owner)?.clone()));
        Ok(found.into_iter().filter_map(with).collect())
    }
}

/// The row that comes after those that a cursor names.
fn begin(after: Option<&Cursor>, table: &Table) -> Result<u32, CsvError> {
    let Some(after) = after else {
        return Ok(0);
    };
    let (row, ids) = after.as_str().split_once('\n').ok_or(CsvError::Cursor)?;
    let row: u32 = row.parse().map_err(|_| CsvError::Cursor)?;
    let last = ids.split('\n').next().unwrap_or_default();
    if table.index.offset(row).is_some() && table.index.id(row) == last {
        return Ok(row + 1);
    }
    // The file is another one. All that was given after the newest row that is still there is gone.
    let still = ids.split('\n').find_map(|id| table.index.find(id));
    Ok(still.map_or(0, |row| row + 1))
}

/// The cursor that names the rows before the next one, unless there is no next one. Ids have no
/// line feed in them.
fn cursor(next: u32, table: &Table) -> Option<Cursor> {
    let last = next.checked_sub(1).filter(|_| next < table.index.len())?;
    let mut text = last.to_string();
    for row in (0..=last).rev().take(ROWS_IN_CURSOR) {
        text.push('\n');
        text.push_str(table.index.id(row));
    }
    Some(Cursor::new(text))
}

#[async_trait]
impl CustomerSource for Csv {
    async fn schema(&self) -> Result<Schema, PortError> {
        Ok(self.files.customers.schema.clone())
    }

    async fn page<'a>(
        &self,
        _query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        let after = after.cloned();
        let page = move |files: &Files| files.customers(after.as_ref(), limit);
        self.blocking("page of customers", page).await
    }

    async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, PortError> {
        let ids = ids.to_vec();
        self.blocking("find customers", move |files| files.find_customers(&ids))
            .await
    }
}

#[async_trait]
impl RecordSource for Csv {
    async fn schemas(&self) -> Result<RecordSchemas, PortError> {
        let tables = self.files.records.iter();
        Ok(tables
            .map(|(kind, table)| (kind.clone(), table.schema.clone()))
            .collect())
    }

    async fn page<'a>(
        &self,
        query: &RecordQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<(Record, Customer)>, PortError> {
        let (query, after) = (query.clone(), after.cloned());
        let page = move |files: &Files| files.records(&query, after.as_ref(), limit);
        self.blocking("page of records", page).await
    }

    async fn find(&self, names: &[RecordRef]) -> Result<Vec<(Record, Customer)>, PortError> {
        let names = names.to_vec();
        self.blocking("find records", move |files| files.find_records(&names))
            .await
    }
}
