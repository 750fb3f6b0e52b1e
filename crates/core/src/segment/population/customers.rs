//! The population of customers as sources give them.

use super::builder::PopulationBuilder;
use super::error::{CellError, PopulationError};
use super::fill::NOWHERE;
use super::whole::Population;
use crate::customer::{BUILT_IN, CUSTOMER};
use crate::{Cell, Customer, RowSchema, Schema};

impl Population {
    /// Makes a population of customers whose attributes and activities are these.
    ///
    /// Rules read what they read of a [`Row`](crate::Row): `customer_id`, `customer_name` and
    /// `language` too, and each attribute also as `customer.name`, which takes no room of its own.
    /// Therefore [`only`](PopulationBuilder::only) is worth while.
    ///
    /// ```
    /// use pregon_core::rule::{Moment, Rule};
    /// use pregon_core::{AttributeType, Customer, Population, Schema, Zone};
    /// let schema = Schema::new().with("visits", AttributeType::Integer)?;
    /// let rule = Rule::parse(r#"customer.visits >= 6 and language = "es""#)?;
    /// let mut builder = Population::customers(&schema).only(rule.attributes());
    /// let ana = Customer::new("C-1")?.language("es").with("visits", 7);
    /// let row = builder.push_customer(&ana)?;
    /// let population = builder.finish();
    /// let moment = Moment::new("2026-11-20T06:00:00Z".parse()?, Zone::UTC);
    /// assert!(rule.matches(&population.facts(row), &moment));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn customers(schema: &Schema) -> PopulationBuilder {
        let mut given = Schema::new();
        for (kind, attributes) in schema.activities() {
            given = given
                .with_activity(kind, attributes.clone())
                .expect("it was a name before");
        }
        for (name, r#type) in RowSchema::new(schema.clone(), None).names() {
            // A prefix may make a name too long; then rules cannot say it.
            let _ = given.insert(&name, r#type.clone());
        }
        let population = Self::with_columns(given.clone(), |name| own_name(&given, name));
        PopulationBuilder::with(population, given)
    }

    /// The population of customers, with everything that rules may read of them.
    ///
    /// # Errors
    /// As [`push_customer`](PopulationBuilder::push_customer) has.
    pub fn of_customers<'a>(
        schema: &Schema,
        customers: impl IntoIterator<Item = &'a Customer>,
    ) -> Result<Self, PopulationError> {
        let mut builder = Self::customers(schema);
        for customer in customers {
            builder.push_customer(customer)?;
        }
        Ok(builder.finish())
    }
}

impl PopulationBuilder {
    /// Adds a customer with what happened to it; gives its row.
    ///
    /// The zone is its own, or the one for all. Attributes and activities that the schema does not
    /// have are left out.
    ///
    /// # Errors
    /// When the customer is there already, or a value is not of its attribute's type; then the
    /// builder is as it was.
    pub fn push_customer(&mut self, customer: &Customer) -> Result<usize, PopulationError> {
        self.check_activities(customer)?;
        let zone = self.zone_for(customer.zone);
        let cells: Vec<Cell<'_>> = self
            .given
            .iter()
            .zip(&self.places)
            .map(|((name, _), place)| match *place {
                NOWHERE => Cell::Missing,
                _ => cell(customer, name),
            })
            .collect();
        let row = self.push_in(customer.id.as_str(), zone, cells)?;
        for activity in &customer.activities {
            if self.given.activity(&activity.kind).is_some() {
                self.population.happened(row, activity)?;
            }
        }
        Ok(row)
    }

    /// Looks at the activities before anything is added: a customer is added with all or not.
    fn check_activities(&self, customer: &Customer) -> Result<(), PopulationError> {
        for activity in &customer.activities {
            let Some(schema) = self.given.activity(&activity.kind) else {
                continue;
            };
            for (name, r#type) in schema.iter() {
                if let Some(value) = activity.attributes.get(name)
                    && !r#type.admits(value)
                {
                    return Err(PopulationError::Cell {
                        row: self.population.len(),
                        id: customer.id.as_str().to_owned(),
                        attribute: format!("{}({name})", activity.kind),
                        source: CellError::of(r#type, value),
                    });
                }
            }
        }
        Ok(())
    }
}

/// The name under which a column is kept: that without the prefix, where both say the same.
fn own_name<'n>(given: &Schema, name: &'n str) -> &'n str {
    match name.split_once('.') {
        Some((CUSTOMER, own)) if !BUILT_IN.contains(&own) && given.get(own).is_some() => own,
        _ => name,
    }
}

