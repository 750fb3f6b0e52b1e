//! A pooler that gives each transaction whatever session is free.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::Result;
use crate::process::output;
use crate::servers::apt;
use crate::servers::cluster::{Place, as_user, free_port, url};
use crate::servers::server::Server;

/// The variable under which the tests find it.
const VARIABLE: &str = "PREGON_TEST_PGBOUNCER";

/// Debian keeps it where only root looks for programs.
const FIND: &str = "PATH=$PATH:/usr/sbin command -v pgbouncer || true";

/// Serves until stdin ends, which it also does when we are killed. The arguments: the program, its
/// folder, its port, the port of the server.
///
/// There are fewer sessions than the tests have connections, so that they go from hand to hand; and
/// it is told to ignore nothing that a client says of itself.
const SCRIPT: &str = r#"
set -e
printf '"postgres" ""\n' > "$2/users.txt"
cat > "$2/pgbouncer.ini" <<END
[databases]
* = host=127.0.0.1 port=$4
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $3
unix_socket_dir =
auth_type = trust
auth_file = $2/users.txt
pool_mode = transaction
default_pool_size = 6
max_client_conn = 500
END
"$1" -q "$2/pgbouncer.ini" >&2 &
trap '' INT TERM HUP
echo "READY port=$3"
cat >/dev/null || true
kill $! || true
wait $! || true
rm -rf "$2"/*
rmdir "$2" 2>/dev/null || true
"#;

/// How often it is looked whether it answers, and how long is waited in between.
const LOOKS: u32 = 200;
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Starts it before the server on this port.
pub(crate) fn start(server: u16) -> Result<Server> {
    let program = program()?;
    let place = Place::new("pgbouncer")?;
    let port = free_port()?;
    let mut command = as_user("sh");
    command
        .args(["-c", SCRIPT, "sh"])
        .args([program, place.data.clone()])
        .args([port.to_string(), server.to_string()]);
    let mut pooler = place.start(&mut command)?;
    for _ in 0..LOOKS {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            pooler.env = vec![(VARIABLE.to_owned(), url(port))];
            return Ok(pooler);
        }
        thread::sleep(LOOK_AGAIN_AFTER);
    }
    Err("pgbouncer does not answer".to_owned())
}

fn program() -> Result<PathBuf> {
    if let Some(found) = found()? {
        return Ok(found);
    }
    apt::install(
        "the pooler's tests need pgbouncer (Debian: apt-get install pgbouncer)",
        &["pgbouncer"],
    )?;
    found()?.ok_or_else(|| "there is no pgbouncer".to_owned())
}

fn found() -> Result<Option<PathBuf>> {
    let found = output(Command::new("sh").args(["-c", FIND]))?;
    let path = Path::new(found.trim());
    Ok(path.is_file().then(|| path.to_owned()))
}
