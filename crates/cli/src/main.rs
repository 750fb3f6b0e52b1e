//! The program `pregon`: marketing that says each thing once.

mod args;
mod campaign_file;
mod clock;
mod commands;
mod config;
mod document;
mod output;
mod signals;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};
use output::{Failure, FailureKind, Lang, Out};
use pregon::Move;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(wrong_line(&error)),
    };
    let out = Out {
        json: cli.common.json || cli.command.wants_json_lines(),
        quiet: cli.common.quiet,
        lang: cli.common.lang.unwrap_or_else(Lang::of_surroundings),
    };
    let done = start(&cli, out);
    ExitCode::from(done.unwrap_or_else(|failure| {
        out.failure(&failure);
        failure.kind.code()
    }))
}

fn start(cli: &Cli, out: Out) -> Result<u8, Failure> {
    if let Some(filter) = &cli.common.log {
        log(filter)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| {
        Failure::new(FailureKind::Failed, "no threads can be started").because(&error)
    })?;
    let done = runtime.block_on(command(cli, out));
    // What still writes a file ends by itself; nobody waits for what is only read.
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    done
}

async fn command(cli: &Cli, out: Out) -> Result<u8, Failure> {
    signals::survive_file_limits();
    let common = &cli.common;
    match &cli.command {
        Command::Demo { dir } => commands::demo(dir, common, out).await,
        Command::Init { dir } => commands::init(dir, common, out).await,
        Command::Check { campaigns } => commands::check(campaigns, common, out).await,
        Command::Preview(args) => commands::preview(args, common, out).await,
        Command::Run {
            file,
            once,
            accept_moved,
            lost_since,
        } => {
            let accept = accept_moved.then_some(*lost_since);
            commands::run(file.as_deref(), *once, accept, common, out).await
        }
        Command::Segment(args) => commands::segment(args, common, out).await,
        Command::Explain { customer, campaign } => {
            commands::explain(customer, campaign.as_deref(), common, out).await
        }
        Command::Optout(args) => commands::optout(args, common, out).await,
        Command::Pause(it) => commands::change(&it.campaign, Move::Pause, common, out).await,
        Command::Resume(it) => commands::change(&it.campaign, Move::Resume, common, out).await,
        Command::Cancel(it) => commands::change(&it.campaign, Move::Cancel, common, out).await,
        Command::Finish(it) => commands::change(&it.campaign, Move::Finish, common, out).await,
        Command::Export(it) => commands::export(&it.customer, common, out).await,
        Command::Erase(it) => commands::erase(&it.customer, common, out).await,
        Command::Audit => commands::audit(common, out).await,
    }
}

/// What is wrong with the command line, in clap's own words, and as a document where one was
/// asked for: the line was not understood, so the flag is looked for by hand.
fn wrong_line(error: &clap::Error) -> u8 {
    let _ = error.print();
    if !error.use_stderr() {
        return 0;
    }
    if std::env::args_os().any(|arg| arg == "--json" || arg == "--json-lines") {
        let text = error.render().to_string();
        let first = text.lines().next().unwrap_or_default();
        let message = first.trim_start_matches("error: ");
        let failure = Failure::new(FailureKind::Usage, message);
        let lang = Lang::En;
        let out = Out {
            json: true,
            quiet: true,
            lang,
        };
        out.line(&failure.to_json());
    }
    FailureKind::Usage.code()
}

fn log(filter: &str) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_new(filter).map_err(|error| {
        Failure::new(FailureKind::Usage, "--log is not a filter").because(&error)
    })?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    Ok(())
}
