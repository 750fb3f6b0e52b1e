//! A person by chance.

use std::borrow::Cow;

use pregon_core::rule::Facts;
use pregon_core::{Activity, Attributes, Value, Zone};

/// A person of a world: made up, so that a failing test may print it.
#[derive(Clone, PartialEq)]
pub struct Person {
    /// Its id.
    pub id: String,
    /// Its zone; the world's own where nobody knows.
    pub zone: Option<Zone>,
    /// Its attributes; what is missing is not there.
    pub attributes: Attributes,
    /// What happened to it.
    pub activities: Vec<Activity>,
}

impl<'r> Facts<'r> for &'r Person {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        self.attributes.get(name).map(Cow::Borrowed)
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Borrowed(&self.activities)
    }
}

/// Shows everything, unlike customers, who are real.
impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} in {:?}", self.id, self.zone)?;
        for (name, value) in self.attributes.iter() {
            writeln!(f, "  {name} = {value:?}")?;
        }
        for activity in &self.activities {
            write!(f, "  {} at {:?}:", activity.kind, activity.at)?;
            for (name, value) in activity.attributes.iter() {
                write!(f, " {name} = {value:?}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
