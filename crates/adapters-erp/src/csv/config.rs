//! Which files, and what is known of them beforehand.

use std::collections::BTreeMap;
use std::path::PathBuf;

use pregon_core::{RecordKind, Schema};

/// How the bytes of a file stand for letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8 when the file has its mark or more letters of it than bytes that cannot be, otherwise
    /// Windows-1252, which is what spreadsheets write in Spanish.
    #[default]
    Detect,
    /// UTF-8; a row that is not is reported.
    Utf8,
    /// Windows-1252, of which ISO 8859-1 is a part.
    Windows1252,
}

/// Which files a [`Csv`](super::Csv) source reads.
///
/// ```
/// # use pregon_adapters_erp::CsvConfig;
/// # use pregon_core::RecordKind;
/// let config = CsvConfig::new("clientes.csv").with_records(RecordKind::new("pin")?, "pines.csv");
/// # Ok::<(), pregon_core::IdError>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CsvConfig {
    pub(super) customers: PathBuf,
    pub(super) records: BTreeMap<RecordKind, PathBuf>,
    pub(super) id_column: Option<String>,
    pub(super) schema: Schema,
    pub(super) record_schemas: BTreeMap<RecordKind, Schema>,
    pub(super) encoding: Encoding,
}

impl CsvConfig {
    /// The file of the customers, whose types are inferred.
    #[must_use]
    pub fn new(customers: impl Into<PathBuf>) -> Self {
        Self {
            customers: customers.into(),
            records: BTreeMap::new(),
            id_column: None,
            schema: Schema::new(),
            record_schemas: BTreeMap::new(),
            encoding: Encoding::Detect,
        }
    }

    /// With a file of records of a kind.
    #[must_use]
    pub fn with_records(mut self, kind: RecordKind, file: impl Into<PathBuf>) -> Self {
        self.records.insert(kind, file.into());
        self
    }

    /// With the column that names the customers, instead of `id` or `customer_id`.
    #[must_use]
    pub fn with_id_column(mut self, column: impl Into<String>) -> Self {
        self.id_column = Some(column.into());
        self
    }

    /// With the types of some columns of the customers; the others are inferred.
    #[must_use]
    pub fn with_schema(mut self, schema: Schema) -> Self {
        self.schema = schema;
        self
    }

    /// With the types of some columns of a kind of record; the others are inferred.
    #[must_use]
    pub fn with_record_schema(mut self, kind: RecordKind, schema: Schema) -> Self {
        self.record_schemas.insert(kind, schema);
        self
    }

    /// With the encoding of every file.
    #[must_use]
    pub fn with_encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }
}
