//! The CSV source through its ports.
#![cfg(feature = "csv")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;

use pregon_adapters_erp::{Csv, CsvConfig, CsvError, Encoding};
use pregon_core::{
    AddressKind, AttributeType, Cursor, CustomerId, CustomerQuery, CustomerSource, Due, PortError,
    PortErrorKind, Record, RecordId, RecordKind, RecordQuery, RecordRef, RecordSource, Schema,
    Value,
};
use tempfile::TempDir;

const CUSTOMERS: &str = "id;name;email;phone;zone;opt_out;visits;last_visit;vip\n\
    C-1;Ana Ñáñez;ana@example.org;+593900000001;America/Bogota;;6;2026-05-01;sí\n\
    C-2; Luis ;no tiene;;;sí;0;;no\n\
    C-3;\"Eva \"\"la\"\" Paz\";;;;no;;2026-06-30;\n";
const PINS: &str = "id,customer_id,expiry_date,starts_at,status\n\
    P-1,C-1,2026-12-20,2026-12-20T10:00:00Z,Delivered\n\
    P-2,C-3,2026-12-21,2026-12-20T11:00:00Z,Delivered\n\
    P-3,C-1,,,Delivered\n\
    P-4,C-2,2027-12-20,2027-01-01T00:00:00Z,Active\n";

struct Files {
    dir: TempDir,
}

impl Files {
    fn new(customers: impl AsRef<[u8]>, pins: impl AsRef<[u8]>) -> Self {
        let files = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        fs::write(files.dir.path().join("c.csv"), customers).unwrap();
        fs::write(files.dir.path().join("p.csv"), pins).unwrap();
        files
    }

    fn config(&self) -> CsvConfig {
        let path = self.dir.path();
        CsvConfig::new(path.join("c.csv")).with_records(pin(), path.join("p.csv"))
    }

    async fn open(&self) -> Csv {
        Csv::open(self.config()).await.unwrap()
    }

    /// Messages, without the directory.
    fn short(&self, message: impl ToString) -> String {
        let dir = format!("{}/", self.dir.path().display());
        message.to_string().replace(&dir, "")
    }

    fn problems(&self, csv: &Csv) -> Vec<String> {
        csv.problems()
            .iter()
            .map(|problem| self.short(problem))
            .collect()
    }
}

fn pin() -> RecordKind {
    RecordKind::new("pin").unwrap()
}

async fn all_customers(csv: &Csv, limit: u32) -> Vec<String> {
    let (mut found, mut next) = (Vec::new(), None);
    loop {
        let query = CustomerQuery::default();
        let page = CustomerSource::page(csv, &query, next.as_ref(), limit)
            .await
            .unwrap();
        assert!(page.items.len() <= limit as usize);
        found.extend(page.items.iter().map(|customer| customer.id.to_string()));
        next = page.next;
        if next.is_none() {
            return found;
        }
    }
}

async fn due(csv: &Csv, due: Due) -> Result<Vec<String>, PortError> {
    let query = RecordQuery::of(pin()).due(due);
    let page = RecordSource::page(csv, &query, None, 10).await?;
    Ok(page
        .items
        .iter()
        .map(|(record, who)| format!("{} {}", record.id, who.id))
        .collect())
}

fn on(attribute: &str, first: &str, last: &str) -> Due {
    let (first, last) = (first.parse().unwrap(), last.parse().unwrap());
    Due::On {
        attribute: attribute.to_owned(),
        first,
        last,
    }
}

