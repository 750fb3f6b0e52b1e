//! Processes that the driver starts, hears and strikes.

use std::ffi::OsString;
use std::fs::File;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::setup::Scene;
use crate::Result;

/// A process of the storm. It ends with its stdin, so none outlives the driver.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
}

impl Process {
    /// Starts this very program with other arguments; gives what it says line by line.
    pub(super) fn start(
        scene: &Scene,
        args: Vec<OsString>,
    ) -> Result<(Self, Lines<BufReader<ChildStdout>>)> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(scene.folder.path().join("log"))?;
        let mut child = Command::new(std::env::current_exe()?)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().ok_or("a process without stdout")?;
        Ok((Self { child, stdin }, BufReader::new(stdout).lines()))
    }

    /// Tells it something; one that is dying does not hear it.
    pub(super) async fn tell(&mut self, line: &str) {
        if let Some(stdin) = &mut self.stdin {
            let line = format!("{line}\n");
            let _ = stdin.write_all(line.as_bytes()).await;
        }
    }

    /// SIGKILL, and waits until nothing of it is left.
    pub(super) async fn kill(&mut self) -> Result {
        Ok(self.child.kill().await?)
    }

    /// SIGSTOP, or SIGCONT.
    pub(super) fn signal(&self, signal: Signal) -> Result {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        let id = id.and_then(Pid::from_raw).ok_or("a process without id")?;
        Ok(kill_process(id, signal)?)
    }

    /// Lets it end by itself.
    pub(super) async fn end(mut self) -> Result {
        drop(self.stdin.take());
        self.child.wait().await?;
        Ok(())
    }
}
