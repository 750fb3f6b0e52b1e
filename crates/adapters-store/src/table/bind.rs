//! Values beside a statement, never in it.

use std::collections::HashMap;

use super::Dialect;

/// A value that is bound to a statement.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Bind {
    /// A whole number: `bigint`.
    Int(i64),
    /// A binary float: `double precision`.
    Float(f64),
    /// A text. Where another type is meant, the statement casts it.
    Text(String),
    /// A list of whole numbers: an array in PostgreSQL, JSON in SQLite.
    Ints(Vec<i64>),
    /// A list of texts: an array in PostgreSQL, JSON in SQLite.
    Texts(Vec<String>),
}

impl Bind {
    /// What tells two of them apart.
    fn key(&self) -> Option<(u8, Vec<u8>)> {
        Some(match self {
            Self::Int(n) => (0, n.to_be_bytes().to_vec()),
            Self::Float(x) => (1, x.to_bits().to_be_bytes().to_vec()),
            Self::Text(text) => (2, text.clone().into_bytes()),
            // They are long, and seldom there twice.
            Self::Ints(_) | Self::Texts(_) => return None,
        })
    }

    /// The list as the JSON text that SQLite opens again.
    #[cfg(feature = "sqlite")]
    pub(super) fn to_json(&self) -> Option<String> {
        match self {
            Self::Ints(list) => serde_json::to_string(list).ok(),
            Self::Texts(list) => serde_json::to_string(list).ok(),
            Self::Int(_) | Self::Float(_) | Self::Text(_) => None,
        }
    }
}

/// The values of a statement that is being made, each in one place.
#[derive(Debug)]
pub(super) struct Binds {
    dialect: Dialect,
    values: Vec<Bind>,
    places: HashMap<(u8, Vec<u8>), usize>,
}

impl Binds {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            values: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Takes over the values of a condition, under the numbers that they have there.
    pub(super) fn start(&mut self, values: Vec<Bind>) {
        for (n, value) in values.iter().enumerate() {
            if let Some(key) = value.key() {
                self.places.insert(key, n + 1);
            }
        }
        self.values = values;
    }

    /// The place holder of a value.
    pub(super) fn add(&mut self, value: Bind) -> String {
        let key = value.key();
        let known = key.as_ref().and_then(|key| self.places.get(key).copied());
        let place = known.unwrap_or_else(|| {
            self.values.push(value);
            self.values.len()
        });
        if let Some(key) = key {
            self.places.insert(key, place);
        }
        match self.dialect {
            Dialect::Sqlite => format!("?{place}"),
            Dialect::Postgres => format!("${place}"),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn into_values(self) -> Vec<Bind> {
        self.values
    }
}
