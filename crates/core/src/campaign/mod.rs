//! Campaigns: what is said to whom and when, and the life of it.

mod definition;
mod frozen;
mod journey;
mod lifecycle;
mod metrics;
mod profile;
mod progress;
mod record;

pub use definition::{Budget, Campaign, CampaignType, Goals, Objective};
pub use frozen::{Freeze, FrozenAudience, FrozenId, FrozenMember};
pub use journey::{AudienceSpec, Journey, PartText, Step, StepAction};
pub use lifecycle::{CampaignState, Move};
pub use metrics::{Increment, Metrics};
pub use profile::Profile;
pub use progress::{OpenSpan, Progress, StoredCampaign};
pub use record::{CampaignError, CampaignRecord};
