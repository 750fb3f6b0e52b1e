//! A spa keeps a booking and its confirmation in one transaction of its own, and hears what became
//! of it.

use std::sync::{Arc, Mutex};

use pregon::memory::MemorySource;
use pregon::store::{SqliteOptions, SqliteStore};
use pregon::testing::{ManualClock, Recording};
use pregon::*;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

struct Spa {
    _dir: tempfile::TempDir,
    store: Arc<SqliteStore>,
    source: Arc<MemorySource>,
    email: Recording,
    clock: ManualClock,
    engine: Engine,
    heard: Arc<Mutex<Vec<Event>>>,
    /// The spa's own connection to its file, in which its bookings are too.
    own: SqliteConnection,
}

fn campaign() -> Campaign {
    let journey = Journey::new("aviso", TriggerSpec::OnDemand).unwrap();
    let words = "Hola {{customer_name}}, su hora está reservada.";
    let step = Step::email("correo", "Reserva confirmada", words).unwrap();
    Campaign::new("reservas", "booking_confirmation")
        .unwrap()
        .with(journey.step(step))
}

impl Spa {
    async fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("spa.db");
        let opened = SqliteStore::open(&path, SqliteOptions::new()).await;
        let (store, heard) = (Arc::new(opened.unwrap()), Arc::<Mutex<_>>::default());
        let (source, email) = (Arc::new(MemorySource::new()), Recording::email());
        let clock = ManualClock::at("2026-11-22T15:00:00Z");
        let ears: Arc<Mutex<Vec<Event>>> = heard.clone();
        let engine = Engine::builder()
            .store(store.clone())
            .clock(Arc::new(clock.clone()))
            .customers(source.clone())
            .consent(Consent::OptOut)
            .zone("America/Santiago".parse().unwrap())
            .action(Arc::new(email.clone()))
            .events(Arc::new(on_events(move |events| {
                ears.lock().unwrap().extend_from_slice(events);
                Ok(())
            })))
            .build()
            .unwrap();
        let mut own = SqliteConnectOptions::new().filename(&path).connect().await;
        let table = "CREATE TABLE reserva (numero TEXT PRIMARY KEY, cliente TEXT NOT NULL)";
        let made = sqlx::raw_sql(table).execute(own.as_mut().unwrap());
        made.await.unwrap();
        Self {
            _dir: dir,
            store,
            source,
            email,
            clock,
            engine,
            heard,
            own: own.unwrap(),
        }
    }

    /// Books, with the confirmation or not at all.
    async fn book(&mut self, number: &str, who: &Customer, is_kept: bool) {
        let (campaign, journey) = ("reservas".parse().unwrap(), "aviso".parse().unwrap());
        let occasion = number.parse().unwrap();
        let people = std::slice::from_ref(who);
        let drawn = self
            .engine
            .dispatches_for(&campaign, &journey, &occasion, people);
        let confirmation = drawn.await.unwrap();
        let mut work = self.own.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let booking = sqlx::query("INSERT INTO reserva VALUES (?1, ?2)");
        let booking = booking.bind(number).bind(who.id.as_str());
        booking.execute(&mut *work).await.unwrap();
        let now = self.clock.stands();
        let kept = self.store.enqueue(&mut work, &confirmation, now).await;
        assert_eq!(kept.unwrap().new.len(), 1);
        match is_kept {
            true => work.commit().await.unwrap(),
            false => work.rollback().await.unwrap(),
        }
    }
}

#[tokio::test]
async fn a_booking_and_its_confirmation_are_kept_together_or_not_at_all() {
    let mut spa = Spa::open().await;
    spa.engine.activate(campaign()).await.unwrap();
    assert_eq!(spa.engine.pass().await.unwrap().accepted, 0);
    let person = |id: &str, email| Customer::new(id).unwrap().named("Ana").email(email);
    let (ana, eva) = (
        person("C-1", "ana@example.org"),
        person("C-2", "eva@example.org"),
    );
    // Ana was not there before: her source knows her once the spa has committed.
    spa.book("R-1", &ana, true).await;
    spa.source.put(ana.clone());
    spa.source.put(eva.clone());
    spa.book("R-2", &eva, false).await;
    let report = spa.engine.pass().await.unwrap();
    assert_eq!(report.accepted, 1);
    spa.email.assert_sent(&["ana@example.org"]);
    assert_eq!(spa.engine.pass().await.unwrap().accepted, 0);

    let heard = spa.heard.lock().unwrap().clone();
    let kinds: Vec<String> = heard.iter().map(|it| it.fact.kind()).collect();
    let wanted = ["scheduled", "sending", "accepted"].map(|it| format!("pregon.dispatch.{it}"));
    assert_eq!(
        kinds, wanted,
        "and nothing of the booking that was not kept"
    );
    let mut report = AuditReport::default();
    let audited = audit_events(&*spa.store, heard.into_iter(), &mut report).await;
    audited.unwrap();
    assert!(report.is_clean(), "{:?}", report.violations);
}

#[tokio::test]
async fn only_what_is_started_on_demand_is_drawn_up() {
    let spa = Spa::open().await;
    let draw = async |campaign: &str, journey: &str| {
        let (campaign, journey) = (campaign.parse().unwrap(), journey.parse().unwrap());
        let occasion = "R-1".parse().unwrap();
        let drawn = spa
            .engine
            .dispatches_for(&campaign, &journey, &occasion, &[]);
        drawn.await.map_err(|error| error.kind())
    };
    assert_eq!(
        draw("reservas", "aviso").await,
        Err(EngineErrorKind::Unknown)
    );
    spa.engine.activate(campaign()).await.unwrap();
    assert_eq!(draw("reservas", "aviso").await, Ok(Vec::new()));
    assert_eq!(
        draw("reservas", "otro").await,
        Err(EngineErrorKind::Unknown)
    );
    let over = "reservas".parse().unwrap();
    let _ = spa.engine.change(&over, Move::Cancel).await.unwrap();
    assert_eq!(draw("reservas", "aviso").await, Err(EngineErrorKind::Move));
}
