//! `pregon.toml` as it is written.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use pregon::{
    Cap, ChannelName, Class, Consent, CustomName, Decimal, Hours, Length, Purpose, RateTable,
    RecordKind, Share, Zone,
};
use serde::Deserialize;

use super::dkim::DkimTable;
use super::providers::ProviderTable;
use super::sms::{RedvoissTable, TwilioTable};
use super::source_http::ServiceTable;
use super::webhook::WebhookTable;

/// `pregon.toml` as it is written. What is not there has a sensible value or is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfigFile {
    pub(crate) store: Option<String>,
    /// The schema in which a store on a server lies; `pregon` without it.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "this build only reads it")
    )]
    pub(crate) schema: Option<String>,
    pub(crate) zone: Option<Zone>,
    pub(crate) consent: Consent,
    pub(crate) currency: Option<String>,
    #[serde(default)]
    pub(crate) campaigns: Vec<String>,
    /// Kinds of activities that a host reports, which the source does not know.
    #[serde(default)]
    pub(crate) activities: Vec<String>,
    #[serde(default)]
    pub(crate) segments: Vec<String>,
    #[serde(default)]
    pub(crate) keep_profiles: bool,
    #[serde(default)]
    pub(crate) presets: Vec<String>,
    pub(crate) source: SourceTable,
    #[serde(default)]
    pub(crate) channel: ChannelTable,
    #[serde(default)]
    pub(crate) limit: Vec<Cap>,
    #[serde(default)]
    pub(crate) hours: Vec<Hours>,
    #[serde(default)]
    pub(crate) purpose: BTreeMap<Purpose, PurposeTable>,
    #[serde(default)]
    pub(crate) holidays: BTreeMap<CustomName, HolidaysTable>,
    /// Where what happens is told.
    pub(crate) events: Option<EventsTable>,
    /// How many messages providers take in which time.
    #[serde(default)]
    pub(crate) rates: RateTable,
    /// Where a host serves the links of messages.
    pub(crate) links: Option<LinksTable>,
    /// Where mail servers send what they have to say of our mails.
    pub(crate) bounces: Option<BouncesTable>,
    /// To whom tests go.
    #[serde(default)]
    pub(crate) seeds: SeedsTable,
    /// From which shares of complaints and dead addresses a sender is told, and stopped.
    #[serde(default)]
    pub(crate) guard: GuardTable,
    /// What a message costs, by channel.
    #[serde(default)]
    pub(crate) price: BTreeMap<ChannelName, Decimal>,
    #[serde(default)]
    #[cfg_attr(
        not(feature = "postgres"),
        expect(dead_code, reason = "this build only reads it")
    )]
    pub(crate) worker: WorkerTable,
}

/// Where what happens is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsTable {
    /// A file that gets a line for each event.
    pub(crate) file: String,
}

/// A calendar of holidays: another one's, and days more.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HolidaysTable {
    pub(crate) like: Option<CustomName>,
    #[serde(default)]
    pub(crate) days: BTreeMap<NaiveDate, String>,
}

/// As whom this process works at a store on a server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WorkerTable {
    /// Its name among the workers of a server.
    pub(crate) name: String,
    /// Where it keeps what only this machine has to know.
    pub(crate) state: Option<String>,
}

impl Default for WorkerTable {
    fn default() -> Self {
        Self {
            name: "main".to_owned(),
            state: None,
        }
    }
}

/// Where a host serves the links of messages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinksTable {
    pub(crate) url: String,
}

/// Where mail servers send what they have to say of our mails.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BouncesTable {
    /// A mailbox in the form of Maildir.
    #[cfg_attr(
        not(feature = "bounces"),
        expect(dead_code, reason = "this build only reads it")
    )]
    pub(crate) maildir: Option<String>,
    /// The domain at which each mail has an address of its own.
    #[cfg_attr(
        not(any(feature = "bounces", feature = "smtp")),
        expect(dead_code, reason = "this build only reads it")
    )]
    pub(crate) domain: Option<String>,
}

/// To whom tests go. No `Debug` of what is in it: they are addresses.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SeedsTable {
    pub(crate) to: Vec<String>,
}

impl std::fmt::Debug for SeedsTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SeedsTable({})", self.to.len())
    }
}

/// What differs from the usual guard of senders.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct GuardTable {
    /// `false`: nobody is told and nobody stopped.
    pub(crate) on: Option<bool>,
    pub(crate) window: Option<Length>,
    pub(crate) floor: Option<u64>,
    pub(crate) complaints: Option<BoundsTable>,
    pub(crate) bounces: Option<BoundsTable>,
    pub(crate) refusals: Option<BoundsTable>,
}

