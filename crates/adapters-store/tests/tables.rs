//! A host's own table as a source and as an audience, in both databases.
#![cfg(all(feature = "sqlite", feature = "postgres"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "support/clients.rs"]
mod clients;
#[path = "support/database.rs"]
mod database;

use std::sync::Arc;

use futures_util::FutureExt as _;
use pregon_adapters_store::{
    Dialect, IdStorage, SqlAudience, SqlTable, Storage, TableMapping, attributes_of_postgres,
    attributes_of_sqlite,
};
use pregon_conformance as suites;
use pregon_core::rule::{LeapDay, Moment, Rule};
use pregon_core::{
    AttributeType, Attributes, Audience, CustomerQuery, CustomerSource, PortErrorKind, Row,
    RuleAudience, Segments, Value, Zone,
};
use suites::{audience, customer_source, sample};

use clients::{Clients, NOW};
use database::Database;

async fn there(dialect: Dialect) -> Option<Clients> {
    let database = match dialect {
        Dialect::Sqlite => Database::sqlite().await,
        _ => Database::postgres().await?,
    };
    Some(Clients::in_a(database).await)
}

const DIALECTS: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];

#[tokio::test]
async fn a_table_is_a_source() {
    for dialect in DIALECTS {
        if there(dialect).await.is_none() {
            continue;
        }
        let make = move || {
            async move {
                let clients = there(dialect).await.unwrap();
                customer_source::Subject {
                    source: Arc::new(clients.table()),
                    expected: sample::customers(),
                }
            }
            .boxed()
        };
        customer_source::suite(&make).await;
        let make = move || {
            async move {
                let clients = there(dialect).await.unwrap();
                customer_source::Changing {
                    subject: customer_source::Subject {
                        source: Arc::new(clients.table()),
                        expected: sample::customers(),
                    },
                    meanwhile: Arc::new(clients),
                }
            }
            .boxed()
        };
        customer_source::changing_suite(&make).await;
    }
}

/// Rules that the databases can say, cannot say, and can say in part.
const RULES: [&str; 6] = [
    "visits >= 2",
    "city contains \"a\"",
    "visits >= 1 and not city =~ \"LIMA\" and spend < 100000",
    "last_visit within the last 90 days or vip = true",
    "not last_visit older than 3 months",
    "customer_name starts with \"id\" or customer_id = \"C-001\" or language = \"es\"",
];

#[tokio::test]
async fn a_rule_over_a_table_is_an_audience() {
    for (dialect, text) in DIALECTS
        .into_iter()
        .flat_map(|d| RULES.map(|text| (d, text)))
    {
        if there(dialect).await.is_none() {
            continue;
        }
        let make = move || {
            async move {
                let table = Arc::new(there(dialect).await.unwrap().table());
                let zone: Zone = "America/Bogota".parse().unwrap();
                let rule = Rule::parse(text).unwrap();
                let schema = table.mapping().schema();
                let plain = rule.check(&schema).is_ok();
                let audience: Arc<dyn Audience> = if plain {
                    let segments = Segments::default();
                    Arc::new(SqlAudience::new(table, rule.clone(), segments, zone).unwrap())
                } else {
                    // Names that a journey's rows have, and no table.
                    Arc::new(RuleAudience::new(table, rule.clone(), zone))
                };
                let belongs = |customer: &pregon_core::Customer| {
                    let moment = Moment::new(NOW, customer.zone.unwrap_or(zone));
                    rule.matches(&&Row::of(customer.clone()), &moment)
                };
                let (members, others) = sample::customers().into_iter().partition(belongs);
                audience::Subject {
                    audience,
                    now: NOW,
                    members,
                    others,
                }
            }
            .boxed()
        };
        audience::suite(&make).await;
    }
}

