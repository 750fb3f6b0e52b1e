//! What was given comes out again, and rules see no difference.

use super::asked::{moment, rule};
use super::chance::{Chance, happened, plain, same_facts, schema};
use crate::{Cell, Population};

#[test]
fn a_member_is_what_was_given() {
    let mut answers = [0; 3];
    for seed in 0..600 {
        let mut chance = Chance::new(seed);
        let schema = schema(&mut chance);
        let (count, wild) = (1 + chance.below(40), 1 + chance.below(4));
        let mut rows: Vec<_> = (0..count)
            .map(|row| {
                let wild = chance.once_in(wild);
                plain(&mut chance, &schema, row, wild)
            })
            .collect();
        let mut builder = Population::builder(&schema);
        for row in &rows {
            let cells = row.values.values().map(|given| given.cell());
            // A row that is refused leaves nothing behind.
            assert!(
                builder
                    .push(&row.id, cells.clone().chain([Cell::Missing]))
                    .is_err()
            );
            builder.push_in(&row.id, row.zone, cells.clone()).unwrap();
            assert!(builder.push(&row.id, cells).is_err());
        }
        for _ in 0..chance.below(60) {
            let (row, wild) = (chance.below(count), chance.once_in(wild));
            if let Some(one) = happened(&mut chance, &schema, wild) {
                let cells = one.values.iter().map(|(_, given)| given.cell());
                builder.activity(row, one.kind, one.at, cells).unwrap();
                rows[row].happened.push(one);
            }
        }
        let population = builder.finish();
        assert_eq!(population.len(), count);
        for (row, plain) in rows.iter().enumerate() {
            assert_eq!(population.row_of(&plain.id), Some(row), "seed {seed}");
            same_facts(population.facts(row), plain);
        }
        for _ in 0..20 {
            let (rule, moment) = (rule(&mut chance, &schema), moment(&mut chance));
            for (row, plain) in rows.iter().enumerate() {
                let expected = rule.eval(&plain, &moment);
                let found = rule.eval(&population.facts(row), &moment);
                assert_eq!(found, expected, "seed {seed}, {row}: {rule}");
                answers[expected.map_or(2, usize::from)] += 1;
            }
        }
    }
    // A law that its material never tests proves nothing.
    assert!(answers.iter().all(|count| *count > 10_000), "{answers:?}");
}
