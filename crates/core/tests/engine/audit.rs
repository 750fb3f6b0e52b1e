//! The auditor: it finds what is broken on purpose, and nothing else.

use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::memory::MemoryStore;
use pregon_core::testing::Reply;
use pregon_core::*;

use crate::world::{World, days, renewal, run};

/// Words with their links.
pub(crate) type Sealed = Vec<(SealedWord, Option<Link>)>;

/// The books of a store, changed on the way, in pages of a few.
pub(crate) struct Liar<'w> {
    pub(crate) honest: Arc<MemoryStore>,
    pub(crate) entries: Box<dyn Fn(Vec<BookEntry>) -> Vec<BookEntry> + Send + Sync + 'w>,
    pub(crate) places: Box<dyn Fn(Vec<Place>) -> Vec<Place> + Send + Sync + 'w>,
    pub(crate) words: Box<dyn Fn(Sealed) -> Sealed + Send + Sync + 'w>,
    pub(crate) campaigns: Box<dyn Fn(CampaignRecord) -> CampaignRecord + Send + Sync + 'w>,
    pub(crate) page: u32,
}

impl std::fmt::Debug for Liar<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Liar")
    }
}

#[async_trait]
impl Books for Liar<'static> {
    async fn entries<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<BookEntry>, PortError> {
        let page = self.honest.entries(after, limit.min(self.page)).await?;
        let items = (self.entries)(page.items);
        Ok(Page { items, ..page })
    }

    async fn places<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Place>, PortError> {
        let page = self.honest.places(after, limit.min(self.page)).await?;
        let items = (self.places)(page.items);
        Ok(Page { items, ..page })
    }

    async fn entries_of<'a>(
        &self,
        customer: &CustomerId,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<BookEntry>, PortError> {
        self.honest.entries_of(customer, after, limit).await
    }

    async fn places_of<'a>(
        &self,
        subject: &Subject,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Place>, PortError> {
        self.honest.places_of(subject, after, limit).await
    }

    async fn words<'a>(
        &self,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<(SealedWord, Option<Link>)>, PortError> {
        let page = self.honest.words(after, limit.min(self.page)).await?;
        let items = (self.words)(page.items);
        Ok(Page { items, ..page })
    }

    async fn untold<'a>(
        &self,
        after: Option<&'a Cursor>,
        decisions: u32,
    ) -> Result<Page<pregon_core::Event>, PortError> {
        self.honest.untold(after, decisions).await
    }

    async fn known_limits(&self) -> Result<Vec<KnownLimit>, PortError> {
        self.honest.known_limits().await
    }
}

#[async_trait]
impl CampaignStore for Liar<'static> {
    async fn save(&self, campaign: &CampaignRecord) -> Result<(), PortError> {
        self.honest.save(campaign).await
    }

    async fn campaigns(&self) -> Result<Vec<StoredCampaign>, PortError> {
        let mut stored = self.honest.campaigns().await?;
        for stored in &mut stored {
            stored.record = (self.campaigns)(stored.record.clone());
        }
        Ok(stored)
    }
}

pub(crate) fn honest(world: &World) -> Liar<'static> {
    Liar {
        honest: world.store.clone(),
        entries: Box::new(|all| all),
        places: Box::new(|all| all),
        words: Box::new(|all| all),
        campaigns: Box::new(|it| it),
        page: 3,
    }
}

pub(crate) fn cap(text: &str) -> Cap {
    serde_json::from_str(text).unwrap()
}

pub(crate) fn limits(world: &World) -> Vec<Arc<dyn Limit>> {
    let each = world.limits.iter().cloned();
    each.map(|cap| Arc::new(cap) as Arc<dyn Limit>).collect()
}

pub(crate) fn opt_out(customer: &str) -> Preference {
    Preference {
        subject: Subject::Customer(customer.parse().unwrap()),
        scope: PreferenceScope::promotional(),
        word: Word::OptOut,
        source: "test".to_owned(),
        wording: None,
    }
}

