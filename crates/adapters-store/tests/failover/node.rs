//! A PostgreSQL of the test's own, which may be killed, copied and promoted.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The variable that says where the programs of PostgreSQL are.
const PROGRAMS: &str = "PREGON_TEST_POSTGRES_PROGRAMS";

/// Settings that a standby must have as its primary has them, so in the file that is copied.
const MAKE: &str = r#"
"$1/initdb" -D "$2" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync
cat >> "$2/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 40
fsync = off
wal_log_hints = on
wal_keep_size = 64MB
wal_retrieve_retry_interval = 100ms
END
"#;

const COPY: &str =
    r#""$1/pg_basebackup" -h 127.0.0.1 -p "$3" -U postgres -D "$2" -R -X stream -c fast"#;

/// Serves until stdin ends, which it also does when the test is killed, and then dies as by a kill.
const SERVE: &str = r#"
trap '' INT TERM HUP
"$1/pg_ctl" -D "$2" -w -t 50 -l "$2/server.log" -o "-p $3" start >&2 || exit 1
echo READY
cat >/dev/null || true
"$1/pg_ctl" -D "$2" -m immediate -w stop >&2
"#;

/// Serves, as root, with a small file system beside its folder, which nobody else sees and which is
/// gone with the server.
const SERVE_SMALL: &str = r#"exec unshare -m sh -c '
set -e
mkdir -p "$2.small"
mount -t tmpfs -o size=12m tmpfs "$2.small"
chown postgres "$2.small"
exec runuser -u postgres -- sh -c "$4" sh "$1" "$2" "$3"' sh "$@""#;

/// Ends in order a server that was killed, and brings it back to where its successor left it.
const REWIND: &str = r#"
set -e
"$1/pg_ctl" -D "$2" -w -t 50 -l "$2/server.log" -o "-p $4" start
"$1/pg_ctl" -D "$2" -w -m fast stop
"$1/pg_rewind" -D "$2" -R --source-server="host=127.0.0.1 port=$3 user=postgres dbname=postgres"
"#;

const DUMP: &str = r#""$1/pg_dump" -h 127.0.0.1 -p "$3" -U postgres -d postgres \
    --clean --if-exists --schema=told > "$2""#;

const RESTORE: &str = r#""$1/psql" -h 127.0.0.1 -p "$3" -U postgres -d postgres \
    -q -X -v ON_ERROR_STOP=1 -f "$2" >/dev/null"#;

/// A folder for servers, gone with its guard.
#[derive(Debug)]
pub(crate) struct Yard {
    programs: String,
    folder: PathBuf,
}

impl Yard {
    /// Nothing, and loudly, where the environment names no programs.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let Ok(programs) = std::env::var(PROGRAMS) else {
            // Written past the test runner, which keeps what a passing test prints to itself.
            let said = format!("NOT RUN: no programs in {PROGRAMS}; see `cargo xtask servers`\n");
            let _ = std::io::stderr().write_all(said.as_bytes());
            return None;
        };
        let name = format!("pregon-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let yard = Self { programs, folder };
        yard.run("rm -rf \"$2\"; mkdir -m 700 \"$2\"", "", &[]);
        Some(yard)
    }

    /// A new database on a free port.
    pub(crate) fn primary(&self, name: &str) -> Node {
        self.run(MAKE, name, &[]);
        self.serve(name, free_port())
    }

    /// A copy of another one, which follows it.
    pub(crate) fn standby(&self, name: &str, of: &Node) -> Node {
        self.run(COPY, name, &[of.port]);
        self.serve(name, free_port())
    }

    /// A new database on a free port, and the folder of a disk of 12 MiB that it has; nothing, and
    /// loudly, where no file system can be mounted.
    pub(crate) fn with_a_small_disk(&self, name: &str) -> Option<(Node, String)> {
        self.run(MAKE, name, &[]);
        let port = free_port();
        let place = self.folder.join(name);
        let mut command = Command::new("sh");
        command
            .args(["-c", SERVE_SMALL, "sh", &self.programs])
            .arg(&place)
            .args([&port.to_string(), SERVE])
            .current_dir("/");
        let Some(child) = started(command) else {
            let said = "NOT RUN: no file system can be mounted here\n";
            let _ = std::io::stderr().write_all(said.as_bytes());
            return None;
        };
        Some((Node { child, port }, format!("{}.small", place.display())))
    }

    /// The server of a folder again, on this port.
    pub(crate) fn serve(&self, name: &str, port: u16) -> Node {
        let child = started(self.shell(SERVE, name, &[port]));
        let child = child.unwrap_or_else(|| panic!("the server {name} starts"));
        Node { child, port }
    }

    /// Makes of one that was killed a standby of its successor.
    pub(crate) fn rewind(&self, name: &str, to: &Node) -> Node {
        self.run(REWIND, name, &[to.port, free_port()]);
        self.serve(name, free_port())
    }

    /// Keeps what the schema `told` of a server has by now, as a backup does.
    pub(crate) fn dump(&self, of: &Node) {
        self.run(DUMP, "dump.sql", &[of.port]);
    }

    /// Puts it back into the same server.
    pub(crate) fn put_back(&self, to: &Node) {
        self.run(RESTORE, "dump.sql", &[to.port]);
    }

    fn run(&self, script: &str, name: &str, ports: &[u16]) {
        let done = self.shell(script, name, ports).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{name}: {said}");
    }

    /// A shell of the user whom PostgreSQL lets run it: it refuses root.
    fn shell(&self, script: &str, name: &str, ports: &[u16]) -> Command {
        let id = Command::new("id").arg("-u").output().unwrap();
        let is_root = id.stdout.starts_with(b"0\n");
        let mut command = Command::new(if is_root { "runuser" } else { "sh" });
        if is_root {
            command.args(["-u", "postgres", "--", "sh"]);
        }
        command
            .args(["-c", script, "sh", &self.programs])
            .arg(self.folder.join(name))
            .args(ports.iter().map(ToString::to_string))
            .current_dir("/");
        command
    }
}

impl Drop for Yard {
    fn drop(&mut self) {
        let _ = self.shell("rm -rf \"$2\"", "", &[]).output();
    }
}

/// A server that runs; dropped, it dies as by a kill.
#[derive(Debug)]
pub(crate) struct Node {
    child: Child,
    pub(crate) port: u16,
}

impl Node {
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// A server that says that it is ready.
fn started(mut command: Command) -> Option<Child> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    if line == "READY\n" {
        return Some(child);
    }
    let _ = child.wait();
    None
}

fn free_port() -> u16 {
    let bound = TcpListener::bind("127.0.0.1:0").unwrap();
    bound.local_addr().unwrap().port()
}
