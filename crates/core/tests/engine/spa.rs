//! A spa whose customers book hours, and what it reports of them.

use std::sync::Arc;

use pregon_core::memory::MemorySource;
use pregon_core::*;

use crate::world::{World, run};

/// A spa with hours that people book, on 20 November 2026 at noon UTC.
pub(crate) fn spa() -> World {
    let schema = |names: &[(&str, AttributeType)]| {
        let with = |it: Schema, (name, of): &(&str, AttributeType)| it.with(name, of.clone());
        names.iter().try_fold(Schema::new(), with).unwrap()
    };
    let customer = schema(&[("city", AttributeType::Text)])
        .with_activity("booking", schema(&[("persons", AttributeType::Integer)]))
        .and_then(|it| it.with_activity("visit", Schema::new()))
        .unwrap();
    let hour = schema(&[
        ("service", AttributeType::Text),
        ("status", AttributeType::Text),
    ]);
    let pin = schema(&[("expiry_date", AttributeType::Date)]);
    let source = MemorySource::new()
        .with_schema(customer)
        .with_kind("hour".parse().unwrap(), hour)
        .with_kind("pin".parse().unwrap(), pin);
    World {
        source: Arc::new(source),
        ..World::new()
    }
}

/// A journey on bookings: at once, or so long after.
pub(crate) fn on_booking(id: &str, after: Option<&str>) -> Journey {
    let spec = ActivitySpec {
        record: Some("hour".parse().unwrap()),
        after: after.map(|it| it.parse().unwrap()),
        ..ActivitySpec::of("booking")
    };
    let words = "Hola {{customer_name}}: {{service}}";
    let step = Step::email("correo", "Su hora {{record_id}}", words).unwrap();
    let journey = Journey::new(id, TriggerSpec::OnActivity(spec)).unwrap();
    journey.step(step)
}

/// Confirms a booking, and reminds of it a day later.
pub(crate) fn bookings() -> Campaign {
    let campaign = Campaign::new("reservas", "booking_confirmation").unwrap();
    let reminder = on_booking("recordatorio", Some("24h"));
    campaign.with(on_booking("aviso", None)).with(reminder)
}

pub(crate) fn ana() -> Customer {
    let ana = Customer::new("C-1").unwrap().named("Ana");
    ana.email("ana@example.org").with("city", "Quito")
}

pub(crate) fn hour(number: &str, who: &Customer) -> Record {
    let hour = Record::new("hour", number, who.id.as_str()).unwrap();
    hour.with("service", "masaje").with("status", "confirmada")
}

pub(crate) fn activity(kind: &str, id: &str, who: &Customer, at: &str) -> Activity {
    Activity {
        id: id.to_owned(),
        customer: who.id.clone(),
        kind: kind.to_owned(),
        at: at.parse().unwrap(),
        attributes: Attributes::new(),
    }
}

/// A booking that is made at an instant.
pub(crate) fn booking_at(number: &str, who: &Customer, at: &str) -> Happening {
    let booked = activity("booking", number, who, at);
    Happening::new(booked, who.clone()).about(hour(number, who))
}

/// A booking that is made now.
pub(crate) fn booking(number: &str, who: &Customer) -> Happening {
    booking_at(number, who, "2026-11-20T12:00:00Z")
}

impl World {
    /// Reports it, without trouble; gives how many dispatches are new.
    #[track_caller]
    pub(crate) fn hear(&self, happened: &[Happening]) -> usize {
        let reported = run(self.engine().happened(happened)).unwrap();
        assert!(reported.troubles.is_empty(), "{:?}", reported.troubles);
        reported.scheduled.new.len()
    }

    /// Somebody books an hour, which the sources know from then on, and that is reported.
    #[track_caller]
    pub(crate) fn book(&self, number: &str, who: &Customer) -> usize {
        self.source.put(who.clone());
        self.source.put_record(hour(number, who));
        self.hear(&[booking(number, who)])
    }

    pub(crate) fn wait(&self, length: &str) {
        let length: Length = length.parse().unwrap();
        self.clock.advance(length.duration());
    }

    /// The journeys of all dispatches with how they stand.
    pub(crate) fn journeys(&self) -> Vec<(String, State, Option<Reason>)> {
        let views = self.views().into_iter();
        let journeys = views.map(|it| {
            let journey = it.key.journey.to_string();
            (journey, it.standing.state, it.reason)
        });
        journeys.collect()
    }
}
