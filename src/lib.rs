//! Embeddable marketing automation: the right message to the right person once.
//!
//! Segments, triggers, actions, communication limits, opt-outs, campaigns and journeys as a library
//! with pluggable adapters. Hand it your customers, a store and a channel; it sends each message
//! once, never more often than allowed, never against an opt-out, and can say why for every message
//! sent or not sent. `examples/renewal.rs` is a whole program.
//!
//! The domain is re-exported from [`pregon_core`]; adapters stand behind features:
//!
//! | feature | brings | default |
//! |---|---|---|
//! | `sqlite` | [`store::SqliteStore`], embedded | yes |
//! | `outbox` | [`email::OutboxDir`], [`sms::SmsOutboxDir`]: messages as files | yes |
//! | `events` | [`events::EventFile`]: what happened, as lines of a file | yes |
//! | `derive` | `#[derive(Attributes)]`: one's own structs as rows of segments | yes |
//! | `csv` | [`source::Csv`]: customers and records from files | |
//! | `smtp` | [`email::Smtp`] | |
//! | `redvoiss` | [`sms::Redvoiss`] | |
//! | `twilio` | [`sms::Twilio`] | |
//! | `dkim` | [`email::Dkim`]: mails sent by SMTP are signed | |
//! | `bounces` | [`email::Bounces`]: what mail servers send back | |
//! | `sendgrid` | [`email::SendGrid`], [`email::SendGridWebhook`] | |
//! | `mailgun` | [`email::Mailgun`], [`email::MailgunWebhook`] | |
//! | `erpnext` | [`source::ErpNext`] | |
//! | `http-source` | [`source::HttpSource`]: customers and records of one's own JSON service | |
//! | `webhook` | [`webhook::Webhook`]: a host is told, by Standard Webhooks | |
//! | `postgres` | [`store::PostgresStore`], many workers; [`table::SqlTable`], on `sqlite` too | |
//! | `web` | [`web`]: unsubscribe pages, preference centre, opens and clicks, to mount | |
//! | `arrow` | [`arrow`]: populations from Arrow record batches | |
//! | `content` | [`content`]: CSS inlined, texts of HTML, designs cleaned, checked and imported | |
//! | `simd` | segments with the vectors of x86-64, found at run time | yes |
//! | `full` | all of them | |
#![deny(missing_docs)]

mod clock;

pub use clock::SystemClock;
pub use pregon_core::*;
/// `#[derive(Attributes)]` on a host's own struct: its fields as attributes of a customer.
///
/// A macro has a name of its own: `use pregon::Attributes` brings this and the struct
/// [`Attributes`](struct@Attributes), the values of one row by name.
///
/// ```
/// use pregon::{Attributes, HasAttributes};
///
/// #[derive(Attributes)]
/// struct Client {
///     visits: u32,
/// }
///
/// let attributes: Attributes = Client { visits: 6 }.attributes()?;
/// assert_eq!(attributes.get("visits"), Some(&6.into()));
/// # Ok::<(), pregon::NameError>(())
/// ```
#[cfg(feature = "derive")]
pub use pregon_derive::Attributes;

/// Stores.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub mod store {
    pub use pregon_adapters_store::{FlightFile, Moved};
    #[cfg(feature = "postgres")]
    pub use pregon_adapters_store::{PostgresOptions, PostgresStore};
    #[cfg(feature = "sqlite")]
    pub use pregon_adapters_store::{SqliteOptions, SqliteStore};
}

/// A host's own tables, read by rules that become SQL.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub mod table {
    pub use pregon_adapters_store::{
        ActivityMapping, Bind, Dialect, IdStorage, MappingError, Pushed, SqlAudience, SqlTable,
        Storage, TableMapping, When, where_clause,
    };
}

