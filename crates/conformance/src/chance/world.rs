//! A world by chance.

mod later;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::{DateTime, Duration, Utc};
use pregon_core::rule::{Expr, LeapDay, Moment, Rule};
use pregon_core::{
    Activity, AttributeType, Attributes, CustomerId, FamilyName, Schema, SegmentName, SegmentPart,
    Segments, Value, Zone,
};

use super::rules::{Material, Pools, expr};
use super::values::{Around, TEXTS, some, turning_day};
use super::{Dice, Person};

/// Zones far apart, without summer time and with clocks that go back over midnight.
const ZONES: [&str; 8] = [
    "America/Bogota",
    "America/Santiago",
    "America/St_Johns",
    "Pacific/Kiritimati",
    "Pacific/Apia",
    "Asia/Kolkata",
    "Europe/Madrid",
    "America/Havana",
];

/// How many people a world has.
const PEOPLE: usize = 40;

/// A schema, people, segments and a moment, all made of one seed.
#[derive(Debug, Clone)]
pub struct World {
    seed: u64,
    /// How often it became [`later`](Self::later).
    age: u64,
    schema: Schema,
    material: Material,
    zone: Zone,
    zones: Vec<Zone>,
    now: DateTime<Utc>,
    people: Vec<Person>,
    segments: Segments,
}

impl World {
    /// The world of a seed.
    ///
    /// # Panics
    /// Never: all that it makes is within the bounds.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let zones = |text: &&str| text.parse().expect("the zones have names");
        let all: Vec<Zone> = ZONES.iter().map(zones).collect();
        let zones: Vec<Zone> = (0..3).map(|_| *dice.pick(&all)).collect();
        let turn = turning_day(&mut dice)
            .and_hms_opt(0, 0, 0)
            .expect("midnight");
        let now = turn.and_utc() + Duration::seconds(dice.between(-36 * 3600, 36 * 3600));
        let around = Around {
            now,
            zones: zones.clone(),
        };
        let attributes = pools("", 3, &around, &mut dice);
        let kinds = ["purchase", "visit"].map(|kind| {
            let pools = pools("of_", 1, &around, &mut dice);
            (kind.to_owned(), pools)
        });
        let at = some(&AttributeType::Instant, &around, &mut dice);
        let material = Material {
            attributes,
            kinds: kinds.to_vec(),
            at,
        };
        let people = (0..PEOPLE)
            .map(|n| person(n, &material, &zones, &mut dice))
            .collect();
        let segments = segments(&material, &mut dice);
        Self {
            seed,
            age: 0,
            schema: schema(&material),
            material,
            zone: zones[0],
            zones,
            now,
            people,
            segments,
        }
    }

    /// What people can have.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The people.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Segments and families that rules may name.
    #[must_use]
    pub fn segments(&self) -> &Segments {
        &self.segments
    }

    /// The instant at which rules are asked.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The zone of those who have none of their own.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// All zones of the people.
    #[must_use]
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }

    /// The day on which those of 29 February have their anniversary here.
    #[must_use]
    pub fn leap_day(&self) -> LeapDay {
        if self.seed.is_multiple_of(2) {
            LeapDay::February28
        } else {
            LeapDay::March1
        }
    }

    /// So many rules over it, the same each time.
    ///
    /// # Panics
    /// Never: they are within the bounds.
    #[must_use]
    pub fn rules(&self, n: usize) -> Vec<Rule> {
        let names: Vec<SegmentName> = self.segments.iter().map(|it| it.name.clone()).collect();
        let mut dice = Dice::new(self.seed ^ 0x7275_6c65_7321);
        let one = |_| {
            let levels = dice.below(4);
            Rule::new(expr(&self.material, &names, levels, &mut dice)).expect("within the bounds")
        };
        (0..n).map(one).collect()
    }

    /// When and where a person is asked.
    #[must_use]
    pub fn moment(&self, person: &Person) -> Moment {
        Moment::new(self.now, person.zone.unwrap_or(self.zone)).with_leap_day(self.leap_day())
    }

    /// What the reference says of a person.
    #[must_use]
    pub fn truth(&self, rule: &Rule, person: &Person) -> Option<bool> {
        self.segments.eval(rule, &person, &self.moment(person))
    }

    /// The numbers of those for whom the rule is true, as the reference says.
    #[must_use]
    pub fn members(&self, rule: &Rule) -> BTreeSet<usize> {
        let all = self.people.iter().enumerate();
        all.filter(|(_, person)| self.truth(rule, person) == Some(true))
            .map(|(n, _)| n)
            .collect()
    }

    /// What is wrong with these members of a rule; nothing when they are those of the reference.
    ///
    /// It shows seed, rule, and the first person that is there by mistake or is not.
    #[must_use]
    pub fn disagreement(&self, rule: &Rule, found: &BTreeSet<usize>) -> Option<String> {
        let expected = self.members(rule);
        let n = *expected.symmetric_difference(found).next()?;
        let mut text = format!(
            "seed {}, age {}, now {:?}, zone {}\n",
            self.seed, self.age, self.now, self.zone
        );
        let person = &self.people[n];
        let truth = self.truth(rule, person);
        let found = found.contains(&n);
        let _ = writeln!(text, "rule {:#?}", rule.expr());
        let _ = writeln!(text, "is {truth:?} and found: {found}, for {person:?}");
        for segment in rule.segments() {
            let _ = writeln!(text, "{segment}: {:?}", self.segments.get(segment));
        }
        Some(text)
    }

    /// A smaller rule that is wrong in the same way, as long as `wrong` says so.
    #[must_use]
    pub fn shrunk(&self, rule: &Rule, wrong: &dyn Fn(&Rule) -> bool) -> Rule {
        let mut rule = rule.clone();
        'again: loop {
            let parts = match rule.expr() {
                Expr::All(parts) | Expr::Any(parts) | Expr::AtLeast(_, parts) => parts.clone(),
                Expr::Not(inner) => vec![(**inner).clone()],
                _ => return rule,
            };
            for part in parts {
                if let Ok(smaller) = Rule::new(part)
                    && wrong(&smaller)
                {
                    rule = smaller;
                    continue 'again;
                }
            }
            return rule;
        }
    }
}

