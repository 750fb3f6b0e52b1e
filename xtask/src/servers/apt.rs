//! Packages of a Debian system.

use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::Result;
use crate::process::{is_root, run, succeeds};

/// The system lets one install at a time.
static INSTALLS: Mutex<()> = Mutex::new(());

/// Installs packages; only root on a Debian system gets them, everybody else is told what to do.
pub(crate) fn install(needed: &str, packages: &[&str]) -> Result {
    let _alone = INSTALLS.lock().unwrap_or_else(PoisonError::into_inner);
    if !is_root() || !succeeds(Command::new("apt-get").arg("--version")) {
        return Err(needed.to_owned());
    }
    eprintln!("{needed}: installing them");
    run(&mut apt("update"))?;
    run(apt("install")
        .args(["--yes", "--no-install-recommends"])
        .args(packages))
}

/// A package must not start a service of its own: ports are ours to give.
fn apt(task: &str) -> Command {
    let mut apt = Command::new("apt-get");
    apt.args(["--quiet", task])
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("RUNLEVEL", "1");
    apt
}
