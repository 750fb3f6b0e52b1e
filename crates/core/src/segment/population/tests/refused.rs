//! What is refused, and how large things are.

use crate::rule::Facts;
use crate::{
    AttributeType, Cell, CellError, Population, PopulationBuilder, PopulationError, Schema,
};

fn schema() -> Schema {
    let levels = ["oro".to_owned(), "plata".to_owned()].into();
    let purchase = Schema::new().with("amount", AttributeType::Decimal);
    Schema::new()
        .with("level", AttributeType::Choice(levels))
        .and_then(|schema| schema.with("visits", AttributeType::Integer))
        .and_then(|schema| schema.with_activity("purchase", purchase?))
        .unwrap()
}

fn builder() -> PopulationBuilder {
    let mut builder = Population::builder(&schema());
    let cells = [Cell::Text("oro"), Cell::Integer(1)];
    builder.push("C-1", cells).unwrap();
    builder
}

#[track_caller]
fn check(id: &str, cells: &[Cell<'_>], message: &str, cause: Option<&str>) {
    let mut builder = builder();
    let error = builder.push(id, cells.iter().copied()).unwrap_err();
    assert_eq!(error.to_string(), message);
    let source = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(source.as_deref(), cause);
    let population = builder.finish();
    assert_eq!(
        (population.len(), population.row_of(id).unwrap_or(0)),
        (1, 0)
    );
    assert!(population.columns.iter().all(|column| column.len() == 1));
}

#[test]
fn a_row_twice() {
    let cells = [Cell::Text("oro"), Cell::Integer(1)];
    check(
        "C-1",
        &cells,
        "row 1: \"C-1\" is the id of row 0 already",
        None,
    );
}
#[test]
fn no_id() {
    let cells = [Cell::Text("oro"), Cell::Integer(1)];
    check(
        "",
        &cells,
        "row 1: the id is not one",
        Some("an id cannot be empty"),
    );
    let control = "an id cannot have the character '\\n'";
    check("C\n", &cells, "row 1: the id is not one", Some(control));
}
#[test]
fn too_few() {
    check(
        "ñ",
        &[Cell::Text("oro")],
        "row 1 (\"ñ\"): only 1 of 2 values",
        None,
    );
}
#[test]
fn too_many() {
    check(
        "C-2",
        &[Cell::Missing; 3],
        "row 1 (\"C-2\"): more than 2 values",
        None,
    );
}
#[test]
fn another_type() {
    let message = "row 1 (\"C-2\"): visits is not what it should be";
    let cells = [Cell::Text("oro"), Cell::Text("7")];
    check("C-2", &cells, message, Some("it is integer, not text"));
    let cells = [Cell::Missing, Cell::Units(7, 0)];
    check("C-2", &cells, message, Some("it is integer, not decimal"));
}
#[test]
fn not_of_the_set() {
    let message = "row 1 (\"C-2\"): level is not what it should be";
    let cells = [Cell::Text("bronce"), Cell::Missing];
    check(
        "C-2",
        &cells,
        message,
        Some("the text is not one of its set"),
    );
}

#[test]
fn activities_that_are_refused_leave_nothing() {
    let at = "2026-11-20T15:00:00Z".parse().unwrap();
    let mut builder = builder();
    let mut error = |row, kind, cells: &[Cell<'_>]| {
        let refused = builder.activity(row, kind, at, cells.iter().copied());
        refused.unwrap_err().to_string()
    };
    assert_eq!(error(1, "purchase", &[]), "there is no row 1");
    assert_eq!(
        error(0, "purchases", &[]),
        "there are no activities \"purchases\""
    );
    assert_eq!(
        error(0, "purchase", &[]),
        "row 0 (\"C-1\"): only 0 of 1 values"
    );
    let message = "row 0 (\"C-1\"): purchase(amount) is not what it should be";
    assert_eq!(error(0, "purchase", &[Cell::Bool(true)]), message);
    let mut population = builder.finish();
    assert!(population.facts(0).activities().is_empty());
    population
        .add_activity(0, "purchase", at, [Cell::from(3)])
        .unwrap();
    assert_eq!(population.facts(0).activities().len(), 1);
}

#[test]
fn changes_that_are_refused_change_nothing() {
    let mut population = builder().finish();
    let unknown = CellError::NoAttribute {
        name: "visit".to_owned(),
        nearest: Some("visits".to_owned()),
    };
    assert_eq!(population.set(0, "visit", Cell::Missing), Err(unknown));
    assert_eq!(
        population.set(1, "visits", Cell::Missing),
        Err(CellError::NoRow(1))
    );
    assert_eq!(
        population.set(0, "level", Cell::Text("x")),
        Err(CellError::NotOfSet)
    );
    let twice = population.add("C-1", crate::Zone::UTC, [Cell::Missing; 2]);
    assert!(matches!(
        twice,
        Err(PopulationError::Duplicate {
            row: 1,
            first: 0,
            ..
        })
    ));
    let facts = population.facts(0);
    assert_eq!(facts.value("visits").as_deref(), Some(&1.into()));
    assert_eq!(facts.value("level").as_deref(), Some(&"oro".into()));
}

#[test]
fn columns_are_nearly_all_that_a_population_takes() {
    let number = |schema: Schema, name| schema.with(name, AttributeType::Integer).unwrap();
    let schema = ["age", "day", "visits"].into_iter().fold(schema(), number);
    let mut builder = Population::builder(&schema);
    for n in 0..20_000 {
        let level = if n % 7 == 0 {
            Cell::Missing
        } else {
            Cell::Text("plata")
        };
        let cells = [
            Cell::Integer(n % 90),
            Cell::Integer(n - 9),
            level,
            Cell::Integer(n % 300),
        ];
        builder.push(&format!("C-{n}"), cells).unwrap();
    }
    let population = builder.finish();
    let sizes = population.sizes();
    assert_eq!(sizes.columns, 20_000 * (1 + 4 + 1 + 2));
    assert!(
        sizes.total() - sizes.ids < sizes.columns * 115 / 100,
        "{sizes:?}"
    );
    assert!(sizes.ids < 20_000 * 24, "{sizes:?}");
    assert!(!format!("{population:?}").contains("plata"));
}

#[test]
fn only_what_is_asked_for_is_kept() {
    let mut builder = Population::builder(&schema()).only(["visits", "nothing"]);
    builder
        .push("C-1", [Cell::Text("oro"), Cell::Integer(1)])
        .unwrap();
    assert!(builder.push("C-2", [Cell::Integer(1)]).is_err());
    let mut population = builder.finish();
    assert_eq!(population.schema().iter().count(), 1);
    assert!(population.schema().activity("purchase").is_some());
    assert_eq!(population.facts(0).value("level"), None);
    population
        .add("C-2", crate::Zone::UTC, [Cell::Integer(2)])
        .unwrap();
    assert_eq!(
        population.facts(1).value("visits").as_deref(),
        Some(&2.into())
    );
}
