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
//! | `erpnext` | [`source::ErpNext`] | |
//! | `postgres` | [`store::PostgresStore`], many workers; [`table::SqlTable`], on `sqlite` too | |
//! | `arrow` | [`arrow`]: populations from Arrow record batches | |
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
    pub use pregon_adapters_store::FlightFile;
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

/// Channels for e-mail.
#[cfg(any(feature = "outbox", feature = "smtp"))]
pub mod email {
    #[cfg(feature = "smtp")]
    pub use pregon_adapters_email::{ConfigError, Password, Smtp, SmtpConfig, Timeouts, Tls};
    #[cfg(feature = "outbox")]
    pub use pregon_adapters_email::{Durability, OutboxDir};
    pub use pregon_adapters_email::{Sender, SenderError, UnsubscribeUrl};
}

/// Channels for short messages.
#[cfg(feature = "outbox")]
pub mod sms {
    pub use pregon_adapters_sms::{Durability, SmsOutboxDir};
}

/// Where events go.
#[cfg(feature = "events")]
pub mod events {
    pub use pregon_adapters_events::{EventFile, EventFileError, EventLines};
}

/// Where customers and records are read from.
#[cfg(any(feature = "csv", feature = "erpnext"))]
pub mod source {
    #[cfg(feature = "csv")]
    pub use pregon_adapters_erp::{
        CellProblem, Csv, CsvBatch, CsvColumn, CsvConfig, CsvError, CsvRow, CsvSheet, Encoding,
        HeaderFault, RowFault, RowProblem,
    };
    #[cfg(feature = "erpnext")]
    pub use pregon_adapters_erp::{ErpNext, ErpNextConfig, Plan, Secret, SerialSource, Timeouts};
}

/// Populations from Arrow record batches.
#[cfg(feature = "arrow")]
pub mod arrow {
    pub use pregon_adapters_arrow::{
        ArrowError, Batches, PopulationOptions, arrow_array, arrow_schema, population, schema_of,
    };
}
