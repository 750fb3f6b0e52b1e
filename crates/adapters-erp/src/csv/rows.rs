//! Reads single rows of a table again and makes customers and records of them.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufReader;

use pregon_core::{Attributes, Customer, Due, Permission, Record, RecordKind, Value};

use super::columns::Role;
use super::raw::{RawReader, RawRow};
use super::table::{BUFFER, Stamp, Table};
use super::{Column, CsvError, value};

/// An open table, which is still the one that was read at first.
pub(super) struct Rows<'t> {
    table: &'t Table,
    reader: RawReader<BufReader<File>>,
    row: RawRow,
}

impl<'t> Rows<'t> {
    pub(super) fn open(table: &'t Table) -> Result<Self, CsvError> {
        let io = || CsvError::io(&table.file);
        let file = File::open(&table.file).map_err(io())?;
        if Stamp::of(&file).map_err(io())? != table.stamp {
            return Err(changed(table));
        }
        let input = BufReader::with_capacity(BUFFER, file);
        let reader = RawReader::new(input, table.separator, 0, 1).map_err(io())?;
        Ok(Self {
            table,
            reader,
            row: RawRow::default(),
        })
    }

    /// Reads a row. What does not read as it did at first has been changed since.
    fn read(&mut self, row: u32) -> Result<(), CsvError> {
        let table = self.table;
        let io = || CsvError::io(&table.file);
        let offset = table.index.offset(row).ok_or_else(|| changed(table))?;
        self.reader.go_to(offset).map_err(io())?;
        let read = self.reader.read(&mut self.row).map_err(io())?;
        let same = read == Ok(true)
            && self.row.len() == table.columns.len()
            && self
                .cells()
                .any(|(column, text)| column.role == Role::Id && text == table.index.id(row));
        if same { Ok(()) } else { Err(changed(table)) }
    }

    /// The fields of the row read last that are not empty.
    fn cells(&self) -> impl Iterator<Item = (&'t Column, Cow<'_, str>)> {
        let columns = self.table.columns.iter().enumerate();
        columns.filter_map(|(at, column)| {
            let text = self.table.letters.decode(self.row.field(at))?;
            (!text.is_empty()).then_some((column, text))
        })
    }

    /// The customer of a row.
    pub(super) fn customer(&mut self, row: u32) -> Result<Customer, CsvError> {
        self.read(row)?;
        let id = self.table.index.id(row);
        let mut customer = Customer::new(id).map_err(|_| changed(self.table))?;
        let (mut refused, mut agreed) = (None, None);
        for (column, text) in self.cells() {
            match &column.role {
                Role::Name => customer = customer.named(&text),
                Role::Email => customer = customer.email(&text),
                Role::Phone => customer = customer.phone(&text),
                Role::Language => customer = customer.language(&text),
                Role::Zone => customer.zone = text.parse().ok(),
                Role::Hours => customer.hours = text.parse().ok(),
                Role::OptOut => refused = value::declared_boolean(&text),
                Role::OptIn => agreed = value::declared_boolean(&text),
                Role::Attribute(_) => insert(&mut customer.attributes, column, &text),
                Role::Id | Role::Owner => {}
            }
        }
        customer.permissions = permissions(refused, agreed);
        Ok(customer)
    }

    /// The record of a row, with the row of its customer.
    pub(super) fn record(
        &mut self,
        row: u32,
        kind: &RecordKind,
        due: Option<&Span>,
    ) -> Result<Option<(Record, u32)>, CsvError> {
        self.read(row)?;
        if due.is_some_and(|due| !due.holds(self)) {
            return Ok(None);
        }
        let index = &self.table.index;
        let owner = index.owner(row).ok_or_else(|| changed(self.table))?;
        let mut attributes = Attributes::new();
        let mut customer = Cow::Borrowed("");
        for (column, text) in self.cells() {
            match &column.role {
                Role::Attribute(_) => insert(&mut attributes, column, &text),
                Role::Owner => customer = text,
                _ => {}
            }
        }
        let record = Record::new(kind.as_str(), index.id(row), &customer);
        let mut record = record.map_err(|_| changed(self.table))?;
        record.attributes = attributes;
        Ok(Some((record, owner)))
    }
}

/// A column and the window in which its value must lie.
#[derive(Debug)]
pub(super) struct Span {
    column: usize,
    due: Due,
}

impl Span {
    /// The window of a query on a table.
    pub(super) fn new(due: &Due, kind: &RecordKind, table: &Table) -> Result<Self, CsvError> {
        let (attribute, expected) = match due {
            Due::On { attribute, .. } => (attribute, "date"),
            Due::At { attribute, .. } => (attribute, "instant"),
            _ => return Err(CsvError::Due),
        };
        let fits = |column: &Column| match &column.role {
            Role::Attribute(Some(r#type)) => {
                *column.name == **attribute && r#type.name() == expected
            }
            _ => false,
        };
        match table.columns.iter().position(fits) {
            Some(column) => Ok(Self {
                column,
                due: due.clone(),
            }),
            None => {
                let (kind, attribute) = (kind.clone(), attribute.clone());
                Err(CsvError::NoSuchDate {
                    kind,
                    attribute,
                    expected,
                })
            }
        }
    }

    fn holds(&self, rows: &Rows<'_>) -> bool {
        let bytes = rows.row.field(self.column);
        let (letters, role) = (rows.table.letters, &rows.table.columns[self.column].role);
        let (Some(text), Role::Attribute(Some(r#type))) = (letters.decode(bytes), role) else {
            return false;
        };
        match (&self.due, value::parse(&text, r#type)) {
            (Due::On { first, last, .. }, Some(Value::Date(date))) => {
                (*first..=*last).contains(&date)
            }
            (Due::At { after, until, .. }, Some(Value::Instant(at))) => *after < at && at <= *until,
            _ => false,
        }
    }
}

fn insert(attributes: &mut Attributes, column: &Column, text: &str) {
    let Role::Attribute(Some(r#type)) = &column.role else {
        return;
    };
    // Values that are none were found when the file was opened.
    if let Some(value) = value::parse(text, r#type) {
        attributes.insert(&column.name, value);
    }
}

/// A refusal in either column counts more than a consent in the other.
fn permissions(opt_out: Option<bool>, opt_in: Option<bool>) -> Vec<Permission> {
    let granted = match (opt_out, opt_in) {
        (Some(true), _) | (_, Some(false)) => false,
        (_, Some(true)) => true,
        (_, None) => return Vec::new(),
    };
    vec![Permission {
        channel: None,
        purpose: None,
        granted,
    }]
}

fn changed(table: &Table) -> CsvError {
    CsvError::Changed {
        file: table.file.to_path_buf(),
    }
}