#[tokio::test]
async fn a_count_is_that_of_the_members() {
    for clients in Clients::everywhere().await {
        let table = clients.table();
        for text in &RULES[..5] {
            let rule = Rule::parse(text).unwrap();
            let people = sample::customers().into_iter().map(Row::of);
            let holds = |row: &Row| {
                let zone = row.customer.zone.unwrap_or(Zone::UTC);
                rule.matches(&row, &Moment::new(NOW, zone))
            };
            let expected = people.filter(holds).count() as u64;
            let none = Segments::default();
            let count = table.count(&rule, &none, NOW, Zone::UTC).await.unwrap();
            assert_eq!(count, expected, "{text}");
        }
        // Somebody from a zone that nobody had when the zones were read.
        clients.move_to("C-001", "Pacific/Kiritimati").await;
        let rule = Rule::parse("last_visit older than 92 days").unwrap();
        let none = Segments::default();
        let first = table.count(&rule, &none, NOW, Zone::UTC).await.unwrap();
        let fresh = clients
            .table()
            .count(&rule, &none, NOW, Zone::UTC)
            .await
            .unwrap();
        assert_eq!(first, fresh);
    }
}

/// A source does not know when, in which segments and of which record it is asked.
#[tokio::test]
async fn a_query_never_gives_less() {
    for clients in Clients::everywhere().await {
        let table = clients.table();
        for text in [
            "in segment staff",
            "not in segment staff",
            "pin.status = \"Delivered\"",
            "status is missing",
            "at least 1 purchase",
            "language = \"es\"",
            "last_visit on this day",
        ] {
            let mut query = CustomerQuery::default();
            query.rule = Some(Rule::parse(text).unwrap());
            let page = table.page(&query, None, 100).await.unwrap();
            assert!(page.items.len() >= 20, "{text}: {}", page.items.len());
        }
        let mut query = CustomerQuery::default();
        query.rule = Some(Rule::parse("visits >= 40").unwrap());
        let page = table.page(&query, None, 100).await.unwrap();
        assert_eq!(page.items.len(), 2, "what it can say it says");
    }
}

#[tokio::test]
async fn the_database_says_what_the_columns_are() {
    for clients in Clients::everywhere().await {
        let mapping = clients.discovered("customer_id").await.unwrap();
        let schema = mapping.schema();
        for (name, kind) in [
            ("city", AttributeType::Text),
            ("visits", AttributeType::Integer),
            ("spend", AttributeType::Decimal),
            ("last_visit", AttributeType::Date),
            ("vip", AttributeType::Bool),
        ] {
            assert_eq!(schema.get(name), Some(&kind), "{name}");
        }
        assert_eq!(schema.get("language"), None, "every row has it already");
        let read = clients
            .0
            .open(mapping)
            .page(&CustomerQuery::default(), None, 100)
            .await
            .unwrap();
        let rosa = read
            .items
            .iter()
            .find(|it| it.id.as_str() == "C-001")
            .unwrap();
        let expected = &sample::customers()[0];
        assert_eq!((&rosa.name, &rosa.zone), (&expected.name, &expected.zone));
        assert!(rosa.contacts == expected.contacts);
        assert_eq!(
            rosa.attributes.get("spend"),
            expected.attributes.get("spend")
        );

        let no_column = clients.discovered("nothing").await.unwrap_err();
        assert_eq!(no_column.kind(), PortErrorKind::Invalid);
        let source = std::error::Error::source(&no_column).unwrap().to_string();
        assert_eq!(source, "table clients has no column nothing");
    }
}

#[tokio::test]
async fn rows_of_other_queries_are_attributes() {
    let expect = |attributes: &Attributes| {
        let expected = &sample::customers()[1].attributes;
        for (name, value) in expected.iter() {
            assert_eq!(attributes.get(name), Some(value), "{name}");
        }
        assert_eq!(
            attributes.get("zone"),
            Some(&Value::from("America/Santiago"))
        );
        assert_eq!(attributes.get("nothing"), None);
    };
    const QUERY: &str = "SELECT *, NULL AS \"nothing\" FROM clients WHERE customer_id = 'C-002'";
    for clients in Clients::everywhere().await {
        match &clients.0 {
            Database::Sqlite(pool) => {
                let row = sqlx::query(QUERY).fetch_one(pool).await.unwrap();
                expect(&attributes_of_sqlite(&row).unwrap());
            }
            Database::Postgres(pool) => {
                let row = sqlx::query(QUERY).fetch_one(pool).await.unwrap();
                expect(&attributes_of_postgres(&row).unwrap());
            }
        }
    }
}

