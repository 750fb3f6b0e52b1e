//! The command line.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand};
use pregon::Zone;

use crate::output::Lang;

/// Marketing that says each thing once: campaigns, limits and refusals in files.
#[derive(Debug, Parser)]
#[command(
    name = "pregon",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// Print exactly one JSON document on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Say nothing but results, warnings and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// The present, as 2026-11-20T12:00:00Z: for tests and replays
    #[arg(long, global = true, value_name = "INSTANT", value_parser = instant)]
    pub(crate) now: Option<DateTime<Utc>>,
    /// The zone, instead of the configuration's
    #[arg(long, global = true, value_name = "TZ", value_parser = zone)]
    pub(crate) zone: Option<Zone>,
    /// The language of what people read (default: from LANG)
    #[arg(long, global = true, value_enum)]
    pub(crate) lang: Option<Lang>,
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// What to log on stderr, as `pregon=debug` (off without it)
    #[arg(long, global = true, value_name = "FILTER")]
    pub(crate) log: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run four campaigns over 1,200 invented people and some simulated weeks
    Demo {
        /// Where its store, files and messages go
        #[arg(long, default_value = "pregon-demo")]
        dir: PathBuf,
    },
    /// Write a configuration, a campaign and a little data that run as they are
    Init {
        /// Where
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Find everything that is wrong with campaigns and can be known before they run
    Check {
        /// Files or directories of campaigns
        #[arg(required = true, value_name = "CAMPAIGN")]
        campaigns: Vec<PathBuf>,
    },
    /// Publish what a configuration names, and send what is due
    Run {
        /// The configuration, or its directory
        #[arg(value_name = "CONFIG")]
        file: Option<PathBuf>,
        /// End when nothing is due at this instant
        #[arg(long)]
        once: bool,
    },
    /// Say what a person was sent, was not, and why
    Explain {
        /// The person's id in the source
        #[arg(long, value_name = "ID")]
        customer: String,
        /// Only this campaign
        #[arg(long, value_name = "ID")]
        campaign: Option<String>,
    },
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let parsed = DateTime::parse_from_rfc3339(text);
    parsed
        .map(|at| at.to_utc())
        .map_err(|_| "write it as 2026-11-20T12:00:00Z".to_owned())
}

fn zone(text: &str) -> Result<Zone, String> {
    text.parse::<Zone>().map_err(|error| error.to_string())
}
