//! Which service, as whom, and what of it.

use std::collections::BTreeMap;

use pregon_core::{RecordKind, Zone};

use super::listing::{HttpCustomers, HttpRecords};
use crate::web::{Secret, Timeouts};

/// As whom the service is asked.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum HttpAuth {
    /// `Authorization: Bearer TOKEN`.
    Bearer(Secret),
    /// `Authorization: Basic …`.
    Basic {
        /// The user.
        user: Secret,
        /// The password.
        password: Secret,
    },
}

/// A service of a host's own and what is read of it.
///
/// ```
/// # use pregon_adapters_erp::{HttpCustomers, HttpListing, HttpPaging, HttpSourceConfig};
/// # use pregon_adapters_erp::{HttpAuth, PersonField, Secret};
/// # use pregon_core::AttributeType;
/// // GET /v1/clientes?size=1000&after=1042  ->  { "data": [{ "id": 1043, "nombre": … }] }
/// let listing = HttpListing::new("clientes", HttpPaging::after_id("after")).with_items("/data");
/// let clients = HttpCustomers::new(listing)
///     .with(PersonField::Name, "/nombre")
///     .with(PersonField::Email, "/contacto/correo")
///     .with_attribute("income", AttributeType::Decimal, "/ingresos");
/// let config = HttpSourceConfig::new("https://api.example.ec/v1", clients)
///     .with_auth(HttpAuth::Bearer(Secret::new("not to be seen")));
/// assert!(!format!("{config:?}").contains("seen"));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HttpSourceConfig {
    pub(super) url: String,
    pub(super) auth: Option<HttpAuth>,
    pub(super) customers: HttpCustomers,
    pub(super) records: BTreeMap<RecordKind, HttpRecords>,
    pub(super) page_size: u32,
    pub(super) zone: Option<Zone>,
    pub(super) timeouts: Timeouts,
    pub(super) root_pem: Option<Vec<u8>>,
    pub(super) plain_http: bool,
}

impl HttpSourceConfig {
    /// A service and its customers.
    #[must_use]
    pub fn new(url: impl Into<String>, customers: HttpCustomers) -> Self {
        Self {
            url: url.into(),
            auth: None,
            customers,
            records: BTreeMap::new(),
            page_size: 500,
            zone: None,
            timeouts: Timeouts::default(),
            root_pem: None,
            plain_http: false,
        }
    }

    /// Asked as somebody.
    #[must_use]
    pub fn with_auth(mut self, auth: HttpAuth) -> Self {
        self.auth = Some(auth);
        self
    }

    /// With a kind of record.
    #[must_use]
    pub fn with_records(mut self, kind: RecordKind, records: HttpRecords) -> Self {
        self.records.insert(kind, records);
        self
    }

    /// With at most so many items a call, from 1 to 5000; 500 unless said.
    #[must_use]
    pub fn with_page_size(mut self, items: u32) -> Self {
        self.page_size = items.clamp(1, 5000);
        self
    }

    /// Times without an offset are wall times of this zone; without it they are no times.
    #[must_use]
    pub fn in_zone(mut self, zone: Zone) -> Self {
        self.zone = Some(zone);
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

    /// Lets everything travel unencrypted to another machine.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }
}
