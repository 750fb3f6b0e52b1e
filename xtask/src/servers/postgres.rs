//! A PostgreSQL of its own: an empty folder, a free port, no password, nothing that outlives us.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Result;
use crate::process::{output, run, succeeds, target};
use crate::servers::apt;
use crate::servers::server::Server;

/// The variable under which the tests find the server.
const VARIABLE: &str = "PREGON_TEST_POSTGRES";

/// The user whom the Debian package makes, and as whom the server runs when we are root.
const USER: &str = "postgres";

/// Where Debian keeps the programs of a version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Makes a database, serves it until stdin ends, which it also does when we are killed, and stops
/// at once. The arguments: the folder of programs, the folder of data, the port.
///
/// What is lost with the power does not matter to a test; what is lost with a process does.
const SCRIPT: &str = r#"
set -e
"$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >&2
"$1/pg_ctl" -D "$2/data" -w -t 50 -l "$2/server.log" -o "-p $3 \
  -c listen_addresses=127.0.0.1 -c unix_socket_directories=$2 -c fsync=off \
  -c synchronous_commit=on -c full_page_writes=off -c max_connections=200" start >&2 \
  || { cat "$2/server.log" >&2; exit 1; }
echo "READY port=$3"
cat >/dev/null || true
"$1/pg_ctl" -D "$2/data" -m immediate -w stop >&2
# Its own folder lies in one that is ours: what is in it goes, and the rest with our guard.
rm -rf "$2"/*
rmdir "$2" 2>/dev/null || true
"#;

/// Starts the server on a free port.
pub(crate) fn start() -> Result<Server> {
    let programs = programs()?;
    let folder = Server::folder("postgres")?;
    let root = is_root();
    let data = data_folder(&folder, root)?;
    let mut command = if root {
        let mut runuser = Command::new("runuser");
        runuser.args(["-u", USER, "--", "sh"]);
        runuser
    } else {
        Command::new("sh")
    };
    let port = free_port()?;
    command
        .args(["-c", SCRIPT, "sh"])
        .args([programs.as_path(), data.as_path()])
        .arg(port.to_string())
        // A folder that the user may not enter would be complained of.
        .current_dir("/");
    let (mut server, _) = Server::start(&mut command, folder)?;
    let url = format!("postgres://{USER}@127.0.0.1:{port}/postgres");
    server.env = vec![(VARIABLE.to_owned(), url)];
    Ok(server)
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

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|uid| uid.trim() == "0")
}

/// An empty folder for the data, which the user of the server owns and can reach.
///
/// A checkout below a closed home is out of reach for that user: then the folder is a temporary
/// one.
fn data_folder(folder: &Path, root: bool) -> Result<PathBuf> {
    if !root {
        return Ok(folder.to_owned());
    }
    let reaches = |path: &Path| {
        let mut test = Command::new("runuser");
        succeeds(test.args(["-u", USER, "--", "test", "-x"]).arg(path))
    };
    let name = format!("pregon-postgres-{}", std::process::id());
    let data = if reaches(folder) && reaches(&target()) {
        folder.join("server")
    } else {
        std::env::temp_dir().join(name)
    };
    // A process of the same number may have been killed before it could clean up.
    let _ = fs::remove_dir_all(&data);
    let mut install = Command::new("install");
    install.args(["-d", "-o", USER, "-m", "700"]).arg(&data);
    run(&mut install)?;
    Ok(data)
}

/// A port that nobody has. Another program could take it before the server does; then the server
/// does not start, and says so.
fn free_port() -> Result<u16> {
    let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let address = bound.map_err(|error| format!("no free port: {error}"))?;
    Ok(address.port())
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
