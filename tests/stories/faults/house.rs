//! People, a channel and a store, with nothing but what a row needs.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use pregon::memory::MemorySource;
use pregon::store::{SqliteOptions, SqliteStore};
use pregon::testing::ManualClock;
use pregon::{
    Action, Campaign, Consent, Customer, DispatchLog as _, DispatchQuery, Engine, HashKey, Journey,
    PassReport, State, Step, TriggerSpec,
};

pub(crate) struct House {
    pub(crate) engine: Arc<Engine>,
    pub(crate) clock: ManualClock,
    store: Arc<SqliteStore>,
}

/// A broadcast of an e-mail to everybody.
pub(crate) fn campaign(purpose: &str, text: &str) -> Campaign {
    let journey = Journey::new("aviso", TriggerSpec::OnDemand)
        .unwrap()
        .step(Step::email("correo", "Hola", text).unwrap());
    Campaign::new("c", purpose).unwrap().with(journey)
}

impl House {
    /// So many people, `p0@example.org` and on, and one channel, at noon.
    pub(crate) async fn open(dir: &Path, people: usize, channel: Arc<dyn Action>) -> Self {
        let everybody = (0..people).map(|n| {
            let address = format!("p{n}@example.org");
            Customer::new(format!("P-{n}")).unwrap().email(&address)
        });
        let source = Arc::new(MemorySource::new().with_customers(everybody));
        let options = SqliteOptions::new().with_hash_key(HashKey::new([7; 32]));
        let store = SqliteStore::open(dir.join("pregon.db"), options).await;
        let store = Arc::new(store.unwrap());
        let clock = ManualClock::at("2026-11-20T12:00:00Z");
        let engine = Engine::builder()
            .store(store.clone())
            .clock(Arc::new(clock.clone()))
            .customers(source)
            .consent(Consent::OptOut)
            .zone("America/Bogota".parse().unwrap())
            .action(channel)
            .build()
            .unwrap();
        Self {
            engine: Arc::new(engine),
            clock,
            store,
        }
    }

    /// Makes a campaign active and starts its broadcast.
    pub(crate) async fn begin(&self, campaign: Campaign) {
        let id = campaign.id.clone();
        self.engine.activate(campaign).await.unwrap();
        let journey = "aviso".parse().unwrap();
        let broadcast = self.engine.broadcast(&id, journey, "b1".parse().unwrap());
        broadcast.await.unwrap();
    }

    /// Passes until nothing is due at this instant.
    pub(crate) async fn passes(&self) -> PassReport {
        let mut total = PassReport::default();
        loop {
            let report = self.engine.pass().await.unwrap();
            let again = report.next.is_some_and(|at| at <= self.clock.stands());
            total.add(report);
            if !again {
                return total;
            }
        }
    }

    /// How many dispatches stand in each state.
    pub(crate) async fn states(&self) -> BTreeMap<State, usize> {
        let all = DispatchQuery::all();
        let page = self.store.dispatches(&all, None, 10_000).await.unwrap();
        let mut states = BTreeMap::new();
        for view in page.items {
            *states.entry(view.standing.state).or_default() += 1;
        }
        states
    }
}
