//! What may stand in no file, and what must stand in the lint's configuration.

use crate::assert_none;
use crate::source::code_only;
use crate::tree::{self, File};

/// What the lints must keep out of the engine; each needs a reason for whoever meets it.
const BANNED: &[&str] = &[
    "chrono::Utc::now",
    "chrono::Local::now",
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "lettre::message::header::HeaderValue::dangerous_new_pre_encoded",
    "reqwest::Client::new",
];

#[test]
fn no_path_of_a_machine_is_written_down() {
    let found = tree::files().into_iter().flat_map(|File { path, text }| {
        let lines: Vec<usize> = lines_with(&text, names_a_machine);
        lines.into_iter().map(move |line| format!("{path}:{line}"))
    });
    assert_none(
        "a path of one machine means nothing on another",
        &found.collect::<Vec<_>>(),
    );
}

#[test]
fn nothing_is_switched_off_or_left_to_do() {
    let found = tree::rust().into_iter().flat_map(|File { path, text }| {
        let mut lines = lines_with(&code_only(&text), is_unfinished);
        lines.extend(lines_with(&text, skips_an_example));
        lines.into_iter().map(move |line| format!("{path}:{line}"))
    });
    assert_none(
        "a test or function is there or not",
        &found.collect::<Vec<_>>(),
    );
}

#[test]
fn the_lints_ban_what_they_must() {
    let clippy: toml::Table = tree::read("clippy.toml")
        .parse()
        .expect("clippy.toml parses");
    let methods = clippy["disallowed-methods"]
        .as_array()
        .expect("a list of methods");
    let reason_of = |path: &str| {
        let entry = methods
            .iter()
            .find(|m| m.get("path").and_then(toml::Value::as_str) == Some(path));
        entry?
            .get("reason")?
            .as_str()
            .filter(|reason| !reason.is_empty())
    };
    let missing = BANNED.iter().filter(|path| reason_of(path).is_none());
    assert_none(
        "clippy.toml bans, with a reason",
        &missing.map(ToString::to_string).collect::<Vec<_>>(),
    );
}

#[test]
fn a_banned_method_stops_the_build() {
    let workspace: toml::Table = tree::read("Cargo.toml").parse().expect("Cargo.toml parses");
    let lints = &workspace["workspace"]["lints"]["clippy"];
    assert_eq!(lints["disallowed_methods"].as_str(), Some("deny"));
}

fn lines_with(text: &str, found: fn(&str) -> bool) -> Vec<usize> {
    let numbered = text.lines().enumerate();
    numbered
        .filter(|(_, line)| found(line))
        .map(|(at, _)| at + 1)
        .collect()
}

/// Whether an absolute path into somebody's folders begins in this line.
fn names_a_machine(line: &str) -> bool {
    // Put together here, or this file would accuse itself.
    let folders = ["work", "root", "home"].map(|name| format!("/{name}/"));
    folders.iter().any(|folder| {
        line.match_indices(folder)
            .any(|(at, _)| begins(&line[..at]))
    })
}

/// Whether a path can begin after `before`, rather than go on: `src/home/` names no machine.
fn begins(before: &str) -> bool {
    let scheme = before.ends_with("file://");
    let goes_on = |c: char| c.is_alphanumeric() || "._-~/}])>*".contains(c);
    scheme || !before.ends_with(goes_on)
}

fn is_unfinished(line: &str) -> bool {
    ["#[ignore", "todo!(", "unimplemented!("]
        .iter()
        .any(|word| line.contains(word))
}

fn skips_an_example(line: &str) -> bool {
    let fence = line
        .trim_start()
        .trim_start_matches(['/', '!'])
        .trim_start();
    fence.starts_with("```") && fence.contains("ignore")
}

#[test]
fn machine_paths_are_told_from_others() {
    let path = |name: &str| format!("/{name}/ana/x");
    for line in [
        path("home"),
        format!("see `{}`", path("work")),
        format!("file://{}", path("root")),
    ] {
        assert!(names_a_machine(&line), "{line}");
    }
    for line in [
        "src/home/x",
        "https://example.org/home/x",
        "${A}/work/x",
        "/workshop/",
        "/ho me/",
    ] {
        assert!(!names_a_machine(line), "{line}");
    }
}

#[test]
fn an_example_that_does_not_run_is_found() {
    let fence = ["``", "`"].concat();
    assert!(skips_an_example(&format!("    /// {fence}rust,ignore")));
    assert!(!skips_an_example(&format!("/// {fence}text")));
    assert!(!skips_an_example("/// ignore"));
}
