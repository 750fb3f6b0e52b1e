//! A small fixed population that adapters of sources load into their own form.
//!
//! [`customer_table`] and [`record_table`] have the data as texts, as a file or a foreign server
//! would have them; [`customers`] and [`records`] have the same data as the core reads them. Every
//! person, number and address is made up; the mail domains are the reserved ones.

mod people;
mod things;

use pregon_core::{AttributeType, Customer, Record, RecordKind, RecordSchemas, Schema, Value};

pub use people::customers;
pub use things::{records, records_with_customers};

/// Rows of texts under names of columns; an empty text is a missing value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The rows, each with as many texts as there are columns.
    pub rows: Vec<Vec<&'static str>>,
}

/// The customers as texts. Columns: `customer_id`, `name`, `language`, `zone`, `email`, `phone`,
/// and the attributes of [`customer_schema`].
#[must_use]
pub fn customer_table() -> Table {
    Table {
        columns: people::COLUMNS.to_vec(),
        rows: people::PEOPLE.iter().map(|row| row.to_vec()).collect(),
    }
}

/// The records of a kind as texts; `None` for a kind that the sample does not have. Columns:
/// `id`, `customer_id`, and the attributes of the kind in [`record_schemas`].
#[must_use]
pub fn record_table(kind: &RecordKind) -> Option<Table> {
    things::table(kind.as_str())
}

/// The attributes of the customers.
#[must_use]
pub fn customer_schema() -> Schema {
    schema(&[
        ("city", AttributeType::Text),
        ("visits", AttributeType::Integer),
        ("spend", AttributeType::Decimal),
        ("last_visit", AttributeType::Date),
        ("vip", AttributeType::Bool),
    ])
}

/// The kinds of records, `pin` with a civil date and `booking` with an instant.
#[must_use]
pub fn record_schemas() -> RecordSchemas {
    let pin = schema(&[
        ("item_name", AttributeType::Text),
        ("status", AttributeType::Text),
        ("expiry_date", AttributeType::Date),
    ]);
    let booking = schema(&[
        ("service", AttributeType::Text),
        ("starts_at", AttributeType::Instant),
    ]);
    let kind = |name| RecordKind::new(name).expect("kinds of the sample are names");
    [(kind("pin"), pin), (kind("booking"), booking)].into()
}

fn schema(attributes: &[(&str, AttributeType)]) -> Schema {
    let with = |schema: Schema, (name, kind): &(&str, AttributeType)| {
        schema
            .with(name, kind.clone())
            .expect("names of the sample are names")
    };
    attributes.iter().fold(Schema::new(), with)
}

/// The value that a text stands for, by the type of its attribute; `None` for an empty text.
fn value(text: &str, kind: &AttributeType) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    let parsed = match kind {
        AttributeType::Bool => text.parse().ok().map(Value::Bool),
        AttributeType::Integer => text.parse().ok().map(Value::Integer),
        AttributeType::Decimal => text.parse().ok().map(Value::Decimal),
        AttributeType::Date => text.parse().ok().map(Value::Date),
        AttributeType::Instant => text.parse().ok().map(Value::Instant),
        _ => Some(Value::from(text)),
    };
    Some(parsed.expect("values of the sample are of their types"))
}

/// The attributes of a row whose columns from `first` on are the attributes of a schema.
fn with_attributes<T>(
    start: T,
    columns: &[&'static str],
    cells: &[&str],
    schema: &Schema,
    with: impl Fn(T, &str, Value) -> T,
) -> T {
    columns.iter().zip(cells).fold(start, |made, (name, text)| {
        let kind = schema
            .get(name)
            .expect("columns of the sample are in its schema");
        match value(text, kind) {
            Some(value) => with(made, name, value),
            None => made,
        }
    })
}

pub(crate) fn name_of(customer: &Customer) -> String {
    customer.id.as_str().to_owned()
}

pub(crate) fn name_of_record(it: &(Record, Customer)) -> String {
    format!("{}/{}", it.0.kind, it.0.id)
}
