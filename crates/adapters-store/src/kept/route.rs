//! What many dispatches share.

use pregon_core::{
    BrandId, CampaignId, ChannelName, Class, JourneyId, Planned, Purpose, RecordKind, StepId,
};

/// What all dispatches of a step share.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Route {
    pub(crate) campaign: CampaignId,
    pub(crate) journey: JourneyId,
    pub(crate) step: StepId,
    pub(crate) trigger: String,
    pub(crate) channel: ChannelName,
    pub(crate) purpose: Purpose,
    pub(crate) class: Class,
    pub(crate) brand: Option<BrandId>,
    pub(crate) record_kind: Option<RecordKind>,
    pub(crate) shared: bool,
    pub(crate) priority: i32,
}

impl Route {
    pub(crate) fn of(plan: &Planned) -> Self {
        let key = &plan.key;
        Self {
            campaign: key.campaign.clone(),
            journey: key.journey.clone(),
            step: key.step.clone(),
            trigger: key.trigger.clone(),
            channel: key.channel.clone(),
            purpose: plan.purpose.clone(),
            class: plan.class,
            brand: plan.brand.clone(),
            record_kind: plan.record.as_ref().map(|record| record.kind.clone()),
            shared: plan.shared,
            priority: plan.priority,
        }
    }

    pub(crate) fn is_of(&self, plan: &Planned) -> bool {
        let key = &plan.key;
        self.step == key.step
            && self.journey == key.journey
            && self.campaign == key.campaign
            && self.trigger == key.trigger
            && self.channel == key.channel
            && self.purpose == plan.purpose
            && self.class == plan.class
            && self.brand == plan.brand
            && self.record_kind.as_ref() == plan.record.as_ref().map(|record| &record.kind)
            && self.shared == plan.shared
            && self.priority == plan.priority
    }
}
