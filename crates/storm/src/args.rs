//! What a storm is asked for.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as Flags, Parser, Subcommand, ValueEnum};
use pregon::{Length, Promise};

/// Kills workers of Pregón at random moments and counts what went wrong.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Storms the engine; the last line says what went wrong.
    Run(Storm),
    /// Storms three naive protocols, which must be caught.
    Controls(Controls),
    /// A worker, started by the storm.
    #[command(hide = true)]
    Worker(Worker),
    /// The provider, started by the storm.
    #[command(hide = true)]
    Provider(Provider),
}

/// Where the ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// One file, one process.
    Sqlite,
    /// The server that `PREGON_TEST_POSTGRES` names, many processes.
    Postgres,
}

/// What the provider does for a lost answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Nothing: each arrival is a message.
    Blind,
    /// Takes a key once.
    Idempotent,
    /// Would tell later.
    Webhook,
    /// Can be asked, some time after.
    Lookup,
}

impl Mode {
    /// What an action over such a provider promises.
    pub(crate) fn promise(self) -> Promise {
        match self {
            Self::Blind => Promise::Blind,
            Self::Idempotent => Promise::Idempotent { retention: None },
            Self::Webhook => Promise::Webhook,
            Self::Lookup => Promise::Lookup { settle: SETTLE },
        }
    }

    /// Its name on the command line.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |it| it.get_name().to_owned())
    }
}

/// What drives a storm.
#[derive(Debug, Clone, Flags)]
pub(crate) struct Storm {
    /// Repeats an earlier storm as far as kills allow.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// How many workers are killed.
    #[arg(long, default_value_t = 100)]
    pub(crate) kills: u32,
    /// How many messages are planned.
    #[arg(long, default_value_t = 10_000)]
    pub(crate) messages: u32,
    /// Where the ledger is.
    #[arg(long, value_enum, default_value = "sqlite")]
    pub(crate) store: Kind,
    /// What the provider does for a lost answer.
    #[arg(long, value_enum, default_value = "blind")]
    pub(crate) mode: Mode,
    /// How many workers run at once; SQLite has one.
    #[arg(long, default_value_t = 4)]
    pub(crate) workers: u32,
    /// How many times a worker is frozen for longer than a message may wait to leave.
    #[arg(long, default_value_t = 3)]
    pub(crate) freezes: u32,
    /// How many times the PostgreSQL server is crashed. It must be one that nobody else uses.
    #[arg(long, default_value_t = 0)]
    pub(crate) crashes: u32,
    #[command(flatten)]
    pub(crate) pace: Pace,
    /// Leaves the folder of the storm, or its schema, where it is.
    #[arg(long)]
    pub(crate) keep: bool,
}

/// How much of everything is at stake at once.
#[derive(Debug, Clone, Copy, Flags)]
pub(crate) struct Pace {
    /// How many messages are on their way at once.
    #[arg(long, default_value_t = 4)]
    pub(crate) in_flight: u32,
    /// How many dispatches a turn begins.
    #[arg(long, default_value_t = 16)]
    pub(crate) begin: u32,
    /// For how many milliseconds after its turn a message may leave.
    #[arg(long, default_value_t = 1000)]
    pub(crate) deadline: u64,
}

impl Pace {
    /// How long after its turn a message may leave.
    pub(crate) fn deadline(&self) -> Duration {
        Duration::from_millis(self.deadline)
    }
}

/// The storm over the naive protocols.
#[derive(Debug, Clone, Flags)]
pub(crate) struct Controls {
    /// Repeats an earlier storm as far as kills allow.
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// How many times each is killed.
    #[arg(long, default_value_t = 20)]
    pub(crate) kills: u32,
    /// How many messages each plans.
    #[arg(long, default_value_t = 1000)]
    pub(crate) messages: u32,
}

/// By which protocol a worker sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Protocol {
    /// The engine.
    Pregon,
    /// Looks into a log, sends, writes the log.
    LogAfterSend,
    /// Moves a cursor on when it fetches.
    CursorAtFetch,
    /// A queue that gives out again what was not confirmed in time.
    LeaseThatResends,
}

impl Protocol {
    /// Its name on the command line.
    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |it| it.get_name().to_owned())
    }
}

/// A worker of a storm.
#[derive(Debug, Clone, Flags)]
pub(crate) struct Worker {
    #[arg(long, value_enum)]
    pub(crate) protocol: Protocol,
    #[arg(long, value_enum)]
    pub(crate) store: Kind,
    #[arg(long, value_enum)]
    pub(crate) mode: Mode,
    /// The file, for SQLite; the schema, for PostgreSQL.
    #[arg(long)]
    pub(crate) place: PathBuf,
    /// The clock of the storm.
    #[arg(long)]
    pub(crate) clock: PathBuf,
    /// Its name.
    #[arg(long)]
    pub(crate) name: String,
    #[arg(long)]
    pub(crate) messages: u32,
    #[arg(long)]
    pub(crate) provider: SocketAddr,
    #[command(flatten)]
    pub(crate) pace: Pace,
}

/// The provider of a storm.
#[derive(Debug, Clone, Flags)]
pub(crate) struct Provider {
    #[arg(long)]
    pub(crate) seed: u64,
    #[arg(long, value_enum)]
    pub(crate) mode: Mode,
    /// The clock of the storm.
    #[arg(long)]
    pub(crate) clock: PathBuf,
}

/// How long a lease of a PostgreSQL worker is: longer than any request, and than a freeze.
pub(crate) const LEASE: Duration = Duration::from_secs(30);

/// After how long a provider that can be asked says of a message that it has it.
pub(crate) const SETTLE: Length = Length::from_secs(30);

/// How long the channel waits for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_millis(150);

/// A length of so many hours.
pub(crate) const fn hours(count: u32) -> Length {
    Length::from_secs(count * 3600)
}
