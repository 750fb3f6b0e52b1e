//! Packages of a Debian system.

use std::process::Command;

use crate::Result;
use crate::process::{output, run, succeeds};

/// Installs packages; only root on a Debian system gets them, everybody else is told what to do.
pub(crate) fn install(needed: &str, packages: &[&str]) -> Result {
    let root = output(Command::new("id").arg("-u")).is_ok_and(|uid| uid.trim() == "0");
    if !root || !succeeds(Command::new("apt-get").arg("--version")) {
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
