//! Whoever wants to hear what happens hears all of it, whatever the sink does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use pregon_core::*;

use super::world::{World, renewal, run};

/// Hears everything, unless it is away.
#[derive(Debug, Default)]
struct Ears {
    heard: Mutex<Vec<Event>>,
    is_away: AtomicBool,
}

impl Ears {
    fn heard(&self) -> Vec<Event> {
        self.heard.lock().unwrap().clone()
    }

    fn kinds(&self) -> Vec<String> {
        self.heard().iter().map(|it| it.fact.kind()).collect()
    }
}

#[async_trait]
impl EventSink for Ears {
    async fn publish(&self, events: &[Event]) -> Result<(), PortError> {
        if self.is_away.load(Ordering::Relaxed) {
            return Err(PortError::new(
                "ears",
                "publish",
                PortErrorKind::Unavailable,
            ));
        }
        self.heard.lock().unwrap().extend_from_slice(events);
        Ok(())
    }
}

fn engine(world: &World, ears: &Arc<Ears>) -> Engine {
    let builder = world.builder(Arc::new(world.email.clone()));
    let sink: Arc<dyn EventSink> = Arc::<Ears>::clone(ears);
    builder.events(sink).build().unwrap()
}

fn world() -> World {
    let world = World::new();
    world.pin("C-1", "STR-1", "2026-12-20");
    world.pin("C-2", "STR-2", "2026-12-20");
    world
}

fn waiting(world: &World) -> usize {
    let store = world.store.clone();
    let page = run(store.untold(None, 1000)).unwrap();
    page.items.len()
}

fn audited(world: &World, heard: Vec<Event>) -> AuditReport {
    let mut report = AuditReport::default();
    run(audit_events(&*world.store, heard.into_iter(), &mut report)).unwrap();
    report
}

#[test]
fn a_pass_hands_over_what_happens_from_plan_to_end() {
    let (world, ears) = (world(), Arc::new(Ears::default()));
    let engine = engine(&world, &ears);
    run(engine.activate(renewal())).unwrap();
    let report = run(engine.pass()).unwrap();
    assert_eq!((report.accepted, report.events), (2, 6));
    let wanted = [
        "scheduled",
        "scheduled",
        "sending",
        "sending",
        "accepted",
        "accepted",
    ];
    assert_eq!(
        ears.kinds(),
        wanted.map(|state| format!("pregon.dispatch.{state}")),
        "and nothing of what was before the first pass"
    );
    assert_eq!(waiting(&world), 0);
    assert!(audited(&world, ears.heard()).is_clean());
}

#[test]
fn a_word_waits_for_the_next_pass_or_for_a_relay() {
    let (world, ears) = (world(), Arc::new(Ears::default()));
    let engine = engine(&world, &ears);
    let _ = run(engine.pass()).unwrap();
    let refusal = Preference {
        subject: Subject::Customer("C-1".parse().unwrap()),
        scope: PreferenceScope::promotional(),
        word: Word::OptOut,
        source: "form".to_owned(),
        wording: None,
    };
    let _ = run(engine.record(&[refusal])).unwrap();
    assert_eq!(ears.heard(), []);
    assert_eq!(run(engine.relay()).unwrap(), 1);
    assert_eq!(run(engine.relay()).unwrap(), 0);
    assert_eq!(ears.kinds(), ["pregon.preference.opt_out"]);
}

#[test]
fn messages_leave_while_nobody_listens_and_are_told_of_later() {
    let (world, ears) = (world(), Arc::new(Ears::default()));
    let engine = engine(&world, &ears);
    run(engine.activate(renewal())).unwrap();
    ears.is_away.store(true, Ordering::Relaxed);
    let report = run(engine.pass()).unwrap();
    assert_eq!((report.accepted, report.events), (2, 0));
    let away = |it: &Trouble| matches!(it, Trouble::Events { error } if error.is_transient());
    assert_eq!(report.troubles.iter().filter(|it| away(it)).count(), 1);
    assert_eq!(report.troubles.len(), 1);
    assert!(report.next.is_some(), "it wants to be called again soon");
    assert!(run(engine.relay()).is_err());
    assert_eq!(waiting(&world), 6);
    ears.is_away.store(false, Ordering::Relaxed);
    let report = run(engine.pass()).unwrap();
    assert_eq!((report.events, report.troubles.len()), (6, 0));
    assert!(audited(&world, ears.heard()).is_clean());
}

#[test]
fn nobody_wants_to_hear_and_nothing_is_written() {
    let world = world();
    world.activate(renewal());
    assert_eq!(world.passes().accepted, 2);
    assert_eq!(waiting(&world), 0);
}

#[test]
fn an_audit_misses_what_was_not_told_and_notices_a_name_that_comes_twice() {
    let (world, ears) = (world(), Arc::new(Ears::default()));
    let engine = engine(&world, &ears);
    run(engine.activate(renewal())).unwrap();
    let _ = run(engine.pass()).unwrap();
    let heard = ears.heard();
    assert_eq!(audited(&world, heard.clone()).checked["I11"], 2);
    for end in 4..6 {
        let mut some = heard.clone();
        let missing = some.remove(end);
        let report = audited(&world, some);
        let keys: Vec<&str> = report.violations.iter().map(|it| &*it.key).collect();
        assert_eq!(keys, [missing.fact.subject().unwrap()]);
    }
    let mut twice = heard.clone();
    twice.extend(heard.clone());
    assert!(audited(&world, twice).is_clean(), "told again is told");
    let mut wrong = heard.clone();
    wrong[0].id = wrong[3].id;
    let report = audited(&world, wrong);
    assert_eq!(report.violations.len(), 1);
    assert_eq!(report.violations[0].what, "two events have one name");
}
