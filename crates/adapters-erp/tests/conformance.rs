//! The suites of the two ports of this crate.
#![cfg(all(feature = "csv", feature = "erpnext"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/erpnext/mod.rs"]
#[expect(
    dead_code,
    reason = "the suites need less of the server than our own tests"
)]
mod server;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use pregon_adapters_erp::{Csv, CsvConfig, ErpNext, ErpNextConfig, Secret};
use pregon_conformance as suites;
use pregon_core::testing::ManualClock;
use pregon_core::{
    Cursor, Customer, CustomerId, CustomerQuery, CustomerSource, Page, PortError, RecordKind,
    RecordQuery, RecordSource, Schema,
};
use suites::sample::{self, Table};
use tempfile::TempDir;

/// The table as a file, with every field in quotes.
fn text(table: &Table) -> String {
    let mut text = table.columns.join(";");
    for row in &table.rows {
        let quoted = row
            .iter()
            .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        write!(text, "\n{}", quoted.collect::<Vec<_>>().join(";")).unwrap();
    }
    text
}

struct Sample {
    dir: TempDir,
}

impl Sample {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(
            dir.path().join("customers.csv"),
            text(&sample::customer_table()),
        )
        .unwrap();
        for kind in sample::record_schemas().keys() {
            let table = sample::record_table(kind).unwrap();
            std::fs::write(dir.path().join(format!("{kind}.csv")), text(&table)).unwrap();
        }
        Self { dir }
    }

    fn customers(&self) -> PathBuf {
        self.dir.path().join("customers.csv")
    }

    /// With the types of the sample, or with those that are inferred.
    async fn open(&self, declared: bool) -> Csv {
        let mut config = CsvConfig::new(self.customers());
        for (kind, schema) in sample::record_schemas() {
            let file = self.dir.path().join(format!("{kind}.csv"));
            config = config.with_records(kind.clone(), file);
            if declared {
                config = config.with_record_schema(kind, schema);
            }
        }
        if declared {
            config = config.with_schema(sample::customer_schema());
        }
        Csv::open(config).await.unwrap()
    }
}

#[tokio::test]
async fn csv_as_customer_source() {
    for declared in [true, false] {
        let make = move || {
            async move {
                let sample = Sample::new();
                let source = Arc::new(Kept {
                    source: sample.open(declared).await,
                    sample,
                });
                suites::customer_source::Subject {
                    source,
                    expected: sample::customers(),
                }
            }
            .boxed()
        };
        suites::customer_source::suite(&make).await;
    }
}

#[tokio::test]
async fn csv_as_record_source() {
    for declared in [true, false] {
        // Files stay until all cases are done.
        let sample = Sample::new();
        let source: Arc<dyn RecordSource> = Arc::new(sample.open(declared).await);
        let make = move || {
            let source = Arc::clone(&source);
            async move {
                let expected = sample::records_with_customers();
                suites::record_source::Subject { source, expected }
            }
            .boxed()
        };
        suites::record_source::suite(&make).await;
    }
}

/// A file that somebody writes while it is read: the source is opened anew for every question.
#[tokio::test]
async fn csv_that_changes_meanwhile() {
    let make = || {
        async {
            let sample = Sample::new();
            let source = sample.open(true).await;
            let kept = Arc::new(Kept { source, sample });
            suites::customer_source::Changing {
                subject: suites::customer_source::Subject {
                    source: Arc::<Kept>::clone(&kept),
                    expected: sample::customers(),
                },
                meanwhile: kept,
            }
        }
        .boxed()
    };
    suites::customer_source::changing_suite(&make).await;
}

/// A source with its files.
struct Kept {
    source: Csv,
    sample: Sample,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.source.fmt(f)
    }
}

#[async_trait]
impl CustomerSource for Kept {
    async fn schema(&self) -> Result<Schema, PortError> {
        self.source.schema().await
    }

    async fn page<'a>(
        &self,
        query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> Result<Page<Customer>, PortError> {
        let source = self.sample.open(true).await;
        CustomerSource::page(&source, query, after, limit).await
    }

    async fn find(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, PortError> {
        CustomerSource::find(&self.sample.open(true).await, ids).await
    }
}

impl suites::customer_source::Meanwhile for Kept {
    fn add(&self, customer: Customer) -> BoxFuture<'static, ()> {
        let path = self.sample.customers();
        let empty = ";".repeat(sample::customer_table().columns.len() - 1);
        // Before all others, where it moves every row.
        let rows = std::fs::read_to_string(&path).unwrap();
        let (header, rows) = rows.split_once('\n').unwrap();
        let all = format!("{header}\n{}{empty}\n{rows}", customer.id);
        std::fs::write(path, all).unwrap();
        async {}.boxed()
    }

