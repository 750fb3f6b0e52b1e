//! The command line.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{ArgGroup, Args, Parser, Subcommand};
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
        /// Files or directories of campaigns, and files of segments
        #[arg(required = true, value_name = "CAMPAIGN")]
        campaigns: Vec<PathBuf>,
    },
    /// Show a step as it would be sent to somebody; send nothing, or a test to your own people
    Preview(Box<PreviewArgs>),
    /// Publish what a configuration names, and send what is due
    Run {
        /// The configuration, or its directory
        #[arg(value_name = "CONFIG")]
        file: Option<PathBuf>,
        /// End when nothing is due at this instant
        #[arg(long)]
        once: bool,
        /// Take a store as it is, after a failover or a restore
        #[arg(long)]
        accept_moved: bool,
        /// What was committed since may be lost: what waits and was due since then is in doubt
        #[arg(long, value_name = "INSTANT", value_parser = instant, requires = "accept_moved")]
        lost_since: Option<DateTime<Utc>>,
    },
    /// Count, list or explain who belongs to segments of a CSV file of customers
    Segment(Box<SegmentArgs>),
    /// Say what a person was sent, was not, and why
    Explain {
        /// The person's id in the source
        #[arg(long, value_name = "ID")]
        customer: String,
        /// Only this campaign
        #[arg(long, value_name = "ID")]
        campaign: Option<String>,
    },
    /// Record that a person does not want to be written to; nothing begins against it from then on
    Optout(OptoutArgs),
    /// Stop a campaign for now; nothing of it begins from then on
    Pause(CampaignArg),
    /// Go on with a campaign that was paused
    Resume(CampaignArg),
    /// Call a campaign off, for good; what waits is never sent
    Cancel(CampaignArg),
    /// End a campaign, for good; what waits is never sent
    Finish(CampaignArg),
    /// Write all that the store has of a person, as one JSON document
    Export(CustomerArg),
    /// Forget a person, for good; they are remembered only as somebody not to be written to
    Erase(CustomerArg),
    /// Prove from the store's books that nothing was sent twice, lost or too much
    Audit,
}

/// Which person.
#[derive(Debug, Clone, Args)]
pub(crate) struct CustomerArg {
    /// The person's id in the source
    #[arg(long, value_name = "ID")]
    pub(crate) customer: String,
}

/// Which campaign.
#[derive(Debug, Clone, Args)]
pub(crate) struct CampaignArg {
    /// The campaign's id
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: String,
}

/// What `optout` takes.
#[derive(Clone, Args)]
#[command(group(ArgGroup::new("whose").required(true).args(["customer", "address"])))]
#[command(group(ArgGroup::new("of_what").args(["purpose", "all"])))]
pub(crate) struct OptoutArgs {
    /// The person's id in the source
    #[arg(long, value_name = "ID")]
    pub(crate) customer: Option<String>,
    /// An e-mail address or a phone number, whoever has it
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) address: Option<String>,
    /// Only by this channel
    #[arg(long, value_name = "CHANNEL")]
    pub(crate) channel: Option<String>,
    /// Only about this, as `newsletter` (default: everything promotional)
    #[arg(long, value_name = "PURPOSE")]
    pub(crate) purpose: Option<String>,
    /// About everything, confirmations and reminders too
    #[arg(long)]
    pub(crate) all: bool,
}

/// Whose address it is stays out of logs.
impl std::fmt::Debug for OptoutArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OptoutArgs").finish_non_exhaustive()
    }
}

/// What `preview` takes. Its `Debug` hides to whom a test goes.
#[derive(Clone, Args)]
pub(crate) struct PreviewArgs {
    /// The campaign: its directory or file
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: PathBuf,
    /// Which journey, where there are several
    #[arg(long, value_name = "ID")]
    pub(crate) journey: Option<String>,
    /// Which step, where there are several
    #[arg(long, value_name = "ID")]
    pub(crate) step: Option<String>,
    /// For whom, by the id in the source (default: the first that it has)
    #[arg(long, value_name = "ID")]
    pub(crate) customer: Option<String>,
    /// Where the files go
    #[arg(long, default_value = "vista", value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Send it as a test to these addresses or numbers, by the configured channel
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    pub(crate) send_to: Vec<String>,
    /// Send it as a test to the [seeds] of the configuration that the channel reaches
    #[arg(long)]
    pub(crate) seeds: bool,
}

impl std::fmt::Debug for PreviewArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreviewArgs").finish_non_exhaustive()
    }
}

impl Command {
    /// Whether programs read the result, one document a line.
    pub(crate) fn wants_json_lines(&self) -> bool {
        matches!(self, Self::Segment(args) if args.json_lines)
    }
}

/// What `segment` takes.
#[derive(Debug, Clone, Args)]
#[command(group(ArgGroup::new("asked").required(true).args(["rules", "file"])))]
#[command(group(ArgGroup::new("answer").args(["count", "ids", "explain"])))]
pub(crate) struct SegmentArgs {
    /// The customers: a CSV file with a header; - is the standard input
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) customers: PathBuf,
    /// The types of columns, as NAME = "integer" in TOML or JSON; the others are inferred
    #[arg(long, value_name = "FILE")]
    pub(crate) schema: Option<PathBuf>,
    /// A rule, as 'visits >= 6 and email is set'; several may be given, NAME: before each
    #[arg(long = "rule", value_name = "TEXT")]
    pub(crate) rules: Vec<String>,
    /// A rule, as text or JSON; or segments, as [[segment]] and [[family]] in TOML or JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The civil date that is today, for everybody, as 2026-11-20 (default: by the clock)
    #[arg(long, value_name = "DATE", value_parser = date, conflicts_with = "now")]
    pub(crate) today: Option<NaiveDate>,
    /// The column with the customers' ids (default: id or customer_id)
    #[arg(long, value_name = "COLUMN")]
    pub(crate) id: Option<String>,
    /// Of several segments, only this one
    #[arg(long, value_name = "NAME")]
    pub(crate) segment: Option<String>,
    /// Say how many belong (the default)
    #[arg(long)]
    pub(crate) count: bool,
    /// Say who belongs: one id a line, in the order of the file
    #[arg(long)]
    pub(crate) ids: bool,
    /// Say why a customer belongs or does not
    #[arg(long, value_name = "ID")]
    pub(crate) explain: Option<String>,
    /// With --ids: one JSON object a line
    #[arg(long, requires = "ids")]
    pub(crate) json_lines: bool,
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let parsed = DateTime::parse_from_rfc3339(text);
    parsed
        .map(|at| at.to_utc())
        .map_err(|_| "write it as 2026-11-20T12:00:00Z".to_owned())
}

fn date(text: &str) -> Result<NaiveDate, String> {
    let wrong = || "write it as 2026-11-20".to_owned();
    if text.len() != 10 {
        return Err(wrong());
    }
    text.parse().map_err(|_| wrong())
}

fn zone(text: &str) -> Result<Zone, String> {
    text.parse::<Zone>().map_err(|error| error.to_string())
}
