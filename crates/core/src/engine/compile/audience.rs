//! The audience of a journey: open, to be frozen, or frozen.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Scene;
use crate::engine::RuleAudience;
use crate::engine::frozen::FrozenPeople;
use crate::rule::Rule;
use crate::{
    Audience, AudienceSpec, CustomName, Freeze, Journey, Occurrence, PortError, Problem, RowSchema,
};

/// Who is written to.
#[derive(Debug)]
pub(crate) enum Who {
    /// Those whom the audience holds whenever it is asked.
    Open(Arc<dyn Audience>),
    /// Those whom it holds when the campaign is published, which is about to happen.
    ToFreeze(Arc<dyn Audience>, Freezing),
    /// Those whom it held then.
    Frozen(FrozenPeople),
}

/// How an audience is frozen.
#[derive(Debug)]
pub(crate) struct Freezing {
    /// The attributes of whom the values are kept.
    pub(crate) keep: BTreeSet<String>,
}

impl Who {
    /// For triggers that look for everybody.
    pub(super) fn audience(&self) -> Arc<dyn Audience> {
        match self {
            Self::Open(audience) | Self::ToFreeze(audience, _) => Arc::clone(audience),
            Self::Frozen(people) => Arc::new(people.clone()),
        }
    }

    /// Those of some occasions whose rows it holds. A frozen one is asked for all of them at once.
    pub(crate) async fn held(
        &self,
        occasions: Vec<Occurrence>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Occurrence>, PortError> {
        let mut members = Vec::with_capacity(occasions.len());
        match self {
            Self::Open(audience) | Self::ToFreeze(audience, _) => {
                for occasion in occasions {
                    if audience.holds(&occasion.row, now).await? {
                        members.push(occasion);
                    }
                }
            }
            Self::Frozen(people) => {
                let ids = occasions.iter().map(|it| it.row.customer.id.clone());
                let held = people.of(&ids.collect::<Vec<_>>()).await?;
                members.extend(occasions);
                members.retain(|it| held.contains(&it.row.customer.id));
            }
        }
        Ok(members)
    }
}

impl Scene<'_> {
    /// Who is written to, and the rule by which a source may read less.
    pub(super) fn who(
        &mut self,
        journey: &Journey,
        schema: &RowSchema,
        path: &str,
    ) -> Option<(Who, Option<Rule>)> {
        let Some(freeze) = journey.freeze else {
            let (audience, rule) = self.open(journey, schema, path)?;
            return Some((Who::Open(audience), rule));
        };
        let Some(record) = self.record else {
            return self.frozen(journey, freeze, schema, path);
        };
        // Who was frozen stays, whatever rule and source say by now: neither is asked.
        let Some(frozen) = record.frozen().get(&journey.id) else {
            let message = "its audience was never frozen: publish the campaign";
            self.say(Problem::error(format!("{path}.freeze"), message));
            return None;
        };
        let (store, id) = (Arc::clone(&self.engine.store), frozen.id);
        Some((Who::Frozen(FrozenPeople { store, id }), None))
    }

    fn open(
        &mut self,
        journey: &Journey,
        schema: &RowSchema,
        path: &str,
    ) -> Option<(Arc<dyn Audience>, Option<Rule>)> {
        let customers = Arc::clone(&self.engine.customers);
        let rule = match &journey.audience {
            None => None,
            // A wrong rule is said; what else is wrong with the journey is said as well.
            Some(AudienceSpec::Rule(text)) => self.rule(text, schema, &format!("{path}.audience")),
            Some(AudienceSpec::Custom { custom }) => {
                return Some((self.custom(custom, path)?, None));
            }
        };
        let audience = match &rule {
            Some(rule) => RuleAudience::new(customers, rule.clone(), self.zone),
            None => RuleAudience::everybody(customers, self.zone),
        };
        let segments = self.engine.segments.clone();
        Some((Arc::new(audience.with_segments(segments)), rule))
    }

    fn custom(&mut self, name: &CustomName, path: &str) -> Option<Arc<dyn Audience>> {
        let found = self.engine.audiences.get(name).map(Arc::clone);
        if found.is_none() {
            let message = format!("no audience named {name} is registered");
            self.say(Problem::error(format!("{path}.audience.custom"), message));
        }
        found
    }

    fn frozen(
        &mut self,
        journey: &Journey,
        freeze: Freeze,
        schema: &RowSchema,
        path: &str,
    ) -> Option<(Who, Option<Rule>)> {
        let (audience, rule) = self.open(journey, schema, path)?;
        if let Some(rule) = &rule {
            self.reads_customers_only(rule, journey, path);
        }
        let mut keep = BTreeSet::new();
        if freeze == Freeze::Profile {
            self.may_keep(journey, path);
            keep.extend(rule.iter().flat_map(|rule| self.reads(rule)));
        }
        Some((Who::ToFreeze(audience, Freezing { keep }), rule))
    }

    /// Who is frozen is a customer, once for all of its records.
    fn reads_customers_only(&mut self, rule: &Rule, journey: &Journey, path: &str) {
        let Some(kind) = journey.trigger.record() else {
            return;
        };
        let customer = RowSchema::new(self.schemas.customer.clone(), None);
        let names = rule.attributes();
        for name in names
            .into_iter()
            .filter(|name| customer.resolve(name).is_err())
        {
            let message = format!("a frozen audience cannot read {name:?} of a {kind}");
            let hint = "who is frozen is a customer, whatever records it has";
            let problem = Problem::error(format!("{path}.audience"), message);
            self.say(problem.hint(Some(hint)));
        }
    }

    fn may_keep(&mut self, journey: &Journey, path: &str) {
        let path = format!("{path}.freeze");
        if !self.engine.keeps_profiles {
            let message = "values of people may not be kept here";
            let hint = "keep ids alone, with freeze = \"ids\", or let the host allow it";
            self.say(Problem::error(&*path, message).hint(Some(hint)));
        }
        if let Some(AudienceSpec::Custom { custom }) = &journey.audience {
            let message = format!("nobody knows which values the audience {custom} reads");
            let hint = "freeze = \"ids\"";
            self.say(Problem::error(path, message).hint(Some(hint)));
        }
    }

    /// The attributes that an answer to a rule depends on, through its segments too.
    fn reads(&self, rule: &Rule) -> BTreeSet<String> {
        let reached = self.engine.segments.leads_to(rule.segments());
        let rules = reached.iter().map(|segment| segment.rule);
        let names = rules.chain([rule]).flat_map(Rule::attributes);
        names.map(str::to_owned).collect()
    }
}
