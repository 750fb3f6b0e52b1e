//! Which kinds of activities there are, and whether a journey names one of them.

use std::collections::BTreeSet;

use super::{Scene, Schemas};
use crate::engine::Engine;
use crate::{ActivitySpec, Problem};

/// The kinds of activities that somebody declares: the source, of its customers, or the host.
#[derive(Debug)]
pub(crate) struct Kinds<'a>(BTreeSet<&'a str>);

impl<'a> Kinds<'a> {
    pub(crate) fn of(engine: &'a Engine, schemas: &'a Schemas) -> Self {
        let of_customers = schemas.customer.activities().map(|(kind, _)| kind);
        let declared = engine.activities.iter().map(String::as_str);
        Self(of_customers.chain(declared).collect())
    }

    /// What to say to somebody who names a kind that nobody declares; `None` when it is there.
    pub(crate) fn hint(&self, kind: &str) -> Option<String> {
        if self.0.contains(kind) {
            return None;
        }
        let all: Vec<&str> = self.0.iter().copied().collect();
        Some(match crate::nearest::nearest(kind, all.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None if all.is_empty() => "neither source nor host declare any".to_owned(),
            None => format!("there are: {}", all.join(", ")),
        })
    }
}

impl Scene<'_> {
    /// Whether a journey can be started by such an activity; what is wrong with it is said.
    pub(super) fn on_activity(&mut self, spec: &ActivitySpec, path: &str) -> bool {
        let mut right = true;
        if let Some(hint) = Kinds::of(self.engine, self.schemas).hint(&spec.activity) {
            let message = format!("nobody declares activities of kind {:?}", spec.activity);
            let problem = Problem::error(format!("{path}.activity"), message);
            self.say(problem.hint(Some(hint)));
            right = false;
        }
        if let Err(error) = spec.check() {
            self.say(Problem::error(path, error.to_string()));
            right = false;
        }
        right
    }
}
