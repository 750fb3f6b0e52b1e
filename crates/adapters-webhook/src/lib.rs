//! Telling a host about a person: [`Webhook`], an action that posts JSON to one address.
//!
//! | module | what |
//! |---|---|
//! | `webhook` | the action: what is posted, and what an answer means |
//! | `standard` | signatures of Standard Webhooks, made and verified |
//! | `egress` | where a request may go, and that it goes nowhere else |
//!
//! A receiver verifies with [`Verifier`] and needs nothing else of this crate.
#![warn(missing_docs)]

mod webhook;

mod egress;
mod standard;

pub use egress::{Egress, Refused, Resolver, TargetError};
pub use standard::{Forged, Headers, SecretError, SigningSecret, Verifier};
pub use webhook::{ConfigError, Webhook, WebhookConfig};