/// From which shares on something happens.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BoundsTable {
    pub(crate) alert: Share,
    pub(crate) stop: Option<Share>,
}

/// Where people and records are read from: exactly one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceTable {
    pub(crate) csv: Option<CsvTable>,
    pub(crate) erpnext: Option<ErpNextTable>,
    pub(crate) http: Option<ServiceTable>,
}

/// Files with a header.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CsvTable {
    pub(crate) customers: String,
    #[serde(default)]
    pub(crate) records: BTreeMap<RecordKind, String>,
    pub(crate) id: Option<String>,
    #[serde(default)]
    pub(crate) encoding: EncodingName,
    /// Types of columns: of customers by name, of records under the name of their kind.
    #[serde(default)]
    pub(crate) schema: BTreeMap<String, SchemaEntry>,
}

/// The type of a customers' column, or those of a kind of record.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum SchemaEntry {
    Type(TypeName),
    Choice(Vec<String>),
    Record(BTreeMap<String, ColumnType>),
}

/// The type of a records' column.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum ColumnType {
    Type(TypeName),
    Choice(Vec<String>),
}

/// The name of a type.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TypeName {
    Boolean,
    Integer,
    Decimal,
    Text,
    Date,
    Instant,
    Texts,
}

/// How bytes stand for letters.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) enum EncodingName {
    #[default]
    #[serde(rename = "detect")]
    Detect,
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// A site of ERPNext; its keys come from the surroundings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "erpnext"),
    expect(dead_code, reason = "this build only reads it")
)]
pub(crate) struct ErpNextTable {
    pub(crate) url: String,
    /// Kinds of records; without any, serial numbers are `pin`s.
    #[serde(default)]
    pub(crate) records: BTreeMap<RecordKind, SerialTable>,
    #[serde(default)]
    pub(crate) customer_fields: Vec<String>,
    pub(crate) page_size: Option<u32>,
    pub(crate) timeout_secs: Option<u64>,
    pub(crate) authorities: Option<String>,
    #[serde(default)]
    pub(crate) plain_http: bool,
}

/// Which serial numbers of ERPNext are a kind of record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "erpnext"),
    expect(dead_code, reason = "this build only reads it")
)]
pub(crate) struct SerialTable {
    pub(crate) expiry: Option<String>,
    #[serde(default)]
    pub(crate) fields: Vec<String>,
}

/// By what messages leave.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChannelTable {
    pub(crate) email: Option<EmailTable>,
    pub(crate) sms: Option<SmsTable>,
    pub(crate) webhook: Option<WebhookTable>,
}

/// By what mails leave: one, or several in an order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailTable {
    /// Which of the others is asked first, and which when those before surely have nothing.
    #[serde(default)]
    pub(crate) order: Vec<String>,
    pub(crate) outbox: Option<OutboxTable>,
    pub(crate) smtp: Option<SmtpTable>,
    pub(crate) sendgrid: Option<ProviderTable>,
    pub(crate) mailgun: Option<ProviderTable>,
}

/// Mails as files.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutboxTable {
    pub(crate) dir: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) reply_to: Option<String>,
    pub(crate) unsubscribe_mailto: Option<String>,
    pub(crate) unsubscribe_url: Option<String>,
}

/// A mail server; its password comes from the surroundings, and so may the rest of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(
    not(feature = "smtp"),
    expect(dead_code, reason = "this build only reads it")
)]
pub(crate) struct SmtpTable {
    pub(crate) url: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) reply_to: Option<String>,
    pub(crate) unsubscribe_mailto: Option<String>,
    pub(crate) unsubscribe_url: Option<String>,
    pub(crate) tls: Option<TlsName>,
    pub(crate) dkim: Option<DkimTable>,
    pub(crate) connections: Option<std::num::NonZeroUsize>,
    pub(crate) hello: Option<String>,
    pub(crate) authorities: Option<String>,
    pub(crate) timeout_secs: Option<u64>,
}

/// How a connection to a mail server is encrypted, when its URL does not say enough.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TlsName {
    Implicit,
    Starttls,
    None,
}

/// By what short messages leave: one, or several in an order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmsTable {
    /// Which of the others is asked first, and which when those before surely have nothing.
    #[serde(default)]
    pub(crate) order: Vec<String>,
    pub(crate) outbox: Option<SmsOutboxTable>,
    pub(crate) redvoiss: Option<RedvoissTable>,
    pub(crate) twilio: Option<TwilioTable>,
}

/// Short messages as files.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SmsOutboxTable {
    pub(crate) dir: Option<String>,
}

/// What is said of a purpose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurposeTable {
    pub(crate) class: Class,
}
