//! A Python with the packages that the test servers need, in a virtual environment of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::Result;
use crate::process::{root, run, succeeds, target};
use crate::servers::apt;

const NEEDED: &str = "the test servers need Python with venv and pip \
    (Debian: apt-get install python3 python3-venv)";

/// One makes the environment, and all others then find it.
static MAKES: Mutex<()> = Mutex::new(());

/// The interpreter of an environment that has exactly what `xtask/servers/requirements.txt` lists.
///
/// The environment is made once; a copy of the list, written last, says that it is complete.
pub(crate) fn interpreter() -> Result<PathBuf> {
    let _alone = MAKES.lock().unwrap_or_else(PoisonError::into_inner);
    let requirements = root().join("xtask/servers/requirements.txt");
    let wanted = fs::read_to_string(&requirements)
        .map_err(|error| format!("{}: {error}", requirements.display()))?;
    let venv = target().join("servers").join("venv");
    let python = venv.join("bin").join("python");
    let complete = venv.join("complete");
    if fs::read_to_string(&complete).is_ok_and(|has| has == wanted) && works(&python) {
        return Ok(python);
    }
    create(&venv)?;
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ]);
    run(pip.arg(requirements))?;
    fs::write(&complete, wanted).map_err(|error| format!("{}: {error}", complete.display()))?;
    Ok(python)
}

fn works(python: &Path) -> bool {
    succeeds(Command::new(python).args(["-c", "import aiosmtpd, cryptography"]))
}

fn create(venv: &Path) -> Result {
    // Debian splits venv from Python; its absence shows as a missing `ensurepip`.
    if !succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"])) {
        apt::install(NEEDED, &["python3", "python3-venv"])?;
    }
    // One that was not completed, or lists other packages, is made anew.
    run(Command::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(venv))
}
