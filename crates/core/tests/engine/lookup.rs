//! A provider that can be asked is asked before anything in doubt leaves again.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pregon_core::testing::{Recording, Reply};
use pregon_core::{
    DispatchId, EngineErrorKind, Lookup, PortError, PortErrorKind, Promise, Reason, Receipt, State,
};

use crate::world::{World, renewal, run};

/// Looks into what a recording has; fails as long as it is told to.
#[derive(Debug)]
struct Asked {
    email: Recording,
    down: Mutex<bool>,
}

#[async_trait]
impl Lookup for Asked {
    async fn find(&self, ids: &[DispatchId]) -> Result<Vec<Option<Receipt>>, PortError> {
        if *self.down.lock().unwrap() {
            return Err(PortError::new("test", "find", PortErrorKind::Unavailable));
        }
        let sent = self.email.sent();
        let has = |id: &DispatchId| sent.iter().any(|sent| sent.id == *id);
        Ok(ids
            .iter()
            .map(|id| has(id).then(Receipt::default))
            .collect())
    }
}

fn world(replies: impl IntoIterator<Item = Reply>) -> (World, Arc<Asked>) {
    let mut world = World::new();
    let settle = "30m".parse().unwrap();
    world.email = Recording::email().promising(Promise::Lookup { settle });
    world.email.reply(replies);
    world.pin("C-1", "STR-1", "2026-12-20");
    let asked = Arc::new(Asked {
        email: world.email.clone(),
        down: Mutex::new(false),
    });
    let email = "email".parse().unwrap();
    let builder = world.builder(Arc::new(world.email.clone()));
    let engine = builder.lookup(email, asked.clone()).build().unwrap();
    run(engine.activate(renewal())).unwrap();
    (world, asked)
}

fn pass(world: &World, asked: &Arc<Asked>) -> pregon_core::PassReport {
    let builder = world.builder(Arc::new(world.email.clone()));
    let builder = builder.lookup("email".parse().unwrap(), asked.clone());
    run(builder.build().unwrap().pass()).unwrap()
}

#[test]
fn what_the_provider_has_is_confirmed_and_not_sent_again() {
    let (world, asked) = world([Reply::AcceptUnheard]);
    assert_eq!(pass(&world, &asked).in_doubt, 1);
    assert_eq!(
        pass(&world, &asked).accepted,
        0,
        "its answer is not trusted yet"
    );
    world.clock.advance(chrono::Duration::minutes(31));
    assert_eq!(pass(&world, &asked).accepted, 1);
    assert_eq!(world.states(), [State::Accepted]);
    assert_eq!(world.email.orders(), 1, "it was not sent again");
}

#[test]
fn what_the_provider_does_not_have_is_sent_again_once() {
    let (world, asked) = world([Reply::Refuse(pregon_core::Fate::Unknown)]);
    assert_eq!(pass(&world, &asked).in_doubt, 1);
    world.clock.advance(chrono::Duration::minutes(31));
    assert_eq!(pass(&world, &asked).accepted, 1);
    assert_eq!(world.email.sent().len(), 1);
    assert_eq!(world.email.orders(), 2);
}

#[test]
fn a_provider_that_cannot_be_asked_leaves_the_doubt_where_it_is() {
    let (world, asked) = world([Reply::AcceptUnheard]);
    assert_eq!(pass(&world, &asked).in_doubt, 1);
    world.clock.advance(chrono::Duration::minutes(31));
    *asked.down.lock().unwrap() = true;
    let report = pass(&world, &asked);
    assert_eq!(report.deferred.get(&Reason::ChannelDown), Some(&1));
    assert_eq!(
        (world.states(), world.email.orders()),
        (vec![State::Resend], 1)
    );
    *asked.down.lock().unwrap() = false;
    world.clock.advance(chrono::Duration::days(1));
    let _ = pass(&world, &asked);
    assert_eq!(world.email.orders(), 1);
    assert_eq!(world.states(), [State::Accepted]);
}

#[test]
fn a_promise_that_cannot_be_kept_is_refused() {
    let (world, _) = world([]);
    let refused = world.builder(Arc::new(world.email.clone())).build();
    assert_eq!(refused.unwrap_err().kind(), EngineErrorKind::Build);
}
