//! Asks rules of columns and of what is kept live, many at once, and compares.

use std::collections::BTreeSet;

use chrono::Duration;
use pregon_conformance::chance::{Person, World};
use pregon_core::rule::{LeapDay, Rule};
use pregon_core::{
    Activity, Attributes, Bitmap, Cell, Live, Population, PopulationBuilder, Schema, SegmentName,
    SegmentPart, Segments, Threads, Value, Zone,
};

use super::far::Far;

/// How often each person is there: so that it is asked at several places of a vector, and there are
/// more people than fit into one.
const TIMES: usize = 3;

/// How often a world becomes older.
const AGES: usize = 2;

/// A mistake that is made on purpose.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slip {
    None,
    /// Those of 29 February have their anniversary on another day.
    LeapDay,
    /// Everybody lives where nobody knows the zone.
    Zone,
    /// It is a day later.
    Day,
    /// What changed last is not told.
    Untold,
    /// Time stands still.
    Still,
}

/// Mistakes that must be found.
pub(crate) const SLIPS: [Slip; 5] = [
    Slip::LeapDay,
    Slip::Zone,
    Slip::Day,
    Slip::Untold,
    Slip::Still,
];

/// Asks so many rules over each of these worlds, of columns and live; says what was wrong first,
/// and how many rules were asked.
///
/// Columns take no rule that does not go with the schema: others come in the place of those.
pub(crate) fn check(first: u64, worlds: u64, rules: usize, slip: Slip) -> Result<usize, String> {
    let mut asked = 0;
    for seed in first..first + worlds {
        let ages = Ages::new(World::new(seed), seed.is_multiple_of(500), slip);
        let all = ages.world().rules(rules * 3);
        let good = all.iter().filter(|rule| ages.takes(rule));
        let good: Vec<&Rule> = good.take(rules).collect();
        asked += good.len();
        let Some((rule, wrong)) = ages.wrong(&good) else {
            continue;
        };
        let alone = |rule: &Rule| ages.takes(rule) && ages.wrong(&[rule]).is_some();
        if !alone(rule) {
            return Err(ages.fewest(good).map_or(wrong, |(few, wrong)| {
                let few: Vec<String> = few.iter().map(|rule| format!("{rule}")).collect();
                format!("only together with {few:#?}, {wrong}")
            }));
        }
        let smallest = ages.world().shrunk(rule, &alone);
        let wrong = ages.wrong(&[&smallest]);
        return Err(wrong.map_or_else(String::new, |(_, wrong)| wrong));
    }
    Ok(asked)
}

/// A world as it becomes older, and its segments as far as they go with its schema.
struct Ages {
    worlds: Vec<World>,
    segments: Segments,
    far: Far,
    slip: Slip,
}

impl Ages {
    fn new(world: World, even_far: bool, slip: Slip) -> Self {
        let older = |world: &World| Some(world.later());
        let worlds = std::iter::successors(Some(world), older).take(AGES + 1);
        let worlds: Vec<World> = worlds.collect();
        let far = if even_far {
            Far::default()
        } else {
            Far::of(&worlds)
        };
        let mut ages = Self {
            worlds,
            segments: Segments::default(),
            far,
            slip,
        };
        for part in ages.world().segments().parts().to_vec() {
            let before = ages.segments.clone();
            let parts = before.parts().iter().chain([&part]).cloned();
            // A part that names one that was left out is left out.
            ages.segments = Segments::new(parts).unwrap_or(before.clone());
            if !part.members().all(|(_, rule)| ages.takes(rule)) {
                ages.segments = before;
            }
        }
        ages
    }

    /// Whether columns are asked this rule.
    fn takes(&self, rule: &Rule) -> bool {
        let checked = rule.check_in(self.world().schema(), &self.segments);
        checked.is_ok() && !self.far.is_asked_by(rule.expr())
    }

    fn world(&self) -> &World {
        &self.worlds[0]
    }