/// Weeks in which everything happens: limits of several kinds, lost answers, rejections, refusals,
/// a pause, a transactional campaign that is counted and not refused.
pub(crate) fn history() -> World {
    let mut world = World::new();
    world.limits = vec![
        cap(r#"{ "id": "semanal", "channel": "email", "most": 1, "per": "week" }"#),
        cap(r#"{ "id": "rodante", "most": 2, "per": "20d", "by_address": true }"#),
    ];
    for n in 0..12 {
        let who = format!("C-{n}");
        for pin in 0..3 {
            let expires = format!("2026-12-{}", 18 + (n + 3 * pin) % 9);
            world.pin(&who, &format!("STR-{n}-{pin}"), &expires);
        }
    }
    world.activate(renewal());
    let mut reminder = renewal();
    reminder.id = "recordatorio".parse().unwrap();
    reminder.purpose = "reminder".parse().unwrap();
    world.activate(reminder);
    let replies = [
        Reply::Accept,
        Reply::AcceptUnheard,
        Reply::Refuse(Fate::NotSent),
        Reply::Refuse(Fate::Rejected),
    ];
    for day in 0..24 {
        world.email.reply(replies);
        let _ = world.passes();
        world
            .clock
            .advance(days(1) + chrono::Duration::hours(day % 5));
        match day {
            6 => drop(run(world.engine().record(&[opt_out("C-3")])).unwrap()),
            9 => drop(run(world
                .engine()
                .change(&"renovacion".parse().unwrap(), Move::Pause))),
            12 => drop(run(world
                .engine()
                .change(&"renovacion".parse().unwrap(), Move::Resume))),
            _ => {}
        }
    }
    world
}

#[test]
fn a_healthy_history_has_none() {
    let world = history();
    let states = world.states();
    for state in [
        State::Accepted,
        State::Unknown,
        State::Failed,
        State::Suppressed,
    ] {
        assert!(states.contains(&state), "the history has nothing {state}");
    }
    let report = run(audit(&honest(&world), &limits(&world))).unwrap();
    assert_eq!(report.violations, []);
    assert_eq!(report.checked["dispatches"], states.len() as u64);
    assert_eq!(report.checked["campaigns"], 2);
    assert_eq!(report.checked["limits"], 2);
    for name in [
        "I1", "I2", "I3", "I4", "I5", "I6", "I8", "I9", "I10", "I12", "places",
    ] {
        assert!(report.checked[name] > 10, "{name}: {:?}", report.checked);
    }
}

/// Changes the first entry that fits, and says whose violation is found.
#[track_caller]
pub(crate) fn check_entry(
    invariant: &str,
    fits: impl Fn(&BookEntry) -> bool,
    lie: impl Fn(&mut BookEntry) + Send + Sync + 'static,
) {
    let world = history();
    let all = run(world.store.entries(None, 10_000)).unwrap().items;
    let it = all.iter().find(|it| fits(it)).expect("one fits");
    let id = it.view.id;
    let mut liar = honest(&world);
    let chosen = id;
    liar.entries = Box::new(move |mut all| {
        all.iter_mut()
            .filter(|it| it.view.id == chosen)
            .for_each(&lie);
        all
    });
    let report = run(audit(&liar, &limits(&world))).unwrap();
    let found: Vec<_> = report
        .violations
        .iter()
        .map(|it| (it.invariant, &*it.key))
        .collect();
    let lied = report.violations.iter().all(|it| it.invariant == invariant);
    assert!(lied, "{invariant}: {:?}", report.violations);
    // A lie about its parts gives it another id, by which nobody else knows it.
    assert!(!found.is_empty(), "{invariant} is not found");
    assert!(found.contains(&(invariant, &*id.to_string())), "{found:?}");
}

pub(crate) fn is(state: State) -> impl Fn(&BookEntry) -> bool {
    move |it| it.view.standing.state == state
}

#[test]
fn i1_another_id() {
    check_entry("I1", is(State::Accepted), |it| {
        it.view.key.occurrence = "another 2026-12-20 30".parse().unwrap();
    });
}

#[test]
fn i1_twice() {
    let world = history();
    let mut liar = honest(&world);
    let twin = world.views()[5].id;
    liar.entries = Box::new(move |mut all| {
        let found = all.iter().find(|it| it.view.id == twin).cloned();
        all.extend(found);
        all
    });
    let report = run(audit(&liar, &limits(&world))).unwrap();
    let [one] = &report.violations[..] else {
        panic!("{:?}", report.violations)
    };
    assert_eq!((one.invariant, &*one.key), ("I1", &*twin.to_string()));
}

#[test]
fn i2_on_its_way_without_a_holder() {
    check_entry("I2", is(State::Accepted), |it| {
        it.view.standing.state = State::Sending
    });
}
#[test]
fn i2_held_at_its_end() {
    check_entry("I2", is(State::Unknown), |it| it.held_by = Some(3));
}
#[test]
fn i2_waits_for_ever() {
    check_entry("I2", is(State::Scheduled), |it| it.view.until = None);
}
#[test]
fn i3_accepted_in_doubt() {
    check_entry("I3", is(State::Accepted), |it| {
        it.view.standing.in_doubt = true
    });
}
#[test]
fn i4_a_doubt_that_is_forgotten() {
    check_entry("I4", is(State::Failed), |it| {
        it.view.standing.in_doubt = true
    });
    check_entry("I4", is(State::Unknown), |it| {
        it.view.standing.in_doubt = false
    });
}
#[test]
fn i6_begun_after_a_refusal() {
    check_entry("I6", is(State::Accepted), |it| {
        let since = it.first_at.unwrap() - chrono::Duration::microseconds(1);
        it.class = Class::Promotional;
        it.words = vec![(PreferenceScope::promotional(), Word::OptOut, since)];
    });
}
#[test]
fn i10_attempts_that_do_not_fit() {
    check_entry("I10", is(State::Accepted), |it| it.fence = 0);
    check_entry("I10", is(State::Unknown), |it| {
        it.view.attempts = it.fence + 1
    });
    check_entry("I10", is(State::Unknown), |it| it.view.attempts = 0);
    check_entry("I10", is(State::Unknown), |it| {
        it.not_after = it.first_at.unwrap()
    });
}
#[test]
fn i12_an_address_in_a_name() {
    for name in ["pin ana@example.org 2026-12-20", "x|+57 300 123 4567|30"] {
        let world = history();
        let mut liar = honest(&world);
        let id = world.views()[4].id;
        liar.entries = Box::new(move |mut all| {
            for it in all.iter_mut().filter(|it| it.view.id == id) {
                it.view.key.occurrence = name.parse().unwrap();
                it.view.id = it.view.key.id();
            }
            all
        });
        let report = run(audit(&liar, &limits(&world))).unwrap();
        let [one] = &report.violations[..] else {
            panic!("{:?}", report.violations)
        };
        assert_eq!(one.invariant, "I12");
        assert!(!one.what.contains(name), "no value of a person is told");
    }
}
