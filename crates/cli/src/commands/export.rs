//! `pregon export`: what the store has of a person.

use super::{customer_id, find_config};
use crate::args::Common;
use crate::config::{Config, StorePlace};
use crate::output::{Failure, Out};

/// Writes all that the store has of a person, as JSON; with `--json` on one line. It only reads,
/// beside whoever sends.
pub(crate) async fn export(customer: &str, common: &Common, out: Out) -> Result<u8, Failure> {
    let id = customer_id(customer)?;
    let config = Config::alone(&find_config(common)?)?;
    let store = StorePlace::of(&config)?.open_to_read().await?;
    let export = pregon::export(&*store.keeper(), &id).await;
    out.data(&export.map_err(|error| Failure::port(&error))?)?;
    Ok(0)
}
