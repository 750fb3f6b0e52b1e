//! SMS channels of Pregón: an outbox directory, Redvoiss and Twilio.

#[cfg(all(feature = "fuzzing", feature = "redvoiss", feature = "twilio"))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "outbox")]
mod outbox;
#[cfg(feature = "redvoiss")]
mod redvoiss;
#[cfg(feature = "twilio")]
mod twilio;

#[cfg(any(feature = "redvoiss", feature = "twilio"))]
mod config;
#[cfg(any(feature = "redvoiss", feature = "twilio"))]
mod http;

#[cfg(any(feature = "redvoiss", feature = "twilio"))]
pub use config::{ConfigError, Secret, Timeouts};
#[cfg(feature = "outbox")]
pub use outbox::{Durability, SmsOutboxDir};
#[cfg(feature = "redvoiss")]
pub use redvoiss::{
    BatchId, Characters, Delivery, DeliveryState, Polled, Redvoiss, RedvoissConfig, RedvoissReply,
    Replies,
};
#[cfg(feature = "twilio")]
pub use twilio::{
    SignatureError, Twilio, TwilioConfig, TwilioEvent, TwilioFrom, TwilioRefusal, TwilioReply,
    TwilioStatus, TwilioUpdate, TwilioWebhook,
};
