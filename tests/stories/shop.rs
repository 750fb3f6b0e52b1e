//! A reseller of pins with its ERPNext, its store and its engine.

use std::sync::Arc;

use pregon::source::{ErpNext, ErpNextConfig, Secret};
use pregon::store::{SqliteOptions, SqliteStore};
use pregon::testing::ManualClock;
use pregon::{Campaign, Consent, Engine, HashKey, Hours, PassReport};

use crate::erpnext::{Server, Site};
use crate::post::Post;

pub(crate) struct Shop {
    pub(crate) server: Server,
    pub(crate) clock: ManualClock,
    pub(crate) post: Post,
    pub(crate) engine: Engine,
}

impl Shop {
    /// The shop at 01:00 of 20 November 2026 in Guayaquil, with hours from 09 to 20.
    pub(crate) async fn open(site: Site, post: Post, dir: &std::path::Path) -> Self {
        let server = Server::start(site).await;
        let clock = ManualClock::at("2026-11-20T06:00:00Z");
        let (key, secret) = (Secret::new("key"), Secret::new("secret"));
        let config = ErpNextConfig::new(server.url(), key, secret);
        let source = ErpNext::connect(config, Arc::new(clock.clone()))
            .await
            .unwrap();
        let zone = source.zone();
        let source = Arc::new(source);
        // A fixed secret: the order in which people are written to hangs on it.
        let options = SqliteOptions::new().with_hash_key(HashKey::new([7; 32]));
        let store = SqliteStore::open(dir.join("pregon.db"), options)
            .await
            .unwrap();
        let hours: Hours = serde_json::from_str(r#"{ "every_day": "09:00-20:00" }"#).unwrap();
        let customers = Arc::clone(&source);
        let engine = Engine::builder()
            .store(Arc::new(store))
            .clock(Arc::new(clock.clone()))
            .customers(customers)
            .consent(Consent::OptOut)
            .zone(zone)
            .records(source)
            .action(Arc::clone(&post.channel))
            .hours(hours)
            .build()
            .unwrap();
        server.calls();
        Self {
            server,
            clock,
            post,
            engine,
        }
    }

    /// Passes until nothing is due at this instant.
    pub(crate) async fn passes(&self) -> PassReport {
        let mut total = PassReport::default();
        loop {
            let report = self.engine.pass().await.unwrap();
            let again = report.next.is_some_and(|at| at <= self.clock.stands());
            total.add(report);
            if !again {
                assert!(total.troubles.is_empty(), "{:?}", total.troubles);
                return total;
            }
        }
    }

    /// Turns the clock to an instant and passes.
    pub(crate) async fn at(&self, instant: &str) -> PassReport {
        self.clock.set(instant.parse().unwrap());
        self.passes().await
    }
}

/// The campaign that ships as the example of this programme, with its texts read from its folder.
pub(crate) fn shipped() -> Campaign {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("campaigns/renovacion");
    let text = std::fs::read_to_string(dir.join("campaign.toml")).unwrap();
    let mut file: serde_json::Value = toml::from_str(&text).unwrap();
    let step = &mut file["journey"][0]["step"][0]["email"];
    for part in ["html", "text"] {
        let name = step[part].as_str().unwrap().to_owned();
        let read = |name: &str| std::fs::read_to_string(dir.join(name)).unwrap();
        let english = name.replacen('.', ".en.", 1);
        step[part] = serde_json::json!({ "es": read(&name), "en": read(&english) });
    }
    serde_json::from_value(file).unwrap()
}
