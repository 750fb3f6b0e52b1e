//! From items to people and records. An item that is none is left out and told, and takes nobody
//! with it.

use pregon_core::{ContactHours, Customer, Permission, Record, RecordKind, Schema, Zone};
use serde_json::Value as Json;

use super::error::{Error, Result};
use super::fields::{self, Wrong, at, attributes, check_pointer};
use super::listing::{HttpCustomers, HttpRecords, PersonField};
use super::problem::{ItemFault, ItemProblem};
use super::value::{boolean, text};

/// How items of a list are named, and what they are.
pub(super) const CUSTOMERS: &str = "customers";

impl HttpCustomers {
    pub(super) fn id_pointer(&self) -> &str {
        self.person
            .get(&PersonField::Id)
            .map_or("/id", String::as_str)
    }

    /// The attributes of these customers.
    pub(super) fn schema(&self) -> Result<Schema> {
        self.person
            .values()
            .try_for_each(|pointer| check_pointer(pointer))?;
        fields::schema(&self.fields)
    }

    /// Everything that is looked for in an item.
    pub(super) fn pointers(&self) -> impl Iterator<Item = &str> {
        let person = self.person.values().map(String::as_str);
        person.chain(self.fields.iter().map(|field| field.pointer.as_str()))
    }

    /// The customer of an item.
    pub(super) fn customer(
        &self,
        item: &Json,
        zone: Option<Zone>,
    ) -> std::result::Result<Customer, ItemProblem> {
        let id = id_of(item, self.id_pointer());
        self.read(item, zone)
            .map_err(|(pointer, fault)| ItemProblem {
                of: CUSTOMERS.to_owned(),
                id,
                pointer,
                fault,
            })
    }

    fn read(&self, item: &Json, zone: Option<Zone>) -> std::result::Result<Customer, Wrong> {
        let id = needed(item, self.id_pointer())?;
        let id = Customer::new(id);
        let mut customer = id.map_err(|error| (self.id_pointer().to_owned(), error.into()))?;
        let (mut refused, mut agreed) = (None, None);
        for (field, pointer) in &self.person {
            let Some(found) = at(item, pointer) else {
                continue;
            };
            let wrong = |expected| (pointer.clone(), ItemFault::Value { expected });
            let word = || text(found).ok_or_else(|| wrong("text"));
            match field {
                PersonField::Id => {}
                PersonField::Name => customer = customer.named(&word()?),
                PersonField::Email => customer = customer.email(&word()?),
                PersonField::Phone => customer = customer.phone(&word()?),
                PersonField::Language => customer = customer.language(&word()?),
                PersonField::Zone => {
                    let zone = word()?.parse().map_err(|_| wrong("time zone"))?;
                    customer = customer.in_zone(zone);
                }
                PersonField::ContactHours => {
                    let hours = word()?.parse::<ContactHours>();
                    let expected = "stretch of hours as 09:00-13:00";
                    customer.hours = Some(hours.map_err(|_| wrong(expected))?);
                }
                PersonField::OptIn => {
                    agreed = Some(boolean(found).ok_or_else(|| wrong("boolean"))?)
                }
                PersonField::OptOut => {
                    refused = Some(boolean(found).ok_or_else(|| wrong("boolean"))?);
                }
            }
        }
        customer.permissions = permissions(refused, agreed);
        customer.attributes = attributes(item, &self.fields, zone)?;
        Ok(customer)
    }
}

impl HttpRecords {
    /// The attributes of these records.
    pub(super) fn schema(&self) -> Result<Schema> {
        check_pointer(&self.id)?;
        check_pointer(&self.customer)?;
        let schema = fields::schema(&self.fields)?;
        match &self.due {
            Some(due) if schema.get(&due.attribute).is_none() => {
                Err(Error::Attribute(due.attribute.clone()))
            }
            _ => Ok(schema),
        }
    }

    /// Everything that is looked for in an item.
    pub(super) fn pointers(&self) -> impl Iterator<Item = &str> {
        let ids = [self.id.as_str(), self.customer.as_str()].into_iter();
        ids.chain(self.fields.iter().map(|field| field.pointer.as_str()))
    }

    /// The record of an item; `None` where it belongs to nobody.
    pub(super) fn record(
        &self,
        kind: &RecordKind,
        item: &Json,
        zone: Option<Zone>,
    ) -> std::result::Result<Option<Record>, ItemProblem> {
        let id = id_of(item, &self.id);
        self.read(kind, item, zone)
            .map_err(|(pointer, fault)| ItemProblem {
                of: kind.as_str().to_owned(),
                id,
                pointer,
                fault,
            })
    }

    fn read(
        &self,
        kind: &RecordKind,
        item: &Json,
        zone: Option<Zone>,
    ) -> std::result::Result<Option<Record>, Wrong> {
        let id = needed(item, &self.id)?;
        if at(item, &self.customer).is_none() {
            return Ok(None);
        }
        let customer = needed(item, &self.customer)?;
        let record = Record::new(kind.as_str(), &id, &customer);
        let mut record = record.map_err(|error| (self.id.clone(), error.into()))?;
        record.attributes = attributes(item, &self.fields, zone)?;
        Ok(Some(record))
    }
}

/// The id of an item, where it has one.
pub(super) fn id_of(item: &Json, pointer: &str) -> Option<String> {
    at(item, pointer).and_then(text)
}

fn needed(item: &Json, pointer: &str) -> std::result::Result<String, Wrong> {
    let found = at(item, pointer).ok_or_else(|| (pointer.to_owned(), ItemFault::Missing))?;
    let wrong = || (pointer.to_owned(), ItemFault::Value { expected: "text" });
    text(found).ok_or_else(wrong)
}

/// A refusal in either place counts more than a consent in the other.
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
