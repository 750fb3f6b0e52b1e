//! Real servers for the tests: started before them, stopped after them, whatever happened.

mod server;
mod apt;
mod python;
mod cluster;
mod postgres;
mod versions;
mod pgbouncer;
mod smtp;

use std::io::Read as _;
use std::thread;

use crate::Result;
use crate::process::strict;

use server::Server;

/// The servers that run, and what the tests must know of them.
pub(crate) struct Fleet(Vec<Server>);

impl Fleet {
    /// Starts every server, at once where they do not need each other. One that cannot be had is a
    /// failure on the build machine and a warning elsewhere: its variables stay unset, and the
    /// tests that need it say that they were left out.
    pub(crate) fn start() -> Result<Self> {
        let parts: [fn() -> Part; 3] = [mail, databases, versions::start];
        let parts = thread::scope(|all| {
            let threads = parts.map(|part| all.spawn(part));
            threads.map(|part| part.join().unwrap_or_else(|_| panicked()))
        });
        let mut fleet = Self(Vec::new());
        for (servers, failures) in parts {
            fleet.0.extend(servers);
            for failure in failures {
                if strict() {
                    return Err(failure);
                }
                warn(&failure);
            }
        }
        Ok(fleet)
    }

    /// Starts PostgreSQL alone, for those who have nothing to do without it.
    pub(crate) fn postgres() -> Result<Self> {
        Ok(Self(vec![postgres::start()?.0]))
    }

    /// The environment that lets the tests find the servers.
    pub(crate) fn env(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter().flat_map(|server| &server.env);
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Servers that run, and why others do not.
type Part = (Vec<Server>, Vec<String>);

fn mail() -> Part {
    match smtp::start() {
        Ok(server) => (vec![server], Vec::new()),
        Err(failure) => (Vec::new(), vec![failure]),
    }
}

/// The database of the system, and the pooler before it.
fn databases() -> Part {
    let (server, port) = match postgres::start() {
        Ok(started) => started,
        Err(failure) => return (Vec::new(), vec![failure]),
    };
    match pgbouncer::start(port) {
        Ok(pooler) => (vec![pooler, server], Vec::new()),
        Err(failure) => (vec![server], vec![failure]),
    }
}

fn panicked() -> Part {
    (Vec::new(), vec!["a server's start panicked".to_owned()])
}

/// `cargo xtask servers`: lets a developer run single tests against the servers.
pub(crate) fn wait() -> Result {
    let fleet = Fleet::start()?;
    for (name, value) in fleet.env() {
        println!("export {name}='{value}'");
    }
    eprintln!("servers run until Ctrl-C or the end of stdin");
    let mut ignored = Vec::new();
    let read = std::io::stdin().read_to_end(&mut ignored);
    read.map(drop).map_err(|error| format!("stdin: {error}"))
}

fn warn(failure: &str) {
    let rule = "!".repeat(72);
    eprintln!("{rule}\nA SERVER IS MISSING, ITS TESTS ARE LEFT OUT: {failure}\n{rule}");
}
