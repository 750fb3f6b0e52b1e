//! Programme D: a campaign from a profile. The clients who match when it is made are its audience,
//! and a profile that matches nobody makes no campaign.

use std::path::Path;
use std::sync::Arc;

use pregon::memory::MemorySource;
use pregon::store::{SqliteOptions, SqliteStore};
use pregon::testing::ManualClock;
use pregon::{
    AttributeType, AudienceStore as _, Campaign, CampaignRecord, CampaignStore as _, Consent,
    Customer, Engine, EngineErrorKind, Freeze, FrozenMember, HashKey, Journey, PassReport, Schema,
    Segments, SegmentsDocument, Step, TriggerSpec, Value,
};

use crate::post::Post;

/// The clients' service, the store and the engine of the department.
struct Department {
    clients: Arc<MemorySource>,
    store: Arc<SqliteStore>,
    clock: ManualClock,
    post: Post,
    engine: Engine,
}

/// The profile that ships: women of 25 to 45 who earn 900 to 2,500 in three provinces.
fn profile() -> Segments {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("segments/profile.toml");
    let text = std::fs::read_to_string(file).unwrap();
    let document: SegmentsDocument = toml::from_str(&text).unwrap();
    document.into_segments().unwrap()
}

impl Department {
    async fn open(dir: &Path) -> Self {
        let text = || AttributeType::Text;
        let names = [
            ("gender", text()),
            ("income", AttributeType::Decimal),
            ("birth_date", AttributeType::Date),
            ("province", text()),
            ("city", text()),
            ("cedula", text()),
        ];
        let schema = names.into_iter().fold(Schema::new(), |schema, (name, of)| {
            schema.with(name, of).unwrap()
        });
        let clients = Arc::new(MemorySource::new().with_schema(schema));
        let options = SqliteOptions::new().with_hash_key(HashKey::new([7; 32]));
        let store = SqliteStore::open(dir.join("pregon.db"), options)
            .await
            .unwrap();
        let store = Arc::new(store);
        let clock = ManualClock::at("2026-11-20T14:00:00Z");
        let post = Post::outbox(dir).await;
        let engine = Engine::builder()
            .store(store.clone())
            .clock(Arc::new(clock.clone()))
            .customers(clients.clone())
            .consent(Consent::OptOut)
            .zone("America/Guayaquil".parse().unwrap())
            .action(Arc::clone(&post.channel))
            .segments(profile())
            .keep_profiles()
            .build()
            .unwrap();
        Self {
            clients,
            store,
            clock,
            post,
            engine,
        }
    }

    fn client(&self, id: &str, gender: &str, income: &str, born: &str, province: &str, city: &str) {
        let email = format!("{}@example.ec", id.to_lowercase());
        let client = Customer::new(id).unwrap().named("Cliente").email(&email);
        let client = client
            .with("gender", gender)
            .with("income", income.parse::<pregon::Decimal>().unwrap())
            .with("birth_date", Value::Date(born.parse().unwrap()))
            .with("province", province)
            .with("city", city)
            .with("cedula", "1710034065");
        self.clients.put(client);
    }

    async fn broadcast(&self, id: &str) -> PassReport {
        let (campaign, journey) = ("creditos".parse().unwrap(), "correo".parse().unwrap());
        let started = self
            .engine
            .broadcast(&campaign, journey, id.parse().unwrap());
        started.await.unwrap();
        let report = self.engine.pass().await.unwrap();
        assert!(report.troubles.is_empty(), "{:?}", report.troubles);
        report
    }

    async fn campaigns(&self) -> Vec<CampaignRecord> {
        let stored = self.store.campaigns().await.unwrap();
        stored.into_iter().map(|stored| stored.record).collect()
    }
}

fn ids_of(members: &[FrozenMember]) -> Vec<&str> {
    let ids = members.iter().map(|member| member.customer.as_str());
    ids.collect()
}

fn credits(freeze: Freeze) -> Campaign {
    let text = "Hola {{customer_name}}: tenemos un crédito para usted.";
    let journey = Journey::new("correo", TriggerSpec::OnDemand)
        .unwrap()
        .audience("in segment profile")
        .frozen(freeze)
        .step(Step::email("mensaje", "Un crédito para usted", text).unwrap());
    Campaign::new("creditos", "promotion")
        .unwrap()
        .with(journey)
}

