//! A spa records a booking as something that happened, in a transaction of its own: with the
//! confirmation and the reminder that its campaigns make of it, or not at all. On both databases.

use std::sync::Arc;

use pregon::memory::MemorySource;
use pregon::store::{PostgresStore, SqliteOptions, SqliteStore};
use pregon::testing::{ManualClock, Recording};
use pregon::*;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::world::World;

/// The spa's own database, in which Pregón's store is too.
enum House {
    File {
        _dir: tempfile::TempDir,
        store: Arc<SqliteStore>,
        own: SqliteConnection,
    },
    Server {
        store: Arc<PostgresStore>,
        own: PgConnection,
    },
}

const TABLE: &str = "(number VARCHAR(40) PRIMARY KEY, customer VARCHAR(40) NOT NULL)";
const BOOK: &str = "INSERT INTO booking VALUES ($1, $2) ON CONFLICT DO NOTHING";

impl House {
    async fn file() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("spa.db");
        let store = SqliteStore::open(&path, SqliteOptions::new()).await;
        let own = SqliteConnectOptions::new().filename(&path).connect().await;
        let (store, mut own) = (Arc::new(store.unwrap()), own.unwrap());
        let table = format!("CREATE TABLE booking {TABLE}");
        let table = sqlx::raw_sql(sqlx::AssertSqlSafe(table));
        table.execute(&mut own).await.unwrap();
        let _dir = dir;
        Self::File { _dir, store, own }
    }

    async fn server(world: &World) -> Self {
        let store = Arc::new(world.store("main").await);
        let mut own = world.raw().await;
        let table = format!("CREATE TEMP TABLE booking {TABLE}");
        let table = sqlx::raw_sql(sqlx::AssertSqlSafe(table));
        table.execute(&mut own).await.unwrap();
        Self::Server { store, own }
    }

    fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::File { store, .. } => store.clone(),
            Self::Server { store, .. } => store.clone(),
        }
    }

    async fn booked(&mut self) -> i64 {
        const COUNT: &str = "SELECT count(*) FROM booking";
        let count = match self {
            Self::File { own, .. } => sqlx::query_scalar(COUNT).fetch_one(own).await,
            Self::Server { own, .. } => sqlx::query_scalar(COUNT).fetch_one(own).await,
        };
        count.unwrap()
    }

    /// Keeps a booking and what was drawn up for it in one transaction; gives how many dispatches
    /// are new. `meanwhile` happens before it ends, but on a file, where turns wait for who writes.
    async fn keep(
        &mut self,
        (number, who): (&str, &Customer),
        drawn: &Drawn,
        (now, is_kept): (chrono::DateTime<chrono::Utc>, bool),
        meanwhile: impl AsyncFnOnce(),
    ) -> usize {
        let mut new = 0;
        match self {
            Self::File { store, own, .. } => {
                let mut work = own.begin_with("BEGIN IMMEDIATE").await.unwrap();
                let book = sqlx::query(BOOK).bind(number).bind(who.id.as_str());
                book.execute(&mut *work).await.unwrap();
                for those in drawn.dispatches.values() {
                    let kept = store.enqueue(&mut work, those, now).await.unwrap();
                    new += kept.new.len();
                }
                match is_kept {
                    true => work.commit().await.unwrap(),
                    false => work.rollback().await.unwrap(),
                }
            }
            Self::Server { store, own } => {
                let mut work = own.begin().await.unwrap();
                let book = sqlx::query(BOOK).bind(number).bind(who.id.as_str());
                book.execute(&mut *work).await.unwrap();
                for those in drawn.dispatches.values() {
                    let kept = store.enqueue(&mut work, those, now).await.unwrap();
                    new += kept.new.len();
                }
                meanwhile().await;
                match is_kept {
                    true => work.commit().await.unwrap(),
                    false => work.rollback().await.unwrap(),
                }
            }
        }
        new
    }
}

struct Spa {
    house: House,
    source: Arc<MemorySource>,
    email: Recording,
    clock: ManualClock,
    engine: Engine,
}