    /// The first rule of these that is wrong, and how.
    fn wrong<'r>(&self, rules: &[&'r Rule]) -> Option<(&'r Rule, String)> {
        let set = Set::new(self.world().people().len(), &self.segments, rules);
        let (world, leap_day) = (self.world(), self.leap_day());
        let now = match self.slip {
            Slip::Day => world.now() + Duration::days(1),
            _ => world.now(),
        };
        let population = self.population();
        let compiled = set.segments.compile(world.schema());
        let compiled = compiled.unwrap().with_leap_day(leap_day);
        let members = compiled.evaluate(&population, now, Threads::new(1));
        let found = |name: &SegmentName| members.rows(name.as_str());
        if let Some((rule, wrong)) = set.compared(world, &found) {
            return Some((rule, format!("columns: {wrong}")));
        }
        let live = Live::with_leap_day(&set.segments, population, now, leap_day);
        let mut live = live.unwrap();
        for (before, after) in self.worlds.iter().zip(&self.worlds[1..]) {
            self.follow(&mut live, before, after);
            let found = |name: &SegmentName| live.members(name);
            if let Some((rule, wrong)) = set.compared(after, &found) {
                return Some((rule, format!("live: {wrong}")));
            }
        }
        None
    }

    /// As few of these rules as are wrong together.
    fn fewest<'r>(&self, mut rules: Vec<&'r Rule>) -> Option<(Vec<&'r Rule>, String)> {
        let mut wrong = self.wrong(&rules)?.1;
        let mut many = rules.len().div_ceil(2);
        while many > 0 {
            let mut at = 0;
            while at < rules.len() {
                let mut fewer = rules.clone();
                fewer.drain(at..rules.len().min(at + many));
                match self.wrong(&fewer) {
                    Some((_, still)) => (rules, wrong) = (fewer, still),
                    None => at += many,
                }
            }
            many /= 2;
        }
        Some((rules, wrong))
    }

    fn leap_day(&self) -> LeapDay {
        match (self.slip, self.world().leap_day()) {
            (Slip::LeapDay, LeapDay::February28) => LeapDay::March1,
            (Slip::LeapDay, LeapDay::March1) => LeapDay::February28,
            (_, right) => right,
        }
    }

    fn zone(&self, person: &Person) -> Zone {
        let own = person.zone.filter(|_| !matches!(self.slip, Slip::Zone));
        own.unwrap_or(self.world().zone())
    }

    fn population(&self) -> Population {
        let schema = self.world().schema();
        let mut builder = Population::builder(schema);
        for time in 0..TIMES {
            for person in self.world().people() {
                self.push(&mut builder, person, time);
            }
        }
        builder.finish()
    }

    fn push(&self, builder: &mut PopulationBuilder, person: &Person, time: usize) {
        let schema = self.world().schema();
        let cells = cells(schema, &person.attributes);
        let row = builder.push_in(&id(person, time), self.zone(person), cells);
        let row = row.unwrap();
        for it in &person.activities {
            let cells = of_activity(schema, it);
            builder.activity(row, &it.kind, it.at, cells).unwrap();
        }
    }

    /// Tells what is other in a later world; once the time comes first, and then last.
    fn follow(&self, live: &mut Live, before: &World, after: &World) {
        let known = before.people();
        let time_first = known.len().is_multiple_of(2);
        let pass = |live: &mut Live| match self.slip {
            Slip::Still => {}
            _ => drop(live.advance(after.now())),
        };
        if time_first {
            pass(live);
        }
        let silent = usize::from(matches!(self.slip, Slip::Untold)) * 2;
        for (was, is) in known.iter().zip(after.people()).skip(silent) {
            (0..TIMES).for_each(|time| self.tell(live, was, is, time));
        }
        for is in &after.people()[known.len()..] {
            let was = Person {
                attributes: Attributes::new(),
                activities: Vec::new(),
                ..is.clone()
            };
            for time in 0..TIMES {
                let none = cells(self.world().schema(), &was.attributes);
                drop(live.add(&id(is, time), self.zone(is), none).unwrap());
                self.tell(live, &was, is, time);
            }
        }
        if !time_first {
            pass(live);
        }
    }

    fn tell(&self, live: &mut Live, was: &Person, is: &Person, time: usize) {
        let schema = self.world().schema();
        let id = id(is, time);
        let row = live.population().row_of(&id).unwrap();
        let value = |of: &Person, name: &str| of.attributes.get(name).cloned();
        let other = |name: &&str| value(was, name) != value(is, name);
        let names: Vec<&str> = schema.iter().map(|(name, _)| name).filter(other).collect();
        let values: Vec<Option<Value>> = names.iter().map(|name| value(is, name)).collect();
        let cells = values.iter().map(|value| Cell::from(value.as_ref()));
        let changed: Vec<(&str, Cell<'_>)> = names.into_iter().zip(cells).collect();
        drop(live.change(row, &changed).unwrap());
        if self.zone(was) != self.zone(is) {
            drop(live.change_zone(row, self.zone(is)).unwrap());
        }
        for it in &is.activities[was.activities.len()..] {
            let cells = of_activity(schema, it);
            drop(live.happened(row, &it.kind, it.at, cells).unwrap());
        }
    }
}

/// Rules as segments.
struct Set<'r> {
    /// How many people are there from the beginning.
    first: usize,
    segments: Segments,
    rules: Vec<(SegmentName, &'r Rule)>,
}

impl<'r> Set<'r> {
    fn new(first: usize, known: &Segments, rules: &[&'r Rule]) -> Self {
        let name = |n| SegmentName::new(format!("rule_{n}")).unwrap();
        let rules = rules.iter().enumerate();
        let rules: Vec<_> = rules.map(|(n, rule)| (name(n), *rule)).collect();
        let plain = |(name, rule): &(SegmentName, &Rule)| {
            let (name, rule) = (name.clone(), Rule::clone(rule));
            SegmentPart::Plain(name, rule)
        };
        let parts = known.parts().iter().cloned();
        let segments = Segments::new(parts.chain(rules.iter().map(plain)));
        Self {
            first,
            segments: segments.unwrap(),
            rules,
        }
    }

    /// The first rule whose members are others than those of the reference.
    fn compared<'m>(
        &self,
        world: &World,
        found: &dyn Fn(&SegmentName) -> Option<&'m Bitmap>,
    ) -> Option<(&'r Rule, String)> {
        self.rules.iter().find_map(|(name, rule)| {
            let mut times = vec![BTreeSet::new(); TIMES];
            for row in found(name).unwrap().iter() {
                let (time, n) = place(row, self.first);
                times[time].insert(n);
            }
            let wrong = times
                .iter()
                .find_map(|found| world.disagreement(rule, found));
            Some((*rule, wrong?))
        })
    }
}

fn id(person: &Person, time: usize) -> String {
    format!("{}/{time}", person.id)
}

/// Which time and which person a row is, when so many people were there from the beginning.
fn place(row: usize, first: usize) -> (usize, usize) {
    match row.checked_sub(TIMES * first) {
        None => (row / first, row % first),
        Some(came) => (came % TIMES, first + came / TIMES),
    }
}

fn cells<'a>(schema: &'a Schema, of: &'a Attributes) -> impl Iterator<Item = Cell<'a>> {
    schema.iter().map(|(name, _)| Cell::from(of.get(name)))
}

fn of_activity<'a>(schema: &'a Schema, it: &'a Activity) -> impl Iterator<Item = Cell<'a>> {
    let own = schema.activity(&it.kind).expect("it is of a known kind");
    cells(own, &it.attributes)
}
