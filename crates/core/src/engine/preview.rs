//! What a step would say to one person, without saying it.

use std::fmt;

use super::compile;
use super::linked::MessageLinks;
use super::{Engine, EngineError, EngineErrorKind};
use crate::template::RenderError;
use crate::{
    Campaign, ChannelName, Class, CustomerId, DispatchId, DispatchRef, JourneyId, Rendered, Row,
    StepId, Unusable,
};

/// What a step would say to one person. Its `Debug` hides the texts and the address.
#[derive(Clone)]
pub struct Preview {
    /// The person.
    pub customer: CustomerId,
    /// By which channel.
    pub channel: ChannelName,
    /// What class of writing the campaign's purpose is.
    pub class: Class,
    /// Where it would go; or why it could not.
    pub to: Result<String, Unusable>,
    /// The parts as they would leave; or what is missing for them, without any value.
    pub parts: Result<Rendered, RenderError>,
}

impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview")
            .field("channel", &self.channel)
            .field("class", &self.class)
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

/// The dispatch that the links of a preview name: none, so that nobody is refused by trying them.
const NOBODYS: DispatchRef = DispatchRef {
    id: DispatchId::from_bytes([0; 16]),
    row: 0,
};

impl Engine {
    /// What a step of a campaign would say to the person of a row, by the same templates, language
    /// and zone as when it is sent. Nothing is kept, counted or sent; whether the person is in the
    /// audience and may be written to is not asked.
    ///
    /// # Errors
    /// When the campaign has problems, has no such step, or a source cannot be asked for its
    /// schema.
    pub async fn preview(
        &self,
        campaign: &Campaign,
        journey: &JourneyId,
        step: &StepId,
        row: &Row,
    ) -> Result<Preview, EngineError> {
        let schemas = self.schemas().await?;
        let compiled = compile::compile(self, campaign, &schemas, None)
            .map_err(|problems| EngineError::campaign(&campaign.id, problems))?;
        let found = compiled.journey(journey);
        let found = found.and_then(|it| it.steps.iter().find(|it| it.id == *step));
        let step = found.ok_or_else(|| {
            let message = format!("campaign {} has no step {journey}/{step}", campaign.id);
            EngineError::new(EngineErrorKind::Unknown, message)
        })?;
        let zone = row.customer.zone.unwrap_or(self.zone);
        let to = row.customer.address(&step.shape.address);
        let keys = self.link_keys().await?;
        let links = self.links.as_ref().map(|links| MessageLinks {
            links,
            keys: &keys,
            name: NOBODYS,
        });
        Ok(Preview {
            customer: row.customer.id.clone(),
            channel: step.channel.clone(),
            class: compiled.class,
            to: to.map(str::to_owned),
            parts: step.content.render(row, zone, links),
        })
    }
}