/// The spa's campaigns, as their files would say them.
fn campaigns() -> [Campaign; 2] {
    let bookings = serde_json::json!({
        "id": "reservas", "name": "Reservas", "purpose": "booking_confirmation",
        "journey": [{
            "id": "aviso",
            "trigger": { "on_activity": { "activity": "booking", "record": "booking" } },
            "step": [{ "id": "correo", "email": {
                "subject": "Reserva {{record_id}}", "text": "{{customer_name}}: {{service}}"
            } }]
        }, {
            "id": "recordatorio",
            "trigger": { "on_activity": {
                "activity": "booking", "record": "booking", "after": "24h"
            } },
            "step": [{ "id": "correo", "email": {
                "subject": "Recuerde: {{service}}", "text": "{{customer_name}}, le esperamos."
            } }]
        }]
    });
    let advice = serde_json::json!({
        "id": "consejos", "name": "Consejos", "purpose": "promotion",
        "journey": [{
            "id": "consejo",
            "trigger": { "on_activity": {
                "activity": "booking", "record": "booking", "after": "7d", "not_after": "3d"
            } },
            "audience": "service = \"masaje\" and at least 1 booking",
            "step": [{ "id": "correo", "email": {
                "subject": "Después de su masaje", "text": "{{customer_name}}, beba agua."
            } }]
        }]
    });
    [bookings, advice].map(|it| serde_json::from_value(it).unwrap())
}

fn person(id: &str, name: &str) -> Customer {
    let email = format!("{}@example.org", name.to_lowercase());
    Customer::new(id).unwrap().named(name).email(&email)
}

impl Spa {
    async fn open(house: House) -> Self {
        let booking = Schema::new().with("service", AttributeType::Text).unwrap();
        let people = Schema::new().with_activity("booking", Schema::new());
        let source = MemorySource::new()
            .with_schema(people.unwrap())
            .with_kind("booking".parse().unwrap(), booking);
        let (source, email) = (Arc::new(source), Recording::email());
        let clock = ManualClock::at("2026-11-22T15:00:00Z");
        let engine = Engine::builder()
            .store(house.store())
            .clock(Arc::new(clock.clone()))
            .customers(source.clone())
            .consent(Consent::OptOut)
            .zone("America/Santiago".parse().unwrap())
            .records(source.clone())
            .action(Arc::new(email.clone()))
            .build()
            .unwrap();
        for campaign in campaigns() {
            engine.activate(campaign).await.unwrap();
        }
        Self {
            house,
            source,
            email,
            clock,
            engine,
        }
    }

    /// What the spa reports: a booking that was made at this moment.
    fn booking(&self, number: &str, who: &Customer) -> Happening {
        let booked = Activity {
            id: number.to_owned(),
            customer: who.id.clone(),
            kind: "booking".to_owned(),
            at: self.clock.stands(),
            attributes: Attributes::new(),
        };
        let hour = Record::new("booking", number, who.id.as_str()).unwrap();
        Happening::new(booked, who.clone()).about(hour.with("service", "masaje"))
    }

    /// Books at this moment, and a pass runs before the booking's transaction has ended; gives how
    /// many messages are new.
    async fn book(&mut self, number: &str, who: &Customer, is_kept: bool) -> usize {
        let happening = self.booking(number, who);
        let drawn = self.engine.dispatches_on(std::slice::from_ref(&happening));
        let drawn = drawn.await.unwrap();
        assert!(drawn.troubles.is_empty(), "{:?}", drawn.troubles);
        let planned = drawn.dispatches.values().map(Vec::len);
        assert_eq!(planned.sum::<usize>(), 3);
        // The clock goes on, and somebody looks at it, before the booking is there.
        self.clock.advance(chrono::Duration::minutes(10));
        assert_eq!(self.pass().await, 0);
        let (now, engine) = (self.clock.stands(), &self.engine);
        let meanwhile = async || {
            let report = engine.pass().await.unwrap();
            assert_eq!((report.accepted, report.troubles.len()), (0, 0));
        };
        let house = &mut self.house;
        let new = house.keep((number, who), &drawn, (now, is_kept), meanwhile);
        let new = new.await;
        if is_kept {
            // The sources are the spa's own tables: what is committed can be read there.
            let known = |it: &Activity| it.id == number;
            let found = CustomerSource::find(&*self.source, std::slice::from_ref(&who.id));
            let mut who = found.await.unwrap().pop().unwrap_or(who.clone());
            if !who.activities.iter().any(known) {
                who.activities.push(happening.activity);
            }
            self.source.put(who);
            self.source.put_record(happening.record.unwrap());
        }
        new
    }