#[tokio::test]
async fn ids_that_are_numbers() {
    for clients in Clients::everywhere().await {
        clients
            .0
            .run("CREATE TEMP TABLE few AS SELECT 1 AS id, 5 AS n")
            .await;
        clients
            .0
            .run("INSERT INTO few VALUES (10, 6), (9, 7)")
            .await;
        let mapping = TableMapping::new(clients.0.dialect(), "few", "id").unwrap();
        let mapping = mapping
            .ids(IdStorage::Integer)
            .attribute("n", "n", Storage::Integer);
        let table = clients.0.open(mapping.unwrap());
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let page = table
                .page(&CustomerQuery::default(), after.as_ref(), 1)
                .await
                .unwrap();
            ids.extend(page.items.into_iter().map(|it| it.id.as_str().to_owned()));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(ids, ["1", "9", "10"], "in the order of numbers");
        let some = ["10", "010", "x", "11"].map(|id| id.parse().unwrap());
        let found = table.find(&some).await.unwrap();
        assert_eq!(found.len(), 1);
        let other = pregon_core::Cursor::new("'; DROP TABLE few; --");
        let refused = table
            .page(&CustomerQuery::default(), Some(&other), 1)
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), PortErrorKind::Invalid);
    }
}

/// As the database says it, as it is asked in memory of those who pass, and of one row alone.
#[tokio::test]
async fn a_leap_day_is_where_the_audience_says() {
    use LeapDay::{February28, March1};
    const BORN: &str = "CREATE TEMP TABLE born AS SELECT 'C-1' AS id, '2000-02-29' AS day, \
                        'Ñuble' AS city";
    const RULES: [&str; 3] = [
        "day anniversary within 0 days",
        "day anniversary within 0 days or city =~ \"LIMA\"",
        "not (not day anniversary within 0 days or city =~ \"LIMA\")",
    ];
    const DAYS: [(&str, Option<LeapDay>); 5] = [
        ("2027-02-27", None),
        ("2027-02-28", Some(February28)),
        ("2027-03-01", Some(March1)),
        ("2028-02-28", None),
        ("2028-03-01", None),
    ];
    for database in Database::all().await {
        database.run(BORN).await;
        let mapping = TableMapping::new(database.dialect(), "born", "id")
            .and_then(|it| it.attribute("day", "day", Storage::DateText))
            .and_then(|it| it.attribute("city", "city", Storage::Text));
        let table = Arc::new(database.open(mapping.unwrap()));
        let row = Row::of(
            table
                .find(&["C-1".parse().unwrap()])
                .await
                .unwrap()
                .remove(0),
        );
        for (text, (day, of)) in RULES.iter().flat_map(|text| DAYS.map(|day| (text, day))) {
            let rule = Rule::parse(text).unwrap();
            let now = format!("{day}T12:00:00Z").parse().unwrap();
            let (sql, segments) = (Arc::clone(&table), Segments::default());
            let sql = SqlAudience::new(sql, rule.clone(), segments, Zone::UTC).unwrap();
            let source = Arc::clone(&table) as Arc<dyn CustomerSource>;
            let memory = RuleAudience::new(source, rule, Zone::UTC);
            for leap_day in [February28, March1] {
                let sql: Box<dyn Audience> = Box::new(sql.clone().with_leap_day(leap_day));
                let memory = Box::new(memory.clone().with_leap_day(leap_day));
                for audience in [sql, memory] {
                    let found = audience.page(now, None, 10).await.unwrap().items.len();
                    let holds = audience.holds(&row, now).await.unwrap();
                    let expected = of == Some(leap_day);
                    let answers = (found == 1, holds);
                    assert_eq!(answers, (expected, expected), "{text}, {day}, {leap_day:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_mapping_is_of_its_database() {
    let Database::Sqlite(pool) = Database::sqlite().await else {
        unreachable!()
    };
    let mapping = TableMapping::new(Dialect::Postgres, "clients", "customer_id").unwrap();
    assert!(SqlTable::sqlite(mapping, pool).is_err());
}