/// Channels for e-mail, and what comes back of it.
#[cfg(any(
    feature = "outbox",
    feature = "smtp",
    feature = "bounces",
    feature = "sendgrid",
    feature = "mailgun"
))]
pub mod email {
    #[cfg(any(feature = "bounces", feature = "sendgrid", feature = "mailgun"))]
    pub use pregon_adapters_email::CallbackError;
    #[cfg(any(feature = "sendgrid", feature = "mailgun"))]
    pub use pregon_adapters_email::{ApiConfigError, ApiKey, ApiTimeouts, Region};
    #[cfg(feature = "bounces")]
    pub use pregon_adapters_email::{
        BouncePost, Bounces, ComplaintKind, DeliveryAction, DeliveryStatus, MailBatch, MailRefusal,
        MailReport, Maildir, Said,
    };
    #[cfg(feature = "smtp")]
    pub use pregon_adapters_email::{ConfigError, Password, Smtp, SmtpConfig, Timeouts, Tls};
    #[cfg(feature = "dkim")]
    pub use pregon_adapters_email::{Dkim, DkimError};
    #[cfg(feature = "sendgrid")]
    pub use pregon_adapters_email::{
        DropReason, SendGrid, SendGridConfig, SendGridEvent, SendGridEvents, SendGridKind,
        SendGridWebhook, Tracking,
    };
    #[cfg(feature = "outbox")]
    pub use pregon_adapters_email::{Durability, OutboxDir};
    #[cfg(feature = "mailgun")]
    pub use pregon_adapters_email::{
        Mailgun, MailgunConfig, MailgunEvent, MailgunKind, MailgunReason, MailgunWebhook,
    };
    #[cfg(any(
        feature = "outbox",
        feature = "smtp",
        feature = "sendgrid",
        feature = "mailgun"
    ))]
    pub use pregon_adapters_email::{Sender, SenderError, UnsubscribeUrl};
    #[cfg(any(feature = "smtp", feature = "bounces"))]
    pub use pregon_adapters_email::{Verp, VerpError};
}

/// Channels for short messages, and the parts in which they are sent.
pub mod sms {
    #[cfg(feature = "redvoiss")]
    pub use pregon_adapters_sms::{
        BatchId, Characters, Delivery, DeliveryState, Polled, Redvoiss, RedvoissConfig,
        RedvoissReply, Replies,
    };
    #[cfg(any(feature = "redvoiss", feature = "twilio"))]
    pub use pregon_adapters_sms::{ConfigError, Secret, Timeouts};
    #[cfg(feature = "outbox")]
    pub use pregon_adapters_sms::{Durability, SmsOutboxDir};
    #[cfg(feature = "twilio")]
    pub use pregon_adapters_sms::{
        SignatureError, Twilio, TwilioConfig, TwilioEvent, TwilioFrom, TwilioRefusal, TwilioReply,
        TwilioStatus, TwilioUpdate, TwilioWebhook,
    };
    pub use pregon_core::sms::*;
}

/// Where events go.
#[cfg(feature = "events")]
pub mod events {
    pub use pregon_adapters_events::{EventFile, EventFileError, EventLines};
}

/// Where customers and records are read from.
#[cfg(any(feature = "csv", feature = "erpnext", feature = "http-source"))]
pub mod source {
    #[cfg(feature = "csv")]
    pub use pregon_adapters_erp::{
        CellProblem, Csv, CsvBatch, CsvColumn, CsvConfig, CsvError, CsvRow, CsvSheet, Encoding,
        HeaderFault, RowFault, RowProblem,
    };
    #[cfg(feature = "erpnext")]
    pub use pregon_adapters_erp::{ErpNext, ErpNextConfig, Plan, SerialSource};
    #[cfg(feature = "http-source")]
    pub use pregon_adapters_erp::{
        HttpAuth, HttpCustomers, HttpFind, HttpListing, HttpPaging, HttpRecords, HttpSource,
        HttpSourceConfig, ItemFault, ItemProblem, PersonField,
    };
    #[cfg(any(feature = "erpnext", feature = "http-source"))]
    pub use pregon_adapters_erp::{Secret, Timeouts};
}

/// Telling a host about a person.
#[cfg(feature = "webhook")]
pub mod webhook {
    pub use pregon_adapters_webhook::{
        ConfigError, Egress, Forged, Headers, Refused, Resolver, SecretError, SigningSecret,
        TargetError, Verifier, Webhook, WebhookConfig,
    };
}

/// The pages behind the links of messages: unsubscribe, preferences, opens and clicks.
#[cfg(feature = "web")]
pub mod web {
    pub use pregon_adapters_web::{
        Centre, Language, MOST_BODY_BYTES, Method, Request, Response, Tracked, redact,
    };
}

/// Populations from Arrow record batches.
#[cfg(feature = "arrow")]
pub mod arrow {
    pub use pregon_adapters_arrow::{
        ArrowError, Batches, PopulationOptions, arrow_array, arrow_schema, population, schema_of,
    };
}

/// What is in an e-mail: CSS inlined, texts made from HTML, designs cleaned, checked and imported.
#[cfg(feature = "content")]
pub mod content {
    pub use pregon_content::{
        Cleaned, ContentError, Design, Finding, FindingKind, Image, ImageKind, ImportError,
        Imported, Inlined, Variable, check, clean, designs, import_zip, inline_css,
        inline_rendered, text_of,
    };
}
