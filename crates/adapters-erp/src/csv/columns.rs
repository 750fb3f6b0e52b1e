//! What the columns of a file are.

use std::collections::BTreeSet;
use std::sync::Arc;

use pregon_core::{AttributeType, Schema, is_attribute_name};

use super::HeaderFault;

/// Names that mean something else in every row of a rule or template.
const RESERVED: [&str; 4] = ["customer_id", "customer_name", "record_id", "language"];

/// What a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Id,
    Owner,
    Name,
    Email,
    Phone,
    Language,
    Zone,
    /// When the person wants to be written to.
    Hours,
    OptOut,
    OptIn,
    /// Declared by a schema, or inferred once the file is read.
    Attribute(Option<AttributeType>),
}

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: Arc<str>,
    pub(super) role: Role,
}

/// Whose columns they are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'a> {
    Customers { id: Option<&'a str> },
    Records,
}

/// The columns of a header.
pub(super) fn columns(
    names: &[String],
    of: Of<'_>,
    schema: &Schema,
) -> Result<Vec<Column>, HeaderFault> {
    let mut seen = BTreeSet::new();
    if let Some(twice) = names.iter().find(|name| !seen.insert(name.as_str())) {
        return Err(HeaderFault::Twice(twice.clone()));
    }
    let id = match of {
        Of::Customers { id: Some(id) } => id,
        Of::Customers { id: None } => match (seen.contains("id"), seen.contains("customer_id")) {
            (true, true) => return Err(HeaderFault::TwoIds),
            (false, true) => "customer_id",
            (_, false) => "id",
        },
        Of::Records => "id",
    };
    let needed = match of {
        Of::Customers { .. } => vec![id],
        Of::Records => vec![id, "customer_id"],
    };
    if let Some(missing) = needed.into_iter().find(|name| !seen.contains(name)) {
        return Err(HeaderFault::NoColumn(missing.to_owned()));
    }
    let columns: Vec<Column> = names
        .iter()
        .enumerate()
        .map(|(at, name)| column(at + 1, name, id, of, schema))
        .collect::<Result<_, _>>()?;
    check_schema(&columns, schema)?;
    Ok(columns)
}

fn column(
    position: usize,
    name: &str,
    id: &str,
    of: Of<'_>,
    schema: &Schema,
) -> Result<Column, HeaderFault> {
    let role = match (of, name) {
        (_, name) if name == id => Role::Id,
        (Of::Records, "customer_id") => Role::Owner,
        (Of::Customers { .. }, name) => person(name),
        (Of::Records, _) => Role::Attribute(None),
    };
    let role = match role {
        Role::Attribute(_) if RESERVED.contains(&name) => {
            return Err(HeaderFault::Reserved(name.to_owned()));
        }
        // Dots part the prefixes customer and record, so a column cannot have one.
        Role::Attribute(_) if name.contains('.') || !is_attribute_name(name) => {
            let (name, suggestion) = (name.to_owned(), suggestion(name, position));
            return Err(HeaderFault::Name {
                position,
                name,
                suggestion,
            });
        }
        Role::Attribute(_) => Role::Attribute(schema.get(name).cloned()),
        other => other,
    };
    let name = Arc::from(name);
    Ok(Column { name, role })
}

/// What a column of a person is.
fn person(name: &str) -> Role {
    match name {
        "name" => Role::Name,
        "email" => Role::Email,
        "phone" => Role::Phone,
        "language" => Role::Language,
        "zone" => Role::Zone,
        "contact_hours" => Role::Hours,
        "opt_out" => Role::OptOut,
        "opt_in" => Role::OptIn,
        _ => Role::Attribute(None),
    }
}

fn check_schema(columns: &[Column], schema: &Schema) -> Result<(), HeaderFault> {
    let own = attributes(columns);
    let missing = schema.iter().find(|(name, _)| own.get(name).is_none());
    match missing {
        None => Ok(()),
        Some((name, _)) => Err(HeaderFault::Schema {
            name: name.to_owned(),
            nearest: own.nearest(name).map(str::to_owned),
        }),
    }
}

/// The attributes among the columns; what is not known yet is text.
pub(super) fn attributes(columns: &[Column]) -> Schema {
    let mut schema = Schema::new();
    for column in columns {
        if let Role::Attribute(r#type) = &column.role {
            let r#type = r#type.clone().unwrap_or(AttributeType::Text);
            // Every attribute column was given a valid name above.
            let _ = schema.insert(&column.name, r#type);
        }
    }
    schema
}

/// A name that rules can say, near to one that they cannot.
pub(super) fn suggestion(name: &str, position: usize) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '_');
    let joined = words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_");
    let begun = match joined.chars().next() {
        None => format!("column_{position}"),
        Some(first) if first.is_numeric() => format!("_{joined}"),
        Some(_) => joined,
    };
    let short: String = begun.to_lowercase().chars().take(60).collect();
    if is_attribute_name(&short) {
        short
    } else {
        format!("column_{position}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUSTOMERS: Of<'_> = Of::Customers { id: None };

    fn header(names: &[&str], of: Of<'_>) -> Result<Vec<Column>, HeaderFault> {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        columns(&names, of, &Schema::new())
    }

    #[track_caller]
    fn check(names: &[&str], of: Of<'_>, message: &str) {
        assert_eq!(header(names, of).unwrap_err().to_string(), message);
    }

    #[test]
    fn headers_that_make_no_sense() {
        check(&["name"], CUSTOMERS, "there is no column \"id\"");
        check(&["id"], Of::Records, "there is no column \"customer_id\"");
        check(&["id", "x", "x"], CUSTOMERS, "column \"x\" is there twice");
        let two = "both \"id\" and \"customer_id\" may name the customer; say which one does";
        check(&["id", "customer_id"], CUSTOMERS, two);
        let named = |name: &str, other: &str| {
            format!("column 2 is named {name:?}, which rules cannot say; call it {other:?}")
        };
        for (name, other) in [
            ("Última visita", "última_visita"),
            ("2026", "_2026"),
            ("", "column_2"),
            ("pin.status", "pin_status"),
        ] {
            check(&["id", name], CUSTOMERS, &named(name, other));
        }
        let reserved = HeaderFault::Reserved("record_id".to_owned()).to_string();
        assert!(reserved.starts_with("column \"record_id\" has a name that means something else"));
        check(&["id", "record_id"], CUSTOMERS, &reserved);
    }

    #[test]
    fn names_with_accents_are_names() {
        let columns = header(&["id", "año_de_ingreso"], CUSTOMERS).unwrap();
        assert_eq!(columns[1].role, Role::Attribute(None));
    }

    #[test]
    fn another_column_may_be_the_id() {
        let of = Of::Customers { id: Some("cedula") };
        let columns = header(&["id", "cedula"], of).unwrap();
        assert_eq!(columns[1].role, Role::Id);
        assert_eq!(columns[0].role, Role::Attribute(None));
    }

    #[test]
    fn a_schema_names_columns_that_are_there() {
        let schema = Schema::new().with("visit", AttributeType::Integer).unwrap();
        let names = ["id", "visits"].map(str::to_owned);
        let error = columns(&names, CUSTOMERS, &schema).unwrap_err();
        let expected =
            "the schema has \"visit\", which is no column of the file; did you mean \"visits\"?";
        assert_eq!(error.to_string(), expected);
    }
}
