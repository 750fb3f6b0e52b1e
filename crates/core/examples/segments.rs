//! Segments alone, without the engine: fifteen lines, and fifteen crates beside this one.
use pregon_core::{AttributeType, Cell, Population, Schema, Segments, Threads, rule::Rule};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let whole = || AttributeType::Integer;
    let schema = Schema::new()
        .with("spend", whole())?
        .with("visits", whole())?;
    let mut people = Population::builder(&schema);
    people.push("C-1", [Cell::Integer(160_000), Cell::Integer(7)])?;
    people.push("C-2", [Cell::Integer(20_000), Cell::Missing])?;
    let people = people.finish();
    let vip = Rule::parse("visits >= 6 and spend >= 150000")?;
    let segments = Segments::new([])?.with("vip", vip)?;
    let members =
        segments.evaluate(&people, "2026-11-21T12:00:00Z".parse()?, Threads::default())?;
    assert_eq!(members.sample("vip", 1, 0), [0]);
    Ok(())
}

#[test]
fn it_runs() -> Result<(), Box<dyn std::error::Error>> {
    main()
}
