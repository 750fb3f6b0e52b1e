//! What the books of a store say.

use chrono::{DateTime, Utc};
use pregon_conformance::books::Audited;
use pregon_core::*;

/// A place in one limit: subject, instant, rule, dispatch.
pub(crate) type InOne = ([u8; 16], DateTime<Utc>, LimitId, DispatchId, Standing);

/// The books, without what is a store's own: the numbers of passes, and the order of words and of
/// places.
pub(crate) async fn books(of: &dyn Audited) -> (Vec<BookEntry>, Vec<InOne>, Vec<KnownLimit>) {
    let mut entries = of.entries(None, 10_000).await.unwrap().items;
    for entry in &mut entries {
        entry.held_by = entry.held_by.map(|_| 0);
        entry.words.sort_by_key(|(scope, ..)| scope.clone());
        entry.words.sort_by_key(|(.., at)| *at);
    }
    let mut places = Vec::new();
    for place in of.places(None, 10_000).await.unwrap().items {
        let (id, standing, _) = place.dispatch.expect("a place of a dispatch");
        let rules = place.rules.into_iter();
        places.extend(rules.map(|rule| (place.subject, place.at, rule, id, standing)));
    }
    places.sort_by_key(|(subject, at, rule, id, _)| (*subject, *at, rule.clone(), *id));
    (entries, places, of.known_limits().await.unwrap())
}

/// How many places a limit has since before it was known: those that it was given.
pub(crate) async fn given(of: &dyn Audited) -> u32 {
    let (_, places, known) = books(of).await;
    let since = |rule: &LimitId| known.iter().find(|it| it.rule == *rule).map(|it| it.since);
    let before = |(_, at, rule, ..): &&InOne| since(rule).is_some_and(|since| *at < since);
    u32::try_from(places.iter().filter(before).count()).unwrap()
}
