//! One server: a process of its own, a folder of its own, an end of its own.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::Result;
use crate::process::target;

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(10);
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(20);

/// A running server; dropping it stops it and removes its folder.
pub(crate) struct Server {
    child: Child,
    folder: PathBuf,
    /// What the tests must know of it, as environment variables.
    pub(crate) env: Vec<(String, String)>,
}

impl Server {
    /// A new empty folder below the target directory, of this process alone.
    pub(crate) fn folder(name: &str) -> Result<PathBuf> {
        let folder = target()
            .join("servers")
            .join(format!("{name}-{}", std::process::id()));
        // A process of the same number may have been killed before it could clean up.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder)
    }

    /// Starts a program that prints a line beginning with `READY` and serves until its stdin ends.
    ///
    /// Gives the words after `READY`. Because the program reads our pipe, it ends with us even when
    /// we are killed.
    pub(crate) fn start(command: &mut Command, folder: PathBuf) -> Result<(Self, Vec<String>)> {
        let log = folder.join("log");
        let file = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(file);
        let child = command
            .spawn()
            .map_err(|error| format!("cannot start a server: {error}"))?;
        let mut server = Self {
            child,
            folder,
            env: Vec::new(),
        };
        let line = server.first_line();
        let words = line
            .as_deref()
            .and_then(|line| line.trim_end().strip_prefix("READY "));
        match words {
            Some(words) => Ok((server, words.split(' ').map(str::to_owned).collect())),
            None => Err(format!(
                "a server did not become ready:\n{}",
                last_lines(&log)
            )),
        }
    }

    fn first_line(&mut self) -> Option<String> {
        let stdout = self.child.stdout.take()?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line);
            // Nobody listens any more when the time is over; the thread then just ends.
            let _ = sender.send(read.map(|_| line));
        });
        receiver.recv_timeout(READY_WITHIN).ok()?.ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let mut waited = Duration::ZERO;
        while matches!(self.child.try_wait(), Ok(None)) && waited < STOPPED_WITHIN {
            thread::sleep(LOOK_AGAIN_AFTER);
            waited += LOOK_AGAIN_AFTER;
        }
        // Both do nothing to a process that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn last_lines(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, name: &str) -> Result<(Server, Vec<String>)> {
        let folder = Server::folder(name).unwrap();
        Server::start(Command::new("sh").args(["-c", script]), folder)
    }

    #[test]
    fn a_server_says_its_ports_and_ends_with_its_guard() {
        let script = "echo READY a=1 b=2; cat >/dev/null; touch ended";
        let folder = Server::folder("polite").unwrap();
        let parent = folder
            .parent()
            .unwrap()
            .join(format!("{}-polite", std::process::id()));
        fs::create_dir_all(&parent).unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(&parent);
        let (server, words) = Server::start(&mut command, folder.clone()).unwrap();
        assert_eq!(words, ["a=1", "b=2"]);
        drop(server);
        assert!(
            parent.join("ended").is_file(),
            "it was killed instead of asked to end"
        );
        assert!(!folder.exists());
        fs::remove_dir_all(parent).unwrap();
    }

    #[test]
    fn a_server_that_fails_shows_its_log() {
        let failure = shell("echo no port left >&2; exit 1", "failing")
            .map(drop)
            .unwrap_err();
        assert!(failure.contains("did not become ready") && failure.contains("no port left"));
    }

    #[test]
    fn a_server_that_says_something_else_is_refused() {
        let failure = shell("echo hola; cat >/dev/null", "talkative")
            .map(drop)
            .unwrap_err();
        assert!(failure.contains("did not become ready"), "{failure}");
    }
}
