//! Worlds by chance: schemas, people and rules over them, the same for the same seed.
//!
//! Everything that says it answers rules as [`pregon_core::rule::Rule::eval`] does is asked over
//! these worlds: missing values, extreme numbers and days, accents composed and decomposed, quotes,
//! three zones at once, activities, segments and families. Rules are made of values near those that
//! people have, so that true, false and unknown all come often.
//!
//! ```
//! use pregon_conformance::chance::World;
//! let world = World::new(7);
//! let again = World::new(7);
//! let (rules, same) = (world.rules(20), again.rules(20));
//! assert_eq!(rules, same);
//! assert!(world.people().len() > 10);
//! let members = world.members(&rules[0]);
//! assert_eq!(world.disagreement(&rules[0], &members), None);
//! ```

mod dice;
mod person;
mod values;
mod conditions;
mod rules;
mod world;

pub use dice::Dice;
pub use person::Person;
pub use world::World;
