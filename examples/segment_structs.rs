//! One's own structs as customers: a derive gives their schema and their values, and segments are
//! asked of them as they are.
//!
//! Runs with no network. `cargo run --example segment_structs`
#![expect(clippy::print_stdout, reason = "an example tells what it did")]

use std::borrow::Cow;

use chrono::NaiveDate;
use pregon::rule::{Moment, Rule};
use pregon::{Attributes, HasAttributes, Segments, Zone};

/// A client, as the host's own program has it.
#[derive(Attributes)]
struct Client {
    #[attribute(skip)]
    id: &'static str,
    visits: u32,
    #[attribute(rename = "spend", minor_units = 2)]
    spent_cents: i64,
    last_visit: Option<NaiveDate>,
    gender: Gender,
}

#[derive(Attributes)]
#[attributes(rename_all = "snake_case")]
enum Gender {
    Female,
    Male,
    #[attribute(missing)]
    NotSaid,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let clients = [
        client("C-1", 7, 18_000_000, "2026-11-02", Gender::Female)?,
        client("C-2", 1, 4_990_050, "2026-07-15", Gender::NotSaid)?,
        client("C-3", 0, 0, "", Gender::Male)?,
    ];
    let segments = Segments::new([])?
        .with_family(
            "value",
            [
                ("best", Rule::parse("visits >= 6 and spend >= 150000")?),
                ("zero_spend", Rule::parse("spend = 0")?),
                ("others", Rule::parse("spend is set")?),
            ],
        )?
        .with("inactive", Rule::parse("last_visit older than 90 days")?)?
        .with("women", Rule::parse(r#"gender = "female""#)?)?;
    // A misspelt name or text is found before anybody is asked.
    assert_eq!(segments.check(&Client::schema()?), Ok(()));

    let moment = Moment::new("2026-11-20T15:00:00Z".parse()?, Zone::UTC);
    let mut found = Vec::new();
    for client in &clients {
        let attributes = client.attributes()?;
        let row = |name: &str| attributes.get(name).map(Cow::Borrowed);
        let names = segments.of(&row, &moment);
        let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        println!("{}: {}", client.id, names.join(", "));
        found.push(names.join(" "));
    }
    assert_eq!(found, ["best women", "others inactive", "zero_spend"]);
    Ok(())
}

/// A client; one without a visit has no day of the last one.
fn client(
    id: &'static str,
    visits: u32,
    spent_cents: i64,
    last_visit: &str,
    gender: Gender,
) -> Result<Client, chrono::ParseError> {
    let last_visit = (!last_visit.is_empty()).then(|| last_visit.parse());
    Ok(Client {
        id,
        visits,
        spent_cents,
        last_visit: last_visit.transpose()?,
        gender,
    })
}

#[test]
fn it_runs() {
    main().expect("the example asserts what it shows");
}