#[tokio::test]
async fn customers_are_read_with_their_types() {
    let files = Files::new(CUSTOMERS, PINS);
    let csv = files.open().await;
    assert_eq!(files.problems(&csv), [""; 0]);
    let schema = csv.schema().await.unwrap();
    let types: Vec<_> = schema
        .iter()
        .map(|(name, r#type)| (name, r#type.name()))
        .collect();
    assert_eq!(
        types,
        [
            ("last_visit", "date"),
            ("vip", "boolean"),
            ("visits", "integer")
        ]
    );

    let ids = ["C-3", "C-1", "C-9", "C-2", "C-1"].map(|id| CustomerId::new(id).unwrap());
    let found = CustomerSource::find(&csv, &ids).await.unwrap();
    let [ana, luis, eva] = &found[..] else {
        panic!("{} customers", found.len())
    };
    assert_eq!(ana.name.as_deref(), Some("Ana Ñáñez"));
    let email = AddressKind::new("email").unwrap();
    assert_eq!(ana.contacts.get(&email), Ok("ana@example.org"));
    assert_eq!(ana.zone.map(|zone| zone.name()), Some("America/Bogota"));
    assert_eq!(ana.attributes.get("visits"), Some(&Value::from(6)));
    assert_eq!(ana.attributes.get("vip"), Some(&Value::from(true)));
    assert_eq!(
        ana.attributes.get("email"),
        None,
        "an address is no attribute"
    );
    assert!(ana.permissions.is_empty());

    assert_eq!(luis.name.as_deref(), Some("Luis"));
    assert_eq!(luis.attributes.get("last_visit"), None);
    assert!(
        luis.contacts.get(&email).is_err(),
        "reported as unreachable, and no bad row"
    );
    assert_eq!(luis.permissions.len(), 1);
    assert!(!luis.permissions[0].granted && luis.permissions[0].channel.is_none());
    assert_eq!(eva.name.as_deref(), Some("Eva \"la\" Paz"));
    assert!(eva.permissions.is_empty(), "no opt-out is no consent");
}

#[tokio::test]
async fn a_consent_column_says_yes_or_no() {
    let files = Files::new(
        "id,opt_in,opt_out\n1,sí,\n2,no,\n3,,\n4,sí,sí\n5,1,0\n",
        PINS,
    );
    let csv = files.open().await;
    let page = CustomerSource::page(&csv, &CustomerQuery::default(), None, 9)
        .await
        .unwrap();
    let said = page
        .items
        .iter()
        .map(|c| c.permissions.first().map(|p| p.granted));
    assert_eq!(
        said.collect::<Vec<_>>(),
        [Some(true), Some(false), None, Some(false), Some(true)]
    );
}

#[tokio::test]
async fn pages_follow_the_file_and_survive_a_restart() {
    let files = Files::new(CUSTOMERS, PINS);
    let csv = files.open().await;
    for limit in [1, 2, 3, 10] {
        assert_eq!(all_customers(&csv, limit).await, ["C-1", "C-2", "C-3"]);
    }
    let query = CustomerQuery::default();
    let first = CustomerSource::page(&csv, &query, None, 2).await.unwrap();
    // Somebody puts a row before, and takes the first away.
    let grown = CUSTOMERS
        .replace("C-1;", "C-0;")
        .replace("C-2;", "C-4;;;;;;;;\nC-2;");
    fs::write(files.dir.path().join("c.csv"), grown).unwrap();
    let changed = CustomerSource::page(&csv, &query, first.next.as_ref(), 2)
        .await
        .unwrap_err();
    assert_eq!(changed.kind(), PortErrorKind::Conflict);
    let csv = files.open().await;
    let second = CustomerSource::page(&csv, &query, first.next.as_ref(), 2)
        .await
        .unwrap();
    let ids: Vec<_> = second.items.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, ["C-3"]);
    // When the row of the cursor is gone, nobody is left out.
    let cursor = Cursor::new("1\nC-8\nC-9");
    let again = CustomerSource::page(&csv, &query, Some(&cursor), 9)
        .await
        .unwrap();
    assert_eq!(again.items.len(), 4);
    let foreign = Cursor::new("foreign");
    let error = CustomerSource::page(&csv, &query, Some(&foreign), 9)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Invalid);
}

