//! A world that has become older.

use chrono::Duration;
use pregon_core::{Attributes, Value};

use super::{Around, Dice, Person, World, happened, person, some};
use crate::chance::values::near;

/// How many hours pass, or are taken back.
const HOURS: [i64; 10] = [1, 5, 11, 24, 25, 3 * 24, 31 * 24, 366 * 24, -7, -24];

impl World {
    /// The world some hours, days or months later, now and then some before: a few people have
    /// other values, some of which nobody had, things happened to others, some moved, and one came.
    ///
    /// Its schema, segments and rules are the same, and those who were there keep their place among
    /// the [`people`](World::people).
    ///
    /// # Panics
    /// Never: all that it makes is within the bounds.
    ///
    /// ```
    /// use pregon_conformance::chance::World;
    /// let world = World::new(7);
    /// let later = world.later();
    /// assert_ne!((later.now(), later.people()), (world.now(), world.people()));
    /// assert_eq!(later.rules(9), world.rules(9));
    /// assert_eq!(later.people().len(), world.people().len() + 1);
    /// ```
    #[must_use]
    pub fn later(&self) -> Self {
        let mut later = self.clone();
        later.age += 1;
        let mut dice = Dice::new(self.seed ^ 0x6c61_7465_7221 ^ (later.age << 48));
        later.now += Duration::hours(*dice.pick(&HOURS)) + Duration::seconds(dice.between(-9, 9));
        for person in &mut later.people {
            if dice.one_in(3) {
                self.change(person, &mut dice);
            }
        }
        let came = person(later.people.len(), &self.material, &self.zones, &mut dice);
        later.people.push(came);
        later
    }

    fn change(&self, person: &mut Person, dice: &mut Dice) {
        if dice.one_in(6) {
            person.zone = (!dice.one_in(4)).then(|| *dice.pick(&self.zones));
        }
        if dice.one_in(3) {
            let n = person.activities.len();
            let more = happened(n, &person.id, &self.material, dice);
            person.activities.extend(more);
        }
        for _ in 0..dice.below(4) {
            let (name, value) = self.changed(dice);
            let others = person.attributes.iter().filter(|(own, _)| *own != name);
            let mut attributes = Attributes::new();
            for (own, value) in others {
                attributes.insert(own, value.clone());
            }
            if let Some(value) = value {
                attributes.insert(name, value);
            }
            person.attributes = attributes;
        }
    }

    /// Another value of an attribute: one that others have, one next to it, one that is new, or
    /// none.
    fn changed(&self, dice: &mut Dice) -> (&str, Option<Value>) {
        let (name, kind, values) = dice.pick(&self.material.attributes);
        let around = Around {
            now: self.now,
            zones: self.zones.clone(),
        };
        let value = match dice.below(4) {
            0 => None,
            1 => Some(dice.pick(values).clone()),
            2 => Some(near(dice.pick(values), dice)),
            _ => some(kind, &around, dice).pop(),
        };
        (name, value.filter(|value| kind.admits(value)))
    }
}