#[tokio::test]
async fn a_campaign_is_made_for_exactly_the_clients_of_a_profile() {
    let dir = tempfile::tempdir().unwrap();
    let it = Department::open(dir.path()).await;
    it.client("Bob", "M", "1200", "1990-05-01", "Guayas", "Guayaquil");
    it.client("Joven", "F", "1200", "2001-11-21", "Guayas", "Guayaquil");
    it.client("Rica", "F", "2500.01", "1990-05-01", "Azuay", "Cuenca");
    it.client("Lejos", "F", "1200", "1990-05-01", "Pichincha", "Quito");

    // Nobody has the profile: an error, and no campaign is made.
    let error = it
        .engine
        .activate(credits(Freeze::Profile))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), EngineErrorKind::Nobody);
    assert_eq!(error.problems()[0].path, "journey[0].audience");
    assert!(it.campaigns().await.is_empty());

    // Two have it: born just early enough, earning just little enough, spelt without the accent.
    it.client("Ana", "F", "900", "2001-11-20", "Guayas", "GUAYAQUIL");
    it.client("Eva", "F", "2500", "1980-11-21", "Azuay", "cuenca");
    let record = it.engine.activate(credits(Freeze::Profile)).await.unwrap();
    let frozen = *record.frozen().values().next().unwrap();
    assert_eq!((frozen.members, frozen.at), (2, it.clock.stands()));
    let members = it.store.members(frozen.id, None, 10).await.unwrap().items;
    let ids = ids_of(&members);
    assert_eq!(ids, ["Ana", "Eva"]);
    let kept: Vec<&str> = members[0]
        .profile
        .values()
        .iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        kept,
        ["birth_date", "city", "gender", "income", "province"],
        "and no cédula"
    );

    // A month later all is different, and exactly they get one letter each.
    it.clock.set("2026-12-20T14:00:00Z".parse().unwrap());
    it.client("Ana", "F", "9000", "2001-11-20", "Pichincha", "Quito");
    it.client("Nueva", "F", "1200", "1990-05-01", "Guayas", "Guayaquil");
    let december = it.broadcast("diciembre").await;
    assert_eq!(december.accepted, 2, "{december:?}");
    let letters = it.post.letters().into_iter();
    let letters: Vec<String> = letters.map(|letter| letter.to).collect();
    assert_eq!(letters, ["ana@example.ec", "eva@example.ec"]);

    // The same campaign made again is the same; the audience is that of November.
    let again = it.engine.activate(credits(Freeze::Profile)).await.unwrap();
    assert_eq!(again.frozen().values().next(), Some(&frozen));
    assert_eq!(it.broadcast("diciembre").await.accepted, 0, "once");
    it.clock.set("2027-01-04T14:00:00Z".parse().unwrap());
    assert_eq!(it.broadcast("enero").await.accepted, 2);
    assert!(it.post.copies().values().all(|copies| *copies == 2));
}

#[tokio::test]
async fn a_changed_campaign_asks_the_profile_anew() {
    let dir = tempfile::tempdir().unwrap();
    let it = Department::open(dir.path()).await;
    it.client("Ana", "F", "900", "2001-11-20", "Guayas", "GUAYAQUIL");
    it.client("Joven", "F", "1200", "2001-11-21", "Guayas", "Guayaquil");
    it.client("Eva", "F", "2500", "1980-11-21", "Azuay", "cuenca");
    it.engine.activate(credits(Freeze::Profile)).await.unwrap();
    it.clock.set("2026-12-20T14:00:00Z".parse().unwrap());
    it.client("Ana", "F", "9000", "2001-11-20", "Pichincha", "Quito");
    it.client("Nueva", "F", "1200", "1990-05-01", "Guayas", "Guayaquil");
    let changed = it.engine.activate(credits(Freeze::Ids)).await.unwrap();
    let frozen = changed.frozen().values().next().unwrap();
    let members = it.store.members(frozen.id, None, 10).await.unwrap().items;
    let ids = ids_of(&members);
    assert_eq!(ids, ["Joven", "Nueva"], "one is 25 by now, and Eva is 46");
}
