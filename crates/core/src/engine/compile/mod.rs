//! Makes a campaign ready to run, or says everything that is wrong with it.

mod journey;
mod activity;
mod audience;
mod rule;
mod content;

use std::collections::BTreeSet;

use super::Engine;
use crate::{
    Campaign, CampaignRecord, Cap, Class, JourneyId, PlanFor, Problem, RecordSchemas, Schema,
    Severity, Zone,
};

pub(super) use activity::Kinds;
pub(super) use audience::{Freezing, Who};
pub(super) use content::Content;
pub(super) use journey::{CompiledJourney, CompiledStep};

/// What the sources have.
#[derive(Debug)]
pub(super) struct Schemas {
    pub(super) customer: Schema,
    pub(super) records: RecordSchemas,
}

/// A campaign ready to run.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) class: Class,
    pub(super) zone: Zone,
    pub(super) journeys: Vec<CompiledJourney>,
    pub(super) limits: Vec<Cap>,
    pub(super) warnings: Vec<Problem>,
}

impl Compiled {
    pub(super) fn journey(&self, id: &JourneyId) -> Option<&CompiledJourney> {
        self.journeys.iter().find(|journey| journey.id == *id)
    }

    /// What the plan needs to know of a journey of the campaign that this was compiled of.
    pub(super) fn plan_for(&self, of: &CampaignRecord, journey: &JourneyId) -> Option<PlanFor> {
        let (journey, written) = (self.journey(journey)?, of.campaign());
        let steps = journey.steps.iter();
        Some(PlanFor {
            campaign: written.id.clone(),
            journey: journey.id.clone(),
            trigger: journey.kind.to_owned(),
            purpose: written.purpose.clone(),
            class: self.class,
            brand: written.brand.clone(),
            priority: written.priority,
            steps: steps
                .map(|s| (s.id.clone(), s.channel.clone(), s.shape.address.clone()))
                .collect(),
        })
    }
}

/// What compiling a campaign looks at.
pub(super) struct Scene<'a> {
    pub(super) engine: &'a Engine,
    pub(super) campaign: &'a Campaign,
    pub(super) schemas: &'a Schemas,
    /// The campaign as it is kept, when it is to run; none when it is about to be published.
    pub(super) record: Option<&'a CampaignRecord>,
    pub(super) zone: Zone,
    pub(super) problems: Vec<Problem>,
}

/// Compiles a campaign: to run the kept record of it, or to publish it.
pub(super) fn compile(
    engine: &Engine,
    campaign: &Campaign,
    schemas: &Schemas,
    record: Option<&CampaignRecord>,
) -> Result<Compiled, Vec<Problem>> {
    let zone = campaign.zone.unwrap_or(engine.zone);
    let problems = Vec::new();
    let mut scene = Scene {
        engine,
        campaign,
        schemas,
        record,
        zone,
        problems,
    };
    let class = scene.class();
    scene.whole();
    scene.unique(
        "journey",
        campaign.journeys.iter().map(|journey| journey.id.as_str()),
    );
    let journeys: Vec<CompiledJourney> = (0..campaign.journeys.len())
        .filter_map(|n| scene.journey(n))
        .collect();
    let limits = scene.limits();
    let wrong = scene
        .problems
        .iter()
        .any(|problem| problem.severity == Severity::Error);
    match class {
        Some(class) if !wrong => Ok(Compiled {
            class,
            zone,
            journeys,
            limits,
            warnings: scene.problems,
        }),
        _ => Err(scene.problems),
    }
}

impl Scene<'_> {
    /// Writes a problem down.
    pub(super) fn say(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn class(&mut self) -> Option<Class> {
        let (purposes, purpose) = (&self.engine.purposes, &self.campaign.purpose);
        let class = purposes.class(purpose);
        if class.is_none() {
            let hint = match crate::nearest::nearest(purpose.as_str(), purposes.names()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("declare it: [purpose.{purpose}] class = \"promotional\""),
            };
            let problem = Problem::error("purpose", format!("there is no purpose {purpose}"));
            self.say(problem.hint(Some(hint)));
        }
        class
    }

    /// What concerns the campaign as a whole.
    fn whole(&mut self) {
        // The record's own checks name the field; the instant does not matter to them.
        let made =
            crate::CampaignRecord::draft(self.campaign.clone(), chrono::DateTime::UNIX_EPOCH);
        match made {
            Err(crate::CampaignError::Field { field, why }) => self.say(Problem::error(field, why)),
            Err(error) => self.say(Problem::error("", error.to_string())),
            Ok(_) => {}
        }
        if self.campaign.journeys.is_empty() {
            let warning = Problem::warning("journey", "there is no journey, so nothing is sent");
            self.say(warning);
        }
        if let Some(code) = &self.campaign.currency
            && (code.len() != 3 || !code.chars().all(|c| c.is_ascii_uppercase()))
        {
            self.say(Problem::error(
                "currency",
                "a currency is three capital letters, as CLP",
            ));
        }
    }

    /// Says which ids are there twice.
    pub(super) fn unique<'b>(&mut self, path: &str, ids: impl Iterator<Item = &'b str>) {
        let mut seen = BTreeSet::new();
        for (n, id) in ids.enumerate() {
            if !seen.insert(id) {
                let message = format!("{id} is there twice; ids are never used again");
                self.say(Problem::error(format!("{path}[{n}].id"), message));
            }
        }
    }

    /// The campaign's limits, each bound to the campaign.
    fn limits(&mut self) -> Vec<Cap> {
        let mut bound = Vec::new();
        for (n, limit) in self.campaign.limits.iter().enumerate() {
            let path = format!("limit[{n}]");
            if let Err(error) = limit.check() {
                self.say(Problem::error(format!("{path}.most"), error.to_string()));
            }
            let own = &self.campaign.id;
            if limit.scope.campaign.as_ref().is_some_and(|id| id != own) {
                let message = "a limit in a campaign's file counts this campaign only";
                self.say(Problem::error(format!("{path}.campaign"), message));
            }
            if let Some(channel) = &limit.scope.channel {
                self.known_channel(channel, &format!("{path}.channel"));
            }
            let mut limit = limit.clone();
            limit.scope.campaign = Some(own.clone());
            bound.push(limit);
        }
        let names: Vec<String> = bound.iter().map(|limit| limit.name().to_string()).collect();
        self.unique("limit", names.iter().map(String::as_str));
        bound
    }

    /// Whether there is an action of this kind; says so when not.
    pub(super) fn known_channel(&mut self, kind: &crate::ChannelName, path: &str) -> bool {
        let actions = &self.engine.actions;
        if actions.contains_key(kind) {
            return true;
        }
        let names: Vec<&str> = actions.keys().map(crate::ChannelName::as_str).collect();
        let hint = match crate::nearest::nearest(kind.as_str(), names.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("there are: {}", names.join(", ")),
        };
        let problem = Problem::error(path, format!("there is no channel {kind}"));
        self.say(problem.hint(Some(hint)));
        false
    }
}
