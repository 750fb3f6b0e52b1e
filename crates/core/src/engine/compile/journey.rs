//! Makes a journey ready to run.

use std::sync::Arc;

use super::{Content, Scene, Who};
use crate::rule::Rule;
use crate::{
    AttributeType, Calendar, CampaignRecord, ChannelName, Cron, DateSpec, Dated, Journey,
    JourneyId, Length, OnDemand, Problem, RecordKind, RowSchema, Schema, Shape, StepId, Trigger,
    TriggerSpec,
};

/// A journey ready to run.
#[derive(Debug)]
pub(crate) struct CompiledJourney {
    pub(crate) id: JourneyId,
    pub(crate) kind: &'static str,
    /// What falls due in a span of time; none where somebody reports what happens.
    pub(crate) trigger: Option<Arc<dyn Trigger>>,
    /// The trigger again when it is about a date, which is looked at again before sending.
    pub(crate) dated: Option<Dated>,
    pub(crate) who: Who,
    /// Whether its occasions are those of the whole audience, and not of records or a host's own.
    pub(crate) for_all: bool,
    pub(crate) looked: Option<Cron>,
    pub(crate) catch_up: Option<Length>,
    pub(crate) steps: Vec<CompiledStep>,
}

/// What falls due in time, if anything does, and the same again when it is about a date.
type Arises = (Option<Arc<dyn Trigger>>, Option<Dated>);

/// A step ready to run.
#[derive(Debug)]
pub(crate) struct CompiledStep {
    pub(crate) id: StepId,
    pub(crate) channel: ChannelName,
    pub(crate) shape: Shape,
    pub(crate) content: Content,
}

