//! `pregon export`: what the store has of a person.

use pregon::CustomerId;

use super::find_config;
use crate::args::Common;
use crate::config::{Config, StorePlace};
use crate::output::{Failure, FailureKind, Out};

/// Writes all that the store has of a person, as JSON; with `--json` on one line. It only reads,
/// beside whoever sends.
pub(crate) async fn export(customer: &str, common: &Common, out: Out) -> Result<u8, Failure> {
    let id = CustomerId::new(customer);
    let id =
        id.map_err(|error| Failure::new(FailureKind::Usage, format!("--customer: {error}")))?;
    let config = Config::alone(&find_config(common)?)?;
    let store = StorePlace::of(&config)?.open_to_read().await?;
    let export = pregon::export(&*store.keeper(), &id).await;
    out.data(&export.map_err(|error| Failure::port(&error))?)?;
    Ok(0)
}
