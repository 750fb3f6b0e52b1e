//! A peer in a process of its own, which times its own queries.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::Result;

/// An engine from its own Python wheel, its makers' strongest build.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) version: String,
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts one and lets it load the columns.
    pub(crate) fn start(
        python: &Path,
        name: &'static str,
        folder: &Path,
        rows: usize,
        threads: usize,
    ) -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peer.py");
        let mut child = Command::new(python)
            .arg(script)
            .arg(name)
            .arg(folder)
            .args([rows.to_string(), threads.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let to = child.stdin.take().ok_or("no pipe to the peer")?;
        let from = child.stdout.take().ok_or("no pipe from the peer")?;
        let mut peer = Self {
            name,
            version: String::new(),
            child,
            to,
            from: BufReader::new(from),
        };
        peer.version = text(&peer.answer()?["version"]);
        Ok(peer)
    }

    /// Says which segments are meant; gives the ways in which the peer can be asked for them.
    pub(crate) fn define(&mut self, segments: &Value) -> Result<Vec<String>> {
        let ways = self.ask(&json!({ "do": "define", "segments": segments }))?;
        let ways = ways["ways"].as_array().ok_or("no ways")?;
        Ok(ways.iter().map(text).collect())
    }

    /// How many customers each segment has.
    pub(crate) fn counts(&mut self, way: &str) -> Result<Vec<u64>> {
        let counts = self.ask(&json!({ "do": "counts", "way": way }))?;
        let counts = counts["counts"].as_array().ok_or("no counts")?;
        Ok(counts.iter().filter_map(Value::as_u64).collect())
    }

    /// Runs the query once; gives its milliseconds.
    pub(crate) fn run(&mut self, way: &str) -> Result<f64> {
        let took = self.ask(&json!({ "do": "run", "way": way }))?;
        Ok(took["ms"].as_f64().ok_or("no time")?)
    }

    fn ask(&mut self, command: &Value) -> Result<Value> {
        writeln!(self.to, "{command}")?;
        self.to.flush()?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Value> {
        let mut line = String::new();
        if self.from.read_line(&mut line)? == 0 {
            return Err(format!("{} has ended", self.name).into());
        }
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Python with the wheels, in a folder of its own; installed at first use.
pub(crate) fn python(folder: &Path) -> Result<PathBuf> {
    let venv = folder.join("venv");
    let python = venv.join("bin").join("python");
    let required = Path::new(env!("CARGO_MANIFEST_DIR")).join("requirements.txt");
    if !python.is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    let mut pip = Command::new(&python);
    run(pip
        .args(["-m", "pip", "install", "--quiet", "--requirement"])
        .arg(required))?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    if !status.success() {
        return Err(format!("{command:?} ended with {status}").into());
    }
    Ok(())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
