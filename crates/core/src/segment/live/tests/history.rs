//! Customers change and days pass, by chance.

use std::collections::BTreeSet;

use chrono::Duration;

use super::super::pace::Pace;
use super::super::{ChangeError, Changes, Live, Way};
use super::chance::{Chance, schema};
use crate::rule::{Facts as _, Moment};
use crate::{AttributeType, Cell, Population, Schema, SegmentName, Value};

type Names = BTreeSet<SegmentName>;

/// Live, and beside it what each row belongs to as the segments say of it alone.
struct Trial {
    seed: u64,
    chance: Chance,
    schema: Schema,
    live: Live,
    known: Vec<Names>,
}

fn alone(live: &Live, row: usize) -> Names {
    let population = live.population();
    let moment = Moment::new(live.now(), population.zone(row));
    let names = live.segments().of(&population.facts(row), &moment);
    names.into_iter().cloned().collect()
}

fn values(chance: &mut Chance, schema: &Schema) -> Vec<Option<Value>> {
    let types: Vec<AttributeType> = schema.iter().map(|(_, r#type)| r#type.clone()).collect();
    let mut value = |r#type| (!chance.once_in(5)).then(|| chance.value(r#type));
    types.iter().map(&mut value).collect()
}

fn cells(values: &[Option<Value>]) -> impl Iterator<Item = Cell<'_>> {
    values.iter().map(|value| Cell::from(value.as_ref()))
}

impl Trial {
    fn new(seed: u64, rows: usize, segments: usize) -> Self {
        let mut chance = Chance::new(seed);
        let schema = schema();
        let mut builder = Population::builder(&schema);
        for n in 0..rows {
            let own = values(&mut chance, &schema);
            let zone = chance.zone();
            let row = builder
                .push_in(&format!("C-{n}"), zone, cells(&own))
                .unwrap();
            for _ in 0..chance.below(4) {
                let kind = chance.pick(&["purchase", "visit"]);
                let own = values(&mut chance, schema.activity(kind).unwrap());
                let at = chance.near();
                builder.activity(row, kind, at, cells(&own)).unwrap();
            }
        }
        let set = chance.segments(&schema, segments);
        let now = chance.near();
        let live = Live::new(&set, builder.finish(), now).unwrap();
        let known = (0..rows).map(|row| alone(&live, row)).collect();
        let trial = Self {
            seed,
            chance,
            schema,
            live,
            known,
        };
        trial.check_all("at first");
        trial
    }

    fn check_all(&self, when: &str) {
        let mut found = vec![Names::new(); self.known.len()];
        for (name, members) in self.live.iter() {
            assert_eq!(members.len(), found.len());
            members
                .iter()
                .for_each(|row| assert!(found[row].insert(name.clone())));
        }
        for (row, (found, known)) in found.iter().zip(&self.known).enumerate() {
            assert_eq!(
                found,
                known,
                "seed {}, row {row} of {}, {when}, {}: {:?}",
                self.seed,
                self.live.population().zone(row),
                self.why(found, known),
                self.values(row)
            );
        }
    }

    /// The values of a row.
    fn values(&self, row: usize) -> Vec<(&str, Option<Value>)> {
        let facts = self.live.population().facts(row);
        let value = |name| facts.value(name).map(std::borrow::Cow::into_owned);
        let names = self.schema.iter().map(|(name, _)| name);
        names.map(|name| (name, value(name))).collect()
    }

    /// The rules of what was found wrong.
    fn why(&self, found: &Names, known: &Names) -> String {
        let wrong = found.symmetric_difference(known);
        let said = wrong.map(|name| format!("{name}: {:?}", self.live.segments().get(name)));
        format!("at {}: {:?}", self.live.now(), said.collect::<Vec<_>>())
    }

    /// What changed of a row is what was said, and nothing of another.
    #[track_caller]
    fn check(&mut self, changes: &Changes) {
        let row = changes.row();
        let now = alone(&self.live, row);
        let own: Names = self.live.of(row).cloned().collect();
        assert_eq!(own, now, "row {row} {}", self.why(&own, &now));
        let entered: Vec<_> = now.difference(&self.known[row]).collect();
        let left: Vec<_> = self.known[row].difference(&now).collect();
        let sorted = |mut names: Vec<&SegmentName>| {
            names.sort();
            format!("{names:?}")
        };
        assert_eq!(sorted(changes.entered().collect()), sorted(entered));
        assert_eq!(sorted(changes.left().collect()), sorted(left));
        assert_eq!(changes.is_empty(), now == self.known[row]);
        self.known[row] = now;
    }

    fn change(&mut self) {
        let row = self.chance.below(self.known.len());
        let all: Vec<_> = self.schema.iter().collect();
        let number = self.chance.pick(&[1, 1, 1, 2, 4]);
        let given: Vec<(&str, Option<Value>)> = (0..number)
            .map(|_| {
                let (name, r#type) = all[self.chance.below(all.len())];
                let value = (!self.chance.once_in(6)).then(|| self.chance.value(r#type));
                (name, value)
            })
            .collect();
        let mut cells: Vec<_> = given
            .iter()
            .map(|(name, value)| (*name, Cell::from(value.as_ref())))
            .collect();
        if self.chance.once_in(8) {
            let wrong = self
                .chance
                .pick(&[("nobody", Cell::from(1)), ("vip", Cell::from(1))]);
            cells.push(wrong);
            let error = self.live.change(row, &cells).unwrap_err();
            assert!(matches!(error, ChangeError::Cell { .. }));
            assert_eq!(
                alone(&self.live, row),
                self.known[row],
                "a refused change is none"
            );
            return;
        }
        let changes = self.live.change(row, &cells).unwrap();
        self.check(&changes);
    }

    fn happen(&mut self) {
        let row = self.chance.below(self.known.len());
        let kind = self.chance.pick(&["purchase", "visit"]);
        let own = values(&mut self.chance, self.schema.activity(kind).unwrap());
        let at = match self.chance.below(9) {
            0 => self.chance.value(&AttributeType::Instant),
            _ => Value::Instant(self.chance.near()),
        };
        let Value::Instant(at) = at else {
            unreachable!("an instant was asked for");
        };
        let id = format!("C-{row}");
        let changes = self.live.happened_id(&id, kind, at, cells(&own)).unwrap();
        self.check(&changes);
    }

    fn arrive(&mut self) {
        let own = values(&mut self.chance, &self.schema);
        let id = format!("C-{}", self.known.len());
        let zone = match self.chance.below(3) {
            0 => self
                .chance
                .pick(&["Asia/Tokyo", "America/Lima"])
                .parse()
                .unwrap(),
            _ => self.chance.zone(),
        };
        self.known.push(Names::new());
        let changes = self.live.add(&id, zone, cells(&own)).unwrap();
        self.check(&changes);
    }

    fn relocate(&mut self) {
        let row = self.chance.below(self.known.len());
        let zone = match self.chance.below(3) {
            0 => self
                .chance
                .pick(&["Asia/Kolkata", "America/Lima"])
                .parse()
                .unwrap(),
            _ => self.chance.zone(),
        };
        let changes = self.live.change_zone(row, zone).unwrap();
        self.check(&changes);
    }

    fn pass(&mut self) {
        let now = self.live.now();
        let hours = |n| now + Duration::hours(n);
        let to = match self.chance.below(12) {
            0 => hours(24 * self.chance.below(800) as i64),
            1 => hours(-(self.chance.below(24 * 40) as i64)),
            2 => self.chance.near(),
            3..=6 => self.live.next_turn(),
            7 => self.live.next_turn() - Duration::microseconds(1),
            _ => hours(self.chance.below(50) as i64),
        };
        let pace = self
            .chance
            .pick(&[Pace::Each, Pace::Each, Pace::Whole, Pace::Cheapest]);
        let turn = self.live.advance_at(to, pace);
        assert_eq!(self.live.now(), to);
        let before = self.known.clone();
        self.known = (0..before.len())
            .map(|row| alone(&self.live, row))
            .collect();
        self.check_all(&format!("from {now} to {to}, {pace:?}"));
        let mut moves = 0;
        for (row, name, way) in turn.iter() {
            let (was, is) = (before[row].contains(name), self.known[row].contains(name));
            assert_eq!(
                (was, is),
                (way == Way::Left, way == Way::Entered),
                "{row} {name}"
            );
            moves += 1;
        }
        let both = before.iter().zip(&self.known);
        let changed: usize = both.map(|(a, b)| a.symmetric_difference(b).count()).sum();
        assert_eq!(
            (moves, turn.len()),
            (changed, changed),
            "each move is said once"
        );
    }

    fn run(mut self, steps: usize) {
        for _ in 0..steps {
            match self.chance.below(20) {
                0..=8 => self.change(),
                9..=11 => self.happen(),
                12 => self.arrive(),
                13 => self.relocate(),
                _ => self.pass(),
            }
            self.check_all("and nothing of another row");
        }
    }
}

/// A hundred histories, or as many as `PREGON_TEST_HISTORIES` says.
#[test]
fn after_any_history_members_are_those_of_each_row_alone() {
    let asked = std::env::var("PREGON_TEST_HISTORIES").ok();
    let histories = asked.map_or(100, |number| number.parse().expect("a number"));
    for seed in 0..histories {
        Trial::new(seed, 12 + seed as usize % 40, 24).run(60);
    }
}
