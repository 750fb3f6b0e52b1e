//! ERPNext as a source.

use super::file::ErpNextTable;
use super::{Config, Source};
use crate::output::Failure;

const PATH: &str = "source.erpnext";

/// Says that this build cannot.
#[cfg(not(feature = "erpnext"))]
pub(super) async fn open(config: &Config, _: &ErpNextTable) -> Result<Source, Failure> {
    let message = "this build has no ERPNext: it lacks the feature `erpnext`";
    let hint = "build it with --features erpnext (or full), or use [source.csv]";
    Err(config.wrong(PATH, message).hinted(Some(hint)))
}

/// Connects to a site with the keys of the surroundings.
#[cfg(feature = "erpnext")]
pub(super) async fn open(config: &Config, table: &ErpNextTable) -> Result<Source, Failure> {
    use std::sync::Arc;
    use std::time::Duration;

    use pregon::SystemClock;
    use pregon::source::{ErpNext, ErpNextConfig, Secret, SerialSource, Timeouts};

    let secret = |name: &str| {
        let unset = || config.wrong(PATH, format!("the environment variable {name} is not set"));
        super::secrets::variable(name)
            .map(Secret::new)
            .ok_or_else(unset)
    };
    let (key, hidden) = (
        secret("PREGON_ERPNEXT_KEY")?,
        secret("PREGON_ERPNEXT_SECRET")?,
    );
    let mut site = ErpNextConfig::new(&table.url, key, hidden);
    for (kind, serials) in &table.records {
        let mut source = SerialSource::new();
        if let Some(field) = &serials.expiry {
            source = source.expiring_by(field);
        }
        source = serials
            .fields
            .iter()
            .fold(source, |source, field| source.with_field(field));
        site = site.with_records(kind.clone(), source);
    }
    site = table
        .customer_fields
        .iter()
        .fold(site, |site, field| site.with_customer_field(field));
    if let Some(rows) = table.page_size {
        site = site.with_page_size(rows);
    }
    if let Some(secs) = table.timeout_secs {
        let answer = Duration::from_secs(secs.max(1));
        let connect = answer.min(Timeouts::default().connect);
        site = site.with_timeouts(Timeouts { connect, answer });
    }
    if let Some(file) = &table.authorities {
        let pem = crate::document::read_text(&config.path(file))?;
        site = site.with_root_certificate(pem);
    }
    if table.plain_http {
        site = site.allow_plain_http();
    }
    let connected = ErpNext::connect(site, Arc::new(SystemClock::new())).await;
    let source = connected.map_err(|error| Failure::port(&error))?;
    let zone = Some(source.zone());
    let source = Arc::new(source);
    Ok(Source {
        customers: Arc::<ErpNext>::clone(&source),
        records: source,
        zone,
        files: Vec::new(),
    })
}
