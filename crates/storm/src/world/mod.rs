//! The world of a storm: who there is, what is sent to them, how often it may be, and who refuses.
//! All of it follows from the number of messages, so that every process knows the same.

mod campaigns;
mod budgets;
mod rules;
mod words;

use std::collections::BTreeMap;

use async_trait::async_trait;
use pregon::{
    Cursor, Customer, CustomerId, CustomerQuery, CustomerSource, DispatchKey, Page, PortError,
    PortErrorKind, Schema, Zone,
};

pub(crate) use budgets::price;
pub(crate) use campaigns::{Sent, broadcasts};
pub(crate) use rules::{LIMITS, Rule, Span};
pub(crate) use words::Refusal;

/// Where people live: hours behind and before, half hours, and a zone without some midnights.
const ZONES: [&str; 5] = [
    "America/Bogota",
    "America/Santiago",
    "Europe/Madrid",
    "Asia/Kolkata",
    "UTC",
];

/// A storm's world.
#[derive(Debug, Clone)]
pub(crate) struct World {
    people: u32,
}

/// A person of the world.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// The id.
    pub(crate) id: String,
    /// The address; one in two hundred has none, and two in twenty share one.
    pub(crate) email: Option<String>,
    /// The zone.
    pub(crate) zone: &'static str,
}

/// A message that the world plans.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    /// What it is.
    pub(crate) sent: &'static Sent,
    /// For whom.
    pub(crate) person: u32,
}

impl World {
    /// A world in which about so many messages are planned.
    pub(crate) fn of(messages: u32) -> Self {
        let each = u32::try_from(broadcasts().len()).unwrap_or(1);
        Self {
            people: messages.div_ceil(each).max(1),
        }
    }

    /// The person of a number.
    pub(crate) fn person(&self, number: u32) -> Person {
        let lives = ZONES[number as usize % ZONES.len()];
        // Who shares an address lives in the same place, or the two would count days apart.
        let (home, zone) = match number % 20 {
            1 => (number - 1, ZONES[(number - 1) as usize % ZONES.len()]),
            _ => (number, lives),
        };
        Person {
            id: format!("C-{number:07}"),
            email: (number % 200 != 7).then(|| format!("p{home}@example.org")),
            zone,
        }
    }

    /// The number of a person.
    pub(crate) fn number(&self, id: &str) -> Option<u32> {
        let number = id.strip_prefix("C-")?.parse().ok()?;
        (number < self.people).then_some(number)
    }

    /// Every message that is planned, by the name of its dispatch.
    pub(crate) fn plan(&self) -> crate::Result<BTreeMap<String, Planned>> {
        let mut plan = BTreeMap::new();
        for sent in broadcasts() {
            for person in 0..self.people {
                let key: DispatchKey = sent.key(&self.person(person).id)?;
                plan.insert(key.id().to_string(), Planned { sent, person });
            }
        }
        Ok(plan)
    }

    /// Every refusal, those from before the storm first.
    pub(crate) fn refusals(&self) -> Vec<Refusal> {
        words::refusals(self.people)
    }

    fn customer(&self, number: u32) -> Result<Customer, PortError> {
        let person = self.person(number);
        let zone: Zone = person.zone.parse().map_err(wrong)?;
        let customer = Customer::new(person.id).map_err(wrong)?.in_zone(zone);
        Ok(match &person.email {
            Some(email) => customer.email(email),
            None => customer,
        })
    }
}

fn wrong(error: impl Into<crate::Failure>) -> PortError {
    PortError::new("storm", "customers", PortErrorKind::Invalid).with_source(error)
}

#[async_trait]
impl CustomerSource for World {
    async fn schema(&self) -> Result<Schema, PortError> {
        Ok(Schema::default())
    }

    async fn page<'a>(
        &self,
        _query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        let first = match after {
            None => 0,
            Some(cursor) => cursor.as_str().parse().map_err(wrong)?,
        };
        let end = self.people.min(first + limit.max(1));
        let items: Result<Vec<Customer>, PortError> =
            (first..end).map(|number| self.customer(number)).collect();
        let next = (end < self.people).then(|| Cursor::new(end.to_string()));
        Ok(Page {
            items: items?,
            next,
        })
    }

    async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, PortError> {
        let numbers = ids.iter().filter_map(|id| self.number(id.as_str()));
        numbers.map(|number| self.customer(number)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_planned_for_and_some_share_an_address() {
        let world = World::of(1000);
        assert_eq!(world.plan().unwrap().len(), 1000);
        assert_eq!(world.person(20).email, world.person(21).email);
        assert_ne!(world.person(21).email, world.person(22).email);
        assert_eq!(world.number("C-0000021"), Some(21));
        assert_eq!(world.number("C-9999999"), None);
    }
}
