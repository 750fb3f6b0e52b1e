//! The suite of [`pregon_core::FeedbackSource`].

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use pregon_core::{
    About, Awaited, ChannelName, Feedback, FeedbackId, FeedbackKind, FeedbackSource, HashKey,
};

use crate::Case;
use crate::case::{cases, suite};

/// A source of feedback, with messages that its provider knows something about and one of which it
/// has never heard.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The source.
    pub source: Arc<dyn FeedbackSource>,
    /// The channel that its messages go by.
    pub channel: ChannelName,
    /// Messages, at least two, and the kinds of what came back of each by now.
    pub known: Vec<(Awaited, Vec<FeedbackKind>)>,
    /// A message that its provider does not know.
    pub unknown: Awaited,
    /// The present.
    pub now: DateTime<Utc>,
}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Subject>> {
    cases![
        "What the provider knows by now about these messages" => what_came_back_is_told,
        "each report is about a message that was asked about" => nobody_else_is_spoken_of,
        "What it knows nothing about is left out" => the_unknown_is_left_out,
        "told again, it is equal in all that makes its id" => told_again_it_is_the_same,
        "what is asked about alone is told as among others" => one_alone_is_told_the_same,
        "a report names the channel" => reports_name_their_channel,
        "nothing came back before the message left" => nothing_comes_back_early,
        "no question has no answer" => nothing_asked_is_nothing_told,
    ]
}

suite!(Subject);

impl Subject {
    async fn ask(&self, about: &[Awaited]) -> Vec<Feedback> {
        let told = self.source.ask(about, self.now).await;
        told.expect("the provider answers")
    }

    fn all(&self) -> Vec<Awaited> {
        self.known.iter().map(|(it, _)| it.clone()).collect()
    }
}

fn is_about(report: &Feedback, message: &Awaited) -> bool {
    match &report.about {
        About::Dispatch(name) => *name == message.name,
        About::Reference(reference) => *reference == message.reference,
    }
}

fn kinds_of(told: &[Feedback], message: &Awaited) -> BTreeSet<FeedbackKind> {
    let about = told.iter().filter(|it| is_about(it, message));
    about.map(|it| it.kind).collect()
}

fn ids(told: &[Feedback]) -> BTreeSet<FeedbackId> {
    let key = HashKey::new([7; 32]);
    told.iter().map(|it| it.id(&key)).collect()
}

async fn what_came_back_is_told(it: Subject) {
    let told = it.ask(&it.all()).await;
    for (message, expected) in &it.known {
        let expected = expected.iter().copied().collect();
        assert_eq!(kinds_of(&told, message), expected, "of {}", message.name);
    }
}

async fn nobody_else_is_spoken_of(it: Subject) {
    let (asked, _) = &it.known[0];
    for report in it.ask(std::slice::from_ref(asked)).await {
        assert!(is_about(&report, asked), "{:?}", report.about);
    }
}

async fn the_unknown_is_left_out(it: Subject) {
    let told = it.ask(std::slice::from_ref(&it.unknown)).await;
    assert_eq!(told, []);
    let mut about = it.all();
    about.insert(1, it.unknown.clone());
    assert_eq!(ids(&it.ask(&about).await), ids(&it.ask(&it.all()).await));
}

async fn told_again_it_is_the_same(it: Subject) {
    let first = it.ask(&it.all()).await;
    assert_eq!(ids(&it.ask(&it.all()).await), ids(&first));
}

async fn one_alone_is_told_the_same(it: Subject) {
    let mut alone = BTreeSet::new();
    for message in it.all() {
        alone.extend(ids(&it.ask(&[message]).await));
    }
    assert_eq!(ids(&it.ask(&it.all()).await), alone);
}

async fn reports_name_their_channel(it: Subject) {
    for report in it.ask(&it.all()).await {
        assert_eq!(report.channel, it.channel);
    }
}

async fn nothing_comes_back_early(it: Subject) {
    let told = it.ask(&it.all()).await;
    for (message, _) in &it.known {
        let about = told.iter().filter(|it| is_about(it, message));
        // Providers tell seconds: what is in the same one is not before.
        let left = message.at.timestamp();
        for report in about {
            assert!(report.at.timestamp() >= left, "{:?}", report.kind);
        }
    }
}

async fn nothing_asked_is_nothing_told(it: Subject) {
    assert_eq!(it.ask(&[]).await, []);
}
