//! The ports: what a host or an adapter implements, one file each.
//!
//! | port | what it is | adapters | suite |
//! |---|---|---|---|
//! | [`Clock`] | what time it is | `SystemClock`, `testing::ManualClock` | `clock` |
//! | [`CustomerSource`] | reads people | `memory`, `Csv`, `ErpNext` | `customer_source` |
//! | [`RecordSource`] | reads what people have | `memory`, `Csv`, `ErpNext` | `record_source` |
//! | [`Audience`] | who | `RuleAudience`, a host's | `audience` |
//! | [`Trigger`] | when | dates, calendar, on demand, a host's own | `trigger` |
//! | [`Limit`] | at most | `Cap`, a host's own | `limit` |
//! | [`Action`], [`Channel`] | carries it out | `Recording`, outboxes, `Smtp` | `action` |
//! | [`Lookup`] | asks a provider what it has | a host's own | engine's tests |
//! | [`FeedbackSource`] | asks a provider what became of it | SMS adapters | `feedback_source` |
//! | [`Recorder`] | what left, past a kill | `memory`, `FlightFile` | `recorder` |
//! | [`Ledger`] | once | `memory`, `SqliteStore` | `ledger` |
//! | [`DispatchLog`] | what became of it | `memory`, `SqliteStore` | `dispatch_log` |
//! | [`Books`] | the ledger as it is, for audits | `memory`, `SqliteStore` | `books` |
//! | [`CampaignStore`] | campaigns, progress | `memory`, `SqliteStore` | `campaign_store` |
//! | [`AudienceStore`] | audiences that were frozen | `memory`, `SqliteStore` | `audience_store` |
//! | [`PreferenceStore`] | what people allow | `memory`, `SqliteStore` | `preference_store` |
//! | [`FeedbackStore`] | what came back | `memory`, `SqliteStore` | `feedback_store` |
//! | [`Tallies`] | what a sender's messages came to | `memory`, `SqliteStore` | `tallies` |
//! | [`EventQueue`] | what happened, for a sink | `memory`, `SqliteStore` | `event_queue` |
//! | [`EventSink`] | takes what happened | `on_events`, `EventFile` | `event_sink` |
//! | [`Privacy`] | forgets a person | `memory`, `SqliteStore` | `privacy` |
//!
//! Every method takes the present as `now`; no port reads a clock, except the clock.

mod action;
mod audience;
mod audience_store;
mod books;
mod campaign_store;
mod clock;
mod customer_source;
mod dispatch_log;
mod error;
mod event_queue;
mod event_sink;
mod feedback_source;
mod feedback_store;
mod ledger;
mod limit;
mod lookup;
mod page;
mod preference_store;
mod privacy;
mod record_source;
mod recorder;
mod store;
mod tallies;
mod trigger;

pub use action::{Action, Carry, Channel, Fate, Order, Outbound, Receipt, SendError, Shape};
pub use audience::Audience;
pub use audience_store::AudienceStore;
pub use books::{BookEntry, Books, KnownLimit, Place};
pub use campaign_store::CampaignStore;
pub use clock::Clock;
pub use customer_source::{CustomerQuery, CustomerSource};
pub use dispatch_log::{Addressed, DispatchLog, DispatchQuery};
pub use error::{BoxError, PortError, PortErrorKind};
pub use event_queue::{EventQueue, Mark, Waiting};
pub use event_sink::{EventSink, OnEvents, on_events};
pub use feedback_source::FeedbackSource;
pub use feedback_store::{FeedbackStore, REFERENCES_KEPT};
pub use ledger::{
    Ask, Begun, Epoch, Judge, Ledger, Opened, Opening, PlannedPage, Scheduled, Turned,
};
pub use limit::Limit;
pub use lookup::Lookup;
pub use page::{Cursor, Page};
pub use preference_store::PreferenceStore;
pub use privacy::{Erased, Privacy};
pub use record_source::{Due, RecordQuery, RecordSchemas, RecordSource};
pub use recorder::{Flight, Flights, Recorder};
pub use store::Store;
pub use tallies::Tallies;
pub use trigger::{Occurrence, Span, Trigger};
