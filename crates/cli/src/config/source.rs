//! Where people and records are read from.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use pregon::source::{Csv, CsvConfig, CsvError, Encoding};
use pregon::{AttributeType, CustomerSource, RecordKind, RecordSource, RowSchema, Schema, Zone};

use super::file::{ColumnType, CsvTable, EncodingName, SchemaEntry, TypeName};
use super::{Config, only_one};
use crate::output::{Failure, FailureKind, Out, Phrase, Place};

/// Where people and records are read from, open.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) customers: Arc<dyn CustomerSource>,
    pub(crate) records: Arc<dyn RecordSource>,
    /// The zone that the source itself is in, where it knows one.
    pub(crate) zone: Option<Zone>,
    pub(super) files: Vec<(PathBuf, Option<(u64, SystemTime)>)>,
}

impl Source {
    /// Opens the source that a configuration names, whose segments must go with it.
    pub(crate) async fn open(config: &Config, out: Out) -> Result<Self, Failure> {
        only_one(config, "source")?;
        let table = &config.file.source;
        let source = match (&table.csv, &table.erpnext, &table.http) {
            (Some(csv), ..) => Self::csv(config, csv, out).await,
            (None, Some(site), _) => super::erpnext::open(config, site).await,
            (None, None, Some(service)) => super::source_http::open(config, service, out).await,
            (None, None, None) => Err(config.wrong("source", "[source] is empty: say which one")),
        }?;
        if !config.file.segments.is_empty() {
            let schema = source.customers.schema().await;
            let schema = schema.map_err(|error| Failure::port(&error))?;
            config.segments.check(&RowSchema::new(schema, None))?;
        }
        Ok(source)
    }

    /// Whether a file of it is another one than when it was opened.
    pub(crate) fn changed(&self) -> bool {
        self.files.iter().any(|(path, seen)| stamp(path) != *seen)
    }

    async fn csv(config: &Config, table: &CsvTable, out: Out) -> Result<Self, Failure> {
        let customers = config.path(&table.customers);
        let mut csv = CsvConfig::new(&customers).with_encoding(match table.encoding {
            EncodingName::Detect => Encoding::Detect,
            EncodingName::Utf8 => Encoding::Utf8,
            EncodingName::Windows1252 => Encoding::Windows1252,
        });
        let mut paths = vec![customers];
        for (kind, file) in &table.records {
            let path = config.path(file);
            csv = csv.with_records(kind.clone(), &path);
            paths.push(path);
        }
        if let Some(id) = &table.id {
            csv = csv.with_id_column(id);
        }
        let csv = schemas(config, table, csv)?;
        let files = paths.into_iter().map(|path| {
            let seen = stamp(&path);
            (path, seen)
        });
        let files = files.collect();
        let opened = Csv::open(csv).await;
        let source = opened.map_err(|error| csv_failure(config, &error))?;
        left_out(&source, out);
        let source = Arc::new(source);
        Ok(Self {
            customers: Arc::<Csv>::clone(&source),
            records: source,
            zone: None,
            files,
        })
    }
}

/// What tells one state of a file from the next.
fn stamp(path: &std::path::Path) -> Option<(u64, SystemTime)> {
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.len(), meta.modified().ok()?))
}

fn schemas(config: &Config, table: &CsvTable, mut csv: CsvConfig) -> Result<CsvConfig, Failure> {
    let mut own = Schema::new();
    for (name, entry) in &table.schema {
        let wrong = |error: &dyn std::fmt::Display| {
            config.wrong(&format!("source.csv.schema.{name}"), error.to_string())
        };
        let r#type = match entry {
            SchemaEntry::Type(r#type) => r#type.attribute(),
            SchemaEntry::Choice(set) => AttributeType::Choice(set.iter().cloned().collect()),
            SchemaEntry::Record(columns) => {
                let kind = RecordKind::new(name.as_str()).map_err(|error| wrong(&error))?;
                let mut schema = Schema::new();
                for (column, r#type) in columns {
                    schema
                        .insert(column, r#type.attribute())
                        .map_err(|error| wrong(&error))?;
                }
                csv = csv.with_record_schema(kind, schema);
                continue;
            }
        };
        own.insert(name, r#type).map_err(|error| wrong(&error))?;
    }
    Ok(csv.with_schema(own))
}

impl ColumnType {
    pub(super) fn attribute(&self) -> AttributeType {
        match self {
            Self::Type(r#type) => r#type.attribute(),
            Self::Choice(set) => AttributeType::Choice(set.iter().cloned().collect()),
        }
    }
}

impl TypeName {
    fn attribute(self) -> AttributeType {
        match self {
            Self::Boolean => AttributeType::Bool,
            Self::Integer => AttributeType::Integer,
            Self::Decimal => AttributeType::Decimal,
            Self::Text => AttributeType::Text,
            Self::Date => AttributeType::Date,
            Self::Instant => AttributeType::Instant,
            Self::Texts => AttributeType::Texts,
        }
    }
}

fn csv_failure(config: &Config, error: &CsvError) -> Failure {
    match error {
        CsvError::Io { file, source } if source.kind() == std::io::ErrorKind::NotFound => {
            let message = format!("there is no file {}", file.display());
            config.wrong("source.csv", message)
        }
        CsvError::Header { file, line, fault } => {
            let line = u32::try_from(*line).unwrap_or(u32::MAX);
            Failure::file(fault.to_string()).at(Place::new(file, line, 1))
        }
        CsvError::Io { .. } => {
            let source = std::error::Error::source(error);
            let failure = Failure::new(FailureKind::Unreachable, error.to_string());
            match source {
                Some(source) => failure.because(source),
                None => failure,
            }
        }
        other => config.wrong("source.csv", other.to_string()),
    }
}

/// How many rows are named one by one.
const MOST_NAMED: usize = 10;

/// Says which rows were left out: never in silence.
fn left_out(source: &Csv, out: Out) {
    let problems = source.problems();
    for problem in problems.iter().take(MOST_NAMED) {
        out.warn(&problem.to_string());
    }
    if problems.len() > MOST_NAMED {
        out.warn(&format!("{}: {}", out.say(Phrase::Rows), problems.len()));
    }
}
