//! Two runs of `cargo test` at once, each ended when it takes too long.
//!
//! Most tests wait: for a disk, a server, a process they have started. One executable after the
//! other leaves the processors idle for more than half of the time, so those that take longest have
//! a lane of their own. A test that hangs is named by what its lane printed last.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::Result;
use crate::process::{line, target};

/// A lane takes about ten minutes on two cores; whatever takes three times as long hangs.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Runs `shown` on our own terminal and `kept` beside it, whose output is printed at the end.
///
/// Both run to their ends, so that every failing test is named.
pub(crate) fn run_both(shown: &mut Command, kept: &mut Command) -> Result {
    let path = log()?;
    let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let copy = file.try_clone().map_err(|error| error.to_string())?;
    kept.stdout(file).stderr(copy);
    let (shown_name, kept_name) = (line(shown), line(kept));
    eprintln!("+ {shown_name}\n+ {kept_name} (beside it)");
    let (shown, kept) = thread::scope(|both| {
        let kept = both.spawn(|| within(kept, LONGEST));
        (within(shown, LONGEST), kept.join())
    });
    let kept = kept.unwrap_or_else(|_| Err("its lane panicked".to_owned()));
    eprintln!("+ {kept_name} (was beside it)");
    let printed = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    eprintln!("{}", String::from_utf8_lossy(&printed));
    let failures: Vec<String> = [(shown_name, shown), (kept_name, kept)]
        .into_iter()
        .filter_map(|(name, ended)| Some(format!("`{name}`: {}", ended.err()?)))
        .collect();
    if failures.is_empty() {
        Ok(())
    } else {
        Err(failures.join("\n"))
    }
}

fn log() -> Result<PathBuf> {
    let folder = target().join("xtask");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder.join("lane.log"))
}

/// Runs a program, and ends it with everything it has started when it takes longer, or when we end.
fn within(command: &mut Command, longest: Duration) -> Result {
    // A group of its own: a test executable outlives the cargo that started it otherwise.
    let child = command.process_group(0).stdin(Stdio::null()).spawn();
    let mut child = child.map_err(|error| format!("it cannot be started: {error}"))?;
    let guard = Guard::of(child.id())?;
    let (ended, end) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            // Nobody listens any more only after the time was up.
            let _ = ended.send(child.wait());
        });
        let ended = end.recv_timeout(longest);
        drop(guard);
        match ended {
            Ok(status) => judge(status.map_err(|error| error.to_string())?),
            Err(_) => {
                let secs = longest.as_secs();
                Err(format!("did not end within {secs} s and was ended"))
            }
        }
    })
}

/// Ends a group of processes when it is dropped, or when we die: a signal from the terminal reaches
/// us and not the group.
struct Guard(Child);

/// Waits for the end of its input. The argument: the group.
const END: &str = r#"cat >/dev/null; kill -s KILL -- "-$1" 2>/dev/null"#;

impl Guard {
    fn of(group: u32) -> Result<Self> {
        let guard = Command::new("sh")
            .args(["-c", END, "sh", &group.to_string()])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        guard.map(Self).map_err(|error| format!("sh: {error}"))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It ends by itself, and nothing depends on how.
        let _ = self.0.wait();
    }
}

fn judge(status: ExitStatus) -> Result {
    if status.success() {
        Ok(())
    } else {
        Err(status.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_hangs_is_ended_with_all_it_has_started() {
        // Nobody but the kill ends either of them: the test would hang with them.
        let mut hangs = sh("sleep 1000000 & wait");
        let failure = within(&mut hangs, Duration::from_millis(50)).unwrap_err();
        assert!(failure.contains("did not end within"), "{failure}");
    }

    #[test]
    fn how_it_ended_is_told() {
        assert_eq!(within(&mut sh("exit 0"), LONGEST), Ok(()));
        let failure = within(&mut sh("exit 7"), LONGEST).unwrap_err();
        assert!(failure.contains('7'), "{failure}");
    }
}
