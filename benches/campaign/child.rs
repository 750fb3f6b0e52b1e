//! Another process of this program, which tells on stdout what it has to tell.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{ChildStdout, Command, Stdio};

use super::args::{Args, Role};

pub(crate) struct Child {
    process: std::process::Child,
    told: BufReader<ChildStdout>,
}

impl Child {
    pub(crate) fn start(args: &Args, role: Role) -> Self {
        let program = std::env::current_exe().expect("a program");
        let mut command = Command::new(program);
        command.args(args.for_role(role));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("a process");
        let told = process.stdout.take().expect("its stdout");
        Self {
            process,
            told: BufReader::new(told),
        }
    }

    /// The rest of the next line that begins so; it waits for it.
    pub(crate) fn line(&mut self, begin: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.told.read_line(&mut line).expect("a line");
            assert!(read > 0, "it ended before it said {begin:?}");
            if let Some(rest) = line.strip_prefix(begin) {
                return rest.trim().to_owned();
            }
        }
    }

    pub(crate) fn number(&mut self, begin: &str) -> u64 {
        self.line(begin).parse().expect("a number")
    }

    pub(crate) fn say(&mut self, line: &str) {
        let input = self.process.stdin.as_mut().expect("its stdin");
        writeln!(input, "{line}").expect("it listens");
    }

    /// Whether it has not ended.
    pub(crate) fn runs(&mut self) -> bool {
        self.process.try_wait().expect("its state").is_none()
    }

    /// SIGKILL.
    pub(crate) fn kill(mut self) {
        self.process.kill().expect("it runs");
        let _ = self.process.wait();
    }

    /// Waits for its end; it ends when nobody speaks to it any more.
    pub(crate) fn ends(mut self) {
        drop(self.process.stdin.take());
        let status = self.process.wait().expect("its end");
        assert!(status.success(), "{status}");
    }
}
