//! What was asked, and what the processes tell each other about it.

use std::fmt;
use std::path::{Path, PathBuf};

/// Which of the processes this one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Starts the others.
    Driver,
    /// The mail server.
    Sink,
    /// Fills the store with what a host would have in it.
    Setup,
    /// The host with the engine.
    Product,
}

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Args {
    pub(crate) role: Role,
    pub(crate) people: u64,
    pub(crate) kills: u64,
    pub(crate) postgres: bool,
    pub(crate) connections: u64,
    pub(crate) in_flight: u64,
    pub(crate) begin: u64,
    pub(crate) threads: u64,
    pub(crate) pipelining: bool,
    /// Where the store lies, and under which name.
    pub(crate) dir: PathBuf,
    pub(crate) schema: String,
    pub(crate) port: u64,
}

impl Args {
    pub(crate) fn read() -> Self {
        let said: Vec<String> = std::env::args().skip(1).collect();
        let value = |name: &str| {
            let at = said.iter().position(|word| word == name)?;
            said.get(at + 1).map(String::as_str)
        };
        let number = |name: &str, ordinary: u64| {
            value(name).map_or(ordinary, |text| text.parse().expect("a number"))
        };
        let measured = said.iter().any(|word| word == "--bench");
        let role = match value("--role") {
            Some("sink") => Role::Sink,
            Some("setup") => Role::Setup,
            Some("product") => Role::Product,
            _ => Role::Driver,
        };
        let (people, kills) = if measured { (200_000, 0) } else { (300, 2) };
        let flag =
            |at: usize| at > 0 && said[at - 1].starts_with("--") && said[at - 1] != "--bench";
        let plain = said.iter().enumerate().filter(|(at, _)| !flag(*at));
        let first = plain.filter_map(|(_, word)| word.parse().ok()).next();
        Self {
            role,
            people: number("--people", first.unwrap_or(people)),
            kills: number("--kill", kills),
            postgres: value("--store") == Some("postgres"),
            connections: number("--connections", 32).max(1),
            in_flight: number("--in-flight", 32).max(1),
            begin: number("--begin", 1_024).max(1),
            threads: number("--threads", 1).max(1),
            pipelining: !said.iter().any(|word| word == "--no-pipelining"),
            dir: value("--dir").map(PathBuf::from).unwrap_or_default(),
            schema: format!(
                "bench_{}",
                number("--schema", u64::from(std::process::id()))
            ),
            port: number("--port", 0),
        }
    }

    /// With the directory for everything.
    pub(crate) fn at(mut self, dir: &Path) -> Self {
        self.dir = dir.to_owned();
        self
    }

    /// With the sink's port.
    pub(crate) fn with_port(mut self, port: u64) -> Self {
        self.port = port;
        self
    }

    /// The words by which another process of this program is told the same.
    pub(crate) fn for_role(&self, role: Role) -> Vec<String> {
        let role = match role {
            Role::Driver => "driver",
            Role::Sink => "sink",
            Role::Setup => "setup",
            Role::Product => "product",
        };
        let schema = self.schema.trim_start_matches("bench_");
        let mut words = vec![
            ("--role", role.to_owned()),
            ("--people", self.people.to_string()),
            ("--kill", self.kills.to_string()),
            ("--connections", self.connections.to_string()),
            ("--in-flight", self.in_flight.to_string()),
            ("--begin", self.begin.to_string()),
            ("--threads", self.threads.to_string()),
            ("--dir", self.dir.to_string_lossy().into_owned()),
            ("--schema", schema.to_owned()),
            ("--port", self.port.to_string()),
        ];
        if self.postgres {
            words.push(("--store", "postgres".to_owned()));
        }
        let words = words.into_iter();
        let mut words: Vec<String> = words.flat_map(|(a, b)| [a.to_owned(), b]).collect();
        if !self.pipelining {
            words.push("--no-pipelining".to_owned());
        }
        words
    }
}

impl fmt::Display for Args {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let store = if self.postgres {
            "PostgreSQL"
        } else {
            "SQLite"
        };
        write!(
            f,
            "{} people, {store}, {} connections",
            self.people, self.connections
        )?;
        write!(f, ", {} in flight, {} a turn", self.in_flight, self.begin)?;
        let pipelining = if self.pipelining {
            ""
        } else {
            ", no pipelining"
        };
        write!(f, "{pipelining}, {} kills", self.kills)
    }
}
