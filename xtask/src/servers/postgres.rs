//! The PostgreSQL of this system.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::process::output;
use crate::servers::apt;
use crate::servers::cluster::{Place, url};
use crate::servers::server::Server;

/// The variable under which the tests find the server.
const VARIABLE: &str = "PREGON_TEST_POSTGRES";

/// Where its programs are, for tests that start servers of their own.
const PROGRAMS: &str = "PREGON_TEST_POSTGRES_PROGRAMS";

/// Where Debian keeps the programs of a version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Starts the server, and says its port as well.
pub(crate) fn start() -> Result<(Server, u16)> {
    let programs = programs()?;
    let (mut server, port) = Place::new("postgres")?.serve(&programs)?;
    server.env = vec![
        (VARIABLE.to_owned(), url(port)),
        (PROGRAMS.to_owned(), programs.to_string_lossy().into_owned()),
    ];
    Ok((server, port))
}

/// The newest version that is there; when none is, it is installed.
fn programs() -> Result<PathBuf> {
    if let Some(found) = newest(Path::new(VERSIONS)).or_else(on_path) {
        return Ok(found);
    }
    apt::install(
        "the database tests need PostgreSQL (Debian: apt-get install postgresql)",
        &["postgresql"],
    )?;
    newest(Path::new(VERSIONS)).ok_or_else(|| format!("{VERSIONS} has no initdb"))
}

/// The programs of the newest version below a folder of versions.
fn newest(versions: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(versions).ok()?.flatten();
    let numbered = entries.filter_map(|entry| {
        let version: u32 = entry.file_name().to_str()?.parse().ok()?;
        let programs = entry.path().join("bin");
        programs
            .join("initdb")
            .is_file()
            .then_some((version, programs))
    });
    numbered.max().map(|(_, programs)| programs)
}

/// The programs of another system, which has them among all others.
fn on_path() -> Option<PathBuf> {
    let found = output(Command::new("sh").args(["-c", "command -v initdb || true"])).ok()?;
    let initdb = Path::new(found.trim());
    initdb
        .parent()
        .filter(|_| initdb.is_file())
        .map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_taken() {
        let versions = Server::folder("versions").unwrap();
        assert_eq!(newest(&versions), None);
        for version in ["9", "15", "common"] {
            let bin = versions.join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            fs::write(bin.join("initdb"), "").unwrap();
        }
        // One of which only the client is there.
        fs::create_dir_all(versions.join("17").join("bin")).unwrap();
        assert_eq!(newest(&versions), Some(versions.join("15").join("bin")));
        fs::remove_dir_all(versions).unwrap();
    }
}