#[tokio::test]
async fn records_are_given_when_they_are_due() {
    let files = Files::new(CUSTOMERS, PINS);
    let csv = files.open().await;
    let both = due(&csv, on("expiry_date", "2026-12-20", "2026-12-21"))
        .await
        .unwrap();
    assert_eq!(both, ["P-1 C-1", "P-2 C-3"]);
    assert_eq!(
        due(&csv, on("expiry_date", "2026-12-22", "2026-12-31"))
            .await
            .unwrap(),
        [""; 0]
    );
    let at = |after: &str, until: &str| Due::At {
        attribute: "starts_at".to_owned(),
        after: after.parse().unwrap(),
        until: until.parse().unwrap(),
    };
    let hour = at("2026-12-20T10:00:00Z", "2026-12-20T11:00:00Z");
    assert_eq!(due(&csv, hour).await.unwrap(), ["P-2 C-3"]);

    for (attribute, kind) in [("expires", "pin"), ("status", "pin"), ("starts_at", "pin")] {
        let error = due(&csv, on(attribute, "2026-12-20", "2026-12-21"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), PortErrorKind::Invalid);
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(
            cause,
            format!("{kind:?} records have no date named {attribute:?}")
        );
    }
    let query = RecordQuery::of(RecordKind::new("booking").unwrap());
    let error = RecordSource::page(&csv, &query, None, 5).await.unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Invalid);
}

