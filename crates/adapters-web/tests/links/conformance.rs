//! A tracked action is an action: the suite that every one must pass, over the recording channel.

use std::sync::Arc;

use pregon_adapters_web::Tracked;
use pregon_conformance::action::{Delivered, Probe, Subject, suite};
use pregon_core::testing::Recording;
use pregon_core::{DispatchId, HashKey, LinkKeys, Links, Promise};

use crate::support::{BASE, now};

#[derive(Debug)]
struct Mailboxes(Recording);

impl Probe for Mailboxes {
    fn delivered(&self, id: DispatchId) -> Vec<Delivered> {
        let sent = self.0.sent().into_iter().filter(|it| it.id == id);
        let delivered = sent.map(|it| {
            let mut parts = it.parts;
            // What a person reads is what was written: a pixel cannot be seen.
            if let Some(html) = parts.get_mut("html") {
                let at = html.find("<img ").expect("the pixel");
                assert!(html[at..].contains("/x/o/v1."));
                html.truncate(at);
            }
            Delivered { to: it.to, parts }
        });
        delivered.collect()
    }

    fn count(&self) -> usize {
        self.0.sent().len()
    }
}

#[test]
fn a_tracked_action_is_an_action() {
    let forever = Promise::Idempotent { retention: None };
    now(suite(&move || {
        Box::pin(async move {
            let email = Recording::email().promising(forever);
            let keys = LinkKeys::of(&HashKey::new([7; 32]));
            let links = Links::new(BASE).expect("a URL");
            let tracked = Tracked::new(Arc::new(email.clone()), links, keys).with_transactional();
            let mut subject = Subject::email(Arc::new(tracked), Arc::new(Mailboxes(email)));
            // A recording takes everything.
            subject.refused = None;
            subject
        })
    }));
}
