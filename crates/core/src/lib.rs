//! The domain of Pregón, without I/O.
#![deny(missing_docs)]

mod customer;
mod id;
mod nearest;
pub mod rule;
mod schema;
mod segment;
mod time;
mod value;

#[cfg(feature = "engine")]
mod audit;
#[cfg(feature = "engine")]
mod campaign;
#[cfg(feature = "engine")]
mod contact;
#[cfg(feature = "engine")]
mod decorate;
#[cfg(feature = "engine")]
mod dispatch;
#[cfg(feature = "engine")]
mod engine;
#[cfg(feature = "engine")]
mod event;
#[cfg(feature = "engine")]
mod feedback;
#[cfg(feature = "engine")]
mod guard;
#[cfg(feature = "engine")]
mod limit;
#[cfg(feature = "engine")]
mod link;
#[cfg(feature = "engine")]
pub mod memory;
#[cfg(feature = "engine")]
mod message;
#[cfg(feature = "engine")]
mod plan;
#[cfg(feature = "engine")]
mod port;
#[cfg(feature = "engine")]
mod preference;
#[cfg(feature = "engine")]
mod privacy;
#[cfg(feature = "engine")]
mod purpose;
#[cfg(feature = "engine")]
mod report;
#[cfg(feature = "engine")]
pub mod template;
#[cfg(feature = "engine")]
pub mod testing;
#[cfg(feature = "engine")]
mod trigger;

pub use id::{
    AddressKind, BrandId, CampaignId, ChannelName, CustomName, CustomerId, FamilyName, IdError,
    JourneyId, LimitId, OccurrenceId, Purpose, RecordId, RecordKind, SegmentName, StepId,
};
pub use schema::{AttributeType, NameError, Schema, is_attribute_name};
pub use value::{Decimal, DecimalError, Value};

pub use customer::*;
pub use segment::*;
pub use time::*;
#[cfg(feature = "engine")]
pub use {
    audit::*,
    campaign::*,
    contact::*,
    decorate::*,
    dispatch::*,
    engine::*,
    event::*,
    feedback::*,
    guard::*,
    limit::*,
    link::*,
    message::*,
    plan::{PlanFor, plan},
    port::*,
    preference::*,
    privacy::*,
    purpose::*,
    report::*,
    trigger::*,
};

/// Short messages in parts: alphabets, counts, and what costs more than it must.
#[cfg(feature = "engine")]
pub mod sms {
    pub use crate::message::parts::*;
}

/// The examples of `#[derive(Attributes)]`, which are run here.
#[cfg(doctest)]
#[doc = include_str!("../../derive/src/attributes.md")]
struct DerivedAttributes;