#[tokio::test]
async fn records_are_found_by_name_and_paged() {
    let files = Files::new(CUSTOMERS, PINS);
    let csv = files.open().await;
    let name = |kind: &str, id: &str| RecordRef {
        kind: RecordKind::new(kind).unwrap(),
        id: RecordId::new(id).unwrap(),
    };
    let names = [
        name("pin", "P-3"),
        name("pin", "P-9"),
        name("booking", "P-1"),
    ];
    let found = RecordSource::find(&csv, &names).await.unwrap();
    let expected = Record::new("pin", "P-3", "C-1")
        .unwrap()
        .with("status", "Delivered");
    assert_eq!(
        found.iter().map(|(record, _)| record).collect::<Vec<_>>(),
        [&expected]
    );
    assert_eq!(found[0].1.name.as_deref(), Some("Ana Ñáñez"));

    let (mut next, mut ids) = (None, Vec::new());
    loop {
        let query = RecordQuery::of(pin());
        let page = RecordSource::page(&csv, &query, next.as_ref(), 1)
            .await
            .unwrap();
        ids.extend(page.items.iter().map(|(record, _)| record.id.to_string()));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(ids, ["P-1", "P-2", "P-3", "P-4"]);
}

#[tokio::test]
async fn hours_of_a_person_are_read_and_bad_ones_reported() {
    let customers = "id,contact_hours\nC-1,09:00-13:00\nC-2,\nC-3,tarde\n";
    let files = Files::new(customers, "id,customer_id\n");
    let csv = Csv::open(files.config()).await.unwrap();
    let problem = "c.csv:4: contact_hours: not a value of type stretch of hours as 09:00-13:00";
    assert_eq!(files.problems(&csv), [problem]);
    let ids = ["C-1", "C-2"].map(|id| CustomerId::new(id).unwrap());
    let found = CustomerSource::find(&csv, &ids).await.unwrap();
    let hours: Vec<_> = found.iter().map(|it| it.hours).collect();
    assert_eq!(hours, [Some("09:00-13:00".parse().unwrap()), None]);
}

#[tokio::test]
async fn every_bad_row_is_reported_with_its_line() {
    let customers = "id,name,zone,score\r\nC-1,Ana,,1\r\n\r\nC-2,Luis\r\n,Eva,,\r\nC-1,Otra,,\r\n\
                     C-3,Sol,Marte,\r\n\
                     C-4,\"Mar,,\r\nC-5,Paz,,dos\r\nC-6,\"x\ny\",,3\r\nC-7,Fin,,x";
    let pins =
        b"id,customer_id,note\nP-1,C-9,\nP-2,,\nP-3,C-6,Espa\xc3\xb1a\nP-4,C-6,\xff\nP-3,C-1,\n";
    let files = Files::new(customers, pins);
    let schema = Schema::new().with("score", AttributeType::Integer).unwrap();
    let csv = Csv::open(files.config().with_schema(schema)).await.unwrap();
    assert_eq!(
        files.problems(&csv),
        [
            "c.csv:4: 2 fields instead of 4",
            "c.csv:5: id: must not be empty",
            "c.csv:6: id: the id \"C-1\" is already on line 2",
            "c.csv:7: zone: not a value of type time zone",
            "c.csv:8: text after a closing quote; a quote within quotes is written twice",
            "c.csv:9: score: not a value of type integer",
            "c.csv:12: score: not a value of type integer",
            "p.csv:2: customer_id: there is no customer \"C-9\"",
            "p.csv:3: customer_id: must not be empty",
            "p.csv:5: note: not UTF-8",
            "p.csv:6: id: the id \"P-3\" is already on line 4",
        ]
    );
    assert_eq!(all_customers(&csv, 9).await, ["C-1", "C-6"]);
    assert_eq!((csv.customers(), csv.records(&pin())), (2, 1));
}

#[tokio::test]
async fn spreadsheets_of_windows_are_read() {
    let files = Files::new(b"id;name\r\n1;Jos\xe9 Pe\xf1a\r\n", PINS);
    let csv = files.open().await;
    let page = CustomerSource::page(&csv, &CustomerQuery::default(), None, 9)
        .await
        .unwrap();
    assert_eq!(page.items[0].name.as_deref(), Some("José Peña"));
    let csv = Csv::open(files.config().with_encoding(Encoding::Utf8))
        .await
        .unwrap();
    assert_eq!(files.problems(&csv)[0], "c.csv:2: name: not UTF-8");

    let files = Files::new("\u{feff}id,name\n1,Ñusta\n", PINS);
    assert_eq!(all_customers(&files.open().await, 9).await, ["1"]);
}

#[tokio::test]
async fn files_that_make_no_sense_are_refused_with_their_place() {
    let refused = async |customers: &[u8]| {
        let files = Files::new(customers, PINS);
        let error = Csv::open(files.config()).await.unwrap_err();
        assert!(matches!(error, CsvError::Header { .. }));
        files.short(error)
    };
    let empty = "c.csv:1: the file is empty; its first line must name the columns";
    assert_eq!(refused(b"").await, empty);
    assert_eq!(refused(b"\n\n").await, empty);
    assert_eq!(
        refused(b"\n\nname\n").await,
        "c.csv:3: there is no column \"id\""
    );
    assert_eq!(
        refused(b"\xff\xfei\0d\0").await,
        "c.csv:1: the file is UTF-16; save it as UTF-8"
    );
    assert_eq!(
        refused(b"id,\"x\n").await,
        "c.csv:1: a quote is opened and not closed"
    );

    let files = Files::new(CUSTOMERS, PINS);
    let config = CsvConfig::new(files.dir.path().join("none.csv"));
    let error = Csv::open(config).await.unwrap_err();
    assert_eq!(files.short(&error), "none.csv: cannot be read");
    assert!(std::error::Error::source(&error).is_some());
    let booking = RecordKind::new("booking").unwrap();
    let config = files.config().with_record_schema(booking, Schema::new());
    let error = Csv::open(config).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is a schema for \"booking\" records, but no file of them"
    );
}

#[tokio::test]
async fn nothing_of_a_person_is_in_debug() {
    let files = Files::new(CUSTOMERS, PINS);
    let csv = files.open().await;
    let text = format!("{csv:?}");
    assert!(
        !text.contains("Ana") && !text.contains("example.org"),
        "{text}"
    );
}