/// What a row of the customer alone has under a name.
fn cell<'c>(customer: &'c Customer, name: &str) -> Cell<'c> {
    match name {
        "customer_id" => Cell::Text(customer.id.as_str()),
        "customer_name" => customer.name.as_ref().into(),
        "language" => customer.language.as_ref().into(),
        "record_id" => Cell::Missing,
        _ => {
            let own = match name.split_once('.') {
                Some((CUSTOMER, own)) => own,
                Some(_) => return Cell::Missing,
                None => name,
            };
            customer.attributes.get(own).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Facts;
    use crate::{Activity, AttributeType, Attributes, CustomerId, Decimal, Row, Value, Zone};

    fn schema() -> Schema {
        let purchase = Schema::new().with("amount", AttributeType::Decimal);
        ["visits", "language", "record_id", "a.b"]
            .into_iter()
            .try_fold(Schema::new(), |schema, name| {
                schema.with(name, AttributeType::Integer)
            })
            .and_then(|schema| schema.with_activity("purchase", purchase?))
            .unwrap()
    }

    fn customer(id: &str) -> Customer {
        let mut customer = Customer::new(id).unwrap().named("Ana").with("visits", 7);
        customer = customer.language("es").with("language", 3).with("other", 4);
        customer = customer.with("record_id", 5).with("a.b", 6);
        customer.activities = ["purchase", "click"]
            .map(|kind| Activity {
                id: "V-1".to_owned(),
                customer: CustomerId::new(id).unwrap(),
                kind: kind.to_owned(),
                at: "2026-11-20T15:00:00Z".parse().unwrap(),
                attributes: Attributes::new().with("amount", 150).with("other", "x"),
            })
            .into();
        customer
    }

    #[test]
    fn names_are_those_of_a_row() {
        let (ana, nobody) = (customer("C-1"), Customer::new("C-2").unwrap());
        let customers = [ana.clone().in_zone(Zone::UTC), nobody.clone()];
        let population = Population::of_customers(&schema(), &customers).unwrap();
        let names: Vec<(String, bool)> = RowSchema::new(schema(), None)
            .names()
            .map(|(name, _)| (name, true))
            .chain([("a.b".to_owned(), false), ("other".to_owned(), false)])
            .collect();
        assert_eq!(names.len(), 11);
        for (name, there) in names {
            assert_eq!(population.schema().get(&name).is_some(), there, "{name}");
            for (row, customer) in [&ana, &nobody].into_iter().enumerate() {
                let expected = Row::of(customer.clone());
                let expected = expected.value(&name).filter(|_| there);
                assert_eq!(population.facts(row).value(&name), expected, "{name}");
            }
        }
        // visits, language and a.b of the customer; its id, name and language; no record's id.
        assert_eq!(population.columns.len(), 8);
        let all = population.facts(0).activities().into_owned();
        assert_eq!((all.len(), all[0].kind.as_str()), (1, "purchase"));
        let amount = Value::Decimal(Decimal::from(150));
        assert_eq!(
            Vec::from_iter(all[0].attributes.iter()),
            [("amount", &amount)]
        );
    }

    #[test]
    fn only_what_is_asked_for_under_any_name() {
        let zone: Zone = "America/Bogota".parse().unwrap();
        let asked = ["customer.visits", "visits", "customer_name"];
        let mut builder = Population::customers(&schema()).zone(zone).only(asked);
        builder.push_customer(&customer("C-1")).unwrap();
        let mut population = builder.finish();
        assert_eq!((population.columns.len(), population.zone(0)), (2, zone));
        population.set(0, "visits", Cell::Integer(8)).unwrap();
        let facts = population.facts(0);
        assert_eq!(facts.value("customer.visits").as_deref(), Some(&8.into()));
        assert_eq!(facts.value("customer_name").as_deref(), Some(&"Ana".into()));
        assert_eq!(facts.value("language"), None);
    }

    #[test]
    fn a_customer_is_added_with_all_or_not() {
        let mut builder = Population::customers(&schema());
        let mut bent = customer("C-1");
        bent.activities[0]
            .attributes
            .insert("amount", Value::from("150"));
        let error = builder.push_customer(&bent).unwrap_err();
        let message = "row 0 (\"C-1\"): purchase(amount) is not what it should be";
        assert_eq!(error.to_string(), message);
        let refused = builder.push_customer(&customer("C-1").with("visits", "7"));
        assert!(matches!(refused, Err(PopulationError::Cell { row: 0, .. })));
        assert_eq!(builder.push_customer(&customer("C-1")), Ok(0));
        assert_eq!(builder.finish().facts(0).activities().len(), 1);
    }
}
