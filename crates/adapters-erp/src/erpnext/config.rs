//! Which site, as whom, and what of it.

use std::collections::BTreeMap;

use pregon_core::RecordKind;

use crate::web::{Secret, Timeouts};

/// Which serial numbers are a kind of record, and by which field they expire.
///
/// ```
/// # use pregon_adapters_erp::SerialSource;
/// let pins = SerialSource::new();
/// let contracts = SerialSource::new().expiring_by("amc_expiry_date").with_field("custom_plan");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SerialSource {
    pub(super) expiry: String,
    pub(super) fields: Vec<String>,
}

impl SerialSource {
    /// Serial numbers by `warranty_expiry_date`, the one date that ERPNext's stock sets by itself.
    #[must_use]
    pub fn new() -> Self {
        let (expiry, fields) = ("warranty_expiry_date".to_owned(), Vec::new());
        Self { expiry, fields }
    }

    /// With another date of Serial No: `amc_expiry_date`, or a custom field.
    #[must_use]
    pub fn expiring_by(mut self, field: impl Into<String>) -> Self {
        self.expiry = field.into();
        self
    }

    /// With a field of Serial No as an attribute more.
    #[must_use]
    pub fn with_field(mut self, field: impl Into<String>) -> Self {
        self.fields.push(field.into());
        self
    }
}

impl Default for SerialSource {
    fn default() -> Self {
        Self::new()
    }
}

/// A site of ERPNext and what is read of it.
///
/// ```
/// # use pregon_adapters_erp::{ErpNextConfig, Secret};
/// let secret = Secret::new("not to be seen");
/// let config = ErpNextConfig::new("https://erp.example.org", Secret::new("key"), secret);
/// assert!(!format!("{config:?}").contains("seen"));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ErpNextConfig {
    pub(super) url: String,
    pub(super) key: Secret,
    pub(super) secret: Secret,
    pub(super) records: BTreeMap<RecordKind, SerialSource>,
    pub(super) customer_fields: Vec<String>,
    pub(super) page_size: u32,
    pub(super) timeouts: Timeouts,
    pub(super) root_pem: Option<Vec<u8>>,
    pub(super) plain_http: bool,
}

impl ErpNextConfig {
    /// A site and the API key of a user that may only read.
    #[must_use]
    pub fn new(url: impl Into<String>, key: Secret, secret: Secret) -> Self {
        Self {
            url: url.into(),
            key,
            secret,
            records: BTreeMap::new(),
            customer_fields: Vec::new(),
            page_size: 1000,
            timeouts: Timeouts::default(),
            root_pem: None,
            plain_http: false,
        }
    }

    /// With a kind of record. Without any, serial numbers are `pin`s.
    #[must_use]
    pub fn with_records(mut self, kind: RecordKind, source: SerialSource) -> Self {
        self.records.insert(kind, source);
        self
    }

    /// With a field of Customer as an attribute more.
    #[must_use]
    pub fn with_customer_field(mut self, field: impl Into<String>) -> Self {
        self.customer_fields.push(field.into());
        self
    }

    /// With at most so many rows a call, from 1 to 5000; 1000 unless said.
    #[must_use]
    pub fn with_page_size(mut self, rows: u32) -> Self {
        self.page_size = rows.clamp(1, 5000);
        self
    }

    /// With other time-outs.
    #[must_use]
    pub fn with_timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// With the certificate of an authority of one's own, as PEM, beside the usual ones.
    #[must_use]
    pub fn with_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_pem = Some(pem.into());
        self
    }

    /// Lets key and secret travel unencrypted to another machine.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }
}
