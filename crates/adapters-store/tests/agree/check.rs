//! Asks rules of a database, and compares.

use std::collections::BTreeSet;
use std::error::Error as _;
use std::sync::Arc;

use pregon_adapters_store::{Pushed, SqlAudience, When, where_clause};
use pregon_conformance::chance::{Person, World};
use pregon_core::rule::{Condition, Expr, LeapDay, Rule, Test};
use pregon_core::{Activity, Audience as _, CustomerQuery, CustomerSource as _};

use super::table::{Stored, stored};
use crate::database::Database;

/// A mistake that is made on purpose.
#[derive(Debug, Clone)]
pub(crate) enum Spoil {
    Nothing,
    /// One text of the statement becomes another one.
    Text(&'static str, &'static str),
    /// What is missing is false, so that it is true under a *not*.
    MissingIsFalse,
    /// What is left to memory is forgotten.
    NothingLeft,
}

/// Mistakes that must be found.
pub(crate) fn spoilt() -> Vec<Spoil> {
    vec![
        Spoil::Text(" >= ", " > "),
        Spoil::Text(" <= ", " < "),
        Spoil::Text(" < ", " <= "),
        Spoil::Text("NOT (", "("),
        Spoil::Text("count(*)", "count(*) + 1"),
        Spoil::Text(" OR ", " AND "),
        Spoil::MissingIsFalse,
        Spoil::NothingLeft,
    ]
}

/// What became of the rules.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    rules: usize,
    exact: usize,
    whole: usize,
    telling: usize,
    passed: usize,
    members: usize,
}

impl Shares {
    /// Most rules must be said by the database itself, and tell people apart.
    #[track_caller]
    pub(crate) fn are_telling(&self) {
        assert!(self.exact * 2 > self.rules, "{self:?}");
        assert!(self.telling * 2 > self.rules, "{self:?}");
        assert!(self.whole * 10 < self.rules, "{self:?}");
        assert!(self.passed < self.members * 2, "{self:?}");
    }
}

/// Asks so many rules of each of these worlds; says what was wrong first.
pub(crate) async fn check(
    database: &Database,
    first: u64,
    worlds: u64,
    rules: usize,
    spoil: &Spoil,
) -> Result<Shares, String> {
    let mut shares = Shares::default();
    for seed in first..first + worlds {
        let world = World::new(seed);
        let stored = stored(&world, seed, database.dialect());
        for table in &stored.tables {
            database.create(table).await;
        }
        let mut wrong = as_read(database, &world, &stored).await.err();
        let rules = match wrong {
            Some(_) => Vec::new(),
            None => world.rules(rules),
        };
        for (n, rule) in rules.iter().enumerate() {
            let asked = Asked {
                database,
                world: &world,
                stored: &stored,
                spoil,
                anytime: n % 10 == 9,
            };
            if let Err(first) = asked.rule(rule, Some(&mut shares)).await {
                let smallest = asked.smallest(rule, first).await;
                wrong = Some(format!("{:?}, rule {n}: {smallest}", database.dialect()));
                break;
            }
        }
        for table in &stored.tables {
            database.drop_table(table).await;
        }
        if let Some(wrong) = wrong {
            return Err(wrong);
        }
    }
    Ok(shares)
}

/// What is read of a table is what was put into it, and rules are counted as they are asked.
async fn as_read(database: &Database, world: &World, stored: &Stored) -> Result<(), String> {
    let table = database.open(stored.mapping.clone());
    let page = table.page(&CustomerQuery::default(), None, 1_000).await;
    let page = page.map_err(|error| format!("{error}: {:?}", error.source()))?;
    for (read, person) in page.items.iter().zip(world.people()) {
        let mut activities = read.activities.clone();
        let key = |activity: &Activity| (activity.kind.clone(), activity.at);
        let mut expected = person.activities.clone();
        activities.sort_by_key(key);
        expected.sort_by_key(key);
        let same = |(a, b): (&Activity, &Activity)| key(a) == key(b) && a.customer == b.customer;
        let known = activities.len() == expected.len()
            && activities.iter().zip(&expected).all(same)
            && activities
                .iter()
                .all(|a| expected.iter().any(|b| a.attributes == b.attributes));
        let name = read.id.as_str() == person.id && read.zone == person.zone;
        if !name || !known || read.attributes != person.attributes {
            let read = Person {
                id: read.id.as_str().to_owned(),
                zone: read.zone,
                attributes: read.attributes.clone(),
                activities: read.activities.clone(),
            };
            return Err(format!(
                "{read:?} was read for {person:?} by {:#?}",
                stored.mapping
            ));
        }
    }
    let (rules, segments) = (world.rules(5), world.segments());
    let table = Arc::new(table);
    for rule in &rules[..3] {
        let expected = world.members(rule).len() as u64;
        // A count knows no rule for leap days but the usual one.
        if world.leap_day() != LeapDay::default() {
            break;
        }
        let count = table.count(rule, segments, world.now(), world.zone()).await;
        if count.as_ref().ok() != Some(&expected) {
            return Err(format!("{count:?} were counted of {expected} for {rule}"));
        }
    }
    for rule in rules {
        let expected = world.members(&rule);
        let (table, segments) = (Arc::clone(&table), segments.clone());
        let Ok(audience) = SqlAudience::new(table, rule.clone(), segments, world.zone()) else {
            continue;
        };
        let audience = audience.with_leap_day(world.leap_day());
        let page = audience.page(world.now(), None, 1_000).await;
        let page = page.map_err(|error| format!("{error}: {:?}", error.source()))?;
        let ids = page.items.iter().map(|it| it.id.as_str());
        let people = expected.iter().map(|n| world.people()[*n].id.as_str());
        if !ids.eq(people) {
            return Err(format!("{} are members of {rule}", page.items.len()));
        }
    }
    Ok(())
}

