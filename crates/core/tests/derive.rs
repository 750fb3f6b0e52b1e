//! What `pregon-derive` writes, asked as segments ask it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use pregon_core::rule::{Moment, Rule};
use pregon_core::{AttributeType, AttributeValue, Cell, Decimal, HasAttributes, Value, Zone};
use pregon_derive::Attributes;

/// What the macro, which must not use the core, takes for a name.
#[path = "../../derive/src/name.rs"]
mod derived;

/// Every type that a field can have, in no order.
#[derive(Attributes)]
struct Every<'a> {
    wide: i64,
    small: u8,
    signed: i16,
    yes: bool,
    ratio: f64,
    short_ratio: f32,
    exact: Decimal,
    owned: String,
    borrowed: &'a str,
    either: Cow<'a, str>,
    boxed: Option<Box<str>>,
    born: NaiveDate,
    seen: Option<DateTime<Utc>>,
    tags: BTreeSet<String>,
    tier: Tier,
    r#type: Option<Tier>,
    level: Level,
}

#[derive(Attributes, Clone, Copy)]
#[attributes(rename_all = "SCREAMING-KEBAB-CASE")]
enum Tier {
    GoldPlus,
    #[attribute(rename = "plata")]
    Silver,
    #[attribute(missing)]
    None,
}

#[derive(Attributes)]
struct Level(#[attribute(minor_units = 1)] u16);

fn every() -> Every<'static> {
    Every {
        wide: i64::MIN,
        small: 7,
        signed: -3,
        yes: true,
        ratio: 0.5,
        short_ratio: 0.1,
        exact: "1.25".parse().unwrap(),
        owned: "ana".to_owned(),
        borrowed: "bea",
        either: "carla".into(),
        boxed: None,
        born: "1990-05-01".parse().unwrap(),
        seen: Some("2026-11-20T06:00:00Z".parse().unwrap()),
        tags: ["a", "b"].map(String::from).into(),
        tier: Tier::GoldPlus,
        r#type: Some(Tier::None),
        level: Level(35),
    }
}

