//! Whatever happened to a population, it is what one built anew of the last rows is.

use super::chance::{Chance, Plain, given, happened, plain, same, same_facts, schema, zone};
use crate::rule::Facts;
use crate::{AttributeType, Cell, Population, Schema, Value};

#[test]
fn a_history_ends_as_its_last_rows() {
    let (mut recoded, mut kept) = (0, 0);
    for seed in 0..400 {
        let mut chance = Chance::new(seed);
        let schema = schema(&mut chance);
        let mut rows: Vec<Plain> = Vec::new();
        let mut builder = Population::builder(&schema);
        for row in 0..chance.below(20) {
            let plain = plain(&mut chance, &schema, row, false);
            let cells = plain.values.values().map(|given| given.cell());
            builder.push_in(&plain.id, plain.zone, cells).unwrap();
            rows.push(plain);
        }
        let mut population = builder.finish();
        for _ in 0..150 {
            let wild = chance.once_in(8);
            match chance.below(8) {
                0 => {
                    let plain = plain(&mut chance, &schema, rows.len(), wild);
                    let cells = plain.values.values().map(|given| given.cell());
                    let row = population.add(&plain.id, plain.zone, cells);
                    assert_eq!(row, Ok(rows.len()));
                    rows.push(plain);
                }
                _ if rows.is_empty() => {}
                1 => {
                    let (row, zone) = (chance.below(rows.len()), zone(&mut chance));
                    population.set_zone(row, zone).unwrap();
                    rows[row].zone = zone;
                }
                2 => add_activity(&mut chance, &schema, &mut population, &mut rows, wild),
                _ => {
                    let row = chance.below(rows.len());
                    match change(
                        &mut chance,
                        &schema,
                        &mut population,
                        &mut rows[row],
                        row,
                        wild,
                    ) {
                        Some(true) => recoded += 1,
                        Some(false) => kept += 1,
                        None => {}
                    }
                }
            }
        }
        let anew = anew(&schema, &rows);
        for (row, plain) in rows.iter().enumerate() {
            same_facts(population.facts(row), plain);
            same_facts(anew.facts(row), plain);
        }
    }
    assert!(recoded > 1_000 && kept > 10_000, "{recoded} {kept}");
}

fn add_activity(
    chance: &mut Chance,
    schema: &Schema,
    population: &mut Population,
    rows: &mut [Plain],
    wild: bool,
) {
    let row = chance.below(rows.len());
    let Some(one) = happened(chance, schema, wild) else {
        return;
    };
    let cells = one.values.iter().map(|(_, given)| given.cell());
    population
        .add_activity(row, one.kind, one.at, cells)
        .unwrap();
    rows[row].happened.push(one);
}

/// Changes a value, and looks that what is said of codes is true; gives whether codes were recoded.
fn change(
    chance: &mut Chance,
    schema: &Schema,
    population: &mut Population,
    plain: &mut Plain,
    row: usize,
    wild: bool,
) -> Option<bool> {
    let names: Vec<&str> = schema.iter().map(|(name, _)| name).collect();
    let name = (!names.is_empty()).then(|| chance.one(&names))?;
    let place = population.column_of(name).unwrap();
    let given = given(chance, schema.get(name).unwrap(), wild);
    let codes = |population: &Population| -> Vec<Option<i64>> {
        let column = population.column(place);
        (0..column.len()).map(|row| column.code(row)).collect()
    };
    let before = codes(population);
    let done = population.change(row, place, given.cell()).unwrap();
    let after = codes(population);
    assert_eq!(after[row], done.after);
    if !done.recoded {
        assert_eq!(before[row], done.before);
        let others = |codes: Vec<Option<i64>>| [codes[..row].to_vec(), codes[row + 1..].to_vec()];
        assert_eq!(others(before), others(after));
    }
    let column = population.column(place);
    let decoded = |code: Option<i64>| code.and_then(|code| column.decode(code));
    let was = plain.values.insert(name.to_owned(), given.clone()).unwrap();
    for (code, given) in [(done.before, &was), (done.after, &given)] {
        let expected = given.cell().to_value();
        assert!(
            same(decoded(code).as_deref(), expected.as_ref()),
            "{given:?}"
        );
    }
    Some(done.recoded)
}

fn anew(schema: &Schema, rows: &[Plain]) -> Population {
    let mut builder = Population::builder(schema).capacity(rows.len());
    for row in rows {
        let cells = row.values.values().map(|given| given.cell());
        builder.push_in(&row.id, row.zone, cells).unwrap();
    }
    for (row, plain) in rows.iter().enumerate() {
        for one in &plain.happened {
            let cells = one.values.iter().map(|(_, given)| given.cell());
            builder.activity(row, one.kind, one.at, cells).unwrap();
        }
    }
    builder.finish()
}

#[test]
fn texts_that_nobody_has_any_more_are_forgotten() {
    let schema = Schema::new().with("note", AttributeType::Text).unwrap();
    let mut builder = Population::builder(&schema);
    for row in 0..10 {
        builder
            .push(&row.to_string(), [Cell::Text("first")])
            .unwrap();
    }
    let mut population = builder.finish();
    let mut recoded = 0;
    for n in 0..10_000 {
        let text = n.to_string();
        let change = population.change(n % 9, 0, Cell::Text(&text)).unwrap();
        recoded += usize::from(change.recoded);
    }
    assert_eq!(recoded, 10_000, "each text is new to the dictionary");
    assert!(population.sizes().dictionaries < 10_000);
    let last = |row: usize| population.facts(row).value("note").map(|v| v.into_owned());
    assert_eq!(last(9), Some(Value::from("first")));
    assert_eq!(last(9_999 % 9), Some(Value::from("9999")));
}
