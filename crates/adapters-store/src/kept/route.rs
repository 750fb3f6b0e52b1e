//! What many dispatches share.

use pregon_core::{
    BrandId, CampaignId, ChannelName, Class, JourneyId, Planned, Purpose, RecordKind, StepId,
};

use super::flaw::Flaw;

/// What all dispatches of a step share.
#[derive(Debug, Clone)]
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

    /// Reads a route; `text` reads a column by its name. An empty brand or record kind is none.
    pub(crate) fn read<E: From<Flaw>>(
        text: impl Fn(&'static str) -> Result<String, E>,
        class: Class,
        shared: bool,
        priority: i32,
    ) -> Result<Self, E> {
        let wrong = |_| Flaw::Damaged("a route has a name that is none");
        let some = |name| Ok::<_, E>(Some(text(name)?).filter(|text| !text.is_empty()));
        let (brand, kind) = (some("brand")?, some("record_kind")?);
        Ok(Self {
            campaign: CampaignId::new(text("campaign")?).map_err(wrong)?,
            journey: JourneyId::new(text("journey")?).map_err(wrong)?,
            step: StepId::new(text("step")?).map_err(wrong)?,
            trigger: text("trigger")?,
            channel: ChannelName::new(text("channel")?).map_err(wrong)?,
            purpose: Purpose::new(text("purpose")?).map_err(wrong)?,
            class,
            brand: brand.map(BrandId::new).transpose().map_err(wrong)?,
            record_kind: kind.map(RecordKind::new).transpose().map_err(wrong)?,
            shared,
            priority,
        })
    }

    /// The text of its brand; empty where it has none.
    pub(crate) fn brand(&self) -> &str {
        self.brand.as_ref().map_or("", BrandId::as_str)
    }

    /// The text of its record kind; empty where it has none.
    pub(crate) fn record_kind(&self) -> &str {
        self.record_kind.as_ref().map_or("", RecordKind::as_str)
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