struct Asked<'a> {
    database: &'a Database,
    world: &'a World,
    stored: &'a Stored,
    spoil: &'a Spoil,
    anytime: bool,
}

impl Asked<'_> {
    /// What is wrong with the members of a rule.
    async fn rule(&self, rule: &Rule, shares: Option<&mut Shares>) -> Result<(), String> {
        let pushed = self.pushed(rule);
        let passing = self.database.passing(&pushed, &self.stored.tables[0]).await;
        let show = || format!("{}\nwith {:?}", pushed.text, pushed.binds);
        let passing = passing.map_err(|error| format!("{error}\n{rule:?}\n{}", show()))?;
        let numbered = |(id, unlisted): (&String, &bool)| {
            let people = self.world.people();
            let at = people.iter().position(|person| person.id == *id);
            (at.expect("ids are those of people"), *unlisted)
        };
        let passed = passing.len();
        let found: BTreeSet<usize> = passing
            .iter()
            .map(numbered)
            .filter(|(n, unlisted)| {
                let left = match (self.anytime || *unlisted, &pushed.residual) {
                    (true, _) => Some(rule),
                    (false, left) => left.as_ref(),
                };
                let person = &self.world.people()[*n];
                left.is_none_or(|left| self.world.truth(left, person) == Some(true))
            })
            .map(|(n, _)| n)
            .collect();
        if let Some(shares) = shares {
            shares.rules += 1;
            shares.exact += usize::from(pushed.residual.is_none());
            shares.whole += usize::from(pushed.text == "TRUE");
            let telling = passed > 0 && passed < self.world.people().len();
            shares.telling += usize::from(telling);
            shares.passed += passed;
            shares.members += found.len();
        }
        let residual = &pushed.residual;
        match self.world.disagreement(rule, &found) {
            Some(wrong) => Err(format!(
                "{wrong}\n{}\nleft: {residual:?}\n{:#?}",
                show(),
                self.stored.mapping
            )),
            None => Ok(()),
        }
    }

    fn pushed(&self, rule: &Rule) -> Pushed {
        let when = if self.anytime {
            &When::anytime()
        } else {
            &self.stored.when
        };
        let segments = Some(self.world.segments());
        let push = |rule: &Rule| where_clause(rule, &self.stored.mapping, when, segments);
        match self.spoil {
            Spoil::Nothing => push(rule),
            Spoil::Text(from, to) => {
                let mut pushed = push(rule);
                pushed.text = pushed.text.replace(from, to);
                pushed
            }
            Spoil::MissingIsFalse => match Rule::new(missing_is_false(rule.expr())) {
                Ok(spoilt) => push(&spoilt),
                Err(_) => push(rule),
            },
            Spoil::NothingLeft => {
                let mut pushed = push(rule);
                pushed.residual = None;
                pushed
            }
        }
    }

    /// The smallest part of a rule that is wrong as well.
    async fn smallest(&self, rule: &Rule, mut wrong: String) -> String {
        let mut rule = rule.clone();
        'again: loop {
            let parts = match rule.expr() {
                Expr::All(parts) | Expr::Any(parts) | Expr::AtLeast(_, parts) => parts.clone(),
                Expr::Not(inner) => vec![(**inner).clone()],
                Expr::InSegment(name) => {
                    let segment = self.world.segments().get(name);
                    segment
                        .map(|it| it.rule.expr().clone())
                        .into_iter()
                        .collect()
                }
                _ => return wrong,
            };
            for part in parts {
                let Ok(smaller) = Rule::new(part) else {
                    continue;
                };
                if let Err(also) = Box::pin(self.rule(&smaller, None)).await {
                    (rule, wrong) = (smaller, also);
                    continue 'again;
                }
            }
            return wrong;
        }
    }
}

fn missing_is_false(expr: &Expr) -> Expr {
    let each = |parts: &[Expr]| parts.iter().map(missing_is_false).collect();
    match expr {
        Expr::All(parts) => Expr::All(each(parts)),
        Expr::Any(parts) => Expr::Any(each(parts)),
        Expr::Not(inner) => {
            let not = Expr::Not(Box::new(missing_is_false(inner)));
            match &**inner {
                Expr::Test(test) => Expr::Any(vec![
                    not,
                    Expr::Test(Test {
                        attribute: test.attribute.clone(),
                        condition: Condition::IsMissing,
                    }),
                ]),
                _ => not,
            }
        }
        other => other.clone(),
    }
}
