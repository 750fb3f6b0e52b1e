//! E-mail channels of Pregón: an outbox directory and SMTP.
//!
//! Both write the same bytes for the same message; what differs is where they put them.

#[cfg(any(feature = "outbox", feature = "smtp"))]
mod mime;
#[cfg(feature = "outbox")]
mod outbox;
#[cfg(any(feature = "outbox", feature = "smtp"))]
mod sender;
#[cfg(feature = "smtp")]
mod smtp;

#[cfg(feature = "outbox")]
pub use outbox::{Durability, OutboxDir};
#[cfg(any(feature = "outbox", feature = "smtp"))]
pub use sender::{Sender, SenderError, UnsubscribeUrl};
#[cfg(feature = "smtp")]
pub use smtp::{ConfigError, Password, Smtp, SmtpConfig, Timeouts, Tls};