    /// Passes until nothing is due at this instant; gives how many messages were accepted.
    async fn pass(&self) -> u64 {
        let mut accepted = 0;
        loop {
            let report = self.engine.pass().await.unwrap();
            assert!(report.troubles.is_empty(), "{:?}", report.troubles);
            accepted += report.accepted;
            if report.next.is_none_or(|at| at > self.clock.stands()) {
                return accepted;
            }
        }
    }

    /// What each of somebody's messages says on top.
    fn subjects_to(&self, address: &str) -> Vec<String> {
        let sent = self.email.sent().into_iter().filter(|it| it.to == address);
        sent.map(|it| it.parts["subject"].clone()).collect()
    }
}

async fn story(house: House) {
    let mut spa = Spa::open(house).await;
    let (ana, eva, luz) = (
        person("C-1", "Ana"),
        person("C-2", "Eva"),
        person("C-3", "Luz"),
    );
    assert_eq!(spa.book("R-1", &ana, true).await, 3);
    assert_eq!(spa.pass().await, 1, "the confirmation");
    // What was new until then is rolled back.
    assert_eq!(spa.book("R-2", &eva, false).await, 3);
    assert_eq!(spa.pass().await, 0);
    assert_eq!(spa.book("R-3", &luz, true).await, 3);
    assert_eq!(spa.pass().await, 1);
    assert_eq!(spa.house.booked().await, 2);

    // Nobody told Ana's spa that its commit arrived, so it says the same again, a little later.
    assert_eq!(spa.book("R-1", &ana, true).await, 0);
    assert_eq!(spa.pass().await, 0);
    assert_eq!(spa.house.booked().await, 2);

    // Luz cancels before she is reminded.
    let hour = spa.booking("R-3", &luz).record.unwrap();
    spa.source.remove_record(&hour.name());
    spa.clock.set("2026-11-23T14:59:59Z".parse().unwrap());
    assert_eq!(spa.pass().await, 0);
    spa.clock.set("2026-11-23T15:30:00Z".parse().unwrap());
    assert_eq!(spa.pass().await, 1);
    spa.clock.advance(chrono::Duration::days(30));
    assert_eq!(spa.pass().await, 0, "advice of a week ago comes too late");
    assert_eq!(
        spa.subjects_to("ana@example.org"),
        ["Reserva R-1", "Recuerde: masaje"]
    );
    assert_eq!(spa.subjects_to("luz@example.org"), ["Reserva R-3"]);
    assert_eq!(spa.subjects_to("eva@example.org"), Vec::<String>::new());
    let mut ends: Vec<(String, String)> = Vec::new();
    let all = spa.house.store();
    let all = all.dispatches(&DispatchQuery::all(), None, 100).await;
    for view in all.unwrap().items {
        let key = view.key;
        let end = view.reason.map_or("accepted", Reason::as_str);
        ends.push((
            format!("{} {}", key.occurrence, key.journey),
            end.to_owned(),
        ));
    }
    ends.sort();
    let wanted = [
        ("R-1 aviso", "accepted"),
        ("R-1 consejo", "expired"),
        ("R-1 recordatorio", "accepted"),
        ("R-3 aviso", "accepted"),
        ("R-3 consejo", "expired"),
        ("R-3 recordatorio", "record_gone"),
    ];
    assert_eq!(ends, wanted.map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[tokio::test]
async fn a_booking_and_what_it_makes_happen_are_one_transaction_on_a_file() {
    story(House::file().await).await;
}

#[tokio::test]
async fn a_booking_and_what_it_makes_happen_are_one_transaction_on_a_server() {
    let Some(world) = World::new().await else {
        return;
    };
    story(House::server(&world).await).await;
    world.drop_schema().await;
}
