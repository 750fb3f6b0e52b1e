//! Customers and serial numbers from a site of ERPNext.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use pregon_core::{
    Clock, Cursor, Customer, CustomerId, CustomerQuery, CustomerSource, Page, PortError, Record,
    RecordKind, RecordQuery, RecordRef, RecordSchemas, RecordSource, Schema, Zone,
};

mod config;
mod error;
mod site;

mod people;
mod serials;

mod bundles;
mod contacts;
mod fields;

mod answer;
mod http;
mod list;

pub use config::{ErpNextConfig, SerialSource};
pub use site::Plan;

use error::Result;
use http::Http;
use site::Site;

use crate::web::Secret;

const SERIAL: &str = "Serial No";

/// A record and its customer.
type Found = (Record, Customer);

/// Customers of ERPNext, and its serial numbers that expire, read through its REST interface.
///
/// [`connect`](Self::connect) finds out whether everything needed is there; what the user may not
/// see would otherwise be missing in silence. Nothing is written to the site, and nothing of it is
/// kept.
///
/// * A record is a serial number with a customer. Its attributes are `item_code`, `item_name`,
///   `item_group`, `brand`, `status`, its date under the field's own name and as `expiry_date`, and
///   the fields that the configuration adds.
/// * A customer has `customer_group`, `territory`, `customer_type`, `gender`, and the fields that
///   the configuration adds. Its addresses are those of its primary contact, or of the contacts
///   that link to it. A contact that unsubscribed refuses promotional e-mail.
/// * A disabled customer is not written to: neither it nor its serial numbers are given.
/// * Times without a zone are wall times of the site, whose zone is [`zone`](Self::zone).
///
/// A thousand serial numbers cost two calls, and two more when they are found again; a thousand
/// customers cost two. Up to five for serial numbers where the site is of version 15 before 2025
/// ([`Plan::Bundles`]). One more where a primary contact does not link to its customer, which only
/// imports bring about. At most two calls run at a time.
#[derive(Debug, Clone)]
pub struct ErpNext {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    http: Http,
    site: Site,
    page_size: u32,
}

impl ErpNext {
    /// Connects and finds out what the site has.
    ///
    /// # Errors
    /// When the site cannot be reached, does not accept the key, or lacks something that is needed:
    /// the cause names it.
    pub async fn connect(
        config: ErpNextConfig,
        clock: Arc<dyn Clock>,
    ) -> std::result::Result<Self, PortError> {
        let connected = async {
            let http = Http::new(&config, clock)?;
            let site = site::look(&http, &config).await?;
            try_out(&http, &site).await?;
            Ok((http, site))
        };
        let (http, site) = connected
            .await
            .map_err(|error: error::Error| error.at("connect"))?;
        let page_size = config.page_size;
        Ok(Self {
            inner: Arc::new(Inner {
                http,
                site,
                page_size,
            }),
        })
    }

    /// The zone of the site, in which its dates are meant.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.inner.site.zone
    }

    /// The version of ERPNext.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.inner.site.version
    }

    /// How the customer of a serial number is found out on this site.
    #[must_use]
    pub fn plan(&self) -> Plan {
        self.inner.site.plan
    }
}

impl Inner {
    fn limit(&self, asked: u32) -> u32 {
        asked.clamp(1, self.page_size)
    }

    async fn find_customers(&self, ids: &[CustomerId]) -> Result<Vec<Customer>> {
        let ids: BTreeSet<&str> = ids.iter().map(CustomerId::as_str).collect();
        let mut found = Vec::new();
        for some in chunks(&ids, self.page_size) {
            found.extend(people::find(&self.http, &self.site, &some).await?);
        }
        Ok(found)
    }

    async fn find_records(&self, names: &[RecordRef]) -> Result<Vec<Found>> {
        let mut kinds: BTreeMap<&RecordKind, BTreeSet<&str>> = BTreeMap::new();
        for name in names {
            kinds
                .entry(&name.kind)
                .or_default()
                .insert(name.id.as_str());
        }
        let mut found = Vec::new();
        for (kind, serials) in kinds {
            for some in chunks(&serials, self.page_size) {
                found.extend(serials::find(&self.http, &self.site, kind, &some).await?);
            }
        }
        Ok(found)
    }
}

/// Reads one row of everything as it will be read, so that a field that the user may not see, or a
/// joined doctype that it may not read, is found now.
async fn try_out(http: &Http, site: &Site) -> Result<()> {
    people::page(http, site, None, 1).await?;
    for kind in site.kinds.keys() {
        serials::page(http, site, kind, None, (None, 1)).await?;
    }
    Ok(())
}

fn chunks<'a>(all: &BTreeSet<&'a str>, most: u32) -> Vec<BTreeSet<&'a str>> {
    let all: Vec<&str> = all.iter().copied().collect();
    all.chunks(most as usize)
        .map(|some| some.iter().copied().collect())
        .collect()
}

#[async_trait]
impl CustomerSource for ErpNext {
    async fn schema(&self) -> std::result::Result<Schema, PortError> {
        Ok(self.inner.site.customer_schema.clone())
    }

    async fn page<'a>(
        &self,
        _query: &CustomerQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> std::result::Result<Page<Customer>, PortError> {
        let (http, site) = (&self.inner.http, &self.inner.site);
        let page = people::page(
            http,
            site,
            after.map(Cursor::as_str),
            self.inner.limit(limit),
        );
        let (items, last) = page.await.map_err(|error| error.at("page of customers"))?;
        Ok(Page {
            items,
            next: last.map(Cursor::new),
        })
    }

    async fn find(&self, ids: &[CustomerId]) -> std::result::Result<Vec<Customer>, PortError> {
        let found = self.inner.find_customers(ids).await;
        found.map_err(|error| error.at("find customers"))
    }
}

#[async_trait]
impl RecordSource for ErpNext {
    async fn schemas(&self) -> std::result::Result<RecordSchemas, PortError> {
        let kinds = self.inner.site.kinds.iter();
        Ok(kinds
            .map(|(name, kind)| (name.clone(), kind.schema.clone()))
            .collect())
    }

    async fn page<'a>(
        &self,
        query: &RecordQuery,
        after: Option<&'a Cursor>,
        limit: u32,
    ) -> std::result::Result<Page<Found>, PortError> {
        let (http, site) = (&self.inner.http, &self.inner.site);
        let place = (after.map(Cursor::as_str), self.inner.limit(limit));
        let page = serials::page(http, site, &query.kind, query.due.as_ref(), place);
        let (items, last) = page.await.map_err(|error| error.at("page of records"))?;
        Ok(Page {
            items,
            next: last.map(Cursor::new),
        })
    }

    async fn find(&self, names: &[RecordRef]) -> std::result::Result<Vec<Found>, PortError> {
        let found = self.inner.find_records(names).await;
        found.map_err(|error| error.at("find records"))
    }
}
