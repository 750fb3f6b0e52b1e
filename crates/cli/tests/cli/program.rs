//! Starts the program and reads what it says.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A directory of a test's own with the program in it.
pub(crate) struct Place {
    dir: tempfile::TempDir,
}

/// What a run of the program said.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// With the files of `init` in it, as of a day on which some of them are due.
    pub(crate) fn begun() -> Self {
        let place = Self::new();
        place.run(&["init", "--now", NOON]).succeeds();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Changes a file; the words to be replaced must be there.
    pub(crate) fn change(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} has {from:?}");
        self.write(name, &text.replace(from, to));
    }

    /// The program, to be started here in surroundings that say nothing.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pregon"));
        command.args(args);
        self.quiet(&mut command);
        command
    }

    /// The program by a shell, whose line says `$PREGON` for it.
    pub(crate) fn shell(&self, line: &str) -> Said {
        let mut command = Command::new("sh");
        command.args(["-c", line]);
        self.quiet(&mut command);
        command.env("PREGON", env!("CARGO_BIN_EXE_pregon"));
        said(command.output().unwrap())
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        said(self.command(args).output().unwrap())
    }

    /// The messages below a directory: each file's name and its bytes without the line of `Date`.
    pub(crate) fn messages(&self, below: &str) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        collect(&self.path(below), &mut found);
        found
    }

    /// How many files are below a directory by now.
    pub(crate) fn count(&self, below: &str) -> usize {
        let dirs = ["correo", "sms"].map(|name| self.path(below).join(name).read_dir());
        dirs.into_iter().flatten().map(Iterator::count).sum()
    }

    fn quiet(&self, command: &mut Command) {
        command.current_dir(self.dir.path());
        for name in [
            "LANG",
            "LC_ALL",
            "LC_MESSAGES",
            "NO_COLOR",
            "PREGON_HASH_KEY",
        ] {
            command.env_remove(name);
        }
        for name in [
            "PREGON_SMTP_PASSWORD",
            "PREGON_ERPNEXT_KEY",
            "PREGON_ERPNEXT_SECRET",
            "PREGON_SENDGRID_KEY",
            "PREGON_MAILGUN_KEY",
        ] {
            command.env_remove(name);
        }
        for name in ["API_KEY", "API_URL", "USERNAME", "PASSWORD"] {
            command.env_remove(format!("REDVOISS_{name}"));
        }
        for name in [
            "HOST",
            "PORT",
            "USE_TLS",
            "HOST_USER",
            "HOST_PASSWORD",
            "WEEKLY_LIMIT",
        ] {
            command.env_remove(format!("EMAIL_{name}"));
        }
        for name in [
            "TWILIO_AUTH_TOKEN",
            "TWILIO_ACCOUNT_SID",
            "DEFAULT_FROM_EMAIL",
            "SMS_DAILY_LIMIT",
            "SMS_MONTHLY_LIMIT",
        ] {
            command.env_remove(name);
        }
    }
}

/// An instant of the day on which the files of [`Place::begun`] are due.
pub(crate) const NOON: &str = "2026-11-20T17:00:00Z";

pub(crate) fn said(output: Output) -> Said {
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn collect(dir: &Path, found: &mut BTreeMap<String, String>) {
    let Ok(files) = std::fs::read_dir(dir) else {
        return;
    };
    for file in files {
        let path = file.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path
            .extension()
            .is_some_and(|end| end == "eml" || end == "txt")
        {
            let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
            let lines = text.lines().filter(|line| !line.starts_with("Date: "));
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            found.insert(name, lines.collect::<Vec<_>>().join("\n"));
        }
    }
}

impl Said {
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        self.ends(0)
    }

    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn complains(self, words: &str) -> Self {
        assert!(self.err.contains(words), "{words:?} in {}", self.err);
        self
    }

    /// The one document on stdout, whose first member is its version.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.out.lines().count(), 1, "one document: {}", self.out);
        assert!(self.out.starts_with(r#"{"v":1,"#), "{}", self.out);
        serde_json::from_str(&self.out).unwrap()
    }

    /// The names of the members of the document, in their order.
    #[track_caller]
    pub(crate) fn members(&self) -> Vec<String> {
        let json = self.json();
        let object = json.as_object().unwrap();
        let mut names: Vec<String> = object.keys().cloned().collect();
        names.sort_by_key(|name| self.out.find(&format!("\"{name}\":")));
        names
    }
}
