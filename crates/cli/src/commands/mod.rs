//! The commands, one file each.

mod audit;
mod campaign;
mod check;
mod demo;
mod demo_files;
mod demo_report;
mod erase;
mod explain;
mod export;
mod files;
mod init;
mod mailbox;
mod optout;
mod passes;
mod preview;
mod run;
mod segment;
mod totals;

pub(crate) use audit::audit;
pub(crate) use campaign::change;
pub(crate) use check::check;
pub(crate) use demo::demo;
pub(crate) use erase::erase;
pub(crate) use explain::explain;
pub(crate) use export::export;
pub(crate) use init::init;
pub(crate) use optout::optout;
pub(crate) use preview::preview;
pub(crate) use run::run;
pub(crate) use segment::segment;

use std::path::{Path, PathBuf};

use pregon::CustomerId;

use crate::args::Common;
use crate::config::NAME;
use crate::output::{Failure, FailureKind};

/// The person that `--customer` names.
fn customer_id(text: &str) -> Result<CustomerId, Failure> {
    let id = CustomerId::new(text);
    id.map_err(|error| Failure::new(FailureKind::Usage, format!("--customer: {error}")))
}

/// The configuration in a directory or the nearest one above it.
fn nearest_config(from: &Path) -> Option<PathBuf> {
    let from = std::path::absolute(from).ok()?;
    from.ancestors()
        .map(|dir| dir.join(NAME))
        .find(|file| file.is_file())
}

/// The configuration that was named, the nearest one, or that of a demonstration.
fn find_config(common: &Common) -> Result<PathBuf, Failure> {
    if let Some(path) = &common.config {
        return Ok(path.clone());
    }
    let demo = Path::new("pregon-demo").join(NAME);
    let found = nearest_config(Path::new(".")).or_else(|| demo.is_file().then_some(demo));
    found.ok_or_else(|| {
        let message = format!("there is no {NAME} here or above");
        Failure::new(FailureKind::Usage, message).hinted(Some("name it with --config FILE"))
    })
}
