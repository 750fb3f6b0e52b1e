//! E-mail channels of Pregón: an outbox directory, SMTP, SendGrid and Mailgun.
//!
//! The first two write the same bytes for the same message; what differs is where they put them.
//! Providers get its parts and write the mail themselves.
//!
//! Every mail goes to one person, by type: there is no way to write to two at once.
//!
//! ```compile_fail,E0308
//! use pregon_core::{Address, Email, EmailAddress};
//! let (ana, eva) = (EmailAddress::parse("ana@b.co")?, EmailAddress::parse("eva@b.co")?);
//! let (html, text) = (None, Some(String::new()));
//! let email = Email { to: vec![ana, eva], subject: String::new(), html, text };
//! # Ok::<(), pregon_core::AddressError>(())
//! ```

#[cfg(any(feature = "sendgrid", feature = "mailgun"))]
mod api;
#[cfg(feature = "bounces")]
mod bounce;
#[cfg(any(feature = "bounces", feature = "sendgrid", feature = "mailgun"))]
mod callback;
#[cfg(feature = "dkim")]
mod dkim;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "mailgun")]
mod mailgun;
#[cfg(any(
    feature = "outbox",
    feature = "smtp",
    feature = "sendgrid",
    feature = "mailgun"
))]
mod mime;
#[cfg(feature = "outbox")]
mod outbox;
#[cfg(any(
    feature = "outbox",
    feature = "smtp",
    feature = "sendgrid",
    feature = "mailgun"
))]
mod sender;
#[cfg(feature = "sendgrid")]
mod sendgrid;
#[cfg(feature = "smtp")]
mod smtp;
#[cfg(any(feature = "smtp", feature = "sendgrid", feature = "mailgun"))]
mod tls;
#[cfg(any(feature = "smtp", feature = "bounces"))]
mod verp;

#[cfg(any(feature = "sendgrid", feature = "mailgun"))]
pub use api::{ApiConfigError, ApiKey, ApiTimeouts, Region};
#[cfg(feature = "bounces")]
pub use bounce::{
    BouncePost, Bounces, ComplaintKind, DeliveryAction, DeliveryStatus, MailBatch, MailRefusal,
    MailReport, Maildir, Said,
};
#[cfg(any(feature = "bounces", feature = "sendgrid", feature = "mailgun"))]
pub use callback::CallbackError;
#[cfg(feature = "dkim")]
pub use dkim::{Dkim, DkimError};
#[cfg(feature = "mailgun")]
pub use mailgun::{
    Mailgun, MailgunConfig, MailgunEvent, MailgunKind, MailgunReason, MailgunWebhook,
};
#[cfg(feature = "outbox")]
pub use outbox::{Durability, OutboxDir};
#[cfg(any(
    feature = "outbox",
    feature = "smtp",
    feature = "sendgrid",
    feature = "mailgun"
))]
pub use sender::{Sender, SenderError, UnsubscribeUrl};
#[cfg(feature = "sendgrid")]
pub use sendgrid::{
    DropReason, SendGrid, SendGridConfig, SendGridEvent, SendGridEvents, SendGridKind,
    SendGridWebhook, Tracking,
};
#[cfg(feature = "smtp")]
pub use smtp::{ConfigError, Password, Smtp, SmtpConfig, Timeouts, Tls};
#[cfg(any(feature = "smtp", feature = "bounces"))]
pub use verp::{Verp, VerpError};
