//! Real servers for the tests: started before them, stopped after them, whatever happened.

mod server;
mod apt;
mod python;
mod postgres;
mod smtp;

use std::io::Read as _;

use crate::Result;
use crate::process::strict;

use server::Server;

/// The servers that run, and what the tests must know of them.
pub(crate) struct Fleet(Vec<Server>);

impl Fleet {
    /// Starts every server. One that cannot be had is a failure on the build machine and a warning
    /// elsewhere: its variables stay unset, and the tests that need it say that they were left out.
    pub(crate) fn start() -> Result<Self> {
        let mut fleet = Self(Vec::new());
        for start in [smtp::start, postgres::start] {
            match start() {
                Ok(server) => fleet.0.push(server),
                Err(failure) if strict() => return Err(failure),
                Err(failure) => warn(&failure),
            }
        }
        Ok(fleet)
    }

    /// Starts PostgreSQL alone, for those who have nothing to do without it.
    pub(crate) fn postgres() -> Result<Self> {
        Ok(Self(vec![postgres::start()?]))
    }

    /// The environment that lets the tests find the servers.
    pub(crate) fn env(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter().flat_map(|server| &server.env);
        pairs.map(|(name, value)| (name.as_str(), value.as_str()))
    }
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