/// So many attributes of each type, and a few values of each.
fn pools(prefix: &str, most: usize, around: &Around, dice: &mut Dice) -> Pools {
    let mut choice = BTreeSet::new();
    for _ in 0..3 {
        choice.insert((*dice.pick(&TEXTS)).to_owned());
    }
    let types = [
        ("flag", AttributeType::Bool),
        ("whole", AttributeType::Integer),
        ("number", AttributeType::Decimal),
        ("text", AttributeType::Text),
        ("choice", AttributeType::Choice(choice)),
        ("day", AttributeType::Date),
        ("moment", AttributeType::Instant),
        ("tags", AttributeType::Texts),
    ];
    let mut pools = Vec::new();
    for (name, kind) in types {
        for n in 0..1 + dice.below(most) {
            let values = some(&kind, around, dice);
            pools.push((format!("{prefix}{name}{n}"), kind.clone(), values));
        }
    }
    pools
}

fn schema(material: &Material) -> Schema {
    let of = |pools: &Pools| {
        let mut schema = Schema::new();
        for (name, kind, _) in pools {
            schema.insert(name, kind.clone()).expect("a name");
        }
        schema
    };
    let kinds = material.kinds.iter();
    kinds.fold(of(&material.attributes), |schema, (kind, pools)| {
        schema.with_activity(kind, of(pools)).expect("a name")
    })
}

fn attributes(pools: &Pools, dice: &mut Dice) -> Attributes {
    let mut attributes = Attributes::new();
    for (name, _, values) in pools {
        if !dice.one_in(5) {
            attributes.insert(name, dice.pick(values).clone());
        }
    }
    attributes
}

fn person(n: usize, material: &Material, zones: &[Zone], dice: &mut Dice) -> Person {
    let id = format!("P-{n:03}");
    let attributes_of = attributes(&material.attributes, dice);
    let mut activities = Vec::new();
    for m in 0..[0, 0, 1, 2, 3, 6][dice.below(6)] {
        activities.extend(happened(m, &id, material, dice));
    }
    Person {
        zone: (!dice.one_in(4)).then(|| *dice.pick(zones)),
        id,
        attributes: attributes_of,
        activities,
    }
}

/// The n-th thing that happened to a person.
fn happened(n: usize, person: &str, material: &Material, dice: &mut Dice) -> Option<Activity> {
    let (kind, pools) = dice.pick(&material.kinds);
    let Value::Instant(at) = dice.pick(&material.at) else {
        return None;
    };
    Some(Activity {
        id: format!("{person}-{n}"),
        customer: CustomerId::new(person).expect("an id"),
        kind: kind.clone(),
        at: *at,
        attributes: attributes(pools, dice),
    })
}

/// Two plain segments, a family of three, and two that name earlier ones.
fn segments(material: &Material, dice: &mut Dice) -> Segments {
    let name = |text: &str| SegmentName::new(text).expect("a name");
    let mut known: Vec<SegmentName> = Vec::new();
    let mut parts = Vec::new();
    for plain in ["alpha", "beta"] {
        let rule = Rule::new(expr(material, &known, 1, dice)).expect("within the bounds");
        parts.push(SegmentPart::Plain(name(plain), rule));
        known.push(name(plain));
    }
    let members: Vec<(SegmentName, Rule)> = ["first", "second", "third"]
        .map(|member| {
            let rule = Rule::new(expr(material, &known, 1, dice)).expect("within the bounds");
            (name(member), rule)
        })
        .to_vec();
    known.extend(members.iter().map(|(name, _)| name.clone()));
    parts.push(SegmentPart::Family(
        FamilyName::new("family").expect("a name"),
        members,
    ));
    for plain in ["gamma", "delta"] {
        let rule = Rule::new(expr(material, &known, 1, dice)).expect("within the bounds");
        parts.push(SegmentPart::Plain(name(plain), rule));
        known.push(name(plain));
    }
    Segments::new(parts).expect("each names only earlier ones")
}
