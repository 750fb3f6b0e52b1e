//! The PostgreSQL server: crashed, and cleaned up after.

use std::path::{Path, PathBuf};

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tokio::process::Command;

use crate::Result;
use crate::work::engine::SERVER;

/// Takes a schema away.
pub(super) async fn drop_schema(name: &str) -> Result {
    let mut on = connect().await?;
    let text = format!("DROP SCHEMA IF EXISTS \"{name}\" CASCADE");
    on.execute(AssertSqlSafe(text)).await?;
    Ok(on.close().await?)
}

/// Stops the server at once, as if its processes had been killed, and starts it as it was started.
pub(super) async fn crash() -> Result {
    let mut on = connect().await?;
    let ask = "SELECT current_setting('data_directory')";
    let data: String = sqlx::query_scalar(ask).fetch_one(&mut on).await?;
    on.close().await?;
    let data = PathBuf::from(data);
    let log = data.join("storm.log");
    let mut command = owner(&data)?;
    command
        .arg(programs(&data)?.join("pg_ctl"))
        .args(["-m", "immediate", "-w", "-t", "50", "-s", "-D"])
        .arg(&data)
        .arg("-l")
        .arg(log)
        .arg("restart")
        .current_dir("/");
    let ended = command.status().await?;
    match ended.success() {
        true => Ok(()),
        false => Err(format!("the server did not come back: {ended}").into()),
    }
}

async fn connect() -> Result<PgConnection> {
    let server = std::env::var(SERVER).map_err(|_| format!("no server in {SERVER}"))?;
    Ok(PgConnection::connect(&server).await?)
}

/// The folder of the server's programs: how it was started is kept with its data.
fn programs(data: &Path) -> Result<PathBuf> {
    let started = std::fs::read_to_string(data.join("postmaster.opts"))?;
    let program = started.split_whitespace().next().map(Path::new);
    let folder = program.and_then(Path::parent);
    Ok(folder.ok_or("nobody knows the server's programs")?.into())
}

/// A command as the user whose server it is: `pg_ctl` refuses to be run by root.
fn owner(data: &Path) -> Result<Command> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = std::fs::metadata(data)?.uid();
    if owner == rustix::process::getuid().as_raw() {
        return Ok(Command::new("env"));
    }
    let mut command = Command::new("setpriv");
    let owner = owner.to_string();
    command.args(["--reuid", &owner, "--clear-groups", "--"]);
    Ok(command)
}
