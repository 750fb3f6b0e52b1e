//! The commands, one file each.

mod check;
mod demo;
mod demo_files;
mod demo_report;
mod explain;
mod files;
mod init;
mod passes;
mod run;
mod segment;
mod totals;

pub(crate) use check::check;
pub(crate) use demo::demo;
pub(crate) use explain::explain;
pub(crate) use init::init;
pub(crate) use run::run;
pub(crate) use segment::segment;

use std::path::{Path, PathBuf};

use crate::config::NAME;

/// The configuration in a directory or the nearest one above it.
fn nearest_config(from: &Path) -> Option<PathBuf> {
    let from = std::path::absolute(from).ok()?;
    from.ancestors()
        .map(|dir| dir.join(NAME))
        .find(|file| file.is_file())
}