    fn remove(&self, id: CustomerId) -> BoxFuture<'static, ()> {
        let path = self.sample.customers();
        let rows = std::fs::read_to_string(&path).unwrap();
        let kept = rows
            .lines()
            .filter(|row| !row.starts_with(&format!("\"{id}\";")));
        std::fs::write(&path, kept.collect::<Vec<_>>().join("\n")).unwrap();
        async {}.boxed()
    }
}

/// A site and its source; the server answers as long as this is there.
#[derive(Clone)]
struct Shop {
    server: Arc<server::Server>,
    source: Arc<ErpNext>,
}

impl std::fmt::Debug for Shop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.source.fmt(f)
    }
}

impl Shop {
    async fn open(old: bool) -> Self {
        let mut site = server::recorded_site();
        if old {
            site.forget_customers_of_serials();
        }
        // One without a date, one that belongs to nobody, one name that needs escaping.
        let serial = site.table("Serial No")[7].clone();
        let copy = |name: &str, key: &str| {
            let mut row = serial.clone();
            row.insert("name".to_owned(), name.into());
            row.insert(key.to_owned(), serde_json::Value::Null);
            row
        };
        if !old {
            let rows = [
                copy("SIN-FECHA", "warranty_expiry_date"),
                copy("STR-00012", "customer"),
            ];
            let own = site.table("Serial No");
            own.retain(|row| row["name"] != "STR-00012");
            own.extend(rows);
            own.push(copy("STR 9/ñ?&#%", "amc_expiry_date"));
        } else {
            site.row("Serial No", "STR-00005")
                .insert("warranty_expiry_date".to_owned(), ().into());
            site.take_back("STR-00012", "2026-11-20");
        }
        let server = server::Server::start(site).await;
        let key = Secret::new("key");
        let config = ErpNextConfig::new(server.url(), key, Secret::new("secret"));
        let clock = ManualClock::at("2026-11-20T06:00:00Z");
        let source = ErpNext::connect(config, Arc::new(clock)).await.unwrap();
        Self {
            server: Arc::new(server),
            source: Arc::new(source),
        }
    }

    /// What the site has, read in one page: the suite then compares every other way with it.
    async fn customers(&self) -> Vec<Customer> {
        let query = CustomerQuery::default();
        let source: &dyn CustomerSource = &*self.source;
        source.page(&query, None, 1000).await.unwrap().items
    }
}

#[tokio::test]
async fn erpnext_as_customer_source() {
    let shop = Shop::open(false).await;
    let expected = shop.customers().await;
    assert_eq!(expected.len(), 40);
    let source: Arc<dyn CustomerSource> = Arc::<ErpNext>::clone(&shop.source);
    let make = move || {
        let (source, expected) = (Arc::clone(&source), expected.clone());
        async move { suites::customer_source::Subject { source, expected } }.boxed()
    };
    suites::customer_source::suite(&make).await;
    drop(shop);
}

#[tokio::test]
async fn erpnext_that_changes_meanwhile() {
    let make = || {
        async {
            let shop = Shop::open(false).await;
            let expected = shop.customers().await;
            suites::customer_source::Changing {
                subject: suites::customer_source::Subject {
                    source: Arc::<ErpNext>::clone(&shop.source),
                    expected,
                },
                meanwhile: Arc::new(shop),
            }
        }
        .boxed()
    };
    suites::customer_source::changing_suite(&make).await;
}

impl suites::customer_source::Meanwhile for Shop {
    fn add(&self, customer: Customer) -> BoxFuture<'static, ()> {
        let mut site = self.server.site();
        let mut row = site.table("Customer")[0].clone();
        row.insert("name".to_owned(), customer.id.as_str().into());
        site.table("Customer").push(row);
        async {}.boxed()
    }

    fn remove(&self, id: CustomerId) -> BoxFuture<'static, ()> {
        self.server
            .site()
            .table("Customer")
            .retain(|row| row["name"] != id.as_str());
        async {}.boxed()
    }
}

#[tokio::test]
async fn erpnext_as_record_source() {
    for old in [false, true] {
        let shop = Shop::open(old).await;
        let all = RecordQuery::of(RecordKind::new("pin").unwrap());
        let source: Arc<dyn RecordSource> = Arc::<ErpNext>::clone(&shop.source);
        let expected = source.page(&all, None, 1000).await.unwrap().items;
        assert_eq!(expected.len(), if old { 43 } else { 45 });
        let make = move || {
            let (source, expected) = (Arc::clone(&source), expected.clone());
            async move { suites::record_source::Subject { source, expected } }.boxed()
        };
        // Serial numbers have dates and no instants: the case of instants finds none to try.
        let verdicts = suites::record_source::verdicts(&make).await;
        let broken = verdicts
            .into_iter()
            .filter_map(|(name, verdict)| Some((name, verdict.err()?)));
        let broken: Vec<_> = broken.collect();
        let expected = (
            "instants_are_kept_exactly",
            "the sample has instants".to_owned(),
        );
        assert_eq!(broken, [expected]);
        drop(shop);
    }
}
