//! `cargo xtask storm`: kills workers at random moments, and says what went wrong.

use crate::Result;
use crate::args::Args;
use crate::process::{cargo, run};
use crate::servers::Fleet;

/// Builds the storm and runs it with these arguments; the naive protocols come first.
///
/// A storm over PostgreSQL gets a server of its own, which it may crash.
pub(crate) fn run_storm(mut args: Args) -> Result {
    let given: Vec<String> = std::iter::from_fn(|| args.next()).collect();
    let fleet = match needs_server(&given) {
        true => Some(Fleet::postgres()?),
        false => None,
    };
    run(&mut storm(&["controls"]))?;
    let mut command = storm(&["run"]);
    if let Some(fleet) = &fleet {
        command.envs(fleet.env());
    }
    run(command.args(given))
}

fn needs_server(given: &[String]) -> bool {
    given
        .iter()
        .any(|arg| arg == "postgres" || arg == "--store=postgres")
}

fn storm(args: &[&str]) -> std::process::Command {
    let mut command = cargo(&[
        "run",
        "--quiet",
        "--release",
        "--package",
        "pregon-storm",
        "--",
    ]);
    command.args(args);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_started_for_those_who_need_one() {
        let given = |args: &[&str]| args.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(needs_server(&given(&["--store", "postgres"])));
        assert!(needs_server(&given(&["--kills", "9", "--store=postgres"])));
        assert!(!needs_server(&given(&["--kills", "1000"])));
    }
}