#[track_caller]
fn check(name: &str, r#type: &str, printed: Option<&str>) {
    let schema = Every::schema().unwrap();
    assert_eq!(
        schema.get(name).map(AttributeType::name),
        Some(r#type),
        "{name}"
    );
    let attributes = every().attributes().unwrap();
    let value = attributes.get(name).map(ToString::to_string);
    assert_eq!(value.as_deref(), printed, "{name}");
}

#[test]
fn every_type_has_its_value() {
    check("wide", "integer", Some("-9223372036854775808"));
    check("small", "integer", Some("7"));
    check("signed", "integer", Some("-3"));
    check("yes", "boolean", Some("true"));
    check("ratio", "decimal", Some("0.5"));
    check("short_ratio", "decimal", Some("0.1"));
    check("exact", "decimal", Some("1.25"));
    check("owned", "text", Some("ana"));
    check("borrowed", "text", Some("bea"));
    check("either", "text", Some("carla"));
    check("boxed", "text", None);
    check("born", "date", Some("1990-05-01"));
    check("seen", "instant", Some("2026-11-20T06:00:00Z"));
    check("tags", "set of texts", Some("a, b"));
    check("tier", "one of a set", Some("GOLD-PLUS"));
    check("type", "one of a set", None);
    check("level", "decimal", Some("3.5"));
}

#[test]
fn there_are_as_many_cells_as_attributes_and_each_is_of_its_type() {
    let (schema, every) = (Every::schema().unwrap(), every());
    let cells: Vec<Cell<'_>> = every.cells().into_iter().collect();
    assert_eq!(cells.len(), schema.iter().count());
    for ((name, r#type), cell) in schema.iter().zip(cells) {
        let admits = cell.to_value().is_none_or(|value| r#type.admits(&value));
        assert!(admits, "{name}: {cell:?} is no {}", r#type.name());
    }
}

#[test]
fn a_closed_set_has_its_texts() {
    let texts = BTreeSet::from(["GOLD-PLUS".to_owned(), "plata".to_owned()]);
    assert_eq!(Tier::attribute_type(), AttributeType::Choice(texts));
    assert_eq!(Tier::Silver.cell(), Cell::Text("plata"));
    assert_eq!(Cell::from(Tier::None), Cell::Missing);
    assert_eq!(Cell::from(Some(Tier::GoldPlus)), Cell::Text("GOLD-PLUS"));
}

#[derive(Attributes)]
#[attributes(rename_all = "camelCase", crate = "pregon_core")]
struct Client {
    #[attribute(minor_units = 2)]
    total_spend: Option<i64>,
    #[attribute(choices("Azuay", "Guayas"))]
    home_province: Option<String>,
    #[attribute(with = points)]
    points: u64,
    #[attribute(rename = "tier", with = Card::tier)]
    card: Card,
    #[attribute(skip)]
    _secret: Vec<u8>,
}

fn points(points: &u64) -> Option<i64> {
    i64::try_from(*points).ok()
}

struct Card(Option<Tier>);

impl Card {
    fn tier(&self) -> Option<Tier> {
        self.0
    }
}

fn client(total_spend: Option<i64>) -> Client {
    Client {
        total_spend,
        home_province: Some("Azuay".to_owned()),
        points: u64::MAX,
        card: Card(Some(Tier::Silver)),
        _secret: Vec::new(),
    }
}

#[test]
fn fields_are_read_as_their_options_say() {
    let schema = Client::schema().unwrap();
    let names: Vec<&str> = schema.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["homeProvince", "points", "tier", "totalSpend"]);
    let provinces = AttributeType::Choice(["Azuay", "Guayas"].map(String::from).into());
    assert_eq!(schema.get("homeProvince"), Some(&provinces));
    assert_eq!(schema.get("points"), Some(&AttributeType::Integer));
    assert_eq!(schema.get("tier"), Some(&Tier::attribute_type()));
    let client = client(Some(150_050));
    let cells: Vec<Cell<'_>> = client.cells().into_iter().collect();
    assert_eq!(
        cells,
        [
            Cell::Text("Azuay"),
            Cell::Missing,
            Cell::Text("plata"),
            Cell::Units(150_050, 2)
        ]
    );
}

#[test]
fn a_rule_is_asked_of_a_struct() {
    let rule = Rule::parse(r#"totalSpend >= 1500.5 and homeProvince in ("Azuay", "Loja")"#);
    let rule = rule.unwrap();
    let moment = Moment::new("2026-11-20T06:00:00Z".parse().unwrap(), Zone::UTC);
    for (cents, expected) in [
        (Some(150_050), Some(true)),
        (Some(150_049), Some(false)),
        (None, None),
    ] {
        let attributes = client(cents).attributes().unwrap();
        let row = |name: &str| attributes.get(name).map(Cow::Borrowed);
        assert_eq!(rule.eval(&row, &moment), expected);
    }
}

#[derive(Attributes)]
struct Over<'a, T, U>
where
    U: Clone,
{
    first: &'a T,
    second: Vec1<U>,
}

#[derive(Attributes, Clone)]
struct Vec1<U>(U);

#[test]
fn structs_over_types() {
    let over = Over {
        first: &1_i64,
        second: Vec1(Some("a")),
    };
    assert_eq!(
        over.cells().into_iter().collect::<Vec<_>>(),
        [Cell::Integer(1), Cell::Text("a")]
    );
    let schema = Over::<bool, String>::schema().unwrap();
    assert_eq!(schema.get("first"), Some(&AttributeType::Bool));
}

macro_rules! made_by_a_macro {
    ($name:ident { $($field:ident: $type:ty),* }) => {
        #[derive(Attributes)]
        struct $name {
            $($field: $type,)*
            #[attribute(minor_units = 2)]
            fee: i32,
            #[attribute(choices("a"))]
            kind: &'static str,
        }
    };
}
made_by_a_macro!(Made { visits: Option<i64> });

#[test]
fn a_struct_made_by_a_macro() {
    let made = Made {
        visits: Some(2),
        fee: 199,
        kind: "a",
    };
    let attributes = made.attributes().unwrap();
    assert_eq!(
        attributes.get("fee"),
        Some(&Value::Decimal("1.99".parse().unwrap()))
    );
    assert_eq!(attributes.get("visits"), Some(&Value::Integer(2)));
}

#[test]
fn a_name_of_an_attribute_is_one_for_rules() {
    let long = |n: usize| "a".repeat(n);
    for name in [
        "visits",
        "_x",
        "año",
        "x9",
        "9x",
        "",
        "a.b",
        "a..b",
        ".a",
        "a.",
        "a b",
        "a-b",
        "á.é9",
        &long(128),
        &long(129),
    ] {
        let core = pregon_core::is_attribute_name(name);
        assert_eq!(derived::is_attribute_name(name), core, "{name:?}");
    }
}
