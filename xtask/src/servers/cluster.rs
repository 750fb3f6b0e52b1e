//! One PostgreSQL: an empty folder, a free port, no password, nothing that outlives us.

use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::Result;
use crate::process::{is_root, run, succeeds, target};
use crate::servers::server::Server;

/// The user whom the Debian package makes, and as whom servers run when we are root.
pub(crate) const USER: &str = "postgres";

/// Makes a database. The arguments: the folder of programs, the folder of data.
const MAKE: &str =
    r#""$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >&2"#;

/// Serves it until stdin ends, which it also does when we are killed, and stops at once. The
/// arguments: the folder of programs, the folder of data, the port.
///
/// What is lost with the power does not matter to a test; what is lost with a process does. A
/// signal to all of us, as from a terminal, must not end what would stop the server.
const SERVE: &str = r#"
set -e
trap '' INT TERM HUP
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

/// The ports that were given away.
static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());

/// Where a server is to run: a folder of ours, and one in it for the user that it runs as.
pub(crate) struct Place {
    folder: PathBuf,
    /// What the server may read and write.
    pub(crate) data: PathBuf,
}

impl Place {
    /// An empty place of this name.
    pub(crate) fn new(name: &str) -> Result<Self> {
        let folder = Server::folder(name)?;
        let data = data_folder(name, &folder)?;
        Ok(Self { folder, data })
    }

    /// Starts a PostgreSQL of these programs here; says its port as well.
    pub(crate) fn serve(self, programs: &Path) -> Result<(Server, u16)> {
        let made = as_user("sh")
            .args(["-c", MAKE, "sh"])
            .args([programs, &self.data])
            .output();
        let made = made.map_err(|error| format!("cannot start a shell: {error}"))?;
        if !made.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)));
        }
        // Only now, so that nobody takes it while the database is being made.
        let port = free_port()?;
        let mut command = as_user("sh");
        command
            .args(["-c", SERVE, "sh"])
            .args([programs, &self.data])
            .arg(port.to_string());
        Ok((self.start(&mut command)?, port))
    }

    /// Starts a program of the user here, which says `READY` and serves until its stdin ends.
    pub(crate) fn start(self, command: &mut Command) -> Result<Server> {
        Server::start(command, self.folder).map(|(server, _)| server)
    }
}

/// How one reaches a server on this port as the user who may do everything.
pub(crate) fn url(port: u16) -> String {
    format!("postgres://{USER}@127.0.0.1:{port}/postgres")
}

/// A program of a user whom PostgreSQL lets run it: it refuses root.
pub(crate) fn as_user(program: &str) -> Command {
    let mut command = match is_root() {
        true => Command::new("runuser"),
        false => Command::new(program),
    };
    if is_root() {
        command.args(["-u", USER, "--", program]);
    }
    // A folder that the user may not enter would be complained of.
    command.current_dir("/");
    command
}

/// A port that nobody has, and that is given to nobody else. Another program could take it before
/// the server does; then the server does not start, and says so.
pub(crate) fn free_port() -> Result<u16> {
    loop {
        let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = bound.map_err(|error| format!("no free port: {error}"))?;
        let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        if given.insert(address.port()) {
            return Ok(address.port());
        }
    }
}

/// An empty folder for the data, which the user of the server owns and can reach.
///
/// A checkout below a closed home is out of reach for that user: then the folder is a temporary
/// one.
fn data_folder(name: &str, folder: &Path) -> Result<PathBuf> {
    if !is_root() {
        return Ok(folder.to_owned());
    }
    let reaches = |path: &Path| succeeds(as_user("test").arg("-x").arg(path));
    let name = format!("pregon-{name}-{}", std::process::id());
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