impl Scene<'_> {
    /// Compiles the n-th journey; what is wrong with it is said.
    pub(super) fn journey(&mut self, n: usize) -> Option<CompiledJourney> {
        let journey = &self.campaign.journeys[n];
        let path = format!("journey[{n}]");
        let schema = self.row_schema(journey, &path)?;
        let who = self.who(journey, &schema, &path);
        let steps: Vec<CompiledStep> = (0..journey.steps.len())
            .filter_map(|step| self.step(journey, step, &schema, &path))
            .collect();
        self.unique(
            &format!("{path}.step"),
            journey.steps.iter().map(|step| step.id.as_str()),
        );
        if journey.steps.is_empty() {
            let message = "there is no step, so nothing is sent";
            self.say(Problem::warning(format!("{path}.step"), message));
        }
        let (who, rule) = who?;
        let (trigger, dated) = self.trigger(journey, rule, &who, &path)?;
        Some(CompiledJourney {
            id: journey.id.clone(),
            kind: journey.trigger.kind(),
            trigger,
            dated,
            who,
            for_all: matches!(
                journey.trigger,
                TriggerSpec::Calendar(_) | TriggerSpec::OnDemand
            ),
            looked: journey.trigger.looked(),
            catch_up: journey.trigger.catch_up(),
            steps,
        })
    }

    fn row_schema(&mut self, journey: &Journey, path: &str) -> Option<RowSchema> {
        let customer = self.schemas.customer.clone();
        let Some(kind) = journey.trigger.record() else {
            return Some(RowSchema::new(customer, None));
        };
        let path = format!("{path}.trigger.{}.record", journey.trigger.kind());
        let schema = self.record_schema(kind, &path)?;
        Some(RowSchema::new(customer, Some((kind.clone(), schema))))
    }

    fn record_schema(&mut self, kind: &RecordKind, path: &str) -> Option<Schema> {
        if let Some(schema) = self.schemas.records.get(kind) {
            return Some(schema.clone());
        }
        let kinds: Vec<&str> = self
            .schemas
            .records
            .keys()
            .map(RecordKind::as_str)
            .collect();
        let hint = match crate::nearest::nearest(kind.as_str(), kinds.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None if kinds.is_empty() => "the source has no records".to_owned(),
            None => format!("there are: {}", kinds.join(", ")),
        };
        let problem = Problem::error(path, format!("the source has no records of kind {kind}"));
        self.say(problem.hint(Some(hint)));
        None
    }

    fn step(
        &mut self,
        journey: &Journey,
        n: usize,
        schema: &RowSchema,
        path: &str,
    ) -> Option<CompiledStep> {
        let step = &journey.steps[n];
        let kind = &step.action.kind;
        let path = format!("{path}.step[{n}].{kind}");
        if !self.known_channel(kind, &path) {
            return None;
        }
        let shape = self.engine.actions.get(kind)?.shape();
        let content = self.content(&step.action, &shape, schema, &path)?;
        Some(CompiledStep {
            id: step.id.clone(),
            channel: kind.clone(),
            shape,
            content,
        })
    }

    fn trigger(
        &mut self,
        journey: &Journey,
        rule: Option<Rule>,
        who: &Who,
        path: &str,
    ) -> Option<Arises> {
        let path = format!("{path}.trigger");
        match &journey.trigger {
            TriggerSpec::BeforeDate(spec) => self.dated(spec, true, rule, &path),
            TriggerSpec::AfterDate(spec) => self.dated(spec, false, rule, &path),
            TriggerSpec::Calendar(spec) => {
                let trigger = Calendar::new(who.audience(), spec.clone(), self.zone);
                Some((Some(Arc::new(trigger)), None))
            }
            TriggerSpec::OnDemand => {
                let all = self.record.map_or(&[][..], CampaignRecord::broadcasts);
                let own = all.iter().filter(|b| b.journey == journey.id).cloned();
                let trigger = OnDemand::new(who.audience(), own.collect());
                Some((Some(Arc::new(trigger)), None))
            }
            TriggerSpec::OnActivity(spec) => {
                let right = self.on_activity(spec, &format!("{path}.on_activity"));
                right.then_some((None, None))
            }
            TriggerSpec::Custom(name) => {
                let found = self.engine.triggers.get(name).map(Arc::clone);
                if found.is_none() {
                    let message = format!("no trigger named {name} is registered");
                    self.say(Problem::error(format!("{path}.custom"), message));
                }
                found.map(|trigger| (Some(trigger), None))
            }
        }
    }

    fn dated(
        &mut self,
        spec: &DateSpec,
        before: bool,
        rule: Option<Rule>,
        path: &str,
    ) -> Option<Arises> {
        let path = format!(
            "{path}.{}",
            if before { "before_date" } else { "after_date" }
        );
        let records = self.engine.records.as_ref().map(Arc::clone)?;
        let schema = self.schemas.records.get(&spec.record)?;
        let instants = match schema.get(&spec.date) {
            Some(AttributeType::Date) if spec.hours.is_some() => {
                let message = format!("{} is a date without a time: say days", spec.date);
                self.say(Problem::error(format!("{path}.hours"), message));
                return None;
            }
            Some(AttributeType::Date) => false,
            Some(AttributeType::Instant) => true,
            Some(other) => {
                let message = format!("{} is {}, not a date", spec.date, other.name());
                self.say(Problem::error(format!("{path}.date"), message));
                return None;
            }
            None => {
                let hint = schema
                    .nearest(&spec.date)
                    .map(|near| format!("did you mean {near}?"));
                let message = format!("{} has no attribute {:?}", spec.record, spec.date);
                self.say(Problem::error(format!("{path}.date"), message).hint(hint));
                return None;
            }
        };
        let make = if before { Dated::before } else { Dated::after };
        match make(records, spec.clone(), self.zone, instants) {
            Ok(trigger) => {
                let trigger = trigger.only(rule);
                Some((Some(Arc::new(trigger.clone())), Some(trigger)))
            }
            Err(error) => {
                self.say(Problem::error(path, error.to_string()));
                None
            }
        }
    }
}
