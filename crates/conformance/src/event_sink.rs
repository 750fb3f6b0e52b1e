//! The suite of [`pregon_core::EventSink`].

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use pregon_core::{Event, EventId, EventSink, Fact, HashKey};

use crate::Case;
use crate::case::{cases, suite};
use crate::desk::{customer, days, noon};
use crate::preference_store::{agrees, refuses};

/// Reads what a sink was told, as a reader of it does.
pub trait Heard: fmt::Debug + Send + Sync {
    /// All of it, in its order.
    fn heard(&self) -> Vec<Event>;
}

/// A sink that was told nothing yet, and who reads it.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The sink.
    pub sink: Arc<dyn EventSink>,
    /// Who reads it.
    pub reader: Arc<dyn Heard>,
}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Subject>> {
    cases![
        "Takes the events in their order" => events_come_in_their_order,
        "the same again has the same id" => the_same_again_is_known_by_its_name,
        "Takes the events: none is nothing" => none_is_nothing,
        "Takes the events: as many as there are" => many_are_taken,
    ]
}

suite!(Subject);

fn event(n: i64) -> Event {
    let who = customer(&format!("C-{n} \"ñ\" \\ 🙂"));
    let said = if n % 2 == 0 {
        refuses(who)
    } else {
        agrees(who)
    };
    Event {
        id: EventId::of(&HashKey::new([5; 32]), n, 0),
        at: noon() + days(n),
        fact: Fact::word(&said),
    }
}

async fn publish(subject: &Subject, events: &[Event]) {
    let taken = subject.sink.publish(events).await;
    taken.expect("the sink takes them");
}

async fn events_come_in_their_order(subject: Subject) {
    let events: Vec<Event> = (0..5).map(event).collect();
    publish(&subject, &events[..3]).await;
    publish(&subject, &events[3..]).await;
    assert_eq!(subject.reader.heard(), events);
}

async fn the_same_again_is_known_by_its_name(subject: Subject) {
    let events: Vec<Event> = (0..3).map(event).collect();
    publish(&subject, &events).await;
    publish(&subject, &events[1..]).await;
    let heard = subject.reader.heard();
    let names: BTreeSet<EventId> = heard.iter().map(|event| event.id).collect();
    assert_eq!(names.len(), 3);
    assert!(events.iter().all(|event| heard.contains(event)));
}

async fn none_is_nothing(subject: Subject) {
    publish(&subject, &[]).await;
    assert_eq!(subject.reader.heard(), []);
}

async fn many_are_taken(subject: Subject) {
    let events: Vec<Event> = (0..3_000).map(event).collect();
    publish(&subject, &events).await;
    assert_eq!(subject.reader.heard(), events);
}
