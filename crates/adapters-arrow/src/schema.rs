//! Which attributes the columns are.

use arrow_schema::DataType;
use pregon_core::{AttributeType, Schema};

use crate::ArrowError;

/// The attributes that the columns of an Arrow schema are, every one of them.
///
/// ```
/// use pregon_adapters_arrow::arrow_schema::{DataType, Field, Schema, TimeUnit};
/// use pregon_adapters_arrow::{ArrowError, schema_of};
/// use pregon_core::AttributeType;
///
/// let arrow = Schema::new(vec![
///     Field::new("visits", DataType::UInt16, false),
///     Field::new("spend", DataType::Decimal128(18, 2), true),
/// ]);
/// let schema = schema_of(&arrow)?;
/// assert_eq!(schema.get("visits"), Some(&AttributeType::Integer));
/// assert_eq!(schema.get("spend"), Some(&AttributeType::Decimal));
///
/// let hours = Schema::new(vec![Field::new("opens", DataType::Time32(TimeUnit::Second), true)]);
/// let error = schema_of(&hours).unwrap_err();
/// assert!(matches!(error, ArrowError::Type { column, .. } if column == "opens"));
/// # Ok::<(), ArrowError>(())
/// ```
///
/// # Errors
/// When a column's type is no attribute's, its name is not one that rules can say, or two have it.
pub fn schema_of(schema: &arrow_schema::Schema) -> Result<Schema, ArrowError> {
    let mut attributes = Schema::new();
    for field in schema.fields() {
        add(&mut attributes, field)?;
    }
    Ok(attributes)
}

/// Adds the attribute that a column is.
pub(crate) fn add(schema: &mut Schema, field: &arrow_schema::Field) -> Result<(), ArrowError> {
    let column = || field.name().clone();
    if schema.get(field.name()).is_some() {
        return Err(ArrowError::Twice { column: column() });
    }
    let r#type = type_of(field.data_type()).ok_or_else(|| ArrowError::Type {
        column: column(),
        found: field.data_type().to_string(),
    })?;
    schema
        .insert(field.name(), r#type)
        .map_err(|source| ArrowError::Name {
            column: column(),
            source,
        })
}

/// The type of the attribute that a column of the type is.
pub(crate) fn type_of(r#type: &DataType) -> Option<AttributeType> {
    use DataType as D;
    Some(match r#type {
        D::Boolean => AttributeType::Bool,
        D::Int8 | D::Int16 | D::Int32 | D::Int64 => AttributeType::Integer,
        D::UInt8 | D::UInt16 | D::UInt32 | D::UInt64 => AttributeType::Integer,
        D::Float32 | D::Float64 => AttributeType::Decimal,
        D::Decimal32(..) | D::Decimal64(..) | D::Decimal128(..) | D::Decimal256(..) => {
            AttributeType::Decimal
        }
        D::Utf8 | D::LargeUtf8 | D::Utf8View => AttributeType::Text,
        D::Date32 | D::Date64 => AttributeType::Date,
        D::Timestamp(..) => AttributeType::Instant,
        D::List(of) | D::LargeList(of) | D::ListView(of) | D::LargeListView(of)
            if is_text(of.data_type()) =>
        {
            AttributeType::Texts
        }
        D::FixedSizeList(of, _) if is_text(of.data_type()) => AttributeType::Texts,
        D::Dictionary(_, of) => type_of(of).filter(|of| *of != AttributeType::Texts)?,
        _ => return None,
    })
}

/// Whether values of the type are texts, directly or by a dictionary.
pub(crate) fn is_text(r#type: &DataType) -> bool {
    type_of(r#type) == Some(AttributeType::Text)
}
